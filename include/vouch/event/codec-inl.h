#ifndef VOUCH_EVENT_CODEC_INL_H_
#define VOUCH_EVENT_CODEC_INL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "vouch/base/bytes.h"
#include "vouch/event/codec.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline constexpr uint8_t kRecordVersion = 1;

// The fields of `e` in the order of their numbers, from 1: the one list that
// writing and reading share. A number is never used again and never moved; a
// new field goes to the end. A field that has its default is not written, so
// that the bytes of an event do not change when its kind learns a new field.
template <typename E>
auto FieldsOf(E& e) {
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

// Calls `each(field, number)` with every field of `e`.
template <typename E, typename Each>
void ForEachField(E& e, Each each) {
  std::apply(
      [&each](auto&... fields) {
        uint64_t number = 0;
        (each(fields, ++number), ...);
      },
      FieldsOf(e));
}

template <typename T>
inline constexpr bool kIsSubject = std::is_same_v<T, event::CustomerRef> ||
                                   std::is_same_v<T, event::VisitorRef>;

template <typename T>
bool IsDefault(const T& field, const T& otherwise) {
  return field == otherwise;
}
template <typename T>
bool IsDefault(absl::Span<const T> list, absl::Span<const T>) {
  return list.empty();
}
inline bool IsDefault(const event::BlindKey& key, const event::BlindKey&) {
  return key.key_id.empty() && key.digest.empty();
}

// Customers and visitors stand before all else, so that the record and the
// canonical form share the rest.
template <typename E>
void AppendNumbers(const E& e, std::string* out) {
  ForEachField(e, [out](const auto& field, uint64_t) {
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
  ForEachField(*e, [bytes](auto& field, uint64_t) {
    using T = std::decay_t<decltype(field)>;
    if constexpr (kIsSubject<T>) {
      field.id = {};
      field.number = decltype(field.number)(bytes->Unsigned());
    } else {
      static_cast<void>(field);
    }
  });
}

// Writes a struct as its fields that are not as by default, each behind its
// number, and a 0.
class RecordWriter {
 public:
  explicit RecordWriter(std::string* out) : bytes_(out) {}

  template <typename E>
  void PutFields(const E& e) {
    static const E kDefaults{};
    PutFields(FieldsOf(e), FieldsOf(kDefaults),
              std::make_index_sequence<
                  std::tuple_size_v<decltype(FieldsOf(kDefaults))>>());
    bytes_.Byte(0);
  }

 private:
  template <typename Fields, std::size_t... kPlaces>
  void PutFields(const Fields& fields, const Fields& defaults,
                 std::index_sequence<kPlaces...>) {
    (PutField(kPlaces + 1, std::get<kPlaces>(fields),
              std::get<kPlaces>(defaults)),
     ...);
  }
  template <typename T>
  void PutField(uint64_t number, const T& field, const T& otherwise) {
    if constexpr (!kIsSubject<T>) {
      if (IsDefault(field, otherwise)) return;
      bytes_.Unsigned(number);
      Put(field);
    }
  }
  void Put(std::string_view text) { bytes_.Text(text); }
  void Put(int64_t value) { bytes_.Signed(value); }
  void Put(int32_t value) { bytes_.Signed(value); }
  void Put(bool value) { bytes_.Byte(value ? 1 : 0); }
  void Put(Rate rate) { bytes_.Signed(rate.ppb()); }
  void Put(Instant at) { bytes_.Signed(at.us); }
  void Put(Currency currency) { bytes_.Text(currency.code()); }
  void Put(CivilDay day) { bytes_.Signed(day - CivilDay(1970, 1, 1)); }
  template <typename T>
  void Put(const std::optional<T>& value) {
    Put(*value);  // one that is empty is a default
  }
  template <typename T>
  void Put(absl::Span<const T> list) {
    bytes_.Unsigned(list.size());
    for (const T& item : list) Put(item);
  }
  template <typename T>
  void Put(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      bytes_.Byte(static_cast<uint8_t>(value));
    } else {
      PutFields(value);
    }
  }

  ByteWriter bytes_;
};

class RecordReader {
 public:
  RecordReader(ByteReader* bytes, EventStorage* storage)
      : bytes_(*bytes), storage_(*storage) {}

  // `*e` must have its defaults.
  template <typename E>
  void GetFields(E* e) {
    uint64_t next = bytes_.Unsigned();
    ForEachField(*e, [this, &next](auto& field, uint64_t number) {
      if (next != number || !bytes_.ok()) return;
      if constexpr (kIsSubject<std::decay_t<decltype(field)>>) {
        bytes_.Fail();
      } else {
        Get(field);
        next = bytes_.Unsigned();
      }
    });
    if (next != 0) bytes_.Fail();
  }

 private:
  void Get(std::string_view& text) { text = bytes_.Text(); }
  void Get(int64_t& value) { value = bytes_.Signed(); }
  void Get(int32_t& value) {
    const int64_t read = bytes_.Signed();
    value = static_cast<int32_t>(read);
    if (value != read) bytes_.Fail();
  }
  void Get(bool& value) { value = bytes_.Flag(); }
  void Get(Rate& rate) { rate = Rate::FromPpb(bytes_.Signed()); }
  void Get(Instant& at) {
    at.us = bytes_.Signed();
    if (!IsValid(at)) bytes_.Fail();
  }
  void Get(Currency& currency) {
    const auto found = Currency::Find(bytes_.Text());
    if (!found.ok()) {
      bytes_.Fail();
      return;
    }
    currency = *found;
  }
  void Get(CivilDay& day) {
    constexpr CivilDay kEpoch(1970, 1, 1);
    const int64_t days = bytes_.Signed();
    const bool valid = days >= CivilDay(1, 1, 1) - kEpoch &&
                       days <= CivilDay(9999, 12, 31) - kEpoch;
    if (!valid) bytes_.Fail();
    day = kEpoch + (valid ? days : 0);
  }
  template <typename T>
  void Get(std::optional<T>& value) {
    Get(value.emplace());
  }
  void Get(absl::Span<const event::Attribute>& list) {
    storage_.attributes.emplace_back();
    GetList(list, storage_.attributes.back());
  }
  void Get(absl::Span<const event::BlindKey>& list) {
    GetList(list, storage_.blind_keys);
  }
  void Get(absl::Span<const event::PaymentLine>& list) {
    GetList(list, storage_.payment_lines);
  }
  void Get(absl::Span<const event::RefundLine>& list) {
    GetList(list, storage_.refund_lines);
  }
  void Get(absl::Span<const std::string_view>& list) {
    GetList(list, storage_.texts);
  }
  template <typename T>
  void Get(T& value) {
    if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(bytes_.Byte());
      if (value != T() && !IsWord(value)) bytes_.Fail();
    } else {
      GetFields(&value);
    }
  }
  template <typename T>
  void GetList(absl::Span<const T>& list, std::vector<T>& storage) {
    // Grown as it is read, so that a torn count cannot ask for much memory.
    for (std::size_t n = bytes_.Count(); n > 0 && bytes_.ok(); --n) {
      Get(storage.emplace_back());
    }
    list = storage;
  }

  ByteReader& bytes_;
  EventStorage& storage_;
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
  internal::RecordWriter writer(out);
  std::visit([&writer](const auto& e) { writer.PutFields(e); }, body);
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
  std::visit(
      [&bytes, storage](auto& e) {
        internal::ReadNumbers(&bytes, &e);
        internal::RecordReader(&bytes, storage).GetFields(&e);
      },
      *body);
  if (!bytes.ok() || !bytes.AtEnd()) {
    return absl::DataLossError("record: torn");
  }
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_EVENT_CODEC_INL_H_
