// Vouch inside a program: terms, three facts, a file that keeps them, and why a
// payment earned what it earned. The README shows the same lines with what they
// print; a second run prints the same, for the file knows the events.
#include <iostream>

#include "vouch/vouch.h"

using namespace vouch;

// A tenth of every payment, for whoever sent the customer last.
std::string Terms() {
  ProgramSpec terms;
  terms.program_id = "shop", terms.currency = "EUR", terms.time_zone = "UTC";
  terms.rules.emplace_back().rule_id = "tenth";
  terms.rules.back().reward.percent = "10%";
  return EncodeSpec(terms);
}

int main() {
  const std::string terms = Terms();
  const event::PartnerSet anna{
      "anna", PartnerKind::kAffiliate, "", PartnerStatus::kActive, {}, {}};
  const event::CustomerRef bob{"bob", {}};
  const event::Touch click{bob, {}, Channel::kLink, "anna", "", "", {}};
  const event::PaymentLine plan{1, "plan", "", 1, 19999, 0, 0, 0, {}};
  const event::Payment paid{
      "order-1", bob, "", *Currency::Parse("EUR"), {&plan, 1}};
  const Instant at = *ParseInstant("2024-03-01T09:00:00Z");
  const Event events[] = {{"shop", "e-1", at, event::ProgramSet{terms}},
                          {"shop", "e-2", at, anna},
                          {"shop", "e-3", at, click},
                          {"shop", "e-4", at, paid}};
  const auto engine = Engine::Open("shop.vouch");
  std::vector<Outcome> outcomes;
  if (!engine.ok() || !(*engine)->Apply(events, &outcomes).ok()) return 1;
  std::cout << ExplanationText(*(*engine)->Explain("shop", "order-1"));
}
