// Vouch: who is credited with a customer, and how much money moves.
//
// This header brings everything but codes (vouch/code), referral links
// (vouch/link), the schemas (vouch/proto) and the SQLite store (vouch/store):
// the header layers, which need Abseil alone (link vouch::core), and the
// engine, whose bodies are in vouch::vouch; Engine::Open is in vouch::sqlite. A
// program that wants one layer includes that.
//
//   using namespace vouch;
//   // The terms: a tenth of what customers pay, for who sent them last.
//   ProgramSpec terms;
//   terms.program_id = "shop";
//   terms.currency = "EUR";
//   terms.time_zone = "Europe/Berlin";
//   terms.rules.emplace_back().rule_id = "tenth";
//   terms.rules.back().reward.percent = "10%";
//   const std::string encoded = EncodeSpec(terms);
//
//   // What happened: anna became a partner, sent a customer, who paid 199.99.
//   event::PartnerSet anna;
//   anna.partner_id = "anna";
//   anna.kind = PartnerKind::kAffiliate;
//   event::Touch click;
//   click.customer.id = "customer-1";
//   click.channel = Channel::kLink;
//   click.partner_id = "anna";
//   event::PaymentLine plan;
//   plan.line = 1;
//   plan.amount_minor = 19999;
//   event::Payment paid;
//   paid.payment_id = "order-1";
//   paid.customer.id = "customer-1";
//   paid.currency = *Currency::Parse("EUR");
//   paid.lines = absl::MakeConstSpan(&plan, 1);
//
//   // In it goes, in one batch or in many; each event says what became of it,
//   // and what was applied is on disk. (Engine::InMemory() keeps nothing.)
//   const Instant at = *ParseInstant("2024-03-01T09:00:00Z");
//   const std::unique_ptr<Engine> engine = *Engine::Open("shop.vouch");
//   std::vector<Outcome> outcomes;
//   absl::Status status = engine->Apply(
//       {{"shop", "e-1", at, event::ProgramSet{encoded}},
//        {"shop", "e-2", at, anna},
//        {"shop", "e-3", at, click},
//        {"shop", "e-4", at, paid}},
//       &outcomes);
//
//   // Out it comes: rows for the host's own books, and answers.
//   const StatusOr<OutputPage> page = engine->Outputs(Seq(), 1000);
//   for (const Output& row : *page) Post(row);
//   std::cout << ExplanationText(*engine->Explain("shop", "order-1"));
//   // ... base 199.99 x 10% = 1999900000000/1000000000 minor units,
//   // HALF_EVEN to 20.00; earns 20.00
//
// No function here throws, aborts, prints or reads a clock; errors are
// absl::Status. Amounts are minor units of a currency, rates exact decimals,
// times UTC. What the words mean is docs/GLOSSARY.md, what the engine computes
// docs/SEMANTICS.md.
//
// Values and pure functions may be used from any thread, one object by one
// thread at a time; where a type allows more or less its header says so. The
// engine may be shared by any threads.
#ifndef VOUCH_VOUCH_H_
#define VOUCH_VOUCH_H_

#include "vouch/attribute/attribute.h"       // IWYU pragma: export
#include "vouch/attribute/credit.h"          // IWYU pragma: export
#include "vouch/attribute/customer_state.h"  // IWYU pragma: export
#include "vouch/attribute/decide.h"          // IWYU pragma: export
#include "vouch/attribute/state_codec.h"     // IWYU pragma: export
#include "vouch/base/allocate.h"             // IWYU pragma: export
#include "vouch/base/bytes.h"                // IWYU pragma: export
#include "vouch/base/civil.h"                // IWYU pragma: export
#include "vouch/base/config.h"               // IWYU pragma: export
#include "vouch/base/currency.h"             // IWYU pragma: export
#include "vouch/base/fraction_sum.h"         // IWYU pragma: export
#include "vouch/base/ids.h"                  // IWYU pragma: export
#include "vouch/base/instant.h"              // IWYU pragma: export
#include "vouch/base/limits.h"               // IWYU pragma: export
#include "vouch/base/money.h"                // IWYU pragma: export
#include "vouch/base/rate.h"                 // IWYU pragma: export
#include "vouch/base/rounding.h"             // IWYU pragma: export
#include "vouch/base/status.h"               // IWYU pragma: export
#include "vouch/base/string_pool.h"          // IWYU pragma: export
#include "vouch/base/string_view.h"          // IWYU pragma: export
#include "vouch/base/text.h"                 // IWYU pragma: export
#include "vouch/base/words.h"                // IWYU pragma: export
#include "vouch/engine/engine.h"             // IWYU pragma: export
#include "vouch/engine/store.h"              // IWYU pragma: export
#include "vouch/engine/verify.h"             // IWYU pragma: export
#include "vouch/event/check.h"               // IWYU pragma: export
#include "vouch/event/codec.h"               // IWYU pragma: export
#include "vouch/event/event.h"               // IWYU pragma: export
#include "vouch/event/quote_request.h"       // IWYU pragma: export
#include "vouch/identify/identify.h"         // IWYU pragma: export
#include "vouch/identify/state_codec.h"      // IWYU pragma: export
#include "vouch/identify/touch.h"            // IWYU pragma: export
#include "vouch/ledger/balances.h"           // IWYU pragma: export
#include "vouch/ledger/entry.h"              // IWYU pragma: export
#include "vouch/ledger/payout.h"             // IWYU pragma: export
#include "vouch/program/mistakes.h"          // IWYU pragma: export
#include "vouch/program/program.h"           // IWYU pragma: export
#include "vouch/program/reference.h"         // IWYU pragma: export
#include "vouch/program/reference_codec.h"   // IWYU pragma: export
#include "vouch/program/spec.h"              // IWYU pragma: export
#include "vouch/program/spec_codec.h"        // IWYU pragma: export
#include "vouch/program/state_bytes.h"       // IWYU pragma: export
#include "vouch/program/versions.h"          // IWYU pragma: export
#include "vouch/rate/accrual.h"              // IWYU pragma: export
#include "vouch/rate/rate.h"                 // IWYU pragma: export
#include "vouch/rate/reverse.h"              // IWYU pragma: export
#include "vouch/rate/state_codec.h"          // IWYU pragma: export
#include "vouch/report/explanation.h"        // IWYU pragma: export
#include "vouch/report/html.h"               // IWYU pragma: export
#include "vouch/report/output.h"             // IWYU pragma: export
#include "vouch/report/simulation.h"         // IWYU pragma: export
#include "vouch/report/simulation_html.h"    // IWYU pragma: export
#include "vouch/report/statement.h"          // IWYU pragma: export
#include "vouch/report/stats.h"              // IWYU pragma: export
#include "vouch/report/table.h"              // IWYU pragma: export
#include "vouch/settle/account_state.h"      // IWYU pragma: export
#include "vouch/settle/settle.h"             // IWYU pragma: export
#include "vouch/settle/state_codec.h"        // IWYU pragma: export

#endif  // VOUCH_VOUCH_H_
