// IP telephony: every figure of examples/ip_telephony/README.md, with the raise
// for new clients and with the raise for everybody.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/examples/books.h"
#include "tests/examples/command.h"
#include "tests/examples/quotes.h"

namespace vouch_examples {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// The same events after one raise or the other.
class Telephony : public testing::Test {
 protected:
  struct Variant {
    Variant(const std::string& name, const std::string& raise)
        : books(*example, name), raised(books.Run(raise)) {
      ran = books.Run("events.jsonl", "accruals");
      balances = books.Run("events.jsonl", "balances");
    }
    Books books;
    Ran raised;
    Ran ran;
    Ran balances;
  };

  static void SetUpTestSuite() {
    example = new Example("ip_telephony");
    raised_for_new =
        new Variant("telephony-new", "raise_for_new_clients.jsonl");
    raised_for_all = new Variant("telephony-all", "raise_for_everybody.jsonl");
  }
  static void TearDownTestSuite() {
    delete raised_for_all;
    delete raised_for_new;
    delete example;
  }

  static json Why(const std::string& payment) {
    return raised_for_new->books.Answer("explain", "--payment " + payment);
  }

  static Example* example;
  static Variant* raised_for_new;
  static Variant* raised_for_all;
};

Example* Telephony::example = nullptr;
Telephony::Variant* Telephony::raised_for_new = nullptr;
Telephony::Variant* Telephony::raised_for_all = nullptr;

TEST_F(Telephony, TheProgramIsRight) {
  const Ran ran =
      Vouch("check --program " + example->File("program.textproto"));
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("OK"));
}

TEST_F(Telephony, TwoEventsAreRefused) {
  for (const Variant* variant : {raised_for_new, raised_for_all}) {
    EXPECT_EQ(variant->raised.code, 0) << variant->raised.err;
    EXPECT_EQ(variant->ran.code, 2) << variant->ran.err;
    EXPECT_THAT(variant->ran.err, HasSubstr("169 applied"));
    EXPECT_THAT(variant->ran.err, HasSubstr("2 refused"));
    EXPECT_THAT(
        variant->ran.err,
        HasSubstr("another partner's lead is protected until "
                  "2024-07-14T09:00:00Z (ALREADY_EXISTS, event lead-02b)"));
    EXPECT_THAT(variant->ran.err,
                HasSubstr("(FAILED_PRECONDITION, event payout-3)"));
    // Whose lead it is, is not told.
    EXPECT_THAT(variant->ran.err, Not(HasSubstr("dealer-01")));
  }
}

// A client that a partner brought: what a payment earns by the old terms and
// by the raised ones.
struct Client {
  const char* customer;
  const char* partner;
  const char* rule;
  int first_month, last_month;
  int64_t net, old_reward, raised_reward;
  bool old_terms;  // signed up before July
};

constexpr Client kClients[] = {
    {"c-101", "client-01", "by-link", 3, 8, 10000, 1000, 1300, true},
    {"c-201", "client-01", "by-link", 4, 8, 4000, 400, 520, true},
    {"c-202", "dealer-01", "by-hand", 4, 7, 25000, 5000, 6500, true},
    {"c-301", "client-02", "by-link", 5, 8, 3333, 333, 433, true},
    {"c-302", "dealer-01", "by-hand", 5, 8, 50000, 10000, 13000, true},
    {"c-303", "client-03", "by-hand", 5, 8, 1990, 398, 517, true},
    {"c-401", "client-01", "by-link", 6, 8, 6000, 600, 780, true},
    {"c-402", "client-02", "by-link", 6, 8, 1250, 125, 162, true},
    {"c-403", "dealer-02", "by-hand", 6, 8, 12000, 2400, 3120, true},
    {"c-404", "dealer-01", "by-hand", 6, 8, 8000, 1600, 2080, true},
    {"c-501", "client-01", "by-link", 7, 8, 10000, 1000, 1300, true},
    {"c-502", "client-03", "by-link", 7, 8, 4500, 450, 585, false},
    {"c-503", "dealer-01", "by-hand", 7, 8, 20000, 4000, 5200, false},
    {"c-504", "dealer-02", "by-hand", 7, 8, 7500, 1500, 1950, false},
};

// One line a payment: "c-101-2024-03 client-01 by-link 10000 1000".
std::vector<std::string> Expected(bool raise_for_all) {
  std::vector<std::string> rows;
  for (const Client& client : kClients) {
    for (int month = client.first_month; month <= client.last_month; ++month) {
      const bool raised = month >= 7 && (raise_for_all || !client.old_terms);
      rows.push_back(
          std::string(client.customer) + "-2024-0" + std::to_string(month) +
          " " + client.partner + " " + client.rule + " " +
          std::to_string(client.net) + " " +
          std::to_string(raised ? client.raised_reward : client.old_reward));
    }
  }
  return rows;
}

std::vector<std::string> Accruals(const std::string& out) {
  std::vector<std::string> rows;
  for (const json& row : Rows(out)) {
    if (Text(row, "kind") != "ACCRUAL") continue;
    rows.push_back(Text(row, "payment_id") + " " + Text(row, "partner_id") +
                   " " + Text(row, "rule_id") + " " + Text(row, "base_minor") +
                   " " + Text(row, "amount_minor"));
  }
  return rows;
}

TEST_F(Telephony, OldClientsKeepTheirTerms) {
  EXPECT_THAT(Accruals(raised_for_new->ran.out),
              testing::UnorderedElementsAreArray(Expected(false)));
}

TEST_F(Telephony, EverybodyGetsTheRaise) {
  EXPECT_THAT(Accruals(raised_for_all->ran.out),
              testing::UnorderedElementsAreArray(Expected(true)));
}

std::map<std::string, int64_t> Earned(const std::string& out) {
  std::map<std::string, int64_t> earned;
  for (const json& row : Rows(out)) {
    earned[Text(row, "partner_id")] += Text(row, "kind") == "ACCRUAL"
                                           ? Int(row, "amount_minor")
                                           : -Int(row, "amount_minor");
  }
  return earned;
}

TEST_F(Telephony, TheRaiseForOldClientsIsWorth12212) {
  const struct {
    const char* partner;
    int64_t for_new, for_all;
  } table[] = {
      {"client-01", 11800, 13600}, {"client-02", 1707, 1981},
      {"client-03", 2762, 3000},   {"dealer-01", 75200, 83660},
      {"dealer-02", 8700, 10140},
  };
  const auto for_new = Earned(raised_for_new->ran.out);
  const auto for_all = Earned(raised_for_all->ran.out);
  ASSERT_EQ(for_new.size(), 5u);
  int64_t difference = 0;
  for (const auto& row : table) {
    EXPECT_EQ(for_new.at(row.partner), row.for_new) << row.partner;
    EXPECT_EQ(for_all.at(row.partner), row.for_all) << row.partner;
    difference += for_all.at(row.partner) - for_new.at(row.partner);
  }
  EXPECT_EQ(difference, 12212);
}

// The first payment in July of one who signed up in June, by local time.
TEST_F(Telephony, WhichTermsRateIsTold) {
  const json june = Why("c-501-2024-07").at("terms");
  EXPECT_EQ(Text(june, "as_of"), "CONVERSION");
  EXPECT_EQ(Text(june, "seq"), "1");
  EXPECT_EQ(Text(june, "payment_terms_seq"), "2");
  const json july = Why("c-502-2024-07").at("terms");
  EXPECT_EQ(Text(july, "seq"), "2");
  const json all =
      raised_for_all->books.Answer("explain", "--payment c-501-2024-07")
          .at("terms");
  EXPECT_EQ(Text(all, "as_of"), "PAYMENT");
  EXPECT_EQ(Text(all, "seq"), "2");
  // 30 June, 22:30 UTC.
  EXPECT_EQ(Text(Why("c-301-2024-07").at("place"), "paid_on"), "2024-07-01");
}

TEST_F(Telephony, WhoBroughtAClientIsTold) {
  const struct {
    const char* payment;
    std::vector<std::string> candidates;
    const char* credits;
  } table[] = {
      // As a visitor first.
      {"c-301-2024-05", {"client-02 LINK WON"}, "client-02 1000000000"},
      {"c-402-2024-06",
       {"client-01 LINK OUTSIDE_WINDOW", "client-02 LINK WON"},
       "client-02 1000000000"},
      {"o-301-first", {"client-02 LINK OUTSIDE_WINDOW"}, ""},
      {"c-202-2024-04",
       {"dealer-01 LEAD WON", "client-01 LINK EXCLUDED_BY_LEAD"},
       "dealer-01 1000000000"},
      // The second dealer's registration was refused.
      {"c-302-2024-05", {"dealer-01 LEAD WON"}, "dealer-01 1000000000"},
      {"c-303-2024-05", {"client-03 LEAD WON"}, "client-03 1000000000"},
      {"c-504-2024-07",
       {"dealer-01 LEAD LEAD_LOST", "dealer-02 LEAD WON"},
       "dealer-02 1000000000"},
      // Nobody told it anything.
      {"o-101-first", {}, ""},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.payment);
    const json why = Why(row.payment);
    EXPECT_EQ(CandidateTexts(why), row.candidates);
    EXPECT_EQ(CreditsText(why.at("decision")), row.credits);
  }
  EXPECT_EQ(Text(Why("o-301-first"), "nothing_earned"), "NOBODY_CREDITED");
}

TEST_F(Telephony, TheStatementOfJuly) {
  const json section =
      raised_for_new->books
          .Answer("statement", "--partner dealer-01 --period 2024-07")
          .at("sections")
          .at(0);
  const struct {
    const char* field;
    int64_t minor;
  } sums[] = {{"accruals_minor", 21800},           // 50 + 100 + 52 + 16
              {"reversals_minor", 0},              //
              {"matured_minor", 21800},            // 16 + 50 + 100 + 52
              {"payouts_requested_minor", 30000},  //
              {"payouts_sent_minor", 30000},       //
              {"payouts_failed_minor", 0}};
  for (const auto& row : sums) {
    EXPECT_EQ(Int(section, row.field), row.minor) << row.field;
  }
  const struct {
    const char* field;
    int64_t opening, closing;
  } accounts[] = {{"pending_minor", 1600, 1600},
                  {"payable_minor", 35000, 26800},
                  {"in_transit_minor", 0, 0},
                  {"paid_minor", 0, 30000}};
  for (const auto& row : accounts) {
    EXPECT_EQ(Int(section.at("opening"), row.field), row.opening) << row.field;
    EXPECT_EQ(Int(section.at("closing"), row.field), row.closing) << row.field;
  }
}

std::vector<std::string> Balances(const std::string& out) {
  std::vector<std::string> rows;
  for (const json& row : Rows(out)) {
    rows.push_back(
        row.contains("partner_id")
            ? Text(row, "partner_id") + " " + Text(row, "pending_minor") + " " +
                  Text(row, "payable_minor") + " " +
                  Text(row, "in_transit_minor") + " " + Text(row, "paid_minor")
            : "expense " + Text(row, "expense_minor"));
  }
  return rows;
}

TEST_F(Telephony, TheBooksAreAsWorkedOutByHand) {
  EXPECT_THAT(Balances(raised_for_new->balances.out),
              testing::UnorderedElementsAre(
                  "client-01 0 6000 0 5800", "client-02 0 1707 0 0",
                  "client-03 0 2762 0 0", "dealer-01 0 45200 0 30000",
                  "dealer-02 0 0 8700 0", "expense -100169"));
  EXPECT_THAT(Balances(raised_for_all->balances.out),
              testing::UnorderedElementsAre(
                  "client-01 0 7800 0 5800", "client-02 0 1981 0 0",
                  "client-03 0 3000 0 0", "dealer-01 0 53660 0 30000",
                  "dealer-02 0 0 10140 0", "expense -112381"));
}

TEST_F(Telephony, TheShareOfNewClientsThroughPartnersGrowsFrom5To40Percent) {
  const struct {
    const char* month;
    int64_t clients, by_partners, share_ppb, clicks, leads;
  } table[] = {
      {"2024-03", 20, 1, 50'000'000, 3, 1},
      {"2024-04", 20, 2, 100'000'000, 3, 1},
      {"2024-05", 12, 3, 250'000'000, 0, 3},
      {"2024-06", 10, 4, 400'000'000, 3, 3},
      {"2024-07", 10, 4, 400'000'000, 1, 0},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.month);
    const json funnel =
        raised_for_new->books
            .Answer("stats", std::string("--period ") + row.month)
            .at("funnel");
    EXPECT_EQ(Int(funnel, "new_customers_count"), row.clients);
    EXPECT_EQ(Int(funnel, "partner_new_customers_count"), row.by_partners);
    EXPECT_EQ(Int(funnel, "partner_new_customers_ppb"), row.share_ppb);
    EXPECT_EQ(Int(funnel, "clicks_count"), row.clicks);
    EXPECT_EQ(Int(funnel, "leads_count"), row.leads);
  }
}

TEST_F(Telephony, TheFiguresOfJuly) {
  for (const Variant* variant : {raised_for_new, raised_for_all}) {
    const json funnel =
        variant->books.Answer("stats", "--period 2024-07").at("funnel");
    EXPECT_EQ(Int(funnel, "payments_count"), 20);
    EXPECT_EQ(Int(funnel, "partner_paying_count"), 14);
    EXPECT_EQ(Int(funnel, "revenue_minor"), 212444);
    EXPECT_EQ(Int(funnel, "partner_revenue_minor"), 197924);
    EXPECT_EQ(Int(funnel, "commission_minor"),
              variant == raised_for_new ? 30591 : 37447);
  }
}

// ---------------------------------------------------------------------------
// Terms of their own for two partners, after the raise for new clients

class TelephonyAutumn : public testing::Test {
 protected:
  struct Books2024 {
    Books2024() : books(*example, "telephony-autumn") {
      books.Run("raise_for_new_clients.jsonl");
      books.Run("events.jsonl");
      ran = books.Run("autumn.jsonl", "accruals");
      balances = books.Run("autumn.jsonl", "balances");
    }
    Books books;
    Ran ran;
    Ran balances;
  };

  static void SetUpTestSuite() {
    example = new Example("ip_telephony");
    autumn = new Books2024;
  }
  static void TearDownTestSuite() {
    delete autumn;
    delete example;
  }

  static Example* example;
  static Books2024* autumn;
};

Example* TelephonyAutumn::example = nullptr;
TelephonyAutumn::Books2024* TelephonyAutumn::autumn = nullptr;

TEST_F(TelephonyAutumn, EveryEventApplies) {
  EXPECT_EQ(autumn->ran.code, 0) << autumn->ran.err;
  EXPECT_THAT(autumn->ran.err, HasSubstr("14 applied"));
}

TEST_F(TelephonyAutumn, EveryEventDoesWhatItShould) {
  const std::map<std::string, std::vector<std::string>> by_hand = {
      // Of March: 10% of 100.00.
      {"c-101-2024-10", {"+ client-01 by-link 1000"}},
      // 5% less than 100.00: 13% of 95.00.
      {"c-601-2024-10", {"+ client-01 by-link 1235"}},
      // Half of it: 12.35 x 57.48/114.95 = 6.1755.
      {"refund-c-601", {"- client-01 by-link 618"}},
      // Bought at 18% less than 200.00: its own rate of 30% of 164.00.
      {"c-602-2024-10", {"+ dealer-01 by-hand 4920"}},
      // 26% of 200.00.
      {"c-603-2024-10", {"+ dealer-02 by-hand 5200"}},
  };
  EXPECT_EQ(MovesByEvent(autumn->ran.out), by_hand);
}

TEST_F(TelephonyAutumn, AQuoteTellsThePriceBeforeTheBill) {
  const struct {
    const char* customer;
    int64_t list, price, discount;
    const char* price_rule;
    const char* discount_rule;
  } table[] = {
      {"c-101", 12100, 12100, 0, "", ""},  // by the terms of March
      {"c-601", 12100, 12100, 605, "", "circle"},
      {"c-602", 24200, 19844, 0, "tariff-dealer-01", ""},
      {"c-603", 24200, 24200, 0, "", ""},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.customer);
    const vouch::Quote quote =
        QuoteFrom(autumn->books, "ip-telephony", row.customer, row.list,
                  "2024-11-01T08:00:00Z");
    EXPECT_EQ(quote.amount_minor, row.list);
    EXPECT_EQ(quote.price_minor, row.price);
    EXPECT_EQ(quote.customer_discount_minor, row.discount);
    ASSERT_EQ(quote.lines.size(), 1u);
    EXPECT_EQ(quote.lines[0].price_rule_id, row.price_rule);
    EXPECT_EQ(quote.lines[0].discount_rule_id, row.discount_rule);
  }
}

TEST_F(TelephonyAutumn, TheRateOfItsOwnIsTold) {
  const struct {
    const char* payment;
    const char* percent;
    bool of_its_own;
  } table[] = {{"c-602-2024-10", "30%", true}, {"c-603-2024-10", "26%", false}};
  for (const auto& row : table) {
    SCOPED_TRACE(row.payment);
    const json part =
        autumn->books.Answer("explain", std::string("--payment ") + row.payment)
            .at("ratings")
            .at(0)
            .at("parts")
            .at(0);
    EXPECT_EQ(Text(part, "percent"), row.percent);
    EXPECT_EQ(part.value("rate_exception", false), row.of_its_own);
  }
}

TEST_F(TelephonyAutumn, TheBooksAreAsWorkedOutByHand) {
  // What there was in September, and: 10.00 + 12.35 - 6.18; 49.20; 52.00.
  const std::map<std::string, std::string> by_hand = {
      {"client-01", "0 7617 0 5800"}, {"client-02", "0 1707 0 0"},
      {"client-03", "0 2762 0 0"},    {"dealer-01", "0 50120 0 30000"},
      {"dealer-02", "0 5200 8700 0"}, {"", "-111906"}};
  EXPECT_EQ(AccountsByPartner(autumn->balances.out), by_hand);
}

TEST_F(TelephonyAutumn, TheStatementOfOctober) {
  ExpectStatement(
      autumn->books.Answer("statement", "--partner client-01 --period 2024-10"),
      {{{"accruals_minor", 2235},
        {"reversals_minor", 618},
        {"matured_minor", 1617}},  // 10.00 + 12.35 - 6.18
       "0 6000 0 5800",
       "0 7617 0 5800"});
}

TEST_F(Telephony, TheReadmeQuotesWhatIsExplained) {
  const auto quoted = example->QuotedTexts();
  ASSERT_EQ(quoted.size(), 1u);
  ExpectQuoted(quoted[0], raised_for_new->books.Text(
                              "explain", "--payment c-202-2024-04"));
}

}  // namespace
}  // namespace vouch_examples
