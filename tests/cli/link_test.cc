// vouch link make and resolve.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_fixture.h"

namespace vouch {
namespace cli_test {
namespace {

using ::testing::HasSubstr;

constexpr char kSecret[] = "000102030405060708090a0b0c0d0e0f";

class LinkTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    Write("key", std::string("# of links\n") + kSecret + "\n");
  }
  // What `arguments` print, without the line's end.
  std::string Out(const std::string& arguments, int exit_code = 0) const {
    const Result result = Vouch(arguments);
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    EXPECT_EQ(result.err.empty(), exit_code == 0) << result.err;
    const std::string& text = exit_code == 0 ? result.out : result.err;
    return text.substr(0, text.size() - (text.empty() ? 0 : 1));
  }
  static std::string Resolve(const std::string& url,
                             const std::string& more = "") {
    return "link resolve --program-id shop --path-template '/r/{code}' "
           "--hosts shop.example --key-id k1 --secret key " +
           more + " '" + url + "'";
  }
};

TEST_F(LinkTest, MadeAndResolved) {
  EXPECT_EQ(Out("link make --program-id shop --base https://shop.example "
                "partner=anna 'campaign=spring & more' utm_source=mail"),
            "https://shop.example/?ref=anna&campaign=spring%20%26%20more&"
            "utm_source=mail");
  EXPECT_EQ(Out(Resolve("https://shop.example/r/ANNA?sub1=a+b&gclid=1")),
            "code=ANNA\nsub1=a b\nclick_id=1\nsigned=false");
  EXPECT_EQ(Out(Resolve("https://shop.example/r/A%22%5C", "--format json")),
            R"({"code":"A\"\\","signed":false})");
}

TEST_F(LinkTest, Signed) {
  const std::string make =
      "link make --program-id shop --base https://shop.example "
      "--path-template '/r/{code}' --hosts shop.example --key-id k1 "
      "--expires 2025-01-01T00:00:00Z code=ANNA "
      "destination=https://shop.example/spring";
  const std::string link = Out(make + " --secret key");
  EXPECT_THAT(link, HasSubstr("&vsig=k1.1735689600."));
  const std::string before = "--at 2024-12-31T23:59:59Z";
  EXPECT_EQ(Out(Resolve(link, before)),
            "code=ANNA\ndestination=https://shop.example/spring\nsigned=true");
  EXPECT_EQ(Out(Resolve(link, "--at 2025-01-01T00:00:00Z"), 2),
            "vouch: the link is refused: SIGNATURE_EXPIRED");
  // By the system's clock.
  EXPECT_EQ(Out(Resolve(link), 2),
            "vouch: the link is refused: SIGNATURE_EXPIRED");
  EXPECT_EQ(Out(Resolve(link + "&ref=eve", before), 2),
            "vouch: the link is refused: SIGNATURE_BAD");
  EXPECT_EQ(Out(Resolve("https://shop.example/?vsig=k2..x", before), 2),
            "vouch: the link is refused: SIGNATURE_FOREIGN");
  EXPECT_EQ(Out(Resolve("https://shop.example/", "--require-signature"), 2),
            "vouch: the link is refused: SIGNATURE_MISSING");
  EXPECT_EQ(Out(Resolve("https://shop.example/?to=https://evil.example/"), 2),
            "vouch: the link is refused: DESTINATION");
  // The secret from the environment gives the same link.
  const Result result =
      Shell(std::string("VOUCH_LINK_SECRET=") + kSecret + " '" +
            std::string(VOUCH_CLI_PATH) + "' " + make + " >out 2>err");
  EXPECT_EQ(result.out, link + "\n") << result.err;
}

TEST_F(LinkTest, Mistakes) {
  EXPECT_THAT(Out("link make --base https://a.example", 1),
              HasSubstr("link make needs --program-id"));
  EXPECT_THAT(Out("link", 1), HasSubstr("no command \"link\""));
  EXPECT_THAT(
      Out("link make --program-id s --base https://a.example --db x", 1),
      HasSubstr("link make takes no --db"));
  const std::string make = "link make --program-id s --base https://a.example ";
  EXPECT_THAT(Out(make + "anna", 1),
              HasSubstr("anna: is not a field and its value"));
  EXPECT_THAT(Out(make + "parnter=anna", 1), HasSubstr("parnter=anna: is not"));
  EXPECT_THAT(Out(make + "code=a code=b", 1),
              HasSubstr("code: is there twice"));
  EXPECT_THAT(Out(make + "--key-id k1", 1),
              HasSubstr("VOUCH_LINK_SECRET: is not set, and no file is named"));
  EXPECT_THAT(Out(make + "--key-id k1 --secret none", 1),
              HasSubstr("none: No such file"));
  EXPECT_THAT(Out("link resolve --program-id s", 1),
              HasSubstr("takes one URL"));
  EXPECT_THAT(Out(Resolve("https://shop.example/\xff"), 1),
              HasSubstr("link: is not UTF-8"));
}

}  // namespace
}  // namespace cli_test
}  // namespace vouch
