#include "vouch/rate/state_codec.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "tests/support/torn_bytes.h"

namespace vouch {
namespace {

using testing_support::ExpectCanonical;
using testing_support::Hex;

std::string BytesOf(const PartnerState& state) {
  std::string bytes;
  AppendState(state, &bytes);
  return bytes;
}

absl::StatusOr<std::string> Again(std::string_view bytes) {
  Reference reference;
  PartnerState state;
  VOUCH_RETURN_IF_ERROR(ReadState(bytes, &reference, &state));
  return BytesOf(state);
}

void Book(uint64_t seq, uint32_t place, const std::vector<LineBase>& bases,
          PartnerState* state) {
  BookedAccrual accrual;
  accrual.accrual_id = {Seq(seq), place};
  accrual.payment_seq = Seq(seq);
  accrual.customer = CustomerNumber(7);
  accrual.payment_id = "inv";
  accrual.rule_id = "r";
  accrual.role = Role::kAcquirer;
  accrual.phase = Phase::kRetention;
  accrual.contract_year = 2;
  accrual.weight_ppb = 1;
  accrual.amount_minor = 50;
  accrual.reversed_minor = 3;
  accrual.first_base = state->bases.size();
  accrual.base_count = bases.size();
  for (const LineBase& base : bases) {
    accrual.base_minor += base.base_minor;
    state->bases.push_back(base);
  }
  state->accruals.push_back(accrual);
}

PartnerState Earned() {
  PartnerState state;
  Book(4, 1, {{0, 40}, {2, 0}}, &state);
  Book(4, 2, {{1, 9}}, &state);
  Book(300, 1, {}, &state);
  return state;
}

TEST(PartnerStateCodecTest, BytesOfOneAccrual) {
  PartnerState state;
  Book(4, 1, {{0, 40}, {2, 24}}, &state);
  EXPECT_EQ(Hex(BytesOf(state)),
            "01"        // version
            "01"        // one accrual
            "0401"      // 4-1
            "04"        // of the payment of event 4
            "07"        // by customer 7
            "03696e76"  // "inv"
            "0172"      // "r"
            "0102"      // ACQUIRER, RETENTION
            "00"        // level 0
            "04"        // contract year 2
            "02"        // weight 1
            "8001"      // base 64
            "6406"      // 50 earned, 3 reversed
            "02"        // on two lines
            "0050"      // 40 of the first
            "0230");    // 24 of the third
}

TEST(PartnerStateCodecTest, ComesBackAsItWas) {
  Reference reference;
  PartnerState again;
  ASSERT_EQ(ReadState(BytesOf(Earned()), &reference, &again), absl::OkStatus());
  ASSERT_EQ(again.accruals.size(), 3u);
  EXPECT_EQ(again.AccrualsOf(Seq(4)).second, 2u);
  EXPECT_EQ(again.accruals[1].first_base, 2u);
  EXPECT_EQ(again.accruals[1].base_count, 1u);
  EXPECT_EQ(again.accruals[2].first_base, 3u);
  EXPECT_EQ(again.bases[1].line, 2u);
  EXPECT_EQ(again.accruals[0].payment_id.data(),
            again.accruals[2].payment_id.data());  // one copy
}

TEST(PartnerStateCodecTest, IdsOfPaymentsAreKeptWhereOneSays) {
  Reference reference;
  PartnerState again;
  const std::string kept = "inv";
  const auto keep = [&kept](std::string_view) {
    return std::string_view(kept);
  };
  ASSERT_EQ(ReadState(BytesOf(Earned()), &reference, keep, &again),
            absl::OkStatus());
  EXPECT_EQ(again.accruals[2].payment_id.data(), kept.data());
  const auto refuse = [](std::string_view) { return std::string_view(); };
  EXPECT_EQ(ReadState(BytesOf(Earned()), &reference, refuse, &again),
            absl::DataLossError("partner_state: an id that is none"));
}

TEST(PartnerStateCodecTest, EveryTornOrChangedEncodingIsRefusedOrCanonical) {
  ExpectCanonical(BytesOf(PartnerState()), Again);
  ExpectCanonical(BytesOf(Earned()), Again);
}

TEST(PartnerStateCodecTest, TellsWhatIsWrong) {
  using Change = void (*)(PartnerState&);
  const struct {
    Change change;
    std::string_view message;
  } kCases[] = {
      {[](PartnerState& s) { s.accruals[1].accrual_id.place = 1; },
       "partner_state: accruals out of order"},
      {[](PartnerState& s) { s.accruals[2].payment_seq = Seq(3); },
       "partner_state: accruals out of order"},
      {[](PartnerState& s) { s.accruals[0].reversed_minor = 51; },
       "partner_state: more reversed of an accrual than it has"},
      {[](PartnerState& s) { s.accruals[0].reversed_minor = -1; },
       "partner_state: more reversed of an accrual than it has"},
      {[](PartnerState& s) { s.accruals[0].base_minor = 41; },
       "partner_state: bases that do not add up"},
      {[](PartnerState& s) {
         s.bases[0].base_minor = 41;
         s.bases[1].base_minor = -1;
       },
       "partner_state: a base below zero"},
      {[](PartnerState& s) { s.accruals[0].role = static_cast<Role>(3); },
       "partner_state: an unknown word"},
  };
  for (const auto& c : kCases) {
    PartnerState bad = Earned();
    c.change(bad);
    EXPECT_EQ(Again(BytesOf(bad)).status(),
              absl::DataLossError(ToAbsl(c.message)));
  }
  // Level 2^31, past 32 bits, where the first accrual has 0.
  PartnerState one;
  Book(4, 1, {}, &one);
  std::string bytes = BytesOf(one);
  bytes.replace(14, 1, "\x80\x80\x80\x80\x10");
  EXPECT_EQ(Again(bytes).status(),
            absl::DataLossError("partner_state: a number past its range"));
}

}  // namespace
}  // namespace vouch
