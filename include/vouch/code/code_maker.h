// Codes from numbers and numbers from codes, under one key.
//
//   VOUCH_ASSIGN_OR_RETURN(
//       CodeMaker maker, CodeMaker::Create({0, key.bytes()}, "shop", 10));
//   std::vector<CodeText> codes(1000);
//   VOUCH_RETURN_IF_ERROR(maker.MakeRange(0, absl::MakeSpan(codes)));
//   codes[7].view();           // "0K7M2QWXD4", say
//   maker.NumberOf(codes[7]);  // 7
//
// Code n is a letter for the key's epoch, FF1 of n, and a check symbol. FF1 is
// a permutation, so that two numbers never give one code and nothing has to be
// looked up; without the key nobody tells codes from other strings of letters.
// Its tweak is the program's id and its length that of the code, so that codes
// of two programs, or of two lengths, have nothing to do with each other. The
// epoch stands outside: codes of a new key never equal old ones.
//
// Nothing here knows which numbers were given out: see code_checker.h.
#ifndef VOUCH_CODE_CODE_MAKER_H_
#define VOUCH_CODE_CODE_MAKER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/code/aes_ecb.h"
#include "vouch/code/alphabet.h"
#include "vouch/code/capacity.h"

VOUCH_NAMESPACE_BEGIN

// A key of codes and the epoch that names it, 0 to 31, chosen by the host: a
// key of its own for each, and never an epoch used again for another key.
// Borrows the key.
struct CodeKey {
  int epoch = 0;
  absl::Span<const uint8_t> key;  // AES, of 16, 24 or 32 bytes
};

// One key, program and length. Keeps no copy of the key but OpenSSL's, which is
// wiped when the object goes. Movable; one object by one thread at a time.
class CodeMaker {
 public:
  // INVALID_ARGUMENT for a key of another size, an epoch outside 0 to 31, a
  // program_id that is no id, a length outside kMinCodeLength to
  // kMaxCodeLength. INTERNAL when OpenSSL has no AES.
  static absl::StatusOr<CodeMaker> Create(const CodeKey& key,
                                          std::string_view program_id,
                                          int length);

  int epoch() const { return epoch_; }
  int length() const { return length_; }

  // The code of `n`. OUT_OF_RANGE, with the length that fits, when there are
  // not so many codes of this length.
  absl::StatusOr<CodeText> Make(uint64_t n);

  // The codes of first_n, first_n + 1 ... into `codes`: rounds of many go to
  // OpenSSL together, and nothing is allocated. OUT_OF_RANGE as Make, `codes`
  // then unchanged; INTERNAL when OpenSSL fails, `codes` are then of no use.
  absl::Status MakeRange(uint64_t first_n, absl::Span<CodeText> codes);

  // The number of `code`, which has this maker's length, epoch and a check
  // symbol that fits; it takes the same time whatever the number.
  // INVALID_ARGUMENT for another code. The number of a code that nobody made
  // may be anything below CodeCapacity(length()), also past 64 bits.
  absl::StatusOr<absl::uint128> NumberOf(const CodeText& code);

 private:
  // Codes that go through OpenSSL together; what they need fits the fastest
  // cache.
  static constexpr std::size_t kTogether = 128;
  struct Work;

  CodeMaker(internal::AesEcb aes, int epoch, int length)
      : aes_(std::move(aes)), epoch_(epoch), length_(length) {}

  absl::Status Chain(std::string_view program_id);
  absl::Status Mac(int round, const uint64_t* halves, std::size_t count,
                   Work* work);
  absl::Status MakePiece(uint64_t first_n, absl::Span<CodeText> codes);
  void Spell(uint64_t left, uint64_t right, CodeText* code) const;

  // Letters of the two halves; FF1's u and v.
  int left_letters() const { return (length_ - 2) / 2; }
  int right_letters() const { return length_ - 2 - left_letters(); }
  // Bits of the left half in `round`, where they change sides each time.
  int bits(int round) const {
    return 5 * (round % 2 == 0 ? left_letters() : right_letters());
  }

  internal::AesEcb aes_;
  int epoch_;
  int length_;
  int half_bytes_ = 0;  // FF1's b
  // What every block to encrypt holds before round and half are put in: the
  // CBC-MAC of all before it, and what the tweak leaves in it.
  uint64_t chain_high_ = 0;
  uint64_t chain_low_ = 0;
};

VOUCH_NAMESPACE_END

#include "vouch/code/code_maker-inl.h"

#endif  // VOUCH_CODE_CODE_MAKER_H_
