// The rate stage's state of an earning partner as bytes, so that a host can
// hold it by partner.
//
//   std::string bytes;
//   AppendState(partner, reference, &bytes);
//   PartnerState again;
//   Status s = ReadState(bytes, &reference, &again);
//
// Terms are written as the seq of the event that set them; so the reference
// data that reads must have the versions of that which wrote. What follows from
// the accruals, such as the sums of a true-up's book, is not written.
#ifndef VOUCH_RATE_STATE_CODEC_H_
#define VOUCH_RATE_STATE_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/program/reference.h"
#include "vouch/program/state_bytes.h"
#include "vouch/rate/partner_state.h"

VOUCH_NAMESPACE_BEGIN

// Appends the encoding of `state`: equal states give equal bytes.
void AppendState(const PartnerState& state, const Reference& reference,
                 std::string* out);

// Reads it back into `*state`, whose texts and terms are then those of
// `*reference`. `keep_payment_id` keeps ids of payments; without it they are
// kept by the reference data. DATA_LOSS "partner_state: ..." when the bytes are
// none; `*state` is then unspecified.
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       KeepText keep_payment_id, PartnerState* state);
absl::Status ReadState(std::string_view bytes, Reference* reference,
                       PartnerState* state);

VOUCH_NAMESPACE_END

#include "vouch/rate/state_codec-inl.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_STATE_CODEC_H_
