// How one payment came to earn what it earned, or nothing (docs/SEMANTICS.md,
// section 9): every candidate touch and lead, the payment's place, the terms,
// each rule tried per line, the exact arithmetic, and what was booked and taken
// back. Or how a customer stands, with or without a payment, or what a lead
// earned.
//
//   StatusOr<Explanation> why = engine.Explain(program_id, payment_id);
//   std::cout << ExplanationText(*why);
//   why = engine.ExplainCustomer(program_id, customer_id, std::nullopt);
//
//   why = engine.ExplainLead(program_id, lead_id);
//
// Data first, text from it. An Explanation owns all that it says but the rows
// of the feed: these are borrowed from the engine, as a Statement's are, so
// that it must not outlive the engine.
#ifndef VOUCH_REPORT_EXPLANATION_H_
#define VOUCH_REPORT_EXPLANATION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vouch/attribute/attribute.h"
#include "vouch/attribute/decide.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/event/event.h"
#include "vouch/identify/lead.h"
#include "vouch/identify/touch.h"
#include "vouch/ledger/entry.h"
#include "vouch/program/spec.h"
#include "vouch/rate/rate_trace.h"
#include "vouch/report/explained_amount.h"
#include "vouch/report/output.h"

VOUCH_NAMESPACE_BEGIN

// A touch or lead that the decision looked at, and what became of it.
struct ExplainedTouch {
  Seq seq;
  Instant time;  // of a lead its registration
  Channel channel = Channel::kNone;
  std::string partner_id;  // as known, else as named; empty for DIRECT
  std::string code;        // as issued, else as named; may be empty
  std::string campaign;
  std::vector<std::string> sub_ids;
  std::string lead_id;  // where the channel is LEAD
  Standing standing = Standing::kHolds;
  TouchFate fate = TouchFate::kLost;
  // Its own share before touches of one partner were added, for reading.
  int64_t weight_ppb = 0;
  int tier = kNoTier;  // of its channel, from 1; kNoTier also without tiers
  // The event of the lead or DIRECT touch that excludes it; else none.
  Seq excluded_by;
  // At the conversion, as the records were then; kNone: there was none of the
  // partner.
  PartnerStatus partner_status = PartnerStatus::kNone;
  int64_t age_us = 0;  // at the conversion; below zero: the touch came after
  std::optional<int64_t> window_us;  // the channel's; absent: none
  bool window_inclusive = false;     // exactly the window's age counts
  // From or until when the code held, where `standing` is about that.
  std::optional<Instant> code_limit;
  // Of a lead: when its protection ended or, as things stood, would have.
  std::optional<Instant> lead_end;
  std::string reason;  // in words
};

// As vouch::Credit, with names.
struct ExplainedCredit {
  std::string partner_id;
  Role role = Role::kNone;
  int64_t weight_ppb = 0;
  Channel channel = Channel::kNone;
  std::string code;
  std::string lead_id;
  std::string campaign;
  std::vector<std::string> sub_ids;
  Seq touch_seq;
  Instant touch_at;
};

// A partner above a credited one, at the payment's time.
struct ExplainedParent {
  std::string partner_id;
  PartnerStatus status = PartnerStatus::kNone;
  CreditStanding standing = CreditStanding::kEarns;
};

// A credit at the payment's time.
struct ExplainedPayee {
  ExplainedCredit credit;
  int32_t place = 0;  // from 1, in the split among those of its role
  PartnerKind kind = PartnerKind::kNone;
  std::string group;
  // As the records were then; kNone: there was none.
  PartnerStatus status = PartnerStatus::kNone;
  CreditStanding standing = CreditStanding::kEarns;
  // Level 1 first. Of a customer alone none are told.
  std::vector<ExplainedParent> parents;
};

struct ExplainedDecision {
  Seq seq;                 // of the event that converted; none: none did
  std::string event_id;    // of that event
  std::string payment_id;  // empty unless a payment converted
  Seq terms_seq;           // of the version that decided
  Instant at;
  Trigger trigger = Trigger::kNone;
  // The model with what it needs; kNone for an import, which asks none.
  Model model = Model::kNone;
  int64_t half_life_us = 0;             // TIME_DECAY
  std::string first_share, last_share;  // POSITION_BASED: "40%"
  bool has_tiers = false;
  std::vector<ExplainedTouch> touches;  // in the order applied
  // How many more had fallen because no more than kMaxLiveTouches are kept.
  int64_t fallen_touches = 0;
  std::vector<ExplainedCredit> credits;  // none: no partner won
  int64_t vendor_weight_ppb = 0;         // the vendor's own share
  bool binds = false;                    // for other payments too
  std::optional<Instant> bound_until;    // absent: for good

  // Whether somebody won, be it the vendor.
  bool has_winner() const { return !credits.empty() || vendor_weight_ppb > 0; }
};

// One rule tried for one line and credit. `failed` names the condition that
// did not hold; empty: all held, and `outcome` says whether the rule pays.
// `role` is the credit's.
struct ExplainedTrial {
  std::string partner_id;
  std::string rule_id;
  int32_t line = 0;
  std::string failed;
  std::string wanted;
  std::string actual;
  int32_t rule_place = 0;  // in the program, from 1
  Role role = Role::kNone;
  TrialOutcome outcome = TrialOutcome::kFailed;
  // Choosing HIGHEST: what the partner would get for this line alone.
  std::optional<int64_t> alone_minor;
};

// The figures of a line, in minor units of one currency.
struct ExplainedFigures {
  int64_t amount_minor = 0;
  int64_t tax_minor = 0;
  int64_t discount_minor = 0;
  int64_t fee_minor = 0;
};

struct ExplainedLine {
  int32_t line = 0;
  std::string product;
  std::string category;
  int64_t quantity = 1;
  std::vector<std::pair<std::string, std::string>> attributes;
  ExplainedFigures given;      // in the payment's currency
  ExplainedFigures converted;  // in the program's, each rounded once
  int64_t base_minor = 0;      // of these, by the terms that rated
  std::vector<ExplainedTrial> trials;
};

// What a refund did to one accrual: before + change is reversed after it.
struct ExplainedReversal {
  AccrualId accrual_id;
  int64_t before_minor = 0;
  int64_t change_minor = 0;  // below zero: brought back
  // Of that what the books moved: less where a VOID had taken the accrual.
  int64_t booked_minor = 0;
  std::string partner_id;  // whose accrual it is
  std::string rule_id;
  int32_t level = 0;
  int64_t amount_minor = 0;  // of the accrual
};

// What a limit kept from coming back to an accrual.
struct ExplainedKept {
  AccrualId accrual_id;
  LimitTrace limit;
};

// By how much a refund lowered a partner's metric REVENUE, or the base of the
// true-up of a rule; below zero where a won chargeback raised it.
struct ExplainedShare {
  std::string partner_id;
  Role role = Role::kNone;
  std::string rule_id;  // empty: REVENUE
  int64_t change_minor = 0;
};

struct ExplainedRefund {
  std::string refund_id;
  Seq seq;
  Instant time;
  RefundKind kind = RefundKind::kNone;
  int64_t amount_minor = 0;
  bool past_clawback = false;
  // By line what was given back; below zero where a won chargeback brought
  // back.
  std::vector<event::RefundLine> lines;
  std::vector<ExplainedReversal> reversals;  // of accruals that it changed
  std::vector<ExplainedKept> kept;
  std::vector<ExplainedShare> shares;
  // Of the payment's period and of the refund's, made again; also those that
  // it does not change.
  std::vector<ExplainedAmount> true_ups;
};

// What a qualified lead or a first sign-up earned, or why nothing.
struct ExplainedReward {
  std::string lead_id;   // empty: a sign-up
  Seq seq;               // of the event; none: the lead is not QUALIFIED yet
  std::string event_id;  // of that event
  Instant time;          // of that event, else the moment explained
  Seq terms_seq;         // of the version in force then, which rates
  // Of a lead: whose it is, since when, and how it stood then.
  std::string partner_id;
  Instant registered_at;
  LeadLife lead_life;
  // Of a sign-up: who is credited, by the decision that binds or one that was
  // made for this alone and binds nothing.
  std::optional<ExplainedDecision> decision;
  bool decides = false;  // made for this alone
  std::vector<ExplainedPayee> credits;
  std::vector<ExplainedTrial> trials;  // their line is 0
  std::vector<ExplainedAmount> amounts;
  NothingEarned nothing_earned = NothingEarned::kNone;
};

struct Explanation {
  std::string program_id;
  std::string payment_id;  // empty: of a customer or a lead alone
  std::string lead_id;     // of a lead alone
  std::string event_id;    // of the payment; empty without one
  // Whose: of merged customers the one that the others are names of.
  std::string customer_id;
  CustomerNumber customer;
  Seq seq;       // of the payment; none without one
  Instant time;  // of the payment, else the moment explained
  Currency currency;
  // Of another currency than the program's: what one unit of it is worth, as
  // decimal text, and the program's.
  std::string exchange_rate;
  std::string exchange_on;      // the day of that rate; empty: not recorded
  std::string exchange_source;  // who published it; empty: not recorded
  Currency program_currency;
  TimeZone time_zone;
  // The payment's place.
  int64_t payment_number = 0;  // 0: of nothing
  Phase phase = Phase::kNone;
  int32_t contract_year = 0;
  std::string contract_id;
  CivilDay contract_anchor;
  CivilDay phase_anchor;
  CivilDay first_payment_on;
  std::optional<CivilDay> signup_on;
  // The terms: which version rated, and why that one.
  TermsAsOf terms_as_of = TermsAsOf::kNone;
  Seq terms_seq;
  Instant terms_from;
  // The version of the payment's own time, which gives hold and clawback.
  Seq payment_terms_seq;
  int64_t hold_days = 0;
  std::optional<int64_t> clawback_days;
  BaseSpec base;  // what of a line is rated, by the version that rated

  // The decision under which the payment, or one at `time`, stands.
  std::optional<ExplainedDecision> decision;
  // Of a customer alone whom no decision binds: what a conversion at `time`
  // would say. Nothing was decided.
  std::optional<ExplainedDecision> prospect;
  // Who is credited with the payment, or would be with one at `time`: acquirers
  // in the decision's order, then the servicer.
  std::vector<ExplainedPayee> credits;
  std::vector<ExplainedLine> lines;
  std::vector<ExplainedAmount> amounts;
  // Of the payment, with what it and its refunds took back of the true-ups of
  // others; of a customer or a lead alone, of the rewards. Reversals are among
  // them, in the feed's order.
  std::vector<Output> accruals;
  std::vector<Output> entries;       // of these accruals, in the feed's order
  std::shared_ptr<const void> rows;  // keeps what both borrow
  std::vector<ExplainedRefund> refunds;
  // Leads and the first sign-up of the customer, in the order applied, where
  // the terms then had a rule for them; leads that are not QUALIFIED come last.
  // Of a lead alone: that lead, whatever the terms had.
  std::vector<ExplainedReward> rewards;
  NothingEarned nothing_earned = NothingEarned::kNone;
};

// For people: the same as text, a paragraph a question.
std::string ExplanationText(const Explanation& explanation);

// Why `touch` lost or won under `model`, in words.
std::string FateText(const ExplainedTouch& touch, Model model);

// The model with what it needs, in words: "time decay with a half-life of 30
// days". Of an import empty.
std::string ModelText(const ExplainedDecision& decision);

VOUCH_NAMESPACE_END

#include "vouch/report/explanation-inl.h"  // IWYU pragma: export

#endif  // VOUCH_REPORT_EXPLANATION_H_
