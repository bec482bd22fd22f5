#include "vouch/program/reference.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "vouch/base/limits.h"

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

// Partners of whom only the parents matter.
class ParentsTest : public testing::Test {
 protected:
  PartnerIndex Set(std::string_view id, int64_t from,
                   std::string_view parent = "") {
    PartnerRecord record;
    record.parent = reference_.FindPartner(parent);
    return reference_.SetPartner(id, record, Instant{from});
  }
  // What a record of `id` from `from` on that names `parent` is told.
  absl::StatusCode Told(std::string_view id, int64_t from,
                        std::string_view parent) {
    const absl::Status status =
        reference_.CheckParent("f", reference_.FindPartner(id),
                               reference_.FindPartner(parent), Instant{from});
    EXPECT_EQ(status.ok() || status.message().substr(0, 3) == "f: ", true)
        << status;
    return status.code();
  }

  static constexpr absl::StatusCode kOk = absl::StatusCode::kOk;
  static constexpr absl::StatusCode kCycle =
      absl::StatusCode::kFailedPrecondition;
  Reference reference_;
};

TEST_F(ParentsTest, AParentIsThatOfTheMoment) {
  const PartnerIndex head = Set("head", 0);
  const PartnerIndex other = Set("other", 0);
  const PartnerIndex anna = Set("anna", 100, "head");
  Set("anna", 200, "other");
  Set("anna", 300);
  EXPECT_EQ(reference_.ParentOf(anna, Instant{99}), PartnerIndex());
  EXPECT_EQ(reference_.ParentOf(anna, Instant{100}), head);
  EXPECT_EQ(reference_.ParentOf(anna, Instant{199}), head);
  EXPECT_EQ(reference_.ParentOf(anna, Instant{200}), other);
  EXPECT_EQ(reference_.ParentOf(anna, Instant{300}), PartnerIndex());
  Set("anna", 150, "other");  // a late record, until the next one
  EXPECT_EQ(reference_.ParentOf(anna, Instant{149}), head);
  EXPECT_EQ(reference_.ParentOf(anna, Instant{150}), other);
  EXPECT_EQ(reference_.ParentOf(anna, Instant{300}), PartnerIndex());
}

// a <- b <- c stand from the beginning on.
TEST_F(ParentsTest, ACycleIsRefusedAtEveryMomentOfTheRecord) {
  Set("a", 0);
  Set("b", 0, "a");
  Set("c", 0, "b");
  EXPECT_EQ(Told("a", 0, "a"), kCycle);
  EXPECT_EQ(Told("a", 0, "b"), kCycle);
  EXPECT_EQ(Told("a", 0, "c"), kCycle);
  EXPECT_EQ(Told("c", 0, "a"), kOk);
  EXPECT_EQ(Told("new", 0, "c"), kOk);

  // From 100 on c has left: a record of then may, one of before may not.
  Set("c", 100);
  EXPECT_EQ(Told("a", 100, "c"), kOk);
  EXPECT_EQ(Told("a", 99, "c"), kCycle);
  // Unless what a has later ends it before: [50, 60) and [100, 200).
  Set("a", 60);
  EXPECT_EQ(Told("a", 50, "c"), kCycle);
  EXPECT_EQ(Told("a", 60, "c"), kCycle);
  EXPECT_EQ(Told("a", 100, "c"), kOk);
}

// A late record whose cycle comes only where another record begins later.
TEST_F(ParentsTest, ALateRecordIsHeldAgainstWhatComesAfterIt) {
  Set("a", 0);
  Set("b", 0);
  Set("c", 0);
  Set("b", 500, "a");                      // from 500 on b stands under a
  EXPECT_EQ(Told("a", 100, "b"), kCycle);  // still in force at 500
  Set("a", 400);
  EXPECT_EQ(Told("a", 100, "b"), kOk);  // in force until 400 alone
  EXPECT_EQ(Told("a", 400, "b"), kCycle);
  // Through a third: c is under b from 600 on.
  Set("c", 600, "b");
  EXPECT_EQ(Told("a", 450, "c"), kCycle);
  Set("a", 600);
  EXPECT_EQ(Told("a", 450, "c"), kOk);
}

// What was replaced at its own moment was never in force.
TEST_F(ParentsTest, ARecordThatWasReplacedAtOnceMakesNoCycle) {
  Set("a", 0);
  Set("b", 0);
  Set("b", 10, "a");
  Set("b", 10);
  EXPECT_EQ(Told("a", 10, "b"), kOk);
}

TEST_F(ParentsTest, ThereIsALimitOfParents) {
  Set("0", 0);
  for (std::size_t i = 1; i <= kMaxParents; ++i) {
    const std::string parent = std::to_string(i - 1);
    const std::string id = std::to_string(i);
    ASSERT_EQ(Told(id, 0, parent), kOk) << i;
    Set(id, 0, parent);
  }
  // The last one has kMaxParents above it.
  EXPECT_EQ(Told("more", 0, std::to_string(kMaxParents)),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Told("more", 0, std::to_string(kMaxParents - 1)), kOk);
}

TEST(ReferenceTest, ManagersAndAttributesAreCopied) {
  Reference reference;
  {
    const std::string manager = "kim";
    const std::string key = "tier";
    const std::string value = "gold";
    PartnerRecord record;
    record.manager_id = manager;
    record.attributes = {{key, value}};
    reference.SetPartner("anna", record, Instant{0});
  }
  const PartnerRecord* record =
      reference.partner(PartnerIndex(1)).records.At(Instant{0});
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->manager_id, "kim");
  EXPECT_EQ(record->attributes, (std::vector<Attribute>{{"tier", "gold"}}));
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
