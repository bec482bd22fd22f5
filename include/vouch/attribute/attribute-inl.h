#ifndef VOUCH_ATTRIBUTE_ATTRIBUTE_INL_H_
#define VOUCH_ATTRIBUTE_ATTRIBUTE_INL_H_

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "vouch/attribute/attribute.h"
#include "vouch/base/allocate.h"
#include "vouch/base/limits.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/identify/identify.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// The day of the customer's first payment, when one at `at` is counted in.
inline CivilDay FirstPaymentDay(const CustomerState& state, Instant at,
                                const Program& terms) {
  const Instant first = std::min(at, state.first_payment_at.value_or(at));
  return DayOf(first, terms.time_zone());
}

inline CivilDay EarliestAnchor(const CustomerState& state, bool implied,
                               CivilDay first_payment) {
  std::optional<CivilDay> earliest;
  if (implied || state.paid_without_contract) earliest = first_payment;
  for (const ContractState& contract : state.contracts) {
    earliest = std::min(earliest.value_or(contract.anchor), contract.anchor);
  }
  return earliest.value_or(first_payment);
}

inline Phase PhaseOf(const Program& terms, int64_t number, CivilDay anchor,
                     CivilDay on) {
  bool acquisition = false;
  switch (terms.acquisition()) {
    case Boundary::kFirstMonths:
      acquisition = on < AddMonths(anchor, terms.acquisition_months());
      break;
    case Boundary::kFirstContractYear:
      acquisition = ContractYear(anchor, on) == 1;
      break;
    case Boundary::kFirstPaymentOnly:
    case Boundary::kNone:
      acquisition = number == 1;
      break;
  }
  return acquisition ? Phase::kAcquisition : Phase::kRetention;
}

// The version that rates: of the payment's own time, or of the moment that the
// program of that time names.
inline const Program* RatingTerms(const AttributedPayment& payment,
                                  const Reference& reference) {
  switch (payment.terms->terms_as_of()) {
    case TermsAsOf::kConversion:
      return reference.ProgramAtOrFirst(payment.decision->at);
    case TermsAsOf::kContractStart:
      return reference.ProgramAtOrFirst(
          StartOfDay(payment.contract_anchor, payment.terms->time_zone()));
    case TermsAsOf::kPayment:
    case TermsAsOf::kNone:
      break;
  }
  return payment.terms;
}

// Gives back `amounts` of the lines: adds, or for a won chargeback takes off.
inline void GiveBack(RefundKind kind, bool counts,
                     absl::Span<const int64_t> amounts,
                     std::vector<PaidLine>* lines) {
  for (std::size_t i = 0; i < lines->size(); ++i) {
    PaidLine& line = (*lines)[i];
    const int64_t amount = amounts[i];
    if (kind == RefundKind::kChargebackReversed) {
      const int64_t counted = std::min(amount, line.counted_charged_back_minor);
      line.given_back_minor -= amount;
      line.charged_back_minor -= amount;
      line.counted_minor -= counted;
      line.counted_charged_back_minor -= counted;
      continue;
    }
    const bool chargeback = kind == RefundKind::kChargeback;
    line.given_back_minor += amount;
    if (chargeback) line.charged_back_minor += amount;
    if (!counts) continue;
    line.counted_minor += amount;
    if (chargeback) line.counted_charged_back_minor += amount;
  }
}

// How much of a line the refund may take: what is left, or for a won
// chargeback what chargebacks took.
inline int64_t RoomOf(RefundKind kind, const PaidLine& line) {
  return kind == RefundKind::kChargebackReversed ? line.charged_back_minor
                                                 : line.left_minor();
}

using Amounts = absl::InlinedVector<int64_t, 8>;

// The line of that number, else the end; lines stand in ascending order.
template <typename Lines>
auto FindLine(Lines& lines, int32_t number) -> decltype(lines.begin()) {
  const auto found = std::lower_bound(
      lines.begin(), lines.end(), number,
      [](const PaidLine& l, int32_t wanted) { return l.line < wanted; });
  return found != lines.end() && found->line == number ? found : lines.end();
}

// The amounts of a refund that names lines.
inline absl::Status AmountsByLine(const event::Refund& refund,
                                  absl::Span<const PaidLine> lines,
                                  Amounts* amounts) {
  absl::InlinedVector<bool, 8> named(lines.size(), false);
  for (std::size_t i = 0; i < refund.lines.size(); ++i) {
    const event::RefundLine& asked = refund.lines[i];
    const std::string path = absl::StrCat("refund.lines[", i, "]");
    const auto found = FindLine(lines, asked.line);
    if (found == lines.end()) {
      return NotFoundField(path + ".line", "the payment has no such line");
    }
    const auto place = static_cast<std::size_t>(found - lines.begin());
    if (named[place]) return InvalidField(path + ".line", "named twice");
    named[place] = true;
    const int64_t room = RoomOf(refund.kind, *found);
    (*amounts)[place] = asked.amount_minor;
    if (asked.amount_minor <= room) continue;
    if (refund.kind != RefundKind::kChargebackReversed) {
      return PreconditionField(
          path + ".amount_minor",
          absl::StrCat(asked.amount_minor, " is more than the ", room,
                       " left of the line"));
    }
    (*amounts)[place] = room;
  }
  return absl::OkStatus();
}

// The amounts of a refund without lines: spread over what each line has room
// for, or all of it.
inline absl::Status AmountsBySpread(const event::Refund& refund,
                                    absl::Span<const PaidLine> lines,
                                    Amounts* amounts) {
  int64_t room = 0;  // at most the payment's total, which fits
  for (std::size_t i = 0; i < lines.size(); ++i) {
    (*amounts)[i] = RoomOf(refund.kind, lines[i]);
    room += (*amounts)[i];
  }
  int64_t amount = refund.amount_minor.value_or(room);
  if (amount > room) {
    if (refund.kind != RefundKind::kChargebackReversed) {
      return PreconditionField("refund.amount_minor",
                               absl::StrCat(amount, " is more than the ", room,
                                            " left of the payment"));
    }
    amount = room;
  }
  if (amount == room) return absl::OkStatus();
  const Amounts weights = *amounts;
  return Allocate(amount, weights, absl::MakeSpan(*amounts));
}

// Marks the lines that a cancellation takes back whole although nothing was
// paid for them: those it names, or all when it names no line and no amount.
// The lines that it names have been found in the payment before.
inline void Cancel(const event::Refund& refund, std::vector<PaidLine>* lines) {
  for (const event::RefundLine& named : refund.lines) {
    FindLine(*lines, named.line)->cancelled = true;
  }
  if (!refund.lines.empty() || refund.amount_minor.has_value()) return;
  for (PaidLine& line : *lines) line.cancelled = true;
}

// A decision that binds takes the place of the one before; one for good leaves
// the touches nothing to decide.
inline void KeepDecision(const Decision& decision, CustomerState* state) {
  if (!decision.binds) return;
  state->decision = decision;
  if (!state->KeepsTouches()) state->touches = {};
}

inline void AddCredits(const CustomerState& state, const Reference& reference,
                       AttributedPayment* out) {
  const auto add = [&](const Credit& credit) {
    out->credits.push_back(
        {credit,
         StandingAt(state, reference, credit.partner, out->at, *out->terms),
         reference.partner(credit.partner).StatusAt(out->at)});
  };
  for (const Credit& credit : out->decision->credits) add(credit);
  const RoleState* servicer = state.ServicerAt(out->at);
  if (servicer == nullptr) return;
  Credit credit;
  credit.partner = servicer->partner;
  credit.role = Role::kServicer;
  credit.weight_ppb = kPpb;
  credit.touch_seq = servicer->seq;
  credit.touch_at = servicer->from;
  add(credit);
}

template <typename T>
void AddAll(const std::vector<T>& from, std::vector<T>* into) {
  into->insert(into->end(), from.begin(), from.end());
}

// As AddAll, but each once.
inline void AddNew(const std::vector<std::string_view>& from,
                   std::vector<std::string_view>* into) {
  absl::flat_hash_set<std::string_view> known(into->begin(), into->end());
  for (const std::string_view item : from) {
    if (known.insert(item).second) into->push_back(item);
  }
}

// Both in order, each once, in order.
inline void AddNew(const std::vector<LeadIndex>& from,
                   std::vector<LeadIndex>* into) {
  std::vector<LeadIndex> both;
  std::set_union(from.begin(), from.end(), into->begin(), into->end(),
                 std::back_inserter(both));
  *into = std::move(both);
}

inline absl::Status CheckMerge(const CustomerState& from,
                               const CustomerState& into) {
  const auto check = [](std::string_view what, std::size_t count,
                        std::size_t most) {
    if (count <= most) return absl::OkStatus();
    return ExhaustedField(
        "customer_merged",
        absl::StrCat("more than ", most, " ", ToAbsl(what), " together"));
  };
  VOUCH_RETURN_IF_ERROR(
      check("names", from.other_names.size() + into.other_names.size() + 1,
            kMaxMergedCustomers));
  VOUCH_RETURN_IF_ERROR(check(
      "identity keys", from.identity_keys.size() + into.identity_keys.size(),
      kMaxKeysPerCustomer));
  VOUCH_RETURN_IF_ERROR(check("leads", from.leads.size() + into.leads.size(),
                              kMaxLeadsPerCustomer));
  VOUCH_RETURN_IF_ERROR(check("redeemed codes",
                              CountTogether(from.redeemed, into.redeemed),
                              kMaxRedeemedCodes));
  VOUCH_RETURN_IF_ERROR(check("roles",
                              from.servicers.size() + into.servicers.size(),
                              kMaxRolesPerCustomer));
  return check("contracts", from.contracts.size() + into.contracts.size(),
               kMaxContractsPerCustomer);
}

// The payments of both by seq, each with its lines.
inline void MergePayments(const CustomerState& from, CustomerState* into) {
  std::vector<PaymentState> payments(from.payments.size() +
                                     into->payments.size());
  std::vector<PaidLine> lines;
  lines.reserve(from.lines.size() + into->lines.size());
  std::size_t mine = 0;
  std::size_t theirs = 0;
  for (PaymentState& payment : payments) {
    const bool take = mine == into->payments.size() ||
                      (theirs < from.payments.size() &&
                       from.payments[theirs].seq < into->payments[mine].seq);
    const CustomerState& owner = take ? from : *into;
    payment = owner.payments[take ? theirs++ : mine++];
    const absl::Span<const PaidLine> of = owner.LinesOf(payment);
    payment.first_line = lines.size();
    lines.insert(lines.end(), of.begin(), of.end());
  }
  into->payments = std::move(payments);
  into->lines = std::move(lines);
}

}  // namespace internal

inline Candidates CandidatesOf(const CustomerState& state,
                               absl::Span<const LeadState> all_leads) {
  return {state.touches.list(),
          state.leads,
          all_leads,
          {state.identity_keys, state.contact_keys},
          state.touches.fallen()};
}

inline absl::Status AttributePayment(const CustomerState& state,
                                     absl::Span<const LeadState> all_leads,
                                     const event::Payment& payment, Seq seq,
                                     Instant at, const Reference& reference,
                                     DecisionTrace* trace,
                                     AttributedPayment* out) {
  out->Clear();
  out->seq = seq;
  out->at = at;
  out->payment = &payment;
  out->terms = reference.ProgramAtOrFirst(at);
  out->rating = out->terms;
  const ContractState* contract = nullptr;
  if (!payment.contract_id.empty()) {
    contract = state.FindContract(payment.contract_id);
    if (contract == nullptr) {
      return NotFoundField("payment.contract_id",
                           "the customer has no such contract");
    }
  }
  if (state.decision && state.decision->BindsAt(at)) {
    out->decision = state.decision;
  }
  if (event::IsOfNothing(payment.lines)) return absl::OkStatus();

  if (!out->decision) {
    out->decides = true;
    out->decision =
        Decide(CandidatesOf(state, all_leads), {seq, at, Trigger::kPayment},
               *out->terms, reference, trace);
  }
  internal::AddCredits(state, reference, out);
  const CivilDay first = internal::FirstPaymentDay(state, at, *out->terms);
  const CivilDay on = DayOf(at, out->terms->time_zone());
  out->on = on;
  out->first_payment_on = first;
  if (state.first_signup_at) {
    out->signup_on = DayOf(*state.first_signup_at, out->terms->time_zone());
  }
  out->number = state.payment_count + 1;
  out->contract_anchor = contract == nullptr ? first : contract->anchor;
  out->phase_anchor =
      internal::EarliestAnchor(state, contract == nullptr, first);
  out->contract_year = ContractYear(out->contract_anchor, on);
  out->rating = internal::RatingTerms(*out, reference);
  out->phase =
      internal::PhaseOf(*out->rating, out->number, out->phase_anchor, on);
  return absl::OkStatus();
}

inline CreditStanding StandingAt(const CustomerState& state,
                                 const Reference& reference, PartnerIndex index,
                                 Instant at, const Program& terms) {
  const Partner& partner = reference.partner(index);
  if (!partner.ActiveAt(at)) return CreditStanding::kNotActive;
  const CustomerKeys keys{state.identity_keys, state.contact_keys};
  return !terms.allow_self_referral() && SharesKey(partner, keys, at)
             ? CreditStanding::kSelfReferral
             : CreditStanding::kEarns;
}

inline void KeepPayment(const AttributedPayment& attributed,
                        absl::Span<const PartnerIndex> payees,
                        const Reference& reference, CustomerState* state) {
  const event::Payment& payment = *attributed.payment;
  state->payments.push_back({attributed.seq,
                             attributed.at,
                             payment.currency,
                             payment.exchange ? payment.exchange->rate_ppb : 0,
                             attributed.terms,
                             attributed.rating,
                             state->lines.size(),
                             payment.lines.size(),
                             {payees.begin(), payees.end()}});
  for (const event::PaymentLine& line : payment.lines) {
    PaidLine paid;
    paid.line = line.line;
    paid.amount_minor = line.amount_minor;
    state->lines.push_back(paid);
  }
  if (attributed.number != 0) {
    state->payment_count = attributed.number;
    state->first_payment_at = std::min(
        attributed.at, state->first_payment_at.value_or(attributed.at));
    if (payment.contract_id.empty()) state->paid_without_contract = true;
  }
  if (attributed.decides) internal::KeepDecision(*attributed.decision, state);
  state->touches.DropPast(attributed.at, reference);
}

inline std::optional<Decision> AttributeSignup(
    const CustomerState& state, absl::Span<const LeadState> all_leads, Seq seq,
    Instant at, const Reference& reference, DecisionTrace* trace) {
  const Program& terms = *reference.ProgramAtOrFirst(at);
  const bool bound = state.decision && state.decision->BindsAt(at);
  if (state.first_signup_at || bound ||
      terms.conversion() != Conversion::kSignup) {
    return std::nullopt;
  }
  return Decide(CandidatesOf(state, all_leads), {seq, at, Trigger::kSignup},
                terms, reference, trace);
}

inline void KeepSignup(const std::optional<Decision>& decision, Instant at,
                       const Reference& reference, CustomerState* state) {
  state->first_signup_at = std::min(at, state->first_signup_at.value_or(at));
  if (decision) internal::KeepDecision(*decision, state);
  state->touches.DropPast(at, reference);
}

inline absl::StatusOr<Decision> AttributeImport(
    const CustomerState& state, const event::AttributionImported& e,
    PartnerIndex partner, Seq seq, Instant at, const Reference& reference) {
  const Instant since = e.since.value_or(at);
  if (state.decision && state.decision->BindsAt(since)) {
    return ExistsField("attribution_imported.customer_id",
                       "a decision binds the customer then");
  }
  const ProgramVersion& version = *reference.ProgramAt(at);
  Decision decision;
  decision.seq = seq;
  decision.at = since;
  decision.trigger = Trigger::kImport;
  decision.terms_seq = version.seq;
  Credit& credit = decision.credits.emplace_back();
  credit.partner = partner;
  credit.weight_ppb = kPpb;
  credit.touch_seq = seq;
  credit.touch_at = since;
  Bind(*version.program, &decision);
  return decision;
}

inline void KeepImport(const event::AttributionImported& e,
                       PartnerIndex partner, Seq seq, Instant at,
                       const std::optional<Decision>& decision,
                       const Reference& reference, CustomerState* state) {
  const Instant since = e.since.value_or(at);
  if (e.role == Role::kServicer) {
    state->servicers.push_back({seq, partner, since, std::nullopt});
  }
  if (decision) internal::KeepDecision(*decision, state);
  const TimeZone& zone = reference.ProgramAtOrFirst(at)->time_zone();
  const Instant first =
      StartOfDay(e.contract_start_on.value_or(DayOf(since, zone)), zone);
  state->payment_count += e.payment_count;
  state->first_payment_at =
      std::min(first, state->first_payment_at.value_or(first));
  // What ran elsewhere ran under no contract of this program.
  if (e.payment_count > 0 || e.contract_start_on) {
    state->paid_without_contract = true;
  }
}

inline absl::Status MergeCustomers(CustomerNumber from_number,
                                   CustomerNumber into_number, Instant at,
                                   const Reference& reference,
                                   CustomerState* from, CustomerState* into) {
  VOUCH_RETURN_IF_ERROR(internal::CheckMerge(*from, *into));
  const auto binds = [at](const CustomerState& state) {
    return state.decision && state.decision->BindsAt(at);
  };
  if (!into->decision || (!binds(*into) && binds(*from))) {
    into->decision = from->decision;
  }
  into->other_names.push_back(from_number);
  internal::AddAll(from->other_names, &into->other_names);
  internal::AddNew(from->identity_keys, &into->identity_keys);
  internal::AddNew(from->contact_keys, &into->contact_keys);
  internal::AddNew(from->leads, &into->leads);
  HandOver(from->redeemed, &into->redeemed);
  internal::AddAll(from->servicers, &into->servicers);
  std::sort(
      into->servicers.begin(), into->servicers.end(),
      [](const RoleState& a, const RoleState& b) { return a.seq < b.seq; });
  internal::AddAll(from->contracts, &into->contracts);
  internal::MergePayments(*from, into);
  if (from->first_signup_at) {
    into->first_signup_at =
        std::min(*from->first_signup_at,
                 into->first_signup_at.value_or(*from->first_signup_at));
  }
  if (into->country.empty()) into->country = from->country;
  if (into->segment.empty()) into->segment = from->segment;
  if (into->attributes.empty()) into->attributes = from->attributes;
  into->payment_count += from->payment_count;
  if (from->first_payment_at) {
    into->first_payment_at =
        std::min(*from->first_payment_at,
                 into->first_payment_at.value_or(*from->first_payment_at));
  }
  into->paid_without_contract |= from->paid_without_contract;
  into->touches.Merge(std::move(from->touches), at, reference);
  if (!into->KeepsTouches()) into->touches = {};
  *from = CustomerState();
  from->merged_into = into_number;
  return absl::OkStatus();
}

inline absl::Status AttributeRefund(const CustomerState& state, Seq payment_seq,
                                    const event::Refund& refund, Instant at,
                                    AttributedRefund* out) {
  out->payment = state.FindPayment(payment_seq);
  if (out->payment == nullptr) {
    return NotFoundField("refund.payment_id",
                         "the customer has no such payment");
  }
  const auto lines = state.LinesOf(*out->payment);
  internal::Amounts amounts(lines.size(), 0);
  VOUCH_RETURN_IF_ERROR(refund.lines.empty()
                            ? internal::AmountsBySpread(refund, lines, &amounts)
                            : internal::AmountsByLine(refund, lines, &amounts));
  const std::optional<int64_t> clawback = out->payment->terms->clawback_us();
  out->counts = !clawback || at.us - out->payment->time.us < *clawback;
  out->lines.assign(lines.begin(), lines.end());
  internal::GiveBack(refund.kind, out->counts, amounts, &out->lines);
  if (refund.kind == RefundKind::kCancellation && out->counts) {
    internal::Cancel(refund, &out->lines);
  }
  out->amount_minor = 0;
  for (const int64_t amount : amounts) out->amount_minor += amount;
  return absl::OkStatus();
}

inline void KeepRefund(const AttributedRefund& attributed,
                       CustomerState* state) {
  std::copy(attributed.lines.begin(), attributed.lines.end(),
            state->lines.begin() +
                static_cast<std::ptrdiff_t>(attributed.payment->first_line));
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_ATTRIBUTE_ATTRIBUTE_INL_H_
