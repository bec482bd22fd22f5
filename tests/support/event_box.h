// Events for tests, with the texts and lists that they borrow.
//
//   EventBox box;
//   Event e = box.At("2024-01-02T00:00:00Z", box.Pay("inv-1", "c1", 100000));
//
// What a box gives lives as long as the box.
#ifndef VOUCH_TESTS_SUPPORT_EVENT_BOX_H_
#define VOUCH_TESTS_SUPPORT_EVENT_BOX_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"
#include "vouch/program/spec_codec.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

inline const Currency kEur = *Currency::Parse("EUR");
inline const Currency kUsd = *Currency::Parse("USD");

// A program in EUR and UTC that pays `percent` of everything, without hold.
inline ProgramSpec PercentProgram(std::string program_id, std::string percent) {
  ProgramSpec spec;
  spec.program_id = std::move(program_id);
  spec.currency = "EUR";
  spec.time_zone = "UTC";
  RuleSpec rule;
  rule.rule_id = "all";
  rule.reward.percent = std::move(percent);
  spec.rules.push_back(std::move(rule));
  return spec;
}

inline event::PaymentLine Line(int32_t line, int64_t amount_minor,
                               std::string_view product = "") {
  event::PaymentLine out;
  out.line = line;
  out.amount_minor = amount_minor;
  out.product = product;
  return out;
}

class EventBox {
 public:
  EventBox() = default;
  EventBox(EventBox&&) = default;
  EventBox& operator=(EventBox&&) = default;

  std::string_view Text(std::string text) {
    return texts_.emplace_back(std::move(text));
  }

  event::ProgramSet Program(const ProgramSpec& spec) {
    return {Text(EncodeSpec(spec))};
  }
  event::Payment Pay(std::string_view payment_id, std::string_view customer,
                     std::vector<event::PaymentLine> lines,
                     Currency currency = kEur) {
    event::Payment e;
    e.payment_id = payment_id;
    e.customer.id = customer;
    e.currency = currency;
    e.lines = payment_lines_.emplace_back(std::move(lines));
    return e;
  }
  event::Payment Pay(std::string_view payment_id, std::string_view customer,
                     int64_t amount_minor) {
    return Pay(payment_id, customer, {Line(1, amount_minor)});
  }
  event::Refund RefundLines(std::string_view refund_id,
                            std::string_view payment_id,
                            std::string_view customer, RefundKind kind,
                            std::vector<event::RefundLine> lines) {
    event::Refund e = Refund(refund_id, payment_id, customer, kind);
    e.lines = refund_lines_.emplace_back(std::move(lines));
    return e;
  }
  // Of `amount_minor`, or of all that is left.
  static event::Refund Refund(
      std::string_view refund_id, std::string_view payment_id,
      std::string_view customer, RefundKind kind = RefundKind::kRefund,
      std::optional<int64_t> amount_minor = std::nullopt) {
    event::Refund e;
    e.refund_id = refund_id;
    e.payment_id = payment_id;
    e.customer.id = customer;
    e.kind = kind;
    e.amount_minor = amount_minor;
    return e;
  }
  static event::PartnerSet Partner(
      std::string_view partner_id,
      PartnerStatus status = PartnerStatus::kActive) {
    event::PartnerSet e;
    e.partner_id = partner_id;
    e.kind = PartnerKind::kAffiliate;
    e.status = status;
    return e;
  }
  static event::CodeIssued Code(std::string_view code,
                                std::string_view partner_id) {
    event::CodeIssued e;
    e.code = code;
    e.partner_id = partner_id;
    return e;
  }
  static event::Touch Click(std::string_view customer,
                            std::string_view partner_id) {
    event::Touch e;
    e.customer.id = customer;
    e.channel = Channel::kLink;
    e.partner_id = partner_id;
    return e;
  }
  static event::Touch Redeem(std::string_view customer, std::string_view code) {
    event::Touch e;
    e.customer.id = customer;
    e.channel = Channel::kCode;
    e.code = code;
    return e;
  }
  // The same by a visitor.
  static event::Touch ByVisitor(event::Touch e) {
    e.visitor.id = std::exchange(e.customer.id, {});
    return e;
  }
  static event::CustomerIdentified Identify(std::string_view visitor,
                                            std::string_view customer) {
    event::CustomerIdentified e;
    e.visitor.id = visitor;
    e.customer.id = customer;
    return e;
  }
  static event::Signup Signup(std::string_view customer) {
    event::Signup e;
    e.customer.id = customer;
    return e;
  }
  absl::Span<const event::BlindKey> Keys(std::vector<event::BlindKey> keys) {
    return blind_keys_.emplace_back(std::move(keys));
  }
  event::LeadRegistered Lead(std::string_view lead_id,
                             std::string_view partner_id,
                             std::vector<event::BlindKey> contact_keys,
                             std::string_view customer = "") {
    event::LeadRegistered e;
    e.lead_id = lead_id;
    e.partner_id = partner_id;
    e.contact_keys = Keys(std::move(contact_keys));
    e.customer.id = customer;
    return e;
  }
  // With kNone: activity alone.
  static event::LeadUpdated Update(std::string_view lead_id,
                                   const event::BlindKey& contact_key,
                                   LeadStatus status = LeadStatus::kNone) {
    return {lead_id, contact_key, status == LeadStatus::kNone, status};
  }
  static event::CustomerMerged Merge(std::string_view from,
                                     std::string_view into) {
    return {{from, {}}, {into, {}}};
  }
  static event::RoleAssigned Servicer(std::string_view customer,
                                      std::string_view partner_id) {
    event::RoleAssigned e;
    e.customer.id = customer;
    e.partner_id = partner_id;
    e.role = Role::kServicer;
    return e;
  }
  static event::AttributionImported Import(std::string_view customer,
                                           std::string_view partner_id,
                                           Role role = Role::kAcquirer) {
    event::AttributionImported e;
    e.customer.id = customer;
    e.partner_id = partner_id;
    e.role = role;
    return e;
  }
  static event::ContractStarted Contract(std::string_view contract_id,
                                         std::string_view customer,
                                         CivilDay start) {
    event::ContractStarted e;
    e.contract_id = contract_id;
    e.customer.id = customer;
    e.start_date = start;
    return e;
  }
  static event::ContractEnded EndContract(std::string_view contract_id,
                                          std::string_view customer,
                                          CivilDay end) {
    event::ContractEnded e;
    e.contract_id = contract_id;
    e.customer.id = customer;
    e.end_date = end;
    return e;
  }
  static event::AccrualReviewed Review(std::string_view accrual_id,
                                       std::string_view partner_id,
                                       Verdict verdict) {
    event::AccrualReviewed e;
    e.accrual_id = accrual_id;
    e.partner_id = partner_id;
    e.verdict = verdict;
    e.author = "someone";
    return e;
  }
  static event::Adjustment Adjust(std::string_view partner_id,
                                  int64_t amount_minor,
                                  Currency currency = kEur) {
    event::Adjustment e;
    e.partner_id = partner_id;
    e.amount_minor = amount_minor;
    e.currency = currency;
    e.author = "someone";
    return e;
  }
  static event::PayoutRequested Request(
      std::string_view payout_id, std::string_view partner_id,
      std::optional<int64_t> amount_minor = std::nullopt,
      Currency currency = kEur) {
    return {payout_id, partner_id, currency, amount_minor};
  }
  static event::PayoutSent Sent(std::string_view payout_id,
                                std::string_view partner_id) {
    return {payout_id, partner_id, Currency(), std::nullopt};
  }
  static event::PayoutFailed Failed(std::string_view payout_id,
                                    std::string_view partner_id) {
    return {payout_id, partner_id, Currency(), std::nullopt};
  }
  static event::OpeningBalance Opening(std::string_view partner_id,
                                       int64_t pending_minor,
                                       int64_t payable_minor,
                                       Currency currency = kEur) {
    return {partner_id, currency, pending_minor, payable_minor};
  }

 private:
  std::deque<std::string> texts_;
  std::deque<std::vector<event::PaymentLine>> payment_lines_;
  std::deque<std::vector<event::RefundLine>> refund_lines_;
  std::deque<std::vector<event::BlindKey>> blind_keys_;
};

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_EVENT_BOX_H_
