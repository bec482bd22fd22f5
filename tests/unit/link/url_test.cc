#include "vouch/link/url.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace vouch {
namespace {

struct Case {
  std::string_view text;
  bool ordinary;
  std::string_view href;
  std::string_view host;
  std::string_view port;
  std::string_view path;
  std::string_view query;
  std::string_view fragment;
};

// The URL Standard's answers, worked out by its text (sections 4.4 and 4.5).
// clang-format off
constexpr Case kCases[] = {
    {"https://shop.example/r/ANNA", true, "https://shop.example/r/ANNA", "shop.example", "", "/r/ANNA", "", ""},
    {"http://shop.example/?a=b#c", true, "http://shop.example/?a=b#c", "shop.example", "", "/", "a=b", "c"},
    {"https://shop.example", true, "https://shop.example/", "shop.example", "", "/", "", ""},
    {"https://shop.example?ref=a", true, "https://shop.example/?ref=a", "shop.example", "", "/", "ref=a", ""},
    {"https://shop.example#x?y", true, "https://shop.example/#x?y", "shop.example", "", "/", "", "x?y"},
    {"https://shop.example/?", true, "https://shop.example/?", "shop.example", "", "/", "", ""},
    {"https://localhost:3000/a//b/", true, "https://localhost:3000/a//b/", "localhost", "3000", "/a//b/", "", ""},
    {"http://a-b.c9.example:0/", false, "http://a-b.c9.example:0/", "a-b.c9.example", "0", "/", "", ""},
    {"https://shop.example/a.b/.c/...d?x=%zz&y=^`|\\", true, "https://shop.example/a.b/.c/...d?x=%zz&y=^`|\\", "shop.example", "", "/a.b/.c/...d", "x=%zz&y=^`|\\", ""},
    {"https://shop.example/%2ea/%41'!$&()*+,;=:@", true, "https://shop.example/%2ea/%41'!$&()*+,;=:@", "shop.example", "", "/%2ea/%41'!$&()*+,;=:@", "", ""},
    // From here on the standard changes something, or could.
    {"HTTPS://Shop.Example/R", false, "https://shop.example/R", "shop.example", "", "/R", "", ""},
    {" https://shop.example/ ", false, "https://shop.example/", "shop.example", "", "/", "", ""},
    {"https://shop.example:443/", false, "https://shop.example/", "shop.example", "", "/", "", ""},
    {"http://shop.example:443/", true, "http://shop.example:443/", "shop.example", "443", "/", "", ""},
    {"https://shop.example:0080/", false, "https://shop.example:80/", "shop.example", "80", "/", "", ""},
    {"https://shop.example:/", false, "https://shop.example/", "shop.example", "", "/", "", ""},
    {"https:shop.example/a", false, "https://shop.example/a", "shop.example", "", "/a", "", ""},
    {"https:\\\\shop.example\\a?b\\c", false, "https://shop.example/a?b\\c", "shop.example", "", "/a", "b\\c", ""},
    {"https://anna:secret@shop.example/", false, "https://anna:secret@shop.example/", "shop.example", "", "/", "", ""},
    {"https://shop.example/a/./b/../c", false, "https://shop.example/a/c", "shop.example", "", "/a/c", "", ""},
    {"https://shop.example/a/%2E%2e/c", false, "https://shop.example/c", "shop.example", "", "/c", "", ""},
    {"https://shop.example/a b?c d#e f", false, "https://shop.example/a%20b?c%20d#e%20f", "shop.example", "", "/a%20b", "c%20d", "e%20f"},
    {"https://shop.example/?q='\"<>", false, "https://shop.example/?q=%27%22%3C%3E", "shop.example", "", "/", "q=%27%22%3C%3E", ""},
    {"https://shop.example/{code}", false, "https://shop.example/%7Bcode%7D", "shop.example", "", "/%7Bcode%7D", "", ""},
    {"https://shop.exam\tple/a\nb", false, "https://shop.example/ab", "shop.example", "", "/ab", "", ""},
    {"https://b\xc3\xbc" "cher.example/\xc3\xbc", false, "https://xn--bcher-kva.example/%C3%BC", "xn--bcher-kva.example", "", "/%C3%BC", "", ""},
    {"https://xn--bcher-kva.example/", false, "https://xn--bcher-kva.example/", "xn--bcher-kva.example", "", "/", "", ""},
    {"https://0x7f.1/", false, "https://127.0.0.1/", "127.0.0.1", "", "/", "", ""},
    {"https://127.0.0.1/", false, "https://127.0.0.1/", "127.0.0.1", "", "/", "", ""},
    {"https://[::1]:8080/", false, "https://[::1]:8080/", "[::1]", "8080", "/", "", ""},
    {"https://shop%2eexample/", false, "https://shop.example/", "shop.example", "", "/", "", ""},
    {"https://shop.example./", false, "https://shop.example./", "shop.example.", "", "/", "", ""},
};
// No URLs, or not of http or https.
constexpr std::string_view kFailures[] = {
    "", "https://", "https://?a", "/r/ANNA", "shop.example/r/ANNA",
    "https://shop.example:65536/", "https://shop.example:8a/", "https://a b/",
    "https://1.2.3.4.5/", "https://256.0.0.1/", "https://[::1/",
    "https://a<b/", "ftp://shop.example/", "mailto:anna@shop.example",
    "javascript:alert(1)", "https://%00/", "https://\xff/"};
// clang-format on

void ExpectParts(const Case& c, const UrlParts& url) {
  EXPECT_EQ(UrlText(url), c.href) << c.text;
  EXPECT_EQ(url.scheme, c.href.substr(0, c.href.find(':'))) << c.text;
  EXPECT_EQ(url.host, c.host) << c.text;
  EXPECT_EQ(url.port, c.port) << c.text;
  EXPECT_EQ(url.path, c.path) << c.text;
  EXPECT_EQ(url.query, c.query) << c.text;
  EXPECT_EQ(url.fragment, c.fragment) << c.text;
  EXPECT_EQ(url.has_user,
            c.text.find('@') != std::string_view::npos && c.path == "/")
      << c.text;
}

TEST(UrlTest, OrdinaryOnesAreReadInOnePass) {
  for (const Case& c : kCases) {
    UrlParts url;
    EXPECT_EQ(internal::ReadOrdinaryUrl(c.text, &url), c.ordinary) << c.text;
    if (c.ordinary) ExpectParts(c, url);
  }
  for (const std::string_view text : kFailures) {
    UrlParts url;
    EXPECT_FALSE(internal::ReadOrdinaryUrl(text, &url)) << text;
  }
}

TEST(UrlTest, EveryUrlIsReadOrNoneIsGuessedAt) {
  UrlSpace space;
  for (const Case& c : kCases) {
    UrlParts url;
    const absl::Status status = ReadUrl(c.text, &space, &url);
    if (c.ordinary || ReadsEveryUrl()) {
      ASSERT_TRUE(status.ok()) << c.text << status;
      ExpectParts(c, url);
    } else {
      EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented) << c.text;
    }
  }
  for (const std::string_view text : kFailures) {
    UrlParts url;
    const absl::Status status = ReadUrl(text, &space, &url);
    EXPECT_EQ(status.message().substr(0, 6), "link: ");
    EXPECT_TRUE(absl::IsInvalidArgument(status) ||
                (!ReadsEveryUrl() && absl::IsUnimplemented(status)))
        << text << status;
  }
}

#ifdef VOUCH_LINK_ADA
TEST(UrlTest, AdaSaysTheSameOfOrdinaryOnes) {
  UrlSpace space;
  for (const Case& c : kCases) {
    UrlParts url;
    ASSERT_TRUE(internal::ReadUrlWithAda(c.text, &space, &url)) << c.text;
    ExpectParts(c, url);
  }
}
#endif

// Sixteen at a time finds what one at a time finds.
TEST(UrlTest, AnyByteAtAnyPlaceIsPlainOrNot) {
  for (std::size_t size = 0; size < 50; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'a');
        text[place] = static_cast<char>(byte);
        const char* const end = text.data() + size;
        ASSERT_EQ(internal::SkipPlain(text.data(), end),
                  internal::Skip(text.data(), end, internal::kPlainByte))
            << size << " " << place << " " << byte;
      }
    }
  }
}

TEST(UrlTest, TooLong) {
  UrlSpace space;
  UrlParts url;
  std::string text = "https://shop.example/";
  text.resize(kMaxLinkBytes, 'a');
  EXPECT_TRUE(ReadUrl(text, &space, &url).ok());
  text.push_back('a');
  EXPECT_EQ(ReadUrl(text, &space, &url).message(), "link: too long");
}

TEST(UrlTest, LongNamesAreLeftToAda) {
  const std::string label(63, 'a');
  UrlParts url;
  const auto ordinary = [&](const std::string& host) {
    return internal::ReadOrdinaryUrl("https://" + host + "/", &url);
  };
  EXPECT_TRUE(ordinary(label + ".example"));
  EXPECT_FALSE(ordinary(label + "a.example"));
  const std::string long_host = label + "." + label + "." + label + ".";
  EXPECT_TRUE(ordinary(long_host + std::string(61, 'b')));
  EXPECT_FALSE(ordinary(long_host + std::string(62, 'b')));
}

void ExpectVector(const nlohmann::json& c, const UrlParts& url) {
  const std::string port(url.port);
  EXPECT_EQ(UrlText(url), c["href"]) << c["input"];
  EXPECT_EQ(std::string(url.scheme) + ":", c["protocol"]) << c["input"];
  EXPECT_EQ(std::string(url.host) + (port.empty() ? "" : ":" + port), c["host"])
      << c["input"];
  EXPECT_EQ(port, c["port"]) << c["input"];
  EXPECT_EQ(url.path, c["pathname"]) << c["input"];
  EXPECT_EQ(url.query, std::string(c["search"]).erase(0, 1)) << c["input"];
  EXPECT_EQ(url.fragment, std::string(c["hash"]).erase(0, 1)) << c["input"];
}

// web-platform-tests, url/resources/urltestdata.json: http and https without a
// base URL. 154 are failures; 5 turn out to be of
// another scheme, and are refused as well.
TEST(UrlTest, VectorsOfTheStandard) {
  const char* folder = std::getenv("VOUCH_TEST_DATA");
  if (folder == nullptr) GTEST_SKIP() << "VOUCH_TEST_DATA is not set";
  std::ifstream file(std::string(folder) + "/vectors/whatwg_url_http.json");
  ASSERT_TRUE(file.is_open());
  const nlohmann::json vectors = nlohmann::json::parse(file);
  UrlSpace space;
  std::size_t read = 0;
  std::size_t refused = 0;
  for (const nlohmann::json& c : vectors["cases"]) {
    const std::string text = c["input"];
    UrlParts url;
    const absl::Status status = ReadUrl(text, &space, &url);
    const bool bad = !c.contains("protocol") ||
                     (c["protocol"] != "http:" && c["protocol"] != "https:");
    if (bad) {
      EXPECT_FALSE(status.ok()) << text;
      ++refused;
    } else if (ReadsEveryUrl() || !absl::IsUnimplemented(status)) {
      ASSERT_TRUE(status.ok()) << text << status;
      ExpectVector(c, url);
      ++read;
    }
  }
  EXPECT_EQ(refused, 159u);
  EXPECT_EQ(read, ReadsEveryUrl() ? 117u : 25u);
}

}  // namespace
}  // namespace vouch
