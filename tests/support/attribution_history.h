// Histories that quarrel over customers, from a seed: few ids, so that things
// collide, and times that stand around the ends of windows, protections and
// bindings, for the laws of docs/SEMANTICS.md, section 5.
//
//   AttributionHistory h = MakeAttributionHistory(42);
//   engine->Apply(h.events, &outcomes);
//
// The program is "p<seed>", so that many histories fit one engine. The same
// seed gives the same history everywhere.
#ifndef VOUCH_TESTS_SUPPORT_ATTRIBUTION_HISTORY_H_
#define VOUCH_TESTS_SUPPORT_ATTRIBUTION_HISTORY_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/event_box.h"
#include "tests/support/history.h"
#include "tests/support/naive_attribution.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

struct AttributionHistory {
  uint64_t seed = 0;
  EventBox box;
  std::deque<std::vector<event::BlindKey>> keys;
  std::deque<std::vector<std::string_view>> sub_ids;
  std::vector<Event> events;
};

// Half-lives are 5 days or more and a history is shorter than 128 of them, so
// that no weight hangs on more digits than the naive model has.
class AttributionWriter {
 public:
  explicit AttributionWriter(uint64_t seed) : random_(seed) {
    out_.seed = seed;
    program_id_ = out_.box.Text(absl::StrCat("p", seed));
    for (int i = 1; i <= 5; ++i) {
      digests_.push_back(out_.box.Text(absl::StrCat(std::string(63, '0'), i)));
    }
  }

  AttributionHistory Write() {
    const auto count = static_cast<std::size_t>(random_.Between(12, 48));
    Begin();
    const std::size_t begun = out_.events.size();
    while (out_.events.size() < begun + count) Next();
    return std::move(out_);
  }

 private:
  static constexpr int64_t kLongestUs = 500 * kUsPerDay;

  std::string_view Fresh(const char* prefix) {
    return out_.box.Text(absl::StrCat(prefix, ++fresh_));
  }
  std::string_view AnyPartner() {
    return random_.Of<std::string_view>(
        {"anna", "anna", "anna", "ben", "ben", "ben", "cora", "cora", "dora"});
  }
  event::CustomerRef AnyCustomer() {
    event::CustomerRef ref;
    ref.id = random_.Of<std::string_view>({"c1", "c1", "c1", "c2", "c2", "c3"});
    return ref;
  }
  event::VisitorRef AnyVisitor() {
    event::VisitorRef ref;
    ref.id = random_.Of<std::string_view>({"v1", "v1", "v2", "v3"});
    return ref;
  }
  event::BlindKey AnyKey() {
    return {random_.OneIn(20) ? "old" : "k", random_.Of(digests_)};
  }
  absl::Span<const event::BlindKey> AnyKeys(int64_t most) {
    std::vector<event::BlindKey>& keys = out_.keys.emplace_back();
    for (int64_t i = random_.Between(0, most); i > 0; --i) {
      keys.push_back(AnyKey());
    }
    return keys;
  }

  // Moments at which something ends, and those a microsecond off.
  int64_t AnyLength() {
    const int64_t days = random_.Of(lengths_);
    return days * kUsPerDay + random_.Between(-1, 1);
  }
  Instant AnyTime() {
    const Instant start = out_.events.empty() ? now_ : out_.events[0].time;
    if (!out_.events.empty() && random_.OneIn(30)) {  // late
      const Instant late{random_.OneIn(2)
                             ? now_.us - random_.Below(130 * kUsPerDay)
                             : random_.Of(out_.events).time.us};
      return std::max(late, start);
    }
    switch (random_.Below(8)) {
      case 0:
      case 1:
        break;  // the same moment again
      case 2:
      case 3:
        now_.us += random_.Below(4) * kUsPerDay / 2;
        break;
      case 4:
      case 5:
      case 6:
        if (!out_.events.empty()) {
          const Instant begin = random_.Of(out_.events).time;
          const Instant end{begin.us + AnyLength()};
          now_ = std::max(now_, end);
        }
        break;
      default:
        now_.us += random_.Below(random_.OneIn(6) ? 120 : 20) * kUsPerDay;
        break;
    }
    now_.us = std::min(now_.us, start.us + kLongestUs);
    return now_;
  }
  void Put(EventBody body) { PutAt(AnyTime(), std::move(body)); }
  void PutAt(Instant at, EventBody body) {
    out_.events.push_back({program_id_, Fresh("e"), at, std::move(body)});
  }

  ProgramSpec AnyTerms();
  void AnyModel(ProgramSpec* spec);
  void Begin();
  void Next();
  event::PartnerSet AnyRecord(std::string_view partner);
  event::CodeIssued AnyCode();
  void NextTouch();
  void NextLead();
  void NextLeadUpdate();
  void NextPayment();
  void NextRole();
  void NextImport();
  void NextReference();

  AttributionHistory out_;
  Random random_;
  std::string_view program_id_;
  std::vector<std::string_view> digests_;
  Instant now_{1'704'063'600 * kUsPerSecond};  // 2024-01-01, 00:00 in Berlin
  int64_t fresh_ = 0;
  // Days of windows, protections and months.
  std::vector<int64_t> lengths_ = {1, 29, 30, 31};
  std::vector<std::pair<std::string_view, event::BlindKey>> leads_;
};

inline void AttributionWriter::AnyModel(ProgramSpec* spec) {
  spec->model =
      random_.Of<Model>({Model::kFirstTouch, Model::kLastTouch, Model::kLinear,
                         Model::kTimeDecay, Model::kPositionBased});
  if (spec->model == Model::kTimeDecay) {
    spec->half_life_days = random_.Of<int64_t>({5, 7, 30});
  }
  if (spec->model == Model::kPositionBased) {
    const int64_t first = random_.Of<int64_t>({0, 0, 33, 40, 40, 60, 100});
    spec->first_share = absl::StrCat(first, "%");
    spec->last_share = absl::StrCat(
        std::min(random_.Of<int64_t>({0, 30, 40, 67, 100}), 100 - first), "%");
  }
}

inline ProgramSpec AttributionWriter::AnyTerms() {
  ProgramSpec spec;
  spec.program_id = std::string(program_id_);
  spec.currency = "EUR";
  spec.time_zone = "Europe/Berlin";
  spec.rules = NaiveRules();
  if (random_.OneIn(2)) spec.conversion = Conversion::kSignup;
  AnyModel(&spec);
  for (const Channel channel : {Channel::kLink, Channel::kCode, Channel::kLead,
                                Channel::kView, Channel::kDirect}) {
    if (random_.OneIn(2)) continue;
    const int64_t days = random_.Of<int64_t>({1, 3, 10, 30});
    lengths_.push_back(days);
    spec.windows.push_back(
        {channel, days,
         random_.OneIn(2) ? WindowEnd::kInclusive : WindowEnd::kExclusive});
  }
  const auto tiers = random_.Below(7);
  if (tiers == 0) {
    spec.tiers = {
        {Channel::kLead}, {Channel::kCode}, {Channel::kLink, Channel::kView}};
  } else if (tiers == 1) {
    spec.tiers = {{Channel::kCode, Channel::kLink}, {Channel::kDirect}};
  } else if (tiers == 2) {
    spec.tiers = {{Channel::kDirect, Channel::kLead}, {Channel::kLink}};
  } else if (tiers == 3) {
    spec.tiers = {{Channel::kCode, Channel::kLead, Channel::kLink}};
  }
  spec.binding =
      random_.Of<BindingSpan>({BindingSpan::kLifetime, BindingSpan::kMonths,
                               BindingSpan::kMonths, BindingSpan::kUnbound});
  if (spec.binding == BindingSpan::kMonths) {
    spec.binding_months = random_.Of<int64_t>({1, 1, 2, 6});
  }
  if (random_.OneIn(3)) spec.organic = Organic::kRetry;
  spec.direct =
      random_.Of<DirectPolicy>({DirectPolicy::kIgnore, DirectPolicy::kCompete,
                                DirectPolicy::kCompete, DirectPolicy::kWin});
  if (!random_.OneIn(3)) {
    const int64_t days = random_.Of<int64_t>({1, 5, 30});
    lengths_.push_back(days);
    spec.lead_protection = {days, random_.OneIn(2)
                                      ? ProtectionFrom::kRegistration
                                      : ProtectionFrom::kLastActivity};
  }
  spec.allow_self_referral = random_.OneIn(3);
  if (random_.OneIn(3)) {
    spec.acquisition = Boundary::kFirstMonths;
    spec.acquisition_months = random_.Between(1, 2);
  } else if (random_.OneIn(2)) {
    spec.acquisition = Boundary::kFirstContractYear;
  }
  return spec;
}

inline event::PartnerSet AttributionWriter::AnyRecord(
    std::string_view partner) {
  event::PartnerSet e = EventBox::Partner(partner);
  if (random_.OneIn(6)) {
    e.status = random_.OneIn(2) ? PartnerStatus::kSuspended
                                : PartnerStatus::kTerminated;
  }
  if (random_.OneIn(4)) e.identity_keys = AnyKeys(2);
  return e;
}

inline event::CodeIssued AttributionWriter::AnyCode() {
  event::CodeIssued e;
  e.code = random_.Of<std::string_view>({"AA-1", "aa1", "BB 2", "cc3"});
  e.partner_id = AnyPartner();
  if (random_.OneIn(2)) e.campaign = "of-the-code";
  if (random_.OneIn(3)) e.max_redemptions = random_.Between(1, 2);
  if (random_.OneIn(4)) {
    e.valid_from = Instant{now_.us + random_.Between(-3, 10) * kUsPerDay};
  }
  if (random_.OneIn(4)) {
    e.valid_until = Instant{std::max(now_, e.valid_from.value_or(now_)).us +
                            random_.Between(1, 40) * kUsPerDay};
  }
  return e;
}

inline void AttributionWriter::Begin() {
  PutAt(now_, out_.box.Program(AnyTerms()));
  for (const std::string_view partner : {"anna", "ben", "cora"}) {
    event::PartnerSet e = AnyRecord(partner);
    e.status = PartnerStatus::kActive;
    const int64_t later = random_.OneIn(8) ? random_.Below(30) : 0;
    if (!random_.OneIn(20)) PutAt({now_.us + later * kUsPerDay}, e);
  }
  for (int64_t i = random_.Between(0, 3); i > 0; --i) PutAt(now_, AnyCode());
}

inline void AttributionWriter::Next() {
  switch (random_.Below(40)) {
    case 0:
      return Put(out_.box.Program(AnyTerms()));
    case 1:
    case 2:
      return NextReference();
    case 3:
    case 4:
      return Put(event::CustomerIdentified{AnyVisitor(), AnyCustomer()});
    case 5:
      return random_.OneIn(2)
                 ? Put(event::CustomerMerged{AnyCustomer(), AnyCustomer()})
                 : Put(event::Clock{});
    case 6:
      return NextImport();
    case 7:
    case 8:
      return NextRole();
    case 9:
    case 10:
    case 11:
    case 12:
      return NextLead();
    case 13:
    case 14:
    case 15:
      return NextLeadUpdate();
    case 16:
    case 17:
    case 18: {
      event::Signup e;
      e.customer = AnyCustomer();
      e.identity_keys = AnyKeys(2);
      return Put(e);
    }
    case 19:
    case 20:
    case 21:
    case 22:
    case 23:
    case 24:
    case 25:
    case 26:
    case 27:
      return NextPayment();
    default:
      return NextTouch();
  }
}

inline void AttributionWriter::NextTouch() {
  event::Touch e;
  if (random_.OneIn(3)) {
    e.visitor = AnyVisitor();
  } else {
    e.customer = AnyCustomer();
  }
  e.channel =
      random_.Of<Channel>({Channel::kLink, Channel::kLink, Channel::kCode,
                           Channel::kCode, Channel::kView, Channel::kDirect});
  if (e.channel == Channel::kCode ||
      (e.channel == Channel::kLink && random_.OneIn(6))) {
    e.code = random_.Of<std::string_view>({"Aa 1", "AA1", "bb-2", "CC3"});
  } else if (e.channel != Channel::kDirect) {
    e.partner_id = random_.OneIn(30) ? "nobody" : AnyPartner();
  }
  if (random_.OneIn(3)) e.campaign = random_.OneIn(2) ? "spring" : "fall";
  if (random_.OneIn(6)) {
    e.sub_ids = out_.sub_ids.emplace_back(
        std::vector<std::string_view>{"s1", random_.OneIn(2) ? "s2" : "s3"});
  }
  Put(e);
}

inline void AttributionWriter::NextLead() {
  event::LeadRegistered e;
  e.lead_id = !leads_.empty() && random_.OneIn(15) ? random_.Of(leads_).first
                                                   : Fresh("l");
  e.partner_id = random_.OneIn(30) ? "nobody" : AnyPartner();
  std::vector<event::BlindKey>& keys =
      out_.keys.emplace_back(std::vector<event::BlindKey>{AnyKey()});
  if (random_.OneIn(4)) keys.push_back(AnyKey());
  e.contact_keys = keys;
  if (random_.OneIn(2)) e.customer = AnyCustomer();
  leads_.push_back({e.lead_id, keys[0]});
  Put(e);
}

inline void AttributionWriter::NextLeadUpdate() {
  event::LeadUpdated e;
  if (leads_.empty() || random_.OneIn(30)) {
    e.lead_id = "unknown";
    e.contact_key = AnyKey();
  } else {
    std::tie(e.lead_id, e.contact_key) = random_.Of(leads_);
    if (random_.OneIn(30)) e.contact_key = AnyKey();
  }
  e.activity = random_.OneIn(2);
  if (!e.activity) {
    e.status =
        random_.Of<LeadStatus>({LeadStatus::kQualified, LeadStatus::kWon,
                                LeadStatus::kRejected, LeadStatus::kLost});
  }
  Put(e);
}

inline void AttributionWriter::NextPayment() {
  const std::string_view id = random_.OneIn(40) ? "i1" : Fresh("i");
  std::vector<event::PaymentLine> lines;
  lines.push_back(
      Line(1, random_.OneIn(6) ? 0 : random_.Of<int64_t>({1, 2, 10, 1001})));
  if (random_.OneIn(4)) lines.push_back(Line(2, random_.Below(100)));
  Put(out_.box.Pay(id, AnyCustomer().id, std::move(lines)));
}

inline void AttributionWriter::NextRole() {
  event::RoleAssigned e;
  e.customer = AnyCustomer();
  e.partner_id = random_.OneIn(30) ? "nobody" : AnyPartner();
  e.role = Role::kServicer;
  if (random_.OneIn(2)) {
    e.from = Instant{now_.us + random_.Between(-20, 20) * kUsPerDay};
  }
  if (random_.OneIn(2)) {
    e.until = Instant{std::max(now_, e.from.value_or(now_)).us +
                      random_.Between(1, 40) * kUsPerDay};
  }
  Put(e);
}

inline void AttributionWriter::NextImport() {
  event::AttributionImported e;
  e.customer = AnyCustomer();
  e.partner_id = random_.OneIn(30) ? "nobody" : AnyPartner();
  e.role = random_.OneIn(3) ? Role::kServicer : Role::kAcquirer;
  if (random_.OneIn(2)) {
    const bool future = random_.OneIn(20);
    const int64_t away_us = random_.Below(60 * kUsPerDay);
    e.since = Instant{future ? now_.us + away_us : now_.us - away_us};
  }
  if (random_.OneIn(3)) {
    e.contract_start_on = CivilDay(2023, 1, 31) + random_.Below(500);
  }
  e.payment_count = random_.Below(3);
  Put(e);
}

inline void AttributionWriter::NextReference() {
  switch (random_.Below(4)) {
    case 0:
      return Put(AnyCode());
    case 1:
      return Put(event::CodeRevoked{
          random_.Of<std::string_view>({"AA 1", "bb2", "CC-3"}), ""});
    default:
      return Put(AnyRecord(AnyPartner()));
  }
}

inline AttributionHistory MakeAttributionHistory(uint64_t seed) {
  return AttributionWriter(seed).Write();
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_ATTRIBUTION_HISTORY_H_
