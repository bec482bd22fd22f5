// Laws of promo codes, on generated keys, programs, lengths and numbers.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/rapid.h"
#include "vouch/code/avoided_words.h"
#include "vouch/code/check_symbol.h"
#include "vouch/code/code_checker.h"
#include "vouch/code/ff1.h"

namespace vouch {
namespace {

struct Setting {
  std::vector<uint8_t> key;
  std::string program;
  int epoch = 0;
  int length = 0;
};

Setting AnySetting() {
  Setting setting;
  const auto bytes = *rc::gen::element<std::size_t>(16, 24, 32);
  setting.key = *rc::gen::container<std::vector<uint8_t>>(
      bytes, rc::gen::arbitrary<uint8_t>());
  setting.program = *rc::gen::suchThat(
      rc::gen::container<std::string>(rc::gen::inRange('a', 'z')),
      [](const std::string& id) { return !id.empty() && id.size() <= 256; });
  setting.epoch = *rc::gen::inRange(0, 32);
  setting.length = *rc::gen::inRange(kMinCodeLength, kMaxCodeLength + 1);
  return setting;
}

uint64_t AnyNumber(int length, uint64_t room) {
  const absl::uint128 last = NumberedCodes(length) - 1 - room;
  return *rc::gen::arbitrary<uint64_t>() %
         (absl::Uint128Low64(last) | 1);  // below it
}

CodeMaker Maker(const Setting& setting) {
  return *CodeMaker::Create({setting.epoch, setting.key}, setting.program,
                            setting.length);
}

// The fast path is the general FF1, and decoding takes making back.
RC_GTEST_PROP(CodeLaws, MakersGiveWhatFf1Gives, ()) {
  const Setting setting = AnySetting();
  const uint64_t first = AnyNumber(setting.length, 300);
  CodeMaker maker = Maker(setting);
  std::vector<CodeText> codes(*rc::gen::inRange<std::size_t>(1, 300));
  RC_ASSERT(maker.MakeRange(first, absl::MakeSpan(codes)).ok());
  auto ff1 = Ff1::Create(setting.key, 32);
  const std::vector<uint8_t> tweak(setting.program.begin(),
                                   setting.program.end());
  for (std::size_t i = 0; i < codes.size(); ++i) {
    std::vector<uint16_t> numerals(
        static_cast<std::size_t>(setting.length - 2));
    uint64_t n = first + i;
    for (std::size_t k = numerals.size(); k-- > 0; n >>= 5) {
      numerals[k] = n & 31;
    }
    RC_ASSERT(ff1->Encrypt(tweak, absl::MakeSpan(numerals)).ok());
    RC_ASSERT(codes[i].value(0) == setting.epoch);
    for (std::size_t k = 0; k < numerals.size(); ++k) {
      RC_ASSERT(codes[i].value(k + 1) == numerals[k]);
    }
    RC_ASSERT(CheckSymbolFits(codes[i].view()));
    RC_ASSERT(*maker.NumberOf(codes[i]) == absl::uint128(first + i));
  }
}

// However it is typed it is read; with one letter wrong, or two neighbours
// swapped, it never is.
RC_GTEST_PROP(CodeLaws, SpellingsAreReadAndErrorsSeen, ()) {
  const Setting setting = AnySetting();
  const uint64_t n = AnyNumber(setting.length, 1);
  const CodeText code = *Maker(setting).Make(n);
  CodeChecker checker(setting.program);
  RC_ASSERT(
      checker.Add({{setting.epoch, setting.key}, setting.length, n + 1}).ok());
  std::string typed;
  for (const char letter : code.view()) {
    typed.append(*rc::gen::element<std::string>("", "", " ", "-", "\u2011"));
    const std::string_view ways = letter == '0'   ? "0oO"
                                  : letter == '1' ? "1iIlL"
                                                  : std::string_view();
    if (ways.empty()) {
      const bool small = *rc::gen::arbitrary<bool>() && letter >= 'A';
      typed.push_back(small ? static_cast<char>(letter | 0x20) : letter);
    } else {
      typed.push_back(ways[*rc::gen::inRange<std::size_t>(0, ways.size())]);
    }
  }
  const auto answer = checker.Check(typed);
  RC_ASSERT(answer.ok() && answer->problem == CodeProblem::kNone);
  RC_ASSERT(answer->n == n && answer->code == code);

  CodeText wrong = code;
  const auto place = *rc::gen::inRange<std::size_t>(0, code.size());
  const auto by = *rc::gen::inRange(1, 32);
  wrong.Put(place, static_cast<uint8_t>(wrong.value(place) ^ by));
  RC_ASSERT(checker.Check(wrong.view())->problem == CodeProblem::kCheckSymbol);
  if (place > 0 && code.value(place) != code.value(place - 1)) {
    CodeText swapped = code;
    swapped.Put(place, code.value(place - 1));
    swapped.Put(place - 1, code.value(place));
    RC_ASSERT(checker.Check(swapped.view())->problem ==
              CodeProblem::kCheckSymbol);
  }
}

// Whatever the words, what is given out holds none of them, in order, each the
// code of its own number.
RC_GTEST_PROP(CodeLaws, WalksSkipExactlyTheWords, ()) {
  const Setting setting = AnySetting();
  const uint64_t first = AnyNumber(setting.length, 5000);
  const auto letter = [] {
    return kCodeLetters[*rc::gen::inRange<std::size_t>(0, 32)];
  };
  std::vector<std::string> list(*rc::gen::inRange<std::size_t>(1, 40));
  for (std::string& word : list) word = {letter(), letter(), letter()};
  const AvoidedWords words = *AvoidedWords::Create(list);
  CodeMaker maker = Maker(setting);
  std::vector<CodeText> codes(*rc::gen::inRange<std::size_t>(1, 500));
  const auto walk = MakeCodes(&maker, words, first, absl::MakeSpan(codes));
  if (!walk.ok()) {  // a word of the first letter may be in very many
    RC_ASSERT(walk.status().code() == absl::StatusCode::kResourceExhausted);
    return;
  }
  std::size_t at = 0;
  for (uint64_t n = first; n < walk->next_n; ++n) {
    const CodeText code = *maker.Make(n);
    if (words.In(code.view())) continue;
    RC_ASSERT(at < codes.size() && codes[at] == code);
    ++at;
  }
  RC_ASSERT(at == codes.size());
  RC_ASSERT(walk->next_n - first == codes.size() + walk->skipped_count);
}

}  // namespace
}  // namespace vouch
