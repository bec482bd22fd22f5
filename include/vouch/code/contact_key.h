// Blinded contact keys: what an event carries in place of an e-mail address, a
// phone number or a tax number (docs/SEMANTICS.md, section 3).
//
//   ContactKey(ContactKind::kEmail, " Anna@Example.COM", secret, "2024")
//       -> "2024:" and 64 hexadecimal digits; the same for "anna@example.com"
//
// The key is HMAC-SHA-256 under the host's secret of the normalised value and
// its kind. Equal people give equal keys, so that a lead and a sign-up find
// each other; without the secret a key tells nothing, and cannot be tried
// against a list of addresses. Vouch stores the key alone: the value is in no
// log, error message or file, and what was made of it here is wiped.
//
// The part before the colon names the secret. After a change of secret old keys
// and new ones are not equal, so that a host that keeps its contact data gives
// both for as long as the old ones matter (identity_keys is a list).
//
// Normalised means, and nothing else is changed:
//
// e-mail      Spaces around it, "mailto:" and angle brackets with what stands
//             before them ("Anna Berg <anna@example.com>") are left out; ASCII
//             letters become small, also before the @, where hardly any host
//             tells them apart; a dot at the end of the domain goes. The domain
//             is in ASCII: an internationalised one in its form with "xn--".
//             Dots and "+tags" before the @ stay: only some hosts ignore them.
// phone       A number with its country, as E.164 writes it: + and 7 to 15
//             digits. 00 in front counts as +; spaces, hyphens, dots, slashes
//             and brackets go, "tel:" too, and "(0)", which is dialled only
//             inside the country (Italy's stays: it is always dialled). A
//             number without + or 00 is refused, for its country would be a
//             guess; so is one with an extension.
// tax number  Letters become large; spaces, hyphens, dots, slashes and commas
//             go. The country's letters belong to it where the host has them
//             ("DE123456789"), and should then always be there. Greece's "GR"
//             becomes "EL", as in the EU's register; what Swiss write behind
//             theirs (MWST, TVA, IVA) goes. Check digits are not looked at.
//
// Spaces and hyphens are also the ones that come with copied text
// (separator.h), digits of a phone number also full-width and Arabic ones. All
// functions are pure and may be called from any thread.
#ifndef VOUCH_CODE_CONTACT_KEY_H_
#define VOUCH_CODE_CONTACT_KEY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

// What a value is. It is part of what is hashed: a phone number never equals a
// tax number of the same digits.
enum class ContactKind : uint8_t { kNone, kEmail, kPhone, kTaxNumber };

// Secrets from the length of which on guessing is hopeless.
inline constexpr std::size_t kMinContactSecretBytes = 16;

// Letters of the name of a secret.
inline constexpr std::size_t kMaxContactKeyIdBytes = 64;

// Bytes of a value as it is given.
inline constexpr std::size_t kMaxContactBytes = 512;

// The key of `value`: "<key_id>:<64 hexadecimal digits, small>". Borrows
// `secret`, of at least kMinContactSecretBytes; `key_id` is of 1 to
// kMaxContactKeyIdBytes ASCII letters, digits, '-', '_' and '.'.
// INVALID_ARGUMENT for other ones, and for a value that cannot be read as its
// kind; the message (`email: has no @`) says why without the value. INTERNAL
// when OpenSSL fails.
absl::StatusOr<std::string> ContactKey(ContactKind kind, std::string_view value,
                                       absl::Span<const uint8_t> secret,
                                       std::string_view key_id);

namespace internal {

template <>
struct Words<ContactKind> {
  static constexpr std::array<std::string_view, 3> kList = {"EMAIL", "PHONE",
                                                            "TAX_NUMBER"};
};

// `value` as it is hashed, into *out, which has room for kMaxContactBytes from
// the start so that no copy is left behind. What is wrong with the value
// otherwise, empty for nothing.
std::string_view NormalizeContact(ContactKind kind, std::string_view value,
                                  std::string* out);

}  // namespace internal

VOUCH_NAMESPACE_END

#include "vouch/code/contact_key-inl.h"

#endif  // VOUCH_CODE_CONTACT_KEY_H_
