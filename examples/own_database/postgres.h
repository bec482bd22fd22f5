// A connection to PostgreSQL: statements that are prepared once, and rows of
// which nothing is believed.
//
//   Postgres db(connection);
//   absl::StatusOr<Rows> rows = db.Query(
//       "SELECT seq, event_id FROM vouch.log WHERE program = $1",
//       Params().Int(1));
//   for (int i = 0; i < rows->size(); ++i) {
//     Row row = rows->at(i, "log", 1);       // the first column is the key
//     const vouch::Seq seq = row.Number<vouch::Seq>();
//     const std::string_view id = row.Text();
//     VOUCH_RETURN_IF_ERROR(row.status());
//   }
//
// Columns that are read are bigint, text or bytea. Errors of the server get the
// code that a caller acts on: UNAVAILABLE without a connection,
// DEADLINE_EXCEEDED past a timeout, RESOURCE_EXHAUSTED on a full disk, ABORTED
// after a deadlock, DATA_LOSS where the server finds damage.
#ifndef VOUCH_EXAMPLES_OWN_DATABASE_POSTGRES_H_
#define VOUCH_EXAMPLES_OWN_DATABASE_POSTGRES_H_

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/currency.h"
#include "vouch/base/instant.h"
#include "vouch/base/words.h"
#include "vouch/ledger/entry.h"

namespace own_database {

struct Disconnect {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Connection = std::unique_ptr<PGconn, Disconnect>;

// Connects as `conninfo` says. What it leaves open is bounded: ten seconds for
// a connection or a lock, thirty for a statement, a minute for a transaction in
// which nothing happens.
absl::StatusOr<Connection> Connect(const std::string& conninfo);

// The parameters of one statement, in order.
class Params {
 public:
  Params& Null();
  Params& Int(int64_t value);
  Params& Text(std::string_view text);
  Params& TextOrNull(std::string_view text) {
    return text.empty() ? Null() : Text(text);
  }
  template <std::size_t N>
  Params& Bytes(const std::array<uint8_t, N>& bytes) {
    return Bytes(std::string_view(
        static_cast<const char*>(static_cast<const void*>(bytes.data())), N));
  }
  Params& Bytes(std::string_view bytes);
  template <typename N>
  Params& Number(N number) {
    return Int(static_cast<int64_t>(number.value()));
  }
  template <typename N>
  Params& NumberOrNull(N number) {
    return number.has_value() ? Number(number) : Null();
  }
  // A number of rows: what is past a bigint is all of them.
  Params& Limit(std::size_t rows) {
    constexpr auto kMost =
        static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    return Int(static_cast<int64_t>(std::min<uint64_t>(rows, kMost)));
  }
  // The word of an enum, NULL for none.
  template <typename E>
  Params& Choice(E value) {
    return TextOrNull(vouch::Word(value));
  }

 private:
  friend class Postgres;
  struct Param {
    std::optional<std::string> value;
    int format = 0;  // 0: text, 1: the bytes themselves
  };
  std::vector<Param> params_;
};

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

// One row, read column by column. The first column that is not what it should
// be makes the status DATA_LOSS, naming table, row and column; what is read
// after it is worthless. Texts live as long as the Rows.
class Row {
 public:
  // The first `key_columns` columns are integers that name the row.
  Row(const PGresult* result, int row, std::string_view table, int key_columns)
      : result_(result), row_(row), table_(table), key_columns_(key_columns) {}

  const absl::Status& status() const { return status_; }

  // Whether the next column is NULL; it is then read.
  bool SkipNull();
  int64_t Int() { return IntBetween<int64_t>(); }
  template <typename T>
  T IntBetween(int64_t least = std::numeric_limits<T>::min(),
               int64_t most = std::numeric_limits<T>::max());
  // A number from 1; with OrNone NULL is none.
  template <typename N>
  N Number() {
    constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
    constexpr uint64_t kTop = std::numeric_limits<typename N::rep>::max();
    return N(static_cast<typename N::rep>(IntBetween<int64_t>(
        1, static_cast<int64_t>(kTop < kMost ? kTop : kMost))));
  }
  template <typename N>
  N NumberOrNone() {
    return SkipNull() ? N() : Number<N>();
  }
  // A moment that Vouch knows; DueTime: or as much later as a hold can be.
  vouch::Instant Time();
  vouch::Instant DueTime();
  std::string_view Text();
  std::string_view TextOrEmpty() {
    return SkipNull() ? std::string_view() : Text();
  }
  std::string_view Bytes();
  template <std::size_t N>
  std::array<uint8_t, N> BytesOf();
  template <typename E>
  E Choice();
  template <typename E>
  E ChoiceOrNone() {
    return SkipNull() ? E::kNone : Choice<E>();
  }
  vouch::Currency ReadCurrency();
  vouch::AccrualId AccrualIdOrNone();

  // Says that the column read last is wrong.
  void Fail(std::string_view reason);

 private:
  // Whether the next column is there and of this type; reads on.
  bool Take(Oid type);
  std::string_view Value(int column) const;

  const PGresult* result_;
  int row_;
  std::string_view table_;
  int key_columns_;
  int next_ = 0;
  absl::Status status_;
};

// What a statement gave.
class Rows {
 public:
  explicit Rows(Result result) : result_(std::move(result)) {}
  int size() const { return PQntuples(result_.get()); }
  Row at(int i, std::string_view table, int key_columns) const {
    return Row(result_.get(), i, table, key_columns);
  }

 private:
  Result result_;
};

// Not thread-safe: libpq allows a connection one call at a time.
class Postgres {
 public:
  // The connection stays the caller's; it outlives this.
  explicit Postgres(PGconn* connection) : connection_(connection) {}
  ~Postgres();
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  absl::StatusOr<Rows> Query(const std::string& sql, const Params& params = {});
  absl::Status Run(const std::string& sql, const Params& params = {});
  // Any number of statements without parameters, separated by semicolons.
  absl::Status RunScript(const char* sql);

  // Runs `body` in a transaction of its own and commits it; an error rolls all
  // back. FAILED_PRECONDITION when the connection is in a transaction already,
  // or `body` says OK and leaves none that can be committed.
  absl::Status InTransaction(absl::FunctionRef<absl::Status()> body);

 private:
  absl::StatusOr<const char*> Prepare(const std::string& sql);
  absl::Status Error(const PGresult* result) const;

  PGconn* connection_;
  std::map<std::string, std::string> names_;  // of statements, by their text
};

template <typename T>
T Row::IntBetween(int64_t least, int64_t most) {
  constexpr Oid kBigint = 20;
  if (!Take(kBigint)) return T();
  // In the order of the network.
  uint64_t bits = 0;
  for (const char c : Value(next_ - 1)) {
    bits = bits << 8 | static_cast<uint8_t>(c);
  }
  const auto value = static_cast<int64_t>(bits);
  if (value >= least && value <= most) return static_cast<T>(value);
  Fail("out of range");
  return T();
}

template <std::size_t N>
std::array<uint8_t, N> Row::BytesOf() {
  std::array<uint8_t, N> out{};
  const std::string_view bytes = Bytes();
  if (bytes.size() == N) {
    std::copy_n(bytes.begin(), N, out.begin());
  } else {
    Fail("has a wrong size");
  }
  return out;
}

template <typename E>
E Row::Choice() {
  const std::string_view word = Text();
  if (!status_.ok()) return E::kNone;
  const std::optional<E> value = vouch::ParseWord<E>(word);
  if (!value) Fail("no such word");
  return value.value_or(E::kNone);
}

}  // namespace own_database

#endif  // VOUCH_EXAMPLES_OWN_DATABASE_POSTGRES_H_
