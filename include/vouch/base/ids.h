// Strong numbers: internal ids that cannot be mixed up.
//
//   CustomerNumber customer(7);
//   VisitorNumber visitor = customer;   // does not compile
//   if (customer.has_value()) table[customer.value()] ...
//
// External ids are text and stay at the edge; inside, a customer or visitor is
// a number, so that the log holds no personal data (docs/SEMANTICS.md,
// section 9, erase). 0 is "none", which is also the default.
#ifndef VOUCH_BASE_IDS_H_
#define VOUCH_BASE_IDS_H_

#include <cstdint>
#include <utility>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// A number of the kind that `Tag` names. A value type; safe in any thread.
template <typename Tag, typename Rep = uint64_t>
class StrongNumber {
 public:
  using rep = Rep;

  constexpr StrongNumber() = default;
  explicit constexpr StrongNumber(Rep value) : value_(value) {}

  constexpr Rep value() const { return value_; }
  constexpr bool has_value() const { return value_ != 0; }

  // The next number of the same kind, for counters.
  constexpr StrongNumber Next() const {
    return StrongNumber(static_cast<Rep>(value_ + 1));
  }

  friend constexpr bool operator==(StrongNumber a, StrongNumber b) {
    return a.value_ == b.value_;
  }
  friend constexpr bool operator!=(StrongNumber a, StrongNumber b) {
    return a.value_ != b.value_;
  }
  friend constexpr bool operator<(StrongNumber a, StrongNumber b) {
    return a.value_ < b.value_;
  }
  friend constexpr bool operator<=(StrongNumber a, StrongNumber b) {
    return a.value_ <= b.value_;
  }
  friend constexpr bool operator>(StrongNumber a, StrongNumber b) {
    return a.value_ > b.value_;
  }
  friend constexpr bool operator>=(StrongNumber a, StrongNumber b) {
    return a.value_ >= b.value_;
  }
  template <typename H>
  friend H AbslHashValue(H h, StrongNumber number) {
    return H::combine(std::move(h), number.value_);
  }

 private:
  Rep value_ = 0;
};

// The number of an applied event, from 1 (docs/SEMANTICS.md, section 2).
using Seq = StrongNumber<struct SeqTag>;

// What stands for a customer's or a visitor's external id in log and state.
using CustomerNumber = StrongNumber<struct CustomerTag>;
using VisitorNumber = StrongNumber<struct VisitorTag>;

// Places in the engine's own tables, from 1; never written to the log.
using ProgramIndex = StrongNumber<struct ProgramTag, uint32_t>;
using PartnerIndex = StrongNumber<struct PartnerTag, uint32_t>;
using LeadIndex = StrongNumber<struct LeadTag, uint32_t>;
using CodeIndex = StrongNumber<struct CodeTag, uint32_t>;

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_IDS_H_
