// The engine's answers where a test wants no failure.
#ifndef VOUCH_TESTS_SUPPORT_ANSWERS_H_
#define VOUCH_TESTS_SUPPORT_ANSWERS_H_

#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "vouch/engine/engine.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

inline constexpr std::size_t kAllRows = std::numeric_limits<std::size_t>::max();

// StatusOr::value ends the program where there is an error.
inline OutputPage OutputsOf(const Engine& engine, Seq after = Seq(),
                            std::size_t limit = kAllRows) {
  return std::move(engine.Outputs(after, limit)).value();
}
inline DecisionPage DecisionsOf(const Engine& engine, Seq after = Seq(),
                                std::size_t limit = kAllRows) {
  return std::move(engine.Decisions(after, limit)).value();
}
inline std::vector<BalanceRow> BalancesOf(const Engine& engine) {
  return engine.Accounts().value().balances;
}
inline std::vector<ExpenseRow> ExpensesOf(const Engine& engine) {
  return engine.Accounts().value().expenses;
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_ANSWERS_H_
