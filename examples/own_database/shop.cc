#include "shop.h"

#include <utility>

#include "postgres_store.h"
#include "vouch/base/status.h"
#include "vouch/event/event.h"
#include "vouch/program/spec_codec.h"

namespace own_database {

namespace {

using vouch::Event;
using vouch::Outcome;
using vouch::OutcomeKind;

constexpr char kProgram[] = "shop";
// 1 March 2024.
constexpr vouch::Instant kBegin{int64_t{1'709'251'200'000'000}};

constexpr char kCreateInvoices[] =
    "DO $$ BEGIN"
    "  IF to_regclass('public.invoices') IS NULL THEN"
    "    CREATE TABLE public.invoices ("
    "      invoice_id text PRIMARY KEY,"
    "      customer_id text NOT NULL,"
    "      amount_minor bigint NOT NULL CHECK (amount_minor > 0),"
    "      at_us bigint NOT NULL);"
    "  END IF;"
    "END $$";

// A tenth of every payment of a recommended customer.
std::string Terms() {
  vouch::ProgramSpec terms;
  terms.program_id = kProgram;
  terms.currency = "EUR";
  terms.time_zone = "UTC";
  terms.rules.emplace_back().rule_id = "tenth";
  terms.rules.back().reward.percent = "10%";
  return vouch::EncodeSpec(terms);
}

vouch::event::Touch ClickOf(std::string_view customer_id) {
  vouch::event::Touch click;
  click.customer.id = customer_id;
  click.channel = vouch::Channel::kLink;
  click.partner_id = "anna";
  return click;
}

// What became of the one event that was not simply applied or known.
absl::Status FirstRefusal(const std::vector<Outcome>& outcomes) {
  for (const Outcome& outcome : outcomes) {
    VOUCH_RETURN_IF_ERROR(outcome.status);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Shop::CreateTables(PGconn* connection) {
  VOUCH_RETURN_IF_ERROR(PostgresStore::CreateTables(connection));
  return Postgres(connection).RunScript(kCreateInvoices);
}

absl::StatusOr<std::unique_ptr<Shop>> Shop::Open(PGconn* connection) {
  std::unique_ptr<Shop> shop(new Shop(connection));
  VOUCH_ASSIGN_OR_RETURN(
      std::unique_ptr<vouch::Store> store,
      PostgresStore::Open(
          connection, [self = shop.get()](PGconn*, const vouch::StoreBatch&) {
            return self->InsertInvoice();
          }));
  VOUCH_ASSIGN_OR_RETURN(shop->engine_,
                         vouch::Engine::OnStore(std::move(store)));
  VOUCH_RETURN_IF_ERROR(shop->BeginBooks());
  return shop;
}

absl::Status Shop::BeginBooks() {
  const std::string terms = Terms();
  vouch::event::PartnerSet anna;
  anna.partner_id = "anna";
  anna.kind = vouch::PartnerKind::kAffiliate;
  anna.status = vouch::PartnerStatus::kActive;
  const std::vector<Event> events = {
      {kProgram, "terms", kBegin, vouch::event::ProgramSet{terms}},
      {kProgram, "anna", kBegin, anna},
      {kProgram, "click-c-1", kBegin, ClickOf("c-1")},
      {kProgram, "click-c-2", kBegin, ClickOf("c-2")}};
  VOUCH_RETURN_IF_ERROR(engine_->Apply(events, &outcomes_));
  return FirstRefusal(outcomes_);
}

absl::StatusOr<bool> Shop::Post(const Invoice& invoice) {
  vouch::event::PaymentLine line;
  line.line = 1;
  line.amount_minor = invoice.amount_minor;
  vouch::event::Payment payment;
  payment.payment_id = invoice.invoice_id;
  payment.customer.id = invoice.customer_id;
  VOUCH_ASSIGN_OR_RETURN(payment.currency, vouch::Currency::Parse("EUR"));
  payment.lines = {&line, 1};
  const Event event{kProgram, invoice.invoice_id, invoice.at, payment};
  posting_ = &invoice;
  const absl::Status status = engine_->Apply({&event, 1}, &outcomes_);
  posting_ = nullptr;
  VOUCH_RETURN_IF_ERROR(status);
  // A refused event is no batch: then the invoice is not written either.
  VOUCH_RETURN_IF_ERROR(FirstRefusal(outcomes_));
  return outcomes_.front().kind == OutcomeKind::kApplied;
}

// Runs in the transaction that has what the invoice earns.
absl::Status Shop::InsertInvoice() {
  if (posting_ == nullptr) return absl::OkStatus();
  return db_.Run("INSERT INTO public.invoices VALUES($1,$2,$3,$4)",
                 Params()
                     .Text(posting_->invoice_id)
                     .Text(posting_->customer_id)
                     .Int(posting_->amount_minor)
                     .Int(posting_->at.us));
}

}  // namespace own_database
