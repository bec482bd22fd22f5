// The state of a customer as bytes, so that a host can hold it by customer.
//
//   std::string bytes;
//   AppendState(customer, reference, &bytes);
//   CustomerState again;
//   Status s = ReadState(bytes, &reference, &again);
//
// The terms of a payment are written as the seq of the event that set them.
#ifndef VOUCH_ATTRIBUTE_STATE_CODEC_H_
#define VOUCH_ATTRIBUTE_STATE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "vouch/attribute/credit.h"
#include "vouch/attribute/customer_state.h"
#include "vouch/base/config.h"
#include "vouch/identify/state_codec.h"
#include "vouch/program/reference.h"
#include "vouch/program/state_bytes.h"

VOUCH_NAMESPACE_BEGIN

// Appends the encoding of `state`, whose payments must be under versions of
// `reference`: equal states give equal bytes.
void AppendState(const CustomerState& state, const Reference& reference,
                 std::string* out);

// Reads it back into `*state`, whose texts and terms are then those of
// `*reference`, the reference data that the state was written under.
// `keep_contract_id` keeps ids of contracts; without it they are kept by the
// reference data. DATA_LOSS "customer_state: ..." when the bytes are none;
// `*state` is then unspecified.
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       KeepText keep_contract_id, CustomerState* state);
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       CustomerState* state);

namespace internal {

inline constexpr uint8_t kCustomerStateVersion = 1;

template <typename S, typename V, IfIs<S, Credit> = 0>
void VisitState(S& s, V& v) {
  v(s.partner, s.role, s.weight_ppb, s.channel, s.code, s.lead, s.campaign,
    s.sub_ids, s.touch_seq, s.touch_at);
}

template <typename S, typename V, IfIs<S, RoleState> = 0>
void VisitState(S& s, V& v) {
  v(s.seq, s.partner, s.from, s.until);
}

template <typename S, typename V, IfIs<S, ContractState> = 0>
void VisitState(S& s, V& v) {
  v.Id(s.contract_id);
  v(s.anchor, s.start_date, s.end_date);
}

template <typename S, typename V, IfIs<S, PaidLine> = 0>
void VisitState(S& s, V& v) {
  v(s.line, s.amount_minor, s.given_back_minor, s.charged_back_minor,
    s.counted_minor, s.counted_charged_back_minor, s.cancelled);
}

inline void ReadDecision(StateReader* reader, Decision* decision) {
  (*reader)(decision->seq, decision->at, decision->trigger);
  reader->GetList(
      &decision->credits, [reader](const Credit*, const Credit& credit) {
        reader->Require(credit.partner.has_value(), "a credit of nobody");
        reader->Require(credit.weight_ppb > 0 && credit.weight_ppb <= kPpb,
                        "a weight past its range");
      });
  (*reader)(decision->vendor_weight_ppb, decision->touch_count,
            decision->terms_seq, decision->binds, decision->bound_until);
  absl::int128 sum = decision->vendor_weight_ppb;
  for (const Credit& credit : decision->credits) sum += credit.weight_ppb;
  reader->Require(decision->vendor_weight_ppb >= 0 && (sum == 0 || sum == kPpb),
                  "weights that do not add up to one");
}

inline void AppendDecision(const Decision& decision, StateWriter* writer) {
  (*writer)(decision.seq, decision.at, decision.trigger);
  writer->PutList(decision.credits);
  (*writer)(decision.vendor_weight_ppb, decision.touch_count,
            decision.terms_seq, decision.binds, decision.bound_until);
}

// Whether a line can be as it is: what chargebacks took is part of what was
// given back, what counts is part of either.
inline bool IsSound(const PaidLine& line) {
  return 0 <= line.counted_charged_back_minor &&
         line.counted_charged_back_minor <= line.charged_back_minor &&
         line.counted_charged_back_minor <= line.counted_minor &&
         line.charged_back_minor <= line.given_back_minor &&
         line.counted_minor <= line.given_back_minor &&
         line.given_back_minor <= line.amount_minor;
}

// The lines of the payment that comes next, behind those of the ones before.
inline void ReadPaidLines(StateReader* reader, CustomerState* state) {
  PaymentState& payment = state->payments.back();
  payment.first_line = state->lines.size();
  absl::int128 total = 0;
  for (std::size_t n = reader->Count(); n > 0 && reader->ok(); --n) {
    PaidLine line;
    (*reader)(line);
    total += line.amount_minor;
    reader->Require(IsSound(line), "more given back of a line than it has");
    reader->Require(
        payment.line_count == 0 || state->lines.back().line < line.line,
        "lines out of order");
    state->lines.push_back(line);
    ++payment.line_count;
  }
  reader->Require(total <= std::numeric_limits<int64_t>::max(),
                  "a payment past 64 bits");
}

inline void ReadPayment(StateReader* reader, const Reference& reference,
                        CustomerState* state) {
  const Seq before =
      state->payments.empty() ? Seq() : state->payments.back().seq;
  PaymentState& payment = state->payments.emplace_back();
  Seq terms_seq;
  Seq rating_seq;
  (*reader)(payment.seq, payment.time, payment.currency, payment.rate_ppb,
            terms_seq, rating_seq);
  reader->Require(payment.rate_ppb >= 0, "an exchange rate below zero");
  reader->Require(before < payment.seq, "payments out of order");
  reader->GetList(&payment.payees,
                  [reader](const PartnerIndex*, PartnerIndex payee) {
                    reader->Require(payee.has_value(), "a payee who is nobody");
                  });
  const ProgramVersion* version = reference.VersionSetBy(terms_seq);
  const ProgramVersion* rating = reference.VersionSetBy(rating_seq);
  reader->Require(version != nullptr && rating != nullptr,
                  "terms that nobody set");
  if (!reader->ok()) return;
  payment.terms = version->program.get();
  payment.rating = rating->program.get();
  ReadPaidLines(reader, state);
}

inline void ReadCustomer(StateReader* reader, const Reference& reference,
                         CustomerState* state) {
  *state = CustomerState();
  (*reader)(state->merged_into);
  const auto any = [](const auto*, const auto&) {};
  reader->GetList(&state->other_names, any);
  ReadTouches(reader, &state->touches);
  reader->GetList(&state->leads, any);
  reader->Texts(state->identity_keys);
  reader->Texts(state->contact_keys);
  ReadRedeemed(reader, &state->redeemed);
  reader->GetList(
      &state->servicers, [reader](const RoleState*, const RoleState& role) {
        reader->Require(role.partner.has_value(), "a role of nobody");
      });
  bool decided = false;
  (*reader)(decided);
  if (decided) ReadDecision(reader, &state->decision.emplace());
  reader->GetList(&state->contracts, any);
  for (std::size_t n = reader->Count(); n > 0 && reader->ok(); --n) {
    ReadPayment(reader, reference, state);
  }
  (*reader)(state->first_signup_at, state->country, state->segment);
  reader->GetList(&state->attributes, any);
  (*reader)(state->payment_count, state->first_payment_at,
            state->paid_without_contract);
  reader->Require(state->payment_count >= 0, "payments below zero");
}

}  // namespace internal

inline void AppendState(const CustomerState& state, const Reference& reference,
                        std::string* out) {
  internal::StateWriter writer(internal::kCustomerStateVersion, out);
  writer(state.merged_into);
  writer.PutList(state.other_names);
  internal::AppendTouches(state.touches, &writer);
  writer.PutList(state.leads);
  writer.Texts(state.identity_keys);
  writer.Texts(state.contact_keys);
  writer.PutList(state.redeemed);
  writer.PutList(state.servicers);
  writer(state.decision.has_value());
  if (state.decision) internal::AppendDecision(*state.decision, &writer);
  writer.PutList(state.contracts);
  writer(state.payments.size());
  for (const PaymentState& payment : state.payments) {
    const auto set_by = [&reference](const Program* terms) {
      const ProgramVersion* version = reference.VersionOf(terms);
      return version == nullptr ? Seq() : version->seq;
    };
    writer(payment.seq, payment.time, payment.currency, payment.rate_ppb,
           set_by(payment.terms), set_by(payment.rating));
    writer.PutList(payment.payees);
    writer.PutList(state.LinesOf(payment));
  }
  writer(state.first_signup_at, state.country, state.segment);
  writer.PutList(state.attributes);
  writer(state.payment_count, state.first_payment_at,
         state.paid_without_contract);
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              KeepText keep_contract_id, CustomerState* state) {
  internal::StateReader reader(internal::kCustomerStateVersion, bytes,
                               reference, keep_contract_id);
  internal::ReadCustomer(&reader, *reference, state);
  return reader.Finish("customer_state");
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              CustomerState* state) {
  return ReadState(bytes, reference, internal::Interner(reference), state);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_ATTRIBUTE_STATE_CODEC_H_
