#include "vouch/proto/json_reader.h"

#include <cstdint>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/wrappers.pb.h"
#include "gtest/gtest.h"
#include "vouch/base/string_view.h"
#include "vouch/v1/event.pb.h"
#include "vouch/v1/program.pb.h"

namespace vouch::proto {
namespace {

using ::testing::HasSubstr;

// The message of the error; "OK" for none.
std::string Problem(const std::string& json,
                    google::protobuf::Message* message) {
  const absl::Status status = ReadJson(json, message);
  if (status.ok()) return "OK";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(message->ByteSizeLong(), 0u) << json;
  return std::string(ToStd(status.message()));
}

TEST(JsonReaderTest, ReadsAnEventByEitherName) {
  v1::Event by_schema;
  ASSERT_EQ(Problem(R"({"program_id":"portal","event_id":"e-1","time_us":5,
                  "payment":{"payment_id":"p","currency":"EUR","lines":[
                    {"line":1,"quantity":2,"amount_minor":"11900",
                     "attributes":[{"key":"k","value":"\u20ac"}]},
                    {"line":2,"amount_minor":-5}]}})",
                    &by_schema),
            "OK");
  v1::Event by_json;
  ASSERT_EQ(Problem(R"( {"programId":"portal","eventId":"e-1","time":"5",
                  "payment":{"paymentId":"p","currency":"EUR","lines":[
                    {"line":"1","quantity":2.0,"amountMinor":1.19e4,
                     "attributes":[{"value":"€","key":"k"}]},
                    {"line":2,"amountMinor":-5,"product":null}],
                    "exchange":null}} )",
                    &by_json),
            "OK");
  EXPECT_EQ(by_schema.SerializeAsString(), by_json.SerializeAsString());
  EXPECT_EQ(by_schema.payment().lines(0).amount_minor(), 11900);
  EXPECT_EQ(by_schema.payment().lines(0).attributes(0).value(), "€");
  EXPECT_EQ(by_schema.payment().lines(1).amount_minor(), -5);
  EXPECT_FALSE(by_schema.payment().has_exchange());
  EXPECT_FALSE(by_schema.payment().lines(1).has_quantity());
}

TEST(JsonReaderTest, ReadsTimesAsNumberAndAsText) {
  const struct {
    const char* json;
    int64_t us;
  } kCases[] = {
      {R"({"time":"2024-03-01T09:30:00Z"})", 1'709'285'400'000'000},
      {R"({"time_us":"2024-03-01T10:30:00.000001+01:00"})",
       1'709'285'400'000'001},
      {R"({"time":1709285400000000})", 1'709'285'400'000'000},
      {R"({"time":"-1"})", -1},
      {R"({"time":null})", 0},
  };
  for (const auto& c : kCases) {
    v1::Event event;
    ASSERT_EQ(Problem(c.json, &event), "OK") << c.json;
    EXPECT_EQ(event.time_us(), c.us) << c.json;
  }
  v1::RoleAssigned role;
  ASSERT_EQ(Problem(R"({"from":"1970-01-01T00:00:01Z","until":0})", &role),
            "OK");
  EXPECT_EQ(role.from_us(), 1'000'000);
  EXPECT_TRUE(role.has_until_us());
}

TEST(JsonReaderTest, ReadsEnumsByWordAndNumber) {
  v1::Conditions when;
  ASSERT_EQ(Problem(R"({"channels":["LINK",2,"CHANNEL_UNSPECIFIED"]})", &when),
            "OK");
  ASSERT_EQ(when.channels_size(), 3);
  EXPECT_EQ(when.channels(0), v1::LINK);
  EXPECT_EQ(when.channels(1), v1::CODE);
  EXPECT_EQ(when.channels(2), v1::CHANNEL_UNSPECIFIED);
}

TEST(JsonReaderTest, ReadsEveryOtherType) {
  google::protobuf::UninterpretedOption option;
  ASSERT_EQ(Problem(R"({"string_value":"/+8=",
                        "positive_int_value":18446744073709551615,
                        "negativeIntValue":"-9223372036854775808",
                        "name":[{"name_part":"n","is_extension":true}]})",
                    &option),
            "OK");
  EXPECT_EQ(option.string_value(), "\xff\xef");
  EXPECT_EQ(option.positive_int_value(), UINT64_MAX);
  EXPECT_EQ(option.negative_int_value(), INT64_MIN);
  EXPECT_TRUE(option.name(0).is_extension());
  ASSERT_EQ(Problem(R"({"string_value":"_-8"})", &option), "OK");
  EXPECT_EQ(option.string_value(), "\xff\xef");

  google::protobuf::UInt32Value number;
  ASSERT_EQ(Problem(R"({"value":4294967295})", &number), "OK");
  EXPECT_EQ(number.value(), UINT32_MAX);
  google::protobuf::SourceCodeInfo_Location location;
  ASSERT_EQ(Problem(R"({"path":[1,-2147483648]})", &location), "OK");
  EXPECT_EQ(location.path(1), INT32_MIN);
}

TEST(JsonReaderTest, RefusesByPath) {
  const struct {
    const char* json;
    const char* problem;
  } kCases[] = {
      {R"({"payment":{"lines":[{},{"amount_minor":9223372036854775808}]}})",
       "payment.lines[1].amount_minor: is past 64 bits"},
      {R"({"payment":{"lines":[{"amount_minor":"-9223372036854775809"}]}})",
       "payment.lines[0].amount_minor: is past 64 bits"},
      {R"({"payment":{"lines":[{"amountMinor":1e19}]}})",
       "payment.lines[0].amount_minor: is past 64 bits"},
      {R"({"payment":{"lines":[{"amount_minor":18446744073709551616}]}})",
       "payment.lines[0].amount_minor: is past 64 bits"},
      {R"({"payment":{"lines":[{"amount_minor":10.5}]}})",
       "payment.lines[0].amount_minor: is not a whole number"},
      {R"({"payment":{"lines":[{"amount_minor":"ten"}]}})",
       "payment.lines[0].amount_minor: is not a whole number"},
      {R"({"payment":{"lines":[{"amount_minor":""}]}})",
       "payment.lines[0].amount_minor: is not a whole number"},
      {R"({"payment":{"lines":[{"amount_minor":true}]}})",
       "payment.lines[0].amount_minor: is not a whole number"},
      {R"({"payment":{"lines":[{"amount_minor":{}}]}})",
       "payment.lines[0].amount_minor: is not a whole number"},
      {R"({"payment":{"lines":[{"amount_minor":[1]}]}})",
       "payment.lines[0].amount_minor: is not a whole number"},
      {R"({"payment":{"lines":[{"line":2147483648}]}})",
       "payment.lines[0].line: is past 32 bits"},
      {R"({"payment":{"lines":{}}})", "payment.lines: is not a list"},
      {R"({"payment":{"lines":[[]]}})", "payment.lines[0]: is not an object"},
      {R"({"payment":{"lines":[{},null]}})",
       "payment.lines[1]: null in a list"},
      {R"({"payment":{"lines":["x"]}})", "payment.lines[0]: is not an object"},
      {R"({"payment":"x"})", "payment: is not an object"},
      {R"({"payment":1.5})", "payment: is not an object"},
      {R"({"payment":7})", "payment: is not an object"},
      {R"({"event_id":7})", "event_id: is not a text"},
      {R"({"event_id":7.5})", "event_id: is not a text"},
      {R"({"event_id":false})", "event_id: is not a text"},
      {R"({"event_id":["x"]})", "event_id: is not a text"},
      {R"({"touch":{"sub_ids":["a",1]}})", "touch.sub_ids[1]: is not a text"},
      {R"({"touch":{"channel":"BILLBOARD"}})",
       "touch.channel: \"BILLBOARD\" is not a word of Channel"},
      {R"({"touch":{"channel":"link"}})",
       "touch.channel: \"link\" is not a word of Channel"},
      {R"({"touch":{"channel":99}})",
       "touch.channel: 99 is not a number of Channel"},
      {R"({"touch":{"channel":-1}})",
       "touch.channel: -1 is not a number of Channel"},
      {R"({"touch":{"channel":4294967297}})",
       "touch.channel: 4294967297 is not a number of Channel"},
      {R"({"touch":{"channel":1.5}})", "touch.channel: is not a whole number"},
      {R"({"touch":{"channel":true}})", "touch.channel: is not a word"},
      {R"({"lead_updated":{"activity":1}})",
       "lead_updated.activity: is not true or false"},
      {R"({"lead_updated":{"activity":"true"}})",
       "lead_updated.activity: is not true or false"},
      {R"({"time":"10000-01-01T00:00:00Z"})", "time_us: "},
      {R"({"time":"2024-02-30T00:00:00Z"})", "time_us: "},
      {R"({"time":"yesterday"})", "time_us: "},
      {R"({"event_id":"a","event_id":"a"})", "event_id: given twice"},
      {R"({"event_id":null,"event_id":"a"})", "event_id: given twice"},
      {R"({"event_id":"a","eventId":"a"})", "event_id: given twice"},
      {R"({"time":1,"time_us":1})", "time_us: given twice"},
      {R"({"payment":{},"payment":{}})", "payment: given twice"},
      {R"({"payment":{"lines":[],"lines":[]}})", "payment.lines: given twice"},
      {R"({"payment":{},"clock":{}})",
       "clock: stands beside payment; give one of them"},
      {R"({"touch":{"visitor_id":"v","customer_id":""}})",
       "touch.customer_id: stands beside visitor_id; give one of them"},
      {R"({"paymnt":{}})", "paymnt: unknown field"},
      {R"({"payment":{"lines":[{},{"price":1}]}})",
       "payment.lines[1].price: unknown field"},
      {R"({"payment":{"bad\nkey":1}})", "payment.\"bad\\nkey\": unknown field"},
      {R"({"":1})", "\"\": unknown field"},
      {R"({"timeUs":1})", "timeUs: unknown field"},
      {"[]", "document: is not an object"},
      {"null", "document: is not an object"},
      {"true", "document: is not an object"},
      {"1", "document: is not an object"},
      {"1.5", "document: is not an object"},
      {"\"x\"", "document: is not an object"},
  };
  for (const auto& c : kCases) {
    v1::Event event;
    const std::string problem = Problem(c.json, &event);
    if (std::string(c.problem) == "time_us: ") {
      EXPECT_EQ(problem.rfind(c.problem, 0), 0u) << problem;
      EXPECT_GT(problem.size(), 10u);
    } else {
      EXPECT_EQ(problem, c.problem) << c.json;
    }
  }
}

TEST(JsonReaderTest, RefusesWhatIsNoJsonByByte) {
  const struct {
    std::string json;
    const char* byte;
  } kCases[] = {
      {"", "byte 1: "},
      {"   ", "byte 4: "},
      {"{", "byte 2: "},
      {R"({"event_id":"a")", "byte 16: "},
      {R"({"event_id":"a)", "byte 15: "},
      {R"({"event_id":"a",})", "byte 17: "},
      {R"({"event_id" "a"})", "byte 15: "},
      {R"({'event_id':1})", "byte 2: "},
      {R"({event_id:1})", "byte 2: "},
      {R"({} {})", "byte 4: "},
      {R"({}x)", "byte 3: "},
      {R"({"event_id":"a"} // c)", "byte 18: "},
      {R"({"time":NaN})", "byte 9: "},
      {R"({"time":Infinity})", "byte 9: "},
      {R"({"time":+1})", "byte 9: "},
      {R"({"time":01})", "byte 10: "},
      {R"({"time":1.})", "byte 11: "},
      {R"({"time":0x1})", "byte 10: "},
      {"{\"event_id\":\"\xff\"}", "byte 14: "},
      {"{\"event_id\":\"\xc3(\"}", "byte 15: "},
      {"{\"event_id\":\"\xed\xa0\x80\"}", "byte 15: "},
      {R"({"event_id":"\ud800"})", "byte 20: "},
      {R"({"event_id":"\x41"})", "byte 15: "},
      {"{\"event_id\":\"a\nb\"}", "byte 15: "},
      {"\xef\xbb\xbf{}", "byte 1: a byte order mark"},
      {std::string("{}\0{}", 5), "byte 3: a NUL byte"},
  };
  for (const auto& c : kCases) {
    v1::Event event;
    const std::string problem = Problem(c.json, &event);
    EXPECT_EQ(problem.rfind(c.byte, 0), 0u) << c.json << " -> " << problem;
    EXPECT_EQ(problem.find("json.exception"), std::string::npos) << problem;
    EXPECT_EQ(problem.find("last read"), std::string::npos) << problem;
  }
  v1::Event event;
  EXPECT_THAT(Problem(R"({"time":1e400})", &event), HasSubstr("out of range"));
}

TEST(JsonReaderTest, RefusesWhatDoesNotFitOtherTypes) {
  google::protobuf::UninterpretedOption option;
  EXPECT_EQ(Problem(R"({"positive_int_value":-1})", &option),
            "positive_int_value: is negative");
  EXPECT_EQ(Problem(R"({"string_value":"a b="})", &option),
            "string_value: is not base64 text");
  EXPECT_EQ(Problem(R"({"string_value":"a"})", &option),
            "string_value: is not base64 text");
  EXPECT_EQ(Problem(R"({"double_value":1})", &option),
            "double_value: is not a whole number");
  EXPECT_EQ(Problem(R"({"double_value":1.5})", &option),
            "double_value: is not a whole number");
  google::protobuf::UInt32Value number;
  EXPECT_EQ(Problem(R"({"value":4294967296})", &number),
            "value: is past 32 bits");
  EXPECT_EQ(Problem(R"({"value":-7})", &number), "value: is negative");
  google::protobuf::Struct with_map;
  EXPECT_EQ(Problem(R"({"fields":[{"key":"k"}]})", &with_map),
            "fields[0]: maps are not read");
}

// A DescriptorProto holds DescriptorProtos; the first object is depth 1.
std::string Nested(std::size_t depth) {
  std::string json = "{";
  for (std::size_t i = 1; i < depth; ++i) json += R"("nested_type":[{)";
  for (std::size_t i = 1; i < depth; ++i) json += "}]";
  return json + "}";
}

TEST(JsonReaderTest, RefusesTooMuchDepth) {
  google::protobuf::DescriptorProto message;
  EXPECT_EQ(Problem(Nested(kMaxJsonDepth), &message), "OK");
  EXPECT_THAT(Problem(Nested(kMaxJsonDepth + 1), &message),
              HasSubstr("nested_type[0]: nested too deep"));
  EXPECT_THAT(Problem(Nested(100'000), &message), HasSubstr("too deep"));
  v1::Event event;
  EXPECT_EQ(Problem(std::string(100'000, '['), &event),
            "document: is not an object");
}

TEST(JsonReaderTest, AReaderForgetsTheDocumentBefore) {
  JsonReader reader;
  v1::Event event;
  EXPECT_FALSE(reader.Read(R"({"payment":{"lines":[{"line":)", &event).ok());
  EXPECT_TRUE(reader.Read(R"({"event_id":"a","payment":{}})", &event).ok());
  EXPECT_EQ(event.event_id(), "a");
  EXPECT_TRUE(reader.Read(R"({"payment":{}})", &event).ok());
  EXPECT_EQ(event.event_id(), "");
  v1::Program program;
  JsonReader other = std::move(reader);
  EXPECT_TRUE(other.Read(R"({"rules":[{"rule_id":"r"}]})", &program).ok());
  EXPECT_EQ(program.rules(0).rule_id(), "r");
}

}  // namespace
}  // namespace vouch::proto
