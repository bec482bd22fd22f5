// The closed word lists that events, terms and books share, with the spelling
// that is read and printed everywhere (docs/SEMANTICS.md, section 1).
//
//   Word(Channel::kLink)            -> "LINK"
//   ParseWord<Channel>("LINK")      -> Channel::kLink
//   ParseWord<Channel>("BILLBOARD") -> std::nullopt
//
// One axis an enum, one word a value. The numbers are those of the schemas
// (proto/vouch/v1) and of stored bytes and are never reused; zero is "not
// said" and has no word.
#ifndef VOUCH_BASE_WORDS_H_
#define VOUCH_BASE_WORDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// How a partner's recommendation reached somebody.
enum class Channel : uint8_t { kNone, kLink, kCode, kLead, kView, kDirect };

// What a partner is to the merchant.
enum class PartnerKind : uint8_t {
  kNone,
  kCustomer,
  kAffiliate,
  kReferrer,
  kReseller,
  kDistributor,
  kConsultant,
};

enum class PartnerStatus : uint8_t { kNone, kActive, kSuspended, kTerminated };

// What a partner did for a customer: brought it, or keeps it.
enum class Role : uint8_t { kNone, kAcquirer, kServicer };

// On which side of the program's boundary a payment falls.
enum class Phase : uint8_t { kNone, kAcquisition, kRetention };

enum class RefundKind : uint8_t {
  kNone,
  kRefund,
  kChargeback,
  kCancellation,
  kChargebackReversed,
};

// What became of a lead.
enum class LeadStatus : uint8_t { kNone, kQualified, kRejected, kWon, kLost };

// What a review did to an accrual that is still pending.
enum class Verdict : uint8_t { kNone, kHold, kRelease, kVoid };

// A step of the funnel before anybody registers.
enum class OutreachStep : uint8_t {
  kNone,
  kSent,
  kNotDelivered,
  kOpened,
  kClicked,
};

// The event that decided who is credited.
enum class Trigger : uint8_t { kNone, kSignup, kPayment, kImport };

// Whether a row adds to what a partner earned or takes from it.
enum class AccrualKind : uint8_t { kNone, kAccrual, kReversal };

namespace internal {

// Words of E in the order of its numbers, from 1.
template <typename E>
struct Words;

template <>
struct Words<Channel> {
  static constexpr std::array<std::string_view, 5> kList = {
      "LINK", "CODE", "LEAD", "VIEW", "DIRECT"};
};
template <>
struct Words<PartnerKind> {
  static constexpr std::array<std::string_view, 6> kList = {
      "CUSTOMER", "AFFILIATE",   "REFERRER",
      "RESELLER", "DISTRIBUTOR", "CONSULTANT"};
};
template <>
struct Words<PartnerStatus> {
  static constexpr std::array<std::string_view, 3> kList = {
      "ACTIVE", "SUSPENDED", "TERMINATED"};
};
template <>
struct Words<Role> {
  static constexpr std::array<std::string_view, 2> kList = {"ACQUIRER",
                                                            "SERVICER"};
};
template <>
struct Words<Phase> {
  static constexpr std::array<std::string_view, 2> kList = {"ACQUISITION",
                                                            "RETENTION"};
};
template <>
struct Words<RefundKind> {
  static constexpr std::array<std::string_view, 4> kList = {
      "REFUND", "CHARGEBACK", "CANCELLATION", "CHARGEBACK_REVERSED"};
};
template <>
struct Words<LeadStatus> {
  static constexpr std::array<std::string_view, 4> kList = {
      "QUALIFIED", "REJECTED", "WON", "LOST"};
};
template <>
struct Words<Verdict> {
  static constexpr std::array<std::string_view, 3> kList = {"HOLD", "RELEASE",
                                                            "VOID"};
};
template <>
struct Words<OutreachStep> {
  static constexpr std::array<std::string_view, 4> kList = {
      "SENT", "NOT_DELIVERED", "OPENED", "CLICKED"};
};
template <>
struct Words<Trigger> {
  static constexpr std::array<std::string_view, 3> kList = {"SIGNUP", "PAYMENT",
                                                            "IMPORT"};
};
template <>
struct Words<AccrualKind> {
  static constexpr std::array<std::string_view, 2> kList = {"ACCRUAL",
                                                            "REVERSAL"};
};

}  // namespace internal

// The word of `value`; empty for zero and for a number outside the list.
template <typename E>
constexpr std::string_view Word(E value) {
  const auto place = static_cast<std::size_t>(value);
  const auto& list = internal::Words<E>::kList;
  return place >= 1 && place <= list.size() ? list[place - 1]
                                            : std::string_view();
}

// The value whose word is `word`, spelled exactly; nothing for another text.
template <typename E>
constexpr std::optional<E> ParseWord(std::string_view word) {
  const auto& list = internal::Words<E>::kList;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == word) return static_cast<E>(i + 1);
  }
  return std::nullopt;
}

// Whether `value` is one of the list, and not "not said".
template <typename E>
constexpr bool IsWord(E value) {
  return !Word(value).empty();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_WORDS_H_
