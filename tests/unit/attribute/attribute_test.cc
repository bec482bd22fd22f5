#include "vouch/attribute/attribute.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/attribute/world.h"
#include "vouch/base/limits.h"

namespace vouch {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

constexpr std::string_view kStart = "2020-01-01";

// A world of one version of the terms, from 2020 on.
class OneVersion : public World {
 public:
  explicit OneVersion(const SpecChange& change = [](ProgramSpec&) {}) {
    AddTerms(At(std::string(kStart)), change);
    anna = SetPartner("anna", kActive, At(std::string(kStart)));
    bob = SetPartner("bob", kActive, At(std::string(kStart)));
  }

  // Touches the customer, applied now.
  Seq TouchBy(PartnerIndex partner, std::string_view time) {
    Touch touch;
    touch.seq = ++seq;
    touch.time = At(std::string(time));
    touch.channel = Channel::kLink;
    touch.partner = partner;
    state.touches.Add(touch, reference);
    return touch.seq;
  }

  std::optional<Decision> SignUp(std::string_view time) {
    auto decision = AttributeSignup(state, {}, ++seq, At(std::string(time)),
                                    reference, nullptr);
    KeepSignup(decision, At(std::string(time)), reference, &state);
    return decision;
  }

  PartnerIndex anna, bob;
};

void AtSignup(ProgramSpec& spec) { spec.conversion = Conversion::kSignup; }

// ---------------------------------------------------------------------------
// Conversion: docs/SEMANTICS.md, section 5

TEST(ConversionTest, TheFirstPaymentConvertsForLife) {
  OneVersion w;
  w.TouchBy(w.anna, "2024-01-01");
  EXPECT_EQ(w.SignUp("2024-01-02"), std::nullopt);  // not this program's way
  EXPECT_TRUE(w.state.first_signup_at.has_value());
  EXPECT_EQ(w.state.touches.size(), 1u);
  const Seq by_bob = w.TouchBy(w.bob, "2024-01-03");

  const AttributedPayment first = w.Pay(At("2024-01-04"), {100});
  EXPECT_TRUE(first.decides);
  ASSERT_TRUE(first.decision.has_value());
  EXPECT_EQ(first.decision->trigger, Trigger::kPayment);
  EXPECT_EQ(first.decision->seq, first.seq);
  EXPECT_EQ(first.decision->at, At("2024-01-04"));
  ASSERT_EQ(first.decision->credits.size(), 1u);
  EXPECT_EQ(first.decision->credits[0].touch_seq, by_bob);
  EXPECT_TRUE(w.state.touches.empty());

  // A touch after the conversion, even with an earlier time, moves nothing.
  w.TouchBy(w.anna, "2024-01-03T12:00:00Z");
  const AttributedPayment second = w.Pay(At("2024-01-05"), {100});
  EXPECT_FALSE(second.decides);
  ASSERT_EQ(second.decision->credits.size(), 1u);
  EXPECT_EQ(second.decision->credits[0].partner, w.bob);
  EXPECT_EQ(second.decision->seq, first.seq);
}

TEST(ConversionTest, TheSignUpConvertsOnce) {
  OneVersion w(AtSignup);
  w.TouchBy(w.anna, "2024-01-01");
  const auto decision = w.SignUp("2024-01-02");
  ASSERT_TRUE(decision.has_value());
  EXPECT_EQ(decision->trigger, Trigger::kSignup);
  EXPECT_EQ(decision->at, At("2024-01-02"));
  ASSERT_EQ(decision->credits.size(), 1u);
  EXPECT_EQ(decision->credits[0].partner, w.anna);
  w.TouchBy(w.bob, "2024-01-03");
  EXPECT_EQ(w.SignUp("2024-01-04"), std::nullopt);  // a second converts nobody
  const AttributedPayment payment = w.Pay(At("2024-01-05"), {100});
  EXPECT_FALSE(payment.decides);
  EXPECT_EQ(payment.decision->credits[0].partner, w.anna);
}

// A first payment without a sign-up converts all the same, and a sign-up after
// it converts nobody.
TEST(ConversionTest, APaymentBeforeTheSignUpConverts) {
  OneVersion w(AtSignup);
  w.TouchBy(w.anna, "2024-01-01");
  EXPECT_TRUE(w.Pay(At("2024-01-02"), {100}).decides);
  w.TouchBy(w.bob, "2024-01-03");
  EXPECT_EQ(w.SignUp("2024-01-04"), std::nullopt);
  EXPECT_EQ(w.Pay(At("2024-01-05"), {1}).decision->credits[0].partner, w.anna);
}

// A decision without credits is one too.
TEST(ConversionTest, NobodyIsADecision) {
  OneVersion w(AtSignup);
  const auto decision = w.SignUp("2024-01-02");
  ASSERT_TRUE(decision.has_value());
  EXPECT_TRUE(decision->credits.empty());
  w.TouchBy(w.anna, "2024-01-01");
  const AttributedPayment payment = w.Pay(At("2024-01-05"), {100});
  EXPECT_FALSE(payment.decides);
  EXPECT_TRUE(payment.decision->credits.empty());
  EXPECT_EQ(payment.number, 1);
}

// The version of the conversion attributes.
TEST(ConversionTest, TheTermsAreThoseOfTheConversion) {
  for (const bool before : {true, false}) {
    OneVersion w([](ProgramSpec& s) { s.model = Model::kFirstTouch; });
    w.AddTerms(At("2024-02-01"),
               [](ProgramSpec& s) { s.model = Model::kLastTouch; });
    w.TouchBy(w.anna, "2024-01-01");
    w.TouchBy(w.bob, "2024-01-02");
    const Instant at =
        before ? At("2024-01-31T23:59:59.999999Z") : At("2024-02-01");
    EXPECT_EQ(w.Pay(at, {100}).decision->credits[0].partner,
              before ? w.anna : w.bob);
  }
}

TEST(ConversionTest, TheTraceIsOfTheConversionAlone) {
  OneVersion w;
  w.TouchBy(w.anna, "2024-01-01");
  DecisionTrace trace;
  AttributedPayment out;
  ASSERT_TRUE(w.Attribute(At("2024-01-02"), {1}, "", &out, &trace).ok());
  EXPECT_EQ(trace.touches.size(), 1u);
  KeepPayment(out, {}, w.reference, &w.state);
  DecisionTrace none;
  ASSERT_TRUE(w.Attribute(At("2024-01-03"), {1}, "", &out, &none).ok());
  EXPECT_TRUE(none.touches.empty());
}

// ---------------------------------------------------------------------------
// Numbers, and payments of nothing: sections 3 and 4

// Numbered in the order applied, whatever their times.
TEST(NumberTest, InTheOrderApplied) {
  OneVersion w;
  EXPECT_EQ(w.Pay(At("2024-03-01"), {100}).number, 1);
  EXPECT_EQ(w.Pay(At("2024-01-01"), {100}).number, 2);
  EXPECT_EQ(w.Pay(At("2024-03-01"), {0, 1}).number, 3);
  EXPECT_EQ(w.state.payment_count, 3);
  EXPECT_EQ(w.state.first_payment_at, At("2024-01-01"));
}

TEST(NumberTest, APaymentOfNothingConvertsNumbersAndAnchorsNothing) {
  OneVersion w;
  w.TouchBy(w.anna, "2024-01-01");
  const AttributedPayment nothing = w.Pay(At("2024-01-02"), {0, 0});
  EXPECT_EQ(nothing.number, 0);
  EXPECT_EQ(nothing.phase, Phase::kNone);
  EXPECT_FALSE(nothing.decides);
  EXPECT_EQ(nothing.decision, std::nullopt);
  EXPECT_EQ(w.state.decision, std::nullopt);
  EXPECT_EQ(w.state.first_payment_at, std::nullopt);
  EXPECT_FALSE(w.state.paid_without_contract);
  EXPECT_EQ(w.state.touches.size(), 1u);
  EXPECT_NE(w.state.FindPayment(nothing.seq), nullptr);  // recorded

  const AttributedPayment first = w.Pay(At("2024-02-02"), {5});
  EXPECT_TRUE(first.decides);
  EXPECT_EQ(first.number, 1);
  EXPECT_EQ(first.contract_anchor, Day("2024-02-02"));
  const AttributedPayment later = w.Pay(At("2024-02-03"), {0});
  EXPECT_EQ(later.number, 0);
  EXPECT_TRUE(later.decision.has_value());  // it stands under the decision
  EXPECT_EQ(w.Pay(At("2024-02-04"), {5}).number, 2);
}

TEST(NumberTest, AnUnknownContractIsRefusedAndNothingChanges) {
  OneVersion w;
  w.Contract("k", "2024-01-01");
  AttributedPayment out;
  for (const int64_t amount : {100, 0}) {
    const absl::Status status =
        w.Attribute(At("2024-01-02"), {amount}, "other", &out);
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_THAT(std::string(status.message()),
                testing::StartsWith("payment.contract_id: "));
  }
  EXPECT_TRUE(w.state.payments.empty());
  EXPECT_EQ(w.state.payment_count, 0);
  EXPECT_EQ(w.Pay(At("2024-01-02"), {100}, "k").number, 1);
}

// ---------------------------------------------------------------------------
// Contract year: section 4

// Anniversaries by hand; days are Berlin's, one hour ahead of UTC in winter and
// two in summer.
TEST(ContractYearTest, RunsFromAnniversaryToAnniversary) {
  const struct {
    std::string_view anchor;
    std::string_view payment;
    int year;
  } kCases[] = {
      {"2024-03-10", "2024-03-10T12:00:00Z", 1},
      {"2024-03-10", "2025-03-09T22:59:59.999999Z", 1},
      {"2024-03-10", "2025-03-09T23:00:00Z", 2},  // midnight of the 10th
      {"2024-03-10", "2026-03-10T00:00:00Z", 3},
      {"2024-07-01", "2025-06-30T21:59:59Z", 1},
      {"2024-07-01", "2025-06-30T22:00:00Z", 2},
      // Before the start is year 1.
      {"2024-03-10", "2024-03-09T12:00:00Z", 1},
      {"2024-03-10", "2020-01-01T00:00:00Z", 1},
      // The 29th falls on the 28th in a common year, and back on the 29th.
      {"2024-02-29", "2025-02-27T12:00:00Z", 1},
      {"2024-02-29", "2025-02-28T12:00:00Z", 2},
      {"2024-02-29", "2028-02-28T12:00:00Z", 4},
      {"2024-02-29", "2028-02-29T12:00:00Z", 5},
      {"2024-02-28", "2028-02-28T12:00:00Z", 5},
      {"2000-02-29", "2100-02-28T12:00:00Z", 101},  // 2100 is common
      {"0001-01-01", "9999-12-31T12:00:00Z", 9999},
  };
  for (const auto& c : kCases) {
    OneVersion w;
    w.Contract("k", c.anchor);
    const AttributedPayment p = w.Pay(At(std::string(c.payment)), {1}, "k");
    EXPECT_EQ(p.contract_year, c.year) << c.anchor << " " << c.payment;
    EXPECT_EQ(p.contract_anchor, Day(c.anchor));
  }
}

// A renewal keeps the anchor; after the end the years go on.
TEST(ContractYearTest, IsCountedAtThePaymentsOwnContract) {
  OneVersion w;
  w.Contract("old", "2022-05-01");
  w.Contract("new", "2024-05-01");
  w.state.contracts.push_back(
      {"renewed", Day("2022-05-01"), Day("2024-05-01"), Day("2024-06-01")});
  const Instant at = At("2024-07-01");
  EXPECT_EQ(w.Pay(at, {1}, "old").contract_year, 3);
  EXPECT_EQ(w.Pay(at, {1}, "new").contract_year, 1);
  EXPECT_EQ(w.Pay(at, {1}, "renewed").contract_year, 3);
  // Without a contract: one that started at the first payment.
  EXPECT_EQ(w.Pay(at, {1}).contract_year, 1);
}

// The first payment, as an anchor, is the earliest by time of those applied so
// far. One line is one payment without a contract.
TEST(ContractYearTest, ALateEarlierPaymentMovesTheAnchor) {
  OneVersion w;
  const struct {
    std::string_view time;
    std::string_view anchor;
    int year;
  } kPayments[] = {
      {"2024-03-10", "2024-03-10", 1},
      {"2025-03-09", "2024-03-10", 1},
      {"2025-03-10", "2024-03-10", 2},
      {"2024-03-01", "2024-03-01", 1},  // late
      {"2025-03-01", "2024-03-01", 2},  // year 1 by the anchor before
      {"2024-03-05", "2024-03-01", 1},
      {"2023-12-31T23:00:00Z", "2024-01-01", 1},  // midnight in Berlin
  };
  int64_t number = 0;
  for (const auto& p : kPayments) {
    const AttributedPayment got = w.Pay(At(std::string(p.time)), {1});
    EXPECT_EQ(got.number, ++number);
    EXPECT_EQ(got.contract_anchor, Day(p.anchor)) << p.time;
    EXPECT_EQ(got.contract_year, p.year) << p.time;
  }
}

// ---------------------------------------------------------------------------
// Phase: section 5

Phase PhaseAt(const SpecChange& boundary, std::string_view anchor,
              std::string_view time) {
  OneVersion w(boundary);
  w.Contract("k", anchor);
  w.Pay(At("2020-01-02"), {1}, "k");  // so that the payment is not the first
  return w.Pay(At(std::string(time)), {1}, "k").phase;
}

TEST(PhaseTest, OfTheFirstMonths) {
  const struct {
    int64_t months;
    std::string_view anchor;
    std::string_view time;
    Phase phase;
  } kCases[] = {
      // The month's end is clamped, counted from the anchor.
      {1, "2024-01-31", "2024-02-28T22:59:59.999999Z", Phase::kAcquisition},
      {1, "2024-01-31", "2024-02-28T23:00:00Z", Phase::kRetention},
      {2, "2024-01-31", "2024-03-30T12:00:00Z", Phase::kAcquisition},
      {2, "2024-01-31", "2024-03-31T12:00:00Z", Phase::kRetention},
      {1, "2023-01-31", "2023-02-27T12:00:00Z", Phase::kAcquisition},
      {1, "2023-01-31", "2023-02-28T12:00:00Z", Phase::kRetention},
      {12, "2024-02-29", "2025-02-27T12:00:00Z", Phase::kAcquisition},
      {12, "2024-02-29", "2025-02-28T12:00:00Z", Phase::kRetention},
      {48, "2024-02-29", "2028-02-28T12:00:00Z", Phase::kAcquisition},
      {48, "2024-02-29", "2028-02-29T12:00:00Z", Phase::kRetention},
      {1200, "2024-01-01", "2123-12-31T12:00:00Z", Phase::kAcquisition},
      {1200, "2024-01-01", "2124-01-01T12:00:00Z", Phase::kRetention},
      // Before the start.
      {1, "2024-01-31", "2021-01-01T12:00:00Z", Phase::kAcquisition},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(PhaseAt(
                  [&](ProgramSpec& s) {
                    s.acquisition = Boundary::kFirstMonths;
                    s.acquisition_months = c.months;
                  },
                  c.anchor, c.time),
              c.phase)
        << c.months << " " << c.anchor << " " << c.time;
  }
}

TEST(PhaseTest, OfTheFirstContractYear) {
  const struct {
    std::string_view anchor;
    std::string_view time;
    Phase phase;
  } kCases[] = {
      {"2024-03-10", "2024-03-10T12:00:00Z", Phase::kAcquisition},
      {"2024-03-10", "2025-03-09T22:59:59.999999Z", Phase::kAcquisition},
      {"2024-03-10", "2025-03-09T23:00:00Z", Phase::kRetention},
      {"2024-02-29", "2025-02-27T12:00:00Z", Phase::kAcquisition},
      {"2024-02-29", "2025-02-28T12:00:00Z", Phase::kRetention},
      {"2024-03-10", "2021-03-10T12:00:00Z", Phase::kAcquisition},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(PhaseAt(
                  [](ProgramSpec& s) {
                    s.acquisition = Boundary::kFirstContractYear;
                  },
                  c.anchor, c.time),
              c.phase)
        << c.anchor << " " << c.time;
  }
}

// By its number, which is by the order applied.
TEST(PhaseTest, OfTheFirstPaymentOnly) {
  OneVersion w;
  EXPECT_EQ(w.Pay(At("2024-03-10"), {0}).phase, Phase::kNone);
  EXPECT_EQ(w.Pay(At("2024-03-10"), {1}).phase, Phase::kAcquisition);
  EXPECT_EQ(w.Pay(At("2024-03-10"), {1}).phase, Phase::kRetention);
  EXPECT_EQ(w.Pay(At("2024-03-01"), {1}).phase, Phase::kRetention);
}

// Counted at the customer's earliest contract, not at the payment's own; the
// one that a payment without a contract implies counts from then on.
TEST(PhaseTest, IsCountedAtTheEarliestContract) {
  OneVersion w(
      [](ProgramSpec& s) { s.acquisition = Boundary::kFirstContractYear; });
  w.Contract("k2", "2024-06-01");
  const struct {
    std::string_view contract;  // of the payment
    std::string_view time;
    std::string_view phase_anchor;
    int year;
    Phase phase;
  } kPayments[] = {
      // Before any contract began: with a contract of its own there is none
      // that it implies.
      {"k2", "2023-01-01", "2024-06-01", 1, Phase::kAcquisition},
      {"k2", "2025-05-31", "2024-06-01", 1, Phase::kAcquisition},
      {"k2", "2025-06-01", "2024-06-01", 2, Phase::kRetention},
      // The first payment was on 2023-01-01: a contract since then.
      {"", "2023-12-31T12:00:00Z", "2023-01-01", 1, Phase::kAcquisition},
      {"k2", "2024-07-01", "2023-01-01", 1, Phase::kRetention},
  };
  for (const auto& p : kPayments) {
    const AttributedPayment got =
        w.Pay(At(std::string(p.time)), {1}, p.contract);
    EXPECT_EQ(got.phase_anchor, Day(p.phase_anchor)) << p.time;
    EXPECT_EQ(got.contract_year, p.year) << p.time;
    EXPECT_EQ(got.phase, p.phase) << p.time;
  }
  // An earlier contract that comes late counts as soon as it is there.
  w.Contract("k1", "2022-01-01");
  EXPECT_EQ(w.Pay(At("2023-06-01"), {1}, "k2").phase, Phase::kRetention);
}

// ---------------------------------------------------------------------------
// Terms: section 6

// Three versions; the customer converted under the first.
class TermsTest : public testing::TestWithParam<TermsAsOf> {
 protected:
  TermsTest() {
    one_ = world_.AddTerms(At("2024-01-01"), AsOf(GetParam()));
    two_ = world_.AddTerms(At("2024-06-30T22:00:00Z"), AsOf(GetParam()));
    three_ = world_.AddTerms(At("2025-01-01"), AsOf(GetParam()));
    world_.Contract("before", "2020-01-01");
    world_.Contract("one", "2024-06-30");
    world_.Contract("two", "2024-07-01");  // begins at 2024-06-30T22:00Z
    world_.Contract("three", "2025-02-01");
    EXPECT_EQ(world_.Pay(At("2024-03-01"), {1}, "one").terms, one_);
  }

  static SpecChange AsOf(TermsAsOf terms) {
    return [terms](ProgramSpec& s) { s.terms_as_of = terms; };
  }

  World world_;
  const Program* one_;
  const Program* two_;
  const Program* three_;
};

TEST_P(TermsTest, RateByTheVersionOfTheNamedMoment) {
  const struct {
    std::string_view contract;
    const Program* by_contract_start;
  } kCases[] = {{"before", one_},  // before the first version takes the first
                {"one", one_},
                {"two", two_},
                {"three", three_},
                {"", one_}};  // that of the first payment, 2024-03-01
  for (const auto& c : kCases) {
    const AttributedPayment p = world_.Pay(At("2025-03-01"), {1}, c.contract);
    EXPECT_EQ(p.terms, three_);
    switch (GetParam()) {
      case TermsAsOf::kConversion:
        EXPECT_EQ(p.rating, one_);
        break;
      case TermsAsOf::kContractStart:
        EXPECT_EQ(p.rating, c.by_contract_start) << c.contract;
        break;
      default:
        EXPECT_EQ(p.rating, three_);
    }
  }
  EXPECT_EQ(world_.Pay(At("2024-12-31"), {1}, "one").terms, two_);
}

INSTANTIATE_TEST_SUITE_P(Each, TermsTest,
                         testing::Values(TermsAsOf::kPayment,
                                         TermsAsOf::kConversion,
                                         TermsAsOf::kContractStart));

// terms_as_of is read in the version of the payment's own time; the phase is of
// the version that rates (section 10).
TEST(RatingTermsTest, ThePaymentsVersionNamesTheMomentAndThatOneThePhase) {
  World w;
  const Program* old = w.AddTerms(At("2024-01-01"), [](ProgramSpec& s) {
    s.acquisition = Boundary::kFirstMonths;
    s.acquisition_months = 24;
    s.terms_as_of = TermsAsOf::kPayment;
  });
  const Program* now = w.AddTerms(At("2024-06-01"), [](ProgramSpec& s) {
    s.acquisition = Boundary::kFirstPaymentOnly;
    s.terms_as_of = TermsAsOf::kConversion;
  });
  EXPECT_EQ(w.Pay(At("2024-02-01"), {1}).rating, old);
  const AttributedPayment later = w.Pay(At("2024-07-01"), {1});
  EXPECT_EQ(later.terms, now);
  EXPECT_EQ(later.rating, old);
  EXPECT_EQ(later.phase, Phase::kAcquisition);  // within the 24 months
  EXPECT_EQ(w.Pay(At("2026-02-01"), {1}).phase, Phase::kRetention);
}

// ---------------------------------------------------------------------------
// Refunds: section 7

constexpr auto kOk = absl::StatusCode::kOk;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr auto kRefund = RefundKind::kRefund;
constexpr auto kChargeback = RefundKind::kChargeback;
constexpr auto kCancellation = RefundKind::kCancellation;
constexpr auto kReversed = RefundKind::kChargebackReversed;

using Lines = std::vector<event::RefundLine>;

// One refund, and what it must leave.
struct Step {
  RefundKind kind;
  std::optional<int64_t> amount;
  Lines lines;
  absl::StatusCode code;
  int64_t taken;              // of all lines
  std::vector<int64_t> left;  // of each line, after
  int64_t after_us = 0;       // the refund's time, after the payment's
};

// A customer with a payment of those amounts, between two others.
class RefundTest : public testing::Test {
 protected:
  void Start(const std::vector<int64_t>& amounts,
             std::optional<int64_t> clawback_days = std::nullopt) {
    w_.AddTerms(At("2020-01-01"),
                [&](ProgramSpec& s) { s.clawback_days = clawback_days; });
    w_.Pay(at_, {7});
    payment_ = w_.Pay(at_, amounts).seq;
    w_.Pay(at_, {9, 9});
  }

  absl::Status Refund(const Step& step, Seq payment) {
    event::Refund refund;
    refund.kind = step.kind;
    refund.amount_minor = step.amount;
    refund.lines = step.lines;
    const absl::Status status = AttributeRefund(
        w_.state, payment, refund, Instant{at_.us + step.after_us}, &out_);
    if (status.ok()) KeepRefund(out_, &w_.state);
    return status;
  }

  absl::Span<const PaidLine> LinesOf() const {
    return w_.state.LinesOf(*w_.state.FindPayment(payment_));
  }
  std::vector<int64_t> Left() const {
    std::vector<int64_t> left;
    for (const PaidLine& l : LinesOf()) left.push_back(l.left_minor());
    return left;
  }
  // R of section 7 of each line.
  std::vector<int64_t> Counted() const {
    std::vector<int64_t> counted;
    for (const PaidLine& l : LinesOf()) counted.push_back(l.counted_minor);
    return counted;
  }
  std::vector<bool> Cancelled() const {
    std::vector<bool> cancelled;
    for (const PaidLine& l : LinesOf()) cancelled.push_back(l.cancelled);
    return cancelled;
  }

  void Run(const std::vector<Step>& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const absl::Status status = Refund(steps[i], payment_);
      EXPECT_EQ(status.code(), steps[i].code) << i << " " << status;
      if (status.ok()) {
        EXPECT_EQ(out_.amount_minor, steps[i].taken) << i;
      }
      EXPECT_THAT(Left(), ElementsAreArray(steps[i].left)) << i;
    }
    // The payments beside it stay as they were.
    EXPECT_EQ(w_.state.lines.front().given_back_minor, 0);
    EXPECT_EQ(w_.state.lines.back().given_back_minor, 0);
  }

  const Instant at_ = At("2024-03-01");
  World w_;
  Seq payment_;
  AttributedRefund out_;
};

// Largest remainder over what is left, ties to the lower line. 100 over 1000
// and 500: 66.67 and 33.33; 1 over 933 and 467: .67 and .33.
TEST_F(RefundTest, AnAmountSpreadsOverWhatIsLeft) {
  Start({1000, 500, 0});
  Run({
      {kRefund, 100, {}, kOk, 100, {933, 467, 0}},
      {kRefund, 1, {}, kOk, 1, {932, 467, 0}},
      {kRefund, 0, {}, kOk, 0, {932, 467, 0}},
      {kRefund, 1400, {}, kPrecondition, 0, {932, 467, 0}},
      {kRefund, INT64_MAX, {}, kPrecondition, 0, {932, 467, 0}},
      {kRefund, {}, {{2, 467}}, kOk, 467, {932, 0, 0}},
      {kRefund, 933, {}, kPrecondition, 0, {932, 0, 0}},
      {kRefund, 31, {}, kOk, 31, {901, 0, 0}},
      {kRefund, {}, {}, kOk, 901, {0, 0, 0}},  // neither: all that is left
      {kRefund, 1, {}, kPrecondition, 0, {0, 0, 0}},
      {kRefund, {}, {}, kOk, 0, {0, 0, 0}},
  });
  EXPECT_THAT(Counted(), ElementsAre(1000, 500, 0));
}

TEST_F(RefundTest, TiesGoToTheLowerLine) {
  Start({100, 100, 100});
  Run({
      {kRefund, 1, {}, kOk, 1, {99, 100, 100}},
      // 2 over 99, 100, 100: .662, .669, .669; of the tie both get one.
      {kRefund, 2, {}, kOk, 2, {99, 99, 99}},
      {kRefund, 2, {}, kOk, 2, {98, 98, 99}},
  });
}

TEST_F(RefundTest, LinesAreTakenAsNamed) {
  Start({1000, 500, 0});
  Run({
      {kRefund, {}, {{2, 100}, {1, 300}}, kOk, 400, {700, 400, 0}},
      {kRefund, {}, {{1, 700}, {2, 401}}, kPrecondition, 0, {700, 400, 0}},
      {kRefund, {}, {{1, 1}, {4, 0}}, kNotFound, 0, {700, 400, 0}},
      {kRefund, {}, {{0, 1}}, kNotFound, 0, {700, 400, 0}},
      {kRefund, {}, {{1, 1}, {1, 1}}, kInvalid, 0, {700, 400, 0}},
      {kRefund, {}, {{3, 1}}, kPrecondition, 0, {700, 400, 0}},
      {kRefund, {}, {{3, 0}, {2, 400}}, kOk, 400, {700, 0, 0}},
  });
  EXPECT_THAT(Cancelled(), ElementsAre(false, false, false));
}

TEST_F(RefundTest, SumsAtTheEndOf64Bits) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  Start({kMax - 2, 2});
  Run({
      // With T = 2^63 - 1, T - 1 over T - 2 and 2: T - 3 + 2/T, and 2 - 2/T,
      // which has the greater remainder.
      {kRefund, kMax - 1, {}, kOk, kMax - 1, {1, 0}},
      {kRefund, {}, {}, kOk, 1, {0, 0}},
  });
}

TEST_F(RefundTest, AnotherCustomersPaymentIsNotFound) {
  Start({100});
  const Step all{kRefund, {}, {}, kOk, 0, {}};
  EXPECT_EQ(Refund(all, Seq()).code(), kNotFound);
  EXPECT_EQ(Refund(all, Seq(999)).code(), kNotFound);
  EXPECT_THAT(Left(), ElementsAre(100));
}

// With 30 days, a refund of 30 x 24 hours or later is recorded and reverses
// nothing; what is left counts all of them.
TEST_F(RefundTest, TheClawbackEndsExactly) {
  Start({1000}, 30);
  constexpr int64_t kEnd = 30 * int64_t{86'400'000'000};
  Run({{kRefund, 10, {}, kOk, 10, {990}, kEnd - 1}});
  EXPECT_TRUE(out_.counts);
  EXPECT_THAT(Counted(), ElementsAre(10));
  Run({{kRefund, 20, {}, kOk, 20, {970}, kEnd}});
  EXPECT_FALSE(out_.counts);
  EXPECT_THAT(Counted(), ElementsAre(10));
  // Late, with a time before the payment's.
  Run({{kRefund, 30, {}, kOk, 30, {940}, -1}});
  EXPECT_THAT(Counted(), ElementsAre(40));
  Run({{kRefund, 941, {}, kPrecondition, 0, {940}, kEnd + 1},
       {kCancellation, {}, {}, kOk, 940, {0}, kEnd + 1}});
  EXPECT_THAT(Counted(), ElementsAre(40));
  EXPECT_THAT(Cancelled(), ElementsAre(false));
}

TEST_F(RefundTest, AClawbackOfZeroDaysReversesNothing) {
  Start({1000}, 0);
  Run({{kRefund, 10, {}, kOk, 10, {990}, 0}});
  EXPECT_THAT(Counted(), ElementsAre(0));
}

// A won chargeback gives back at most what chargebacks took, of all or of each
// line; refunds stay.
TEST_F(RefundTest, AWonChargebackIsCapped) {
  Start({1000, 500});
  Run({
      {kReversed, {}, {}, kOk, 0, {1000, 500}},  // none to win
      {kReversed, 5, {}, kOk, 0, {1000, 500}},
      {kRefund, {}, {{1, 300}}, kOk, 300, {700, 500}},
      {kChargeback, {}, {{1, 200}, {2, 100}}, kOk, 300, {500, 400}},
      // 100 over 200 and 100: 66.67 and 33.33
      {kReversed, 100, {}, kOk, 100, {567, 433}},
      // 133 and 67 are left of the chargebacks.
      {kReversed, {}, {{1, 500}}, kOk, 133, {700, 433}},
      {kReversed, {}, {{3, 1}}, kNotFound, 0, {700, 433}},
      {kReversed, 1000, {}, kOk, 67, {700, 500}},
      {kReversed, {}, {}, kOk, 0, {700, 500}},
      // What came back can be charged back again, as far as it is left.
      {kChargeback, 1201, {}, kPrecondition, 0, {700, 500}},
      {kChargeback, {}, {}, kOk, 1200, {0, 0}},
      {kReversed, {}, {}, kOk, 1200, {700, 500}},
  });
  EXPECT_THAT(Counted(), ElementsAre(300, 0));
}

// R of chargebacks goes down, never below zero, and never that of refunds
// (section 10).
TEST_F(RefundTest, AWonChargebackLowersWhatChargebacksCounted) {
  Start({1000}, 30);
  constexpr int64_t kLate = 31 * int64_t{86'400'000'000};
  Run({{kRefund, 50, {}, kOk, 50, {950}, 0},
       {kChargeback, 100, {}, kOk, 100, {850}, 0},
       {kChargeback, 200, {}, kOk, 200, {650}, kLate}});
  EXPECT_THAT(Counted(), ElementsAre(150));
  Run({{kReversed, 70, {}, kOk, 70, {720}, kLate}});
  EXPECT_THAT(Counted(), ElementsAre(80));
  Run({{kReversed, 70, {}, kOk, 70, {790}, kLate}});
  EXPECT_THAT(Counted(), ElementsAre(50));
  Run({{kReversed, {}, {}, kOk, 160, {950}, kLate}});
  EXPECT_THAT(Counted(), ElementsAre(50));
}

// A line of amount zero is taken back by a CANCELLATION that names it.
TEST_F(RefundTest, ACancellationOfZeroLines) {
  Start({1000, 0, 0});
  Run({{kRefund, {}, {{2, 0}}, kOk, 0, {1000, 0, 0}},
       {kCancellation, 0, {}, kOk, 0, {1000, 0, 0}},
       {kCancellation, 1, {}, kOk, 1, {999, 0, 0}}});
  EXPECT_THAT(Cancelled(), ElementsAre(false, false, false));
  Run({{kCancellation, {}, {{2, 0}}, kOk, 0, {999, 0, 0}}});
  EXPECT_THAT(Cancelled(), ElementsAre(false, true, false));
  Run({{kRefund, 9, {}, kOk, 9, {990, 0, 0}}});
  EXPECT_THAT(Cancelled(), ElementsAre(false, true, false));  // it stays
  Run({{kCancellation, {}, {}, kOk, 990, {0, 0, 0}}});
  EXPECT_THAT(Cancelled(), ElementsAre(true, true, true));
}

TEST_F(RefundTest, ACancellationOfAPaymentOfNothing) {
  Start({0, 0});
  Run({{kRefund, 1, {}, kPrecondition, 0, {0, 0}},
       {kRefund, {}, {}, kOk, 0, {0, 0}},
       {kCancellation, {}, {}, kOk, 0, {0, 0}}});
  EXPECT_THAT(Cancelled(), ElementsAre(true, true));
}

// ---------------------------------------------------------------------------
// Merges

TEST(MergeTest, LeadsOfBothKeepToTheirLimit) {
  ASSERT_EQ(kMaxLeadsPerCustomer, 100'000u);
  World world;
  world.AddTerms(At("2024-01-01"), [](ProgramSpec&) {});
  const auto leads = [](uint32_t first, uint32_t last) {
    CustomerState state;
    for (uint32_t i = first; i <= last; ++i) state.leads.emplace_back(i);
    return state;
  };
  const auto merge = [&](CustomerState* from, CustomerState* into) {
    return MergeCustomers(CustomerNumber(2), CustomerNumber(1),
                          At("2024-01-02"), world.reference, from, into);
  };
  CustomerState into = leads(30'001, 100'000);
  CustomerState from = leads(1, 30'001);
  EXPECT_EQ(merge(&from, &into).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(into.leads.size(), 70'000u);
  EXPECT_EQ(from.leads.size(), 30'001u);
  EXPECT_TRUE(into.other_names.empty());
  from.leads.pop_back();
  EXPECT_EQ(merge(&from, &into), absl::OkStatus());
  EXPECT_EQ(into.leads, leads(1, 100'000).leads);
  EXPECT_EQ(from.merged_into, CustomerNumber(1));
}

// A lead under a key of both is a lead of both, and once of the one.
TEST(MergeTest, EachLeadAndKeyIsThereOnce) {
  World world;
  world.AddTerms(At("2024-01-01"), [](ProgramSpec&) {});
  CustomerState from;
  CustomerState into;
  from.leads = {LeadIndex(1), LeadIndex(4), LeadIndex(7)};
  into.leads = {LeadIndex(4), LeadIndex(5)};
  from.identity_keys = {"k", "i"};
  into.identity_keys = {"j", "k"};
  from.contact_keys = {"m", "n"};
  into.contact_keys = {"n"};
  EXPECT_EQ(MergeCustomers(CustomerNumber(2), CustomerNumber(1),
                           At("2024-01-02"), world.reference, &from, &into),
            absl::OkStatus());
  EXPECT_THAT(into.leads, ElementsAre(LeadIndex(1), LeadIndex(4), LeadIndex(5),
                                      LeadIndex(7)));
  EXPECT_THAT(into.identity_keys, ElementsAre("j", "k", "i"));
  EXPECT_THAT(into.contact_keys, ElementsAre("n", "m"));
}

}  // namespace
}  // namespace vouch
