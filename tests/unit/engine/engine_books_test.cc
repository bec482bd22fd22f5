// What the engine books, by hand (docs/SEMANTICS.md, sections 2 to 8 and 10).
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/answers.h"
#include "tests/support/books_text.h"
#include "tests/support/event_box.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using namespace testing_support;  // NOLINT: the folder's own
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t kAll = SIZE_MAX;
constexpr int64_t kMax = INT64_MAX;

// An engine and a box. Do() applies one event and says what became of it: "ok",
// "duplicate", "conflict", or the code and the message of the refusal.
class Shop {
 public:
  explicit Shop(ProgramSpec spec = PercentProgram("shop", "10%")) {
    Expect("2024-01-01", box.Program(spec));
    Expect("2024-01-01", EventBox::Partner("anna"));
    Expect("2024-01-01", EventBox::Partner("ben"));
    Expect("2024-01-02", EventBox::Click("c1", "anna"));
  }

  std::string Do(std::string_view day, EventBody body) {
    return DoAs(absl::StrCat("e", ++sent_), day, std::move(body));
  }
  std::string DoAs(const std::string& event_id, std::string_view day,
                   EventBody body, std::string_view program_id = "shop") {
    const Event event{program_id, event_id, Time(day), std::move(body)};
    std::vector<Outcome> outcomes;
    EXPECT_TRUE(engine->Apply(absl::MakeConstSpan(&event, 1), &outcomes).ok());
    last = outcomes.at(0);
    switch (last.kind) {
      case OutcomeKind::kApplied:
        return "ok";
      case OutcomeKind::kDuplicate:
        return "duplicate";
      case OutcomeKind::kConflictingDuplicate:
        return "conflict";
      case OutcomeKind::kRefused:
        break;
    }
    return last.status.ToString();
  }
  void Expect(std::string_view day, EventBody body) {
    EXPECT_EQ(Do(day, std::move(body)), "ok");
  }

  // "2024-01-01", or with a time of day.
  static Instant Time(std::string_view day) {
    const std::string text(day);
    const auto at =
        ParseInstant(text.size() == 10 ? text + "T00:00:00Z" : text);
    EXPECT_TRUE(at.ok()) << text;
    return at.ok() ? *at : Instant();
  }
  // "pending payable in_transit paid"
  std::string Balances(std::string_view partner,
                       Currency currency = kEur) const {
    for (const BalanceRow& row : BalancesOf(*engine)) {
      if (row.partner_id != partner || row.currency != currency) continue;
      return absl::StrCat(
          row.balances.pending_minor, " ", row.balances.payable_minor, " ",
          row.balances.in_transit_minor, " ", row.balances.paid_minor);
    }
    return "none";
  }
  // The rows of the last event: "KIND id amount" and "KIND FROM>TO amount".
  std::vector<std::string> Rows() const {
    std::vector<std::string> rows;
    for (const Output& row :
         OutputsOf(*engine, Seq(last.seq.value() - 1), kAll)) {
      if (row.accrual != nullptr) {
        rows.push_back(absl::StrCat(ToAbsl(Word(row.accrual->kind)), " ",
                                    FormatAccrualId(row.accrual->accrual_id),
                                    " ", row.accrual->amount_minor));
      } else if (row.entry != nullptr) {
        rows.push_back(absl::StrCat(ToAbsl(Word(row.entry->from)), ">",
                                    ToAbsl(Word(row.entry->to)), " ",
                                    row.entry->amount_minor));
      } else {
        rows.push_back(absl::StrCat(ToAbsl(Word(row.payout->state)), " ",
                                    row.payout->amount_minor));
      }
    }
    return rows;
  }

  EventBox box;
  std::unique_ptr<Engine> engine = Engine::InMemory();
  Outcome last;

 private:
  int sent_ = 0;
};

// ---------------------------------------------------------------------------
// Ingest

TEST(IngestTest, SeqCountsWhatIsAppliedAndNothingElse) {
  Shop s;
  EXPECT_EQ(s.last.seq, Seq(4));
  EXPECT_THAT(s.DoAs("x", "2024-01-03", EventBox::Adjust("nobody", 5)),
              HasSubstr("NOT_FOUND"));
  EXPECT_FALSE(s.last.seq.has_value());
  // A refused event takes no id: the same id is good for another content.
  EXPECT_EQ(s.DoAs("x", "2024-01-03", EventBox::Adjust("anna", 5)), "ok");
  EXPECT_EQ(s.last.seq, Seq(5));
}

TEST(IngestTest, TheSameAgainIsADuplicateAndOtherContentAConflict) {
  Shop s;
  const auto payment = s.box.Pay("i1", "c1", 1000);
  EXPECT_EQ(s.DoAs("x", "2024-01-03", payment), "ok");
  const std::string before = BooksText(*s.engine);
  EXPECT_EQ(s.DoAs("x", "2024-01-03", s.box.Pay("i1", "c1", 1000)),
            "duplicate");
  EXPECT_EQ(s.last.seq, Seq(5));
  EXPECT_TRUE(s.last.status.ok());
  EXPECT_EQ(s.DoAs("x", "2024-01-04", payment), "conflict");
  EXPECT_EQ(s.last.seq, Seq(5));
  EXPECT_EQ(s.last.status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(s.DoAs("x", "2024-01-03", s.box.Pay("i1", "c1", 1001)), "conflict");
  EXPECT_EQ(s.DoAs("x", "2024-01-03", event::Clock{}), "conflict");
  EXPECT_EQ(BooksText(*s.engine), before);
  const Counters counters = s.engine->GetCounters();
  EXPECT_EQ(counters.applied_count, 5);
  EXPECT_EQ(counters.duplicate_count, 1);
  EXPECT_EQ(counters.conflicting_duplicate_count, 3);
  EXPECT_THAT(counters.refused_count, IsEmpty());
  EXPECT_EQ(counters.last_seq, Seq(5));
  EXPECT_GT(counters.log_bytes, 0);
}

TEST(IngestTest, RefusalsAreCountedByReason) {
  Shop s;
  s.Do("2024-01-03", EventBox::Adjust("nobody", 5));
  s.Do("2024-01-03", EventBox::Adjust("nobody", 5));
  s.Do("2024-01-03", EventBox::Adjust("anna", 0));
  const auto refused = s.engine->GetCounters().refused_count;
  EXPECT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused.at(absl::StatusCode::kNotFound), 2);
  EXPECT_EQ(refused.at(absl::StatusCode::kInvalidArgument), 1);
}

TEST(IngestTest, ProgramsAreApart) {
  Shop s;
  EXPECT_EQ(s.DoAs("e1", "2024-01-01",
                   s.box.Program(PercentProgram("other", "50%")), "other"),
            "ok");  // e1 is taken in "shop" alone
  EXPECT_EQ(s.DoAs("e2", "2024-01-01", EventBox::Partner("anna"), "other"),
            "ok");
  EXPECT_EQ(s.DoAs("e3", "2024-01-01", s.box.Pay("i1", "c1", 1000), "other"),
            "ok");
  EXPECT_THAT(s.Rows(), IsEmpty());  // c1 was touched in "shop"
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));  // i1 is not taken here
  EXPECT_EQ(s.Balances("anna"), "0 100 0 0");
  EXPECT_THAT(s.engine->ProgramIds(), ElementsAre("other", "shop"));
  ASSERT_EQ(ExpensesOf(*s.engine).size(), 1u);
  EXPECT_EQ(ExpensesOf(*s.engine)[0].program_id, "shop");
  EXPECT_EQ(ExpensesOf(*s.engine)[0].expense_minor, -100);
}

TEST(IngestTest, OutputsNeverPartAnEvent) {
  Shop s;
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));  // 5: 3 rows
  s.Expect("2024-01-03", s.box.Pay("i2", "c1", 1000));  // 6: 3 rows
  EXPECT_THAT(OutputsOf(*s.engine, Seq(), 0), IsEmpty());
  EXPECT_EQ(OutputsOf(*s.engine, Seq(), 1).size(), 3u);
  EXPECT_EQ(OutputsOf(*s.engine, Seq(), 3).size(), 3u);
  EXPECT_EQ(OutputsOf(*s.engine, Seq(), 4).size(), 6u);
  EXPECT_EQ(OutputsOf(*s.engine, Seq(), kAll).size(), 6u);
  EXPECT_EQ(OutputsOf(*s.engine, Seq(4), 1)[0].seq, Seq(5));
  EXPECT_EQ(OutputsOf(*s.engine, Seq(5), 1)[0].seq, Seq(6));
  EXPECT_THAT(OutputsOf(*s.engine, Seq(6), 1), IsEmpty());
  EXPECT_THAT(OutputsOf(*s.engine, Seq(UINT64_MAX), 1), IsEmpty());
}

TEST(IngestTest, DecisionsAreGivenOnce) {
  Shop s;
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));
  s.Expect("2024-01-03", s.box.Pay("i2", "c1", 1000));
  s.Expect("2024-01-03", s.box.Pay("i3", "c2", 1000));
  const auto rows = DecisionsOf(*s.engine, Seq(), kAll);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].customer_id, "c1");
  EXPECT_EQ(rows[0].event_id, "e5");
  EXPECT_THAT(rows[0].partner_ids, ElementsAre("anna"));
  EXPECT_EQ(rows[0].decision->trigger, Trigger::kPayment);
  EXPECT_EQ(rows[1].customer_id, "c2");
  EXPECT_THAT(rows[1].partner_ids, IsEmpty());  // nobody brought it
  EXPECT_EQ(DecisionsOf(*s.engine, Seq(), 1).size(), 1u);
  EXPECT_EQ(DecisionsOf(*s.engine, Seq(5), kAll).size(), 1u);
}

// ---------------------------------------------------------------------------
// Refusals

TEST(RefusalTest, EachEventForEachReason) {
  Shop s;
  s.Expect("2024-01-03", EventBox::Code("AA-1", "anna"));
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));  // e6: accrual 6-1
  s.Expect("2024-01-03", EventBox::Contract("k1", "c1", CivilDay(2024, 1, 1)));
  s.Expect("2024-01-03",
           EventBox::Refund("f1", "i1", "c1", RefundKind::kRefund, 400));
  s.Expect("2024-01-03", EventBox::Identify("v1", "c1"));
  s.Expect("2024-01-03", EventBox::Request("o1", "anna", 10));
  s.Expect("2024-01-03", EventBox::Sent("o1", "anna"));
  ProgramSpec usd = PercentProgram("shop", "10%");
  usd.currency = "USD";
  ProgramSpec tokyo = PercentProgram("shop", "10%");
  tokyo.time_zone = "Asia/Tokyo";
  const auto partner = [](std::string_view id) {
    return EventBox::Partner(id);
  };
  auto kindless = partner("cora");
  kindless.kind = PartnerKind::kNone;
  auto no_channel = EventBox::Click("c1", "anna");
  no_channel.channel = Channel::kNone;
  auto continues = EventBox::Contract("k2", "c1", CivilDay(2024, 1, 1));
  continues.continues_contract_id = "k9";
  auto foreign = s.box.Pay("i9", "c2", 1000);
  foreign.contract_id = "k1";
  auto other_amount = EventBox::Sent("o2", "anna");
  other_amount.amount_minor = 11;
  s.Expect("2024-01-03", EventBox::Request("o2", "anna", 10));
  event::Outreach outreach;
  outreach.step = OutreachStep::kSent;
  outreach.count = -1;

  struct Row {
    EventBody body;
    std::string code;
  };
  const std::vector<Row> rows = {
      {event::ProgramSet{"garbage"}, "INVALID_ARGUMENT"},
      {s.box.Program(PercentProgram("other", "10%")), "INVALID_ARGUMENT"},
      {s.box.Program(PercentProgram("shop", "x")), "INVALID_ARGUMENT"},
      {s.box.Program(usd), "FAILED_PRECONDITION"},
      {s.box.Program(tokyo), "FAILED_PRECONDITION"},
      {kindless, "INVALID_ARGUMENT"},
      {EventBox::Code("BB", "nobody"), "NOT_FOUND"},
      {EventBox::Code("a a1", "ben"), "ALREADY_EXISTS"},
      {EventBox::Code("- -", "ben"), "INVALID_ARGUMENT"},
      {event::CodeRevoked{"BB", ""}, "NOT_FOUND"},
      {event::CodeRevoked{"AA1", "ben"}, "NOT_FOUND"},
      {no_channel, "INVALID_ARGUMENT"},
      {EventBox::Identify("v1", "c2"), "FAILED_PRECONDITION"},
      {EventBox::Identify("", "c2"), "INVALID_ARGUMENT"},
      {EventBox::Signup(""), "INVALID_ARGUMENT"},
      {EventBox::Contract("k1", "c2", CivilDay(2024, 1, 1)), "ALREADY_EXISTS"},
      {continues, "NOT_FOUND"},
      {EventBox::EndContract("k1", "c2", CivilDay(2025, 1, 1)), "NOT_FOUND"},
      {EventBox::EndContract("k1", "c1", CivilDay(2023, 12, 31)),
       "FAILED_PRECONDITION"},
      {s.box.Pay("i1", "c1", 5), "ALREADY_EXISTS"},
      {s.box.Pay("i9", "c1", -5), "INVALID_ARGUMENT"},
      {s.box.Pay("i9", "c1", {Line(1, 5)}, kUsd), "INVALID_ARGUMENT"},
      {foreign, "NOT_FOUND"},
      {EventBox::Refund("f9", "i9", "c1"), "NOT_FOUND"},
      {EventBox::Refund("f9", "i1", "c2"), "NOT_FOUND"},
      {EventBox::Refund("f1", "i1", "c1"), "ALREADY_EXISTS"},
      {EventBox::Refund("f9", "i1", "c1", RefundKind::kRefund, 601),
       "FAILED_PRECONDITION"},
      {s.box.RefundLines("f9", "i1", "c1", RefundKind::kRefund, {{1, 601}}),
       "FAILED_PRECONDITION"},
      {s.box.RefundLines("f9", "i1", "c1", RefundKind::kRefund, {{2, 1}}),
       "NOT_FOUND"},
      {s.box.RefundLines("f9", "i1", "c1", RefundKind::kRefund,
                         {{1, 1}, {1, 1}}),
       "INVALID_ARGUMENT"},
      {EventBox::Refund("f9", "i1", "c1", RefundKind::kNone),
       "INVALID_ARGUMENT"},
      {EventBox::Review("x", "anna", Verdict::kHold), "INVALID_ARGUMENT"},
      {EventBox::Review("6-2", "anna", Verdict::kHold), "NOT_FOUND"},
      {EventBox::Review("6-1", "ben", Verdict::kHold), "NOT_FOUND"},
      {EventBox::Review("6-1", "nobody", Verdict::kHold), "NOT_FOUND"},
      {EventBox::Review("6-1", "anna", Verdict::kVoid), "FAILED_PRECONDITION"},
      {EventBox::Adjust("nobody", 5), "NOT_FOUND"},
      {EventBox::Adjust("anna", 0), "INVALID_ARGUMENT"},
      {EventBox::Adjust("anna", INT64_MIN), "INVALID_ARGUMENT"},
      {EventBox::Adjust("anna", kMax), "OUT_OF_RANGE"},
      {EventBox::Adjust("anna", -kMax), "OUT_OF_RANGE"},
      {EventBox::Request("o1", "anna", 10), "ALREADY_EXISTS"},
      {EventBox::Request("o9", "nobody", 10), "NOT_FOUND"},
      {EventBox::Request("o9", "anna", 41), "FAILED_PRECONDITION"},
      {EventBox::Request("o9", "ben"), "FAILED_PRECONDITION"},
      {EventBox::Request("o9", "anna", 1, kUsd), "FAILED_PRECONDITION"},
      {EventBox::Request("o9", "anna", 0), "INVALID_ARGUMENT"},
      {EventBox::Sent("o1", "anna"), "FAILED_PRECONDITION"},
      {EventBox::Failed("o1", "anna"), "FAILED_PRECONDITION"},
      {EventBox::Sent("o2", "ben"), "NOT_FOUND"},
      {EventBox::Failed("o9", "anna"), "NOT_FOUND"},
      {other_amount, "FAILED_PRECONDITION"},
      {EventBox::Opening("nobody", 1, 1), "NOT_FOUND"},
      {EventBox::Opening("anna", -1, 1), "INVALID_ARGUMENT"},
      {EventBox::Opening("anna", kMax, kMax), "OUT_OF_RANGE"},
      {outreach, "INVALID_ARGUMENT"},
  };
  const std::string before = BooksText(*s.engine);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_THAT(s.Do("2024-01-04", rows[i].body), HasSubstr(rows[i].code))
        << "row " << i;
    EXPECT_THAT(std::string(s.last.status.message()), HasSubstr(": "))
        << "row " << i;
  }
  EXPECT_EQ(BooksText(*s.engine), before);
}

TEST(RefusalTest, WithoutAProgramOrBeforeIt) {
  Shop s;
  EXPECT_THAT(s.DoAs("x", "2024-01-03", event::Clock{}, "none"),
              HasSubstr("NOT_FOUND"));
  EXPECT_THAT(s.DoAs("x", "2023-12-31", event::Clock{}),
              HasSubstr("FAILED_PRECONDITION"));
  EXPECT_EQ(s.DoAs("x", "2024-01-01", event::Clock{}), "ok");
}

TEST(RefusalTest, ASumPast64BitsLeavesNothingBehind) {
  Shop s(PercentProgram("shop", "100%"));
  const int64_t half = (int64_t{1} << 62);
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", half));
  EXPECT_THAT(s.Do("2024-01-03", s.box.Pay("i2", "c1", half)),
              HasSubstr("OUT_OF_RANGE"));
  s.Expect("2024-01-03", s.box.Pay("i2", "c1", half - 1));
  EXPECT_EQ(s.Balances("anna"), absl::StrCat("0 ", kMax, " 0 0"));
  EXPECT_THAT(s.Do("2024-01-04", EventBox::Refund("f1", "i1", "c1")),
              HasSubstr("OUT_OF_RANGE"));
}

TEST(RefusalTest, FiguresOfAPeriodStayWithin64Bits) {
  // Nothing is earned, and still what was paid must be summed by reports.
  Shop s;
  s.Expect("2024-01-03", s.box.Pay("i1", "c2", kMax));
  EXPECT_THAT(s.Do("2024-01-03", s.box.Pay("i2", "c2", 1)),
              HasSubstr("OUT_OF_RANGE"));
  EXPECT_THAT(s.Do("2024-01-03", EventBox::Refund("f1", "i1", "c2")),
              HasSubstr("OUT_OF_RANGE"));
  event::Outreach outreach;
  outreach.step = OutreachStep::kSent;
  outreach.count = kMax;
  s.Expect("2024-01-03", outreach);
  EXPECT_THAT(s.Do("2024-01-03", outreach), HasSubstr("OUT_OF_RANGE"));
  // Requests that fail over and over.
  s.Expect("2024-01-03", EventBox::Adjust("anna", kMax / 2));
  s.Expect("2024-01-03", EventBox::Request("o1", "anna"));
  s.Expect("2024-01-03", EventBox::Failed("o1", "anna"));
  EXPECT_THAT(s.Do("2024-01-03", EventBox::Request("o2", "anna")),
              HasSubstr("OUT_OF_RANGE"));
  const auto stats = s.engine->GetStats("shop", kMinInstant, kMaxInstant);
  ASSERT_TRUE(stats.ok());
  EXPECT_EQ(stats->funnel.revenue_minor, kMax);
  EXPECT_EQ(stats->funnel.sent_count, kMax);
}

// ---------------------------------------------------------------------------
// Payments and refunds

TEST(BooksTest, APaymentItsRefundsAndItsRows) {
  ProgramSpec spec = PercentProgram("shop", "7.9%");
  spec.hold_days = 30;
  Shop s(spec);
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));
  EXPECT_THAT(s.Rows(), ElementsAre("ACCRUAL 5-1 79", "EXPENSE>PENDING 79"));
  s.Expect("2024-01-04",
           EventBox::Refund("f1", "i1", "c1", RefundKind::kRefund, 400));
  EXPECT_THAT(s.Rows(), ElementsAre("REVERSAL 5-1 32", "PENDING>EXPENSE 32"));
  s.Expect("2024-01-05",
           EventBox::Refund("f2", "i1", "c1", RefundKind::kRefund, 600));
  EXPECT_THAT(s.Rows(), ElementsAre("REVERSAL 5-1 47", "PENDING>EXPENSE 47"));
  EXPECT_EQ(s.Balances("anna"), "0 0 0 0");
}

TEST(BooksTest, AWonChargebackIsAnAccrualHeldFromItsOwnTime) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.hold_days = 10;
  Shop s(spec);
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));
  s.Expect("2024-01-04",
           EventBox::Refund("f1", "i1", "c1", RefundKind::kChargeback, 500));
  s.Expect("2024-01-05",
           EventBox::Refund("f2", "i1", "c1", RefundKind::kRefund, 100));
  // More than chargebacks took: 500 come back, the refund of 100 stays.
  s.Expect(
      "2024-01-20",
      EventBox::Refund("f3", "i1", "c1", RefundKind::kChargebackReversed, 900));
  // The rest of the first accrual, 40, was due on the 13th.
  EXPECT_THAT(s.Rows(), ElementsAre("ACCRUAL 8-1 50", "PENDING>PAYABLE 40",
                                    "EXPENSE>PENDING 50"));
  EXPECT_EQ(s.Balances("anna"), "50 40 0 0");
  s.Expect("2024-01-29", event::Clock{});
  EXPECT_THAT(s.Rows(), IsEmpty());
  s.Expect("2024-01-30", event::Clock{});
  EXPECT_THAT(s.Rows(), ElementsAre("PENDING>PAYABLE 50"));
}

TEST(BooksTest, ClawbackEndsAtItsDay) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.clawback_days = 30;
  Shop s(spec);
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));
  s.Expect("2024-02-01T23:59:59.999999Z",
           EventBox::Refund("f1", "i1", "c1", RefundKind::kRefund, 100));
  EXPECT_EQ(s.Balances("anna"), "0 90 0 0");
  s.Expect("2024-02-02",  // 30 x 24 hours later: recorded, reverses nothing
           EventBox::Refund("f2", "i1", "c1", RefundKind::kRefund, 100));
  EXPECT_EQ(s.Balances("anna"), "0 90 0 0");
  // What is left counts all refunds.
  EXPECT_THAT(s.Do("2024-02-03", EventBox::Refund("f3", "i1", "c1",
                                                  RefundKind::kRefund, 801)),
              HasSubstr("FAILED_PRECONDITION"));
  s.Expect("2024-02-03",
           EventBox::Refund("f3", "i1", "c1", RefundKind::kRefund, 800));
}

TEST(BooksTest, AfterAPayoutARefundMakesDebt) {
  Shop s;
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));
  s.Expect("2024-01-04", EventBox::Request("o1", "anna"));
  EXPECT_THAT(s.Rows(), ElementsAre("PAYABLE>IN_TRANSIT 100", "REQUESTED 100"));
  s.Expect("2024-01-05", EventBox::Sent("o1", "anna"));
  s.Expect("2024-01-06", EventBox::Refund("f1", "i1", "c1"));
  EXPECT_EQ(s.Balances("anna"), "0 -100 0 100");
  s.Expect("2024-01-07", s.box.Pay("i2", "c1", 1500));
  EXPECT_EQ(s.Balances("anna"), "0 50 0 100");
  EXPECT_EQ(ExpensesOf(*s.engine)[0].expense_minor, -150);
}

TEST(BooksTest, ZeroPaymentsAreRecordedAndDoNothing) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules[0].when.phase = Phase::kAcquisition;  // the first payment only
  Shop s(spec);
  s.Expect("2024-01-02T12:00:00Z", s.box.Pay("i0", "c1", 0));
  EXPECT_THAT(DecisionsOf(*s.engine, Seq(), kAll), IsEmpty());
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));
  EXPECT_EQ(s.Balances("anna"), "0 100 0 0");  // it was the first
  s.Expect("2024-01-03", EventBox::Refund("f0", "i0", "c1"));
  EXPECT_THAT(s.Do("2024-01-03", s.box.Pay("i0", "c1", 5)),
              HasSubstr("ALREADY_EXISTS"));
}

TEST(BooksTest, OnlyAnActivePartnerEarns) {
  Shop s;
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));
  s.Expect("2024-01-04", EventBox::Partner("anna", PartnerStatus::kSuspended));
  s.Expect("2024-01-05", s.box.Pay("i2", "c1", 1000));
  EXPECT_THAT(s.Rows(), IsEmpty());
  EXPECT_THAT(s.Do("2024-01-05", EventBox::Request("o1", "anna")),
              HasSubstr("FAILED_PRECONDITION"));
  // Applied late, with its own time deciding: on the 3rd anna was active.
  s.Expect("2024-01-03", s.box.Pay("i3", "c1", 1000));
  s.Expect("2024-01-06", EventBox::Partner("anna"));
  s.Expect("2024-01-07", s.box.Pay("i4", "c1", 1000));
  EXPECT_EQ(s.Balances("anna"), "0 300 0 0");
}

TEST(BooksTest, ACodesShareComesBeforeThePartners) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules[0].reward = RewardSpec();
  spec.rules[0].budget = "10%";
  spec.customer_share_max = "60%";
  Shop s(spec);
  auto dora = EventBox::Partner("dora");
  dora.customer_share = *Rate::Parse("21%");
  s.Expect("2024-01-03", dora);
  auto code = EventBox::Code("DD", "dora");
  code.customer_share = *Rate::Parse("61%");
  EXPECT_THAT(s.Do("2024-01-03", code), HasSubstr("INVALID_ARGUMENT"));
  code.customer_share = *Rate::Parse("40%");
  s.Expect("2024-01-03", code);
  s.Expect("2024-01-03", EventBox::Redeem("c5", "d-d"));
  s.Expect("2024-01-03", EventBox::Click("c6", "dora"));
  s.Expect("2024-01-04", s.box.Pay("i5", "c5", 1000));
  EXPECT_THAT(s.Rows()[0], "ACCRUAL 9-1 60");
  s.Expect("2024-01-04", s.box.Pay("i6", "c6", 1000));
  EXPECT_THAT(s.Rows()[0], "ACCRUAL 10-1 79");
}

TEST(BooksTest, AnOpeningBalanceAndAClockInTheOrderOfPartners) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.hold_days = 1;
  Shop s(spec);
  s.Expect("2024-01-03", EventBox::Opening("ben", 70, 30));
  s.Expect("2024-01-03", EventBox::Opening("anna", 7, 3));
  s.Expect("2024-01-04", event::Clock{});
  const auto rows = OutputsOf(*s.engine, Seq(s.last.seq.value() - 1), kAll);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].partner_id, "anna");
  EXPECT_EQ(rows[1].partner_id, "ben");
  EXPECT_EQ(s.Balances("ben"), "0 100 0 0");
}

TEST(BooksTest, AnOpeningDebtIsPaidOffByAccruals) {
  Shop s;
  s.Expect("2024-01-03", EventBox::Opening("anna", 0, -30));
  EXPECT_THAT(s.Rows(), ElementsAre("PAYABLE>EXPENSE 30"));
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));
  EXPECT_EQ(s.Balances("anna"), "0 70 0 0");
}

TEST(BooksTest, RowsNameTheCustomerAndWhenTheyMature) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.hold_days = 30;
  Shop s(spec);
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));
  const Seq before(s.last.seq.value() - 1);
  const OutputPage page = OutputsOf(*s.engine, before, kAll);
  const Output& row = page[0];
  EXPECT_EQ(row.customer_id, "c1");
  EXPECT_EQ(FormatInstant(row.accrual->due), "2024-02-02T00:00:00Z");
}

TEST(BooksTest, ACodeThatEndsBeforeItBeginsIsRefused) {
  Shop s;
  event::CodeIssued code = EventBox::Code("LATE", "anna");
  code.valid_until = *ParseInstant("2024-01-03T00:00:00Z");
  EXPECT_THAT(s.Do("2024-01-03", code),
              HasSubstr("INVALID_ARGUMENT: code_issued.valid_until_us"));
  s.Expect("2024-01-02", code);
}

TEST(BooksTest, AVoidCountsAmongTheReversals) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.hold_days = 30;
  Shop s(spec);
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));
  s.Expect("2024-01-04", EventBox::Review("5-1", "anna", Verdict::kVoid));
  EXPECT_THAT(s.Rows(), ElementsAre("REVERSAL 5-1 100", "PENDING>EXPENSE 100"));
  s.Expect("2024-01-05", EventBox::Refund("f1", "i1", "c1"));
  EXPECT_THAT(s.Rows(), IsEmpty());
}

TEST(BooksTest, CurrenciesNeverMix) {
  Shop s;
  s.Expect("2024-01-03", EventBox::Adjust("anna", 100));
  s.Expect("2024-01-03", EventBox::Adjust("anna", -30, kUsd));
  EXPECT_EQ(s.Balances("anna", kEur), "0 100 0 0");
  EXPECT_EQ(s.Balances("anna", kUsd), "0 -30 0 0");
  s.Expect("2024-01-03", EventBox::Request("o1", "anna"));
  EXPECT_EQ(ExpensesOf(*s.engine).size(), 2u);
}

// ---------------------------------------------------------------------------
// Versions

TEST(VersionsTest, APaymentIsRatedByTheVersionOfItsOwnTime) {
  Shop s;
  s.Expect("2024-02-01", s.box.Program(PercentProgram("shop", "20%")));
  s.Expect("2024-01-31", s.box.Pay("i1", "c1", 1000));
  EXPECT_THAT(s.Rows()[0], "ACCRUAL 6-1 100");
  s.Expect("2024-02-01", s.box.Pay("i2", "c1", 1000));
  EXPECT_THAT(s.Rows()[0], "ACCRUAL 7-1 200");
  // A version that arrives late moves nothing that is booked.
  s.Expect("2024-01-15", s.box.Program(PercentProgram("shop", "50%")));
  EXPECT_THAT(s.Rows(), IsEmpty());
  s.Expect("2024-01-31", s.box.Pay("i3", "c1", 1000));
  EXPECT_THAT(s.Rows()[0], "ACCRUAL 9-1 500");
  s.Expect("2024-02-01", s.box.Pay("i4", "c1", 1000));
  EXPECT_THAT(s.Rows()[0], "ACCRUAL 10-1 200");
}

TEST(VersionsTest, OldCustomersKeepOldTerms) {
  struct Row {
    TermsAsOf as_of;
    std::string rows;
  };
  // The contract began in January, the customer converted in February, it pays
  // again in March; the rate is 10%, 20% and 30% from the first of each.
  const Row rows[] = {{TermsAsOf::kPayment, "ACCRUAL 9-1 300"},
                      {TermsAsOf::kConversion, "ACCRUAL 9-1 200"},
                      {TermsAsOf::kContractStart, "ACCRUAL 9-1 100"}};
  for (const Row& row : rows) {
    const auto terms = [&](const char* percent) {
      ProgramSpec spec = PercentProgram("shop", percent);
      spec.terms_as_of = row.as_of;
      return spec;
    };
    Shop s(terms("10%"));
    s.Expect("2024-02-01", s.box.Program(terms("20%")));
    s.Expect("2024-03-01", s.box.Program(terms("30%")));
    s.Expect("2024-01-10",
             EventBox::Contract("k1", "c1", CivilDay(2024, 1, 10)));
    s.Expect("2024-02-10", s.box.Pay("i1", "c1", 1000));
    auto payment = s.box.Pay("i2", "c1", 1000);
    payment.contract_id = "k1";
    s.Expect("2024-03-10", payment);
    EXPECT_EQ(s.Rows()[0], row.rows);
  }
}

// ---------------------------------------------------------------------------
// Answers

TEST(AnswersTest, AQuoteIsWhatIsThenBooked) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules[0].reward = RewardSpec();
  spec.rules[0].budget = "10%";
  Shop s(spec);
  auto anna = EventBox::Partner("anna");
  anna.customer_share = *Rate::Parse("21%");
  s.Expect("2024-01-03", anna);
  const auto payment = s.box.Pay("i1", "c1", 1000);
  const auto quote_of = [&](std::string_view program, event::Payment of) {
    QuoteRequest request;
    request.at = Shop::Time("2024-01-04");
    request.payment = of;
    return s.engine->GetQuote(program, request);
  };
  const auto quote = quote_of("shop", payment);
  ASSERT_TRUE(quote.ok()) << quote.status();
  EXPECT_EQ(quote->customer_discount_minor, 21);
  ASSERT_EQ(quote->commissions.size(), 1u);
  EXPECT_EQ(quote->commissions[0].partner_id, "anna");
  EXPECT_EQ(quote->commissions[0].amount_minor, 79);
  EXPECT_THAT(DecisionsOf(*s.engine, Seq(), kAll), IsEmpty());  // nothing kept
  s.Expect("2024-01-04", payment);
  EXPECT_THAT(s.Rows()[0], "ACCRUAL 6-1 79");
  const auto unknown = quote_of("shop", s.box.Pay("", "c9", 1000));
  ASSERT_TRUE(unknown.ok());
  EXPECT_THAT(unknown->commissions, IsEmpty());
  EXPECT_EQ(quote_of("none", payment).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(quote_of("shop", s.box.Pay("", "c1", -1)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(AnswersTest, WhyAPaymentEarnedNothing) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules[0].when.products = {"A"};
  Shop s(spec);
  s.Expect("2024-01-03", s.box.Pay("zero", "c1", 0));
  s.Expect("2024-01-03", s.box.Pay("nobody", "c2", 1000));
  s.Expect("2024-01-03", s.box.Pay("no-rule", "c1", 1000));
  s.Expect("2024-01-03", s.box.Pay("too-small", "c1", {Line(1, 4, "A")}));
  s.Expect("2024-01-03", s.box.Pay("earned", "c1", {Line(1, 1000, "A")}));
  s.Expect("2024-01-04", EventBox::Partner("anna", PartnerStatus::kTerminated));
  s.Expect("2024-01-05", s.box.Pay("not-active", "c1", {Line(1, 9, "A")}));
  const std::pair<const char*, NothingEarned> rows[] = {
      {"zero", NothingEarned::kZeroPayment},
      {"nobody", NothingEarned::kNobodyCredited},
      {"no-rule", NothingEarned::kNoRuleHeld},
      {"too-small", NothingEarned::kRoundedToZero},
      {"not-active", NothingEarned::kNotActive},
      {"earned", NothingEarned::kNone},
  };
  for (const auto& [payment, reason] : rows) {
    const auto why = s.engine->Explain("shop", payment);
    ASSERT_TRUE(why.ok()) << why.status();
    EXPECT_EQ(why->nothing_earned, reason) << payment;
    EXPECT_EQ(why->payment_id, payment);
    EXPECT_FALSE(ExplanationText(*why).empty());
  }
  const auto earned = s.engine->Explain("shop", "earned");
  ASSERT_EQ(earned->amounts.size(), 1u);
  EXPECT_EQ(earned->amounts[0].numerator, "100000000000");  // 100 x 10^9
  EXPECT_EQ(earned->accruals.size(), 1u);
  EXPECT_EQ(earned->entries.size(), 2u);
  EXPECT_EQ(s.engine->Explain("shop", "other").status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(s.engine->Explain("none", "zero").status().code(),
            absl::StatusCode::kNotFound);
}

TEST(AnswersTest, AStatementOfEachMonthTiesToTheNext) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.hold_days = 10;
  Shop s(spec);
  s.Expect("2024-01-03", s.box.Pay("i1", "c1", 1000));       // +100
  s.Expect("2024-01-20", s.box.Pay("i2", "c1", 500));        // +50
  s.Expect("2024-02-05", EventBox::Refund("f1", "i1", "c1",  // -40
                                          RefundKind::kRefund, 400));
  s.Expect("2024-02-06", EventBox::Adjust("anna", 7));      // +7
  s.Expect("2024-02-07", EventBox::Request("o1", "anna"));  // 117
  const auto month = [&](const char* from, const char* until) {
    const auto statement = s.engine->GetStatement(
        "shop", "anna", Shop::Time(from), Shop::Time(until));
    EXPECT_TRUE(statement.ok());
    EXPECT_EQ(statement->sections.size(), 1u);
    return statement->sections.at(0);
  };
  const StatementSection january = month("2024-01-01", "2024-02-01");
  EXPECT_EQ(january.opening.Sum(), 0);
  EXPECT_EQ(january.accruals_minor, 150);
  EXPECT_EQ(january.closing.pending_minor, 50);
  EXPECT_EQ(january.closing.payable_minor, 100);
  const StatementSection february = month("2024-02-01", "2024-03-01");
  EXPECT_EQ(february.opening.Sum(), 150);
  EXPECT_EQ(february.reversals_minor, 40);
  EXPECT_EQ(february.adjustments_minor, 7);
  EXPECT_EQ(february.payouts_requested_minor, 117);
  EXPECT_EQ(february.closing.Sum(), 117);
  EXPECT_EQ(february.closing.in_transit_minor, 117);
  // At the bounds: the start is in, the end is out.
  EXPECT_EQ(month("2024-01-03", "2024-01-20").accruals_minor, 100);
  EXPECT_EQ(s.engine->GetStatement("shop", "nobody", Instant(), Instant())
                .status()
                .code(),
            absl::StatusCode::kNotFound);
}

TEST(AnswersTest, StatsCountTheFunnel) {
  Shop s;
  event::Outreach sent;
  sent.step = OutreachStep::kSent;
  sent.campaign = "spring";
  sent.count = 10;
  s.Expect("2024-01-03", sent);
  s.Expect("2024-01-03", EventBox::Signup("c1"));
  s.Expect("2024-01-03", EventBox::Signup("c1"));
  s.Expect("2024-01-04", s.box.Pay("i1", "c1", 1000));
  s.Expect("2024-01-05", s.box.Pay("i2", "c1", 500));
  s.Expect("2024-01-05", s.box.Pay("i3", "c2", 300));
  s.Expect("2024-01-06",
           EventBox::Refund("f1", "i1", "c1", RefundKind::kRefund, 400));
  const auto stats = s.engine->GetStats("shop", kMinInstant, kMaxInstant);
  ASSERT_TRUE(stats.ok());
  const Funnel& f = stats->funnel;
  EXPECT_EQ(f.sent_count, 10);
  EXPECT_EQ(f.partners_count, 2);
  EXPECT_EQ(f.touches_count, 1);
  EXPECT_EQ(f.clicks_count, 1);
  EXPECT_EQ(f.signups_count, 1);
  EXPECT_EQ(f.new_customers_count, 2);
  EXPECT_EQ(f.partner_new_customers_count, 1);
  EXPECT_EQ(f.paying_count, 2);
  EXPECT_EQ(f.payments_count, 3);
  EXPECT_EQ(f.refunds_count, 1);
  EXPECT_EQ(f.revenue_minor, 1400);
  EXPECT_EQ(f.partner_revenue_minor, 1100);
  EXPECT_EQ(f.commission_minor, 100 + 50 - 40);
  EXPECT_EQ(stats->partners.at("anna").revenue_minor, 1100);
  EXPECT_EQ(stats->partners.at("anna").commission_minor, 110);
  EXPECT_EQ(stats->campaigns.at("spring").sent_count, 10);
  EXPECT_EQ(stats->channels.at("LINK").payments_count, 2);
  // Of the 5th alone: c1 was new the day before.
  const auto day = s.engine->GetStats("shop", Shop::Time("2024-01-05"),
                                      Shop::Time("2024-01-06"));
  EXPECT_EQ(day->funnel.new_customers_count, 1);
  EXPECT_EQ(day->funnel.payments_count, 2);
  EXPECT_EQ(day->funnel.revenue_minor, 800);
}

TEST(AnswersTest, WhatALeadEarnedNamesItAndTheMemoryAgreesWithItsLog) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  RuleSpec lead;
  lead.rule_id = "lead";
  lead.earns_on = EarnsOn::kQualifiedLead;
  lead.reward.fixed = {2500, FixedPer::kPayment};
  spec.rules.push_back(lead);
  Shop s(spec);
  const std::string digest(64, 'd');
  const event::BlindKey key{"k1", digest};
  {
    // Longer than a short string holds, and gone once the event is applied.
    const std::string lead_id(40, 'l');
    s.Expect("2024-01-03", s.box.Lead(lead_id, "anna", {key}));
    s.Expect("2024-01-04",
             EventBox::Update(lead_id, key, LeadStatus::kQualified));
  }
  for (int i = 0; i < 50; ++i) {
    s.Expect("2024-01-05", s.box.Pay(absl::StrCat("i", i), "c1", 1000));
  }
  const OutputPage page = OutputsOf(*s.engine);
  std::vector<std::string> leads;
  for (const Output& row : page) {
    if (row.accrual == nullptr || row.accrual->lead_id.empty()) continue;
    leads.push_back(absl::StrCat(std::string(row.accrual->lead_id), " ",
                                 row.accrual->amount_minor));
  }
  EXPECT_THAT(leads, testing::ElementsAre(std::string(40, 'l') + " 2500"));
  const auto report = s.engine->Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->differences, IsEmpty());
  EXPECT_GT(report->rows_count, 100);
}

// 0.01 dollars at 0.4 come to nothing: a payment all the same, with its number
// and a bounty, which its refund takes back.
TEST(AnswersTest, AForeignPaymentThatComesToNothingIsAPayment) {
  ProgramSpec spec = PercentProgram("shop", "10%");
  spec.rules[0].reward.percent.clear();
  spec.rules[0].reward.fixed.amount_minor = 500;
  spec.rules[0].reward.fixed.per = FixedPer::kPayment;
  Shop s(spec);
  event::Payment payment = s.box.Pay("tiny", "c1", 1);
  payment.currency = kUsd;
  payment.exchange = event::Exchange{kPpb * 4 / 10, std::nullopt, ""};
  s.Expect("2024-01-04", payment);
  const absl::StatusOr<Explanation> why = s.engine->Explain("shop", "tiny");
  ASSERT_TRUE(why.ok()) << why.status();
  EXPECT_EQ(why->payment_number, 1);
  EXPECT_EQ(why->nothing_earned, NothingEarned::kNone);
  ASSERT_EQ(why->amounts.size(), 1u);
  EXPECT_EQ(why->amounts[0].amount_minor, 500);
  s.Expect("2024-01-05", EventBox::Refund("r1", "tiny", "c1"));
  EXPECT_EQ(s.engine->GetStats("shop", kMinInstant, kMaxInstant)
                ->funnel.revenue_minor,
            0);
  EXPECT_EQ(s.engine->Explain("shop", "tiny")->refunds.size(), 1u);
}

// Three lines of 0.01 dollars at 0.4 are nothing each, though 0.01 in all.
TEST(AnswersTest, RevenueOfAForeignPaymentGivenBackIsNothing) {
  Shop s;
  const auto revenue = [&s] {
    return s.engine->GetStats("shop", kMinInstant, kMaxInstant)
        ->funnel.revenue_minor;
  };
  const auto pay = [&s](std::string_view payment_id, int64_t amount) {
    event::Payment payment = s.box.Pay(payment_id, "c1", amount);
    std::vector<event::PaymentLine> lines(3, payment.lines[0]);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      lines[i].line = static_cast<int32_t>(i + 1);
    }
    payment.lines = lines;
    payment.currency = kUsd;
    payment.exchange = event::Exchange{kPpb * 4 / 10, std::nullopt, ""};
    s.Expect("2024-01-04", payment);
  };
  pay("small", 1);
  EXPECT_EQ(revenue(), 0);
  s.Expect("2024-01-05",
           EventBox::Refund("r1", "small", "c1", RefundKind::kRefund, 3));
  EXPECT_EQ(revenue(), 0);
  pay("more", 4);  // 0.02 a line
  EXPECT_EQ(revenue(), 6);
  for (int step = 0; step < 4; ++step) {
    s.Expect("2024-01-06",
             EventBox::Refund(s.box.Text(absl::StrCat("s", step)), "more", "c1",
                              RefundKind::kRefund, 3));
    EXPECT_GE(revenue(), 0);
  }
  EXPECT_EQ(revenue(), 0);
}

TEST(AnswersTest, WhatPassesTheIntegersIsToldOfTheField) {
  Shop s(PercentProgram("shop", "1000%"));
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(s.Do("2024-01-04", s.box.Pay("i1", "c1", kMost)),
            "OUT_OF_RANGE: payment.lines: what they earn does not fit 64 bits");
  event::Payment foreign = s.box.Pay("i1", "c1", {Line(1, kMost)}, kUsd);
  foreign.exchange = event::Exchange{kPpb * 9, std::nullopt, ""};
  EXPECT_EQ(s.Do("2024-01-04", foreign),
            "OUT_OF_RANGE: payment.exchange.rate: the amount passes 64 bits in "
            "the program's currency");
}

// A partner and what its leads of one contact earn, whoever that turns out to
// be.
class LeadsOfOneContactTest : public ::testing::Test {
 protected:
  LeadsOfOneContactTest() : shop_(Terms()) {}

  static ProgramSpec Terms() {
    ProgramSpec spec = PercentProgram("shop", "10%");
    RuleSpec lead;
    lead.rule_id = "lead";
    lead.earns_on = EarnsOn::kQualifiedLead;
    lead.reward.fixed = {500, FixedPer::kPayment};
    spec.rules.push_back(lead);
    return spec;
  }
  // What QUALIFIED earns.
  std::vector<std::string> Qualify(std::string_view lead_id) {
    const Seq before = shop_.last.seq;
    Put(EventBox::Update(lead_id, key_, LeadStatus::kQualified));
    std::vector<std::string> rows;
    const OutputPage page = OutputsOf(*shop_.engine, before);
    for (const Output& row : page) {
      if (row.accrual == nullptr) continue;
      rows.push_back(absl::StrCat(std::string(row.partner_id), " ",
                                  row.accrual->amount_minor));
    }
    return rows;
  }
  void Register(std::string_view lead_id, std::string_view partner) {
    Put(shop_.box.Lead(lead_id, partner, {key_}));
  }
  void Lose(std::string_view lead_id) {
    Put(EventBox::Update(lead_id, key_, LeadStatus::kLost));
  }
  void Put(EventBody body) { shop_.Expect("2024-01-03", std::move(body)); }

  Shop shop_;
  const std::string digest_ = std::string(64, 'd');
  const event::BlindKey key_{"k1", digest_};
};

TEST_F(LeadsOfOneContactTest, EarnAPartnerOnce) {
  Register("l1", "anna");
  EXPECT_THAT(Qualify("l1"), testing::ElementsAre("anna 500"));
  EXPECT_THAT(Qualify("l1"), IsEmpty());
  Lose("l1");
  Register("l2", "anna");
  EXPECT_THAT(Qualify("l2"), IsEmpty());
  Lose("l2");
  Register("l3", "ben");  // another partner
  EXPECT_THAT(Qualify("l3"), testing::ElementsAre("ben 500"));
}

TEST_F(LeadsOfOneContactTest, EarnAPartnerOnceWhoeverSignsUp) {
  Register("l1", "anna");
  EXPECT_THAT(Qualify("l1"), testing::ElementsAre("anna 500"));
  event::Signup signup = EventBox::Signup("c7");
  signup.identity_keys = shop_.box.Keys({key_});
  Put(signup);
  Lose("l1");
  Register("l2", "anna");
  EXPECT_THAT(Qualify("l2"), IsEmpty());
}

}  // namespace
}  // namespace vouch
