#include "vouch/link/format.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

LinkFormatSpec LeastSpec() {
  LinkFormatSpec spec;
  spec.program_id = "shop";
  return spec;
}

std::string Message(const LinkFormatSpec& spec) {
  return std::string(LinkFormat::Build(spec).status().message());
}

TEST(LinkFormatTest, LeastFormat) {
  const auto format = LinkFormat::Build(LeastSpec());
  ASSERT_TRUE(format.ok());
  EXPECT_EQ(format->FindKey("ref")->field,
            static_cast<std::size_t>(LinkField::kPartner));
  EXPECT_LT(format->FindKey("ref")->priority, format->FindKey("via")->priority);
  EXPECT_EQ(format->FindKey("vsig")->field, LinkFormat::kSignature);
  EXPECT_EQ(format->FindKey("REF"), nullptr);
  EXPECT_EQ(format->FindKey(""), nullptr);
  EXPECT_FALSE(format->require_signature());
}

TEST(LinkFormatTest, OwnKeysComeFirst) {
  LinkFormatSpec spec = LeastSpec();
  spec.query_keys = {{"friend", LinkField::kPartner},
                     {"ref", LinkField::kCode}};
  const auto format = LinkFormat::Build(spec);
  ASSERT_TRUE(format.ok());
  const auto partner = static_cast<std::size_t>(LinkField::kPartner);
  EXPECT_EQ(format->FirstKey(partner)->name, "friend");
  // A usual key that the program uses otherwise is the program's.
  EXPECT_EQ(format->FindKey("ref")->field,
            static_cast<std::size_t>(LinkField::kCode));
  spec.usual_keys = false;
  EXPECT_EQ(LinkFormat::Build(spec)->FindKey("via"), nullptr);
}

TEST(LinkFormatTest, AllKeysAreFound) {
  LinkFormatSpec spec = LeastSpec();
  spec.usual_keys = false;
  for (std::size_t i = 1; i < kMaxLinkQueryKeys; ++i) {
    spec.query_keys.push_back({"k" + std::to_string(i), LinkField::kSub1});
  }
  const auto format = LinkFormat::Build(spec);
  ASSERT_TRUE(format.ok());
  for (const LinkQueryKey& key : spec.query_keys) {
    ASSERT_NE(format->FindKey(key.key), nullptr);
    EXPECT_EQ(format->FindKey(key.key)->name, key.key);
  }
  EXPECT_EQ(format->FindKey("k64"), nullptr);
  spec.query_keys.push_back({"k64", LinkField::kSub1});
  EXPECT_EQ(LinkFormat::Build(spec).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(LinkFormatTest, MistakesAreNamed) {
  LinkFormatSpec spec;
  EXPECT_EQ(Message(spec), "program_id: missing");
  for (const std::size_t bytes : {11u, 33u}) {
    spec = LeastSpec();
    spec.signature_bytes = bytes;
    EXPECT_EQ(Message(spec), "signature_bytes: is not from 12 to 32");
  }
  spec = LeastSpec();
  spec.signature_key = "v sig";
  EXPECT_EQ(Message(spec),
            "signature_key: has a character that a query encodes");
  spec = LeastSpec();
  spec.query_keys = {{"a", LinkField::kCode}, {"", LinkField::kCode}};
  EXPECT_EQ(Message(spec), "query_keys[1]: missing");
  spec.query_keys[1].key = "a";
  EXPECT_EQ(Message(spec), "query_keys[1]: is taken");
  spec.query_keys[1].key = "vsig";
  EXPECT_EQ(Message(spec), "query_keys[1]: is taken");
  spec = LeastSpec();
  spec.secrets = {{"a", "0123456789abcdef"}, {"b", "secret"}};
  EXPECT_EQ(Message(spec), "secrets[1].secret: shorter than 16 bytes");
  spec = LeastSpec();
  spec.require_signature = true;
  EXPECT_EQ(Message(spec), "secrets: missing, and signatures are required");
}

TEST(LinkFormatTest, Templates) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"/r/{code}", ""},
      {"/{partner}", ""},
      {"/a.b/{partner}/c/{campaign}/{sub1}", ""},
      {"", "does not begin with a slash"},
      {"r/{code}", "does not begin with a slash"},
      {"/r", "names no field"},
      {"/", "has an empty segment, or one of dots"},
      {"/r/{code}/", "has an empty segment, or one of dots"},
      {"/../{code}", "has an empty segment, or one of dots"},
      {"/r-{code}", "has a segment that is more than one field"},
      {"/{code}{sub1}", "names no field that a path may hold"},
      {"/{who}", "names no field that a path may hold"},
      {"/{destination}", "names no field that a path may hold"},
      {"/{code}/{code}", "names a field twice"},
      {"/a b/{code}", "has a character that a path encodes"},
      {"/%41/{code}", "has a character that a path encodes"}};
  for (const auto& [text, problem] : cases) {
    LinkFormatSpec spec = LeastSpec();
    spec.path_templates = {text};
    const std::string wanted =
        problem.empty() ? "" : "path_templates[0]: " + problem;
    EXPECT_EQ(Message(spec), wanted) << text;
  }
  LinkFormatSpec spec = LeastSpec();
  spec.path_templates.assign(kMaxLinkTemplates + 1, "/{code}");
  EXPECT_EQ(Message(spec), "path_templates: too many");
}

bool MayLeadTo(const LinkFormat& format, std::string_view text) {
  UrlSpace space;
  UrlParts url;
  EXPECT_TRUE(ReadUrl(text, &space, &url).ok()) << text;
  return format.MayLeadTo(url);
}

TEST(LinkFormatTest, Hosts) {
  LinkFormatSpec spec = LeastSpec();
  spec.hosts = {"shop.example", "*.shop.example", "localhost:3000"};
  const auto format = LinkFormat::Build(spec);
  ASSERT_TRUE(format.ok());
  for (const std::string_view text :
       {"https://shop.example/", "http://shop.example/a?b#c",
        "https://www.shop.example/", "https://a.b.shop.example",
        "http://localhost:3000/"}) {
    EXPECT_TRUE(MayLeadTo(*format, text)) << text;
  }
  for (const std::string_view text :
       {"https://shop.example:8443/", "https://evilshop.example/",
        "https://shop.example.evil.example/", "https://example/",
        "https://localhost/", "http://localhost:3001/",
        "https://www.shop.example:8443/"}) {
    EXPECT_FALSE(MayLeadTo(*format, text)) << text;
  }
  EXPECT_FALSE(
      MayLeadTo(*LinkFormat::Build(LeastSpec()), "https://shop.example/"));
}

TEST(LinkFormatTest, HostsThatAreNone) {
  for (const std::string_view text :
       {"", "*.", "https://shop.example", "shop.example/a", "a@shop.example",
        "shop.example?", "shop example", "shop.example:99999"}) {
    LinkFormatSpec spec = LeastSpec();
    spec.hosts = {"shop.example", std::string(text)};
    EXPECT_EQ(Message(spec).substr(0, 10), "hosts[1]: ") << text;
  }
}

}  // namespace
}  // namespace vouch
