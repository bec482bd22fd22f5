// What the calculator gives: the amounts that a payment, a lead or a sign-up
// earns, and what of it the partners' states count (docs/SEMANTICS.md,
// section 6).
#ifndef VOUCH_RATE_RATING_H_
#define VOUCH_RATE_RATING_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/rate/partner_state.h"
#include "vouch/rate/ratable.h"

VOUCH_NAMESPACE_BEGIN

inline constexpr std::size_t kNoRule = static_cast<std::size_t>(-1);

// One accrual, or what a true-up that goes down takes of one.
struct RatedAmount {
  std::size_t credit = 0;  // its place in RatablePayment::credits
  // Its place in Program::rules(); kNoRule: a true-up of a rule that was not
  // chosen, which its book names.
  std::size_t rule = 0;
  int64_t base_minor = 0;      // of a true-up the period's
  int64_t amount_minor = 0;    // above zero: nothing of zero is here
  int64_t discount_minor = 0;  // of a budget: the customer's part
  std::size_t first_base = 0;  // its lines in Rating::bases
  std::size_t base_count = 0;
  int32_t level = 0;   // 0: the credited partner; uplines from 1
  PartnerIndex payee;  // of level 0 the credit's partner
  // Of a true-up its place in PartnerState::books; past the end of it that of
  // a book that KeepCredit opens.
  std::size_t book = kNoPlace;
  // What is taken back, of PartnerState::accruals; else an accrual is made.
  std::size_t taken_from = kNoPlace;

  bool takes_back() const { return taken_from != kNoPlace; }
};

// By how much an upline's true-up grew while nobody at its level could earn it:
// nothing is booked, now or later. Below zero: that much of it, of the latest
// first, went down again.
struct ForgoneMove {
  std::size_t credit = 0;  // as in RatedAmount
  std::size_t book = 0;
  int32_t level = 0;
  int64_t change_minor = 0;
};

// A rule that was chosen for lines of a credit, whether it pays or not.
struct ChosenRule {
  std::size_t rule = 0;
  bool spends = false;          // a fixed amount that is earned once
  std::size_t book = kNoPlace;  // of a RETROACTIVE rule, as in RatedAmount
  int64_t share_minor = 0;      // by which that book's base grows
  int64_t discount_minor = 0;   // of a budget: D, before the split
  std::size_t first_base = 0;   // its lines in Rating::bases
  std::size_t base_count = 0;
};

// What one credit brings to the state of its partner. One that is not active
// counts nothing.
struct CreditEffect {
  bool counts = false;
  int64_t revenue_minor = 0;   // the partner's share of all bases
  std::size_t first_base = 0;  // all lines, in Rating::bases
  std::size_t base_count = 0;
  std::size_t first_chosen = 0;  // in Rating::chosen
  std::size_t chosen_count = 0;
  std::size_t first_amount = 0;  // in Rating::amounts
  std::size_t amount_count = 0;
};

struct Rating {
  // By credit, then by rule as written, then by level; a true-up stands at its
  // rule's place, those of rules that were not chosen after them, in the order
  // in which their books were opened.
  std::vector<RatedAmount> amounts;
  std::vector<ForgoneMove> forgone;  // in the same order
  std::vector<LineBase> bases;
  std::vector<ChosenRule> chosen;     // by credit, then by rule as written
  std::vector<CreditEffect> credits;  // as many as the payment has

  // Work space, kept to be used again, of the credit at hand: which rule pays
  // which line, by rule and then by line; of each line the rule that leads and
  // what it gives; the weights of the split; what was moved so far.
  struct Work {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    std::vector<std::size_t> rule_of_line;
    std::vector<int64_t> alone_minor;
    std::vector<bool> has_budget;  // by line
    std::vector<int64_t> weights;
    std::vector<RuleMove> moves;
  };
  Work work;

  void Clear() {
    amounts.clear();
    forgone.clear();
    bases.clear();
    chosen.clear();
    credits.clear();
  }
  absl::Span<const RatedAmount> AmountsOf(std::size_t credit) const {
    return absl::MakeConstSpan(amounts).subspan(credits[credit].first_amount,
                                                credits[credit].amount_count);
  }
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_RATING_H_
