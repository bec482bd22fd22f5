// Partners' accounts: what the stage settle does with reviews, adjustments,
// payouts and the clock.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "program_state.h"
#include "room.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

ProgramState::Books& ProgramState::OpenBooks(Currency currency) {
  for (Books& books : books_) {
    if (books.currency == currency) return books;
  }
  books_.push_back({currency, 0, 0});
  return books_.back();
}

AccountState& ProgramState::OpenAccount(PartnerIndex partner,
                                        Currency currency) {
  auto& accounts = accounts_[partner.value() - 1];
  for (AccountState& account : accounts) {
    if (account.currency == currency) return account;
  }
  accounts.emplace_back();
  accounts.back().currency = currency;
  return accounts.back();
}

Booking ProgramState::BookingFor(PartnerIndex partner, Currency currency) {
  return {seq_, at_, partner, currency, &outputs_->entries};
}

// Whether `amount_minor` more may cross expense before sums pass 64 bits.
absl::Status ProgramState::CheckRoom(Currency currency,
                                     absl::int128 amount_minor) const {
  int64_t gross = 0;
  for (const Books& books : books_) {
    if (books.currency == currency) gross = books.gross_minor;
  }
  if (HasRoom(gross, amount_minor)) return absl::OkStatus();
  return RangeField("amount_minor",
                    absl::StrCat("the program's sums in ",
                                 ToAbsl(currency.code()), " pass 64 bits"));
}

// Adds what the event's entries moved from and to expense, or sent for.
void ProgramState::CloseBooks() {
  for (const Entry& entry : outputs_->entries) {
    const bool spent = entry.from == Account::kExpense;
    const bool crosses = spent || entry.to == Account::kExpense;
    if (!crosses && entry.kind != EntryKind::kPayoutRequested) continue;
    Books& books = OpenBooks(entry.currency);
    books.gross_minor += entry.amount_minor;
    if (!crosses) continue;
    books.expense_minor += spent ? -entry.amount_minor : entry.amount_minor;
  }
}

absl::Status ProgramState::On(const event::AccrualReviewed& e) {
  VOUCH_ASSIGN_OR_RETURN(
      const PartnerIndex partner,
      NeedPartner("accrual_reviewed.partner_id", e.partner_id));
  const std::optional<AccrualId> id = ParseAccrualId(e.accrual_id);
  if (!id) {
    return InvalidField("accrual_reviewed.accrual_id",
                        "not an accrual's id such as 12-1");
  }
  const auto& accounts = accounts_[partner.value() - 1];
  const auto found =
      std::find_if(accounts.begin(), accounts.end(),
                   [&](const AccountState& a) { return a.Find(*id); });
  if (found == accounts.end()) {
    return NotFoundField("accrual_reviewed.accrual_id",
                         "the partner has no such accrual");
  }
  VOUCH_RETURN_IF_ERROR(CheckReview(*found, *id, e.verdict, at_));
  if (e.verdict == Verdict::kVoid) {
    VOUCH_RETURN_IF_ERROR(
        CheckRoom(found->currency, found->Find(*id)->held_minor));
  }
  const Currency currency = found->currency;
  const int64_t taken =
      BookReview(BookingFor(partner, currency), *id, e.verdict,
                 {reference_.Intern(e.author), reference_.Intern(e.reason)},
                 &OpenAccount(partner, currency));
  if (taken > 0) AddVoidRow(partner, *id, taken, currency);
  return absl::OkStatus();
}

// A VOID counts among the reversals: it gets a row of its own. What it takes
// may be what a won chargeback brought back; its row is then told by the
// accrual that this belongs to.
void ProgramState::AddVoidRow(PartnerIndex partner, const AccrualId& id,
                              int64_t amount_minor, Currency currency) {
  const AccountState& account = OpenAccount(partner, currency);
  const AccrualId head = account.parcels[account.Find(id)->head].accrual_id;
  const auto riding = riding_.find(head);
  const PartnerIndex owner = riding == riding_.end() ? partner : riding->second;
  const PartnerState& state = partners_[owner.value() - 1];
  const auto booked =
      std::lower_bound(state.accruals.begin(), state.accruals.end(), head,
                       [](const BookedAccrual& a, const AccrualId& i) {
                         return a.accrual_id < i;
                       });
  Accrual row = RowOf(owner, *booked);
  row.kind = AccrualKind::kReversal;
  row.source = AccrualSource::kReview;
  row.accrual_id = id;
  row.amount_minor = amount_minor;
  outputs_->Add(row);
}

absl::Status ProgramState::On(const event::Adjustment& e) {
  VOUCH_ASSIGN_OR_RETURN(const PartnerIndex partner,
                         NeedPartner("adjustment.partner_id", e.partner_id));
  VOUCH_RETURN_IF_ERROR(
      CheckRoom(e.currency, std::max(e.amount_minor, -e.amount_minor)));
  BookAdjustment(BookingFor(partner, e.currency), e.amount_minor,
                 {reference_.Intern(e.author), reference_.Intern(e.reason)},
                 &OpenAccount(partner, e.currency));
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::OpeningBalance& e) {
  VOUCH_ASSIGN_OR_RETURN(
      const PartnerIndex partner,
      NeedPartner("opening_balance.partner_id", e.partner_id));
  VOUCH_RETURN_IF_ERROR(
      CheckRoom(e.currency, absl::int128(e.pending_minor) +
                                std::max(e.payable_minor, -e.payable_minor)));
  PartnerState* state = &partners_[partner.value() - 1];
  VOUCH_RETURN_IF_ERROR(CheckOpeningMetrics(e.metrics, *state));
  KeepOpeningMetrics(e.metrics,
                     DayOf(at_, reference_.ProgramAtOrFirst(at_)->time_zone()),
                     state);
  BookOpening(BookingFor(partner, e.currency), e.pending_minor, e.payable_minor,
              reference_.ProgramAtOrFirst(at_)->hold_us(),
              &OpenAccount(partner, e.currency));
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::PayoutRequested& e) {
  VOUCH_ASSIGN_OR_RETURN(
      const PartnerIndex partner,
      NeedPartner("payout_requested.partner_id", e.partner_id));
  if (payouts_.contains(e.payout_id)) {
    return ExistsField("payout_requested.payout_id", "taken");
  }
  const PartnerRecord* record = reference_.partner(partner).records.At(at_);
  if (record != nullptr && record->status == PartnerStatus::kSuspended) {
    return PreconditionField("payout_requested.partner_id", "SUSPENDED");
  }
  AccountState none;
  const AccountState* account = &none;
  for (const AccountState& each : accounts_[partner.value() - 1]) {
    if (each.currency == e.currency) account = &each;
  }
  const int64_t minimum =
      reference_.ProgramAtOrFirst(at_)->PayoutMinimum(e.currency);
  VOUCH_ASSIGN_OR_RETURN(const int64_t amount,
                         CheckPayout(*account, e.amount_minor, minimum, at_));
  VOUCH_RETURN_IF_ERROR(CheckRoom(e.currency, amount));
  const std::string_view payout_id = ids_.Add(e.payout_id);
  const Payout payout{seq_,      at_,     PayoutState::kRequested,
                      payout_id, partner, e.currency,
                      amount};
  payouts_.emplace(payout_id, payout);
  outputs_->payout = payout;
  BookPayout(BookingFor(partner, e.currency), EntryKind::kPayoutRequested,
             payout_id, amount, &OpenAccount(partner, e.currency));
  return absl::OkStatus();
}

template <typename E>
absl::Status ProgramState::FinishPayout(const E& e, std::string_view name,
                                        EntryKind kind, PayoutState state) {
  const auto field = [name](std::string_view of) {
    return absl::StrCat(ToAbsl(name), ".", ToAbsl(of));
  };
  const auto found = payouts_.find(e.payout_id);
  if (found == payouts_.end() ||
      reference_.partner(found->second.partner).partner_id != e.partner_id) {
    return NotFoundField(field("payout_id"), "the partner has no such payout");
  }
  Payout& payout = found->second;
  if (payout.state != PayoutState::kRequested) {
    return PreconditionField(
        field("payout_id"),
        absl::StrCat("not in transit: ", ToAbsl(Word(payout.state))));
  }
  if (e.currency.has_value() && e.currency != payout.currency) {
    return PreconditionField(field("currency"), "another than was requested");
  }
  if (e.amount_minor && *e.amount_minor != payout.amount_minor) {
    return PreconditionField(field("amount_minor"),
                             "another than was requested");
  }
  payout.state = state;
  payout.seq = seq_;
  payout.time = at_;
  outputs_->payout = payout;
  BookPayout(BookingFor(payout.partner, payout.currency), kind,
             payout.payout_id, payout.amount_minor,
             &OpenAccount(payout.partner, payout.currency));
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::PayoutSent& e) {
  return FinishPayout(e, "payout_sent", EntryKind::kPayoutSent,
                      PayoutState::kSent);
}

absl::Status ProgramState::On(const event::PayoutFailed& e) {
  return FinishPayout(e, "payout_failed", EntryKind::kPayoutFailed,
                      PayoutState::kFailed);
}

absl::Status ProgramState::On(const event::Outreach& e) {
  if (!HasRoom(outreach_count_, e.count)) {
    return RangeField("outreach.count", "the program's counts pass 64 bits");
  }
  outreach_count_ += e.count;  // the log has it; the funnel counts it
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::Clock&) {
  std::vector<PartnerIndex> ripe;
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    const auto due = [this](const AccountState& a) { return IsDue(a, at_); };
    if (std::any_of(accounts_[i].begin(), accounts_[i].end(), due)) {
      ripe.emplace_back(static_cast<uint32_t>(i + 1));
    }
  }
  std::sort(ripe.begin(), ripe.end(), [this](PartnerIndex a, PartnerIndex b) {
    return reference_.partner(a).partner_id < reference_.partner(b).partner_id;
  });
  for (const PartnerIndex partner : ripe) {
    for (AccountState& account : accounts_[partner.value() - 1]) {
      BookClock(BookingFor(partner, account.currency), &account);
    }
  }
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END
