// The rate stage's state of an earning partner as bytes, so that a host can
// hold it by partner.
//
//   std::string bytes;
//   AppendState(partner, &bytes);
//   PartnerState again;
//   Status s = ReadState(bytes, &reference, &again);
#ifndef VOUCH_RATE_STATE_CODEC_H_
#define VOUCH_RATE_STATE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/ledger/entry.h"
#include "vouch/program/reference.h"
#include "vouch/program/state_bytes.h"
#include "vouch/rate/rate.h"
#include "vouch/rate/reverse.h"

VOUCH_NAMESPACE_BEGIN

// Appends the encoding of `state`: equal states give equal bytes.
void AppendState(const PartnerState& state, std::string* out);

// Reads it back into `*state`, whose texts are then those of `*reference`.
// `keep_payment_id` keeps ids of payments; without it they are kept by the
// reference data. DATA_LOSS "partner_state: ..." when the bytes are none;
// `*state` is then unspecified.
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       KeepText keep_payment_id, PartnerState* state);
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       PartnerState* state);

namespace internal {

inline constexpr uint8_t kPartnerStateVersion = 1;

template <typename S, typename V, IfIs<S, BookedAccrual> = 0>
void VisitState(S& s, V& v) {
  v(s.accrual_id.seq, s.accrual_id.place, s.payment_seq, s.customer);
  v.Id(s.payment_id);
  v(s.rule_id, s.role, s.phase, s.level, s.contract_year, s.weight_ppb,
    s.base_minor, s.amount_minor, s.reversed_minor);
}

template <typename S, typename V, IfIs<S, LineBase> = 0>
void VisitState(S& s, V& v) {
  v(s.line, s.base_minor);
}

// What the accrual read last was rated on, behind the bases of those before.
inline void ReadBases(StateReader* reader, PartnerState* state) {
  BookedAccrual& accrual = state->accruals.back();
  accrual.first_base = state->bases.size();
  absl::int128 total = 0;
  for (std::size_t n = reader->Count(); n > 0 && reader->ok(); --n) {
    LineBase& base = state->bases.emplace_back();
    (*reader)(base);
    reader->Require(base.base_minor >= 0, "a base below zero");
    total += base.base_minor;
    ++accrual.base_count;
  }
  reader->Require(total == accrual.base_minor, "bases that do not add up");
}

inline void ReadAccrual(StateReader* reader, PartnerState* state) {
  const BookedAccrual before =
      state->accruals.empty() ? BookedAccrual() : state->accruals.back();
  BookedAccrual& accrual = state->accruals.emplace_back();
  (*reader)(accrual);
  reader->Require(before.accrual_id < accrual.accrual_id &&
                      before.payment_seq <= accrual.payment_seq,
                  "accruals out of order");
  reader->Require(0 <= accrual.reversed_minor &&
                      accrual.reversed_minor <= accrual.amount_minor,
                  "more reversed of an accrual than it has");
  ReadBases(reader, state);
}

}  // namespace internal

inline void AppendState(const PartnerState& state, std::string* out) {
  internal::StateWriter writer(internal::kPartnerStateVersion, out);
  writer(state.accruals.size());
  for (const BookedAccrual& accrual : state.accruals) {
    writer(accrual);
    writer.PutList(absl::MakeConstSpan(state.bases)
                       .subspan(accrual.first_base, accrual.base_count));
  }
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              KeepText keep_payment_id, PartnerState* state) {
  internal::StateReader reader(internal::kPartnerStateVersion, bytes, reference,
                               keep_payment_id);
  *state = PartnerState();
  for (std::size_t n = reader.Count(); n > 0 && reader.ok(); --n) {
    internal::ReadAccrual(&reader, state);
  }
  return reader.Finish("partner_state");
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              PartnerState* state) {
  return ReadState(bytes, reference, internal::Interner(reference), state);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_STATE_CODEC_H_
