// One list of numbers: the C header's, Abseil's and google.rpc.Code's.
#include "absl/status/status.h"

#include <string>

#include "capi/cut.h"
#include "gtest/gtest.h"
#include "vouch/base/config.h"
#include "vouch/base/status.h"
#include "vouch/c.h"

namespace {

// google/rpc/code.proto, where the numbers are stated for the protocol.
constexpr struct {
  int number;
  const char* name;
  vouch_status c;
  absl::StatusCode cpp;
} kCodes[] = {
    {0, "OK", VOUCH_OK, absl::StatusCode::kOk},
    {1, "CANCELLED", VOUCH_CANCELLED, absl::StatusCode::kCancelled},
    {2, "UNKNOWN", VOUCH_UNKNOWN, absl::StatusCode::kUnknown},
    {3, "INVALID_ARGUMENT", VOUCH_INVALID_ARGUMENT,
     absl::StatusCode::kInvalidArgument},
    {4, "DEADLINE_EXCEEDED", VOUCH_DEADLINE_EXCEEDED,
     absl::StatusCode::kDeadlineExceeded},
    {5, "NOT_FOUND", VOUCH_NOT_FOUND, absl::StatusCode::kNotFound},
    {6, "ALREADY_EXISTS", VOUCH_ALREADY_EXISTS,
     absl::StatusCode::kAlreadyExists},
    {7, "PERMISSION_DENIED", VOUCH_PERMISSION_DENIED,
     absl::StatusCode::kPermissionDenied},
    {8, "RESOURCE_EXHAUSTED", VOUCH_RESOURCE_EXHAUSTED,
     absl::StatusCode::kResourceExhausted},
    {9, "FAILED_PRECONDITION", VOUCH_FAILED_PRECONDITION,
     absl::StatusCode::kFailedPrecondition},
    {10, "ABORTED", VOUCH_ABORTED, absl::StatusCode::kAborted},
    {11, "OUT_OF_RANGE", VOUCH_OUT_OF_RANGE, absl::StatusCode::kOutOfRange},
    {12, "UNIMPLEMENTED", VOUCH_UNIMPLEMENTED,
     absl::StatusCode::kUnimplemented},
    {13, "INTERNAL", VOUCH_INTERNAL, absl::StatusCode::kInternal},
    {14, "UNAVAILABLE", VOUCH_UNAVAILABLE, absl::StatusCode::kUnavailable},
    {15, "DATA_LOSS", VOUCH_DATA_LOSS, absl::StatusCode::kDataLoss},
    {16, "UNAUTHENTICATED", VOUCH_UNAUTHENTICATED,
     absl::StatusCode::kUnauthenticated},
};

TEST(CStatus, HasTheNumbersOfAbseilAndOfTheProtocol) {
  int next = 0;
  for (const auto& code : kCodes) {
    EXPECT_EQ(code.number, next++);
    EXPECT_EQ(code.c, code.number) << code.name;
    EXPECT_EQ(static_cast<int>(code.cpp), code.number) << code.name;
    EXPECT_EQ(vouch::StatusCodeName(code.cpp), code.name);
  }
}

// Both headers define the release; were it not the same, this file would not
// compile.
TEST(CVersion, IsThatOfTheHeaders) {
  EXPECT_STREQ(vouch_version(), VOUCH_TEST_VERSION);
}

// A message is cut between two characters: a, ö of two bytes, € of three and
// a sign of four begin at 0, 1, 3 and 6.
TEST(CError, IsCutBetweenTwoCharacters) {
  const std::string text = "a\xc3\xb6\xe2\x82\xac\xf0\x9f\x8c\xb3";
  const std::size_t sizes[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (std::size_t most = 0; most < 12; ++most) {
    EXPECT_EQ(vouch::capi::Cut(text, most), text.substr(0, sizes[most]));
  }
  // What begins no character counts by itself.
  EXPECT_EQ(vouch::capi::Cut("\xff\xff\xff", 2), "\xff\xff");
}

}  // namespace
