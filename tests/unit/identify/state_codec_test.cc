#include "vouch/identify/state_codec.h"

#include <cstdint>
#include <string>
#include <string_view>

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
    state.touches = {held, lost};
    return state;
  }

  Reference reference_;
};

TEST_F(IdentifyStateCodecTest, BytesOfAVisitor) {
  VisitorState state = Visitor();
  state.touches.pop_back();
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
            "00");            // no sub ids
}

TEST_F(IdentifyStateCodecTest, AVisitorComesBack) {
  const std::string bytes = BytesOf(Visitor());
  VisitorState again;
  ASSERT_EQ(ReadState(bytes, &reference_, &again), absl::OkStatus());
  ASSERT_EQ(again.touches.size(), 2u);
  EXPECT_EQ(again.touches[0].code, CodeIndex(1));
  EXPECT_EQ(again.touches[0].campaign, "spring");
  // The texts are the reference data's, not those of the bytes.
  EXPECT_EQ(again.touches[0].campaign.data(),
            reference_.Intern("spring").data());
  EXPECT_EQ(again.touches[1].standing, Standing::kPartnerUnknown);
  EXPECT_EQ(again.touches[1].named, "nobody");
  EXPECT_EQ(again.touches[1].sub_ids,
            "a\x1f"
            "b");
  VisitorState known;
  known.customer = CustomerNumber(1'000'000);
  ASSERT_EQ(ReadState(BytesOf(known), &reference_, &again), absl::OkStatus());
  EXPECT_EQ(again.customer, CustomerNumber(1'000'000));
  EXPECT_TRUE(again.touches.empty());
}

TEST_F(IdentifyStateCodecTest, RedeemersAreSortedWhateverTheOrderTheyCameIn) {
  CodeState up;
  CodeState down;
  for (uint64_t i = 1; i <= 300; ++i)
    Redeem(SubjectKey(CustomerNumber(i)), &up);
  for (uint64_t i = 300; i > 0; --i) {
    Redeem(SubjectKey(CustomerNumber(i)), &down);
  }
  EXPECT_EQ(BytesOf(up), BytesOf(down));

  CodeState few;
  Redeem(SubjectKey(VisitorNumber(2)), &few);
  HandOver(SubjectKey(VisitorNumber(2)), SubjectKey(CustomerNumber(1)), &few);
  EXPECT_EQ(Hex(BytesOf(few)),
            "01"    // version
            "02"    // one redemption, zigzag
            "02"    // by two
            "02"    // customer 1
            "05");  // visitor 2
  CodeState again;
  ASSERT_EQ(ReadState(BytesOf(up), &reference_, &again), absl::OkStatus());
  EXPECT_EQ(again.redemptions, 300);
  EXPECT_EQ(again.redeemers, up.redeemers);
}

TEST_F(IdentifyStateCodecTest, EveryTornOrChangedEncodingIsRefusedOrCanonical) {
  const auto visitor = [this](std::string_view bytes) {
    return Again<VisitorState>(bytes);
  };
  ExpectCanonical(BytesOf(Visitor()), visitor);
  ExpectCanonical(BytesOf(VisitorState()), visitor);
  CodeState code;
  for (uint64_t i = 1; i <= 90; i += 11) {
    Redeem(SubjectKey(CustomerNumber(i)), &code);
  }
  ExpectCanonical(BytesOf(code), [this](std::string_view bytes) {
    return Again<CodeState>(bytes);
  });
}

TEST_F(IdentifyStateCodecTest, TellsWhatIsWrong) {
  const std::string after(3, '\0');  // no texts
  const struct {
    std::string bytes;
    std::string_view message;
  } kVisitors[] = {
      {std::string("\2\0\0", 3), "visitor_state: written by another version"},
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
  };
  for (const auto& c : kVisitors) {
    EXPECT_EQ(Again<VisitorState>(c.bytes).status(),
              absl::DataLossError(ToAbsl(c.message)));
  }
  const struct {
    std::string bytes;
    std::string_view message;
  } kCodes[] = {
      {std::string("\1\1\0", 3), "code_state: redemptions below zero"},
      {"\1\4\2\5\2", "code_state: redeemers out of order"},
      {"\1\4\2\2\2", "code_state: redeemers out of order"},
      {std::string("\1\2\1\2\0", 5), "code_state: bytes after its end"},
      {"\1\4\x7f\2", "code_state: torn"},  // a count past the bytes
  };
  for (const auto& c : kCodes) {
    EXPECT_EQ(Again<CodeState>(c.bytes).status(),
              absl::DataLossError(ToAbsl(c.message)));
  }
}

}  // namespace
}  // namespace vouch
