// Reads the columns of a row one by one and believes none of them: a file may
// be damaged, or written by a stranger.
//
//   RowReader row(*select, "payouts", 2);   // the first 2 columns are the key
//   payout.seq = row.Number<Seq>();
//   payout.state = row.Choice<PayoutState>();
//   VOUCH_RETURN_IF_ERROR(row.status());
//
// The first column that is not what it should be makes the status DATA_LOSS,
// naming table, row and column; what is read after it is worthless. Texts and
// blobs are borrowed until the statement steps.
#ifndef VOUCH_SRC_STORE_ROW_READER_H_
#define VOUCH_SRC_STORE_ROW_READER_H_

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include "absl/status/status.h"
#include "store/statement.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/words.h"
#include "vouch/ledger/entry.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

class RowReader {
 public:
  // The first `key_columns` columns are integers that name the row.
  RowReader(const Statement& statement, std::string_view table, int key_columns)
      : stmt_(statement.get()), table_(table), key_columns_(key_columns) {}

  const absl::Status& status() const { return status_; }

  // Whether the next column is NULL; it is then read.
  bool SkipNull() {
    if (sqlite3_column_type(stmt_, next_) != SQLITE_NULL) return false;
    ++next_;
    return true;
  }

  int64_t Int() { return IntBetween<int64_t>(); }
  template <typename T>
  T IntBetween(int64_t least = std::numeric_limits<T>::min(),
               int64_t most = std::numeric_limits<T>::max());

  // A number from 1; with OrNone NULL is none.
  template <typename N>
  N Number() {
    const uint64_t top = std::numeric_limits<typename N::rep>::max();
    const int64_t most = std::numeric_limits<int64_t>::max();
    return N(static_cast<typename N::rep>(IntBetween<int64_t>(
        1,
        top > static_cast<uint64_t>(most) ? most : static_cast<int64_t>(top))));
  }
  template <typename N>
  N NumberOrNone() {
    return SkipNull() ? N() : Number<N>();
  }

  // A moment within kMinInstant and kMaxInstant.
  Instant Time() {
    return Instant{IntBetween<int64_t>(kMinInstant.us, kMaxInstant.us)};
  }
  // A moment that may lie after kMaxInstant by the longest hold.
  Instant DueTime();

  // UTF-8; with OrEmpty NULL is empty, and empty itself is not written so.
  std::string_view Text();
  std::string_view TextOrEmpty() {
    return SkipNull() ? std::string_view() : Text();
  }
  std::string_view Blob();
  template <std::size_t N>
  std::array<uint8_t, N> BlobOf();

  template <typename E>
  E Choice();
  template <typename E>
  E ChoiceOrNone() {
    return SkipNull() ? E::kNone : Choice<E>();
  }
  Currency ReadCurrency();
  AccrualId AccrualIdOrNone();

  // Says that the column read last is wrong.
  void Fail(std::string_view reason);

 private:
  // Whether the next column has this type; reads on.
  bool Take(int type, std::string_view name_of_type);
  std::string_view Bytes() const;

  sqlite3_stmt* stmt_;
  std::string_view table_;
  int key_columns_;
  int next_ = 0;
  absl::Status status_;
};

template <typename T>
T RowReader::IntBetween(int64_t least, int64_t most) {
  static_assert(sizeof(T) < sizeof(int64_t) || std::is_signed_v<T>,
                "every T must fit a column");
  if (!Take(SQLITE_INTEGER, "an integer")) return T();
  const int64_t value = sqlite3_column_int64(stmt_, next_ - 1);
  if (value >= least && value <= most) return static_cast<T>(value);
  Fail("out of range");
  return T();
}

template <std::size_t N>
std::array<uint8_t, N> RowReader::BlobOf() {
  std::array<uint8_t, N> bytes{};
  const std::string_view blob = Blob();
  if (blob.size() == N) {
    std::copy_n(blob.begin(), N, bytes.begin());
  } else {
    Fail("has a wrong size");
  }
  return bytes;
}

template <typename E>
E RowReader::Choice() {
  const std::string_view word = Text();
  if (!status_.ok()) return E::kNone;
  const std::optional<E> value = ParseWord<E>(word);
  if (!value) Fail("no such word");
  return value.value_or(E::kNone);
}

}  // namespace store

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_STORE_ROW_READER_H_
