// Attribution as the text says it (docs/SEMANTICS.md, sections 5 and 10), slow
// and plain: every event is kept in a list, and each conversion filters, sorts
// and weighs all of them again. Written from the text alone, to be compared
// with the engine; it shares only the words, the calendar and the event structs
// with it.
//
//   NaiveAttribution naive;
//   for (const Event& event : events) naive.Apply(event);
//   naive.decisions(), naive.accruals()
//
// One program, which must have the rules of NaiveRules(): everything paid goes
// to the acquirers by their weights, and once more to the servicer. Events must
// be right in themselves (CheckEvent), but that a role or a code may end before
// the event's own time.
//
// Where the text is silent it goes by what the public headers say; the vendor
// stands after all partners where a weight is split, as where an amount is.
//
// TIME_DECAY is computed with 80 decimal digits. Differences below 1e-50 of a
// part per billion are none, so that equal sums tie: histories whose touches
// are less than 128 half-lives apart have no true difference that small but by
// a chance of about 1e-40, and all weights must then be equal to the last
// part.
#ifndef VOUCH_TESTS_SUPPORT_NAIVE_ATTRIBUTION_H_
#define VOUCH_TESTS_SUPPORT_NAIVE_ATTRIBUTION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/instant.h"
#include "vouch/base/words.h"
#include "vouch/event/event.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

// 100% to the acquirers, 100% to the servicer.
std::vector<RuleSpec> NaiveRules();

// Events are named by their ids here, so that the numbers that an engine gives
// them, among those of other programs, are left out.
struct NaiveCredit {
  std::string partner;
  int64_t weight_ppb = 0;
  Channel channel = Channel::kNone;
  std::string code;  // as issued
  std::string campaign;
  std::string sub_ids;
  bool by_lead = false;
  std::string touch_event;
  Instant touch_at;
};

struct NaiveDecision {
  std::string event_id;
  std::string customer;  // of a merged one the other name
  Instant at;
  Trigger trigger = Trigger::kNone;
  std::vector<NaiveCredit> credits;
  int64_t vendor_weight_ppb = 0;
  std::string terms_event;
  bool binds = false;
  std::optional<Instant> bound_until;
};

struct NaiveAccrual {
  std::string event_id;
  std::string customer;
  std::string partner;
  Role role = Role::kNone;
  int64_t base_minor = 0;
  int64_t weight_ppb = 0;
  int64_t amount_minor = 0;
  Phase phase = Phase::kNone;
  int contract_year = 0;
};

class NaiveAttribution {
 public:
  // OK: applied. Else why it is refused; nothing is changed then. What the
  // event borrows must outlive this.
  absl::StatusCode Apply(const Event& event);

  const std::vector<NaiveDecision>& decisions() const { return decisions_; }
  const std::vector<NaiveAccrual>& accruals() const { return accruals_; }

  // What naive_rating.h asks besides. Customers are named by NameOf; `who` is
  // the name that Who gives.
  struct Credited {
    NaiveDecision decision;
    std::string servicer;  // empty: nobody
  };
  // Who is credited with the last payment of more than nothing.
  const Credited& credited() const { return credited_; }
  // The decision that binds at the sign-up `event`, else one made for it.
  NaiveDecision SignupDecision(const Event& event,
                               const std::string& who) const;
  static std::string NameOf(const event::CustomerRef& customer);
  // Who `name` is now: visitors are customers once identified, a merged
  // customer is the other one.
  std::string Who(std::string name) const;
  bool PartnerKnown(std::string_view partner) const;
  bool SelfReferral(std::string_view partner, const std::string& who,
                    Instant at) const;
  struct LeadNow {
    std::string partner;
    std::string who;    // whose lead it is; empty: nobody's
    bool live = false;  // at the moment asked for
    std::pair<std::string, std::string> contact_key;  // it lives under
  };
  // Of a lead that is registered.
  LeadNow LeadAt(std::string_view lead_id, Instant at) const;

 private:
  using Key = std::pair<std::string, std::string>;  // key id and digest

  struct Version {
    Instant from;
    std::string event_id;
    ProgramSpec spec;
  };
  struct Record {
    Instant from;
    PartnerStatus status = PartnerStatus::kNone;
    std::set<Key> keys;
  };
  struct IssuedCode {
    std::string printed;
    std::string partner;
    std::string campaign;
    Instant valid_from;
    std::optional<Instant> valid_until;
    std::optional<Instant> revoked_at;
    std::optional<int64_t> max_redemptions;
    std::vector<std::string> redeemers;  // names, as they were then
  };
  // A touch, or a lead where it competes as one.
  struct Touch {
    std::string who;
    std::string event_id;
    int64_t place = 0;  // among all applied events
    Instant at;
    Channel channel = Channel::kNone;
    bool holds = false;
    bool fell = false;    // vouch/identify/live_touches.h
    std::string partner;  // empty: the vendor
    std::string code;
    std::string campaign;
    std::string sub_ids;
  };
  struct Update {
    Instant at;
    LeadStatus status = LeadStatus::kNone;
  };
  struct Lead {
    std::string event_id;
    int64_t place = 0;
    Instant at;
    std::string partner;
    std::string customer;  // a name; empty: found by sign-up
    std::vector<Key> contact_keys;
    std::vector<Update> updates;
  };
  struct SignedUp {
    std::string who;
    std::set<Key> keys;
  };
  struct Service {
    std::string who;
    std::string partner;
    Instant from;
    std::optional<Instant> until;
  };
  // A payment, or those that an import brought.
  struct Paid {
    std::string who;
    CivilDay day;
    int64_t count = 0;
  };

  absl::StatusCode On(const Event& event, const event::PartnerSet& e);
  absl::StatusCode On(const Event& event, const event::CodeIssued& e);
  absl::StatusCode On(const Event& event, const event::CodeRevoked& e);
  absl::StatusCode On(const Event& event, const event::Touch& e);
  absl::StatusCode On(const Event& event, const event::CustomerIdentified& e);
  absl::StatusCode On(const Event& event, const event::CustomerMerged& e);
  absl::StatusCode On(const Event& event, const event::LeadRegistered& e);
  absl::StatusCode On(const Event& event, const event::LeadUpdated& e);
  absl::StatusCode On(const Event& event, const event::Signup& e);
  absl::StatusCode On(const Event& event, const event::Payment& e);
  absl::StatusCode On(const Event& event, const event::RoleAssigned& e);
  absl::StatusCode On(const Event& event, const event::AttributionImported& e);
  absl::StatusCode On(const Event&, const event::Clock&);
  template <typename Other>
  absl::StatusCode On(const Event&, const Other&) {
    return absl::StatusCode::kUnimplemented;
  }

  const Version& TermsAt(Instant at) const;
  CivilDay DayAt(Instant at) const;
  const Record* RecordAt(std::string_view partner, Instant at) const;
  bool Active(std::string_view partner, Instant at) const;

  bool Same(const std::string& a, const std::string& b) const;
  // A visitor identified twice to one customer changes nothing, no touch falls.
  bool IdentifiesAgain(const Event& event) const;
  std::set<Key> SignupKeys(const std::string& who) const;
  std::vector<const Lead*> LeadsOf(const std::string& who) const;
  bool Live(const Lead& lead, Instant at) const;
  bool CodeHolds(const IssuedCode& code, const std::string& who,
                 Instant at) const;
  void LetTouchesFall(const Event& event);

  // The steps of section 5.
  std::vector<Touch> Candidates(const std::string& who, Instant at) const;
  bool IsIn(const Touch& touch, const std::string& who, Instant at) const;
  void ExcludeByLeads(std::vector<Touch>* touches) const;
  void KeepHighestTier(const ProgramSpec& spec,
                       std::vector<Touch>* touches) const;
  void Weigh(const ProgramSpec& spec, const std::vector<Touch>& touches,
             Instant at, NaiveDecision* decision) const;
  void Bind(const ProgramSpec& spec, NaiveDecision* decision) const;
  NaiveDecision Decide(const Event& event, const std::string& who,
                       Trigger trigger) const;
  void Made(const std::string& who, NaiveDecision decision);
  // nullptr: none binds at `at`.
  const NaiveDecision* BoundAt(const std::string& who, Instant at) const;
  void Accrue(const Event& event, const std::string& who, int64_t base,
              const NaiveDecision& decision);

  int64_t place_ = 0;
  std::vector<Version> versions_;
  std::map<std::string, std::vector<Record>, std::less<>> partners_;
  std::map<std::string, IssuedCode> codes_;  // by folded code
  std::vector<Touch> touches_;
  std::map<std::string, std::string> other_names_;  // to whom they belong
  std::map<std::string, Lead> leads_;               // by lead id
  std::vector<SignedUp> signups_;
  std::vector<Service> services_;
  std::vector<Paid> paid_;
  std::set<std::string> payment_ids_;
  // The last decision of each that binds, or did.
  std::map<std::string, NaiveDecision> bound_;
  std::vector<NaiveDecision> decisions_;
  std::vector<NaiveAccrual> accruals_;
  Credited credited_;
};

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_NAIVE_ATTRIBUTION_H_
