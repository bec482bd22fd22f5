// Errors that name the field they are about, and the macros that pass them on.
//
// Every error of the library is an absl::Status with the most specific code
// and a message of the form `field: reason`:
//
//   if (amount < 0) return InvalidField("amount", "is negative");
//
//   VOUCH_ASSIGN_OR_RETURN(Rate rate, Rate::Parse(text));
//   VOUCH_RETURN_IF_ERROR(Check(rate));
//
// Which code means what: docs/SEMANTICS.md, section 10.
// All functions are pure and may be called from any thread.
#ifndef VOUCH_BASE_STATUS_H_
#define VOUCH_BASE_STATUS_H_

#include <cassert>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

// A status of `code` with the message "field: reason". `field` may be a path
// such as `rules[3].reward.rate`.
inline absl::Status FieldStatus(absl::StatusCode code, std::string_view field,
                                std::string_view reason) {
  std::string message;
  message.reserve(field.size() + reason.size() + 2);
  message.append(field).append(": ").append(reason);
  return absl::Status(code, message);
}

// INVALID_ARGUMENT: the input is wrong in itself.
inline absl::Status InvalidField(std::string_view field,
                                 std::string_view reason) {
  return FieldStatus(absl::StatusCode::kInvalidArgument, field, reason);
}

// NOT_FOUND: the input names what is not there.
inline absl::Status NotFoundField(std::string_view field,
                                  std::string_view reason) {
  return FieldStatus(absl::StatusCode::kNotFound, field, reason);
}

// ALREADY_EXISTS: an id, code, lead or attribution that is taken.
inline absl::Status ExistsField(std::string_view field,
                                std::string_view reason) {
  return FieldStatus(absl::StatusCode::kAlreadyExists, field, reason);
}

// FAILED_PRECONDITION: the state forbids it.
inline absl::Status PreconditionField(std::string_view field,
                                      std::string_view reason) {
  return FieldStatus(absl::StatusCode::kFailedPrecondition, field, reason);
}

// RESOURCE_EXHAUSTED: a limit of limits.h would be passed.
inline absl::Status ExhaustedField(std::string_view field,
                                   std::string_view reason) {
  return FieldStatus(absl::StatusCode::kResourceExhausted, field, reason);
}

// OUT_OF_RANGE: the result does not fit its integer.
inline absl::Status RangeField(std::string_view field,
                               std::string_view reason) {
  return FieldStatus(absl::StatusCode::kOutOfRange, field, reason);
}

// The code's name as the protocol spells it, e.g. "INVALID_ARGUMENT"; a number
// that is no code gives "UNKNOWN". The text lives for ever.
constexpr std::string_view StatusCodeName(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return "OK";
    case absl::StatusCode::kCancelled:
      return "CANCELLED";
    case absl::StatusCode::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case absl::StatusCode::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case absl::StatusCode::kNotFound:
      return "NOT_FOUND";
    case absl::StatusCode::kAlreadyExists:
      return "ALREADY_EXISTS";
    case absl::StatusCode::kPermissionDenied:
      return "PERMISSION_DENIED";
    case absl::StatusCode::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case absl::StatusCode::kFailedPrecondition:
      return "FAILED_PRECONDITION";
    case absl::StatusCode::kAborted:
      return "ABORTED";
    case absl::StatusCode::kOutOfRange:
      return "OUT_OF_RANGE";
    case absl::StatusCode::kUnimplemented:
      return "UNIMPLEMENTED";
    case absl::StatusCode::kInternal:
      return "INTERNAL";
    case absl::StatusCode::kUnavailable:
      return "UNAVAILABLE";
    case absl::StatusCode::kDataLoss:
      return "DATA_LOSS";
    case absl::StatusCode::kUnauthenticated:
      return "UNAUTHENTICATED";
    default:  // kUnknown and numbers that are no code
      return "UNKNOWN";
  }
}

VOUCH_NAMESPACE_END

#define VOUCH_INTERNAL_CONCAT2(a, b) a##b
#define VOUCH_INTERNAL_CONCAT(a, b) VOUCH_INTERNAL_CONCAT2(a, b)

// Returns the status of `expr` from the enclosing function unless it is OK.
#define VOUCH_RETURN_IF_ERROR(expr) \
  VOUCH_INTERNAL_RETURN_IF_ERROR(   \
      VOUCH_INTERNAL_CONCAT(vouch_internal_status_, __LINE__), expr)
// The name carries the line, so that `expr` may hold a lambda that uses the
// macro.
#define VOUCH_INTERNAL_RETURN_IF_ERROR(status, expr)     \
  do {                                                   \
    absl::Status status = (expr);                        \
    if (ABSL_PREDICT_FALSE(!status.ok())) return status; \
  } while (false)

// Moves the value of the StatusOr `expr` into `lhs` (a variable or a
// declaration without commas), or returns its status from the enclosing
// function. It is several statements: give it braces under an `if`.
#define VOUCH_ASSIGN_OR_RETURN(lhs, expr) \
  VOUCH_INTERNAL_ASSIGN_OR_RETURN(        \
      VOUCH_INTERNAL_CONCAT(vouch_internal_value_, __LINE__), lhs, expr)
#define VOUCH_INTERNAL_ASSIGN_OR_RETURN(value, lhs, expr)     \
  auto value = (expr);                                        \
  if (ABSL_PREDICT_FALSE(!value.ok())) return value.status(); \
  lhs = *std::move(value)

// An argument or invariant that only a bug can break. Checked in development
// builds; with NDEBUG the condition is compiled but never evaluated.
#ifdef NDEBUG
#define VOUCH_DCHECK(cond) static_cast<void>(false && (cond))
#else
#define VOUCH_DCHECK(cond) assert(cond)
#endif

#endif  // VOUCH_BASE_STATUS_H_
