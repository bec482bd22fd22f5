#ifndef VOUCH_EVENT_CODEC_INL_H_
#define VOUCH_EVENT_CODEC_INL_H_

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "vouch/base/bytes.h"
#include "vouch/base/struct_bytes.h"
#include "vouch/event/codec.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline constexpr uint8_t kRecordVersion = 1;

// The fields of `e` by number (vouch/base/struct_bytes.h).
template <typename E>
auto EventFields(E& e) {
  using T = std::remove_const_t<E>;
  if constexpr (std::is_same_v<T, event::ProgramSet>) {
    return std::tie(e.spec);
  } else if constexpr (std::is_same_v<T, event::PartnerSet>) {
    return std::tie(e.partner_id, e.kind, e.group, e.status, e.customer_share,
                    e.attributes, e.identity_keys);
  } else if constexpr (std::is_same_v<T, event::CodeIssued>) {
    return std::tie(e.code, e.partner_id, e.campaign, e.customer_share,
                    e.valid_from, e.valid_until, e.max_redemptions);
  } else if constexpr (std::is_same_v<T, event::CodeRevoked>) {
    return std::tie(e.code, e.partner_id);
  } else if constexpr (std::is_same_v<T, event::Touch>) {
    return std::tie(e.customer, e.visitor, e.channel, e.partner_id, e.code,
                    e.campaign, e.sub_ids);
  } else if constexpr (std::is_same_v<T, event::CustomerIdentified>) {
    return std::tie(e.visitor, e.customer);
  } else if constexpr (std::is_same_v<T, event::CustomerMerged>) {
    return std::tie(e.from, e.into);
  } else if constexpr (std::is_same_v<T, event::LeadRegistered>) {
    return std::tie(e.lead_id, e.partner_id, e.contact_keys, e.customer);
  } else if constexpr (std::is_same_v<T, event::LeadUpdated>) {
    return std::tie(e.lead_id, e.contact_key, e.activity, e.status);
  } else if constexpr (std::is_same_v<T, event::Signup>) {
    return std::tie(e.customer, e.country, e.segment, e.attributes,
                    e.identity_keys);
  } else if constexpr (std::is_same_v<T, event::ContractStarted>) {
    return std::tie(e.contract_id, e.customer, e.product, e.start_date,
                    e.continues_contract_id);
  } else if constexpr (std::is_same_v<T, event::ContractEnded>) {
    return std::tie(e.contract_id, e.customer, e.product, e.end_date);
  } else if constexpr (std::is_same_v<T, event::PaymentLine>) {
    return std::tie(e.line, e.product, e.category, e.quantity, e.amount_minor,
                    e.tax_minor, e.discount_minor, e.fee_minor, e.attributes);
  } else if constexpr (std::is_same_v<T, event::Payment>) {
    return std::tie(e.payment_id, e.customer, e.contract_id, e.currency,
                    e.lines);
  } else if constexpr (std::is_same_v<T, event::RefundLine>) {
    return std::tie(e.line, e.amount_minor);
  } else if constexpr (std::is_same_v<T, event::Refund>) {
    return std::tie(e.refund_id, e.payment_id, e.customer, e.kind,
                    e.amount_minor, e.lines);
  } else if constexpr (std::is_same_v<T, event::RoleAssigned>) {
    return std::tie(e.customer, e.partner_id, e.role, e.from, e.until);
  } else if constexpr (std::is_same_v<T, event::AccrualReviewed>) {
    return std::tie(e.accrual_id, e.partner_id, e.verdict, e.author, e.reason);
  } else if constexpr (std::is_same_v<T, event::Adjustment>) {
    return std::tie(e.partner_id, e.amount_minor, e.currency, e.author,
                    e.reason);
  } else if constexpr (std::is_same_v<T, event::PayoutRequested> ||
                       std::is_same_v<T, event::PayoutSent> ||
                       std::is_same_v<T, event::PayoutFailed>) {
    return std::tie(e.payout_id, e.partner_id, e.currency, e.amount_minor);
  } else if constexpr (std::is_same_v<T, event::AttributionImported>) {
    return std::tie(e.customer, e.partner_id, e.role, e.since,
                    e.contract_start_on, e.payment_count);
  } else if constexpr (std::is_same_v<T, event::OpeningBalance>) {
    return std::tie(e.partner_id, e.currency, e.pending_minor, e.payable_minor);
  } else if constexpr (std::is_same_v<T, event::Outreach>) {
    return std::tie(e.campaign, e.step, e.count);
  } else if constexpr (std::is_same_v<T, event::Attribute>) {
    return std::tie(e.key, e.value);
  } else if constexpr (std::is_same_v<T, event::BlindKey>) {
    return std::tie(e.key_id, e.digest);
  } else {
    static_assert(std::is_same_v<T, event::Clock>, "an event without fields");
    return std::tie();
  }
}

template <typename T>
inline constexpr bool kIsSubject = std::is_same_v<T, event::CustomerRef> ||
                                   std::is_same_v<T, event::VisitorRef>;

// Customers and visitors stand before all else, so that the record and the
// canonical form share the rest.
template <typename E>
void AppendNumbers(const E& e, std::string* out) {
  ForEachField(EventFields(e), [out](const auto& field, uint64_t) {
    using T = std::decay_t<decltype(field)>;
    if constexpr (kIsSubject<T>) {
      ByteWriter(out).Unsigned(field.number.value());
    } else {
      static_cast<void>(field);
    }
  });
}

template <typename E>
void ReadNumbers(ByteReader* bytes, E* e) {
  ForEachField(EventFields(*e), [bytes](auto& field, uint64_t) {
    using T = std::decay_t<decltype(field)>;
    if constexpr (kIsSubject<T>) {
      field.id = {};
      field.number = decltype(field.number)(bytes->Unsigned());
    } else {
      static_cast<void>(field);
    }
  });
}

struct RecordSchema {
  template <typename E>
  static auto FieldsOf(E& e) {
    return EventFields(e);
  }
  template <typename T>
  static constexpr bool kElsewhere = kIsSubject<T>;
  template <typename E>
  static bool IsKnown(E value) {
    return value == E() || IsWord(value);
  }

  // Attributes stand in several lists of one event, the others in one.
  std::vector<event::Attribute>& StorageFor(
      absl::Span<const event::Attribute>*) {
    return storage.attributes.emplace_back();
  }
  std::vector<event::BlindKey>& StorageFor(absl::Span<const event::BlindKey>*) {
    return storage.blind_keys;
  }
  std::vector<event::PaymentLine>& StorageFor(
      absl::Span<const event::PaymentLine>*) {
    return storage.payment_lines;
  }
  std::vector<event::RefundLine>& StorageFor(
      absl::Span<const event::RefundLine>*) {
    return storage.refund_lines;
  }
  std::vector<std::string_view>& StorageFor(
      absl::Span<const std::string_view>*) {
    return storage.texts;
  }

  EventStorage& storage;
};

// Makes `body` the alternative with the number `index`; false without one.
template <std::size_t kIndex = 0>
bool EmplaceBody(std::size_t index, EventBody* body) {
  if constexpr (kIndex == std::variant_size_v<EventBody>) {
    return false;
  } else {
    if (index != kIndex) return EmplaceBody<kIndex + 1>(index, body);
    body->template emplace<kIndex>();
    return true;
  }
}

}  // namespace internal

inline void AppendRest(const EventBody& body, std::string* out) {
  internal::StructWriter<internal::RecordSchema> writer(out);
  std::visit([&writer](const auto& e) { writer.Write(e); }, body);
}

inline void AppendRecordHead(const EventBody& body, std::string* out) {
  ByteWriter(out).Byte(internal::kRecordVersion);
  ByteWriter(out).Unsigned(body.index());
  std::visit([out](const auto& e) { internal::AppendNumbers(e, out); }, body);
}

inline void AppendCanonicalHead(const Event& event, std::string* out) {
  ByteWriter w(out);
  w.Byte(internal::kRecordVersion);
  w.Text(event.program_id);
  w.Text(event.event_id);
  w.Signed(event.time.us);
  w.Unsigned(event.body.index());
  std::visit([out](const auto& e) { internal::AppendNumbers(e, out); },
             event.body);
}

inline void AppendRecord(const EventBody& body, std::string* out) {
  AppendRecordHead(body, out);
  AppendRest(body, out);
}

inline void AppendCanonical(const Event& event, std::string* out) {
  AppendCanonicalHead(event, out);
  AppendRest(event.body, out);
}

inline absl::Status ReadRecord(std::string_view record, EventStorage* storage,
                               EventBody* body) {
  storage->Clear();
  ByteReader bytes(record);
  if (bytes.Byte() != internal::kRecordVersion) {
    return absl::DataLossError("record: written by another version, or torn");
  }
  if (!internal::EmplaceBody(bytes.Unsigned(), body)) {
    return absl::DataLossError("record: an event of no known kind");
  }
  internal::RecordSchema schema{*storage};
  internal::StructReader<internal::RecordSchema> reader(&bytes, &schema);
  std::visit(
      [&](auto& e) {
        internal::ReadNumbers(&bytes, &e);
        reader.Read(&e);
      },
      *body);
  if (!bytes.ok() || !bytes.AtEnd()) {
    return absl::DataLossError("record: torn");
  }
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_EVENT_CODEC_INL_H_
