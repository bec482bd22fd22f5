#include "postgres.h"

#include <atomic>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"

namespace own_database {

namespace {

using vouch::AccrualId;
using vouch::Currency;
using vouch::Instant;
using vouch::ToAbsl;

// Types of PostgreSQL, which never change their numbers.
constexpr Oid kByteaType = 17;
constexpr Oid kTextType = 25;

absl::StatusCode CodeOf(const PGconn* connection, absl::string_view sql_state) {
  if (PQstatus(connection) != CONNECTION_OK) {
    return absl::StatusCode::kUnavailable;
  }
  // Classes and codes of the manual's appendix A.
  constexpr std::pair<absl::string_view, absl::StatusCode> kCodes[] = {
      {"08", absl::StatusCode::kUnavailable},
      {"40", absl::StatusCode::kAborted},
      {"42501", absl::StatusCode::kPermissionDenied},
      {"53", absl::StatusCode::kResourceExhausted},
      {"55P03", absl::StatusCode::kDeadlineExceeded},  // lock_timeout
      {"57014", absl::StatusCode::kDeadlineExceeded},  // statement_timeout
      {"57P", absl::StatusCode::kUnavailable},
      {"XX001", absl::StatusCode::kDataLoss},
      {"XX002", absl::StatusCode::kDataLoss},
      {"XX", absl::StatusCode::kInternal},
  };
  for (const auto& [prefix, code] : kCodes) {
    if (absl::StartsWith(sql_state, prefix)) return code;
  }
  return absl::StatusCode::kFailedPrecondition;
}

// libpq ends its messages with a line feed.
absl::Status ErrorOf(absl::StatusCode code, absl::string_view message) {
  while (absl::EndsWith(message, "\n")) message.remove_suffix(1);
  return absl::Status(code, absl::StrCat("postgres: ", message));
}

}  // namespace

absl::StatusOr<Connection> Connect(const std::string& conninfo) {
  // What comes later wins, so that `conninfo` may say otherwise.
  const char* const keywords[] = {"connect_timeout", "tcp_user_timeout",
                                  "options",         "application_name",
                                  "dbname",          nullptr};
  const char* const values[] = {"10",
                                "30000",
                                "-c lock_timeout=10s -c statement_timeout=30s"
                                " -c idle_in_transaction_session_timeout=60s",
                                "own_database",
                                conninfo.c_str(),
                                nullptr};
  Connection connection(PQconnectdbParams(keywords, values, 1));
  if (connection == nullptr) {
    return absl::ResourceExhaustedError("postgres: no memory");
  }
  if (PQstatus(connection.get()) != CONNECTION_OK ||
      PQsetClientEncoding(connection.get(), "UTF8") != 0) {
    return ErrorOf(absl::StatusCode::kUnavailable,
                   PQerrorMessage(connection.get()));
  }
  return connection;
}

// ---------------------------------------------------------------------------
// Parameters

Params& Params::Null() {
  params_.emplace_back();
  return *this;
}

Params& Params::Int(int64_t value) {
  params_.push_back({absl::StrCat(value), 0});
  return *this;
}

Params& Params::Text(std::string_view text) {
  params_.push_back({std::string(text), 0});
  return *this;
}

Params& Params::Bytes(std::string_view bytes) {
  params_.push_back({std::string(bytes), 1});
  return *this;
}

// ---------------------------------------------------------------------------
// Rows

bool Row::SkipNull() {
  if (PQgetisnull(result_, row_, next_) == 0) return false;
  ++next_;
  return true;
}

bool Row::Take(Oid type) {
  const int column = next_++;
  if (!status_.ok()) return false;
  if (PQgetisnull(result_, row_, column) != 0) {
    Fail("missing");
  } else if (PQftype(result_, column) != type) {
    Fail("is not of the type that it was made with");
  }
  return status_.ok();
}

std::string_view Row::Value(int column) const {
  return std::string_view(
      PQgetvalue(result_, row_, column),
      static_cast<std::size_t>(PQgetlength(result_, row_, column)));
}

Instant Row::Time() {
  return Instant{
      IntBetween<int64_t>(vouch::kMinInstant.us, vouch::kMaxInstant.us)};
}

Instant Row::DueTime() {
  constexpr int64_t kLongestHoldUs = vouch::kMaxDays * vouch::kUsPerDay;
  return Instant{IntBetween<int64_t>(vouch::kMinInstant.us,
                                     vouch::kMaxInstant.us + kLongestHoldUs)};
}

std::string_view Row::Text() {
  if (!Take(kTextType)) return {};
  const std::string_view text = Value(next_ - 1);
  if (vouch::IsUtf8(text)) return text;
  Fail("is not UTF-8");
  return {};
}

std::string_view Row::Bytes() {
  return Take(kByteaType) ? Value(next_ - 1) : std::string_view();
}

Currency Row::ReadCurrency() {
  const std::string_view code = Text();
  if (!status_.ok()) return Currency();
  const absl::StatusOr<Currency> currency = Currency::Find(code);
  if (currency.ok()) return *currency;
  Fail("no such currency");
  return Currency();
}

AccrualId Row::AccrualIdOrNone() {
  if (SkipNull()) return AccrualId();
  const std::string_view text = Text();
  if (!status_.ok()) return AccrualId();
  const std::optional<AccrualId> id = vouch::ParseAccrualId(text);
  if (!id || !id->has_value()) Fail("is no accrual's id");
  return id.value_or(AccrualId());
}

void Row::Fail(std::string_view reason) {
  if (!status_.ok()) return;
  const int column = next_ - 1;
  Row key(result_, row_, table_, 0);
  std::string place;
  for (int i = 0; i < std::min(key_columns_, column); ++i) {
    absl::StrAppend(&place, i == 0 ? "" : ",", key.Int());
  }
  status_ = absl::DataLossError(absl::StrCat(ToAbsl(table_), "[", place, "].",
                                             PQfname(result_, column), ": ",
                                             ToAbsl(reason)));
}

// ---------------------------------------------------------------------------
// Statements

Postgres::~Postgres() {
  // The connection lives on, and must not keep what nobody uses.
  for (const auto& [sql, name] : names_) {
    Result(PQexec(connection_, absl::StrCat("DEALLOCATE ", name).c_str()));
  }
}

absl::Status Postgres::Error(const PGresult* result) const {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return ErrorOf(CodeOf(connection_, state == nullptr ? "" : state),
                 message == nullptr ? PQerrorMessage(connection_) : message);
}

absl::StatusOr<const char*> Postgres::Prepare(const std::string& sql) {
  const auto known = names_.find(sql);
  if (known != names_.end()) return known->second.c_str();
  // No two on one connection may have the same name.
  static std::atomic<uint64_t> count{0};
  std::string name = absl::StrCat("vouch_", ++count);
  const Result result(
      PQprepare(connection_, name.c_str(), sql.c_str(), 0, nullptr));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    return Error(result.get());
  }
  return names_.emplace(sql, std::move(name)).first->second.c_str();
}

absl::StatusOr<Rows> Postgres::Query(const std::string& sql,
                                     const Params& params) {
  VOUCH_ASSIGN_OR_RETURN(const char* name, Prepare(sql));
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
  for (const Params::Param& param : params.params_) {
    values.push_back(param.value ? param.value->c_str() : nullptr);
    lengths.push_back(param.value ? static_cast<int>(param.value->size()) : 0);
    formats.push_back(param.format);
  }
  constexpr int kBinary = 1;
  Result result(PQexecPrepared(connection_, name,
                               static_cast<int>(values.size()), values.data(),
                               lengths.data(), formats.data(), kBinary));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    return Error(result.get());
  }
  return Rows(std::move(result));
}

absl::Status Postgres::Run(const std::string& sql, const Params& params) {
  return Query(sql, params).status();
}

absl::Status Postgres::RunScript(const char* sql) {
  const Result result(PQexec(connection_, sql));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
    return absl::OkStatus();
  }
  return Error(result.get());
}

absl::Status Postgres::InTransaction(absl::FunctionRef<absl::Status()> body) {
  if (PQstatus(connection_) == CONNECTION_OK &&
      PQtransactionStatus(connection_) != PQTRANS_IDLE) {
    return absl::FailedPreconditionError(
        "postgres: the connection is in a transaction of the host's");
  }
  VOUCH_RETURN_IF_ERROR(RunScript("BEGIN READ WRITE"));
  // Also where an exception passes.
  absl::Cleanup roll_back = [this] {
    if (PQtransactionStatus(connection_) == PQTRANS_IDLE) return;
    Result(PQexec(connection_, "ROLLBACK"));
  };
  VOUCH_RETURN_IF_ERROR(body());
  if (PQtransactionStatus(connection_) != PQTRANS_INTRANS) {
    return absl::FailedPreconditionError(
        "postgres: the host's part ended the transaction or left it failed");
  }
  std::move(roll_back).Cancel();
  const Result result(PQexec(connection_, "COMMIT"));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    return Error(result.get());
  }
  // The COMMIT of a failed transaction succeeds, and rolls back.
  if (absl::string_view(PQcmdStatus(result.get())) == "COMMIT") {
    return absl::OkStatus();
  }
  return absl::AbortedError("postgres: the transaction was rolled back");
}

}  // namespace own_database
