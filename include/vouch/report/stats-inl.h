#ifndef VOUCH_REPORT_STATS_INL_H_
#define VOUCH_REPORT_STATS_INL_H_

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "vouch/base/allocate.h"
#include "vouch/base/money.h"
#include "vouch/base/rounding.h"
#include "vouch/base/string_view.h"
#include "vouch/report/stats.h"
#include "vouch/report/table.h"

VOUCH_NAMESPACE_BEGIN

inline std::optional<int64_t> RatioPpb(int64_t part, int64_t whole) {
  if (whole == 0) return std::nullopt;
  const auto ratio =
      DivideRounded(absl::int128(part) * kPpb, whole, Rounding::kHalfEven);
  if (!ratio.ok()) return std::nullopt;
  return *ratio;
}

inline std::optional<int64_t> Mean(int64_t sum, int64_t count) {
  if (count == 0) return std::nullopt;
  const auto mean = DivideRounded(sum, count, Rounding::kHalfEven);
  if (!mean.ok()) return std::nullopt;
  return *mean;
}

inline StatsBuilder::StatsBuilder(const Reference& reference,
                                  std::string_view program_id, Instant from,
                                  Instant until)
    : reference_(reference) {
  stats_.program_id = program_id;
  if (reference.has_program()) {
    stats_.currency = reference.ProgramAtOrFirst(from)->currency();
  }
  stats_.from = from;
  stats_.until = until;
}

inline void StatsBuilder::Add(const Event& event, Seq seq,
                              const EventEffect& effect) {
  at_ = event.time;
  seq_ = seq;
  effect_ = effect;
  std::visit([this](const auto& body) { On(body); }, event.body);
}

inline void StatsBuilder::Add(CustomerNumber customer,
                              const Decision& decision) {
  Decided& decided = decided_[decision.seq];
  decided.customer = customer;
  decided.decision = decision;
  Seq& first = CustomerOf(customer).first_decision_seq;
  if (!first.has_value()) first = decision.seq;
}

template <typename Change>
void StatsBuilder::ForKeys(PartnerIndex partner, CodeIndex code,
                           std::string_view campaign, Channel channel,
                           Change change) {
  if (partner.has_value()) {
    change(
        stats_.partners[std::string(reference_.partner(partner).partner_id)]);
  }
  if (code.has_value()) {
    change(stats_.codes[std::string(reference_.code(code).code)]);
  }
  if (!campaign.empty()) change(stats_.campaigns[std::string(campaign)]);
  if (IsWord(channel)) change(stats_.channels[std::string(Word(channel))]);
}

inline void StatsBuilder::Add(const Accrual& accrual) {
  if (!In(accrual.time)) return;
  const int64_t amount = accrual.kind == AccrualKind::kAccrual
                             ? accrual.amount_minor
                             : -accrual.amount_minor;
  const auto add = [amount](Funnel& funnel) {
    funnel.commission_minor += amount;
  };
  add(stats_.funnel);
  const Credit none;
  const Credit* credit = &none;
  if (const Decided* by = ByPartner(DecisionOfPayment(accrual.payment_seq))) {
    for (const Credit& each : by->decision.credits) {
      const bool own =
          each.partner == accrual.partner && each.role == accrual.role;
      if (own) credit = &each;
    }
  }
  ForKeys(accrual.partner, credit->code, credit->campaign, credit->channel,
          add);
}

inline void StatsBuilder::On(const event::Outreach& e) {
  if (!In(at_)) return;
  const auto add = [&e](Funnel& funnel) {
    switch (e.step) {
      case OutreachStep::kSent:
        funnel.sent_count += e.count;
        break;
      case OutreachStep::kNotDelivered:
        funnel.not_delivered_count += e.count;
        break;
      case OutreachStep::kOpened:
        funnel.opened_count += e.count;
        break;
      case OutreachStep::kClicked:
        funnel.clicked_count += e.count;
        break;
      case OutreachStep::kNone:
        break;
    }
  };
  add(stats_.funnel);
  ForKeys({}, {}, e.campaign, Channel::kNone, add);
}

inline void StatsBuilder::On(const event::PartnerSet& e) {
  const PartnerIndex partner = reference_.FindPartner(e.partner_id);
  if (!partners_seen_.insert(reference_.partner(partner).partner_id).second ||
      !In(at_)) {
    return;
  }
  const auto add = [](Funnel& funnel) { ++funnel.partners_count; };
  add(stats_.funnel);
  ForKeys(partner, {}, {}, Channel::kNone, add);
}

inline void StatsBuilder::On(const event::CodeIssued& e) {
  if (!In(at_)) return;
  const CodeIndex code = reference_.FindCode(FoldCode(e.code));
  const auto add = [](Funnel& funnel) { ++funnel.codes_issued_count; };
  add(stats_.funnel);
  ForKeys(reference_.code(code).partner, code, e.campaign, Channel::kNone, add);
}

inline void StatsBuilder::On(const event::Touch& e) {
  if (!In(at_)) return;
  const CodeIndex code =
      e.code.empty() ? CodeIndex() : reference_.FindCode(FoldCode(e.code));
  const PartnerIndex partner = code.has_value()
                                   ? reference_.code(code).partner
                                   : reference_.FindPartner(e.partner_id);
  const std::string_view campaign = e.campaign.empty() && code.has_value()
                                        ? reference_.code(code).campaign
                                        : e.campaign;
  const bool click = e.channel == Channel::kLink;
  const bool uses = effect_.redeemed && codes_used_.insert(code).second;
  const auto add = [click, uses](Funnel& funnel) {
    ++funnel.touches_count;
    funnel.clicks_count += click ? 1 : 0;
    funnel.codes_used_count += uses ? 1 : 0;
  };
  add(stats_.funnel);
  ForKeys(partner, code, campaign, e.channel, add);
}

inline void StatsBuilder::On(const event::LeadRegistered& e) {
  if (!In(at_)) return;
  const auto add = [](Funnel& funnel) { ++funnel.leads_count; };
  add(stats_.funnel);
  ForKeys(reference_.FindPartner(e.partner_id), {}, {}, Channel::kLead, add);
}

// ---------------------------------------------------------------------------
// Customers

inline void StatsBuilder::Customer::Take(const Customer& other) {
  const auto earlier = [](Seq a, Seq b) {
    return a.has_value() && (!b.has_value() || a < b);
  };
  if (earlier(other.signup_seq, signup_seq)) {
    signup_seq = other.signup_seq;
    signup_at = other.signup_at;
  }
  if (other.first_payment_at &&
      (!first_payment_at || *other.first_payment_at < *first_payment_at ||
       (other.first_payment_at == first_payment_at &&
        other.first_payment_seq < first_payment_seq))) {
    first_payment_at = other.first_payment_at;
    first_payment_seq = other.first_payment_seq;
  }
  paid_elsewhere |= other.paid_elsewhere;
  if (earlier(other.first_decision_seq, first_decision_seq)) {
    first_decision_seq = other.first_decision_seq;
  }
  paid += other.paid;
}

inline CustomerNumber StatsBuilder::RootOf(CustomerNumber number) const {
  auto into = merged_.find(number);
  for (; into != merged_.end(); into = merged_.find(number)) {
    number = into->second;
  }
  return number;
}

inline StatsBuilder::Customer& StatsBuilder::CustomerOf(CustomerNumber number) {
  return customers_[RootOf(number)];
}

inline void StatsBuilder::On(const event::CustomerMerged&) {
  const auto from = customers_.find(effect_.merged_from);
  if (from != customers_.end()) {
    const Customer taken = from->second;
    customers_.erase(from);
    CustomerOf(effect_.merged_into).Take(taken);
  }
  merged_[effect_.merged_from] = effect_.merged_into;
}

inline void StatsBuilder::On(const event::AttributionImported& e) {
  if (e.payment_count > 0) CustomerOf(e.customer.number).paid_elsewhere = true;
}

inline void StatsBuilder::On(const event::Signup& e) {
  Customer& customer = CustomerOf(e.customer.number);
  if (customer.signup_seq.has_value()) return;
  customer.signup_seq = seq_;
  customer.signup_at = at_;
}

inline void StatsBuilder::Pay(CustomerNumber customer, Seq decision_seq,
                              const Paid& paid) {
  CustomerOf(customer).paid += paid;
  if (decision_seq.has_value()) decided_[decision_seq].paid += paid;
}

inline void StatsBuilder::On(const event::Payment& e) {
  const int64_t amount = effect_.paid_minor;
  decision_of_[seq_] = effect_.decision_seq;
  if (amount == 0) return;
  Customer& customer = CustomerOf(e.customer.number);
  if (!customer.first_payment_at || at_ < *customer.first_payment_at) {
    customer.first_payment_at = at_;
    customer.first_payment_seq = seq_;
  }
  if (In(at_)) Pay(e.customer.number, effect_.decision_seq, {1, 0, amount});
}

inline void StatsBuilder::On(const event::Refund& e) {
  if (!In(at_)) return;
  const int64_t count = e.kind == RefundKind::kChargebackReversed ? 0 : 1;
  Pay(e.customer.number, DecisionOfPayment(effect_.payment_seq),
      {0, count, -effect_.given_back_minor});
}

// ---------------------------------------------------------------------------
// Whom they count for

inline const StatsBuilder::Decided* StatsBuilder::ByPartner(
    Seq decision_seq) const {
  const auto decided = decided_.find(decision_seq);
  if (decided == decided_.end() || decided->second.decision.credits.empty()) {
    return nullptr;
  }
  return &decided->second;
}

inline Seq StatsBuilder::DecisionOfPayment(Seq payment_seq) const {
  const auto found = decision_of_.find(payment_seq);
  return found == decision_of_.end() ? Seq() : found->second;
}

inline Seq StatsBuilder::DecisionOfSignup(const Customer& customer) const {
  if (decided_.contains(customer.signup_seq)) return customer.signup_seq;
  const Seq paid = DecisionOfPayment(customer.first_payment_seq);
  return paid.has_value() ? paid : customer.first_decision_seq;
}

inline void StatsBuilder::AddFunnels(const Decided& decided, Funnels* funnels) {
  for (const Credit& credit : decided.decision.credits) {
    ForKeys(credit.partner, credit.code, credit.campaign, credit.channel,
            [funnels](Funnel& funnel) { funnels->insert(&funnel); });
  }
}

// The revenue under a decision is split once, by its weights, the vendor's
// last.
inline void StatsBuilder::FinishDecided(const Decided& decided) {
  const auto& credits = decided.decision.credits;
  const int64_t revenue = decided.paid.revenue_minor;
  absl::InlinedVector<int64_t, 4> weights;
  for (const Credit& credit : credits) weights.push_back(credit.weight_ppb);
  weights.push_back(decided.decision.vendor_weight_ppb);
  absl::InlinedVector<int64_t, 4> parts(weights.size(), 0);
  // Weights add up to one and the revenue fits, so that this cannot fail.
  if (!Allocate(revenue, weights, absl::MakeSpan(parts)).ok()) return;
  stats_.funnel.partner_revenue_minor += revenue - parts.back();
  for (std::size_t i = 0; i < credits.size(); ++i) {
    const auto add = [&parts, i](Funnel& funnel) {
      funnel.revenue_minor += parts[i];
      funnel.partner_revenue_minor += parts[i];
    };
    ForKeys(credits[i].partner, credits[i].code, credits[i].campaign,
            credits[i].channel, add);
  }
  Funnels funnels;
  AddFunnels(decided, &funnels);
  for (Funnel* funnel : funnels) {
    funnel->payments_count += decided.paid.payments_count;
    funnel->refunds_count += decided.paid.refunds_count;
  }
}

inline void StatsBuilder::FinishSignup(const Customer& customer) {
  if (!customer.signup_seq.has_value() || !In(customer.signup_at)) return;
  ++stats_.funnel.signups_count;
  const Decided* by = ByPartner(DecisionOfSignup(customer));
  if (by == nullptr) return;
  Funnels funnels;
  AddFunnels(*by, &funnels);
  ++stats_.funnel.partner_signups_count;
  for (Funnel* funnel : funnels) {
    ++funnel->signups_count;
    ++funnel->partner_signups_count;
  }
}

inline void StatsBuilder::FinishFirstPayment(const Customer& customer) {
  if (customer.paid_elsewhere || !customer.first_payment_at ||
      !In(*customer.first_payment_at)) {
    return;
  }
  ++stats_.funnel.new_customers_count;
  const Decided* by = ByPartner(DecisionOfPayment(customer.first_payment_seq));
  if (by == nullptr) return;
  Funnels funnels;
  AddFunnels(*by, &funnels);
  ++stats_.funnel.partner_new_customers_count;
  for (Funnel* funnel : funnels) {
    ++funnel->new_customers_count;
    ++funnel->partner_new_customers_count;
  }
}

inline Stats StatsBuilder::Finish() {
  stats_.funnel.codes_used_count = 0;
  for (const auto& [number, customer] : customers_) {
    FinishSignup(customer);
    FinishFirstPayment(customer);
    stats_.funnel.paying_count += customer.paid.payments_count > 0 ? 1 : 0;
    stats_.funnel.payments_count += customer.paid.payments_count;
    stats_.funnel.refunds_count += customer.paid.refunds_count;
    stats_.funnel.revenue_minor += customer.paid.revenue_minor;
  }
  // The keys that a customer pays under, each once over all its decisions.
  absl::flat_hash_map<CustomerNumber, Funnels> paying;
  for (const auto& [seq, decided] : decided_) {
    if (decided.decision.credits.empty()) continue;
    FinishDecided(decided);
    if (decided.paid.payments_count == 0) continue;
    AddFunnels(decided, &paying[RootOf(decided.customer)]);
  }
  for (const auto& [number, funnels] : paying) {
    ++stats_.funnel.partner_paying_count;
    for (Funnel* funnel : funnels) {
      ++funnel->paying_count;
      ++funnel->partner_paying_count;
    }
  }
  for (const auto& [code, funnel] : stats_.codes) {
    stats_.funnel.codes_used_count += funnel.codes_used_count;
  }
  return std::move(stats_);
}

namespace internal {

// "12.34%", from parts per billion, for people: rounded half to even.
inline std::string PercentText(std::optional<int64_t> ppb) {
  if (!ppb) return "";
  const auto hundredths = DivideRounded(*ppb, 100000, Rounding::kHalfEven);
  return absl::StrFormat("%d.%02d%%", *hundredths / 100, *hundredths % 100);
}

inline std::string GroupText(const std::string& name,
                             const std::map<std::string, Funnel>& groups,
                             Currency currency) {
  Table table({name, ">touches", ">leads", ">sign-ups", ">new", ">paying",
               ">payments", ">revenue", ">commission"});
  for (const auto& [key, f] : groups) {
    table.Row({key, absl::StrCat(f.touches_count), absl::StrCat(f.leads_count),
               absl::StrCat(f.signups_count),
               absl::StrCat(f.new_customers_count),
               absl::StrCat(f.paying_count), absl::StrCat(f.payments_count),
               FormatMinor(f.revenue_minor, currency),
               FormatMinor(f.commission_minor, currency)});
  }
  return table.empty() ? "" : "\n" + table.ToString();
}

// A funnel as rows of name, count and rate with what it is a rate of.
inline std::string FunnelText(const Funnel& f, Currency currency) {
  Table table({"", ">count", ">rate", "of"});
  const auto row = [&](const char* name, int64_t count, int64_t whole,
                       const char* of) {
    const auto ratio = RatioPpb(count, whole);
    table.Row({name, absl::StrCat(count), PercentText(ratio), ratio ? of : ""});
  };
  row("sent", f.sent_count, 0, "");
  row("not delivered", f.not_delivered_count, f.sent_count, "sent");
  row("opened", f.opened_count, f.delivered_count(), "delivered");
  row("partners registered", f.partners_count, f.opened_count, "opened");
  row("codes issued", f.codes_issued_count, 0, "");
  row("codes used", f.codes_used_count, f.partners_count, "partners");
  row("touches", f.touches_count, 0, "");
  row("leads", f.leads_count, 0, "");
  row("sign-ups", f.signups_count, 0, "");
  row("  by partners", f.partner_signups_count, f.signups_count, "sign-ups");
  row("new customers", f.new_customers_count, f.signups_count, "sign-ups");
  row("  by partners", f.partner_new_customers_count, f.new_customers_count,
      "new customers");
  row("paying customers", f.paying_count, f.opened_count, "opened");
  row("  by partners", f.partner_paying_count, f.partners_count, "partners");
  row("payments", f.payments_count, 0, "");
  row("refunds", f.refunds_count, f.payments_count, "payments");
  Table money({"", ">" + std::string(currency.code())});
  const auto amount = [&](const char* name, std::optional<int64_t> minor) {
    money.Row({name, minor ? FormatMinor(*minor, currency) : "-"});
  };
  amount("revenue", f.revenue_minor);
  amount("  by partners", f.partner_revenue_minor);
  amount("commission", f.commission_minor);
  amount("average check", Mean(f.revenue_minor, f.payments_count));
  amount("earnings per click", Mean(f.commission_minor, f.clicks_count));
  const auto per_code = DivideRounded(
      absl::int128(f.partner_signups_count) * 100,
      std::max<int64_t>(f.codes_used_count, 1), Rounding::kHalfEven);
  return absl::StrCat(
      table.ToString(), "\n", money.ToString(),
      f.codes_used_count == 0
          ? ""
          : absl::StrFormat("\n  %d.%02d sign-ups by partners a code used\n",
                            *per_code / 100, *per_code % 100));
}

}  // namespace internal

inline std::string StatsText(const Stats& stats) {
  return absl::StrCat(
      "Program ", ToAbsl(stats.program_id), "\n\n",
      internal::FunnelText(stats.funnel, stats.currency),
      internal::GroupText("partner", stats.partners, stats.currency),
      internal::GroupText("code", stats.codes, stats.currency),
      internal::GroupText("campaign", stats.campaigns, stats.currency),
      internal::GroupText("channel", stats.channels, stats.currency));
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_REPORT_STATS_INL_H_
