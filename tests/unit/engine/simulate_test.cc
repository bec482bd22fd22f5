// The log replayed under other terms, by hand (docs/SEMANTICS.md, section 9).
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/books_text.h"
#include "tests/support/event_box.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing_support::BooksText;
using testing_support::EventBox;
using testing_support::PercentProgram;

Instant DayAt(std::string_view day) {
  return *ParseInstant(std::string(day) + "T00:00:00Z");
}

std::string Of(const Difference& d) {
  return absl::StrCat(d.key, " ", d.booked_minor, " ", d.simulated_minor, " ",
                      d.difference_minor);
}
std::vector<std::string> Of(const std::vector<Difference>& list) {
  std::vector<std::string> texts;
  for (const Difference& each : list) texts.push_back(Of(each));
  return texts;
}
// "seq event: status"
std::vector<std::string> LeftOut(const Simulation& simulation) {
  std::vector<std::string> texts;
  for (const ChangedOutcome& each : simulation.changed_outcomes) {
    texts.push_back(absl::StrCat(each.seq.value(), " ", each.event_id, ": ",
                                 each.status.ToString()));
  }
  return texts;
}

class SimulateTest : public ::testing::Test {
 protected:
  // Every event gets its number as its id.
  void Put(std::string_view day, EventBody body,
           std::string_view program_id = "shop") {
    const Event event{program_id, box_.Text(absl::StrCat("e", ++count_)),
                      DayAt(day), std::move(body)};
    std::vector<Outcome> outcomes;
    ASSERT_TRUE(engine_->Apply(absl::MakeConstSpan(&event, 1), &outcomes).ok());
    ASSERT_TRUE(outcomes[0].status.ok()) << outcomes[0].status;
  }
  // A tenth of everything from 2024 on, and anna who sent c1 and c2.
  void Begin() {
    Put("2024-01-01", box_.Program(PercentProgram("shop", "10%")));
    Put("2024-01-01", EventBox::Partner("anna"));
    Put("2024-01-02", EventBox::Click("c1", "anna"));
    Put("2024-01-02", EventBox::Click("c2", "anna"));
  }
  void Pay(std::string_view day, std::string_view payment_id,
           std::string_view customer, int64_t amount_minor) {
    Put(day, box_.Pay(payment_id, customer, amount_minor));
  }
  Simulation Simulate(const ProgramSpec& terms,
                      std::optional<Instant> from = std::nullopt) {
    auto simulation = engine_->Simulate("shop", terms, from);
    EXPECT_TRUE(simulation.ok()) << simulation.status();
    return simulation.ok() ? *std::move(simulation) : Simulation();
  }

  EventBox box_;
  std::unique_ptr<Engine> engine_ = Engine::InMemory();
  int count_ = 0;
};

TEST_F(SimulateTest, OtherTermsFromADateOn) {
  Begin();
  Pay("2024-01-10", "p1", "c1", 10000);
  Pay("2024-03-10", "p2", "c1", 10000);
  Pay("2024-03-20", "p3", "c2", 5000);
  const ProgramSpec more = PercentProgram("shop", "13%");
  const Simulation march = Simulate(more, DayAt("2024-03-01"));
  EXPECT_EQ(Of(march.total), " 2500 2950 450");
  EXPECT_THAT(Of(march.partners), ElementsAre("anna 2500 2950 450"));
  EXPECT_THAT(Of(march.rules), ElementsAre("all 2500 2950 450"));
  EXPECT_THAT(Of(march.months),
              ElementsAre("2024-01 1000 1000 0", "2024-03 1500 1950 450"));
  EXPECT_EQ(march.program_id, "shop");
  EXPECT_EQ(march.currency, *Currency::Parse("EUR"));
  EXPECT_EQ(march.from, DayAt("2024-03-01"));
  EXPECT_THAT(LeftOut(march), IsEmpty());
  // The moment itself is in.
  EXPECT_EQ(Of(Simulate(more, DayAt("2024-03-10")).total), " 2500 2950 450");
  EXPECT_EQ(Of(Simulate(more, Instant{DayAt("2024-03-10").us + 1}).total),
            " 2500 2650 150");
  // From the beginning, from before it, and never.
  EXPECT_EQ(Of(Simulate(more).total), " 2500 3250 750");
  EXPECT_EQ(Simulate(more).from, kMinInstant);
  EXPECT_EQ(Of(Simulate(more, DayAt("2020-01-01")).total), " 2500 3250 750");
  EXPECT_EQ(Of(Simulate(more, kMaxInstant).total), " 2500 2500 0");
}

TEST_F(SimulateTest, OldCustomersKeepOldTerms) {
  Begin();
  Pay("2024-01-10", "p1", "c1", 10000);
  Pay("2024-03-10", "p2", "c1", 10000);
  Pay("2024-03-20", "p3", "c2", 10000);
  ProgramSpec more = PercentProgram("shop", "13%");
  more.terms_as_of = TermsAsOf::kConversion;
  EXPECT_EQ(Of(Simulate(more, DayAt("2024-03-01")).total), " 3000 3300 300");
  more.terms_as_of = TermsAsOf::kPayment;
  EXPECT_EQ(Of(Simulate(more, DayAt("2024-03-01")).total), " 3000 3600 600");
}

TEST_F(SimulateTest, TakesThePlaceOfLaterVersionsAlone) {
  Begin();
  Put("2024-02-01", box_.Program(PercentProgram("shop", "20%")));
  Pay("2024-01-10", "p1", "c1", 10000);
  Pay("2024-02-10", "p2", "c1", 10000);
  Pay("2024-02-20", "p3", "c1", 10000);
  const ProgramSpec more = PercentProgram("shop", "13%");
  EXPECT_THAT(Of(Simulate(more).months),
              ElementsAre("2024-01 1000 1300 300", "2024-02 4000 2600 -1400"));
  EXPECT_THAT(Of(Simulate(more, DayAt("2024-01-15")).months),
              ElementsAre("2024-01 1000 1000 0", "2024-02 4000 2600 -1400"));
  // A version from that very moment goes too.
  EXPECT_THAT(Of(Simulate(more, DayAt("2024-02-01")).months),
              ElementsAre("2024-01 1000 1000 0", "2024-02 4000 2600 -1400"));
  EXPECT_THAT(Of(Simulate(more, DayAt("2024-02-15")).months),
              ElementsAre("2024-01 1000 1000 0", "2024-02 4000 3300 -700"));
}

// p2 comes in April and is of January; the raise of February is learnt in
// April, so that p3 was booked by the old terms, which stay booked. Simulated,
// the terms are known when their time comes.
TEST_F(SimulateTest, LateEvents) {
  Begin();
  Pay("2024-01-10", "p1", "c1", 10000);
  Pay("2024-02-10", "p3", "c1", 10000);
  Pay("2024-01-20", "p2", "c1", 10000);
  Put("2024-02-01", box_.Program(PercentProgram("shop", "13%")));
  const ProgramSpec more = PercentProgram("shop", "13%");
  EXPECT_THAT(Of(Simulate(more, DayAt("2024-02-01")).months),
              ElementsAre("2024-01 2000 2000 0", "2024-02 1000 1300 300"));
}

TEST_F(SimulateTest, RefundsFollow) {
  Begin();
  Pay("2024-01-10", "p1", "c1", 10000);
  Put("2024-03-05",
      EventBox::Refund("r1", "p1", "c1", RefundKind::kRefund, 4000));
  EXPECT_THAT(Of(Simulate(PercentProgram("shop", "13%")).months),
              ElementsAre("2024-01 1000 1300 300", "2024-03 -400 -520 -120"));
  ProgramSpec strict = PercentProgram("shop", "10%");
  strict.clawback_days = 30;
  EXPECT_THAT(Of(Simulate(strict).months),
              ElementsAre("2024-01 1000 1000 0", "2024-03 -400 0 400"));
}

TEST_F(SimulateTest, AnotherModelMovesMoneyBetweenPartners) {
  Begin();
  Put("2024-01-01", EventBox::Partner("ben"));
  Put("2024-01-03", EventBox::Click("c1", "ben"));
  Pay("2024-01-10", "p1", "c1", 10000);
  ProgramSpec first = PercentProgram("shop", "10%");
  first.rules[0].rule_id = "other";
  first.model = Model::kFirstTouch;
  const Simulation simulation = Simulate(first);
  EXPECT_EQ(Of(simulation.total), " 1000 1000 0");
  EXPECT_THAT(Of(simulation.partners),
              ElementsAre("anna 0 1000 1000", "ben 1000 0 -1000"));
  EXPECT_THAT(Of(simulation.rules),
              ElementsAre("all 1000 0 -1000", "other 0 1000 1000"));
}

// Booked, ben's is the first accrual of the payment; simulated, the second.
TEST_F(SimulateTest, AReviewFindsItsAccrual) {
  ProgramSpec gold = PercentProgram("shop", "10%");
  gold.model = Model::kLinear;
  gold.hold_days = 30;
  gold.rules[0].when.partner_groups = {"gold"};
  Put("2024-01-01", box_.Program(gold));
  Put("2024-01-01", EventBox::Partner("anna"));
  event::PartnerSet ben = EventBox::Partner("ben");
  ben.group = "gold";
  Put("2024-01-01", ben);
  Put("2024-01-02", EventBox::Click("c1", "anna"));
  Put("2024-01-03", EventBox::Click("c1", "ben"));
  Pay("2024-01-10", "p1", "c1", 10000);
  Put("2024-01-11", EventBox::Review("6-1", "ben", Verdict::kVoid));
  ProgramSpec all = gold;
  all.rules[0].when.partner_groups.clear();
  const Simulation simulation = Simulate(all);
  EXPECT_THAT(Of(simulation.partners),
              ElementsAre("anna 0 500 500", "ben 0 0 0"));
  EXPECT_THAT(LeftOut(simulation), IsEmpty());
  // Where nothing stands there, the review is told; so is one that comes when
  // the money has matured.
  ProgramSpec silver = gold;
  silver.rules[0].when.partner_groups = {"silver"};
  EXPECT_THAT(LeftOut(Simulate(silver)),
              ElementsAre("7 e7: NOT_FOUND: accrual_reviewed.accrual_id: "
                          "nothing is earned in its place"));
  ProgramSpec at_once = gold;
  at_once.hold_days = 0;
  const Simulation matured = Simulate(at_once);
  EXPECT_THAT(Of(matured.partners), ElementsAre("ben 0 500 500"));
  EXPECT_THAT(LeftOut(matured),
              ElementsAre(HasSubstr("7 e7: FAILED_PRECONDITION: ")));
}

TEST_F(SimulateTest, WhatWouldBeRefusedIsLeftOutAndTold) {
  Begin();
  Pay("2024-01-10", "p1", "c1", 10000);
  Put("2024-02-01", EventBox::Request("o1", "anna", 900));
  Put("2024-02-02", EventBox::Sent("o1", "anna"));
  Pay("2024-02-10", "p2", "c1", 10000);
  const Simulation less = Simulate(PercentProgram("shop", "5%"));
  EXPECT_EQ(Of(less.total), " 2000 1000 -1000");
  EXPECT_EQ(less.changed_outcomes_count, 2);
  EXPECT_THAT(
      LeftOut(less),
      ElementsAre(HasSubstr("6 e6: FAILED_PRECONDITION: payout_requested."),
                  "7 e7: NOT_FOUND: payout_sent.payout_id: the partner has no "
                  "such payout"));
  EXPECT_THAT(LeftOut(Simulate(PercentProgram("shop", "9%"))), IsEmpty());
}

// A tenth of 100.00, of which the customer has 90%, and then half.
TEST_F(SimulateTest, AShareOutsideTheOtherBoundsIsCut) {
  ProgramSpec spec = PercentProgram("shop", "");
  spec.rules[0].budget = "10%";
  Put("2024-01-01", box_.Program(spec));
  event::PartnerSet anna = EventBox::Partner("anna");
  anna.customer_share = *Rate::Parse("90%");
  Put("2024-01-01", anna);
  event::CodeIssued code = EventBox::Code("ANNA", "anna");
  code.customer_share = *Rate::Parse("80%");
  Put("2024-01-01", code);
  Put("2024-01-02", EventBox::Click("c1", "anna"));
  Put("2024-01-02", EventBox::Redeem("c2", "anna"));
  Pay("2024-01-10", "p1", "c1", 10000);
  Pay("2024-02-10", "p2", "c2", 10000);
  spec.customer_share_max = "50%";
  const Simulation simulation = Simulate(spec);
  EXPECT_THAT(Of(simulation.months),
              ElementsAre("2024-01 100 500 400", "2024-02 200 500 300"));
  EXPECT_THAT(LeftOut(simulation), IsEmpty());
}

TEST_F(SimulateTest, OneProgramOfSeveral) {
  Begin();
  Put("2024-01-01", box_.Program(PercentProgram("other", "50%")), "other");
  Put("2024-01-01", EventBox::Partner("zoe"), "other");
  Put("2024-01-01", EventBox::Partner("anna"), "other");
  Put("2024-01-02", EventBox::Click("c1", "zoe"), "other");
  Put("2024-01-05", box_.Pay("p1", "c1", 10000), "other");
  Pay("2024-01-10", "p1", "c1", 10000);
  const Simulation simulation = Simulate(PercentProgram("shop", "13%"));
  EXPECT_THAT(Of(simulation.partners), ElementsAre("anna 1000 1300 300"));
}

TEST_F(SimulateTest, TheBooksAreUntouched) {
  Begin();
  Pay("2024-01-10", "p1", "c1", 10000);
  Put("2024-02-01", EventBox::Request("o1", "anna", 900));
  const std::string before = *engine_->StateBytes();
  const std::string books = BooksText(*engine_);
  Simulate(PercentProgram("shop", "1%"));
  EXPECT_EQ(*engine_->StateBytes(), before);
  EXPECT_EQ(BooksText(*engine_), books);
  EXPECT_EQ(engine_->GetCounters().applied_count, 6);
  EXPECT_THAT(engine_->GetCounters().refused_count, IsEmpty());
  // And the engine goes on.
  Pay("2024-03-10", "p2", "c1", 10000);
  EXPECT_EQ(Of(Simulate(PercentProgram("shop", "10%")).total), " 2000 2000 0");
}

TEST_F(SimulateTest, RefusesWhatCannotBeTheProgram) {
  Begin();
  const auto status = [this](const ProgramSpec& terms,
                             std::optional<Instant> from = std::nullopt) {
    return engine_->Simulate("shop", terms, from).status().ToString();
  };
  const ProgramSpec good = PercentProgram("shop", "10%");
  EXPECT_EQ(engine_->Simulate("no", good).status().ToString(),
            "NOT_FOUND: program_id: no such program");
  EXPECT_EQ(status(PercentProgram("other", "10%")),
            "INVALID_ARGUMENT: program.program_id: not the program's own");
  EXPECT_THAT(
      status(PercentProgram("shop", "ten")),
      HasSubstr("INVALID_ARGUMENT: program: rules[0].reward.percent: "));
  ProgramSpec dollars = good;
  dollars.currency = "USD";
  EXPECT_EQ(status(dollars),
            "FAILED_PRECONDITION: program.currency: a program's currency never "
            "changes");
  ProgramSpec berlin = good;
  berlin.time_zone = "Europe/Berlin";
  EXPECT_EQ(status(berlin),
            "FAILED_PRECONDITION: program.time_zone: a program's time zone "
            "never changes");
  EXPECT_EQ(status(good, Instant{kMaxInstant.us + 1}),
            "INVALID_ARGUMENT: from: not in the years 1 to 9999");
  EXPECT_EQ(status(good), "OK");
}

}  // namespace
}  // namespace vouch
