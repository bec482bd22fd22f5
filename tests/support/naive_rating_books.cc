#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/support/naive_rating.h"
#include "tests/support/naive_spec.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

using namespace naive;  // NOLINT: the folder's own

// ---------------------------------------------------------------------------
// Booking

NaiveRating::Booked NaiveRating::RowOf(const Event& event, const Paid& paid,
                                       const Chosen& chosen) {
  const Credit& credit = paid.credits[chosen.credit];
  Booked booked;
  booked.row.event_id = std::string(event.event_id);
  if (!paid.is_contact) booked.row.customer = IdOf(paid.who);
  booked.row.payee = credit.partner;
  booked.row.rule = chosen.rule->rule_id;
  booked.row.role = credit.role;
  booked.row.base_minor = SumOf(chosen.bases);
  booked.row.weight_ppb = credit.weight_ppb;
  booked.payment = &paid;
  booked.rule = chosen.rule;
  booked.at = booked.own_at = event.time;
  booked.lines = chosen.lines;
  booked.bases = chosen.bases;
  return booked;
}

void NaiveRating::Put(Booked booked) {
  if (booked.row.amount_minor == 0) return;
  booked.row.refund.clear();
  if (booked.row.kind == AccrualKind::kAccrual) {
    int64_t n = 1;
    for (const Booked& other : booked_) {
      if (other.row.event_id == booked.row.event_id && !other.lost &&
          other.row.kind == AccrualKind::kAccrual) {
        ++n;
      }
    }
    booked.row.accrual = absl::StrCat(booked.row.event_id, "-", n);
    if (booked.row.restores.empty()) booked.root = booked_.size();
  }
  booked_.push_back(std::move(booked));
}

int64_t NaiveRating::Net(std::size_t root) const {
  int64_t net = 0;
  for (const Booked& booked : booked_) {
    if (booked.root != root) continue;
    net += booked.row.kind == AccrualKind::kReversal ? -booked.row.amount_minor
                                                     : booked.row.amount_minor;
  }
  return net;
}

void NaiveRating::RateAll(const Event& event, Paid* paid) {
  int64_t sum = 0;
  for (const Line& line : paid->lines) sum += line.amount_minor;
  if (paid->source == EarnsOn::kPayment && sum == 0) {
    ++seen_["nothing in the program's currency"];
  }
  Choose(paid);
  for (std::size_t place = 0; place < paid->credits.size(); ++place) {
    const Credit& credit = paid->credits[place];
    if (!credit.earns) continue;
    std::vector<Book> made;
    for (const Chosen& chosen : paid->chosen) {
      if (chosen.credit != place) continue;
      if (IsRetroactive(*chosen.rule, credit.partner)) {
        const UnderRule here{paid, &chosen};
        made.push_back(BookOf(*paid, chosen));
        MakeAgain(event, made.back(), &here);
      } else {
        BookChosen(event, *paid, chosen);
      }
    }
    if (paid->source != EarnsOn::kPayment) continue;
    for (const Book& book : BooksOf(credit, {paid->at})) {
      if (std::find(made.begin(), made.end(), book) != made.end()) continue;
      const std::size_t before = booked_.size();
      MakeAgain(event, book, nullptr);
      if (booked_.size() > before) ++seen_["true-up beside its rule's place"];
    }
  }
}

void NaiveRating::BookChosen(const Event& event, const Paid& paid,
                             const Chosen& chosen) {
  const Credit& credit = paid.credits[chosen.credit];
  const Whole whole = WholeOf(paid, chosen, View::kRating);
  const int64_t part =
      SplitByWeights(whole.amount, credit.weights)[credit.place];
  const int64_t amount = Cut(paid, credit, *chosen.rule, part);
  SeePaid(paid, chosen, amount);
  Booked row = RowOf(event, paid, chosen);
  row.row.amount_minor = amount;
  row.once = whole.once;
  Put(row);
  for (const UplineSpec& upline : ByLevel(chosen.rule->uplines)) {
    BookUpline(event, paid, chosen, upline, amount);
  }
}

void NaiveRating::BookUpline(const Event& event, const Paid& paid,
                             const Chosen& chosen, const UplineSpec& upline,
                             int64_t child) {
  const Credit& credit = paid.credits[chosen.credit];
  const auto level = static_cast<std::size_t>(upline.level);
  if (level > credit.parents.size()) return;
  const Parent& parent = credit.parents[level - 1];
  if (!parent.earns) {
    ++seen_["parent earns not"];
    return;
  }
  Booked row = RowOf(event, paid, chosen);
  row.row.payee = parent.partner;
  row.row.level = upline.level;
  const Fraction percent = PercentOf(upline.percent);
  const Rounding rounding = paid.rating->rounding;
  if (upline.of == UplineOf::kCommission) {
    row.row.amount_minor = (Fraction(child) * percent).Rounded(rounding);
  } else {
    const int64_t whole =
        (Fraction(row.row.base_minor) * percent).Rounded(rounding);
    row.row.amount_minor = SplitByWeights(whole, credit.weights)[credit.place];
    if (child == 0 && row.row.amount_minor > 0) {
      ++seen_["upline of BASE of a child with nothing"];
    }
  }
  if (row.row.amount_minor > 0) {
    ++seen_[upline.of == UplineOf::kCommission ? "upline of COMMISSION"
                                               : "upline of BASE"];
    ++seen_[absl::StrCat("upline of level ", upline.level)];
  }
  Put(row);
}

void NaiveRating::SeePaid(const Paid& paid, const Chosen& chosen,
                          int64_t amount) const {
  if (amount == 0) return;
  const RuleSpec& rule = *chosen.rule;
  const RewardSpec& reward =
      RewardOf(rule, paid.credits[chosen.credit].partner);
  ++seen_[absl::StrCat("earns on ", static_cast<int>(rule.earns_on))];
  if (!rule.budget.empty()) ++seen_["budget"];
  if (!reward.percent.empty()) ++seen_["percent"];
  if (!reward.by_contract_year.empty()) ++seen_["by contract year"];
  if (reward.fixed.amount_minor != 0) {
    ++seen_[absl::StrCat("fixed per ", static_cast<int>(reward.fixed.per))];
  }
  if (!reward.tiers.empty()) {
    ++seen_[absl::StrCat("tiers ", static_cast<int>(reward.tier_meaning),
                         " of metric ", static_cast<int>(reward.tier_metric))];
    ++seen_[absl::StrCat("tiers by period ",
                         static_cast<int>(reward.tier_period))];
  }
}

// ---------------------------------------------------------------------------
// Refunds

void NaiveRating::Take(const GivenBack& given, std::vector<Left>* left) {
  for (std::size_t i = 0; i < left->size(); ++i) {
    Left& line = (*left)[i];
    const int64_t amount = given.amounts[i];
    if (given.kind == RefundKind::kChargebackReversed) {
      const int64_t counted = std::min(amount, line.counted_charged_back);
      line.given_back -= amount;
      line.charged_back -= amount;
      line.counted -= counted;
      line.counted_charged_back -= counted;
      continue;
    }
    const bool chargeback = given.kind == RefundKind::kChargeback;
    line.given_back += amount;
    if (chargeback) line.charged_back += amount;
    if (!given.counts) continue;
    line.counted += amount;
    if (chargeback) line.counted_charged_back += amount;
    if (given.cancelled[i]) line.cancelled = true;
  }
}

std::vector<NaiveRating::Left> NaiveRating::LeftOf(const Paid& paid) const {
  std::vector<Left> left(paid.lines.size());
  for (const GivenBack& given : given_back_) {
    if (given.payment == &paid) Take(given, &left);
  }
  return left;
}

int64_t NaiveRating::TakenBack(int64_t amount, const Paid& paid,
                               const std::vector<std::size_t>& lines,
                               const std::vector<int64_t>& bases,
                               const std::vector<Left>& left) {
  const auto whole = [&](std::size_t i) {
    return left[i].counted == paid.lines[i].paid_minor;
  };
  const auto part = [&](std::size_t i) {
    if (paid.lines[i].paid_minor > 0) {
      return Fraction(left[i].counted, paid.lines[i].paid_minor);
    }
    bool back = true;
    for (std::size_t other = 0; other < paid.lines.size(); ++other) {
      if (other != i && !whole(other)) back = false;
    }
    return Fraction(back || left[i].cancelled ? 1 : 0);
  };
  std::vector<int64_t> weights = bases;
  if (SumOf(weights) == 0) {
    for (std::size_t k = 0; k < lines.size(); ++k) {
      weights[k] = paid.lines[lines[k]].paid_minor;
    }
  }
  if (SumOf(weights) == 0) weights.assign(lines.size(), 1);
  Fraction parts;
  for (std::size_t k = 0; k < lines.size(); ++k) {
    parts = parts + Fraction(weights[k]) * part(lines[k]);
  }
  if (parts.zero()) return 0;
  const Fraction exact = Fraction(amount) * parts / Fraction(SumOf(weights));
  const ProgramSpec& terms = *paid.terms;
  return std::min(
      amount, exact.Rounded(terms.reversal_rounding.value_or(terms.rounding)));
}

// What the refund gives back of each line.
absl::StatusCode NaiveRating::Spread(const event::Refund& e, const Paid& paid,
                                     GivenBack* given) const {
  const bool won = e.kind == RefundKind::kChargebackReversed;
  const std::vector<Left> left = LeftOf(paid);
  std::vector<int64_t> room;
  for (std::size_t i = 0; i < left.size(); ++i) {
    room.push_back(won ? left[i].charged_back
                       : paid.lines[i].paid_minor - left[i].given_back);
  }
  given->amounts.assign(room.size(), 0);
  given->cancelled.assign(room.size(), false);
  const bool cancels = e.kind == RefundKind::kCancellation;
  if (e.lines.empty()) {
    const int64_t amount = e.amount_minor.value_or(SumOf(room));
    if (amount > SumOf(room) && !won)
      return absl::StatusCode::kFailedPrecondition;
    given->amounts = SplitByWeights(std::min(amount, SumOf(room)), room);
    if (cancels && !e.amount_minor) given->cancelled.assign(room.size(), true);
    return absl::StatusCode::kOk;
  }
  for (const event::RefundLine& line : e.lines) {
    std::size_t i = 0;
    while (i < paid.lines.size() && paid.lines[i].number != line.line) ++i;
    if (i == paid.lines.size()) return absl::StatusCode::kNotFound;
    if (line.amount_minor > room[i] && !won) {
      return absl::StatusCode::kFailedPrecondition;
    }
    given->amounts[i] = std::min(line.amount_minor, room[i]);
    if (cancels) given->cancelled[i] = true;
  }
  return absl::StatusCode::kOk;
}

absl::StatusCode NaiveRating::On(const Event& event, const event::Refund& e) {
  if (refund_ids_.count(std::string(e.refund_id)) != 0) {
    return absl::StatusCode::kAlreadyExists;
  }
  const Paid* paid = nullptr;
  for (const Paid& other : paid_) {
    if (!other.payment_id.empty() && other.payment_id == e.payment_id) {
      paid = &other;
    }
  }
  if (paid == nullptr ||
      !Same(paid->who, NaiveAttribution::NameOf(e.customer))) {
    return absl::StatusCode::kNotFound;
  }
  GivenBack given;
  given.payment = paid;
  given.kind = e.kind;
  given.at = event.time;
  const std::optional<int64_t>& days = paid->terms->clawback_days;
  given.counts = !days || event.time.us - paid->at.us < *days * kUsPerDay;
  const absl::StatusCode code = Spread(e, *paid, &given);
  if (code != absl::StatusCode::kOk) return code;
  refund_ids_.insert(std::string(e.refund_id));
  const bool counts =
      given.counts || given.kind == RefundKind::kChargebackReversed;
  if (!counts) ++seen_["refund after the clawback"];
  given_back_.push_back(std::move(given));
  if (!counts || paid->number == 0) return code;
  const std::size_t before = booked_.size();
  Reverse(event, *paid, e.kind == RefundKind::kChargebackReversed);
  MakeAgainAfter(event, *paid);
  for (std::size_t i = before; i < booked_.size(); ++i) {
    booked_[i].row.refund = std::string(e.refund_id);
  }
  return code;
}

// Partner by partner, in the order of their first credits.
void NaiveRating::MakeAgainAfter(const Event& refund, const Paid& paid) {
  std::set<std::string> done;
  for (const Credit& first : paid.credits) {
    if (!first.earns || !done.insert(first.partner).second) continue;
    for (const Credit& credit : paid.credits) {
      if (!credit.earns || credit.partner != first.partner) continue;
      for (const Book& book : BooksOf(credit, {paid.at, refund.time})) {
        const std::size_t before = booked_.size();
        MakeAgain(refund, book, nullptr);
        if (booked_.size() > before) ++seen_["true-up after a refund"];
      }
    }
  }
}

void NaiveRating::Reverse(const Event& event, const Paid& paid, bool won) {
  const std::vector<Left> left = LeftOf(paid);
  const std::size_t count = booked_.size();
  for (std::size_t root = 0; root < count; ++root) {
    const Booked& accrual = booked_[root];
    if (accrual.payment != &paid || accrual.root != root ||
        accrual.row.true_up || accrual.row.kind != AccrualKind::kAccrual) {
      continue;
    }
    const int64_t amount = accrual.row.amount_minor;
    const int64_t target =
        TakenBack(amount, paid, accrual.lines, accrual.bases, left);
    const int64_t reversed = amount - Net(root);
    Booked row = accrual;
    row.row.event_id = std::string(event.event_id);
    row.at = event.time;
    row.once = FixedPer::kNone;
    if (!won && target > reversed) {
      row.row.kind = AccrualKind::kReversal;
      row.row.amount_minor = target - reversed;
      ++seen_[target == amount ? "reversed whole" : "reversed in part"];
      Put(row);
    } else if (won && target < reversed) {
      row.row.restores = accrual.row.accrual;
      const int64_t room =
          RoomOf(*accrual.rule, accrual.row.payee, paid.who, accrual.own_at);
      row.row.amount_minor = reversed - target;
      if (row.row.level == 0 && room < row.row.amount_minor) {
        row.row.amount_minor = room;
        ++seen_["won back, but cut"];
      }
      ++seen_["won back"];
      Put(row);
    }
  }
}

// ---------------------------------------------------------------------------
// True-ups

NaiveRating::Book NaiveRating::BookOf(const Paid& paid,
                                      const Chosen& chosen) const {
  const Credit& credit = paid.credits[chosen.credit];
  const Period period = RewardOf(*chosen.rule, credit.partner).tier_period;
  return {credit.partner, credit.role, chosen.rule->rule_id, period,
          StartOf(period, paid.at)};
}

std::vector<NaiveRating::Book> NaiveRating::BooksOf(
    const Credit& credit, const std::vector<Instant>& moments) const {
  std::vector<Book> books;
  for (const Paid& paid : paid_) {
    for (const Chosen& chosen : paid.chosen) {
      const Credit& of = paid.credits[chosen.credit];
      if (of.partner != credit.partner || of.role != credit.role ||
          !IsRetroactive(*chosen.rule, of.partner)) {
        continue;
      }
      const Book book = BookOf(paid, chosen);
      const bool asked = std::any_of(
          moments.begin(), moments.end(),
          [&](Instant at) { return StartOf(book.period, at) == book.start; });
      if (asked && std::find(books.begin(), books.end(), book) == books.end()) {
        books.push_back(book);
      }
    }
  }
  return books;
}

std::vector<NaiveRating::UnderRule> NaiveRating::PaymentsOf(
    const Book& book) const {
  std::vector<UnderRule> found;
  for (const Paid& paid : paid_) {
    for (const Chosen& chosen : paid.chosen) {
      if (IsRetroactive(*chosen.rule, paid.credits[chosen.credit].partner) &&
          BookOf(paid, chosen) == book) {
        found.push_back({&paid, &chosen});
      }
    }
  }
  return found;
}

int64_t NaiveRating::PeriodBase(const Book& book) const {
  int64_t base = 0;
  for (const UnderRule& under : PaymentsOf(book)) {
    const Credit& credit = under.paid->credits[under.chosen->credit];
    const int64_t share = SplitByWeights(SumOf(under.chosen->bases),
                                         credit.weights)[credit.place];
    base += share - TakenBack(share, *under.paid, under.chosen->lines,
                              under.chosen->bases, LeftOf(*under.paid));
  }
  return base;
}

int64_t NaiveRating::TargetOf(const Book& book) const {
  const UnderRule latest = PaymentsOf(book).back();
  const RuleSpec& rule = *latest.chosen->rule;
  const RewardSpec& reward = RewardOf(rule, book.partner);
  const int64_t metric = MetricOf(book.partner, book.role, reward.tier_metric,
                                  reward.tier_period, latest.paid->at, nullptr);
  const TierSpec* band = BandOf(reward, metric);
  if (band == nullptr) return 0;
  if (metric == band->from) ++seen_["exactly a bound"];
  const int64_t target =
      (Fraction(PeriodBase(book)) * PercentOf(band->percent) +
       Fraction(band->fixed_amount_minor))
          .Rounded(latest.paid->rating->rounding);
  if (!rule.limits.amount_per_period) return target;
  // What the rule earns beside this book has room too.
  int64_t limit = rule.limits.amount_per_period->amount_minor;
  for (const Booked& booked : booked_) {
    if (booked.row.level != 0 || booked.row.rule != book.rule ||
        booked.row.payee != book.partner ||
        (booked.row.true_up && booked.book == book) ||
        !SamePeriod(book.period, booked.own_at, latest.paid->at)) {
      continue;
    }
    limit -= booked.row.kind == AccrualKind::kReversal
                 ? -booked.row.amount_minor
                 : booked.row.amount_minor;
  }
  limit = std::max<int64_t>(limit, 0);
  if (limit < target) ++seen_["limit cuts a true-up"];
  return std::min(target, limit);
}

void NaiveRating::MakeAgain(const Event& event, const Book& book,
                            const UnderRule* here) {
  const UnderRule latest = PaymentsOf(book).back();
  const Credit& credit = latest.paid->credits[latest.chosen->credit];
  Booked row = RowOf(event, *latest.paid, *latest.chosen);
  row.payment = nullptr;
  row.own_at = latest.paid->at;  // in the book's period
  row.lines.clear();
  row.bases.clear();
  row.book = book;
  row.row.true_up = true;
  row.row.customer.clear();
  row.row.base_minor = PeriodBase(book);
  row.row.weight_ppb = kPpb;
  const int64_t target = TargetOf(book);
  SeePaid(*latest.paid, *latest.chosen, target);
  TrueUp(row, target);
  // A level that the latest terms have no more has earned nothing.
  std::vector<UplineSpec> uplines = ByLevel(latest.chosen->rule->uplines);
  for (int64_t level = 1; level <= 3; ++level) {
    const auto is_there = [level](const UplineSpec& upline) {
      return upline.level == level;
    };
    if (std::none_of(uplines.begin(), uplines.end(), is_there) &&
        AccruedOf(book, level) != 0) {
      uplines.push_back({level, UplineOf::kCommission, "0%"});
    }
  }
  for (const UplineSpec& upline : ByLevel(uplines)) {
    if (upline.of == UplineOf::kBase) {
      if (here != nullptr) {
        BookUpline(event, *here->paid, *here->chosen, upline, target);
      }
      continue;
    }
    row.row.level = upline.level;
    const int64_t due = (Fraction(target) * PercentOf(upline.percent))
                            .Rounded(latest.paid->rating->rounding);
    const auto level = static_cast<std::size_t>(upline.level);
    row.lost =
        level > credit.parents.size() || !credit.parents[level - 1].earns;
    if (!row.lost) row.row.payee = credit.parents[level - 1].partner;
    TrueUp(row, due);
  }
}

int64_t NaiveRating::AccruedOf(const Book& book, int64_t level) const {
  int64_t accrued = 0;
  for (const Booked& booked : booked_) {
    if (!booked.row.true_up || !(booked.book == book) ||
        booked.row.level != level) {
      continue;
    }
    accrued += booked.row.kind == AccrualKind::kReversal
                   ? -booked.row.amount_minor
                   : booked.row.amount_minor;
  }
  return accrued;
}

void NaiveRating::TrueUp(const Booked& row, int64_t target) {
  int64_t over = AccruedOf(row.book, row.row.level) - target;
  if (over < 0) {
    Booked up = row;
    up.row.amount_minor = -over;
    ++seen_[up.lost             ? "true-up that nobody may earn"
            : up.row.level == 0 ? "true-up"
                                : "true-up of an upline"];
    Put(up);
    return;
  }
  for (std::size_t i = booked_.size(); over > 0 && i-- > 0;) {
    const Booked accrual = booked_[i];
    if (!accrual.row.true_up || accrual.row.kind != AccrualKind::kAccrual ||
        !(accrual.book == row.book) || accrual.row.level != row.row.level) {
      continue;
    }
    Booked down = accrual;
    down.row.event_id = row.row.event_id;
    down.at = row.at;
    down.row.kind = AccrualKind::kReversal;
    down.row.amount_minor = std::min(over, Net(i));
    over -= down.row.amount_minor;
    if (down.row.amount_minor > 0) {
      ++seen_[down.lost ? "lost true-up goes down" : "true-up goes down"];
    }
    Put(down);
  }
}

}  // namespace testing_support

VOUCH_NAMESPACE_END
