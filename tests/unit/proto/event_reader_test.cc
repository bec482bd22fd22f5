#include "vouch/proto/event_reader.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/event_bytes.h"
#include "tests/unit/proto/event_samples.h"
#include "vouch/base/limits.h"
#include "vouch/base/string_view.h"
#include "vouch/event/codec.h"
#include "vouch/proto/json_reader.h"
#include "vouch/v1/event.pb.h"

namespace vouch::proto {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The bytes of `text`, at most `step` at a time, then `end`.
ByteSource TextSource(std::string text, std::size_t step = 1 << 20,
                      absl::Status end = absl::OkStatus()) {
  return [text = std::move(text), step, end, at = std::size_t{0}](
             char* buffer,
             std::size_t size) mutable -> absl::StatusOr<std::size_t> {
    const std::size_t count = std::min({size, step, text.size() - at});
    if (count == 0 && !end.ok()) return end;
    std::memcpy(buffer, text.data() + at, count);
    at += count;
    return count;
  };
}

// What was read, one line each: "1@0 e-1", or "2@17 payment.x: why".
std::vector<std::string> ReadAll(ByteSource source, EventFormat format,
                                 std::size_t batch_size = 1000) {
  EventReader reader(std::move(source), format);
  EventBatch batch;
  std::vector<std::string> all;
  while (reader.ReadBatch(batch_size, &batch)) {
    EXPECT_LE(batch.events.size() + batch.bad.size(), batch_size);
    EXPECT_EQ(batch.events.size(), batch.places.size());
    std::vector<std::pair<int64_t, std::string>> rows;
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      rows.emplace_back(
          batch.places[i].number,
          absl::StrCat(batch.places[i].number, "@", batch.places[i].offset, " ",
                       ToAbsl(batch.events[i].event_id)));
    }
    for (const BadEvent& bad : batch.bad) {
      EXPECT_FALSE(bad.status.ok());
      rows.emplace_back(bad.place.number,
                        absl::StrCat(bad.place.number, "@", bad.place.offset,
                                     " ", bad.status.message()));
    }
    std::sort(rows.begin(), rows.end());
    for (const auto& row : rows) all.push_back(row.second);
  }
  EXPECT_TRUE(batch.events.empty());
  EXPECT_TRUE(batch.bad.empty());
  EXPECT_FALSE(reader.ReadBatch(batch_size, &batch));
  return all;
}

std::vector<std::string> ReadLines(const std::string& text) {
  return ReadAll(TextSource(text), EventFormat::kJsonLines);
}

std::string Record(const v1::Event& message) {
  const std::string bytes = message.SerializeAsString();
  std::string record;
  std::size_t size = bytes.size();
  for (; size >= 0x80; size >>= 7) {
    record += static_cast<char>((size & 0x7f) | 0x80);
  }
  return record + static_cast<char>(size) + bytes;
}

std::string OneLine(std::string json) {
  std::replace(json.begin(), json.end(), '\n', ' ');
  return json;
}

std::string Clock(const std::string& id) {
  return R"({"program_id":"p","event_id":")" + id + R"(","clock":{}})";
}

v1::Event ClockMessage(const std::string& id) {
  v1::Event message;
  EXPECT_TRUE(ReadJson(Clock(id), &message).ok());
  return message;
}

// Canonical bytes of all events.
std::vector<std::string> Canonical(ByteSource source, EventFormat format,
                                   std::size_t batch_size) {
  EventReader reader(std::move(source), format);
  EventBatch batch;
  std::vector<std::string> all;
  while (reader.ReadBatch(batch_size, &batch)) {
    for (const BadEvent& bad : batch.bad) ADD_FAILURE() << bad.status;
    for (const Event& event : batch.events) {
      testing_support::AppendWithNames(event, &all.emplace_back());
    }
  }
  return all;
}

TEST(EventReaderTest, EveryKindIsTheSameFromJsonAndBinary) {
  std::string lines;
  std::string records;
  for (const std::string& body : GoodBodies()) {
    v1::Event message;
    ASSERT_TRUE(ReadJson(EventJson(body), &message).ok()) << body;
    lines += OneLine(EventJson(body)) + "\n";
    records += Record(message);
  }
  const std::vector<std::string> expected =
      Canonical(TextSource(lines), EventFormat::kJsonLines, 1000);
  ASSERT_EQ(expected.size(), GoodBodies().size());
  for (const std::size_t step : {1, 7, 100000}) {
    for (const std::size_t batch_size : {1, 3, 1000}) {
      EXPECT_EQ(Canonical(TextSource(lines, step), EventFormat::kJsonLines,
                          batch_size),
                expected);
      EXPECT_EQ(Canonical(TextSource(records, step), EventFormat::kBinary,
                          batch_size),
                expected);
    }
  }
}

TEST(EventReaderTest, LinesEndInEveryWay) {
  const std::string a = Clock("a");
  const std::string b = Clock("b");
  EXPECT_THAT(ReadLines(""), ElementsAre());
  EXPECT_THAT(ReadLines("\n"), ElementsAre());
  EXPECT_THAT(ReadLines(a), ElementsAre("1@0 a"));
  EXPECT_THAT(ReadLines(a + "\n"), ElementsAre("1@0 a"));
  EXPECT_THAT(ReadLines(a + "\r\n \t\r\n\n  " + b),
              ElementsAre("1@0 a", absl::StrCat("4@", a.size() + 7, " b")));
}

TEST(EventReaderTest, ABadLineIsToldAndReadingGoesOn) {
  const std::string good = Clock("a");
  const struct {
    std::string line;
    const char* problem;
  } kCases[] = {
      {R"({"program_id":"p","event_id":"x","clo)", "byte 38: syntax error"},
      {"{\"program_id\":\"\xff\"}", "byte 16: syntax error"},
      {R"({"event_id":5})", "event_id: is not a text"},
      {R"({"event":5})", "event: unknown field"},
      {R"({"event_id":"a","event_id":"b"})", "event_id: given twice"},
      {R"({"payment":{"lines":[{"amount_minor":92233720368547758070}]}})",
       "payment.lines[0].amount_minor: is past 64 bits"},
      {R"({"time":"10000-01-01T00:00:00Z","clock":{}})", "time_us: "},
      {R"({"event_id":"x"})", "body: missing"},
      {R"({"payment":{"exchange":{}}})", "payment.exchange.rate: missing"},
      {std::string(10 * 1024 * 1024, 'x'), "line: longer than 4194304 bytes"},
      {std::string(kMaxEventBytes + 1, ' '), "line: longer than"},
      {std::string("\0", 1), "byte 1: a NUL byte"},
  };
  for (const auto& c : kCases) {
    const std::vector<std::string> read =
        ReadLines(good + "\n" + c.line + "\n" + good);
    ASSERT_EQ(read.size(), 3u) << c.problem;
    EXPECT_EQ(read[0], "1@0 a");
    EXPECT_THAT(read[1], testing::StartsWith(absl::StrCat("2@", good.size() + 1,
                                                          " ", c.problem)));
    EXPECT_EQ(read[2],
              absl::StrCat("3@", good.size() + c.line.size() + 2, " a"));
  }
}

TEST(EventReaderTest, ALineOfTheLimitIsRead) {
  std::string line = Clock("a");
  line.resize(kMaxEventBytes, ' ');
  EXPECT_THAT(ReadLines(line), ElementsAre("1@0 a"));
  EXPECT_THAT(
      ReadLines(line + "\n" + Clock("b")),
      ElementsAre("1@0 a", absl::StrCat("2@", kMaxEventBytes + 1, " b")));
  EXPECT_THAT(ReadLines(line + " "),
              ElementsAre("1@0 line: longer than 4194304 bytes"));
  EXPECT_THAT(ReadAll(TextSource(line + " \n" + Clock("b"), 1000),
                      EventFormat::kJsonLines),
              ElementsAre("1@0 line: longer than 4194304 bytes",
                          absl::StrCat("2@", kMaxEventBytes + 2, " b")));
}

TEST(EventReaderTest, TheLastLineMayBeTorn) {
  EXPECT_THAT(ReadLines(Clock("a") + "\n{\"event_id\":"),
              ElementsAre("1@0 a", testing::StartsWith("2@45 byte 13: ")));
}

TEST(EventReaderTest, AReadErrorIsTheLastThingTold) {
  const absl::Status error = absl::DataLossError("input: gone");
  EXPECT_THAT(ReadAll(TextSource(Clock("a") + "\n" + Clock("b"), 10, error),
                      EventFormat::kJsonLines),
              ElementsAre("1@0 a", "2@45 input: gone"));
  EXPECT_THAT(ReadAll(TextSource("", 10, error), EventFormat::kJsonLines),
              ElementsAre("1@0 input: gone"));
  const std::string record = Record(ClockMessage("a"));
  EXPECT_THAT(ReadAll(TextSource(record + record.substr(0, 3), 10, error),
                      EventFormat::kBinary),
              ElementsAre("1@0 a", HasSubstr("input: gone")));
  EXPECT_THAT(ReadAll(TextSource("\x80", 10, error), EventFormat::kBinary),
              ElementsAre("1@0 input: gone"));
}

std::vector<std::string> ReadRecords(const std::string& bytes) {
  return ReadAll(TextSource(bytes, 5), EventFormat::kBinary);
}

TEST(EventReaderTest, ABadRecordIsToldAndReadingGoesOn) {
  const std::string good = Record(ClockMessage("a"));
  const auto after = [&](const std::string& bad) {
    return absl::StrCat("3@", good.size() + bad.size(), " a");
  };
  const std::string at = absl::StrCat("2@", good.size(), " ");
  for (const std::string& bad :
       {std::string("\x02\xff\xff"), std::string("\x03\x0a\x01\xff"),
        std::string("\x02\x0a\x09")}) {
    EXPECT_THAT(ReadRecords(good + bad + good),
                ElementsAre("1@0 a", at + "record: not the bytes of an event",
                            after(bad)));
  }
  // A record of no bytes is an event without a body.
  const std::string empty(1, '\0');
  EXPECT_THAT(ReadRecords(good + empty + good),
              ElementsAre("1@0 a", at + "body: missing", after(empty)));
}

TEST(EventReaderTest, ARecordWithFieldsOfANewerSchemaIsRefused) {
  v1::Event message = ClockMessage("a");
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(77, 1);
  EXPECT_THAT(ReadRecords(Record(message)),
              ElementsAre("1@0 record: field 77 is not known to this version"));
  message = ClockMessage("a");
  message.mutable_payment()->add_lines();
  v1::Line* line = message.mutable_payment()->add_lines();
  v1::Attribute* attribute = line->add_attributes();
  attribute->GetReflection()
      ->MutableUnknownFields(attribute)
      ->AddLengthDelimited(5, "x");
  EXPECT_THAT(ReadRecords(Record(message)),
              ElementsAre("1@0 payment.lines[1].attributes[0]: field 5 is not "
                          "known to this version"));
  message.mutable_program_set()->mutable_program();
  v1::Base* base =
      message.mutable_program_set()->mutable_program()->mutable_base();
  base->GetReflection()->MutableUnknownFields(base)->AddVarint(9, 0);
  EXPECT_THAT(ReadRecords(Record(message)),
              ElementsAre("1@0 program_set.program.base: field 9 is not known "
                          "to this version"));
}

TEST(EventReaderTest, ALengthThatCannotBeEndsTheReading) {
  const std::string good = Record(ClockMessage("a"));
  const std::string at = absl::StrCat("2@", good.size(), " ");
  EXPECT_THAT(ReadRecords(""), ElementsAre());
  EXPECT_THAT(ReadRecords(good), ElementsAre("1@0 a"));
  EXPECT_THAT(
      ReadRecords(good + good.substr(0, good.size() - 1)),
      ElementsAre("1@0 a",
                  absl::StrCat(at, "record: torn: ", good.size() - 2, " of ",
                               good.size() - 1, " bytes are there")));
  EXPECT_THAT(ReadRecords(good + "\x80"),
              ElementsAre("1@0 a", at + "record: torn: within its length"));
  // 4 MiB + 1; five bytes and more to come; the same without an end.
  for (const std::string& length :
       {std::string("\x81\x80\x80\x02"),
        std::string("\x80\x80\x80\x80\x80\x01"), std::string(20, '\xff')}) {
    EXPECT_THAT(
        ReadRecords(good + length + good),
        ElementsAre("1@0 a",
                    at + "record: longer than 4194304 bytes; what follows is "
                         "not read"));
  }
}

TEST(EventReaderTest, ARecordOfTheLimitIsRead) {
  v1::Event message = ClockMessage("");
  message.set_event_id(std::string(kMaxEventBytes, 'x'));
  const std::size_t extra = message.ByteSizeLong() - kMaxEventBytes;
  message.set_event_id(std::string(kMaxEventBytes - extra, 'x'));
  ASSERT_EQ(message.ByteSizeLong(), kMaxEventBytes);
  const std::vector<std::string> read =
      ReadAll(TextSource(Record(message)), EventFormat::kBinary);
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0], "1@0 " + message.event_id());
}

TEST(EventReaderTest, ABatchIsClosedAfterItsBytes) {
  std::string line = Clock("a");
  line.resize(kMaxEventBytes - 1, ' ');
  std::string text;
  for (int i = 0; i < 6; ++i) text += line + "\n";
  EventReader reader(TextSource(text), EventFormat::kJsonLines);
  EventBatch batch;
  ASSERT_TRUE(reader.ReadBatch(1000, &batch));
  EXPECT_EQ(batch.events.size(), kMaxBatchBytes / kMaxEventBytes);
  ASSERT_TRUE(reader.ReadBatch(1000, &batch));
  EXPECT_EQ(batch.events.size(), 2u);
  EXPECT_FALSE(reader.ReadBatch(1000, &batch));
}

TEST(EventReaderTest, ReadsAFile) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  const std::string text = Clock("a") + "\n" + Clock("b") + "\n";
  ASSERT_EQ(std::fwrite(text.data(), 1, text.size(), file), text.size());
  std::rewind(file);
  EXPECT_THAT(ReadAll(FileSource(file), EventFormat::kJsonLines),
              ElementsAre("1@0 a", "2@45 b"));
  std::fclose(file);
}

TEST(EventReaderTest, AFileThatCannotBeReadIsDataLoss) {
  std::FILE* folder = std::fopen(".", "r");
  if (folder == nullptr) GTEST_SKIP() << "a folder cannot be opened here";
  EventReader reader(FileSource(folder), EventFormat::kJsonLines);
  EventBatch batch;
  ASSERT_TRUE(reader.ReadBatch(10, &batch));
  ASSERT_EQ(batch.bad.size(), 1u);
  EXPECT_EQ(batch.bad[0].status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(ToStd(batch.bad[0].status.message())),
              HasSubstr("input: cannot be read: "));
  EXPECT_FALSE(reader.ReadBatch(10, &batch));
  std::fclose(folder);
}

TEST(EventReaderTest, AReaderMayMove) {
  EventReader first(TextSource(Clock("a") + "\n" + Clock("b")),
                    EventFormat::kJsonLines);
  EventBatch batch;
  ASSERT_TRUE(first.ReadBatch(1, &batch));
  EventReader second = std::move(first);
  ASSERT_EQ(batch.events[0].event_id, "a");
  ASSERT_TRUE(second.ReadBatch(1, &batch));
  EXPECT_EQ(batch.events[0].event_id, "b");
  EXPECT_EQ(batch.places[0].number, 2);
}

}  // namespace
}  // namespace vouch::proto
