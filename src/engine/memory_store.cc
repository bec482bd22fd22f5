#include "memory_store.h"

#include <algorithm>
#include <string>
#include <variant>

VOUCH_NAMESPACE_BEGIN

namespace {

// The place of the first row for which `is_after` holds, in rows where it
// holds for all behind one for which it does.
template <typename T, typename IsAfter>
std::size_t FirstWhere(const ChunkedList<T>& rows, IsAfter is_after) {
  std::size_t low = 0;
  std::size_t high = rows.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (is_after(rows[middle])) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

std::string_view MemoryStore::Intern(std::string_view text) {
  if (text.empty()) return {};
  const auto found = texts_.find(text);
  if (found != texts_.end()) return *found;
  return *texts_.insert(pool_.Add(text)).first;
}

absl::Status MemoryStore::ReadHead(StoreHead* head) {
  head->programs = programs_;
  head->last_seq = Seq(log_.size());
  return absl::OkStatus();
}

absl::Status MemoryStore::ReadNames(
    absl::FunctionRef<absl::Status(const NameRow&)>,
    absl::FunctionRef<absl::Status(const NameRow&)>) {
  return absl::OkStatus();
}

absl::Status MemoryStore::ReadRevisions(
    absl::FunctionRef<void(const RevisionRow&)> each) {
  if (revision_) each(*revision_);
  return absl::OkStatus();
}

absl::Status MemoryStore::WriteRevision(const RevisionRow& row) {
  revision_ = row;
  revision_->time_zone_version = Intern(row.time_zone_version);
  return absl::OkStatus();
}

absl::Status MemoryStore::FindEvents(
    absl::Span<const EventKey> keys,
    std::vector<std::optional<KnownEvent>>* found) {
  found->clear();
  for (const EventKey& key : keys) {
    const auto event = events_.find(Key(key.program, key.event_id));
    found->push_back(event == events_.end() ? std::nullopt
                                            : std::optional(event->second));
  }
  return absl::OkStatus();
}

void MemoryStore::Keep(const FeedRow& row) {
  FeedRow kept = row;
  kept.event_id = log_[row.seq.value() - 1].event_id;
  if (auto* accrual = std::get_if<Accrual>(&kept.body)) {
    accrual->payment_id = Intern(accrual->payment_id);
    accrual->refund_id = Intern(accrual->refund_id);
    accrual->rule_id = Intern(accrual->rule_id);
  } else if (auto* entry = std::get_if<Entry>(&kept.body)) {
    entry->rule_id = Intern(entry->rule_id);
    entry->payout_id = Intern(entry->payout_id);
    entry->author = Intern(entry->author);
    entry->reason = Intern(entry->reason);
  } else {
    auto& payout = std::get<Payout>(kept.body);
    payout.payout_id = Intern(payout.payout_id);
  }
  feed_.Add(std::move(kept));
}

void MemoryStore::Keep(const DecidedRow& row) {
  DecidedRow kept = row;
  kept.event_id = log_[row.decision.seq.value() - 1].event_id;
  kept.payment_id = Intern(row.payment_id);
  for (Credit& credit : kept.decision.credits) {
    credit.campaign = Intern(credit.campaign);
    credit.sub_ids = Intern(credit.sub_ids);
  }
  decisions_.Add(std::move(kept));
}

absl::Status MemoryStore::Write(const StoreBatch& batch) {
  for (const ProgramRow& row : batch.programs) {
    programs_.emplace_back(row.program, std::string(row.program_id));
  }
  for (LogRow row : batch.log) {
    row.event_id = pool_.Add(row.event_id);
    row.kind = Intern(row.kind);
    row.record = pool_.Add(row.record);
    events_.emplace(Key(row.program, row.event_id),
                    KnownEvent{row.seq, row.content});
    log_.Add(row);
  }
  for (const FeedRow& row : batch.feed) Keep(row);
  for (const DecidedRow& row : batch.decisions) Keep(row);
  return absl::OkStatus();
}

absl::Status MemoryStore::ReadLog(Seq after, std::size_t limit, LogPage* page) {
  for (std::size_t i = after.value(); i < log_.size() && limit > 0;
       ++i, --limit) {
    page->Add(log_[i]);
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::ReadFeed(const FeedQuery& query, FeedRows* rows) {
  const auto first = FirstWhere(
      feed_, [&query](const FeedRow& row) { return row.seq > query.after; });
  for (std::size_t i = first; i < feed_.size(); ++i) {
    const FeedRow& row = feed_[i];
    if (query.partner.has_value() &&
        (row.program != query.program || row.partner() != query.partner)) {
      continue;
    }
    const auto& taken = rows->rows();
    if (taken.size() >= query.limit &&
        (taken.empty() || taken.back().seq != row.seq)) {
      break;
    }
    rows->Add(row);
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::ReadDecisions(Seq after, std::size_t limit,
                                        DecidedRows* rows) {
  const auto first = FirstWhere(decisions_, [after](const DecidedRow& row) {
    return row.decision.seq > after;
  });
  for (std::size_t i = first; i < decisions_.size() && limit > 0;
       ++i, --limit) {
    rows->Add(decisions_[i]);
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::ReadPartners(
    absl::FunctionRef<void(const PartnerRow&)>) {
  return absl::UnimplementedError("partners: not kept in memory");
}

absl::Status MemoryStore::ReadAccounts(
    absl::FunctionRef<void(const AccountRow&)>,
    absl::FunctionRef<void(const ProgramAccountRow&)>) {
  return absl::UnimplementedError("balances: not kept in memory");
}

absl::Status MemoryStore::Erase(ProgramIndex, CustomerNumber,
                                absl::Span<const VisitorNumber>) {
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END
