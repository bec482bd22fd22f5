// Identify -> Touch: who was touched, and whether what the touch names holds.
//
// The stage is keyed by visitor and by code (docs/SEMANTICS.md, section 2). A
// visitor's touches wait until a customer is known, and are then the
// customer's; a code counts who redeemed it.
//
//   Standing standing = StandingOf(reference.code(index), state, who, at);
//   if (standing == Standing::kHolds) Redeem(who, &state);
//
// Nothing here is thread-safe beside itself: the engine applies one event at a
// time.
#ifndef VOUCH_IDENTIFY_IDENTIFY_H_
#define VOUCH_IDENTIFY_IDENTIFY_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/identify/touch.h"
#include "vouch/program/reference.h"

VOUCH_NAMESPACE_BEGIN

// The state of a visitor. Once `customer` is known, touches go to it and the
// list here is empty.
struct VisitorState {
  CustomerNumber customer;
  std::vector<Touch> touches;  // in the order applied
};

// Who touches: a customer, or a visitor nobody has identified yet.
class SubjectKey {
 public:
  explicit SubjectKey(CustomerNumber customer) : key_(customer.value() << 1) {}
  explicit SubjectKey(VisitorNumber visitor)
      : key_((visitor.value() << 1) | 1) {}
  uint64_t value() const { return key_; }

 private:
  uint64_t key_;
};

// The state of a code: how often it was redeemed, and by whom.
struct CodeState {
  int64_t redemptions = 0;
  absl::flat_hash_set<uint64_t> redeemers;  // SubjectKey values
};

// Whether `code` holds for a touch at `at` by `who`, or the reason it does
// not. Somebody who has redeemed a code may go on using it when it is used up.
// Any channel may name a code; only channel CODE redeems it.
inline Standing StandingOf(const Code& code, const CodeState& state,
                           SubjectKey who, Instant at) {
  if (at < code.valid_from) return Standing::kCodeNotYetValid;
  if (code.valid_until && at >= *code.valid_until) {
    return Standing::kCodeExpired;
  }
  if (code.revoked_at && at >= *code.revoked_at) return Standing::kCodeRevoked;
  const bool used_up = code.max_redemptions.has_value() &&
                       state.redemptions >= *code.max_redemptions;
  if (used_up && !state.redeemers.contains(who.value())) {
    return Standing::kCodeUsedUp;
  }
  return Standing::kHolds;
}

// Counts the first redemption of `who`; a later one changes nothing.
inline void Redeem(SubjectKey who, CodeState* state) {
  if (state->redeemers.insert(who.value()).second) ++state->redemptions;
}

// A redemption of a visitor is now that of the customer too, and still one.
inline void HandOver(SubjectKey visitor, SubjectKey customer,
                     CodeState* state) {
  if (state->redeemers.contains(visitor.value())) {
    state->redeemers.insert(customer.value());
  }
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_IDENTIFY_IDENTIFY_H_
