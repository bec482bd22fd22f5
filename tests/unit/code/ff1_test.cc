#include "vouch/code/ff1.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "vouch/code/secret.h"

namespace vouch {
namespace {

struct KnownAnswer {
  const char* source;
  uint32_t radix;
  const char* alphabet;
  const char* key;
  const char* tweak;
  const char* plaintext;
  const char* ciphertext;
};
constexpr KnownAnswer kKnownAnswers[] = {
#include "tests/unit/code/ff1_table.inc"
};

std::vector<uint8_t> Hex(std::string_view text) {
  const auto secret = Secret::FromHex(text);
  return {secret->bytes().begin(), secret->bytes().end()};
}

std::vector<uint16_t> Numerals(std::string_view text,
                               std::string_view alphabet) {
  std::vector<uint16_t> numerals;
  for (const char letter : text) {
    numerals.push_back(static_cast<uint16_t>(alphabet.find(letter)));
  }
  return numerals;
}

std::string Text(const std::vector<uint16_t>& numerals,
                 std::string_view alphabet) {
  std::string text;
  for (const uint16_t numeral : numerals) text.push_back(alphabet[numeral]);
  return text;
}

TEST(Ff1Test, KnownAnswers) {
  int count = 0;
  for (const KnownAnswer& known : kKnownAnswers) {
    SCOPED_TRACE(known.source);
    auto ff1 = Ff1::Create(Hex(known.key), known.radix);
    ASSERT_TRUE(ff1.ok());
    const std::vector<uint8_t> tweak = Hex(known.tweak);
    std::vector<uint16_t> numerals = Numerals(known.plaintext, known.alphabet);
    ASSERT_TRUE(ff1->Encrypt(tweak, absl::MakeSpan(numerals)).ok());
    EXPECT_EQ(Text(numerals, known.alphabet), known.ciphertext);
    ASSERT_TRUE(ff1->Decrypt(tweak, absl::MakeSpan(numerals)).ok());
    EXPECT_EQ(Text(numerals, known.alphabet), known.plaintext);
    ++count;
  }
  EXPECT_EQ(count, 9 + 49 + 24);
}

// Bouncy Castle, SP80038GTest.java, testFF1w.
TEST(Ff1Test, RadixPastLetters) {
  auto ff1 = Ff1::Create(
      Hex("EF4359D8D580AA4F7F036D6F04FC6A942B7E151628AED2A6"), 1024);
  ASSERT_TRUE(ff1.ok());
  const std::vector<uint8_t> tweak = Hex("39383736353433323130");
  std::vector<uint16_t> numerals = {807, 849, 33, 533};
  ASSERT_TRUE(ff1->Encrypt(tweak, absl::MakeSpan(numerals)).ok());
  EXPECT_EQ(numerals, (std::vector<uint16_t>{551, 504, 535, 522}));
  ASSERT_TRUE(ff1->Decrypt(tweak, absl::MakeSpan(numerals)).ok());
  EXPECT_EQ(numerals, (std::vector<uint16_t>{807, 849, 33, 533}));
}

// The ends of what is allowed: what is encrypted comes back, and is another.
TEST(Ff1Test, LargestAndSmallest) {
  struct {
    uint32_t radix;
    std::size_t size;
    std::size_t tweak;
  } const cases[] = {{2, 20, 0},      {2, 512, 3},     {65536, 2, 16},
                     {65536, 65, 17}, {10, 6, 65536},  {1000, 2, 1},
                     {3, 13, 15},     {255, 1000, 31}, {256, 9, 10}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.radix);
    auto ff1 = Ff1::Create(std::vector<uint8_t>(16, 5), c.radix);
    ASSERT_TRUE(ff1.ok());
    const std::vector<uint8_t> tweak(c.tweak, 0xa5);
    const std::vector<uint16_t> before(c.size,
                                       static_cast<uint16_t>(c.radix - 1));
    std::vector<uint16_t> numerals = before;
    ASSERT_TRUE(ff1->Encrypt(tweak, absl::MakeSpan(numerals)).ok());
    EXPECT_NE(numerals, before);
    for (const uint16_t numeral : numerals) EXPECT_LT(numeral, c.radix);
    ASSERT_TRUE(ff1->Decrypt(tweak, absl::MakeSpan(numerals)).ok());
    EXPECT_EQ(numerals, before);
  }
}

TEST(Ff1Test, RefusesWhatTheStandardDoesNotHave) {
  const std::vector<uint8_t> key(16);
  EXPECT_EQ(Ff1::Create(key, 1).status().message(),
            "radix: is not from 2 to 65536");
  EXPECT_EQ(Ff1::Create(key, 65537).status().message(),
            "radix: is not from 2 to 65536");
  for (const std::size_t size : {0, 15, 17, 33}) {
    EXPECT_EQ(Ff1::Create(std::vector<uint8_t>(size), 10).status().message(),
              "key: is not of 16, 24 or 32 bytes");
  }
  struct {
    uint32_t radix;
    std::vector<uint16_t> numerals;
    const char* message;
  } const cases[] = {
      {10, {}, "numerals: are too few"},
      {10, {1, 2, 3, 4, 5}, "numerals: are too few"},
      {999, {1, 2}, "numerals: are too few"},
      {65536, {1}, "numerals: are too few"},
      {10, {1, 2, 3, 4, 5, 10}, "numerals: hold no numeral"},
      {2, std::vector<uint16_t>(4097), "numerals: are too many"},
  };
  for (const auto& c : cases) {
    auto ff1 = Ff1::Create(key, c.radix);
    ASSERT_TRUE(ff1.ok());
    std::vector<uint16_t> numerals = c.numerals;
    const absl::Status status = ff1->Encrypt({}, absl::MakeSpan(numerals));
    EXPECT_EQ(status.message(), c.message);
    EXPECT_EQ(ff1->Decrypt({}, absl::MakeSpan(numerals)), status);
    EXPECT_EQ(numerals, c.numerals);
  }
  auto ff1 = Ff1::Create(key, 10);
  std::vector<uint16_t> numerals(6);
  EXPECT_EQ(ff1->Encrypt(std::vector<uint8_t>(65537), absl::MakeSpan(numerals))
                .message(),
            "tweak: is too long");
}

}  // namespace
}  // namespace vouch
