// Money is whole minor units of one currency: no operator adds two amounts
// without a look at their currencies, and no float becomes an amount.
#include "vouch/base/money.h"

namespace {

int64_t Minor(vouch::Money money) { return money.minor; }

}  // namespace

int main() {
  const vouch::Money price{7900, {}};
  const vouch::Money fee{100, {}};
#if VOUCH_COMPILE_FAIL == 1
  vouch::Money sum = price + fee;
#elif VOUCH_COMPILE_FAIL == 2
  if (price < fee) return 1;
#elif VOUCH_COMPILE_FAIL == 3
  vouch::Money half{79.5, {}};
#elif VOUCH_COMPILE_FAIL == 4
  Minor(7900);
#endif
  return Minor(price) > Minor(fee) ? 0 : 1;
}
