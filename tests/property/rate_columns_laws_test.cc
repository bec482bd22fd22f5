// Columns in, accruals out gives what the plain calls give, payment by payment,
// on random programs and tables with every column: rows, states and refusals.
// VOUCH_FULL=1 asks for a million tables in place of 10,000.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/history.h"
#include "tests/support/rating_terms.h"
#include "tests/support/tries.h"
#include "vouch/base/string_view.h"
#include "vouch/rate/columns.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own

constexpr int kRateColumnParts = 10;
constexpr int64_t kHuge = std::numeric_limits<int64_t>::max();
constexpr std::string_view kTextsOfRun[] = {
    "", "basic", "cloud", "spring", "AA1", "DE", "large", "basic", "other"};

uint64_t RunCount() { return Tries(10'000, 1'000'000); }

// Terms without what no column has, with more conditions of texts.
ProgramSpec AnyRunTerms(Random* random) {
  ProgramSpec spec = RatingTerms(random, "run").AnyVersion();
  for (RuleSpec& rule : spec.rules) {
    auto& attributes = rule.when.attributes;
    attributes.erase(std::remove_if(attributes.begin(), attributes.end(),
                                    [](const AttributeConditionSpec& each) {
                                      return each.of != AttributeOf::kPartner;
                                    }),
                     attributes.end());
    if (random->OneIn(4)) rule.when.countries = {"DE", "FR"};
    if (random->OneIn(6)) rule.when.partner_groups = {"gold"};
    const bool of_lines = rule.earns_on == EarnsOn::kPayment;
    if (of_lines && random->OneIn(3)) {
      rule.when.products = {random->OneIn(3) ? "other" : "basic"};
      if (random->OneIn(3)) rule.when.products.emplace_back("cloud");
    }
    if (of_lines && random->OneIn(6)) rule.when.categories = {"cloud"};
  }
  return spec;
}

void ForgetTiers(RewardSpec* reward) {
  if (!reward->tiers.empty()) {
    reward->tiers.clear();
    reward->tier_metric = Metric::kNone;
    reward->tier_period = Period::kNone;
    reward->tier_meaning = TierMeaning::kNone;
    reward->percent = "10%";
  }
  if (reward->fixed.per == FixedPer::kCustomer ||
      reward->fixed.per == FixedPer::kContractYear) {
    reward->fixed.per = FixedPer::kUnit;
  }
}

// The terms without all that looks back, so that nothing need be kept.
void ForgetThePast(ProgramSpec* spec) {
  for (RuleSpec& rule : spec->rules) {
    if (rule.earns_on != EarnsOn::kPayment) continue;
    rule.limits.payments_per_customer.reset();
    rule.limits.amount_per_customer_minor.reset();
    rule.limits.amount_per_period.reset();
    if (!rule.budget.empty() || rule.kind != RuleKind::kCommission) continue;
    ForgetTiers(&rule.reward);
    for (RateExceptionSpec& each : rule.rate_exceptions) {
      ForgetTiers(&each.reward);
    }
  }
}

// A run with room for its columns.
struct ColumnRun {
  std::vector<std::size_t> line_offsets = {0}, credit_offsets = {0};
  std::vector<uint64_t> customers;
  std::vector<int64_t> numbers, contract_months, first_months, signup_months,
      vendor_weights;
  std::vector<int32_t> days, contract_years;
  std::vector<Phase> phases;
  std::vector<uint32_t> countries, segments;
  std::vector<int64_t> amounts, taxes, discounts, fees, quantities;
  std::vector<uint32_t> products, categories;
  std::vector<uint32_t> partners, campaigns, codes;
  std::vector<int64_t> weights;
  std::vector<Role> roles;
  std::vector<Channel> channels;
  std::vector<event::Attribute> attributes = {{"grade", "a"}};
  std::vector<RatableParent> parents;
  std::vector<ColumnPartner> table;
  RateTables tables;
};

class RunMaker {
 public:
  explicit RunMaker(Random* random) : random_(*random) {}

  std::unique_ptr<ColumnRun> Make() {
    AddPartners();
    huge_ = random_.OneIn(10);
    for (int64_t i = random_.Between(0, 12); i > 0; --i) AddPayment();
    SetTables();
    return std::move(run_);
  }

 private:
  uint32_t AnyText() {
    return static_cast<uint32_t>(random_.Below(std::size(kTextsOfRun)));
  }
  int64_t AnyFigure() {
    if (huge_ && random_.OneIn(6)) return kHuge - random_.Below(3);
    return random_.Between(-5, 300);
  }

  void AddPartners() {
    ColumnRun& r = *run_;
    r.parents = {{PartnerIndex(3), true},
                 {PartnerIndex(4), random_.OneIn(2)},
                 {PartnerIndex(), true}};
    for (const std::string_view id : {"anna", "ben", "cora", "dora"}) {
      ColumnPartner& partner = r.table.emplace_back();
      partner.partner_id = id;
      partner.kind =
          random_.OneIn(2) ? PartnerKind::kAffiliate : PartnerKind::kReferrer;
      if (random_.OneIn(2)) partner.group = "gold";
      partner.active = !random_.OneIn(6);
      if (random_.OneIn(2)) partner.customer_share = Rate::FromPpb(kPpb / 3);
      if (random_.OneIn(2)) partner.attributes = r.attributes;
      if (random_.OneIn(2)) partner.parents = r.parents;
    }
  }

  void AddPayment() {
    ColumnRun& r = *run_;
    r.customers.push_back(static_cast<uint64_t>(random_.Between(1, 3)));
    r.numbers.push_back(random_.Between(1, 3));
    r.days.push_back(19'700 + static_cast<int32_t>(random_.Below(400)));
    r.phases.push_back(static_cast<Phase>(random_.Between(1, 2)));
    r.contract_years.push_back(static_cast<int32_t>(random_.Between(1, 3)));
    r.contract_months.push_back(random_.Below(14));
    r.first_months.push_back(random_.Below(14));
    r.signup_months.push_back(random_.Between(-1, 14));
    r.countries.push_back(AnyText());
    r.segments.push_back(AnyText());
    for (int64_t i = random_.Below(4); i > 0; --i) AddLine();
    r.line_offsets.push_back(r.amounts.size());
    AddCredits();
    r.credit_offsets.push_back(r.partners.size());
  }

  void AddLine() {
    ColumnRun& r = *run_;
    r.amounts.push_back(AnyFigure());
    r.taxes.push_back(random_.Below(20));
    r.discounts.push_back(random_.Below(20));
    r.fees.push_back(random_.Below(5));
    r.quantities.push_back(random_.Between(0, 3));
    r.products.push_back(AnyText());
    r.categories.push_back(AnyText());
  }

  // Of one partner, or of two and perhaps the vendor, and the servicer.
  void AddCredits() {
    const auto first = static_cast<uint32_t>(random_.Below(4));
    const bool vendor = random_.OneIn(3);
    run_->vendor_weights.push_back(vendor ? kPpb / 10 : 0);
    if (random_.OneIn(2)) {
      AddCredit(first, Role::kAcquirer, kPpb - run_->vendor_weights.back());
    } else {
      AddCredit(first, Role::kAcquirer, kPpb / 3);
      AddCredit((first + 1) % 4, Role::kAcquirer,
                random_.OneIn(200) ? -kPpb : kPpb / 2 + 7);
    }
    if (random_.OneIn(3)) AddCredit(first, Role::kServicer, kPpb);
  }
  void AddCredit(uint32_t partner, Role role, int64_t weight_ppb) {
    ColumnRun& r = *run_;
    r.partners.push_back(partner);
    r.roles.push_back(role);
    r.weights.push_back(random_.OneIn(200) ? 0 : weight_ppb);
    r.channels.push_back(static_cast<Channel>(random_.Between(1, 5)));
    r.campaigns.push_back(AnyText());
    r.codes.push_back(AnyText());
  }

  // Columns that need not be there are left out now and then.
  template <typename T>
  void Set(const std::vector<T>& column, absl::Span<const T>* span) {
    if (!random_.OneIn(6)) *span = column;
  }
  void SetTables() {
    const ColumnRun& r = *run_;
    RateTables& t = run_->tables;
    t.payments.line_offsets = r.line_offsets;
    t.payments.credit_offsets = r.credit_offsets;
    Set(r.customers, &t.payments.customers);
    Set(r.numbers, &t.payments.numbers);
    Set(r.days, &t.payments.days);
    Set(r.phases, &t.payments.phases);
    Set(r.contract_years, &t.payments.contract_years);
    Set(r.contract_months, &t.payments.contract_months);
    Set(r.first_months, &t.payments.first_payment_months);
    Set(r.signup_months, &t.payments.signup_months);
    Set(r.vendor_weights, &t.payments.vendor_weights_ppb);
    Set(r.countries, &t.payments.countries);
    Set(r.segments, &t.payments.segments);
    t.lines.amounts_minor = r.amounts;
    Set(r.taxes, &t.lines.taxes_minor);
    Set(r.discounts, &t.lines.discounts_minor);
    Set(r.fees, &t.lines.fees_minor);
    Set(r.quantities, &t.lines.quantities);
    Set(r.products, &t.lines.products);
    Set(r.categories, &t.lines.categories);
    t.credits.partners = r.partners;
    t.credits.weights_ppb = r.weights;
    t.credits.roles = r.roles;
    Set(r.channels, &t.credits.channels);
    Set(r.campaigns, &t.credits.campaigns);
    Set(r.codes, &t.credits.codes);
    t.partners = r.table;
    t.texts = kTextsOfRun;
  }

  Random& random_;
  std::unique_ptr<ColumnRun> run_ = std::make_unique<ColumnRun>();
  bool huge_ = false;
};

// What a run gives, as text: its rows, the states after it, or the refusal.
struct RunAnswer {
  std::string rows;
  std::string states;
  absl::Status status;
};

void AppendRow(std::size_t payment, uint32_t payee, std::size_t rule,
               int32_t level, int64_t base, int64_t amount, std::string* rows) {
  absl::StrAppend(rows, payment, ": p", payee, " rule ", rule, "/", level,
                  " of ", base, " ", amount, "\n");
}

std::string StatesText(const std::vector<PartnerState>& states) {
  std::string text;
  for (const PartnerState& state : states) {
    absl::StrAppend(&text, "own ", state.turnover.own_minor, " upline ",
                    state.turnover.upline_minor, " revenue ",
                    state.turnover.revenue_minor, " bases ",
                    state.turnover.base_minor, "\n");
    for (const BookedAccrual& accrual : state.accruals) {
      absl::StrAppend(&text, accrual.accrual_id.seq.value(), "-",
                      accrual.accrual_id.place, " ", ToAbsl(accrual.rule_id),
                      " ", accrual.amount_minor, " ", accrual.reversed_minor,
                      " ", accrual.first_base, "+", accrual.base_count, "\n");
    }
    for (const LineBase& base : state.bases) {
      absl::StrAppend(&text, base.line, "=", base.base_minor, " ");
    }
    for (const PeriodMetrics& row : state.metrics) {
      absl::StrAppend(&text, "\n", ToAbsl(Word(row.role)), " ",
                      ToAbsl(Word(row.period)), " ", row.from);
      for (const int64_t value : row.values) absl::StrAppend(&text, " ", value);
    }
    for (const RuleCounter& rule : state.rules) {
      absl::StrAppend(&text, "\n", ToAbsl(rule.rule_id));
      for (uint64_t customer = 0; customer < 4; ++customer) {
        const CustomerCounter* counter =
            state.FindCounter(rule.rule_id, CustomerNumber(customer));
        if (counter == nullptr) continue;
        absl::StrAppend(&text, " ", customer, ":", counter->payments_count, ",",
                        counter->amount_minor, ",", counter->once_spent, ",",
                        counter->years_spent.size());
      }
      for (const MonthAmount& month : rule.months) {
        absl::StrAppend(&text, " ", month.month, "=", month.amount_minor);
      }
    }
    absl::StrAppend(&text, "\n\n");
  }
  return text;
}

RunAnswer AnswerByColumns(const Program& terms, const RateTables& tables,
                          bool keeps) {
  RunAnswer answer;
  ColumnAccruals out;
  std::vector<PartnerState> states;
  answer.status = RateColumns(terms, tables, keeps ? &states : nullptr, &out);
  if (!answer.status.ok()) return answer;
  for (std::size_t i = 0; i < out.size(); ++i) {
    AppendRow(out.payments[i], out.payees[i], out.rules[i], out.levels[i],
              out.bases_minor[i], out.amounts_minor[i], &answer.rows);
  }
  answer.states = StatesText(states);
  return answer;
}

// The host's own loop, which looks at every column itself.
class PlainRun {
 public:
  PlainRun(const Program& terms, const RateTables& tables)
      : terms_(terms), t_(tables), states_(tables.partners.size()) {}

  // `keeps`: states are folded, else each payment is the first.
  RunAnswer Run(bool keeps) {
    RunAnswer answer;
    for (std::size_t row = 0; row + 1 < t_.payments.line_offsets.size();
         ++row) {
      Fill(row);
      answer.status = RatePayment(terms_, payment_, nullptr, &rating_);
      if (!answer.status.ok()) return answer;
      for (const RatedAmount& each : rating_.amounts) {
        const PartnerState& state = *credits_[each.credit].state;
        AppendRow(
            row, each.payee.value() - 1,
            each.rule == kNoRule ? state.books[each.book].rule : each.rule,
            each.level, each.base_minor,
            each.takes_back() ? -each.amount_minor : each.amount_minor,
            &answer.rows);
      }
      if (keeps) KeepRating(terms_, payment_, rating_, kept_);
    }
    if (keeps) answer.states = StatesText(states_);
    return answer;
  }

 private:
  template <typename T>
  static T At(absl::Span<const T> column, std::size_t row, T otherwise) {
    return column.empty() ? otherwise : column[row];
  }
  std::string_view TextAt(absl::Span<const uint32_t> column,
                          std::size_t row) const {
    return column.empty() ? std::string_view() : t_.texts[column[row]];
  }

  void Fill(std::size_t row) {
    const PaymentColumns& p = t_.payments;
    lines_.clear();
    for (std::size_t i = p.line_offsets[row]; i < p.line_offsets[row + 1];
         ++i) {
      lines_.push_back(LineAt(i));
    }
    credits_.clear();
    kept_.clear();
    for (std::size_t i = p.credit_offsets[row]; i < p.credit_offsets[row + 1];
         ++i) {
      credits_.push_back(CreditAt(i));
      kept_.push_back(&states_[t_.credits.partners[i]]);
    }
    payment_ = PaymentAt(row);
  }

  event::PaymentLine LineAt(std::size_t i) const {
    const LineColumns& l = t_.lines;
    event::PaymentLine line;
    line.amount_minor = l.amounts_minor[i];
    line.tax_minor = At<int64_t>(l.taxes_minor, i, 0);
    line.discount_minor = At<int64_t>(l.discounts_minor, i, 0);
    line.fee_minor = At<int64_t>(l.fees_minor, i, 0);
    line.quantity = At<int64_t>(l.quantities, i, 1);
    line.product = TextAt(l.products, i);
    line.category = TextAt(l.categories, i);
    return line;
  }

  RatableCredit CreditAt(std::size_t i) const {
    const uint32_t place = t_.credits.partners[i];
    const ColumnPartner& partner = t_.partners[place];
    RatableCredit credit;
    credit.role = t_.credits.roles[i];
    credit.weight_ppb = t_.credits.weights_ppb[i];
    credit.channel = At(t_.credits.channels, i, Channel::kNone);
    credit.campaign = TextAt(t_.credits.campaigns, i);
    credit.code = TextAt(t_.credits.codes, i);
    credit.partner = PartnerIndex(place + 1);
    credit.partner_id = partner.partner_id;
    credit.kind = partner.kind;
    credit.group = partner.group;
    credit.active = partner.active;
    credit.customer_share = partner.customer_share;
    credit.attributes = partner.attributes;
    credit.parents = partner.parents;
    credit.state = &states_[place];
    return credit;
  }

  RatablePayment PaymentAt(std::size_t row) const {
    const PaymentColumns& p = t_.payments;
    RatablePayment payment;
    payment.seq = Seq(row + 1);
    payment.lines = lines_;
    payment.credits = credits_;
    payment.customer = CustomerNumber(At<uint64_t>(p.customers, row, 0));
    payment.number = At<int64_t>(p.numbers, row, 1);
    payment.on = CivilDay(1970, 1, 1) + At<int32_t>(p.days, row, 0);
    payment.phase = At(p.phases, row, Phase::kNone);
    payment.contract_year = At<int32_t>(p.contract_years, row, 1);
    payment.contract_months = At<int64_t>(p.contract_months, row, 0);
    payment.first_payment_months = At<int64_t>(p.first_payment_months, row, 0);
    const int64_t signup = At<int64_t>(p.signup_months, row, -1);
    if (signup >= 0) payment.signup_months = signup;
    payment.vendor_weight_ppb = At<int64_t>(p.vendor_weights_ppb, row, 0);
    payment.country = TextAt(p.countries, row);
    payment.segment = TextAt(p.segments, row);
    return payment;
  }

  const Program& terms_;
  const RateTables& t_;
  std::vector<PartnerState> states_;
  std::vector<event::PaymentLine> lines_;
  std::vector<RatableCredit> credits_;
  std::vector<PartnerState*> kept_;
  RatablePayment payment_;
  Rating rating_;
};

// How often the columns were put to the test.
struct RunTally {
  int unkept = 0;
  int refused = 0;
  int rows = 0;
};

void ExpectAsPlain(uint64_t seed, bool looks_back, RunTally* tally) {
  Random random(seed);
  ProgramSpec spec = AnyRunTerms(&random);
  if (!looks_back) ForgetThePast(&spec);
  Mistakes mistakes;
  const auto terms = Program::Build(spec, &mistakes);
  ASSERT_NE(terms, nullptr) << "seed " << seed << "\n" << mistakes.ToString();
  const auto run = RunMaker(&random).Make();
  const bool keeps = LooksBack(*terms) || random.OneIn(2);
  const RunAnswer plain = PlainRun(*terms, run->tables).Run(keeps);
  const RunAnswer columns = AnswerByColumns(*terms, run->tables, keeps);
  ASSERT_EQ(columns.status, plain.status) << "seed " << seed;
  if (plain.status.ok()) {
    ASSERT_EQ(columns.rows, plain.rows) << "seed " << seed;
    ASSERT_EQ(columns.states, plain.states) << "seed " << seed;
  }
  tally->unkept += keeps ? 0 : 1;
  tally->refused += plain.status.ok() ? 0 : 1;
  tally->rows += columns.rows.empty() ? 0 : 1;
}

class RateColumnsLawsTest : public testing::TestWithParam<int> {};

TEST_P(RateColumnsLawsTest, AnswerAsThePlainCallsDo) {
  const uint64_t part = RunCount() / kRateColumnParts;
  const uint64_t first = static_cast<uint64_t>(GetParam()) * part;
  RunTally tally;
  for (uint64_t seed = first; seed < first + part; ++seed) {
    ExpectAsPlain(seed, seed % 3 == 0, &tally);
    if (HasFatalFailure()) return;
  }
  const auto share = static_cast<int>(part);
  EXPECT_GT(tally.unkept, share / 5);
  EXPECT_GT(tally.rows, share / 3);
  EXPECT_GT(tally.refused, share / 100);
}

INSTANTIATE_TEST_SUITE_P(Parts, RateColumnsLawsTest,
                         testing::Range(0, kRateColumnParts));

}  // namespace
}  // namespace vouch
