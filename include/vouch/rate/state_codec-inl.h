// Bodies of state_codec.h.
#ifndef VOUCH_RATE_STATE_CODEC_INL_H_
#define VOUCH_RATE_STATE_CODEC_INL_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "vouch/rate/keep.h"
#include "vouch/rate/state_codec.h"
#include "vouch/rate/true_up.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline constexpr uint8_t kPartnerStateVersion = 3;

template <typename S, typename V, IfIs<S, LineBase> = 0>
void VisitState(S& s, V& v) {
  v(s.line, s.base_minor);
}

template <typename S, typename V, IfIs<S, RatableParent> = 0>
void VisitState(S& s, V& v) {
  v(s.partner, s.earns);
}

template <typename S, typename V, IfIs<S, PeriodMetrics> = 0>
void VisitState(S& s, V& v) {
  v(s.role, s.period, s.from);
  for (std::size_t i = 1; i < s.values.size(); ++i) v(s.values[i]);
}

template <typename S, typename V, IfIs<S, MonthAmount> = 0>
void VisitState(S& s, V& v) {
  v(s.month, s.amount_minor);
}

template <typename S, typename V, IfIs<S, StateTurnover> = 0>
void VisitState(S& s, V& v) {
  v(s.own_minor, s.upline_minor, s.revenue_minor, s.base_minor, s.count);
}

// What stands in an accrual, a share and a book but for terms, bases and books.
template <typename S, typename V, IfIs<S, BookedAccrual> = 0>
void VisitState(S& s, V& v) {
  v(s.accrual_id.seq, s.accrual_id.place, s.source, s.payment_seq, s.customer);
  v.Id(s.payment_id);
  v(s.rule_id, s.payee, s.role, s.phase, s.level, s.contract_year, s.month,
    s.weight_ppb, s.base_minor, s.amount_minor, s.reversed_minor);
}

template <typename S, typename V, IfIs<S, CountedShare> = 0>
void VisitState(S& s, V& v) {
  v(s.payment_seq, s.role, s.phase, s.contract_year, s.month, s.weight_ppb,
    s.share_minor, s.returned_minor);
}

template <typename S, typename V, IfIs<S, TrueUpBook> = 0>
void VisitState(S& s, V& v) {
  v(s.rule_id, s.role, s.period, s.from, s.base_minor, s.rule, s.partner_id);
}

template <typename S, typename V, IfIs<S, TrueUpBook::Forgone> = 0>
void VisitState(S& s, V& v) {
  v(s.level, s.after, s.left_minor);
}

// A place in a list, or none, as a number from 0.
inline uint64_t PlaceNumber(std::size_t place) {
  return place == kNoPlace ? 0 : uint64_t{place} + 1;
}

class PartnerStateWriter {
 public:
  PartnerStateWriter(const PartnerState& state, const Reference& reference,
                     std::string* out)
      : state_(state),
        reference_(reference),
        write_(kPartnerStateVersion, out) {}

  void Write() {
    write_(state_.accruals.size());
    for (const BookedAccrual& accrual : state_.accruals) {
      write_(accrual, SeqOf(accrual.terms), PlaceNumber(accrual.book));
      Bases(accrual.first_base, accrual.base_count);
    }
    write_(state_.shares.size());
    for (const CountedShare& share : state_.shares) {
      write_(share, PlaceNumber(share.book));
      Bases(share.first_base, share.base_count);
    }
    write_(state_.books.size());
    for (const TrueUpBook& book : state_.books) {
      write_(book, SeqOf(book.terms));
      write_.PutList(book.parents);
      write_.PutList(book.forgone);
    }
    write_.PutList(state_.metrics);
    write_(state_.rules.size());
    for (const RuleCounter& rule : state_.rules) Counter(rule);
    PaidMonthsOfAll();
    write_(state_.turnover);
  }

 private:
  Seq SeqOf(const Program* terms) {
    if (terms == nullptr) return Seq();
    if (terms != last_terms_) {
      const ProgramVersion* version = reference_.VersionOf(terms);
      last_terms_ = terms;
      last_seq_ = version == nullptr ? Seq() : version->seq;
    }
    return last_seq_;
  }
  void Bases(std::size_t first, std::size_t count) {
    write_.PutList(absl::MakeConstSpan(state_.bases).subspan(first, count));
  }
  // Customers by their numbers, so that equal counters give equal bytes.
  void Counter(const RuleCounter& rule) {
    write_(rule.rule_id);
    write_.PutList(rule.months);
    std::vector<CustomerNumber> customers;
    for (const auto& [customer, counter] : rule.customers) {
      customers.push_back(customer);
    }
    std::sort(customers.begin(), customers.end());
    write_(customers.size());
    for (const CustomerNumber customer : customers) {
      const CustomerCounter& counter = rule.customers.at(customer);
      write_(customer, counter.payments_count, counter.amount_minor,
             counter.once_spent, counter.rewarded);
      write_.PutList(counter.years_spent);
    }
  }
  void PaidMonthsOfAll() {
    std::vector<CustomerInRole> keys;
    for (const auto& [key, months] : state_.paid_months) keys.push_back(key);
    std::sort(keys.begin(), keys.end(), [](CustomerInRole a, CustomerInRole b) {
      return std::tuple(a.role, a.customer) < std::tuple(b.role, b.customer);
    });
    write_(keys.size());
    for (const CustomerInRole& key : keys) {
      write_(key.role, key.customer);
      write_.PutList(state_.paid_months.at(key));
    }
  }

  const PartnerState& state_;
  const Reference& reference_;
  StateWriter write_;
  const Program* last_terms_ = nullptr;
  Seq last_seq_;
};

// Reads what the writer wrote; what does not belong together is refused, so
// that no later step can leave its bounds.
class PartnerStateReader {
 public:
  PartnerStateReader(StateReader* reader, const Reference& reference,
                     PartnerState* state)
      : read_(*reader), reference_(reference), state_(*state) {}

  void Read() {
    for (std::size_t n = read_.Count(); n > 0 && read_.ok(); --n) ReadAccrual();
    for (std::size_t n = read_.Count(); n > 0 && read_.ok(); --n) ReadShare();
    for (std::size_t n = read_.Count(); n > 0 && read_.ok(); --n) ReadBook();
    ReadMetrics();
    for (std::size_t n = read_.Count(); n > 0 && read_.ok(); --n) ReadCounter();
    for (std::size_t n = read_.Count(); n > 0 && read_.ok(); --n) ReadPaid();
    read_(state_.turnover);
    if (read_.ok()) FillBooks();
    if (read_.ok()) CheckSums();
  }

 private:
  static constexpr MonthNumber kEndOfMonths = 12 * 10'001;

  void Require(bool holds, std::string_view otherwise) {
    read_.Require(holds, otherwise);
  }
  void RequireMonth(MonthNumber month) {
    Require(month >= 0 && month < kEndOfMonths, "a month outside the calendar");
  }
  // A period's first month.
  void RequireFrom(Period period, MonthNumber from) {
    const bool ever = period == Period::kLifetime;
    if (!ever) RequireMonth(from);
    Require(IsWord(period) && PeriodOf(period, ever ? 0 : from).from == from,
            "a month that begins no such period");
  }

  const Program* ReadTerms() {
    Seq seq;
    read_(seq);
    if (!seq.has_value()) return nullptr;
    const ProgramVersion* version = reference_.VersionSetBy(seq);
    Require(version != nullptr, "terms that nobody set");
    return version == nullptr ? nullptr : version->program.get();
  }
  std::size_t ReadPlace() {
    uint64_t number = 0;
    read_(number);
    return number == 0 ? kNoPlace : static_cast<std::size_t>(number - 1);
  }

  // Behind the bases of those before; gives their sum.
  absl::int128 ReadBases(std::size_t* first, std::size_t* count) {
    *first = state_.bases.size();
    *count = 0;
    absl::int128 total = 0;
    for (std::size_t n = read_.Count(); n > 0 && read_.ok(); --n) {
      LineBase& base = state_.bases.emplace_back();
      read_(base);
      Require(base.base_minor >= 0, "a base below zero");
      total += base.base_minor;
      ++*count;
    }
    return total;
  }

  void ReadAccrual() {
    const BookedAccrual before =
        state_.accruals.empty() ? BookedAccrual() : state_.accruals.back();
    BookedAccrual& accrual = state_.accruals.emplace_back();
    read_(accrual);
    accrual.terms = ReadTerms();
    accrual.book = ReadPlace();
    const absl::int128 total =
        ReadBases(&accrual.first_base, &accrual.base_count);
    Require(before.accrual_id < accrual.accrual_id, "accruals out of order");
    Require(0 <= accrual.reversed_minor &&
                accrual.reversed_minor <= accrual.amount_minor,
            "more reversed of an accrual than it has");
    Require(accrual.level >= 0, "a level below zero");
    RequireMonth(accrual.month);
    RequireSource(accrual, total);
  }

  void RequireSource(const BookedAccrual& accrual, absl::int128 bases) {
    const bool true_up = accrual.source == AccrualSource::kTrueUp;
    Require(true_up == (accrual.book != kNoPlace), "a true-up without a book");
    Require(true_up ? accrual.base_count == 0 : bases == accrual.base_minor,
            "bases that do not add up");
    switch (accrual.source) {
      case AccrualSource::kPayment:
        Require(accrual.payment_seq == accrual.accrual_id.seq,
                "an accrual of another payment");
        return;
      case AccrualSource::kTrueUp:
        Require(accrual.base_minor >= 0, "a base below zero");
        return;
      case AccrualSource::kQualifiedLead:
      case AccrualSource::kSignup:
        return;
      default:
        Require(false, "an accrual of no such source");
    }
  }

  void ReadShare() {
    const Seq before =
        state_.shares.empty() ? Seq() : state_.shares.back().payment_seq;
    CountedShare& share = state_.shares.emplace_back();
    read_(share);
    share.book = ReadPlace();
    ReadBases(&share.first_base, &share.base_count);
    Require(before <= share.payment_seq, "shares out of order");
    Require(
        0 <= share.returned_minor && share.returned_minor <= share.share_minor,
        "more returned of a share than it has");
    RequireMonth(share.month);
  }

  void ReadBook() {
    TrueUpBook& book = state_.books.emplace_back();
    read_(book);
    book.terms = ReadTerms();
    read_.GetList(&book.parents,
                  [](const RatableParent*, const RatableParent&) {});
    ReadForgone(&book);
    RequireFrom(book.period, book.from);
    if (!read_.ok()) return;
    const bool known = book.terms != nullptr &&
                       book.rule < book.terms->rules().size() &&
                       book.terms->rules()[book.rule].rule_id == book.rule_id;
    Require(known, "a true-up by no rule");
    if (!known) return;
    const Reward& reward =
        book.terms->rules()[book.rule].RewardOf(book.partner_id);
    Require(IsRetroactive(reward) && reward.tier_period == book.period,
            "a true-up by no rule");
  }

  void ReadForgone(TrueUpBook* book) {
    read_.GetList(&book->forgone,
                  [this, book](const auto* before, const auto& forgone) {
                    Require(forgone.level > 0 && forgone.left_minor > 0,
                            "an amount forgone that is none");
                    Require(before == nullptr || before->after <= forgone.after,
                            "amounts forgone out of order");
                    if (read_.ok()) AddForgone(forgone, book);
                  });
  }
  void AddForgone(const TrueUpBook::Forgone& forgone, TrueUpBook* book) {
    TrueUpBook::Level& level = LevelOf(forgone.level, book);
    const bool fits = CheckedAdd(level.forgone_minor, forgone.left_minor,
                                 &level.forgone_minor);
    Require(fits, "sums that pass what moved");
  }

  void ReadMetrics() {
    read_.GetList(&state_.metrics, [this](const PeriodMetrics* before,
                                          const PeriodMetrics& row) {
      Require(before == nullptr || OrderOf(*before) < OrderOf(row),
              "metrics out of order");
      RequireFrom(row.period, row.from);
    });
  }

  void ReadCounter() {
    RuleCounter& rule = state_.rules.emplace_back();
    read_(rule.rule_id);
    const std::size_t size = state_.rules.size();
    Require(size == 1 || state_.rules[size - 2].rule_id < rule.rule_id,
            "rules out of order");
    read_.GetList(&rule.months,
                  [this](const MonthAmount* before, const MonthAmount& month) {
                    RequireMonth(month.month);
                    Require(before == nullptr || before->month < month.month,
                            "months out of order");
                  });
    CustomerNumber before;
    for (std::size_t n = read_.Count(); n > 0 && read_.ok(); --n) {
      CustomerNumber customer;
      read_(customer);
      Require(rule.customers.empty() || before < customer,
              "customers out of order");
      before = customer;
      CustomerCounter& counter = rule.customers[customer];
      read_(counter.payments_count, counter.amount_minor, counter.once_spent,
            counter.rewarded);
      ReadAscending(&counter.years_spent);
    }
  }

  template <typename List>
  void ReadAscending(List* list) {
    read_.GetList(list, [this](const int32_t* before, int32_t value) {
      Require(before == nullptr || *before < value, "numbers out of order");
    });
  }

  void ReadPaid() {
    CustomerInRole key;
    read_(key.role, key.customer);
    Require(IsWord(key.role), "an unknown word");
    Require(state_.paid_months.empty() ||
                std::tuple(last_paid_.role, last_paid_.customer) <
                    std::tuple(key.role, key.customer),
            "customers out of order");
    last_paid_ = key;
    if (!read_.ok()) return;
    PaidMonths& months = state_.paid_months[key];
    ReadAscending(&months);
    Require(!months.empty(), "a customer who never paid");
    for (const MonthNumber month : months) RequireMonth(month);
  }

  // The sums of the books, and who belongs to them.
  void FillBooks() {
    for (std::size_t i = 0; i < state_.accruals.size(); ++i) {
      const BookedAccrual& accrual = state_.accruals[i];
      if (accrual.book == kNoPlace) continue;
      Require(accrual.book < state_.books.size(), "a book that is none");
      if (!read_.ok()) return;
      TrueUpBook& book = state_.books[accrual.book];
      Require(book.rule_id == accrual.rule_id && book.role == accrual.role,
              "an accrual in a book that is not its own");
      const int64_t left = accrual.left_minor();
      Require(left <= std::numeric_limits<int64_t>::max() -
                          book.AccruedAt(accrual.level) -
                          book.ForgoneAt(accrual.level),
              "sums that pass what moved");
      if (!read_.ok()) return;
      book.accruals.push_back(i);
      CountLevel(accrual.level, left, &book);
    }
    for (const TrueUpBook& book : state_.books) {
      Require(book.forgone.empty() ||
                  book.forgone.back().after <= book.accruals.size(),
              "an amount forgone after accruals that are none");
    }
    for (const CountedShare& share : state_.shares) {
      Require(share.book == kNoPlace || share.book < state_.books.size(),
              "a book that is none");
    }
  }

  // -------------------------------------------------------------------------
  // Sums: none may pass what ever moved.

  void RequireUpTo(absl::int128 value, int64_t most) {
    Require(value >= -absl::int128(most) && value <= most,
            "sums that pass what moved");
  }
  void RequireCount(absl::int128 value, int64_t most) {
    Require(value >= 0 && value <= most, "sums that pass what moved");
  }

  void CheckSums() {
    const StateTurnover& all = state_.turnover;
    for (const int64_t sum : {all.own_minor, all.upline_minor,
                              all.revenue_minor, all.base_minor, all.count}) {
      Require(sum >= 0, "sums that pass what moved");
    }
    CheckAccruals();
    CheckShares();
    for (const PeriodMetrics& row : state_.metrics) CheckMetrics(row);
    for (const RuleCounter& rule : state_.rules) CheckCounter(rule);
  }

  void CheckAccruals() {
    absl::int128 own = 0;
    absl::int128 upline = 0;
    for (const BookedAccrual& accrual : state_.accruals) {
      (accrual.level == 0 ? own : upline) +=
          absl::int128(accrual.amount_minor) + accrual.reversed_minor;
    }
    RequireCount(own, state_.turnover.own_minor);
    RequireCount(upline, state_.turnover.upline_minor);
  }

  void CheckShares() {
    absl::int128 revenue = 0;
    absl::int128 base = 0;
    std::vector<absl::int128> of_books(state_.books.size());
    for (const CountedShare& share : state_.shares) {
      const absl::int128 moved =
          absl::int128(share.share_minor) + share.returned_minor;
      (share.book == kNoPlace ? revenue : base) += moved;
      if (share.book == kNoPlace) continue;
      of_books[share.book] += share.share_minor - share.returned_minor;
    }
    RequireCount(revenue, state_.turnover.revenue_minor);
    RequireCount(base, state_.turnover.base_minor);
    for (std::size_t i = 0; i < of_books.size(); ++i) {
      Require(of_books[i] == state_.books[i].base_minor,
              "shares that do not add up");
    }
  }

  void CheckMetrics(const PeriodMetrics& row) {
    const StateTurnover& all = state_.turnover;
    const auto value = [&row](Metric metric) {
      return row.values[static_cast<std::size_t>(metric)];
    };
    RequireUpTo(value(Metric::kRevenue), all.revenue_minor);
    RequireUpTo(value(Metric::kCommission), all.own_minor);
    RequireUpTo(value(Metric::kPayments), all.count);
    RequireUpTo(value(Metric::kNewCustomers), all.count);
    RequireUpTo(value(Metric::kActiveCustomers), all.count);
  }

  void CheckCounter(const RuleCounter& rule) {
    absl::int128 sum = 0;
    for (const MonthAmount& month : rule.months) {
      RequireCount(month.amount_minor, state_.turnover.own_minor);
      sum += month.amount_minor;
    }
    RequireCount(sum, state_.turnover.own_minor);
    sum = 0;
    absl::int128 payments = 0;
    for (const auto& [customer, counter] : rule.customers) {
      RequireCount(counter.amount_minor, state_.turnover.own_minor);
      RequireCount(counter.payments_count, state_.turnover.count);
      sum += counter.amount_minor;
      payments += counter.payments_count;
    }
    RequireCount(sum, state_.turnover.own_minor);
    RequireCount(payments, state_.turnover.count);
  }

  StateReader& read_;
  const Reference& reference_;
  PartnerState& state_;
  CustomerInRole last_paid_;
};

}  // namespace internal

inline void AppendState(const PartnerState& state, const Reference& reference,
                        std::string* out) {
  internal::PartnerStateWriter(state, reference, out).Write();
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              KeepText keep_payment_id, PartnerState* state) {
  internal::StateReader reader(internal::kPartnerStateVersion, bytes, reference,
                               keep_payment_id);
  *state = PartnerState();
  internal::PartnerStateReader(&reader, *reference, state).Read();
  return reader.Finish("partner_state");
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference,
                              PartnerState* state) {
  return ReadState(bytes, reference, internal::Interner(reference), state);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_RATE_STATE_CODEC_INL_H_
