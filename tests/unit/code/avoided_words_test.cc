#include "vouch/code/avoided_words.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "vouch/code/confusable.h"

namespace vouch {
namespace {

CodeMaker WalkMaker(int length) {
  return *CodeMaker::Create({2, std::vector<uint8_t>(32, 3)}, "shop", length);
}

AvoidedWords Words(const std::vector<std::string>& words) {
  return *AvoidedWords::Create(words);
}

TEST(AvoidedWordsTest, FindsThemAnywhereAndInDisguise) {
  const AvoidedWords words =
      Words({"damn", "b-o-o-b", "Idiot", "fun", "damned"});
  EXPECT_EQ(words.size(), 5u);
  for (const char* const code :
       {"DAMN00", "7DAMN3X9", "00DAMN", "7D4MN3X9", "B00B12", "12B008",
        "1D10T3", "1D107X", "FVNXYZ", "0FVN00", "DAMNED", "DAMN3D"}) {
    EXPECT_TRUE(words.In(code)) << code;
  }
  for (const char* const code : {"", "DA", "DAM", "DAMXN0", "7DNAM3", "B0B0BX",
                                 "NMAD00", "F0VN00", "0000000000000000"}) {
    EXPECT_FALSE(words.In(code)) << code;
  }
  EXPECT_FALSE(AvoidedWords().In("DAMN00"));
}

// Against a plain search for every word in every code.
TEST(AvoidedWordsTest, GivesWhatAPlainSearchGives) {
  const std::vector<std::string> list = {"ass", "assx", "as5q", "x0x", "x0x0",
                                         "qqq", "zz7",  "7zz",  "a4a", "vvv"};
  const AvoidedWords words = Words(list);
  std::vector<std::string> forms;
  for (const std::string& word : list) {
    std::string form;
    EXPECT_TRUE(internal::FoldToLetters(
        word, [&](char c) { form.push_back(internal::ReadsLike(c)); }));
    forms.push_back(form);
  }
  CodeMaker maker = WalkMaker(12);
  std::vector<CodeText> codes(100'000);
  ASSERT_TRUE(maker.MakeRange(0, absl::MakeSpan(codes)).ok());
  int found = 0;
  for (const CodeText& code : codes) {
    std::string form;
    for (const char c : code.view()) form.push_back(internal::ReadsLike(c));
    bool in = false;
    for (const std::string& word : forms) {
      in = in || form.find(word) != std::string::npos;
    }
    ASSERT_EQ(words.In(code.view()), in) << code.view();
    found += in ? 1 : 0;
  }
  EXPECT_GT(found, 100);
}

TEST(AvoidedWordsTest, RefusesWhatIsNoWord) {
  const std::pair<std::string, const char*> cases[] = {
      {"ab", "words[1]: is shorter than 3 letters"},
      {" - ", "words[1]: is shorter than 3 letters"},
      {"a.b.c", "words[1]: holds more than letters and digits"},
      {"\u00e4rger", "words[1]: holds more than letters and digits"},
      {std::string(17, 'a'), "words[1]: is longer than a code"},
  };
  for (const auto& [word, message] : cases) {
    const auto words = AvoidedWords::Create({"fine", word});
    EXPECT_EQ(words.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(words.status().message(), message);
  }
  EXPECT_EQ(AvoidedWords::Create(std::vector<std::string>(10001, "word"))
                .status()
                .code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Words({"damn", "D4MN", "da-mn"}).size(), 1u);
}

TEST(AvoidedWordsTest, TheWalkGivesEveryOtherNumberAndCounts) {
  CodeMaker maker = WalkMaker(8);
  const AvoidedWords words = Words({"ass", "vvv", "x0x", "zzz", "5h1"});
  std::vector<CodeText> codes(200'000);
  const auto walk = MakeCodes(&maker, words, 50, absl::MakeSpan(codes));
  ASSERT_TRUE(walk.ok());
  EXPECT_GT(walk->skipped_count, 50u);
  EXPECT_EQ(walk->next_n, 50 + codes.size() + walk->skipped_count);
  // The same numbers, one at a time.
  std::size_t at = 0;
  for (uint64_t n = 50; n < walk->next_n; ++n) {
    const CodeText code = *maker.Make(n);
    if (words.In(code.view())) continue;
    ASSERT_EQ(codes[at++], code) << n;
  }
  EXPECT_EQ(at, codes.size());
}

TEST(AvoidedWordsTest, AWalkInPartsIsTheSameWalk) {
  CodeMaker maker = WalkMaker(7);
  const AvoidedWords words = Words({"ass", "vvv", "x0x", "zzz", "5h1"});
  std::vector<CodeText> whole(20'000);
  const auto walk = MakeCodes(&maker, words, 0, absl::MakeSpan(whole));
  ASSERT_TRUE(walk.ok());
  std::vector<CodeText> parts(whole.size());
  CodeWalk sum;
  for (std::size_t at = 0; at < parts.size();) {
    const std::size_t size = std::min(parts.size() - at, 1 + at % 977);
    const auto part = MakeCodes(&maker, words, sum.next_n,
                                absl::MakeSpan(parts).subspan(at, size));
    ASSERT_TRUE(part.ok());
    sum = {part->next_n, sum.skipped_count + part->skipped_count};
    at += size;
  }
  EXPECT_EQ(parts, whole);
  EXPECT_EQ(sum.next_n, walk->next_n);
  EXPECT_EQ(sum.skipped_count, walk->skipped_count);
}

TEST(AvoidedWordsTest, TheWalkIsBounded) {
  CodeMaker maker = WalkMaker(6);
  // Every code of this maker begins with 2; words of all that can follow the
  // 2 leave nothing.
  std::vector<std::string> list;
  for (const char a : kCodeLetters) {
    for (const char b : kCodeLetters) list.push_back({'2', a, b});
  }
  std::vector<CodeText> codes(10);
  const auto walk = MakeCodes(&maker, Words(list), 0, absl::MakeSpan(codes));
  EXPECT_EQ(walk.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(walk.status().message(), "words: are in too many codes");
}

// The end of the range, by the numbers or by what the words took of them.
TEST(AvoidedWordsTest, TheRangeEnds) {
  CodeMaker maker = WalkMaker(6);
  std::vector<CodeText> codes(1 << 20);
  const auto plain =
      MakeCodes(&maker, AvoidedWords(), 0, absl::MakeSpan(codes));
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->next_n, uint64_t{1} << 20);
  EXPECT_EQ(plain->skipped_count, 0u);
  const auto walk = MakeCodes(&maker, Words({"ass"}), 0, absl::MakeSpan(codes));
  EXPECT_EQ(walk.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(MakeCodes(&maker, AvoidedWords(), uint64_t{1} << 20,
                      absl::MakeSpan(codes).first(1))
                .status()
                .message(),
            "length: of 6 letters there are 1048576 codes; 7 letters fit");
}

}  // namespace
}  // namespace vouch
