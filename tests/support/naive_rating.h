// Rating as the text says it (docs/SEMANTICS.md, sections 4, 6, 7 and 10), slow
// and plain: every payment, refund and row is kept in a list, and each metric,
// limit, spent amount and true-up is added up again from all of them. Written
// from the text alone, to be compared with the engine; it shares only the
// words, the calendar, the event structs and the specs with it, and takes who
// is credited from naive_attribution.h.
//
//   NaiveRating naive;
//   for (const Event& event : events) naive.Apply(event);
//   naive.rows()
//
// One program. Events must be right in themselves (CheckEvent) and programs
// valid (Program::Build). Amounts must be small, below 10^6 and on at most
// three lines, so that no fraction passes 128 bits. Reviews, adjustments and
// payouts change nothing here: they belong to the account.
//
// Where the text is silent, it goes by these:
// - A budget's P is the base with discounts added, not below zero as a whole;
//   "at most one" counts per line and credit; bounds are those of the version
//   that rates.
// - HIGHEST takes the metric as before the payment in every meaning of tiers.
// - A once-only amount is spent by the row that holds it, cut or not, and a
//   payment counts against payments_per_customer if the rule booked one. Spent
//   amounts of contract years go by the number of the year, of any contract.
// - A band of RETROACTIVE that is reached pays rate x base + its fixed amount;
//   one that is left pays neither. Its terms are those of the payment applied
//   last under the rule; going down takes from the latest true-up first.
// - True-ups beside their rule's place come in the order in which the rule was
//   first chosen in the period.
// - A won chargeback brings back all that is reversed beyond what R says, also
//   what a limit kept before; limits are those of the rule that paid.
// - A true-up of an upline is made by the parents of the latest payment under
//   the rule. Where the one at its level may not earn, the row is lost for
//   good: it stands among the others unseen, so that nobody is due it again,
//   and goes back in its turn.
// - A refund after the clawback makes no true-up again.
// - Where the bases of an accrual's lines are all zero, the amounts that take
//   their place are the converted ones.
// - Opening metrics add to the metric of their own period length alone, those
//   without one to all.
// - A lead earns at its first QUALIFIED while live, a customer by its first
//   sign-up, by the terms of the event's time.
// - Months since the sign-up count from the earliest by time. Of two merged
//   customers the fields of the one that stands win, and both count once among
//   the active ones from then on.
#ifndef VOUCH_TESTS_SUPPORT_NAIVE_RATING_H_
#define VOUCH_TESTS_SUPPORT_NAIVE_RATING_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "tests/support/fraction.h"
#include "tests/support/naive_attribution.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"
#include "vouch/base/rate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/words.h"
#include "vouch/event/event.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

// Events are named by their ids, not by the numbers that an engine gives them.
struct NaiveRow {
  std::string event_id;  // of the event that made the row
  AccrualKind kind = AccrualKind::kAccrual;
  // "<event id>-<n>": an accrual's own, of a reversal that it takes from.
  std::string accrual;
  // Of what a won chargeback brings back: the accrual that it belongs to.
  std::string restores;
  std::string customer;  // the host's name; of a true-up empty
  std::string payee;
  std::string rule;
  Role role = Role::kNone;
  int64_t level = 0;
  int64_t base_minor = 0;
  int64_t weight_ppb = 0;
  int64_t amount_minor = 0;
  bool true_up = false;
  std::string refund;  // that made it
};

class NaiveRating {
 public:
  // OK: applied. Else why it is refused; nothing is changed then. What the
  // event borrows must outlive this.
  absl::StatusCode Apply(const Event& event);

  const std::vector<NaiveRow>& rows() const { return told_; }

  // What the metric stands at in the period of `at`, not below zero.
  int64_t MetricAt(std::string_view partner, Role role, Metric metric,
                   Period period, Instant at) const;

  // How often each thing happened that a history should reach.
  const std::map<std::string, int64_t>& seen() const { return seen_; }

 private:
  using Attributes = std::map<std::string, std::string, std::less<>>;

  struct Version {
    Instant from;
    ProgramSpec spec;
  };
  struct Record {
    std::string partner;
    Instant from;
    PartnerStatus status = PartnerStatus::kNone;
    PartnerKind kind = PartnerKind::kNone;
    std::string group;
    std::string parent;
    std::optional<Rate> share;
    Attributes attributes;
  };
  struct SignedUp {
    std::string who;
    Instant at;
    std::string country;
    std::string segment;
    Attributes attributes;
  };
  struct Contract {
    std::string id;
    std::string who;
    CivilDay anchor;
    CivilDay start;
    bool ended = false;
  };
  // What an import says of a customer's payments.
  struct Imported {
    std::string who;
    CivilDay day;
    int64_t count = 0;
    bool implies = false;  // payments without a contract
  };
  struct Opening {
    std::string partner;
    Instant at;
    event::OpeningMetric metric;
  };
  // In the program's currency, but for `paid_minor`.
  struct Line {
    int32_t number = 0;
    std::string product;
    std::string category;
    int64_t quantity = 0;
    int64_t paid_minor = 0;
    int64_t amount_minor = 0;
    int64_t tax_minor = 0;
    int64_t discount_minor = 0;
    int64_t fee_minor = 0;
    Attributes attributes;
  };
  struct Parent {
    std::string partner;
    bool earns = false;
  };
  struct Credit {
    std::string partner;
    Role role = Role::kNone;
    int64_t weight_ppb = 0;
    std::vector<int64_t> weights;  // of all in the split, the vendor's last
    std::size_t place = 0;         // its own among them
    Channel channel = Channel::kNone;
    std::string code;
    std::string campaign;
    bool earns = false;
    std::vector<Parent> parents;  // from level 1
  };
  // A rule that was chosen for a credit, and the lines for which.
  struct Chosen {
    const RuleSpec* rule = nullptr;
    std::size_t credit = 0;
    std::vector<std::size_t> lines;
    std::vector<int64_t> bases;
  };
  // A payment, or a lead or sign-up that earns (which has no lines).
  struct Paid {
    std::string event_id;
    std::string payment_id;
    std::string who;
    bool is_contact = false;  // of a lead that is nobody's yet
    Instant at;
    CivilDay day;
    EarnsOn source = EarnsOn::kPayment;
    int64_t number = 0;        // 0: of nothing
    CivilDay contract_anchor;  // of its own contract
    CivilDay phase_anchor;     // of the customer's earliest
    CivilDay first_payment;
    std::optional<CivilDay> signup;
    int64_t contract_year = 0;
    Phase phase = Phase::kNone;
    const ProgramSpec* terms = nullptr;   // of its own time
    const ProgramSpec* rating = nullptr;  // that rates it
    std::string country;
    std::string segment;
    Attributes attributes;
    std::vector<Line> lines;
    bool without_contract = false;
    std::vector<Credit> credits;
    std::vector<Chosen> chosen;
  };
  struct GivenBack {
    const Paid* payment = nullptr;
    RefundKind kind = RefundKind::kNone;
    Instant at;
    bool counts = false;
    std::vector<int64_t> amounts;  // by line, payment's currency
    std::vector<bool> cancelled;   // by line
  };
  // A line after some of the refunds.
  struct Left {
    int64_t given_back = 0;
    int64_t charged_back = 0;
    int64_t counted = 0;  // R
    int64_t counted_charged_back = 0;
    bool cancelled = false;
  };
  struct Book {  // of a RETROACTIVE rule
    std::string partner;
    Role role = Role::kNone;
    std::string rule;
    Period period = Period::kNone;
    CivilDay start;
    bool operator==(const Book& other) const;
  };
  struct Booked {
    NaiveRow row;
    const Paid* payment = nullptr;  // none: a true-up
    const RuleSpec* rule = nullptr;
    Instant at;            // of the event that made it
    Instant own_at;        // of the accrual that it belongs to
    std::size_t root = 0;  // that accrual
    std::vector<std::size_t> lines;
    std::vector<int64_t> bases;
    FixedPer once = FixedPer::kNone;  // what it spent
    Book book;                        // of a true-up
    bool lost = false;                // nobody may earn it: never told
  };
  enum class View { kRating, kAsBefore };

  absl::StatusCode On(const Event& event, const event::ProgramSet& e);
  absl::StatusCode On(const Event& event, const event::PartnerSet& e);
  absl::StatusCode On(const Event& event, const event::CodeIssued& e);
  absl::StatusCode On(const Event& event, const event::Signup& e);
  absl::StatusCode On(const Event& event, const event::LeadUpdated& e);
  absl::StatusCode On(const Event& event, const event::CustomerMerged& e);
  absl::StatusCode On(const Event& event, const event::AttributionImported& e);
  absl::StatusCode On(const Event& event, const event::ContractStarted& e);
  absl::StatusCode On(const Event& event, const event::ContractEnded& e);
  absl::StatusCode On(const Event& event, const event::Payment& e);
  absl::StatusCode On(const Event& event, const event::Refund& e);
  absl::StatusCode On(const Event& event, const event::OpeningBalance& e);
  // Attribution alone knows it.
  template <typename Other>
  absl::StatusCode On(const Event& event, const Other&) {
    return attribution_.Apply(event);
  }

  const ProgramSpec& TermsAt(Instant at) const;  // before the first: the first
  CivilDay DayAt(Instant at) const;
  CivilDay StartOf(Period period, Instant at) const;
  bool SamePeriod(Period period, Instant a, Instant b) const;
  const Record* RecordAt(std::string_view partner, Instant at) const;
  bool ShareFits(const std::optional<Rate>& share, Instant at) const;
  bool MakesCycle(const Record& record) const;
  bool Same(const std::string& a, const std::string& b) const;
  bool HasContract(const std::string& id, const std::string& who) const;

  // What a payment is before it is rated.
  void Convert(const event::Payment& e, Paid* paid) const;
  void Count(const event::Payment& e, Paid* paid) const;
  void SetPhase(Paid* paid) const;
  void SetCustomer(Paid* paid) const;
  void AddCredits(const NaiveDecision& decision, const std::string& servicer,
                  Paid* paid) const;
  void AddCredit(Credit credit, Paid* paid) const;
  bool Earns(std::string_view partner, const Paid& paid) const;

  // Rules.
  bool Holds(const RuleSpec& rule, const Credit& credit, const Paid& paid,
             const Line* line) const;
  void Choose(Paid* paid) const;
  static bool HasBudgetOfOtherRole(const Paid& paid, std::size_t place,
                                   std::size_t line);
  // Whether a budget that pays the line keeps `rule`'s from it.
  static bool HasBudgetBefore(const Paid& paid, std::size_t place,
                              const Line* line,
                              const std::vector<const RuleSpec*>& stacked,
                              const RuleSpec* rule);
  std::vector<const RuleSpec*> ChosenFor(const Paid& paid, std::size_t place,
                                         const Line* line) const;
  // What HIGHEST compares.
  int64_t WorthAlone(const Paid& paid, std::size_t place, const RuleSpec& rule,
                     const Line* line) const;
  static int64_t BaseOf(const Line& line, const ProgramSpec& spec);
  static int64_t BaseOf(const Line& line, const RuleSpec& rule,
                        const ProgramSpec& spec);
  struct Whole {
    int64_t amount = 0;
    int64_t discount = 0;
    FixedPer once = FixedPer::kNone;
  };
  Fraction ShareOf(const Paid& paid, const Credit& credit) const;
  Whole WholeOf(const Paid& paid, const Chosen& chosen, View view) const;
  Fraction TierPart(const Paid& paid, const Chosen& chosen,
                    const RewardSpec& reward, View view) const;
  bool Spent(const Paid& paid, const Credit& credit, const RuleSpec& rule,
             FixedPer per) const;
  int64_t Cut(const Paid& paid, const Credit& credit, const RuleSpec& rule,
              int64_t amount) const;
  int64_t RoomOf(const RuleSpec& rule, const std::string& partner,
                 const std::string& who, Instant at) const;

  // Metrics.
  // `without`: as before that payment.
  int64_t MetricOf(std::string_view partner, Role role, Metric metric,
                   Period period, Instant at, const Paid* without) const;
  int64_t RevenueOf(std::string_view partner, Role role, Period period,
                    Instant at, const Paid* without) const;
  int64_t CommissionOf(std::string_view partner, Role role, Period period,
                       Instant at, const Paid* without) const;
  static int64_t RevenueShare(const Paid& paid, const Credit& credit);
  // What of `amount`, earned by those lines, `left` takes back.
  static int64_t TakenBack(int64_t amount, const Paid& paid,
                           const std::vector<std::size_t>& lines,
                           const std::vector<int64_t>& bases,
                           const std::vector<Left>& left);
  std::vector<Left> LeftOf(const Paid& paid) const;
  static void Take(const GivenBack& given, std::vector<Left>* left);
  absl::StatusCode Spread(const event::Refund& e, const Paid& paid,
                          GivenBack* given) const;

  // Booking.
  void RateAll(const Event& event, Paid* paid);
  void BookChosen(const Event& event, const Paid& paid, const Chosen& chosen);
  void BookUpline(const Event& event, const Paid& paid, const Chosen& chosen,
                  const UplineSpec& upline, int64_t child);
  void SeePaid(const Paid& paid, const Chosen& chosen, int64_t amount) const;
  static Booked RowOf(const Event& event, const Paid& paid,
                      const Chosen& chosen);
  void Put(Booked booked);
  void Reverse(const Event& event, const Paid& paid, bool won);
  int64_t Net(std::size_t root) const;  // what is not reversed of it

  // True-ups.
  Book BookOf(const Paid& paid, const Chosen& chosen) const;
  std::vector<Book> BooksOf(const Credit& credit,
                            const std::vector<Instant>& moments) const;
  struct UnderRule {
    const Paid* paid = nullptr;
    const Chosen* chosen = nullptr;
  };
  // Those that make up the book, in the order applied.
  std::vector<UnderRule> PaymentsOf(const Book& book) const;
  // With `here`, the uplines of BASE of that payment too.
  void MakeAgain(const Event& event, const Book& book, const UnderRule* here);
  void MakeAgainAfter(const Event& refund, const Paid& paid);
  // Brings what is accrued at the level of `row` to `target`.
  void TrueUp(const Booked& row, int64_t target);
  // What the level has been due, earned or lost.
  int64_t AccruedOf(const Book& book, int64_t level) const;
  int64_t PeriodBase(const Book& book) const;
  int64_t TargetOf(const Book& book) const;

  NaiveAttribution attribution_;
  std::deque<Version> versions_;
  std::vector<Record> records_;
  std::set<std::string> partners_;
  std::map<std::string, std::optional<Rate>> code_shares_;
  std::vector<SignedUp> signups_;
  std::set<std::string> qualified_leads_;
  std::set<std::string> unknown_leads_;  // of these, of a contact that earned
  std::vector<Contract> contracts_;
  std::vector<Imported> imported_;
  std::vector<Opening> openings_;
  std::deque<Paid> paid_;  // and leads and sign-ups
  std::set<std::string> payment_ids_;
  std::set<std::string> refund_ids_;
  std::vector<GivenBack> given_back_;
  std::vector<Booked> booked_;
  std::size_t looked_at_ = 0;  // how many of these may be among `told_`
  std::vector<NaiveRow> told_;
  mutable std::map<std::string, int64_t> seen_;
};

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_NAIVE_RATING_H_
