#include "vouch/proto/convert_event.h"

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "proto/same_number.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/program/program.h"
#include "vouch/program/spec_codec.h"
#include "vouch/proto/convert_program.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

// Words are taken over by their numbers; these pin both ends of each list.
static_assert(Same(PartnerKind::kCustomer, v1::CUSTOMER) &&
              Same(PartnerKind::kConsultant, v1::CONSULTANT));
static_assert(Same(PartnerStatus::kActive, v1::ACTIVE) &&
              Same(PartnerStatus::kTerminated, v1::TERMINATED));
static_assert(Same(Channel::kLink, v1::LINK) &&
              Same(Channel::kDirect, v1::DIRECT));
static_assert(Same(Role::kAcquirer, v1::ACQUIRER) &&
              Same(Role::kServicer, v1::SERVICER));
static_assert(Same(LeadStatus::kQualified, v1::LeadUpdated::QUALIFIED) &&
              Same(LeadStatus::kLost, v1::LeadUpdated::LOST));
static_assert(Same(RefundKind::kRefund, v1::Refund::REFUND) &&
              Same(RefundKind::kChargebackReversed,
                   v1::Refund::CHARGEBACK_REVERSED));
static_assert(Same(Metric::kRevenue, v1::REVENUE) &&
              Same(Metric::kCommission, v1::COMMISSION));
static_assert(Same(Period::kMonth, v1::MONTH) &&
              Same(Period::kLifetime, v1::LIFETIME));
static_assert(Same(Verdict::kHold, v1::AccrualReviewed::HOLD) &&
              Same(Verdict::kVoid, v1::AccrualReviewed::VOID));
static_assert(Same(OutreachStep::kSent, v1::Outreach::SENT) &&
              Same(OutreachStep::kClicked, v1::Outreach::CLICKED));

// The reason of a status "field: reason".
std::string_view Reason(const absl::Status& status) {
  const std::string_view message = ToStd(status.message());
  const std::size_t colon = message.find(": ");
  return colon == std::string_view::npos ? message : message.substr(colon + 2);
}

// Takes over one body; the first problem stays. Paths are made only for what
// is wrong: this is the hot path.
class BodyConverter {
 public:
  BodyConverter(EventArena* arena, Event* out) : arena_(*arena), out_(*out) {}

  const absl::Status& status() const { return status_; }

  void Convert(const v1::Event& in);

  void Body(const v1::ProgramSet& in);
  void Body(const v1::PartnerSet& in);
  void Body(const v1::ManagerActivity& in) {
    out_.body = event::ManagerActivity{in.partner_id(), in.manager_id()};
  }
  void Body(const v1::CodeIssued& in);
  void Body(const v1::CodeRevoked& in);
  void Body(const v1::Touch& in);
  void Body(const v1::CustomerIdentified& in);
  void Body(const v1::CustomerMerged& in);
  void Body(const v1::LeadRegistered& in);
  void Body(const v1::LeadUpdated& in);
  void Body(const v1::Signup& in);
  void Body(const v1::ContractStarted& in);
  void Body(const v1::ContractEnded& in);
  void Body(const v1::Payment& in);
  void Body(const v1::Refund& in);
  void Body(const v1::RoleAssigned& in);
  void Body(const v1::AccrualReviewed& in);
  void Body(const v1::Adjustment& in);
  void Body(const v1::PayoutRequested& in);
  void Body(const v1::PayoutSent& in) {
    SentOrFailed<event::PayoutSent>(in, "payout_sent");
  }
  void Body(const v1::PayoutFailed& in) {
    SentOrFailed<event::PayoutFailed>(in, "payout_failed");
  }
  void Body(const v1::AttributionImported& in);
  void Body(const v1::OpeningBalance& in);
  void Body(const v1::Outreach& in);
  void Body(const v1::Clock&) { out_.body = event::Clock(); }

 private:
  bool ok() const { return status_.ok(); }
  void Wrong(std::string_view field, std::string_view reason) {
    if (ok()) status_ = InvalidField(field, reason);
  }

  // `number` as our word; `word` is the schema's for it, empty for none.
  template <typename To>
  To WordOf(std::string_view field, int number, const std::string& word) {
    if (!word.empty()) return static_cast<To>(number);
    Wrong(field, absl::StrCat(number, " is not a known value"));
    return To::kNone;
  }

  Currency CurrencyOf(std::string_view field, const std::string& code) {
    if (code.empty()) return Currency();  // CheckEvent knows who needs one
    const absl::StatusOr<Currency> currency = Currency::Parse(code);
    if (!currency.ok()) {
      Wrong(field, Reason(currency.status()));
      return Currency();
    }
    return *currency;
  }

  std::optional<Rate> ShareOf(std::string_view field, const std::string& text) {
    const absl::StatusOr<Rate> rate = Rate::Parse(text);
    if (!rate.ok()) {
      Wrong(field, Reason(rate.status()));
      return std::nullopt;
    }
    return *rate;
  }

  CivilDay DayOf(std::string_view field, const std::string& text) {
    if (text.empty()) {
      Wrong(field, "missing");
      return CivilDay();
    }
    const absl::StatusOr<CivilDay> day = ParseDay(text);
    if (!day.ok()) {
      Wrong(field, Reason(day.status()));
      return CivilDay();
    }
    return *day;
  }

  // Whether a list is within its limit: asked before memory is taken for it.
  bool Fits(std::string_view field, int count, std::size_t most) {
    if (static_cast<std::size_t>(count) <= most) return true;
    Wrong(field, absl::StrCat("more than ", most));
    return false;
  }

  template <typename List>
  absl::Span<const event::Attribute> AttributesOf(std::string_view field,
                                                  const List& list) {
    if (list.empty() || !Fits(field, list.size(), kMaxAttributes)) return {};
    const absl::Span<event::Attribute> made =
        arena_.Attributes(static_cast<std::size_t>(list.size()));
    for (int i = 0; i < list.size(); ++i) {
      made[static_cast<std::size_t>(i)] = {list[i].key(), list[i].value()};
    }
    return made;
  }

  static event::BlindKey KeyOf(const v1::BlindKey& key) {
    return {key.key_id(), key.digest()};
  }
  template <typename List>
  absl::Span<const event::BlindKey> KeysOf(std::string_view field,
                                           const List& list) {
    if (list.empty() || !Fits(field, list.size(), kMaxBlindKeys)) return {};
    const absl::Span<event::BlindKey> made =
        arena_.BlindKeys(static_cast<std::size_t>(list.size()));
    for (int i = 0; i < list.size(); ++i) {
      made[static_cast<std::size_t>(i)] = KeyOf(list[i]);
    }
    return made;
  }

  void Line(const v1::Line& in, int place, event::PaymentLine* out);

  event::Exchange ExchangeOf(const v1::Exchange& in) {
    event::Exchange to;
    const absl::StatusOr<int64_t> rate = ParseDecimal(in.rate(), 9);
    if (rate.ok()) {
      to.rate_ppb = *rate;
    } else {
      Wrong("payment.exchange.rate",
            in.rate().empty() ? "missing" : Reason(rate.status()));
    }
    if (!in.date().empty()) to.date = DayOf("payment.exchange.date", in.date());
    to.source = in.source();
    return to;
  }

  template <typename List>
  absl::Span<const event::OpeningMetric> MetricsOf(const List& list) {
    const absl::Span<event::OpeningMetric> made =
        arena_.OpeningMetrics(static_cast<std::size_t>(list.size()));
    for (int i = 0; i < list.size(); ++i) {
      const auto path = [i](const char* field) {
        return absl::StrCat("opening_balance.metrics[", i, "].", field);
      };
      event::OpeningMetric& to = made[static_cast<std::size_t>(i)];
      to.metric = WordOf<Metric>(path("metric"), list[i].metric(),
                                 v1::Metric_Name(list[i].metric()));
      to.period = WordOf<Period>(path("period"), list[i].period(),
                                 v1::Period_Name(list[i].period()));
      to.value = list[i].value();
    }
    return made;
  }

  template <typename To, typename From>
  void SentOrFailed(const From& in, const std::string& field) {
    To to;
    to.payout_id = in.payout_id();
    to.partner_id = in.partner_id();
    to.currency = CurrencyOf(field + ".currency", in.currency());
    if (in.has_amount_minor()) to.amount_minor = in.amount_minor();
    out_.body = to;
  }

  EventArena& arena_;
  Event& out_;
  absl::Status status_;
};

void BodyConverter::Convert(const v1::Event& in) {
  out_.program_id = in.program_id();
  out_.event_id = in.event_id();
  out_.time = in.has_time_us() ? Instant{in.time_us()} : kNoTime;
  switch (in.body_case()) {
    case v1::Event::kProgramSet:
      return Body(in.program_set());
    case v1::Event::kPartnerSet:
      return Body(in.partner_set());
    case v1::Event::kManagerActivity:
      return Body(in.manager_activity());
    case v1::Event::kCodeIssued:
      return Body(in.code_issued());
    case v1::Event::kCodeRevoked:
      return Body(in.code_revoked());
    case v1::Event::kTouch:
      return Body(in.touch());
    case v1::Event::kCustomerIdentified:
      return Body(in.customer_identified());
    case v1::Event::kCustomerMerged:
      return Body(in.customer_merged());
    case v1::Event::kLeadRegistered:
      return Body(in.lead_registered());
    case v1::Event::kLeadUpdated:
      return Body(in.lead_updated());
    case v1::Event::kSignup:
      return Body(in.signup());
    case v1::Event::kContractStarted:
      return Body(in.contract_started());
    case v1::Event::kContractEnded:
      return Body(in.contract_ended());
    case v1::Event::kPayment:
      return Body(in.payment());
    case v1::Event::kRefund:
      return Body(in.refund());
    case v1::Event::kRoleAssigned:
      return Body(in.role_assigned());
    case v1::Event::kAccrualReviewed:
      return Body(in.accrual_reviewed());
    case v1::Event::kAdjustment:
      return Body(in.adjustment());
    case v1::Event::kPayoutRequested:
      return Body(in.payout_requested());
    case v1::Event::kPayoutSent:
      return Body(in.payout_sent());
    case v1::Event::kPayoutFailed:
      return Body(in.payout_failed());
    case v1::Event::kAttributionImported:
      return Body(in.attribution_imported());
    case v1::Event::kOpeningBalance:
      return Body(in.opening_balance());
    case v1::Event::kOutreach:
      return Body(in.outreach());
    case v1::Event::kClock:
      return Body(in.clock());
    case v1::Event::BODY_NOT_SET:
      break;
  }
  Wrong("body", "missing");
}

void BodyConverter::Body(const v1::ProgramSet& in) {
  if (!in.has_program()) Wrong("program_set.program", "missing");
  if (!ok()) return;
  ProgramSpec spec;
  Mistakes mistakes;
  const bool converted = ConvertProgram(in.program(), &spec, &mistakes);
  if (spec.program_id.empty()) {
    spec.program_id = std::string(out_.program_id);
  } else if (spec.program_id != out_.program_id) {
    mistakes.Add("program_id", "not the event's program_id",
                 "write the same id or leave it out");
  }
  if (!mistakes.empty()) {
    // All mistakes at once, those of the values too.
    if (!converted) Program::Build(spec, &mistakes);
    Mistakes placed;
    for (const Mistake& mistake : mistakes.list()) {
      placed.Add("program_set.program." + mistake.path, mistake.problem,
                 mistake.advice);
    }
    status_ = placed.ToStatus();
    return;
  }
  out_.body = event::ProgramSet{arena_.Keep(EncodeSpec(spec))};
}

void BodyConverter::Body(const v1::PartnerSet& in) {
  event::PartnerSet to;
  to.partner_id = in.partner_id();
  to.kind = WordOf<PartnerKind>("partner_set.kind", in.kind(),
                                v1::PartnerKind_Name(in.kind()));
  to.group = in.group();
  to.parent_partner_id = in.parent_partner_id();
  if (in.status() != v1::PARTNER_STATUS_UNSPECIFIED) {
    to.status = WordOf<PartnerStatus>("partner_set.status", in.status(),
                                      v1::PartnerStatus_Name(in.status()));
  }
  if (in.has_customer_share()) {
    to.customer_share =
        ShareOf("partner_set.customer_share", in.customer_share());
  }
  to.identity_keys = KeysOf("partner_set.identity_keys", in.identity_keys());
  to.attributes = AttributesOf("partner_set.attributes", in.attributes());
  to.manager_id = in.manager_id();
  out_.body = to;
}

void BodyConverter::Body(const v1::CodeIssued& in) {
  event::CodeIssued to;
  to.code = in.code();
  to.partner_id = in.partner_id();
  to.campaign = in.campaign();
  if (in.has_customer_share()) {
    to.customer_share =
        ShareOf("code_issued.customer_share", in.customer_share());
  }
  if (in.has_valid_from_us()) to.valid_from = Instant{in.valid_from_us()};
  if (in.has_valid_until_us()) to.valid_until = Instant{in.valid_until_us()};
  if (in.has_max_redemptions()) to.max_redemptions = in.max_redemptions();
  out_.body = to;
}

void BodyConverter::Body(const v1::CodeRevoked& in) {
  out_.body = event::CodeRevoked{in.code(), in.partner_id()};
}

void BodyConverter::Body(const v1::Touch& in) {
  event::Touch to;
  to.customer.id = in.customer_id();
  to.visitor.id = in.visitor_id();
  to.channel = WordOf<Channel>("touch.channel", in.channel(),
                               v1::Channel_Name(in.channel()));
  to.partner_id = in.partner_id();
  to.code = in.code();
  to.campaign = in.campaign();
  if (Fits("touch.sub_ids", in.sub_ids_size(), kMaxAttributes)) {
    const absl::Span<std::string_view> sub_ids =
        arena_.Texts(static_cast<std::size_t>(in.sub_ids_size()));
    std::copy(in.sub_ids().begin(), in.sub_ids().end(), sub_ids.begin());
    to.sub_ids = sub_ids;
  }
  out_.body = to;
}

void BodyConverter::Body(const v1::CustomerIdentified& in) {
  event::CustomerIdentified to;
  to.visitor.id = in.visitor_id();
  to.customer.id = in.customer_id();
  out_.body = to;
}

void BodyConverter::Body(const v1::CustomerMerged& in) {
  event::CustomerMerged to;
  to.from.id = in.from_customer_id();
  to.into.id = in.into_customer_id();
  out_.body = to;
}

void BodyConverter::Body(const v1::LeadRegistered& in) {
  event::LeadRegistered to;
  to.lead_id = in.lead_id();
  to.partner_id = in.partner_id();
  to.contact_keys = KeysOf("lead_registered.contact_keys", in.contact_keys());
  to.customer.id = in.customer_id();
  out_.body = to;
}

void BodyConverter::Body(const v1::LeadUpdated& in) {
  event::LeadUpdated to;
  to.lead_id = in.lead_id();
  to.contact_key = KeyOf(in.contact_key());
  to.activity = in.activity();
  to.status = WordOf<LeadStatus>("lead_updated.status", in.status(),
                                 v1::LeadUpdated::Status_Name(in.status()));
  out_.body = to;
}

void BodyConverter::Body(const v1::Signup& in) {
  event::Signup to;
  to.customer.id = in.customer_id();
  to.identity_keys = KeysOf("signup.identity_keys", in.identity_keys());
  to.country = in.country();
  to.segment = in.segment();
  to.attributes = AttributesOf("signup.attributes", in.attributes());
  out_.body = to;
}

void BodyConverter::Body(const v1::ContractStarted& in) {
  event::ContractStarted to;
  to.contract_id = in.contract_id();
  to.customer.id = in.customer_id();
  to.product = in.product();
  to.start_date = DayOf("contract_started.start_date", in.start_date());
  to.continues_contract_id = in.continues_contract_id();
  out_.body = to;
}

void BodyConverter::Body(const v1::ContractEnded& in) {
  event::ContractEnded to;
  to.contract_id = in.contract_id();
  to.customer.id = in.customer_id();
  to.product = in.product();
  to.end_date = DayOf("contract_ended.end_date", in.end_date());
  out_.body = to;
}

void BodyConverter::Body(const v1::Payment& in) {
  event::Payment to;
  to.payment_id = in.payment_id();
  to.customer.id = in.customer_id();
  to.contract_id = in.contract_id();
  to.currency = CurrencyOf("payment.currency", in.currency());
  if (in.has_exchange()) to.exchange = ExchangeOf(in.exchange());
  if (Fits("payment.lines", in.lines_size(), kMaxLinesPerPayment)) {
    const absl::Span<event::PaymentLine> lines =
        arena_.PaymentLines(static_cast<std::size_t>(in.lines_size()));
    for (int i = 0; i < in.lines_size(); ++i) {
      Line(in.lines(i), i, &lines[static_cast<std::size_t>(i)]);
    }
    to.lines = lines;
  }
  out_.body = to;
}

void BodyConverter::Line(const v1::Line& in, int place,
                         event::PaymentLine* out) {
  out->line = in.line() == 0 ? place + 1 : in.line();
  out->product = in.product();
  out->category = in.category();
  out->quantity = in.has_quantity() ? in.quantity() : 1;
  out->amount_minor = in.amount_minor();
  out->tax_minor = in.tax_minor();
  out->discount_minor = in.discount_minor();
  out->fee_minor = in.fee_minor();
  if (!in.attributes().empty()) {
    out->attributes = AttributesOf(
        absl::StrCat("payment.lines[", place, "].attributes"), in.attributes());
  }
}

void BodyConverter::Body(const v1::Refund& in) {
  event::Refund to;
  to.refund_id = in.refund_id();
  to.payment_id = in.payment_id();
  to.customer.id = in.customer_id();
  to.kind = WordOf<RefundKind>("refund.kind", in.kind(),
                               v1::Refund::Kind_Name(in.kind()));
  if (in.has_amount_minor()) to.amount_minor = in.amount_minor();
  if (Fits("refund.lines", in.lines_size(), kMaxLinesPerPayment)) {
    const absl::Span<event::RefundLine> lines =
        arena_.RefundLines(static_cast<std::size_t>(in.lines_size()));
    for (int i = 0; i < in.lines_size(); ++i) {
      const v1::RefundLine& line = in.lines(i);
      lines[static_cast<std::size_t>(i)] = {line.line(), line.amount_minor()};
    }
    to.lines = lines;
  }
  out_.body = to;
}

void BodyConverter::Body(const v1::RoleAssigned& in) {
  event::RoleAssigned to;
  to.customer.id = in.customer_id();
  to.partner_id = in.partner_id();
  to.role =
      WordOf<Role>("role_assigned.role", in.role(), v1::Role_Name(in.role()));
  if (in.has_from_us()) to.from = Instant{in.from_us()};
  if (in.has_until_us()) to.until = Instant{in.until_us()};
  out_.body = to;
}

void BodyConverter::Body(const v1::AccrualReviewed& in) {
  event::AccrualReviewed to;
  to.accrual_id = in.accrual_id();
  to.partner_id = in.partner_id();
  to.verdict = WordOf<Verdict>("accrual_reviewed.verdict", in.verdict(),
                               v1::AccrualReviewed::Verdict_Name(in.verdict()));
  to.author = in.author();
  to.reason = in.reason();
  out_.body = to;
}

void BodyConverter::Body(const v1::Adjustment& in) {
  event::Adjustment to;
  to.partner_id = in.partner_id();
  to.amount_minor = in.amount_minor();
  to.currency = CurrencyOf("adjustment.currency", in.currency());
  to.author = in.author();
  to.reason = in.reason();
  out_.body = to;
}

void BodyConverter::Body(const v1::PayoutRequested& in) {
  event::PayoutRequested to;
  to.payout_id = in.payout_id();
  to.partner_id = in.partner_id();
  to.currency = CurrencyOf("payout_requested.currency", in.currency());
  if (in.has_amount_minor()) to.amount_minor = in.amount_minor();
  out_.body = to;
}

void BodyConverter::Body(const v1::AttributionImported& in) {
  event::AttributionImported to;
  to.customer.id = in.customer_id();
  to.partner_id = in.partner_id();
  to.role = WordOf<Role>("attribution_imported.role", in.role(),
                         v1::Role_Name(in.role()));
  if (in.has_since_us()) to.since = Instant{in.since_us()};
  if (!in.contract_start_on().empty()) {
    to.contract_start_on =
        DayOf("attribution_imported.contract_start_on", in.contract_start_on());
  }
  to.payment_count = in.payments_count();
  out_.body = to;
}

void BodyConverter::Body(const v1::OpeningBalance& in) {
  event::OpeningBalance to;
  to.partner_id = in.partner_id();
  to.currency = CurrencyOf("opening_balance.currency", in.currency());
  to.pending_minor = in.pending_minor();
  to.payable_minor = in.payable_minor();
  if (Fits("opening_balance.metrics", in.metrics_size(), kMaxOpeningMetrics)) {
    to.metrics = MetricsOf(in.metrics());
  }
  out_.body = to;
}

void BodyConverter::Body(const v1::Outreach& in) {
  event::Outreach to;
  to.campaign = in.campaign();
  to.step = WordOf<OutreachStep>("outreach.step", in.step(),
                                 v1::Outreach::Step_Name(in.step()));
  to.count = in.count();
  out_.body = to;
}

}  // namespace

absl::Status ConvertEvent(const v1::Event& message, EventArena* arena,
                          Event* event) {
  *event = Event();
  BodyConverter converter(arena, event);
  converter.Convert(message);
  return converter.status();
}

}  // namespace proto

VOUCH_NAMESPACE_END
