// One row of the feed, with the names that the rows themselves leave out: what
// reports are folded from, and what a host posts into its own books.
#ifndef VOUCH_REPORT_OUTPUT_H_
#define VOUCH_REPORT_OUTPUT_H_

#include <string_view>

#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/ledger/entry.h"
#include "vouch/ledger/payout.h"
#include "vouch/rate/accrual.h"

VOUCH_NAMESPACE_BEGIN

// Exactly one of the pointers is set. Everything is borrowed from whoever gave
// the row and does not change any more.
struct Output {
  Seq seq;  // of the event that gave the row
  std::string_view program_id;
  std::string_view event_id;
  std::string_view partner_id;
  std::string_view customer_id;  // of an accrual: the host's name, else empty
  const Accrual* accrual = nullptr;
  const Entry* entry = nullptr;
  const Payout* payout = nullptr;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_REPORT_OUTPUT_H_
