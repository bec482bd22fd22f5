#ifndef VOUCH_EVENT_CODEC_INL_H_
#define VOUCH_EVENT_CODEC_INL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "vouch/base/bytes.h"
#include "vouch/event/codec.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline constexpr uint8_t kRecordVersion = 1;

// Shows `v` every field of `e`, in stored order: the one list that writing and
// reading share. New fields go to the end of their event, with a new version.
template <typename E, typename V>
void VisitFields(E& e, V& v) {
  using T = std::remove_const_t<E>;
  if constexpr (std::is_same_v<T, event::ProgramSet>) {
    v(e.spec);
  } else if constexpr (std::is_same_v<T, event::PartnerSet>) {
    v(e.partner_id, e.kind, e.group, e.status, e.customer_share, e.attributes);
  } else if constexpr (std::is_same_v<T, event::CodeIssued>) {
    v(e.code, e.partner_id, e.campaign, e.customer_share, e.valid_from,
      e.valid_until, e.max_redemptions);
  } else if constexpr (std::is_same_v<T, event::CodeRevoked>) {
    v(e.code, e.partner_id);
  } else if constexpr (std::is_same_v<T, event::Touch>) {
    v(e.customer, e.visitor, e.channel, e.partner_id, e.code, e.campaign,
      e.sub_ids);
  } else if constexpr (std::is_same_v<T, event::CustomerIdentified>) {
    v(e.visitor, e.customer);
  } else if constexpr (std::is_same_v<T, event::Signup>) {
    v(e.customer, e.country, e.segment, e.attributes);
  } else if constexpr (std::is_same_v<T, event::ContractStarted>) {
    v(e.contract_id, e.customer, e.product, e.start_date,
      e.continues_contract_id);
  } else if constexpr (std::is_same_v<T, event::ContractEnded>) {
    v(e.contract_id, e.customer, e.product, e.end_date);
  } else if constexpr (std::is_same_v<T, event::PaymentLine>) {
    v(e.line, e.product, e.category, e.quantity, e.amount_minor, e.tax_minor,
      e.discount_minor, e.fee_minor, e.attributes);
  } else if constexpr (std::is_same_v<T, event::Payment>) {
    v(e.payment_id, e.customer, e.contract_id, e.currency, e.lines);
  } else if constexpr (std::is_same_v<T, event::RefundLine>) {
    v(e.line, e.amount_minor);
  } else if constexpr (std::is_same_v<T, event::Refund>) {
    v(e.refund_id, e.payment_id, e.customer, e.kind, e.amount_minor, e.lines);
  } else if constexpr (std::is_same_v<T, event::AccrualReviewed>) {
    v(e.accrual_id, e.partner_id, e.verdict, e.author, e.reason);
  } else if constexpr (std::is_same_v<T, event::Adjustment>) {
    v(e.partner_id, e.amount_minor, e.currency, e.author, e.reason);
  } else if constexpr (std::is_same_v<T, event::PayoutRequested> ||
                       std::is_same_v<T, event::PayoutSent> ||
                       std::is_same_v<T, event::PayoutFailed>) {
    v(e.payout_id, e.partner_id, e.currency, e.amount_minor);
  } else if constexpr (std::is_same_v<T, event::OpeningBalance>) {
    v(e.partner_id, e.currency, e.pending_minor, e.payable_minor);
  } else if constexpr (std::is_same_v<T, event::Outreach>) {
    v(e.campaign, e.step, e.count);
  } else if constexpr (std::is_same_v<T, event::Attribute>) {
    v(e.key, e.value);
  } else {
    static_assert(std::is_same_v<T, event::Clock>, "an event without fields");
  }
}

// What of an event is written.
enum class EventPart { kNumbers, kRest };

// Customers and visitors stand before all else, so that the record and the
// canonical form share the rest.
template <EventPart kPart>
class EventWriter {
 public:
  explicit EventWriter(std::string* out) : bytes_(out) {}

  template <typename... Fields>
  void operator()(const Fields&... fields) {
    (PutIfOfPart(fields), ...);
  }

 private:
  template <typename T>
  void PutIfOfPart(const T& field) {
    constexpr bool kSubject = std::is_same_v<T, event::CustomerRef> ||
                              std::is_same_v<T, event::VisitorRef>;
    if constexpr (kSubject && kPart == EventPart::kNumbers) {
      bytes_.Unsigned(field.number.value());
    } else if constexpr (!kSubject && kPart == EventPart::kRest) {
      Put(field);
    }
  }
  void Put(std::string_view text) { bytes_.Text(text); }
  void Put(int64_t value) { bytes_.Signed(value); }
  void Put(int32_t value) { bytes_.Signed(value); }
  void Put(Rate rate) { bytes_.Signed(rate.ppb()); }
  void Put(Instant at) { bytes_.Signed(at.us); }
  void Put(Currency currency) { bytes_.Text(currency.code()); }
  void Put(CivilDay day) { bytes_.Signed(day - CivilDay(1970, 1, 1)); }
  template <typename T>
  void Put(const std::optional<T>& value) {
    bytes_.Byte(value.has_value() ? 1 : 0);
    if (value) Put(*value);
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
      VisitFields(value, *this);
    }
  }

  ByteWriter bytes_;
};

class RecordReader {
 public:
  // Reads the subjects, or the rest.
  RecordReader(bool subjects, ByteReader* bytes, EventStorage* storage)
      : subjects_(subjects), bytes_(*bytes), storage_(*storage) {}

  template <typename... Fields>
  void operator()(Fields&... fields) {
    (GetIfOfPart(fields), ...);
  }

 private:
  template <typename T>
  void GetIfOfPart(T& field) {
    constexpr bool kSubject = std::is_same_v<T, event::CustomerRef> ||
                              std::is_same_v<T, event::VisitorRef>;
    if (kSubject == subjects_) Get(field);
  }
  void Get(std::string_view& text) { text = bytes_.Text(); }
  void Get(int64_t& value) { value = bytes_.Signed(); }
  void Get(int32_t& value) {
    const int64_t read = bytes_.Signed();
    value = static_cast<int32_t>(read);
    if (value != read) bytes_.Fail();
  }
  void Get(Rate& rate) { rate = Rate::FromPpb(bytes_.Signed()); }
  void Get(Instant& at) {
    at.us = bytes_.Signed();
    if (!IsValid(at)) bytes_.Fail();
  }
  void Get(Currency& currency) {
    const std::string_view code = bytes_.Text();
    if (code.empty()) {
      currency = Currency();
      return;
    }
    const auto found = Currency::Find(code);
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
  void Get(event::CustomerRef& ref) { GetSubject(ref); }
  void Get(event::VisitorRef& ref) { GetSubject(ref); }
  template <typename T>
  void Get(std::optional<T>& value) {
    value.reset();
    if (!bytes_.Flag()) return;
    T read{};
    Get(read);
    value = read;
  }
  void Get(absl::Span<const event::Attribute>& list) {
    storage_.attributes.emplace_back();
    GetList(list, storage_.attributes.back());
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
      VisitFields(value, *this);
    }
  }
  template <typename Ref>
  void GetSubject(Ref& ref) {
    ref.id = {};
    ref.number = decltype(ref.number)(bytes_.Unsigned());
  }
  template <typename T>
  void GetList(absl::Span<const T>& list, std::vector<T>& storage) {
    // Grown as it is read, so that a torn count cannot ask for much memory.
    for (std::size_t n = bytes_.Count(); n > 0 && bytes_.ok(); --n) {
      Get(storage.emplace_back());
    }
    list = storage;
  }

  const bool subjects_;
  ByteReader& bytes_;
  EventStorage& storage_;
};

template <EventPart kPart>
void AppendPart(const EventBody& body, std::string* out) {
  EventWriter<kPart> writer(out);
  std::visit([&writer](const auto& e) { VisitFields(e, writer); }, body);
}

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
  internal::AppendPart<internal::EventPart::kRest>(body, out);
}

inline void AppendRecordHead(const EventBody& body, std::string* out) {
  ByteWriter(out).Byte(internal::kRecordVersion);
  ByteWriter(out).Unsigned(body.index());
  internal::AppendPart<internal::EventPart::kNumbers>(body, out);
}

inline void AppendCanonicalHead(const Event& event, std::string* out) {
  ByteWriter w(out);
  w.Byte(internal::kRecordVersion);
  w.Text(event.program_id);
  w.Text(event.event_id);
  w.Signed(event.time.us);
  w.Unsigned(event.body.index());
  internal::AppendPart<internal::EventPart::kNumbers>(event.body, out);
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
  for (const bool subjects : {true, false}) {
    internal::RecordReader reader(subjects, &bytes, storage);
    std::visit([&reader](auto& e) { internal::VisitFields(e, reader); }, *body);
  }
  if (!bytes.ok() || !bytes.AtEnd()) {
    return absl::DataLossError("record: torn");
  }
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_EVENT_CODEC_INL_H_
