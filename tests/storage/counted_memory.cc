#include "tests/storage/counted_memory.h"

#include <sqlite3.h>

#include <cstdlib>
#include <new>

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

namespace {

thread_local Refusal of_new;
thread_local Refusal of_sqlite;

sqlite3_mem_methods sqlite_methods;

void* SqliteMalloc(int size) {
  return of_sqlite.Now() ? nullptr : sqlite_methods.xMalloc(size);
}
void* SqliteRealloc(void* old, int size) {
  return of_sqlite.Now() ? nullptr : sqlite_methods.xRealloc(old, size);
}

}  // namespace

Refusal* OfNew() { return &of_new; }
Refusal* OfSqlite() { return &of_sqlite; }

bool CountSqliteMemory() {
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_methods) != SQLITE_OK) {
    return false;
  }
  sqlite3_mem_methods counting = sqlite_methods;
  counting.xMalloc = &SqliteMalloc;
  counting.xRealloc = &SqliteRealloc;
  return sqlite3_config(SQLITE_CONFIG_MALLOC, &counting) == SQLITE_OK;
}

}  // namespace storage_test

VOUCH_NAMESPACE_END

void* operator new(std::size_t size) {
  void* got = nullptr;
  if (!vouch::storage_test::OfNew()->Now()) got = std::malloc(size + 1);
  if (got == nullptr) throw std::bad_alloc();
  return got;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  if (vouch::storage_test::OfNew()->Now()) return nullptr;
  return std::malloc(size + 1);
}
void operator delete(void* pointer) noexcept { std::free(pointer); }
void operator delete(void* pointer, std::size_t) noexcept {
  std::free(pointer);
}
void operator delete(void* pointer, const std::nothrow_t&) noexcept {
  std::free(pointer);
}
