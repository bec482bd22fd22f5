#include <map>
#include <optional>
#include <string>

#include "proto/convert_output_words.h"
#include "vouch/proto/convert_output.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

void FillCounts(const Funnel& funnel, v1::Funnel* message) {
  message->set_sent_count(funnel.sent_count);
  message->set_not_delivered_count(funnel.not_delivered_count);
  message->set_delivered_count(funnel.delivered_count());
  message->set_opened_count(funnel.opened_count);
  message->set_clicked_count(funnel.clicked_count);
  message->set_partners_count(funnel.partners_count);
  message->set_codes_issued_count(funnel.codes_issued_count);
  message->set_codes_used_count(funnel.codes_used_count);
  message->set_touches_count(funnel.touches_count);
  message->set_clicks_count(funnel.clicks_count);
  message->set_leads_count(funnel.leads_count);
  message->set_signups_count(funnel.signups_count);
  message->set_partner_signups_count(funnel.partner_signups_count);
  message->set_new_customers_count(funnel.new_customers_count);
  message->set_partner_new_customers_count(funnel.partner_new_customers_count);
  message->set_paying_count(funnel.paying_count);
  message->set_partner_paying_count(funnel.partner_paying_count);
  message->set_payments_count(funnel.payments_count);
  message->set_refunds_count(funnel.refunds_count);
  message->set_revenue_minor(funnel.revenue_minor);
  message->set_partner_revenue_minor(funnel.partner_revenue_minor);
  message->set_commission_minor(funnel.commission_minor);
}

void FillRates(const Funnel& f, v1::Funnel* message) {
  const auto rate = [message](int64_t part, int64_t whole,
                              void (v1::Funnel::*set)(int64_t)) {
    const std::optional<int64_t> ppb = RatioPpb(part, whole);
    if (ppb) (message->*set)(*ppb);
  };
  using M = v1::Funnel;
  rate(f.opened_count, f.delivered_count(), &M::set_opened_per_delivered_ppb);
  rate(f.partners_count, f.opened_count, &M::set_partners_per_opened_ppb);
  rate(f.codes_used_count, f.partners_count,
       &M::set_codes_used_per_partner_ppb);
  rate(f.partner_signups_count, f.codes_used_count,
       &M::set_signups_per_code_used_ppb);
  rate(f.partner_paying_count, f.partners_count,
       &M::set_paying_per_partner_ppb);
  rate(f.partner_paying_count, f.opened_count, &M::set_paying_per_opened_ppb);
  rate(f.signups_count, f.clicks_count, &M::set_signups_per_click_ppb);
  rate(f.new_customers_count, f.signups_count,
       &M::set_new_customers_per_signup_ppb);
  rate(f.partner_new_customers_count, f.new_customers_count,
       &M::set_partner_new_customers_ppb);
  rate(f.commission_minor, f.partner_revenue_minor,
       &M::set_commission_per_revenue_ppb);
}

void FillMeans(const Funnel& f, v1::Funnel* message) {
  if (const auto check = Mean(f.revenue_minor, f.payments_count)) {
    message->set_average_check_minor(*check);
  }
  if (const auto click = Mean(f.commission_minor, f.clicks_count)) {
    message->set_earnings_per_click_minor(*click);
  }
}

void FillFunnel(const Funnel& funnel, v1::Funnel* message) {
  FillCounts(funnel, message);
  FillRates(funnel, message);
  FillMeans(funnel, message);
}

void FillGroup(const std::string& key, const Funnel& funnel,
               v1::StatsGroup* message) {
  message->set_key(key);
  FillFunnel(funnel, message->mutable_funnel());
}

}  // namespace

void ConvertStats(const Stats& stats, v1::Stats* message) {
  message->Clear();
  SetText(message->mutable_program_id(), stats.program_id);
  message->set_from_us(stats.from.us);
  message->set_until_us(stats.until.us);
  SetText(message->mutable_currency(), stats.currency.code());
  FillFunnel(stats.funnel, message->mutable_funnel());
  for (const auto& [key, funnel] : stats.partners) {
    FillGroup(key, funnel, message->add_partners());
  }
  for (const auto& [key, funnel] : stats.codes) {
    FillGroup(key, funnel, message->add_codes());
  }
  for (const auto& [key, funnel] : stats.campaigns) {
    FillGroup(key, funnel, message->add_campaigns());
  }
  for (const auto& [key, funnel] : stats.channels) {
    FillGroup(key, funnel, message->add_channels());
  }
}

}  // namespace proto

VOUCH_NAMESPACE_END
