// The noun of columns.h: one partner's share of one conversion, by the rows
// that it came from.
#ifndef VOUCH_ATTRIBUTE_COLUMN_CREDIT_H_
#define VOUCH_ATTRIBUTE_COLUMN_CREDIT_H_

#include <cstdint>

#include "vouch/base/config.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

// One partner's share of one conversion.
struct ColumnCredit {
  int64_t weight_ppb = 0;  // above 0; of a conversion they add up to 10^9
  uint32_t partner = 0;    // kVendorPartner for the vendor
  uint32_t touch_row = 0;  // the last of its touches that counted
  Channel channel = Channel::kNone;  // of that touch; kDirect: the vendor's
};

// What stands for the vendor's own sales in ColumnCredit::partner. A partner
// may have the number too: the channel tells.
inline constexpr uint32_t kVendorPartner = UINT32_MAX;

VOUCH_NAMESPACE_END

#endif  // VOUCH_ATTRIBUTE_COLUMN_CREDIT_H_
