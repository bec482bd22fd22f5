// The calculator by itself: payments a second, by the plain call and by
// columns, over programs from one percent to tiers with limits and uplines.
//
// `sum` is the sum of all amounts: the same for both forms of one program, so
// that a fast wrong answer is seen.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "vouch/rate/columns.h"

namespace vouch {
namespace {

constexpr std::size_t kPayments = 20'000;
constexpr uint32_t kPartners = 200;

RuleSpec Percent(std::string id, std::string percent) {
  RuleSpec rule;
  rule.rule_id = std::move(id);
  rule.reward.percent = std::move(percent);
  return rule;
}

ProgramSpec Terms(std::vector<RuleSpec> rules) {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.currency = "EUR";
  spec.time_zone = "UTC";
  spec.rules = std::move(rules);
  return spec;
}

// One rule for all.
ProgramSpec Plain() { return Terms({Percent("r", "10%")}); }

// Twenty rules of single products; the last one takes the rest.
ProgramSpec ManyRules() {
  std::vector<RuleSpec> rules;
  for (int i = 0; i < 20; ++i) {
    rules.push_back(Percent("r" + std::to_string(i), std::to_string(i) + "%"));
    rules.back().when.products = {"product-" + std::to_string(i)};
    rules.back().when.phase = Phase::kAcquisition;
  }
  rules.push_back(Percent("rest", "1%"));
  return Terms(std::move(rules));
}

// What looks back: graduated tiers of a month, a limit, two levels above.
ProgramSpec Tiers() {
  RuleSpec rule;
  rule.rule_id = "tiers";
  rule.reward.tier_meaning = TierMeaning::kGraduated;
  rule.reward.tier_metric = Metric::kRevenue;
  rule.reward.tier_period = Period::kMonth;
  rule.reward.tiers = {
      {0, {}, "5%", 0}, {1'000'000, {}, "7.5%", 0}, {5'000'000, {}, "10%", 0}};
  rule.limits.amount_per_customer_minor = 500'000;
  rule.uplines = {{1, UplineOf::kCommission, "10%"},
                  {2, UplineOf::kBase, "1%"}};
  return Terms({rule});
}

std::shared_ptr<const Program> Built(const ProgramSpec& spec) {
  Mistakes mistakes;
  return Program::Build(spec, &mistakes);
}

// A year of payments, of one to three lines, each of one credit.
struct Run {
  std::vector<std::size_t> line_offsets = {0};
  std::vector<std::size_t> credit_offsets = {0};
  std::vector<uint64_t> customers;
  std::vector<int64_t> amounts, taxes, weights;
  std::vector<int32_t> days;
  std::vector<Phase> phases;
  std::vector<uint32_t> products, partners;
  std::vector<std::string> names;
  std::vector<std::string_view> texts;
  std::vector<std::string> ids;
  std::vector<ColumnPartner> table;
  std::vector<RatableParent> parents = {{PartnerIndex(1), true},
                                        {PartnerIndex(2), true}};
  RateTables tables;

  Run() {
    std::mt19937_64 random(7);
    for (int i = 0; i < 30; ++i)
      names.push_back("product-" + std::to_string(i));
    texts.assign(names.begin(), names.end());
    for (uint32_t i = 0; i < kPartners; ++i) {
      ids.push_back("p" + std::to_string(i));
    }
    for (const std::string& id : ids) {
      ColumnPartner& partner = table.emplace_back();
      partner.partner_id = id;
      partner.kind = PartnerKind::kAffiliate;
      partner.parents = parents;
    }
    for (std::size_t i = 0; i < kPayments; ++i) {
      customers.push_back(random() % 3000 + 1);
      days.push_back(19723 + static_cast<int32_t>(i * 365 / kPayments));
      phases.push_back(i % 2 == 0 ? Phase::kAcquisition : Phase::kRetention);
      for (std::size_t n = random() % 3 + 1; n > 0; --n) {
        amounts.push_back(static_cast<int64_t>(random() % 100'000));
        taxes.push_back(amounts.back() / 6);
        products.push_back(static_cast<uint32_t>(random() % names.size()));
      }
      line_offsets.push_back(amounts.size());
      partners.push_back(static_cast<uint32_t>(random() % kPartners));
      weights.push_back(kPpb);
      credit_offsets.push_back(partners.size());
    }
    tables.payments.line_offsets = line_offsets;
    tables.payments.credit_offsets = credit_offsets;
    tables.payments.customers = customers;
    tables.payments.days = days;
    tables.payments.phases = phases;
    tables.lines.amounts_minor = amounts;
    tables.lines.taxes_minor = taxes;
    tables.lines.products = products;
    tables.credits.partners = partners;
    tables.credits.weights_ppb = weights;
    tables.partners = table;
    tables.texts = texts;
  }
};

const Run& TheRun() {
  static const Run* const kRun = new Run();
  return *kRun;
}

void Tell(benchmark::State& state, int64_t sum) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kPayments));
  state.counters["sum"] = static_cast<double>(sum);
}

// The host's own loop over its rows, one call a payment. Where nothing looks
// back it need keep no state, as the columns do not.
int64_t RatePlainly(const Program& terms, const Run& run, bool keeps) {
  std::vector<PartnerState> states(kPartners);
  std::vector<event::PaymentLine> lines;
  RatableCredit credit;
  Rating rating;
  RatablePayment payment;
  int64_t sum = 0;
  for (std::size_t row = 0; row < kPayments; ++row) {
    lines.clear();
    for (std::size_t i = run.line_offsets[row]; i < run.line_offsets[row + 1];
         ++i) {
      event::PaymentLine& line = lines.emplace_back();
      line.amount_minor = run.amounts[i];
      line.tax_minor = run.taxes[i];
      line.product = run.texts[run.products[i]];
    }
    const uint32_t place = run.partners[row];
    credit.partner = PartnerIndex(place + 1);
    credit.partner_id = run.ids[place];
    credit.kind = PartnerKind::kAffiliate;
    credit.weight_ppb = kPpb;
    credit.parents = run.parents;
    credit.state = &states[place];
    payment.seq = Seq(row + 1);
    payment.lines = lines;
    payment.credits = absl::MakeConstSpan(&credit, 1);
    payment.customer = CustomerNumber(run.customers[row]);
    payment.on = kColumnEpoch + run.days[row];
    payment.phase = run.phases[row];
    if (!RatePayment(terms, payment, nullptr, &rating).ok()) return -1;
    for (const RatedAmount& amount : rating.amounts) sum += amount.amount_minor;
    PartnerState* const kept = &states[place];
    if (keeps) {
      KeepRating(terms, payment, rating, absl::MakeConstSpan(&kept, 1));
    }
  }
  return sum;
}

void BM_Plain(benchmark::State& state, const ProgramSpec& spec, bool keeps) {
  const auto terms = Built(spec);
  const Run& run = TheRun();
  int64_t sum = 0;
  for (auto _ : state) sum = RatePlainly(*terms, run, keeps);
  Tell(state, sum);
}

void BM_Columns(benchmark::State& state, const ProgramSpec& spec, bool keeps) {
  const auto terms = Built(spec);
  const Run& run = TheRun();
  ColumnAccruals out;
  std::vector<PartnerState> states;
  int64_t sum = 0;
  for (auto _ : state) {
    if (!RateColumns(*terms, run.tables, keeps ? &states : nullptr, &out)
             .ok()) {
      return state.SkipWithError("not rated");
    }
    sum = 0;
    for (const int64_t amount : out.amounts_minor) sum += amount;
  }
  Tell(state, sum);
}

BENCHMARK_CAPTURE(BM_Plain, Percent, Plain(), false);
BENCHMARK_CAPTURE(BM_Columns, Percent, Plain(), false);
BENCHMARK_CAPTURE(BM_Plain, PercentKept, Plain(), true);
BENCHMARK_CAPTURE(BM_Columns, PercentKept, Plain(), true);
BENCHMARK_CAPTURE(BM_Plain, TwentyRules, ManyRules(), false);
BENCHMARK_CAPTURE(BM_Columns, TwentyRules, ManyRules(), false);
BENCHMARK_CAPTURE(BM_Plain, TiersKept, Tiers(), true);
BENCHMARK_CAPTURE(BM_Columns, TiersKept, Tiers(), true);

}  // namespace
}  // namespace vouch

BENCHMARK_MAIN();
