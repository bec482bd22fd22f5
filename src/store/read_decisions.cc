// Decisions with their credits.
#include <algorithm>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "store/row_reader.h"
#include "store/sqlite_store.h"
#include "vouch/base/rate.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

namespace {

constexpr char kSelectDecisions[] =
    "SELECT d.seq, d.program, d.customer, d.payment_id, d.at_us, d.decided_by,"
    " d.touch_count, d.terms_seq, d.vendor_weight_ppb, d.binds,"
    " d.bound_until_us, log.event_id"
    " FROM decisions AS d LEFT JOIN log ON log.seq = d.seq"
    " WHERE d.seq > ? ORDER BY d.seq LIMIT ?";
constexpr char kSelectCredits[] =
    "SELECT seq, place, partner, role, weight_ppb, channel, code, lead,"
    " campaign, sub_ids, touch_seq, touch_at_us FROM credits WHERE seq = ?"
    " ORDER BY place";

DecidedRow ReadDecided(RowReader* row) {
  DecidedRow decided;
  Decision& decision = decided.decision;
  decision.seq = row->Number<Seq>();
  decided.program = row->Number<ProgramIndex>();
  decided.customer = row->Number<CustomerNumber>();
  decided.payment_id = row->TextOrEmpty();
  decision.at = row->Time();
  decision.trigger = row->Choice<Trigger>();
  decision.touch_count = row->Int();
  decision.terms_seq = row->NumberOrNone<Seq>();
  decision.vendor_weight_ppb = row->IntBetween<int64_t>(0, kPpb);
  decision.binds = row->IntBetween<int64_t>(0, 1) == 1;
  if (!row->SkipNull()) decision.bound_until = row->Time();
  if (row->SkipNull()) {
    row->Fail("missing: the log has no such event");
  } else {
    decided.event_id = row->Text();
  }
  return decided;
}

Credit ReadCredit(RowReader* row) {
  Credit credit;
  credit.partner = row->Number<PartnerIndex>();
  credit.role = row->Choice<Role>();
  credit.weight_ppb = row->Int();
  credit.channel = row->ChoiceOrNone<Channel>();
  credit.code = row->NumberOrNone<CodeIndex>();
  credit.lead = row->NumberOrNone<LeadIndex>();
  credit.campaign = row->TextOrEmpty();
  credit.sub_ids = row->TextOrEmpty();
  credit.touch_seq = row->NumberOrNone<Seq>();
  credit.touch_at = row->Time();
  return credit;
}

// Puts the credits of a decision into it. Their texts go into `rows`, for they
// are borrowed from a statement that steps on.
absl::Status ReadCredits(Statement* select, DecidedRows* rows,
                         Decision* decision) {
  ResetAtEnd reset(select);
  select->Number(decision->seq);
  while (true) {
    VOUCH_ASSIGN_OR_RETURN(const bool more, select->Step());
    if (!more) return absl::OkStatus();
    RowReader row(*select, "credits", 2);
    row.Number<Seq>();
    const std::size_t place = decision->credits.size() + 1;
    if (row.IntBetween<uint32_t>() != place) row.Fail("leaves a place out");
    Credit credit = ReadCredit(&row);
    VOUCH_RETURN_IF_ERROR(row.status());
    credit.campaign = rows->AddText(credit.campaign);
    credit.sub_ids = rows->AddText(credit.sub_ids);
    decision->credits.push_back(credit);
  }
}

}  // namespace

absl::Status SqliteStore::ReadDecisions(Seq after, std::size_t limit,
                                        DecidedRows* rows) {
  absl::MutexLock lock(&mutex_);
  return Read([&]() -> absl::Status {
    mutex_.AssertHeld();
    VOUCH_ASSIGN_OR_RETURN(Statement * decisions,
                           connection_->Prepare(kSelectDecisions));
    VOUCH_ASSIGN_OR_RETURN(Statement * credits,
                           connection_->Prepare(kSelectCredits));
    ResetAtEnd reset(decisions);
    decisions->Number(after).Unsigned(std::min<uint64_t>(
        limit, static_cast<uint64_t>(std::numeric_limits<int64_t>::max())));
    while (true) {
      VOUCH_ASSIGN_OR_RETURN(const bool more, decisions->Step());
      if (!more) return absl::OkStatus();
      RowReader row(*decisions, "decisions", 1);
      DecidedRow decided = ReadDecided(&row);
      VOUCH_RETURN_IF_ERROR(row.status());
      VOUCH_RETURN_IF_ERROR(ReadCredits(credits, rows, &decided.decision));
      rows->Add(std::move(decided));
    }
  });
}

}  // namespace store

VOUCH_NAMESPACE_END
