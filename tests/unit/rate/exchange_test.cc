#include "vouch/rate/exchange.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

CurrencyExchange By(std::string_view from, int64_t rate_ppb,
                    std::string_view to,
                    Rounding rounding = Rounding::kHalfEven) {
  return {*Currency::Parse(from), rate_ppb, *Currency::Parse(to), rounding};
}

// Minor units by ISO 4217: USD, EUR 2; JPY 0; BHD 3; CLF 4.
TEST(ConvertTest, RespectsBothCurrenciesDigits) {
  struct Row {
    std::string_view from, to;
    std::string_view rate;
    int64_t amount, converted;
  };
  const Row rows[] = {
      {"USD", "EUR", "0.925", 10000, 9250},          // 100.00 -> 92.50
      {"USD", "EUR", "0.925", 1, 1},                 // 0.925 cent
      {"JPY", "EUR", "0.0061", 1000, 610},           // 1000 -> 6.10
      {"EUR", "JPY", "163.5", 1000, 1635},           // 10.00 -> 1635
      {"EUR", "JPY", "163.5", 1, 2},                 // 1.635
      {"BHD", "EUR", "2.45", 1000, 245},             // 1.000 -> 2.45
      {"EUR", "BHD", "0.408163265", 245, 1000},      // 0.99999999925
      {"CLF", "JPY", "5800", 10000, 5800},           // 1.0000 -> 5800
      {"JPY", "CLF", "0.000172413", 5800, 10000},    // 0.9999954
      {"USD", "EUR", "0.000000001", 500000000, 0},   // 0.5 -> 0
      {"USD", "EUR", "0.000000001", 1500000000, 2},  // 1.5 -> 2
  };
  for (const Row& row : rows) {
    const int64_t rate = *ParseDecimal(row.rate, 9);
    const auto converted = Convert(row.amount, By(row.from, rate, row.to));
    ASSERT_TRUE(converted.ok()) << converted.status();
    EXPECT_EQ(*converted, row.converted)
        << row.amount << " " << row.from << " to " << row.to;
  }
}

TEST(ConvertTest, RoundsOnceAsTheProgramSays) {
  EXPECT_EQ(*Convert(1, By("USD", 500000000, "EUR")), 0);
  EXPECT_EQ(*Convert(1, By("USD", 500000000, "EUR", Rounding::kHalfUp)), 1);
  EXPECT_EQ(*Convert(3, By("USD", 100000000, "EUR", Rounding::kUp)), 1);
}

TEST(ConvertTest, PastSixtyFourBitsIsAnError) {
  const int64_t max = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(*Convert(max, By("USD", kPpb, "EUR")), max);
  EXPECT_EQ(Convert(max, By("USD", kPpb + 1, "EUR")).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Convert(max, By("JPY", max, "CLF")).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(ConvertLinesTest, EachFigureOfEachLineByItself) {
  event::PaymentLine line;
  line.line = 4;
  line.product = "sim";
  line.quantity = 3;
  line.amount_minor = 1005;
  line.tax_minor = 5;
  line.discount_minor = 15;
  line.fee_minor = 25;
  std::vector<event::PaymentLine> out(7);
  // Half of each, ties to even.
  ASSERT_TRUE(
      ConvertLines({line, line}, By("USD", 500000000, "EUR"), &out).ok());
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[1].line, 4);
  EXPECT_EQ(out[1].product, "sim");
  EXPECT_EQ(out[1].quantity, 3);
  EXPECT_EQ(out[1].amount_minor, 502);
  EXPECT_EQ(out[1].tax_minor, 2);
  EXPECT_EQ(out[1].discount_minor, 8);
  EXPECT_EQ(out[1].fee_minor, 12);
}

}  // namespace
}  // namespace vouch
