#include "vouch/report/stats.h"

#include <cstdint>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vouch {
namespace {

using ::testing::HasSubstr;

TEST(RatioPpbTest, HalfToEvenAndNothingWithoutAWhole) {
  EXPECT_EQ(RatioPpb(1, 3), 333333333);
  EXPECT_EQ(RatioPpb(2, 3), 666666667);
  EXPECT_EQ(RatioPpb(1, 2'000'000'000), 0);  // half a part: to even
  EXPECT_EQ(RatioPpb(3, 2'000'000'000), 2);  // one and a half
  EXPECT_EQ(RatioPpb(0, 5), 0);
  EXPECT_EQ(RatioPpb(5, 5), kPpb);
  EXPECT_EQ(RatioPpb(5, 0), std::nullopt);
  EXPECT_EQ(RatioPpb(INT64_MAX, 1), std::nullopt);  // past 64 bits
}

TEST(MeanTest, HalfToEvenAndNothingWithoutACount) {
  EXPECT_EQ(Mean(5, 2), 2);
  EXPECT_EQ(Mean(7, 2), 4);
  EXPECT_EQ(Mean(-7, 2), -4);
  EXPECT_EQ(Mean(0, 3), 0);
  EXPECT_EQ(Mean(1, 0), std::nullopt);
}

// The funnel that the wholesale portal published (section 11): 2,100 mails,
// 186 not delivered, 536 opened, 87 buyers, 32 codes used, 56 suppliers, 6
// paid.
TEST(StatsTextTest, TheRatesOfThePublishedMonth) {
  Stats stats;
  stats.program_id = "portal";
  stats.currency = *Currency::Parse("EUR");
  stats.funnel.sent_count = 2100;
  stats.funnel.not_delivered_count = 186;
  stats.funnel.opened_count = 536;
  stats.funnel.partners_count = 87;
  stats.funnel.codes_used_count = 32;
  stats.funnel.signups_count = 56;
  stats.funnel.partner_signups_count = 56;
  stats.funnel.paying_count = 6;
  stats.funnel.partner_paying_count = 6;
  EXPECT_EQ(stats.funnel.delivered_count(), 1914);
  const std::string text = StatsText(stats);
  EXPECT_THAT(text, HasSubstr("28.00%"));  // 536 / 1914
  EXPECT_THAT(text, HasSubstr("16.23%"));  // 87 / 536
  EXPECT_THAT(text, HasSubstr("36.78%"));  // 32 / 87
  EXPECT_THAT(text, HasSubstr("6.90%"));   // 6 / 87
  EXPECT_THAT(text, HasSubstr("1.12%"));   // 6 / 536
  EXPECT_THAT(text, HasSubstr("1.75 sign-ups by partners a code used"));
}

TEST(StatsTextTest, ShowsLeads) {
  Stats stats;
  stats.currency = *Currency::Parse("EUR");
  stats.funnel.leads_count = 41;
  stats.partners["anna"].leads_count = 17;
  const std::string text = StatsText(stats);
  // As wide as "partners registered" and "count".
  EXPECT_THAT(text, HasSubstr("leads" + std::string(18, ' ') + "41\n"));
  EXPECT_THAT(text, HasSubstr("partner touches leads sign-ups"));
  EXPECT_THAT(text, HasSubstr("anna          0    17        0"));
}

// One customer of two partners, 60 to 40.
TEST(StatsBuilderTest, RevenueOfACustomerIsSplitByItsWeights) {
  Reference reference;
  const PartnerIndex anna = reference.SetPartner("anna", {}, Instant{0});
  const PartnerIndex ben = reference.SetPartner("ben", {}, Instant{0});
  StatsBuilder builder(reference, "shop", Instant{0}, Instant{100});
  event::PaymentLine line;
  line.line = 1;
  line.amount_minor = 101;
  event::Payment payment;
  payment.customer.number = CustomerNumber(1);
  payment.lines = absl::MakeConstSpan(&line, 1);
  EventEffect effect;
  effect.decision_seq = Seq(1);
  effect.paid_minor = 101;
  builder.Add(Event{"shop", "e1", Instant{5}, payment}, Seq(1), effect);
  Credit first;
  first.partner = anna;
  first.weight_ppb = 600'000'000;
  first.channel = Channel::kLink;
  Credit second = first;
  second.partner = ben;
  second.weight_ppb = 400'000'000;
  Decision decision;
  decision.seq = Seq(1);
  decision.credits = {first, second};
  builder.Add(CustomerNumber(1), decision);
  // After the period, and so not of it.
  builder.Add(Event{"shop", "e2", Instant{100}, payment}, Seq(2), effect);
  const Stats stats = builder.Finish();
  EXPECT_EQ(stats.funnel.revenue_minor, 101);
  EXPECT_EQ(stats.funnel.partner_revenue_minor, 101);
  EXPECT_EQ(stats.funnel.payments_count, 1);
  // 60.6 and 40.4: the unit left goes to the larger rest.
  EXPECT_EQ(stats.partners.at("anna").revenue_minor, 61);
  EXPECT_EQ(stats.partners.at("ben").revenue_minor, 40);
}

}  // namespace
}  // namespace vouch
