// Every named limit of the library. An input past one is refused with
// RESOURCE_EXHAUSTED or INVALID_ARGUMENT, and nothing is changed.
#ifndef VOUCH_BASE_LIMITS_H_
#define VOUCH_BASE_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// Bytes of any id (program, partner, customer, event, payment, code ...): long
// enough for a URL-safe hash with a prefix, short enough for an index key.
inline constexpr size_t kMaxIdBytes = 256;

// Bytes of a free text: reasons, authors, attribute values, campaign names.
inline constexpr size_t kMaxTextBytes = 4096;

// Lines of one payment. An accrual adds and rounds over all of them.
inline constexpr size_t kMaxLinesPerPayment = 10000;

// Attributes of one partner, sign-up or line; looked through one by one.
inline constexpr size_t kMaxAttributes = 64;

// Rules of one program; each is tried for each line.
inline constexpr size_t kMaxRules = 1000;

// Rates by contract year of one rule; a century is more than any contract.
inline constexpr size_t kMaxYearRates = 100;

// Bands of one reward, and special rates of one rule: both are searched.
inline constexpr size_t kMaxTiers = 1000;
inline constexpr size_t kMaxRateExceptions = 1000;

// Levels of parents that a rule may pay.
inline constexpr int64_t kMaxUplineLevels = 16;

// Parents above one partner at one moment: all are walked where a record comes.
inline constexpr size_t kMaxParents = 100;

// Bytes of one encoded event; kMaxLinesPerPayment plain lines fit.
inline constexpr size_t kMaxEventBytes = size_t{4} * 1024 * 1024;

// Live touches of one customer or visitor; all are looked at in a decision. Of
// more the earliest falls that does not hold, else the earliest but one; what a
// model loses by that stands in vouch/identify/live_touches.h.
inline constexpr size_t kMaxLiveTouches = 1000;

// Codes that one customer or visitor has redeemed; two who are one have them
// together.
inline constexpr size_t kMaxRedeemedCodes = 10000;

// How late an event may come and still find every touch that its own time
// calls for: a touch is kept this much longer than its channel's window.
inline constexpr int64_t kMaxLatenessDays = 90;

// Identity keys of one partner or one sign-up, and contact keys of one lead.
inline constexpr size_t kMaxBlindKeys = 64;

// Identity and contact keys known of one customer in all.
inline constexpr size_t kMaxKeysPerCustomer = 1000;

// Customers whose sign-ups share one identity key; a lead under it is of all.
inline constexpr size_t kMaxCustomersPerKey = 1000;

// Leads under one contact key, and of a customer for whom one more is
// registered.
inline constexpr size_t kMaxLeadsPerKey = 1000;

// Leads that a customer may come to by sign-ups and merges: those under as many
// keys as one sign-up has, and more, so that no partner's leads keep it out.
inline constexpr size_t kMaxLeadsPerCustomer = 100'000;

// Updates of one lead. REJECTED and LOST are taken past it.
inline constexpr size_t kMaxUpdatesPerLead = 1000;

// Payments that an import may bring for one customer.
inline constexpr int64_t kMaxImportedPayments = 1'000'000'000;

// Metrics of one opening balance: five, in each of four periods and in all.
inline constexpr size_t kMaxOpeningMetrics = 25;

// Roles ever assigned for one customer; customers that are one.
inline constexpr size_t kMaxRolesPerCustomer = 1000;
inline constexpr size_t kMaxMergedCustomers = 1000;

// Contracts of one customer.
inline constexpr size_t kMaxContractsPerCustomer = 1000;

// Days of a window, hold, protection or clawback: a hundred years, which in
// microseconds is far from the end of 64 bits.
inline constexpr int64_t kMaxDays = 36500;

// Values that one condition of a rule may list.
inline constexpr size_t kMaxConditionValues = 1000;

// Bytes of a referral link, before and after percent-encoding; servers take no
// longer request lines.
inline constexpr size_t kMaxLinkBytes = 8192;

// Query keys, path templates and destination hosts of one link format. Each
// link looks a key up once, and tries templates and hosts one by one.
inline constexpr size_t kMaxLinkQueryKeys = 64;
inline constexpr size_t kMaxLinkTemplates = 16;
inline constexpr size_t kMaxLinkHosts = 1000;

// Keys that sign links, those that were replaced but still count among them.
inline constexpr size_t kMaxLinkSecrets = 16;

// Longest time that terms may set in months: 100 years.
inline constexpr int64_t kMaxMonths = 1200;

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_LIMITS_H_
