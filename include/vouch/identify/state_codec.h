// The states of a visitor and of a code as bytes, so that a host can hold them
// by key.
//
//   std::string bytes;
//   AppendState(visitor, &bytes);
//   VisitorState again;
//   Status s = ReadState(bytes, &reference, &again);
#ifndef VOUCH_IDENTIFY_STATE_CODEC_H_
#define VOUCH_IDENTIFY_STATE_CODEC_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/identify/identify.h"
#include "vouch/identify/touch.h"
#include "vouch/program/reference.h"
#include "vouch/program/state_bytes.h"

VOUCH_NAMESPACE_BEGIN

// Appends the encoding of `state`: equal states give equal bytes.
void AppendState(const VisitorState& state, std::string* out);
void AppendState(const CodeState& state, std::string* out);

// Reads it back into `*state`, whose texts are then those of `*reference`, the
// reference data that the state was written under. DATA_LOSS "visitor_state:
// ..." or "code_state: ..." when the bytes are none; `*state` is then
// unspecified.
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       VisitorState* state);
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       CodeState* state);

namespace internal {

inline constexpr uint8_t kVisitorStateVersion = 1;
inline constexpr uint8_t kCodeStateVersion = 1;

template <typename S, typename V, IfIs<S, Touch> = 0>
void VisitState(S& s, V& v) {
  v(s.seq, s.time, s.channel);
  v.Choice(s.standing, Standing::kCodeUsedUp);
  v(s.partner, s.code, s.named, s.campaign, s.sub_ids);
}

// A list of touches in the order applied.
inline void ReadTouches(StateReader* reader, std::vector<Touch>* touches) {
  reader->GetList(touches, [reader](const Touch* before, const Touch& touch) {
    reader->Require(before == nullptr || before->seq < touch.seq,
                    "touches out of order");
    reader->Require(
        touch.standing != Standing::kHolds || touch.partner.has_value(),
        "a touch of nobody that holds");
  });
}

}  // namespace internal

inline void AppendState(const VisitorState& state, std::string* out) {
  internal::StateWriter writer(internal::kVisitorStateVersion, out);
  writer(state.customer);
  writer.PutList(state.touches);
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              VisitorState* state) {
  const internal::Interner intern(reference);
  internal::StateReader reader(internal::kVisitorStateVersion, bytes, reference,
                               intern);
  reader(state->customer);
  internal::ReadTouches(&reader, &state->touches);
  return reader.Finish("visitor_state");
}

inline void AppendState(const CodeState& state, std::string* out) {
  std::vector<uint64_t> redeemers(state.redeemers.begin(),
                                  state.redeemers.end());
  std::sort(redeemers.begin(), redeemers.end());
  internal::StateWriter writer(internal::kCodeStateVersion, out);
  writer(state.redemptions);
  writer.PutList(redeemers);
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              CodeState* state) {
  const internal::Interner intern(reference);
  internal::StateReader reader(internal::kCodeStateVersion, bytes, reference,
                               intern);
  reader(state->redemptions);
  reader.Require(state->redemptions >= 0, "redemptions below zero");
  state->redeemers.clear();
  uint64_t before = 0;
  for (std::size_t n = reader.Count(); n > 0 && reader.ok(); --n) {
    uint64_t redeemer = 0;
    reader(redeemer);
    reader.Require(before < redeemer, "redeemers out of order");
    if (reader.ok()) state->redeemers.insert(redeemer);
    before = redeemer;
  }
  return reader.Finish("code_state");
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_IDENTIFY_STATE_CODEC_H_
