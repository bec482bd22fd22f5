// Programs with every term of the calculator and histories that earn under
// them, from a seed: for the laws of docs/SEMANTICS.md, sections 6 and 7. Few
// ids and small numbers, so that bands, limits and bounds are met exactly, and
// times that stand at the ends of months and on anniversaries.
//
//   RatingHistory h = MakeRatingHistory(42);
//   engine->Apply(h.events, &outcomes);
//
// The program is "p<seed>", so that many histories fit one engine. The same
// seed gives the same history everywhere: no two random numbers are asked for
// in one expression whose order the language leaves open.
#ifndef VOUCH_TESTS_SUPPORT_RATING_HISTORY_H_
#define VOUCH_TESTS_SUPPORT_RATING_HISTORY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/event_box.h"
#include "tests/support/history.h"
#include "tests/support/rating_terms.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

struct RatingHistory {
  uint64_t seed = 0;
  EventBox box;
  std::deque<std::vector<event::Attribute>> attributes;
  std::deque<std::vector<event::OpeningMetric>> metrics;
  std::vector<ProgramSpec> versions;
  std::vector<Event> events;
};

class RatingWriter {
 public:
  explicit RatingWriter(uint64_t seed)
      : random_(seed), terms_(&random_, absl::StrCat("p", seed)) {
    out_.seed = seed;
    program_id_ = out_.box.Text(absl::StrCat("p", seed));
    zone_ = *TimeZone::Load(terms_.zone());
  }

  RatingHistory Write() {
    const auto count = static_cast<std::size_t>(random_.Between(15, 60));
    Begin();
    const std::size_t begun = out_.events.size();
    while (out_.events.size() < begun + count) Next();
    return std::move(out_);
  }

 private:
  struct Payment {
    std::string_view payment_id;
    std::string_view customer;
    std::vector<event::PaymentLine> lines;
  };
  struct Contract {
    std::string_view contract_id;
    std::string_view customer;
  };
  struct Lead {
    std::string_view lead_id;
    event::BlindKey key;
    std::string_view partner;
    std::string_view customer;  // empty: it names nobody
  };

  std::string_view Fresh(const char* prefix) {
    return out_.box.Text(absl::StrCat(prefix, ++fresh_));
  }
  std::string_view AnyPartner() {
    return random_.Of<std::string_view>(
        {"anna", "anna", "anna", "anna", "ben", "ben", "ben", "cora", "dora"});
  }
  std::string_view AnyCustomer() {
    return random_.Of<std::string_view>({"c1", "c1", "c1", "c2", "c2", "c3"});
  }
  event::BlindKey AnyKey() {
    static const std::vector<std::string_view> digests = {
        "1111111111111111111111111111111111111111111111111111111111111111",
        "2222222222222222222222222222222222222222222222222222222222222222",
        "3333333333333333333333333333333333333333333333333333333333333333",
        "4444444444444444444444444444444444444444444444444444444444444444"};
    return {"k", random_.Of(digests)};
  }
  // Of a contact who is no partner.
  event::BlindKey ContactKey() {
    static const std::vector<std::string_view> digests = {
        "5555555555555555555555555555555555555555555555555555555555555555",
        "6666666666666666666666666666666666666666666666666666666666666666",
        "7777777777777777777777777777777777777777777777777777777777777777"};
    return {"k", random_.Of(digests)};
  }
  absl::Span<const event::BlindKey> AnyKeys() {
    return out_.box.Keys({AnyKey()});
  }
  absl::Span<const event::Attribute> AnyAttributes(std::string_view key) {
    if (random_.OneIn(3)) return {};
    const std::string_view value = random_.OneIn(2) ? "a" : "b";
    return out_.attributes.emplace_back(
        std::vector<event::Attribute>{{key, value}});
  }

  // Mostly later than before, often where something begins or ends.
  Instant AnyTime();
  void Put(EventBody body) { PutAt(AnyTime(), std::move(body)); }
  void PutAt(Instant at, EventBody body) {
    out_.events.push_back({program_id_, Fresh("e"), at, std::move(body)});
  }
  void PutProgram(Instant at) {
    out_.versions.push_back(terms_.AnyVersion());
    PutAt(at, out_.box.Program(out_.versions.back()));
  }

  void Begin();
  void Next();
  event::PartnerSet AnyRecord(std::string_view partner);
  void NextReference();
  void NextTouch();
  void NextSignup();
  void Register(Lead lead);
  void NextLead();
  void NextContract();
  void NextRole();
  void NextImport();
  void NextOpening();
  void NextPayment();
  void NextRefund();
  std::vector<event::PaymentLine> AnyLines();

  RatingHistory out_;
  Random random_;
  RatingTerms terms_;
  std::string_view program_id_;
  TimeZone zone_;
  // 2024-01-20, noon.
  Instant now_{1'705'752'000 * kUsPerSecond};
  int64_t fresh_ = 0;
  std::vector<Payment> payments_;
  std::vector<Payment> charged_back_;
  std::vector<Contract> contracts_;
  std::vector<Lead> leads_;
};

inline Instant RatingWriter::AnyTime() {
  const Instant start = out_.events[0].time;
  if (random_.OneIn(20)) {  // late
    const Instant late = random_.Of(out_.events).time;
    return std::max(start, Instant{late.us + random_.Between(-1, 1)});
  }
  const CivilDay day = DayOf(now_, zone_);
  Instant next = now_;
  switch (random_.Below(12)) {
    case 0:
    case 1:
    case 2:
      break;  // the same moment again
    case 3:
      next.us += kUsPerDay / 24;
      break;
    case 4:
    case 5:
      next.us += random_.Below(20) * kUsPerDay;
      break;
    case 6:  // a month begins, or is about to
      next =
          StartOfDay(AddMonths(CivilDay(day.year(), day.month(), 1), 1), zone_);
      next.us -= random_.Below(2);
      break;
    case 7:  // 30 days after something, and about that
      next.us = random_.Of(out_.events).time.us + 30 * kUsPerDay;
      next.us += random_.Between(-1, 1);
      break;
    case 8:
    case 9: {  // months after something
      const CivilDay before = DayOf(random_.Of(out_.events).time, zone_);
      next = StartOfDay(AddMonths(before, random_.Between(1, 3)), zone_);
      next.us += random_.OneIn(2) ? 0 : kUsPerDay / 2;
      break;
    }
    case 10:  // the end of February
      next = StartOfDay(CivilDay(day.year() + (day.month() > 2 ? 1 : 0), 2,
                                 random_.Between(28, 29)),
                        zone_);
      break;
    default:
      if (random_.OneIn(2)) {
        next = StartOfDay(AddYears(day, 1), zone_);
      } else {
        next.us += random_.Below(100) * kUsPerDay;
      }
      break;
  }
  now_ = std::max(now_, next);
  return now_;
}

inline event::PartnerSet RatingWriter::AnyRecord(std::string_view partner) {
  event::PartnerSet e = EventBox::Partner(partner);
  e.kind =
      random_.Of<PartnerKind>({PartnerKind::kAffiliate, PartnerKind::kReseller,
                               PartnerKind::kConsultant});
  if (random_.OneIn(2)) e.group = "gold";
  if (random_.OneIn(8)) {
    e.status = random_.OneIn(2) ? PartnerStatus::kSuspended
                                : PartnerStatus::kTerminated;
  }
  if (random_.OneIn(2)) {
    e.customer_share = Rate::FromPpb(
        random_.Of<int64_t>({30, 30, 50, 50, 20, 0, 100}) * (kPpb / 100));
  }
  e.attributes = AnyAttributes("grade");
  if (random_.OneIn(12)) e.identity_keys = AnyKeys();
  // Whom each may stand below: mostly no cycle.
  if (partner == "dora") {
    if (random_.OneIn(2)) e.parent_partner_id = "emil";
  } else if (partner != "emil") {
    if (!random_.OneIn(4)) {
      e.parent_partner_id = random_.OneIn(4) ? "emil" : "dora";
    }
    if (random_.OneIn(12)) {
      e.parent_partner_id = partner == "anna" ? "ben" : "anna";
    }
  } else if (random_.OneIn(6)) {
    e.parent_partner_id = "anna";
  }
  if (random_.OneIn(60)) e.parent_partner_id = "nobody";
  return e;
}

inline void RatingWriter::Begin() {
  PutProgram(now_);
  for (const std::string_view partner :
       {"emil", "dora", "ben", "anna", "cora"}) {
    event::PartnerSet e = AnyRecord(partner);
    if (!random_.OneIn(10)) e.status = PartnerStatus::kActive;
    if (e.parent_partner_id == "nobody") e.parent_partner_id = "";
    if (e.customer_share) e.customer_share = Rate::FromPpb(kPpb * 3 / 10);
    if (partner == "emil") e.parent_partner_id = "";
    if (partner == "ben" && e.parent_partner_id == "anna") {
      e.parent_partner_id = "dora";
    }
    PutAt(now_, e);
  }
  event::CodeIssued code = EventBox::Code("AA-1", "anna");
  code.campaign = "spring";
  if (random_.OneIn(2)) code.customer_share = Rate::FromPpb(kPpb * 3 / 10);
  PutAt(now_, code);
  PutAt(now_, EventBox::Code("bb 2", "ben"));
  for (const std::string_view customer : {"c1", "c2", "c3"}) {
    if (random_.OneIn(5)) continue;
    if (random_.OneIn(2)) {
      PutAt(now_, EventBox::Click(customer, AnyPartner()));
    } else {
      PutAt(now_, EventBox::Redeem(customer, random_.OneIn(3) ? "BB2" : "aa1"));
    }
    if (random_.OneIn(4)) {
      PutAt(now_, EventBox::Click(customer, AnyPartner()));
    }
  }
  if (random_.OneIn(3)) NextRole();
}

inline void RatingWriter::Next() {
  const int64_t what = random_.Below(40);
  if (what < 17) return NextPayment();
  if (what < 26) return NextRefund();
  if (what < 28) return NextTouch();
  if (what < 30) return NextSignup();
  if (what < 33) return NextLead();
  if (what < 34) return NextContract();
  if (what < 35) return NextRole();
  if (what < 36) return random_.OneIn(3) ? NextImport() : NextOpening();
  if (what < 37) {
    if (random_.OneIn(3)) {
      const std::string_view from = AnyCustomer();
      const std::string_view into = AnyCustomer();
      return Put(EventBox::Merge(from, into));
    }
    return Put(event::Clock{});
  }
  NextReference();
}

inline void RatingWriter::NextReference() {
  const int64_t what = random_.Below(4);
  if (what == 0) return PutProgram(AnyTime());
  if (what == 1) {
    const std::string_view partner = random_.OneIn(3) ? "emil" : "dora";
    return Put(AnyRecord(partner));
  }
  Put(AnyRecord(AnyPartner()));
}

inline void RatingWriter::NextTouch() {
  const std::string_view customer = AnyCustomer();
  event::Touch touch;
  if (random_.OneIn(2)) {
    const std::string_view code = random_.OneIn(2) ? "AA1" : "bb2";
    touch = EventBox::Redeem(customer, code);
  } else {
    const std::string_view partner = AnyPartner();
    touch = EventBox::Click(customer, partner);
    if (random_.OneIn(4)) touch.channel = Channel::kView;
    if (random_.OneIn(5)) {
      touch.channel = Channel::kDirect;
      touch.partner_id = {};
    }
  }
  if (random_.OneIn(3)) touch.campaign = random_.OneIn(2) ? "spring" : "fall";
  Put(touch);
}

inline void RatingWriter::NextSignup() {
  event::Signup e = EventBox::Signup(AnyCustomer());
  if (!random_.OneIn(3)) e.country = random_.OneIn(2) ? "DE" : "FR";
  if (!random_.OneIn(3)) e.segment = random_.OneIn(2) ? "small" : "large";
  e.attributes = AnyAttributes("size");
  if (random_.OneIn(6)) {
    e.identity_keys = AnyKeys();
  } else if (random_.OneIn(4)) {
    e.identity_keys = out_.box.Keys({ContactKey()});
  }
  Put(e);
}

inline void RatingWriter::Register(Lead lead) {
  lead.lead_id = Fresh("l");
  leads_.push_back(lead);
  Put(out_.box.Lead(lead.lead_id, lead.partner, {lead.key}, lead.customer));
}

inline void RatingWriter::NextLead() {
  if (leads_.empty() || random_.OneIn(3)) {
    const bool named = random_.OneIn(2);
    Lead lead;
    // A key of a partner's would make it the partner's own.
    lead.key = named ? AnyKey() : ContactKey();
    lead.partner = AnyPartner();
    if (named) lead.customer = AnyCustomer();
    return Register(lead);
  }
  const Lead lead = leads_.back();
  const auto status = random_.Of<LeadStatus>(
      {LeadStatus::kQualified, LeadStatus::kQualified, LeadStatus::kQualified,
       LeadStatus::kQualified, LeadStatus::kWon, LeadStatus::kRejected,
       LeadStatus::kNone});
  Put(EventBox::Update(lead.lead_id, lead.key, status));
  // The same contact once more.
  if (status != LeadStatus::kQualified || random_.OneIn(3)) return;
  Register(lead);
  Put(EventBox::Update(leads_.back().lead_id, lead.key, status));
}

inline void RatingWriter::NextContract() {
  const std::string_view customer = AnyCustomer();
  CivilDay start = DayOf(now_, zone_);
  const int64_t when = random_.Below(4);
  if (when == 0) start = CivilDay(2024, 2, 29);
  if (when == 1) start = CivilDay(2024, 1, 31);
  if (when == 2) start = start - random_.Below(400);
  event::ContractStarted e = EventBox::Contract(Fresh("k"), customer, start);
  if (!contracts_.empty() && random_.OneIn(4)) {
    e.continues_contract_id = random_.Of(contracts_).contract_id;
  }
  contracts_.push_back({e.contract_id, customer});
  Put(e);
}

inline void RatingWriter::NextRole() {
  const std::string_view customer = AnyCustomer();
  event::RoleAssigned e = EventBox::Servicer(customer, AnyPartner());
  if (random_.OneIn(3)) {
    e.from = Instant{now_.us - random_.Below(60) * kUsPerDay};
  }
  if (random_.OneIn(3)) {
    e.until = Instant{now_.us + (1 + random_.Below(90)) * kUsPerDay};
  }
  PutAt(now_, e);
}

inline void RatingWriter::NextImport() {
  const std::string_view customer = AnyCustomer();
  const std::string_view partner = AnyPartner();
  event::AttributionImported e = EventBox::Import(
      customer, partner, random_.OneIn(3) ? Role::kServicer : Role::kAcquirer);
  if (random_.OneIn(2)) {
    e.since = Instant{now_.us - random_.Below(200) * kUsPerDay};
  }
  if (random_.OneIn(2)) {
    e.contract_start_on = CivilDay(2023, 1, 31) + random_.Below(500);
  }
  e.payment_count = random_.Below(3);
  // One is not dated before what it tells of.
  e.since ? PutAt(now_, e) : Put(e);
}

inline void RatingWriter::NextOpening() {
  event::OpeningBalance e = EventBox::Opening(AnyPartner(), 0, 0);
  std::vector<event::OpeningMetric>& metrics = out_.metrics.emplace_back();
  event::OpeningMetric one;
  one.metric = static_cast<Metric>(random_.Between(1, 5));
  one.period = static_cast<Period>(random_.Below(5));  // kNone: of all
  if (random_.OneIn(2)) one.period = Period::kNone;
  one.value = random_.Of<int64_t>({0, 1, 2, 50, 100});
  metrics.push_back(one);
  e.metrics = metrics;
  e.currency = *Currency::Parse(terms_.currency());
  Put(e);
}

inline std::vector<event::PaymentLine> RatingWriter::AnyLines() {
  std::vector<event::PaymentLine> lines;
  const int64_t count = random_.OneIn(2) ? 1 : random_.Between(2, 3);
  for (int64_t i = 1; i <= count; ++i) {
    const int64_t amount = random_.Of<int64_t>(
        {0, 1, 3, 10, 50, 50, 99, 100, 100, 100, 101, 200, 1000, 1001});
    event::PaymentLine line = Line(static_cast<int32_t>(i), amount);
    line.product = random_.Of<std::string_view>({"basic", "basic", "pro", ""});
    if (random_.OneIn(2)) line.category = "cloud";
    if (random_.OneIn(3)) line.quantity = random_.Below(4);
    if (random_.OneIn(3)) {
      line.tax_minor = random_.Of<int64_t>({1, amount / 6, amount, amount + 1});
    }
    if (random_.OneIn(4)) line.discount_minor = random_.Below(60);
    if (random_.OneIn(4)) line.fee_minor = random_.Below(20);
    line.attributes = AnyAttributes("plan");
    lines.push_back(line);
  }
  return lines;
}

inline void RatingWriter::NextPayment() {
  Payment paid{Fresh("i"), AnyCustomer(), AnyLines()};
  const std::string_view currency =
      random_.OneIn(8)
          ? random_.Of<std::string_view>({"USD", "JPY", "KWD", "EUR"})
          : std::string_view(terms_.currency());
  event::Payment e = out_.box.Pay(paid.payment_id, paid.customer, paid.lines,
                                  *Currency::Parse(currency));
  if (currency != terms_.currency()) {
    event::Exchange& exchange = e.exchange.emplace();
    exchange.rate_ppb = random_.Of<int64_t>(
        {kPpb, kPpb / 2, kPpb * 11 / 10, 3'333'333'333, 6'250'000});
    exchange.source = "bank";
  }
  if (!contracts_.empty() && random_.OneIn(2)) {
    const Contract& contract = random_.Of(contracts_);
    e.contract_id = contract.contract_id;
    if (!random_.OneIn(20)) {
      paid.customer = contract.customer;
      e.customer.id = contract.customer;
    }
  }
  Put(e);
  payments_.push_back(std::move(paid));
}

inline void RatingWriter::NextRefund() {
  if (payments_.empty()) return NextPayment();
  Payment paid = random_.OneIn(2) ? payments_.back() : random_.Of(payments_);
  auto kind = random_.Of<RefundKind>(
      {RefundKind::kRefund, RefundKind::kRefund, RefundKind::kChargeback,
       RefundKind::kChargeback, RefundKind::kCancellation});
  // Mostly of a payment of which a chargeback has taken something.
  if (random_.OneIn(charged_back_.empty() ? 12 : 3)) {
    kind = RefundKind::kChargebackReversed;
    if (!charged_back_.empty()) paid = random_.Of(charged_back_);
  }
  if (kind == RefundKind::kChargeback) charged_back_.push_back(paid);
  const std::string_view id = Fresh("f");
  int64_t total = 0;
  for (const event::PaymentLine& line : paid.lines) total += line.amount_minor;
  switch (random_.Below(5)) {
    case 0:
    case 1:
      return Put(EventBox::Refund(id, paid.payment_id, paid.customer, kind));
    case 2:
    case 3:
      return Put(EventBox::Refund(
          id, paid.payment_id, paid.customer, kind,
          random_.OneIn(3) ? total / 2 : random_.Between(0, total)));
    default:
      break;
  }
  std::vector<event::RefundLine> lines;
  for (const event::PaymentLine& line : paid.lines) {
    if (random_.OneIn(3)) continue;
    lines.push_back({line.line, random_.OneIn(2)
                                    ? line.amount_minor
                                    : random_.Between(0, line.amount_minor)});
  }
  if (lines.empty()) lines.push_back({1, 0});
  Put(out_.box.RefundLines(id, paid.payment_id, paid.customer, kind, lines));
}

inline RatingHistory MakeRatingHistory(uint64_t seed) {
  return RatingWriter(seed).Write();
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_RATING_HISTORY_H_
