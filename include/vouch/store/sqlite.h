// The store that keeps an engine in one SQLite file.
//
//   SqliteOptions options;
//   VOUCH_ASSIGN_OR_RETURN(std::unique_ptr<Store> store,
//                          OpenSqliteStore("books.vouch", options));
//   StatusOr<std::unique_ptr<Engine>> engine =
//       Engine::OnStore(std::move(store), {});
//
// When Write returns OK, its batch is on disk whole (WAL, synchronous=FULL).
// The file's tables are made to be read by people and other programs while the
// engine runs: docs/STORAGE_FORMAT.md shows every column and ten queries.
//
// One handle alone may write and checkpoint: a second one, of this process or
// another, is refused at once. Beside it any number of handles may read, each
// opened with `read_only` (SQLite before 3.51.3 can lose data when two
// connections checkpoint at the same time, so readers never do).
//
// Erase says UNAVAILABLE when the names are gone from the books, and only old
// pages that hold them are left, for as long as somebody reads; it is then to
// be called again, with any customer. After any other error nothing is erased.
//
// Thread-safe as Store says. A callback that a handle calls must not call the
// handle again.
#ifndef VOUCH_STORE_SQLITE_H_
#define VOUCH_STORE_SQLITE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/engine/store.h"

VOUCH_NAMESPACE_BEGIN

struct SqliteOptions {
  // Opens for reading only: nothing is created, migrated, written or
  // checkpointed, and every method that writes is FAILED_PRECONDITION. Works
  // beside a writer and without one. The folder must still be writable, for
  // SQLite keeps its -shm file there. Default: false, the one writer.
  bool read_only = false;

  // With `read_only`: sees for as long as it lives the moment at which it was
  // opened, so that answers from several calls fit each other while a writer
  // goes on. The -wal file cannot be begun anew meanwhile and grows, so such a
  // handle should not live long. Default: false, each call sees the last batch.
  bool one_moment = false;

  // The name of a registered SQLite VFS, through which every file goes.
  // Default: empty, SQLite's own.
  std::string vfs;

  // Bytes of pages that SQLite keeps in memory, at least 64 KiB. More makes
  // large books faster, as the index of events is read at random places.
  // Default: 64 MiB.
  int64_t cache_bytes = int64_t{64} << 20;

  // Pages (of 4096 bytes) that the -wal file may gather before a commit moves
  // them into the main file, at least 1. More means that a page changed by many
  // batches is moved once, and a longer reading of the -wal when a crash is
  // recovered from. Default: 4000, about 16 MiB.
  int32_t checkpoint_pages = 4000;
};

// Opens the store at `path`, and creates it unless `read_only`. The writer
// keeps <path>-writer locked as long as it lives; the lock dies with the
// process.
//
// INVALID_ARGUMENT: an option out of range, no such VFS, a path that SQLite
// would not take for a file's name. NOT_FOUND: nothing at `path` to read.
// FAILED_PRECONDITION: another handle has it open for writing; the file is not
// one of Vouch (it is left as it was), has a newer schema, or (to read only)
// an older one or none yet. PERMISSION_DENIED: the file cannot be written.
// DATA_LOSS: it is damaged. RESOURCE_EXHAUSTED: disk or memory is full.
// UNAVAILABLE: the medium fails, or somebody else has it locked.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(
    const std::string& path, const SqliteOptions& options);

VOUCH_NAMESPACE_END

#endif  // VOUCH_STORE_SQLITE_H_
