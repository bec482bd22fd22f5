// An ordinary link is resolved without allocating.
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "tests/storage/counted_memory.h"
#include "vouch/link/format.h"
#include "vouch/link/make.h"
#include "vouch/link/resolve.h"

namespace vouch {
namespace {

LinkFormat Format() {
  LinkFormatSpec spec;
  spec.program_id = "shop";
  spec.path_templates = {"/r/{code}"};
  spec.hosts = {"shop.example"};
  spec.secrets = {{"2024a", "0123456789abcdef"}};
  return *LinkFormat::Build(spec);
}

// Calls of operator new while `url` is resolved.
int64_t Allocations(const LinkFormat& format, std::string_view url,
                    LinkRefusal refusal) {
  LinkScratch scratch;
  ResolvedLink link;
  storage_test::Refusal* count = storage_test::OfNew();
  *count = {};
  count->nth = std::numeric_limits<int64_t>::max();  // none is refused
  const absl::Status status =
      ResolveLink(format, url, Instant{1}, &scratch, &link);
  count->nth = 0;
  EXPECT_TRUE(status.ok()) << url;
  EXPECT_EQ(link.refusal, refusal) << url;
  return count->counted;
}

TEST(LinkMemoryTest, AnOrdinaryLinkTakesNone) {
  const LinkFormat format = Format();
  for (const std::string_view url :
       {"https://shop.example/r/ANNA",
        "https://shop.example/r/A%20long%20code%20with%20escapes?sub1=a+long+"
        "text+with+pluses&r%65f=anna&utm_source=x&unknown%20key=y#fragment",
        "https://shop.example/?ref=anna&to=https%3A%2F%2Fshop.example%2Fa",
        "https://shop.example?to=https://shop.example"}) {
    EXPECT_EQ(Allocations(format, url, LinkRefusal::kNone), 0) << url;
  }
  EXPECT_EQ(Allocations(format, "https://shop.example/?to=https://evil.example",
                        LinkRefusal::kDestination),
            0);
}

// Nor does a signature, but for what OpenSSL takes by itself.
TEST(LinkMemoryTest, ASignedLinkTakesNoneOfOurs) {
  const LinkFormat format = Format();
  LinkSpec spec;
  spec.base_url = "https://shop.example";
  spec.fields[LinkField::kPartner] = "anna";
  spec.key_id = "2024a";
  std::string url = MakeLink(format, spec).value_or("");
  EXPECT_EQ(Allocations(format, url, LinkRefusal::kNone), 0);
  url.back() = url.back() == 'A' ? 'Q' : 'A';
  EXPECT_EQ(Allocations(format, url, LinkRefusal::kSignatureBad), 0);
}

// The count counts: a link that is left to ada allocates.
TEST(LinkMemoryTest, AnUnusualLinkTakesSome) {
  if (!ReadsEveryUrl()) GTEST_SKIP() << "built without ada";
  const std::string url = "https://shop.example/" + std::string(50, ' ') + "a";
  EXPECT_GT(Allocations(Format(), url, LinkRefusal::kNone), 0);
}

}  // namespace
}  // namespace vouch
