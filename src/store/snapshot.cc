// The snapshot: parts that only the engine understands, gathered to rows of
// about 1 MiB. A row is a sequence of parts, each its length as 4 bytes, the
// lowest first, and its bytes; no part is parted.
#include <limits>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "store/row_reader.h"
#include "store/sqlite_store.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

// Small enough to be held beside the state, large enough that rows are few.
constexpr std::size_t kRowBytes = std::size_t{1} << 20;
constexpr std::size_t kLengthBytes = 4;

constexpr char kDeleteHead[] = "DELETE FROM snapshot_head";
constexpr char kDeleteRows[] = "DELETE FROM snapshot";
constexpr char kInsertHead[] = "INSERT INTO snapshot_head VALUES(1,?,?,?,?)";
constexpr char kInsertRow[] = "INSERT INTO snapshot VALUES(?,?,?)";
constexpr char kSelectHead[] =
    "SELECT seq, chain, row_count, hash FROM snapshot_head";
constexpr char kSelectRows[] =
    "SELECT place, bytes, hash FROM snapshot ORDER BY place";

absl::Status HashOfRow(Sha256* sha256, Seq seq, uint64_t place,
                       std::string_view bytes, Sha256Hash* hash) {
  return sha256->Begin()
      .Number(seq.value())
      .Number(place)
      .Bytes(bytes)
      .Finish(hash);
}

absl::Status HashOfHead(Sha256* sha256, const SnapshotHead& head,
                        uint64_t row_count, Sha256Hash* hash) {
  return sha256->Begin()
      .Number(head.seq.value())
      .Bytes(head.chain)
      .Number(row_count)
      .Finish(hash);
}

class SnapshotWriter {
 public:
  SnapshotWriter(Connection* connection, Sha256* sha256,
                 const SnapshotHead& head)
      : connection_(connection), sha256_(sha256), head_(head) {}

  absl::Status Begin() {
    VOUCH_ASSIGN_OR_RETURN(Statement * head, connection_->Prepare(kDeleteHead));
    VOUCH_RETURN_IF_ERROR(head->Run());
    VOUCH_ASSIGN_OR_RETURN(Statement * rows, connection_->Prepare(kDeleteRows));
    VOUCH_RETURN_IF_ERROR(rows->Run());
    VOUCH_ASSIGN_OR_RETURN(insert_, connection_->Prepare(kInsertRow));
    gathered_.reserve(kRowBytes);
    return absl::OkStatus();
  }

  absl::Status Add(std::string_view part) {
    if (part.size() > std::numeric_limits<uint32_t>::max()) {
      return ExhaustedField("snapshot", "a part is too large");
    }
    const std::size_t all = gathered_.size() + kLengthBytes + part.size();
    if (!gathered_.empty() && all > kRowBytes) {
      VOUCH_RETURN_IF_ERROR(WriteRow());
    }
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
      gathered_.push_back(static_cast<char>(part.size() >> (8 * i)));
    }
    gathered_.append(part);
    return absl::OkStatus();
  }

  absl::Status End() {
    if (!gathered_.empty()) VOUCH_RETURN_IF_ERROR(WriteRow());
    Sha256Hash hash;
    VOUCH_RETURN_IF_ERROR(HashOfHead(sha256_, head_, row_count_, &hash));
    VOUCH_ASSIGN_OR_RETURN(Statement * insert,
                           connection_->Prepare(kInsertHead));
    return insert->Number(head_.seq)
        .Blob(head_.chain)
        .Unsigned(row_count_)
        .Blob(hash)
        .Run();
  }

 private:
  absl::Status WriteRow() {
    ++row_count_;
    Sha256Hash hash;
    VOUCH_RETURN_IF_ERROR(
        HashOfRow(sha256_, head_.seq, row_count_, gathered_, &hash));
    VOUCH_RETURN_IF_ERROR(
        insert_->Unsigned(row_count_).Blob(gathered_).Blob(hash).Run());
    gathered_.clear();
    return absl::OkStatus();
  }

  Connection* connection_;
  Sha256* sha256_;
  const SnapshotHead& head_;
  Statement* insert_ = nullptr;
  std::string gathered_;
  uint64_t row_count_ = 0;
};

// The head's row count; nothing without a snapshot.
absl::StatusOr<uint64_t> ReadHeadRow(Connection* connection, Sha256* sha256,
                                     std::optional<SnapshotHead>* head) {
  VOUCH_ASSIGN_OR_RETURN(Statement * select, connection->Prepare(kSelectHead));
  ResetAtEnd reset(select);
  VOUCH_ASSIGN_OR_RETURN(const bool there, select->Step());
  if (!there) return uint64_t{0};
  RowReader row(*select, "snapshot_head", 0);
  SnapshotHead read;
  read.seq = row.Number<Seq>();
  read.chain = row.BlobOf<32>();
  const auto row_count = static_cast<uint64_t>(row.IntBetween<int64_t>(0));
  const Sha256Hash hash = row.BlobOf<32>();
  Sha256Hash right;
  VOUCH_RETURN_IF_ERROR(HashOfHead(sha256, read, row_count, &right));
  if (hash != right) row.Fail("does not fit the head");
  VOUCH_RETURN_IF_ERROR(row.status());
  *head = read;
  return row_count;
}

// Gives each part of a row to `part`.
absl::Status GiveParts(std::string_view bytes, uint64_t place,
                       SnapshotPart part) {
  while (!bytes.empty()) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < kLengthBytes && i < bytes.size(); ++i) {
      size |= static_cast<std::size_t>(static_cast<uint8_t>(bytes[i]))
              << (8 * i);
    }
    if (bytes.size() < kLengthBytes || bytes.size() - kLengthBytes < size) {
      return absl::DataLossError(
          absl::StrCat("snapshot[", place, "].bytes: ends within a part"));
    }
    VOUCH_RETURN_IF_ERROR(part(bytes.substr(kLengthBytes, size)));
    bytes.remove_prefix(kLengthBytes + size);
  }
  return absl::OkStatus();
}

// All rows of the snapshot of `seq`.
absl::Status ReadRows(Connection* connection, Sha256* sha256, Seq seq,
                      uint64_t row_count, SnapshotPart part) {
  VOUCH_ASSIGN_OR_RETURN(Statement * select, connection->Prepare(kSelectRows));
  ResetAtEnd reset(select);
  for (uint64_t place = 1;; ++place) {
    VOUCH_ASSIGN_OR_RETURN(const bool more, select->Step());
    if (more != (place <= row_count)) {
      return absl::DataLossError(absl::StrCat("snapshot: has not the ",
                                              row_count, " rows of its head"));
    }
    if (!more) return absl::OkStatus();
    RowReader row(*select, "snapshot", 1);
    if (static_cast<uint64_t>(row.Int()) != place)
      row.Fail("leaves a place out");
    const std::string_view bytes = row.Blob();
    const Sha256Hash hash = row.BlobOf<32>();
    Sha256Hash right;
    VOUCH_RETURN_IF_ERROR(HashOfRow(sha256, seq, place, bytes, &right));
    if (hash != right) row.Fail("does not fit the bytes");
    VOUCH_RETURN_IF_ERROR(row.status());
    VOUCH_RETURN_IF_ERROR(GiveParts(bytes, place, part));
  }
}

}  // namespace

absl::Status SqliteStore::WriteSnapshot(
    const SnapshotHead& head,
    absl::FunctionRef<absl::Status(SnapshotPart)> write) {
  VOUCH_RETURN_IF_ERROR(CheckWritable());
  absl::MutexLock lock(&mutex_);
  return connection_->InTransaction(kBeginWrite, [&]() -> absl::Status {
    mutex_.AssertHeld();
    SnapshotWriter writer(connection_.get(), &sha256_, head);
    VOUCH_RETURN_IF_ERROR(writer.Begin());
    VOUCH_RETURN_IF_ERROR(
        write([&writer](std::string_view part) { return writer.Add(part); }));
    return writer.End();
  });
}

absl::Status SqliteStore::ReadSnapshot(std::optional<SnapshotHead>* head,
                                       SnapshotPart part) {
  absl::MutexLock lock(&mutex_);
  head->reset();
  return Read([&]() -> absl::Status {
    mutex_.AssertHeld();
    std::optional<SnapshotHead> found;
    VOUCH_ASSIGN_OR_RETURN(const uint64_t row_count,
                           ReadHeadRow(connection_.get(), &sha256_, &found));
    // Rows without a head are damage too.
    VOUCH_RETURN_IF_ERROR(ReadRows(connection_.get(), &sha256_,
                                   found ? found->seq : Seq(), row_count,
                                   part));
    *head = found;
    return absl::OkStatus();
  });
}

}  // namespace store

VOUCH_NAMESPACE_END
