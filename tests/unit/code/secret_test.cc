#include "vouch/code/secret.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

std::vector<uint8_t> Bytes(const Secret& secret) {
  return {secret.bytes().begin(), secret.bytes().end()};
}

TEST(SecretTest, ReadsHexadecimal) {
  const auto secret = Secret::FromHex("00fF7a");
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(Bytes(*secret), (std::vector<uint8_t>{0x00, 0xff, 0x7a}));
  EXPECT_TRUE(Secret::FromHex("")->bytes().empty());
  EXPECT_EQ(Secret::FromHex(std::string(128, 'a'))->bytes().size(), 64u);
}

TEST(SecretTest, RefusesWithoutShowingIt) {
  const std::pair<std::string, const char*> cases[] = {
      {"abc", "key: is not of two hexadecimal digits a byte"},
      {"0g", "key: is not of hexadecimal digits"},
      {"g0", "key: is not of hexadecimal digits"},
      {"12 34 ", "key: is not of hexadecimal digits"},
      {std::string(130, 'a'), "key: too long"},
  };
  for (const auto& [hex, message] : cases) {
    const auto secret = Secret::FromHex(hex);
    EXPECT_EQ(secret.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(secret.status().message(), message);
  }
  EXPECT_EQ(Secret::FromBytes(std::vector<uint8_t>(65)).status().message(),
            "key: too long");
}

TEST(SecretTest, MovesInsteadOfBeingCopied) {
  Secret one = *Secret::FromBytes({1, 2, 3});
  const uint8_t* const place = one.bytes().data();
  Secret two = std::move(one);
  EXPECT_EQ(two.bytes().data(), place);
  Secret three;
  three = std::move(two);
  EXPECT_EQ(three.bytes().data(), place);
  EXPECT_EQ(Bytes(three), (std::vector<uint8_t>{1, 2, 3}));
}

}  // namespace
}  // namespace vouch
