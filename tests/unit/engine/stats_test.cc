// Whom the figures of a period count for, by hand (docs/SEMANTICS.md, section
// 9). A payment is of 100.00, an acquirer gets 10%, a servicer 5%.
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/attribution_table.h"
#include "tests/support/event_box.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using testing_support::AttributionTable;
using testing_support::EventBox;

Instant StatsDay(std::string_view day) {
  return *ParseInstant(std::string(day) + "T00:00:00Z");
}

class EngineStatsTest : public ::testing::Test {
 protected:
  void Run(std::string_view table) { table_.Run(table); }
  void GiveBack(std::string_view day, std::string_view payment_id,
                std::string_view customer_id, int64_t amount_minor) {
    const Event event{"p", "refund", StatsDay(day),
                      EventBox::Refund("r", payment_id, customer_id,
                                       RefundKind::kRefund, amount_minor)};
    std::vector<Outcome> outcomes;
    ASSERT_TRUE(
        table_.engine().Apply(absl::MakeConstSpan(&event, 1), &outcomes).ok());
    ASSERT_TRUE(outcomes[0].status.ok()) << outcomes[0].status;
  }
  Stats Of(std::string_view from = "2023-01-01",
           std::string_view until = "2025-01-01") {
    auto stats = table_.engine().GetStats("p", StatsDay(from), StatsDay(until));
    EXPECT_TRUE(stats.ok()) << stats.status();
    return stats.ok() ? *std::move(stats) : Stats();
  }

  AttributionTable table_;
};

// The refund of March is of January's payment, and so anna's.
TEST_F(EngineStatsTest, RevenueFollowsTheDecisionOfEachPayment) {
  Run(R"(
    2024-01-01 program binding=1
    2024-01-01 partner anna
    2024-01-01 partner boris
    2024-01-02 touch c1 LINK anna
    2024-01-10 pay p1 c1          -> anna 1000000000 LINK
    2024-03-01 touch c1 LINK boris
    2024-03-05 pay p2 c1 amount=5000 -> boris 1000000000 LINK
  )");
  GiveBack("2024-03-10", "p1", "c1", 2000);
  const Stats all = Of();
  EXPECT_EQ(all.funnel.revenue_minor, 13000);
  EXPECT_EQ(all.funnel.partner_revenue_minor, 13000);
  EXPECT_EQ(all.funnel.new_customers_count, 1);
  EXPECT_EQ(all.funnel.paying_count, 1);
  EXPECT_EQ(all.funnel.partner_paying_count, 1);
  const Funnel& anna = all.partners.at("anna");
  const Funnel& boris = all.partners.at("boris");
  EXPECT_EQ(anna.revenue_minor, 8000);
  EXPECT_EQ(anna.payments_count, 1);
  EXPECT_EQ(anna.refunds_count, 1);
  EXPECT_EQ(anna.new_customers_count, 1);
  EXPECT_EQ(anna.paying_count, 1);
  EXPECT_EQ(anna.commission_minor, 800);
  EXPECT_EQ(boris.revenue_minor, 5000);
  EXPECT_EQ(boris.payments_count, 1);
  EXPECT_EQ(boris.refunds_count, 0);
  EXPECT_EQ(boris.new_customers_count, 0);
  EXPECT_EQ(boris.paying_count, 1);
  EXPECT_EQ(boris.commission_minor, 500);
  const Funnel& link = all.channels.at("LINK");
  EXPECT_EQ(link.payments_count, 2);
  EXPECT_EQ(link.paying_count, 1);
  EXPECT_EQ(link.new_customers_count, 1);
  EXPECT_EQ(link.revenue_minor, 13000);

  const Stats march = Of("2024-03-01", "2024-04-01");
  EXPECT_EQ(march.funnel.revenue_minor, 3000);
  EXPECT_EQ(march.funnel.new_customers_count, 0);
  EXPECT_EQ(march.partners.at("anna").revenue_minor, -2000);
  EXPECT_EQ(march.partners.at("anna").payments_count, 0);
  EXPECT_EQ(march.partners.at("anna").paying_count, 0);
  EXPECT_EQ(march.partners.at("anna").refunds_count, 1);
  EXPECT_EQ(march.partners.at("boris").revenue_minor, 5000);
}

TEST_F(EngineStatsTest, WhoPaysOftenUnderDecisionsOfOnePartnerPaysOnce) {
  Run(R"(
    2024-01-01 program binding=NONE
    2024-01-01 partner anna
    2024-01-02 touch c1 LINK anna
    2024-01-10 pay p1 c1          -> anna 1000000000 LINK
    2024-01-11 pay p2 c1          -> anna 1000000000 LINK
  )");
  const Stats stats = Of();
  EXPECT_EQ(stats.partners.at("anna").paying_count, 1);
  EXPECT_EQ(stats.partners.at("anna").payments_count, 2);
  EXPECT_EQ(stats.funnel.partner_paying_count, 1);
}

TEST_F(EngineStatsTest, UnderRetryAnOrganicCustomerIsNobodysNewOne) {
  Run(R"(
    2024-01-01 program organic=RETRY
    2024-01-01 partner anna
    2024-01-05 pay p1 c1          -> nobody
    2024-01-06 touch c1 LINK anna
    2024-01-07 pay p2 c1          -> anna 1000000000 LINK
  )");
  const Stats stats = Of();
  EXPECT_EQ(stats.funnel.new_customers_count, 1);
  EXPECT_EQ(stats.funnel.partner_new_customers_count, 0);
  EXPECT_EQ(stats.funnel.partner_paying_count, 1);
  EXPECT_EQ(stats.funnel.revenue_minor, 20000);
  EXPECT_EQ(stats.funnel.partner_revenue_minor, 10000);
  EXPECT_EQ(stats.partners.at("anna").new_customers_count, 0);
  EXPECT_EQ(stats.partners.at("anna").payments_count, 1);
}

// Thirds of 100.00 and of 10.00: the cent that is left is anna's, who has the
// part that was left of the weights.
TEST_F(EngineStatsTest, TheVendorsShareIsNobodysAndAChannelCountsOnce) {
  Run(R"(
    2024-01-01 program model=LINEAR direct=COMPETE
    2024-01-01 partner anna
    2024-01-01 partner boris
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c1 LINK boris
    2024-01-04 touch c1 DIRECT
    2024-01-05 pay p1 c1 -> anna 333333334 LINK, boris 333333333 LINK, vendor 333333333
  )");
  const Stats stats = Of();
  EXPECT_EQ(stats.funnel.revenue_minor, 10000);
  EXPECT_EQ(stats.funnel.partner_revenue_minor, 6667);
  EXPECT_EQ(stats.funnel.commission_minor, 667);
  EXPECT_EQ(stats.partners.at("anna").revenue_minor, 3334);
  EXPECT_EQ(stats.partners.at("boris").revenue_minor, 3333);
  const Funnel& link = stats.channels.at("LINK");
  EXPECT_EQ(link.revenue_minor, 6667);
  EXPECT_EQ(link.commission_minor, 667);
  EXPECT_EQ(link.payments_count, 1);
  EXPECT_EQ(link.paying_count, 1);
  EXPECT_EQ(link.new_customers_count, 1);
  EXPECT_EQ(stats.channels.at("DIRECT").touches_count, 1);
  EXPECT_EQ(stats.channels.at("DIRECT").revenue_minor, 0);
}

TEST_F(EngineStatsTest, CustomersOfTheVendorAreNoPartners) {
  Run(R"(
    2024-01-01 program direct=WIN
    2024-01-01 partner anna
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c1 DIRECT
    2024-01-05 pay p1 c1          -> vendor 1000000000
  )");
  const Stats stats = Of();
  EXPECT_EQ(stats.funnel.new_customers_count, 1);
  EXPECT_EQ(stats.funnel.partner_new_customers_count, 0);
  EXPECT_EQ(stats.funnel.partner_paying_count, 0);
  EXPECT_EQ(stats.funnel.partner_revenue_minor, 0);
  EXPECT_EQ(stats.partners.at("anna").payments_count, 0);
}

TEST_F(EngineStatsTest, AServicerHasCommissionAndNoRevenue) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner carl
    2024-01-02 touch c1 LINK anna
    2024-01-03 role c1 carl
    2024-01-03 role c1 anna from=2024-02-01
    2024-01-05 pay p1 c1
  )");
  Stats stats = Of();
  EXPECT_EQ(stats.funnel.commission_minor, 1500);
  EXPECT_EQ(stats.partners.at("anna").revenue_minor, 10000);
  EXPECT_EQ(stats.partners.at("anna").commission_minor, 1000);
  EXPECT_EQ(stats.partners.at("carl").commission_minor, 500);
  EXPECT_EQ(stats.partners.at("carl").revenue_minor, 0);
  EXPECT_EQ(stats.partners.at("carl").payments_count, 0);
  EXPECT_EQ(stats.partners.at("carl").paying_count, 0);
  EXPECT_EQ(stats.channels.at("LINK").commission_minor, 1000);
  // From February on anna services too: that came by no channel.
  Run("2024-02-05 pay p2 c1");
  stats = Of("2024-02-01", "2024-03-01");
  EXPECT_EQ(stats.partners.at("anna").commission_minor, 1500);
  EXPECT_EQ(stats.partners.at("anna").revenue_minor, 10000);
  EXPECT_EQ(stats.channels.at("LINK").commission_minor, 1000);
}

// c1's sign-up came first, c2's payment; c2's decision stands for both.
TEST_F(EngineStatsTest, MergedCustomersAreOne) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-01 partner boris
    2024-01-02 touch c1 LINK anna
    2024-01-03 touch c2 LINK boris
    2024-01-04 signup c1
    2024-01-05 signup c2
    2024-01-06 pay p1 c2          -> boris 1000000000 LINK
    2024-01-07 pay p2 c1          -> anna 1000000000 LINK
    2024-01-08 merge c1 c2
    2024-01-09 pay p3 c1          -> none
  )");
  const Stats stats = Of();
  EXPECT_EQ(stats.funnel.signups_count, 1);
  EXPECT_EQ(stats.funnel.partner_signups_count, 1);
  EXPECT_EQ(stats.funnel.new_customers_count, 1);
  EXPECT_EQ(stats.funnel.paying_count, 1);
  EXPECT_EQ(stats.funnel.partner_paying_count, 1);
  EXPECT_EQ(stats.funnel.payments_count, 3);
  EXPECT_EQ(stats.funnel.revenue_minor, 30000);
  const Funnel& anna = stats.partners.at("anna");
  EXPECT_EQ(anna.signups_count, 0);
  EXPECT_EQ(anna.new_customers_count, 0);
  EXPECT_EQ(anna.paying_count, 1);
  EXPECT_EQ(anna.revenue_minor, 10000);
  const Funnel& boris = stats.partners.at("boris");
  EXPECT_EQ(boris.signups_count, 1);
  EXPECT_EQ(boris.new_customers_count, 1);
  EXPECT_EQ(boris.paying_count, 1);
  EXPECT_EQ(boris.payments_count, 2);
  EXPECT_EQ(boris.revenue_minor, 20000);
  EXPECT_EQ(stats.channels.at("LINK").paying_count, 1);
  // A third name in two steps: still one.
  Run(R"(
    2024-01-10 signup c3
    2024-01-11 merge c2 c3
    2024-01-12 pay p4 c1          -> none
  )");
  EXPECT_EQ(Of().funnel.signups_count, 1);
  EXPECT_EQ(Of().funnel.paying_count, 1);
  EXPECT_EQ(Of().funnel.payments_count, 4);
}

// The sign-up decides for anna; a month later boris gets the payments.
TEST_F(EngineStatsTest, ASignupCountsForItsOwnDecision) {
  Run(R"(
    2024-01-01 program convert=SIGNUP binding=1
    2024-01-01 partner anna
    2024-01-01 partner boris
    2024-01-02 touch c1 LINK anna
    2024-01-03 signup c1          -> anna 1000000000 LINK
    2024-03-02 touch c1 LINK boris
    2024-03-03 pay p1 c1          -> boris 1000000000 LINK
  )");
  const Stats stats = Of();
  EXPECT_EQ(stats.partners.at("anna").signups_count, 1);
  EXPECT_EQ(stats.partners.at("anna").new_customers_count, 0);
  EXPECT_EQ(stats.partners.at("boris").signups_count, 0);
  EXPECT_EQ(stats.partners.at("boris").new_customers_count, 1);
}

TEST_F(EngineStatsTest, LeadsAreCountedByPartnerAndChannel) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 lead l-1 anna k1
    2024-01-03 lead l-2 anna k2 customer=c1
    2024-02-01 lead l-3 anna k3
  )");
  const Stats stats = Of("2024-01-01", "2024-02-01");
  EXPECT_EQ(stats.funnel.leads_count, 2);
  EXPECT_EQ(stats.funnel.touches_count, 0);
  EXPECT_EQ(stats.partners.at("anna").leads_count, 2);
  EXPECT_EQ(stats.channels.at("LEAD").leads_count, 2);
}

// c1 paid elsewhere before, c2 did not.
TEST_F(EngineStatsTest, WhoWasImportedWithPaymentsIsNotNew) {
  Run(R"(
    2024-01-01 program
    2024-01-01 partner anna
    2024-01-02 import c1 anna ACQUIRER since=2023-05-01 paid=2
    2024-01-02 import c2 anna ACQUIRER since=2023-05-01
    2024-01-03 signup c1
    2024-01-05 pay p1 c1          -> none
    2024-01-06 pay p2 c2          -> none
  )");
  const Stats stats = Of();
  EXPECT_EQ(stats.funnel.new_customers_count, 1);
  EXPECT_EQ(stats.partners.at("anna").new_customers_count, 1);
  EXPECT_EQ(stats.partners.at("anna").signups_count, 1);
  EXPECT_EQ(stats.partners.at("anna").paying_count, 2);
  EXPECT_EQ(stats.partners.at("anna").revenue_minor, 20000);
}

}  // namespace
}  // namespace vouch
