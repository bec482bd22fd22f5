// Whether a reader of bytes withstands bytes that are none: every beginning of
// good bytes, and good bytes with a bit or a byte changed.
//
//   ExpectCanonical(bytes, [](std::string_view b) ->
//   absl::StatusOr<std::string> {
//     State state;
//     VOUCH_RETURN_IF_ERROR(ReadState(b, &state));
//     return EncodingOf(state);
//   });
#ifndef VOUCH_TESTS_SUPPORT_TORN_BYTES_H_
#define VOUCH_TESTS_SUPPORT_TORN_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "vouch/base/config.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

// Calls `each` with `bytes` changed in one place, `count` times.
template <typename Each>
void ForEachFlip(std::string_view bytes, uint64_t seed, int count, Each each) {
  std::mt19937_64 random(seed);
  std::string changed(bytes);
  for (int i = 0; i < count; ++i) {
    const std::size_t place = random() % bytes.size();
    const auto byte = static_cast<uint8_t>(bytes[place]);
    const uint64_t dice = random();
    const auto other = static_cast<uint8_t>(
        dice % 2 == 0 ? byte ^ (1u << (dice / 2 % 8)) : dice >> 8);
    changed[place] = static_cast<char>(other);
    if (other != byte) each(changed, place);
    changed[place] = bytes[place];
  }
}

// `again` reads bytes and gives the encoding of what it read. Good bytes must
// come back as they are, torn ones be refused with DATA_LOSS, changed ones
// either.
template <typename Again>
void ExpectCanonical(std::string_view bytes, Again again) {
  const absl::StatusOr<std::string> whole = again(bytes);
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(*whole, bytes);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const absl::StatusOr<std::string> torn = again(bytes.substr(0, n));
    ASSERT_EQ(torn.status().code(), absl::StatusCode::kDataLoss)
        << "after " << n << " bytes";
  }
  const absl::StatusOr<std::string> longer = again(std::string(bytes) + '\0');
  EXPECT_EQ(longer.status().code(), absl::StatusCode::kDataLoss);
  ForEachFlip(bytes, 7, 4000, [&](const std::string& changed, std::size_t at) {
    const absl::StatusOr<std::string> read = again(changed);
    if (read.ok()) {
      EXPECT_EQ(*read, changed) << "byte " << at;
    } else {
      EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss)
          << "byte " << at << ": " << read.status();
    }
  });
}

// Bytes for a message, two hex digits each.
inline std::string Hex(std::string_view bytes) {
  return absl::BytesToHexString(ToAbsl(bytes));
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_TORN_BYTES_H_
