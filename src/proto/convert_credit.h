// A credit and a decision as they are booked and as they are explained are
// written alike.
#ifndef VOUCH_SRC_PROTO_CONVERT_CREDIT_H_
#define VOUCH_SRC_PROTO_CONVERT_CREDIT_H_

#include <string>
#include <string_view>

#include "proto/convert_output_words.h"
#include "vouch/base/config.h"
#include "vouch/v1/attribution.pb.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

// What a Credit names.
struct CreditNames {
  std::string_view partner_id;
  std::string_view code;
  std::string_view lead_id;
};

// `credit` is a Credit or an ExplainedCredit; its names and sub ids are given
// apart, since the two keep them differently.
template <typename AnyCredit, typename SubIds>
void FillCredit(const AnyCredit& credit, const CreditNames& names,
                const SubIds& sub_ids, v1::Credit* message) {
  SetText(message->mutable_partner_id(), names.partner_id);
  message->set_role(ToV1(credit.role));
  message->set_weight_ppb(credit.weight_ppb);
  message->set_channel(ToV1(credit.channel));
  SetText(message->mutable_code(), names.code);
  SetText(message->mutable_lead_id(), names.lead_id);
  SetText(message->mutable_campaign(), credit.campaign);
  for (const auto& sub_id : sub_ids) message->add_sub_ids(std::string(sub_id));
  message->set_touch_seq(Number(credit.touch_seq));
  message->set_touch_time_us(credit.touch_at.us);
}

// `decision` is a Decision or an ExplainedDecision; its credits are filled
// apart. `looked_at` is how many touches and leads it looked at.
template <typename AnyDecision>
void FillDecision(const AnyDecision& decision, int64_t looked_at,
                  v1::Decision* message) {
  message->set_seq(Number(decision.seq));
  message->set_time_us(decision.at.us);
  message->set_trigger(ToV1(decision.trigger));
  message->set_vendor_weight_ppb(decision.vendor_weight_ppb);
  message->set_terms_seq(Number(decision.terms_seq));
  message->set_binds(decision.binds);
  if (decision.bound_until) {
    message->set_bound_until_us(decision.bound_until->us);
  }
  if (!decision.credits.empty()) {
    message->set_result(v1::Decision::PARTNERS);
  } else if (decision.has_winner()) {
    message->set_result(v1::Decision::VENDOR);
  } else {
    message->set_result(v1::Decision::NOBODY);
    message->set_no_winner(looked_at == 0 ? v1::Decision::NO_CANDIDATE
                                          : v1::Decision::ALL_OUT);
  }
}

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_PROTO_CONVERT_CREDIT_H_
