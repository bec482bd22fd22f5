// The sums of a run for people, and whether they agree with the books.
#ifndef VOUCH_SRC_CLI_SUMMARY_H_
#define VOUCH_SRC_CLI_SUMMARY_H_

#include <map>
#include <string>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "cli/history.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/report/output.h"

VOUCH_NAMESPACE_BEGIN

namespace cli {

// Adds up the rows of the feed by program and currency, beside the engine's
// own balances. In 128 bits: over all partners a sum may pass 64.
class Summary {
 public:
  // Takes what `engine` held before the rows to come.
  absl::Status Begin(const Engine& engine);
  // Takes the next row of the feed.
  void Add(const Output& row);

  // "10 events: 8 applied, ...", then the sums and balances of each program
  // and currency. `*books` is OK when for each of them what was before +
  // accruals - reversals + adjustments + opening balances = balances = minus
  // the expense; else INTERNAL, and the text says where. The error is the
  // engine's.
  absl::StatusOr<std::string> ToText(const History& history,
                                     absl::Status* books) const;

 private:
  struct Sums {
    absl::int128 before = 0;
    absl::int128 accruals = 0;
    absl::int128 reversals = 0;
    absl::int128 adjustments = 0;
    absl::int128 opening_balances = 0;
    absl::int128 pending = 0;  // these four by the engine's balances
    absl::int128 payable = 0;
    absl::int128 in_transit = 0;
    absl::int128 paid = 0;
    absl::int128 expense = 0;

    absl::int128 Moved() const {
      return before + accruals - reversals + adjustments + opening_balances;
    }
    absl::int128 Balance() const {
      return pending + payable + in_transit + paid;
    }
  };
  using Key = std::pair<std::string, Currency>;

  static std::string TextOf(const Key& key, const Sums& sums);
  // The sums with what the engine's accounts hold.
  absl::StatusOr<std::map<Key, Sums>> WithBalances(const Engine& engine) const;

  std::map<Key, Sums> sums_;
};

}  // namespace cli

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_CLI_SUMMARY_H_
