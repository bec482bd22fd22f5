// Vouch inside a program: terms, three facts, and why a payment earned what it
// earned. The README shows the same lines with what they print.
#include <iostream>

#include "vouch/vouch.h"

int main() {
  using namespace vouch;
  ProgramSpec terms;
  terms.program_id = "shop";
  terms.currency = "EUR";
  terms.time_zone = "Europe/Berlin";
  terms.rules.emplace_back().rule_id = "tenth";
  terms.rules.back().reward.percent = "10%";
  const std::string encoded = EncodeSpec(terms);

  const auto affiliate = PartnerKind::kAffiliate;
  const auto active = PartnerStatus::kActive;
  const event::PartnerSet anna{"anna", affiliate, "", active, {}, {}};
  const event::CustomerRef customer{"customer-1", {}};
  const event::Touch click{customer, {}, Channel::kLink, "anna", "", "", {}};
  const event::PaymentLine plan{1, "plan", "", 1, 19999, 0, 0, 0, {}};
  const event::Payment paid{"order-1", customer, "", *Currency::Parse("EUR"),
                            absl::MakeConstSpan(&plan, 1)};

  const Instant at = *ParseInstant("2024-03-01T09:00:00Z");
  const Event events[] = {{"shop", "e-1", at, event::ProgramSet{encoded}},
                          {"shop", "e-2", at, anna},
                          {"shop", "e-3", at, click},
                          {"shop", "e-4", at, paid}};
  const auto engine = Engine::InMemory();
  std::vector<Outcome> outcomes;
  if (!engine->Apply(events, &outcomes).ok()) return 1;
  std::cout << ExplanationText(*engine->Explain("shop", "order-1"));
}
