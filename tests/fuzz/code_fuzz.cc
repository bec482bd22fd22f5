// Any bytes as what somebody typed for a code or a contact: read it, check it,
// take it for a vanity code, a word to avoid, an address.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vouch/code/avoided_words.h"
#include "vouch/code/code_checker.h"
#include "vouch/code/contact_key.h"
#include "vouch/code/secret.h"
#include "vouch/code/vanity.h"

namespace {

void Require(bool holds) {
  if (!holds) __builtin_trap();
}

// Letters that were read are their own reading, and a code that was given out
// is the one of its number.
void CheckReading(std::string_view text) {
  static const std::vector<uint8_t>* const key = new std::vector<uint8_t>(16);
  static vouch::CodeChecker* const checker = [] {
    auto* made = new vouch::CodeChecker("shop");
    // All codes of six letters are out, and some of nine.
    Require(made->Add({{0, *key}, 6, uint64_t{1} << 20}).ok());
    Require(made->Add({{1, *key}, 9, uint64_t{1} << 34}).ok());
    return made;
  }();
  const auto answer = checker->Check(text);
  Require(answer.ok());
  if (answer->code.size() == 0) {
    Require(answer->problem == vouch::CodeProblem::kLength ||
            answer->problem == vouch::CodeProblem::kLetter);
    return;
  }
  const auto again = checker->Check(answer->code.view());
  Require(again.ok() && again->problem == answer->problem &&
          again->code == answer->code && again->n == answer->n);
  if (answer->problem != vouch::CodeProblem::kNone) return;
  auto maker = vouch::CodeMaker::Create({answer->epoch, *key}, "shop",
                                        static_cast<int>(answer->code.size()));
  Require(maker.ok() && *maker->Make(answer->n) == answer->code);
}

void CheckVanity(std::string_view text) {
  vouch::VanityRegistry registry(vouch::kDigitCodeEpochs);
  if (!registry.Add(text).ok()) return;
  Require(registry.Find(text) == text);
  Require(!registry.Add(text).ok());
  Require(registry.Remove(text).ok() && registry.size() == 0);
}

// A normal form is its own.
void CheckContact(std::string_view text) {
  for (const auto kind :
       {vouch::ContactKind::kEmail, vouch::ContactKind::kPhone,
        vouch::ContactKind::kTaxNumber}) {
    std::string normal;
    if (!vouch::internal::NormalizeContact(kind, text, &normal).empty()) {
      continue;
    }
    std::string again;
    Require(vouch::internal::NormalizeContact(kind, normal, &again).empty());
    Require(again == normal);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckReading(text);
  CheckVanity(text);
  CheckContact(text);
  (void)vouch::Secret::FromHex(text);
  const auto words = vouch::AvoidedWords::Create({std::string(text)});
  Require(!words.ok() || words->size() == 1);
  return 0;
}
