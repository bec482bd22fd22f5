// Bodies of code_maker.h: FF1 with radix 32, whose halves are at most seven
// letters, 35 bits, and so fit a register; a sum modulo 32^m is a mask.
#ifndef VOUCH_CODE_CODE_MAKER_INL_H_
#define VOUCH_CODE_CODE_MAKER_INL_H_

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/base/config.h"
#include "vouch/base/status.h"
#include "vouch/base/text.h"
#include "vouch/code/check_symbol.h"
#include "vouch/code/code_maker.h"
#include "vouch/code/ff1.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// `value` with its most significant byte first in memory, and back. Said to
// the compiler in its own word: it does not see through a loop of bytes, and
// this is done twice for each block.
inline uint64_t BigEndian(uint64_t value) {
#if defined(ABSL_IS_LITTLE_ENDIAN) && defined(__GNUC__)
  return __builtin_bswap64(value);
#else
  std::array<uint8_t, 8> bytes{};
  PutBigEndian(value, absl::MakeSpan(bytes));
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
#endif
}
inline uint64_t LoadBigEndian(const uint8_t* bytes) {
  uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof(value));
  return BigEndian(value);
}
inline void StoreBigEndian(uint64_t value, uint8_t* bytes) {
  value = BigEndian(value);
  std::memcpy(bytes, &value, sizeof(value));
}

// value * 2^k in GF(32), for the letter k places before the check symbol.
constexpr std::array<std::array<uint8_t, 32>, kMaxCodeLength> CheckTermTable() {
  std::array<std::array<uint8_t, 32>, kMaxCodeLength> table{};
  for (std::size_t value = 0; value < 32; ++value) {
    auto term = static_cast<uint8_t>(value);
    for (auto& place : table) {
      place[value] = term;
      term = Gf32Double(term);
    }
  }
  return table;
}
inline constexpr auto kCheckTerms = CheckTermTable();

}  // namespace internal

// What the codes that go together need.
struct CodeMaker::Work {
  std::array<uint8_t, kTogether * internal::kAesBlockBytes> blocks;
  std::array<uint64_t, kTogether> left;
  std::array<uint64_t, kTogether> right;
};

inline absl::StatusOr<CodeMaker> CodeMaker::Create(const CodeKey& key,
                                                   std::string_view program_id,
                                                   int length) {
  if (key.epoch < 0 || key.epoch >= kMaxCodeEpochs) {
    return InvalidField("epoch", "is not from 0 to 31");
  }
  const std::string_view problem = IdProblem(program_id);
  if (!problem.empty()) return InvalidField("program_id", problem);
  VOUCH_RETURN_IF_ERROR(internal::CheckCodeLength(length));
  VOUCH_ASSIGN_OR_RETURN(internal::AesEcb aes,
                         internal::AesEcb::Create(key.key));
  CodeMaker maker(std::move(aes), key.epoch, length);
  VOUCH_RETURN_IF_ERROR(maker.Chain(program_id));
  return maker;
}

// The CBC-MAC over P and Q up to its last block: it is the same for all codes
// and rounds, for a round and its half stand in the last bytes of Q.
inline absl::Status CodeMaker::Chain(std::string_view program_id) {
  constexpr std::size_t kBlock = internal::kAesBlockBytes;
  half_bytes_ = (5 * right_letters() + 7) / 8;
  std::array<uint8_t, kBlock> chain = internal::Ff1FirstBlock(
      32, static_cast<std::size_t>(length_ - 2), program_id.size());
  const std::size_t used =
      program_id.size() + 1 + static_cast<std::size_t>(half_bytes_);
  const std::size_t blocks = (used + kBlock - 1) / kBlock;
  std::string q(blocks * kBlock, '\0');
  q.replace(0, program_id.size(), program_id);
  for (std::size_t block = 0; block < blocks; ++block) {
    VOUCH_RETURN_IF_ERROR(aes_.Encrypt(absl::MakeSpan(chain)));
    for (std::size_t i = 0; i < kBlock; ++i) {
      chain[i] ^= static_cast<uint8_t>(q[block * kBlock + i]);
    }
  }
  chain_high_ = internal::LoadBigEndian(chain.data());
  chain_low_ = internal::LoadBigEndian(chain.data() + 8);
  return absl::OkStatus();
}

// The blocks of the round's `halves`, encrypted.
inline absl::Status CodeMaker::Mac(int round, const uint64_t* halves,
                                   std::size_t count, Work* work) {
  constexpr std::size_t kBlock = internal::kAesBlockBytes;
  const uint64_t low =
      chain_low_ ^ (static_cast<uint64_t>(round) << (8 * half_bytes_));
  for (std::size_t i = 0; i < count; ++i) {
    uint8_t* const block = work->blocks.data() + i * kBlock;
    internal::StoreBigEndian(chain_high_, block);
    internal::StoreBigEndian(low ^ halves[i], block + 8);
  }
  return aes_.Encrypt(absl::MakeSpan(work->blocks.data(), count * kBlock));
}

// Letters go straight to their place: a code put together aside and copied
// would cost as much again.
inline void CodeMaker::Spell(uint64_t left, uint64_t right,
                             CodeText* code) const {
  code->Resize(static_cast<std::size_t>(length_));
  const auto* terms = &internal::kCheckTerms[length_ - 1];
  std::size_t place = 0;
  uint8_t check = 0;
  const auto add = [&](uint8_t value) {
    code->Put(place++, value);
    check ^= (*terms--)[value];
  };
  add(static_cast<uint8_t>(epoch_));
  for (int bit = 5 * left_letters(); bit > 0; bit -= 5) {
    add((left >> (bit - 5)) & 31);
  }
  for (int bit = 5 * right_letters(); bit > 0; bit -= 5) {
    add((right >> (bit - 5)) & 31);
  }
  code->Put(place, check);
}

inline absl::Status CodeMaker::MakePiece(uint64_t first_n,
                                         absl::Span<CodeText> codes) {
  Work work;
  const int right_bits = bits(1);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const uint64_t n = first_n + i;
    work.left[i] = n >> right_bits;
    work.right[i] = n & ((uint64_t{1} << right_bits) - 1);
  }
  uint64_t* a = work.left.data();
  uint64_t* b = work.right.data();
  // The number y that the standard takes from a block is of 8 or 12 bytes.
  const std::size_t y_end = half_bytes_ > 4 ? 12 : 8;
  for (int round = 0; round < kFf1Rounds; ++round) {
    VOUCH_RETURN_IF_ERROR(Mac(round, b, codes.size(), &work));
    const uint64_t mask = (uint64_t{1} << bits(round)) - 1;
    const uint8_t* y = work.blocks.data() + y_end - 8;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      a[i] = (a[i] + internal::LoadBigEndian(y)) & mask;
      y += internal::kAesBlockBytes;
    }
    std::swap(a, b);
  }
  for (std::size_t i = 0; i < codes.size(); ++i) Spell(a[i], b[i], &codes[i]);
  return absl::OkStatus();
}

inline absl::Status CodeMaker::MakeRange(uint64_t first_n,
                                         absl::Span<CodeText> codes) {
  VOUCH_RETURN_IF_ERROR(
      internal::CheckCodeRange(length_, absl::uint128(first_n) + codes.size()));
  while (!codes.empty()) {
    const absl::Span<CodeText> piece =
        codes.first(std::min(codes.size(), kTogether));
    VOUCH_RETURN_IF_ERROR(MakePiece(first_n, piece));
    first_n += piece.size();
    codes.remove_prefix(piece.size());
  }
  return absl::OkStatus();
}

inline absl::StatusOr<CodeText> CodeMaker::Make(uint64_t n) {
  CodeText code;
  VOUCH_RETURN_IF_ERROR(MakeRange(n, absl::MakeSpan(&code, 1)));
  return code;
}

inline absl::StatusOr<absl::uint128> CodeMaker::NumberOf(const CodeText& code) {
  if (code.size() != static_cast<std::size_t>(length_)) {
    return InvalidField("code", "is of another length");
  }
  if (code.value(0) != epoch_) return InvalidField("code", "is of another key");
  if (!CheckSymbolFits(code.view())) {
    return InvalidField("code", "has a check symbol that does not fit");
  }
  const std::size_t middle = 1 + static_cast<std::size_t>(left_letters());
  uint64_t a = 0;
  uint64_t b = 0;
  for (std::size_t i = 1; i + 1 < code.size(); ++i) {
    uint64_t& half = i < middle ? a : b;
    half = (half << 5) | code.value(i);
  }
  Work work;
  for (int round = kFf1Rounds; round-- > 0;) {
    std::swap(a, b);
    VOUCH_RETURN_IF_ERROR(Mac(round, &b, 1, &work));
    const std::size_t y_end = half_bytes_ > 4 ? 12 : 8;
    a = (a - internal::LoadBigEndian(work.blocks.data() + y_end - 8)) &
        ((uint64_t{1} << bits(round)) - 1);
  }
  return (absl::uint128(a) << bits(1)) | b;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_CODE_CODE_MAKER_INL_H_
