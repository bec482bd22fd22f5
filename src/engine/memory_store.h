// The store of an engine that keeps everything in memory: what the port asks
// for while an engine lives. Nothing can be opened again on it, so it keeps no
// names, partners, accounts or snapshot.
#ifndef VOUCH_SRC_ENGINE_MEMORY_STORE_H_
#define VOUCH_SRC_ENGINE_MEMORY_STORE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "chunked_list.h"
#include "vouch/base/config.h"
#include "vouch/base/string_pool.h"
#include "vouch/engine/store.h"

VOUCH_NAMESPACE_BEGIN

class MemoryStore final : public Store {
 public:
  MemoryStore() : tables_(std::make_unique<Tables>()) {}
  // Tables of Abseil that memory ran out on while they grew must not be walked
  // through again, not even to free them: they are left.
  ~MemoryStore() override {
    if (torn_) (void)tables_.release();
  }

  absl::Status ReadHead(StoreHead* head) override;
  absl::Status ReadNames(
      absl::FunctionRef<absl::Status(const NameRow&)> customer,
      absl::FunctionRef<absl::Status(const NameRow&)> visitor) override;
  absl::Status ReadRevisions(
      absl::FunctionRef<void(const RevisionRow&)> each) override;
  absl::Status WriteRevision(const RevisionRow& row) override;
  absl::Status FindEvents(
      absl::Span<const EventKey> keys,
      std::vector<std::optional<KnownEvent>>* found) override;
  absl::Status Write(const StoreBatch& batch) override;
  absl::Status ReadLog(Seq after, std::size_t limit, LogPage* page) override;
  absl::Status ReadFeed(const FeedQuery& query, FeedRows* rows) override;
  absl::Status ReadDecisions(Seq after, std::size_t limit,
                             DecidedRows* rows) override;
  absl::Status ReadPartners(
      absl::FunctionRef<void(const PartnerRow&)> each) override;
  absl::Status ReadAccounts(
      absl::FunctionRef<void(const AccountRow&)> account,
      absl::FunctionRef<void(const ProgramAccountRow&)> program) override;
  absl::Status Erase(ProgramIndex program,
                     absl::Span<const CustomerNumber> customers,
                     absl::Span<const VisitorNumber> visitors) override;

 private:
  using Key = std::pair<ProgramIndex, std::string_view>;

  struct Tables {
    StringPool pool;
    absl::flat_hash_set<std::string_view> texts;
    std::vector<std::pair<ProgramIndex, std::string>> programs;
    ChunkedList<LogRow> log;  // by seq
    absl::flat_hash_map<Key, KnownEvent> events;
    ChunkedList<FeedRow> feed;
    ChunkedList<DecidedRow> decisions;
  };

  // Equal texts share one copy.
  std::string_view Intern(std::string_view text);
  void Keep(const FeedRow& row);
  void Keep(const DecidedRow& row);

  std::unique_ptr<Tables> tables_;
  bool torn_ = false;  // a Write did not come to its end
  std::string time_zone_version_;
  std::optional<RevisionRow> revision_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_MEMORY_STORE_H_
