// Links, made at random and broken at random: the fast path says what ada says,
// a link reads back as it was made, and no signed field can be rewritten.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "tests/support/link_check.h"
#include "tests/support/tries.h"
#include "vouch/link/fields.h"
#include "vouch/link/format.h"
#include "vouch/link/make.h"
#include "vouch/link/resolve.h"
#include "vouch/link/url.h"

namespace vouch {
namespace {

using link_test::Dice;
using link_test::RandomLink;

constexpr uint64_t kSeed = 20240307;

int Rounds() {
  return static_cast<int>(testing_support::Tries(300'000, 5'000'000));
}

#ifdef VOUCH_LINK_ADA
TEST(LinkLawsTest, TheFastPathSaysWhatAdaSays) {
  Dice dice(kSeed);
  int ordinary = 0;
  for (int i = 0; i < Rounds(); ++i) {
    const std::string text = RandomLink(&dice);
    ASSERT_EQ(link_test::DifferenceInUrl(text), "") << text;
    ASSERT_EQ(link_test::DifferenceInFields(text), "") << text;
    UrlParts parts;
    if (vouch::internal::ReadOrdinaryUrl(text, &parts)) ++ordinary;
  }
  // Were hardly any ordinary, it would not have been shown.
  EXPECT_GT(ordinary, Rounds() / 5);
  EXPECT_LT(ordinary, Rounds() * 4 / 5);
}
#endif

std::string RandomText(Dice* dice) {
  std::string text;
  for (std::size_t pieces = 1 + dice->Roll(4); pieces > 0; --pieces) {
    if (dice->Roll(2) == 0) {
      text.append(dice->Pick(link_test::kLinkPieces));
    } else {
      text.push_back(static_cast<char>('a' + dice->Roll(26)));
    }
  }
  return text;
}

LinkFormat Format() {
  LinkFormatSpec spec;
  spec.program_id = "shop";
  spec.path_templates = {"/r/{code}", "/p/{partner}/{campaign}"};
  spec.hosts = {"shop.example"};
  spec.secrets = {{"k1", "0123456789abcdef"}};
  return *LinkFormat::Build(spec);
}

// A link that is signed, or nothing where its texts cannot be in one.
absl::StatusOr<std::string> RandomSigned(Dice* dice, const LinkFormat& format,
                                         std::string* texts,
                                         LinkFields* fields) {
  constexpr std::string_view kTemplates[] = {"", "/r/{code}",
                                             "/p/{partner}/{campaign}"};
  LinkSpec spec;
  spec.base_url = "https://shop.example/";
  spec.path_template = dice->Pick(kTemplates);
  spec.key_id = "k1";
  for (std::size_t i = 0; i < kLinkFieldCount; ++i) {
    if (dice->Roll(3) > 0 || LinkFieldAt(i) == LinkField::kDestination)
      continue;
    texts[i] = RandomText(dice);
    spec.fields[LinkFieldAt(i)] = texts[i];
  }
  if (dice->Roll(2) == 0) {
    spec.fields[LinkField::kDestination] = "https://shop.example/spring?a=b";
  }
  *fields = spec.fields;
  return MakeLink(format, spec);
}

TEST(LinkLawsTest, ALinkReadsBackAsItWasMade) {
  const LinkFormat format = Format();
  Dice dice(kSeed);
  LinkScratch scratch;
  int made = 0;
  for (int i = 0; i < Rounds() / 30; ++i) {
    std::string texts[kLinkFieldCount];
    LinkFields fields;
    const auto text = RandomSigned(&dice, format, texts, &fields);
    if (!text.ok()) continue;
    ++made;
    ResolvedLink link;
    ASSERT_TRUE(ResolveLink(format, *text, Instant{1}, &scratch, &link).ok());
    ASSERT_EQ(link.refusal, LinkRefusal::kNone) << *text;
    ASSERT_TRUE(link.is_signed);
    ASSERT_TRUE(link.fields == fields) << *text;
    UrlParts parts;
    ASSERT_TRUE(vouch::internal::ReadOrdinaryUrl(*text, &parts)) << *text;
  }
  EXPECT_GT(made, Rounds() / 100);
}

// Whatever was done to a signed link: it is refused, or says what it said.
TEST(LinkLawsTest, NoSignedFieldCanBeRewritten) {
  const LinkFormat format = Format();
  Dice dice(kSeed + 1);
  LinkScratch scratch;
  int refused = 0;
  for (int i = 0; i < Rounds() / 30; ++i) {
    std::string texts[kLinkFieldCount];
    LinkFields fields;
    auto text = RandomSigned(&dice, format, texts, &fields);
    if (!text.ok()) continue;
    const std::size_t at = dice.Roll(text->size());
    (*text)[at] = static_cast<char>(0x21 + dice.Roll(0x5e));
    ResolvedLink link;
    const absl::Status status =
        ResolveLink(format, *text, Instant{1}, &scratch, &link);
    if (!status.ok()) continue;
    if (link.refusal != LinkRefusal::kNone) ++refused;
    if (!link.is_signed) continue;
    for (std::size_t field = 0; field < kSignedFieldCount; ++field) {
      ASSERT_EQ(link.fields[LinkFieldAt(field)], fields[LinkFieldAt(field)])
          << *text;
    }
  }
  EXPECT_GT(refused, Rounds() / 200);
}

}  // namespace
}  // namespace vouch
