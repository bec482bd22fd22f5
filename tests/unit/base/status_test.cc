#include "vouch/base/status.h"

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace vouch {
namespace {

TEST(StatusTest, FieldHelpersNameTheField) {
  const struct {
    absl::Status status;
    absl::StatusCode code;
  } kCases[] = {
      {InvalidField("f.g", "why"), absl::StatusCode::kInvalidArgument},
      {NotFoundField("f.g", "why"), absl::StatusCode::kNotFound},
      {ExistsField("f.g", "why"), absl::StatusCode::kAlreadyExists},
      {PreconditionField("f.g", "why"), absl::StatusCode::kFailedPrecondition},
      {ExhaustedField("f.g", "why"), absl::StatusCode::kResourceExhausted},
      {RangeField("f.g", "why"), absl::StatusCode::kOutOfRange},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(c.status.code(), c.code);
    EXPECT_EQ(ToStd(c.status.message()), "f.g: why");
  }
}

TEST(StatusTest, CodeNamesAreAbseils) {
  std::set<std::string> names;
  for (int number = 0; number <= 16; ++number) {
    const auto code = static_cast<absl::StatusCode>(number);
    EXPECT_EQ(StatusCodeName(code), absl::StatusCodeToString(code));
    names.emplace(StatusCodeName(code));
  }
  EXPECT_EQ(names.size(), 17u);
  EXPECT_EQ(StatusCodeName(absl::StatusCode::kInvalidArgument),
            "INVALID_ARGUMENT");
  EXPECT_EQ(StatusCodeName(static_cast<absl::StatusCode>(99)), "UNKNOWN");
}

absl::Status Relay(const absl::Status& status, bool* went_on) {
  VOUCH_RETURN_IF_ERROR(status);
  *went_on = true;
  return absl::OkStatus();
}

TEST(StatusTest, ReturnIfErrorPassesOn) {
  bool went_on = false;
  EXPECT_EQ(Relay(InvalidField("a", "b"), &went_on), InvalidField("a", "b"));
  EXPECT_FALSE(went_on);
  EXPECT_TRUE(Relay(absl::OkStatus(), &went_on).ok());
  EXPECT_TRUE(went_on);
}

TEST(StatusTest, ReturnIfErrorIsOneStatement) {
  const auto run = [](bool check) -> absl::Status {
    if (check)
      VOUCH_RETURN_IF_ERROR(InvalidField("a", "b"));
    else
      return NotFoundField("c", "d");
    return absl::OkStatus();
  };
  EXPECT_EQ(run(true), InvalidField("a", "b"));
  EXPECT_EQ(run(false), NotFoundField("c", "d"));
}

absl::StatusOr<int> Sum(absl::StatusOr<std::unique_ptr<int>> a,
                        absl::StatusOr<int> b) {
  VOUCH_ASSIGN_OR_RETURN(const std::unique_ptr<int> x, std::move(a));
  int y = 0;
  VOUCH_ASSIGN_OR_RETURN(y, b);
  return *x + y;
}

TEST(StatusTest, AssignOrReturnMovesTheValueOrPassesOn) {
  EXPECT_EQ(*Sum(std::make_unique<int>(40), 2), 42);
  EXPECT_EQ(Sum(InvalidField("a", "b"), 2).status(), InvalidField("a", "b"));
  EXPECT_EQ(Sum(std::make_unique<int>(1), NotFoundField("c", "d")).status(),
            NotFoundField("c", "d"));
}

TEST(StatusTest, DcheckEvaluatesOnlyInDevelopment) {
  int evaluated = 0;
  VOUCH_DCHECK(++evaluated > 0);
#ifdef NDEBUG
  EXPECT_EQ(evaluated, 0);
#else
  EXPECT_EQ(evaluated, 1);
  EXPECT_DEATH(VOUCH_DCHECK(evaluated == 2), "evaluated == 2");
#endif
}

}  // namespace
}  // namespace vouch
