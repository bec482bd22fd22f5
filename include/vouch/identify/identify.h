// Identify -> Touch: who was touched, and whether what the touch names holds.
//
// The stage is keyed by visitor, by code and by contact key (docs/SEMANTICS.md,
// section 2). A visitor's touches wait until a customer is known, and are then
// the customer's; a code counts who redeemed it; a lead (lead.h) lives under
// its first contact key.
//
//   const bool before = HasRedeemed(visitor.redeemed, index);
//   Standing s = StandingOf(reference.code(index), code_state, before, at);
//   if (s == Standing::kHolds) Redeem(index, &visitor.redeemed, &code_state);
//
// Nothing here is thread-safe beside itself: the engine applies one event at a
// time.
#ifndef VOUCH_IDENTIFY_IDENTIFY_H_
#define VOUCH_IDENTIFY_IDENTIFY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/identify/live_touches.h"
#include "vouch/identify/touch.h"
#include "vouch/program/reference.h"

VOUCH_NAMESPACE_BEGIN

// The state of a visitor. Once `customer` is known, touches go to it and the
// lists here are empty.
struct VisitorState {
  CustomerNumber customer;
  LiveTouches touches;
  std::vector<CodeIndex> redeemed;  // by index
};

// The state of a code: how many customers and visitors have redeemed it. Who
// did is with them.
struct CodeState {
  int64_t redemptions = 0;
};

// Whether `code` holds for a touch at `at` by somebody who has redeemed it
// before or has not, or the reason it does not. Who has may go on using it when
// it is used up. Any channel may name a code; only channel CODE redeems it.
inline Standing StandingOf(const Code& code, const CodeState& state,
                           bool redeemed_before, Instant at) {
  if (at < code.valid_from) return Standing::kCodeNotYetValid;
  if (code.valid_until && at >= *code.valid_until) {
    return Standing::kCodeExpired;
  }
  if (code.revoked_at && at >= *code.revoked_at) return Standing::kCodeRevoked;
  const bool used_up = code.max_redemptions.has_value() &&
                       state.redemptions >= *code.max_redemptions;
  return used_up && !redeemed_before ? Standing::kCodeUsedUp : Standing::kHolds;
}

// Whether somebody with these redemptions has redeemed `code`.
inline bool HasRedeemed(const std::vector<CodeIndex>& redeemed,
                        CodeIndex code) {
  return std::binary_search(redeemed.begin(), redeemed.end(), code);
}

// Counts the first redemption of a code by somebody; a later one changes
// nothing.
inline void Redeem(CodeIndex code, std::vector<CodeIndex>* redeemed,
                   CodeState* state) {
  const auto place = std::lower_bound(redeemed->begin(), redeemed->end(), code);
  if (place != redeemed->end() && *place == code) return;
  redeemed->insert(place, code);
  ++state->redemptions;
}

// How many codes two have redeemed between them.
inline std::size_t CountTogether(const std::vector<CodeIndex>& a,
                                 const std::vector<CodeIndex>& b) {
  std::size_t count = a.size();
  for (const CodeIndex code : b) {
    if (!HasRedeemed(a, code)) ++count;
  }
  return count;
}

// What `from` redeemed, `to` has too, which the caller keeps to
// kMaxRedeemedCodes: they are the same somebody, and what was
// counted stays counted.
inline void HandOver(const std::vector<CodeIndex>& from,
                     std::vector<CodeIndex>* to) {
  std::vector<CodeIndex> both;
  std::set_union(from.begin(), from.end(), to->begin(), to->end(),
                 std::back_inserter(both));
  *to = std::move(both);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_IDENTIFY_IDENTIFY_H_
