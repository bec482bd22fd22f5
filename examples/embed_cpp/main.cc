// Vouch inside a program: terms, three facts, and why a payment earned what it
// earned. The README shows the same lines with what they print.
#include <iostream>

#include "vouch/vouch.h"

using namespace vouch;

int main() {
  ProgramSpec terms;
  terms.program_id = "shop", terms.currency = "EUR", terms.time_zone = "UTC";
  terms.rules.emplace_back().rule_id = "tenth";
  terms.rules.back().reward.percent = "10%";
  const std::string spec = EncodeSpec(terms);
  const event::PartnerSet anna{
      "anna", PartnerKind::kAffiliate, "", PartnerStatus::kActive, {}, {}};
  const event::CustomerRef bob{"bob", {}};
  const event::Touch click{bob, {}, Channel::kLink, "anna", "", "", {}};
  const event::PaymentLine plan{1, "plan", "", 1, 19999, 0, 0, 0, {}};
  const event::Payment paid{
      "order-1", bob, "", *Currency::Parse("EUR"), {&plan, 1}};
  const Instant at = *ParseInstant("2024-03-01T09:00:00Z");
  const auto engine = Engine::InMemory();
  std::vector<Outcome> outcomes;
  if (!engine
           ->Apply({{"shop", "e-1", at, event::ProgramSet{spec}},
                    {"shop", "e-2", at, anna},
                    {"shop", "e-3", at, click},
                    {"shop", "e-4", at, paid}},
                   &outcomes)
           .ok())
    return 1;
  std::cout << ExplanationText(*engine->Explain("shop", "order-1"));
}
