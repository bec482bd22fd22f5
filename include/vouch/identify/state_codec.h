// The states of a visitor, of a code and of a lead as bytes, so that a host can
// hold them by key.
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
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/base/limits.h"
#include "vouch/identify/identify.h"
#include "vouch/identify/lead.h"
#include "vouch/identify/live_touches.h"
#include "vouch/identify/touch.h"
#include "vouch/program/reference.h"
#include "vouch/program/state_bytes.h"

VOUCH_NAMESPACE_BEGIN

// Appends the encoding of `state`: equal states give equal bytes.
void AppendState(const VisitorState& state, std::string* out);
void AppendState(const CodeState& state, std::string* out);
void AppendState(const LeadState& state, std::string* out);

// Reads it back into `*state`, whose texts are then those of `*reference`, the
// reference data that the state was written under. DATA_LOSS "visitor_state:
// ...", "code_state: ..." or "lead_state: ..." when the bytes are none;
// `*state` is then unspecified.
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       VisitorState* state);
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       CodeState* state);
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       LeadState* state);

namespace internal {

inline constexpr uint8_t kVisitorStateVersion = 1;
inline constexpr uint8_t kCodeStateVersion = 1;
inline constexpr uint8_t kLeadStateVersion = 1;

template <typename S, typename V, IfIs<S, Touch> = 0>
void VisitState(S& s, V& v) {
  v(s.seq, s.time, s.channel);
  v.Choice(s.standing, Standing::kCodeUsedUp);
  v(s.partner, s.code, s.named, s.campaign, s.sub_ids);
}

template <typename S, typename V, IfIs<S, LeadUpdate> = 0>
void VisitState(S& s, V& v) {
  v(s.seq, s.time, s.status);
}

inline void AppendTouches(const LiveTouches& touches, StateWriter* writer) {
  writer->PutList(touches);
  (*writer)(touches.fallen());
}

// Touches in the order applied, and how many fell for the limit.
inline void ReadTouches(StateReader* reader, LiveTouches* touches) {
  std::vector<Touch> list;
  reader->GetList(&list, [reader](const Touch* before, const Touch& touch) {
    reader->Require(before == nullptr || before->seq < touch.seq,
                    "touches out of order");
    reader->Require(touch.channel != Channel::kLead,
                    "a lead among the touches");
    reader->Require(touch.standing != Standing::kHolds ||
                        touch.partner.has_value() ||
                        touch.channel == Channel::kDirect,
                    "a touch of nobody that holds");
  });
  reader->Require(list.size() <= kMaxLiveTouches, "too many touches");
  int64_t fallen = 0;
  (*reader)(fallen);
  reader->Require(fallen == 0 || (fallen > 0 && !list.empty()),
                  "touches that fell of none");
  *touches = LiveTouches::FromList(std::move(list), fallen);
}

// Codes in the order of their indices.
inline void ReadRedeemed(StateReader* reader, std::vector<CodeIndex>* codes) {
  reader->GetList(codes, [reader](const CodeIndex* before, CodeIndex code) {
    reader->Require(code.has_value() && (before == nullptr || *before < code),
                    "redeemed codes out of order");
  });
}

}  // namespace internal

inline void AppendState(const VisitorState& state, std::string* out) {
  internal::StateWriter writer(internal::kVisitorStateVersion, out);
  writer(state.customer);
  internal::AppendTouches(state.touches, &writer);
  writer.PutList(state.redeemed);
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              VisitorState* state) {
  const internal::Interner intern(reference);
  internal::StateReader reader(internal::kVisitorStateVersion, bytes, reference,
                               intern);
  reader(state->customer);
  internal::ReadTouches(&reader, &state->touches);
  internal::ReadRedeemed(&reader, &state->redeemed);
  return reader.Finish("visitor_state");
}

inline void AppendState(const CodeState& state, std::string* out) {
  internal::StateWriter writer(internal::kCodeStateVersion, out);
  writer(state.redemptions);
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              CodeState* state) {
  const internal::Interner intern(reference);
  internal::StateReader reader(internal::kCodeStateVersion, bytes, reference,
                               intern);
  reader(state->redemptions);
  reader.Require(state->redemptions >= 0, "redemptions below zero");
  return reader.Finish("code_state");
}

inline void AppendState(const LeadState& state, std::string* out) {
  internal::StateWriter writer(internal::kLeadStateVersion, out);
  writer.Id(state.lead_id);
  writer(state.seq, state.registered_at, state.partner, state.customer);
  writer.Texts(state.contact_keys);
  writer.PutList(state.updates);
  writer(state.qualified, state.was_unknown);
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              LeadState* state) {
  const internal::Interner intern(reference);
  internal::StateReader reader(internal::kLeadStateVersion, bytes, reference,
                               intern);
  reader.Id(state->lead_id);
  reader(state->seq, state->registered_at, state->partner, state->customer);
  reader.Texts(state->contact_keys);
  reader.GetList(&state->updates, [&reader](const LeadUpdate* before,
                                            const LeadUpdate& update) {
    reader.Require(
        before == nullptr || before->time < update.time ||
            (before->time == update.time && before->seq < update.seq),
        "a lead's updates out of order");
  });
  reader(state->qualified, state->was_unknown);
  reader.Require(std::count_if(state->updates.begin(), state->updates.end(),
                               [](const LeadUpdate& update) {
                                 return EndsLead(update.status);
                               }) <= 1,
                 "a lead that ended twice");
  reader.Require(state->qualified || !state->was_unknown,
                 "a lead that did not qualify");
  reader.Require(state->partner.has_value(), "a lead of nobody");
  reader.Require(!state->contact_keys.empty(), "a lead without a key");
  return reader.Finish("lead_state");
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_IDENTIFY_STATE_CODEC_H_
