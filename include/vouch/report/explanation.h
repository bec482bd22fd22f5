// How one payment came to earn what it earned, or nothing (docs/SEMANTICS.md,
// section 9): every candidate touch, the payment's place, the terms, each rule
// tried per line, the exact arithmetic, and what was booked and taken back.
//
//   StatusOr<Explanation> why = engine.Explain(program_id, payment_id);
//   std::cout << ExplanationText(*why);
//
// Data first, text from it. An Explanation owns all that it says and is a
// plain value.
#ifndef VOUCH_REPORT_EXPLANATION_H_
#define VOUCH_REPORT_EXPLANATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vouch/attribute/decide.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/rounding.h"
#include "vouch/identify/touch.h"
#include "vouch/ledger/entry.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

// A touch that the decision looked at, and what became of it.
struct ExplainedTouch {
  Seq seq;
  Instant time;
  Channel channel = Channel::kNone;
  std::string partner_id;  // as known, else as named
  std::string code;        // as issued, else as named; may be empty
  std::string campaign;
  Standing standing = Standing::kHolds;
  TouchFate fate = TouchFate::kLost;
  std::string reason;  // in words
};

struct ExplainedCredit {
  std::string partner_id;
  Role role = Role::kNone;
  int64_t weight_ppb = 0;
  Channel channel = Channel::kNone;
  std::string code;
  std::string campaign;
  std::vector<std::string> sub_ids;
  Seq touch_seq;
  Instant touch_at;
  // At the payment's time:
  PartnerKind kind = PartnerKind::kNone;
  std::string group;
  bool active = false;
};

struct ExplainedDecision {
  Seq seq;
  Instant at;
  Trigger trigger = Trigger::kNone;
  Model model = Model::kNone;
  std::vector<ExplainedTouch> touches;   // in the order applied
  std::vector<ExplainedCredit> credits;  // none: nobody is credited
};

// One rule tried for one line and credit. `failed` names the condition that
// did not hold; empty: the rule was chosen.
struct ExplainedTrial {
  std::string partner_id;
  std::string rule_id;
  int32_t line = 0;
  std::string failed;
  std::string wanted;
  std::string actual;
};

struct ExplainedLine {
  int32_t line = 0;
  std::string product;
  int64_t amount_minor = 0;
  int64_t tax_minor = 0;
  int64_t discount_minor = 0;
  int64_t fee_minor = 0;
  int64_t base_minor = 0;  // by the terms that rated
  std::vector<ExplainedTrial> trials;
};

// What one credit gets by one rule. The product before rounding is exactly
// numerator / denominator.
struct ExplainedAmount {
  std::string partner_id;
  std::string rule_id;
  Role role = Role::kNone;
  std::vector<int32_t> lines;
  int64_t base_minor = 0;
  bool budget = false;
  std::string rate;  // of the base, or the budget: "12.5%"
  int64_t fixed_minor = 0;
  std::string numerator;
  std::string denominator;
  Rounding rounding = Rounding::kHalfEven;
  int64_t rounded_minor = 0;   // of a budget: the whole of it
  std::string customer_share;  // of a budget
  int64_t discount_minor = 0;  // of a budget: the customer's
  int64_t weight_ppb = 0;
  int64_t amount_minor = 0;  // this credit's place in the split
};

struct ExplainedAccrual {
  AccrualId accrual_id;
  AccrualKind kind = AccrualKind::kNone;
  Seq seq;
  std::string event_id;
  Instant time;
  std::string partner_id;
  std::string rule_id;
  int64_t amount_minor = 0;
};

struct ExplainedEntry {
  Seq seq;
  uint32_t place = 0;
  std::string event_id;
  Instant time;
  EntryKind kind = EntryKind::kNone;
  std::string partner_id;
  Account from = Account::kNone;
  Account to = Account::kNone;
  int64_t amount_minor = 0;
  AccrualId accrual_id;
};

struct ExplainedRefund {
  std::string refund_id;
  Seq seq;
  Instant time;
  RefundKind kind = RefundKind::kNone;
  int64_t amount_minor = 0;
  bool past_clawback = false;
};

// Why a payment earned nobody anything.
enum class NothingEarned : uint8_t {
  kNone,
  kZeroPayment,
  kNobodyCredited,
  kNotActive,
  kNoRule,
  kRoundedToZero,
};

struct Explanation {
  std::string program_id;
  std::string payment_id;
  std::string event_id;
  std::string customer_id;
  CustomerNumber customer;
  Seq seq;
  Instant time;
  Currency currency;
  TimeZone time_zone;
  // The payment's place.
  int64_t payment_number = 0;  // 0: of nothing
  Phase phase = Phase::kNone;
  int32_t contract_year = 0;
  std::string contract_id;
  CivilDay contract_anchor;
  CivilDay phase_anchor;
  // The terms: which version rated, and why that one.
  TermsAsOf terms_as_of = TermsAsOf::kNone;
  Seq terms_seq;
  Instant terms_from;
  int64_t hold_days = 0;
  std::optional<int64_t> clawback_days;

  std::optional<ExplainedDecision> decision;
  std::vector<ExplainedLine> lines;
  std::vector<ExplainedAmount> amounts;
  std::vector<ExplainedAccrual> accruals;  // reversals among them
  std::vector<ExplainedEntry> entries;
  std::vector<ExplainedRefund> refunds;
  NothingEarned nothing_earned = NothingEarned::kNone;
};

// For people: the same as text, a paragraph a question.
std::string ExplanationText(const Explanation& explanation);

// Why a touch of that fate and standing lost or won, in words.
std::string FateText(TouchFate fate, Standing standing);

VOUCH_NAMESPACE_END

#include "vouch/report/explanation-inl.h"  // IWYU pragma: export

#endif  // VOUCH_REPORT_EXPLANATION_H_
