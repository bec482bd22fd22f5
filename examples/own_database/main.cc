// The program of the example: five invoices, each committed together with what
// it earns; then the books, and whether both sides agree.
//
//   example_own_database 'host=127.0.0.1 dbname=shop user=me'
//
// Without an argument the connection is what PGHOST, PGDATABASE and the like
// say.
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "shop.h"
#include "vouch/base/status.h"
#include "vouch/report/explanation.h"
#include "vouch/report/statement.h"

namespace own_database {
namespace {

using vouch::Instant;

constexpr char kBothSides[] =
    "SELECT invoice_id, i.amount_minor,"
    " coalesce(sum(a.amount_minor), 0)::bigint"
    " FROM public.invoices AS i LEFT JOIN vouch.accruals AS a"
    " ON a.payment_id = invoice_id"
    " GROUP BY invoice_id ORDER BY invoice_id";
// Invoices that Vouch has no payment for, and payments without an invoice.
constexpr char kOneSided[] =
    "SELECT count(*) FROM public.invoices FULL JOIN"
    " (SELECT event_id FROM vouch.log WHERE kind = 'payment') AS payment"
    " ON event_id = invoice_id WHERE invoice_id IS NULL OR event_id IS NULL";

// The beginning of a day of March 2024, from 0.
Instant Day(int64_t day) {
  constexpr int64_t kFirstOfMarch = 1'709'251'200;
  return Instant{(kFirstOfMarch + day * 86'400) * 1'000'000};
}

std::vector<Invoice> Invoices() {
  return {{"inv-1", "c-1", 12000, Day(1)},
          {"inv-2", "c-2", 8000, Day(2)},
          {"inv-3", "c-3", 5000, Day(3)},  // nobody recommended c-3
          {"inv-4", "c-1", 3550, Day(4)},
          {"inv-5", "c-2", 20000, Day(5)}};
}

std::string Money(int64_t minor) {
  return absl::StrFormat("%d.%02d", minor / 100, minor % 100);
}

absl::Status PrintBothSides(Postgres* db) {
  VOUCH_ASSIGN_OR_RETURN(const Rows rows, db->Query(kBothSides));
  int64_t sum = 0;
  for (int i = 0; i < rows.size(); ++i) {
    Row row = rows.at(i, "invoices", 0);
    const std::string id(row.Text());
    const int64_t amount = row.Int();
    const int64_t earned = row.Int();
    VOUCH_RETURN_IF_ERROR(row.status());
    std::cout << id << ": " << Money(amount) << " EUR, earned " << Money(earned)
              << "\n";
    sum += earned;
  }
  std::cout << "all invoices earned " << Money(sum) << " EUR\n";
  VOUCH_ASSIGN_OR_RETURN(const Rows one_sided, db->Query(kOneSided));
  Row row = one_sided.at(0, "invoices", 0);
  const int64_t count = row.Int();
  VOUCH_RETURN_IF_ERROR(row.status());
  if (count != 0) return absl::DataLossError("an invoice or its payment lacks");
  std::cout << "every invoice has its payment, every payment its invoice\n";
  return absl::OkStatus();
}

absl::Status Run(const std::string& conninfo) {
  VOUCH_ASSIGN_OR_RETURN(const Connection connection, Connect(conninfo));
  VOUCH_RETURN_IF_ERROR(Shop::CreateTables(connection.get()));
  VOUCH_ASSIGN_OR_RETURN(const auto shop, Shop::Open(connection.get()));
  for (const Invoice& invoice : Invoices()) {
    VOUCH_ASSIGN_OR_RETURN(const bool now, shop->Post(invoice));
    std::cout << invoice.invoice_id
              << (now ? ": committed with what it earned\n"
                      : ": was there already\n");
  }
  vouch::Engine& engine = shop->engine();
  VOUCH_ASSIGN_OR_RETURN(const auto why, engine.Explain("shop", "inv-1"));
  std::cout << "\n" << vouch::ExplanationText(why);
  VOUCH_ASSIGN_OR_RETURN(const auto statement,
                         engine.GetStatement("shop", "anna", Day(0), Day(31)));
  std::cout << "\n" << vouch::StatementText(statement) << "\n";
  VOUCH_ASSIGN_OR_RETURN(const auto report, engine.Verify());
  if (report.differences_count != 0) {
    return absl::DataLossError(report.differences.front());
  }
  Postgres db(connection.get());
  return PrintBothSides(&db);
}

}  // namespace
}  // namespace own_database

int main(int argc, char** argv) {
  const absl::Status status = own_database::Run(argc > 1 ? argv[1] : "");
  if (status.ok()) return 0;
  std::cerr << "example_own_database: " << status.ToString() << "\n";
  return 1;
}
