#include "tests/support/naive_rating.h"

#include <algorithm>
#include <tuple>
#include <variant>

#include "absl/strings/str_cat.h"
#include "tests/support/naive_spec.h"
#include "vouch/base/currency.h"
#include "vouch/program/spec_codec.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

using namespace naive;  // NOLINT: the folder's own

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
  for (; looked_at_ < booked_.size(); ++looked_at_) {
    const Booked& booked = booked_[looked_at_];
    if (!booked.lost) told_.push_back(booked.row);
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
  for (const std::string& other_id : unknown_leads_) {
    const NaiveAttribution::LeadNow other = before.LeadAt(other_id, event.time);
    if (other.partner == lead->partner &&
        (other.contact_key == lead->contact_key ||
         (!lead->who.empty() && other.who == lead->who))) {
      ++seen_["qualified again for one contact"];
      return code;
    }
  }
  Paid paid;
  paid.source = EarnsOn::kQualifiedLead;
  paid.event_id = std::string(event.event_id);
  paid.is_contact = lead->who.empty();
  paid.who = paid.is_contact ? absl::StrCat("contact ", lead_id) : lead->who;
  paid.at = event.time;
  SetCustomer(&paid);
  NaiveDecision decision;
  decision.credits.emplace_back();
  decision.credits[0].partner = lead->partner;
  decision.credits[0].weight_ppb = kPpb;
  decision.credits[0].channel = Channel::kLead;
  AddCredits(decision, "", &paid);
  paid_.push_back(std::move(paid));
  const std::size_t booked = booked_.size();
  RateAll(event, &paid_.back());
  if (booked_.size() > booked && lead->who.empty()) {
    ++seen_["lead of nobody"];
    unknown_leads_.insert(lead_id);
  }
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

}  // namespace testing_support

VOUCH_NAMESPACE_END
