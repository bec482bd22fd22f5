// What the byte encodings of the stages' states share: a writer and a reader
// that walk over one list of fields each.
//
//   template <typename S, typename V, internal::IfIs<S, Touch> = 0>
//   void VisitState(S& s, V& v) { v(s.seq, s.time, s.partner); }
//
// An encoding starts with its version. It is canonical: equal states give equal
// bytes, and bytes that are read give the same bytes again. Reading trusts
// nothing: words, moments, and places of partners and codes are held against
// what there is; it asks for no more memory than a multiple of the bytes.
#ifndef VOUCH_PROGRAM_STATE_BYTES_H_
#define VOUCH_PROGRAM_STATE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "vouch/base/attribute.h"
#include "vouch/base/bytes.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/rate.h"
#include "vouch/base/status.h"
#include "vouch/base/words.h"
#include "vouch/program/reference.h"

VOUCH_NAMESPACE_BEGIN

// Keeps a copy of a text for as long as the state that was read lives, and
// gives it; an empty answer to a text that is not empty says that it cannot be.
using KeepText = absl::FunctionRef<std::string_view(std::string_view)>;

namespace internal {

template <typename S, typename T>
using IfIs = std::enable_if_t<std::is_same_v<std::remove_const_t<S>, T>, int>;

inline constexpr CivilDay kStateEpoch(1970, 1, 1);

template <typename S, typename V, IfIs<S, Attribute> = 0>
void VisitState(S& s, V& v) {
  v(s.key, s.value);
}

// A KeepText that asks the reference data.
class Interner {
 public:
  explicit Interner(Reference* reference) : reference_(*reference) {}
  std::string_view operator()(std::string_view text) const {
    return reference_.Intern(text);
  }

 private:
  Reference& reference_;
};

class StateWriter {
 public:
  // Appends `version` and what follows to `*out`.
  StateWriter(uint8_t version, std::string* out) : bytes_(out) {
    bytes_.Byte(version);
  }

  template <typename... Fields>
  void operator()(const Fields&... fields) {
    (Put(fields), ...);
  }
  void Put(std::string_view text) { bytes_.Text(text); }
  void Put(Rate rate) { bytes_.Signed(rate.ppb()); }
  void Put(Instant at) { bytes_.Signed(at.us); }
  void Put(Currency currency) { bytes_.Text(currency.code()); }
  void Put(CivilDay day) { bytes_.Signed(day - kStateEpoch); }
  template <typename Tag, typename Rep>
  void Put(StrongNumber<Tag, Rep> number) {
    bytes_.Unsigned(number.value());
  }
  template <typename T>
  void Put(const std::optional<T>& value) {
    bytes_.Byte(value.has_value() ? 1 : 0);
    if (value) Put(*value);
  }
  template <typename T>
  void Put(const T& value) {
    if constexpr (std::is_enum_v<T> || std::is_same_v<T, bool>) {
      bytes_.Byte(static_cast<uint8_t>(value));
    } else if constexpr (std::is_integral_v<T>) {
      std::is_signed_v<T> ? bytes_.Signed(static_cast<int64_t>(value))
                          : bytes_.Unsigned(static_cast<uint64_t>(value));
    } else {
      VisitState(value, *this);
    }
  }
  // An id that the reader may keep elsewhere than other texts.
  void Id(std::string_view id) { bytes_.Text(id); }
  // A partner that may stand behind this one.
  void LaterPartner(PartnerIndex partner) { Put(partner); }
  // One of a list without words, `last` its greatest.
  template <typename E>
  void Choice(E value, E /*last*/) {
    Put(value);
  }
  void Texts(const std::vector<std::string_view>& texts) { PutList(texts); }
  template <typename List>
  void Each(const List& list) {
    PutList(list);
  }
  template <typename List>
  void PutList(const List& list) {
    bytes_.Unsigned(list.size());
    for (const auto& item : list) Put(item);
  }

 private:
  ByteWriter bytes_;
};

// After the first fault everything reads as zero; Finish tells what it was.
class StateReader {
 public:
  // Texts go to `*reference`, ids to what `keep_id` refers to; both must
  // outlive the reader.
  StateReader(uint8_t version, std::string_view bytes, Reference* reference,
              KeepText keep_id)
      : bytes_(bytes), reference_(*reference), keep_id_(keep_id) {
    if (bytes_.Byte() != version && bytes_.ok()) {
      Fail("written by another version");
    }
  }

  template <typename... Fields>
  void operator()(Fields&... fields) {
    (Get(fields), ...);
  }
  void Get(std::string_view& text) { text = reference_.Intern(bytes_.Text()); }
  void Get(Rate& rate) { rate = Rate::FromPpb(bytes_.Signed()); }
  void Get(Instant& at) {
    at.us = bytes_.Signed();
    Require(IsValid(at), "a moment outside the calendar");
  }
  void Get(Currency& currency) {
    const auto found = Currency::Find(bytes_.Text());
    Require(found.ok(), "an unknown currency");
    if (found.ok()) currency = *found;
  }
  void Get(CivilDay& day) {
    const int64_t days = bytes_.Signed();
    const bool valid = days >= CivilDay(1, 1, 1) - kStateEpoch &&
                       days <= CivilDay(9999, 12, 31) - kStateEpoch;
    Require(valid, "a day outside the calendar");
    day = kStateEpoch + (valid ? days : 0);
  }
  template <typename Tag, typename Rep>
  void Get(StrongNumber<Tag, Rep>& number) {
    Rep value = 0;
    Get(value);
    number = StrongNumber<Tag, Rep>(value);
    if constexpr (std::is_same_v<Tag, PartnerTag>) {
      Require(value <= reference_.partner_count(), "a partner that is none");
    } else if constexpr (std::is_same_v<Tag, CodeTag>) {
      Require(value <= reference_.code_count(), "a code that is none");
    }
  }
  template <typename T>
  void Get(std::optional<T>& value) {
    value.reset();
    if (bytes_.Flag()) Get(value.emplace());
  }
  template <typename T>
  void Get(T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      value = bytes_.Flag();
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(bytes_.Byte());
      Require(value == T() || IsWord(value), "an unknown word");
    } else if constexpr (std::is_integral_v<T>) {
      GetNumber(value);
    } else {
      VisitState(value, *this);
    }
  }
  void Id(std::string_view& id) {
    const std::string_view text = bytes_.Text();
    id = keep_id_(text);
    Require(id.size() == text.size(), "an id that is none");
  }
  // Not held against the partners: that is for who has read them all.
  void LaterPartner(PartnerIndex& partner) {
    uint32_t number = 0;
    Get(number);
    partner = PartnerIndex(number);
  }
  template <typename E>
  void Choice(E& value, E last) {
    value = static_cast<E>(bytes_.Byte());
    Require(value <= last, "an unknown choice");
  }
  // Reads a list; `check(before, item)` may look at each item, and at the one
  // before it or nullptr. Grown as it is read, so that a torn count cannot ask
  // for much memory.
  template <typename List, typename Check>
  void GetList(List* list, Check check) {
    list->clear();
    for (std::size_t n = Count(); n > 0 && ok(); --n) {
      Get(list->emplace_back());
      const std::size_t size = list->size();
      if (ok()) check(size > 1 ? &(*list)[size - 2] : nullptr, list->back());
    }
  }
  void Texts(std::vector<std::string_view>& texts) {
    GetList(&texts, [](const std::string_view*, std::string_view) {});
  }
  template <typename List>
  void Each(List& list) {
    GetList(&list, [](const auto*, const auto&) {});
  }
  std::size_t Count() { return bytes_.Count(); }
  std::string_view Text() { return bytes_.Text(); }  // borrowed, not kept

  // Only the first fault counts, and none before the bytes could be read.
  void Require(bool holds, std::string_view otherwise) {
    if (!holds && bytes_.ok()) Fail(otherwise);
  }
  void Fail(std::string_view reason) {
    if (reason_.empty() && bytes_.ok()) reason_ = std::string(reason);
    bytes_.Fail();
  }
  bool ok() const { return bytes_.ok(); }

  // DATA_LOSS "<state>: <reason>" unless everything was read to the end.
  absl::Status Finish(std::string_view state) const {
    if (ok() && bytes_.AtEnd()) return absl::OkStatus();
    std::string_view reason = ok() ? "bytes after its end" : "torn";
    if (!reason_.empty()) reason = reason_;
    return FieldStatus(absl::StatusCode::kDataLoss, state, reason);
  }

 private:
  template <typename T>
  void GetNumber(T& value) {
    if constexpr (std::is_signed_v<T>) {
      const int64_t read = bytes_.Signed();
      value = static_cast<T>(read);
      Require(value == read, "a number past its range");
    } else {
      const uint64_t read = bytes_.Unsigned();
      value = static_cast<T>(read);
      Require(value == read, "a number past its range");
    }
  }

  ByteReader bytes_;
  Reference& reference_;
  KeepText keep_id_;
  std::string reason_;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_STATE_BYTES_H_
