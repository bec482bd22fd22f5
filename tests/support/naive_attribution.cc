#include "tests/support/naive_attribution.h"

#include <algorithm>
#include <boost/multiprecision/cpp_dec_float.hpp>
#include <cstddef>
#include <limits>
#include <variant>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "tests/support/naive_spec.h"
#include "vouch/base/rate.h"
#include "vouch/program/spec_codec.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

namespace {

using naive::Folded;
using naive::IdOf;

using Digits =
    boost::multiprecision::number<boost::multiprecision::cpp_dec_float<80>>;

const Digits& Nothing() {
  static const Digits* const kNothing = new Digits("1e-50");
  return *kNothing;
}

std::string CustomerName(const event::CustomerRef& ref) {
  return ref.id.empty() ? "" : absl::StrCat("customer ", std::string(ref.id));
}
std::string VisitorName(const event::VisitorRef& ref) {
  return ref.id.empty() ? "" : absl::StrCat("visitor ", std::string(ref.id));
}

std::pair<std::string, std::string> KeyOf(const event::BlindKey& key) {
  return {std::string(key.key_id), std::string(key.digest)};
}

// Of a program without a window for `channel`: nothing.
std::optional<WindowSpec> WindowOf(const ProgramSpec& spec, Channel channel) {
  for (const WindowSpec& window : spec.windows) {
    if (window.channel == channel) return window;
  }
  return std::nullopt;
}

// From 0, the highest; without tiers all stand in 0.
std::optional<std::size_t> TierOf(const ProgramSpec& spec, Channel channel) {
  if (spec.tiers.empty()) return 0;
  for (std::size_t tier = 0; tier < spec.tiers.size(); ++tier) {
    for (const Channel named : spec.tiers[tier]) {
      if (named == channel) return tier;
    }
  }
  return std::nullopt;
}

// `whole` over `weights` by largest remainder, ties to the earlier.
std::vector<int64_t> Split(int64_t whole, const std::vector<Digits>& weights) {
  Digits sum = 0;
  for (const Digits& weight : weights) sum += weight;
  std::vector<int64_t> parts;
  std::vector<Digits> left;
  int64_t missing = whole;
  for (const Digits& weight : weights) {
    const Digits exact = weight * whole / sum;
    Digits down = floor(exact);
    if (exact - down > 1 - Nothing()) down += 1;  // an integer all but for
    parts.push_back(down.convert_to<int64_t>());  // what 80 digits lose
    left.push_back(exact - down);
    missing -= parts.back();
  }
  for (; missing > 0; --missing) {
    std::size_t most = 0;
    for (std::size_t i = 1; i < left.size(); ++i) {
      if (left[i] > left[most] + Nothing()) most = i;
    }
    ++parts[most];
    left[most] = -1;
  }
  return parts;
}

// What each touch is worth, in the order of time; only ratios count.
std::vector<Digits> WorthOf(const ProgramSpec& spec,
                            const std::vector<int64_t>& ages_us) {
  const std::size_t n = ages_us.size();
  std::vector<Digits> worth(n, 0);
  switch (spec.model) {
    case Model::kFirstTouch:
      worth.front() = 1;
      break;
    case Model::kLastTouch:
      worth.back() = 1;
      break;
    case Model::kTimeDecay:
      for (std::size_t i = 0; i < n; ++i) {
        const Digits halvings =
            Digits(ages_us[i]) / (Digits(spec.half_life_days) * kUsPerDay);
        worth[i] = pow(Digits(2), -halvings);
      }
      break;
    case Model::kPositionBased: {
      const int64_t first = Rate::Parse(spec.first_share)->ppb();
      const int64_t last = Rate::Parse(spec.last_share)->ppb();
      if (n == 1 || (n == 2 && first + last == 0)) {
        worth.assign(n, 1);
        break;
      }
      if (n > 2) worth.assign(n, Digits(kPpb - first - last) / (n - 2));
      worth.front() = first;
      worth.back() = last;
      break;
    }
    default:
      worth.assign(n, 1);
      break;
  }
  return worth;
}

}  // namespace

std::vector<RuleSpec> NaiveRules() {
  std::vector<RuleSpec> rules(2);
  rules[0].rule_id = "brought";
  rules[0].reward.percent = "100%";
  rules[1].rule_id = "keeps";
  rules[1].role = Role::kServicer;
  rules[1].reward.percent = "100%";
  return rules;
}

absl::StatusCode NaiveAttribution::Apply(const Event& event) {
  ++place_;
  if (const auto* set = std::get_if<event::ProgramSet>(&event.body)) {
    versions_.push_back(
        {event.time, std::string(event.event_id), *DecodeSpec(set->spec)});
    return absl::StatusCode::kOk;
  }
  if (versions_.empty()) return absl::StatusCode::kNotFound;
  const auto earlier = [&event](const Version& version) {
    return version.from <= event.time;
  };
  if (std::none_of(versions_.begin(), versions_.end(), earlier)) {
    return absl::StatusCode::kFailedPrecondition;
  }
  const bool changes_nothing = IdentifiesAgain(event);
  const absl::StatusCode code =
      std::visit([&](const auto& body) { return On(event, body); }, event.body);
  if (code == absl::StatusCode::kOk && !changes_nothing) LetTouchesFall(event);
  return code;
}

const NaiveAttribution::Version& NaiveAttribution::TermsAt(Instant at) const {
  const Version* found = nullptr;
  for (const Version& version : versions_) {
    if (version.from > at) continue;
    if (found == nullptr || version.from >= found->from) found = &version;
  }
  return *found;
}

CivilDay NaiveAttribution::DayAt(Instant at) const {
  return DayOf(at, *TimeZone::Load(versions_.front().spec.time_zone));
}

bool NaiveAttribution::PartnerKnown(std::string_view partner) const {
  return partners_.find(partner) != partners_.end();
}

const NaiveAttribution::Record* NaiveAttribution::RecordAt(
    std::string_view partner, Instant at) const {
  const auto records = partners_.find(partner);
  const Record* found = nullptr;
  if (records == partners_.end()) return found;
  for (const Record& record : records->second) {
    if (record.from > at) continue;
    if (found == nullptr || record.from >= found->from) found = &record;
  }
  return found;
}

bool NaiveAttribution::Active(std::string_view partner, Instant at) const {
  const Record* record = RecordAt(partner, at);
  return record != nullptr && record->status == PartnerStatus::kActive;
}

std::string NaiveAttribution::Who(std::string name) const {
  for (;;) {
    const auto other = other_names_.find(name);
    if (other == other_names_.end()) return name;
    name = other->second;
  }
}

bool NaiveAttribution::Same(const std::string& a, const std::string& b) const {
  return Who(a) == Who(b);
}

absl::StatusCode NaiveAttribution::On(const Event& event,
                                      const event::PartnerSet& e) {
  Record record{event.time, e.status, {}};
  for (const event::BlindKey& key : e.identity_keys) {
    record.keys.insert(KeyOf(key));
  }
  partners_[std::string(e.partner_id)].push_back(std::move(record));
  return absl::StatusCode::kOk;
}

absl::StatusCode NaiveAttribution::On(const Event& event,
                                      const event::CodeIssued& e) {
  if (!PartnerKnown(e.partner_id)) return absl::StatusCode::kNotFound;
  if (codes_.count(Folded(e.code)) != 0) {
    return absl::StatusCode::kAlreadyExists;
  }
  IssuedCode code;
  code.printed = std::string(e.code);
  code.partner = std::string(e.partner_id);
  code.campaign = std::string(e.campaign);
  code.valid_from = e.valid_from.value_or(event.time);
  code.valid_until = e.valid_until;
  if (code.valid_until && *code.valid_until <= code.valid_from) {
    return absl::StatusCode::kInvalidArgument;
  }
  code.max_redemptions = e.max_redemptions;
  codes_.emplace(Folded(e.code), std::move(code));
  return absl::StatusCode::kOk;
}

absl::StatusCode NaiveAttribution::On(const Event& event,
                                      const event::CodeRevoked& e) {
  const auto code = codes_.find(Folded(e.code));
  if (code == codes_.end()) return absl::StatusCode::kNotFound;
  if (code->second.revoked_at) return absl::StatusCode::kFailedPrecondition;
  code->second.revoked_at = event.time;
  return absl::StatusCode::kOk;
}

bool NaiveAttribution::CodeHolds(const IssuedCode& code, const std::string& who,
                                 Instant at) const {
  if (at < code.valid_from) return false;
  if (code.valid_until && at >= *code.valid_until) return false;
  if (code.revoked_at && at >= *code.revoked_at) return false;
  const auto had_it = [&](const std::string& name) { return Same(name, who); };
  return !code.max_redemptions ||
         static_cast<int64_t>(code.redeemers.size()) < *code.max_redemptions ||
         std::any_of(code.redeemers.begin(), code.redeemers.end(), had_it);
}

absl::StatusCode NaiveAttribution::On(const Event& event,
                                      const event::Touch& e) {
  Touch touch;
  touch.who =
      e.customer.id.empty() ? VisitorName(e.visitor) : CustomerName(e.customer);
  touch.event_id = std::string(event.event_id);
  touch.place = place_;
  touch.at = event.time;
  touch.channel = e.channel;
  touch.campaign = std::string(e.campaign);
  for (const std::string_view sub_id : e.sub_ids) {
    absl::StrAppend(&touch.sub_ids, touch.sub_ids.empty() ? "" : "\x1f",
                    std::string(sub_id));
  }
  if (e.channel == Channel::kDirect) {
    touch.holds = true;
  } else if (e.code.empty()) {
    touch.partner = std::string(e.partner_id);
    touch.holds = RecordAt(e.partner_id, touch.at) != nullptr;
  } else if (const auto code = codes_.find(Folded(e.code));
             code != codes_.end()) {
    touch.partner = code->second.partner;
    touch.code = code->second.printed;
    if (touch.campaign.empty()) touch.campaign = code->second.campaign;
    touch.holds = RecordAt(touch.partner, touch.at) != nullptr &&
                  CodeHolds(code->second, touch.who, touch.at);
    const auto had_it = [&](const std::string& name) {
      return Same(name, touch.who);
    };
    std::vector<std::string>& redeemers = code->second.redeemers;
    if (touch.holds && e.channel == Channel::kCode &&
        std::none_of(redeemers.begin(), redeemers.end(), had_it)) {
      redeemers.push_back(touch.who);
    }
  }
  touches_.push_back(std::move(touch));
  return absl::StatusCode::kOk;
}

bool NaiveAttribution::IdentifiesAgain(const Event& event) const {
  const auto* e = std::get_if<event::CustomerIdentified>(&event.body);
  return e != nullptr && other_names_.count(VisitorName(e->visitor)) != 0;
}

absl::StatusCode NaiveAttribution::On(const Event&,
                                      const event::CustomerIdentified& e) {
  const std::string visitor = VisitorName(e.visitor);
  const std::string customer = CustomerName(e.customer);
  if (other_names_.count(visitor) != 0) {
    return Same(visitor, customer) ? absl::StatusCode::kOk
                                   : absl::StatusCode::kFailedPrecondition;
  }
  other_names_[visitor] = customer;
  return absl::StatusCode::kOk;
}

absl::StatusCode NaiveAttribution::On(const Event& event,
                                      const event::CustomerMerged& e) {
  const std::string from = CustomerName(e.from);
  const std::string into = Who(CustomerName(e.into));
  if (from == into || other_names_.count(from) != 0) {
    return absl::StatusCode::kFailedPrecondition;
  }
  other_names_[from] = into;
  if (const auto of_from = bound_.find(from); of_from != bound_.end()) {
    if (BoundAt(into, event.time) == nullptr &&
        BoundAt(from, event.time) != nullptr) {
      bound_[into] = of_from->second;
    }
    bound_.emplace(into, of_from->second);
  }
  return absl::StatusCode::kOk;
}

absl::StatusCode NaiveAttribution::On(const Event& event,
                                      const event::LeadRegistered& e) {
  if (leads_.count(std::string(e.lead_id)) != 0) {
    return absl::StatusCode::kAlreadyExists;
  }
  if (RecordAt(e.partner_id, event.time) == nullptr) {
    return absl::StatusCode::kNotFound;
  }
  Lead lead;
  lead.event_id = std::string(event.event_id);
  lead.place = place_;
  lead.at = event.time;
  lead.partner = std::string(e.partner_id);
  lead.customer = CustomerName(e.customer);
  for (const event::BlindKey& key : e.contact_keys) {
    lead.contact_keys.push_back(KeyOf(key));
  }
  for (const auto& [id, other] : leads_) {
    const bool one_customer = !lead.customer.empty() &&
                              !other.customer.empty() &&
                              Same(lead.customer, other.customer);
    if (other.partner != lead.partner && other.at <= event.time &&
        (one_customer || other.contact_keys[0] == lead.contact_keys[0]) &&
        Live(other, event.time)) {
      return absl::StatusCode::kAlreadyExists;
    }
  }
  leads_.emplace(std::string(e.lead_id), std::move(lead));
  return absl::StatusCode::kOk;
}

absl::StatusCode NaiveAttribution::On(const Event& event,
                                      const event::LeadUpdated& e) {
  const auto lead = leads_.find(std::string(e.lead_id));
  if (lead == leads_.end() ||
      lead->second.contact_keys[0] != KeyOf(e.contact_key)) {
    return absl::StatusCode::kNotFound;
  }
  lead->second.updates.push_back({event.time, e.status});
  return absl::StatusCode::kOk;
}

bool NaiveAttribution::Live(const Lead& lead, Instant at) const {
  const std::optional<LeadProtectionSpec>& protection =
      TermsAt(at).spec.lead_protection;
  std::optional<Instant> end;
  const auto protect_from = [&](Instant start) {
    end = Instant{start.us + protection->protection_days * kUsPerDay};
  };
  if (protection) protect_from(lead.at);
  std::vector<Update> updates = lead.updates;
  std::stable_sort(
      updates.begin(), updates.end(),
      [](const Update& a, const Update& b) { return a.at < b.at; });
  for (const Update& update : updates) {
    if (update.at > at) continue;
    const Instant when = std::max(update.at, lead.at);
    if (end && when >= *end) return false;
    if (update.status == LeadStatus::kRejected ||
        update.status == LeadStatus::kLost) {
      return false;
    }
    if (protection &&
        protection->counted_from == ProtectionFrom::kLastActivity) {
      protect_from(when);
    }
  }
  return !end || at < *end;
}

std::set<std::pair<std::string, std::string>> NaiveAttribution::SignupKeys(
    const std::string& who) const {
  std::set<Key> keys;
  for (const SignedUp& signup : signups_) {
    if (Same(signup.who, who))
      keys.insert(signup.keys.begin(), signup.keys.end());
  }
  return keys;
}

std::vector<const NaiveAttribution::Lead*> NaiveAttribution::LeadsOf(
    const std::string& who) const {
  const std::set<Key> keys = SignupKeys(who);
  std::vector<const Lead*> found;
  for (const auto& [id, lead] : leads_) {
    if (lead.customer.empty() ? keys.count(lead.contact_keys[0]) != 0
                              : Same(lead.customer, who)) {
      found.push_back(&lead);
    }
  }
  return found;
}

bool NaiveAttribution::SelfReferral(std::string_view partner,
                                    const std::string& who, Instant at) const {
  const Record* record = RecordAt(partner, at);
  if (record == nullptr) return false;
  std::set<Key> keys = SignupKeys(who);
  for (const Lead* lead : LeadsOf(who)) {
    keys.insert(lead->contact_keys.begin(), lead->contact_keys.end());
  }
  return std::any_of(record->keys.begin(), record->keys.end(),
                     [&](const Key& key) { return keys.count(key) != 0; });
}

absl::StatusCode NaiveAttribution::On(const Event& event,
                                      const event::Signup& e) {
  const std::string who = Who(CustomerName(e.customer));
  const bool first = std::none_of(
      signups_.begin(), signups_.end(),
      [&](const SignedUp& signup) { return Same(signup.who, who); });
  SignedUp signup;
  signup.who = who;
  for (const event::BlindKey& key : e.identity_keys) {
    signup.keys.insert(KeyOf(key));
  }
  signups_.push_back(std::move(signup));
  if (first && BoundAt(who, event.time) == nullptr &&
      TermsAt(event.time).spec.conversion == Conversion::kSignup) {
    Made(who, Decide(event, who, Trigger::kSignup));
  }
  return absl::StatusCode::kOk;
}

absl::StatusCode NaiveAttribution::On(const Event& event,
                                      const event::RoleAssigned& e) {
  if (!PartnerKnown(e.partner_id)) return absl::StatusCode::kNotFound;
  const Instant from = e.from.value_or(event.time);
  if (e.until && *e.until <= from) return absl::StatusCode::kInvalidArgument;
  services_.push_back(
      {CustomerName(e.customer), std::string(e.partner_id), from, e.until});
  return absl::StatusCode::kOk;
}

absl::StatusCode NaiveAttribution::On(const Event& event,
                                      const event::AttributionImported& e) {
  if (e.since && *e.since > event.time) {
    return absl::StatusCode::kInvalidArgument;
  }
  if (!PartnerKnown(e.partner_id)) return absl::StatusCode::kNotFound;
  const std::string who = Who(CustomerName(e.customer));
  const Instant since = e.since.value_or(event.time);
  if (e.role == Role::kServicer) {
    services_.push_back({who, std::string(e.partner_id), since, std::nullopt});
  } else if (BoundAt(who, since) != nullptr) {
    return absl::StatusCode::kAlreadyExists;
  } else {
    const Version& terms = TermsAt(event.time);
    NaiveDecision decision;
    decision.event_id = std::string(event.event_id);
    decision.customer = IdOf(who);
    decision.at = since;
    decision.trigger = Trigger::kImport;
    decision.terms_event = terms.event_id;
    NaiveCredit credit;
    credit.partner = std::string(e.partner_id);
    credit.weight_ppb = kPpb;
    credit.touch_event = std::string(event.event_id);
    credit.touch_at = since;
    decision.credits.push_back(std::move(credit));
    Bind(terms.spec, &decision);
    Made(who, std::move(decision));
  }
  paid_.push_back(
      {who, e.contract_start_on.value_or(DayAt(since)), e.payment_count});
  return absl::StatusCode::kOk;
}

absl::StatusCode NaiveAttribution::On(const Event&, const event::Clock&) {
  return absl::StatusCode::kOk;
}

absl::StatusCode NaiveAttribution::On(const Event& event,
                                      const event::Payment& e) {
  if (!payment_ids_.insert(std::string(e.payment_id)).second) {
    return absl::StatusCode::kAlreadyExists;
  }
  int64_t base = 0;
  for (const event::PaymentLine& line : e.lines) base += line.amount_minor;
  if (base == 0) return absl::StatusCode::kOk;
  const std::string who = Who(CustomerName(e.customer));
  if (BoundAt(who, event.time) == nullptr) {
    const NaiveDecision decision = Decide(event, who, Trigger::kPayment);
    Made(who, decision);
    Accrue(event, who, base, decision);
  } else {
    Accrue(event, who, base, *BoundAt(who, event.time));
  }
  paid_.push_back({who, DayAt(event.time), 1});
  return absl::StatusCode::kOk;
}

void NaiveAttribution::Accrue(const Event& event, const std::string& who,
                              int64_t base, const NaiveDecision& decision) {
  const ProgramSpec& spec = TermsAt(event.time).spec;
  const CivilDay day = DayAt(event.time);
  CivilDay anchor = day;
  bool first = true;  // the customer's first payment
  for (const Paid& paid : paid_) {
    if (!Same(paid.who, who)) continue;
    anchor = std::min(anchor, paid.day);
    if (paid.count > 0) first = false;
  }
  NaiveAccrual accrual;
  accrual.event_id = std::string(event.event_id);
  accrual.customer = IdOf(who);
  accrual.base_minor = base;
  accrual.contract_year = ContractYear(anchor, day);
  bool acquisition = first;
  if (spec.acquisition == Boundary::kFirstMonths) {
    acquisition = MonthsSince(anchor, day) < spec.acquisition_months;
  } else if (spec.acquisition == Boundary::kFirstContractYear) {
    acquisition = accrual.contract_year == 1;
  }
  accrual.phase = acquisition ? Phase::kAcquisition : Phase::kRetention;
  const auto book = [&](const std::string& partner, Role role, int64_t weight,
                        int64_t amount) {
    if (amount == 0 || !Active(partner, event.time)) return;
    if (!spec.allow_self_referral && SelfReferral(partner, who, event.time)) {
      return;
    }
    accrual.partner = partner;
    accrual.role = role;
    accrual.weight_ppb = weight;
    accrual.amount_minor = amount;
    accruals_.push_back(accrual);
  };
  std::vector<Digits> weights;
  for (const NaiveCredit& credit : decision.credits) {
    weights.emplace_back(credit.weight_ppb);
  }
  if (decision.vendor_weight_ppb > 0) {
    weights.emplace_back(decision.vendor_weight_ppb);
  }
  if (!weights.empty()) {
    const std::vector<int64_t> parts = Split(base, weights);
    for (std::size_t i = 0; i < decision.credits.size(); ++i) {
      const NaiveCredit& credit = decision.credits[i];
      book(credit.partner, Role::kAcquirer, credit.weight_ppb, parts[i]);
    }
  }
  const Service* servicer = nullptr;
  for (const Service& service : services_) {
    if (!Same(service.who, who) || event.time < service.from) continue;
    if (service.until && event.time >= *service.until) continue;
    if (servicer == nullptr || service.from >= servicer->from) {
      servicer = &service;
    }
  }
  credited_ = {decision, servicer == nullptr ? "" : servicer->partner};
  if (servicer != nullptr) {
    book(servicer->partner, Role::kServicer, kPpb, base);
  }
}

void NaiveAttribution::LetTouchesFall(const Event& event) {
  std::set<std::string> named;
  const auto name = [&](const std::string& who) {
    if (!who.empty()) named.insert(Who(who));
  };
  std::visit(
      [&](const auto& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<E, event::CustomerMerged>) {
          name(CustomerName(e.into));
        } else if constexpr (std::is_same_v<E, event::CustomerIdentified> ||
                             std::is_same_v<E, event::Signup> ||
                             std::is_same_v<E, event::Payment>) {
          name(CustomerName(e.customer));
        } else if constexpr (std::is_same_v<E, event::Touch>) {
          name(CustomerName(e.customer));
          name(VisitorName(e.visitor));
        }
      },
      event.body);
  for (Touch& touch : touches_) {
    const std::string who = Who(touch.who);
    const auto bound = bound_.find(who);
    if (bound != bound_.end() && !bound->second.bound_until) touch.fell = true;
    if (named.count(who) == 0) continue;
    std::optional<int64_t> longest_days = 0;
    for (const Version& version : versions_) {
      const auto window = WindowOf(version.spec, touch.channel);
      longest_days = window && longest_days
                         ? std::optional(std::max(*longest_days, window->days))
                         : std::nullopt;
    }
    constexpr int64_t kLateDays = 90;
    if (longest_days &&
        event.time.us > touch.at.us + (*longest_days + kLateDays) * kUsPerDay) {
      touch.fell = true;
    }
  }
}

const NaiveDecision* NaiveAttribution::BoundAt(const std::string& who,
                                               Instant at) const {
  const auto found = bound_.find(who);
  if (found == bound_.end()) return nullptr;
  const NaiveDecision& decision = found->second;
  return decision.bound_until && at >= *decision.bound_until ? nullptr
                                                             : &decision;
}

void NaiveAttribution::Made(const std::string& who, NaiveDecision decision) {
  if (decision.binds) bound_[who] = decision;
  decisions_.push_back(std::move(decision));
}

void NaiveAttribution::Bind(const ProgramSpec& spec,
                            NaiveDecision* decision) const {
  const bool won =
      !decision->credits.empty() || decision->vendor_weight_ppb > 0;
  if (!won && spec.organic == Organic::kRetry) return;
  if (spec.binding == BindingSpan::kUnbound) return;
  decision->binds = true;
  if (spec.binding != BindingSpan::kMonths) return;
  const CivilDay anniversary =
      AddMonths(DayAt(decision->at), spec.binding_months);
  decision->bound_until = StartOfDay(
      anniversary, *TimeZone::Load(versions_.front().spec.time_zone));
}

std::vector<NaiveAttribution::Touch> NaiveAttribution::Candidates(
    const std::string& who, Instant at) const {
  std::vector<Touch> all;
  for (const Touch& touch : touches_) {
    if (Same(touch.who, who) && touch.at <= at && !touch.fell) {
      all.push_back(touch);
    }
  }
  for (const Lead* lead : LeadsOf(who)) {
    if (lead->at > at || !Live(*lead, at)) continue;
    Touch touch;
    touch.event_id = lead->event_id;
    touch.place = lead->place;
    touch.at = lead->at;
    touch.channel = Channel::kLead;
    touch.holds = true;
    touch.partner = lead->partner;
    all.push_back(std::move(touch));
  }
  std::sort(all.begin(), all.end(), [](const Touch& a, const Touch& b) {
    return a.at != b.at ? a.at < b.at : a.place < b.place;
  });
  return all;
}

bool NaiveAttribution::IsIn(const Touch& touch, const std::string& who,
                            Instant at) const {
  const ProgramSpec& spec = TermsAt(at).spec;
  if (!touch.holds) return false;
  if (const auto window = WindowOf(spec, touch.channel)) {
    const int64_t age_us = at.us - touch.at.us;
    const int64_t length_us = window->days * kUsPerDay;
    if (age_us > length_us) return false;
    if (age_us == length_us && window->end != WindowEnd::kInclusive) {
      return false;
    }
  }
  if (touch.channel == Channel::kDirect) {
    return spec.direct != DirectPolicy::kIgnore;
  }
  if (!Active(touch.partner, at)) return false;
  return spec.allow_self_referral || !SelfReferral(touch.partner, who, at);
}

void NaiveAttribution::ExcludeByLeads(std::vector<Touch>* touches) const {
  const auto lead = std::find_if(
      touches->begin(), touches->end(),
      [](const Touch& touch) { return touch.channel == Channel::kLead; });
  if (lead == touches->end()) return;
  const std::string partner = lead->partner;
  touches->erase(std::remove_if(touches->begin(), touches->end(),
                                [&](const Touch& touch) {
                                  return touch.channel != Channel::kDirect &&
                                         touch.partner != partner;
                                }),
                 touches->end());
}

void NaiveAttribution::KeepHighestTier(const ProgramSpec& spec,
                                       std::vector<Touch>* touches) const {
  std::optional<std::size_t> highest;
  for (const Touch& touch : *touches) {
    const auto tier = TierOf(spec, touch.channel);
    if (tier && (!highest || *tier < *highest)) highest = tier;
  }
  touches->erase(
      std::remove_if(touches->begin(), touches->end(),
                     [&](const Touch& touch) {
                       const auto tier = TierOf(spec, touch.channel);
                       if (!tier && touch.channel == Channel::kDirect) {
                         return false;  // in whichever competes
                       }
                       return !tier || tier != highest;
                     }),
      touches->end());
}

void NaiveAttribution::Weigh(const ProgramSpec& spec,
                             const std::vector<Touch>& touches, Instant at,
                             NaiveDecision* decision) const {
  std::vector<int64_t> ages_us;
  for (const Touch& touch : touches) ages_us.push_back(at.us - touch.at.us);
  const std::vector<Digits> worth = WorthOf(spec, ages_us);
  // A credit for each partner, the vendor's too, and its worth.
  std::vector<NaiveCredit> credits;
  std::vector<Digits> sums;
  for (std::size_t i = 0; i < touches.size(); ++i) {
    const Touch& touch = touches[i];
    if (worth[i] == 0) continue;
    std::size_t slot = 0;
    while (slot < credits.size() && credits[slot].partner != touch.partner) {
      ++slot;
    }
    if (slot == credits.size()) {
      credits.emplace_back();
      sums.emplace_back(0);
    }
    sums[slot] += worth[i];
    NaiveCredit& credit = credits[slot];
    credit.partner = touch.partner;
    credit.channel = touch.channel;
    credit.code = touch.code;
    credit.campaign = touch.campaign;
    credit.sub_ids = touch.sub_ids;
    credit.by_lead = touch.channel == Channel::kLead;
    credit.touch_event = touch.event_id;
    credit.touch_at = touch.at;
  }
  for (std::size_t i = 0; i + 1 < credits.size(); ++i) {
    if (!credits[i].partner.empty()) continue;  // the vendor's goes last
    std::swap(credits[i], credits[i + 1]);
    std::swap(sums[i], sums[i + 1]);
  }
  const std::vector<int64_t> weights = Split(kPpb, sums);
  for (std::size_t i = 0; i < credits.size(); ++i) {
    if (credits[i].partner.empty()) {
      decision->vendor_weight_ppb = weights[i];
    } else if (weights[i] > 0) {
      credits[i].weight_ppb = weights[i];
      decision->credits.push_back(credits[i]);
    }
  }
}

NaiveDecision NaiveAttribution::Decide(const Event& event,
                                       const std::string& who,
                                       Trigger trigger) const {
  const Version& terms = TermsAt(event.time);
  NaiveDecision decision;
  decision.event_id = std::string(event.event_id);
  decision.customer = IdOf(who);
  decision.at = event.time;
  decision.trigger = trigger;
  decision.terms_event = terms.event_id;
  std::vector<Touch> touches;
  for (Touch& touch : Candidates(who, event.time)) {
    if (IsIn(touch, who, event.time)) touches.push_back(std::move(touch));
  }
  const bool direct = std::any_of(
      touches.begin(), touches.end(),
      [](const Touch& touch) { return touch.channel == Channel::kDirect; });
  if (direct && terms.spec.direct == DirectPolicy::kWin) {
    decision.vendor_weight_ppb = kPpb;
  } else {
    ExcludeByLeads(&touches);
    KeepHighestTier(terms.spec, &touches);
    if (!touches.empty()) Weigh(terms.spec, touches, event.time, &decision);
  }
  Bind(terms.spec, &decision);
  return decision;
}

NaiveDecision NaiveAttribution::SignupDecision(const Event& event,
                                               const std::string& who) const {
  const NaiveDecision* bound = BoundAt(who, event.time);
  return bound != nullptr ? *bound : Decide(event, who, Trigger::kSignup);
}

std::string NaiveAttribution::NameOf(const event::CustomerRef& customer) {
  return CustomerName(customer);
}

NaiveAttribution::LeadNow NaiveAttribution::LeadAt(std::string_view lead_id,
                                                   Instant at) const {
  const Lead& lead = leads_.at(std::string(lead_id));
  LeadNow now{lead.partner, Who(lead.customer), Live(lead, at),
              lead.contact_keys[0]};
  for (const SignedUp& signup : signups_) {
    if (!now.who.empty()) break;
    if (signup.keys.count(lead.contact_keys[0]) != 0) now.who = Who(signup.who);
  }
  return now;
}

}  // namespace testing_support

VOUCH_NAMESPACE_END
