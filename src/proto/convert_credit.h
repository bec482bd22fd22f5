// A credit as it is booked and as it is explained are written alike.
#ifndef VOUCH_SRC_PROTO_CONVERT_CREDIT_H_
#define VOUCH_SRC_PROTO_CONVERT_CREDIT_H_

#include <string>
#include <string_view>

#include "proto/convert_output_words.h"
#include "vouch/base/config.h"
#include "vouch/v1/attribution.pb.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

// `credit` is a Credit or an ExplainedCredit; its names and sub ids are given
// apart, since the two keep them differently.
template <typename AnyCredit, typename SubIds>
void FillCredit(const AnyCredit& credit, std::string_view partner_id,
                std::string_view code, const SubIds& sub_ids,
                v1::Credit* message) {
  SetText(message->mutable_partner_id(), partner_id);
  message->set_role(ToV1(credit.role));
  message->set_weight_ppb(credit.weight_ppb);
  message->set_channel(ToV1(credit.channel));
  SetText(message->mutable_code(), code);
  SetText(message->mutable_campaign(), credit.campaign);
  for (const auto& sub_id : sub_ids) message->add_sub_ids(std::string(sub_id));
  message->set_touch_seq(Number(credit.touch_seq));
  message->set_touch_time_us(credit.touch_at.us);
}

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_PROTO_CONVERT_CREDIT_H_
