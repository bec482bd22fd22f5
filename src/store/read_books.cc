// Partners and what stands in the accounts.
#include "store/row_reader.h"
#include "store/sqlite_store.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

constexpr char kSelectPartners[] =
    "SELECT program, partner, partner_id, since_us, kind, status,"
    " partner_group, customer_share_ppb FROM partners"
    " ORDER BY program, partner";
constexpr char kSelectBalances[] =
    "SELECT program, partner, currency, pending_minor, payable_minor,"
    " in_transit_minor, paid_minor FROM balances"
    " ORDER BY program, partner, currency";
constexpr char kSelectExpenses[] =
    "SELECT program, currency, expense_minor FROM expenses"
    " ORDER BY program, currency";

PartnerRow ReadPartner(RowReader* row) {
  PartnerRow partner;
  partner.program = row->Number<ProgramIndex>();
  partner.partner = row->Number<PartnerIndex>();
  partner.partner_id = row->Text();
  partner.from = row->Time();
  partner.record.kind = row->ChoiceOrNone<PartnerKind>();
  partner.record.status = row->Choice<PartnerStatus>();
  partner.record.group = row->TextOrEmpty();
  if (!row->SkipNull()) {
    partner.record.customer_share =
        Rate::FromPpb(row->IntBetween<int64_t>(-Rate::kMaxPpb, Rate::kMaxPpb));
  }
  return partner;
}

AccountRow ReadAccount(RowReader* row) {
  AccountRow account;
  account.program = row->Number<ProgramIndex>();
  account.partner = row->Number<PartnerIndex>();
  account.currency = row->ReadCurrency();
  account.balances.pending_minor = row->Int();
  account.balances.payable_minor = row->Int();
  account.balances.in_transit_minor = row->Int();
  account.balances.paid_minor = row->Int();
  return account;
}

ProgramAccountRow ReadProgramAccount(RowReader* row) {
  ProgramAccountRow account;
  account.program = row->Number<ProgramIndex>();
  account.currency = row->ReadCurrency();
  account.expense_minor = row->Int();
  return account;
}

// Calls `each` with what `read` makes of every row.
template <typename Row>
absl::Status ReadAll(Connection* connection, const char* table, const char* sql,
                     int key_columns, Row (*read)(RowReader*),
                     absl::FunctionRef<void(const Row&)> each) {
  VOUCH_ASSIGN_OR_RETURN(Statement * select, connection->Prepare(sql));
  ResetAtEnd reset(select);
  while (true) {
    VOUCH_ASSIGN_OR_RETURN(const bool more, select->Step());
    if (!more) return absl::OkStatus();
    RowReader row(*select, table, key_columns);
    const Row value = read(&row);
    VOUCH_RETURN_IF_ERROR(row.status());
    each(value);
  }
}

}  // namespace

absl::Status SqliteStore::ReadPartners(
    absl::FunctionRef<void(const PartnerRow&)> each) {
  absl::MutexLock lock(&mutex_);
  return Read([&] {
    mutex_.AssertHeld();
    return ReadAll<PartnerRow>(connection_.get(), "partners", kSelectPartners,
                               2, ReadPartner, each);
  });
}

absl::Status SqliteStore::ReadAccounts(
    absl::FunctionRef<void(const AccountRow&)> account,
    absl::FunctionRef<void(const ProgramAccountRow&)> program) {
  absl::MutexLock lock(&mutex_);
  return Read([&]() -> absl::Status {
    mutex_.AssertHeld();
    VOUCH_RETURN_IF_ERROR(ReadAll<AccountRow>(connection_.get(), "balances",
                                              kSelectBalances, 2, ReadAccount,
                                              account));
    return ReadAll<ProgramAccountRow>(connection_.get(), "expenses",
                                      kSelectExpenses, 1, ReadProgramAccount,
                                      program);
  });
}

}  // namespace store

VOUCH_NAMESPACE_END
