#include "tests/storage/test_disk.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"

VOUCH_NAMESPACE_BEGIN

namespace storage_test {

// A file, and who holds which lock on it.
struct TestDisk::Node {
  std::string name;  // empty: a temporary file, of which nothing is recorded
  std::string bytes;
  int shared = 0;
  const Handle* reserved = nullptr;
  const Handle* pending = nullptr;
  const Handle* exclusive = nullptr;
  // The shared memory of the write-ahead log.
  std::vector<std::unique_ptr<char[]>> shm;
  int shm_users = 0;
  std::array<int, SQLITE_SHM_NLOCK> shm_shared{};
  std::array<const Handle*, SQLITE_SHM_NLOCK> shm_exclusive{};
};

struct TestDisk::Handle {
  sqlite3_file base;
  TestDisk* disk;
  std::shared_ptr<Node> node;
  int level;
  bool deletes;  // when it closes
  bool has_shm;
  // As SQLite's own VFS does it: the first sync of a journal or write-ahead log
  // that it may have made is followed by one of the folder.
  bool syncs_folder;
  uint32_t shm_shared;  // bits of the locks it shares
};

// The functions that SQLite calls.
struct DiskVfs {
  using Handle = TestDisk::Handle;
  using Node = TestDisk::Node;
  using Guard = std::lock_guard<std::mutex>;

  static Handle* Of(sqlite3_file* file) {
    return reinterpret_cast<Handle*>(file);
  }
  static TestDisk* Of(sqlite3_vfs* vfs) {
    return static_cast<TestDisk*>(vfs->pAppData);
  }

  // --- Files

  static int Close(sqlite3_file* file) {
    Handle* h = Of(file);
    {
      const Guard guard(h->disk->mutex_);
      Release(h, SQLITE_LOCK_NONE);
      Unmap(h, false);
      if (h->deletes) h->disk->nodes_.erase(h->node->name);
    }
    h->~Handle();
    return SQLITE_OK;
  }

  static int Read(sqlite3_file* file, void* to, int count, sqlite3_int64 at) {
    Handle* h = Of(file);
    const Guard guard(h->disk->mutex_);
    const int failed = h->disk->Fails(DiskOp::kRead);
    if (failed != SQLITE_OK) return failed;
    const std::string& bytes = h->node->bytes;
    const auto size = static_cast<sqlite3_int64>(bytes.size());
    const int got =
        static_cast<int>(std::clamp<sqlite3_int64>(size - at, 0, count));
    if (got > 0) std::memcpy(to, bytes.data() + at, got);
    if (got == count) return SQLITE_OK;
    std::memset(static_cast<char*>(to) + got, 0, count - got);
    return SQLITE_IOERR_SHORT_READ;
  }

  static int Write(sqlite3_file* file, const void* from, int count,
                   sqlite3_int64 at) {
    Handle* h = Of(file);
    const Guard guard(h->disk->mutex_);
    const int failed = h->disk->Fails(DiskOp::kWrite);
    if (failed != SQLITE_OK) count /= 2;
    std::string& bytes = h->node->bytes;
    const auto end = static_cast<std::size_t>(at + count);
    if (bytes.size() < end) bytes.resize(end);
    std::memcpy(bytes.data() + at, from, count);
    h->disk->Note({DiskOp::kWrite, h->node->name, at,
                   std::string(static_cast<const char*>(from), count)});
    return failed;
  }

  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    Handle* h = Of(file);
    const Guard guard(h->disk->mutex_);
    const int failed = h->disk->Fails(DiskOp::kTruncate);
    if (failed != SQLITE_OK) return failed;
    h->node->bytes.resize(static_cast<std::size_t>(size));
    h->disk->Note({DiskOp::kTruncate, h->node->name, size});
    return SQLITE_OK;
  }

  static int Sync(sqlite3_file* file, int) {
    Handle* h = Of(file);
    const Guard guard(h->disk->mutex_);
    const int failed = h->disk->Fails(DiskOp::kSync);
    if (failed != SQLITE_OK) return failed;
    h->disk->Note({DiskOp::kSync,
                   h->node->name,
                   0,
                   {},
                   std::exchange(h->syncs_folder, false)});
    return SQLITE_OK;
  }

  static int FileSize(sqlite3_file* file, sqlite3_int64* size) {
    Handle* h = Of(file);
    const Guard guard(h->disk->mutex_);
    *size = static_cast<sqlite3_int64>(h->node->bytes.size());
    return SQLITE_OK;
  }

  // --- Locks of a file

  static int Lock(sqlite3_file* file, int level) {
    Handle* h = Of(file);
    const Guard guard(h->disk->mutex_);
    Node& n = *h->node;
    const auto other = [h](const Handle* who) {
      return who != nullptr && who != h;
    };
    if (h->level >= level) return SQLITE_OK;
    if (h->level == SQLITE_LOCK_NONE) {
      if (other(n.pending) || other(n.exclusive)) return SQLITE_BUSY;
      ++n.shared;
      h->level = SQLITE_LOCK_SHARED;
    }
    if (level == SQLITE_LOCK_SHARED) return SQLITE_OK;
    if (other(n.reserved)) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_RESERVED) {
      n.reserved = h;
      h->level = level;
      return SQLITE_OK;
    }
    if (other(n.pending)) return SQLITE_BUSY;
    n.pending = h;
    h->level = SQLITE_LOCK_PENDING;
    if (n.shared > 1) return SQLITE_BUSY;
    n.exclusive = h;
    h->level = SQLITE_LOCK_EXCLUSIVE;
    return SQLITE_OK;
  }

  static void Release(Handle* h, int level) {
    Node& n = *h->node;
    if (h->level <= level) return;
    for (const Handle** who : {&n.reserved, &n.pending, &n.exclusive}) {
      if (*who == h) *who = nullptr;
    }
    if (level == SQLITE_LOCK_NONE) --n.shared;
    h->level = level;
  }

  static int Unlock(sqlite3_file* file, int level) {
    Handle* h = Of(file);
    const Guard guard(h->disk->mutex_);
    Release(h, level);
    return SQLITE_OK;
  }

  static int CheckReserved(sqlite3_file* file, int* out) {
    Handle* h = Of(file);
    const Guard guard(h->disk->mutex_);
    const Node& n = *h->node;
    *out =
        n.reserved != nullptr || n.pending != nullptr || n.exclusive != nullptr
            ? 1
            : 0;
    return SQLITE_OK;
  }

  static int Control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int SectorSize(sqlite3_file*) { return 4096; }
  // What SQLite's own VFS says of ordinary disks.
  static int Characteristics(sqlite3_file*) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
  }

  // --- Shared memory; nothing of it outlives the power

  static int ShmMap(sqlite3_file* file, int region, int size, int extend,
                    void volatile** out) {
    Handle* h = Of(file);
    const Guard guard(h->disk->mutex_);
    Node& n = *h->node;
    if (!h->has_shm) {
      h->has_shm = true;
      ++n.shm_users;
    }
    *out = nullptr;
    const auto at = static_cast<std::size_t>(region);
    if (n.shm.size() <= at && extend == 0) return SQLITE_OK;
    while (n.shm.size() <= at) {
      n.shm.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
    }
    *out = n.shm[at].get();
    return SQLITE_OK;
  }

  static int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
    Handle* h = Of(file);
    const Guard guard(h->disk->mutex_);
    Node& n = *h->node;
    const bool shared = (flags & SQLITE_SHM_SHARED) != 0;
    const bool lock = (flags & SQLITE_SHM_LOCK) != 0;
    for (int i = offset; lock && i < offset + count; ++i) {
      const int mine = (h->shm_shared >> i) & 1;
      if (n.shm_exclusive[i] != nullptr && n.shm_exclusive[i] != h) {
        return SQLITE_BUSY;
      }
      if (!shared && n.shm_shared[i] > mine) return SQLITE_BUSY;
    }
    for (int i = offset; i < offset + count; ++i)
      SetShmLock(h, i, lock, shared);
    return SQLITE_OK;
  }

  static void SetShmLock(Handle* h, int i, bool lock, bool shared) {
    Node& n = *h->node;
    const uint32_t bit = uint32_t{1} << i;
    if (lock && !shared) {
      n.shm_exclusive[i] = h;
    } else if (lock) {
      if ((h->shm_shared & bit) == 0) ++n.shm_shared[i];
      h->shm_shared |= bit;
    } else {
      if (n.shm_exclusive[i] == h) n.shm_exclusive[i] = nullptr;
      if ((h->shm_shared & bit) != 0) --n.shm_shared[i];
      h->shm_shared &= ~bit;
    }
  }

  static void ShmBarrier(sqlite3_file*) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }

  static void Unmap(Handle* h, bool remove) {
    if (!h->has_shm) return;
    Node& n = *h->node;
    for (int i = 0; i < SQLITE_SHM_NLOCK; ++i) SetShmLock(h, i, false, false);
    h->has_shm = false;
    // The last one leaves nothing: the next one begins with an empty file.
    if (--n.shm_users == 0 || remove) n.shm.clear();
  }

  static int ShmUnmap(sqlite3_file* file, int remove) {
    Handle* h = Of(file);
    const Guard guard(h->disk->mutex_);
    Unmap(h, remove != 0);
    return SQLITE_OK;
  }

  // --- The folder

  static int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file,
                  int flags, int* out_flags) {
    static const sqlite3_io_methods kMethods = {2,
                                                &Close,
                                                &Read,
                                                &Write,
                                                &Truncate,
                                                &Sync,
                                                &FileSize,
                                                &Lock,
                                                &Unlock,
                                                &CheckReserved,
                                                &Control,
                                                &SectorSize,
                                                &Characteristics,
                                                &ShmMap,
                                                &ShmLock,
                                                &ShmBarrier,
                                                &ShmUnmap,
                                                nullptr,
                                                nullptr};
    file->pMethods = nullptr;
    TestDisk* disk = Of(vfs);
    const Guard guard(disk->mutex_);
    if (disk->Fails(DiskOp::kOpen) != SQLITE_OK) return SQLITE_CANTOPEN;
    std::shared_ptr<Node> node;
    if (name == nullptr) {
      node = std::make_shared<Node>();
    } else {
      std::shared_ptr<Node>& kept = disk->nodes_[name];
      if (kept == nullptr) {
        if ((flags & SQLITE_OPEN_CREATE) == 0) {
          disk->nodes_.erase(name);
          return SQLITE_CANTOPEN;
        }
        kept = std::make_shared<Node>();
        kept->name = name;
        disk->Note({DiskOp::kCreate, name});
      }
      node = kept;
    }
    Handle* h = new (file) Handle();
    h->disk = disk;
    h->node = std::move(node);
    h->level = SQLITE_LOCK_NONE;
    h->deletes = name != nullptr && (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    h->has_shm = false;
    h->syncs_folder =
        (flags & SQLITE_OPEN_CREATE) != 0 &&
        (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
    h->shm_shared = 0;
    h->base.pMethods = &kMethods;
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
  }

  static int Delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    TestDisk* disk = Of(vfs);
    const Guard guard(disk->mutex_);
    if (disk->nodes_.erase(name) == 0) return SQLITE_IOERR_DELETE_NOENT;
    disk->Note({DiskOp::kDelete, name, 0, {}, sync_folder != 0});
    return SQLITE_OK;
  }

  static int Access(sqlite3_vfs* vfs, const char* name, int what, int* out) {
    TestDisk* disk = Of(vfs);
    const Guard guard(disk->mutex_);
    const auto found = disk->nodes_.find(name);
    // As SQLite's own VFS: an empty file is taken for none.
    *out = found != disk->nodes_.end() && (what != SQLITE_ACCESS_EXISTS ||
                                           !found->second->bytes.empty())
               ? 1
               : 0;
    return SQLITE_OK;
  }

  static int FullPathname(sqlite3_vfs*, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
  }
  static int Randomness(sqlite3_vfs*, int size, char* out) {
    std::memset(out, 7, static_cast<std::size_t>(size));
    return size;
  }
  static int Sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
  static int CurrentTime(sqlite3_vfs*, double* days) {
    *days = 2460310.5;  // 2024-01-01
    return SQLITE_OK;
  }
  static int LastError(sqlite3_vfs*, int, char*) { return 0; }
};

TestDisk::TestDisk() : vfs_(std::make_unique<sqlite3_vfs>()) {
  static std::atomic<int> count{0};
  name_ = absl::StrCat("vouch_test_disk_", ++count);
  *vfs_ = sqlite3_vfs{};
  vfs_->iVersion = 1;
  vfs_->szOsFile = sizeof(Handle);
  vfs_->mxPathname = 256;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = &DiskVfs::Open;
  vfs_->xDelete = &DiskVfs::Delete;
  vfs_->xAccess = &DiskVfs::Access;
  vfs_->xFullPathname = &DiskVfs::FullPathname;
  vfs_->xRandomness = &DiskVfs::Randomness;
  vfs_->xSleep = &DiskVfs::Sleep;
  vfs_->xCurrentTime = &DiskVfs::CurrentTime;
  vfs_->xGetLastError = &DiskVfs::LastError;
  sqlite3_vfs_register(vfs_.get(), 0);
}

TestDisk::~TestDisk() { sqlite3_vfs_unregister(vfs_.get()); }

DiskImage TestDisk::image() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  DiskImage image;
  for (const auto& [name, node] : nodes_) image[name] = node->bytes;
  return image;
}

void TestDisk::Load(const DiskImage& image) {
  Disarm();
  nodes_.clear();
  ops_.clear();
  for (const auto& [name, bytes] : image) {
    auto node = std::make_shared<Node>();
    node->name = name;
    node->bytes = bytes;
    nodes_[name] = std::move(node);
  }
}

void TestDisk::Arm(const DiskFault& fault) {
  fault_ = fault;
  counted_ = 0;
  has_failed_ = false;
}

void TestDisk::Disarm() { fault_.reset(); }

int TestDisk::Fails(DiskOp::Kind kind) {
  if (!fault_ || (fault_->kinds & kind) == 0) return SQLITE_OK;
  ++counted_;
  const bool now =
      fault_->forever ? counted_ >= fault_->nth : counted_ == fault_->nth;
  if (!now) return SQLITE_OK;
  has_failed_ = true;
  return fault_->code;
}

void TestDisk::Note(DiskOp op) {
  if (recording_ && !op.file.empty()) ops_.push_back(std::move(op));
}

// ---------------------------------------------------------------------------

void PowerCut::ApplyTo(const DiskOp& op, std::size_t length,
                       std::string* bytes) {
  const auto at = static_cast<std::size_t>(op.at);
  if (op.kind == DiskOp::kTruncate) {
    bytes->resize(at);
  } else if (length > 0) {
    if (bytes->size() < at + length) bytes->resize(at + length);
    bytes->replace(at, length, op.bytes, 0, length);
  }
}

void PowerCut::Step(const DiskOp& op) {
  last_ = &op;
  File& file = files_[op.file];
  switch (op.kind) {
    case DiskOp::kCreate:
      file.live = true;
      file.fresh = true;
      file.pending.clear();
      return;
    case DiskOp::kSync: {
      std::string bytes = file.fresh ? std::string() : *file.synced;
      for (const DiskOp* done : file.pending) {
        ApplyTo(*done, done->bytes.size(), &bytes);
      }
      file.synced = std::move(bytes);
      file.fresh = false;
      file.pending.clear();
      if (op.lasts) SyncFolder();
      return;
    }
    case DiskOp::kDelete:
      file.live = false;
      file.pending.clear();
      if (op.lasts) file.synced.reset();
      return;
    default:
      file.pending.push_back(&op);
  }
}

void PowerCut::SyncFolder() {
  for (auto& [name, file] : files_) {
    if (!file.live) file.synced.reset();
    if (file.live && file.fresh) file.synced.emplace();
    file.fresh = false;
  }
}

std::optional<std::string> PowerCut::Left(
    const File& file, Survives survives,
    testing_support::Random* random) const {
  if (!file.live) {
    const bool gone = survives == Survives::kAll ||
                      (survives == Survives::kSome && random->OneIn(2));
    return gone ? std::nullopt : file.synced;
  }
  const bool torn_here = !file.pending.empty() && file.pending.back() == last_;
  // Of a new file of which nothing was synced and nothing is being written,
  // not even the name is left.
  if (survives == Survives::kSyncedOnly && !torn_here) return file.synced;
  std::string bytes = file.fresh ? std::string() : *file.synced;
  for (const DiskOp* op : file.pending) {
    std::size_t length = op->bytes.size();
    if (op == last_) {
      const auto sectors = static_cast<int64_t>(length / 512);
      // In its middle, between two sectors, or but for a byte.
      length = random->OneIn(3)   ? length / 2
               : random->OneIn(2) ? 512 * random->Below(sectors + 1)
                                  : length - std::min<std::size_t>(length, 1);
      if (op->kind == DiskOp::kTruncate && survives != Survives::kAll) continue;
    } else if (survives == Survives::kSyncedOnly ||
               (survives == Survives::kSome && random->OneIn(2))) {
      continue;
    }
    ApplyTo(*op, length, &bytes);
  }
  return bytes;
}

DiskImage PowerCut::Image(Survives survives, uint64_t seed) const {
  testing_support::Random random(seed);
  DiskImage image;
  for (const auto& [name, file] : files_) {
    std::optional<std::string> left = Left(file, survives, &random);
    if (left) image[name] = *std::move(left);
  }
  return image;
}

}  // namespace storage_test

VOUCH_NAMESPACE_END
