#include "compare.h"

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "pending_batch.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

namespace {

constexpr std::size_t kPage = 4096;

// A value as a difference names it.
std::string Text(std::string_view text) {
  return absl::StrCat("'", absl::CHexEscape(ToAbsl(text)), "'");
}
std::string Text(Instant at) { return absl::StrCat(at.us); }
std::string Text(Currency currency) {
  return currency.has_value() ? std::string(currency.code()) : "none";
}
std::string Text(const AccrualId& id) {
  return id.has_value() ? FormatAccrualId(id) : "none";
}
std::string Text(Rate rate) { return absl::StrCat(rate.ppb(), " ppb"); }
template <typename Tag, typename Rep>
std::string Text(StrongNumber<Tag, Rep> number) {
  return absl::StrCat(number.value());
}
template <typename T>
std::string Text(const std::optional<T>& value) {
  return value ? Text(*value) : "none";
}
template <typename T>
std::string Text(T value) {
  if constexpr (std::is_enum_v<T>) {
    return IsWord(value) ? std::string(Word(value)) : "none";
  } else {
    return absl::StrCat(value);
  }
}

// Keeps the first field that differs.
class Differ {
 public:
  template <typename T>
  void operator()(std::string_view field, const T& kept, const T& given) {
    if (kept == given || !text_.empty()) return;
    text_ = absl::StrCat(ToAbsl(field), " is ", Text(kept), ", by the log ",
                         Text(given));
  }
  bool found() const { return !text_.empty(); }
  // "<table> <row>: ..." ; empty when nothing differs.
  std::string Take(std::string_view table, std::string_view row) {
    if (text_.empty()) return {};
    return absl::StrCat(ToAbsl(table), " ", ToAbsl(row), ": ", text_);
  }

 private:
  std::string text_;
};

void Compare(const Accrual& a, const Accrual& b, Differ* d) {
  (*d)("time_us", a.time, b.time);
  (*d)("kind", a.kind, b.kind);
  (*d)("source", a.source, b.source);
  (*d)("accrual_id", a.accrual_id, b.accrual_id);
  (*d)("restores_id", a.restores_id, b.restores_id);
  (*d)("payment_seq", a.payment_seq, b.payment_seq);
  (*d)("customer", a.customer, b.customer);
  (*d)("due_us", a.due, b.due);
  (*d)("partner", a.partner, b.partner);
  (*d)("payment_id", a.payment_id, b.payment_id);
  (*d)("refund_id", a.refund_id, b.refund_id);
  (*d)("rule_id", a.rule_id, b.rule_id);
  (*d)("role", a.role, b.role);
  (*d)("level", a.level, b.level);
  (*d)("base_minor", a.base_minor, b.base_minor);
  (*d)("amount_minor", a.amount_minor, b.amount_minor);
  (*d)("weight_ppb", a.weight_ppb, b.weight_ppb);
  (*d)("currency", a.currency, b.currency);
  (*d)("phase", a.phase, b.phase);
  (*d)("contract_year", a.contract_year, b.contract_year);
  (*d)("lead_id", a.lead_id, b.lead_id);
  (*d)("period_from_us", a.period_from, b.period_from);
}

void Compare(const Entry& a, const Entry& b, Differ* d) {
  (*d)("entry_place", a.place, b.place);
  (*d)("time_us", a.time, b.time);
  (*d)("kind", a.kind, b.kind);
  (*d)("partner", a.partner, b.partner);
  (*d)("currency", a.currency, b.currency);
  (*d)("from_account", a.from, b.from);
  (*d)("to_account", a.to, b.to);
  (*d)("amount_minor", a.amount_minor, b.amount_minor);
  (*d)("accrual_id", a.accrual_id, b.accrual_id);
  (*d)("rule_id", a.rule_id, b.rule_id);
  (*d)("payout_id", a.payout_id, b.payout_id);
  (*d)("author", a.author, b.author);
  (*d)("reason", a.reason, b.reason);
  (*d)("due_us", a.due, b.due);
}

void Compare(const Payout& a, const Payout& b, Differ* d) {
  (*d)("time_us", a.time, b.time);
  (*d)("state", a.state, b.state);
  (*d)("payout_id", a.payout_id, b.payout_id);
  (*d)("partner", a.partner, b.partner);
  (*d)("currency", a.currency, b.currency);
  (*d)("amount_minor", a.amount_minor, b.amount_minor);
}

void Compare(const Credit& a, const Credit& b, Differ* d) {
  (*d)("credits.partner", a.partner, b.partner);
  (*d)("credits.role", a.role, b.role);
  (*d)("credits.weight_ppb", a.weight_ppb, b.weight_ppb);
  (*d)("credits.channel", a.channel, b.channel);
  (*d)("credits.code", a.code, b.code);
  (*d)("credits.lead", a.lead, b.lead);
  (*d)("credits.campaign", a.campaign, b.campaign);
  (*d)("credits.sub_ids", a.sub_ids, b.sub_ids);
  (*d)("credits.touch_seq", a.touch_seq, b.touch_seq);
  (*d)("credits.touch_us", a.touch_at, b.touch_at);
}

std::string_view TableOf(const FeedRow& row) {
  constexpr std::string_view kTables[] = {"accruals", "entries", "payouts"};
  return kTables[row.body.index()];
}

std::string PlaceOf(const FeedRow& row) {
  return absl::StrCat(row.seq.value(), "-", row.place);
}

std::string NotGiven(std::string_view table, std::string_view row) {
  return absl::StrCat(ToAbsl(table), " ", ToAbsl(row),
                      ": is there, and the log gives no such row");
}

std::string NotKept(std::string_view table, std::string_view row) {
  return absl::StrCat(ToAbsl(table), " ", ToAbsl(row),
                      ": missing, and the log gives it");
}

}  // namespace

std::string FirstDifference(const FeedRow& kept, const FeedRow& given) {
  Differ d;
  if (kept.body.index() != given.body.index()) {
    return NotKept(TableOf(given), PlaceOf(given));
  }
  d("seq", kept.seq, given.seq);
  d("place", kept.place, given.place);
  d("program", kept.program, given.program);
  std::visit(
      [&](const auto& row) {
        Compare(row, std::get<std::decay_t<decltype(row)>>(given.body), &d);
      },
      kept.body);
  return d.found() ? d.Take(TableOf(given), PlaceOf(given)) : std::string();
}

std::string FirstDifference(const DecidedRow& kept, const DecidedRow& given) {
  Differ d;
  const Decision& a = kept.decision;
  const Decision& b = given.decision;
  d("seq", a.seq, b.seq);
  d("program", kept.program, given.program);
  d("customer", kept.customer, given.customer);
  d("payment_id", kept.payment_id, given.payment_id);
  d("time_us", a.at, b.at);
  d("trigger", a.trigger, b.trigger);
  d("touch_count", a.touch_count, b.touch_count);
  d("terms_seq", a.terms_seq, b.terms_seq);
  d("vendor_weight_ppb", a.vendor_weight_ppb, b.vendor_weight_ppb);
  d("binds", a.binds, b.binds);
  d("bound_until_us", a.bound_until, b.bound_until);
  d("credits", a.credits.size(), b.credits.size());
  for (std::size_t i = 0; i < b.credits.size() && !d.found(); ++i) {
    Compare(a.credits[i], b.credits[i], &d);
  }
  return d.found() ? d.Take("decisions", absl::StrCat(b.seq.value()))
                   : std::string();
}

std::string FirstDifference(const PartnerRow& kept, const PartnerRow& given) {
  Differ d;
  d("program", kept.program, given.program);
  d("partner", kept.partner, given.partner);
  d("partner_id", kept.partner_id, given.partner_id);
  d("since_us", kept.from, given.from);
  d("kind", kept.record.kind, given.record.kind);
  d("status", kept.record.status, given.record.status);
  d("partner_group", kept.record.group, given.record.group);
  d("customer_share_ppb", kept.record.customer_share,
    given.record.customer_share);
  return d.found() ? d.Take("partners", Text(given.partner_id)) : std::string();
}

std::string FirstDifference(const AccountRow& kept, const AccountRow& given) {
  Differ d;
  d("program", kept.program, given.program);
  d("partner", kept.partner, given.partner);
  d("currency", kept.currency, given.currency);
  d("pending_minor", kept.balances.pending_minor, given.balances.pending_minor);
  d("payable_minor", kept.balances.payable_minor, given.balances.payable_minor);
  d("in_transit_minor", kept.balances.in_transit_minor,
    given.balances.in_transit_minor);
  d("paid_minor", kept.balances.paid_minor, given.balances.paid_minor);
  if (!d.found()) return {};
  return d.Take("balances",
                absl::StrCat(given.program.value(), "/", given.partner.value(),
                             "/", Text(given.currency)));
}

std::string FirstDifference(const ProgramAccountRow& kept,
                            const ProgramAccountRow& given) {
  Differ d;
  d("program", kept.program, given.program);
  d("currency", kept.currency, given.currency);
  d("expense_minor", kept.expense_minor, given.expense_minor);
  if (!d.found()) return {};
  return d.Take("expenses",
                absl::StrCat(given.program.value(), "/", Text(given.currency)));
}

absl::StatusOr<const FeedRow*> FeedComparer::Next() {
  if (at_ == page_.rows().size()) {
    if (ended_) return nullptr;
    page_ = FeedRows();
    at_ = 0;
    FeedQuery query;
    query.after = after_;
    query.limit = kPage;
    VOUCH_RETURN_IF_ERROR(store_.ReadFeed(query, &page_));
    if (page_.rows().size() < kPage) ended_ = true;
    if (page_.rows().empty()) return nullptr;
    after_ = page_.rows().back().seq;
  }
  return &page_.rows()[at_];
}

absl::Status FeedComparer::Compare(const LogRow& row,
                                   const EventOutputs& outputs,
                                   TakeDifference take) {
  absl::Status status;
  ForEachFeedRow(row.seq, row.program, outputs, [&](const FeedRow& given) {
    if (!status.ok()) return;
    const absl::StatusOr<const FeedRow*> kept = Next();
    status = kept.status();
    if (!status.ok()) return;
    if (*kept == nullptr || (*kept)->seq > given.seq) {
      take(NotKept(TableOf(given), PlaceOf(given)));
      return;
    }
    ++at_;
    ++rows_count_;
    const std::string difference = FirstDifference(**kept, given);
    if (!difference.empty()) take(difference);
  });
  VOUCH_RETURN_IF_ERROR(status);
  // What is left of the event, or of events that gave nothing.
  while (true) {
    VOUCH_ASSIGN_OR_RETURN(const FeedRow* kept, Next());
    if (kept == nullptr || kept->seq > row.seq) return absl::OkStatus();
    take(NotGiven(TableOf(*kept), PlaceOf(*kept)));
    ++at_;
  }
}

absl::Status FeedComparer::Finish(TakeDifference take) {
  while (true) {
    VOUCH_ASSIGN_OR_RETURN(const FeedRow* kept, Next());
    if (kept == nullptr) return absl::OkStatus();
    take(NotGiven(TableOf(*kept), PlaceOf(*kept)));
    ++at_;
  }
}

absl::StatusOr<const DecidedRow*> DecisionComparer::Next() {
  if (at_ == page_.rows().size()) {
    if (ended_) return nullptr;
    page_ = DecidedRows();
    at_ = 0;
    VOUCH_RETURN_IF_ERROR(store_.ReadDecisions(after_, kPage, &page_));
    if (page_.rows().size() < kPage) ended_ = true;
    if (page_.rows().empty()) return nullptr;
    after_ = page_.rows().back().decision.seq;
  }
  return &page_.rows()[at_];
}

absl::Status DecisionComparer::Compare(const LogRow& row,
                                       const EventOutputs& outputs,
                                       TakeDifference take) {
  bool found = !outputs.decision;
  while (true) {
    VOUCH_ASSIGN_OR_RETURN(const DecidedRow* kept, Next());
    if (kept == nullptr || kept->decision.seq > row.seq) break;
    if (kept->decision.seq < row.seq || found) {
      take(NotGiven("decisions", absl::StrCat(kept->decision.seq.value())));
    } else {
      found = true;
      const std::string difference =
          FirstDifference(*kept, DecidedRowOf(row.program, outputs));
      if (!difference.empty()) take(difference);
    }
    ++at_;
  }
  if (!found) take(NotKept("decisions", absl::StrCat(row.seq.value())));
  return absl::OkStatus();
}

absl::Status DecisionComparer::Finish(TakeDifference take) {
  while (true) {
    VOUCH_ASSIGN_OR_RETURN(const DecidedRow* kept, Next());
    if (kept == nullptr) return absl::OkStatus();
    take(NotGiven("decisions", absl::StrCat(kept->decision.seq.value())));
    ++at_;
  }
}

VOUCH_NAMESPACE_END
