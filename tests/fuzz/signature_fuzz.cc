// Any bytes as a signature: none is good but the one that was made. The first
// line is the signature's text, the second the partner that it is held against.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vouch/link/fields.h"
#include "vouch/link/signature.h"

namespace {

const vouch::LinkSigner& Signer() {
  static const vouch::LinkSigner* const signer = [] {
    auto* made = new vouch::LinkSigner("shop", 16);
    if (!made->AddKey("2024a", "0123456789abcdef").ok()) __builtin_trap();
    return made;
  }();
  return *signer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view text = input.substr(0, end);
  vouch::LinkFields fields;
  fields[vouch::LinkField::kPartner] = input.substr(std::min(end + 1, size));
  // 2024-12-31T23:59:59.999999Z
  const vouch::Instant now{1'735'689'600 * vouch::kUsPerSecond - 1};
  const auto state = Signer().Check(text, fields, now);
  if (!state.ok()) __builtin_trap();
  if (*state != vouch::SignatureState::kGood &&
      *state != vouch::SignatureState::kExpired) {
    return 0;
  }
  // Then it is the text that Sign gives for its end.
  const std::size_t first = text.find('.');
  const std::string expiry(text.substr(first + 1, text.rfind('.') - first - 1));
  std::optional<vouch::Instant> expires_at;
  if (!expiry.empty()) {
    expires_at = vouch::Instant{std::stoll(expiry) * vouch::kUsPerSecond};
  }
  const auto made = Signer().Sign("2024a", expires_at, fields);
  if (!made.ok() || *made != text) __builtin_trap();
  const bool expired = expires_at.has_value() && *expires_at <= now;
  if (expired != (*state == vouch::SignatureState::kExpired)) __builtin_trap();
  return 0;
}
