// What stands in a partner's four accounts of one currency.
//
//   Balances b;
//   b.Move(Account::kExpense, Account::kPending, 7900);
//   b.pending_minor;   // 7900
//   b.Sum();           // 7900, as much as the program's expense is below zero
#ifndef VOUCH_LEDGER_BALANCES_H_
#define VOUCH_LEDGER_BALANCES_H_

#include <cstdint>

#include "vouch/base/config.h"
#include "vouch/ledger/entry.h"

VOUCH_NAMESPACE_BEGIN

struct Balances {
  int64_t pending_minor = 0;
  int64_t payable_minor = 0;
  int64_t in_transit_minor = 0;
  int64_t paid_minor = 0;

  // Takes `amount_minor` from one account and adds it to another; expense is
  // not kept here. The caller has seen to it that nothing overflows.
  void Move(Account from, Account to, int64_t amount_minor) {
    if (int64_t* of = Find(from)) *of -= amount_minor;
    if (int64_t* of = Find(to)) *of += amount_minor;
  }
  int64_t Sum() const {
    return pending_minor + payable_minor + in_transit_minor + paid_minor;
  }
  // What the partner is still to get.
  int64_t Owed() const {
    return pending_minor + payable_minor + in_transit_minor;
  }

 private:
  int64_t* Find(Account account) {
    switch (account) {
      case Account::kPending:
        return &pending_minor;
      case Account::kPayable:
        return &payable_minor;
      case Account::kInTransit:
        return &in_transit_minor;
      case Account::kPaid:
        return &paid_minor;
      case Account::kExpense:
      case Account::kNone:
        break;
    }
    return nullptr;
  }
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_LEDGER_BALANCES_H_
