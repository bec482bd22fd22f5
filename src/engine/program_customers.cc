// Customers, visitors, codes and leads: what the stages identify and attribute
// do with the events of a program.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "program_state.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace {

std::string KeyText(const event::BlindKey& key) {
  return BlindKeyText(key.key_id, key.digest);
}

absl::Status CheckCount(std::string_view field, std::size_t count,
                        std::size_t most, std::string_view of) {
  if (count <= most) return absl::OkStatus();
  return ExhaustedField(field,
                        absl::StrCat("more than ", most, " ", ToAbsl(of)));
}

}  // namespace

// ---------------------------------------------------------------------------
// Who is who

CustomerNumber ProgramState::RootOf(CustomerNumber number) const {
  if (!number.has_value() || number.value() > customers_.size()) return number;
  const CustomerNumber into = customers_[number.value() - 1].merged_into;
  return into.has_value() ? into : number;
}

CustomerState& ProgramState::Customer(CustomerNumber number) {
  if (number.value() > customers_.size()) customers_.resize(number.value());
  return customers_[RootOf(number).value() - 1];
}

const CustomerState& ProgramState::CustomerOrNew(CustomerNumber number) const {
  return number.has_value() && number.value() <= customers_.size()
             ? customers_[RootOf(number).value() - 1]
             : new_customer_;
}

VisitorState& ProgramState::Visitor(VisitorNumber number) {
  if (number.value() > visitors_.size()) visitors_.resize(number.value());
  return visitors_[number.value() - 1];
}

absl::Span<const LeadIndex> ProgramState::LeadsOf(CustomerNumber number) const {
  return CustomerOrNew(number).leads;
}

LeadIndex ProgramState::FindLead(std::string_view lead_id) const {
  const auto found = lead_ids_.find(lead_id);
  return found == lead_ids_.end() ? LeadIndex() : found->second;
}

std::vector<CustomerNumber> ProgramState::NamesOf(CustomerNumber number) const {
  const CustomerNumber root = RootOf(number);
  std::vector<CustomerNumber> names = {root};
  const std::vector<CustomerNumber>& others = CustomerOrNew(root).other_names;
  names.insert(names.end(), others.begin(), others.end());
  return names;
}

std::vector<VisitorNumber> ProgramState::VisitorsOf(
    CustomerNumber number) const {
  const CustomerNumber root = RootOf(number);
  std::vector<VisitorNumber> visitors;
  for (std::size_t i = 0; i < visitors_.size(); ++i) {
    const CustomerNumber customer = visitors_[i].customer;
    if (customer.has_value() && RootOf(customer) == root) {
      visitors.emplace_back(i + 1);
    }
  }
  return visitors;
}

// Every name follows its customer at one step, so that no chain grows.
absl::Status ProgramState::On(const event::CustomerMerged& e) {
  const CustomerNumber from = e.from.number;
  const CustomerNumber into = RootOf(e.into.number);
  if (RootOf(from) == into) {
    return PreconditionField("customer_merged.from_customer_id",
                             "the same customer already");
  }
  if (RootOf(from) != from) {
    return PreconditionField("customer_merged.from_customer_id",
                             "merged into another customer already");
  }
  Customer(std::max(from, into));  // room for both
  CustomerState& gone = customers_[from.value() - 1];
  const std::vector<CustomerNumber> followers = gone.other_names;
  const std::vector<std::string_view> keys = gone.identity_keys;
  VOUCH_RETURN_IF_ERROR(MergeCustomers(from, into, at_, reference_, &gone,
                                       &customers_[into.value() - 1]));
  for (const CustomerNumber name : followers) {
    customers_[name.value() - 1].merged_into = into;
  }
  for (const std::string_view key : keys) {
    // In the place of the earlier of the two: it says whose a lead is.
    std::vector<CustomerNumber>& known = customers_by_key_[key];
    absl::c_replace(known, from, into);
    const auto first = absl::c_find(known, into);
    known.erase(std::remove(std::next(first), known.end(), into), known.end());
  }
  for (PartnerState& partner : partners_) MergeCounters(from, into, &partner);
  outputs_->effect.merged_from = from;
  outputs_->effect.merged_into = into;
  return absl::OkStatus();
}

// ---------------------------------------------------------------------------
// Touches

void ProgramState::ResolveCode(const event::Touch& e,
                               const std::vector<CodeIndex>& redeemed,
                               Touch* touch) {
  touch->code = reference_.FindCode(FoldCode(e.code));
  if (!touch->code.has_value()) {
    touch->standing = Standing::kCodeUnknown;
    touch->named = reference_.Intern(e.code);
    return;
  }
  const Code& code = reference_.code(touch->code);
  touch->partner = code.partner;
  touch->standing = StandingOf(code, codes_[touch->code.value() - 1],
                               HasRedeemed(redeemed, touch->code), at_);
  if (touch->campaign.empty()) touch->campaign = code.campaign;
}

Touch ProgramState::MakeTouch(const event::Touch& e,
                              const std::vector<CodeIndex>& redeemed) {
  Touch touch;
  touch.seq = seq_;
  touch.time = at_;
  touch.channel = e.channel;
  touch.campaign = reference_.Intern(e.campaign);
  if (!e.code.empty()) {
    ResolveCode(e, redeemed, &touch);
  } else {
    touch.partner = reference_.FindPartner(e.partner_id);
  }
  if (touch.channel != Channel::kDirect && touch.standing == Standing::kHolds &&
      (!touch.partner.has_value() ||
       reference_.partner(touch.partner).records.At(at_) == nullptr)) {
    touch.standing = Standing::kPartnerUnknown;
    touch.partner = PartnerIndex();
    touch.named = reference_.Intern(e.partner_id);
  }
  std::string sub_ids;
  for (std::size_t i = 0; i < e.sub_ids.size(); ++i) {
    if (i > 0) sub_ids += kSubIdSeparator;
    sub_ids += e.sub_ids[i];
  }
  touch.sub_ids = reference_.Intern(sub_ids);
  return touch;
}

absl::Status ProgramState::On(const event::Touch& e) {
  CustomerNumber number = e.customer.number;
  if (!number.has_value()) number = Visitor(e.visitor.number).customer;
  const bool known = number.has_value();
  std::vector<CodeIndex>& redeemed =
      known ? Customer(number).redeemed : Visitor(e.visitor.number).redeemed;
  const Touch touch = MakeTouch(e, redeemed);
  if (touch.channel == Channel::kCode && touch.standing == Standing::kHolds) {
    const std::size_t more = HasRedeemed(redeemed, touch.code) ? 0 : 1;
    VOUCH_RETURN_IF_ERROR(CheckCount("touch.code", redeemed.size() + more,
                                     kMaxRedeemedCodes, "codes of one hand"));
    Redeem(touch.code, &redeemed, &codes_[touch.code.value() - 1]);
    outputs_->effect.redeemed = true;
  }
  if (known && !Customer(number).KeepsTouches()) return absl::OkStatus();
  LiveTouches& touches =
      known ? Customer(number).touches : Visitor(e.visitor.number).touches;
  touches.DropPast(at_, reference_);
  touches.Add(touch, reference_);
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::CustomerIdentified& e) {
  const CustomerNumber number = e.customer.number;
  VisitorState& visitor = Visitor(e.visitor.number);
  if (visitor.customer.has_value()) {
    if (RootOf(visitor.customer) == RootOf(number)) return absl::OkStatus();
    return PreconditionField("customer_identified.visitor_id",
                             "identified as another customer already");
  }
  CustomerState& customer = Customer(number);
  VOUCH_RETURN_IF_ERROR(
      CheckCount("customer_identified.visitor_id",
                 CountTogether(visitor.redeemed, customer.redeemed),
                 kMaxRedeemedCodes, "codes of one hand"));
  visitor.customer = RootOf(number);
  HandOver(std::exchange(visitor.redeemed, {}), &customer.redeemed);
  LiveTouches touches = std::exchange(visitor.touches, {});
  if (!customer.KeepsTouches()) return absl::OkStatus();
  customer.touches.Merge(std::move(touches), at_, reference_);
  return absl::OkStatus();
}

// ---------------------------------------------------------------------------
// Leads

std::string_view ProgramState::KeepKey(const event::BlindKey& key) {
  return reference_.Intern(KeyText(key));
}

// Refuses a lead while another partner's lives under the same contact key, or,
// where both name one, of the same customer.
absl::Status ProgramState::CheckNoOtherLead(const event::LeadRegistered& e,
                                            PartnerIndex partner) const {
  const Program& terms = *reference_.ProgramAtOrFirst(at_);
  const auto check = [&](std::string_view field, LeadIndex index) {
    const LeadState& other = leads_[index.value() - 1];
    if (other.partner == partner || at_ < other.registered_at) {
      return absl::OkStatus();
    }
    const LeadLife life = LifeAt(other, at_, terms);
    if (life.state != LeadLife::kLive) return absl::OkStatus();
    return ExistsField(
        field, absl::StrCat("another partner's lead is protected ",
                            life.end ? "until " + FormatInstant(*life.end)
                                     : std::string("without end")));
  };
  const auto found = leads_by_key_.find(KeyText(e.contact_keys[0]));
  if (found != leads_by_key_.end()) {
    for (const LeadIndex lead : found->second) {
      VOUCH_RETURN_IF_ERROR(check("lead_registered.contact_keys[0]", lead));
    }
  }
  if (!e.customer.number.has_value()) return absl::OkStatus();
  for (const LeadIndex lead : CustomerOrNew(e.customer.number).leads) {
    if (!leads_[lead.value() - 1].customer.has_value()) continue;
    VOUCH_RETURN_IF_ERROR(check("lead_registered.customer_id", lead));
  }
  return absl::OkStatus();
}

// Gives the customer the leads, by index, and their keys, each once.
void ProgramState::AttachLeads(absl::Span<const LeadIndex> leads,
                               CustomerState* customer) {
  std::vector<LeadIndex> all;
  absl::c_set_union(customer->leads, leads, std::back_inserter(all));
  customer->leads = std::move(all);
  std::vector<std::string_view>& keys = customer->contact_keys;
  absl::flat_hash_set<std::string_view> known(keys.begin(), keys.end());
  for (const LeadIndex lead : leads) {
    for (const std::string_view key : leads_[lead.value() - 1].contact_keys) {
      if (known.insert(key).second) keys.push_back(key);
    }
  }
}

absl::Status ProgramState::On(const event::LeadRegistered& e) {
  if (lead_ids_.contains(e.lead_id)) {
    return ExistsField("lead_registered.lead_id", "taken");
  }
  VOUCH_ASSIGN_OR_RETURN(
      const PartnerIndex partner,
      NeedPartner("lead_registered.partner_id", e.partner_id));
  if (reference_.partner(partner).records.At(at_) == nullptr) {
    return NotFoundField("lead_registered.partner_id",
                         "the partner has no record at that time");
  }
  VOUCH_RETURN_IF_ERROR(CheckNoOtherLead(e, partner));
  const std::string first = KeyText(e.contact_keys[0]);
  const auto known = customers_by_key_.find(first);
  std::vector<CustomerNumber> customers;
  if (e.customer.number.has_value()) {
    customers = {e.customer.number};
  } else if (known != customers_by_key_.end()) {
    customers = known->second;
  }
  const auto under = leads_by_key_.find(first);
  std::size_t most = under == leads_by_key_.end() ? 0 : under->second.size();
  for (const CustomerNumber customer : customers) {
    most = std::max(most, CustomerOrNew(customer).leads.size());
  }
  VOUCH_RETURN_IF_ERROR(CheckCount("lead_registered.lead_id", most + 1,
                                   kMaxLeadsPerKey,
                                   "leads of one contact key or customer"));

  LeadState& lead = leads_.emplace_back();
  const LeadIndex index(static_cast<uint32_t>(leads_.size()));
  lead.lead_id = ids_.Add(e.lead_id);
  lead.seq = seq_;
  lead.registered_at = at_;
  lead.partner = partner;
  lead.customer = e.customer.number;
  for (const event::BlindKey& key : e.contact_keys) {
    lead.contact_keys.push_back(KeepKey(key));
  }
  lead_ids_.emplace(lead.lead_id, index);
  leads_by_key_[lead.contact_keys.front()].push_back(index);
  for (const CustomerNumber customer : customers) {
    AttachLeads(absl::MakeConstSpan(&index, 1), &Customer(customer));
  }
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::LeadUpdated& e) {
  const auto found = lead_ids_.find(e.lead_id);
  if (found == lead_ids_.end()) {
    return NotFoundField("lead_updated.lead_id", "no such lead");
  }
  LeadState& lead = leads_[found->second.value() - 1];
  if (KeyText(e.contact_key) != lead.contact_keys.front()) {
    return NotFoundField("lead_updated.contact_key",
                         "not the one that the lead lives under");
  }
  if (!EndsLead(e.status)) {
    const auto others = absl::c_count_if(
        lead.updates,
        [](const LeadUpdate& update) { return !EndsLead(update.status); });
    VOUCH_RETURN_IF_ERROR(
        CheckCount("lead_updated.lead_id", static_cast<std::size_t>(others) + 1,
                   kMaxUpdatesPerLead, "updates of one lead"));
  }
  const Program& terms = *reference_.ProgramAtOrFirst(at_);
  const bool qualifies = e.status == LeadStatus::kQualified &&
                         !lead.qualified &&
                         LifeAt(lead, at_, terms).state == LeadLife::kLive;
  if (e.status == LeadStatus::kQualified) {
    VOUCH_RETURN_IF_ERROR(RewardLead(lead, found->second));
  }
  KeepUpdate({seq_, at_, e.status}, &lead);
  if (qualifies) {
    lead.qualified = true;
    lead.was_unknown =
        !rated_.rating.amounts.empty() && !CustomerOf(lead).has_value();
    KeepRated(terms, EarnsOn::kQualifiedLead, terms.hold_us());
  }
  return absl::OkStatus();
}

// ---------------------------------------------------------------------------
// Sign-ups, roles and imports

// Whether there is room for the keys of a sign-up that are new to the customer,
// and for the leads that live under them.
absl::Status ProgramState::CheckKeys(const event::Signup& e) const {
  constexpr std::string_view kField = "signup.identity_keys";
  const CustomerState& customer = CustomerOrNew(e.customer.number);
  absl::flat_hash_set<std::string> fresh;
  std::size_t leads = customer.leads.size();
  for (const event::BlindKey& given : e.identity_keys) {
    std::string key = KeyText(given);
    if (absl::c_linear_search(customer.identity_keys, key)) continue;
    const auto known = customers_by_key_.find(key);
    VOUCH_RETURN_IF_ERROR(CheckCount(
        kField,
        1 + (known == customers_by_key_.end() ? 0 : known->second.size()),
        kMaxCustomersPerKey, "customers of one identity key"));
    const auto under = leads_by_key_.find(key);
    if (!fresh.insert(std::move(key)).second || under == leads_by_key_.end()) {
      continue;
    }
    leads += static_cast<std::size_t>(
        absl::c_count_if(under->second, [&](LeadIndex lead) {
          return !leads_[lead.value() - 1].customer.has_value() &&
                 !absl::c_binary_search(customer.leads, lead);
        }));
  }
  VOUCH_RETURN_IF_ERROR(
      CheckCount(kField, customer.identity_keys.size() + fresh.size(),
                 kMaxKeysPerCustomer, "identity keys of one customer"));
  return CheckCount(kField, leads, kMaxLeadsPerCustomer,
                    "leads of one customer");
}

void ProgramState::KeepKeys(const event::Signup& e) {
  const CustomerNumber number = RootOf(e.customer.number);
  CustomerState& customer = Customer(number);
  for (const event::BlindKey& given : e.identity_keys) {
    const std::string_view key = KeepKey(given);
    if (absl::c_linear_search(customer.identity_keys, key)) continue;
    customer.identity_keys.push_back(key);
    customers_by_key_[key].push_back(number);
    const auto under = leads_by_key_.find(key);
    if (under == leads_by_key_.end()) continue;
    std::vector<LeadIndex> leads;  // that name no customer
    absl::c_copy_if(under->second, std::back_inserter(leads),
                    [this](LeadIndex lead) {
                      return !leads_[lead.value() - 1].customer.has_value();
                    });
    AttachLeads(leads, &customer);
  }
}

// Tells the world, and who listens, what was decided.
void ProgramState::TellDecision(CustomerNumber customer,
                                const Decision& decision, DecisionTrace* trace,
                                std::string_view payment_id) {
  outputs_->decision = decision;
  outputs_->customer = RootOf(customer);
  outputs_->payment_id = payment_id;
  if (trace_ == nullptr || !trace_->customers.contains(customer)) return;
  trace_->decisions[decision.seq] = {std::string(payment_id),
                                     std::move(*trace)};
}

// Takes over the fields that the sign-up has.
void ProgramState::KeepFacts(const event::Signup& e, CustomerState* customer) {
  if (!e.country.empty()) customer->country = reference_.Intern(e.country);
  if (!e.segment.empty()) customer->segment = reference_.Intern(e.segment);
  if (e.attributes.empty()) return;
  customer->attributes.clear();
  for (const event::Attribute& attribute : e.attributes) {
    customer->attributes.push_back(
        {reference_.Intern(attribute.key), reference_.Intern(attribute.value)});
  }
}

// Makes the customer what it was `before` a sign-up that is refused.
void ProgramState::UndoSignup(CustomerNumber number, CustomerState before) {
  CustomerState& customer = Customer(number);
  for (const std::string_view key : customer.identity_keys) {
    if (absl::c_linear_search(before.identity_keys, key)) continue;
    std::vector<CustomerNumber>& known = customers_by_key_[key];
    known.erase(std::remove(known.begin(), known.end(), RootOf(number)),
                known.end());
  }
  customer = std::move(before);
}

absl::Status ProgramState::On(const event::Signup& e) {
  VOUCH_RETURN_IF_ERROR(CheckKeys(e));
  const CustomerNumber number = e.customer.number;
  const bool earns = !CustomerOrNew(number).first_signup_at && RewardsSignups();
  // A reward may be refused; nothing else can be from here on.
  CustomerState before;
  if (earns) before = CustomerOrNew(number);
  // The keys and facts of the sign-up count in its own decision.
  KeepKeys(e);
  CustomerState& customer = Customer(number);
  KeepFacts(e, &customer);
  DecisionTrace trace;
  const auto decision = AttributeSignup(customer, leads_, seq_, at_, reference_,
                                        trace_ != nullptr ? &trace : nullptr);
  rated_.rating.Clear();
  if (earns) {
    if (absl::Status rewarded = RewardSignup(number, decision);
        !rewarded.ok()) {
      UndoSignup(number, std::move(before));
      return rewarded;
    }
  }
  if (decision) TellDecision(number, *decision, &trace, {});
  KeepSignup(decision, at_, reference_, &customer);
  if (rated_.rating.credits.empty()) return absl::OkStatus();
  const Program& terms = *reference_.ProgramAtOrFirst(at_);
  KeepRated(terms, EarnsOn::kSignup, terms.hold_us());
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::RoleAssigned& e) {
  VOUCH_ASSIGN_OR_RETURN(const PartnerIndex partner,
                         NeedPartner("role_assigned.partner_id", e.partner_id));
  const Instant from = e.from.value_or(at_);
  if (e.until && *e.until <= from) {
    return InvalidField("role_assigned.until_us",
                        "not after the moment from which the role is held");
  }
  VOUCH_RETURN_IF_ERROR(
      CheckCount("role_assigned.customer_id",
                 CustomerOrNew(e.customer.number).servicers.size() + 1,
                 kMaxRolesPerCustomer, "roles of one customer"));
  Customer(e.customer.number)
      .servicers.push_back({seq_, partner, from, e.until});
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::AttributionImported& e) {
  VOUCH_ASSIGN_OR_RETURN(
      const PartnerIndex partner,
      NeedPartner("attribution_imported.partner_id", e.partner_id));
  const CustomerState& customer = CustomerOrNew(e.customer.number);
  if (e.role == Role::kServicer) {
    VOUCH_RETURN_IF_ERROR(CheckCount(
        "attribution_imported.customer_id", customer.servicers.size() + 1,
        kMaxRolesPerCustomer, "roles of one customer"));
  }
  std::optional<Decision> decision;
  if (e.role == Role::kAcquirer) {
    VOUCH_ASSIGN_OR_RETURN(
        decision, AttributeImport(customer, e, partner, seq_, at_, reference_));
    DecisionTrace none;
    TellDecision(e.customer.number, *decision, &none, {});
  }
  KeepImport(e, partner, seq_, at_, decision, reference_,
             &Customer(e.customer.number));
  return absl::OkStatus();
}

// ---------------------------------------------------------------------------
// Contracts

absl::Status ProgramState::On(const event::ContractStarted& e) {
  if (contracts_.contains(e.contract_id)) {
    return ExistsField("contract_started.contract_id", "taken");
  }
  const CustomerState& customer = CustomerOrNew(e.customer.number);
  ContractState contract;
  contract.anchor = e.start_date;
  contract.start_date = e.start_date;
  if (!e.continues_contract_id.empty()) {
    const ContractState* old = customer.FindContract(e.continues_contract_id);
    if (old == nullptr) {
      return NotFoundField("contract_started.continues_contract_id",
                           "the customer has no such contract");
    }
    contract.anchor = old->anchor;
  }
  if (customer.contracts.size() >= kMaxContractsPerCustomer) {
    return ExhaustedField("contract_started",
                          absl::StrCat("the customer has ",
                                       kMaxContractsPerCustomer, " contracts"));
  }
  contract.contract_id = ids_.Add(e.contract_id);
  contracts_.insert(contract.contract_id);
  Customer(e.customer.number).contracts.push_back(contract);
  return absl::OkStatus();
}

absl::Status ProgramState::On(const event::ContractEnded& e) {
  const ContractState* found =
      CustomerOrNew(e.customer.number).FindContract(e.contract_id);
  if (found == nullptr) {
    return NotFoundField("contract_ended.contract_id",
                         "the customer has no such contract");
  }
  if (e.end_date < found->start_date) {
    return PreconditionField("contract_ended.end_date", "before the start");
  }
  if (found->end_date) {
    return PreconditionField("contract_ended.contract_id", "ended already");
  }
  CustomerState& customer = Customer(e.customer.number);
  customer
      .contracts[static_cast<std::size_t>(found - customer.contracts.data())]
      .end_date = e.end_date;
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END
