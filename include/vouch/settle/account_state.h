// The settle stage's state of one payee account in one currency: balances, and
// what is held until when (docs/SEMANTICS.md, section 8).
#ifndef VOUCH_SETTLE_ACCOUNT_STATE_H_
#define VOUCH_SETTLE_ACCOUNT_STATE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/instant.h"
#include "vouch/ledger/balances.h"
#include "vouch/ledger/entry.h"

VOUCH_NAMESPACE_BEGIN

// Where the money of an accrual stands.
enum class ParcelState : uint8_t { kHeld, kOnHold, kMatured, kVoid };

// The money of one accrual. What a won chargeback brought back is a parcel of
// its own, chained behind that of the accrual it belongs to.
struct Parcel {
  AccrualId accrual_id;
  std::string_view rule_id;
  Instant due;               // when it matures
  int64_t held_minor = 0;    // still pending of it
  int64_t open_minor = 0;    // neither reversed nor void of it
  int64_t missed_minor = 0;  // what reversals found taken by a VOID; kept at
                             // the head of the chain for all of it
  ParcelState state = ParcelState::kHeld;
  std::size_t head = 0;  // the place of the first parcel of the chain
  std::size_t next = 0;  // the next parcel of the chain, 0 for none
};

struct AccountState {
  Currency currency;
  Balances balances;
  std::vector<Parcel> parcels;  // in the order booked, so by accrual id
  // A heap of (due, place in parcels), the soonest first.
  std::vector<std::pair<int64_t, std::size_t>> due;

  Parcel* Find(const AccrualId& id) {
    const auto found = std::lower_bound(
        parcels.begin(), parcels.end(), id,
        [](const Parcel& p, const AccrualId& i) { return p.accrual_id < i; });
    return found != parcels.end() && found->accrual_id == id ? &*found
                                                             : nullptr;
  }
  const Parcel* Find(const AccrualId& id) const {
    return const_cast<AccountState*>(this)->Find(id);
  }
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SETTLE_ACCOUNT_STATE_H_
