// A number of one kind is never taken for another, nor for a bare integer.
#include "vouch/base/ids.h"

namespace {

vouch::CustomerNumber Next(vouch::CustomerNumber customer) {
  return customer.Next();
}

}  // namespace

int main() {
  const vouch::CustomerNumber customer(7);
  const vouch::VisitorNumber visitor(7);
#if VOUCH_COMPILE_FAIL == 1
  vouch::CustomerNumber mixed = visitor;
#elif VOUCH_COMPILE_FAIL == 2
  if (customer == visitor) return 1;
#elif VOUCH_COMPILE_FAIL == 3
  Next(visitor);
#elif VOUCH_COMPILE_FAIL == 4
  Next(7);
#elif VOUCH_COMPILE_FAIL == 5
  uint64_t bare = customer;
#endif
  return Next(customer).value() == visitor.value() + 1 ? 0 : 1;
}
