// The exact whole number that a JSON number spells.
#ifndef VOUCH_SRC_PROTO_JSON_NUMBER_H_
#define VOUCH_SRC_PROTO_JSON_NUMBER_H_

#include <cstdint>
#include <string_view>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

struct WholeNumber {
  bool negative = false;
  uint64_t magnitude = 0;
};

enum class NumberProblem : uint8_t {
  kNone,
  kNoNumber,  // not the grammar of a JSON number
  kNotWhole,  // a fraction is left
  kTooLarge,  // the magnitude does not fit 64 bits
};

// Reads "-12", "1.50e2" and so on without any rounding; no space, no plus sign
// before, no needless zero before, as in JSON. `*number` is set for kNone
// alone.
NumberProblem ParseWholeNumber(std::string_view text, WholeNumber* number);

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_PROTO_JSON_NUMBER_H_
