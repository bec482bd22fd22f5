#include "vouch/program/reference_codec.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/torn_bytes.h"

namespace vouch {
namespace {

using ::testing::HasSubstr;
using testing_support::ExpectCanonical;
using testing_support::Hex;

ProgramVersion Version(Instant from, uint64_t seq, std::string name) {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.name = std::move(name);
  spec.currency = "EUR";
  spec.time_zone = "UTC";
  RuleSpec rule;
  rule.rule_id = "all";
  rule.reward.percent = "10%";
  spec.rules.push_back(rule);
  Mistakes mistakes;
  auto program = Program::Build(spec, &mistakes);
  return {from, Seq(seq), std::move(program), EncodeSpec(spec)};
}

PartnerRecord Affiliate() {
  PartnerRecord record;
  record.kind = PartnerKind::kAffiliate;
  return record;
}

std::string BytesOf(const Reference& reference) {
  std::string bytes;
  AppendState(reference, &bytes);
  return bytes;
}

absl::StatusOr<std::string> Again(std::string_view bytes) {
  Reference reference;
  VOUCH_RETURN_IF_ERROR(ReadState(bytes, &reference));
  return BytesOf(reference);
}

// Two versions of one moment and a third, late; partners with one and two
// records; codes with everything and with nothing.
void Fill(Reference* reference) {
  reference->AddProgram(Version(Instant{100}, 1, "first"));
  reference->AddProgram(Version(Instant{100}, 4, "same moment"));
  reference->AddProgram(Version(Instant{50}, 9, "late"));
  reference->SetPartner("zoe", Affiliate(), Instant{5});
  reference->SetPartner("anna",
                        {PartnerKind::kReseller,
                         PartnerStatus::kActive,
                         "gold",
                         std::nullopt,
                         {"k1:ab", "k1:cd"}},
                        Instant{5});
  reference->SetPartner("zoe",
                        {PartnerKind::kAffiliate,
                         PartnerStatus::kSuspended,
                         "",
                         Rate::FromPpb(7),
                         {"k1:cd"}},
                        Instant{5});
  reference->AddCode({"An-Na 10",
                      {},
                      PartnerIndex(2),
                      "spring",
                      Rate::FromPpb(-1),
                      Instant{3},
                      Instant{9},
                      Instant{8},
                      5});
  Code plain;
  plain.code = "zz";
  plain.partner = PartnerIndex(1);
  reference->AddCode(plain);
}

TEST(ReferenceCodecTest, BytesOfOnePartnerAndOneCode) {
  Reference reference;
  reference.SetPartner("p", Affiliate(), Instant{3});
  Code code;
  code.code = "a-b";
  code.partner = PartnerIndex(1);
  code.valid_until = Instant{64};
  reference.AddCode(code);
  EXPECT_EQ(Hex(BytesOf(reference)),
            "01"        // version of the encoding
            "00"        // no programs
            "01"        // one partner
            "0170"      // "p"
            "01"        // with one record
            "06"        // from 3 us, zigzag
            "02"        // AFFILIATE
            "01"        // ACTIVE
            "00"        // no group
            "00"        // no customer share
            "00"        // no identity keys
            "00"        // no parent
            "00"        // no manager
            "00"        // no attributes
            "01"        // one code
            "03612d62"  // "a-b", as issued
            "01"        // of partner 1
            "00"        // no campaign
            "00"        // no customer share
            "00"        // from 0
            "018001"    // until 64 us: zigzag 128 in two bytes
            "00"        // not revoked
            "00");      // as often as one likes
}

TEST(ReferenceCodecTest, ComesBackAsItWas) {
  Reference reference;
  Fill(&reference);
  Reference again;
  ASSERT_EQ(ReadState(BytesOf(reference), &again), absl::OkStatus());
  EXPECT_EQ(again.ProgramAt(Instant{49}), nullptr);
  EXPECT_EQ(again.ProgramAt(Instant{99})->seq, Seq(9));
  EXPECT_EQ(again.ProgramAt(Instant{100})->seq, Seq(4));
  EXPECT_EQ(again.VersionSetBy(Seq(1))->from, Instant{100});
  EXPECT_EQ(again.VersionSetBy(Seq(2)), nullptr);
  EXPECT_EQ(again.ProgramAt(Instant{100})->program->rules()[0].rule_id, "all");
  EXPECT_EQ(again.partner_count(), 2u);
  EXPECT_EQ(again.FindPartner("zoe"), PartnerIndex(1));
  EXPECT_EQ(again.FindPartner("anna"), PartnerIndex(2));
  // Of the records from one moment the one added last is in force.
  EXPECT_EQ(again.partner(PartnerIndex(1)).records.At(Instant{5})->status,
            PartnerStatus::kSuspended);
  EXPECT_EQ(again.partner(PartnerIndex(1)).records.size(), 2u);
  EXPECT_EQ(again.partner(PartnerIndex(2)).records.At(Instant{5})->group,
            "gold");
  EXPECT_EQ(
      again.partner(PartnerIndex(2)).records.At(Instant{5})->identity_keys,
      (std::vector<std::string_view>{"k1:ab", "k1:cd"}));
  // Equal keys are one text, so that they are compared by where they stand.
  EXPECT_EQ(again.partner(PartnerIndex(1))
                .records.At(Instant{5})
                ->identity_keys[0]
                .data(),
            again.partner(PartnerIndex(2))
                .records.At(Instant{5})
                ->identity_keys[1]
                .data());
  EXPECT_EQ(again.FindCode("ANNA10"), CodeIndex(1));
  EXPECT_EQ(again.FindCode("ZZ"), CodeIndex(2));
  const Code& code = again.code(CodeIndex(1));
  EXPECT_EQ(code.code, "An-Na 10");
  EXPECT_EQ(code.campaign, "spring");
  EXPECT_EQ(code.customer_share, Rate::FromPpb(-1));
  EXPECT_EQ(code.valid_from, Instant{3});
  EXPECT_EQ(code.valid_until, Instant{9});
  EXPECT_EQ(code.revoked_at, Instant{8});
  EXPECT_EQ(code.max_redemptions, 5);
}

// A parent may stand behind its child, and a record that was replaced at its
// own moment says nothing.
TEST(ReferenceCodecTest, ParentsManagersAndAttributesComeBack) {
  Reference reference;
  const auto set = [&](std::string_view id, PartnerIndex parent, int64_t from) {
    PartnerRecord record = Affiliate();
    record.parent = parent;
    record.manager_id = "kim";
    record.attributes = {{"tier", "gold"}, {"eu", ""}};
    return reference.SetPartner(id, record, Instant{from});
  };
  const PartnerIndex zoe = set("zoe", PartnerIndex(), 0);
  const PartnerIndex anna = set("anna", PartnerIndex(), 0);
  set("zoe", anna, 5);
  set("zoe", PartnerIndex(), 5);
  set("anna", zoe, 5);
  set("zoe", PartnerIndex(), 9);
  const PartnerIndex bob = set("bob", PartnerIndex(), 0);
  set("anna", bob, 20);
  Reference again;
  ASSERT_EQ(ReadState(BytesOf(reference), &again), absl::OkStatus());
  EXPECT_EQ(again.ParentOf(zoe, Instant{5}), PartnerIndex());
  EXPECT_EQ(again.ParentOf(anna, Instant{4}), PartnerIndex());
  EXPECT_EQ(again.ParentOf(anna, Instant{5}), zoe);
  EXPECT_EQ(again.ParentOf(anna, Instant{20}), bob);
  const PartnerRecord* record = again.partner(bob).records.At(Instant{0});
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->manager_id, "kim");
  EXPECT_EQ(record->attributes,
            (std::vector<Attribute>{{"tier", "gold"}, {"eu", ""}}));
  EXPECT_EQ(BytesOf(again), BytesOf(reference));
  ExpectCanonical(BytesOf(reference), Again);
}

// The limit is asked of a record that comes; parents may come after those below
// them.
TEST(ReferenceCodecTest, AChainBuiltFromBelowComesBack) {
  Reference reference;
  const auto count = static_cast<uint32_t>(2 * kMaxParents);
  for (uint32_t i = 1; i <= count; ++i) {
    reference.SetPartner(std::to_string(i), Affiliate(), Instant{0});
  }
  for (uint32_t i = 1; i < count; ++i) {
    PartnerRecord record = Affiliate();
    record.parent = PartnerIndex(i + 1);
    ASSERT_TRUE(
        reference
            .CheckParent("f", PartnerIndex(i), PartnerIndex(i + 1), Instant{1})
            .ok());
    reference.SetPartner(std::to_string(i), record, Instant{1});
  }
  Reference again;
  ASSERT_EQ(ReadState(BytesOf(reference), &again), absl::OkStatus());
  EXPECT_EQ(BytesOf(again), BytesOf(reference));
}

TEST(ReferenceCodecTest, EveryTornOrChangedEncodingIsRefusedOrCanonical) {
  ExpectCanonical(BytesOf(Reference()), Again);
  Reference reference;
  Fill(&reference);
  ExpectCanonical(BytesOf(reference), Again);
}

// Each but the first changes one byte of what the hand-worked bytes say.
TEST(ReferenceCodecTest, TellsWhatIsWrong) {
  const std::string spec = Version(Instant{0}, 1, "").spec;
  const auto program = [](std::string_view from_and_seq, std::string_view of) {
    std::string bytes(from_and_seq);
    ByteWriter(&bytes).Text(of);
    return bytes;
  };
  const std::string kPartner("\1p\1\6\2\1\0\0\0\0\0\0", 12);
  const std::string kCode("\2ab\1\0\0\0\0\0\0", 10);
  const struct {
    std::string bytes;
    std::string_view reason;
  } kCases[] = {
      {std::string("\2\0\0\0", 4), "written by another version"},
      {std::string("\1\0\0\0\0", 5), "bytes after its end"},
      {std::string("\1\0\0", 3), "torn"},
      {"\1\1" + program("\2\1", "spec"), "a program's bytes are torn"},
      {"\1\1" + program(std::string("\2\0", 2), spec), "two programs of one"},
      {"\1\2" + program("\2\1", spec) + program("\4\1", spec),
       "two programs of one event"},
      {"\1\2" + program("\2\2", spec) + program("\2\1", spec),
       "programs out of order"},
      {"\1\2" + program("\4\1", spec) + program("\2\2", spec),
       "programs out of order"},
      {std::string("\1\0\1\0", 4) + kPartner, "a partner without id"},
      {std::string("\1\0\1\1p\0", 6) + kPartner, "a partner without a record"},
      {std::string("\1\0\2", 3) + kPartner + kPartner, "a partner twice"},
      {std::string("\1\0\1\1p\1\6\7\1\0\0\0\0\0\0\0", 16), "an unknown word"},
      {std::string("\1\0\1", 3) +
           std::string("\1p\2\6\2\1\0\0\0\0\0\0\4\2\1\0\0\0\0\0\0\0", 22),
       "a partner's records out of order"},
      {std::string("\1\0\1\1p\1\6\2\1\0\0\0\2\0\0\0", 16),
       "a parent who is no partner"},
      {std::string("\1\0\1\1p\1\6\2\1\0\0\0\1\0\0\0", 16),
       "a partner above itself"},
      {std::string("\1\0\1", 3) + kPartner + "\2" + kCode + kCode,
       "a code twice"},
      {std::string("\1\0\1", 3) + kPartner + "\1" +
           std::string("\2--\1\0\0\0\0\0\0", 10),
       "a code of nothing"},
      {std::string("\1\0\1", 3) + kPartner + "\1" +
           std::string("\2ab\0\0\0\0\0\0\0", 10),
       "a code of nobody"},
      {std::string("\1\0\1", 3) + kPartner + "\1" +
           std::string("\2ab\2\0\0\0\0\0\0", 10),
       "a partner that is none"},
  };
  for (const auto& c : kCases) {
    Reference reference;
    const absl::Status status = ReadState(c.bytes, &reference);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << c.reason;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("reference: " + std::string(c.reason)));
  }
}

TEST(ReferenceCodecTest, AProgramThatCannotBeBuiltSaysWhy) {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.currency = "EUR";
  spec.time_zone = "No/Where";
  Reference reference;
  ProgramVersion version = Version(Instant{0}, 12, "other terms");
  version.spec = EncodeSpec(spec);
  reference.AddProgram(version);
  Reference again;
  const absl::Status status = ReadState(BytesOf(reference), &again);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("the program that event 12 set cannot be built"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("time_zone"));
}

}  // namespace
}  // namespace vouch
