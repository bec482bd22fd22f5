// A disk in memory, with a SQLite VFS on it: it writes down all that happens to
// it, fails where it is told to, and can be set back to any image.
//
//   TestDisk disk;
//   SqliteOptions options;
//   options.vfs = disk.vfs();
//   ...
//   for (const DiskOp& op : disk.ops()) ...
//   disk.Load(image);  // nothing is open, no lock is held
//
// Waiting is not waited for: what sleeps wakes at once. Thread-safe but for
// Load, Arm and ops.
#ifndef VOUCH_TESTS_STORAGE_TEST_DISK_H_
#define VOUCH_TESTS_STORAGE_TEST_DISK_H_

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/history.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

// The files with their bytes.
using DiskImage = std::map<std::string, std::string>;

struct DiskOp {
  enum Kind : uint32_t {
    kCreate = 1,
    kWrite = 2,
    kTruncate = 4,
    kSync = 8,
    kDelete = 16,
    kOpen = 32,  // can fail; is not recorded
    kRead = 64,  // the same
  };
  Kind kind;
  std::string file;
  int64_t at = 0;          // where the write begins; the new size of a truncate
  std::string bytes = {};  // of a write
  bool lasts = false;      // of a delete or sync: the folder was synced too
};

// The `nth` (from 1) of the operations of `kinds` (DiskOp::Kind joined by |)
// fails with `code`; of a write half is done. `forever`: all after it fail too.
struct DiskFault {
  uint32_t kinds = 0;
  int64_t nth = 0;
  int code = SQLITE_IOERR;
  bool forever = false;
};

class TestDisk {
 public:
  TestDisk();
  ~TestDisk();  // nothing may be open
  TestDisk(const TestDisk&) = delete;
  TestDisk& operator=(const TestDisk&) = delete;

  const std::string& vfs() const { return name_; }

  // From the beginning or the last Load on, while recording.
  const std::vector<DiskOp>& ops() const { return ops_; }
  void Record(bool on) { recording_ = on; }

  DiskImage image() const;
  // Ends all locks and what was armed, and forgets the record.
  void Load(const DiskImage& image);

  void Arm(const DiskFault& fault);
  // What would have failed is done again.
  void Disarm();
  bool has_failed() const { return has_failed_; }

 private:
  friend struct DiskVfs;  // the functions that SQLite calls
  struct Node;
  struct Handle;

  // The code that an operation is to fail with, or OK.
  int Fails(DiskOp::Kind kind);
  void Note(DiskOp op);

  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Node>> nodes_;
  std::vector<DiskOp> ops_;
  bool recording_ = false;
  std::optional<DiskFault> fault_;
  int64_t counted_ = 0;
  bool has_failed_ = false;
};

// What of a disk is left after the power went off.
enum class Survives {
  kSyncedOnly,  // what was synced, and the first part of the last write
  kAll,         // everything, and of the last write the first part
  kSome,        // what was synced, any of the rest, part of the last write
};

// Goes through a record and gives the images of a power cut after each step.
class PowerCut {
 public:
  // `op` happens whole. Stays borrowed.
  void Step(const DiskOp& op);
  // As if the last step had been under way. `seed` decides where it was torn,
  // and what survives.
  DiskImage Image(Survives survives, uint64_t seed) const;

 private:
  struct File {
    std::optional<std::string> synced;
    bool live = false;
    bool fresh = false;  // made anew since: `synced` is another file's
    std::vector<const DiskOp*> pending;
  };

  // No deleted file comes back, and no new one gets lost.
  void SyncFolder();
  static void ApplyTo(const DiskOp& op, std::size_t length, std::string* bytes);
  std::optional<std::string> Left(const File& file, Survives survives,
                                  testing_support::Random* random) const;

  std::map<std::string, File> files_;
  const DiskOp* last_ = nullptr;
};

}  // namespace storage_test

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_STORAGE_TEST_DISK_H_
