// The state of one program, and the stages composed: one event in, what follows
// from it out. Everything here is derived from the log and can be rebuilt from
// it by applying the same events again.
#ifndef VOUCH_SRC_ENGINE_PROGRAM_STATE_H_
#define VOUCH_SRC_ENGINE_PROGRAM_STATE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/attribute/attribute.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"
#include "vouch/identify/identify.h"
#include "vouch/identify/lead.h"
#include "vouch/ledger/entry.h"
#include "vouch/ledger/payout.h"
#include "vouch/program/reference.h"
#include "vouch/rate/accrual.h"
#include "vouch/rate/rate.h"
#include "vouch/rate/reverse.h"
#include "vouch/report/stats.h"
#include "vouch/settle/settle.h"

VOUCH_NAMESPACE_BEGIN

struct QuoteRequest;  // vouch/event/quote_request.h

// What one event gave. Cleared and used again from event to event.
struct EventOutputs {
  std::vector<Accrual> accruals;
  std::vector<Entry> entries;
  std::optional<Payout> payout;
  std::optional<Decision> decision;
  CustomerNumber customer;      // of the decision
  std::string_view payment_id;  // of the decision, where a payment decided
  EventEffect effect;
  uint32_t accrual_count = 0;  // rows that take back left out

  // Adds a row of the feed.
  void Add(const Accrual& row) {
    if (row.kind == AccrualKind::kAccrual) ++accrual_count;
    accruals.push_back(row);
  }
  void Clear() {
    accrual_count = 0;
    accruals.clear();
    entries.clear();
    payout.reset();
    decision.reset();
    payment_id = {};
    effect = {};
  }
};

// What one refund did to one accrual: reversed of it before, and the change,
// below zero where something was brought back. `booked_minor` is less than the
// change, by its magnitude, only where a VOID had taken the accrual.
struct ReversalTrace {
  AccrualId accrual_id;
  PartnerIndex payee;
  std::string rule_id;
  int32_t level = 0;
  int64_t amount_minor = 0;  // of the accrual
  int64_t before_minor = 0;
  int64_t change_minor = 0;
  int64_t booked_minor = 0;
};

// What a limit kept from coming back to an accrual.
struct KeptTrace {
  AccrualId accrual_id;
  LimitTrace limit;
};

// By how much a refund lowered what a partner's metric REVENUE counts, or the
// base of a true-up; below zero where a won chargeback raised it.
struct ShareTrace {
  PartnerIndex partner;
  Role role = Role::kNone;
  std::string rule_id;  // of a true-up; empty: REVENUE
  int64_t change_minor = 0;
};

// A true-up made at a refund, for the partner who was credited with the payment
// in `role`.
struct TrueUpStep {
  PartnerIndex partner;
  Role role = Role::kNone;
  AmountTrace amount;
  AccrualId accrual_id;  // that it made; none where it made none
};

// One refund of the payment that a replay listens for.
struct RefundTrace {
  std::string refund_id;
  Seq seq;
  Instant at;
  RefundKind kind = RefundKind::kNone;
  int64_t amount_minor = 0;
  bool counts = false;  // false: past the clawback window, and takes nothing
  // By line; below zero where a won chargeback brought back.
  std::vector<event::RefundLine> lines;
  std::vector<ReversalTrace> reversals;  // of accruals that it changed
  std::vector<KeptTrace> kept;
  std::vector<ShareTrace> shares;
  std::vector<TrueUpStep> true_ups;  // also of those that do not change
};

// A partner above a credited one at the payment's time.
struct ParentTrace {
  PartnerIndex partner;
  PartnerStatus status = PartnerStatus::kNone;
  CreditStanding standing = CreditStanding::kEarns;
};

// What a lead that became QUALIFIED, or a first sign-up, earned, and why.
struct RewardTrace {
  // Where it was not rated at all.
  enum Out : uint8_t { kRated, kNoRuleForIt, kQualifiedBefore, kNotLive };

  Out out = kRated;
  LeadIndex lead;  // none: a sign-up
  Seq seq;
  Instant at;
  LeadLife life;  // of the lead, then
  const Program* terms = nullptr;
  std::optional<Decision> decision;  // of a sign-up
  bool decides = false;              // the decision was made for this alone
  DecisionTrace decided;             // where it was
  std::vector<PaymentCredit> paid;
  std::vector<RatableCredit> credits;
  std::vector<std::vector<ParentTrace>> parents;  // of each credit
  RateTrace rate;
};

// What a replay listens for: how one payment, the decision that it stands
// under and its refunds came about.
struct PaymentTrace {
  // Set by the listener: the payment, and all names of its customer, for the
  // decision may have been another name's before these were merged.
  Seq payment_seq;
  absl::flat_hash_set<CustomerNumber> customers;
  absl::flat_hash_set<LeadIndex> leads;  // to be told of when they qualify

  struct Decided {
    std::string payment_id;  // empty unless a payment decided
    DecisionTrace trace;
  };
  absl::flat_hash_map<Seq, Decided> decisions;  // of these customers
  AttributedPayment payment;
  std::vector<RatableCredit> credits;
  std::vector<std::vector<ParentTrace>> parents;  // of each credit
  RateTrace rate;
  std::vector<RefundTrace> refunds;
  std::vector<RewardTrace> rewards;  // in the order applied
};

// A payment that has gone through attribute and rate, and is not yet kept.
struct RatedPayment {
  AttributedPayment attributed;
  RatablePayment ratable;
  Rating rating;
  // What `ratable` borrows.
  std::vector<event::PaymentLine> lines;
  std::vector<RatableCredit> credits;
  std::vector<RatableParent> parents;
  std::vector<std::size_t> parents_end;      // of each credit
  std::vector<event::Attribute> attributes;  // of a quote
  std::vector<RatableCredit> buyers;         // of a quote
};

class ProgramState {
 public:
  ProgramState() = default;
  ProgramState(const ProgramState&) = delete;
  ProgramState& operator=(const ProgramState&) = delete;

  // Applies one event whole, or refuses it and changes nothing. Customers and
  // visitors must have their numbers; CheckEvent must have passed. `outputs`
  // is cleared first. `trace` may be null.
  absl::Status Apply(const Event& event, Seq seq, PaymentTrace* trace,
                     EventOutputs* outputs);

  // What the payment asked about would be if it were the customer's next:
  // nothing is kept. `out` borrows from `request`.
  absl::Status Quote(const QuoteRequest& request, RatedPayment* out) const;
  // Rates it again with other lines, in the program's currency. `out` borrows
  // them.
  absl::Status RateAgain(absl::Span<const event::PaymentLine> lines,
                         RatedPayment* out) const;
  // Whether what was rated has room in the books.
  absl::Status CheckPaymentRoom(const RatedPayment& rated) const;

  // What a payment by a customer would stand under, and whose it would be.
  // Where it `decides`, `trace` says why.
  struct Prospect {
    AttributedPayment attributed;  // its payment is nothing to look at
    std::vector<RatableCredit> credits;
    DecisionTrace trace;
  };
  absl::StatusOr<Prospect> ProspectOf(CustomerNumber customer,
                                      Instant at) const;

  const Reference& reference() const { return reference_; }
  // The seq of a payment's event; none for an unknown id.
  Seq FindPayment(std::string_view payment_id) const;
  // None for an unknown id.
  LeadIndex FindLead(std::string_view lead_id) const;
  // The customer that a lead is of: the one that it names, else the first to
  // sign up with its first contact key; none yet.
  CustomerNumber CustomerOf(const LeadState& lead) const;
  // The leads of a customer, in the order registered.
  absl::Span<const LeadIndex> LeadsOf(CustomerNumber number) const;
  // The customer that `number` is a name of; itself when nothing was merged.
  CustomerNumber RootOf(CustomerNumber number) const;
  // Every name of that customer, the one it has now first.
  std::vector<CustomerNumber> NamesOf(CustomerNumber number) const;
  // The visitors identified as that customer, by number.
  std::vector<VisitorNumber> VisitorsOf(CustomerNumber number) const;
  absl::Span<const LeadState> leads() const { return leads_; }
  // A partner's accounts, one a currency, in the order opened.
  absl::Span<const AccountState> AccountsOf(PartnerIndex partner) const;
  // What the program spent in `currency`: minus the sum of all partners'
  // balances, kept by itself.
  int64_t ExpenseOf(Currency currency) const;
  // Every currency in which something was booked, in the order opened.
  std::vector<Currency> Currencies() const;

  // Gives the whole state to `item`, piece by piece, and stops at its first
  // error. Equal states give equal items however they came about; the views die
  // with the call. See program_state_codec.cc for what an item is.
  using StateItem = absl::FunctionRef<absl::Status(std::string_view item)>;
  absl::Status WriteState(StateItem item) const;
  // Takes one item back; the first goes to a new state, and all in their order.
  // DATA_LOSS when it is none or not the next; the state is then of no use.
  absl::Status ReadItem(std::string_view item);
  // DATA_LOSS when an item is missing, or when they do not belong together.
  absl::Status FinishReading() const;

 private:
  friend class StateItemWriter;
  friend class StateItemReader;
  friend class StateChecker;

  // One overload an event; each refuses before it changes anything.
  absl::Status On(const event::ProgramSet& e);
  absl::Status On(const event::PartnerSet& e);
  absl::Status On(const event::ManagerActivity& e);
  absl::Status On(const event::CodeIssued& e);
  absl::Status On(const event::CodeRevoked& e);
  absl::Status On(const event::Touch& e);
  absl::Status On(const event::CustomerIdentified& e);
  absl::Status On(const event::CustomerMerged& e);
  absl::Status On(const event::LeadRegistered& e);
  absl::Status On(const event::LeadUpdated& e);
  absl::Status On(const event::Signup& e);
  absl::Status On(const event::ContractStarted& e);
  absl::Status On(const event::ContractEnded& e);
  absl::Status On(const event::Payment& e);
  absl::Status On(const event::Refund& e);
  absl::Status On(const event::RoleAssigned& e);
  absl::Status On(const event::AttributionImported& e);
  absl::Status On(const event::AccrualReviewed& e);
  absl::Status On(const event::Adjustment& e);
  absl::Status On(const event::PayoutRequested& e);
  absl::Status On(const event::PayoutSent& e);
  absl::Status On(const event::PayoutFailed& e);
  absl::Status On(const event::OpeningBalance& e);
  absl::Status On(const event::Outreach& e);
  absl::Status On(const event::Clock& e);

  // The sums of one currency. `gross_minor` adds up every amount that ever
  // crossed from or to expense, and every payout requested: while it fits 64
  // bits, every balance and every sum of a statement does.
  struct Books {
    Currency currency;
    int64_t expense_minor = 0;
    int64_t gross_minor = 0;
  };

  // identify
  Touch MakeTouch(const event::Touch& e,
                  const std::vector<CodeIndex>& redeemed);
  void ResolveCode(const event::Touch& e,
                   const std::vector<CodeIndex>& redeemed, Touch* touch);
  // Both follow merges.
  CustomerState& Customer(CustomerNumber number);
  const CustomerState& CustomerOrNew(CustomerNumber number) const;
  VisitorState& Visitor(VisitorNumber number);
  absl::Status CheckNoOtherLead(const event::LeadRegistered& e,
                                PartnerIndex partner) const;
  std::string_view KeepKey(const event::BlindKey& key);
  void AttachLeads(absl::Span<const LeadIndex> leads, CustomerState* customer);
  absl::Status CheckKeys(const event::Signup& e) const;
  void KeepKeys(const event::Signup& e);
  void KeepFacts(const event::Signup& e, CustomerState* customer);
  void UndoSignup(CustomerNumber customer, CustomerState before);

  // attribute and rate
  void TellDecision(CustomerNumber customer, const Decision& decision,
                    DecisionTrace* trace, std::string_view payment_id);
  absl::Status Attributed(const CustomerState& customer,
                          const event::Payment& e, Seq seq, Instant at,
                          DecisionTrace* trace, RateTrace* rate_trace,
                          RatedPayment* out) const;
  absl::StatusOr<Touch> QuotedTouch(const QuoteRequest& request,
                                    const CustomerState& customer) const;
  RatableCredit MakeRatable(const PaymentCredit& credit, Instant at) const;
  void AddParents(const CustomerState& customer, PartnerIndex of, Instant at,
                  const Program& terms,
                  std::vector<RatableParent>* parents) const;
  void MakeCredits(const CustomerState& customer,
                   absl::Span<const PaymentCredit> credits, Instant at,
                   const Program& terms, RatedPayment* out) const;
  void FindBuyers(const CustomerState& customer, Instant at,
                  RatedPayment* out) const;
  void SetFacts(const CustomerState& customer, CustomerNumber number,
                RatablePayment* out) const;
  absl::Status CheckRatingRoom(const Rating& rating) const;
  void Listen(const CustomerState& customer);
  std::vector<std::vector<ParentTrace>> TraceParents(
      const CustomerState& customer, const RatedPayment& of) const;
  void KeepRated(const Program& terms, EarnsOn earns_on, int64_t hold_us);
  void BookRated(PartnerIndex owner, std::size_t place,
                 const RatedAmount& amount, int64_t hold_us,
                 std::string_view refund_id = {});
  void TakeBack(const BookedAccrual& booked, int64_t amount_minor,
                AccrualSource source, Accrual* row);
  AccrualId NextAccrualId() const;
  Accrual RowOf(PartnerIndex owner, const BookedAccrual& booked) const;
  Currency currency() const;
  absl::Status Reward(EarnsOn earns_on, CustomerNumber customer,
                      std::string_view id,
                      absl::Span<const PaymentCredit> credits,
                      int64_t vendor_weight_ppb, RewardTrace* trace);
  RewardTrace* HearLead(LeadIndex index);
  RewardTrace* HearSignup(CustomerNumber customer);
  RewardTrace* HearReward();
  bool ContactQualified(const LeadState& lead, CustomerNumber customer) const;
  absl::Status RewardLead(const LeadState& lead, LeadIndex index);
  bool RewardsSignups() const;
  absl::Status RewardSignup(CustomerNumber customer,
                            const std::optional<Decision>& made);
  absl::Status UndoAll(const event::Refund& e, const PaymentState& payment,
                       std::string_view payment_id, bool listened);
  absl::StatusOr<int64_t> GivenBack(const PaymentState& payment,
                                    absl::Span<const PaidLine> before) const;
  void KeepUndone(const PaymentState& payment);
  void BookUndone(const RefundedPayment& refund, const Reversal& reversal,
                  const PaymentState& payment);
  void TraceRefund(const event::Refund& e, absl::Span<const PaidLine> before);
  void TraceUndone(std::size_t payee, RefundTrace* refund) const;
  void HearReversal(const AccrualId& id, int64_t booked_minor);

  // settle
  absl::StatusOr<PartnerIndex> NeedPartner(std::string_view field,
                                           std::string_view partner_id) const;
  absl::Status CheckShare(std::string_view field,
                          const std::optional<Rate>& share) const;
  absl::Status CheckRoom(Currency currency, absl::int128 amount_minor) const;
  AccountState& OpenAccount(PartnerIndex partner, Currency currency);
  Books& OpenBooks(Currency currency);
  Booking BookingFor(PartnerIndex partner, Currency currency);
  void CloseBooks();
  void AddVoidRow(PartnerIndex partner, const AccrualId& id,
                  int64_t amount_minor, Currency currency);
  template <typename E>
  absl::Status FinishPayout(const E& e, std::string_view name, EntryKind kind,
                            PayoutState state);

  Reference reference_;
  StringPool ids_;  // of payments, contracts, leads, refunds and payouts
  std::vector<CodeState> codes_;
  std::vector<LeadState> leads_;           // by index
  std::vector<VisitorState> visitors_;     // by number
  const CustomerState new_customer_ = {};  // of whom nothing is known
  std::vector<CustomerState> customers_;   // by number
  std::vector<PartnerState> partners_;     // by index
  // In whose state an accrual stands that another partner has by it.
  absl::flat_hash_map<AccrualId, PartnerIndex> riding_;
  std::vector<absl::InlinedVector<AccountState, 1>> accounts_;  // by index
  std::vector<Books> books_;
  // Everything that was paid and given back, and everything that outreach
  // counted: while they fit 64 bits, every figure of a period does.
  int64_t turnover_minor_ = 0;
  int64_t outreach_count_ = 0;
  absl::flat_hash_map<std::string_view, Seq> payments_;
  absl::flat_hash_set<std::string_view> refunds_;
  absl::flat_hash_set<std::string_view> contracts_;
  absl::flat_hash_map<std::string_view, LeadIndex> lead_ids_;
  absl::flat_hash_map<std::string_view, std::vector<LeadIndex>> leads_by_key_;
  absl::flat_hash_map<std::string_view, std::vector<CustomerNumber>>
      customers_by_key_;  // of sign-ups, in order
  absl::flat_hash_map<std::string_view, Payout> payouts_;  // their last step

  // How far ReadItem has come: the last item's tag, how many partners had
  // theirs, whose account came last, the last key of a list, and how many keys
  // customers share.
  struct Reading {
    uint8_t tag = 0;
    std::size_t partners = 0;
    PartnerIndex account_of;
    Seq payment_seq;
    std::string_view id;
    std::size_t shared_keys = 0;
  };
  Reading reading_;

  // The event being applied.
  Seq seq_;
  Instant at_;
  std::string_view program_id_;
  PaymentTrace* trace_ = nullptr;
  EventOutputs* outputs_ = nullptr;
  RatedPayment rated_;
  absl::InlinedVector<PartnerIndex, 4> payees_;
  std::vector<PaymentCredit> reward_credits_;
  AttributedRefund refunded_;
  // Of each payee of the payment, in their order.
  std::vector<RefundedPayment> undone_;
  std::vector<Undoing> undoings_;
  struct UndoneReversal {
    std::size_t payee = 0;  // its place in `undone_`
    Reversal reversal;
  };
  std::vector<UndoneReversal> reversals_;
  std::vector<ReverseTrace> undo_traces_;  // of each payee, where one listens
  RefundTrace* heard_ = nullptr;           // where one listens
  std::vector<Taken> taken_;
  std::string_view refund_id_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_PROGRAM_STATE_H_
