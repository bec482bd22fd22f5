// A ProgramSpec as canonical bytes: what a `program_set` event carries and the
// log keeps. Equal specs give equal bytes and the other way round.
#ifndef VOUCH_PROGRAM_SPEC_CODEC_H_
#define VOUCH_PROGRAM_SPEC_CODEC_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/bytes.h"
#include "vouch/base/config.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline constexpr uint8_t kSpecVersion = 1;

// Every field in stored order: the one list that writing and reading share.
template <typename S, typename V>
void VisitSpec(S& s, V& v) {
  using T = std::remove_const_t<S>;
  if constexpr (std::is_same_v<T, WindowSpec>) {
    v(s.channel, s.days, s.end);
  } else if constexpr (std::is_same_v<T, LeadProtectionSpec>) {
    v(s.protection_days, s.counted_from);
  } else if constexpr (std::is_same_v<T, ConditionsSpec>) {
    v(s.partner_kinds, s.partner_groups, s.channels, s.products, s.phase,
      s.contract_year_from, s.contract_year_until);
  } else if constexpr (std::is_same_v<T, RewardSpec>) {
    v(s.percent, s.fixed_minor, s.by_contract_year);
  } else if constexpr (std::is_same_v<T, RuleSpec>) {
    v(s.rule_id, s.name, s.role, s.when, s.reward, s.budget);
  } else if constexpr (std::is_same_v<T, BaseSpec>) {
    v(s.subtract_tax, s.subtract_fee, s.add_discount);
  } else if constexpr (std::is_same_v<T, PayoutMinimumSpec>) {
    v(s.currency, s.amount_minor);
  } else {
    static_assert(std::is_same_v<T, ProgramSpec>, "a part of no program");
    v(s.program_id, s.name, s.currency, s.time_zone, s.rounding,
      s.reversal_rounding, s.conversion, s.model, s.half_life_days,
      s.first_share, s.last_share, s.windows, s.tiers, s.binding,
      s.binding_months, s.organic, s.direct, s.lead_protection,
      s.allow_self_referral, s.acquisition, s.acquisition_months, s.base,
      s.terms_as_of, s.hold_days, s.clawback_days, s.payout_minimum,
      s.customer_share_min, s.customer_share_max, s.rules);
  }
}

class SpecWriter {
 public:
  explicit SpecWriter(std::string* out) : bytes_(out) {}

  template <typename... Fields>
  void operator()(const Fields&... fields) {
    (Put(fields), ...);
  }
  void Put(const std::string& text) { bytes_.Text(text); }
  void Put(int64_t value) { bytes_.Signed(value); }
  void Put(bool value) { bytes_.Byte(value ? 1 : 0); }
  template <typename T>
  void Put(const std::optional<T>& value) {
    bytes_.Byte(value.has_value() ? 1 : 0);
    if (value) Put(*value);
  }
  template <typename T>
  void Put(const std::vector<T>& list) {
    bytes_.Unsigned(list.size());
    for (const T& item : list) Put(item);
  }
  template <typename T>
  void Put(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      bytes_.Byte(static_cast<uint8_t>(value));
    } else {
      VisitSpec(value, *this);
    }
  }

 private:
  ByteWriter bytes_;
};

class SpecReader {
 public:
  explicit SpecReader(ByteReader* bytes) : bytes_(*bytes) {}

  template <typename... Fields>
  void operator()(Fields&... fields) {
    (Get(fields), ...);
  }
  void Get(std::string& text) { text = std::string(bytes_.Text()); }
  void Get(int64_t& value) { value = bytes_.Signed(); }
  void Get(bool& value) { value = bytes_.Flag(); }
  template <typename T>
  void Get(std::optional<T>& value) {
    value.reset();
    if (bytes_.Flag()) Get(value.emplace());
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
    } else {
      VisitSpec(value, *this);
    }
  }

 private:
  ByteReader& bytes_;
};

}  // namespace internal

inline std::string EncodeSpec(const ProgramSpec& spec) {
  std::string bytes(1, static_cast<char>(internal::kSpecVersion));
  internal::SpecWriter writer(&bytes);
  writer(spec);
  return bytes;
}

// INVALID_ARGUMENT when the bytes are not those of a spec.
inline absl::StatusOr<ProgramSpec> DecodeSpec(std::string_view encoded) {
  ByteReader bytes(encoded);
  ProgramSpec spec;
  const bool known = bytes.Byte() == internal::kSpecVersion;
  internal::SpecReader reader(&bytes);
  if (known) reader(spec);
  if (!known || !bytes.ok() || !bytes.AtEnd()) {
    return absl::InvalidArgumentError(
        "program_set.spec: not a program's bytes");
  }
  return spec;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_SPEC_CODEC_H_
