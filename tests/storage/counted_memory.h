// Memory that runs out where a test wants it: operator new of the whole program
// is replaced (counted_memory.cc), and SQLite's own.
//
//   CountSqliteMemory();       // in main, before SQLite's first use
//   OfNew()->nth = 7;          // the seventh from now on throws bad_alloc
//   ...
//   OfNew()->nth = 0;
#ifndef VOUCH_TESTS_STORAGE_COUNTED_MEMORY_H_
#define VOUCH_TESTS_STORAGE_COUNTED_MEMORY_H_

#include <cstdint>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

// Which allocation of this thread is refused.
struct Refusal {
  int64_t nth = 0;       // 0: none, and none is counted
  bool forever = false;  // all after it too
  int64_t counted = 0;
  bool refused = false;

  bool Now() {
    if (nth == 0) return false;
    ++counted;
    const bool now = forever ? counted >= nth : counted == nth;
    refused = refused || now;
    return now;
  }
};

// Of this thread.
Refusal* OfNew();
Refusal* OfSqlite();

// False when SQLite refuses.
bool CountSqliteMemory();

}  // namespace storage_test

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_STORAGE_COUNTED_MEMORY_H_
