#include "vouch/identify/state_codec.h"

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

class IdentifyStateCodecTest : public ::testing::Test {
 protected:
  IdentifyStateCodecTest() {
    reference_.SetPartner("anna", {}, Instant{0});
    Code code;
    code.code = "AA";
    code.partner = PartnerIndex(1);
    reference_.AddCode(code);
  }

  template <typename State>
  static std::string BytesOf(const State& state) {
    std::string bytes;
    AppendState(state, &bytes);
    return bytes;
  }
  template <typename State>
  absl::StatusOr<std::string> Again(std::string_view bytes) {
    State state;
    VOUCH_RETURN_IF_ERROR(ReadState(bytes, &reference_, &state));
    return BytesOf(state);
  }

  static VisitorState Visitor() {
    VisitorState state;
    Touch held;
    held.seq = Seq(3);
    held.time = Instant{-1};
    held.channel = Channel::kCode;
    held.partner = PartnerIndex(1);
    held.code = CodeIndex(1);
    held.campaign = "spring";
    Touch lost;
    lost.seq = Seq(200);
    lost.channel = Channel::kLink;
    lost.standing = Standing::kPartnerUnknown;
    lost.named = "nobody";
    lost.sub_ids =
        "a\x1f"
        "b";
    Touch direct;
    direct.seq = Seq(201);
    direct.time = Instant{5};
    direct.channel = Channel::kDirect;
    state.touches = LiveTouches::FromList({held, lost, direct});
    state.redeemed = {CodeIndex(1)};
    return state;
  }

  static LeadState Lead() {
    LeadState lead;
    lead.lead_id = "l1";
    lead.seq = Seq(12);
    lead.registered_at = Instant{3};
    lead.partner = PartnerIndex(1);
    lead.customer = CustomerNumber(7);
    lead.contact_keys = {"k", "j"};
    KeepUpdate({Seq(14), Instant{5}, LeadStatus::kWon}, &lead);
    KeepUpdate({Seq(13), Instant{4}, LeadStatus::kNone}, &lead);
    lead.qualified = true;
    lead.was_unknown = true;
    return lead;
  }

  Reference reference_;
};

TEST_F(IdentifyStateCodecTest, BytesOfAVisitor) {
  VisitorState state = Visitor();
  state.touches = LiveTouches::FromList({state.touches.list()[0]});
  EXPECT_EQ(Hex(BytesOf(state)),
            "01"              // version
            "00"              // no customer yet
            "01"              // one touch
            "03"              // seq
            "01"              // -1 us, zigzag
            "02"              // CODE
            "00"              // holds
            "01"              // partner 1
            "01"              // code 1
            "00"              // nothing unknown was named
            "06737072696e67"  // "spring"
            "00"              // no sub ids
            "00"              // no touch fell
            "01"              // has redeemed one code
            "01");            // code 1
}

TEST_F(IdentifyStateCodecTest, AVisitorComesBack) {
  const std::string bytes = BytesOf(Visitor());
  VisitorState again;
  ASSERT_EQ(ReadState(bytes, &reference_, &again), absl::OkStatus());
  const std::vector<Touch>& touches = again.touches.list();
  ASSERT_EQ(touches.size(), 3u);
  EXPECT_EQ(touches[0].code, CodeIndex(1));
  EXPECT_EQ(touches[0].campaign, "spring");
  // The texts are the reference data's, not those of the bytes.
  EXPECT_EQ(touches[0].campaign.data(), reference_.Intern("spring").data());
  EXPECT_EQ(touches[2].channel, Channel::kDirect);
  EXPECT_FALSE(touches[2].partner.has_value());
  EXPECT_EQ(again.redeemed, std::vector<CodeIndex>{CodeIndex(1)});
  EXPECT_EQ(touches[1].standing, Standing::kPartnerUnknown);
  EXPECT_EQ(touches[1].named, "nobody");
  EXPECT_EQ(touches[1].sub_ids,
            "a\x1f"
            "b");
  VisitorState known;
  VisitorState flooded = Visitor();
  flooded.touches = LiveTouches::FromList(flooded.touches.list(), 70'000);
  ASSERT_EQ(ReadState(BytesOf(flooded), &reference_, &again), absl::OkStatus());
  EXPECT_EQ(again.touches.fallen(), 70'000);
  known.customer = CustomerNumber(1'000'000);
  ASSERT_EQ(ReadState(BytesOf(known), &reference_, &again), absl::OkStatus());
  EXPECT_EQ(again.customer, CustomerNumber(1'000'000));
  EXPECT_TRUE(again.touches.empty());
}

TEST_F(IdentifyStateCodecTest, ACodeIsItsRedemptions) {
  CodeState state;
  state.redemptions = 300;
  EXPECT_EQ(Hex(BytesOf(state)),
            "01"      // version
            "d804");  // zigzag 600 in two bytes
  CodeState again;
  ASSERT_EQ(ReadState(BytesOf(state), &reference_, &again), absl::OkStatus());
  EXPECT_EQ(again.redemptions, 300);
}

TEST_F(IdentifyStateCodecTest, BytesOfALead) {
  EXPECT_EQ(Hex(BytesOf(Lead())),
            "01"      // version
            "026c31"  // "l1"
            "0c"      // seq 12
            "06"      // registered at 3 us, zigzag
            "01"      // by partner 1
            "07"      // of customer 7
            "02"      // two contact keys
            "016b"    // "k"
            "016a"    // "j"
            "02"      // two updates
            "0d0800"  // event 13, at 4 us, nothing but activity
            "0e0a03"  // event 14, at 5 us, WON
            "01"      // it was qualified
            "01");    // and whose it is was not known
}

TEST_F(IdentifyStateCodecTest, ALeadComesBack) {
  const std::string bytes = BytesOf(Lead());
  LeadState again;
  ASSERT_EQ(ReadState(bytes, &reference_, &again), absl::OkStatus());
  EXPECT_EQ(again.lead_id, "l1");
  EXPECT_EQ(again.seq, Seq(12));
  EXPECT_EQ(again.registered_at, Instant{3});
  EXPECT_EQ(again.partner, PartnerIndex(1));
  EXPECT_EQ(again.customer, CustomerNumber(7));
  EXPECT_EQ(again.contact_keys, (std::vector<std::string_view>{"k", "j"}));
  // Keys are compared by where their texts stand.
  EXPECT_EQ(again.contact_keys[0].data(), reference_.Intern("k").data());
  ASSERT_EQ(again.updates.size(), 2u);
  EXPECT_EQ(again.updates[0].seq, Seq(13));
  EXPECT_EQ(again.updates[0].time, Instant{4});
  EXPECT_EQ(again.updates[0].status, LeadStatus::kNone);
  EXPECT_EQ(again.updates[1].status, LeadStatus::kWon);
  EXPECT_TRUE(again.qualified);
  EXPECT_TRUE(again.was_unknown);
}

TEST_F(IdentifyStateCodecTest, EveryTornOrChangedEncodingIsRefusedOrCanonical) {
  const auto visitor = [this](std::string_view bytes) {
    return Again<VisitorState>(bytes);
  };
  ExpectCanonical(BytesOf(Visitor()), visitor);
  ExpectCanonical(BytesOf(VisitorState()), visitor);
  CodeState code;
  code.redemptions = 1'000'000;
  ExpectCanonical(BytesOf(code), [this](std::string_view bytes) {
    return Again<CodeState>(bytes);
  });
  const auto lead = [this](std::string_view bytes) {
    return Again<LeadState>(bytes);
  };
  ExpectCanonical(BytesOf(Lead()), lead);
}

TEST_F(IdentifyStateCodecTest, TellsWhatIsWrong) {
  const std::string after(3, '\0');  // no texts
  const struct {
    std::string bytes;
    std::string_view message;
  } kVisitors[] = {
      {std::string("\2\0\0\0", 4), "visitor_state: written by another version"},
      {std::string("\1\0\1", 3), "visitor_state: torn"},
      {std::string("\1\0\1\1\0\6\1\0\0", 9) + after,
       "visitor_state: an unknown word"},
      {std::string("\1\0\1\1\0\1\7\0\0", 9) + after,
       "visitor_state: an unknown choice"},
      {std::string("\1\0\1\1\0\1\1\2\0", 9) + after,
       "visitor_state: a partner that is none"},
      {std::string("\1\0\1\1\0\1\1\0\2", 9) + after,
       "visitor_state: a code that is none"},
      {std::string("\1\0\1\1\0\1\0\0\0", 9) + after,
       "visitor_state: a touch of nobody that holds"},
      {std::string("\1\0\2\1\0\1\1\0\0", 9) + after +
           std::string("\1\0\1\1\0\0", 6) + after,
       "visitor_state: touches out of order"},
      {std::string("\1\0\1\1\0\3\0\1\0", 9) + after + '\0',
       "visitor_state: a lead among the touches"},
      {std::string("\1\0\0\0\2\1\1", 7),
       "visitor_state: redeemed codes out of order"},
      {std::string("\1\0\0\0\1\0", 6),
       "visitor_state: redeemed codes out of order"},
      {std::string("\1\0\0\0\1\2", 6), "visitor_state: a code that is none"},
      // Without any touch none fell, and never fewer than none.
      {std::string("\1\0\0\2\0", 5),
       "visitor_state: touches that fell of none"},
      {std::string("\1\0\1\1\0\1\1\0\0", 9) + after + std::string("\1\0", 2),
       "visitor_state: touches that fell of none"},
  };
  for (const auto& c : kVisitors) {
    EXPECT_EQ(Again<VisitorState>(c.bytes).status(),
              absl::DataLossError(ToAbsl(c.message)));
  }
  const struct {
    std::string bytes;
    std::string_view message;
  } kCodes[] = {
      {"\1\1", "code_state: redemptions below zero"},
      {std::string("\1\2\0", 3), "code_state: bytes after its end"},
      {"\1\xff", "code_state: torn"},
  };
  for (const auto& c : kCodes) {
    EXPECT_EQ(Again<CodeState>(c.bytes).status(),
              absl::DataLossError(ToAbsl(c.message)));
  }
}

TEST_F(IdentifyStateCodecTest, TellsWhatIsWrongWithALead) {
  const std::string kHead("\1\2l1\x0c\6\1\7", 8);
  const struct {
    std::string bytes;
    std::string_view message;
  } kLeads[] = {
      {kHead + std::string("\1\1k\0\0\0", 6), ""},
      {kHead + std::string("\1\1k", 3), "lead_state: torn"},
      {kHead + std::string("\1\1k\0\0\1", 6),
       "lead_state: a lead that did not qualify"},
      {std::string("\1\2l1\x0c\6\0\7\1\1k\0\0\0", 14),
       "lead_state: a lead of nobody"},
      {std::string("\1\2l1\x0c\6\2\7\1\1k\0\0\0", 14),
       "lead_state: a partner that is none"},
      {kHead + std::string("\0\0\0\0", 4), "lead_state: a lead without a key"},
      {kHead + std::string("\1\1k\2\2\2\0\1\0\0", 10),
       "lead_state: a lead's updates out of order"},
      {kHead + std::string("\1\1k\2\2\2\0\1\2\0", 10),
       "lead_state: a lead's updates out of order"},
      {kHead + std::string("\1\1k\2\1\2\0\2\2\0\0\0", 12), ""},
      {kHead + std::string("\1\1k\1\2\2\5", 7), "lead_state: an unknown word"},
      {kHead + std::string("\1\1k\2\1\2\2\2\2\4\0\0", 12),
       "lead_state: a lead that ended twice"},
  };
  for (const auto& c : kLeads) {
    EXPECT_EQ(Again<LeadState>(c.bytes).status(),
              c.message.empty() ? absl::OkStatus()
                                : absl::DataLossError(ToAbsl(c.message)));
  }
}

}  // namespace
}  // namespace vouch
