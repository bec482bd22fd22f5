#include "vouch/event/codec.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/event/samples.h"
#include "vouch/event/subjects.h"

namespace vouch {
namespace {

using std::string_literals::operator""s;
using std::string_view_literals::operator""sv;

std::string RecordOf(const Event& event) {
  std::string bytes;
  AppendRecord(event.body, &bytes);
  return bytes;
}

// The number that stands for a name in these tests.
uint64_t NumberOf(std::string_view name) {
  static std::vector<std::string> names;
  if (name.empty()) return 0;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) {
    return static_cast<uint64_t>(found - names.begin()) + 1;
  }
  names.emplace_back(name);
  return names.size();
}

// With a number for each name, as the engine gives.
Event Numbered(Event event) {
  ForEachCustomer(event.body, [](event::CustomerRef& customer) {
    customer.number = CustomerNumber(NumberOf(customer.id));
  });
  ForEachVisitor(event.body, [](event::VisitorRef& visitor) {
    visitor.number = VisitorNumber(NumberOf(visitor.id));
  });
  return event;
}

std::string CanonicalOf(const Event& event) {
  std::string bytes;
  AppendCanonical(event, &bytes);
  return bytes;
}

// The sample `body` with one field changed by `change`.
template <typename E, typename Change>
EventBody With(E body, Change change) {
  change(body);
  return body;
}

using Bodies = std::vector<EventBody>;

// For each kind: as it is, then each field changed alone (docs/SEMANTICS.md,
// section 3). "Absent" and "zero" are different contents.
Bodies ChangedReference() {
  return {
      SampleProgram(),
      With(SampleProgram(), [](auto& e) { e.spec = "spe"; }),
      SamplePartner(),
      With(SamplePartner(), [](auto& e) { e.partner_id = "ann"; }),
      With(SamplePartner(), [](auto& e) { e.kind = PartnerKind::kReseller; }),
      With(SamplePartner(), [](auto& e) { e.group = ""; }),
      With(SamplePartner(),
           [](auto& e) { e.status = PartnerStatus::kSuspended; }),
      With(SamplePartner(), [](auto& e) { e.customer_share.reset(); }),
      With(SamplePartner(), [](auto& e) { e.customer_share = Rate(); }),
      With(SamplePartner(), [](auto& e) { e.attributes = {}; }),
      With(SamplePartner(), [](auto& e) { e.attributes = kOtherKey; }),
      With(SamplePartner(), [](auto& e) { e.attributes = kOtherValue; }),
      With(SamplePartner(), [](auto& e) { e.identity_keys = {}; }),
      With(SamplePartner(), [](auto& e) { e.identity_keys = kOtherKeyId; }),
      With(SamplePartner(), [](auto& e) { e.identity_keys = kOtherKeyDigest; }),
      With(SamplePartner(), [](auto& e) { e.parent_partner_id = ""; }),
      With(SamplePartner(), [](auto& e) { e.manager_id = "lee"; }),
      SampleActivity(),
      With(SampleActivity(), [](auto& e) { e.partner_id = "bob"; }),
      With(SampleActivity(), [](auto& e) { e.manager_id = "lee"; }),
      SampleCode(),
      With(SampleCode(), [](auto& e) { e.code = "ANNA-11"; }),
      With(SampleCode(), [](auto& e) { e.partner_id = "ann"; }),
      With(SampleCode(), [](auto& e) { e.campaign = ""; }),
      With(SampleCode(), [](auto& e) { e.customer_share.reset(); }),
      With(SampleCode(), [](auto& e) { e.valid_from.reset(); }),
      With(SampleCode(), [](auto& e) { e.valid_from = Instant{0}; }),
      With(SampleCode(), [](auto& e) { e.valid_until = Instant{21}; }),
      With(SampleCode(), [](auto& e) { e.max_redemptions.reset(); }),
      With(SampleCode(), [](auto& e) { e.max_redemptions = 6; }),
      SampleRevoked(),
      With(SampleRevoked(), [](auto& e) { e.code = "anna-10"; }),
      With(SampleRevoked(), [](auto& e) { e.partner_id = ""; }),
      SampleTouch(),
      With(SampleTouch(), [](auto& e) { e.customer.id = "c-2"; }),
      With(SampleTouch(),
           [](auto& e) {
             e.visitor.id = e.customer.id;
             e.customer.id = {};
           }),
      With(SampleTouch(), [](auto& e) { e.channel = Channel::kView; }),
      With(SampleTouch(), [](auto& e) { e.partner_id = "bob"; }),
      With(SampleTouch(),
           [](auto& e) {
             e.code = e.partner_id;
             e.partner_id = {};
           }),
      With(SampleTouch(), [](auto& e) { e.campaign = "autumn"; }),
      With(SampleTouch(), [](auto& e) { e.sub_ids = kOtherSubIds; }),
      With(SampleTouch(), [](auto& e) { e.sub_ids = {}; }),
  };
}

Bodies ChangedCustomers() {
  return {
      SampleIdentified(),
      With(SampleIdentified(), [](auto& e) { e.visitor.id = "v-2"; }),
      With(SampleIdentified(), [](auto& e) { e.customer.id = "c-2"; }),
      SampleSignup(),
      With(SampleSignup(), [](auto& e) { e.customer.id = "c-2"; }),
      With(SampleSignup(), [](auto& e) { e.country = "AT"; }),
      With(SampleSignup(), [](auto& e) { e.segment = ""; }),
      With(SampleSignup(), [](auto& e) { e.attributes = kOtherValue; }),
      With(SampleSignup(), [](auto& e) { e.identity_keys = {}; }),
      With(SampleSignup(), [](auto& e) { e.identity_keys = kOtherKeyId; }),
      With(SampleSignup(), [](auto& e) { e.identity_keys = kOtherKeyDigest; }),
      SampleMerged(),
      With(SampleMerged(), [](auto& e) { e.from.id = "c-3"; }),
      With(SampleMerged(), [](auto& e) { e.into.id = "c-3"; }),
      With(SampleMerged(), [](auto& e) { std::swap(e.from, e.into); }),
      SampleContract(),
      With(SampleContract(), [](auto& e) { e.contract_id = "k-2"; }),
      With(SampleContract(), [](auto& e) { e.customer.id = "c-2"; }),
      With(SampleContract(), [](auto& e) { e.product = ""; }),
      With(SampleContract(),
           [](auto& e) { e.start_date = CivilDay(2024, 3, 1); }),
      With(SampleContract(), [](auto& e) { e.continues_contract_id = ""; }),
      SampleEnd(),
      With(SampleEnd(), [](auto& e) { e.contract_id = "k-2"; }),
      With(SampleEnd(), [](auto& e) { e.customer.id = "c-2"; }),
      With(SampleEnd(), [](auto& e) { e.product = ""; }),
      With(SampleEnd(), [](auto& e) { e.end_date = CivilDay(2025, 3, 1); }),
  };
}

Bodies ChangedLeadsAndRoles() {
  return {
      SampleLead(),
      With(SampleLead(), [](auto& e) { e.lead_id = "l-2"; }),
      With(SampleLead(), [](auto& e) { e.partner_id = "bob"; }),
      With(SampleLead(), [](auto& e) { e.contact_keys = kOtherKeyId; }),
      With(SampleLead(), [](auto& e) { e.contact_keys = kOtherKeyDigest; }),
      With(SampleLead(),
           [](auto& e) { e.contact_keys = e.contact_keys.first(1); }),
      With(SampleLead(), [](auto& e) { e.customer.id = ""; }),
      SampleUpdate(),
      With(SampleUpdate(), [](auto& e) { e.lead_id = "l-2"; }),
      With(SampleUpdate(), [](auto& e) { e.contact_key.key_id = "k2"; }),
      With(SampleUpdate(),
           [](auto& e) { e.contact_key.digest = kOtherDigest; }),
      With(SampleUpdate(), [](auto& e) { e.activity = true; }),
      With(SampleUpdate(), [](auto& e) { e.status = LeadStatus::kLost; }),
      With(SampleUpdate(), [](auto& e) { e.status = LeadStatus::kNone; }),
      SampleRole(),
      With(SampleRole(), [](auto& e) { e.customer.id = "c-2"; }),
      With(SampleRole(), [](auto& e) { e.partner_id = "bob"; }),
      With(SampleRole(), [](auto& e) { e.role = Role::kAcquirer; }),
      With(SampleRole(), [](auto& e) { e.from.reset(); }),
      With(SampleRole(), [](auto& e) { e.from = Instant{0}; }),
      With(SampleRole(), [](auto& e) { e.until.reset(); }),
      With(SampleRole(), [](auto& e) { e.until = Instant{21}; }),
      SampleImport(),
      With(SampleImport(), [](auto& e) { e.customer.id = "c-2"; }),
      With(SampleImport(), [](auto& e) { e.partner_id = "bob"; }),
      With(SampleImport(), [](auto& e) { e.role = Role::kServicer; }),
      With(SampleImport(), [](auto& e) { e.since.reset(); }),
      With(SampleImport(), [](auto& e) { e.since = Instant{0}; }),
      With(SampleImport(), [](auto& e) { e.contract_start_on.reset(); }),
      With(SampleImport(),
           [](auto& e) { e.contract_start_on = CivilDay(1970, 1, 1); }),
      With(SampleImport(), [](auto& e) { e.payment_count = 0; }),
  };
}

// A payment whose first line is changed.
template <typename Change>
EventBody WithLine(event::PaymentLine* line, Change change) {
  *line = kLines[0];
  change(*line);
  event::Payment payment = SamplePayment();
  payment.lines = absl::MakeConstSpan(line, 1);
  return payment;
}

Bodies ChangedPayments() {
  static event::PaymentLine lines[10];
  return {
      SamplePayment(),
      With(SamplePayment(), [](auto& e) { e.payment_id = "inv-2"; }),
      With(SamplePayment(), [](auto& e) { e.customer.id = "c-2"; }),
      With(SamplePayment(), [](auto& e) { e.contract_id = ""; }),
      With(SamplePayment(), [](auto& e) { e.currency = Usd(); }),
      With(SamplePayment(), [](auto& e) { e.lines = {}; }),
      With(SamplePayment(), [](auto& e) { e.exchange.reset(); }),
      With(SamplePayment(), [](auto& e) { e.exchange->rate_ppb = 1; }),
      With(SamplePayment(), [](auto& e) { e.exchange->date.reset(); }),
      With(SamplePayment(),
           [](auto& e) { e.exchange->date = CivilDay(1970, 1, 1); }),
      With(SamplePayment(), [](auto& e) { e.exchange->source = ""; }),
      WithLine(&lines[0], [](auto&) {}),
      WithLine(&lines[1], [](auto& l) { l.line = 2; }),
      WithLine(&lines[2], [](auto& l) { l.product = "fax"; }),
      WithLine(&lines[3], [](auto& l) { l.category = ""; }),
      WithLine(&lines[4], [](auto& l) { l.quantity = 0; }),
      WithLine(&lines[5], [](auto& l) { l.amount_minor = 100001; }),
      WithLine(&lines[6], [](auto& l) { l.tax_minor = 0; }),
      WithLine(&lines[7], [](auto& l) { l.discount_minor = 0; }),
      WithLine(&lines[8], [](auto& l) { l.fee_minor = 0; }),
      WithLine(&lines[9], [](auto& l) { l.attributes = kOtherKey; }),
  };
}

Bodies ChangedRefunds() {
  static constexpr event::RefundLine kOther[] = {{1, 500}, {4, 0}};
  static constexpr event::RefundLine kMore[] = {{1, 501}, {3, 0}};
  return {
      SampleRefund(),
      With(SampleRefund(), [](auto& e) { e.refund_id = "ref-2"; }),
      With(SampleRefund(), [](auto& e) { e.payment_id = "inv-2"; }),
      With(SampleRefund(), [](auto& e) { e.customer.id = "c-2"; }),
      With(SampleRefund(), [](auto& e) { e.kind = RefundKind::kChargeback; }),
      With(SampleRefund(), [](auto& e) { e.amount_minor = 0; }),
      With(SampleRefund(), [](auto& e) { e.lines = kOther; }),
      With(SampleRefund(), [](auto& e) { e.lines = kMore; }),
      With(SampleRefund(), [](auto& e) { e.lines = {}; }),
  };
}

Bodies ChangedBooks() {
  using M = event::OpeningMetric;
  static constexpr M kOther[] = {{Metric::kCommission, Period::kYear, 5000},
                                 kMetrics[1]};
  static constexpr M kPeriod[] = {{Metric::kRevenue, Period::kMonth, 5000},
                                  kMetrics[1]};
  static constexpr M kValue[] = {{Metric::kRevenue, Period::kYear, 5001},
                                 kMetrics[1]};
  return {
      SampleReview(),
      With(SampleReview(), [](auto& e) { e.accrual_id = "12-2"; }),
      With(SampleReview(), [](auto& e) { e.partner_id = "bob"; }),
      With(SampleReview(), [](auto& e) { e.verdict = Verdict::kVoid; }),
      With(SampleReview(), [](auto& e) { e.author = "lee"; }),
      With(SampleReview(), [](auto& e) { e.reason = ""; }),
      SampleAdjustment(),
      With(SampleAdjustment(), [](auto& e) { e.partner_id = "bob"; }),
      With(SampleAdjustment(), [](auto& e) { e.amount_minor = 500; }),
      With(SampleAdjustment(), [](auto& e) { e.currency = Usd(); }),
      With(SampleAdjustment(), [](auto& e) { e.author = "lee"; }),
      With(SampleAdjustment(), [](auto& e) { e.reason = ""; }),
      SampleOpening(),
      With(SampleOpening(), [](auto& e) { e.partner_id = "bob"; }),
      With(SampleOpening(), [](auto& e) { e.currency = Usd(); }),
      With(SampleOpening(), [](auto& e) { e.pending_minor = 0; }),
      With(SampleOpening(), [](auto& e) { e.payable_minor = 0; }),
      With(SampleOpening(), [](auto& e) { e.metrics = {}; }),
      With(SampleOpening(), [](auto& e) { e.metrics = kOther; }),
      With(SampleOpening(), [](auto& e) { e.metrics = kPeriod; }),
      With(SampleOpening(), [](auto& e) { e.metrics = kValue; }),
      SampleOutreach(),
      With(SampleOutreach(), [](auto& e) { e.campaign = ""; }),
      With(SampleOutreach(), [](auto& e) { e.step = OutreachStep::kOpened; }),
      With(SampleOutreach(), [](auto& e) { e.count = 0; }),
      event::Clock(),
  };
}

template <typename E>
void AddChangedPayout(const E& sample, Bodies* all) {
  all->push_back(sample);
  all->push_back(With(sample, [](auto& e) { e.payout_id = "out-2"; }));
  all->push_back(With(sample, [](auto& e) { e.partner_id = "bob"; }));
  all->push_back(With(sample, [](auto& e) { e.currency = Currency(); }));
  all->push_back(With(sample, [](auto& e) { e.amount_minor.reset(); }));
  all->push_back(With(sample, [](auto& e) { e.amount_minor = 0; }));
}

Bodies AllChanged() {
  Bodies all;
  for (const Bodies& some :
       {ChangedReference(), ChangedCustomers(), ChangedLeadsAndRoles(),
        ChangedPayments(), ChangedRefunds(), ChangedBooks()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  AddChangedPayout(SampleRequest(), &all);
  AddChangedPayout(SampleSent(), &all);
  AddChangedPayout(SampleFailed(), &all);
  return all;
}

std::vector<Event> AllEvents() {
  std::vector<Event> events;
  for (const EventBody& body : AllChanged()) {
    events.push_back(SampleEvent(body));
  }
  Event other = SampleEvent(event::Clock());
  other.program_id = "sho";
  events.push_back(other);
  other = SampleEvent(event::Clock());
  other.event_id = "evt-2";
  events.push_back(other);
  other = SampleEvent(event::Clock());
  other.time = kMinInstant;
  events.push_back(other);
  other.time = kMaxInstant;
  events.push_back(other);
  return events;
}

TEST(CodecTest, TheSamplesHoldEveryKind) {
  const Bodies bodies = SampleBodies();
  ASSERT_EQ(bodies.size(), std::variant_size_v<EventBody>);
  std::set<std::size_t> changed;
  for (const EventBody& body : AllChanged()) changed.insert(body.index());
  EXPECT_EQ(changed.size(), bodies.size());
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    EXPECT_EQ(bodies[i].index(), i);
  }
}

// Bytes by hand: format version 1, the kind by its place in EventBody, the
// numbers of customers and visitors, then each other field that is not as by
// default behind its number, and a 0. Texts are length and bytes, signed
// numbers zigzag and LEB128.
TEST(CodecTest, ARecordIsItsFieldsByNumber) {
  EXPECT_EQ(RecordOf({"p", "e", Instant{0}, event::Clock()}), "\x01\x12\x00"sv);
  // The kind of an adjustment is 12; -3 is 5 in zigzag. No reason, no field 5.
  EXPECT_EQ(RecordOf({"p", "e", Instant{-1},
                      event::Adjustment{"a", -3, Eur(), "k", ""}}),
            "\x01\x0c\x01\x01"
            "a\x02\x05\x03\x03"
            "EUR\x04\x01k\x00"sv);
  // Before them the canonical form has program, event and time: -1 us is 1.
  EXPECT_EQ(CanonicalOf({"p", "e", Instant{-1}, event::Clock()}),
            "\x01\x01p\x01"
            "e\x01\x12\x00"sv);
}

// A list is its count and its items; a struct in a list ends with a 0 as the
// event does. What is optional stands there when it is said, even as zero.
TEST(CodecTest, ARecordsListsAndOptionals) {
  const event::PaymentLine lines[] = {{1, "", "", 1, 50, 0, 0, 0, kAttributes},
                                      {2, "s", "", 0, 0, 0, 0, 0, {}}};
  // A line's quantity, field 4, is 1 by default; its amount is field 5.
  EXPECT_EQ(RecordOf({"p", "e", Instant{0},
                      event::Payment{
                          "i", {"", CustomerNumber(7)}, "", Eur(), lines}}),
            "\x01\x09\x07\x01\x01i\x04\x03"
            "EUR\x05\x02"
            "\x01\x02\x05\x64\x09\x02\x01\x04tier\x02\x04gold\x00\x01\x02"
            "eu\x00\x00"
            "\x01\x04\x02\x01s\x04\x00\x00"
            "\x00"sv);
  event::RoleAssigned role;
  role.customer.number = CustomerNumber(1);
  role.from = Instant{0};
  EXPECT_EQ(RecordOf({"p", "e", Instant{0}, role}),
            "\x01\x16\x01\x04\x00\x00"sv);
  // Field 2 is a struct of its own.
  EXPECT_EQ(
      RecordOf({"p", "e", Instant{0},
                event::LeadUpdated{"l", {"k", "d"}, true, LeadStatus::kNone}}),
      "\x01\x15\x01\x01l\x02\x01\x01k\x02\x01"
      "d\x00\x03\x01\x00"sv);
  // Two customers stand in the order of their fields.
  EXPECT_EQ(RecordOf({"p", "e", Instant{0},
                      event::CustomerMerged{{"", CustomerNumber(5)},
                                            {"", CustomerNumber(6)}}}),
            "\x01\x13\x05\x06\x00"sv);
}

// The log's records and the hashes of resends outlive the version that wrote
// them: when a kind learns a field, an event without it keeps its bytes. These
// bytes, from before partners and sign-ups had identity keys, may never change.
TEST(CodecTest, AFieldAddedLaterDoesNotChangeOldBytes) {
  event::PartnerSet partner;
  partner.partner_id = "a";
  partner.kind = PartnerKind::kAffiliate;
  partner.customer_share = Rate::FromPpb(1);
  EXPECT_EQ(RecordOf(SampleEvent(partner)),
            "\x01\x01\x01\x01"
            "a\x02\x02\x05\x02\x00"sv);
  partner.identity_keys = absl::MakeConstSpan(kKeys).first(1);
  EXPECT_EQ(RecordOf(SampleEvent(partner)),
            "\x01\x01\x01\x01"
            "a\x02\x02\x05\x02\x07\x01\x01\x02k1\x02\x40" +
                std::string(kDigest) + "\x00\x00"s);
  event::Signup signup;
  signup.customer.number = CustomerNumber(1);
  signup.country = "DE";
  EXPECT_EQ(RecordOf(SampleEvent(signup)),
            "\x01\x06\x01\x02\x02"
            "DE\x00"sv);
  event::OpeningBalance opening;
  opening.partner_id = "a";
  opening.currency = Eur();
  opening.pending_minor = 1;
  EXPECT_EQ(RecordOf(SampleEvent(opening)),
            "\x01\x10\x01\x01"
            "a\x02\x03"
            "EUR\x03\x02\x00"sv);
  event::Payment payment;
  payment.payment_id = "i";
  payment.customer.number = CustomerNumber(1);
  payment.currency = Eur();
  EXPECT_EQ(RecordOf(SampleEvent(payment)),
            "\x01\x09\x01\x01\x01i\x04\x03"
            "EUR\x00"sv);
}

// A rate of half a unit without a day, and one that is of the first day of
// 1970; a metric of every period has none.
TEST(CodecTest, ExchangesMetricsAndParentsByNumber) {
  event::Payment payment;
  payment.customer.number = CustomerNumber(1);
  payment.exchange = event::Exchange{500'000'000, std::nullopt, ""};
  // 10^9 in zigzag, as LEB128.
  EXPECT_EQ(RecordOf(SampleEvent(payment)),
            "\x01\x09\x01\x06\x01\x80\x94\xeb\xdc\x03\x00\x00"sv);
  payment.exchange = event::Exchange{1, CivilDay(1970, 1, 1), "E"};
  EXPECT_EQ(RecordOf(SampleEvent(payment)),
            "\x01\x09\x01\x06\x01\x02\x02\x00\x03\x01"
            "E\x00\x00"sv);
  event::OpeningBalance opening;
  const event::OpeningMetric metrics[] = {
      {Metric::kPayments, Period::kNone, 3}};
  opening.metrics = metrics;
  EXPECT_EQ(RecordOf(SampleEvent(opening)),
            "\x01\x10\x05\x01\x01\x02\x03\x06\x00\x00"sv);
  event::PartnerSet partner;
  partner.parent_partner_id = "b";
  partner.manager_id = "m";
  EXPECT_EQ(RecordOf(SampleEvent(partner)),
            "\x01\x01\x08\x01"
            "b\x09\x01m\x00"sv);
  EXPECT_EQ(RecordOf(SampleEvent(event::ManagerActivity{"a", "m"})),
            "\x01\x18\x01\x01"
            "a\x02\x01m\x00"sv);
}

TEST(CodecTest, ReadsParentsExchangesAndMetricsAsTheyWere) {
  EventStorage storage;
  Event event;
  const std::string partner_record = RecordOf(SampleEvent(SamplePartner()));
  ASSERT_TRUE(ReadRecord(partner_record, &storage, &event.body).ok());
  const auto& partner = std::get<event::PartnerSet>(event.body);
  EXPECT_EQ(partner.parent_partner_id, "boss");
  EXPECT_EQ(partner.manager_id, "kim");

  const std::string activity_record = RecordOf(SampleEvent(SampleActivity()));
  ASSERT_TRUE(ReadRecord(activity_record, &storage, &event.body).ok());
  const auto& activity = std::get<event::ManagerActivity>(event.body);
  EXPECT_EQ(activity.partner_id, "anna");
  EXPECT_EQ(activity.manager_id, "kim");

  const std::string payment_record = RecordOf(SampleEvent(SamplePayment()));
  ASSERT_TRUE(ReadRecord(payment_record, &storage, &event.body).ok());
  const auto& payment = std::get<event::Payment>(event.body);
  ASSERT_TRUE(payment.exchange.has_value());
  EXPECT_EQ(payment.exchange->rate_ppb, 921'345'678);
  EXPECT_EQ(payment.exchange->date, CivilDay(2024, 1, 1));
  EXPECT_EQ(payment.exchange->source, "ECB");

  const std::string opening_record = RecordOf(SampleEvent(SampleOpening()));
  ASSERT_TRUE(ReadRecord(opening_record, &storage, &event.body).ok());
  const auto& opening = std::get<event::OpeningBalance>(event.body);
  ASSERT_EQ(opening.metrics.size(), 2u);
  EXPECT_EQ(opening.metrics[0].metric, Metric::kRevenue);
  EXPECT_EQ(opening.metrics[0].period, Period::kYear);
  EXPECT_EQ(opening.metrics[0].value, 5000);
  EXPECT_EQ(opening.metrics[1].metric, Metric::kNewCustomers);
  EXPECT_EQ(opening.metrics[1].period, Period::kNone);
}

// A record that another hand wrote: out of order, twice, with a default said,
// or with a field that this version does not know.
TEST(CodecTest, AnotherSpellingIsDataLoss) {
  EventStorage storage;
  EventBody body;
  ASSERT_TRUE(
      ReadRecord("\x01\x03\x01\x01x\x02\x01y\x00"sv, &storage, &body).ok());
  for (const std::string_view record : {
           "\x01\x03\x02\x01y\x01\x01x\x00"sv,
           "\x01\x03\x01\x01x\x01\x01x\x00"sv,
           "\x01\x03\x01\x01x\x02\x00\x00"sv,
           "\x01\x03\x01\x01x\x03\x01y\x00"sv,
           "\x01\x09\x07\x01\x01i\x05\x00\x00"sv,  // no lines
           "\x01\x09\x07\x02\x01i\x00"sv,          // the place of the customer
           "\x01\x15\x02\x00\x03\x01\x00"sv,       // a key of nothing
           "\x01\x15\x03\x02\x00"sv,               // a flag of 2
           "\x01\x15\x04\x05\x00"sv,               // no such status
       }) {
    EXPECT_EQ(ReadRecord(record, &storage, &body).code(),
              absl::StatusCode::kDataLoss);
  }
}

TEST(CodecTest, BothHoldNumbersAndNoName) {
  event::Touch touch;
  touch.customer = {"c", CustomerNumber(300)};
  touch.channel = Channel::kCode;
  touch.code = "X";
  const Event event{"p", "e", Instant{1}, touch};
  EXPECT_EQ(RecordOf(event), "\x01\x04\xac\x02\x00\x03\x02\x05\x01X\x00"sv);
  EXPECT_EQ(CanonicalOf(event),
            "\x01\x01p\x01"
            "e\x02\x04\xac\x02\x00\x03\x02\x05\x01X\x00"sv);
}

TEST(CodecTest, AppendsToWhatIsThere) {
  std::string bytes = "log";
  AppendRecord(event::Clock(), &bytes);
  EXPECT_EQ(bytes, "log" + RecordOf(SampleEvent(event::Clock())));
}

// What is read writes the same record again. That a field is not lost on both
// ways is seen below, where every field makes a difference.
TEST(CodecTest, EveryEventComesBack) {
  EventStorage storage;
  for (const Event& event : AllEvents()) {
    const std::string record = RecordOf(event);
    Event again;
    ASSERT_TRUE(ReadRecord(record, &storage, &again.body).ok());
    EXPECT_EQ(again.body.index(), event.body.index());
    EXPECT_EQ(RecordOf(again), record) << event.body.index();
  }
}

TEST(CodecTest, TheCanonicalFormDiffersWithEveryField) {
  std::set<std::string> seen;
  const std::vector<Event> events = AllEvents();
  for (const Event& event : events) {
    EXPECT_TRUE(seen.insert(CanonicalOf(Numbered(event))).second)
        << event.body.index();
  }
  EXPECT_EQ(seen.size(), events.size());
}

template <typename E>
void ExpectNumbersOnly(E body) {
  const std::string canonical = CanonicalOf(SampleEvent(body));
  const std::string record = RecordOf(SampleEvent(body));
  body.customer.number = CustomerNumber(9);
  EXPECT_NE(CanonicalOf(SampleEvent(body)), canonical);
  EXPECT_NE(RecordOf(SampleEvent(body)), record);
  const std::string numbered = RecordOf(SampleEvent(body));
  const std::string hashed = CanonicalOf(SampleEvent(body));
  body.customer.id = {};  // erased
  EXPECT_EQ(CanonicalOf(SampleEvent(body)), hashed);
  EXPECT_EQ(RecordOf(SampleEvent(body)), numbered);
}

TEST(CodecTest, NeitherChangesWithAName) {
  ExpectNumbersOnly(SampleTouch());
  ExpectNumbersOnly(SampleIdentified());
  ExpectNumbersOnly(SampleSignup());
  ExpectNumbersOnly(SampleContract());
  ExpectNumbersOnly(SampleEnd());
  ExpectNumbersOnly(SamplePayment());
  ExpectNumbersOnly(SampleRefund());
  ExpectNumbersOnly(SampleLead());
  ExpectNumbersOnly(SampleRole());
  ExpectNumbersOnly(SampleImport());
  event::CustomerMerged merged = SampleMerged();
  const std::string before = CanonicalOf(SampleEvent(merged));
  merged.from.id = "c-9";
  merged.into.id = "c-8";
  EXPECT_EQ(CanonicalOf(SampleEvent(merged)), before);
  merged.into.number = CustomerNumber(1);
  EXPECT_NE(CanonicalOf(SampleEvent(merged)), before);
  event::CustomerIdentified identified = SampleIdentified();
  const std::string canonical = CanonicalOf(SampleEvent(identified));
  identified.visitor.id = "v-9";
  EXPECT_EQ(CanonicalOf(SampleEvent(identified)), canonical);
  identified.visitor.number = VisitorNumber(UINT64_MAX);
  EXPECT_NE(CanonicalOf(SampleEvent(identified)), canonical);
}

TEST(CodecTest, ReadsEveryFieldOfAPayment) {
  event::PaymentLine extreme;
  extreme.line = INT32_MAX;
  extreme.product = "p\xc3\xa9";
  extreme.quantity = INT64_MAX;
  extreme.amount_minor = INT64_MAX;
  extreme.tax_minor = INT64_MIN;
  extreme.discount_minor = -1;
  extreme.fee_minor = 1;
  extreme.attributes = kAttributes;
  const event::PaymentLine lines[] = {kLines[0], extreme};
  event::Payment payment = SamplePayment();
  payment.customer.number = CustomerNumber(UINT64_MAX);
  payment.lines = lines;
  const std::string record = RecordOf(SampleEvent(payment));

  EventStorage storage;
  Event event;
  ASSERT_TRUE(ReadRecord(record, &storage, &event.body).ok());
  const auto& again = std::get<event::Payment>(event.body);
  EXPECT_EQ(again.payment_id, "inv-1");
  EXPECT_EQ(again.customer.id, "");
  EXPECT_EQ(again.customer.number, CustomerNumber(UINT64_MAX));
  EXPECT_EQ(again.contract_id, "k-1");
  EXPECT_EQ(again.currency, Eur());
  ASSERT_EQ(again.lines.size(), 2u);
  EXPECT_EQ(again.lines[0].line, 1);
  EXPECT_EQ(again.lines[0].product, "phone");
  EXPECT_EQ(again.lines[0].category, "voice");
  EXPECT_EQ(again.lines[0].quantity, 1);
  EXPECT_EQ(again.lines[0].amount_minor, 100000);
  EXPECT_EQ(again.lines[0].tax_minor, 19000);
  EXPECT_EQ(again.lines[0].discount_minor, 500);
  EXPECT_EQ(again.lines[0].fee_minor, 30);
  ASSERT_EQ(again.lines[0].attributes.size(), 2u);
  EXPECT_EQ(again.lines[0].attributes[0].key, "tier");
  EXPECT_EQ(again.lines[0].attributes[0].value, "gold");
  EXPECT_EQ(again.lines[0].attributes[1].key, "eu");
  EXPECT_EQ(again.lines[0].attributes[1].value, "");
  EXPECT_EQ(again.lines[1].line, INT32_MAX);
  EXPECT_EQ(again.lines[1].product, "p\xc3\xa9");
  EXPECT_EQ(again.lines[1].quantity, INT64_MAX);
  EXPECT_EQ(again.lines[1].amount_minor, INT64_MAX);
  EXPECT_EQ(again.lines[1].tax_minor, INT64_MIN);
  EXPECT_EQ(again.lines[1].discount_minor, -1);
  EXPECT_EQ(again.lines[1].fee_minor, 1);
  EXPECT_EQ(again.lines[1].attributes.size(), 2u);
}

TEST(CodecTest, ReadsLeadsRolesAndImportsAsTheyWere) {
  EventStorage storage;
  Event event;
  const std::string lead_record = RecordOf(SampleEvent(SampleLead()));
  ASSERT_TRUE(ReadRecord(lead_record, &storage, &event.body).ok());
  const auto& lead = std::get<event::LeadRegistered>(event.body);
  EXPECT_EQ(lead.lead_id, "l-1");
  EXPECT_EQ(lead.partner_id, "anna");
  ASSERT_EQ(lead.contact_keys.size(), 2u);
  EXPECT_EQ(lead.contact_keys[0].key_id, "k1");
  EXPECT_EQ(lead.contact_keys[0].digest, kDigest);
  EXPECT_EQ(lead.contact_keys[1].key_id, "k2");
  EXPECT_EQ(lead.contact_keys[1].digest, kOtherDigest);

  const std::string update_record = RecordOf(SampleEvent(SampleUpdate()));
  ASSERT_TRUE(ReadRecord(update_record, &storage, &event.body).ok());
  const auto& update = std::get<event::LeadUpdated>(event.body);
  EXPECT_EQ(update.contact_key.key_id, "k1");
  EXPECT_EQ(update.contact_key.digest, kDigest);
  EXPECT_FALSE(update.activity);
  EXPECT_EQ(update.status, LeadStatus::kQualified);

  const std::string role_record = RecordOf(SampleEvent(SampleRole()));
  ASSERT_TRUE(ReadRecord(role_record, &storage, &event.body).ok());
  const auto& role = std::get<event::RoleAssigned>(event.body);
  EXPECT_EQ(role.partner_id, "anna");
  EXPECT_EQ(role.role, Role::kServicer);
  EXPECT_EQ(role.from, Instant{10});
  EXPECT_EQ(role.until, Instant{20});

  event::AttributionImported sample = SampleImport();
  sample.customer.number = CustomerNumber(9);
  sample.payment_count = INT64_MAX;
  const std::string import_record = RecordOf(SampleEvent(sample));
  ASSERT_TRUE(ReadRecord(import_record, &storage, &event.body).ok());
  const auto& import = std::get<event::AttributionImported>(event.body);
  EXPECT_EQ(import.customer.number, CustomerNumber(9));
  EXPECT_EQ(import.partner_id, "anna");
  EXPECT_EQ(import.role, Role::kAcquirer);
  EXPECT_EQ(import.since, Instant{10});
  EXPECT_EQ(import.contract_start_on, CivilDay(2023, 5, 1));
  EXPECT_EQ(import.payment_count, INT64_MAX);
}

TEST(CodecTest, ReadsOptionalsDaysAndTextsAsTheyWere) {
  EventStorage storage;
  Event event;
  event::CodeIssued code = SampleCode();
  code.customer_share = Rate::FromPpb(INT64_MIN);
  code.valid_from = kMinInstant;
  code.valid_until = kMaxInstant;
  code.max_redemptions = INT64_MAX;
  const std::string code_record = RecordOf(SampleEvent(code));
  ASSERT_TRUE(ReadRecord(code_record, &storage, &event.body).ok());
  const auto& issued = std::get<event::CodeIssued>(event.body);
  EXPECT_EQ(issued.customer_share, Rate::FromPpb(INT64_MIN));
  EXPECT_EQ(issued.valid_from, kMinInstant);
  EXPECT_EQ(issued.valid_until, kMaxInstant);
  EXPECT_EQ(issued.max_redemptions, INT64_MAX);

  for (const CivilDay day : {CivilDay(1, 1, 1), CivilDay(1969, 12, 31),
                             CivilDay(2024, 2, 29), CivilDay(9999, 12, 31)}) {
    event::ContractStarted contract = SampleContract();
    contract.start_date = day;
    const std::string record = RecordOf(SampleEvent(contract));
    ASSERT_TRUE(ReadRecord(record, &storage, &event.body).ok());
    EXPECT_EQ(std::get<event::ContractStarted>(event.body).start_date, day);
  }

  // The storage is used again, and the kind changes with it.
  const std::string touch_record = RecordOf(SampleEvent(SampleTouch()));
  ASSERT_TRUE(ReadRecord(touch_record, &storage, &event.body).ok());
  const auto& touch = std::get<event::Touch>(event.body);
  ASSERT_EQ(touch.sub_ids.size(), 3u);
  EXPECT_EQ(touch.sub_ids[0], "s1");
  EXPECT_EQ(touch.sub_ids[1], "");
  EXPECT_EQ(touch.sub_ids[2], "s3");
  EXPECT_EQ(touch.partner_id, "anna");
  EXPECT_EQ(touch.campaign, "spring");
}

TEST(CodecTest, ATornRecordIsDataLoss) {
  EventStorage storage;
  for (const EventBody& body : SampleBodies()) {
    const std::string record = RecordOf(SampleEvent(body));
    for (std::size_t size = 0; size < record.size(); ++size) {
      // A copy of its own, so that a read past the end is seen.
      const std::vector<char> torn(record.begin(),
                                   record.begin() + static_cast<int>(size));
      Event event;
      const absl::Status status = ReadRecord(
          std::string_view(torn.data(), size), &storage, &event.body);
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss)
          << body.index() << " cut to " << size;
    }
    Event event;
    EXPECT_EQ(ReadRecord(record + '\0', &storage, &event.body).code(),
              absl::StatusCode::kDataLoss);
  }
}

TEST(CodecTest, AForeignVersionOrKindIsDataLoss) {
  EventStorage storage;
  Event event;
  std::string record = RecordOf({"p", "e", Instant{0}, event::Clock()});
  for (const char version : {'\x00', '\x02', '\xff'}) {
    record[0] = version;
    EXPECT_EQ(ReadRecord(record, &storage, &event.body).code(),
              absl::StatusCode::kDataLoss);
  }
  record[0] = 1;
  ASSERT_TRUE(ReadRecord(record, &storage, &event.body).ok());
  record[1] = 25;  // one past the last kind
  EXPECT_EQ(ReadRecord(record, &storage, &event.body).code(),
            absl::StatusCode::kDataLoss);
}

// Whatever one byte becomes, the bytes are either no record or exactly the
// record of what was read: never a value that only looks like one.
TEST(CodecTest, AChangedByteIsDataLossOrAnotherRecord) {
  EventStorage storage;
  int refused = 0;
  for (const EventBody& body : SampleBodies()) {
    const std::string record = RecordOf(SampleEvent(body));
    for (std::size_t at = 0; at < record.size(); ++at) {
      std::string changed = record;
      for (int byte = 0; byte < 256; ++byte) {
        changed[at] = static_cast<char>(byte);
        Event event;
        const absl::Status status = ReadRecord(changed, &storage, &event.body);
        if (status.ok()) {
          ASSERT_EQ(RecordOf(event), changed);
        } else {
          ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss);
          ++refused;
        }
      }
    }
  }
  EXPECT_GT(refused, 0);
}

// Numbers that no event can hold, each put where a good one stood.
TEST(CodecTest, AValueThatNoEventCanHoldIsDataLoss) {
  EventStorage storage;
  Event event;
  const auto read = [&](std::string_view record) {
    return ReadRecord(record, &storage, &event.body).code();
  };
  constexpr auto kLoss = absl::StatusCode::kDataLoss;
  // A code valid from one microsecond past the year 9999.
  event::CodeIssued code = SampleCode();
  code.valid_from = Instant{kMaxInstant.us + 1};
  EXPECT_EQ(read(RecordOf(SampleEvent(code))), kLoss);
  code.valid_from = Instant{INT64_MIN};
  EXPECT_EQ(read(RecordOf(SampleEvent(code))), kLoss);
  event::ContractEnded end = SampleEnd();
  end.end_date = CivilDay(10000, 1, 1);
  EXPECT_EQ(read(RecordOf(SampleEvent(end))), kLoss);
  // A day of 2^63 - 1, which would overflow a calendar: ContractEnded (8) of
  // customer 1, contract "k" and no product.
  EXPECT_EQ(read("\x01\x08\x01\x01\x01k\x04\xfe\xff\xff\xff\xff\xff\xff\xff\xff"
                 "\x01\x00"sv),
            kLoss);
  event::AccrualReviewed review = SampleReview();
  review.verdict = static_cast<Verdict>(4);
  EXPECT_EQ(read(RecordOf(SampleEvent(review))), kLoss);
  // A refund line of 2^31: Refund (10), customer 1, ids "r" and "p", REFUND, no
  // amount, one line; 2^31 is 2^32 in zigzag.
  EXPECT_EQ(
      read("\x01\x0a\x01\x01\x01r\x02\x01p\x04\x01\x06\x01\x01\x80\x80\x80"
           "\x80\x10\x00\x00"sv),
      kLoss);
  // A currency that there is not, in a payout request (13).
  EXPECT_EQ(read("\x01\x0d\x01\x01o\x02\x01"
                 "a\x03\x03"
                 "EUX\x00"sv),
            kLoss);
  EXPECT_EQ(read("\x01\x0d\x01\x01o\x02\x01"
                 "a\x03\x03"
                 "EUR\x00"sv),
            absl::StatusCode::kOk);
  event::RoleAssigned role = SampleRole();
  role.until = Instant{kMaxInstant.us + 1};
  EXPECT_EQ(read(RecordOf(SampleEvent(role))), kLoss);
  event::AttributionImported import = SampleImport();
  import.contract_start_on = CivilDay(0, 12, 31);
  EXPECT_EQ(read(RecordOf(SampleEvent(import))), kLoss);
}

}  // namespace
}  // namespace vouch
