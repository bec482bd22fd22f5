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
  const auto found = tables_->texts.find(text);
  if (found != tables_->texts.end()) return *found;
  return *tables_->texts.insert(tables_->pool.Add(text)).first;
}

absl::Status MemoryStore::ReadHead(StoreHead* head) {
  head->programs = tables_->programs;
  head->last_seq = Seq(tables_->log.size());
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
  time_zone_version_ = std::string(row.time_zone_version);
  revision_->time_zone_version = time_zone_version_;
  return absl::OkStatus();
}

absl::Status MemoryStore::FindEvents(
    absl::Span<const EventKey> keys,
    std::vector<std::optional<KnownEvent>>* found) {
  found->clear();
  for (const EventKey& key : keys) {
    const auto event = tables_->events.find(Key(key.program, key.event_id));
    found->push_back(event == tables_->events.end()
                         ? std::nullopt
                         : std::optional(event->second));
  }
  return absl::OkStatus();
}

void MemoryStore::Keep(const FeedRow& row) {
  FeedRow kept = row;
  kept.event_id = tables_->log[row.seq.value() - 1].event_id;
  if (auto* accrual = std::get_if<Accrual>(&kept.body)) {
    accrual->payment_id = Intern(accrual->payment_id);
    accrual->refund_id = Intern(accrual->refund_id);
    accrual->rule_id = Intern(accrual->rule_id);
    accrual->lead_id = Intern(accrual->lead_id);
  } else if (auto* entry = std::get_if<Entry>(&kept.body)) {
    entry->rule_id = Intern(entry->rule_id);
    entry->payout_id = Intern(entry->payout_id);
    entry->author = Intern(entry->author);
    entry->reason = Intern(entry->reason);
  } else {
    auto& payout = std::get<Payout>(kept.body);
    payout.payout_id = Intern(payout.payout_id);
  }
  tables_->feed.Add(kept);
}

void MemoryStore::Keep(const DecidedRow& row) {
  DecidedRow kept = row;
  kept.event_id = tables_->log[row.decision.seq.value() - 1].event_id;
  kept.payment_id = Intern(row.payment_id);
  for (Credit& credit : kept.decision.credits) {
    credit.campaign = Intern(credit.campaign);
    credit.sub_ids = Intern(credit.sub_ids);
  }
  tables_->decisions.Add(std::move(kept));
}

absl::Status MemoryStore::Write(const StoreBatch& batch) {
  torn_ = true;
  for (const ProgramRow& row : batch.programs) {
    tables_->programs.emplace_back(row.program, std::string(row.program_id));
  }
  for (LogRow row : batch.log) {
    row.event_id = tables_->pool.Add(row.event_id);
    row.kind = Intern(row.kind);
    row.record = tables_->pool.Add(row.record);
    tables_->events.emplace(Key(row.program, row.event_id),
                            KnownEvent{row.seq, row.content});
    tables_->log.Add(row);
  }
  for (const FeedRow& row : batch.feed) Keep(row);
  for (const DecidedRow& row : batch.decisions) Keep(row);
  torn_ = false;
  return absl::OkStatus();
}

absl::Status MemoryStore::ReadLog(Seq after, std::size_t limit, LogPage* page) {
  for (std::size_t i = after.value(); i < tables_->log.size() && limit > 0;
       ++i, --limit) {
    page->Add(tables_->log[i]);
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::ReadFeed(const FeedQuery& query, FeedRows* rows) {
  const auto first = FirstWhere(tables_->feed, [&query](const FeedRow& row) {
    return row.seq > query.after;
  });
  for (std::size_t i = first; i < tables_->feed.size(); ++i) {
    const FeedRow& row = tables_->feed[i];
    if (query.partner.has_value() &&
        (row.program != query.program || row.partner() != query.partner)) {
      continue;
    }
    const absl::Span<const FeedRow> taken = rows->rows();
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
  const auto first = FirstWhere(
      tables_->decisions,
      [after](const DecidedRow& row) { return row.decision.seq > after; });
  for (std::size_t i = first; i < tables_->decisions.size() && limit > 0;
       ++i, --limit) {
    rows->Add(tables_->decisions[i]);
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

absl::Status MemoryStore::Erase(ProgramIndex, absl::Span<const CustomerNumber>,
                                absl::Span<const VisitorNumber>) {
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END
