// The facts that Vouch learns from: one struct an event of docs/SEMANTICS.md,
// section 3.
//
//   event::PaymentLine line;
//   line.line = 1;
//   line.amount_minor = 100000;                      // 1000.00 paid
//   event::Payment payment;
//   payment.payment_id = "inv-1";
//   payment.customer.id = "c-1";
//   payment.currency = *Currency::Parse("EUR");
//   payment.lines = absl::MakeConstSpan(&line, 1);
//   Event e{"shop", "evt-1", *ParseInstant("2024-01-02T03:04:05Z"), payment};
//
// Events are cheap to pass: texts and lists are borrowed, and whoever makes an
// event keeps what it points to alive for the call that it is given to. Empty
// text means "not said"; where zero and "not said" differ, the field is
// optional. Amounts are minor units of a currency, times are UTC.
#ifndef VOUCH_EVENT_EVENT_H_
#define VOUCH_EVENT_EVENT_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <variant>

#include "absl/types/span.h"
#include "vouch/base/attribute.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/rate.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

namespace event {

// A customer or visitor by the host's name for it. `number` is Vouch's own,
// given at ingest; the log and the state hold only that. Hosts leave it 0.
struct CustomerRef {
  std::string_view id;
  CustomerNumber number;
};
struct VisitorRef {
  std::string_view id;
  VisitorNumber number;
};

using vouch::Attribute;

// A contact detail that nobody can read: the keyed hash (HMAC-SHA-256) of a
// normalised e-mail, phone or tax number, with the name of the key. Equal where
// both parts are.
struct BlindKey {
  std::string_view key_id;
  std::string_view digest;  // 64 lower-case hexadecimal digits
};

// The whole program, effective from the event's time. `spec` is the canonical
// encoding of a ProgramSpec (vouch/program/spec_codec.h).
struct ProgramSet {
  std::string_view spec;
};

// Replaces the partner's whole record from the event's time on.
struct PartnerSet {
  std::string_view partner_id;
  PartnerKind kind = PartnerKind::kNone;
  std::string_view group;
  PartnerStatus status = PartnerStatus::kActive;
  // The part of a budget that goes to the customer; absent: 0.
  std::optional<Rate> customer_share;
  absl::Span<const Attribute> attributes;
  // Who the partner is, for self-referral.
  absl::Span<const BlindKey> identity_keys = {};
  // Who earns uplines on what this one earns; empty: nobody.
  std::string_view parent_partner_id = {};
  std::string_view manager_id = {};  // the vendor's employee who looks after it
};

// The manager of a partner did something for it.
struct ManagerActivity {
  std::string_view partner_id;
  std::string_view manager_id;
};

struct CodeIssued {
  std::string_view code;  // printed as written, compared folded
  std::string_view partner_id;
  std::string_view campaign;
  std::optional<Rate> customer_share;  // absent: the partner's
  std::optional<Instant> valid_from;   // absent: the event's time
  std::optional<Instant> valid_until;  // absent: without end
  std::optional<int64_t> max_redemptions;
};

struct CodeRevoked {
  std::string_view code;
  std::string_view partner_id;  // empty, or the code's
};

// Names a customer or a visitor, and a partner or a code, with DIRECT neither;
// these two may be unknown, which is kept and told.
struct Touch {
  CustomerRef customer;
  VisitorRef visitor;
  Channel channel = Channel::kNone;
  std::string_view partner_id;
  std::string_view code;
  std::string_view campaign;
  absl::Span<const std::string_view> sub_ids;
};

struct CustomerIdentified {
  VisitorRef visitor;
  CustomerRef customer;
};

// From now on `from` is another name of `into`.
struct CustomerMerged {
  CustomerRef from;
  CustomerRef into;
};

// A partner hands over somebody who may become a customer.
struct LeadRegistered {
  std::string_view lead_id;
  std::string_view partner_id;
  absl::Span<const BlindKey> contact_keys;  // it lives under the first
  CustomerRef customer;                     // empty: found by sign-up
};

// Every update is activity; one with a status is that too.
struct LeadUpdated {
  std::string_view lead_id;
  BlindKey contact_key;  // the lead's first
  bool activity = false;
  LeadStatus status = LeadStatus::kNone;
};

// A second one adds keys, replaces the fields that it has, converts nobody.
struct Signup {
  CustomerRef customer;
  std::string_view country;
  std::string_view segment;
  absl::Span<const Attribute> attributes;
  absl::Span<const BlindKey> identity_keys = {};
};

struct ContractStarted {
  std::string_view contract_id;
  CustomerRef customer;
  std::string_view product;
  CivilDay start_date;
  // A renewal or upgrade keeps the anchor of the contract that it continues.
  std::string_view continues_contract_id;
};

struct ContractEnded {
  std::string_view contract_id;
  CustomerRef customer;
  std::string_view product;
  CivilDay end_date;
};

struct PaymentLine {
  int32_t line = 0;  // from 1, ascending
  std::string_view product;
  std::string_view category;
  int64_t quantity = 1;
  int64_t amount_minor = 0;    // paid: tax within, discount already off
  int64_t tax_minor = 0;       // within the amount
  int64_t discount_minor = 0;  // taken off before the amount
  int64_t fee_minor = 0;       // what taking the payment cost
  absl::Span<const Attribute> attributes;
};

// Whether nothing was paid for any line; amounts are not negative. Such a
// payment is recorded and earns nothing (docs/SEMANTICS.md, section 3).
inline bool IsOfNothing(absl::Span<const PaymentLine> lines) {
  return std::all_of(lines.begin(), lines.end(), [](const PaymentLine& line) {
    return line.amount_minor == 0;
  });
}

// What one unit of a payment's currency is worth in the program's, both in
// major units, and where that was read.
struct Exchange {
  int64_t rate_ppb = 0;          // above zero
  std::optional<CivilDay> date;  // this and the source for the record alone
  std::string_view source;
};

struct Payment {
  std::string_view payment_id;
  CustomerRef customer;
  std::string_view contract_id;  // empty: began at the first payment
  Currency currency;
  absl::Span<const PaymentLine> lines;
  // Given where `currency` is not the program's, and only there.
  std::optional<Exchange> exchange = std::nullopt;
};

struct RefundLine {
  int32_t line = 0;
  int64_t amount_minor = 0;
};

// With `lines`, with `amount_minor`, or with neither: all that is left.
struct Refund {
  std::string_view refund_id;
  std::string_view payment_id;
  CustomerRef customer;
  RefundKind kind = RefundKind::kNone;
  std::optional<int64_t> amount_minor;
  absl::Span<const RefundLine> lines;
};

// A partner holds a role for a customer in [from, until).
struct RoleAssigned {
  CustomerRef customer;
  std::string_view partner_id;
  Role role = Role::kNone;       // SERVICER
  std::optional<Instant> from;   // absent: the event's time
  std::optional<Instant> until;  // absent: without end
};

struct AccrualReviewed {
  std::string_view accrual_id;  // "<seq>-<n>"
  std::string_view partner_id;
  Verdict verdict = Verdict::kNone;
  std::string_view author;
  std::string_view reason;
};

struct Adjustment {
  std::string_view partner_id;
  int64_t amount_minor = 0;  // either sign, not zero
  Currency currency;
  std::string_view author;
  std::string_view reason;
};

struct PayoutRequested {
  std::string_view payout_id;
  std::string_view partner_id;
  Currency currency;
  std::optional<int64_t> amount_minor;  // absent: all that is payable
};

// `currency` and `amount_minor`, where given, must be those of the request.
struct PayoutSent {
  std::string_view payout_id;
  std::string_view partner_id;
  Currency currency;
  std::optional<int64_t> amount_minor;
};
struct PayoutFailed {
  std::string_view payout_id;
  std::string_view partner_id;
  Currency currency;
  std::optional<int64_t> amount_minor;
};

// A customer whose partner was decided where the program ran before.
struct AttributionImported {
  CustomerRef customer;
  std::string_view partner_id;
  Role role = Role::kNone;
  std::optional<Instant>
      since;  // when it was decided; absent: the event's time
  // The day that counts as that of the first payment; absent: that of `since`.
  std::optional<CivilDay> contract_start_on;
  int64_t payment_count = 0;  // so far; later ones are numbered after them
};

// What a metric stands at, of the role ACQUIRER, in the period of the event's
// time; without a period, of the month, quarter, year and all time each.
struct OpeningMetric {
  Metric metric = Metric::kNone;
  Period period = Period::kNone;
  int64_t value = 0;
};

// What a partner was owed where the program ran before.
struct OpeningBalance {
  std::string_view partner_id;
  Currency currency;
  int64_t pending_minor = 0;  // held from the event's time
  int64_t payable_minor = 0;  // below zero: a debt
  absl::Span<const OpeningMetric> metrics = {};
};

struct Outreach {
  std::string_view campaign;
  OutreachStep step = OutreachStep::kNone;
  int64_t count = 0;
};

struct Clock {};

}  // namespace event

// The alternatives' places are stored in the log: add at the end only.
using EventBody =
    std::variant<event::ProgramSet, event::PartnerSet, event::CodeIssued,
                 event::CodeRevoked, event::Touch, event::CustomerIdentified,
                 event::Signup, event::ContractStarted, event::ContractEnded,
                 event::Payment, event::Refund, event::AccrualReviewed,
                 event::Adjustment, event::PayoutRequested, event::PayoutSent,
                 event::PayoutFailed, event::OpeningBalance, event::Outreach,
                 event::Clock, event::CustomerMerged, event::LeadRegistered,
                 event::LeadUpdated, event::RoleAssigned,
                 event::AttributionImported, event::ManagerActivity>;

// The name that events.jsonl and the schemas have for the kind of `body`.
inline std::string_view KindWord(const EventBody& body) {
  static constexpr std::array<std::string_view, std::variant_size_v<EventBody>>
      kWords = {"program_set",     "partner_set",
                "code_issued",     "code_revoked",
                "touch",           "customer_identified",
                "signup",          "contract_started",
                "contract_ended",  "payment",
                "refund",          "accrual_reviewed",
                "adjustment",      "payout_requested",
                "payout_sent",     "payout_failed",
                "opening_balance", "outreach",
                "clock",           "customer_merged",
                "lead_registered", "lead_updated",
                "role_assigned",   "attribution_imported",
                "manager_activity"};
  return kWords[body.index()];
}

// The time of an event that says none: it is refused.
inline constexpr Instant kNoTime{std::numeric_limits<int64_t>::min()};

struct Event {
  std::string_view program_id;
  std::string_view event_id;  // unique in its program; the idempotency key
  Instant time = kNoTime;
  EventBody body;
};

VOUCH_NAMESPACE_END

#endif  // VOUCH_EVENT_EVENT_H_
