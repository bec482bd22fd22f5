// What `explain` tells of a payment, by hand (docs/SEMANTICS.md, section 9).
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/event_box.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Events e1, e2, ... one by one; every one must be applied.
class ExplainTest : public ::testing::Test {
 protected:
  void Do(std::string_view day, EventBody body) {
    const Event event{
        "shop", box_.Text(absl::StrCat("e", ++sent_)),
        *ParseInstant(absl::StrCat(std::string(day), "T00:00:00Z")),
        std::move(body)};
    std::vector<Outcome> outcomes;
    ASSERT_TRUE(engine_->Apply(absl::MakeConstSpan(&event, 1), &outcomes).ok());
    ASSERT_EQ(outcomes[0].kind, OutcomeKind::kApplied) << outcomes[0].status;
  }
  // Gives e1 to e3: the program, its partner anna, and c1's click.
  void Begin(const ProgramSpec& spec) {
    Do("2024-01-01", box_.Program(spec));
    Do("2024-01-01", EventBox::Partner("anna"));
    Do("2024-01-02", EventBox::Click("c1", "anna"));
  }
  Explanation Why(std::string_view payment_id) {
    auto why = engine_->Explain("shop", payment_id);
    EXPECT_TRUE(why.ok()) << why.status();
    return why.ok() ? *std::move(why) : Explanation();
  }

  EventBox box_;
  std::unique_ptr<Engine> engine_ = Engine::InMemory();

 private:
  int sent_ = 0;
};

// 10% of 1000.00 are 100.00. 300.00 of 1000.00 take 30.00 of it; of that
// 100.00 bring 10.00 back.
TEST_F(ExplainTest, RefundsTellLinesAndWhatBecameOfTheAccrual) {
  Begin(PercentProgram("shop", "10%"));
  Do("2024-01-03", box_.Pay("i1", "c1", {Line(1, 60000), Line(2, 40000)}));
  Do("2024-01-04",
     box_.RefundLines("f1", "i1", "c1", RefundKind::kChargeback, {{2, 30000}}));
  Do("2024-01-05", EventBox::Refund("f2", "i1", "c1",
                                    RefundKind::kChargebackReversed, 10000));
  const Explanation why = Why("i1");
  ASSERT_EQ(why.refunds.size(), 2u);
  ASSERT_EQ(why.refunds[0].lines.size(), 1u);
  EXPECT_EQ(why.refunds[0].lines[0].line, 2);
  EXPECT_EQ(why.refunds[0].lines[0].amount_minor, 30000);
  ASSERT_EQ(why.refunds[0].reversals.size(), 1u);
  EXPECT_EQ(why.refunds[0].reversals[0].accrual_id, (AccrualId{Seq(4), 1}));
  EXPECT_EQ(why.refunds[0].reversals[0].before_minor, 0);
  EXPECT_EQ(why.refunds[0].reversals[0].change_minor, 3000);
  ASSERT_EQ(why.refunds[1].lines.size(), 1u);
  EXPECT_EQ(why.refunds[1].lines[0].line, 2);
  EXPECT_EQ(why.refunds[1].lines[0].amount_minor, -10000);
  ASSERT_EQ(why.refunds[1].reversals.size(), 1u);
  EXPECT_EQ(why.refunds[1].reversals[0].accrual_id, (AccrualId{Seq(4), 1}));
  EXPECT_EQ(why.refunds[1].reversals[0].before_minor, 3000);
  EXPECT_EQ(why.refunds[1].reversals[0].change_minor, -1000);
  ASSERT_EQ(why.accruals.size(), 3u);  // rows of the feed as they are
  EXPECT_EQ(why.accruals[0].event_id, "e4");
  EXPECT_EQ(why.accruals[2].accrual->accrual_id, (AccrualId{Seq(6), 1}));
  EXPECT_EQ(why.accruals[2].accrual->restores_id, (AccrualId{Seq(4), 1}));
  EXPECT_EQ(why.accruals[2].accrual->amount_minor, 1000);
  EXPECT_EQ(why.accruals[2].customer_id, "c1");
}

TEST_F(ExplainTest, PastTheClawbackLinesAreGivenBackAndNothingReversed) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.clawback_days = 10;
  Begin(spec);
  Do("2024-01-03", box_.Pay("i1", "c1", 1000));
  Do("2024-01-13", EventBox::Refund("f1", "i1", "c1"));
  const Explanation why = Why("i1");
  ASSERT_EQ(why.refunds.size(), 1u);
  EXPECT_TRUE(why.refunds[0].past_clawback);
  ASSERT_EQ(why.refunds[0].lines.size(), 1u);
  EXPECT_EQ(why.refunds[0].lines[0].amount_minor, 1000);
  EXPECT_TRUE(why.refunds[0].reversals.empty());
}

TEST_F(ExplainTest, TheDecisionNamesTheEventThatMadeIt) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.terms_as_of = TermsAsOf::kConversion;
  Begin(spec);
  Do("2024-01-03", box_.Pay("i1", "c1", 1000));
  spec.hold_days = 14;
  Do("2024-01-04", box_.Program(spec));
  Do("2024-01-05", box_.Pay("i2", "c1", 1000));
  const Explanation why = Why("i2");
  ASSERT_TRUE(why.decision);
  EXPECT_EQ(why.decision->event_id, "e4");
  EXPECT_EQ(why.decision->payment_id, "i1");
  EXPECT_EQ(why.decision->terms_seq, Seq(1));
  EXPECT_EQ(why.terms_seq, Seq(1));
  EXPECT_EQ(why.payment_terms_seq, Seq(5));
  EXPECT_THAT(ExplanationText(why),
              HasSubstr("by the terms set by seq 1, held for 14 days by those "
                        "of its own time, set by seq 5, "));
  EXPECT_EQ(Why("i1").payment_terms_seq, Seq(1));
}

TEST_F(ExplainTest, ASignupThatDecidedHasNoPayment) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.conversion = Conversion::kSignup;
  Begin(spec);
  Do("2024-01-03", EventBox::Signup("c1"));
  Do("2024-01-05", box_.Pay("i1", "c1", 1000));
  const Explanation why = Why("i1");
  ASSERT_TRUE(why.decision);
  EXPECT_EQ(why.decision->trigger, Trigger::kSignup);
  EXPECT_EQ(why.decision->event_id, "e4");
  EXPECT_EQ(why.decision->payment_id, "");
}

TEST_F(ExplainTest, TouchesTellAgeWindowSubIdsAndThePartnersStatus) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.windows = {{Channel::kLink, 30, WindowEnd::kInclusive}};
  Do("2024-01-01", box_.Program(spec));
  Do("2024-01-01", EventBox::Partner("anna"));
  Do("2024-01-01", EventBox::Partner("ben"));
  Do("2024-01-01", EventBox::Code("BEN", "ben"));
  Do("2024-01-02", EventBox::Click("c1", "anna"));
  const std::string_view sub_ids[] = {"mail", "top"};
  event::Touch click = EventBox::Click("c1", "anna");
  click.sub_ids = sub_ids;
  Do("2024-01-20", click);
  Do("2024-01-21", EventBox::Redeem("c1", "ben"));
  Do("2024-01-22", EventBox::Click("c1", "anna"));
  Do("2024-01-30", EventBox::Partner("ben", PartnerStatus::kSuspended));
  Do("2024-02-02", box_.Pay("i1", "c1", 1000));
  const Explanation why = Why("i1");
  ASSERT_TRUE(why.decision);
  const std::vector<ExplainedTouch>& touches = why.decision->touches;
  ASSERT_EQ(touches.size(), 4u);
  EXPECT_EQ(touches[0].reason,
            "out: 31 days old, the window of LINK is 30 days");
  EXPECT_EQ(touches[0].age_us, 31 * kUsPerDay);
  EXPECT_EQ(touches[0].window_us, 30 * kUsPerDay);
  EXPECT_TRUE(touches[0].window_inclusive);
  EXPECT_EQ(touches[0].partner_status, PartnerStatus::kActive);
  EXPECT_EQ(touches[1].reason, "lost: a later touch won");
  EXPECT_THAT(touches[1].sub_ids, ElementsAre("mail", "top"));
  EXPECT_EQ(touches[2].window_us, std::nullopt);
  EXPECT_EQ(touches[2].partner_status, PartnerStatus::kSuspended);
  EXPECT_EQ(touches[2].reason,
            "out: the partner was SUSPENDED at the conversion");
  EXPECT_EQ(touches[3].reason, "won");
}

// ben's record holds from February on, his code and the touch are of January.
TEST_F(ExplainTest, ATouchByCodeBeforeThePartnersRecordNamesBoth) {
  Do("2024-01-01", box_.Program(PercentProgram("shop", "10%")));
  Do("2024-02-01", EventBox::Partner("ben"));
  Do("2024-01-05", EventBox::Code("BEN-1", "ben"));
  Do("2024-01-06", EventBox::Redeem("c1", "ben1"));
  Do("2024-01-07", EventBox::Click("c1", "ben"));
  Do("2024-01-08", EventBox::Click("c1", "carl"));
  Do("2024-01-09", box_.Pay("i1", "c1", 1000));
  const Explanation why = Why("i1");
  ASSERT_TRUE(why.decision);
  const std::vector<ExplainedTouch>& touches = why.decision->touches;
  ASSERT_EQ(touches.size(), 3u);
  EXPECT_EQ(touches[0].standing, Standing::kPartnerUnknown);
  EXPECT_EQ(touches[0].code, "BEN-1");
  EXPECT_EQ(touches[0].partner_id, "ben");
  EXPECT_EQ(touches[0].partner_status, PartnerStatus::kNone);
  EXPECT_EQ(touches[1].partner_id, "ben");
  EXPECT_EQ(touches[2].partner_id, "carl");
  EXPECT_EQ(touches[2].partner_status, PartnerStatus::kNone);
}

TEST_F(ExplainTest, ATouchByACodeThatHeldNoLongerTellsUntilWhen) {
  Do("2024-01-01", box_.Program(PercentProgram("shop", "10%")));
  Do("2024-01-01", EventBox::Partner("anna"));
  event::CodeIssued early = EventBox::Code("EARLY", "anna");
  early.valid_until = *ParseInstant("2024-01-03T00:00:00Z");
  event::CodeIssued late = EventBox::Code("LATE", "anna");
  late.valid_from = *ParseInstant("2024-01-09T00:00:00Z");
  Do("2024-01-01", early);
  Do("2024-01-01", late);
  Do("2024-01-01", EventBox::Code("GONE", "anna"));
  Do("2024-01-04", event::CodeRevoked{"GONE", ""});
  for (const char* code : {"EARLY", "LATE", "GONE", "NONE"}) {
    Do("2024-01-05", EventBox::Redeem("c1", code));
  }
  Do("2024-01-06", box_.Pay("i1", "c1", 1000));
  const Explanation why = Why("i1");
  ASSERT_TRUE(why.decision);
  const std::vector<ExplainedTouch>& touches = why.decision->touches;
  ASSERT_EQ(touches.size(), 4u);
  EXPECT_EQ(touches[0].code_limit,
            ParseInstant("2024-01-03T00:00:00Z").value());
  EXPECT_EQ(touches[1].code_limit,
            ParseInstant("2024-01-09T00:00:00Z").value());
  EXPECT_EQ(touches[2].code_limit,
            ParseInstant("2024-01-04T00:00:00Z").value());
  EXPECT_EQ(touches[3].code_limit, std::nullopt);
}

// Year 1: 10% and 2.5% of 10.00 with 0.30 on top are 1.55.
TEST_F(ExplainTest, TellsTheLineAsItWasAndTheRewardAsWritten) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules[0].reward.by_contract_year = {"2.5%", "1%"};
  spec.rules[0].reward.fixed_minor = 30;
  RuleSpec never = spec.rules[0];
  never.rule_id = "never";
  never.when.products = {"other"};
  spec.rules.insert(spec.rules.begin(), never);
  Begin(spec);
  const event::Attribute attributes[] = {{"size", "L"}, {"tone", ""}};
  event::PaymentLine line = Line(1, 1000, "shirt");
  line.category = "clothes";
  line.quantity = 3;
  line.attributes = attributes;
  Do("2024-01-03", box_.Pay("i1", "c1", {line}));
  const Explanation why = Why("i1");
  ASSERT_EQ(why.lines.size(), 1u);
  EXPECT_EQ(why.lines[0].category, "clothes");
  EXPECT_EQ(why.lines[0].quantity, 3);
  using Pair = std::pair<std::string, std::string>;
  EXPECT_THAT(why.lines[0].attributes,
              ElementsAre(Pair("size", "L"), Pair("tone", "")));
  ASSERT_EQ(why.lines[0].trials.size(), 2u);
  EXPECT_EQ(why.lines[0].trials[0].rule_place, 1);
  EXPECT_EQ(why.lines[0].trials[1].rule_place, 2);
  ASSERT_EQ(why.amounts.size(), 1u);
  const ExplainedAmount& amount = why.amounts[0];
  EXPECT_EQ(amount.rule_place, 2);
  EXPECT_EQ(amount.rate, "12.5%");
  EXPECT_EQ(amount.percent, "10%");
  EXPECT_EQ(amount.year_rate, "2.5%");
  EXPECT_EQ(amount.fixed_minor, 30);
  EXPECT_EQ(amount.numerator, "155000000000");
  EXPECT_EQ(amount.lowest.numerator, "155");
  EXPECT_EQ(amount.lowest.denominator, "1");
  EXPECT_EQ(amount.amount_minor, 155);
}

// 10% of 9.99 are 0.999, of which 21% are 0.20979: 999 x 10^8 x 21 x 10^7 over
// 10^18.
TEST_F(ExplainTest, TellsWhoseShareOfTheBudgetTheCustomerGets) {
  ProgramSpec spec = PercentProgram("shop", "");
  spec.rules[0].reward = {};
  spec.rules[0].budget = "10%";
  Do("2024-01-01", box_.Program(spec));
  event::PartnerSet anna = EventBox::Partner("anna");
  anna.customer_share = *Rate::Parse("21%");
  Do("2024-01-01", anna);
  event::CodeIssued code = EventBox::Code("ANNA", "anna");
  code.customer_share = *Rate::Parse("50%");
  Do("2024-01-01", code);
  Do("2024-01-01", EventBox::Partner("ben"));
  Do("2024-01-02", EventBox::Click("c1", "anna"));
  Do("2024-01-02", EventBox::Redeem("c2", "ANNA"));
  Do("2024-01-02", EventBox::Click("c3", "ben"));
  Do("2024-01-03", box_.Pay("by-link", "c1", 999));
  Do("2024-01-03", box_.Pay("by-code", "c2", 1000));
  Do("2024-01-03", box_.Pay("by-none", "c3", 1000));
  spec.customer_share_max = "40%";
  Do("2024-01-04", box_.Program(spec));
  Do("2024-01-05", box_.Pay("cut", "c2", 1000));
  const struct {
    const char* payment;
    const char* share;
    const char* from;
    int64_t discount_minor;
  } rows[] = {{"by-link", "21%", "partner", 21},
              {"by-code", "50%", "code", 50},
              {"by-none", "0%", "program", 0},
              {"cut", "40%", "program", 40}};
  for (const auto& row : rows) {
    const Explanation why = Why(row.payment);
    ASSERT_EQ(why.amounts.size(), 1u) << row.payment;
    EXPECT_EQ(why.amounts[0].customer_share, row.share) << row.payment;
    EXPECT_EQ(why.amounts[0].share_from, row.from) << row.payment;
    EXPECT_EQ(why.amounts[0].discount_minor, row.discount_minor) << row.payment;
    EXPECT_EQ(why.amounts[0].percent, "") << row.payment;
  }
  const ExplainedAmount amount = Why("by-link").amounts.at(0);
  EXPECT_EQ(amount.lowest.numerator, "999");
  EXPECT_EQ(amount.lowest.denominator, "10");
  EXPECT_EQ(amount.discount.numerator, "20979000000000000000");
  EXPECT_EQ(amount.discount.denominator, "1000000000000000000");
}

TEST_F(ExplainTest, TellsThePartnersStatusAtThePayment) {
  Begin(PercentProgram("shop", "10%"));
  Do("2024-01-03", box_.Pay("i1", "c1", 1000));
  Do("2024-01-04", EventBox::Partner("anna", PartnerStatus::kTerminated));
  Do("2024-01-05", box_.Pay("i2", "c1", 1000));
  EXPECT_EQ(Why("i1").credits.at(0).status, PartnerStatus::kActive);
  EXPECT_EQ(Why("i2").credits.at(0).status, PartnerStatus::kTerminated);
}

}  // namespace
}  // namespace vouch
