// The rows of the batch that is being applied, until the store has them. Used
// again from batch to batch.
#ifndef VOUCH_SRC_ENGINE_PENDING_BATCH_H_
#define VOUCH_SRC_ENGINE_PENDING_BATCH_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "log_state.h"
#include "program_state.h"
#include "vouch/base/config.h"
#include "vouch/engine/store.h"

VOUCH_NAMESPACE_BEGIN

// Calls `each` with every row of the feed that the event `seq` gave.
template <typename Each>
void ForEachFeedRow(Seq seq, ProgramIndex program, const EventOutputs& outputs,
                    Each each) {
  uint32_t place = 0;
  for (const Accrual& row : outputs.accruals) {
    each(FeedRow{seq, ++place, program, {}, row});
  }
  for (const Entry& row : outputs.entries) {
    each(FeedRow{seq, ++place, program, {}, row});
  }
  if (outputs.payout) each(FeedRow{seq, ++place, program, {}, *outputs.payout});
}

inline DecidedRow DecidedRowOf(ProgramIndex program,
                               const EventOutputs& outputs) {
  return {program, {}, outputs.customer, outputs.payment_id, *outputs.decision};
}

// The row of a partner's latest record.
inline PartnerRow PartnerRowOf(ProgramIndex program, PartnerIndex index,
                               const Partner& partner) {
  const Instant from = partner.records.LastFrom();
  return {program, index, partner.partner_id, from, *partner.records.At(from)};
}

class PendingBatch {
 public:
  bool empty() const { return log_.empty(); }

  void AddProgram(const ProgramSlot& slot) {
    programs_.push_back({slot.program, slot.program_id});
    touched_programs_.push_back(slot.program);
  }
  void AddCustomer(const NameRow& row) { customers_.push_back(row); }
  void AddVisitor(const NameRow& row) { visitors_.push_back(row); }

  // The buffer to append the next record to, and where it then is. The record
  // of the row that is added next begins at `begin`.
  std::string* records() { return &records_; }
  // `row.record` may move until Finish.
  void AddLog(const LogRow& row) { log_.push_back(row); }

  void AddOutputs(Seq seq, ProgramIndex program, const EventOutputs& outputs) {
    ForEachFeedRow(seq, program, outputs,
                   [this](const FeedRow& row) { feed_.push_back(row); });
    for (const Entry& entry : outputs.entries) {
      touched_.emplace_back(program, entry.partner);
    }
    if (!outputs.entries.empty()) touched_programs_.push_back(program);
    if (outputs.decision) decisions_.push_back(DecidedRowOf(program, outputs));
  }
  void AddPartner(ProgramIndex program, PartnerIndex partner) {
    changed_partners_.emplace_back(program, partner);
  }

  // What the store is to write; `state` is that after the batch.
  StoreBatch Finish(const LogState& state) {
    PlaceRecords();
    AddPartners(state);
    AddAccounts(state);
    return {programs_, customers_, visitors_,        log_, feed_, decisions_,
            partners_, accounts_,  program_accounts_};
  }

  void Clear() {
    programs_.clear();
    customers_.clear();
    visitors_.clear();
    log_.clear();
    records_.clear();
    feed_.clear();
    decisions_.clear();
    partners_.clear();
    accounts_.clear();
    program_accounts_.clear();
    touched_.clear();
    touched_programs_.clear();
    changed_partners_.clear();
  }

 private:
  using PartnerKey = std::pair<ProgramIndex, PartnerIndex>;

  template <typename T>
  static void SortUnique(std::vector<T>* list) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }

  // The buffer has grown: the records are where they are only now.
  void PlaceRecords() {
    std::size_t begin = 0;
    for (LogRow& row : log_) {
      row.record = std::string_view(records_).substr(begin, row.record.size());
      begin += row.record.size();
    }
  }
  void AddPartners(const LogState& state) {
    SortUnique(&changed_partners_);
    for (const auto& [program, partner] : changed_partners_) {
      const Reference& reference = state.At(program)->state.reference();
      partners_.push_back(
          PartnerRowOf(program, partner, reference.partner(partner)));
    }
  }
  void AddAccounts(const LogState& state) {
    SortUnique(&touched_);
    for (const auto& [program, partner] : touched_) {
      for (const AccountState& account :
           state.At(program)->state.AccountsOf(partner)) {
        accounts_.push_back(
            {program, partner, account.currency, account.balances});
      }
    }
    SortUnique(&touched_programs_);
    for (const ProgramIndex program : touched_programs_) {
      const ProgramState& of = state.At(program)->state;
      for (const Currency currency : of.Currencies()) {
        program_accounts_.push_back(
            {program, currency, of.ExpenseOf(currency)});
      }
    }
  }

  std::vector<ProgramRow> programs_;
  std::vector<NameRow> customers_;
  std::vector<NameRow> visitors_;
  std::vector<LogRow> log_;
  std::string records_;  // of log_, one behind the other
  std::vector<FeedRow> feed_;
  std::vector<DecidedRow> decisions_;
  std::vector<PartnerRow> partners_;
  std::vector<AccountRow> accounts_;
  std::vector<ProgramAccountRow> program_accounts_;
  std::vector<PartnerKey> touched_;
  std::vector<ProgramIndex> touched_programs_;
  std::vector<PartnerKey> changed_partners_;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_PENDING_BATCH_H_
