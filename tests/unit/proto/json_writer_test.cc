#include "vouch/proto/json_writer.h"

#include <string>

#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "vouch/proto/json_reader.h"
#include "vouch/v1/event.pb.h"
#include "vouch/v1/ledger.pb.h"
#include "vouch/v1/report.pb.h"

namespace vouch {
namespace proto {
namespace {

TEST(JsonWriterTest, WritesWhatHasNoPresence) {
  EXPECT_EQ(WriteJson(v1::Balance()),
            R"({"partner_id":"","currency":"","pending_minor":"0",)"
            R"("payable_minor":"0","in_transit_minor":"0","paid_minor":"0",)"
            R"("program_id":""})");
  EXPECT_EQ(WriteJson(v1::CodeRevoked()), R"({"code":"","partner_id":""})");
  // Of a line only the quantity has presence.
  v1::Line line;
  EXPECT_EQ(WriteJson(line),
            R"({"line":0,"product":"","category":"","amount_minor":"0",)"
            R"("tax_minor":"0","discount_minor":"0","fee_minor":"0",)"
            R"("attributes":[]})");
  line.set_quantity(0);
  line.set_amount_minor(INT64_MIN);
  line.set_tax_minor(INT64_MAX);
  line.add_attributes()->set_key("k");
  EXPECT_EQ(WriteJson(line),
            R"({"line":0,"product":"","category":"","quantity":"0",)"
            R"("amount_minor":"-9223372036854775808",)"
            R"("tax_minor":"9223372036854775807","discount_minor":"0",)"
            R"("fee_minor":"0","attributes":[{"key":"k","value":""}]})");
}

TEST(JsonWriterTest, WritesWordsAndNumbersOfEnums) {
  v1::Posting posting;
  posting.set_account(v1::IN_TRANSIT);
  EXPECT_EQ(WriteJson(posting),
            R"({"account":"IN_TRANSIT","partner_id":"","amount_minor":"0"})");
  posting.set_account(static_cast<v1::AccountKind>(77));
  EXPECT_EQ(WriteJson(posting),
            R"({"account":77,"partner_id":"","amount_minor":"0"})");
}

TEST(JsonWriterTest, EscapesTexts) {
  const struct {
    std::string text;
    const char* json;
  } cases[] = {
      {"plain", "plain"},
      {"a\"b\\c/d", R"(a\"b\\c/d)"},
      {"\b\f\n\r\t", R"(\b\f\n\r\t)"},
      {std::string("\0\x01\x1f", 3), R"(\u0000\u0001\u001f)"},
      {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
       "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"},
      {"<b>&\x7f", "<b>&\x7f"},
      {"a\xff"
       "b\xc3",
       "a\xef\xbf\xbd"
       "b\xef\xbf\xbd"},
  };
  for (const auto& c : cases) {
    v1::CodeRevoked message;
    message.set_code(c.text);
    EXPECT_EQ(WriteJson(message),
              std::string(R"({"code":")") + c.json + R"(","partner_id":""})");
  }
}

// A message with lists, messages, a oneof and words of several levels.
v1::Event Payment() {
  v1::Event event;
  event.set_program_id("shop");
  event.set_event_id("e-1");
  event.set_time_us(1704164645000000);
  v1::Payment* payment = event.mutable_payment();
  payment->set_payment_id("inv-1");
  payment->set_customer_id("gr\xc3\xbc\xc3\x9f\"e");
  payment->set_currency("EUR");
  for (int i = 1; i <= 3; ++i) {
    v1::Line* line = payment->add_lines();
    line->set_line(i);
    line->set_amount_minor(-i);
  }
  return event;
}

// Fields of presence are left out: that writer puts them behind the others.
TEST(JsonWriterTest, AgreesWithProtocolBuffersOwnWriter) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  v1::RatingExplanation rating;
  rating.add_lines(1);
  rating.add_lines(-2);
  rating.add_split()->set_weight_ppb(5);
  rating.add_parts()->set_rate_exception(true);
  v1::Event payment = Payment();
  payment.clear_time_us();
  for (const google::protobuf::Message* const message :
       std::initializer_list<const google::protobuf::Message*>{&payment,
                                                               &rating}) {
    std::string theirs;
    ASSERT_TRUE(
        google::protobuf::util::MessageToJsonString(*message, &theirs, options)
            .ok());
    EXPECT_EQ(WriteJson(*message), theirs);
  }
}

TEST(JsonWriterTest, IsReadBack) {
  v1::Event event = Payment();
  event.mutable_payment()->mutable_lines(1)->set_quantity(5);
  v1::Event back;
  const absl::Status status = ReadJson(WriteJson(event), &back);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(event, back));
}

TEST(JsonWriterTest, AppendsBehindWhatIsThere) {
  JsonWriter writer;
  std::string out = "x";
  writer.Append(v1::CodeRevoked(), &out);
  writer.Append(v1::Clock(), &out);
  writer.Append(v1::CodeRevoked(), &out);
  EXPECT_EQ(out,
            R"(x{"code":"","partner_id":""}{}{"code":"","partner_id":""})");
}

}  // namespace
}  // namespace proto
}  // namespace vouch
