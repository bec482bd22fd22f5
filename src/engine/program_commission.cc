// What earns, and what is taken back of it: payments, qualified leads,
// sign-ups and refunds, through the stages attribute, rate and settle.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "program_state.h"
#include "room.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"
#include "vouch/rate/event_reward.h"
#include "vouch/rate/exchange.h"

VOUCH_NAMESPACE_BEGIN

namespace {

int64_t SumOf(absl::Span<const event::PaymentLine> lines) {
  int64_t sum = 0;  // it fits: the event, or what was made of it, was checked
  for (const event::PaymentLine& line : lines) sum += line.amount_minor;
  return sum;
}

bool HasPrices(const Program& terms) {
  return absl::c_any_of(terms.rules(), [](const Rule& rule) {
    return rule.kind == RuleKind::kPrice;
  });
}

absl::Status CheckExchange(const event::Payment& e, Currency program) {
  const bool foreign = e.currency != program;
  if (foreign && !e.exchange) {
    return InvalidField("payment.exchange",
                        absl::StrCat("missing; the program's currency is ",
                                     ToAbsl(program.code())));
  }
  if (!foreign && e.exchange) {
    return InvalidField("payment.exchange",
                        "the payment is in the program's currency");
  }
  return absl::OkStatus();
}

// The lines in the program's currency; they are the payment's own where that is
// theirs.
absl::Status ConvertToProgram(const event::Payment& e, const Program& terms,
                              std::vector<event::PaymentLine>* converted,
                              absl::Span<const event::PaymentLine>* lines) {
  *lines = e.lines;
  if (!e.exchange) return absl::OkStatus();
  absl::Status status = ConvertLines(
      e.lines,
      {e.currency, e.exchange->rate_ppb, terms.currency(), terms.rounding()},
      converted);
  if (!status.ok() && !absl::IsOutOfRange(status)) return status;
  absl::int128 sum = 0;
  for (const event::PaymentLine& line : *converted) sum += line.amount_minor;
  if (!status.ok() || !HasRoom(0, sum)) {
    return RangeField("payment.exchange.rate",
                      "the amount passes 64 bits in the program's currency");
  }
  *lines = *converted;
  return absl::OkStatus();
}

// An amount of theirs that is too large is told of the lines.
absl::Status NamingLines(const absl::Status& status) {
  if (!absl::IsOutOfRange(status) ||
      absl::StartsWith(status.message(), "payment.")) {
    return status;
  }
  return RangeField("payment.lines", "what they earn does not fit 64 bits");
}

// The credits without what they borrow, which changes with the next event.
std::vector<RatableCredit> Unborrowed(std::vector<RatableCredit> credits) {
  for (RatableCredit& credit : credits) {
    credit.parents = {};
    credit.state = nullptr;
  }
  return credits;
}

bool HasRuleFor(const Program& terms, EarnsOn earns_on) {
  return absl::c_any_of(terms.rules(), [earns_on](const Rule& rule) {
    return rule.kind == RuleKind::kCommission && rule.earns_on == earns_on;
  });
}

// Names what a true-up of a refund made, the next from `step` on that changes
// something; gives the step behind it.
std::size_t NameTrueUp(const RatedAmount& amount, const AccrualId& id,
                       std::size_t step, RefundTrace* refund) {
  while (refund->true_ups[step].amount.amount_minor == 0) ++step;
  if (!amount.takes_back()) refund->true_ups[step].accrual_id = id;
  return step + 1;
}

// Why a lead that becomes QUALIFIED is not rated.
RewardTrace::Out OutOf(bool qualified_before, const LeadLife& life,
                       const Program& terms) {
  if (!HasRuleFor(terms, EarnsOn::kQualifiedLead))
    return RewardTrace::kNoRuleForIt;
  if (qualified_before) return RewardTrace::kQualifiedBefore;
  return life.state == LeadLife::kLive ? RewardTrace::kRated
                                       : RewardTrace::kNotLive;
}

}  // namespace

// ---------------------------------------------------------------------------
// What the calculator is given

// The partners above `of` at `at`, level 1 first.
void ProgramState::AddParents(const CustomerState& customer, PartnerIndex of,
                              Instant at, const Program& terms,
                              std::vector<RatableParent>* parents) const {
  while (true) {
    const PartnerRecord* record = reference_.partner(of).records.At(at);
    if (record == nullptr || !record->parent.has_value()) return;
    of = record->parent;
    parents->push_back({of, StandingAt(customer, reference_, of, at, terms) ==
                                CreditStanding::kEarns});
  }
}

RatableCredit ProgramState::MakeRatable(const PaymentCredit& of,
                                        Instant at) const {
  const Credit& credit = of.credit;
  const Partner& partner = reference_.partner(credit.partner);
  RatableCredit ratable;
  ratable.active = of.standing == CreditStanding::kEarns;
  ratable.role = credit.role;
  ratable.weight_ppb = credit.weight_ppb;
  ratable.channel = credit.channel;
  ratable.campaign = credit.campaign;
  ratable.partner = credit.partner;
  ratable.partner_id = partner.partner_id;
  ratable.state = &partners_[credit.partner.value() - 1];
  if (const PartnerRecord* record = partner.records.At(at)) {
    ratable.kind = record->kind;
    ratable.group = record->group;
    ratable.customer_share = record->customer_share;
    ratable.attributes = record->attributes;
  }
  if (credit.code.has_value()) {
    const Code& code = reference_.code(credit.code);
    ratable.code = code.folded;
    if (code.customer_share) ratable.customer_share = code.customer_share;
  }
  return ratable;
}

// `credits` as the calculator wants them, into `*out`.
void ProgramState::MakeCredits(const CustomerState& customer,
                               absl::Span<const PaymentCredit> credits,
                               Instant at, const Program& terms,
                               RatedPayment* out) const {
  out->credits.clear();
  out->parents.clear();
  for (const PaymentCredit& credit : credits) {
    out->credits.push_back(MakeRatable(credit, at));
    AddParents(customer, credit.credit.partner, at, terms, &out->parents);
    out->parents_end.push_back(out->parents.size());
  }
  std::size_t begin = 0;
  for (std::size_t i = 0; i < credits.size(); ++i) {
    const std::size_t end = out->parents_end[i];
    out->credits[i].parents =
        absl::MakeConstSpan(out->parents).subspan(begin, end - begin);
    begin = end;
  }
  out->parents_end.clear();
  out->ratable.credits = out->credits;
}

// What a rule may ask about the customer.
void ProgramState::SetFacts(const CustomerState& customer,
                            CustomerNumber number, RatablePayment* out) const {
  out->customer = RootOf(number);
  out->country = customer.country;
  out->segment = customer.segment;
  out->customer_attributes = customer.attributes;
}

absl::Status ProgramState::Attributed(const CustomerState& customer,
                                      const event::Payment& e, Seq seq,
                                      Instant at, DecisionTrace* trace,
                                      RateTrace* rate_trace,
                                      RatedPayment* out) const {
  const Program& terms = *reference_.ProgramAtOrFirst(at);
  VOUCH_RETURN_IF_ERROR(CheckExchange(e, terms.currency()));
  AttributedPayment& attributed = out->attributed;
  VOUCH_RETURN_IF_ERROR(AttributePayment(customer, leads_, e, seq, at,
                                         reference_, trace, &attributed));
  out->ratable = RatablePayment();
  out->rating.Clear();
  RatablePayment& ratable = out->ratable;
  VOUCH_RETURN_IF_ERROR(
      ConvertToProgram(e, *attributed.rating, &out->lines, &ratable.lines));
  ratable.exchanged = e.exchange.has_value();
  MakeCredits(customer, attributed.credits, at, terms, out);
  if (attributed.number == 0) return absl::OkStatus();
  ratable.seq = seq;
  ratable.payment_id = e.payment_id;
  ratable.number = attributed.number;
  ratable.phase = attributed.phase;
  ratable.vendor_weight_ppb = attributed.decision->vendor_weight_ppb;
  PlaceInTime(attributed.on, attributed.contract_anchor,
              attributed.first_payment_on, attributed.signup_on, &ratable);
  SetFacts(customer, e.customer.number, &ratable);
  return NamingLines(
      RatePayment(*attributed.rating, ratable, rate_trace, &out->rating));
}

// The touch that a code or a partner named at checkout would be.
absl::StatusOr<Touch> ProgramState::QuotedTouch(
    const QuoteRequest& request, const CustomerState& customer) const {
  Touch touch;
  touch.seq = seq_.Next();
  touch.time = request.at;
  touch.channel = Channel::kLink;
  touch.partner = reference_.FindPartner(request.partner_id);
  if (!request.code.empty()) {
    touch.channel = Channel::kCode;
    touch.code = reference_.FindCode(FoldCode(request.code));
    if (!touch.code.has_value()) return NotFoundField("code", "no such code");
    const Code& code = reference_.code(touch.code);
    const Standing standing =
        StandingOf(code, codes_[touch.code.value() - 1],
                   HasRedeemed(customer.redeemed, touch.code), request.at);
    if (standing != Standing::kHolds) {
      return PreconditionField("code", internal::StandingText(standing));
    }
    touch.partner = code.partner;
    touch.campaign = code.campaign;
  }
  if (!touch.partner.has_value() ||
      reference_.partner(touch.partner).records.At(request.at) == nullptr) {
    return NotFoundField("partner_id", "no such partner then");
  }
  return touch;
}

// The partners who are the customer, in the order in which they became known.
void ProgramState::FindBuyers(const CustomerState& customer, Instant at,
                              RatedPayment* out) const {
  const CustomerKeys keys{customer.identity_keys, customer.contact_keys};
  out->buyers.clear();
  if ((keys.of_signups.empty() && keys.of_leads.empty()) ||
      !HasPrices(*out->attributed.rating)) {
    return;
  }
  for (std::size_t i = 0; i < reference_.partner_count(); ++i) {
    PaymentCredit own;
    own.credit.partner = PartnerIndex(static_cast<uint32_t>(i + 1));
    const Partner& partner = reference_.partner(own.credit.partner);
    if (partner.StatusAt(at) != PartnerStatus::kActive ||
        !SharesKey(partner, keys, at)) {
      continue;
    }
    own.standing = CreditStanding::kEarns;
    // It buys for itself, whichever role a rule is for.
    for (const Role role : {Role::kAcquirer, Role::kServicer}) {
      own.credit.role = role;
      out->buyers.push_back(MakeRatable(own, at));
    }
  }
  out->ratable.buyers = out->buyers;
}

absl::Status ProgramState::Quote(const QuoteRequest& request,
                                 RatedPayment* out) const {
  if (reference_.ProgramAt(request.at) == nullptr) {
    return PreconditionField("time_us", "before the program's first version");
  }
  CustomerState customer = CustomerOrNew(request.payment.customer.number);
  if (!request.country.empty()) customer.country = request.country;
  if (!request.segment.empty()) customer.segment = request.segment;
  if (!request.attributes.empty()) {
    customer.attributes.assign(request.attributes.begin(),
                               request.attributes.end());
  }
  if (!request.code.empty() || !request.partner_id.empty()) {
    VOUCH_ASSIGN_OR_RETURN(const Touch touch, QuotedTouch(request, customer));
    if (customer.KeepsTouches()) customer.touches.Add(touch, reference_);
  }
  VOUCH_RETURN_IF_ERROR(Attributed(customer, request.payment, Seq(), request.at,
                                   nullptr, nullptr, out));
  out->attributes = customer.attributes;
  out->ratable.customer_attributes = out->attributes;
  FindBuyers(customer, request.at, out);
  return absl::OkStatus();
}

absl::Status ProgramState::RateAgain(absl::Span<const event::PaymentLine> lines,
                                     RatedPayment* out) const {
  out->ratable.lines = lines;
  out->rating.Clear();
  // A payment of nothing takes no number and earns nothing.
  if (out->attributed.number == 0 || SumOf(lines) == 0) return absl::OkStatus();
  return RatePayment(*out->attributed.rating, out->ratable, nullptr,
                     &out->rating);
}

absl::StatusOr<ProgramState::Prospect> ProgramState::ProspectOf(
    CustomerNumber customer, Instant at) const {
  const ProgramVersion* version = reference_.ProgramAt(at);
  if (version == nullptr) {
    return PreconditionField("time_us", "before the program's first version");
  }
  event::PaymentLine line;
  line.line = 1;
  line.amount_minor = 1;  // a payment of nothing decides nothing
  event::Payment payment;
  payment.customer.number = customer;
  payment.lines = absl::MakeConstSpan(&line, 1);
  Prospect out;
  VOUCH_RETURN_IF_ERROR(AttributePayment(CustomerOrNew(customer), leads_,
                                         payment, Seq(), at, reference_,
                                         &out.trace, &out.attributed));
  out.attributed.payment = nullptr;
  for (const PaymentCredit& credit : out.attributed.credits) {
    out.credits.push_back(MakeRatable(credit, at));
  }
  return out;
}

// ---------------------------------------------------------------------------
// What the calculator gives

// Whether what `rating` moves has room in the books.
absl::Status ProgramState::CheckRatingRoom(const Rating& rating) const {
  absl::int128 sum = 0;
  for (const RatedAmount& amount : rating.amounts) sum += amount.amount_minor;
  return CheckRoom(currency(), sum);
}

// And whether the program's payments and refunds have room for it.
absl::Status ProgramState::CheckPaymentRoom(const RatedPayment& rated) const {
  VOUCH_RETURN_IF_ERROR(CheckRatingRoom(rated.rating));
  if (!HasRoom(turnover_minor_, SumOf(rated.ratable.lines))) {
    return RangeField("payment.lines", "the program's payments pass 64 bits");
  }
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::Payment& e) {
  if (payments_.contains(e.payment_id)) {
    return ExistsField("payment.payment_id", "taken");
  }
  const bool listened = trace_ != nullptr && trace_->payment_seq == seq_;
  DecisionTrace decided;
  VOUCH_RETURN_IF_ERROR(Attributed(CustomerOrNew(e.customer.number), e, seq_,
                                   at_, trace_ != nullptr ? &decided : nullptr,
                                   listened ? &trace_->rate : nullptr,
                                   &rated_));
  VOUCH_RETURN_IF_ERROR(CheckPaymentRoom(rated_));
  const int64_t paid = SumOf(rated_.ratable.lines);
  turnover_minor_ += paid;

  const std::string_view payment_id = ids_.Add(e.payment_id);
  rated_.ratable.payment_id = payment_id;
  const AttributedPayment& attributed = rated_.attributed;
  if (attributed.decides) {
    TellDecision(e.customer.number, *attributed.decision, &decided, payment_id);
  }
  if (attributed.decision) {
    outputs_->effect.decision_seq = attributed.decision->seq;
  }
  outputs_->effect.paid_minor = paid;
  if (listened) Listen(CustomerOrNew(e.customer.number));
  payments_.emplace(payment_id, seq_);
  payees_.clear();
  for (std::size_t i = 0; i < rated_.rating.credits.size(); ++i) {
    const PartnerIndex payee = attributed.credits[i].credit.partner;
    if (!rated_.rating.credits[i].counts) continue;
    if (!absl::c_linear_search(payees_, payee)) payees_.push_back(payee);
  }
  KeepPayment(attributed, payees_, reference_, &Customer(e.customer.number));
  KeepRated(*attributed.rating, EarnsOn::kPayment, attributed.terms->hold_us());
  return absl::OkStatus();
}

// Lets the listener have the payment that was rated.
void ProgramState::Listen(const CustomerState& customer) {
  trace_->payment = rated_.attributed;
  trace_->parents = TraceParents(customer, rated_);
  trace_->credits = Unborrowed(rated_.credits);
}

std::vector<std::vector<ParentTrace>> ProgramState::TraceParents(
    const CustomerState& customer, const RatedPayment& of) const {
  const Program& terms = *reference_.ProgramAtOrFirst(at_);
  std::vector<std::vector<ParentTrace>> out;
  for (const RatableCredit& credit : of.credits) {
    std::vector<ParentTrace>& parents = out.emplace_back();
    for (const RatableParent& parent : credit.parents) {
      parents.push_back(
          {parent.partner, reference_.partner(parent.partner).StatusAt(at_),
           StandingAt(customer, reference_, parent.partner, at_, terms)});
    }
  }
  return out;
}

// Keeps and books what was rated last.
void ProgramState::KeepRated(const Program& terms, EarnsOn earns_on,
                             int64_t hold_us) {
  const bool paid = earns_on == EarnsOn::kPayment;
  const RatablePayment& ratable = rated_.ratable;
  const Rating& rating = rated_.rating;
  for (std::size_t i = 0; i < rating.credits.size(); ++i) {
    const PartnerIndex owner = ratable.credits[i].partner;
    PartnerState* state = &partners_[owner.value() - 1];
    if (paid) {
      KeepCredit(terms, ratable, rating, i, state);
    } else {
      KeepEventCredit(terms, ratable, rating, i, state);
    }
    for (const RatedAmount& amount : rating.AmountsOf(i)) {
      const AccrualId id = NextAccrualId();
      const std::size_t place =
          paid ? KeepAmount(terms, ratable, rating, amount, id, state)
               : KeepEventAmount(terms, earns_on, ratable, amount, id, state);
      BookRated(owner, place, amount, hold_us);
    }
  }
}

// The id of the event's next accrual.
AccrualId ProgramState::NextAccrualId() const {
  return {seq_, outputs_->accrual_count + 1};
}

// Books an amount that the state of `owner` keeps at `place`, or takes it back
// of what stands there; `refund_id` made it, or nothing did.
void ProgramState::BookRated(PartnerIndex owner, std::size_t place,
                             const RatedAmount& amount, int64_t hold_us,
                             std::string_view refund_id) {
  const BookedAccrual& booked = partners_[owner.value() - 1].accruals[place];
  Accrual row = RowOf(owner, booked);
  row.refund_id = refund_id;
  if (amount.takes_back()) {
    TakeBack(booked, amount.amount_minor, AccrualSource::kTrueUp, &row);
    return;
  }
  if (booked.payee != owner) riding_.emplace(booked.accrual_id, owner);
  row.source = booked.source;
  row.due = Instant{at_.us + hold_us};
  outputs_->Add(row);
  BookAccrual(
      BookingFor(row.partner, row.currency),
      {booked.accrual_id, {}, booked.rule_id, booked.amount_minor, hold_us},
      &OpenAccount(row.partner, row.currency));
}

// Takes `amount_minor` of an accrual back from its payee's account; `*row` is
// its row, and gets a copy for all that was taken.
void ProgramState::TakeBack(const BookedAccrual& booked, int64_t amount_minor,
                            AccrualSource source, Accrual* row) {
  row->kind = AccrualKind::kReversal;
  row->source = source;
  taken_.clear();
  BookReversal(BookingFor(row->partner, row->currency), booked.accrual_id,
               amount_minor, &OpenAccount(row->partner, row->currency),
               &taken_);
  for (const Taken& taken : taken_) {
    row->accrual_id = taken.accrual_id;
    row->amount_minor = taken.amount_minor;
    outputs_->Add(*row);
  }
}

// The row of an accrual in the state of `owner`, as of the event at hand.
Accrual ProgramState::RowOf(PartnerIndex owner,
                            const BookedAccrual& booked) const {
  Accrual row;
  row.seq = seq_;
  row.time = at_;
  row.kind = AccrualKind::kAccrual;
  row.accrual_id = booked.accrual_id;
  row.payment_seq = booked.payment_seq;
  row.customer = booked.customer;
  row.due = at_;
  row.partner = booked.payee;
  if (booked.source == AccrualSource::kQualifiedLead) {
    row.lead_id = booked.payment_id;
  } else {
    row.payment_id = booked.payment_id;
  }
  row.rule_id = booked.rule_id;
  row.role = booked.role;
  row.level = booked.level;
  row.base_minor = booked.base_minor;
  row.amount_minor = booked.amount_minor;
  row.weight_ppb = booked.weight_ppb;
  row.currency = currency();
  row.phase = booked.phase;
  row.contract_year = booked.contract_year;
  if (booked.book != kNoPlace) {
    const TrueUpBook& book = partners_[owner.value() - 1].books[booked.book];
    if (book.period != Period::kLifetime) {
      row.period_from = StartOfDay(
          FirstDayOf(book.from), reference_.ProgramAtOrFirst(at_)->time_zone());
    }
  }
  return row;
}

Currency ProgramState::currency() const {
  return reference_.ProgramAtOrFirst(at_)->currency();
}

// ---------------------------------------------------------------------------
// Qualified leads and sign-ups

// Rates what the customer's lead or sign-up earns `credits`, and books it.
absl::Status ProgramState::Reward(EarnsOn earns_on, CustomerNumber customer,
                                  std::string_view id,
                                  absl::Span<const PaymentCredit> credits,
                                  int64_t vendor_weight_ppb,
                                  RewardTrace* trace) {
  const Program& terms = *reference_.ProgramAtOrFirst(at_);
  rated_.ratable = RatablePayment();
  RatablePayment& ratable = rated_.ratable;
  const CustomerState& state = CustomerOrNew(customer);
  MakeCredits(state, credits, at_, terms, &rated_);
  ratable.seq = seq_;
  ratable.payment_id = id;
  ratable.phase = Phase::kAcquisition;
  ratable.vendor_weight_ppb = vendor_weight_ppb;
  ratable.on = DayOf(at_, terms.time_zone());
  SetFacts(state, customer, &ratable);
  if (earns_on == EarnsOn::kSignup) {
    ratable.signup_months = 0;
  } else if (state.first_signup_at) {
    ratable.signup_months = MonthsSince(
        DayOf(*state.first_signup_at, terms.time_zone()), ratable.on);
  }
  VOUCH_RETURN_IF_ERROR(RateEvent(terms, earns_on, ratable,
                                  trace == nullptr ? nullptr : &trace->rate,
                                  &rated_.rating));
  if (trace != nullptr) {
    trace->paid.assign(credits.begin(), credits.end());
    trace->parents = TraceParents(state, rated_);
    trace->credits = Unborrowed(rated_.credits);
  }
  return CheckRatingRoom(rated_.rating);
}

// What is told of a reward; of the others nullptr: nobody listens.
RewardTrace* ProgramState::HearReward() {
  RewardTrace& reward = trace_->rewards.emplace_back();
  reward.seq = seq_;
  reward.at = at_;
  reward.terms = reference_.ProgramAtOrFirst(at_);
  return &reward;
}
RewardTrace* ProgramState::HearLead(LeadIndex index) {
  if (trace_ == nullptr || !trace_->leads.contains(index)) return nullptr;
  RewardTrace* reward = HearReward();
  reward->lead = index;
  return reward;
}
RewardTrace* ProgramState::HearSignup(CustomerNumber customer) {
  const bool listened =
      trace_ != nullptr && trace_->customers.contains(customer);
  return listened ? HearReward() : nullptr;
}

CustomerNumber ProgramState::CustomerOf(const LeadState& lead) const {
  if (lead.customer.has_value()) return RootOf(lead.customer);
  const auto found = customers_by_key_.find(lead.contact_keys.front());
  return found == customers_by_key_.end() || found->second.empty()
             ? CustomerNumber()
             : RootOf(found->second.front());
}

// Whether a lead of the same partner qualified for the same contact, or for
// whom `customer` turned out to be: what it earned no counter of a customer
// tells.
bool ProgramState::ContactQualified(const LeadState& lead,
                                    CustomerNumber customer) const {
  const auto same = [&](LeadIndex index) {
    const LeadState& other = leads_[index.value() - 1];
    return other.partner == lead.partner && other.was_unknown &&
           (other.contact_keys.front() == lead.contact_keys.front() ||
            CustomerOf(other) == customer);
  };
  const auto under = leads_by_key_.find(lead.contact_keys.front());
  if (under != leads_by_key_.end() && absl::c_any_of(under->second, same)) {
    return true;
  }
  return customer.has_value() &&
         absl::c_any_of(CustomerOrNew(customer).leads, same);
}

// What a lead that becomes QUALIFIED while it lives earns its partner.
absl::Status ProgramState::RewardLead(const LeadState& lead, LeadIndex index) {
  const Program& terms = *reference_.ProgramAtOrFirst(at_);
  rated_.rating.Clear();
  const LeadLife life = LifeAt(lead, at_, terms);
  const CustomerNumber customer = CustomerOf(lead);
  const RewardTrace::Out out =
      OutOf(lead.qualified || ContactQualified(lead, customer), life, terms);
  RewardTrace* const reward = HearLead(index);
  if (reward != nullptr) {
    reward->out = out;
    reward->life = life;
  }
  if (out != RewardTrace::kRated) return absl::OkStatus();
  PaymentCredit paid;
  paid.credit.partner = lead.partner;
  paid.credit.role = Role::kAcquirer;
  paid.credit.weight_ppb = kPpb;
  paid.credit.channel = Channel::kLead;
  paid.credit.lead = index;
  paid.credit.touch_seq = lead.seq;
  paid.credit.touch_at = lead.registered_at;
  // Of a customer who is not known yet the lead's own keys are all there is.
  CustomerState unknown;
  unknown.contact_keys = lead.contact_keys;
  paid.standing =
      StandingAt(customer.has_value() ? CustomerOrNew(customer) : unknown,
                 reference_, lead.partner, at_, terms);
  paid.status = reference_.partner(lead.partner).StatusAt(at_);
  return Reward(EarnsOn::kQualifiedLead, customer, lead.lead_id, {&paid, 1}, 0,
                reward);
}

// Whether the terms have a rule for sign-ups.
bool ProgramState::RewardsSignups() const {
  return HasRuleFor(*reference_.ProgramAtOrFirst(at_), EarnsOn::kSignup);
}

// What the first sign-up of a customer earns by `decision`, or by the one that
// binds.
absl::Status ProgramState::RewardSignup(CustomerNumber number,
                                        const std::optional<Decision>& made) {
  rated_.rating.Clear();
  const Program& terms = *reference_.ProgramAtOrFirst(at_);
  const CustomerState& customer = CustomerOrNew(number);
  RewardTrace* const reward = HearSignup(number);
  std::optional<Decision> decision = made;
  if (!decision && customer.decision && customer.decision->BindsAt(at_)) {
    decision = customer.decision;
  }
  if (reward != nullptr) reward->decides = !decision;
  if (!decision) {
    decision = Decide(CandidatesOf(customer, leads_),
                      {seq_, at_, Trigger::kSignup}, terms, reference_,
                      reward == nullptr ? nullptr : &reward->decided);
  }
  if (reward != nullptr) reward->decision = decision;
  reward_credits_.clear();
  for (const Credit& credit : decision->credits) {
    reward_credits_.push_back(
        {credit, StandingAt(customer, reference_, credit.partner, at_, terms),
         reference_.partner(credit.partner).StatusAt(at_)});
  }
  return Reward(EarnsOn::kSignup, number, {}, reward_credits_,
                decision->vendor_weight_ppb, reward);
}

// ---------------------------------------------------------------------------
// Refunds

// What the refund takes back of every payee's accruals, into `undoings_`.
absl::Status ProgramState::UndoAll(const event::Refund& e,
                                   const PaymentState& payment,
                                   std::string_view payment_id, bool listened) {
  const bool brings_back = e.kind == RefundKind::kChargebackReversed;
  undone_.clear();
  undoings_.resize(std::max(undoings_.size(), payment.payees.size()));
  undo_traces_.clear();
  if (listened) undo_traces_.resize(payment.payees.size());
  if (!refunded_.counts && !brings_back) return absl::OkStatus();
  const Program& terms = *payment.terms;
  absl::int128 sum = 0;
  for (std::size_t i = 0; i < payment.payees.size(); ++i) {
    RefundedPayment refund;
    refund.partner = payment.payees[i];
    refund.payment_seq = payment.seq;
    refund.lines = refunded_.lines;
    refund.rounding = terms.reversal_rounding();
    refund.brings_back = brings_back;
    refund.on = DayOf(at_, terms.time_zone());
    refund.customer = RootOf(e.customer.number);
    refund.payment_id = payment_id;
    VOUCH_RETURN_IF_ERROR(Reverse(partners_[refund.partner.value() - 1], refund,
                                  listened ? &undo_traces_[i] : nullptr,
                                  &undoings_[i]));
    undone_.push_back(refund);
    for (const Reversal& reversal : undoings_[i].reversals) {
      sum += std::max(reversal.change_minor, -reversal.change_minor);
    }
    for (const RatedAmount& amount : undoings_[i].true_ups) {
      sum += amount.amount_minor;
    }
  }
  return CheckRoom(terms.currency(), sum);
}

// What the refund gives back in the program's currency: of each line what all
// refunds gave back of its converted amount, less what those before did, so
// that a line given back whole gives back what it was counted with.
absl::StatusOr<int64_t> ProgramState::GivenBack(
    const PaymentState& payment, absl::Span<const PaidLine> before) const {
  if (payment.rate_ppb == 0) return refunded_.amount_minor;
  const Rounding rounding = payment.rating->rounding();
  const CurrencyExchange by = {payment.currency, payment.rate_ppb,
                               payment.rating->currency(), rounding};
  int64_t sum = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const PaidLine& after = refunded_.lines[i];
    if (after.given_back_minor == before[i].given_back_minor) continue;
    VOUCH_ASSIGN_OR_RETURN(const int64_t whole,
                           Convert(after.amount_minor, by));
    for (const auto& [given, sign] :
         {std::pair(after.given_back_minor, 1),
          std::pair(before[i].given_back_minor, -1)}) {
      VOUCH_ASSIGN_OR_RETURN(const int64_t part,
                             DivideRounded(absl::int128(whole) * given,
                                           after.amount_minor, rounding));
      sum += sign * part;
    }
  }
  return std::max(sum, -sum);
}

absl::Status ProgramState::On(const event::Refund& e) {
  if (refunds_.contains(e.refund_id)) {
    return ExistsField("refund.refund_id", "taken");
  }
  const auto found = payments_.find(e.payment_id);
  const Seq payment_seq = found == payments_.end() ? Seq() : found->second;
  const CustomerState& customer = CustomerOrNew(e.customer.number);
  VOUCH_RETURN_IF_ERROR(
      AttributeRefund(customer, payment_seq, e, at_, &refunded_));
  const PaymentState payment = *refunded_.payment;
  const bool listened = trace_ != nullptr && trace_->payment_seq == payment_seq;
  VOUCH_RETURN_IF_ERROR(UndoAll(e, payment, found->first, listened));
  VOUCH_ASSIGN_OR_RETURN(const int64_t given_back,
                         GivenBack(payment, customer.LinesOf(payment)));
  if (!HasRoom(turnover_minor_, given_back)) {
    return RangeField("refund.amount_minor",
                      "the program's payments and refunds pass 64 bits");
  }
  turnover_minor_ += given_back;

  heard_ = nullptr;
  if (listened) TraceRefund(e, customer.LinesOf(payment));
  outputs_->effect.payment_seq = payment_seq;
  outputs_->effect.given_back_minor =
      e.kind == RefundKind::kChargebackReversed ? -given_back : given_back;
  refund_id_ = ids_.Add(e.refund_id);
  refunds_.insert(refund_id_);
  KeepRefund(refunded_, &Customer(e.customer.number));
  KeepUndone(payment);
  return absl::OkStatus();
}

// Books the reversals in the order in which their accruals were booked, which
// is that of their ids; then the true-ups.
void ProgramState::KeepUndone(const PaymentState& payment) {
  reversals_.clear();
  for (std::size_t i = 0; i < undone_.size(); ++i) {
    const Undoing& undoing = undoings_[i];
    for (const Reversal& reversal : undoing.reversals) {
      reversals_.push_back({i, reversal});
    }
  }
  const auto id_of = [this](const UndoneReversal& undone) {
    return partners_[undone.reversal.partner.value() - 1]
        .accruals[undone.reversal.accrual]
        .accrual_id;
  };
  std::sort(reversals_.begin(), reversals_.end(),
            [&id_of](const UndoneReversal& a, const UndoneReversal& b) {
              return id_of(a) < id_of(b);
            });
  for (const UndoneReversal& undone : reversals_) {
    BookUndone(undone_[undone.payee], undone.reversal, payment);
  }
  std::size_t step = 0;
  for (std::size_t i = 0; i < undone_.size(); ++i) {
    const PartnerIndex owner = undone_[i].partner;
    PartnerState* state = &partners_[owner.value() - 1];
    KeepShares(undone_[i], undoings_[i], state);
    for (const RatedAmount& amount : undoings_[i].true_ups) {
      const AccrualId id = NextAccrualId();
      if (heard_ != nullptr) step = NameTrueUp(amount, id, step, heard_);
      const std::size_t place = KeepTrueUp(undone_[i], amount, id, state);
      BookRated(owner, place, amount, payment.terms->hold_us(), refund_id_);
    }
  }
}

void ProgramState::BookUndone(const RefundedPayment& refund,
                              const Reversal& reversal,
                              const PaymentState& payment) {
  PartnerState* state = &partners_[reversal.partner.value() - 1];
  KeepReversal(refund, reversal, state);
  const BookedAccrual& booked = state->accruals[reversal.accrual];
  Accrual row = RowOf(reversal.partner, booked);
  row.refund_id = refund_id_;
  if (reversal.change_minor > 0) {
    TakeBack(booked, reversal.change_minor, AccrualSource::kRefund, &row);
    int64_t taken_minor = 0;
    for (const Taken& taken : taken_) taken_minor += taken.amount_minor;
    HearReversal(booked.accrual_id, taken_minor);
    return;
  }
  const int64_t hold_us = payment.terms->hold_us();
  row.source = AccrualSource::kChargebackReversed;
  row.restores_id = booked.accrual_id;
  row.due = Instant{at_.us + hold_us};
  row.accrual_id = NextAccrualId();
  row.amount_minor = BookAccrual(BookingFor(row.partner, row.currency),
                                 {row.accrual_id, row.restores_id, row.rule_id,
                                  -reversal.change_minor, hold_us},
                                 &OpenAccount(row.partner, row.currency));
  if (row.amount_minor > 0) outputs_->Add(row);
  HearReversal(row.restores_id, -row.amount_minor);
}

// Tells what the books moved of an accrual.
void ProgramState::HearReversal(const AccrualId& id, int64_t booked_minor) {
  if (heard_ == nullptr) return;
  for (ReversalTrace& reversal : heard_->reversals) {
    if (reversal.accrual_id == id) reversal.booked_minor = booked_minor;
  }
}

// `before` are the payment's lines before the refund.
void ProgramState::TraceRefund(const event::Refund& e,
                               absl::Span<const PaidLine> before) {
  RefundTrace& refund = trace_->refunds.emplace_back();
  heard_ = &refund;
  refund.refund_id = std::string(e.refund_id);
  refund.seq = seq_;
  refund.at = at_;
  refund.kind = e.kind;
  refund.amount_minor = refunded_.amount_minor;
  refund.counts = refunded_.counts || e.kind == RefundKind::kChargebackReversed;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const PaidLine& after = refunded_.lines[i];
    const int64_t given = after.given_back_minor - before[i].given_back_minor;
    if (given == 0 && after.cancelled == before[i].cancelled) continue;
    refund.lines.push_back({after.line, given});
  }
  for (std::size_t i = 0; i < undone_.size(); ++i) TraceUndone(i, &refund);
  std::sort(refund.reversals.begin(), refund.reversals.end(),
            [](const ReversalTrace& a, const ReversalTrace& b) {
              return a.accrual_id < b.accrual_id;
            });
}

// What the refund does to one partner's state.
void ProgramState::TraceUndone(std::size_t payee, RefundTrace* refund) const {
  const PartnerIndex partner = undone_[payee].partner;
  const PartnerState& state = partners_[partner.value() - 1];
  for (const Reversal& reversal : undoings_[payee].reversals) {
    const BookedAccrual& accrual = state.accruals[reversal.accrual];
    refund->reversals.push_back({accrual.accrual_id, accrual.payee,
                                 std::string(accrual.rule_id), accrual.level,
                                 accrual.amount_minor, accrual.reversed_minor,
                                 reversal.change_minor, 0});
  }
  for (const ShareChange& change : undoings_[payee].shares) {
    const CountedShare& share = state.shares[change.share];
    refund->shares.push_back(
        {partner, share.role,
         share.book == kNoPlace ? std::string()
                                : std::string(state.books[share.book].rule_id),
         change.change_minor});
  }
  const ReverseTrace& trace = undo_traces_[payee];
  for (const ReverseTrace::Kept& kept : trace.kept) {
    refund->kept.push_back(
        {state.accruals[kept.accrual].accrual_id, kept.limit});
  }
  for (const AmountTrace& amount : trace.true_ups) {
    refund->true_ups.push_back(
        {partner, state.shares[amount.credit].role, amount, AccrualId()});
  }
}

VOUCH_NAMESPACE_END
