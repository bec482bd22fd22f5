// One good event of every kind, and the same with one field changed at a time.
#ifndef VOUCH_TESTS_UNIT_EVENT_SAMPLES_H_
#define VOUCH_TESTS_UNIT_EVENT_SAMPLES_H_

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "vouch/base/currency.h"
#include "vouch/base/instant.h"
#include "vouch/event/event.h"

namespace vouch {

inline constexpr Instant kSampleTime{1704164645000006};

inline constexpr event::Attribute kAttributes[] = {{"tier", "gold"},
                                                   {"eu", ""}};
inline constexpr event::Attribute kOtherKey[] = {{"tie", "gold"}, {"eu", ""}};
inline constexpr event::Attribute kOtherValue[] = {{"tier", "gol"}, {"eu", ""}};
inline constexpr std::string_view kSubIds[] = {"s1", "", "s3"};
inline constexpr std::string_view kOtherSubIds[] = {"s1", "s3"};

// Digests of nothing in particular.
inline constexpr std::string_view kDigest =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
inline constexpr std::string_view kOtherDigest =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddee00";
inline constexpr event::BlindKey kKeys[] = {{"k1", kDigest},
                                            {"k2", kOtherDigest}};
inline constexpr event::BlindKey kOtherKeyId[] = {{"k3", kDigest},
                                                  {"k2", kOtherDigest}};
inline constexpr event::BlindKey kOtherKeyDigest[] = {{"k1", kOtherDigest},
                                                      {"k2", kOtherDigest}};

inline Currency Eur() { return *Currency::Find("EUR"); }
inline Currency Usd() { return *Currency::Find("USD"); }

inline event::ProgramSet SampleProgram() { return {"spec"}; }
inline event::PartnerSet SamplePartner() {
  return {"anna",
          PartnerKind::kAffiliate,
          "north",
          PartnerStatus::kActive,
          Rate::FromPpb(400'000'000),
          kAttributes,
          kKeys,
          "boss",
          "kim"};
}
inline event::ManagerActivity SampleActivity() { return {"anna", "kim"}; }
inline event::CodeIssued SampleCode() {
  return {"ANNA-10",   "anna",      "spring", Rate::FromPpb(1),
          Instant{10}, Instant{20}, 5};
}
inline event::CodeRevoked SampleRevoked() { return {"ANNA-10", "anna"}; }
inline event::Touch SampleTouch() {
  return {{"c-1", {}}, {}, Channel::kLink, "anna", "", "spring", kSubIds};
}
inline event::CustomerIdentified SampleIdentified() {
  return {{"v-1", {}}, {"c-1", {}}};
}
inline event::Signup SampleSignup() {
  return {{"c-1", {}}, "DE", "smb", kAttributes, kKeys};
}
inline event::ContractStarted SampleContract() {
  return {"k-1", {"c-1", {}}, "phone", CivilDay(2024, 2, 29), "k-0"};
}
inline event::ContractEnded SampleEnd() {
  return {"k-1", {"c-1", {}}, "phone", CivilDay(2025, 2, 28)};
}
inline constexpr event::PaymentLine kLines[] = {
    {1, "phone", "voice", 1, 100000, 19000, 500, 30, kAttributes},
    {3, "sim", "", 2, 0, 0, 0, 0, {}}};
inline constexpr event::Exchange kExchange = {921'345'678, CivilDay(2024, 1, 1),
                                              "ECB"};
inline event::Payment SamplePayment() {
  return {"inv-1", {"c-1", {}}, "k-1", Eur(), kLines, kExchange};
}
inline constexpr event::RefundLine kRefundLines[] = {{1, 500}, {3, 0}};
inline event::Refund SampleRefund() {
  return {"ref-1",      "inv-1",     {"c-1", {}}, RefundKind::kRefund,
          std::nullopt, kRefundLines};
}
inline event::AccrualReviewed SampleReview() {
  return {"12-1", "anna", Verdict::kHold, "kim", "looks odd"};
}
inline event::Adjustment SampleAdjustment() {
  return {"anna", -500, Eur(), "kim", "agreed"};
}
inline event::PayoutRequested SampleRequest() {
  return {"out-1", "anna", Eur(), 700};
}
inline event::PayoutSent SampleSent() { return {"out-1", "anna", Eur(), 700}; }
inline event::PayoutFailed SampleFailed() {
  return {"out-1", "anna", Eur(), 700};
}
inline constexpr event::OpeningMetric kMetrics[] = {
    {Metric::kRevenue, Period::kYear, 5000},
    {Metric::kNewCustomers, Period::kNone, 0}};
inline event::OpeningBalance SampleOpening() {
  return {"anna", Eur(), 300, 400, kMetrics};
}
inline event::Outreach SampleOutreach() {
  return {"spring", OutreachStep::kSent, 2100};
}
inline event::CustomerMerged SampleMerged() {
  return {{"c-1", {}}, {"c-2", {}}};
}
inline event::LeadRegistered SampleLead() {
  return {"l-1", "anna", kKeys, {"c-1", {}}};
}
inline event::LeadUpdated SampleUpdate() {
  return {"l-1", kKeys[0], false, LeadStatus::kQualified};
}
inline event::RoleAssigned SampleRole() {
  return {{"c-1", {}}, "anna", Role::kServicer, Instant{10}, Instant{20}};
}
inline event::AttributionImported SampleImport() {
  return {{"c-1", {}},          "anna", Role::kAcquirer, Instant{10},
          CivilDay(2023, 5, 1), 7};
}

// One of each, in the order of their stored numbers.
inline std::vector<EventBody> SampleBodies() {
  return {
      SampleProgram(),    SamplePartner(),    SampleCode(),   SampleRevoked(),
      SampleTouch(),      SampleIdentified(), SampleSignup(), SampleContract(),
      SampleEnd(),        SamplePayment(),    SampleRefund(), SampleReview(),
      SampleAdjustment(), SampleRequest(),    SampleSent(),   SampleFailed(),
      SampleOpening(),    SampleOutreach(),   event::Clock(), SampleMerged(),
      SampleLead(),       SampleUpdate(),     SampleRole(),   SampleImport(),
      SampleActivity()};
}

inline Event SampleEvent(EventBody body) {
  return {"shop", "evt-1", kSampleTime, std::move(body)};
}

}  // namespace vouch

#endif  // VOUCH_TESTS_UNIT_EVENT_SAMPLES_H_
