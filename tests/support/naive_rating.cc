#include "tests/support/naive_rating.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <variant>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "vouch/program/spec_codec.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

namespace {

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

absl::int128 CommonDivisor(absl::int128 a, absl::int128 b) {
  while (b != 0) std::tie(a, b) = std::make_tuple(b, a % b);
  return a < 0 ? -a : a;
}

Fraction PercentOf(std::string_view text) {
  return text.empty() ? Fraction()
                      : Fraction(Rate::Parse(text)->ppb(), int64_t{kPpb});
}

// `whole` over `weights` by largest remainder, ties to the earlier.
std::vector<int64_t> Split(int64_t whole, const std::vector<int64_t>& weights) {
  absl::int128 sum = 0;
  for (const int64_t weight : weights) sum += weight;
  std::vector<int64_t> parts(weights.size(), 0);
  if (sum == 0) return parts;
  std::vector<absl::int128> over;
  int64_t missing = whole;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const absl::int128 exact = absl::int128(whole) * weights[i];
    parts[i] = static_cast<int64_t>(exact / sum);
    over.push_back(exact % sum);
    missing -= parts[i];
  }
  for (; missing > 0; --missing) {
    const auto most = std::max_element(over.begin(), over.end());
    ++parts[static_cast<std::size_t>(most - over.begin())];
    *most = -1;
  }
  return parts;
}

int64_t Sum(const std::vector<int64_t>& list) {
  int64_t sum = 0;
  for (const int64_t item : list) sum += item;
  return sum;
}

std::string Folded(std::string_view code) {
  std::string folded;
  for (const char c : code) {
    if (c == ' ' || c == '-') continue;
    folded += 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return folded;
}

// The host's id in a name.
std::string IdOf(const std::string& name) {
  return name.substr(name.find(' ') + 1);
}

template <typename List>
std::map<std::string, std::string, std::less<>> AttributesOf(const List& list) {
  std::map<std::string, std::string, std::less<>> attributes;
  for (const event::Attribute& attribute : list) {
    attributes[std::string(attribute.key)] = std::string(attribute.value);
  }
  return attributes;
}

// An empty list asks for nothing.
template <typename T>
bool Among(const std::vector<T>& list, const T& value) {
  return list.empty() ||
         std::find(list.begin(), list.end(), value) != list.end();
}

bool Inside(const RangeSpec& range, int64_t value) {
  return (!range.from || value >= *range.from) &&
         (!range.until || value < *range.until);
}

const RewardSpec& RewardOf(const RuleSpec& rule, std::string_view partner) {
  for (const RateExceptionSpec& exception : rule.rate_exceptions) {
    if (exception.partner_id == partner) return exception.reward;
  }
  return rule.reward;
}

bool IsRetroactive(const RuleSpec& rule, std::string_view partner) {
  return RewardOf(rule, partner).tier_meaning == TierMeaning::kRetroactive;
}

// Where the band ends; absent: nowhere.
std::optional<int64_t> EndOf(const RewardSpec& reward, std::size_t band) {
  if (reward.tiers[band].until) return reward.tiers[band].until;
  if (band + 1 < reward.tiers.size()) return reward.tiers[band + 1].from;
  return std::nullopt;
}

// nullptr: no band holds it.
const TierSpec* BandOf(const RewardSpec& reward, int64_t metric) {
  for (std::size_t i = 0; i < reward.tiers.size(); ++i) {
    const std::optional<int64_t> end = EndOf(reward, i);
    if (metric >= reward.tiers[i].from && (!end || metric < *end)) {
      return &reward.tiers[i];
    }
  }
  return nullptr;
}

std::vector<UplineSpec> ByLevel(std::vector<UplineSpec> uplines) {
  std::stable_sort(uplines.begin(), uplines.end(),
                   [](const UplineSpec& a, const UplineSpec& b) {
                     return a.level < b.level;
                   });
  return uplines;
}

}  // namespace

// ---------------------------------------------------------------------------
// Fractions

Fraction::Fraction(absl::int128 top, absl::int128 bottom) {
  if (bottom < 0) {
    top = -top;
    bottom = -bottom;
  }
  const absl::int128 common = CommonDivisor(top, bottom);
  top_ = top / common;
  bottom_ = bottom / common;
}

Fraction operator+(const Fraction& a, const Fraction& b) {
  const absl::int128 common = CommonDivisor(a.bottom_, b.bottom_);
  return Fraction(a.top_ * (b.bottom_ / common) + b.top_ * (a.bottom_ / common),
                  a.bottom_ / common * b.bottom_);
}

Fraction operator*(const Fraction& a, const Fraction& b) {
  // Each crosswise first, so that the products stay small.
  const Fraction left(a.top_, b.bottom_);
  const Fraction right(b.top_, a.bottom_);
  return Fraction(left.top_ * right.top_, left.bottom_ * right.bottom_);
}

Fraction operator/(const Fraction& a, const Fraction& b) {
  return a * Fraction(b.bottom_, b.top_);
}

int64_t Fraction::Rounded(Rounding rounding) const {
  const bool negative = top_ < 0;
  const absl::int128 size = negative ? -top_ : top_;
  absl::int128 down = size / bottom_;
  const absl::int128 twice = 2 * (size % bottom_);
  bool away = false;
  switch (rounding) {
    case Rounding::kHalfEven:
      away = twice > bottom_ || (twice == bottom_ && down % 2 == 1);
      break;
    case Rounding::kHalfUp:
      away = twice >= bottom_;
      break;
    case Rounding::kHalfDown:
      away = twice > bottom_;
      break;
    case Rounding::kDown:
      break;
    case Rounding::kUp:
      away = twice > 0;
      break;
    case Rounding::kFloor:
      away = twice > 0 && negative;
      break;
    case Rounding::kCeiling:
      away = twice > 0 && !negative;
      break;
  }
  if (away) ++down;
  return static_cast<int64_t>(negative ? -down : down);
}

// ---------------------------------------------------------------------------
// Reference data

bool NaiveRating::Book::operator==(const Book& other) const {
  return std::tie(partner, role, rule, period, start) ==
         std::tie(other.partner, other.role, other.rule, other.period,
                  other.start);
}

absl::StatusCode NaiveRating::Apply(const Event& event) {
  if (!std::holds_alternative<event::ProgramSet>(event.body)) {
    if (versions_.empty()) return absl::StatusCode::kNotFound;
    const auto earlier = [&event](const Version& version) {
      return version.from <= event.time;
    };
    if (std::none_of(versions_.begin(), versions_.end(), earlier)) {
      return absl::StatusCode::kFailedPrecondition;
    }
  }
  const absl::StatusCode code =
      std::visit([&](const auto& body) { return On(event, body); }, event.body);
  while (told_.size() < booked_.size()) {
    told_.push_back(booked_[told_.size()].row);
  }
  return code;
}

const ProgramSpec& NaiveRating::TermsAt(Instant at) const {
  const Version* found = nullptr;
  for (const Version& version : versions_) {
    if (version.from > at) continue;
    if (found == nullptr || version.from >= found->from) found = &version;
  }
  if (found != nullptr) return found->spec;
  for (const Version& version : versions_) {
    if (found == nullptr || version.from <= found->from) found = &version;
  }
  return found->spec;
}

CivilDay NaiveRating::DayAt(Instant at) const {
  return DayOf(at, *TimeZone::Load(versions_.front().spec.time_zone));
}

CivilDay NaiveRating::StartOf(Period period, Instant at) const {
  const CivilDay day = DayAt(at);
  switch (period) {
    case Period::kMonth:
      return CivilDay(day.year(), day.month(), 1);
    case Period::kQuarter:
      return CivilDay(day.year(), (day.month() - 1) / 3 * 3 + 1, 1);
    case Period::kYear:
      return CivilDay(day.year(), 1, 1);
    case Period::kLifetime:
    case Period::kNone:
      break;
  }
  return CivilDay();
}

bool NaiveRating::SamePeriod(Period period, Instant a, Instant b) const {
  return StartOf(period, a) == StartOf(period, b);
}

const NaiveRating::Record* NaiveRating::RecordAt(std::string_view partner,
                                                 Instant at) const {
  const Record* found = nullptr;
  for (const Record& record : records_) {
    if (record.partner != partner || record.from > at) continue;
    if (found == nullptr || record.from >= found->from) found = &record;
  }
  return found;
}

bool NaiveRating::Same(const std::string& a, const std::string& b) const {
  return attribution_.Who(a) == attribution_.Who(b);
}

absl::StatusCode NaiveRating::On(const Event& event,
                                 const event::ProgramSet& e) {
  versions_.push_back({event.time, *DecodeSpec(e.spec)});
  return attribution_.Apply(event);
}

bool NaiveRating::ShareFits(const std::optional<Rate>& share,
                            Instant at) const {
  const ProgramSpec& terms = TermsAt(at);
  if (!share) return true;
  return (terms.customer_share_min.empty() ||
          *share >= *Rate::Parse(terms.customer_share_min)) &&
         (terms.customer_share_max.empty() ||
          *share <= *Rate::Parse(terms.customer_share_max));
}

// Looked for at every moment at which anything changes from then on.
bool NaiveRating::MakesCycle(const Record& record) const {
  std::vector<Instant> moments = {record.from};
  for (const Record& other : records_) {
    if (other.from > record.from) moments.push_back(other.from);
  }
  for (const Instant at : moments) {
    std::set<std::string> met;
    std::string next = record.partner;
    while (!next.empty()) {
      if (!met.insert(next).second) return true;
      const Record* found = RecordAt(next, at);
      next = found == nullptr ? "" : found->parent;
    }
  }
  return false;
}

absl::StatusCode NaiveRating::On(const Event& event,
                                 const event::PartnerSet& e) {
  if (!ShareFits(e.customer_share, event.time)) {
    return absl::StatusCode::kInvalidArgument;
  }
  Record record;
  record.partner = std::string(e.partner_id);
  record.from = event.time;
  record.status = e.status;
  record.kind = e.kind;
  record.group = std::string(e.group);
  record.parent = std::string(e.parent_partner_id);
  record.share = e.customer_share;
  record.attributes = AttributesOf(e.attributes);
  if (!record.parent.empty() && record.parent != record.partner &&
      partners_.count(record.parent) == 0) {
    ++seen_["unknown parent"];
    return absl::StatusCode::kNotFound;
  }
  records_.push_back(record);
  if (MakesCycle(record)) {
    records_.pop_back();
    ++seen_["cycle of parents"];
    return absl::StatusCode::kFailedPrecondition;
  }
  partners_.insert(record.partner);
  return attribution_.Apply(event);
}

absl::StatusCode NaiveRating::On(const Event& event,
                                 const event::CodeIssued& e) {
  if (!ShareFits(e.customer_share, event.time)) {
    return absl::StatusCode::kInvalidArgument;
  }
  const absl::StatusCode code = attribution_.Apply(event);
  if (code == absl::StatusCode::kOk) {
    code_shares_[Folded(e.code)] = e.customer_share;
  }
  return code;
}

absl::StatusCode NaiveRating::On(const Event& event,
                                 const event::CustomerMerged& e) {
  const std::string from = NaiveAttribution::NameOf(e.from);
  const std::string into = attribution_.Who(NaiveAttribution::NameOf(e.into));
  const absl::StatusCode code = attribution_.Apply(event);
  if (code != absl::StatusCode::kOk) return code;
  ++seen_["merged"];
  // The fields of `from` come before those of `into`, which then win.
  std::stable_partition(
      signups_.begin(), signups_.end(),
      [&](const SignedUp& signup) { return signup.who == from; });
  for (SignedUp& signup : signups_) {
    if (signup.who == from) signup.who = into;
  }
  return code;
}

absl::StatusCode NaiveRating::On(const Event& event,
                                 const event::AttributionImported& e) {
  const absl::StatusCode code = attribution_.Apply(event);
  if (code != absl::StatusCode::kOk) return code;
  const Instant since = e.since.value_or(event.time);
  imported_.push_back({NaiveAttribution::NameOf(e.customer),
                       e.contract_start_on.value_or(DayAt(since)),
                       e.payment_count,
                       e.payment_count > 0 || e.contract_start_on.has_value()});
  return code;
}

absl::StatusCode NaiveRating::On(const Event&,
                                 const event::ContractStarted& e) {
  Contract contract;
  contract.id = std::string(e.contract_id);
  contract.who = NaiveAttribution::NameOf(e.customer);
  contract.anchor = contract.start = e.start_date;
  const Contract* old = nullptr;
  for (const Contract& other : contracts_) {
    if (other.id == contract.id) return absl::StatusCode::kAlreadyExists;
    if (other.id == e.continues_contract_id && Same(other.who, contract.who)) {
      old = &other;
    }
  }
  if (!e.continues_contract_id.empty()) {
    if (old == nullptr) return absl::StatusCode::kNotFound;
    contract.anchor = old->anchor;
    ++seen_["contract continued"];
  }
  contracts_.push_back(contract);
  return absl::StatusCode::kOk;
}

absl::StatusCode NaiveRating::On(const Event&, const event::ContractEnded& e) {
  for (Contract& contract : contracts_) {
    if (contract.id != e.contract_id ||
        !Same(contract.who, NaiveAttribution::NameOf(e.customer))) {
      continue;
    }
    if (contract.ended || e.end_date < contract.start) {
      return absl::StatusCode::kFailedPrecondition;
    }
    contract.ended = true;
    return absl::StatusCode::kOk;
  }
  return absl::StatusCode::kNotFound;
}

absl::StatusCode NaiveRating::On(const Event& event,
                                 const event::OpeningBalance& e) {
  if (partners_.count(std::string(e.partner_id)) == 0) {
    return absl::StatusCode::kNotFound;
  }
  for (const event::OpeningMetric& metric : e.metrics) {
    openings_.push_back({std::string(e.partner_id), event.time, metric});
  }
  return absl::StatusCode::kOk;
}

// ---------------------------------------------------------------------------
// What earns

absl::StatusCode NaiveRating::On(const Event& event, const event::Signup& e) {
  const std::string name = NaiveAttribution::NameOf(e.customer);
  const bool first = std::none_of(
      signups_.begin(), signups_.end(),
      [&](const SignedUp& signup) { return Same(signup.who, name); });
  const absl::StatusCode code = attribution_.Apply(event);
  if (code != absl::StatusCode::kOk) return code;
  signups_.push_back({attribution_.Who(name), event.time,
                      std::string(e.country), std::string(e.segment),
                      AttributesOf(e.attributes)});
  if (!first) return code;
  Paid paid;
  paid.source = EarnsOn::kSignup;
  paid.event_id = std::string(event.event_id);
  paid.who = attribution_.Who(name);
  paid.at = event.time;
  SetCustomer(&paid);
  AddCredits(attribution_.SignupDecision(event, paid.who), "", &paid);
  paid_.push_back(std::move(paid));
  RateAll(event, &paid_.back());
  return code;
}

absl::StatusCode NaiveRating::On(const Event& event,
                                 const event::LeadUpdated& e) {
  std::optional<NaiveAttribution::LeadNow> lead;
  const std::string lead_id(e.lead_id);
  const NaiveAttribution before = attribution_;
  const absl::StatusCode code = attribution_.Apply(event);
  if (code != absl::StatusCode::kOk || e.status != LeadStatus::kQualified) {
    return code;
  }
  lead = before.LeadAt(e.lead_id, event.time);
  if (!lead->live || !qualified_leads_.insert(lead_id).second) {
    ++seen_["qualified in vain"];
    return code;
  }
  Paid paid;
  paid.source = EarnsOn::kQualifiedLead;
  paid.event_id = std::string(event.event_id);
  paid.who = lead->who.empty() ? absl::StrCat("contact ", lead_id) : lead->who;
  paid.at = event.time;
  SetCustomer(&paid);
  NaiveDecision decision;
  decision.credits.emplace_back();
  decision.credits[0].partner = lead->partner;
  decision.credits[0].weight_ppb = kPpb;
  decision.credits[0].channel = Channel::kLead;
  AddCredits(decision, "", &paid);
  paid_.push_back(std::move(paid));
  RateAll(event, &paid_.back());
  return code;
}

bool NaiveRating::HasContract(const std::string& id,
                              const std::string& who) const {
  return std::any_of(contracts_.begin(), contracts_.end(),
                     [&](const Contract& contract) {
                       return contract.id == id && Same(contract.who, who);
                     });
}

absl::StatusCode NaiveRating::On(const Event& event, const event::Payment& e) {
  const std::string name = NaiveAttribution::NameOf(e.customer);
  if (payment_ids_.count(std::string(e.payment_id)) != 0) {
    return absl::StatusCode::kAlreadyExists;
  }
  if (!e.contract_id.empty() &&
      !HasContract(std::string(e.contract_id), name)) {
    return absl::StatusCode::kNotFound;
  }
  Paid paid;
  paid.terms = &TermsAt(event.time);
  const bool foreign = e.currency.code() != paid.terms->currency;
  if (foreign != e.exchange.has_value()) {
    return absl::StatusCode::kInvalidArgument;
  }
  paid.event_id = std::string(event.event_id);
  paid.payment_id = std::string(e.payment_id);
  paid.who = attribution_.Who(name);
  paid.at = event.time;
  SetCustomer(&paid);
  int64_t sum = 0;
  for (const event::PaymentLine& line : e.lines) sum += line.amount_minor;
  if (sum > 0) Count(e, &paid);
  const absl::StatusCode code = attribution_.Apply(event);
  if (code != absl::StatusCode::kOk) return code;
  payment_ids_.insert(paid.payment_id);
  if (sum == 0) {
    ++seen_["payment of nothing"];
    for (const event::PaymentLine& line : e.lines) {
      paid.lines.emplace_back();
      paid.lines.back().number = line.line;
    }
    paid_.push_back(std::move(paid));
    return code;
  }
  const NaiveAttribution::Credited& credited = attribution_.credited();
  if (paid.terms->terms_as_of == TermsAsOf::kConversion) {
    paid.rating = &TermsAt(credited.decision.at);
  } else if (paid.terms->terms_as_of == TermsAsOf::kContractStart) {
    paid.rating =
        &TermsAt(StartOfDay(paid.contract_anchor,
                            *TimeZone::Load(versions_.front().spec.time_zone)));
  }
  if (paid.rating != paid.terms) ++seen_["older terms rate"];
  Convert(e, &paid);
  SetPhase(&paid);
  AddCredits(credited.decision, credited.servicer, &paid);
  paid_.push_back(std::move(paid));
  RateAll(event, &paid_.back());
  return code;
}

// Each of a line's figures by itself, rounded once.
void NaiveRating::Convert(const event::Payment& e, Paid* paid) const {
  Fraction factor(1);
  if (e.exchange) {
    ++seen_["foreign currency"];
    factor = Fraction(e.exchange->rate_ppb, int64_t{kPpb});
    const int places = *Currency::Parse(paid->rating->currency)->minor_units() -
                       *e.currency.minor_units();
    for (int i = 0; i < places; ++i) factor = factor * Fraction(10);
    for (int i = places; i < 0; ++i) factor = factor * Fraction(1, 10);
  }
  const auto converted = [&](int64_t minor) {
    return (Fraction(minor) * factor).Rounded(paid->rating->rounding);
  };
  for (const event::PaymentLine& from : e.lines) {
    Line line;
    line.number = from.line;
    line.product = std::string(from.product);
    line.category = std::string(from.category);
    line.quantity = from.quantity;
    line.paid_minor = from.amount_minor;
    line.amount_minor = converted(from.amount_minor);
    line.tax_minor = converted(from.tax_minor);
    line.discount_minor = converted(from.discount_minor);
    line.fee_minor = converted(from.fee_minor);
    line.attributes = AttributesOf(from.attributes);
    paid->lines.push_back(std::move(line));
  }
}

// Number, contract and anchors, this payment among those applied.
void NaiveRating::Count(const event::Payment& e, Paid* paid) const {
  paid->number = 1;
  paid->first_payment = paid->day;
  paid->without_contract = e.contract_id.empty();
  bool implied = paid->without_contract;
  for (const Paid& other : paid_) {
    if (other.number == 0 || !Same(other.who, paid->who)) continue;
    ++paid->number;
    paid->first_payment = std::min(paid->first_payment, other.day);
    implied |= other.without_contract;
  }
  for (const Imported& imported : imported_) {
    if (!Same(imported.who, paid->who)) continue;
    paid->number += imported.count;
    paid->first_payment = std::min(paid->first_payment, imported.day);
    implied |= imported.implies;
  }
  paid->contract_anchor = paid->first_payment;
  std::optional<CivilDay> earliest;
  if (implied) earliest = paid->first_payment;
  for (const Contract& contract : contracts_) {
    if (!Same(contract.who, paid->who)) continue;
    if (contract.id == e.contract_id) paid->contract_anchor = contract.anchor;
    earliest = std::min(earliest.value_or(contract.anchor), contract.anchor);
  }
  paid->phase_anchor = *earliest;
  paid->contract_year = ContractYear(paid->contract_anchor, paid->day);
  if (paid->contract_anchor.month() == 2 && paid->contract_anchor.day() == 29) {
    ++seen_["contract of 29 February"];
  }
}

void NaiveRating::SetPhase(Paid* paid) const {
  bool acquisition = paid->number == 1;
  if (paid->rating->acquisition == Boundary::kFirstMonths) {
    acquisition = MonthsSince(paid->phase_anchor, paid->day) <
                  paid->rating->acquisition_months;
  } else if (paid->rating->acquisition == Boundary::kFirstContractYear) {
    acquisition = ContractYear(paid->phase_anchor, paid->day) == 1;
  }
  paid->phase = acquisition ? Phase::kAcquisition : Phase::kRetention;
}

// What is known of the customer, and what a lead or sign-up is: ACQUISITION of
// year 1, month 0.
void NaiveRating::SetCustomer(Paid* paid) const {
  paid->day = DayAt(paid->at);
  paid->terms = paid->rating = &TermsAt(paid->at);
  paid->contract_anchor = paid->first_payment = paid->day;
  paid->contract_year = 1;
  paid->phase = Phase::kAcquisition;
  std::optional<Instant> signed_up;
  for (const SignedUp& signup : signups_) {
    if (!Same(signup.who, paid->who)) continue;
    signed_up = std::min(signed_up.value_or(signup.at), signup.at);
    if (!signup.country.empty()) paid->country = signup.country;
    if (!signup.segment.empty()) paid->segment = signup.segment;
    if (!signup.attributes.empty()) paid->attributes = signup.attributes;
  }
  if (signed_up) paid->signup = DayAt(*signed_up);
}

bool NaiveRating::Earns(std::string_view partner, const Paid& paid) const {
  const Record* record = RecordAt(partner, paid.at);
  if (record == nullptr || record->status != PartnerStatus::kActive) {
    return false;
  }
  return paid.terms->allow_self_referral ||
         !attribution_.SelfReferral(partner, paid.who, paid.at);
}

void NaiveRating::AddCredit(Credit credit, Paid* paid) const {
  credit.earns = Earns(credit.partner, *paid);
  ++seen_[credit.earns ? "credit earns" : "credit earns not"];
  for (const Record* record = RecordAt(credit.partner, paid->at);
       record != nullptr && !record->parent.empty();
       record = RecordAt(record->parent, paid->at)) {
    credit.parents.push_back({record->parent, Earns(record->parent, *paid)});
  }
  paid->credits.push_back(std::move(credit));
}

void NaiveRating::AddCredits(const NaiveDecision& decision,
                             const std::string& servicer, Paid* paid) const {
  std::vector<int64_t> weights;
  for (const NaiveCredit& credit : decision.credits) {
    weights.push_back(credit.weight_ppb);
  }
  if (decision.vendor_weight_ppb > 0) {
    weights.push_back(decision.vendor_weight_ppb);
  }
  if (weights.size() > 1) ++seen_["split"];
  for (std::size_t i = 0; i < decision.credits.size(); ++i) {
    const NaiveCredit& from = decision.credits[i];
    Credit credit;
    credit.partner = from.partner;
    credit.role = Role::kAcquirer;
    credit.weight_ppb = from.weight_ppb;
    credit.weights = weights;
    credit.place = i;
    credit.channel = from.channel;
    credit.code = Folded(from.code);
    credit.campaign = from.campaign;
    AddCredit(std::move(credit), paid);
  }
  if (servicer.empty()) return;
  Credit credit;
  credit.partner = servicer;
  credit.role = Role::kServicer;
  credit.weight_ppb = kPpb;
  credit.weights = {kPpb};
  AddCredit(std::move(credit), paid);
}

// ---------------------------------------------------------------------------
// Choosing

bool NaiveRating::Holds(const RuleSpec& rule, const Credit& credit,
                        const Paid& paid, const Line* line) const {
  const ConditionsSpec& when = rule.when;
  const Record& record = *RecordAt(credit.partner, paid.at);
  const auto all = [&](const char* what, bool asked, bool holds) {
    if (asked) {
      ++seen_[absl::StrCat("condition ", what, holds ? " holds" : " fails")];
    }
    return holds;
  };
  const auto listed = [&](const char* what, const auto& list,
                          const auto& value) {
    return all(what, !list.empty(), Among(list, value));
  };
  const auto ranged = [&](const char* what, const RangeSpec& range,
                          int64_t value) {
    return all(what, range.from || range.until, Inside(range, value));
  };
  std::vector<std::string> codes;
  for (const std::string& code : when.codes) codes.push_back(Folded(code));
  bool holds =
      listed("partner", when.partner_ids, credit.partner) &&
      listed("kind", when.partner_kinds, record.kind) &&
      listed("group", when.partner_groups, record.group) &&
      listed("campaign", when.campaigns, credit.campaign) &&
      listed("code", codes, credit.code) &&
      listed("channel", when.channels, credit.channel) &&
      listed("country", when.countries, paid.country) &&
      listed("segment", when.segments, paid.segment) &&
      all("phase", when.phase != Phase::kNone,
          when.phase == Phase::kNone || when.phase == paid.phase) &&
      ranged("contract year", when.contract_year, paid.contract_year) &&
      ranged("payment number", when.payment_number, paid.number) &&
      all("effective from", when.effective_from.has_value(),
          !when.effective_from || paid.day >= *when.effective_from) &&
      all("effective until", when.effective_until.has_value(),
          !when.effective_until || paid.day < *when.effective_until);
  if (line != nullptr) {
    holds = holds && listed("product", when.products, line->product) &&
            listed("category", when.categories, line->category) &&
            ranged("line amount", when.line_amount_minor, line->amount_minor) &&
            ranged("quantity", when.quantity, line->quantity);
  }
  for (const MonthsSinceSpec& since : when.months_since) {
    std::optional<CivilDay> anchor = paid.contract_anchor;
    if (since.anchor == MonthsAnchor::kFirstPayment) {
      anchor = paid.first_payment;
    }
    if (since.anchor == MonthsAnchor::kSignup) anchor = paid.signup;
    holds = holds &&
            all("months", true,
                anchor && Inside(since.months, MonthsSince(*anchor, paid.day)));
  }
  for (const AttributeConditionSpec& wanted : when.attributes) {
    const Attributes none;
    const Attributes& has =
        wanted.of == AttributeOf::kPartner    ? record.attributes
        : wanted.of == AttributeOf::kCustomer ? paid.attributes
        : line != nullptr                     ? line->attributes
                                              : none;
    const auto found = has.find(wanted.key);
    holds = holds && all("attribute", true,
                         found != has.end() && found->second == wanted.value);
  }
  return holds;
}

std::vector<const RuleSpec*> NaiveRating::ChosenFor(const Paid& paid,
                                                    std::size_t place,
                                                    const Line* line) const {
  const Credit& credit = paid.credits[place];
  std::vector<const RuleSpec*> compete;
  std::vector<const RuleSpec*> chosen;
  for (const RuleSpec& rule : paid.rating->rules) {
    if (rule.kind != RuleKind::kCommission || rule.role != credit.role ||
        rule.earns_on != paid.source || !Holds(rule, credit, paid, line)) {
      continue;
    }
    (rule.stack ? chosen : compete).push_back(&rule);
  }
  if (!chosen.empty() && !compete.empty()) ++seen_["stack beside others"];
  if (paid.rating->choosing == Choosing::kAll) {
    if (compete.size() > 1) ++seen_["ALL of several"];
    chosen.insert(chosen.end(), compete.begin(), compete.end());
  } else if (!compete.empty()) {
    std::size_t best = 0;
    if (paid.rating->choosing == Choosing::kHighest) {
      std::vector<int64_t> worth;
      for (const RuleSpec* rule : compete) {
        worth.push_back(WorthAlone(paid, place, *rule, line));
      }
      best = static_cast<std::size_t>(
          std::max_element(worth.begin(), worth.end()) - worth.begin());
      if (worth.size() > 1 && best == 0) ++seen_["HIGHEST is the first"];
      if (best > 0) ++seen_["HIGHEST is a later one"];
    } else if (compete.size() > 1) {
      ++seen_["FIRST_MATCH of several"];
    }
    chosen.push_back(compete[best]);
  }
  // As written: they stand in one list.
  std::sort(chosen.begin(), chosen.end(), std::less<>());
  bool budget = false;
  std::vector<const RuleSpec*> kept;
  for (const RuleSpec* rule : chosen) {
    if (!rule->budget.empty() && std::exchange(budget, true)) {
      ++seen_["second budget"];
      continue;
    }
    kept.push_back(rule);
  }
  return kept;
}

int64_t NaiveRating::WorthAlone(const Paid& paid, std::size_t place,
                                const RuleSpec& rule, const Line* line) const {
  Chosen alone;
  alone.rule = &rule;
  alone.credit = place;
  if (line != nullptr) {
    alone.lines = {static_cast<std::size_t>(line - paid.lines.data())};
    alone.bases = {BaseOf(*line, rule, *paid.rating)};
  }
  const Credit& credit = paid.credits[place];
  const int64_t whole = WholeOf(paid, alone, View::kAsBefore).amount;
  return Cut(paid, credit, rule, Split(whole, credit.weights)[credit.place]);
}

void NaiveRating::Choose(Paid* paid) const {
  for (std::size_t place = 0; place < paid->credits.size(); ++place) {
    if (!paid->credits[place].earns) continue;
    std::vector<Chosen> of_credit;
    for (const RuleSpec& rule : paid->rating->rules) {
      of_credit.push_back({&rule, place, {}, {}});
    }
    std::set<const RuleSpec*> ever;
    if (paid->source != EarnsOn::kPayment) {
      for (const RuleSpec* rule : ChosenFor(*paid, place, nullptr)) {
        ever.insert(rule);
      }
    }
    for (std::size_t i = 0; i < paid->lines.size(); ++i) {
      for (const RuleSpec* rule : ChosenFor(*paid, place, &paid->lines[i])) {
        ever.insert(rule);
        Chosen& chosen = of_credit[static_cast<std::size_t>(
            rule - paid->rating->rules.data())];
        chosen.lines.push_back(i);
        chosen.bases.push_back(BaseOf(paid->lines[i], *rule, *paid->rating));
      }
    }
    for (Chosen& chosen : of_credit) {
      if (ever.count(chosen.rule) != 0) {
        paid->chosen.push_back(std::move(chosen));
      }
    }
  }
}

// ---------------------------------------------------------------------------
// Rating

int64_t NaiveRating::BaseOf(const Line& line, const ProgramSpec& spec) {
  int64_t base = line.amount_minor;
  if (spec.base.subtract_tax) base -= line.tax_minor;
  if (spec.base.subtract_fee) base -= line.fee_minor;
  if (spec.base.add_discount) base += line.discount_minor;
  return std::max<int64_t>(base, 0);
}

// Of a budget: with the discount added back.
int64_t NaiveRating::BaseOf(const Line& line, const RuleSpec& rule,
                            const ProgramSpec& spec) {
  if (rule.budget.empty()) return BaseOf(line, spec);
  ProgramSpec priced;
  priced.base = spec.base;
  priced.base.add_discount = true;
  return BaseOf(line, priced);
}

Fraction NaiveRating::ShareOf(const Paid& paid, const Credit& credit) const {
  std::optional<Rate> share;
  const auto code = code_shares_.find(credit.code);
  if (code != code_shares_.end()) share = code->second;
  if (share) ++seen_["share of the code"];
  if (!share) share = RecordAt(credit.partner, paid.at)->share;
  Rate cut = share.value_or(Rate());
  if (!paid.rating->customer_share_min.empty()) {
    cut = std::max(cut, *Rate::Parse(paid.rating->customer_share_min));
  }
  if (!paid.rating->customer_share_max.empty()) {
    cut = std::min(cut, *Rate::Parse(paid.rating->customer_share_max));
  }
  if (cut != share.value_or(Rate())) ++seen_["share cut"];
  if (cut != Rate()) ++seen_["budget shared"];
  return Fraction(cut.ppb(), int64_t{kPpb});
}

bool NaiveRating::Spent(const Paid& paid, const Credit& credit,
                        const RuleSpec& rule, FixedPer per) const {
  return std::any_of(booked_.begin(), booked_.end(), [&](const Booked& booked) {
    return booked.once == per && booked.row.rule == rule.rule_id &&
           booked.row.payee == credit.partner && booked.payment != &paid &&
           Same(booked.payment->who, paid.who) &&
           (per == FixedPer::kCustomer ||
            booked.payment->contract_year == paid.contract_year);
  });
}

NaiveRating::Whole NaiveRating::WholeOf(const Paid& paid, const Chosen& chosen,
                                        View view) const {
  const Credit& credit = paid.credits[chosen.credit];
  const Fraction base(Sum(chosen.bases));
  const Rounding rounding = paid.rating->rounding;
  Whole whole;
  if (!chosen.rule->budget.empty()) {
    const Fraction budget = base * PercentOf(chosen.rule->budget);
    whole.discount = (budget * ShareOf(paid, credit)).Rounded(rounding);
    whole.amount = budget.Rounded(rounding) - whole.discount;
    return whole;
  }
  const RewardSpec& reward = RewardOf(*chosen.rule, credit.partner);
  if (&reward != &chosen.rule->reward) ++seen_["rate exception"];
  Fraction exact = base * PercentOf(reward.percent);
  if (!reward.by_contract_year.empty()) {
    const auto last = static_cast<int64_t>(reward.by_contract_year.size());
    const int64_t year = std::min(paid.contract_year, last);
    if (paid.contract_year > last) ++seen_["last rate repeats"];
    exact =
        exact +
        base * PercentOf(
                   reward.by_contract_year[static_cast<std::size_t>(year - 1)]);
  }
  if (reward.fixed.amount_minor != 0) {
    FixedPer per = reward.fixed.per;
    if (paid.source != EarnsOn::kPayment) per = FixedPer::kCustomer;
    int64_t times = 1;
    if (per == FixedPer::kLine) {
      times = static_cast<int64_t>(chosen.lines.size());
    } else if (per == FixedPer::kUnit) {
      times = 0;
      for (const std::size_t i : chosen.lines) times += paid.lines[i].quantity;
    } else if (per == FixedPer::kCustomer || per == FixedPer::kContractYear) {
      times = Spent(paid, credit, *chosen.rule, per) ? 0 : 1;
      if (times == 1) whole.once = per;
      if (times == 0) ++seen_["spent already"];
    }
    exact = exact + Fraction(reward.fixed.amount_minor) * Fraction(times);
  }
  if (!reward.tiers.empty()) {
    exact = exact + TierPart(paid, chosen, reward, view);
  }
  whole.amount = exact.Rounded(rounding);
  return whole;
}

Fraction NaiveRating::TierPart(const Paid& paid, const Chosen& chosen,
                               const RewardSpec& reward, View view) const {
  const Credit& credit = paid.credits[chosen.credit];
  const int64_t base = Sum(chosen.bases);
  const bool with_this = reward.tier_meaning == TierMeaning::kWholePayment &&
                         view == View::kRating;
  const int64_t metric =
      MetricOf(credit.partner, credit.role, reward.tier_metric,
               reward.tier_period, paid.at, with_this ? nullptr : &paid);
  if (reward.tier_meaning != TierMeaning::kGraduated) {
    const TierSpec* band = BandOf(reward, metric);
    if (band == nullptr) {
      ++seen_["no band"];
      return Fraction();
    }
    if (metric == band->from) ++seen_["exactly a bound"];
    return Fraction(base) * PercentOf(band->percent) +
           Fraction(band->fixed_amount_minor);
  }
  const int64_t share = Split(base, credit.weights)[credit.place];
  if (share == 0) return Fraction();
  Fraction earned;
  int bands = 0;
  for (std::size_t i = 0; i < reward.tiers.size(); ++i) {
    const int64_t end =
        std::min(EndOf(reward, i).value_or(kNoLimit), metric + share);
    const int64_t begin = std::max(reward.tiers[i].from, metric);
    if (begin >= end) continue;
    ++bands;
    earned =
        earned + Fraction(end - begin) * PercentOf(reward.tiers[i].percent);
  }
  if (bands > 1) ++seen_["GRADUATED crosses a bound"];
  return earned / Fraction(share) * Fraction(base);
}

int64_t NaiveRating::RoomOf(const RuleSpec& rule, const std::string& partner,
                            const std::string& who, Instant at) const {
  int64_t of_customer = 0;
  int64_t of_period = 0;
  for (const Booked& booked : booked_) {
    if (booked.row.level != 0 || booked.row.rule != rule.rule_id ||
        booked.row.payee != partner || booked.row.true_up) {
      continue;
    }
    const int64_t amount = booked.row.kind == AccrualKind::kReversal
                               ? -booked.row.amount_minor
                               : booked.row.amount_minor;
    if (Same(booked.payment->who, who)) of_customer += amount;
    if (rule.limits.amount_per_period &&
        SamePeriod(rule.limits.amount_per_period->period, booked.own_at, at)) {
      of_period += amount;
    }
  }
  int64_t room = kNoLimit;
  if (rule.limits.amount_per_customer_minor) {
    room = std::min(room, *rule.limits.amount_per_customer_minor - of_customer);
  }
  if (rule.limits.amount_per_period) {
    room =
        std::min(room, rule.limits.amount_per_period->amount_minor - of_period);
  }
  return std::max<int64_t>(room, 0);
}

int64_t NaiveRating::Cut(const Paid& paid, const Credit& credit,
                         const RuleSpec& rule, int64_t amount) const {
  const LimitsSpec& limits = rule.limits;
  if (amount == 0) return 0;
  if (limits.payments_per_customer) {
    std::set<const Paid*> payments;
    for (const Booked& booked : booked_) {
      if (booked.row.level == 0 && booked.row.rule == rule.rule_id &&
          booked.row.payee == credit.partner && !booked.row.true_up &&
          Same(booked.payment->who, paid.who)) {
        payments.insert(booked.payment);
      }
    }
    if (static_cast<int64_t>(payments.size()) >=
        *limits.payments_per_customer) {
      ++seen_["limit of payments"];
      return 0;
    }
  }
  if (limits.months &&
      MonthsSince(paid.contract_anchor, paid.day) >= *limits.months) {
    ++seen_["limit of months"];
    return 0;
  }
  if (limits.contract_years && paid.contract_year > *limits.contract_years) {
    ++seen_["limit of contract years"];
    return 0;
  }
  const int64_t room = RoomOf(rule, credit.partner, paid.who, paid.at);
  if (room == 0) ++seen_["limit of an amount used up"];
  if (0 < room && room < amount) ++seen_["limit cuts"];
  if (room == amount) ++seen_["limit met exactly"];
  return std::min(amount, room);
}

// ---------------------------------------------------------------------------
// Metrics

int64_t NaiveRating::RevenueShare(const Paid& paid, const Credit& credit) {
  int64_t base = 0;
  for (const Line& line : paid.lines) base += BaseOf(line, *paid.rating);
  return Split(base, credit.weights)[credit.place];
}

int64_t NaiveRating::RevenueOf(std::string_view partner, Role role,
                               Period period, Instant at,
                               const Paid* without) const {
  int64_t sum = 0;
  for (const Paid& paid : paid_) {
    if (paid.number == 0 || &paid == without) continue;
    std::vector<std::size_t> lines;
    std::vector<int64_t> bases;
    for (std::size_t i = 0; i < paid.lines.size(); ++i) {
      lines.push_back(i);
      bases.push_back(BaseOf(paid.lines[i], *paid.rating));
    }
    for (const Credit& credit : paid.credits) {
      if (credit.partner != partner || credit.role != role || !credit.earns) {
        continue;
      }
      const int64_t share = RevenueShare(paid, credit);
      if (SamePeriod(period, paid.at, at)) sum += share;
      std::vector<Left> left(paid.lines.size());
      int64_t taken = 0;
      for (const GivenBack& given : given_back_) {
        if (given.payment != &paid) continue;
        Take(given, &left);
        const int64_t now = TakenBack(share, paid, lines, bases, left);
        if (SamePeriod(period, given.at, at)) sum -= now - taken;
        taken = now;
      }
    }
  }
  return sum;
}

int64_t NaiveRating::CommissionOf(std::string_view partner, Role role,
                                  Period period, Instant at,
                                  const Paid* without) const {
  int64_t sum = 0;
  for (const Booked& booked : booked_) {
    const bool of_payment =
        booked.row.true_up || booked.payment->source == EarnsOn::kPayment;
    if (booked.row.payee != partner || booked.row.role != role ||
        booked.row.level != 0 || !of_payment ||
        !SamePeriod(period, booked.at, at)) {
      continue;
    }
    if (without != nullptr && booked.row.event_id == without->event_id) {
      continue;
    }
    sum += booked.row.kind == AccrualKind::kReversal ? -booked.row.amount_minor
                                                     : booked.row.amount_minor;
  }
  return sum;
}

int64_t NaiveRating::MetricOf(std::string_view partner, Role role,
                              Metric metric, Period period, Instant at,
                              const Paid* without) const {
  int64_t value = 0;
  if (metric == Metric::kRevenue) {
    value = RevenueOf(partner, role, period, at, without);
  } else if (metric == Metric::kCommission) {
    value = CommissionOf(partner, role, period, at, without);
  } else {
    std::set<std::string> customers;
    for (const Paid& paid : paid_) {
      if (paid.number == 0 || &paid == without ||
          !SamePeriod(period, paid.at, at)) {
        continue;
      }
      for (const Credit& credit : paid.credits) {
        if (credit.partner != partner || credit.role != role || !credit.earns) {
          continue;
        }
        customers.insert(attribution_.Who(paid.who));
        if (metric == Metric::kPayments) ++value;
        if (metric == Metric::kNewCustomers && paid.number == 1) ++value;
      }
    }
    if (metric == Metric::kActiveCustomers) {
      value = static_cast<int64_t>(customers.size());
    }
  }
  for (const Opening& opening : openings_) {
    const bool of_period = opening.metric.period == Period::kNone ||
                           opening.metric.period == period;
    if (role == Role::kAcquirer && opening.partner == partner &&
        opening.metric.metric == metric && of_period &&
        SamePeriod(period, opening.at, at)) {
      value += opening.metric.value;
      ++seen_["opening metric"];
    }
  }
  if (value < 0) ++seen_["metric below zero"];
  return std::max<int64_t>(value, 0);
}

int64_t NaiveRating::MetricAt(std::string_view partner, Role role,
                              Metric metric, Period period, Instant at) const {
  return MetricOf(partner, role, metric, period, at, nullptr);
}

// ---------------------------------------------------------------------------
// Booking

NaiveRating::Booked NaiveRating::RowOf(const Event& event, const Paid& paid,
                                       const Chosen& chosen) {
  const Credit& credit = paid.credits[chosen.credit];
  Booked booked;
  booked.row.event_id = std::string(event.event_id);
  booked.row.customer = IdOf(paid.who);
  booked.row.payee = credit.partner;
  booked.row.rule = chosen.rule->rule_id;
  booked.row.role = credit.role;
  booked.row.base_minor = Sum(chosen.bases);
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
  if (booked.row.kind == AccrualKind::kAccrual) {
    int64_t n = 1;
    for (const Booked& other : booked_) {
      if (other.row.event_id == booked.row.event_id &&
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
  const int64_t part = Split(whole.amount, credit.weights)[credit.place];
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
    row.row.amount_minor = Split(whole, credit.weights)[credit.place];
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
  if (Sum(weights) == 0) {
    for (std::size_t k = 0; k < lines.size(); ++k) {
      weights[k] = paid.lines[lines[k]].amount_minor;
    }
  }
  if (Sum(weights) == 0) weights.assign(lines.size(), 1);
  Fraction parts;
  for (std::size_t k = 0; k < lines.size(); ++k) {
    parts = parts + Fraction(weights[k]) * part(lines[k]);
  }
  if (parts.zero()) return 0;
  const Fraction exact = Fraction(amount) * parts / Fraction(Sum(weights));
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
    const int64_t amount = e.amount_minor.value_or(Sum(room));
    if (amount > Sum(room) && !won)
      return absl::StatusCode::kFailedPrecondition;
    given->amounts = Split(std::min(amount, Sum(room)), room);
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
  Reverse(event, *paid, e.kind == RefundKind::kChargebackReversed);
  for (const Credit& credit : paid->credits) {
    if (!credit.earns) continue;
    for (const Book& book : BooksOf(credit, {paid->at, event.time})) {
      const std::size_t before = booked_.size();
      MakeAgain(event, book, nullptr);
      if (booked_.size() > before) ++seen_["true-up after a refund"];
    }
  }
  return code;
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
    const int64_t share =
        Split(Sum(under.chosen->bases), credit.weights)[credit.place];
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
  const int64_t limit = rule.limits.amount_per_period->amount_minor;
  if (limit < target) ++seen_["limit cuts a true-up"];
  return std::min(target, limit);
}

void NaiveRating::MakeAgain(const Event& event, const Book& book,
                            const UnderRule* here) {
  const UnderRule latest = PaymentsOf(book).back();
  const Credit& credit = latest.paid->credits[latest.chosen->credit];
  Booked row = RowOf(event, *latest.paid, *latest.chosen);
  row.payment = nullptr;
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
  for (const UplineSpec& upline : ByLevel(latest.chosen->rule->uplines)) {
    if (upline.of == UplineOf::kBase) {
      if (here != nullptr) {
        BookUpline(event, *here->paid, *here->chosen, upline, target);
      }
      continue;
    }
    row.row.level = upline.level;
    int64_t due = (Fraction(target) * PercentOf(upline.percent))
                      .Rounded(latest.paid->rating->rounding);
    const auto level = static_cast<std::size_t>(upline.level);
    const bool earns =
        level <= credit.parents.size() && credit.parents[level - 1].earns;
    if (earns) {
      row.row.payee = credit.parents[level - 1].partner;
    } else {
      due = std::min(due, AccruedOf(book, upline.level));
    }
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
    ++seen_[up.row.level == 0 ? "true-up" : "true-up of an upline"];
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
    if (down.row.amount_minor > 0) ++seen_["true-up goes down"];
    Put(down);
  }
}

}  // namespace testing_support

VOUCH_NAMESPACE_END
