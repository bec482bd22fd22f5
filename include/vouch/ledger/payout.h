// Money sent to a partner, and how far it has come.
#ifndef VOUCH_LEDGER_PAYOUT_H_
#define VOUCH_LEDGER_PAYOUT_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

enum class PayoutState : uint8_t { kNone, kRequested, kSent, kFailed };

// One step of a payout: a row of the feed.
struct Payout {
  Seq seq;       // of the event of this step
  Instant time;  // of that event
  PayoutState state = PayoutState::kNone;
  std::string_view payout_id;
  PartnerIndex partner;
  Currency currency;
  int64_t amount_minor = 0;
};

namespace internal {
template <>
struct Words<PayoutState> {
  static constexpr std::array<std::string_view, 3> kList = {"REQUESTED", "SENT",
                                                            "FAILED"};
};
}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_LEDGER_PAYOUT_H_
