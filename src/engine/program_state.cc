#include "program_state.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>
#include <variant>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/limits.h"
#include "vouch/base/rounding.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/program/spec_codec.h"

VOUCH_NAMESPACE_BEGIN

absl::Status ProgramState::Apply(const Event& event, Seq seq,
                                 PaymentTrace* trace, EventOutputs* outputs) {
  seq_ = seq;
  at_ = event.time;
  program_id_ = event.program_id;
  trace_ = trace;
  outputs_ = outputs;
  outputs->Clear();
  if (!std::holds_alternative<event::ProgramSet>(event.body)) {
    if (!reference_.has_program()) {
      return NotFoundField("program_id", "no such program");
    }
    if (reference_.ProgramAt(at_) == nullptr) {
      return PreconditionField("time_us", "before the program's first version");
    }
  }
  VOUCH_RETURN_IF_ERROR(
      std::visit([this](const auto& body) { return On(body); }, event.body));
  CloseBooks();
  return absl::OkStatus();
}

Seq ProgramState::FindPayment(std::string_view payment_id) const {
  const auto found = payments_.find(payment_id);
  return found == payments_.end() ? Seq() : found->second;
}

absl::Span<const AccountState> ProgramState::AccountsOf(
    PartnerIndex partner) const {
  if (partner.value() > accounts_.size()) return {};
  return accounts_[partner.value() - 1];
}

int64_t ProgramState::ExpenseOf(Currency currency) const {
  for (const Books& books : books_) {
    if (books.currency == currency) return books.expense_minor;
  }
  return 0;
}

std::vector<Currency> ProgramState::Currencies() const {
  std::vector<Currency> currencies;
  for (const Books& books : books_) currencies.push_back(books.currency);
  return currencies;
}

namespace {

// Whether `sum` and `more` together stay within 64 bits.
bool HasRoom(int64_t sum, absl::int128 more) {
  return more + sum <= std::numeric_limits<int64_t>::max();
}

int64_t AmountOf(const event::Payment& payment) {
  int64_t amount = 0;  // it fits: the event was checked
  for (const event::PaymentLine& line : payment.lines) {
    amount += line.amount_minor;
  }
  return amount;
}

}  // namespace

// ---------------------------------------------------------------------------
// Reference data

absl::Status ProgramState::On(const event::ProgramSet& e) {
  VOUCH_ASSIGN_OR_RETURN(const ProgramSpec spec, DecodeSpec(e.spec));
  Mistakes mistakes;
  std::shared_ptr<const Program> program = Program::Build(spec, &mistakes);
  if (program == nullptr) {
    return InvalidField("program_set.program", mistakes.ToString());
  }
  if (program->program_id() != program_id_) {
    return InvalidField("program_set.program.program_id",
                        "another than the event's program_id");
  }
  if (reference_.has_program()) {
    const Program& first = *reference_.ProgramAtOrFirst(at_);
    if (first.currency() != program->currency()) {
      return PreconditionField("program_set.program.currency",
                               "a program's currency never changes");
    }
    if (first.time_zone().name() != program->time_zone().name()) {
      return PreconditionField("program_set.program.time_zone",
                               "a program's time zone never changes");
    }
  }
  reference_.AddProgram({at_, seq_, std::move(program), std::string(e.spec)});
  return absl::OkStatus();
}

absl::Status ProgramState::CheckShare(std::string_view field,
                                      const std::optional<Rate>& share) const {
  const Program& terms = *reference_.ProgramAtOrFirst(at_);
  if (!share || terms.CutShare(share) == *share) return absl::OkStatus();
  return InvalidField(
      field, absl::StrCat(share->ToString(), " is outside the program's ",
                          terms.customer_share_min().ToString(), " to ",
                          terms.customer_share_max().ToString()));
}

absl::Status ProgramState::On(const event::PartnerSet& e) {
  VOUCH_RETURN_IF_ERROR(
      CheckShare("partner_set.customer_share", e.customer_share));
  PartnerIndex parent;
  if (!e.parent_partner_id.empty()) {
    if (e.parent_partner_id == e.partner_id) {
      return PreconditionField("partner_set.parent_partner_id",
                               "the partner would be its own parent");
    }
    VOUCH_ASSIGN_OR_RETURN(parent, NeedPartner("partner_set.parent_partner_id",
                                               e.parent_partner_id));
    VOUCH_RETURN_IF_ERROR(reference_.CheckParent(
        "partner_set.parent_partner_id", reference_.FindPartner(e.partner_id),
        parent, at_));
  }
  std::vector<std::string> keys;
  for (const event::BlindKey& key : e.identity_keys) {
    keys.push_back(BlindKeyText(key.key_id, key.digest));
  }
  const PartnerIndex partner =
      reference_.SetPartner(e.partner_id,
                            {e.kind,
                             e.status,
                             e.group,
                             e.customer_share,
                             {keys.begin(), keys.end()},
                             parent,
                             e.manager_id,
                             {e.attributes.begin(), e.attributes.end()}},
                            at_);
  if (partner.value() > partners_.size()) {
    partners_.resize(partner.value());
    accounts_.resize(partner.value());
  }
  return absl::OkStatus();
}

// The log has it; what managers did is counted by reports.
absl::Status ProgramState::On(const event::ManagerActivity& e) {
  return NeedPartner("manager_activity.partner_id", e.partner_id).status();
}

absl::StatusOr<PartnerIndex> ProgramState::NeedPartner(
    std::string_view field, std::string_view partner_id) const {
  const PartnerIndex partner = reference_.FindPartner(partner_id);
  if (!partner.has_value()) return NotFoundField(field, "no such partner");
  return partner;
}

absl::Status ProgramState::On(const event::CodeIssued& e) {
  const std::string folded = FoldCode(e.code);
  if (folded.empty()) {
    return InvalidField("code_issued.code", "nothing but spaces and hyphens");
  }
  VOUCH_ASSIGN_OR_RETURN(const PartnerIndex partner,
                         NeedPartner("code_issued.partner_id", e.partner_id));
  VOUCH_RETURN_IF_ERROR(
      CheckShare("code_issued.customer_share", e.customer_share));
  if (reference_.FindCode(folded).has_value()) {
    return ExistsField("code_issued.code", "taken");
  }
  if (e.valid_until && *e.valid_until <= e.valid_from.value_or(at_)) {
    return InvalidField("code_issued.valid_until_us",
                        "not after the moment from which the code is valid");
  }
  reference_.AddCode({e.code,
                      {},
                      partner,
                      e.campaign,
                      e.customer_share,
                      e.valid_from.value_or(at_),
                      e.valid_until,
                      std::nullopt,
                      e.max_redemptions});
  codes_.emplace_back();
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::CodeRevoked& e) {
  const CodeIndex code = reference_.FindCode(FoldCode(e.code));
  if (!code.has_value()) return NotFoundField("code_revoked.code", "unknown");
  const Partner& partner = reference_.partner(reference_.code(code).partner);
  if (!e.partner_id.empty() && e.partner_id != partner.partner_id) {
    return NotFoundField("code_revoked.code", "the partner has no such code");
  }
  if (reference_.code(code).revoked_at) {
    return PreconditionField("code_revoked.code", "revoked already");
  }
  reference_.RevokeCode(code, at_);
  return absl::OkStatus();
}

// ---------------------------------------------------------------------------
// Rate

RatableCredit ProgramState::MakeRatable(const PaymentCredit& of,
                                        Instant at) const {
  const Credit& credit = of.credit;
  RatableCredit ratable;
  ratable.active = of.standing == CreditStanding::kEarns;
  ratable.role = credit.role;
  ratable.weight_ppb = credit.weight_ppb;
  ratable.channel = credit.channel;
  const PartnerRecord* record =
      reference_.partner(credit.partner).records.At(at);
  if (record != nullptr) {
    ratable.kind = record->kind;
    ratable.group = record->group;
    ratable.customer_share = record->customer_share;
  }
  if (credit.code.has_value() && reference_.code(credit.code).customer_share) {
    ratable.customer_share = reference_.code(credit.code).customer_share;
  }
  return ratable;
}

absl::Status ProgramState::Attributed(const event::Payment& e, Seq seq,
                                      Instant at, DecisionTrace* trace,
                                      RateTrace* rate_trace,
                                      RatedPayment* out) const {
  if (e.currency != reference_.ProgramAtOrFirst(at)->currency()) {
    return InvalidField("payment.currency",
                        "another than the program's: not supported yet");
  }
  if (e.exchange) {
    return InvalidField("payment.exchange",
                        "given, but the currency is the program's");
  }
  VOUCH_RETURN_IF_ERROR(AttributePayment(CustomerOrNew(e.customer.number),
                                         leads_, e, seq, at, reference_, trace,
                                         &out->attributed));
  out->credits.clear();
  out->rating.amounts.clear();
  if (out->attributed.number == 0) return absl::OkStatus();
  for (const PaymentCredit& credit : out->attributed.credits) {
    out->credits.push_back(MakeRatable(credit, at));
  }
  RatablePayment ratable;
  ratable.lines = e.lines;
  ratable.phase = out->attributed.phase;
  ratable.contract_year = out->attributed.contract_year;
  ratable.credits = out->credits;
  ratable.vendor_weight_ppb = out->attributed.decision->vendor_weight_ppb;
  return RatePayment(*out->attributed.rating, ratable, rate_trace,
                     &out->rating);
}

absl::Status ProgramState::Quote(const event::Payment& payment, Instant at,
                                 RateTrace* trace, RatedPayment* out) const {
  if (reference_.ProgramAt(at) == nullptr) {
    return PreconditionField("time_us", "before the program's first version");
  }
  return Attributed(payment, Seq(), at, nullptr, trace, out);
}

absl::StatusOr<ProgramState::Prospect> ProgramState::ProspectOf(
    CustomerNumber customer, Instant at) const {
  if (reference_.ProgramAt(at) == nullptr) {
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

absl::Status ProgramState::On(const event::Payment& e) {
  if (payments_.contains(e.payment_id)) {
    return ExistsField("payment.payment_id", "taken");
  }
  const bool listened = trace_ != nullptr && trace_->payment_seq == seq_;
  DecisionTrace decided;
  VOUCH_RETURN_IF_ERROR(
      Attributed(e, seq_, at_, trace_ != nullptr ? &decided : nullptr,
                 listened ? &trace_->rate : nullptr, &rated_));
  absl::int128 sum = 0;
  for (const RatedAmount& amount : rated_.rating.amounts) {
    sum += amount.amount_minor;
  }
  VOUCH_RETURN_IF_ERROR(CheckRoom(e.currency, sum));
  const int64_t paid = AmountOf(e);
  if (!HasRoom(turnover_minor_, paid)) {
    return RangeField("payment.lines", "the program's payments pass 64 bits");
  }
  turnover_minor_ += paid;

  const std::string_view payment_id = ids_.Add(e.payment_id);
  const AttributedPayment& attributed = rated_.attributed;
  if (attributed.decides) {
    TellDecision(e.customer.number, *attributed.decision, &decided, payment_id);
  }
  if (attributed.decision) {
    outputs_->effect.decision_seq = attributed.decision->seq;
  }
  if (listened) {
    trace_->payment = attributed;
    trace_->credits = rated_.credits;
  }
  payments_.emplace(payment_id, seq_);
  payees_.clear();
  for (const RatedAmount& amount : rated_.rating.amounts) {
    const PartnerIndex payee = attributed.credits[amount.credit].credit.partner;
    if (absl::c_linear_search(payees_, payee)) continue;
    payees_.push_back(payee);
  }
  KeepPayment(attributed, payees_, reference_, &Customer(e.customer.number));
  for (const RatedAmount& amount : rated_.rating.amounts) {
    KeepAmount(amount, payment_id);
  }
  return absl::OkStatus();
}

void ProgramState::KeepAmount(const RatedAmount& amount,
                              std::string_view payment_id) {
  const AttributedPayment& attributed = rated_.attributed;
  const Credit& credit = attributed.credits[amount.credit].credit;
  const Rule& rule = attributed.rating->rules()[amount.rule];
  PartnerState& partner = partners_[credit.partner.value() - 1];

  BookedAccrual booked;
  booked.accrual_id = {seq_,
                       static_cast<uint32_t>(outputs_->accruals.size() + 1)};
  booked.payment_seq = seq_;
  booked.customer = RootOf(attributed.payment->customer.number);
  booked.payment_id = payment_id;
  booked.rule_id = rule.rule_id;
  booked.role = credit.role;
  booked.phase = attributed.phase;
  booked.contract_year = attributed.contract_year;
  booked.weight_ppb = credit.weight_ppb;
  booked.base_minor = amount.base_minor;
  booked.amount_minor = amount.amount_minor;
  booked.first_base = partner.bases.size();
  booked.base_count = amount.base_count;
  const auto bases = rated_.rating.bases.begin() +
                     static_cast<std::ptrdiff_t>(amount.first_base);
  partner.bases.insert(partner.bases.end(), bases,
                       bases + static_cast<std::ptrdiff_t>(amount.base_count));
  partner.accruals.push_back(booked);

  const Currency currency = attributed.payment->currency;
  Accrual row = RowOf(booked, credit.partner, currency, seq_, at_);
  row.source = AccrualSource::kPayment;
  row.due = Instant{at_.us + attributed.terms->hold_us()};
  outputs_->accruals.push_back(row);
  BookAccrual(BookingFor(credit.partner, currency),
              {booked.accrual_id,
               {},
               booked.rule_id,
               booked.amount_minor,
               attributed.terms->hold_us()},
              &OpenAccount(credit.partner, currency));
}

Accrual ProgramState::RowOf(const BookedAccrual& booked, PartnerIndex partner,
                            Currency currency, Seq seq, Instant at) {
  Accrual row;
  row.seq = seq;
  row.time = at;
  row.kind = AccrualKind::kAccrual;
  row.accrual_id = booked.accrual_id;
  row.payment_seq = booked.payment_seq;
  row.customer = booked.customer;
  row.due = at;
  row.partner = partner;
  row.payment_id = booked.payment_id;
  row.rule_id = booked.rule_id;
  row.role = booked.role;
  row.level = booked.level;
  row.base_minor = booked.base_minor;
  row.amount_minor = booked.amount_minor;
  row.weight_ppb = booked.weight_ppb;
  row.currency = currency;
  row.phase = booked.phase;
  row.contract_year = booked.contract_year;
  return row;
}

// ---------------------------------------------------------------------------
// Refunds

absl::Status ProgramState::On(const event::Refund& e) {
  if (refunds_.contains(e.refund_id)) {
    return ExistsField("refund.refund_id", "taken");
  }
  const Seq payment_seq = FindPayment(e.payment_id);
  const CustomerState& customer = CustomerOrNew(e.customer.number);
  VOUCH_RETURN_IF_ERROR(
      AttributeRefund(customer, payment_seq, e, at_, &refunded_));
  const PaymentState payment = *refunded_.payment;
  reversals_.clear();
  for (const PartnerIndex payee : payment.payees) {
    VOUCH_RETURN_IF_ERROR(Reverse(
        partners_[payee.value() - 1], payee, payment_seq, refunded_.lines,
        payment.terms->reversal_rounding(), &reversals_));
  }
  // In the order booked, which is that of the accruals' ids.
  const auto id_of = [this](const Reversal& reversal) {
    return partners_[reversal.partner.value() - 1]
        .accruals[reversal.accrual]
        .accrual_id;
  };
  std::sort(reversals_.begin(), reversals_.end(),
            [&id_of](const Reversal& a, const Reversal& b) {
              return id_of(a) < id_of(b);
            });
  absl::int128 sum = 0;
  for (const Reversal& reversal : reversals_) {
    sum += std::max(reversal.change_minor, -reversal.change_minor);
  }
  VOUCH_RETURN_IF_ERROR(CheckRoom(payment.currency, sum));
  if (!HasRoom(turnover_minor_, refunded_.amount_minor)) {
    return RangeField("refund.amount_minor",
                      "the program's payments and refunds pass 64 bits");
  }
  turnover_minor_ += refunded_.amount_minor;

  if (trace_ != nullptr && trace_->payment_seq == payment_seq) {
    TraceRefund(e, customer.LinesOf(payment));
  }
  outputs_->effect.payment_seq = payment_seq;
  outputs_->effect.given_back_minor = e.kind == RefundKind::kChargebackReversed
                                          ? -refunded_.amount_minor
                                          : refunded_.amount_minor;
  refund_id_ = ids_.Add(e.refund_id);
  refunds_.insert(refund_id_);
  KeepRefund(refunded_, &Customer(e.customer.number));
  for (const Reversal& reversal : reversals_) {
    KeepReversal(reversal, payment);
  }
  return absl::OkStatus();
}

// `before` are the payment's lines before the refund.
void ProgramState::TraceRefund(const event::Refund& e,
                               absl::Span<const PaidLine> before) {
  RefundTrace& refund = trace_->refunds.emplace_back();
  refund.refund_id = std::string(e.refund_id);
  refund.seq = seq_;
  refund.at = at_;
  refund.kind = e.kind;
  refund.amount_minor = refunded_.amount_minor;
  refund.counts = refunded_.counts;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const PaidLine& after = refunded_.lines[i];
    const int64_t given = after.given_back_minor - before[i].given_back_minor;
    if (given == 0 && after.cancelled == before[i].cancelled) continue;
    refund.lines.push_back({after.line, given});
  }
  for (const Reversal& reversal : reversals_) {
    const BookedAccrual& accrual =
        partners_[reversal.partner.value() - 1].accruals[reversal.accrual];
    refund.reversals.push_back(
        {accrual.accrual_id, accrual.reversed_minor, reversal.change_minor});
  }
}

void ProgramState::KeepReversal(const Reversal& reversal,
                                const PaymentState& payment) {
  PartnerState& partner = partners_[reversal.partner.value() - 1];
  vouch::KeepReversal(reversal, &partner);
  const BookedAccrual& accrual = partner.accruals[reversal.accrual];
  Accrual row = RowOf(accrual, reversal.partner, payment.currency, seq_, at_);
  row.refund_id = refund_id_;
  AccountState& account = OpenAccount(reversal.partner, payment.currency);
  const Booking booking = BookingFor(reversal.partner, payment.currency);
  if (reversal.change_minor > 0) {
    row.kind = AccrualKind::kReversal;
    row.source = AccrualSource::kRefund;
    taken_.clear();
    BookReversal(booking, accrual.accrual_id, reversal.change_minor, &account,
                 &taken_);
    for (const Taken& taken : taken_) {
      row.accrual_id = taken.accrual_id;
      row.amount_minor = taken.amount_minor;
      outputs_->accruals.push_back(row);
    }
    return;
  }
  row.source = AccrualSource::kChargebackReversed;
  row.amount_minor = -reversal.change_minor;
  row.restores_id = accrual.accrual_id;
  row.due = Instant{at_.us + payment.terms->hold_us()};
  row.accrual_id = {seq_, static_cast<uint32_t>(outputs_->accruals.size() + 1)};
  const Earned earned{row.accrual_id, row.restores_id, row.rule_id,
                      row.amount_minor, payment.terms->hold_us()};
  row.amount_minor = BookAccrual(booking, earned, &account);
  if (row.amount_minor > 0) outputs_->accruals.push_back(row);
}

// ---------------------------------------------------------------------------
// Settle

ProgramState::Books& ProgramState::OpenBooks(Currency currency) {
  for (Books& books : books_) {
    if (books.currency == currency) return books;
  }
  books_.push_back({currency, 0, 0});
  return books_.back();
}

AccountState& ProgramState::OpenAccount(PartnerIndex partner,
                                        Currency currency) {
  auto& accounts = accounts_[partner.value() - 1];
  for (AccountState& account : accounts) {
    if (account.currency == currency) return account;
  }
  accounts.emplace_back();
  accounts.back().currency = currency;
  return accounts.back();
}

Booking ProgramState::BookingFor(PartnerIndex partner, Currency currency) {
  return {seq_, at_, partner, currency, &outputs_->entries};
}

// Whether `amount_minor` more may cross expense before sums pass 64 bits.
absl::Status ProgramState::CheckRoom(Currency currency,
                                     absl::int128 amount_minor) const {
  int64_t gross = 0;
  for (const Books& books : books_) {
    if (books.currency == currency) gross = books.gross_minor;
  }
  if (HasRoom(gross, amount_minor)) return absl::OkStatus();
  return RangeField("amount_minor",
                    absl::StrCat("the program's sums in ",
                                 ToAbsl(currency.code()), " pass 64 bits"));
}

// Adds what the event's entries moved from and to expense, or sent for.
void ProgramState::CloseBooks() {
  for (const Entry& entry : outputs_->entries) {
    const bool spent = entry.from == Account::kExpense;
    const bool crosses = spent || entry.to == Account::kExpense;
    if (!crosses && entry.kind != EntryKind::kPayoutRequested) continue;
    Books& books = OpenBooks(entry.currency);
    books.gross_minor += entry.amount_minor;
    if (!crosses) continue;
    books.expense_minor += spent ? -entry.amount_minor : entry.amount_minor;
  }
}

absl::Status ProgramState::On(const event::AccrualReviewed& e) {
  VOUCH_ASSIGN_OR_RETURN(
      const PartnerIndex partner,
      NeedPartner("accrual_reviewed.partner_id", e.partner_id));
  const std::optional<AccrualId> id = ParseAccrualId(e.accrual_id);
  if (!id) {
    return InvalidField("accrual_reviewed.accrual_id",
                        "not an accrual's id such as 12-1");
  }
  const auto& accounts = accounts_[partner.value() - 1];
  const auto found =
      std::find_if(accounts.begin(), accounts.end(),
                   [&](const AccountState& a) { return a.Find(*id); });
  if (found == accounts.end()) {
    return NotFoundField("accrual_reviewed.accrual_id",
                         "the partner has no such accrual");
  }
  VOUCH_RETURN_IF_ERROR(CheckReview(*found, *id, e.verdict, at_));
  if (e.verdict == Verdict::kVoid) {
    VOUCH_RETURN_IF_ERROR(
        CheckRoom(found->currency, found->Find(*id)->held_minor));
  }
  const Currency currency = found->currency;
  const int64_t taken =
      BookReview(BookingFor(partner, currency), *id, e.verdict,
                 {reference_.Intern(e.author), reference_.Intern(e.reason)},
                 &OpenAccount(partner, currency));
  if (taken > 0) AddVoidRow(partner, *id, taken, currency);
  return absl::OkStatus();
}

// A VOID counts among the reversals: it gets a row of its own. What it takes
// may be what a won chargeback brought back; its row is then told by the
// accrual that this belongs to.
void ProgramState::AddVoidRow(PartnerIndex partner, const AccrualId& id,
                              int64_t amount_minor, Currency currency) {
  const AccountState& account = OpenAccount(partner, currency);
  const AccrualId head = account.parcels[account.Find(id)->head].accrual_id;
  const PartnerState& state = partners_[partner.value() - 1];
  const auto booked =
      std::lower_bound(state.accruals.begin(), state.accruals.end(), head,
                       [](const BookedAccrual& a, const AccrualId& i) {
                         return a.accrual_id < i;
                       });
  Accrual row = RowOf(*booked, partner, currency, seq_, at_);
  row.kind = AccrualKind::kReversal;
  row.source = AccrualSource::kReview;
  row.accrual_id = id;
  row.amount_minor = amount_minor;
  outputs_->accruals.push_back(row);
}

absl::Status ProgramState::On(const event::Adjustment& e) {
  VOUCH_ASSIGN_OR_RETURN(const PartnerIndex partner,
                         NeedPartner("adjustment.partner_id", e.partner_id));
  VOUCH_RETURN_IF_ERROR(
      CheckRoom(e.currency, std::max(e.amount_minor, -e.amount_minor)));
  BookAdjustment(BookingFor(partner, e.currency), e.amount_minor,
                 {reference_.Intern(e.author), reference_.Intern(e.reason)},
                 &OpenAccount(partner, e.currency));
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::OpeningBalance& e) {
  if (!e.metrics.empty()) {
    return InvalidField("opening_balance.metrics", "not supported yet");
  }
  VOUCH_ASSIGN_OR_RETURN(
      const PartnerIndex partner,
      NeedPartner("opening_balance.partner_id", e.partner_id));
  VOUCH_RETURN_IF_ERROR(
      CheckRoom(e.currency, absl::int128(e.pending_minor) +
                                std::max(e.payable_minor, -e.payable_minor)));
  BookOpening(BookingFor(partner, e.currency), e.pending_minor, e.payable_minor,
              reference_.ProgramAtOrFirst(at_)->hold_us(),
              &OpenAccount(partner, e.currency));
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::PayoutRequested& e) {
  VOUCH_ASSIGN_OR_RETURN(
      const PartnerIndex partner,
      NeedPartner("payout_requested.partner_id", e.partner_id));
  if (payouts_.contains(e.payout_id)) {
    return ExistsField("payout_requested.payout_id", "taken");
  }
  const PartnerRecord* record = reference_.partner(partner).records.At(at_);
  if (record != nullptr && record->status == PartnerStatus::kSuspended) {
    return PreconditionField("payout_requested.partner_id", "SUSPENDED");
  }
  AccountState none;
  const AccountState* account = &none;
  for (const AccountState& each : accounts_[partner.value() - 1]) {
    if (each.currency == e.currency) account = &each;
  }
  const int64_t minimum =
      reference_.ProgramAtOrFirst(at_)->PayoutMinimum(e.currency);
  VOUCH_ASSIGN_OR_RETURN(const int64_t amount,
                         CheckPayout(*account, e.amount_minor, minimum, at_));
  VOUCH_RETURN_IF_ERROR(CheckRoom(e.currency, amount));
  const std::string_view payout_id = ids_.Add(e.payout_id);
  const Payout payout{seq_,      at_,     PayoutState::kRequested,
                      payout_id, partner, e.currency,
                      amount};
  payouts_.emplace(payout_id, payout);
  outputs_->payout = payout;
  BookPayout(BookingFor(partner, e.currency), EntryKind::kPayoutRequested,
             payout_id, amount, &OpenAccount(partner, e.currency));
  return absl::OkStatus();
}

template <typename E>
absl::Status ProgramState::FinishPayout(const E& e, std::string_view name,
                                        EntryKind kind, PayoutState state) {
  const auto field = [name](std::string_view of) {
    return absl::StrCat(ToAbsl(name), ".", ToAbsl(of));
  };
  const auto found = payouts_.find(e.payout_id);
  if (found == payouts_.end() ||
      reference_.partner(found->second.partner).partner_id != e.partner_id) {
    return NotFoundField(field("payout_id"), "the partner has no such payout");
  }
  Payout& payout = found->second;
  if (payout.state != PayoutState::kRequested) {
    return PreconditionField(
        field("payout_id"),
        absl::StrCat("not in transit: ", ToAbsl(Word(payout.state))));
  }
  if (e.currency.has_value() && e.currency != payout.currency) {
    return PreconditionField(field("currency"), "another than was requested");
  }
  if (e.amount_minor && *e.amount_minor != payout.amount_minor) {
    return PreconditionField(field("amount_minor"),
                             "another than was requested");
  }
  payout.state = state;
  payout.seq = seq_;
  payout.time = at_;
  outputs_->payout = payout;
  BookPayout(BookingFor(payout.partner, payout.currency), kind,
             payout.payout_id, payout.amount_minor,
             &OpenAccount(payout.partner, payout.currency));
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::PayoutSent& e) {
  return FinishPayout(e, "payout_sent", EntryKind::kPayoutSent,
                      PayoutState::kSent);
}

absl::Status ProgramState::On(const event::PayoutFailed& e) {
  return FinishPayout(e, "payout_failed", EntryKind::kPayoutFailed,
                      PayoutState::kFailed);
}

absl::Status ProgramState::On(const event::Outreach& e) {
  if (!HasRoom(outreach_count_, e.count)) {
    return RangeField("outreach.count", "the program's counts pass 64 bits");
  }
  outreach_count_ += e.count;  // the log has it; the funnel counts it
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::Clock&) {
  std::vector<PartnerIndex> ripe;
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    const auto due = [this](const AccountState& a) { return IsDue(a, at_); };
    if (std::any_of(accounts_[i].begin(), accounts_[i].end(), due)) {
      ripe.emplace_back(static_cast<uint32_t>(i + 1));
    }
  }
  std::sort(ripe.begin(), ripe.end(), [this](PartnerIndex a, PartnerIndex b) {
    return reference_.partner(a).partner_id < reference_.partner(b).partner_id;
  });
  for (const PartnerIndex partner : ripe) {
    for (AccountState& account : accounts_[partner.value() - 1]) {
      BookClock(BookingFor(partner, account.currency), &account);
    }
  }
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END
