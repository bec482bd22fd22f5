// Every kind of row, written, read back, and read back after opening again.
#include <cstdint>
#include <limits>

#include "tests/unit/store/store_fixture.h"

VOUCH_NAMESPACE_BEGIN

namespace store_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

class SqliteRowsTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = folder_.File("books.vouch");
    Reopen();
  }
  void Reopen() {
    store_.reset();
    store_ = MustOpen(path_);
    ASSERT_NE(store_, nullptr);
  }
  void MustWrite(const Books& books) {
    const absl::Status status = store_->Write(books.Batch());
    ASSERT_TRUE(status.ok()) << status;
  }

  TempFolder folder_;
  std::string path_;
  std::unique_ptr<Store> store_;
};

// A program with every number at its end, every text once empty and once not.
Books Extremes() {
  const ProgramIndex program(std::numeric_limits<uint32_t>::max());
  const PartnerIndex partner(std::numeric_limits<uint32_t>::max());
  Books b;
  b.programs = {{program, "\xc3\xa9t\xc3\xa9"}};
  b.customers = {{program, static_cast<uint64_t>(kMost), "c"}};
  b.visitors = {{program, static_cast<uint64_t>(kMost), "v"}};

  LogRow log;
  log.seq = Seq(static_cast<uint64_t>(kMost));
  log.program = program;
  log.event_id = "e";
  log.time = kMinInstant;
  log.kind = "clock";
  log.content.fill(0xff);
  b.log.push_back(log);

  Accrual a = Earned(partner, {log.seq, std::numeric_limits<uint32_t>::max()},
                     "", kLeast, kMost, kMaxInstant);
  a.source = AccrualSource::kReview;
  a.restores_id = AccrualId{Seq(std::numeric_limits<uint64_t>::max()), 7};
  a.payment_seq = Seq();
  a.customer = CustomerNumber(static_cast<uint64_t>(kMost));
  a.rule_id = "";
  a.refund_id = "r";
  a.role = Role::kNone;
  a.level = std::numeric_limits<int32_t>::max();
  a.weight_ppb = -1;
  a.currency = *Currency::Find("XAU");
  a.phase = Phase::kNone;
  a.contract_year = std::numeric_limits<int32_t>::min();
  a.lead_id = "l";
  a.period_from = kMinInstant;
  b.Feed(a);
  a = Accrual();
  a.kind = AccrualKind::kReversal;
  a.source = AccrualSource::kChargebackReversed;
  a.partner = partner;
  a.currency = Eur();
  b.Feed(a);
  Entry e = Moved(EntryKind::kOpeningBalance, partner, Account::kPaid,
                  Account::kInTransit, kMost);
  e.place = std::numeric_limits<uint32_t>::max();
  e.author = "who";
  e.reason = "why";
  e.payout_id = "p";
  e.due = kMinInstant;
  b.Feed(e);
  Payout payout;
  payout.state = PayoutState::kFailed;
  payout.partner = partner;
  payout.currency = Eur();
  payout.amount_minor = kLeast;
  b.Feed(payout);

  DecidedRow decided;  // nobody is credited
  decided.program = program;
  decided.event_id = "e";
  decided.customer = CustomerNumber(1);
  decided.decision.seq = log.seq;
  decided.decision.at = kMaxInstant;
  decided.decision.trigger = Trigger::kImport;
  decided.decision.touch_count = kMost;
  b.decisions.push_back(decided);

  PartnerRecord record;
  record.status = PartnerStatus::kTerminated;
  record.customer_share = Rate::FromPpb(0);
  b.partners = {{program, partner, "", kMaxInstant, record}};
  b.accounts = {{program, partner, Eur(), {kMost, kLeast, 0, -1}}};
  b.program_accounts = {{program, Eur(), kLeast}};
  return b;
}

struct Everything {
  std::vector<std::string> names, log, feed, decisions, partners, accounts;
};

Everything ReadAll(Store* store) {
  Everything all;
  all.names = NamesOf(store);
  LogPage page;
  EXPECT_TRUE(store->ReadLog(Seq(), 1000, &page).ok());
  all.log = DescribeAll(page.rows());
  FeedQuery query;
  query.limit = 1000;
  all.feed = FeedOf(store, query);
  DecidedRows decided;
  EXPECT_TRUE(store->ReadDecisions(Seq(), 1000, &decided).ok());
  all.decisions = DescribeAll(decided.rows());
  EXPECT_TRUE(store
                  ->ReadPartners([&](const PartnerRow& row) {
                    all.partners.push_back(Describe(row));
                  })
                  .ok());
  EXPECT_TRUE(store
                  ->ReadAccounts(
                      [&](const AccountRow& row) {
                        all.accounts.push_back(Describe(row));
                      },
                      [&](const ProgramAccountRow& row) {
                        all.accounts.push_back(Describe(row));
                      })
                  .ok());
  return all;
}

void ExpectIs(Store* store, const Books& books) {
  const Everything all = ReadAll(store);
  std::vector<std::string> names = DescribeAll(books.customers);
  for (const NameRow& row : books.visitors) names.push_back(Describe(row));
  std::vector<std::string> accounts = DescribeAll(books.accounts);
  for (const auto& row : books.program_accounts) {
    accounts.push_back(Describe(row));
  }
  EXPECT_EQ(all.names, names);
  EXPECT_EQ(all.log, DescribeAll(books.log));
  EXPECT_EQ(all.feed, DescribeAll(books.feed));
  EXPECT_EQ(all.decisions, DescribeAll(books.decisions));
  EXPECT_EQ(all.partners, DescribeAll(books.partners));
  EXPECT_EQ(all.accounts, accounts);
}

TEST_F(SqliteRowsTest, GivesBackWhatWasWritten) {
  MustWrite(Shop());
  ExpectIs(store_.get(), Shop());
  Reopen();
  ExpectIs(store_.get(), Shop());
}

TEST_F(SqliteRowsTest, GivesBackExtremesAndNothings) {
  MustWrite(Extremes());
  Reopen();
  ExpectIs(store_.get(), Extremes());
}

TEST_F(SqliteRowsTest, EmptyStoreIsEmpty) {
  const Everything all = ReadAll(store_.get());
  EXPECT_THAT(all.names, IsEmpty());
  EXPECT_THAT(all.log, IsEmpty());
  EXPECT_THAT(all.feed, IsEmpty());
  EXPECT_THAT(all.decisions, IsEmpty());
  EXPECT_THAT(all.partners, IsEmpty());
  EXPECT_THAT(all.accounts, IsEmpty());
  StoreHead head;
  ASSERT_TRUE(store_->ReadHead(&head).ok());
  EXPECT_THAT(head.programs, IsEmpty());
  EXPECT_FALSE(head.last_seq.has_value());
}

TEST_F(SqliteRowsTest, EmptyBatchIsWritten) {
  EXPECT_TRUE(store_->Write(StoreBatch()).ok());
}

TEST_F(SqliteRowsTest, HeadNamesProgramsAndLastEvent) {
  Books books = Shop();
  books.programs.push_back({ProgramIndex(2), "portal"});
  MustWrite(books);
  Reopen();
  StoreHead head;
  ASSERT_TRUE(store_->ReadHead(&head).ok());
  EXPECT_EQ(head.last_seq, Seq(10));
  ASSERT_THAT(head.programs, SizeIs(2));
  EXPECT_EQ(head.programs[0].second, "shop");
  EXPECT_EQ(head.programs[1].first, ProgramIndex(2));
  EXPECT_EQ(head.programs[1].second, "portal");
}

TEST_F(SqliteRowsTest, NamesComeByProgramAndNumber) {
  Books books;
  books.customers = {{ProgramIndex(2), 1, "b1"},
                     {ProgramIndex(1), 1, "a1"},
                     {ProgramIndex(2), 2, "b2"},
                     {ProgramIndex(1), 2, "a2"}};
  books.visitors = {{ProgramIndex(1), 1, "v"}};
  MustWrite(books);
  EXPECT_THAT(
      NamesOf(store_.get()),
      ElementsAre("1 1 'a1'", "1 2 'a2'", "2 1 'b1'", "2 2 'b2'", "1 1 'v'"));
}

TEST_F(SqliteRowsTest, ErrorOfNameReaderEndsTheReading) {
  MustWrite(Shop());
  int count = 0;
  const absl::Status status = store_->ReadNames(
      [&](const NameRow&) {
        ++count;
        return absl::CancelledError("enough");
      },
      [&](const NameRow&) { return absl::OkStatus(); });
  EXPECT_EQ(status, absl::CancelledError("enough"));
  EXPECT_EQ(count, 1);
  ExpectIs(store_.get(), Shop());  // nothing stays open
}

TEST_F(SqliteRowsTest, SecondBatchReplacesPartnersAndAccounts) {
  MustWrite(Shop());
  Books more;
  PartnerRow partner = Shop().partners[0];
  partner.record.status = PartnerStatus::kSuspended;
  partner.record.group = "";
  more.partners = {partner};
  more.accounts = {{ProgramIndex(1), PartnerIndex(1), Eur(), {0, -5, 0, 800}}};
  more.program_accounts = {{ProgramIndex(1), Eur(), -1295}};
  MustWrite(more);
  const Everything all = ReadAll(store_.get());
  EXPECT_THAT(all.partners,
              ElementsAre(Describe(partner), Describe(Shop().partners[1])));
  EXPECT_THAT(all.accounts, ElementsAre("1 1 EUR 0 -5 0 800",
                                        "1 2 EUR 500 0 0 0", "1 EUR -1295"));
}

TEST_F(SqliteRowsTest, BatchThatContradictsIsWrittenNotAtAll) {
  MustWrite(Shop());
  Books again;
  again.customers = {{ProgramIndex(1), 3, "c-3"}};
  again.log = {Shop().log[4]};
  const absl::Status status = store_->Write(again.Batch());
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << status;
  ExpectIs(store_.get(), Shop());
}

TEST_F(SqliteRowsTest, NumberPast63BitsIsRefused) {
  Books books;
  books.customers = {{ProgramIndex(1), static_cast<uint64_t>(kMost) + 1, "c"}};
  EXPECT_EQ(store_->Write(books.Batch()).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(NamesOf(store_.get()), IsEmpty());
}

TEST_F(SqliteRowsTest, BodyOfAnotherEventIsRefused) {
  Books books = Shop();
  std::get<Accrual>(books.feed[0].body).seq = Seq(4);
  EXPECT_EQ(store_->Write(books.Batch()).code(), absl::StatusCode::kInternal);
  EXPECT_THAT(ReadAll(store_.get()).log, IsEmpty());
}

TEST_F(SqliteRowsTest, FindsEvents) {
  Books books = Shop();
  books.programs.push_back({ProgramIndex(2), "portal"});
  books.log[3].program = ProgramIndex(2);
  MustWrite(books);
  const std::vector<EventKey> keys = {{ProgramIndex(1), "e-10"},
                                      {ProgramIndex(1), "e-4"},
                                      {ProgramIndex(2), "e-4"},
                                      {ProgramIndex(1), "none"},
                                      {ProgramIndex(1), ""}};
  std::vector<std::optional<KnownEvent>> found(1);
  ASSERT_TRUE(store_->FindEvents(keys, &found).ok());
  ASSERT_THAT(found, SizeIs(5));
  ASSERT_TRUE(found[0].has_value());
  EXPECT_EQ(found[0]->seq, Seq(10));
  EXPECT_EQ(found[0]->content, books.log[9].content);
  EXPECT_FALSE(found[1].has_value());
  ASSERT_TRUE(found[2].has_value());
  EXPECT_EQ(found[2]->seq, Seq(4));
  EXPECT_FALSE(found[3].has_value());
  EXPECT_FALSE(found[4].has_value());
  ASSERT_TRUE(store_->FindEvents({}, &found).ok());
  EXPECT_THAT(found, IsEmpty());
}

TEST_F(SqliteRowsTest, LogComesInPages) {
  MustWrite(Shop());
  const std::vector<std::string> all = DescribeAll(Shop().log);
  LogPage page;
  ASSERT_TRUE(store_->ReadLog(Seq(3), 4, &page).ok());
  EXPECT_EQ(DescribeAll(page.rows()),
            std::vector<std::string>(all.begin() + 3, all.begin() + 7));
  LogPage none;
  ASSERT_TRUE(store_->ReadLog(Seq(3), 0, &none).ok());
  EXPECT_THAT(none.rows(), IsEmpty());
  ASSERT_TRUE(store_->ReadLog(Seq(10), 4, &none).ok());
  EXPECT_THAT(none.rows(), IsEmpty());
  LogPage rest;
  ASSERT_TRUE(
      store_->ReadLog(Seq(8), std::numeric_limits<std::size_t>::max(), &rest)
          .ok());
  EXPECT_THAT(rest.rows(), SizeIs(2));
}

// Shop's feed has rows 5/1 5/2 6/1 6/2 7/1 8/1 8/2 9/1 9/2 10/1 10/2.
TEST_F(SqliteRowsTest, FeedEndsWithTheEventThatReachesTheLimit) {
  MustWrite(Shop());
  const auto count = [&](uint64_t after, std::size_t limit) {
    FeedQuery query;
    query.after = Seq(after);
    query.limit = limit;
    return FeedOf(store_.get(), query).size();
  };
  EXPECT_EQ(count(0, 0), 0u);
  EXPECT_EQ(count(0, 1), 2u);
  EXPECT_EQ(count(0, 2), 2u);
  EXPECT_EQ(count(0, 3), 4u);
  EXPECT_EQ(count(0, 4), 4u);
  EXPECT_EQ(count(0, 5), 5u);
  EXPECT_EQ(count(0, 6), 7u);
  EXPECT_EQ(count(0, 11), 11u);
  EXPECT_EQ(count(0, 12), 11u);
  EXPECT_EQ(count(5, 3), 3u);
  EXPECT_EQ(count(7, 1), 2u);
  EXPECT_EQ(count(10, 1), 0u);
}

TEST_F(SqliteRowsTest, FeedOfOnePartner) {
  MustWrite(Shop());
  FeedQuery query;
  query.program = ProgramIndex(1);
  query.partner = PartnerIndex(1);
  query.limit = 100;
  std::vector<std::string> annas;
  for (const FeedRow& row : Shop().feed) {
    if (row.partner() == query.partner) annas.push_back(Describe(row));
  }
  ASSERT_THAT(annas, SizeIs(9));
  EXPECT_EQ(FeedOf(store_.get(), query), annas);
  query.limit = 3;  // 5/1 5/2 7/1
  EXPECT_THAT(FeedOf(store_.get(), query), SizeIs(3));
  query.limit = 4;  // 8/1, and so 8/2
  EXPECT_THAT(FeedOf(store_.get(), query), SizeIs(5));
  query.after = Seq(8);
  query.limit = 1;
  EXPECT_EQ(FeedOf(store_.get(), query),
            std::vector<std::string>(annas.begin() + 5, annas.begin() + 7));
  query.partner = PartnerIndex(2);
  query.after = Seq();
  EXPECT_THAT(FeedOf(store_.get(), query), SizeIs(2));
  query.program = ProgramIndex(2);
  EXPECT_THAT(FeedOf(store_.get(), query), IsEmpty());
}

// Rows of several partners in one event: those of another are left out, and
// the places stay what they are.
TEST_F(SqliteRowsTest, FeedOfOnePartnerLeavesOthersOut) {
  Books books = Shop();
  const AccrualId id{books.Event("e-11", "payment", Day(50)), 1};
  for (uint32_t i = 1; i <= 4; ++i) {
    books.Feed(
        Earned(PartnerIndex(i % 2 + 1), {id.seq, i}, "inv", 1, 1, Day(50)));
  }
  MustWrite(books);
  FeedQuery query;
  query.after = Seq(10);
  query.limit = 1;
  query.program = ProgramIndex(1);
  query.partner = PartnerIndex(1);
  FeedRows rows;
  ASSERT_TRUE(store_->ReadFeed(query, &rows).ok());
  ASSERT_THAT(rows.rows(), SizeIs(2));
  EXPECT_EQ(rows.rows()[0].place, 2u);
  EXPECT_EQ(rows.rows()[1].place, 4u);
}

TEST_F(SqliteRowsTest, PagesOfTheFeedAddUp) {
  MustWrite(Shop());
  for (std::size_t limit = 1; limit <= 12; ++limit) {
    FeedRows rows;
    FeedQuery query;
    query.limit = limit;
    std::size_t before = 0;
    do {
      before = rows.rows().size();
      ASSERT_TRUE(store_->ReadFeed(query, &rows).ok());
      if (!rows.rows().empty()) query.after = rows.rows().back().seq;
    } while (rows.rows().size() > before);
    EXPECT_EQ(DescribeAll(rows.rows()), DescribeAll(Shop().feed)) << limit;
  }
}

TEST_F(SqliteRowsTest, DecisionsWithSeveralCreditsComeInPages) {
  Books books = Shop();
  DecidedRow second = books.decisions[0];
  second.decision.seq = Seq(6);
  second.event_id = "e-6";
  second.payment_id = "";
  second.decision.vendor_weight_ppb = 250'000'000;
  second.decision.bound_until = kMaxInstant;
  Credit lead;
  lead.partner = PartnerIndex(1);
  lead.channel = Channel::kLead;
  lead.lead = LeadIndex(7);
  lead.weight_ppb = 250'000'000;
  Credit servicer;
  servicer.partner = PartnerIndex(2);
  servicer.role = Role::kServicer;
  servicer.code = CodeIndex(9);
  servicer.sub_ids =
      "a\x1f"
      "b";
  second.decision.credits.push_back(lead);
  second.decision.credits.push_back(servicer);
  books.decisions.push_back(second);
  MustWrite(books);
  DecidedRows all;
  ASSERT_TRUE(store_->ReadDecisions(Seq(), 9, &all).ok());
  EXPECT_EQ(DescribeAll(all.rows()), DescribeAll(books.decisions));
  DecidedRows first;
  ASSERT_TRUE(store_->ReadDecisions(Seq(), 1, &first).ok());
  EXPECT_THAT(DescribeAll(first.rows()),
              ElementsAre(Describe(books.decisions[0])));
  DecidedRows rest;
  ASSERT_TRUE(store_->ReadDecisions(Seq(5), 1, &rest).ok());
  EXPECT_THAT(DescribeAll(rest.rows()), ElementsAre(Describe(second)));
}

TEST_F(SqliteRowsTest, RevisionsComeInOrderAndTheLastOfOneEventCounts) {
  ASSERT_TRUE(store_->WriteRevision({Seq(7), 2, "2025b"}).ok());
  ASSERT_TRUE(store_->WriteRevision({Seq(1), 1, "2024a"}).ok());
  ASSERT_TRUE(store_->WriteRevision({Seq(7), 3, "unknown"}).ok());
  Reopen();
  std::vector<std::string> rows;
  ASSERT_TRUE(store_
                  ->ReadRevisions([&](const RevisionRow& row) {
                    rows.push_back(absl::StrCat(row.from.value(), " ",
                                                row.semantics_revision, " ",
                                                ToAbsl(row.time_zone_version)));
                  })
                  .ok());
  EXPECT_THAT(rows, ElementsAre("1 1 2024a", "7 3 unknown"));
}

}  // namespace
}  // namespace store_test

VOUCH_NAMESPACE_END
