// The rate stage's state of one earning partner: what was booked, what its
// metrics and limits count, and the true-ups of its periods
// (docs/SEMANTICS.md, sections 6, 7 and 10). Plain values: rate.h and
// reverse.h have the steps that change them.
//
//   PartnerState anna;                                       // a new partner
//   anna.MetricOf(Role::kAcquirer, Metric::kRevenue, Period::kMonth, month);
//
// It grows with what is booked, a metric's periods and the customers who paid;
// of an event that brings none of these anew it needs no memory. The versions
// of the terms that it points to, and the texts, must outlive it.
#ifndef VOUCH_RATE_PARTNER_STATE_H_
#define VOUCH_RATE_PARTNER_STATE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/words.h"
#include "vouch/ledger/entry.h"
#include "vouch/program/program.h"
#include "vouch/rate/accrual.h"
#include "vouch/rate/months.h"
#include "vouch/rate/ratable.h"

VOUCH_NAMESPACE_BEGIN

inline constexpr std::size_t kNoPlace = static_cast<std::size_t>(-1);

// The part of a base that came from one line, by its place in the payment.
struct LineBase {
  std::size_t line = 0;
  int64_t base_minor = 0;
};

// An accrual as the partner's state keeps it. One of a level above 0 stands in
// the state of the partner on whose payment it rides.
struct BookedAccrual {
  AccrualId accrual_id;
  // kPayment, kTrueUp, kQualifiedLead or kSignup.
  AccrualSource source = AccrualSource::kPayment;
  Seq payment_seq;  // of a true-up the one at which it was made; of leads none
  CustomerNumber customer;
  std::string_view payment_id;  // of a lead's the lead's; of a sign-up's empty
  std::string_view rule_id;
  const Program* terms = nullptr;  // that rated it
  PartnerIndex payee;
  Role role = Role::kNone;
  Phase phase = Phase::kNone;
  int32_t level = 0;
  int32_t contract_year = 0;
  MonthNumber month = 0;  // its own, in which limits count it
  int64_t weight_ppb = 0;
  int64_t base_minor = 0;      // of a true-up the period's
  int64_t amount_minor = 0;    // C
  int64_t reversed_minor = 0;  // of it, so far
  std::size_t first_base = 0;  // in PartnerState::bases
  std::size_t base_count = 0;
  std::size_t book = kNoPlace;  // of a true-up, in PartnerState::books

  int64_t left_minor() const { return amount_minor - reversed_minor; }
};

// The partner's share of what a payment brought: of all its lines, which the
// metric REVENUE counts, or, with a book, of those by which the base of a
// true-up grew. A refund gives it back as it would an accrual of that size.
struct CountedShare {
  Seq payment_seq;
  Role role = Role::kNone;
  Phase phase = Phase::kNone;
  int32_t contract_year = 0;
  MonthNumber month = 0;  // of the payment
  int64_t weight_ppb = 0;
  int64_t share_minor = 0;
  int64_t returned_minor = 0;  // of it, so far
  std::size_t first_base = 0;  // in PartnerState::bases
  std::size_t base_count = 0;
  std::size_t book = kNoPlace;  // in PartnerState::books; none: revenue
};

// What a partner's metrics of one role stand at in one period.
struct PeriodMetrics {
  Role role = Role::kNone;
  Period period = Period::kNone;
  MonthNumber from = 0;
  std::array<int64_t, internal::Words<Metric>::kList.size() + 1> values = {};
};

// What one rule paid the partner for one customer, across versions.
struct CustomerCounter {
  int64_t payments_count = 0;  // by which it earned; a refund takes none away
  int64_t amount_minor = 0;    // accruals less reversals
  bool once_spent = false;     // a fixed amount per customer
  bool rewarded = false;       // for a lead or the sign-up
  absl::InlinedVector<int32_t, 4> years_spent;  // ascending; per contract year
};

struct MonthAmount {
  MonthNumber month = 0;
  int64_t amount_minor = 0;  // accruals less reversals
};

// What the event at hand moves of a rule's accruals of level 0 before the state
// has it.
struct RuleMove {
  std::string_view rule_id;
  MonthNumber month = 0;  // in which limits count it
  int64_t change_minor = 0;
};

// What limits and once-only amounts look at, of level 0 alone.
struct RuleCounter {
  std::string_view rule_id;
  std::vector<MonthAmount> months;  // ascending
  absl::flat_hash_map<CustomerNumber, CustomerCounter> customers;

  int64_t AmountIn(MonthSpan span) const;
};

// The true-ups of one RETROACTIVE rule in one period.
struct TrueUpBook {
  struct Level {
    int32_t level = 0;
    int64_t accrued_minor = 0;  // less what was taken back
    int64_t forgone_minor = 0;  // what is left in `forgone`
  };
  // By how much a level above 0 grew while nobody there could earn it. It is
  // never earned: the level has had it, and may lose it again.
  struct Forgone {
    int32_t level = 0;
    std::size_t after = 0;  // how many of `accruals` were booked before
    int64_t left_minor = 0;
  };
  std::string_view rule_id;
  Role role = Role::kNone;
  Period period = Period::kNone;
  MonthNumber from = 0;
  int64_t base_minor = 0;  // refunds off
  // The terms of the latest payment under the rule, and who stood above the
  // partner then.
  const Program* terms = nullptr;
  std::size_t rule = 0;  // its place in terms->rules()
  std::string_view partner_id;
  absl::InlinedVector<RatableParent, 2> parents;
  absl::InlinedVector<Level, 1> levels;  // ascending, level 0 first
  std::vector<std::size_t> accruals;     // in PartnerState::accruals, as booked
  std::vector<Forgone> forgone;          // as it came, nothing of zero

  MonthSpan span() const { return PeriodOf(period, from); }
  int64_t AccruedAt(int32_t level) const;
  int64_t ForgoneAt(int32_t level) const;
};

// A customer in a role: in which months it paid, ascending.
struct CustomerInRole {
  Role role = Role::kNone;
  CustomerNumber customer;

  friend bool operator==(CustomerInRole a, CustomerInRole b) {
    return a.role == b.role && a.customer == b.customer;
  }
  template <typename H>
  friend H AbslHashValue(H h, CustomerInRole key) {
    return H::combine(std::move(h), key.role, key.customer);
  }
};
using PaidMonths = absl::InlinedVector<MonthNumber, 4>;

// Sums of everything that ever moved, whatever its sign: while each fits 64
// bits, every counter of the state does.
struct StateTurnover {
  int64_t own_minor = 0;      // accruals of level 0
  int64_t upline_minor = 0;   // of the others
  int64_t revenue_minor = 0;  // shares that REVENUE counts
  int64_t base_minor = 0;     // shares that bases of true-ups count
  int64_t count = 0;          // what the other metrics count
};

// What one payment adds to StateTurnover::count at most.
inline constexpr int64_t kCountsPerPayment = 3;

// The rate stage's state of one earning partner.
struct PartnerState {
  std::vector<BookedAccrual> accruals;  // in the order booked
  std::vector<LineBase> bases;
  std::vector<CountedShare> shares;    // in the order of the payments
  std::vector<TrueUpBook> books;       // in the order opened
  std::vector<PeriodMetrics> metrics;  // by role, period and first month
  std::vector<RuleCounter> rules;      // by rule id
  absl::flat_hash_map<CustomerInRole, PaidMonths> paid_months;
  StateTurnover turnover;
  // Where Metrics found the row of each period last: most payments of a partner
  // are of the month of the one before. No part of the state's value.
  std::array<std::size_t, kPeriods.size() + 1> last_metrics = {};

  // The places of the accruals that the event `seq` booked: [first, second).
  // Those of a payment, and of true-ups made at it, are its own.
  std::pair<std::size_t, std::size_t> AccrualsOf(Seq seq) const;
  std::pair<std::size_t, std::size_t> SharesOf(Seq payment_seq) const;

  // What the metric stands at in the period of that kind around `month`; it may
  // be below zero.
  int64_t MetricOf(Role role, Metric metric, Period period,
                   MonthNumber month) const;
  // Whether the customer paid in that period, in payments that the metrics of
  // the role count.
  bool PaidIn(Role role, CustomerNumber customer, MonthSpan span) const;
  // nullptr: nothing is counted.
  const RuleCounter* FindRule(std::string_view rule_id) const;
  const CustomerCounter* FindCounter(std::string_view rule_id,
                                     CustomerNumber customer) const;
  // The place of the book of a period; kNoPlace for none.
  std::size_t FindBook(std::string_view rule_id, Role role, Period period,
                       MonthNumber from) const;

  // The same, made where there is none.
  PeriodMetrics& Metrics(Role role, Period period, MonthNumber from);
  RuleCounter& Counter(std::string_view rule_id);
};

// Makes what was counted of the customer `from` that of `into`, of which it is
// another name from now on. In a period in which both paid they are one active
// customer from now on; new customers and payments stay as they were counted.
void MergeCounters(CustomerNumber from, CustomerNumber into,
                   PartnerState* state);

VOUCH_NAMESPACE_END

#include "vouch/rate/partner_state-inl.h"  // IWYU pragma: export

#endif  // VOUCH_RATE_PARTNER_STATE_H_
