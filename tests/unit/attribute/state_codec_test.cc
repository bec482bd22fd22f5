#include "vouch/attribute/state_codec.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "tests/support/torn_bytes.h"
#include "world.h"

namespace vouch {
namespace {

using testing_support::ExpectCanonical;
using testing_support::Hex;

class CustomerStateCodecTest : public ::testing::Test {
 protected:
  CustomerStateCodecTest() {
    world_.AddTerms(Instant{0}, [](ProgramSpec&) {});  // by event 1
    world_.SetPartner("anna", PartnerStatus::kActive, Instant{0});
  }

  std::string BytesOf(const CustomerState& state) const {
    std::string bytes;
    AppendState(state, world_.reference, &bytes);
    return bytes;
  }
  absl::StatusOr<std::string> Again(std::string_view bytes) {
    CustomerState state;
    VOUCH_RETURN_IF_ERROR(ReadState(bytes, &world_.reference, &state));
    return BytesOf(state);
  }
  // Touched, decided by the first payment, with contracts, refunds and terms
  // that changed.
  CustomerState& Lived() {
    CustomerState& state = world_.state;
    Touch touch;
    touch.seq = ++world_.seq;
    touch.time = At("2024-01-01");
    touch.channel = Channel::kLink;
    touch.partner = PartnerIndex(1);
    touch.campaign = "spring";
    state.touches.Add(touch, world_.reference);
    world_.Contract("k1", "2023-05-06");
    world_.Contract("k2", "2024-02-29");
    state.contracts[1].end_date = Day("2025-02-28");
    world_.Pay(At("2024-01-02"), {700, 0, 300}, "k1");
    world_.AddTerms(At("2024-06-01"),
                    [](ProgramSpec& spec) { spec.hold_days = 3; });
    world_.Pay(At("2024-07-01"), {50});
    event::Refund refund;
    refund.kind = RefundKind::kChargeback;
    refund.amount_minor = 333;
    AttributedRefund refunded;
    EXPECT_EQ(AttributeRefund(state, state.payments[0].seq, refund,
                              At("2024-07-02"), &refunded),
              absl::OkStatus());
    KeepRefund(refunded, &state);
    return state;
  }
  // With all else that a customer can have: keys, leads, another name, roles,
  // redemptions, live touches and a decision that ends.
  CustomerState Full() {
    Code code;
    code.code = "AA";
    code.partner = PartnerIndex(1);
    if (world_.reference.code_count() == 0) world_.reference.AddCode(code);
    CustomerState state = Lived();
    state.other_names = {CustomerNumber(7), CustomerNumber(3)};
    state.leads = {LeadIndex(2), LeadIndex(9)};
    state.identity_keys = {world_.reference.Intern("i1"),
                           world_.reference.Intern("i0")};
    state.contact_keys = {world_.reference.Intern("c1")};
    state.redeemed = {CodeIndex(1)};
    state.servicers = {
        {Seq(20), PartnerIndex(1), At("2024-01-01"), At("2024-02-01")},
        {Seq(21), PartnerIndex(1), At("2023-01-01"), std::nullopt}};
    Touch direct;
    direct.seq = Seq(30);
    direct.channel = Channel::kDirect;
    state.touches.Add(direct, world_.reference);
    Decision& decision = *state.decision;
    decision.credits[0].weight_ppb = kPpb - 7;
    decision.credits[0].lead = LeadIndex(2);
    decision.vendor_weight_ppb = 7;
    decision.bound_until = At("2024-12-31");
    return state;
  }

  World world_;
};

TEST_F(CustomerStateCodecTest, BytesOfACustomerWhoPaid) {
  CustomerState state;
  Decision decision;
  decision.seq = Seq(5);
  decision.at = Instant{2};
  decision.trigger = Trigger::kPayment;
  Credit credit;
  credit.partner = PartnerIndex(1);
  credit.weight_ppb = kPpb;
  credit.channel = Channel::kLink;
  credit.touch_seq = Seq(4);
  decision.credits.push_back(credit);
  decision.touch_count = 1;
  decision.terms_seq = Seq(1);
  decision.binds = true;
  state.decision = decision;
  state.contracts.push_back(
      {"k", Day("1970-01-02"), Day("1970-01-03"), std::nullopt});
  const Program* terms = world_.reference.ProgramAt(Instant{2})->program.get();
  state.payments.push_back({Seq(5),
                            Instant{2},
                            *Currency::Find("EUR"),
                            0,
                            terms,
                            terms,
                            0,
                            1,
                            {PartnerIndex(1)}});
  state.lines.push_back({1, 100, 60, 50, 40, 30, true});
  state.payment_count = 1;
  state.first_payment_at = Instant{2};
  EXPECT_EQ(Hex(BytesOf(state)),
            "01"            // version
            "00"            // no other name of somebody
            "00"            // nobody merged into it
            "0000"          // no touches, and none that fell
            "00"            // no leads
            "0000"          // no keys of sign-ups, nor of leads
            "00"            // no code redeemed
            "00"            // no roles
            "01"            // decided
            "050402"        // by event 5, at 2 us, PAYMENT
            "01"            // one credit
            "0101"          // partner 1, ACQUIRER
            "80a8d6b907"    // 10^9, zigzag
            "0100000000"    // LINK, no code, lead, campaign and sub ids
            "0400"          // touched by event 4, at 0
            "00"            // nothing for the vendor
            "02"            // one touch looked at
            "01"            // under the terms of event 1
            "0100"          // it binds, for good
            "01"            // one contract
            "016b"          // "k"
            "0204"          // anchored 1970-01-02, from 1970-01-03
            "00"            // not ended
            "01"            // one payment
            "0504"          // event 5, at 2 us
            "03455552"      // "EUR"
            "00"            // the program's currency
            "01"            // under the terms of event 1
            "01"            // which rated it
            "0101"          // partner 1 earned by it
            "01"            // one line
            "02"            // of number 1
            "c8017864503c"  // 100, 60, 50, 40, 30
            "01"            // cancelled
            "00"            // not signed up
            "0000"          // no country, no segment
            "00"            // no attributes
            "02"            // one payment of something
            "0104"          // the first at 2 us
            "00");          // none without a contract
}

TEST_F(CustomerStateCodecTest, ComesBackAsItWas) {
  const CustomerState& state = Lived();
  CustomerState again;
  ASSERT_EQ(ReadState(BytesOf(state), &world_.reference, &again),
            absl::OkStatus());
  EXPECT_EQ(BytesOf(again), BytesOf(state));
  EXPECT_TRUE(again.touches.empty());
  ASSERT_TRUE(again.decision.has_value());
  ASSERT_EQ(again.decision->credits.size(), 1u);
  EXPECT_EQ(again.decision->credits[0].partner, PartnerIndex(1));
  EXPECT_EQ(again.decision->credits[0].campaign, "spring");
  EXPECT_EQ(again.FindContract("k2")->end_date, Day("2025-02-28"));
  ASSERT_EQ(again.payments.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again.payments[i].terms, state.payments[i].terms);
    EXPECT_EQ(again.payments[i].first_line, state.payments[i].first_line);
    EXPECT_EQ(again.payments[i].line_count, state.payments[i].line_count);
  }
  ASSERT_EQ(again.lines.size(), 4u);
  EXPECT_EQ(again.lines[0].charged_back_minor, 233);  // of 700 and 300
  EXPECT_EQ(again.lines[2].charged_back_minor, 100);
  EXPECT_EQ(again.lines[3].line, 1);
  EXPECT_EQ(again.payment_count, 2);
  EXPECT_EQ(again.first_payment_at, At("2024-01-02"));
  EXPECT_TRUE(again.paid_without_contract);
}

TEST_F(CustomerStateCodecTest, EverythingComesBack) {
  const CustomerState state = Full();
  CustomerState again;
  ASSERT_EQ(ReadState(BytesOf(state), &world_.reference, &again),
            absl::OkStatus());
  EXPECT_EQ(BytesOf(again), BytesOf(state));
  EXPECT_EQ(again.other_names, state.other_names);
  EXPECT_EQ(again.leads, state.leads);
  EXPECT_EQ(again.identity_keys, state.identity_keys);
  EXPECT_EQ(again.contact_keys, state.contact_keys);
  // Keys are compared by where their texts stand.
  EXPECT_EQ(again.identity_keys[1].data(),
            world_.reference.Intern("i0").data());
  EXPECT_EQ(again.redeemed, state.redeemed);
  ASSERT_EQ(again.servicers.size(), 2u);
  EXPECT_EQ(again.servicers[0].seq, Seq(20));
  EXPECT_EQ(again.servicers[0].partner, PartnerIndex(1));
  EXPECT_EQ(again.servicers[0].from, At("2024-01-01"));
  EXPECT_EQ(again.servicers[0].until, At("2024-02-01"));
  EXPECT_EQ(again.servicers[1].until, std::nullopt);
  ASSERT_EQ(again.touches.size(), 1u);
  EXPECT_EQ(again.touches.list()[0].channel, Channel::kDirect);
  EXPECT_EQ(again.decision->credits[0].weight_ppb, kPpb - 7);
  EXPECT_EQ(again.decision->credits[0].lead, LeadIndex(2));
  EXPECT_EQ(again.decision->vendor_weight_ppb, 7);
  EXPECT_TRUE(again.decision->binds);
  EXPECT_EQ(again.decision->bound_until, At("2024-12-31"));
  EXPECT_EQ(again.payments[0].payees.size(), state.payments[0].payees.size());

  CustomerState gone;
  gone.merged_into = CustomerNumber(300);
  ASSERT_EQ(ReadState(BytesOf(gone), &world_.reference, &again),
            absl::OkStatus());
  EXPECT_EQ(again.merged_into, CustomerNumber(300));
  EXPECT_TRUE(again.payments.empty());
}

TEST_F(CustomerStateCodecTest, ATouchedCustomerComesBack) {
  CustomerState state;
  Touch touch;
  touch.seq = Seq(2);
  touch.standing = Standing::kCodeUnknown;
  touch.named = "XX";
  state.touches.Add(touch, world_.reference);
  state.first_signup_at = At("2024-01-01");
  CustomerState again;
  ASSERT_EQ(ReadState(BytesOf(state), &world_.reference, &again),
            absl::OkStatus());
  EXPECT_FALSE(again.decision.has_value());
  ASSERT_EQ(again.touches.size(), 1u);
  EXPECT_EQ(again.touches.list()[0].named, "XX");
  EXPECT_EQ(again.first_signup_at, state.first_signup_at);
  EXPECT_FALSE(again.first_payment_at.has_value());
}

TEST_F(CustomerStateCodecTest, IdsOfContractsAreKeptWhereOneSays) {
  const std::string bytes = BytesOf(Lived());
  const std::string kept = "k1k2";
  const auto keep = [&kept](std::string_view id) {
    return std::string_view(kept).substr(id == "k1" ? 0 : 2, 2);
  };
  CustomerState again;
  ASSERT_EQ(ReadState(bytes, &world_.reference, keep, &again),
            absl::OkStatus());
  EXPECT_EQ(again.contracts[1].contract_id.data(), kept.data() + 2);
  const auto refuse = [](std::string_view) { return std::string_view(); };
  EXPECT_EQ(ReadState(bytes, &world_.reference, refuse, &again),
            absl::DataLossError("customer_state: an id that is none"));
}

TEST_F(CustomerStateCodecTest, EveryTornOrChangedEncodingIsRefusedOrCanonical) {
  const auto again = [this](std::string_view bytes) { return Again(bytes); };
  ExpectCanonical(BytesOf(CustomerState()), again);
  ExpectCanonical(BytesOf(Full()), again);
}

TEST_F(CustomerStateCodecTest, TellsWhatIsWrong) {
  using Change = void (*)(CustomerState&);
  const struct {
    Change change;
    std::string_view message;
  } kCases[] = {
      {[](CustomerState& s) { s.payments[0].terms = nullptr; },
       "customer_state: terms that nobody set"},
      {[](CustomerState& s) { s.payments[1].seq = s.payments[0].seq; },
       "customer_state: payments out of order"},
      {[](CustomerState& s) { s.payments[0].currency = Currency(); },
       "customer_state: an unknown currency"},
      {[](CustomerState& s) { s.payments[0].time.us = kMaxInstant.us + 1; },
       "customer_state: a moment outside the calendar"},
      {[](CustomerState& s) { s.lines[1].line = s.lines[0].line; },
       "customer_state: lines out of order"},
      {[](CustomerState& s) { s.lines[0].given_back_minor = 701; },
       "customer_state: more given back of a line than it has"},
      {[](CustomerState& s) { s.lines[0].counted_minor = -1; },
       "customer_state: more given back of a line than it has"},
      {[](CustomerState& s) { s.lines[0].charged_back_minor = 600; },
       "customer_state: more given back of a line than it has"},
      {[](CustomerState& s) {
         s.lines[1].amount_minor = std::numeric_limits<int64_t>::max();
       },
       "customer_state: a payment past 64 bits"},
      {[](CustomerState& s) { s.payment_count = -1; },
       "customer_state: payments below zero"},
      {[](CustomerState& s) { s.payments[0].payees = {PartnerIndex()}; },
       "customer_state: a payee who is nobody"},
      {[](CustomerState& s) { s.payments[0].payees = {PartnerIndex(2)}; },
       "customer_state: a partner that is none"},
      {[](CustomerState& s) {
         s.redeemed = {CodeIndex(1), CodeIndex(1)};
       },
       "customer_state: redeemed codes out of order"},
      {[](CustomerState& s) { s.servicers[0].partner = PartnerIndex(); },
       "customer_state: a role of nobody"},
      {[](CustomerState& s) { s.servicers[0].until = Instant{INT64_MAX}; },
       "customer_state: a moment outside the calendar"},
      {[](CustomerState& s) { s.decision->bound_until = Instant{INT64_MAX}; },
       "customer_state: a moment outside the calendar"},
      {[](CustomerState& s) { s.decision->vendor_weight_ppb = 8; },
       "customer_state: weights that do not add up to one"},
      {[](CustomerState& s) { s.decision->vendor_weight_ppb = 0; },
       "customer_state: weights that do not add up to one"},
      {[](CustomerState& s) {
         s.decision->credits.push_back(s.decision->credits[0]);
         s.decision->vendor_weight_ppb = -kPpb + 14;
       },
       "customer_state: weights that do not add up to one"},
      {[](CustomerState& s) { s.decision->credits[0].partner = {}; },
       "customer_state: a credit of nobody"},
      {[](CustomerState& s) {
         s.decision->credits[0].partner = PartnerIndex(2);
       },
       "customer_state: a partner that is none"},
      {[](CustomerState& s) { s.decision->credits[0].code = CodeIndex(2); },
       "customer_state: a code that is none"},
      {[](CustomerState& s) { s.decision->credits[0].weight_ppb = 0; },
       "customer_state: a weight past its range"},
      {[](CustomerState& s) { s.decision->credits[0].weight_ppb = kPpb + 1; },
       "customer_state: a weight past its range"},
      {[](CustomerState& s) { s.decision->trigger = static_cast<Trigger>(4); },
       "customer_state: an unknown word"},
      {[](CustomerState& s) { s.contracts[0].anchor = CivilDay(10000, 1, 1); },
       "customer_state: a day outside the calendar"},
      {[](CustomerState& s) { s.contracts[0].anchor = CivilDay(0, 12, 31); },
       "customer_state: a day outside the calendar"},
  };
  const CustomerState good = Full();
  ASSERT_EQ(Again(BytesOf(good)).status(), absl::OkStatus());
  for (const auto& c : kCases) {
    CustomerState bad = good;
    c.change(bad);
    EXPECT_EQ(Again(BytesOf(bad)).status(),
              absl::DataLossError(ToAbsl(c.message)));
  }
}

}  // namespace
}  // namespace vouch
