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
  decisions_[customer] = decision;
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
  const auto payer = payers_.find(accrual.payment_seq);
  const auto decision = payer == payers_.end() ? decisions_.end()
                                               : decisions_.find(payer->second);
  const Credit none;
  const Credit* credit = &none;
  if (decision != decisions_.end()) {
    for (const Credit& each : decision->second.credits) {
      if (each.partner == accrual.partner) credit = &each;
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

inline void StatsBuilder::On(const event::Signup& e) {
  Customer& customer = customers_[e.customer.number.value()];
  if (std::exchange(customer.signed_up_before, true)) return;
  customer.signed_up = In(at_);
}

inline void StatsBuilder::On(const event::Payment& e) {
  int64_t amount = 0;  // the sum fits: the event was checked
  for (const event::PaymentLine& line : e.lines) amount += line.amount_minor;
  payers_[seq_] = e.customer.number;
  if (amount == 0) return;
  Customer& customer = customers_[e.customer.number.value()];
  customer.first_payment_at =
      std::min(at_, customer.first_payment_at.value_or(at_));
  if (!In(at_)) return;
  ++customer.payments_count;
  customer.revenue_minor += amount;
}

inline void StatsBuilder::On(const event::Refund& e) {
  if (!In(at_)) return;
  Customer& customer = customers_[e.customer.number.value()];
  customer.revenue_minor -= effect_.given_back_minor;
  if (e.kind != RefundKind::kChargebackReversed) ++customer.refunds_count;
}

inline void StatsBuilder::AddCustomer(const Customer& customer,
                                      int64_t revenue_minor, bool by_partner,
                                      Funnel* funnel) const {
  const int64_t signup = customer.signed_up ? 1 : 0;
  const int64_t fresh =
      customer.first_payment_at && In(*customer.first_payment_at) ? 1 : 0;
  const int64_t paying = customer.payments_count > 0 ? 1 : 0;
  funnel->signups_count += signup;
  funnel->new_customers_count += fresh;
  funnel->paying_count += paying;
  funnel->payments_count += customer.payments_count;
  funnel->refunds_count += customer.refunds_count;
  funnel->revenue_minor += revenue_minor;
  if (!by_partner) return;
  funnel->partner_signups_count += signup;
  funnel->partner_new_customers_count += fresh;
  funnel->partner_paying_count += paying;
  funnel->partner_revenue_minor += revenue_minor;
}

inline void StatsBuilder::Finish(const Customer& customer) {
  const bool by_partner =
      customer.decision != nullptr && !customer.decision->credits.empty();
  AddCustomer(customer, customer.revenue_minor, by_partner, &stats_.funnel);
  if (!by_partner) return;
  const auto& credits = customer.decision->credits;
  absl::InlinedVector<int64_t, 4> weights;
  for (const Credit& credit : credits) weights.push_back(credit.weight_ppb);
  absl::InlinedVector<int64_t, 4> parts(weights.size(), 0);
  // Weights add up to one and the revenue fits, so that this cannot fail.
  if (!Allocate(customer.revenue_minor, weights, absl::MakeSpan(parts)).ok()) {
    return;
  }
  for (std::size_t i = 0; i < credits.size(); ++i) {
    ForKeys(credits[i].partner, credits[i].code, credits[i].campaign,
            credits[i].channel, [&](Funnel& funnel) {
              AddCustomer(customer, parts[i], true, &funnel);
            });
  }
}

inline Stats StatsBuilder::Finish() {
  stats_.funnel.codes_used_count = 0;
  for (auto& [number, customer] : customers_) {
    const auto decision = decisions_.find(CustomerNumber(number));
    if (decision != decisions_.end()) customer.decision = &decision->second;
    Finish(customer);
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
  Table table({name, ">touches", ">sign-ups", ">new", ">paying", ">payments",
               ">revenue", ">commission"});
  for (const auto& [key, f] : groups) {
    table.Row(
        {key, absl::StrCat(f.touches_count), absl::StrCat(f.signups_count),
         absl::StrCat(f.new_customers_count), absl::StrCat(f.paying_count),
         absl::StrCat(f.payments_count), FormatMinor(f.revenue_minor, currency),
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
