// Whole histories from a seed: programs in several versions, partners, codes,
// visitors, leads, merges, roles, imports, contracts, payments, refunds of
// every shape, reviews, payouts; good events and bad ones, late ones, and the
// same again.
//
//   History h = MakeHistory(42);
//   engine->Apply(h.events, &outcomes);
//
// The same seed gives the same history everywhere: no distribution of the
// standard library is used, since these differ from one to the other, and no
// two random values are drawn in one call, whose arguments C++ computes in any
// order.
#ifndef VOUCH_TESTS_SUPPORT_HISTORY_H_
#define VOUCH_TESTS_SUPPORT_HISTORY_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/answers.h"
#include "tests/support/event_box.h"
#include "tests/support/tries.h"
#include "vouch/base/config.h"
#include "vouch/engine/engine.h"
#include "vouch/event/event.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

// How many histories a law is tried on.
inline uint64_t HistoryCount() { return Tries(10'000, 200'000); }

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  // 0 to n - 1; n is small beside 2^64.
  int64_t Below(int64_t n) {
    return static_cast<int64_t>(engine_() % static_cast<uint64_t>(n));
  }
  int64_t Between(int64_t low, int64_t high) {
    return low + Below(high - low + 1);
  }
  bool OneIn(int64_t n) { return Below(n) == 0; }
  template <typename T>
  const T& Of(const std::vector<T>& list) {
    return list[static_cast<std::size_t>(
        Below(static_cast<int64_t>(list.size())))];
  }

 private:
  std::mt19937_64 engine_;
};

inline Rounding AnyRounding(Random* random) {
  return static_cast<Rounding>(random->Below(7));
}

inline std::string AnyPercent(Random* random, int64_t at_most) {
  const int64_t places = random->Below(3);
  if (places == 0) return absl::StrCat(random->Below(at_most + 1), "%");
  const int64_t whole = random->Below(at_most);
  return places == 1
             ? absl::StrCat(whole, ".", random->Between(1, 9), "%")
             : absl::StrCat(whole, ".0000", random->Between(100, 999), "%");
}

inline RuleSpec AnyRule(Random* random, std::string rule_id) {
  RuleSpec rule;
  rule.rule_id = std::move(rule_id);
  if (random->OneIn(4)) rule.role = Role::kServicer;
  if (random->OneIn(3)) {
    rule.budget = AnyPercent(random, 40);
  } else {
    if (!random->OneIn(3)) rule.reward.percent = AnyPercent(random, 60);
    if (random->OneIn(3))
      rule.reward.fixed.amount_minor = random->Between(1, 900);
    if (random->OneIn(3) || rule.reward.percent.empty()) {
      for (int64_t i = random->Between(1, 3); i > 0; --i) {
        rule.reward.by_contract_year.push_back(AnyPercent(random, 30));
      }
    }
  }
  if (random->OneIn(4)) rule.when.products = {"A"};
  if (random->OneIn(6)) rule.when.phase = Phase::kAcquisition;
  if (random->OneIn(6)) rule.when.channels = {Channel::kCode};
  if (random->OneIn(6)) rule.when.partner_groups = {"gold"};
  if (random->OneIn(8)) rule.when.contract_year.from = 2;
  if (random->OneIn(8)) rule.when.contract_year.until = 4;
  return rule;
}

inline void AddModel(Random* random, ProgramSpec* spec) {
  spec->model = static_cast<Model>(random->Between(1, 5));
  if (spec->model == Model::kTimeDecay) {
    spec->half_life_days = random->Between(1, 40);
  }
  if (spec->model == Model::kPositionBased) {
    spec->first_share = AnyPercent(random, 50);
    spec->last_share = AnyPercent(random, 40);
  }
}

inline void AddAttribution(Random* random, ProgramSpec* spec) {
  AddModel(random, spec);
  for (int channel = 1; channel <= 5; ++channel) {
    if (!random->OneIn(3)) continue;
    spec->windows.push_back(
        {static_cast<Channel>(channel), random->Between(1, 30),
         random->OneIn(2) ? WindowEnd::kInclusive : WindowEnd::kExclusive});
  }
  if (random->OneIn(4)) {
    spec->tiers = {{Channel::kLead},
                   {Channel::kCode, Channel::kDirect},
                   {Channel::kLink, Channel::kView}};
  } else if (random->OneIn(4)) {
    spec->tiers = {{Channel::kCode, Channel::kLink}};
  }
  if (random->OneIn(4)) {
    spec->binding = BindingSpan::kMonths;
    spec->binding_months = random->Between(1, 6);
  } else if (random->OneIn(5)) {
    spec->binding = BindingSpan::kUnbound;
  }
  if (random->OneIn(3)) spec->organic = Organic::kRetry;
  spec->direct = static_cast<DirectPolicy>(random->Between(1, 3));
  if (random->OneIn(2)) {
    spec->lead_protection =
        LeadProtectionSpec{random->Between(1, 60),
                           static_cast<ProtectionFrom>(random->Between(1, 2))};
  }
  spec->allow_self_referral = random->OneIn(4);
}

inline ProgramSpec AnyProgram(Random* random, std::string_view program_id) {
  ProgramSpec spec;
  spec.program_id = std::string(program_id);
  spec.currency = "EUR";
  spec.time_zone = program_id == "p0" ? "Europe/Berlin" : "UTC";
  spec.rounding = AnyRounding(random);
  if (random->OneIn(2)) spec.reversal_rounding = AnyRounding(random);
  if (random->OneIn(2)) spec.conversion = Conversion::kSignup;
  AddAttribution(random, &spec);
  if (random->OneIn(3)) {
    spec.acquisition = Boundary::kFirstMonths;
    spec.acquisition_months = random->Between(1, 14);
  } else if (random->OneIn(2)) {
    spec.acquisition = Boundary::kFirstContractYear;
  }
  spec.base.subtract_tax = !random->OneIn(3);
  spec.base.subtract_fee = random->OneIn(2);
  spec.base.add_discount = random->OneIn(3);
  spec.terms_as_of = random->Of<TermsAsOf>(
      {TermsAsOf::kPayment, TermsAsOf::kConversion, TermsAsOf::kContractStart});
  spec.hold_days = random->Of<int64_t>({0, 1, 7, 30, 90});
  if (random->OneIn(4)) spec.clawback_days = random->Of<int64_t>({0, 5, 60});
  if (random->OneIn(3)) spec.payout_minimum = {{"EUR", 500}};
  if (random->OneIn(4)) {
    spec.customer_share_min = "10%";
    spec.customer_share_max = "70%";
  }
  for (int64_t i = random->Between(1, 4); i > 0; --i) {
    spec.rules.push_back(AnyRule(random, absl::StrCat("r", i)));
  }
  return spec;
}

inline std::vector<event::PaymentLine> AnyLines(Random* random) {
  std::vector<event::PaymentLine> lines;
  int32_t number = 0;
  for (int64_t i = random->Between(1, 3); i > 0; --i) {
    number += static_cast<int32_t>(random->Between(1, 2));
    event::PaymentLine line;
    line.line = number;
    line.product = random->Of<std::string_view>({"", "A", "B"});
    switch (random->Below(8)) {
      case 0:
        line.amount_minor = 0;
        break;
      case 1:
        line.amount_minor = random->Between(1, 9);
        break;
      default:
        line.amount_minor = random->Between(1, 200'000);
        break;
    }
    if (random->OneIn(100)) line.amount_minor = int64_t{1} << 61;
    if (random->OneIn(2)) line.tax_minor = line.amount_minor / 6;
    if (random->OneIn(15)) line.tax_minor = line.amount_minor;
    if (random->OneIn(4)) line.discount_minor = random->Below(500);
    if (random->OneIn(4)) line.fee_minor = random->Below(60);
    lines.push_back(line);
  }
  return lines;
}

struct History {
  uint64_t seed = 0;
  EventBox box;
  std::vector<Event> events;
};

// Writes one history. It asks an engine of its own what became of each event,
// as a host would, so that the next ones find accruals, payments and payouts to
// be about; what it writes is then the same for every engine.
class HistoryWriter {
 public:
  explicit HistoryWriter(uint64_t seed) : random_(seed) { out_.seed = seed; }

  History Write() {
    const int64_t count = random_.Between(5, 60);
    Begin("p0");
    if (random_.OneIn(2)) Begin("p1");
    const std::size_t begun = out_.events.size();
    while (out_.events.size() < begun + static_cast<std::size_t>(count)) Next();
    return std::move(out_);
  }

 private:
  struct Paid {
    std::string_view program;
    std::string_view payment_id;
    std::string_view customer;
    std::vector<event::PaymentLine> lines;
  };
  struct Lead {
    std::string_view program;
    std::string_view lead_id;
    event::BlindKey key;
  };
  struct Earned {
    std::string_view program;
    AccrualId id;
    std::string_view partner_id;
  };

  static void Void(bool) {}
  std::string_view Fresh(const char* prefix) {
    return out_.box.Text(absl::StrCat(prefix, ++fresh_));
  }
  std::string_view AnyCustomer() {
    return random_.Of<std::string_view>({"c1", "c2", "c3", "c4"});
  }
  std::string_view AnyVisitor() {
    return random_.Of<std::string_view>({"v1", "v2", "v3"});
  }
  std::string_view AnyPartnerId() {
    return random_.Of<std::string_view>(
        {"anna", "anna", "anna", "ben", "ben", "ben", "cora", "nobody"});
  }
  std::string_view AnyCode() {
    return random_.Of<std::string_view>({"AA-1", "aa1", "BB 2", "cc3"});
  }
  event::BlindKey AnyKey() {
    return {"k", random_.Of<std::string_view>(
                     {"1111111111111111111111111111111111111111111111111111111"
                      "111111111",
                      "2222222222222222222222222222222222222222222222222222222"
                      "222222222",
                      "3333333333333333333333333333333333333333333333333333333"
                      "333333333"})};
  }
  absl::Span<const event::BlindKey> AnyKeys(int64_t least) {
    std::vector<event::BlindKey> keys;
    for (int64_t i = random_.Between(least, 2); i > 0; --i) {
      keys.push_back(AnyKey());
    }
    return out_.box.Keys(std::move(keys));
  }
  std::optional<Rate> AnyShare() {
    if (random_.OneIn(2)) return std::nullopt;
    return Rate::FromPpb(random_.Between(0, 100) * (kPpb / 100));
  }

  // What most programs have before anybody pays; now and then a part is
  // missing.
  void Begin(std::string_view program_id) {
    program_ = program_id;
    if (!random_.OneIn(20))
      Put(out_.box.Program(AnyProgram(&random_, program_id)));
    for (const std::string_view partner : {"anna", "ben"}) {
      if (!random_.OneIn(12)) Put(AnyPartner(partner));
    }
    if (!random_.OneIn(3)) Put(EventBox::Code("AA-1", "anna"));
    for (const std::string_view customer : {"c1", "c2", "c3", "c4"}) {
      if (random_.OneIn(4)) continue;
      Put(random_.OneIn(3)
              ? EventBox::Redeem(customer, "aa1")
              : EventBox::Click(customer, random_.OneIn(2) ? "anna" : "ben"));
    }
  }

  // An event at the next moment; now and then at one long past. Whether it was
  // applied.
  bool Put(EventBody body) {
    now_.us += random_.Below(6) == 0 ? random_.Between(1, 400) * kUsPerDay / 4
                                     : random_.Below(3 * kUsPerDay);
    Instant at = now_;
    if (random_.OneIn(10)) at.us -= random_.Below(90 * kUsPerDay);
    return PutAs({program_, Fresh("e"), at, std::move(body)});
  }
  bool PutAs(const Event& event) {
    out_.events.push_back(event);
    if (!host_->Apply(absl::MakeConstSpan(&event, 1), &outcomes_).ok() ||
        outcomes_[0].kind != OutcomeKind::kApplied) {
      return false;
    }
    for (const Output& row :
         OutputsOf(*host_, Seq(outcomes_[0].seq.value() - 1), 1)) {
      if (row.accrual == nullptr) continue;
      if (row.accrual->kind != AccrualKind::kAccrual) continue;
      accruals_.push_back({event.program_id, row.accrual->accrual_id,
                           out_.box.Text(std::string(row.partner_id))});
    }
    return true;
  }

  event::PartnerSet AnyPartner(std::string_view partner_id) {
    event::PartnerSet e = EventBox::Partner(partner_id);
    e.kind = static_cast<PartnerKind>(random_.Between(1, 6));
    if (random_.OneIn(2)) e.group = "gold";
    if (random_.OneIn(6)) {
      e.status = random_.OneIn(2) ? PartnerStatus::kSuspended
                                  : PartnerStatus::kTerminated;
    }
    e.customer_share = AnyShare();
    if (random_.OneIn(4)) e.identity_keys = AnyKeys(1);
    return e;
  }

  event::CodeIssued AnyIssued() {
    const std::string_view code = AnyCode();
    event::CodeIssued e = EventBox::Code(code, AnyPartnerId());
    e.customer_share = AnyShare();
    return e;
  }

  void Next() {
    program_ = random_.OneIn(8) ? "p1" : "p0";
    if (random_.OneIn(100)) program_ = "none";
    switch (random_.Below(24)) {
      case 0:
        return NextReference();
      case 1:
        return NextAgain();
      case 2:
      case 3:
      case 4:
        return NextTouch();
      case 5:
        return NextIdentified();
      case 6:
        return NextContract();
      case 7:
        return NextSignup();
      case 8:
      case 9:
      case 10:
      case 11:
        return NextPayment();
      case 12:
      case 13:
      case 14:
      case 15:
        return NextRefund();
      case 16:
        return NextReview();
      case 17:
        return NextMoney();
      case 18:
        return NextPayout();
      case 19:
      case 20:
        return NextLead();
      case 21:
        return NextRole();
      case 22:
        return NextMerge();
      default:
        return Void(Put(event::Clock{}));
    }
  }

  void NextIdentified() {
    const std::string_view visitor = AnyVisitor();
    Put(EventBox::Identify(visitor, AnyCustomer()));
  }

  void NextReference() {
    ProgramSpec spec = AnyProgram(&random_, program_);
    switch (random_.Below(6)) {
      case 0:
        if (random_.OneIn(3)) spec.currency = "USD";
        if (random_.OneIn(4)) spec.time_zone = "Asia/Tokyo";
        if (random_.OneIn(4)) spec.rules[0].reward.percent = "lots";
        return Void(Put(out_.box.Program(spec)));
      case 1:
        return Void(Put(out_.box.Program(spec)));
      case 2:
      case 3:
        return Void(Put(AnyPartner(AnyPartnerId())));
      case 4:
        return Void(Put(event::CodeRevoked{AnyCode(), ""}));
      default:
        break;
    }
    event::CodeIssued code = AnyIssued();
    if (random_.OneIn(4)) code.max_redemptions = 1;
    if (random_.OneIn(4)) {
      code.valid_until = Instant{now_.us + random_.Below(40 * kUsPerDay)};
    }
    Put(code);
  }

  // An event that was there before: the same, or other content under its id.
  void NextAgain() {
    if (out_.events.empty()) return;
    Event again = random_.Of(out_.events);
    if (random_.OneIn(3)) again.time.us += 1;
    PutAs(again);
  }

  void NextTouch() {
    if (random_.OneIn(6)) {
      return Void(Put(AnyIssued()));
    }
    const bool redeems = random_.OneIn(2);
    const std::string_view customer = AnyCustomer();
    event::Touch touch = redeems ? EventBox::Redeem(customer, AnyCode())
                                 : EventBox::Click(customer, AnyPartnerId());
    if (touch.channel == Channel::kLink && random_.OneIn(4)) {
      touch.channel = Channel::kView;
    } else if (touch.channel == Channel::kLink && random_.OneIn(6)) {
      touch.channel = Channel::kDirect;
      if (!random_.OneIn(20)) touch.partner_id = {};
    }
    if (random_.OneIn(3)) {
      touch = EventBox::ByVisitor(touch);
      touch.visitor.id = AnyVisitor();
    }
    if (random_.OneIn(4)) touch.campaign = "spring";
    Put(touch);
  }

  void NextSignup() {
    event::Signup e = EventBox::Signup(AnyCustomer());
    if (random_.OneIn(2)) e.identity_keys = AnyKeys(1);
    Put(e);
  }

  void NextLead() {
    if (leads_.empty() || random_.OneIn(3)) {
      const std::string_view lead_id = random_.OneIn(12) ? "l1" : Fresh("l");
      event::LeadRegistered e = out_.box.Lead(lead_id, AnyPartnerId(), {});
      e.contact_keys = AnyKeys(random_.OneIn(30) ? 0 : 1);
      if (random_.OneIn(2)) e.customer.id = AnyCustomer();
      if (Put(e)) leads_.push_back({program_, lead_id, e.contact_keys[0]});
      return;
    }
    const Lead& lead = random_.OneIn(3) ? random_.Of(leads_) : leads_.back();
    program_ = lead.program;
    const std::string_view lead_id =
        random_.OneIn(20) ? "unknown" : lead.lead_id;
    const event::BlindKey key = random_.OneIn(20) ? AnyKey() : lead.key;
    Put(EventBox::Update(lead_id, key,
                         static_cast<LeadStatus>(random_.Below(5))));
  }

  void NextRole() {
    const bool imported = random_.OneIn(2);
    const std::string_view customer = AnyCustomer();
    const std::string_view partner_id = AnyPartnerId();
    if (imported) {
      event::AttributionImported e = EventBox::Import(
          customer, partner_id, static_cast<Role>(random_.Between(1, 2)));
      if (random_.OneIn(2)) {
        e.since = Instant{now_.us - random_.Below(200 * kUsPerDay)};
      }
      if (random_.OneIn(2)) {
        e.contract_start_on = CivilDay(2023, 1, 1) + random_.Below(400);
      }
      if (random_.OneIn(2)) e.payment_count = random_.Below(30);
      return Void(Put(e));
    }
    event::RoleAssigned e = EventBox::Servicer(customer, partner_id);
    if (random_.OneIn(20)) e.role = Role::kAcquirer;
    if (random_.OneIn(2)) {
      e.from = Instant{now_.us - random_.Below(60 * kUsPerDay)};
    }
    if (random_.OneIn(2)) {
      e.until = Instant{now_.us + random_.Below(90 * kUsPerDay) + 1};
    }
    Put(e);
  }

  // Mostly of a customer that did nothing: of four customers two would soon be
  // one.
  void NextMerge() {
    const std::string_view from = random_.OneIn(3) ? AnyCustomer() : Fresh("m");
    Put(EventBox::Merge(from, AnyCustomer()));
  }

  void NextContract() {
    const std::string_view customer = AnyCustomer();
    const CivilDay day = CivilDay(2024, 1, 1) + random_.Below(900);
    if (!contracts_.empty() && random_.OneIn(4)) {
      return Void(
          Put(EventBox::EndContract(random_.Of(contracts_), customer, day)));
    }
    event::ContractStarted e =
        EventBox::Contract(Fresh("k"), customer, day - 400);
    if (!contracts_.empty() && random_.OneIn(4)) {
      e.continues_contract_id = random_.Of(contracts_);
    }
    contracts_.push_back(e.contract_id);
    Put(e);
  }

  void NextPayment() {
    Paid paid{program_, Fresh("i"), AnyCustomer(), AnyLines(&random_)};
    if (!paid_.empty() && random_.OneIn(25)) {
      paid.payment_id = random_.Of(paid_).payment_id;
    }
    event::Payment e = out_.box.Pay(paid.payment_id, paid.customer, paid.lines,
                                    random_.OneIn(40) ? kUsd : kEur);
    if (!contracts_.empty() && random_.OneIn(6)) {
      e.contract_id = random_.Of(contracts_);
    }
    if (Put(e) || random_.OneIn(10)) paid_.push_back(std::move(paid));
  }

  void NextRefund() {
    if (paid_.empty() || random_.OneIn(30)) {
      return Void(Put(EventBox::Refund(Fresh("f"), "unknown", AnyCustomer())));
    }
    const Paid& paid = random_.Of(paid_);
    program_ = paid.program;
    const std::string_view customer =
        random_.OneIn(30) ? AnyCustomer() : paid.customer;
    const RefundKind kind = static_cast<RefundKind>(random_.Between(1, 4));
    const std::string_view id = random_.OneIn(30) ? "f1" : Fresh("f");
    int64_t total = 0;
    for (const event::PaymentLine& line : paid.lines) {
      total += line.amount_minor / 4;  // four at most, each of 2^61
    }
    switch (random_.Below(4)) {
      case 0:
        return Void(Put(EventBox::Refund(id, paid.payment_id, customer, kind)));
      case 1:
      case 2:
        return Void(Put(EventBox::Refund(id, paid.payment_id, customer, kind,
                                         random_.Between(0, total * 2))));
      default:
        break;
    }
    std::vector<event::RefundLine> lines;
    for (const event::PaymentLine& line : paid.lines) {
      if (random_.OneIn(3)) continue;
      lines.push_back({line.line, random_.Between(0, line.amount_minor)});
    }
    if (random_.OneIn(25)) lines.push_back({9, 1});
    Put(out_.box.RefundLines(id, paid.payment_id, customer, kind, lines));
  }

  void NextReview() {
    std::string_view id = random_.OneIn(2) ? "x" : "1-1";
    std::string_view partner_id = AnyPartnerId();
    if (!accruals_.empty() && !random_.OneIn(10)) {
      const Earned& earned =
          random_.OneIn(3) ? random_.Of(accruals_) : accruals_.back();
      program_ = earned.program;
      id = out_.box.Text(FormatAccrualId(earned.id));
      if (!random_.OneIn(10)) partner_id = earned.partner_id;
    }
    Put(EventBox::Review(id, partner_id,
                         static_cast<Verdict>(random_.Between(1, 3))));
  }

  void NextMoney() {
    const Currency currency = random_.OneIn(6) ? kUsd : kEur;
    if (random_.OneIn(3)) {
      const std::string_view partner_id = AnyPartnerId();
      const int64_t pending = random_.Below(3000);
      return Void(Put(EventBox::Opening(partner_id, pending,
                                        random_.Below(3000), currency)));
    }
    int64_t amount = random_.Between(-3000, 3000);
    if (random_.OneIn(30)) amount = int64_t{1} << 62;
    Put(EventBox::Adjust(AnyPartnerId(), amount, currency));
  }

  void NextPayout() {
    if (payouts_.empty() || random_.OneIn(2)) {
      const std::string_view partner_id = AnyPartnerId();
      if (random_.OneIn(2)) {
        Put(EventBox::Adjust(partner_id, random_.Between(1, 9000)));
      }
      event::PayoutRequested e =
          EventBox::Request(Fresh("o"), partner_id, std::nullopt,
                            random_.OneIn(10) ? kUsd : kEur);
      if (random_.OneIn(3)) e.amount_minor = random_.Between(1, 5000);
      if (Put(e) || random_.OneIn(10)) {
        payouts_.push_back({program_, e.payout_id, e.partner_id});
      }
      return;
    }
    auto [program, payout, partner] =
        random_.OneIn(3) ? random_.Of(payouts_) : payouts_.back();
    program_ = program;
    if (random_.OneIn(15)) partner = AnyPartnerId();
    if (random_.OneIn(2)) {
      Put(EventBox::Sent(payout, partner));
    } else {
      Put(EventBox::Failed(payout, partner));
    }
  }

  Random random_;
  History out_;
  std::string_view program_ = "p0";
  Instant now_{1'704'067'200 * kUsPerSecond};  // 2024-01-01
  int64_t fresh_ = 0;
  std::vector<Paid> paid_;
  std::vector<std::string_view> contracts_;
  std::vector<Lead> leads_;
  struct Sent {
    std::string_view program;
    std::string_view payout_id;
    std::string_view partner_id;
  };
  std::vector<Sent> payouts_;
  std::vector<Earned> accruals_;
  std::unique_ptr<Engine> host_ = Engine::InMemory();
  std::vector<Outcome> outcomes_;
};

inline History MakeHistory(uint64_t seed) {
  return HistoryWriter(seed).Write();
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_HISTORY_H_
