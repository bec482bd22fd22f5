#include "vouch/proto/program_file.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "vouch/base/string_view.h"
#include "vouch/program/spec_codec.h"

namespace vouch::proto {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kText[] = R"(# The terms of a shop.
program_id: "shop"
currency: "EUR"
time_zone: "UTC"
conversion: SIGNUP
attribution {
  model: LAST_TOUCH
  windows { channel: LINK days: 30 }
  binding { span: LIFETIME }
}
acquisition { until: FIRST_PAYMENT_ONLY }
rules { rule_id: "r" reward { percent: "12.5%" } }
)";

constexpr char kJson[] = R"(
  {"program_id":"shop","currency":"EUR","timeZone":"UTC","conversion":"SIGNUP",
   "attribution":{"model":"LAST_TOUCH","binding":{"span":"LIFETIME"},
                  "windows":[{"channel":"LINK","days":30}]},
   "acquisition":{"until":"FIRST_PAYMENT_ONLY"},
   "rules":[{"ruleId":"r","reward":{"percent":"12.5%"}}]})";

std::vector<std::string> PlacesOf(const Mistakes& mistakes) {
  std::vector<std::string> paths;
  for (const Mistake& mistake : mistakes.list()) paths.push_back(mistake.path);
  return paths;
}

TEST(ProgramFileTest, TextAndJsonGiveTheSameTerms) {
  Mistakes mistakes;
  const absl::StatusOr<ProgramSpec> text = ReadProgram(kText, &mistakes);
  ASSERT_TRUE(text.ok()) << text.status();
  const absl::StatusOr<ProgramSpec> json = ReadProgram(kJson, &mistakes);
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_TRUE(mistakes.empty());
  EXPECT_EQ(EncodeSpec(*text), EncodeSpec(*json));
  EXPECT_EQ(text->program_id, "shop");
  EXPECT_EQ(text->windows[0].days, 30);
  EXPECT_EQ(text->rules[0].reward.percent, "12.5%");
}

TEST(ProgramFileTest, TheFirstCharacterChooses) {
  Mistakes as_json;
  EXPECT_FALSE(ReadProgram("\n\t {", &as_json).ok());
  EXPECT_THAT(PlacesOf(as_json), ElementsAre("byte 5"));
  Mistakes as_text;
  EXPECT_FALSE(ReadProgram("[", &as_text).ok());
  EXPECT_THAT(PlacesOf(as_text), ElementsAre("line 1:2"));
  Mistakes empty;
  EXPECT_FALSE(ReadProgram("", &empty).ok());
  EXPECT_THAT(
      PlacesOf(empty),
      ElementsAre("conversion", "attribution.model", "attribution.binding.span",
                  "acquisition.until", "program_id", "currency", "time_zone"));
}

// Every mistake, told at once: those of the schema's fields in their order,
// then those of the values.
TEST(ProgramFileTest, ListsEveryMistake) {
  constexpr char kWrong[] = R"(
program_id: "shop"
currency: "EURO"
time_zone: "Mars/Olympus"
attribution {
  model: TIME_DECAY
  windows { channel: LINK days: 0 }
  binding { span: LIFETIME }
}
acquisition { until: FIRST_PAYMENT_ONLY months: 3 }
customer_share_bounds { min: "60%" max: "40%" }
hold_days: -1
rules { rule_id: "a" reward { percent: "12.12345678%" } }
rules { rule_id: "a" when { contract_years { from: 3 until: 3 } }
        reward { fixed { amount_minor: 5 } } limits { months: -1 } }
rules { rule_id: "c" reward { fixed { amount_minor: -5 } } }
report { }
)";
  Mistakes mistakes;
  const absl::StatusOr<ProgramSpec> spec = ReadProgram(kWrong, &mistakes);
  EXPECT_EQ(spec.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ToStd(spec.status().message()), mistakes.ToString());
  EXPECT_THAT(
      PlacesOf(mistakes),
      ElementsAre("conversion", "report", "currency", "time_zone",
                  "attribution.half_life_days", "attribution.windows[0].days",
                  "acquisition.months", "customer_share_bounds.max",
                  "hold_days", "rules[0].reward.percent", "rules[1].rule_id",
                  "rules[1].when.contract_years.until",
                  "rules[1].limits.months",
                  "rules[2].reward.fixed.amount_minor"));
  for (const Mistake& mistake : mistakes.list()) {
    EXPECT_NE(mistake.problem, "") << mistake.path;
    EXPECT_NE(mistake.advice, "") << mistake.path;
  }
}

TEST(ProgramFileTest, TextMistakesHaveTheirPlace) {
  const struct {
    std::string text;
    const char* path;
    const char* problem;
  } kCases[] = {
      {"program_id: \"a\"\n  colour: 1\n", "line 2:9", "colour"},
      {"program_id: \"a\"\nprogram_id: \"b\"\n", "line 2:11", "multiple times"},
      {"rules {\n  rule_id: 5\n}\n", "line 2:12", "5"},
      {"rules {\n", "line 2:1", ""},
      {"hold_days: 99999999999\n", "line 1:12", ""},
      // The parser has gone on to the next token here.
      {"conversion: LATER\nhold_days: 1", "line 2:1", "LATER"},
      {"program_id: \"a\n", "line 1:15", ""},
      {"program_id: \"a\"\nname: \"\xff\"\n", "line 2:8", "not UTF-8"},
  };
  for (const auto& c : kCases) {
    Mistakes mistakes;
    EXPECT_FALSE(ReadProgramText(c.text, &mistakes).ok()) << c.text;
    ASSERT_FALSE(mistakes.empty());
    EXPECT_EQ(mistakes.list()[0].path, c.path) << mistakes.ToString();
    EXPECT_THAT(mistakes.list()[0].problem, HasSubstr(c.problem));
  }
}

TEST(ProgramFileTest, JsonMistakesHaveTheirPath) {
  const struct {
    const char* json;
    const char* text;
  } kCases[] = {
      {R"({"rules":[{},{"rate":1}]})", "rules[1].rate: unknown field"},
      {R"({"hold_days":2147483648})", "hold_days: is past 32 bits"},
      {R"({"hold_days":1,"holdDays":1})", "hold_days: given twice"},
      {R"({"rules":[{"reward":{"percent":12.5}}]})",
       "rules[0].reward.percent: is not a text"},
      {R"({"rules":[],})", "byte 13: "},
      {"", "byte 1: "},
  };
  for (const auto& c : kCases) {
    Mistakes mistakes;
    EXPECT_FALSE(ReadProgramJson(c.json, &mistakes).ok()) << c.json;
    EXPECT_EQ(mistakes.list().size(), 1u);
    EXPECT_THAT(mistakes.ToString(), StartsWith(c.text));
  }
}

TEST(ProgramFileTest, RefusesWhatIsTooLargeOrTooDeep) {
  for (const char* begin : {"", "{"}) {
    Mistakes mistakes;
    EXPECT_FALSE(
        ReadProgram(begin + std::string(kMaxProgramBytes, ' ') + "x", &mistakes)
            .ok());
    EXPECT_EQ(mistakes.ToString(), "program: longer than 4194304 bytes");
  }
  Mistakes mistakes;
  EXPECT_FALSE(ReadProgramText(std::string(100'000, '{'), &mistakes).ok());
  EXPECT_FALSE(mistakes.empty());
}

TEST(ProgramFileTest, MistakesFromBeforeForbidTheProgram) {
  Mistakes mistakes;
  mistakes.Add("file", "is old");
  EXPECT_FALSE(ReadProgram(kText, &mistakes).ok());
  EXPECT_EQ(mistakes.list().size(), 1u);
}

}  // namespace
}  // namespace vouch::proto
