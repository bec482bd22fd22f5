#include "vouch/code/code_maker.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "vouch/code/check_symbol.h"
#include "vouch/code/ff1.h"

namespace vouch {
namespace {

// 0, 1, 2 ... in `size` bytes.
std::vector<uint8_t> Key(std::size_t size, uint8_t first = 0) {
  std::vector<uint8_t> key(size);
  for (uint8_t& byte : key) byte = first++;
  return key;
}

CodeMaker Maker(int length, int epoch = 0, std::string_view program = "shop",
                const std::vector<uint8_t>& key = Key(32)) {
  return *CodeMaker::Create({epoch, key}, program, length);
}

// Code n by the general FF1, letter by letter.
std::string ByFf1(const std::vector<uint8_t>& key, std::string_view program,
                  int epoch, int length, uint64_t n) {
  auto ff1 = Ff1::Create(key, 32);
  std::vector<uint16_t> numerals(static_cast<std::size_t>(length - 2));
  for (std::size_t i = numerals.size(); i-- > 0; n >>= 5) numerals[i] = n & 31;
  const std::vector<uint8_t> tweak(program.begin(), program.end());
  if (!ff1->Encrypt(tweak, absl::MakeSpan(numerals)).ok()) return "";
  std::string code(1, kCodeLetters[static_cast<std::size_t>(epoch)]);
  for (const uint16_t numeral : numerals) code.push_back(kCodeLetters[numeral]);
  code.push_back(CheckSymbol(code));
  return code;
}

TEST(CodeMakerTest, IsFf1BetweenEpochAndCheckSymbol) {
  for (int length = kMinCodeLength; length <= kMaxCodeLength; ++length) {
    for (const std::size_t key_bytes : {16, 24, 32}) {
      // Tweaks of none to many blocks, around the ends of blocks.
      for (const std::size_t program_bytes : {1, 9, 10, 11, 12, 26, 256}) {
        const std::string program(program_bytes, 'p');
        const std::vector<uint8_t> key = Key(key_bytes);
        CodeMaker maker = Maker(length, 21, program, key);
        const absl::uint128 capacity = NumberedCodes(length);
        const uint64_t last = absl::Uint128Low64(capacity - 1);
        for (const uint64_t n : {uint64_t{0}, uint64_t{1}, uint64_t{31},
                                 uint64_t{1'000'000}, last - 1, last}) {
          const auto code = maker.Make(n);
          ASSERT_TRUE(code.ok());
          ASSERT_EQ(code->view(), ByFf1(key, program, 21, length, n));
          ASSERT_EQ(*maker.NumberOf(*code), absl::uint128(n));
        }
      }
    }
  }
}

// A million codes, all that there are of six letters: each once, each back.
TEST(CodeMakerTest, AllCodesOfSixLettersAreDifferent) {
  CodeMaker maker = Maker(6);
  std::vector<CodeText> codes(1 << 20);
  ASSERT_TRUE(maker.MakeRange(0, absl::MakeSpan(codes)).ok());
  std::vector<bool> seen(codes.size());
  for (std::size_t n = 0; n < codes.size(); ++n) {
    std::size_t letters = 0;
    for (std::size_t i = 1; i < 5; ++i) {
      letters = letters << 5 | codes[n].value(i);
    }
    ASSERT_FALSE(seen[letters]) << codes[n].view();
    seen[letters] = true;
    ASSERT_TRUE(CheckSymbolFits(codes[n].view()));
  }
  for (std::size_t n = 0; n < codes.size(); n += 17) {
    ASSERT_EQ(*maker.NumberOf(codes[n]), absl::uint128(n));
  }
}

class MillionCodesTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    CodeMaker maker = Maker(GetParam(), 5);
    codes_.resize(1'000'000);
    ASSERT_TRUE(maker.MakeRange(0, absl::MakeSpan(codes_)).ok());
  }
  std::vector<CodeText> codes_;
};

TEST_P(MillionCodesTest, NoneTwice) {
  std::sort(codes_.begin(), codes_.end());
  EXPECT_EQ(std::adjacent_find(codes_.begin(), codes_.end()), codes_.end());
}

// Chi square with 31 degrees of freedom over the 32 letters of each place but
// the first: 82 is passed once in a million by chance, 6 is not reached once
// in a million. In integers: with c of a letter among N, chi square is
// sum (32 c - N)^2 / (32 N).
TEST_P(MillionCodesTest, LettersAreFlat) {
  const auto total = static_cast<int64_t>(codes_.size());
  for (std::size_t place = 1; place < codes_[0].size(); ++place) {
    std::array<int64_t, 32> counts{};
    for (const CodeText& code : codes_) ++counts[code.value(place)];
    int64_t squares = 0;
    for (const int64_t count : counts) {
      squares += (32 * count - total) * (32 * count - total);
    }
    EXPECT_LT(squares, 82 * 32 * total) << "place " << place;
    EXPECT_GT(squares, 6 * 32 * total) << "place " << place;
  }
}

// Neighbouring numbers look unrelated: the letters of n and n + 1 agree at a
// place once in 32 (chi square of one degree, once in a million: 24).
TEST_P(MillionCodesTest, NeighboursAreUnrelated) {
  const auto pairs = static_cast<int64_t>(codes_.size() - 1);
  for (std::size_t place = 1; place < codes_[0].size(); ++place) {
    int64_t equal = 0;
    for (std::size_t i = 1; i < codes_.size(); ++i) {
      equal += codes_[i].value(place) == codes_[i - 1].value(place) ? 1 : 0;
    }
    // (equal - pairs/32)^2 / (pairs * 31/32^2)
    const int64_t off = 32 * equal - pairs;
    EXPECT_LT(off * off, 24 * 31 * pairs) << "place " << place;
  }
}

INSTANTIATE_TEST_SUITE_P(Lengths, MillionCodesTest, testing::Values(8, 10, 16));

TEST(CodeMakerTest, AnyCutOfARangeGivesTheSame) {
  CodeMaker maker = Maker(10);
  std::vector<CodeText> whole(1000);
  ASSERT_TRUE(maker.MakeRange(77, absl::MakeSpan(whole)).ok());
  for (const std::size_t step : {1, 2, 127, 128, 129, 300, 999}) {
    std::vector<CodeText> parts(whole.size());
    for (std::size_t at = 0; at < parts.size(); at += step) {
      ASSERT_TRUE(
          maker.MakeRange(77 + at, absl::MakeSpan(parts).subspan(at, step))
              .ok());
    }
    EXPECT_EQ(parts, whole) << step;
  }
  EXPECT_TRUE(maker.MakeRange(5, {}).ok());
}

TEST(CodeMakerTest, ProgramsLengthsKeysAndEpochsDiffer) {
  const auto middle = [](CodeMaker maker) {
    const CodeText code = *maker.Make(42);
    return std::string(code.view().substr(1, 4));
  };
  const std::string one = middle(Maker(10));
  EXPECT_NE(one, middle(Maker(11)));
  EXPECT_NE(one, middle(Maker(10, 0, "shop2")));
  EXPECT_NE(one, middle(Maker(10, 0, "shop", Key(32, 1))));
  // The epoch is no part of the permutation: its letter alone differs.
  EXPECT_EQ(one, middle(Maker(10, 1)));
  EXPECT_EQ(Maker(10, 31).Make(42)->view().front(), 'Z');
}

TEST(CodeMakerTest, RefusesARangeThatDoesNotFit) {
  CodeMaker six = Maker(6);
  EXPECT_TRUE(six.Make(1'048'575).ok());
  EXPECT_EQ(six.Make(1'048'576).status().message(),
            "length: of 6 letters there are 1048576 codes; 7 letters fit");
  std::vector<CodeText> codes(2);
  EXPECT_EQ(six.MakeRange(1'048'575, absl::MakeSpan(codes)).code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(codes[0].size(), 0u);
  CodeMaker sixteen = Maker(16);
  EXPECT_TRUE(sixteen.Make(UINT64_MAX).ok());
  EXPECT_EQ(sixteen.MakeRange(UINT64_MAX, absl::MakeSpan(codes)).code(),
            absl::StatusCode::kOutOfRange);
}

TEST(CodeMakerTest, NumberOfRefusesForeignCodes) {
  CodeMaker maker = Maker(8, 3);
  const CodeText code = *maker.Make(9);
  CodeMaker longer = Maker(9, 3);
  EXPECT_EQ(longer.NumberOf(code).status().message(),
            "code: is of another length");
  CodeMaker newer = Maker(8, 4);
  EXPECT_EQ(newer.NumberOf(code).status().message(), "code: is of another key");
  CodeText wrong = code;
  wrong.Put(3, static_cast<uint8_t>(wrong.value(3) ^ 1));
  EXPECT_EQ(maker.NumberOf(wrong).status().message(),
            "code: has a check symbol that does not fit");
}

// A made-up code of sixteen letters decodes to a number past 64 bits and keeps
// its bits: 2^70 codes, of which 2^64 have a number to be given out.
TEST(CodeMakerTest, NumbersPast64Bits) {
  CodeMaker maker = Maker(16);
  int past = 0;
  for (uint8_t i = 0; i < 32; ++i) {
    CodeText code;
    code.Resize(16);
    std::string letters = "0";
    code.Put(0, 0);
    for (std::size_t place = 1; place < 15; ++place) {
      code.Put(place, (i + static_cast<uint8_t>(place) * 7) & 31);
      letters.push_back(code.view()[place]);
    }
    code.Put(15, static_cast<uint8_t>(CodeLetterValue(CheckSymbol(letters))));
    const auto n = maker.NumberOf(code);
    ASSERT_TRUE(n.ok());
    ASSERT_LT(*n, CodeCapacity(16));
    if (*n > absl::uint128(UINT64_MAX)) {
      ++past;
    } else {
      EXPECT_EQ(maker.Make(absl::Uint128Low64(*n))->view(), code.view());
    }
  }
  EXPECT_GT(past, 20);  // 63 of 64 are
}

TEST(CodeMakerTest, RefusesWrongSettings) {
  const std::vector<uint8_t> key = Key(16);
  struct {
    CodeKey key;
    std::string program;
    int length;
    const char* message;
  } const cases[] = {
      {{-1, key}, "shop", 8, "epoch: is not from 0 to 31"},
      {{32, key}, "shop", 8, "epoch: is not from 0 to 31"},
      {{0, {}}, "shop", 8, "key: is not of 16, 24 or 32 bytes"},
      {{0, key}, "", 8, "program_id: missing"},
      {{0, key}, std::string(257, 'p'), 8, "program_id: too long"},
      {{0, key}, "shop", 5, "length: is not from 6 to 16 letters"},
      {{0, key}, "shop", 17, "length: is not from 6 to 16 letters"},
  };
  for (const auto& c : cases) {
    const auto maker = CodeMaker::Create(c.key, c.program, c.length);
    EXPECT_EQ(maker.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(maker.status().message(), c.message);
  }
}

}  // namespace
}  // namespace vouch
