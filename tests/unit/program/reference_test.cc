#include "vouch/program/reference.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gtest/gtest.h"

namespace vouch {
namespace {

std::shared_ptr<const Program> MakeProgram() {
  ProgramSpec spec;
  spec.program_id = "shop";
  spec.currency = "EUR";
  spec.time_zone = "UTC";
  Mistakes mistakes;
  return Program::Build(spec, &mistakes);
}

// docs/SEMANTICS.md, section 3: case, spaces and hyphens do not count.
TEST(ReferenceTest, CodesAreFolded) {
  const struct {
    std::string_view code;
    std::string_view folded;
  } kCases[] = {
      {"ANNA10", "ANNA10"},
      {"anna10", "ANNA10"},
      {"An-Na 10", "ANNA10"},
      {"  anna--10  ", "ANNA10"},
      {"", ""},
      {" - - ", ""},
      {"az{AZ[@`", "AZ{AZ[@`"},  // neighbours of the letters stay
      {"a_b", "A_B"},
      {"m\xc3\xbcller", "M\xc3\xbcLLER"},  // outside ASCII as it is
  };
  for (const auto& c : kCases) EXPECT_EQ(FoldCode(c.code), c.folded) << c.code;
}

TEST(ReferenceTest, ACodeIsFoundFoldedAndPrintedAsIssued) {
  Reference reference;
  const PartnerIndex anna = reference.SetPartner("anna", {}, Instant{0});
  EXPECT_EQ(reference.code_count(), 0u);
  EXPECT_FALSE(reference.FindCode("ANNA10").has_value());
  {
    const std::string code = "An-Na 10";  // its bytes die before they are read
    const std::string campaign = "spring";
    Code issued;
    issued.code = code;
    issued.partner = anna;
    issued.campaign = campaign;
    issued.customer_share = Rate::FromPpb(5);
    issued.valid_from = Instant{7};
    issued.max_redemptions = 3;
    reference.AddCode(issued);
  }
  Code second;
  second.code = "b";
  EXPECT_EQ(reference.AddCode(second), CodeIndex(2));
  EXPECT_EQ(reference.code_count(), 2u);
  const CodeIndex found = reference.FindCode(FoldCode("anna-10"));
  ASSERT_EQ(found, CodeIndex(1));
  EXPECT_FALSE(reference.FindCode("anna-10").has_value());  // not folded
  EXPECT_EQ(reference.code(found).code, "An-Na 10");
  EXPECT_EQ(reference.code(found).partner, anna);
  EXPECT_EQ(reference.code(found).campaign, "spring");
  EXPECT_EQ(reference.code(found).customer_share, Rate::FromPpb(5));
  EXPECT_EQ(reference.code(found).valid_from, Instant{7});
  EXPECT_EQ(reference.code(found).valid_until, std::nullopt);
  EXPECT_EQ(reference.code(found).max_redemptions, 3);
  EXPECT_EQ(reference.code(found).revoked_at, std::nullopt);
  reference.RevokeCode(found, Instant{9});
  EXPECT_EQ(reference.code(found).revoked_at, Instant{9});
}

TEST(ReferenceTest, ARecordReplacesTheWholeFromItsTimeOn) {
  Reference reference;
  EXPECT_FALSE(reference.FindPartner("anna").has_value());
  PartnerIndex anna;
  {
    const std::string name = "anna";
    const std::string group = "north";
    anna = reference.SetPartner(name,
                                {PartnerKind::kReseller, PartnerStatus::kActive,
                                 group, Rate::FromPpb(7)},
                                Instant{100});
  }
  EXPECT_EQ(anna, PartnerIndex(1));
  EXPECT_EQ(reference.SetPartner("bob", {}, Instant{0}), PartnerIndex(2));
  EXPECT_EQ(
      reference.SetPartner(
          "anna", {PartnerKind::kReferrer, PartnerStatus::kSuspended, {}, {}},
          Instant{200}),
      anna);
  EXPECT_EQ(reference.partner_count(), 2u);
  EXPECT_EQ(reference.FindPartner("anna"), anna);
  EXPECT_FALSE(reference.FindPartner("Anna").has_value());  // byte by byte
  const Partner& partner = reference.partner(anna);
  EXPECT_EQ(partner.partner_id, "anna");
  EXPECT_EQ(partner.records.At(Instant{99}), nullptr);
  const PartnerRecord* first = partner.records.At(Instant{199});
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->kind, PartnerKind::kReseller);
  EXPECT_EQ(first->group, "north");
  EXPECT_EQ(first->customer_share, Rate::FromPpb(7));
  const PartnerRecord* second = partner.records.At(Instant{200});
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->kind, PartnerKind::kReferrer);
  EXPECT_EQ(second->group, "");  // nothing of the first is left
  EXPECT_EQ(second->customer_share, std::nullopt);
}

TEST(ReferenceTest, APartnerIsActiveByItsRecordOfTheMoment) {
  Reference reference;
  const PartnerIndex anna = reference.SetPartner("anna", {}, Instant{100});
  const auto set = [&](PartnerStatus status, int64_t from) {
    PartnerRecord record;
    record.status = status;
    reference.SetPartner("anna", record, Instant{from});
  };
  set(PartnerStatus::kSuspended, 200);
  set(PartnerStatus::kActive, 300);
  set(PartnerStatus::kTerminated, 400);
  const struct {
    int64_t at;
    bool active;
  } kCases[] = {{99, false},  {100, true}, {199, true},  {200, false},
                {299, false}, {300, true}, {400, false}, {500, false}};
  for (const auto& c : kCases) {
    EXPECT_EQ(reference.partner(anna).ActiveAt(Instant{c.at}), c.active)
        << c.at;
  }
}

TEST(ReferenceTest, TermsAreThoseInForce) {
  Reference reference;
  EXPECT_FALSE(reference.has_program());
  EXPECT_EQ(reference.ProgramAt(Instant{0}), nullptr);
  const auto first = MakeProgram();
  const auto second = MakeProgram();
  reference.AddProgram({Instant{100}, Seq(1), first});
  reference.AddProgram({Instant{200}, Seq(2), second});
  EXPECT_TRUE(reference.has_program());
  EXPECT_EQ(reference.ProgramAt(Instant{99}), nullptr);
  ASSERT_NE(reference.ProgramAt(Instant{199}), nullptr);
  EXPECT_EQ(reference.ProgramAt(Instant{199})->seq, Seq(1));
  EXPECT_EQ(reference.ProgramAt(Instant{200})->program, second);
  EXPECT_EQ(reference.ProgramAtOrFirst(Instant{0}), first.get());
  EXPECT_EQ(reference.ProgramAtOrFirst(Instant{200}), second.get());
  ASSERT_NE(reference.VersionOf(second.get()), nullptr);
  EXPECT_EQ(reference.VersionOf(second.get())->from, Instant{200});
  EXPECT_EQ(reference.VersionOf(MakeProgram().get()), nullptr);
}

TEST(ReferenceTest, EqualTextsShareOneCopy) {
  Reference reference;
  std::string text = "spring";
  const std::string_view one = reference.Intern(text);
  const std::string_view two = reference.Intern(std::string("spring"));
  text = "xxxxxx";
  EXPECT_EQ(one, "spring");
  EXPECT_EQ(one.data(), two.data());
  EXPECT_EQ(reference.Intern(""), "");
}

}  // namespace
}  // namespace vouch
