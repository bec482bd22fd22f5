#include "vouch/link/signature.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

constexpr std::string_view kSecret = "0123456789abcdef";
// 2025-01-01T00:00:00Z
constexpr Instant kEnd{1'735'689'600 * kUsPerSecond};
constexpr Instant kBefore{kEnd.us - 1};

LinkSigner Signer(std::string_view program = "shop", std::size_t bytes = 16,
                  std::string_view secret = kSecret) {
  LinkSigner signer(program, bytes);
  EXPECT_TRUE(signer.AddKey("2024a", secret).ok());
  return signer;
}

LinkFields Fields() {
  LinkFields fields;
  fields[LinkField::kPartner] = "anna";
  fields[LinkField::kCode] = "ANNA-20";
  fields[LinkField::kCampaign] = "spring";
  fields[LinkField::kDestination] = "https://shop.example/a?b=c";
  fields[LinkField::kSub1] = "s1";
  fields[LinkField::kSub5] = "s5";
  return fields;
}

SignatureState StateOf(const LinkSigner& signer, std::string_view text,
                       const LinkFields& fields, Instant now = kBefore) {
  const auto state = signer.Check(text, fields, now);
  EXPECT_TRUE(state.ok());
  return state.value_or(SignatureState::kForeign);
}

// Worked out with Python's hmac over the texts that signature.h lists.
TEST(LinkSignerTest, KnownSignatures) {
  EXPECT_EQ(*Signer().Sign("2024a", kEnd, Fields()),
            "2024a.1735689600.AYXnyUlYoKPquLIftTKF9w");
  EXPECT_EQ(*Signer("shop", 12).Sign("2024a", std::nullopt, LinkFields()),
            "2024a..wHRU0iJVWyz1Q_B1");
  const std::string longer =
      "https://shop.example/" + std::string(300, 'x');  // more than one piece
  LinkFields fields;
  fields[LinkField::kPartner] = "\xc3\xbc";
  fields[LinkField::kDestination] = longer;
  EXPECT_EQ(*Signer("shop", 32).Sign("2024a", kEnd, fields),
            "2024a.1735689600.Z8nk7yvxmLNKqS81p8XRvKesN3QiLANNu8rCMJ8Sokk");
}

TEST(LinkSignerTest, GoodUntilItsEnd) {
  const LinkSigner signer = Signer();
  const std::string text = *signer.Sign("2024a", kEnd, Fields());
  EXPECT_EQ(StateOf(signer, text, Fields(), kMinInstant),
            SignatureState::kGood);
  EXPECT_EQ(StateOf(signer, text, Fields(), kBefore), SignatureState::kGood);
  EXPECT_EQ(StateOf(signer, text, Fields(), kEnd), SignatureState::kExpired);
  const std::string forever = *signer.Sign("2024a", std::nullopt, Fields());
  EXPECT_EQ(StateOf(signer, forever, Fields(), kMaxInstant),
            SignatureState::kGood);
}

TEST(LinkSignerTest, ChangingDroppingOrAddingASignedFieldBreaksIt) {
  const LinkSigner signer = Signer();
  const std::string text = *signer.Sign("2024a", kEnd, Fields());
  for (std::size_t i = 0; i < kLinkFieldCount; ++i) {
    const LinkField field = LinkFieldAt(i);
    const SignatureState wanted =
        i < kSignedFieldCount ? SignatureState::kBad : SignatureState::kGood;
    for (const std::string_view value : {"eve", ""}) {
      LinkFields other = Fields();
      if (other[field] == value) continue;
      other[field] = value;
      EXPECT_EQ(StateOf(signer, text, other), wanted) << FieldName(field);
    }
  }
  // What one field ends with cannot go to the next.
  LinkFields moved = Fields();
  moved[LinkField::kPartner] = "ann";
  moved[LinkField::kCode] = "aANNA-20";
  EXPECT_EQ(StateOf(signer, text, moved), SignatureState::kBad);
  moved = Fields();
  moved[LinkField::kSub1] = "s5";
  moved[LinkField::kSub5] = "s1";
  EXPECT_EQ(StateOf(signer, text, moved), SignatureState::kBad);
}

TEST(LinkSignerTest, EveryChangeOfItsTextIsSeen) {
  const LinkSigner signer = Signer();
  const std::string text = *signer.Sign("2024a", kEnd, Fields());
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {'A', 'b', '0', '9', '.', '-', '\0', '\xff'}) {
      std::string other = text;
      if (other[i] == c) continue;
      other[i] = c;
      EXPECT_NE(StateOf(signer, other, Fields()), SignatureState::kGood)
          << other;
    }
    EXPECT_NE(StateOf(signer, text.substr(0, i), Fields()),
              SignatureState::kGood);
    EXPECT_NE(StateOf(signer, text.substr(i + 1), Fields()),
              SignatureState::kGood);
  }
  EXPECT_EQ(StateOf(signer, text + "A", Fields()), SignatureState::kBad);
  EXPECT_EQ(StateOf(signer, text + ".", Fields()), SignatureState::kBad);
}

TEST(LinkSignerTest, EachReason) {
  const LinkSigner signer = Signer();
  const std::string mac = "AYXnyUlYoKPquLIftTKF9w";
  const std::vector<std::pair<std::string, SignatureState>> cases = {
      {"2024a.1735689600." + mac, SignatureState::kGood},
      // A later end, or another spelling of the same.
      {"2024a.1735689601." + mac, SignatureState::kBad},
      {"2024a.01735689600." + mac, SignatureState::kBad},
      {"2024a.+1735689600." + mac, SignatureState::kBad},
      {"2024a.." + mac, SignatureState::kBad},
      {"2024a.0." + mac, SignatureState::kBad},
      {"2024a.999999999999." + mac, SignatureState::kBad},
      {"2024a.99999999999999999999999." + mac, SignatureState::kBad},
      // Whether a bad one has expired is not said.
      {"2024a.1.AAAAAAAAAAAAAAAAAAAAAA", SignatureState::kBad},
      {"2024a.1735689600", SignatureState::kBad},
      {"2024a", SignatureState::kBad},
      {"2023b.1735689600." + mac, SignatureState::kForeign},
      {".1735689600." + mac, SignatureState::kForeign},
      {"", SignatureState::kForeign},
      {"...", SignatureState::kForeign}};
  for (const auto& [text, state] : cases) {
    EXPECT_EQ(StateOf(signer, text, Fields()), state) << text;
  }
}

TEST(LinkSignerTest, AnotherProgramSecretOrLengthIsNotOurs) {
  const std::string text = *Signer().Sign("2024a", kEnd, Fields());
  EXPECT_EQ(StateOf(Signer("shop2"), text, Fields()), SignatureState::kBad);
  EXPECT_EQ(StateOf(Signer("shop", 16, "0123456789abcdeg"), text, Fields()),
            SignatureState::kBad);
  EXPECT_EQ(StateOf(Signer("shop", 12), text, Fields()), SignatureState::kBad);
  // A shorter one is the beginning of a longer one, and yet none.
  EXPECT_EQ(StateOf(Signer(), *Signer("shop", 12).Sign("2024a", kEnd, Fields()),
                    Fields()),
            SignatureState::kBad);
}

TEST(LinkSignerTest, RotationOfKeys) {
  LinkSigner signer = Signer();
  const std::string old_text = *signer.Sign("2024a", kEnd, Fields());
  ASSERT_TRUE(signer.AddKey("2024b", "another secret, longer").ok());
  const std::string new_text = *signer.Sign("2024b", kEnd, Fields());
  EXPECT_EQ(StateOf(signer, old_text, Fields()), SignatureState::kGood);
  EXPECT_EQ(StateOf(signer, new_text, Fields()), SignatureState::kGood);
  EXPECT_EQ(StateOf(Signer(), new_text, Fields()), SignatureState::kForeign);
  // One key's signature under the other's name.
  EXPECT_EQ(StateOf(signer, "2024b" + old_text.substr(5), Fields()),
            SignatureState::kBad);
}

TEST(LinkSignerTest, WrongKeys) {
  LinkSigner signer = Signer();
  const auto message = [&](std::string_view id, std::string_view secret) {
    return std::string(signer.AddKey(id, secret).message());
  };
  EXPECT_EQ(message("", kSecret), "key_id: missing");
  EXPECT_EQ(message(std::string(33, 'k'), kSecret), "key_id: too long");
  EXPECT_EQ(message("a.b", kSecret),
            "key_id: has a character other than letters, digits, - and _");
  EXPECT_EQ(message("2024a", kSecret), "key_id: is taken");
  EXPECT_EQ(message("k", "0123456789abcde"), "secret: shorter than 16 bytes");
  EXPECT_EQ(message("k", std::string(1025, 's')), "secret: too long");
  for (std::size_t i = 1; i < kMaxLinkSecrets; ++i) {
    EXPECT_EQ(message("k" + std::to_string(i), kSecret), "");
  }
  EXPECT_EQ(signer.AddKey("more", kSecret).code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(LinkSignerTest, WhatCannotBeSigned) {
  const LinkSigner signer = Signer();
  const auto message = [&](std::string_view id, Instant end) {
    return std::string(signer.Sign(id, end, Fields()).status().message());
  };
  EXPECT_EQ(message("2023b", kEnd), "key_id: is not one of the keys");
  EXPECT_EQ(message("2024a", Instant{kEnd.us + 1}),
            "expires_at: is not a whole second");
  for (const int64_t us : {int64_t{0}, -kUsPerSecond, kMaxInstant.us + 1}) {
    EXPECT_EQ(message("2024a", Instant{us}),
              "expires_at: is not in the years 1970 to 9999");
  }
}

}  // namespace
}  // namespace vouch
