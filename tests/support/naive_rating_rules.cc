#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/support/naive_rating.h"
#include "tests/support/naive_spec.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

using namespace naive;  // NOLINT: the folder's own

// ---------------------------------------------------------------------------
// Choosing

bool NaiveRating::Holds(const RuleSpec& rule, const Credit& credit,
                        const Paid& paid, const Line* line) const {
  const ConditionsSpec& when = rule.when;
  const Record& record = *RecordAt(credit.partner, paid.at);
  const auto all = [&](const char* what, bool asked, bool holds) {
    if (asked) {
      ++seen_[absl::StrCat("condition ", what, holds ? " holds" : " fails")];
    }
    return holds;
  };
  const auto listed = [&](const char* what, const auto& list,
                          const auto& value) {
    return all(what, !list.empty(), Among(list, value));
  };
  const auto ranged = [&](const char* what, const RangeSpec& range,
                          int64_t value) {
    return all(what, range.from || range.until, Inside(range, value));
  };
  std::vector<std::string> codes;
  for (const std::string& code : when.codes) codes.push_back(Folded(code));
  bool holds =
      listed("partner", when.partner_ids, credit.partner) &&
      listed("kind", when.partner_kinds, record.kind) &&
      listed("group", when.partner_groups, record.group) &&
      listed("campaign", when.campaigns, credit.campaign) &&
      listed("code", codes, credit.code) &&
      listed("channel", when.channels, credit.channel) &&
      listed("country", when.countries, paid.country) &&
      listed("segment", when.segments, paid.segment) &&
      all("phase", when.phase != Phase::kNone,
          when.phase == Phase::kNone || when.phase == paid.phase) &&
      ranged("contract year", when.contract_year, paid.contract_year) &&
      ranged("payment number", when.payment_number, paid.number) &&
      all("effective from", when.effective_from.has_value(),
          !when.effective_from || paid.day >= *when.effective_from) &&
      all("effective until", when.effective_until.has_value(),
          !when.effective_until || paid.day < *when.effective_until);
  if (line != nullptr) {
    holds = holds && listed("product", when.products, line->product) &&
            listed("category", when.categories, line->category) &&
            ranged("line amount", when.line_amount_minor, line->amount_minor) &&
            ranged("quantity", when.quantity, line->quantity);
  }
  for (const MonthsSinceSpec& since : when.months_since) {
    std::optional<CivilDay> anchor = paid.contract_anchor;
    if (since.anchor == MonthsAnchor::kFirstPayment) {
      anchor = paid.first_payment;
    }
    if (since.anchor == MonthsAnchor::kSignup) anchor = paid.signup;
    holds = holds &&
            all("months", true,
                anchor && Inside(since.months, MonthsSince(*anchor, paid.day)));
  }
  for (const AttributeConditionSpec& wanted : when.attributes) {
    const Attributes none;
    const Attributes& has =
        wanted.of == AttributeOf::kPartner    ? record.attributes
        : wanted.of == AttributeOf::kCustomer ? paid.attributes
        : line != nullptr                     ? line->attributes
                                              : none;
    const auto found = has.find(wanted.key);
    holds = holds && all("attribute", true,
                         found != has.end() && found->second == wanted.value);
  }
  return holds;
}

std::vector<const RuleSpec*> NaiveRating::ChosenFor(const Paid& paid,
                                                    std::size_t place,
                                                    const Line* line) const {
  const Credit& credit = paid.credits[place];
  std::vector<const RuleSpec*> compete;
  std::vector<const RuleSpec*> chosen;
  for (const RuleSpec& rule : paid.rating->rules) {
    if (rule.kind != RuleKind::kCommission || rule.role != credit.role ||
        rule.earns_on != paid.source || !Holds(rule, credit, paid, line)) {
      continue;
    }
    (rule.stack ? chosen : compete).push_back(&rule);
  }
  if (!chosen.empty() && !compete.empty()) ++seen_["stack beside others"];
  if (paid.rating->choosing == Choosing::kAll) {
    if (compete.size() > 1) ++seen_["ALL of several"];
    chosen.insert(chosen.end(), compete.begin(), compete.end());
  } else if (!compete.empty()) {
    std::size_t best = 0;
    if (paid.rating->choosing == Choosing::kHighest) {
      std::vector<int64_t> worth;
      worth.reserve(compete.size());
      for (const RuleSpec* rule : compete) {
        const bool in_vain = !rule->budget.empty() &&
                             HasBudgetBefore(paid, place, line, chosen, rule);
        worth.push_back(in_vain ? 0 : WorthAlone(paid, place, *rule, line));
        if (in_vain) ++seen_["HIGHEST of a budget in vain"];
      }
      best = static_cast<std::size_t>(
          std::max_element(worth.begin(), worth.end()) - worth.begin());
      if (worth.size() > 1 && best == 0) ++seen_["HIGHEST is the first"];
      if (best > 0) ++seen_["HIGHEST is a later one"];
    } else if (compete.size() > 1) {
      ++seen_["FIRST_MATCH of several"];
    }
    chosen.push_back(compete[best]);
  }
  // As written: they stand in one list.
  std::sort(chosen.begin(), chosen.end(), std::less<>());
  bool budget = false;
  std::vector<const RuleSpec*> kept;
  for (const RuleSpec* rule : chosen) {
    if (!rule->budget.empty() && std::exchange(budget, true)) {
      ++seen_["second budget"];
      continue;
    }
    kept.push_back(rule);
  }
  return kept;
}

int64_t NaiveRating::WorthAlone(const Paid& paid, std::size_t place,
                                const RuleSpec& rule, const Line* line) const {
  Chosen alone;
  alone.rule = &rule;
  alone.credit = place;
  if (line != nullptr) {
    alone.lines = {static_cast<std::size_t>(line - paid.lines.data())};
    alone.bases = {BaseOf(*line, rule, *paid.rating)};
  }
  const Credit& credit = paid.credits[place];
  const int64_t whole = WholeOf(paid, alone, View::kAsBefore).amount;
  return Cut(paid, credit, rule,
             SplitByWeights(whole, credit.weights)[credit.place]);
}

bool NaiveRating::HasBudgetOfOtherRole(const Paid& paid, std::size_t place,
                                       std::size_t line) {
  return std::any_of(
      paid.chosen.begin(), paid.chosen.end(), [&](const Chosen& chosen) {
        return !chosen.rule->budget.empty() &&
               paid.credits[chosen.credit].role != paid.credits[place].role &&
               std::count(chosen.lines.begin(), chosen.lines.end(), line) != 0;
      });
}

bool NaiveRating::HasBudgetBefore(const Paid& paid, std::size_t place,
                                  const Line* line,
                                  const std::vector<const RuleSpec*>& stacked,
                                  const RuleSpec* rule) {
  for (const RuleSpec* each : stacked) {
    if (!each->budget.empty() && each < rule) return true;
  }
  return line != nullptr &&
         HasBudgetOfOtherRole(
             paid, place, static_cast<std::size_t>(line - paid.lines.data()));
}

void NaiveRating::Choose(Paid* paid) const {
  for (std::size_t place = 0; place < paid->credits.size(); ++place) {
    if (!paid->credits[place].earns) continue;
    std::vector<Chosen> of_credit;
    for (const RuleSpec& rule : paid->rating->rules) {
      of_credit.push_back({&rule, place, {}, {}});
    }
    std::set<const RuleSpec*> ever;
    if (paid->source != EarnsOn::kPayment) {
      for (const RuleSpec* rule : ChosenFor(*paid, place, nullptr)) {
        ever.insert(rule);
      }
    }
    for (std::size_t i = 0; i < paid->lines.size(); ++i) {
      for (const RuleSpec* rule : ChosenFor(*paid, place, &paid->lines[i])) {
        if (!rule->budget.empty() && HasBudgetOfOtherRole(*paid, place, i)) {
          ++seen_["budget of another role"];
          continue;
        }
        ever.insert(rule);
        Chosen& chosen = of_credit[static_cast<std::size_t>(
            rule - paid->rating->rules.data())];
        chosen.lines.push_back(i);
        chosen.bases.push_back(BaseOf(paid->lines[i], *rule, *paid->rating));
      }
    }
    for (Chosen& chosen : of_credit) {
      if (ever.count(chosen.rule) != 0) {
        paid->chosen.push_back(std::move(chosen));
      }
    }
  }
}

// ---------------------------------------------------------------------------
// Rating

int64_t NaiveRating::BaseOf(const Line& line, const ProgramSpec& spec) {
  int64_t base = line.amount_minor;
  if (spec.base.subtract_tax) base -= line.tax_minor;
  if (spec.base.subtract_fee) base -= line.fee_minor;
  if (spec.base.add_discount) base += line.discount_minor;
  return std::max<int64_t>(base, 0);
}

// Of a budget: with the discount added back.
int64_t NaiveRating::BaseOf(const Line& line, const RuleSpec& rule,
                            const ProgramSpec& spec) {
  if (rule.budget.empty()) return BaseOf(line, spec);
  ProgramSpec priced;
  priced.base = spec.base;
  priced.base.add_discount = true;
  return BaseOf(line, priced);
}

Fraction NaiveRating::ShareOf(const Paid& paid, const Credit& credit) const {
  std::optional<Rate> share;
  const auto code = code_shares_.find(credit.code);
  if (code != code_shares_.end()) share = code->second;
  if (share) ++seen_["share of the code"];
  if (!share) share = RecordAt(credit.partner, paid.at)->share;
  Rate cut = share.value_or(Rate());
  if (!paid.rating->customer_share_min.empty()) {
    cut = std::max(cut, *Rate::Parse(paid.rating->customer_share_min));
  }
  if (!paid.rating->customer_share_max.empty()) {
    cut = std::min(cut, *Rate::Parse(paid.rating->customer_share_max));
  }
  if (cut != share.value_or(Rate())) ++seen_["share cut"];
  if (cut != Rate()) ++seen_["budget shared"];
  return Fraction(cut.ppb(), int64_t{kPpb});
}

bool NaiveRating::Spent(const Paid& paid, const Credit& credit,
                        const RuleSpec& rule, FixedPer per) const {
  return std::any_of(booked_.begin(), booked_.end(), [&](const Booked& booked) {
    return booked.once == per && booked.row.rule == rule.rule_id &&
           booked.row.payee == credit.partner && booked.payment != &paid &&
           Same(booked.payment->who, paid.who) &&
           (per == FixedPer::kCustomer ||
            booked.payment->contract_year == paid.contract_year);
  });
}

NaiveRating::Whole NaiveRating::WholeOf(const Paid& paid, const Chosen& chosen,
                                        View view) const {
  const Credit& credit = paid.credits[chosen.credit];
  const Fraction base(SumOf(chosen.bases));
  const Rounding rounding = paid.rating->rounding;
  Whole whole;
  if (!chosen.rule->budget.empty()) {
    const Fraction budget = base * PercentOf(chosen.rule->budget);
    whole.discount = (budget * ShareOf(paid, credit)).Rounded(rounding);
    whole.amount = budget.Rounded(rounding) - whole.discount;
    return whole;
  }
  const RewardSpec& reward = RewardOf(*chosen.rule, credit.partner);
  if (&reward != &chosen.rule->reward) ++seen_["rate exception"];
  Fraction exact = base * PercentOf(reward.percent);
  if (!reward.by_contract_year.empty()) {
    const auto last = static_cast<int64_t>(reward.by_contract_year.size());
    const int64_t year = std::min(paid.contract_year, last);
    if (paid.contract_year > last) ++seen_["last rate repeats"];
    exact =
        exact +
        base * PercentOf(
                   reward.by_contract_year[static_cast<std::size_t>(year - 1)]);
  }
  if (reward.fixed.amount_minor != 0) {
    FixedPer per = reward.fixed.per;
    if (paid.source != EarnsOn::kPayment) per = FixedPer::kCustomer;
    int64_t times = 1;
    if (per == FixedPer::kLine) {
      times = static_cast<int64_t>(chosen.lines.size());
    } else if (per == FixedPer::kUnit) {
      times = 0;
      for (const std::size_t i : chosen.lines) times += paid.lines[i].quantity;
    } else if (per == FixedPer::kCustomer || per == FixedPer::kContractYear) {
      times = Spent(paid, credit, *chosen.rule, per) ? 0 : 1;
      if (times == 1) whole.once = per;
      if (times == 0) ++seen_["spent already"];
    }
    exact = exact + Fraction(reward.fixed.amount_minor) * Fraction(times);
  }
  if (!reward.tiers.empty()) {
    exact = exact + TierPart(paid, chosen, reward, view);
  }
  whole.amount = exact.Rounded(rounding);
  return whole;
}

Fraction NaiveRating::TierPart(const Paid& paid, const Chosen& chosen,
                               const RewardSpec& reward, View view) const {
  const Credit& credit = paid.credits[chosen.credit];
  const int64_t base = SumOf(chosen.bases);
  const bool with_this = reward.tier_meaning == TierMeaning::kWholePayment &&
                         view == View::kRating;
  const int64_t metric =
      MetricOf(credit.partner, credit.role, reward.tier_metric,
               reward.tier_period, paid.at, with_this ? nullptr : &paid);
  if (reward.tier_meaning != TierMeaning::kGraduated) {
    const TierSpec* band = BandOf(reward, metric);
    if (band == nullptr) {
      ++seen_["no band"];
      return Fraction();
    }
    if (metric == band->from) ++seen_["exactly a bound"];
    return Fraction(base) * PercentOf(band->percent) +
           Fraction(band->fixed_amount_minor);
  }
  const int64_t share = SplitByWeights(base, credit.weights)[credit.place];
  if (share == 0) {
    const TierSpec* band = BandOf(reward, metric);
    return band == nullptr ? Fraction()
                           : Fraction(base) * PercentOf(band->percent);
  }
  Fraction earned;
  int bands = 0;
  for (std::size_t i = 0; i < reward.tiers.size(); ++i) {
    const int64_t end =
        std::min(EndOf(reward, i).value_or(kNoLimit), metric + share);
    const int64_t begin = std::max(reward.tiers[i].from, metric);
    if (begin >= end) continue;
    ++bands;
    earned =
        earned + Fraction(end - begin) * PercentOf(reward.tiers[i].percent);
  }
  if (bands > 1) ++seen_["GRADUATED crosses a bound"];
  return earned / Fraction(share) * Fraction(base);
}

int64_t NaiveRating::RoomOf(const RuleSpec& rule, const std::string& partner,
                            const std::string& who, Instant at) const {
  int64_t of_customer = 0;
  int64_t of_period = 0;
  for (const Booked& booked : booked_) {
    if (booked.row.level != 0 || booked.row.rule != rule.rule_id ||
        booked.row.payee != partner) {
      continue;
    }
    const int64_t amount = booked.row.kind == AccrualKind::kReversal
                               ? -booked.row.amount_minor
                               : booked.row.amount_minor;
    if (!booked.row.true_up && Same(booked.payment->who, who)) {
      of_customer += amount;
    }
    if (rule.limits.amount_per_period &&
        SamePeriod(rule.limits.amount_per_period->period, booked.own_at, at)) {
      of_period += amount;
    }
  }
  int64_t room = kNoLimit;
  if (rule.limits.amount_per_customer_minor) {
    room = std::min(room, *rule.limits.amount_per_customer_minor - of_customer);
  }
  if (rule.limits.amount_per_period) {
    room =
        std::min(room, rule.limits.amount_per_period->amount_minor - of_period);
  }
  return std::max<int64_t>(room, 0);
}

int64_t NaiveRating::Cut(const Paid& paid, const Credit& credit,
                         const RuleSpec& rule, int64_t amount) const {
  const LimitsSpec& limits = rule.limits;
  if (amount == 0) return 0;
  if (limits.payments_per_customer) {
    std::set<const Paid*> payments;
    for (const Booked& booked : booked_) {
      if (booked.row.level == 0 && booked.row.rule == rule.rule_id &&
          booked.row.payee == credit.partner && !booked.row.true_up &&
          Same(booked.payment->who, paid.who)) {
        payments.insert(booked.payment);
      }
    }
    if (static_cast<int64_t>(payments.size()) >=
        *limits.payments_per_customer) {
      ++seen_["limit of payments"];
      return 0;
    }
  }
  if (limits.months &&
      MonthsSince(paid.contract_anchor, paid.day) >= *limits.months) {
    ++seen_["limit of months"];
    return 0;
  }
  if (limits.contract_years && paid.contract_year > *limits.contract_years) {
    ++seen_["limit of contract years"];
    return 0;
  }
  const int64_t room = RoomOf(rule, credit.partner, paid.who, paid.at);
  if (room == 0) ++seen_["limit of an amount used up"];
  if (0 < room && room < amount) ++seen_["limit cuts"];
  if (room == amount) ++seen_["limit met exactly"];
  return std::min(amount, room);
}

// ---------------------------------------------------------------------------
// Metrics

int64_t NaiveRating::RevenueShare(const Paid& paid, const Credit& credit) {
  int64_t base = 0;
  for (const Line& line : paid.lines) base += BaseOf(line, *paid.rating);
  return SplitByWeights(base, credit.weights)[credit.place];
}

int64_t NaiveRating::RevenueOf(std::string_view partner, Role role,
                               Period period, Instant at,
                               const Paid* without) const {
  int64_t sum = 0;
  for (const Paid& paid : paid_) {
    if (paid.number == 0 || &paid == without) continue;
    std::vector<std::size_t> lines;
    std::vector<int64_t> bases;
    for (std::size_t i = 0; i < paid.lines.size(); ++i) {
      lines.push_back(i);
      bases.push_back(BaseOf(paid.lines[i], *paid.rating));
    }
    for (const Credit& credit : paid.credits) {
      if (credit.partner != partner || credit.role != role || !credit.earns) {
        continue;
      }
      const int64_t share = RevenueShare(paid, credit);
      if (SamePeriod(period, paid.at, at)) sum += share;
      std::vector<Left> left(paid.lines.size());
      int64_t taken = 0;
      for (const GivenBack& given : given_back_) {
        if (given.payment != &paid) continue;
        Take(given, &left);
        const int64_t now = TakenBack(share, paid, lines, bases, left);
        if (SamePeriod(period, given.at, at)) sum -= now - taken;
        taken = now;
      }
    }
  }
  return sum;
}

int64_t NaiveRating::CommissionOf(std::string_view partner, Role role,
                                  Period period, Instant at,
                                  const Paid* without) const {
  int64_t sum = 0;
  for (const Booked& booked : booked_) {
    const bool of_payment =
        booked.row.true_up || booked.payment->source == EarnsOn::kPayment;
    if (booked.row.payee != partner || booked.row.role != role ||
        booked.row.level != 0 || !of_payment ||
        !SamePeriod(period, booked.at, at)) {
      continue;
    }
    if (without != nullptr && booked.row.event_id == without->event_id) {
      continue;
    }
    sum += booked.row.kind == AccrualKind::kReversal ? -booked.row.amount_minor
                                                     : booked.row.amount_minor;
  }
  return sum;
}

int64_t NaiveRating::MetricOf(std::string_view partner, Role role,
                              Metric metric, Period period, Instant at,
                              const Paid* without) const {
  int64_t value = 0;
  if (metric == Metric::kRevenue) {
    value = RevenueOf(partner, role, period, at, without);
  } else if (metric == Metric::kCommission) {
    value = CommissionOf(partner, role, period, at, without);
  } else {
    std::set<std::string> customers;
    for (const Paid& paid : paid_) {
      if (paid.number == 0 || &paid == without ||
          !SamePeriod(period, paid.at, at)) {
        continue;
      }
      for (const Credit& credit : paid.credits) {
        if (credit.partner != partner || credit.role != role || !credit.earns) {
          continue;
        }
        customers.insert(attribution_.Who(paid.who));
        if (metric == Metric::kPayments) ++value;
        if (metric == Metric::kNewCustomers && paid.number == 1) ++value;
      }
    }
    if (metric == Metric::kActiveCustomers) {
      value = static_cast<int64_t>(customers.size());
    }
  }
  for (const Opening& opening : openings_) {
    const bool of_period = opening.metric.period == Period::kNone ||
                           opening.metric.period == period;
    if (role == Role::kAcquirer && opening.partner == partner &&
        opening.metric.metric == metric && of_period &&
        SamePeriod(period, opening.at, at)) {
      value += opening.metric.value;
      ++seen_["opening metric"];
    }
  }
  if (value < 0) ++seen_["metric below zero"];
  return std::max<int64_t>(value, 0);
}

int64_t NaiveRating::MetricAt(std::string_view partner, Role role,
                              Metric metric, Period period, Instant at) const {
  return MetricOf(partner, role, metric, period, at, nullptr);
}

}  // namespace testing_support

VOUCH_NAMESPACE_END
