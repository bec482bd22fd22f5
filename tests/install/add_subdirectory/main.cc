// A host that adds the source folder and builds Vouch as shared libraries.
#include <cstdio>

#include "vouch/base/money.h"

int main() {
  const auto euro = vouch::Currency::Parse("EUR");
  if (!euro.ok()) return 1;
  const auto sum =
      vouch::Add(vouch::Money{7900, *euro}, vouch::Money{100, *euro});
  if (!sum.ok() || vouch::FormatMoney(*sum) != "80.00 EUR") return 1;
  std::puts(vouch::FormatMoney(*sum).c_str());
  return 0;
}
