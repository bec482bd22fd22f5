// Parents and managers through the engine (docs/SEMANTICS.md, sections 3 and
// 10): what is refused changes nothing.
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/event_box.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"

namespace vouch {
namespace {

using testing_support::EventBox;
using testing_support::PercentProgram;

class HierarchyTest : public testing::Test {
 protected:
  HierarchyTest() {
    EXPECT_EQ(Do("2024-01-01", box_.Program(PercentProgram("shop", "10%"))),
              "");
  }

  // Why the event was refused; empty when it was applied.
  std::string Do(std::string_view day, EventBody body) {
    const std::string event_id = absl::StrCat("e", ++sent_);
    const Event event{"shop", event_id,
                      *ParseInstant(std::string(day) + "T00:00:00Z"),
                      std::move(body)};
    std::vector<Outcome> outcomes;
    EXPECT_TRUE(engine_->Apply(absl::MakeConstSpan(&event, 1), &outcomes).ok());
    return outcomes.at(0).kind == OutcomeKind::kApplied
               ? ""
               : outcomes.at(0).status.ToString();
  }
  std::string Set(std::string_view day, std::string_view id,
                  std::string_view parent = "") {
    event::PartnerSet e = EventBox::Partner(id);
    e.parent_partner_id = parent;
    return Do(day, e);
  }

  static constexpr const char* kNotFound =
      "NOT_FOUND: partner_set.parent_partner_id: no such partner";
  static constexpr const char* kCycle =
      "FAILED_PRECONDITION: partner_set.parent_partner_id: the partner would "
      "be its own parent";

  EventBox box_;
  std::unique_ptr<Engine> engine_ = Engine::InMemory();
  int sent_ = 0;
};

TEST_F(HierarchyTest, AParentMustBeKnown) {
  EXPECT_EQ(Set("2024-01-02", "anna", "head"), kNotFound);
  EXPECT_EQ(Set("2024-01-02", "head"), "");
  EXPECT_EQ(Set("2024-01-02", "anna", "head"), "");
  // A partner that is not there is not its own parent either.
  EXPECT_EQ(Set("2024-01-02", "eve", "eve"), kCycle);
  EXPECT_EQ(Set("2024-01-02", "zoe", "eve"), kNotFound);
}

TEST_F(HierarchyTest, ACycleIsRefusedAndChangesNothing) {
  EXPECT_EQ(Set("2024-01-02", "head"), "");
  EXPECT_EQ(Set("2024-01-02", "anna", "head"), "");
  EXPECT_EQ(Set("2024-01-02", "bob", "anna"), "");
  EXPECT_EQ(Set("2024-01-03", "head", "head"), kCycle);
  EXPECT_EQ(Set("2024-01-03", "head", "bob"), kCycle);
  // The refused record left no parent behind.
  EXPECT_EQ(Set("2024-01-04", "anna"), "");
  EXPECT_EQ(Set("2024-01-05", "head", "anna"), "");
  EXPECT_EQ(Set("2024-01-06", "anna", "head"), kCycle);
  // A late record, of a day when anna still stood under head.
  EXPECT_EQ(Set("2024-01-03", "head", "anna"), kCycle);
  // And one of a day when head had no parent; it ends before head has one.
  EXPECT_EQ(Set("2024-01-02", "anna", "head"), "");
}

TEST_F(HierarchyTest, AManagersActivityNamesAPartner) {
  EXPECT_EQ(Do("2024-01-02", event::ManagerActivity{"anna", "kim"}),
            "NOT_FOUND: manager_activity.partner_id: no such partner");
  EXPECT_EQ(Set("2024-01-02", "anna"), "");
  EXPECT_EQ(Do("2024-01-02", event::ManagerActivity{"anna", "kim"}), "");
}

// A rate is for a currency that is not the program's.
TEST_F(HierarchyTest, ARateOfTheProgramsOwnCurrencyIsRefused) {
  event::Payment pay = box_.Pay("inv-1", "c1", 1000);
  pay.exchange = event::Exchange{1'000'000'000, std::nullopt, ""};
  EXPECT_EQ(Do("2024-01-02", pay),
            "INVALID_ARGUMENT: payment.exchange: the payment is in the "
            "program's currency");
  pay.exchange.reset();
  EXPECT_EQ(Do("2024-01-02", pay), "");
}

}  // namespace
}  // namespace vouch
