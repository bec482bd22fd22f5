// The figures of a program in a period: the funnel from outreach to payment,
// in all and per partner, code, campaign and channel (docs/SEMANTICS.md,
// section 9).
//
//   StatsBuilder builder(reference, from, until);
//   for (each applied event, in order) {
//     builder.Add(event, seq, effect);
//     if (it decided) builder.Add(customer, decision);
//     for (each accrual row of it) builder.Add(accrual);
//   }
//   Stats stats = builder.Finish();
//
// Counts are of events and customers whose time falls in [from, until). Whom
// they count for is what a decision says, chosen where the text is silent:
//   - A payment counts for the decision that it stands under, a refund for its
//     payment's, whenever they come.
//   - A sign-up counts for the decision that it made, else for that of the
//     first payment, else for the customer's first. A new customer counts for
//     that of the first payment by time; one who paid elsewhere before an
//     import is not new. A paying customer counts for each key that one of its
//     payments in the period is credited to.
//   - A customer or payment counts once for a key, however many of its credits
//     have it. The vendor's share is nobody's.
//   - A servicer gets its commission and nothing else.
//   - Customers who are merged were one from the beginning.
// Not thread-safe beside itself.
#ifndef VOUCH_REPORT_STATS_H_
#define VOUCH_REPORT_STATS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "vouch/attribute/credit.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/event/event.h"
#include "vouch/program/reference.h"
#include "vouch/rate/accrual.h"

VOUCH_NAMESPACE_BEGIN

// Counts and sums; amounts in minor units of the program's currency.
struct Funnel {
  int64_t sent_count = 0;
  int64_t not_delivered_count = 0;
  int64_t opened_count = 0;
  int64_t clicked_count = 0;
  int64_t partners_count = 0;  // whose first record is in the period
  int64_t codes_issued_count = 0;
  int64_t codes_used_count = 0;  // redeemed at least once
  int64_t touches_count = 0;
  int64_t clicks_count = 0;   // touches by LINK
  int64_t leads_count = 0;    // registered
  int64_t signups_count = 0;  // each customer once
  int64_t partner_signups_count = 0;
  int64_t new_customers_count = 0;  // with their first payment
  int64_t partner_new_customers_count = 0;
  int64_t paying_count = 0;  // customers with a payment
  int64_t partner_paying_count = 0;
  int64_t payments_count = 0;  // that are not of nothing
  int64_t refunds_count = 0;   // all kinds but CHARGEBACK_REVERSED
  int64_t revenue_minor = 0;   // payments less refunds
  int64_t partner_revenue_minor = 0;
  int64_t commission_minor = 0;  // accruals less reversals

  int64_t delivered_count() const { return sent_count - not_delivered_count; }
};

// part / whole in parts per billion, rounded half to even; nothing without a
// whole.
std::optional<int64_t> RatioPpb(int64_t part, int64_t whole);
// sum / count, rounded half to even; nothing without a count.
std::optional<int64_t> Mean(int64_t sum, int64_t count);

struct Stats {
  std::string_view program_id;
  Currency currency;
  Instant from;
  Instant until;
  Funnel funnel;
  // By key: partner id, code as issued, campaign, channel. Customers whom
  // nobody brought stand in `funnel` alone.
  std::map<std::string, Funnel> partners;
  std::map<std::string, Funnel> codes;
  std::map<std::string, Funnel> campaigns;
  std::map<std::string, Funnel> channels;
};

// What an event did that it does not say itself.
struct EventEffect {
  Seq payment_seq;  // that a refund is of
  // Of a payment, and given back by a refund (below zero: brought back), in the
  // program's currency.
  int64_t paid_minor = 0;
  int64_t given_back_minor = 0;
  bool redeemed = false;       // a touch redeemed its code
  Seq decision_seq;            // that a payment stands under
  CustomerNumber merged_from;  // another name of `merged_into` from now on
  CustomerNumber merged_into;
};

class StatsBuilder {
 public:
  // `reference` is that of the whole log, and must outlive the builder.
  StatsBuilder(const Reference& reference, std::string_view program_id,
               Instant from, Instant until);

  // Takes the next applied event of the program, with its customers' numbers.
  void Add(const Event& event, Seq seq, const EventEffect& effect);
  void Add(CustomerNumber customer, const Decision& decision);
  void Add(const Accrual& accrual);

  Stats Finish();

 private:
  // What was paid in the period.
  struct Paid {
    int64_t payments_count = 0;
    int64_t refunds_count = 0;
    int64_t revenue_minor = 0;

    Paid& operator+=(const Paid& more) {
      payments_count += more.payments_count;
      refunds_count += more.refunds_count;
      revenue_minor += more.revenue_minor;
      return *this;
    }
  };
  // What is known of one customer.
  struct Customer {
    Seq signup_seq;  // of the first sign-up
    Instant signup_at;
    std::optional<Instant> first_payment_at;
    Seq first_payment_seq;
    bool paid_elsewhere = false;  // before it was imported
    Seq first_decision_seq;
    Paid paid;

    void Take(const Customer& other);
  };
  // A decision and what stands under it.
  struct Decided {
    CustomerNumber customer;
    Decision decision;
    Paid paid;
  };
  // The keys' figures that something counts for, each once.
  using Funnels = absl::flat_hash_set<Funnel*>;

  bool In(Instant at) const { return !(at < stats_.from) && at < stats_.until; }
  void On(const event::Outreach& e);
  void On(const event::PartnerSet& e);
  void On(const event::CodeIssued& e);
  void On(const event::Touch& e);
  void On(const event::LeadRegistered& e);
  void On(const event::CustomerMerged& e);
  void On(const event::AttributionImported& e);
  void On(const event::Signup& e);
  void On(const event::Payment& e);
  void On(const event::Refund& e);
  template <typename E>
  void On(const E&) {}
  template <typename Change>
  void ForKeys(PartnerIndex partner, CodeIndex code, std::string_view campaign,
               Channel channel, Change change);
  Customer& CustomerOf(CustomerNumber number);
  CustomerNumber RootOf(CustomerNumber number) const;
  // Counts in all, and in `decided` unless there is none.
  void Pay(CustomerNumber customer, Seq decision_seq, const Paid& paid);
  // nullptr where no partner is credited.
  const Decided* ByPartner(Seq decision_seq) const;
  Seq DecisionOfPayment(Seq payment_seq) const;
  Seq DecisionOfSignup(const Customer& customer) const;
  void AddFunnels(const Decided& decided, Funnels* funnels);
  void FinishDecided(const Decided& decided);
  void FinishSignup(const Customer& customer);
  void FinishFirstPayment(const Customer& customer);

  const Reference& reference_;
  Stats stats_;
  Instant at_;
  Seq seq_;
  EventEffect effect_;
  absl::flat_hash_set<std::string_view> partners_seen_;
  absl::flat_hash_map<CustomerNumber, Customer> customers_;
  absl::flat_hash_map<CustomerNumber, CustomerNumber> merged_;  // by old name
  absl::flat_hash_map<Seq, Seq> decision_of_;                   // by payment
  absl::flat_hash_set<CodeIndex> codes_used_;
  absl::flat_hash_map<Seq, Decided> decided_;
};

// For people: the funnel with its rates, then a table a grouping.
std::string StatsText(const Stats& stats);

VOUCH_NAMESPACE_END

#include "vouch/report/stats-inl.h"  // IWYU pragma: export

#endif  // VOUCH_REPORT_STATS_H_
