// Plain structs as bytes that may learn fields: each field that is not as by
// default stands behind its number, and a 0 ends the struct. So the bytes of a
// value do not change when its struct learns a field, and equal values have
// equal bytes.
//
// The log's records and a program's canonical bytes are made of it. A `Schema`
// knows the structs:
//
//   struct Schema {
//     // The fields of `s` in the order of their numbers, from 1, by std::tie:
//     // the one list that writing and reading share. A number is never used
//     // again and never moved; a new field goes to the end.
//     template <typename S> static auto FieldsOf(S& s);
//     // Whether fields of this type are kept elsewhere; they keep their
//     number. template <typename T> static constexpr bool kElsewhere = false;
//     // Whether a number that was read is one of the enum's.
//     template <typename E> static bool IsKnown(E value);
//     // Where the items of a borrowed list live (for absl::Span alone).
//     std::vector<T>& StorageFor(absl::Span<const T>*);
//   };
//
//   StructWriter<Schema>(&bytes).Write(value);
//   StructReader<Schema>(&reader, &schema).Read(&value);  // value: its
//   defaults
//
// Lists and optional fields are empty by default. Neither class is thread-safe.
#ifndef VOUCH_BASE_STRUCT_BYTES_H_
#define VOUCH_BASE_STRUCT_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "vouch/base/bytes.h"
#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/instant.h"
#include "vouch/base/rate.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Calls `each(field, number)` with every field of a struct.
template <typename Fields, typename Each>
void ForEachField(Fields fields, Each each) {
  std::apply(
      [&each](auto&... field) {
        uint64_t number = 0;
        (each(field, ++number), ...);
      },
      fields);
}

// Whether a field is as by default; lists and optional ones are when empty.
template <typename Schema>
class StructDefaults {
 protected:
  // The indices of the fields.
  template <typename Fields>
  static auto PlacesOf(const Fields&) {
    return std::make_index_sequence<std::tuple_size_v<Fields>>();
  }

  template <typename T>
  static bool IsDefault(const std::optional<T>& value,
                        const std::optional<T>&) {
    return !value.has_value();
  }
  template <typename T>
  static bool IsDefault(absl::Span<const T> list, absl::Span<const T>) {
    return list.empty();
  }
  template <typename T>
  static bool IsDefault(const std::vector<T>& list, const std::vector<T>&) {
    return list.empty();
  }
  template <typename T>
  static bool IsDefault(const T& value, const T& otherwise) {
    if constexpr (kIsPlain<T>) {
      return value == otherwise;
    } else {
      const auto fields = Schema::FieldsOf(value);
      return AreDefault(fields, Schema::FieldsOf(otherwise), PlacesOf(fields));
    }
  }
  template <typename Fields, std::size_t... kPlaces>
  static bool AreDefault(const Fields& fields, const Fields& defaults,
                         std::index_sequence<kPlaces...>) {
    return (IsDefault(std::get<kPlaces>(fields), std::get<kPlaces>(defaults)) &&
            ...);
  }
  // Whether T is a value of its own and not a struct of fields.
  template <typename T>
  static constexpr bool kIsPlain =
      std::is_arithmetic_v<T> || std::is_enum_v<T> ||
      std::is_convertible_v<const T&, std::string_view> ||
      std::is_same_v<T, Rate> || std::is_same_v<T, Instant> ||
      std::is_same_v<T, Currency> || std::is_same_v<T, CivilDay>;
};

template <typename Schema>
class StructWriter : StructDefaults<Schema> {
  using Defaults = StructDefaults<Schema>;

 public:
  explicit StructWriter(std::string* out) : bytes_(out) {}

  template <typename S>
  void Write(const S& value) {
    static const S kAsByDefault{};
    const auto defaults = Schema::FieldsOf(kAsByDefault);
    WriteFields(Schema::FieldsOf(value), defaults,
                Defaults::PlacesOf(defaults));
    bytes_.Byte(0);
  }

 private:
  template <typename Fields, std::size_t... kPlaces>
  void WriteFields(const Fields& fields, const Fields& defaults,
                   std::index_sequence<kPlaces...>) {
    (WriteField(kPlaces + 1, std::get<kPlaces>(fields),
                std::get<kPlaces>(defaults)),
     ...);
  }
  template <typename T>
  void WriteField(uint64_t number, const T& field, const T& otherwise) {
    if constexpr (!Schema::template kElsewhere<T>) {
      if (Defaults::IsDefault(field, otherwise)) return;
      bytes_.Unsigned(number);
      Put(field);
    }
  }

  void Put(std::string_view text) { bytes_.Text(text); }
  void Put(const std::string& text) { bytes_.Text(text); }
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
  void Put(const std::vector<T>& list) {
    Put(absl::MakeConstSpan(list));
  }
  template <typename T>
  void Put(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      bytes_.Byte(static_cast<uint8_t>(value));
    } else {
      Write(value);
    }
  }

  ByteWriter bytes_;
};

// Reads what a StructWriter wrote, and nothing else; bytes that it cannot read
// leave the ByteReader !ok().
template <typename Schema>
class StructReader : StructDefaults<Schema> {
  using Defaults = StructDefaults<Schema>;

 public:
  StructReader(ByteReader* bytes, Schema* schema)
      : bytes_(*bytes), schema_(*schema) {}

  // `*value` must have its defaults.
  template <typename S>
  void Read(S* value) {
    static const S kAsByDefault{};
    const auto fields = Schema::FieldsOf(*value);
    const auto defaults = Schema::FieldsOf(kAsByDefault);
    uint64_t next = bytes_.Unsigned();
    ReadFields(fields, defaults, Defaults::PlacesOf(defaults), &next);
    if (next != 0) bytes_.Fail();
  }

 private:
  template <typename Fields, typename DefaultFields, std::size_t... kPlaces>
  void ReadFields(const Fields& fields, const DefaultFields& defaults,
                  std::index_sequence<kPlaces...>,
                  [[maybe_unused]] uint64_t* next) {
    (ReadField(kPlaces + 1, std::get<kPlaces>(defaults),
               &std::get<kPlaces>(fields), next),
     ...);
  }
  // Reads the field with this number if it is the `*next` one.
  template <typename T>
  void ReadField(uint64_t number, const T& otherwise, T* field,
                 uint64_t* next) {
    if (*next != number || !bytes_.ok()) return;
    if constexpr (Schema::template kElsewhere<T>) {
      bytes_.Fail();
    } else {
      Get(*field);
      if (Defaults::IsDefault(*field, otherwise)) bytes_.Fail();
      *next = bytes_.Unsigned();
    }
  }

  void Get(std::string_view& text) { text = bytes_.Text(); }
  void Get(std::string& text) { text = std::string(bytes_.Text()); }
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
  template <typename T>
  void Get(absl::Span<const T>& list) {
    std::vector<T>& storage = schema_.StorageFor(&list);
    Get(storage);
    list = storage;
  }
  template <typename T>
  void Get(std::vector<T>& list) {
    // Grown as it is read, so that a torn count cannot ask for much memory.
    for (std::size_t n = bytes_.Count(); n > 0 && bytes_.ok(); --n) {
      Get(list.emplace_back());
    }
  }
  template <typename T>
  void Get(T& value) {
    if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(bytes_.Byte());
      if (!Schema::IsKnown(value)) bytes_.Fail();
    } else {
      Read(&value);
    }
  }

  ByteReader& bytes_;
  Schema& schema_;
};

}  // namespace internal

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_STRUCT_BYTES_H_
