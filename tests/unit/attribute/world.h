// A program with partners, and one customer whose events are applied one by
// one, as ingest would.
#ifndef VOUCH_TESTS_UNIT_ATTRIBUTE_WORLD_H_
#define VOUCH_TESTS_UNIT_ATTRIBUTE_WORLD_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "vouch/attribute/attribute.h"

namespace vouch {

inline constexpr auto kActive = PartnerStatus::kActive;

// RFC 3339; a bare date is its midnight in UTC.
inline Instant At(const std::string& text) {
  return *ParseInstant(text.size() == 10 ? text + "T00:00:00Z" : text);
}

inline CivilDay Day(std::string_view text) { return *ParseDay(text); }

using SpecChange = std::function<void(ProgramSpec&)>;

class World {
 public:
  // The terms in force from `from` on: the defaults in Berlin, changed.
  const Program* AddTerms(Instant from, const SpecChange& change) {
    ProgramSpec spec;
    spec.program_id = "shop";
    spec.currency = "EUR";
    spec.time_zone = "Europe/Berlin";
    change(spec);
    Mistakes mistakes;
    auto program = Program::Build(spec, &mistakes);
    EXPECT_TRUE(mistakes.empty()) << mistakes.ToString();
    const Program* terms = program.get();
    reference.AddProgram({from, ++seq, std::move(program)});
    return terms;
  }

  PartnerIndex SetPartner(std::string_view partner_id, PartnerStatus status,
                          Instant from) {
    PartnerRecord record;
    record.status = status;
    return reference.SetPartner(partner_id, record, from);
  }

  void Contract(std::string_view contract_id, std::string_view anchor) {
    state.contracts.push_back(
        {contract_id, Day(anchor), Day(anchor), std::nullopt});
  }

  // A payment of one line an amount, numbered from 1; computed, not kept.
  absl::Status Attribute(Instant at, const std::vector<int64_t>& amounts,
                         std::string_view contract_id, AttributedPayment* out,
                         DecisionTrace* trace = nullptr) {
    auto& lines = lines_.emplace_back(amounts.size());
    for (std::size_t i = 0; i < amounts.size(); ++i) {
      lines[i].line = static_cast<int32_t>(i + 1);
      lines[i].amount_minor = amounts[i];
    }
    event::Payment& payment = payments_.emplace_back();
    payment.payment_id = "p";
    payment.customer = {"c", CustomerNumber(1)};
    payment.contract_id = contract_id;
    payment.currency = *Currency::Find("EUR");
    payment.lines = lines;
    return AttributePayment(state, {}, payment, ++seq, at, reference, trace,
                            out);
  }

  // The same, kept; it must be good.
  AttributedPayment Pay(Instant at, const std::vector<int64_t>& amounts,
                        std::string_view contract_id = "") {
    AttributedPayment attributed;
    EXPECT_EQ(Attribute(at, amounts, contract_id, &attributed),
              absl::OkStatus());
    KeepPayment(attributed, {}, reference, &state);
    return attributed;
  }

  Reference reference;
  CustomerState state;
  // Counts events; a class of its own only to read as a number.
  struct Counter {
    Seq operator++() { return Seq(++value); }
    uint64_t value = 0;
  } seq;

 private:
  std::deque<event::Payment> payments_;
  std::deque<std::vector<event::PaymentLine>> lines_;
};

}  // namespace vouch

#endif  // VOUCH_TESTS_UNIT_ATTRIBUTE_WORLD_H_
