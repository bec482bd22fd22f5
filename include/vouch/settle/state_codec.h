// The settle stage's state of an account as bytes, so that a host can hold it
// by partner and currency.
//
//   std::string bytes;
//   AppendState(account, &bytes);
//   AccountState again;
//   Status s = ReadState(bytes, &reference, &again);
//
// What waits for its due moment is not written: it is every parcel that is
// held. What else an account may have waiting changes nothing when its moment
// comes, so that two accounts that differ in it alone are equal, and are read
// as the one without it.
#ifndef VOUCH_SETTLE_STATE_CODEC_H_
#define VOUCH_SETTLE_STATE_CODEC_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"
#include "vouch/base/limits.h"
#include "vouch/ledger/balances.h"
#include "vouch/program/reference.h"
#include "vouch/program/state_bytes.h"
#include "vouch/settle/account_state.h"

VOUCH_NAMESPACE_BEGIN

// Appends the encoding of `state`: equal states give equal bytes.
void AppendState(const AccountState& state, std::string* out);

// Reads it back into `*state`, whose texts are then those of `*reference`.
// DATA_LOSS "account_state: ..." when the bytes are none; `*state` is then
// unspecified.
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       AccountState* state);

namespace internal {

inline constexpr uint8_t kAccountStateVersion = 1;

template <typename S, typename V, IfIs<S, Balances> = 0>
void VisitState(S& s, V& v) {
  v(s.pending_minor, s.payable_minor, s.in_transit_minor, s.paid_minor);
}

// `head` is not among them: it is written as how far back it stands.
template <typename S, typename V, IfIs<S, Parcel> = 0>
void VisitState(S& s, V& v) {
  // A due moment may lie after the calendar's end, by a hold.
  v(s.accrual_id.seq, s.accrual_id.place, s.rule_id, s.due.us, s.held_minor,
    s.open_minor, s.missed_minor);
  v.Choice(s.state, ParcelState::kVoid);
}

inline bool IsSound(const Parcel& parcel) {
  const bool in_time = kMinInstant <= parcel.due &&
                       parcel.due.us <= kMaxInstant.us + kMaxDays * kUsPerDay;
  const bool may_hold = parcel.state == ParcelState::kHeld ||
                        parcel.state == ParcelState::kOnHold;
  return in_time && 0 <= parcel.held_minor &&
         parcel.held_minor <= parcel.open_minor && parcel.missed_minor >= 0 &&
         (may_hold || parcel.held_minor == 0);
}

// Reads the parcels and links the chains again: each parcel of a chain stands
// behind the last one before it that has the same head.
inline void ReadParcels(StateReader* reader, AccountState* state) {
  std::vector<std::size_t> last;  // of the chain whose head has that place
  absl::int128 held = 0;
  for (std::size_t n = reader->Count(); n > 0 && reader->ok(); --n) {
    const std::size_t place = state->parcels.size();
    Parcel parcel;
    std::size_t back = 0;
    (*reader)(parcel, back);
    reader->Require(IsSound(parcel), "a parcel that cannot be");
    reader->Require(
        place == 0 || state->parcels.back().accrual_id < parcel.accrual_id,
        "parcels out of order");
    reader->Require(back <= place, "a chain without a head");
    if (!reader->ok()) return;
    parcel.head = place - back;
    held += parcel.held_minor;
    last.push_back(place);
    state->parcels.push_back(parcel);
    if (back == 0) continue;
    reader->Require(state->parcels[parcel.head].head == parcel.head,
                    "a chain without a head");
    state->parcels[last[parcel.head]].next = place;
    last[parcel.head] = place;
  }
  reader->Require(held == state->balances.pending_minor,
                  "parcels that do not add up to what is pending");
}

// Puts what is held into the heap of what is due.
inline void WaitForAll(AccountState* state) {
  for (std::size_t i = 0; i < state->parcels.size(); ++i) {
    const Parcel& parcel = state->parcels[i];
    if (parcel.state != ParcelState::kHeld) continue;
    state->due.emplace_back(parcel.due.us, i);
  }
  std::make_heap(state->due.begin(), state->due.end(), std::greater<>());
}

}  // namespace internal

inline void AppendState(const AccountState& state, std::string* out) {
  internal::StateWriter writer(internal::kAccountStateVersion, out);
  writer(state.currency, state.balances, state.parcels.size());
  for (std::size_t i = 0; i < state.parcels.size(); ++i) {
    writer(state.parcels[i], i - state.parcels[i].head);
  }
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              AccountState* state) {
  const internal::Interner intern(reference);
  internal::StateReader reader(internal::kAccountStateVersion, bytes, reference,
                               intern);
  *state = AccountState();
  reader(state->currency, state->balances);
  internal::ReadParcels(&reader, state);
  internal::WaitForAll(state);
  return reader.Finish("account_state");
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_SETTLE_STATE_CODEC_H_
