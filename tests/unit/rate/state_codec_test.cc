#include "vouch/rate/state_codec.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "tests/support/torn_bytes.h"
#include "tests/unit/rate/rate_desk.h"

namespace vouch {
namespace {

using testing_support::ExpectCanonical;
using testing_support::FixedRule;
using testing_support::Hex;
using testing_support::Line;
using testing_support::PercentRule;
using testing_support::RateDesk;
using testing_support::TermsOf;
using testing_support::TierRule;
using testing_support::UplineAt;

const Seq kTermsSeq(3);

// Every kind of thing that a state can hold: limits, what is spent, true-ups
// with uplines, both roles, refunds, a lead.
ProgramSpec Spec() {
  RuleSpec tiers = TierRule("t", TierMeaning::kRetroactive, Metric::kRevenue,
                            Period::kQuarter, {{0, "5%"}, {2000, "10%"}});
  tiers.when.products = {"A"};
  tiers.uplines = {UplineAt(1, UplineOf::kCommission, "10%"),
                   UplineAt(2, UplineOf::kBase, "1%")};
  RuleSpec ever = TierRule("e", TierMeaning::kRetroactive, Metric::kPayments,
                           Period::kLifetime, {{0, "1%"}});
  ever.stack = true;
  RuleSpec service = PercentRule("s", "5%");
  service.role = Role::kServicer;
  RuleSpec lead = FixedRule("l", 50);
  lead.earns_on = EarnsOn::kQualifiedLead;
  RuleSpec year = FixedRule("y", 7, FixedPer::kContractYear);
  year.stack = true;
  return TermsOf({tiers, FixedRule("c", 500, FixedPer::kCustomer), service,
                  lead, ever, year});
}

// A reference with the terms of the desk, as set by event 3.
std::unique_ptr<Reference> ReferenceOf(
    const std::shared_ptr<const Program>& p) {
  auto reference = std::make_unique<Reference>();
  reference->AddProgram({Instant{0}, kTermsSeq, p});
  for (const char* id : {"p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"}) {
    reference->SetPartner(id, PartnerRecord(), Instant{0});
  }
  return reference;
}

struct Lived {
  RateDesk desk;
  std::shared_ptr<const Program> program;
  std::unique_ptr<Reference> reference;

  Lived() : desk(Spec()) {
    // The desk owns the terms; the reference borrows them.
    program = std::shared_ptr<const Program>(&desk.terms(), [](auto*) {});
    reference = ReferenceOf(program);
    desk.SetParents({7, 8});
    desk.next.lines = {Line(1000, "A"), Line(500, "B")};
    desk.Pay();
    desk.next.on = CivilDay(2024, 2, 3);
    desk.credits.push_back(desk.credits[0]);
    desk.credits[1].role = Role::kServicer;
    desk.Pay();
    desk.next.customer = 300;
    desk.Reward(EarnsOn::kQualifiedLead);
    desk.LinesOf(1)[0].counted_minor = 400;
    desk.LinesOf(1)[1].counted_minor = 500;
    desk.Undo(1, false);
    desk.next.on = CivilDay(2025, 2, 3);
    desk.Pay();
    for (const int parent : {-7, 7, -7}) {
      desk.SetParents({parent, 8});
      desk.Pay();
    }
  }
  std::string Bytes() {
    std::string bytes;
    AppendState(desk.StateOf(1), *reference, &bytes);
    return bytes;
  }
  absl::StatusOr<std::string> Again(std::string_view bytes) {
    PartnerState state;
    VOUCH_RETURN_IF_ERROR(ReadState(bytes, reference.get(), &state));
    std::string again;
    AppendState(state, *reference, &again);
    return again;
  }
};

TEST(PartnerStateCodecTest, BytesOfANewPartner) {
  Reference reference;
  std::string bytes;
  AppendState(PartnerState(), reference, &bytes);
  EXPECT_EQ(Hex(bytes),
            "03"            // version
            "000000"        // accruals, shares, books
            "000000"        // metrics, rules, months paid
            "0000000000");  // what ever moved
}

TEST(PartnerStateCodecTest, BytesOfOneAccrual) {
  Reference reference;
  PartnerState state;
  BookedAccrual accrual;
  accrual.accrual_id = {Seq(4), 1};
  accrual.payment_seq = Seq(4);
  accrual.customer = CustomerNumber(7);
  accrual.payment_id = "inv";
  accrual.rule_id = "r";
  accrual.role = Role::kAcquirer;
  accrual.phase = Phase::kRetention;
  accrual.contract_year = 2;
  accrual.month = 12;
  accrual.weight_ppb = 1;
  accrual.base_minor = 64;
  accrual.amount_minor = 50;
  accrual.reversed_minor = 3;
  accrual.base_count = 2;
  state.bases = {{0, 40}, {2, 24}};
  state.accruals.push_back(accrual);
  state.turnover.own_minor = 53;
  std::string bytes;
  AppendState(state, reference, &bytes);
  EXPECT_EQ(Hex(bytes),
            "03"            // version
            "01"            // one accrual
            "0401"          // 4-1
            "01"            // PAYMENT
            "04"            // of the payment of event 4
            "07"            // by customer 7
            "03696e76"      // "inv"
            "0172"          // "r"
            "00"            // payee: nobody named
            "0102"          // ACQUIRER, RETENTION
            "00"            // level 0
            "04"            // contract year 2
            "18"            // January of the year 1
            "02"            // weight 1
            "8001"          // base 64
            "6406"          // 50 earned, 3 reversed
            "0000"          // terms and book: none
            "02"            // on two lines
            "0050"          // 40 of the first
            "0230"          // 24 of the third
            "0000000000"    // nothing else
            "6a00000000");  // 53 moved
}

TEST(PartnerStateCodecTest, ComesBackAsItWasAndGoesOnAlike) {
  Lived lived;
  const PartnerState& state = lived.desk.StateOf(1);
  PartnerState again;
  ASSERT_EQ(ReadState(lived.Bytes(), lived.reference.get(), &again),
            absl::OkStatus());
  ASSERT_EQ(again.accruals.size(), state.accruals.size());
  ASSERT_EQ(again.books.size(), 3u);  // two quarters, the lifetime
  for (std::size_t i = 0; i < state.books.size(); ++i) {
    EXPECT_EQ(again.books[i].AccruedAt(0), state.books[i].AccruedAt(0));
    EXPECT_EQ(again.books[i].AccruedAt(1), state.books[i].AccruedAt(1));
    EXPECT_EQ(again.books[i].ForgoneAt(1), state.books[i].ForgoneAt(1));
    EXPECT_EQ(again.books[i].accruals, state.books[i].accruals);
    EXPECT_EQ(again.books[i].terms, state.books[i].terms);
  }
  ASSERT_EQ(state.books[2].forgone.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again.books[2].forgone[i].after, state.books[2].forgone[i].after);
    EXPECT_EQ(again.books[2].forgone[i].left_minor,
              state.books[2].forgone[i].left_minor);
  }
  // The next payment is rated alike.
  RatablePayment payment = lived.desk.NextPayment();
  Rating of_state;
  ASSERT_TRUE(
      RatePayment(lived.desk.terms(), payment, nullptr, &of_state).ok());
  for (RatableCredit& credit : lived.desk.credits) credit.state = &again;
  payment.credits = lived.desk.credits;
  Rating of_again;
  ASSERT_TRUE(
      RatePayment(lived.desk.terms(), payment, nullptr, &of_again).ok());
  ASSERT_EQ(of_again.amounts.size(), of_state.amounts.size());
  for (std::size_t i = 0; i < of_state.amounts.size(); ++i) {
    EXPECT_EQ(of_again.amounts[i].amount_minor,
              of_state.amounts[i].amount_minor);
  }
}

TEST(PartnerStateCodecTest, IdsOfPaymentsAreKeptWhereOneSays) {
  PartnerState state;
  BookedAccrual accrual;
  accrual.accrual_id = {Seq(4), 1};
  accrual.payment_seq = Seq(4);
  accrual.payment_id = "inv";
  state.accruals.push_back(accrual);
  Reference reference;
  std::string bytes;
  AppendState(state, reference, &bytes);
  PartnerState again;
  const std::string kept = "inv";
  const auto keep = [&kept](std::string_view) {
    return std::string_view(kept);
  };
  ASSERT_EQ(ReadState(bytes, &reference, keep, &again), absl::OkStatus());
  EXPECT_EQ(again.accruals[0].payment_id.data(), kept.data());
  const auto refuse = [](std::string_view) { return std::string_view(); };
  EXPECT_EQ(ReadState(bytes, &reference, refuse, &again),
            absl::DataLossError("partner_state: an id that is none"));
}

TEST(PartnerStateCodecTest, EveryTornOrChangedEncodingIsRefusedOrCanonical) {
  Lived lived;
  const auto again = [&lived](std::string_view bytes) {
    return lived.Again(bytes);
  };
  std::string none;
  AppendState(PartnerState(), *lived.reference, &none);
  ExpectCanonical(none, again);
  ExpectCanonical(lived.Bytes(), again);
}

TEST(PartnerStateCodecTest, TellsWhatIsWrong) {
  using Change = void (*)(PartnerState&);
  const struct {
    Change change;
    std::string_view message;
  } kCases[] = {
      {[](PartnerState& s) { s.accruals[1].accrual_id.place = 1; },
       "partner_state: accruals out of order"},
      {[](PartnerState& s) { s.accruals[0].reversed_minor = -1; },
       "partner_state: more reversed of an accrual than it has"},
      {[](PartnerState& s) {
         s.accruals[0].reversed_minor = s.accruals[0].amount_minor + 1;
       },
       "partner_state: more reversed of an accrual than it has"},
      {[](PartnerState& s) { s.accruals[0].level = -1; },
       "partner_state: a level below zero"},
      {[](PartnerState& s) { s.accruals[0].month = -1; },
       "partner_state: a month outside the calendar"},
      {[](PartnerState& s) { s.accruals[0].source = AccrualSource::kReview; },
       "partner_state: a true-up without a book"},
      {[](PartnerState& s) { s.accruals[0].book = 9; },
       "partner_state: a book that is none"},
      {[](PartnerState& s) { s.accruals[0].role = static_cast<Role>(3); },
       "partner_state: an unknown word"},
      {[](PartnerState& s) { s.bases[0].base_minor = -1; },
       "partner_state: a base below zero"},
      {[](PartnerState& s) { s.shares[0].returned_minor = -1; },
       "partner_state: more returned of a share than it has"},
      {[](PartnerState& s) { s.books[0].base_minor -= 1; },
       "partner_state: shares that do not add up"},
      {[](PartnerState& s) { s.books[0].from += 1; },
       "partner_state: a month that begins no such period"},
      {[](PartnerState& s) { s.books[0].rule = 77; },
       "partner_state: a true-up by no rule"},
      {[](PartnerState& s) { s.books[2].forgone[0].level = 0; },
       "partner_state: an amount forgone that is none"},
      {[](PartnerState& s) { s.books[2].forgone[0].left_minor = 0; },
       "partner_state: an amount forgone that is none"},
      {[](PartnerState& s) { s.books[2].forgone[0].after = 99; },
       "partner_state: amounts forgone out of order"},
      {[](PartnerState& s) { s.books[2].forgone[1].after = 99; },
       "partner_state: an amount forgone after accruals that are none"},
      {[](PartnerState& s) {
         s.books[2].forgone[0].left_minor = std::numeric_limits<int64_t>::max();
       },
       "partner_state: sums that pass what moved"},
      {[](PartnerState& s) { s.books[0].rule = 1; },
       "partner_state: a true-up by no rule"},
      {[](PartnerState& s) { std::swap(s.metrics[0], s.metrics[1]); },
       "partner_state: metrics out of order"},
      {[](PartnerState& s) { s.metrics[0].values[1] = int64_t{1} << 62; },
       "partner_state: sums that pass what moved"},
      {[](PartnerState& s) { std::swap(s.rules[0], s.rules[1]); },
       "partner_state: rules out of order"},
      {[](PartnerState& s) { s.rules[0].months[0].amount_minor = -1; },
       "partner_state: sums that pass what moved"},
      {[](PartnerState& s) { s.turnover.own_minor = 0; },
       "partner_state: sums that pass what moved"},
      {[](PartnerState& s) { s.turnover.count = -1; },
       "partner_state: sums that pass what moved"},
      {[](PartnerState& s) {
         s.paid_months[{Role::kAcquirer, CustomerNumber(9)}];
       },
       "partner_state: a customer who never paid"},
  };
  for (const auto& c : kCases) {
    Lived lived;
    c.change(lived.desk.StateOf(1));
    EXPECT_EQ(lived.Again(lived.Bytes()).status(),
              absl::DataLossError(ToAbsl(c.message)));
  }
  Lived lived;
  Reference without;  // the version that set the terms is not there
  PartnerState state;
  for (int i = 0; i < 8; ++i) {
    without.SetPartner("p" + std::to_string(i), PartnerRecord(), Instant{0});
  }
  EXPECT_EQ(ReadState(lived.Bytes(), &without, &state),
            absl::DataLossError("partner_state: terms that nobody set"));
}

}  // namespace
}  // namespace vouch
