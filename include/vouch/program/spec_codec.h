// A ProgramSpec as canonical bytes: what a `program_set` event carries and the
// log keeps. Equal specs give equal bytes and the other way round; the bytes of
// a spec stay when programs learn more terms.
#ifndef VOUCH_PROGRAM_SPEC_CODEC_H_
#define VOUCH_PROGRAM_SPEC_CODEC_H_

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/bytes.h"
#include "vouch/base/config.h"
#include "vouch/base/struct_bytes.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline constexpr uint8_t kSpecVersion = 1;

struct SpecSchema {
  // By number; a number is never used again and never moved, a new field goes
  // to the end (vouch/base/struct_bytes.h).
  template <typename S>
  static auto FieldsOf(S& s) {
    using T = std::remove_const_t<S>;
    if constexpr (std::is_same_v<T, WindowSpec>) {
      return std::tie(s.channel, s.days, s.end);
    } else if constexpr (std::is_same_v<T, LeadProtectionSpec>) {
      return std::tie(s.protection_days, s.counted_from);
    } else if constexpr (std::is_same_v<T, ConditionsSpec>) {
      return std::tie(s.partner_kinds, s.partner_groups, s.channels, s.products,
                      s.phase, s.contract_year, s.partner_ids, s.campaigns,
                      s.codes, s.categories, s.countries, s.segments,
                      s.payment_number, s.months_since, s.line_amount_minor,
                      s.quantity, s.attributes, s.effective_from,
                      s.effective_until);
    } else if constexpr (std::is_same_v<T, RangeSpec>) {
      return std::tie(s.from, s.until);
    } else if constexpr (std::is_same_v<T, MonthsSinceSpec>) {
      return std::tie(s.anchor, s.months);
    } else if constexpr (std::is_same_v<T, AttributeConditionSpec>) {
      return std::tie(s.of, s.key, s.value);
    } else if constexpr (std::is_same_v<T, RewardSpec>) {
      return std::tie(s.percent, s.fixed, s.by_contract_year, s.tiers,
                      s.tier_metric, s.tier_period, s.tier_meaning);
    } else if constexpr (std::is_same_v<T, FixedSpec>) {
      return std::tie(s.amount_minor, s.per);
    } else if constexpr (std::is_same_v<T, TierSpec>) {
      return std::tie(s.from, s.until, s.percent, s.fixed_amount_minor);
    } else if constexpr (std::is_same_v<T, UplineSpec>) {
      return std::tie(s.level, s.of, s.percent);
    } else if constexpr (std::is_same_v<T, RateExceptionSpec>) {
      return std::tie(s.partner_id, s.reward);
    } else if constexpr (std::is_same_v<T, AmountPerPeriodSpec>) {
      return std::tie(s.amount_minor, s.period);
    } else if constexpr (std::is_same_v<T, LimitsSpec>) {
      return std::tie(s.payments_per_customer, s.months, s.contract_years,
                      s.amount_per_customer_minor, s.amount_per_period);
    } else if constexpr (std::is_same_v<T, RuleSpec>) {
      return std::tie(s.rule_id, s.name, s.role, s.when, s.reward, s.budget,
                      s.kind, s.earns_on, s.stack, s.price_percent, s.uplines,
                      s.rate_exceptions, s.limits);
    } else if constexpr (std::is_same_v<T, BaseSpec>) {
      return std::tie(s.subtract_tax, s.subtract_fee, s.add_discount);
    } else if constexpr (std::is_same_v<T, PayoutMinimumSpec>) {
      return std::tie(s.currency, s.amount_minor);
    } else {
      static_assert(std::is_same_v<T, ProgramSpec>, "a part of no program");
      return std::tie(s.program_id, s.name, s.currency, s.time_zone, s.rounding,
                      s.reversal_rounding, s.conversion, s.model,
                      s.half_life_days, s.first_share, s.last_share, s.windows,
                      s.tiers, s.binding, s.binding_months, s.organic, s.direct,
                      s.lead_protection, s.allow_self_referral, s.acquisition,
                      s.acquisition_months, s.base, s.terms_as_of, s.hold_days,
                      s.clawback_days, s.payout_minimum, s.customer_share_min,
                      s.customer_share_max, s.rules, s.choosing);
    }
  }
  template <typename T>
  static constexpr bool kElsewhere = false;
  // Program::Build tells a number that it does not know by its path.
  template <typename E>
  static bool IsKnown(E) {
    return true;
  }
};

}  // namespace internal

inline std::string EncodeSpec(const ProgramSpec& spec) {
  std::string bytes(1, static_cast<char>(internal::kSpecVersion));
  internal::StructWriter<internal::SpecSchema>(&bytes).Write(spec);
  return bytes;
}

// INVALID_ARGUMENT when the bytes are not those of a spec.
inline absl::StatusOr<ProgramSpec> DecodeSpec(std::string_view encoded) {
  ByteReader bytes(encoded);
  ProgramSpec spec;
  internal::SpecSchema schema;
  if (bytes.Byte() != internal::kSpecVersion) bytes.Fail();
  internal::StructReader<internal::SpecSchema>(&bytes, &schema).Read(&spec);
  if (!bytes.ok() || !bytes.AtEnd()) {
    return absl::InvalidArgumentError(
        "program_set.spec: not a program's bytes");
  }
  return spec;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_SPEC_CODEC_H_
