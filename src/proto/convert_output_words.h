// The words of the engine's values in those of the schemas, and the two small
// setters that all conversions share.
#ifndef VOUCH_SRC_PROTO_CONVERT_OUTPUT_WORDS_H_
#define VOUCH_SRC_PROTO_CONVERT_OUTPUT_WORDS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/words.h"
#include "vouch/ledger/entry.h"
#include "vouch/ledger/payout.h"
#include "vouch/rate/accrual.h"
#include "vouch/v1/accrual.pb.h"
#include "vouch/v1/attribution.pb.h"
#include "vouch/v1/common.pb.h"
#include "vouch/v1/event.pb.h"
#include "vouch/v1/ledger.pb.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

inline void SetText(std::string* field, std::string_view text) {
  field->assign(text.data(), text.size());
}

template <typename Tag>
int64_t Number(StrongNumber<Tag> number) {
  return static_cast<int64_t>(number.value());
}

// Most lists have the schema's numbers; these pin both ends of each.
static_assert(static_cast<int>(Channel::kLink) == v1::LINK &&
              static_cast<int>(Channel::kDirect) == v1::DIRECT);
inline v1::Channel ToV1(Channel channel) {
  return static_cast<v1::Channel>(channel);
}

static_assert(static_cast<int>(PartnerKind::kCustomer) == v1::CUSTOMER &&
              static_cast<int>(PartnerKind::kConsultant) == v1::CONSULTANT);
inline v1::PartnerKind ToV1(PartnerKind kind) {
  return static_cast<v1::PartnerKind>(kind);
}

static_assert(static_cast<int>(Role::kAcquirer) == v1::ACQUIRER &&
              static_cast<int>(Role::kServicer) == v1::SERVICER);
inline v1::Role ToV1(Role role) { return static_cast<v1::Role>(role); }

static_assert(static_cast<int>(Phase::kAcquisition) == v1::ACQUISITION &&
              static_cast<int>(Phase::kRetention) == v1::RETENTION);
inline v1::Phase ToV1(Phase phase) { return static_cast<v1::Phase>(phase); }

static_assert(static_cast<int>(AccrualKind::kAccrual) == v1::Accrual::ACCRUAL &&
              static_cast<int>(AccrualKind::kReversal) ==
                  v1::Accrual::REVERSAL);
inline v1::Accrual::Kind ToV1(AccrualKind kind) {
  return static_cast<v1::Accrual::Kind>(kind);
}

static_assert(static_cast<int>(Trigger::kSignup) == v1::Decision::SIGNUP &&
              static_cast<int>(Trigger::kImport) == v1::Decision::IMPORT);
inline v1::Accrual::Source ToV1(AccrualSource source) {
  switch (source) {
    case AccrualSource::kPayment:
      return v1::Accrual::PAYMENT;
    case AccrualSource::kRefund:
      return v1::Accrual::REFUND;
    case AccrualSource::kChargebackReversed:
      return v1::Accrual::CHARGEBACK_REVERSED;
    case AccrualSource::kReview:
      return v1::Accrual::REVIEW;
    case AccrualSource::kQualifiedLead:
      return v1::Accrual::QUALIFIED_LEAD;
    case AccrualSource::kSignup:
      return v1::Accrual::SIGNUP;
    case AccrualSource::kTrueUp:
      return v1::Accrual::TRUE_UP;
    case AccrualSource::kNone:
      break;
  }
  return v1::Accrual::SOURCE_UNSPECIFIED;
}

inline v1::Decision::Trigger ToV1(Trigger trigger) {
  return static_cast<v1::Decision::Trigger>(trigger);
}

static_assert(static_cast<int>(RefundKind::kRefund) == v1::Refund::REFUND &&
              static_cast<int>(RefundKind::kChargebackReversed) ==
                  v1::Refund::CHARGEBACK_REVERSED);
inline v1::Refund::Kind ToV1(RefundKind kind) {
  return static_cast<v1::Refund::Kind>(kind);
}

static_assert(static_cast<int>(Account::kExpense) == v1::EXPENSE &&
              static_cast<int>(Account::kPaid) == v1::PAID);
inline v1::AccountKind ToV1(Account account) {
  return static_cast<v1::AccountKind>(account);
}

static_assert(static_cast<int>(PayoutState::kRequested) ==
                  v1::Payout::REQUESTED &&
              static_cast<int>(PayoutState::kFailed) == v1::Payout::FAILED);
inline v1::Payout::State ToV1(PayoutState state) {
  return static_cast<v1::Payout::State>(state);
}

// This list has an order of its own.
inline v1::Entry::Kind ToV1(EntryKind kind) {
  switch (kind) {
    case EntryKind::kAccrual:
      return v1::Entry::ACCRUAL;
    case EntryKind::kReversal:
      return v1::Entry::REVERSAL;
    case EntryKind::kMature:
      return v1::Entry::MATURE;
    case EntryKind::kVoid:
      return v1::Entry::VOID;
    case EntryKind::kAdjustment:
      return v1::Entry::ADJUSTMENT;
    case EntryKind::kPayoutRequested:
      return v1::Entry::PAYOUT_REQUESTED;
    case EntryKind::kPayoutSent:
      return v1::Entry::PAYOUT_SENT;
    case EntryKind::kPayoutFailed:
      return v1::Entry::PAYOUT_FAILED;
    case EntryKind::kOpeningBalance:
      return v1::Entry::OPENING_BALANCE;
    case EntryKind::kNone:
      break;
  }
  return v1::Entry::KIND_UNSPECIFIED;
}

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_PROTO_CONVERT_OUTPUT_WORDS_H_
