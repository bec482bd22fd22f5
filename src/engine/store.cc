#include "vouch/engine/store.h"

#include <utility>

VOUCH_NAMESPACE_BEGIN

namespace {

void CopyTexts(StringPool* texts, Accrual* row) {
  row->payment_id = texts->Add(row->payment_id);
  row->refund_id = texts->Add(row->refund_id);
  row->rule_id = texts->Add(row->rule_id);
  row->lead_id = texts->Add(row->lead_id);
}

void CopyTexts(StringPool* texts, Entry* row) {
  row->rule_id = texts->Add(row->rule_id);
  row->payout_id = texts->Add(row->payout_id);
  row->author = texts->Add(row->author);
  row->reason = texts->Add(row->reason);
}

void CopyTexts(StringPool* texts, Payout* row) {
  row->payout_id = texts->Add(row->payout_id);
}

}  // namespace

void FeedRows::Add(FeedRow row) {
  row.event_id = texts_.Add(row.event_id);
  std::visit([this](auto& body) { CopyTexts(&texts_, &body); }, row.body);
  rows_.push_back(row);
}

void DecidedRows::Add(DecidedRow row) {
  row.event_id = texts_.Add(row.event_id);
  row.payment_id = texts_.Add(row.payment_id);
  for (Credit& credit : row.decision.credits) {
    credit.campaign = texts_.Add(credit.campaign);
    credit.sub_ids = texts_.Add(credit.sub_ids);
  }
  rows_.push_back(std::move(row));
}

absl::Status Store::WriteSnapshot(
    const SnapshotHead&, absl::FunctionRef<absl::Status(SnapshotPart)>) {
  return absl::UnimplementedError("snapshot: the store keeps none");
}

absl::Status Store::ReadSnapshot(std::optional<SnapshotHead>* head,
                                 SnapshotPart) {
  head->reset();
  return absl::OkStatus();
}

absl::Status Store::Backup(const std::string&) {
  return absl::UnimplementedError("backup: use the database's own");
}

absl::Status Store::Compact() {
  return absl::UnimplementedError("compact: use the database's own");
}

absl::Status Store::CheckMedium(std::vector<std::string>*) {
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END
