// One prepared statement: parameters in, rows out.
//
//   Statement* insert = ...;          // INSERT INTO t VALUES (?, ?, ?)
//   insert->Int(7).Text("EUR").TextOrNull("");
//   VOUCH_RETURN_IF_ERROR(insert->Run());
//
// Parameters are bound in the order of the calls. Texts and blobs are borrowed
// and must stay until Run or the last Step returns. What is read is checked by
// RowReader (row_reader.h). Not synchronised.
#ifndef VOUCH_SRC_STORE_STATEMENT_H_
#define VOUCH_SRC_STORE_STATEMENT_H_

#include <sqlite3.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

class Statement {
 public:
  // Takes `stmt`. `path` is for messages and outlives the statement.
  Statement(sqlite3_stmt* stmt, const std::string* path)
      : stmt_(stmt), path_(path) {}
  ~Statement() { sqlite3_finalize(stmt_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // --- Parameters

  Statement& Int(int64_t value) {
    return Bound(sqlite3_bind_int64(stmt_, ++bound_, value));
  }
  Statement& Null() { return Bound(sqlite3_bind_null(stmt_, ++bound_)); }
  Statement& Text(std::string_view text);
  Statement& Blob(std::string_view bytes);
  // Empty is NULL.
  Statement& TextOrNull(std::string_view text) {
    return text.empty() ? Null() : Text(text);
  }
  template <std::size_t N>
  Statement& Blob(const std::array<uint8_t, N>& bytes) {
    return Bound(sqlite3_bind_blob(stmt_, ++bound_, bytes.data(),
                                   static_cast<int>(N), nullptr));
  }
  // A number past 63 bits does not fit a column: Run then refuses.
  Statement& Unsigned(uint64_t value);
  template <typename Tag, typename Rep>
  Statement& Number(StrongNumber<Tag, Rep> number) {
    return Unsigned(number.value());
  }
  // None is NULL.
  template <typename Tag, typename Rep>
  Statement& NumberOrNull(StrongNumber<Tag, Rep> number) {
    return number.has_value() ? Number(number) : Null();
  }
  // The word of `value`; "not said" is NULL.
  template <typename E>
  Statement& Choice(E value) {
    return TextOrNull(Word(value));
  }

  // --- Running

  // Runs a statement that gives no rows, and makes ready for the next
  // parameters.
  absl::Status Run();
  // Whether there is a row to read.
  absl::StatusOr<bool> Step();
  // Ends a reading and makes ready for the next parameters; the old ones are
  // not looked at again.
  void Reset();

  sqlite3_stmt* get() const { return stmt_; }

 private:
  Statement& Bound(int result) {
    if (result != SQLITE_OK && bind_error_ == SQLITE_OK) bind_error_ = result;
    return *this;
  }
  absl::Status Failure(int code) const;

  sqlite3_stmt* stmt_;
  const std::string* path_;
  int bound_ = 0;
  int bind_error_ = SQLITE_OK;
};

// Resets a statement at the end of a scope, so that none stays open in a
// transaction that ends.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(Statement* statement) : statement_(statement) {}
  ~ResetAtEnd() { statement_->Reset(); }
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;

 private:
  Statement* statement_;
};

}  // namespace store

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_STORE_STATEMENT_H_
