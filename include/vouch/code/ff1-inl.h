// Bodies of ff1.h. Numbers of any size are arrays of bytes or numerals, most
// significant first; names are those of the standard where it has some.
#ifndef VOUCH_CODE_FF1_INL_H_
#define VOUCH_CODE_FF1_INL_H_

#include <algorithm>
#include <array>

#include "vouch/base/status.h"
#include "vouch/code/ff1.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// bytes = bytes * radix + numeral, without what flows over.
inline void PushNumeral(uint32_t numeral, uint32_t radix,
                        absl::Span<uint8_t> bytes) {
  uint32_t carry = numeral;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    const uint32_t value = bytes[i] * radix + carry;
    bytes[i] = static_cast<uint8_t>(value);
    carry = value >> 8;
  }
}

// bytes = bytes / radix; returns what is left.
inline uint16_t PopNumeral(uint32_t radix, absl::Span<uint8_t> bytes) {
  uint32_t rest = 0;
  for (uint8_t& byte : bytes) {
    const uint32_t value = (rest << 8) | byte;
    byte = static_cast<uint8_t>(value / radix);
    rest = value % radix;
  }
  return static_cast<uint16_t>(rest);
}

// to = (to + numerals) modulo radix^size; of one size.
inline void AddNumerals(absl::Span<const uint16_t> numerals, uint32_t radix,
                        absl::Span<uint16_t> to) {
  uint32_t carry = 0;
  for (std::size_t i = to.size(); i-- > 0;) {
    const uint32_t sum = uint32_t{to[i]} + numerals[i] + carry;
    carry = sum >= radix ? 1 : 0;
    to[i] = static_cast<uint16_t>(sum - carry * radix);
  }
}

// from = (from - numerals) modulo radix^size; of one size.
inline void SubtractNumerals(absl::Span<const uint16_t> numerals,
                             uint32_t radix, absl::Span<uint16_t> from) {
  uint32_t borrow = 0;
  for (std::size_t i = from.size(); i-- > 0;) {
    const uint32_t less = uint32_t{numerals[i]} + borrow;
    borrow = from[i] < less ? 1 : 0;
    from[i] = static_cast<uint16_t>(from[i] + borrow * radix - less);
  }
}

// The bytes that radix^count - 1 needs: ceil(ceil(count * log2(radix)) / 8).
inline std::size_t NumeralBytes(uint32_t radix, std::size_t count) {
  std::vector<uint8_t> largest(2 * count + 1);
  for (std::size_t i = 0; i < count; ++i) {
    PushNumeral(radix - 1, radix, absl::MakeSpan(largest));
  }
  const auto first = std::find_if(largest.begin(), largest.end(),
                                  [](uint8_t byte) { return byte != 0; });
  return static_cast<std::size_t>(largest.end() - first);
}

inline void PutBigEndian(uint64_t value, absl::Span<uint8_t> bytes) {
  for (std::size_t i = bytes.size(); i-- > 0; value >>= 8) {
    bytes[i] = static_cast<uint8_t>(value);
  }
}

// The block P, the same in all rounds.
inline std::array<uint8_t, kAesBlockBytes> Ff1FirstBlock(
    uint32_t radix, std::size_t numerals, std::size_t tweak_bytes) {
  std::array<uint8_t, kAesBlockBytes> p{1, 2, 1};
  PutBigEndian(radix, absl::MakeSpan(p).subspan(3, 3));
  p[6] = kFf1Rounds;
  p[7] = static_cast<uint8_t>(numerals / 2);
  PutBigEndian(numerals, absl::MakeSpan(p).subspan(8, 4));
  PutBigEndian(tweak_bytes, absl::MakeSpan(p).subspan(12, 4));
  return p;
}

}  // namespace internal

// What one string needs in all rounds.
struct Ff1::Run {
  Run(uint32_t radix, absl::Span<const uint8_t> tweak, std::size_t numerals)
      : half_bytes(internal::NumeralBytes(radix, numerals - numerals / 2)),
        p(internal::Ff1FirstBlock(radix, numerals, tweak.size())),
        s(4 * ((half_bytes + 3) / 4) + 4),
        y(numerals) {
    const std::size_t used = tweak.size() + half_bytes + 1;
    q.resize((used + internal::kAesBlockBytes - 1) / internal::kAesBlockBytes *
             internal::kAesBlockBytes);
    std::copy(tweak.begin(), tweak.end(), q.begin());
  }

  std::size_t half_bytes;                           // b
  std::array<uint8_t, internal::kAesBlockBytes> p;  // P
  std::vector<uint8_t> q;                           // Q
  std::vector<uint8_t> s;                           // S, of d bytes
  std::vector<uint16_t> y;                          // y modulo radix^m
};

inline absl::StatusOr<Ff1> Ff1::Create(absl::Span<const uint8_t> key,
                                       uint32_t radix) {
  if (radix < kMinFf1Radix || radix > kMaxFf1Radix) {
    return InvalidField("radix", "is not from 2 to 65536");
  }
  VOUCH_ASSIGN_OR_RETURN(internal::AesEcb aes, internal::AesEcb::Create(key));
  return Ff1(std::move(aes), radix);
}

inline absl::Status Ff1::Check(absl::Span<const uint8_t> tweak,
                               absl::Span<const uint16_t> numerals) const {
  if (tweak.size() > kMaxFf1TweakBytes) {
    return InvalidField("tweak", "is too long");
  }
  if (numerals.size() > kMaxFf1Numerals) {
    return InvalidField("numerals", "are too many");
  }
  uint64_t domain = 1;
  for (const uint16_t numeral : numerals) {
    if (numeral >= radix_) return InvalidField("numerals", "hold no numeral");
    if (domain < kMinFf1Domain) domain *= radix_;
  }
  if (numerals.size() < 2 || domain < kMinFf1Domain) {
    return InvalidField("numerals", "are too few");
  }
  return absl::OkStatus();
}

// run->y becomes the round function of `half`, as `count` numerals.
inline absl::Status Ff1::Mac(Run* run, int round,
                             absl::Span<const uint16_t> half,
                             std::size_t count) {
  constexpr std::size_t kBlock = internal::kAesBlockBytes;
  const absl::Span<uint8_t> tail =
      absl::MakeSpan(run->q).last(run->half_bytes + 1);
  std::fill(tail.begin(), tail.end(), uint8_t{0});
  for (const uint16_t numeral : half) {
    internal::PushNumeral(numeral, radix_, tail.subspan(1));
  }
  tail[0] = static_cast<uint8_t>(round);

  std::array<uint8_t, kBlock> r = run->p;  // R, a CBC-MAC over P and Q
  VOUCH_RETURN_IF_ERROR(aes_.Encrypt(absl::MakeSpan(r)));
  for (std::size_t at = 0; at < run->q.size(); at += kBlock) {
    for (std::size_t i = 0; i < kBlock; ++i) r[i] ^= run->q[at + i];
    VOUCH_RETURN_IF_ERROR(aes_.Encrypt(absl::MakeSpan(r)));
  }
  for (std::size_t at = 0; at < run->s.size(); at += kBlock) {
    std::array<uint8_t, kBlock> piece = r;
    if (at > 0) {  // R xor the number of the piece, encrypted
      std::array<uint8_t, kBlock> number{};
      internal::PutBigEndian(at / kBlock, absl::MakeSpan(number));
      for (std::size_t i = 0; i < kBlock; ++i) piece[i] ^= number[i];
      VOUCH_RETURN_IF_ERROR(aes_.Encrypt(absl::MakeSpan(piece)));
    }
    std::copy_n(piece.begin(), std::min(kBlock, run->s.size() - at),
                run->s.begin() + static_cast<std::ptrdiff_t>(at));
  }
  run->y.resize(count);
  for (std::size_t i = count; i-- > 0;) {
    run->y[i] = internal::PopNumeral(radix_, absl::MakeSpan(run->s));
  }
  return absl::OkStatus();
}

inline absl::Status Ff1::Permute(absl::Span<const uint8_t> tweak,
                                 absl::Span<uint16_t> numerals, bool forward) {
  VOUCH_RETURN_IF_ERROR(Check(tweak, numerals));
  Run run(radix_, tweak, numerals.size());
  const auto middle =
      numerals.begin() + static_cast<std::ptrdiff_t>(numerals.size() / 2);
  std::vector<uint16_t> a(numerals.begin(), middle);
  std::vector<uint16_t> b(middle, numerals.end());
  for (int step = 0; step < kFf1Rounds; ++step) {
    if (!forward) a.swap(b);
    VOUCH_RETURN_IF_ERROR(
        Mac(&run, forward ? step : kFf1Rounds - 1 - step, b, a.size()));
    if (forward) {
      internal::AddNumerals(run.y, radix_, absl::MakeSpan(a));
      a.swap(b);
    } else {
      internal::SubtractNumerals(run.y, radix_, absl::MakeSpan(a));
    }
  }
  std::copy(b.begin(), b.end(),
            std::copy(a.begin(), a.end(), numerals.begin()));
  return absl::OkStatus();
}

inline absl::Status Ff1::Encrypt(absl::Span<const uint8_t> tweak,
                                 absl::Span<uint16_t> numerals) {
  return Permute(tweak, numerals, true);
}

inline absl::Status Ff1::Decrypt(absl::Span<const uint8_t> tweak,
                                 absl::Span<uint16_t> numerals) {
  return Permute(tweak, numerals, false);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_FF1_INL_H_
