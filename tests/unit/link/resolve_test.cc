#include "vouch/link/resolve.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "vouch/link/make.h"

namespace vouch {
namespace {

// 2025-01-01T00:00:00Z
constexpr Instant kLinkEnd{1'735'689'600 * kUsPerSecond};
constexpr Instant kLinkNow{kLinkEnd.us - 1};

LinkFormatSpec ResolvingSpec() {
  LinkFormatSpec spec;
  spec.program_id = "shop";
  spec.path_templates = {"/r/{code}", "/in/{partner}/{campaign}"};
  spec.query_keys = {{"friend", LinkField::kPartner}};
  spec.hosts = {"shop.example"};
  spec.secrets = {{"2024a", "0123456789abcdef"}};
  return spec;
}

// "partner=anna code=X", or the refusal or error.
std::string Said(std::string_view url,
                 const LinkFormatSpec& spec = ResolvingSpec(),
                 Instant now = kLinkNow) {
  LinkScratch scratch;
  ResolvedLink link;
  const absl::Status status =
      ResolveLink(*LinkFormat::Build(spec), url, now, &scratch, &link);
  std::string out;
  for (std::size_t i = 0; i < kLinkFieldCount; ++i) {
    const std::string_view value = link.fields[LinkFieldAt(i)];
    if (value.empty()) continue;
    if (!out.empty()) out += " ";
    out.append(FieldName(LinkFieldAt(i))).append("=").append(value);
  }
  if (status.ok() && link.refusal == LinkRefusal::kNone) return out;
  EXPECT_EQ(out, "");
  EXPECT_FALSE(link.is_signed);
  return status.ok() ? std::string(Word(link.refusal))
                     : std::string(status.message());
}

TEST(ResolveLinkTest, Table) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"https://shop.example/", ""},
      {"https://shop.example/r/ANNA", "code=ANNA"},
      {"https://shop.example/r/ANNA/", "code=ANNA"},
      {"https://shop.example/r/ANNA//", "code=ANNA"},
      {"https://shop.example/r/", ""},
      {"https://shop.example/r", ""},
      {"https://shop.example//r/ANNA", ""},
      {"https://shop.example/r/ANNA/more", ""},
      {"https://shop.example/R/ANNA", ""},
      {"https://shop.example/r/A%20%2F+B", "code=A /+B"},
      {"https://shop.example/r/%00", ""},
      {"https://shop.example/in/anna/spring", "partner=anna campaign=spring"},
      // The path, then the keys by priority, whatever their order.
      {"https://shop.example/in/anna/x?ref=eve", "partner=anna campaign=x"},
      {"https://shop.example/?ref=anna", "partner=anna"},
      {"https://shop.example/?via=eve&ref=anna", "partner=anna"},
      {"https://shop.example/?ref=eve&friend=anna", "partner=anna"},
      {"https://shop.example/?via=anna", "partner=anna"},
      {"https://shop.example/?ref=&via=anna", "partner=anna"},
      {"https://shop.example/?ref&via=anna", "partner=anna"},
      {"https://shop.example/?ref=anna&ref=eve", "partner=anna"},
      {"https://shop.example/?ref=&ref=anna", "partner=anna"},
      {"https://shop.example/?ref=%ff&via=anna", "partner=anna"},
      {"https://shop.example/?REF=eve&reff=eve&re=eve", ""},
      // As forms are read.
      {"https://shop.example/?&&ref=anna&&", "partner=anna"},
      {"https://shop.example/?=x&ref=anna", "partner=anna"},
      {"https://shop.example/?r%65f=anna", "partner=anna"},
      {"https://shop.example/??ref=anna", ""},
      {"https://shop.example/?ref=a=b==", "partner=a=b=="},
      {"https://shop.example/?ref=a+b%2Bc%zz%2", "partner=a b+c%zz%2"},
      {"https://shop.example/?ref=%C3%BC", "partner=\xc3\xbc"},
      {"https://shop.example/?ref=a;via=b", "partner=a;via=b"},
      {"https://shop.example/?ref=anna#ref=eve", "partner=anna"},
      {"https://shop.example/#ref=eve", ""},
      // All fields.
      {"https://shop.example/r/C?ref=p&campaign=m&sub1=1&sub2=2&sub3=3&sub4=4&"
       "sub5=5&gclid=g&utm_source=s&utm_medium=e&utm_campaign=c&utm_term=t&"
       "utm_content=n&to=https://shop.example/x",
       "partner=p code=C campaign=m destination=https://shop.example/x sub1=1 "
       "sub2=2 sub3=3 sub4=4 sub5=5 click_id=g utm_source=s utm_medium=e "
       "utm_campaign=c utm_term=t utm_content=n"},
      {"https://shop.example/?fbclid=f&click_id=c", "click_id=c"}};
  for (const auto& [url, said] : cases) EXPECT_EQ(Said(url), said) << url;
}

TEST(ResolveLinkTest, LongValuesAreAsIfNotThere) {
  const std::string fits(kMaxIdBytes, 'a');
  const std::string base = "https://shop.example/?via=anna&ref=";
  EXPECT_EQ(Said(base + fits), "partner=" + fits);
  EXPECT_EQ(Said(base + fits + "a"), "partner=anna");
  EXPECT_EQ(Said(base + fits + "%61"), "partner=anna");
}

TEST(ResolveLinkTest, UrlsThatAreNotOrdinary) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"HTTPS://Shop.Example/r/ANNA", "code=ANNA"},
      {"https://shop.example/x/../r/ANNA", "code=ANNA"},
      {"https:\\\\shop.example\\r\\ANNA", "code=ANNA"},
      {"https://shop.example/?ref=an na", "partner=an na"},
      {"https://shop.example/?ref=\xc3\xbc&via='", "partner=\xc3\xbc"},
      {"https://shop.example/r/\xc3\xbc", "code=\xc3\xbc"},
      // Gathered before the byte that is not ordinary, and again after.
      {"https://shop.example/r/A%20B?ref=a%20b&via=' ", "partner=a b code=A B"},
      {"https://shop.example/?ref=a\tnna\n", "partner=anna"}};
  for (const auto& [url, said] : cases) {
    const std::string got = Said(url);
    if (ReadsEveryUrl()) {
      EXPECT_EQ(got, said) << url;
    } else {
      EXPECT_EQ(got,
                "link: is not an ordinary http or https URL, and this build "
                "reads no others");
    }
  }
  EXPECT_EQ(Said("https://shop.example/\xff"), "link: is not UTF-8");
  EXPECT_EQ(Said("https://shop.example/" + std::string(kMaxLinkBytes, 'a')),
            "link: too long");
}

TEST(ResolveLinkTest, DestinationsOnTheList) {
  const std::string base = "https://shop.example/?to=";
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"https://shop.example/x", "https://shop.example/x"},
      {"https%3A%2F%2Fshop.example%2Fx%3Fa%3D1%26b%3D2",
       "https://shop.example/x?a=1&b=2"},
      {"https://shop.example", "https://shop.example/"},
      {"https://shop.example%3Fa", "https://shop.example/?a"},
      {"http://shop.example/%2523", "http://shop.example/%23"}};
  for (const auto& [to, destination] : cases) {
    EXPECT_EQ(Said(base + std::string(to)),
              "destination=" + std::string(destination));
  }
}

// The ways in which redirects are usually fooled.
TEST(ResolveLinkTest, DestinationsElsewhere) {
  for (const std::string_view to :
       {"https://evil.example/", "https://evil.example%23.shop.example/",
        "https://shop.example.evil.example/",
        "https://evil.example/shop.example", "https://shop.example:8443/",
        "%09https://evil.example/", "%09https://shop.example/",
        "https://shop.example/%00", "https://shop.example/%ff"}) {
    EXPECT_EQ(Said("https://shop.example/?ref=anna&to=" + std::string(to)),
              "DESTINATION")
        << to;
  }
  for (const std::string_view to :
       {"//evil.example", "/x", "x", "%2F%5Cevil.example", "https:evil.example",
        "https:\\\\evil.example", "https://shop.example%40evil.example/",
        "https://anna%40shop.example/", "https://evil.example%5C.shop.example/",
        "javascript:alert(1)//shop.example", "data:text/html,x",
        "ftp://shop.example/"}) {
    const std::string said =
        Said("https://shop.example/?ref=anna&to=" + std::string(to));
    EXPECT_EQ(said, ReadsEveryUrl()
                        ? "DESTINATION"
                        : "destination: is not an ordinary http or https URL, "
                          "and this build reads no others")
        << to;
  }
}

// A line's end would let a redirect's header be written.
TEST(ResolveLinkTest, DestinationsHoldNothingRaw) {
  const std::string url =
      "https://shop.example/?ref=anna&to=https://shop.example/%20%22%C3%BC";
  if (ReadsEveryUrl()) {
    EXPECT_EQ(Said(url),
              "partner=anna destination=https://shop.example/%20%22%C3%BC");
  }
  EXPECT_EQ(Said("https://shop.example/?ref=anna&to=https://shop.example/%0d%0a"
                 "x:y"),
            "DESTINATION");
  // Nor does a second one make it good.
  EXPECT_EQ(Said("https://shop.example/?to=%0a&to=https://shop.example/"),
            "DESTINATION");
  // In any other field it is as if the field were not there.
  EXPECT_EQ(Said("https://shop.example/?ref=an%0ana&via=eve"), "partner=eve");
}

std::string Signed(Instant end = kLinkEnd) {
  LinkSpec spec;
  spec.base_url = "https://shop.example/";
  spec.path_template = "/r/{code}";
  spec.fields[LinkField::kCode] = "ANNA";
  spec.fields[LinkField::kDestination] = "https://shop.example/spring";
  spec.key_id = "2024a";
  spec.expires_at = end;
  return MakeLink(*LinkFormat::Build(ResolvingSpec()), spec).value_or("");
}

TEST(ResolveLinkTest, Signatures) {
  const std::string link = Signed();
  const std::string said = "code=ANNA destination=https://shop.example/spring";
  EXPECT_EQ(Said(link), said);
  EXPECT_EQ(Said(link, ResolvingSpec(), kLinkEnd), "SIGNATURE_EXPIRED");
  // What others add on the way.
  EXPECT_EQ(Said(link + "&utm_source=mail&gclid=1&x=y"),
            said + " click_id=1 utm_source=mail");
  // Added, changed, dropped.
  EXPECT_EQ(Said(link + "&ref=eve"), "SIGNATURE_BAD");
  EXPECT_EQ(Said(link + "&sub1=x"), "SIGNATURE_BAD");
  std::string other = link;
  other.replace(other.find("ANNA"), 4, "EVEE");
  EXPECT_EQ(Said(other), "SIGNATURE_BAD");
  other = link;
  other.replace(other.find("spring"), 6, "winter");
  EXPECT_EQ(Said(other), "SIGNATURE_BAD");
  other = link;
  other.erase(other.find("to="), other.find("&vsig") - other.find("to=") + 1);
  EXPECT_EQ(Said(other), "SIGNATURE_BAD");
  other = link;
  other.replace(other.find("2024a"), 5, "2023b");
  EXPECT_EQ(Said(other), "SIGNATURE_FOREIGN");
  // Another spelling of the same says the same.
  other = link;
  other.replace(other.find("ANNA"), 4, "%41NNA");
  EXPECT_EQ(Said(other), said);
  // A good signature leads nowhere else either.
  LinkFormatSpec spec = ResolvingSpec();
  spec.hosts = {"www.shop.example"};
  EXPECT_EQ(Said(link, spec), "DESTINATION");
}

TEST(ResolveLinkTest, WhereASignatureIsRequired) {
  LinkFormatSpec spec = ResolvingSpec();
  EXPECT_EQ(Said("https://shop.example/r/ANNA", spec), "code=ANNA");
  spec.require_signature = true;
  EXPECT_EQ(Said("https://shop.example/r/ANNA", spec), "SIGNATURE_MISSING");
  EXPECT_EQ(Said("https://shop.example/r/ANNA?vsig=", spec),
            "SIGNATURE_MISSING");
  EXPECT_EQ(Said(Signed(), spec),
            "code=ANNA destination=https://shop.example/spring");
}

TEST(ResolveLinkTest, OneScratchForManyLinks) {
  const LinkFormat format = *LinkFormat::Build(ResolvingSpec());
  LinkScratch scratch;
  ResolvedLink link;
  for (int i = 0; i < 1000; ++i) {
    const std::string code = "A " + std::to_string(i);
    std::string url = "https://shop.example/r/A%20" + std::to_string(i);
    url.append("?sub1=").append(std::string(4000, '+'));
    ASSERT_TRUE(ResolveLink(format, url, kLinkNow, &scratch, &link).ok());
    ASSERT_EQ(link.fields[LinkField::kCode], code);
    ASSERT_EQ(link.fields[LinkField::kSub1], std::string(4000, ' '));
  }
}

// Encoded, such a link is three times as long as it came.
TEST(ResolveLinkTest, TheLongestUnusualLink) {
  if (!ReadsEveryUrl()) GTEST_SKIP() << "built without ada";
  std::string text;
  while (text.size() < 4000) text += "\xc3\xbc";
  const std::string url =
      "https://shop.example/?sub1=" + text + "&sub2=" + text;
  EXPECT_EQ(Said(url), "sub1=" + text + " sub2=" + text);
}

TEST(LinkRefusalTest, Words) {
  EXPECT_EQ(Word(LinkRefusal::kNone), "");
  EXPECT_EQ(Word(LinkRefusal::kDestination), "DESTINATION");
  EXPECT_EQ(Word(LinkRefusal::kSignatureForeign), "SIGNATURE_FOREIGN");
}

}  // namespace
}  // namespace vouch
