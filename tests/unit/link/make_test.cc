#include "vouch/link/make.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

LinkFormatSpec FormatSpec() {
  LinkFormatSpec spec;
  spec.program_id = "shop";
  spec.path_templates = {"/r/{code}", "/{partner}/to/{campaign}"};
  spec.hosts = {"shop.example"};
  spec.secrets = {{"2024a", "0123456789abcdef"}};
  return spec;
}

LinkSpec MakingSpec(std::string_view base = "https://shop.example") {
  LinkSpec spec;
  spec.base_url = base;
  return spec;
}

std::string Make(const LinkSpec& spec,
                 const LinkFormatSpec& format = FormatSpec()) {
  const auto link = MakeLink(*LinkFormat::Build(format), spec);
  return link.ok() ? *link : std::string(link.status().message());
}

TEST(MakeLinkTest, InTheQuery) {
  LinkSpec spec = MakingSpec();
  spec.fields[LinkField::kPartner] = "anna";
  EXPECT_EQ(Make(spec), "https://shop.example/?ref=anna");
  spec.fields[LinkField::kCampaign] = "spring & more";
  spec.fields[LinkField::kSub1] = "50%+1";
  spec.fields[LinkField::kUtmSource] = "fr\xc3\xbchling";
  EXPECT_EQ(Make(spec),
            "https://shop.example/?ref=anna&campaign=spring%20%26%20more&"
            "sub1=50%25%2B1&utm_source=fr%C3%BChling");
}

TEST(MakeLinkTest, InThePath) {
  LinkSpec spec = MakingSpec();
  spec.path_template = "/r/{code}";
  spec.fields[LinkField::kCode] = "ANNA/20";
  EXPECT_EQ(Make(spec), "https://shop.example/r/ANNA%2F20");
  spec.path_template = "/{partner}/to/{campaign}";
  spec.fields[LinkField::kPartner] = "anna";
  spec.fields[LinkField::kCampaign] = "spring";
  EXPECT_EQ(Make(spec), "https://shop.example/anna/to/spring?code=ANNA%2F20");
}

TEST(MakeLinkTest, TheBaseKeepsItsQueryAndFragment) {
  LinkSpec spec = MakingSpec("https://shop.example/plans?lang=de#prices");
  spec.fields[LinkField::kPartner] = "anna";
  EXPECT_EQ(Make(spec), "https://shop.example/plans?lang=de&ref=anna#prices");
}

TEST(MakeLinkTest, OwnKeysAreWritten) {
  LinkFormatSpec format = FormatSpec();
  format.query_keys = {{"friend", LinkField::kPartner}};
  LinkSpec spec = MakingSpec();
  spec.fields[LinkField::kPartner] = "anna";
  EXPECT_EQ(Make(spec, format), "https://shop.example/?friend=anna");
}

// The destination as the standard writes it: with its path.
TEST(MakeLinkTest, Signed) {
  LinkSpec spec = MakingSpec();
  spec.fields[LinkField::kPartner] = "anna";
  spec.fields[LinkField::kDestination] = "https://shop.example?a=b";
  EXPECT_EQ(Make(spec),
            "https://shop.example/?ref=anna&"
            "to=https%3A%2F%2Fshop.example%2F%3Fa%3Db");
  spec.key_id = "2024a";
  spec.expires_at = Instant{1'735'689'600 * kUsPerSecond};
  const std::string link = Make(spec);
  const std::string before =
      "https://shop.example/?ref=anna&"
      "to=https%3A%2F%2Fshop.example%2F%3Fa%3Db&vsig=2024a.1735689600.";
  EXPECT_EQ(link.substr(0, before.size()), before);
  EXPECT_EQ(link.size(), before.size() + 22);
}

TEST(MakeLinkTest, WhatCannotBeALink) {
  using Change = void (*)(LinkSpec*);
  const std::vector<std::pair<Change, std::string>> cases = {
      {[](LinkSpec* s) { s->base_url = "ftp://shop.example"; }, "base_url: "},
      {[](LinkSpec* s) { s->base_url = "https://a@shop.example"; },
       "base_url: "},
      {[](LinkSpec* s) { s->fields[LinkField::kPartner] = "a\nb"; },
       "partner: holds a control character"},
      {[](LinkSpec* s) { s->fields[LinkField::kSub2] = "\xff"; },
       "sub2: is not UTF-8"},
      {[](LinkSpec* s) {
         s->fields[LinkField::kDestination] = "https://evil.example/";
       },
       "destination: is not on the list of hosts"},
      {[](LinkSpec* s) { s->path_template = "/x/{code}"; },
       "path_template: is not one of the format's"},
      {[](LinkSpec* s) { s->path_template = "/r/{code}"; },
       "code: missing, and the path names it"},
      {[](LinkSpec* s) {
         s->base_url = "https://shop.example/a";
         s->path_template = "/r/{code}";
         s->fields[LinkField::kCode] = "ANNA";
       },
       "base_url: has a path beside that of a template"},
      {[](LinkSpec* s) { s->key_id = "2023b"; },
       "key_id: is not one of the keys"},
      {[](LinkSpec* s) { s->expires_at = Instant{kUsPerSecond}; },
       "expires_at: is of a signature, and none is made"}};
  for (const auto& [change, message] : cases) {
    LinkSpec spec = MakingSpec();
    change(&spec);
    EXPECT_EQ(Make(spec).substr(0, message.size()), message);
  }
}

// It would be credited to somebody else.
TEST(MakeLinkTest, WhatWouldReadAsSomethingElse) {
  constexpr std::string_view kSays = "link: would be read as something else";
  LinkSpec spec = MakingSpec("https://shop.example/?ref=eve");
  spec.fields[LinkField::kPartner] = "anna";
  EXPECT_EQ(Make(spec).substr(0, kSays.size()), kSays);
  spec = MakingSpec("https://shop.example/?code=EVE");
  spec.fields[LinkField::kPartner] = "anna";
  EXPECT_EQ(Make(spec).substr(0, kSays.size()), kSays);
  spec = MakingSpec("https://shop.example/r/EVE");
  spec.fields[LinkField::kPartner] = "anna";
  EXPECT_EQ(Make(spec).substr(0, kSays.size()), kSays);
}

TEST(MakeLinkTest, FieldsAndKeysThatTheFormatLacks) {
  LinkFormatSpec format = FormatSpec();
  format.usual_keys = false;
  LinkSpec spec = MakingSpec();
  spec.fields[LinkField::kPartner] = "anna";
  EXPECT_EQ(Make(spec, format), "partner: has no query key in this format");
  format = FormatSpec();
  format.require_signature = true;
  EXPECT_EQ(Make(spec, format),
            "key_id: missing, and the format requires a signature");
}

TEST(MakeLinkTest, TooLong) {
  const std::string text(kMaxTextBytes, '&');
  LinkSpec spec = MakingSpec();
  spec.fields[LinkField::kSub1] = text;
  EXPECT_EQ(Make(spec), "link: too long");
}

}  // namespace
}  // namespace vouch
