#include "store/row_reader.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "vouch/base/limits.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

Instant RowReader::DueTime() {
  return Instant{IntBetween<int64_t>(kMinInstant.us,
                                     kMaxInstant.us + kMaxDays * kUsPerDay)};
}

std::string_view RowReader::Text() {
  if (!Take(SQLITE_TEXT, "a text")) return {};
  const std::string_view text = Bytes();
  if (IsUtf8(text)) return text;
  Fail("is not UTF-8");
  return {};
}

std::string_view RowReader::Blob() {
  return Take(SQLITE_BLOB, "a blob") ? Bytes() : std::string_view();
}

Currency RowReader::ReadCurrency() {
  const std::string_view code = Text();
  if (!status_.ok()) return Currency();
  const absl::StatusOr<Currency> currency = Currency::Find(code);
  if (currency.ok()) return *currency;
  Fail("no such currency");
  return Currency();
}

AccrualId RowReader::AccrualIdOrNone() {
  if (SkipNull()) return AccrualId();
  const std::string_view text = Text();
  if (!status_.ok()) return AccrualId();
  const std::optional<AccrualId> id = ParseAccrualId(text);
  if (!id || !id->has_value()) Fail("is no accrual's id");
  return id.value_or(AccrualId());
}

void RowReader::Fail(std::string_view reason) {
  if (!status_.ok()) return;
  std::string row;
  for (int i = 0; i < key_columns_; ++i) {
    absl::StrAppend(&row, i == 0 ? "" : ",", sqlite3_column_int64(stmt_, i));
  }
  const char* column = sqlite3_column_name(stmt_, next_ - 1);
  status_ = absl::DataLossError(absl::StrCat(ToAbsl(table_), "[", row, "].",
                                             column == nullptr ? "?" : column,
                                             ": ", ToAbsl(reason)));
}

bool RowReader::Take(int type, std::string_view name_of_type) {
  const int found = sqlite3_column_type(stmt_, next_++);
  if (!status_.ok()) return false;
  if (found == type) return true;
  Fail(found == SQLITE_NULL ? std::string("missing")
                            : absl::StrCat("is not ", ToAbsl(name_of_type)));
  return false;
}

std::string_view RowReader::Bytes() const {
  // The blob form, even of a text: it needs no terminating zero, so SQLite
  // does not copy.
  const void* data = sqlite3_column_blob(stmt_, next_ - 1);
  const int size = sqlite3_column_bytes(stmt_, next_ - 1);
  if (data == nullptr || size <= 0) return {};
  return std::string_view(static_cast<const char*>(data),
                          static_cast<std::size_t>(size));
}

}  // namespace store

VOUCH_NAMESPACE_END
