#include "vouch/base/bytes.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace vouch {
namespace {

using std::string_view_literals::operator""sv;

// LEB128 by hand: seven bits a byte, the lowest first, the high bit set on
// every byte but the last. 300 = 0b10'0101100 -> AC 02.
constexpr struct {
  uint64_t value;
  std::string_view bytes;
} kUnsigned[] = {
    {0, "\x00"sv},
    {1, "\x01"sv},
    {127, "\x7f"sv},
    {128, "\x80\x01"sv},
    {300, "\xac\x02"sv},
    {16383, "\xff\x7f"sv},
    {16384, "\x80\x80\x01"sv},
    {uint64_t{1} << 32, "\x80\x80\x80\x80\x10"sv},
    {uint64_t{1} << 63, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"sv},
    {UINT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv},
};

TEST(BytesTest, UnsignedNumbersAreLeb128) {
  for (const auto& c : kUnsigned) {
    std::string bytes;
    ByteWriter(&bytes).Unsigned(c.value);
    EXPECT_EQ(bytes, c.bytes) << c.value;
    ByteReader reader(c.bytes);
    EXPECT_EQ(reader.Unsigned(), c.value);
    EXPECT_TRUE(reader.ok());
    EXPECT_TRUE(reader.AtEnd());
  }
}

// Zigzag by hand: n >= 0 is 2n, n < 0 is -2n - 1.
TEST(BytesTest, SignedNumbersAreZigzagFirst) {
  const struct {
    int64_t value;
    std::string_view bytes;
  } kCases[] = {
      {0, "\x00"sv},
      {-1, "\x01"sv},
      {1, "\x02"sv},
      {-64, "\x7f"sv},
      {64, "\x80\x01"sv},
      {INT64_MAX, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv},
      {INT64_MIN, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv},
  };
  for (const auto& c : kCases) {
    std::string bytes;
    ByteWriter(&bytes).Signed(c.value);
    EXPECT_EQ(bytes, c.bytes) << c.value;
    ByteReader reader(c.bytes);
    EXPECT_EQ(reader.Signed(), c.value);
    EXPECT_TRUE(reader.ok() && reader.AtEnd());
  }
}

TEST(BytesTest, TextsAreLengthAndBytes) {
  std::string bytes = "before";
  ByteWriter writer(&bytes);
  writer.Text("abc");
  writer.Text("");
  writer.Text("a\0b"sv);
  writer.Byte(0xfe);
  EXPECT_EQ(bytes,
            "before\x03"
            "abc\x00\x03"
            "a\0b\xfe"sv);

  ByteReader reader(std::string_view(bytes).substr(6));
  const std::string_view first = reader.Text();
  EXPECT_EQ(first, "abc");
  EXPECT_EQ(first.data(), bytes.data() + 7);  // borrowed, not copied
  EXPECT_EQ(reader.Text(), "");
  EXPECT_EQ(reader.Text(), "a\0b"sv);
  EXPECT_FALSE(reader.AtEnd());
  EXPECT_EQ(reader.Byte(), 0xfe);
  EXPECT_TRUE(reader.ok() && reader.AtEnd());
}

TEST(BytesTest, RefusesNumbersThatNoWriterWrites) {
  const std::string_view kCases[] = {
      ""sv,              // nothing
      "\x80"sv,          // goes on, but nothing follows
      "\x80\x00"sv,      // a needless byte
      "\xff\x80\x00"sv,  // another
      // Past 64 bits: the tenth byte may hold one bit.
      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"sv,
      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00"sv,
      "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"sv,
      "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"sv,
  };
  for (const std::string_view bytes : kCases) {
    ByteReader reader(bytes);
    EXPECT_EQ(reader.Unsigned(), 0u);
    EXPECT_FALSE(reader.ok());
  }
}

TEST(BytesTest, ReadsNothingPastTheEnd) {
  const struct {
    std::string_view bytes;
    bool text_ok;
    bool count_ok;
  } kCases[] = {
      {"\x00"sv, true, true},
      {"\x01"sv, false, false},
      {"\x02x"sv, false, false},
      {"\x01x"sv, true, true},
      // A length of 2^64 - 1, and one that would wrap when the place is added.
      {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv, false, false},
      {"\xf6\xff\xff\xff\xff\xff\xff\xff\xff\x01xxxxxxxxxx"sv, false, false},
      {""sv, false, false},
  };
  for (const auto& c : kCases) {
    ByteReader text(c.bytes);
    text.Text();
    EXPECT_EQ(text.ok(), c.text_ok);
    ByteReader count(c.bytes);
    const std::size_t n = count.Count();
    EXPECT_EQ(count.ok(), c.count_ok);
    EXPECT_LE(n, c.bytes.size());
  }
}

TEST(BytesTest, AFlagIsZeroOrOne) {
  ByteReader good("\x00\x01"sv);
  EXPECT_FALSE(good.Flag());
  EXPECT_TRUE(good.Flag());
  EXPECT_TRUE(good.ok());
  EXPECT_FALSE(good.Flag());  // nothing is left
  EXPECT_FALSE(good.ok());
  ByteReader bad("\x02"sv);
  EXPECT_FALSE(bad.Flag());
  EXPECT_FALSE(bad.ok());
}

TEST(BytesTest, StaysUnreadableOnceItIs) {
  ByteReader reader("\x05\x01\x02\x03"sv);
  EXPECT_EQ(reader.Text(), "");  // five bytes are asked for, three are there
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.Unsigned(), 0u);
  EXPECT_EQ(reader.Signed(), 0);
  EXPECT_EQ(reader.Byte(), 0);
  EXPECT_EQ(reader.Count(), 0u);
  EXPECT_EQ(reader.Text(), "");
  EXPECT_FALSE(reader.ok());

  ByteReader marked("\x01"sv);
  EXPECT_EQ(marked.Fail(), 0u);
  EXPECT_EQ(marked.Byte(), 0);
  EXPECT_FALSE(marked.ok());
}

}  // namespace
}  // namespace vouch
