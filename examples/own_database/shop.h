// A shop that writes its invoices into PostgreSQL, and Vouch's books with them.
//
//   StatusOr<std::unique_ptr<Shop>> shop = Shop::Open(connection.get());
//   StatusOr<bool> posted = (*shop)->Post({"inv-1", "c-1", 12000, at});
//   // OK: the invoice and what it earned are committed, both. An error:
//   neither,
//   // or, as where the connection broke in a commit, it is not known; post it
//   // again.
#ifndef VOUCH_EXAMPLES_OWN_DATABASE_SHOP_H_
#define VOUCH_EXAMPLES_OWN_DATABASE_SHOP_H_

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "postgres.h"
#include "vouch/engine/engine.h"

namespace own_database {

struct Invoice {
  std::string invoice_id;
  std::string customer_id;
  int64_t amount_minor = 0;  // cents
  vouch::Instant at;
};

class Shop {
 public:
  // Makes Vouch's tables and the shop's, where there are none yet.
  static absl::Status CreateTables(PGconn* connection);

  // On a connection of which nobody else makes use. Tells Vouch the terms and
  // who was recommended by whom; what it knows already counts once.
  static absl::StatusOr<std::unique_ptr<Shop>> Open(PGconn* connection);

  // Writes the invoice, and what it earns, in one transaction. False: it was
  // written before. ALREADY_EXISTS when an invoice of that id says otherwise.
  absl::StatusOr<bool> Post(const Invoice& invoice);

  // Answers after an error no more: open another shop.
  vouch::Engine& engine() { return *engine_; }

 private:
  explicit Shop(PGconn* connection) : db_(connection) {}

  absl::Status BeginBooks();
  absl::Status InsertInvoice();

  Postgres db_;
  const Invoice* posting_ = nullptr;  // while Post runs
  std::unique_ptr<vouch::Engine> engine_;
  std::vector<vouch::Outcome> outcomes_;
};

}  // namespace own_database

#endif  // VOUCH_EXAMPLES_OWN_DATABASE_SHOP_H_
