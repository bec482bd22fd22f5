// A program with its partners, payments and refunds, one after the other, for
// tables worked out by hand: what each step books, as text.
//
//   RateDesk desk(TermsOf({PercentRule("r", "10%")}));
//   desk.Pay(1000);                  // {"p1 r +100"}
//   desk.Refund(1, 400);             // payment 1: {"p1 r -40"}
//
// A row is "<payee> <rule>[/<level>] <amount>"; partner n is "p<n>".
#ifndef VOUCH_TESTS_UNIT_RATE_RATE_DESK_H_
#define VOUCH_TESTS_UNIT_RATE_RATE_DESK_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "vouch/rate/event_reward.h"
#include "vouch/rate/rate.h"
#include "vouch/rate/reverse.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

using Rows = std::vector<std::string>;

inline ProgramSpec TermsOf(std::vector<RuleSpec> rules) {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.currency = "EUR";
  spec.time_zone = "UTC";
  spec.rules = std::move(rules);
  return spec;
}

inline RuleSpec PercentRule(std::string id, std::string percent) {
  RuleSpec rule;
  rule.rule_id = std::move(id);
  rule.reward.percent = std::move(percent);
  return rule;
}

inline RuleSpec FixedRule(std::string id, int64_t amount_minor,
                          FixedPer per = FixedPer::kPayment) {
  RuleSpec rule;
  rule.rule_id = std::move(id);
  rule.reward.fixed = {amount_minor, per};
  return rule;
}

inline RuleSpec BudgetRule(std::string budget) {
  RuleSpec rule;
  rule.rule_id = "budget";
  rule.budget = std::move(budget);
  return rule;
}

// Bands of {from, percent, fixed}; each ends where the next begins.
struct Band {
  int64_t from = 0;
  std::string percent;
  int64_t fixed_minor = 0;
};

inline RewardSpec TierReward(TierMeaning meaning, Metric metric, Period period,
                             const std::vector<Band>& bands) {
  RewardSpec reward;
  reward.tier_meaning = meaning;
  reward.tier_metric = metric;
  reward.tier_period = period;
  for (const Band& band : bands) {
    TierSpec tier;
    tier.from = band.from;
    tier.percent = band.percent;
    tier.fixed_amount_minor = band.fixed_minor;
    reward.tiers.push_back(tier);
  }
  return reward;
}

inline RuleSpec TierRule(std::string id, TierMeaning meaning, Metric metric,
                         Period period, const std::vector<Band>& bands) {
  RuleSpec rule;
  rule.rule_id = std::move(id);
  rule.reward = TierReward(meaning, metric, period, bands);
  return rule;
}

inline UplineSpec UplineAt(int64_t level, UplineOf of, std::string percent) {
  UplineSpec upline;
  upline.level = level;
  upline.of = of;
  upline.percent = std::move(percent);
  return upline;
}

inline event::PaymentLine Line(int64_t amount_minor,
                               std::string_view product = "") {
  event::PaymentLine line;
  line.line = 1;
  line.product = product;
  line.amount_minor = amount_minor;
  return line;
}

// What the next payment is; the desk keeps it from one to the next.
struct DeskPayment {
  std::vector<event::PaymentLine> lines = {Line(1000)};
  CivilDay on = CivilDay(2024, 1, 15);
  CivilDay contract_start = CivilDay(2024, 1, 1);
  std::optional<CivilDay> signup_on;
  uint64_t customer = 1;
  Phase phase = Phase::kAcquisition;
  int64_t vendor_weight_ppb = 0;
};

class RateDesk {
 public:
  DeskPayment next;
  std::vector<RatableCredit> credits;
  RateTrace trace;
  ReverseTrace reverse_trace;

  // One partner, p1, credited with all.
  explicit RateDesk(const ProgramSpec& spec) {
    SetTerms(spec);
    SetWeights({kPpb});
  }

  // Another version, from the next payment on.
  void SetTerms(const ProgramSpec& spec) {
    Mistakes mistakes;
    terms_ = Program::Build(spec, &mistakes);
    ASSERT_NE(terms_, nullptr) << mistakes.ToString();
    versions_.push_back(terms_);
  }
  // Credits of partners p1, p2 and so on.
  void SetWeights(const std::vector<int64_t>& weights) {
    credits.clear();
    for (std::size_t i = 0; i < weights.size(); ++i) {
      RatableCredit credit;
      credit.partner = PartnerIndex(static_cast<uint32_t>(i + 1));
      credit.partner_id = IdOf(i + 1);
      credit.kind = PartnerKind::kAffiliate;
      credit.channel = Channel::kLink;
      credit.weight_ppb = weights[i];
      credits.push_back(credit);
    }
  }
  // Parents of every credit, level 1 first, by number; below zero: it does not
  // earn.
  void SetParents(const std::vector<int>& parents) {
    parents_.emplace_back();
    for (const int parent : parents) {
      const int number = parent < 0 ? -parent : parent;
      parents_.back().push_back(
          {PartnerIndex(static_cast<uint32_t>(number)), parent > 0});
    }
    for (RatableCredit& credit : credits) credit.parents = parents_.back();
  }

  PartnerState& StateOf(uint32_t partner) { return states_[partner]; }
  const Program& terms() const { return *terms_; }

  Rows Pay(int64_t amount_minor) {
    next.lines = {Line(amount_minor)};
    return Pay();
  }
  Rows Pay() {
    const RatablePayment payment = NextPayment();
    trace = RateTrace();
    status_ = RatePayment(*terms_, payment, &trace, &rating_);
    EXPECT_TRUE(status_.ok()) << status_;
    ExpectSameWithoutTrace(payment);
    Kept kept;
    kept.lines = PaidLinesOf(payment);
    kept.customer = payment.customer;
    std::vector<PartnerState*> states;
    for (const RatableCredit& credit : credits) {
      kept.partners.push_back(credit.partner);
      states.push_back(&states_[credit.partner.value()]);
    }
    const Rows rows = RowsOf(rating_);
    KeepRating(*terms_, payment, rating_, states);
    payments_[payment.seq.value()] = std::move(kept);
    ++numbers_[next.customer];
    seq_ = payment.seq.value();
    return rows;
  }
  // The error of the next payment, which is not kept.
  absl::Status TryPay() {
    const RatablePayment payment = NextPayment();
    return RatePayment(*terms_, payment, nullptr, &rating_);
  }
  const Rating& rating() const { return rating_; }

  // Gives back of the only line of the n-th event, a payment.
  Rows Refund(uint64_t payment, int64_t amount_minor) {
    payments_[payment].lines[0].counted_minor += amount_minor;
    return Undo(payment, false);
  }
  Rows WinBack(uint64_t payment, int64_t amount_minor) {
    payments_[payment].lines[0].counted_minor -= amount_minor;
    return Undo(payment, true);
  }
  std::vector<PaidLine>& LinesOf(uint64_t payment) {
    return payments_[payment].lines;
  }

  // What follows from the lines of a payment as they are now, at `next.on`.
  Rows Undo(uint64_t payment, bool brings_back) {
    Kept& kept = payments_[payment];
    ++seq_;
    Rows rows;
    Rows true_ups;
    uint32_t id = 0;
    reverse_trace = ReverseTrace();
    for (const PartnerIndex partner : kept.partners) {
      PartnerState& state = states_[partner.value()];
      RefundedPayment refund;
      refund.partner = partner;
      refund.payment_seq = Seq(payment);
      refund.lines = kept.lines;
      refund.rounding = terms_->reversal_rounding();
      refund.brings_back = brings_back;
      refund.on = next.on;
      refund.customer = kept.customer;
      Undoing undoing;
      const absl::Status status =
          Reverse(state, refund, &reverse_trace, &undoing);
      EXPECT_TRUE(status.ok()) << status;
      for (const Reversal& reversal : undoing.reversals) {
        const BookedAccrual& a = state.accruals[reversal.accrual];
        rows.push_back(
            Row(a.payee, a.rule_id, a.level, -reversal.change_minor));
        KeepReversal(refund, reversal, &state);
      }
      KeepShares(refund, undoing, &state);
      for (const RatedAmount& amount : undoing.true_ups) {
        true_ups.push_back(TrueUpRow(amount, state));
        AccrualId made;
        if (!amount.takes_back()) made = {Seq(seq_), ++id};
        KeepTrueUp(refund, amount, made, &state);
      }
    }
    rows.insert(rows.end(), true_ups.begin(), true_ups.end());
    return rows;
  }

  Rows Reward(EarnsOn earns_on) {
    const RatablePayment event = NextPayment();
    trace = RateTrace();
    EXPECT_TRUE(RateEvent(*terms_, earns_on, event, &trace, &rating_).ok());
    std::vector<PartnerState*> states;
    for (const RatableCredit& credit : credits) {
      states.push_back(&states_[credit.partner.value()]);
    }
    const Rows rows = RowsOf(rating_);
    KeepEvent(*terms_, earns_on, event, rating_, states);
    ++seq_;
    return rows;
  }

  // The seq of the last event.
  uint64_t seq() const { return seq_; }

  RatablePayment NextPayment() {
    RatablePayment payment;
    payment.seq = Seq(seq_ + 1);
    payment.lines = next.lines;
    payment.phase = next.phase;
    payment.customer = CustomerNumber(next.customer);
    payment.number = numbers_[next.customer] + 1;
    payment.vendor_weight_ppb = next.vendor_weight_ppb;
    PlaceInTime(next.on, next.contract_start, next.contract_start,
                next.signup_on, &payment);
    for (RatableCredit& credit : credits) {
      credit.state = &states_[credit.partner.value()];
    }
    payment.credits = credits;
    return payment;
  }

 private:
  struct Kept {
    std::vector<PaidLine> lines;
    CustomerNumber customer;
    std::vector<PartnerIndex> partners;
  };

  std::string_view IdOf(std::size_t n) {
    while (ids_.size() < n) ids_.push_back(absl::StrCat("p", ids_.size() + 1));
    return ids_[n - 1];
  }
  static std::string Row(PartnerIndex payee, std::string_view rule,
                         int32_t level, int64_t amount) {
    return absl::StrCat("p", payee.value(), " ", std::string(rule),
                        level == 0 ? "" : absl::StrCat("/", level), " ",
                        amount < 0 ? "" : "+", amount);
  }
  static std::string TrueUpRow(const RatedAmount& amount,
                               const PartnerState& state) {
    return Row(
        amount.payee, state.books[amount.book].rule_id, amount.level,
        amount.takes_back() ? -amount.amount_minor : amount.amount_minor);
  }
  Rows RowsOf(const Rating& rating) {
    Rows rows;
    for (const RatedAmount& amount : rating.amounts) {
      const PartnerState& state =
          states_[credits[amount.credit].partner.value()];
      if (amount.rule == kNoRule) {
        rows.push_back(TrueUpRow(amount, state));
        continue;
      }
      rows.push_back(Row(
          amount.payee, terms_->rules()[amount.rule].rule_id, amount.level,
          amount.takes_back() ? -amount.amount_minor : amount.amount_minor));
    }
    return rows;
  }
  void ExpectSameWithoutTrace(const RatablePayment& payment) {
    Rating again;
    EXPECT_EQ(RatePayment(*terms_, payment, nullptr, &again), status_);
    EXPECT_EQ(RowsOf(again), RowsOf(rating_));
  }
  static std::vector<PaidLine> PaidLinesOf(const RatablePayment& payment) {
    std::vector<PaidLine> lines;
    for (const event::PaymentLine& line : payment.lines) {
      PaidLine& paid = lines.emplace_back();
      paid.line = line.line;
      paid.amount_minor = line.amount_minor;
    }
    return lines;
  }

  std::shared_ptr<const Program> terms_;
  std::vector<std::shared_ptr<const Program>> versions_;
  std::deque<std::string> ids_;
  std::deque<std::vector<RatableParent>> parents_;
  std::map<uint32_t, PartnerState> states_;
  std::map<uint64_t, Kept> payments_;
  std::map<uint64_t, int64_t> numbers_;
  Rating rating_;
  absl::Status status_;
  uint64_t seq_ = 0;
};

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_UNIT_RATE_RATE_DESK_H_
