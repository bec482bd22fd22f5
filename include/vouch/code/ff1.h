// FF1, the format-preserving encryption of NIST SP 800-38G (with AES): a
// permutation of all strings of n numerals, chosen by a key and a tweak.
//
//   VOUCH_ASSIGN_OR_RETURN(Ff1 ff1, Ff1::Create(key, 10));
//   std::vector<uint16_t> digits = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
//   VOUCH_RETURN_IF_ERROR(ff1.Encrypt(tweak, absl::MakeSpan(digits)));
//
// This is the general form, for any radix and length, one string at a time.
// Codes are made by CodeMaker (code_maker.h), which gives the same and is made
// for many.
//
// The domain, radix^n, must hold at least a million strings, as revision 1 of
// the standard demands; the shortest code's, 32^4 = 1,048,576, does.
#ifndef VOUCH_CODE_FF1_H_
#define VOUCH_CODE_FF1_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/code/aes_ecb.h"

VOUCH_NAMESPACE_BEGIN

inline constexpr uint32_t kMinFf1Radix = 2;
inline constexpr uint32_t kMaxFf1Radix = 65536;

// Strings of one radix that there must be (SP 800-38G revision 1).
inline constexpr uint64_t kMinFf1Domain = 1'000'000;

// The work grows with the square of the length.
inline constexpr std::size_t kMaxFf1Numerals = 4096;
inline constexpr std::size_t kMaxFf1TweakBytes = 65536;

inline constexpr int kFf1Rounds = 10;

// One key and radix. Movable; one object by one thread at a time.
class Ff1 {
 public:
  // INVALID_ARGUMENT for a key not of 16, 24 or 32 bytes, or a radix outside
  // kMinFf1Radix to kMaxFf1Radix.
  static absl::StatusOr<Ff1> Create(absl::Span<const uint8_t> key,
                                    uint32_t radix);

  // Permutes `numerals`, each below the radix, most significant first, in
  // place. INVALID_ARGUMENT for a numeral that is not below the radix, for
  // fewer strings than kMinFf1Domain, and past a limit above; they are then
  // unchanged. INTERNAL when OpenSSL fails; they are then of no use.
  absl::Status Encrypt(absl::Span<const uint8_t> tweak,
                       absl::Span<uint16_t> numerals);

  // Takes Encrypt back.
  absl::Status Decrypt(absl::Span<const uint8_t> tweak,
                       absl::Span<uint16_t> numerals);

 private:
  Ff1(internal::AesEcb aes, uint32_t radix)
      : aes_(std::move(aes)), radix_(radix) {}

  struct Run;
  absl::Status Permute(absl::Span<const uint8_t> tweak,
                       absl::Span<uint16_t> numerals, bool forward);
  absl::Status Check(absl::Span<const uint8_t> tweak,
                     absl::Span<const uint16_t> numerals) const;
  absl::Status Mac(Run* run, int round, absl::Span<const uint16_t> half,
                   std::size_t count);

  internal::AesEcb aes_;
  uint32_t radix_;
};

VOUCH_NAMESPACE_END

#include "vouch/code/ff1-inl.h"

#endif  // VOUCH_CODE_FF1_H_
