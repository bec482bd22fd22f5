// A partner's account of a period (docs/SEMANTICS.md, section 9).
//
//   StatementBuilder builder(program_id, partner_id, zone, from, until);
//   for (const Output& row : feed) builder.Add(row);
//   Statement statement = builder.Finish();
//   std::cout << StatementText(statement);
//
// opening + accruals + upline - reversals + adjustments + opening balances =
// closing, each over pending, payable, in transit and paid together; every
// figure is a sum of ledger entries. Not thread-safe beside itself.
#ifndef VOUCH_REPORT_STATEMENT_H_
#define VOUCH_REPORT_STATEMENT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/instant.h"
#include "vouch/ledger/balances.h"
#include "vouch/report/output.h"

VOUCH_NAMESPACE_BEGIN

// One entry with its reason.
struct StatementRow {
  Output output;                     // its `entry` is set
  const Accrual* accrual = nullptr;  // what it books or concerns; or null
  int64_t change_minor = 0;          // over all accounts; 0: moved among them
};

// The account in one currency. Sums are of the period, in minor units.
struct StatementSection {
  Currency currency;
  Balances opening;
  Balances closing;
  std::vector<StatementRow> rows;  // in the order booked
  int64_t accruals_minor = 0;      // level 0
  int64_t upline_minor = 0;        // above level 0
  int64_t reversals_minor = 0;     // VOID among them
  int64_t adjustments_minor = 0;
  int64_t opening_balances_minor = 0;
  int64_t matured_minor = 0;
  int64_t payouts_requested_minor = 0;
  int64_t payouts_sent_minor = 0;
  int64_t payouts_failed_minor = 0;
};

struct Statement {
  std::string_view program_id;
  std::string_view partner_id;
  TimeZone time_zone;
  Instant from;                            // in
  Instant until;                           // out
  std::vector<StatementSection> sections;  // by the currency's letters
  std::shared_ptr<const void> rows;        // keeps what the rows borrow
};

class StatementBuilder {
 public:
  // The period is [from, until), by the time of the events.
  StatementBuilder(std::string_view program_id, std::string_view partner_id,
                   TimeZone time_zone, Instant from, Instant until);

  // Takes the next row of the feed; rows of others are passed over. Rows must
  // come in the feed's order and live as long as the statement.
  void Add(const Output& output);

  Statement Finish();

 private:
  void AddEntry(const Output& output);
  const Accrual* AccrualOf(const Entry& entry) const;

  Statement statement_;
  std::map<Currency, StatementSection> sections_;
  // Accruals by id, and the newest reversal of each.
  absl::flat_hash_map<AccrualId, const Accrual*> accruals_;
  absl::flat_hash_map<AccrualId, const Accrual*> reversals_;
};

// For people: a table of the rows and the sums, amounts in major units.
std::string StatementText(const Statement& statement);

VOUCH_NAMESPACE_END

#include "vouch/report/statement-inl.h"  // IWYU pragma: export

#endif  // VOUCH_REPORT_STATEMENT_H_
