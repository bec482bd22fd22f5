#include "vouch/event/check.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/event/samples.h"
#include "vouch/base/limits.h"

namespace vouch {
namespace {

using std::string_view_literals::operator""sv;

// The field that `status` is about; "" for OK. Everything else than
// INVALID_ARGUMENT with a reason is no answer of CheckEvent.
std::string FieldOf(const absl::Status& status) {
  if (status.ok()) return "";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  const std::string message(status.message());
  const std::size_t colon = message.find(": ");
  EXPECT_NE(colon, std::string::npos) << message;
  EXPECT_LT(colon + 2, message.size()) << message;
  return message.substr(0, colon);
}

template <typename E>
struct Case {
  std::function<void(E&)> change;
  std::string field;  // that is refused; "" for a good event
};

// Each change alone to the good `sample`.
template <typename E>
void ExpectFields(const E& sample, const std::vector<Case<E>>& cases) {
  EXPECT_EQ(FieldOf(CheckEvent(SampleEvent(sample))), "");
  for (std::size_t i = 0; i < cases.size(); ++i) {
    E changed = sample;
    cases[i].change(changed);
    EXPECT_EQ(FieldOf(CheckEvent(SampleEvent(changed))), cases[i].field)
        << "case " << i;
  }
}

constexpr event::BlindKey kBadKeys[] = {{"k1", kDigest}, {"k2", "00"}};
const std::string kLongest(256, 'x');
const std::string kTooLong(257, 'x');
const std::string kLongestText(4096, 'x');
const std::string kTooLongText(4097, 'x');

// An id that must be there: none of the bad ones passes.
template <typename E>
void ExpectId(const E& sample, const std::string& field,
              std::string_view& (*id)(E&)) {
  for (const std::string_view bad :
       {""sv, std::string_view(kTooLong), "a\nb"sv, "\xff"sv}) {
    ExpectFields<E>(sample, {{[&](E& e) { id(e) = bad; }, field}});
  }
  ExpectFields<E>(sample, {{[&](E& e) { id(e) = kLongest; }, ""}});
}

// A text that may be empty and has at most `longest` bytes.
template <typename E>
void ExpectText(const E& sample, const std::string& field,
                const std::string& longest, std::string_view& (*text)(E&)) {
  const std::string longer = longest + 'x';
  ExpectFields<E>(sample, {{[&](E& e) { text(e) = ""; }, ""},
                           {[&](E& e) { text(e) = longest; }, ""},
                           {[&](E& e) { text(e) = longer; }, field},
                           {[&](E& e) { text(e) = "a\x7f"; }, field},
                           {[&](E& e) { text(e) = "\xed\xa0\x80"; }, field}});
}

TEST(CheckEventTest, EverySampleIsGood) {
  for (const EventBody& body : SampleBodies()) {
    EXPECT_EQ(CheckEvent(SampleEvent(body)), absl::OkStatus()) << body.index();
  }
}

TEST(CheckEventTest, EveryEventHasProgramIdAndTime) {
  const struct {
    Event event;
    std::string_view field;
  } kCases[] = {
      {{"p", "e", kMinInstant, event::Clock()}, ""},
      {{"p", "e", kMaxInstant, event::Clock()}, ""},
      {{"", "e", {}, event::Clock()}, "program_id"},
      {{"p", "", {}, event::Clock()}, "event_id"},
      {{kTooLong, "e", {}, event::Clock()}, "program_id"},
      {{"p", kTooLong, {}, event::Clock()}, "event_id"},
      {{kLongest, kLongest, {}, event::Clock()}, ""},
      {{"p\x01", "e", {}, event::Clock()}, "program_id"},
      {{"p", "\xc2", {}, event::Clock()}, "event_id"},
      // Years 1 to 9999, to the microsecond.
      {{"p", "e", Instant{kMinInstant.us - 1}, event::Clock()}, "time_us"},
      {{"p", "e", Instant{kMaxInstant.us + 1}, event::Clock()}, "time_us"},
      {{"p", "e", Instant{INT64_MIN}, event::Clock()}, "time_us"},
      {{"p", "e", Instant{INT64_MAX}, event::Clock()}, "time_us"},
      // The first problem is told.
      {{"", "", Instant{INT64_MAX}, event::CodeRevoked{"", ""}}, "program_id"},
      {{"p", "e", Instant{0}, event::CodeRevoked{"", ""}}, "code_revoked.code"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(FieldOf(CheckEvent(c.event)), c.field);
  }
}

TEST(CheckEventTest, ProgramSet) {
  ExpectFields<event::ProgramSet>(
      SampleProgram(), {{[](auto& e) { e.spec = ""; }, "program_set.program"}});
}

// `count` attributes with keys of their own.
struct Attributes {
  explicit Attributes(std::size_t count) : keys(count) {
    for (std::size_t i = 0; i < count; ++i) {
      keys[i] = std::to_string(i);
      list.push_back({keys[i], ""});
    }
  }
  std::vector<std::string> keys;
  std::vector<event::Attribute> list;
};

template <typename E>
void ExpectAttributes(const E& sample, const std::string& field) {
  const Attributes most(kMaxAttributes);
  const Attributes more(kMaxAttributes + 1);
  const event::Attribute kNoKey[] = {{"a", ""}, {"", "b"}};
  const event::Attribute kTwice[] = {{"a", "1"}, {"b", "2"}, {"a", "1"}};
  const event::Attribute kLongValue[] = {{"a", kLongestText}};
  const event::Attribute kLongerValue[] = {{"a", kTooLongText}};
  const event::Attribute kControl[] = {{"a", "\t"}};
  ExpectFields<E>(
      sample,
      {{[&](E& e) { e.attributes = {}; }, ""},
       {[&](E& e) { e.attributes = most.list; }, ""},
       {[&](E& e) { e.attributes = more.list; }, field},
       {[&](E& e) { e.attributes = kNoKey; }, field + "[1].key"},
       {[&](E& e) { e.attributes = kTwice; }, field + "[2].key"},
       {[&](E& e) { e.attributes = kLongValue; }, ""},
       {[&](E& e) { e.attributes = kLongerValue; }, field + "[0].value"},
       {[&](E& e) { e.attributes = kControl; }, field + "[0].value"}});
}

// Blind keys that may be none.
template <typename E>
void ExpectKeys(const E& sample, const std::string& field,
                absl::Span<const event::BlindKey>& (*keys)(E&)) {
  const std::vector<event::BlindKey> most(kMaxBlindKeys, kKeys[0]);
  const std::vector<event::BlindKey> more(kMaxBlindKeys + 1, kKeys[0]);
  const std::string upper = "A" + std::string(kDigest.substr(1));
  const std::string no_hex = "g" + std::string(kDigest.substr(1));
  const std::string longer = std::string(kDigest) + "0";
  const event::BlindKey kNoId[] = {kKeys[0], {"", kDigest}};
  const event::BlindKey kLongId[] = {{kTooLong, kDigest}};
  const event::BlindKey kShort[] = {{"k", kDigest.substr(1)}};
  const event::BlindKey kLonger[] = {{"k", longer}};
  const event::BlindKey kUpper[] = {kKeys[0], kKeys[1], {"k", upper}};
  const event::BlindKey kNoHex[] = {{"k", no_hex}};
  const event::BlindKey kNoDigest[] = {{"k", ""}};
  ExpectFields<E>(sample,
                  {{[&](E& e) { keys(e) = most; }, ""},
                   {[&](E& e) { keys(e) = more; }, field},
                   {[&](E& e) { keys(e) = kNoId; }, field + "[1].key_id"},
                   {[&](E& e) { keys(e) = kLongId; }, field + "[0].key_id"},
                   {[&](E& e) { keys(e) = kShort; }, field + "[0].digest"},
                   {[&](E& e) { keys(e) = kLonger; }, field + "[0].digest"},
                   {[&](E& e) { keys(e) = kUpper; }, field + "[2].digest"},
                   {[&](E& e) { keys(e) = kNoHex; }, field + "[0].digest"},
                   {[&](E& e) { keys(e) = kNoDigest; }, field + "[0].digest"}});
}

TEST(CheckEventTest, PartnerSet) {
  using E = event::PartnerSet;
  const E sample = SamplePartner();
  ExpectId<E>(
      sample, "partner_set.partner_id",
      [](E & e) -> auto& { return e.partner_id; });
  ExpectText<E>(
      sample, "partner_set.group", kLongest,
      [](E & e) -> auto& { return e.group; });
  ExpectText<E>(
      sample, "partner_set.parent_partner_id", kLongest,
      [](E & e) -> auto& { return e.parent_partner_id; });
  ExpectText<E>(
      sample, "partner_set.manager_id", kLongest,
      [](E & e) -> auto& { return e.manager_id; });
  ExpectAttributes<E>(sample, "partner_set.attributes");
  ExpectKeys<E>(
      sample, "partner_set.identity_keys",
      [](E & e) -> auto& { return e.identity_keys; });
  ExpectFields<E>(
      sample,
      {{[](E& e) { e.kind = PartnerKind::kNone; }, "partner_set.kind"},
       {[](E& e) { e.kind = static_cast<PartnerKind>(7); }, "partner_set.kind"},
       {[](E& e) { e.status = PartnerStatus::kNone; }, "partner_set.status"},
       {[](E& e) { e.status = static_cast<PartnerStatus>(4); },
        "partner_set.status"},
       {[](E& e) { e.customer_share.reset(); }, ""},
       {[](E& e) { e.customer_share = Rate(); }, ""},
       {[](E& e) { e.customer_share = Rate::FromPpb(kPpb); }, ""},
       {[](E& e) { e.customer_share = Rate::FromPpb(-1); },
        "partner_set.customer_share"},
       {[](E& e) { e.customer_share = Rate::FromPpb(kPpb + 1); },
        "partner_set.customer_share"}});
}

TEST(CheckEventTest, ManagerActivity) {
  using E = event::ManagerActivity;
  ExpectId<E>(
      SampleActivity(), "manager_activity.partner_id",
      [](E & e) -> auto& { return e.partner_id; });
  ExpectId<E>(
      SampleActivity(), "manager_activity.manager_id",
      [](E & e) -> auto& { return e.manager_id; });
}

TEST(CheckEventTest, CodeIssued) {
  using E = event::CodeIssued;
  const E sample = SampleCode();
  ExpectId<E>(
      sample, "code_issued.code", [](E & e) -> auto& { return e.code; });
  ExpectId<E>(
      sample, "code_issued.partner_id",
      [](E & e) -> auto& { return e.partner_id; });
  ExpectText<E>(
      sample, "code_issued.campaign", kLongestText,
      [](E & e) -> auto& { return e.campaign; });
  ExpectFields<E>(
      sample,
      {{[](E& e) { e.customer_share = Rate::FromPpb(kPpb + 1); },
        "code_issued.customer_share"},
       {[](E& e) { e.valid_from = Instant{kMinInstant.us - 1}; },
        "code_issued.valid_from_us"},
       {[](E& e) { e.valid_until = Instant{kMaxInstant.us + 1}; },
        "code_issued.valid_until_us"},
       // The end is out: a code that ends where it starts never holds.
       {[](E& e) { e.valid_until = e.valid_from; },
        "code_issued.valid_until_us"},
       {[](E& e) { e.valid_until = Instant{9}; }, "code_issued.valid_until_us"},
       {[](E& e) { e.valid_until = Instant{11}; }, ""},
       {[](E& e) { e.valid_from.reset(); }, ""},
       {[](E& e) { e.valid_until.reset(); }, ""},
       {[](E& e) { e.max_redemptions.reset(); }, ""},
       {[](E& e) { e.max_redemptions = 1; }, ""},
       {[](E& e) { e.max_redemptions = 0; }, "code_issued.max_redemptions"},
       {[](E& e) { e.max_redemptions = INT64_MIN; },
        "code_issued.max_redemptions"}});
  ExpectId<event::CodeRevoked>(
      SampleRevoked(), "code_revoked.code",
      [](event::CodeRevoked & e) -> auto& { return e.code; });
}

TEST(CheckEventTest, Touch) {
  using E = event::Touch;
  const E sample = SampleTouch();
  const std::vector<std::string_view> most(kMaxAttributes, "s");
  const std::vector<std::string_view> more(kMaxAttributes + 1, "s");
  const std::string_view kBad[] = {"s", "\x1f"};
  ExpectText<E>(
      sample, "touch.campaign", kLongestText,
      [](E & e) -> auto& { return e.campaign; });
  ExpectFields<E>(
      sample,
      {{[](E& e) { e.customer.id = ""; }, "touch.customer_id"},
       {[](E& e) { e.visitor.id = "v"; }, "touch.customer_id"},
       {[](E& e) { e.customer.id = kTooLong; }, "touch.customer_id"},
       {[](E& e) { e.visitor.id = std::exchange(e.customer.id, ""); }, ""},
       {[](E& e) {
          e.customer.id = "";
          e.visitor.id = "v\n";
        },
        "touch.visitor_id"},
       {[](E& e) { e.channel = Channel::kNone; }, "touch.channel"},
       {[](E& e) { e.channel = static_cast<Channel>(6); }, "touch.channel"},
       {[](E& e) { e.channel = Channel::kView; }, ""},
       // DIRECT is the vendor's own: it names nobody.
       {[](E& e) { e.channel = Channel::kDirect; }, "touch.partner_id"},
       {[](E& e) {
          e.channel = Channel::kDirect;
          e.code = std::exchange(e.partner_id, "");
        },
        "touch.code"},
       {[](E& e) {
          e.channel = Channel::kDirect;
          e.partner_id = "";
        },
        ""},
       // Leads come as leads.
       {[](E& e) { e.channel = Channel::kLead; }, "touch.channel"},
       {[](E& e) { e.partner_id = ""; }, "touch.partner_id"},
       {[](E& e) { e.code = "X"; }, "touch.partner_id"},
       {[](E& e) { e.code = std::exchange(e.partner_id, ""); }, ""},
       {[](E& e) { e.partner_id = kTooLong; }, "touch.partner_id"},
       {[](E& e) { e.channel = Channel::kCode; }, "touch.code"},
       {[](E& e) {
          e.channel = Channel::kCode;
          e.code = std::exchange(e.partner_id, "");
        },
        ""},
       {[](E& e) {
          e.partner_id = "";
          e.code = "\x80";
        },
        "touch.code"},
       {[&](E& e) { e.sub_ids = most; }, ""},
       {[&](E& e) { e.sub_ids = more; }, "touch.sub_ids"},
       {[&](E& e) { e.sub_ids = kBad; }, "touch.sub_ids[1]"}});
}

TEST(CheckEventTest, Customers) {
  using I = event::CustomerIdentified;
  ExpectId<I>(
      SampleIdentified(), "customer_identified.visitor_id",
      [](I & e) -> auto& { return e.visitor.id; });
  ExpectId<I>(
      SampleIdentified(), "customer_identified.customer_id",
      [](I & e) -> auto& { return e.customer.id; });
  using S = event::Signup;
  ExpectId<S>(
      SampleSignup(), "signup.customer_id",
      [](S & e) -> auto& { return e.customer.id; });
  ExpectText<S>(
      SampleSignup(), "signup.country", kLongest,
      [](S & e) -> auto& { return e.country; });
  ExpectText<S>(
      SampleSignup(), "signup.segment", kLongest,
      [](S & e) -> auto& { return e.segment; });
  ExpectAttributes<S>(SampleSignup(), "signup.attributes");
  ExpectKeys<S>(
      SampleSignup(), "signup.identity_keys",
      [](S & e) -> auto& { return e.identity_keys; });
  using M = event::CustomerMerged;
  ExpectId<M>(
      SampleMerged(), "customer_merged.from_customer_id",
      [](M & e) -> auto& { return e.from.id; });
  ExpectId<M>(
      SampleMerged(), "customer_merged.into_customer_id",
      [](M & e) -> auto& { return e.into.id; });
}

TEST(CheckEventTest, Leads) {
  using L = event::LeadRegistered;
  ExpectId<L>(
      SampleLead(), "lead_registered.lead_id",
      [](L & e) -> auto& { return e.lead_id; });
  ExpectId<L>(
      SampleLead(), "lead_registered.partner_id",
      [](L & e) -> auto& { return e.partner_id; });
  ExpectText<L>(
      SampleLead(), "lead_registered.customer_id", kLongest,
      [](L & e) -> auto& { return e.customer.id; });
  ExpectKeys<L>(
      SampleLead(), "lead_registered.contact_keys",
      [](L & e) -> auto& { return e.contact_keys; });
  ExpectFields<L>(SampleLead(), {{[](L& e) { e.contact_keys = {}; },
                                  "lead_registered.contact_keys"}});
  using U = event::LeadUpdated;
  ExpectId<U>(
      SampleUpdate(), "lead_updated.lead_id",
      [](U & e) -> auto& { return e.lead_id; });
  ExpectId<U>(
      SampleUpdate(), "lead_updated.contact_key.key_id",
      [](U & e) -> auto& { return e.contact_key.key_id; });
  ExpectFields<U>(
      SampleUpdate(),
      {{[](U& e) { e.contact_key.digest = ""; },
        "lead_updated.contact_key.digest"},
       {[](U& e) { e.status = LeadStatus::kLost; }, ""},
       {[](U& e) { e.status = static_cast<LeadStatus>(5); },
        "lead_updated.status"},
       // Activity or a status, one of the two.
       {[](U& e) { e.activity = true; }, "lead_updated.change"},
       {[](U& e) { e.status = LeadStatus::kNone; }, "lead_updated.change"},
       {[](U& e) {
          e.status = LeadStatus::kNone;
          e.activity = true;
        },
        ""}});
}

TEST(CheckEventTest, RolesAndImports) {
  using R = event::RoleAssigned;
  ExpectId<R>(
      SampleRole(), "role_assigned.customer_id",
      [](R & e) -> auto& { return e.customer.id; });
  ExpectId<R>(
      SampleRole(), "role_assigned.partner_id",
      [](R & e) -> auto& { return e.partner_id; });
  ExpectFields<R>(
      SampleRole(),
      {{[](R& e) { e.role = Role::kNone; }, "role_assigned.role"},
       {[](R& e) { e.role = static_cast<Role>(3); }, "role_assigned.role"},
       {[](R& e) { e.role = Role::kAcquirer; }, "role_assigned.role"},
       {[](R& e) { e.from = Instant{kMinInstant.us - 1}; },
        "role_assigned.from_us"},
       {[](R& e) { e.until = Instant{kMaxInstant.us + 1}; },
        "role_assigned.until_us"},
       // The end is out: nobody holds a role that ends where it begins.
       {[](R& e) { e.until = e.from; }, "role_assigned.until_us"},
       {[](R& e) { e.until = Instant{9}; }, "role_assigned.until_us"},
       {[](R& e) { e.until = Instant{11}; }, ""},
       {[](R& e) { e.until.reset(); }, ""},
       // Against the event's time, which the engine knows, nothing is asked.
       {[](R& e) { e.from.reset(); }, ""}});
  using I = event::AttributionImported;
  ExpectId<I>(
      SampleImport(), "attribution_imported.customer_id",
      [](I & e) -> auto& { return e.customer.id; });
  ExpectId<I>(
      SampleImport(), "attribution_imported.partner_id",
      [](I & e) -> auto& { return e.partner_id; });
  ExpectFields<I>(
      SampleImport(),
      {{[](I& e) { e.role = Role::kNone; }, "attribution_imported.role"},
       {[](I& e) { e.role = static_cast<Role>(3); },
        "attribution_imported.role"},
       {[](I& e) { e.role = Role::kServicer; }, ""},
       {[](I& e) { e.since.reset(); }, ""},
       {[](I& e) { e.since = Instant{kMaxInstant.us + 1}; },
        "attribution_imported.since_us"},
       {[](I& e) { e.since = kSampleTime; }, ""},
       {[](I& e) { e.since = Instant{kSampleTime.us + 1}; },
        "attribution_imported.since_us"},
       {[](I& e) { e.contract_start_on.reset(); }, ""},
       {[](I& e) { e.contract_start_on = CivilDay(10000, 1, 1); },
        "attribution_imported.contract_start_on"},
       {[](I& e) { e.payment_count = 0; }, ""},
       {[](I& e) { e.payment_count = -1; },
        "attribution_imported.payments_count"},
       {[](I& e) { e.payment_count = kMaxImportedPayments; }, ""},
       {[](I& e) { e.payment_count = kMaxImportedPayments + 1; },
        "attribution_imported.payments_count"}});
}

// What is wrong, in words.
TEST(CheckEventTest, TellsWhatIsWrongWithKeysLeadsAndRoles) {
  const auto told = [](const auto& sample, auto change) {
    auto changed = sample;
    change(changed);
    return std::string(CheckEvent(SampleEvent(changed)).message());
  };
  EXPECT_EQ(told(SampleSignup(), [](auto& e) { e.identity_keys = kBadKeys; }),
            "signup.identity_keys[1].digest: not 64 lower-case hexadecimal "
            "digits");
  EXPECT_EQ(told(SampleLead(), [](auto& e) { e.contact_keys = {}; }),
            "lead_registered.contact_keys: missing");
  EXPECT_EQ(told(SampleUpdate(), [](auto& e) { e.activity = true; }),
            "lead_updated.change: say either activity or a status");
  EXPECT_EQ(told(SampleRole(), [](auto& e) { e.role = Role::kAcquirer; }),
            "role_assigned.role: the acquirer comes from attribution");
  EXPECT_EQ(told(SampleRole(), [](auto& e) { e.until = e.from; }),
            "role_assigned.until_us: not after from_us");
  EXPECT_EQ(told(SampleImport(),
                 [](auto& e) { e.payment_count = kMaxImportedPayments + 1; }),
            "attribution_imported.payments_count: more than 1000000000");
  EXPECT_EQ(told(SampleTouch(), [](auto& e) { e.channel = Channel::kDirect; }),
            "touch.partner_id: DIRECT names none");
}

TEST(CheckEventTest, Contracts) {
  using S = event::ContractStarted;
  const S start = SampleContract();
  ExpectId<S>(
      start, "contract_started.contract_id",
      [](S & e) -> auto& { return e.contract_id; });
  ExpectId<S>(
      start, "contract_started.customer_id",
      [](S & e) -> auto& { return e.customer.id; });
  ExpectText<S>(
      start, "contract_started.product", kLongest,
      [](S & e) -> auto& { return e.product; });
  ExpectText<S>(
      start, "contract_started.continues_contract_id", kLongest,
      [](S & e) -> auto& { return e.continues_contract_id; });
  ExpectFields<S>(start,
                  {{[](S& e) { e.start_date = CivilDay(1, 1, 1); }, ""},
                   {[](S& e) { e.start_date = CivilDay(9999, 12, 31); }, ""},
                   {[](S& e) { e.start_date = CivilDay(0, 12, 31); },
                    "contract_started.start_date"},
                   {[](S& e) { e.start_date = CivilDay(10000, 1, 1); },
                    "contract_started.start_date"}});
  using D = event::ContractEnded;
  ExpectId<D>(
      SampleEnd(), "contract_ended.contract_id",
      [](D & e) -> auto& { return e.contract_id; });
  ExpectId<D>(
      SampleEnd(), "contract_ended.customer_id",
      [](D & e) -> auto& { return e.customer.id; });
  ExpectFields<D>(SampleEnd(), {{[](D& e) { e.end_date = CivilDay(0, 1, 1); },
                                 "contract_ended.end_date"}});
}

TEST(CheckEventTest, Payment) {
  using E = event::Payment;
  const E sample = SamplePayment();
  ExpectId<E>(
      sample, "payment.payment_id",
      [](E & e) -> auto& { return e.payment_id; });
  ExpectId<E>(
      sample, "payment.customer_id",
      [](E & e) -> auto& { return e.customer.id; });
  ExpectText<E>(
      sample, "payment.contract_id", kLongest,
      [](E & e) -> auto& { return e.contract_id; });
  std::vector<event::PaymentLine> most(kMaxLinesPerPayment + 1);
  for (std::size_t i = 0; i < most.size(); ++i) {
    most[i].line = static_cast<int32_t>(i + 1);
  }
  ExpectFields<E>(sample,
                  {{[](E& e) { e.currency = Currency(); }, "payment.currency"},
                   {[](E& e) { e.lines = {}; }, "payment.lines"},
                   {[&](E& e) { e.lines = most; }, "payment.lines"},
                   {[&](E& e) {
                      e.lines =
                          absl::MakeConstSpan(most).first(kMaxLinesPerPayment);
                    },
                    ""}});
}

// Whether a rate is needed depends on the program; one that is there is right
// in itself.
TEST(CheckEventTest, Exchange) {
  using E = event::Payment;
  ExpectFields<E>(
      SamplePayment(),
      {{[](E& e) { e.exchange.reset(); }, ""},
       {[](E& e) { e.exchange->rate_ppb = 1; }, ""},
       {[](E& e) { e.exchange->rate_ppb = INT64_MAX; }, ""},
       {[](E& e) { e.exchange->rate_ppb = 0; }, "payment.exchange.rate"},
       {[](E& e) { e.exchange->rate_ppb = -1; }, "payment.exchange.rate"},
       {[](E& e) { e.exchange->date.reset(); }, ""},
       {[](E& e) { e.exchange->date = CivilDay(10000, 1, 1); },
        "payment.exchange.date"},
       {[](E& e) { e.exchange->source = ""; }, ""},
       {[](E& e) { e.exchange->source = kLongestText; }, ""},
       {[](E& e) { e.exchange->source = kTooLongText; },
        "payment.exchange.source"}});
}

TEST(CheckEventTest, OpeningMetrics) {
  using M = event::OpeningMetric;
  const std::vector<M> most = [] {
    std::vector<M> all;
    for (uint8_t metric = 1; metric <= 5; ++metric) {
      for (uint8_t period = 0; period <= 4; ++period) {
        all.push_back(
            {static_cast<Metric>(metric), static_cast<Period>(period), 1});
      }
    }
    return all;
  }();
  const auto field_of = [](const std::vector<M>& metrics) {
    event::OpeningBalance opening = SampleOpening();
    opening.metrics = metrics;
    return FieldOf(CheckEvent(SampleEvent(opening)));
  };
  const std::string first = "opening_balance.metrics[0]";
  EXPECT_EQ(field_of({}), "");
  EXPECT_EQ(field_of(most), "");
  std::vector<M> more = most;
  more.push_back(most[0]);
  EXPECT_EQ(field_of(more), "opening_balance.metrics");
  EXPECT_EQ(field_of({{Metric::kNone, Period::kYear, 1}}), first + ".metric");
  EXPECT_EQ(field_of({{static_cast<Metric>(6), Period::kYear, 1}}),
            first + ".metric");
  EXPECT_EQ(field_of({{Metric::kPayments, static_cast<Period>(5), 1}}),
            first + ".period");
  EXPECT_EQ(field_of({{Metric::kPayments, Period::kYear, -1}}),
            first + ".value");
  EXPECT_EQ(field_of({most[1], most[2], most[1]}),
            "opening_balance.metrics[2].metric");
}

TEST(CheckEventTest, PaymentLine) {
  using L = event::PaymentLine;
  const Attributes more(kMaxAttributes + 1);
  const std::vector<Case<L>> cases = {
      {[](L&) {}, ""},
      {[](L& l) { l.line = 0; }, ".line"},
      {[](L& l) { l.line = INT32_MIN; }, ".line"},
      {[](L& l) { l.line = 1; }, ".line"},  // that of the line before
      {[](L& l) { l.line = INT32_MAX; }, ""},
      {[](L& l) { l.product = kLongest; }, ""},
      {[](L& l) { l.product = kTooLong; }, ".product"},
      {[](L& l) { l.category = "a\nb"; }, ".category"},
      {[](L& l) { l.quantity = 0; }, ""},
      {[](L& l) { l.quantity = -1; }, ".quantity"},
      {[](L& l) { l.amount_minor = -1; }, ".amount_minor"},
      {[](L& l) { l.amount_minor = INT64_MIN; }, ".amount_minor"},
      {[](L& l) { l.tax_minor = -1; }, ".tax_minor"},
      {[](L& l) { l.tax_minor = INT64_MAX; }, ""},
      {[](L& l) { l.discount_minor = -1; }, ".discount_minor"},
      {[](L& l) { l.discount_minor = INT64_MIN; }, ".discount_minor"},
      {[](L& l) { l.fee_minor = -1; }, ".fee_minor"},
      {[&](L& l) { l.attributes = more.list; }, ".attributes"},
      {[&](L& l) { l.attributes = absl::MakeConstSpan(more.list).first(1); },
       ""},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    L lines[] = {kLines[0], kLines[1]};
    cases[i].change(lines[1]);
    event::Payment payment = SamplePayment();
    payment.lines = lines;
    const std::string& field = cases[i].field;
    EXPECT_EQ(FieldOf(CheckEvent(SampleEvent(payment))),
              field.empty() ? "" : "payment.lines[1]" + field)
        << "case " << i;
  }
}

// Amounts with the discounts added back fit 64 bits in sum.
TEST(CheckEventTest, PaymentSums) {
  const struct {
    int64_t amount[2];
    int64_t discount[2];
    std::string_view field;
  } kCases[] = {
      {{INT64_MAX, 0}, {0, 0}, ""},
      {{INT64_MAX - 1, 1}, {0, 0}, ""},
      {{INT64_MAX - 2, 1}, {0, 1}, ""},
      {{INT64_MAX, 1}, {0, 0}, "payment.lines"},
      {{INT64_MAX, 0}, {1, 0}, "payment.lines"},
      {{0, INT64_MAX}, {0, 1}, "payment.lines"},
      {{INT64_MAX, INT64_MAX}, {INT64_MAX, INT64_MAX}, "payment.lines"},
  };
  for (const auto& c : kCases) {
    event::PaymentLine lines[2];
    for (int i = 0; i < 2; ++i) {
      lines[i].line = i + 1;
      lines[i].amount_minor = c.amount[i];
      lines[i].discount_minor = c.discount[i];
    }
    event::Payment payment = SamplePayment();
    payment.lines = lines;
    EXPECT_EQ(FieldOf(CheckEvent(SampleEvent(payment))), c.field);
  }
}

TEST(CheckEventTest, AQuoteNeedsNoPaymentIdAndNoCustomer) {
  QuoteRequest sample;
  sample.at = Instant{0};
  sample.payment = SamplePayment();
  sample.payment.payment_id = "";
  sample.payment.customer.id = "";
  EXPECT_EQ(FieldOf(CheckQuoted(sample)), "");
  EXPECT_EQ(FieldOf(CheckQuoted(QuoteRequest())), "time_us");

  const Attributes most(kMaxAttributes);
  const Attributes more(kMaxAttributes + 1);
  const struct {
    std::function<void(QuoteRequest&)> change;
    std::string field;
  } kCases[] = {
      {[](auto& e) { e.at = kMaxInstant; }, ""},
      {[](auto& e) { e.at = Instant{kMaxInstant.us + 1}; }, "time_us"},
      {[](auto& e) { e.payment.customer.id = kLongest; }, ""},
      {[](auto& e) { e.payment.customer.id = kTooLong; },
       "payment.customer_id"},
      {[](auto& e) { e.payment.lines = {}; }, "payment.lines"},
      {[](auto& e) { e.payment.currency = Currency(); }, "payment.currency"},
      {[](auto& e) { e.code = kLongest; }, ""},
      {[](auto& e) { e.code = kTooLong; }, "code"},
      {[](auto& e) { e.code = "\xff"; }, "code"},
      {[](auto& e) { e.partner_id = kLongest; }, ""},
      {[](auto& e) { e.partner_id = kTooLong; }, "partner_id"},
      {[](auto& e) { e.country = "D\nE"; }, "country"},
      {[](auto& e) { e.segment = "\xc2\x80"; }, "segment"},
      {[&](auto& e) { e.attributes = most.list; }, ""},
      {[&](auto& e) { e.attributes = more.list; }, "attributes"},
  };
  for (const auto& c : kCases) {
    QuoteRequest changed = sample;
    c.change(changed);
    EXPECT_EQ(FieldOf(CheckQuoted(changed)), c.field);
  }
}

TEST(CheckEventTest, Refund) {
  using E = event::Refund;
  const E sample = SampleRefund();
  ExpectId<E>(
      sample, "refund.refund_id", [](E & e) -> auto& { return e.refund_id; });
  ExpectId<E>(
      sample, "refund.payment_id", [](E & e) -> auto& { return e.payment_id; });
  ExpectId<E>(
      sample, "refund.customer_id",
      [](E & e) -> auto& { return e.customer.id; });
  static constexpr event::RefundLine kLineZero[] = {{1, 1}, {0, 1}};
  static constexpr event::RefundLine kNegative[] = {{1, 1}, {2, -1}};
  const std::vector<event::RefundLine> most(kMaxLinesPerPayment + 1, {1, 0});
  ExpectFields<E>(
      sample,
      {{[](E& e) { e.kind = RefundKind::kNone; }, "refund.kind"},
       {[](E& e) { e.kind = static_cast<RefundKind>(5); }, "refund.kind"},
       {[](E& e) { e.kind = RefundKind::kChargebackReversed; }, ""},
       // An amount, lines, or neither.
       {[](E& e) { e.amount_minor = 500; }, "refund.amount_minor"},
       {[](E& e) { e.amount_minor = 0; }, "refund.amount_minor"},
       {[](E& e) { e.lines = {}; }, ""},
       {[](E& e) {
          e.lines = {};
          e.amount_minor = INT64_MAX;
        },
        ""},
       {[](E& e) {
          e.lines = {};
          e.amount_minor = -1;
        },
        "refund.amount_minor"},
       {[](E& e) { e.lines = kLineZero; }, "refund.lines[1].line"},
       {[](E& e) { e.lines = kNegative; }, "refund.lines[1].amount_minor"},
       {[&](E& e) { e.lines = most; }, "refund.lines"},
       {[&](E& e) {
          e.lines = absl::MakeConstSpan(most).first(kMaxLinesPerPayment);
        },
        ""}});
}

TEST(CheckEventTest, ReviewsAndAdjustments) {
  using R = event::AccrualReviewed;
  ExpectId<R>(
      SampleReview(), "accrual_reviewed.accrual_id",
      [](R & e) -> auto& { return e.accrual_id; });
  ExpectId<R>(
      SampleReview(), "accrual_reviewed.partner_id",
      [](R & e) -> auto& { return e.partner_id; });
  ExpectText<R>(
      SampleReview(), "accrual_reviewed.reason", kLongestText,
      [](R & e) -> auto& { return e.reason; });
  ExpectFields<R>(
      SampleReview(),
      {{[](R& e) { e.verdict = Verdict::kNone; }, "accrual_reviewed.verdict"},
       {[](R& e) { e.author = ""; }, "accrual_reviewed.author"},
       {[](R& e) { e.author = "a\nb"; }, "accrual_reviewed.author"},
       {[](R& e) { e.author = kTooLongText; }, "accrual_reviewed.author"},
       {[](R& e) { e.author = kLongestText; }, ""}});
  using A = event::Adjustment;
  ExpectId<A>(
      SampleAdjustment(), "adjustment.partner_id",
      [](A & e) -> auto& { return e.partner_id; });
  ExpectText<A>(
      SampleAdjustment(), "adjustment.reason", kLongestText,
      [](A & e) -> auto& { return e.reason; });
  ExpectFields<A>(
      SampleAdjustment(),
      {{[](A& e) { e.amount_minor = 0; }, "adjustment.amount_minor"},
       {[](A& e) { e.amount_minor = INT64_MAX; }, ""},
       {[](A& e) { e.amount_minor = INT64_MIN + 1; }, ""},
       // Its opposite, which the books hold too, has no 64 bits.
       {[](A& e) { e.amount_minor = INT64_MIN; }, "adjustment.amount_minor"},
       {[](A& e) { e.currency = Currency(); }, "adjustment.currency"},
       {[](A& e) { e.author = ""; }, "adjustment.author"}});
}

TEST(CheckEventTest, Payouts) {
  using Q = event::PayoutRequested;
  ExpectId<Q>(
      SampleRequest(), "payout_requested.payout_id",
      [](Q & e) -> auto& { return e.payout_id; });
  ExpectId<Q>(
      SampleRequest(), "payout_requested.partner_id",
      [](Q & e) -> auto& { return e.partner_id; });
  ExpectFields<Q>(
      SampleRequest(),
      {{[](Q& e) { e.currency = Currency(); }, "payout_requested.currency"},
       {[](Q& e) { e.amount_minor.reset(); }, ""},
       {[](Q& e) { e.amount_minor = 1; }, ""},
       {[](Q& e) { e.amount_minor = 0; }, "payout_requested.amount_minor"},
       {[](Q& e) { e.amount_minor = -1; }, "payout_requested.amount_minor"}});
  using S = event::PayoutSent;
  ExpectId<S>(
      SampleSent(), "payout_sent.payout_id",
      [](S & e) -> auto& { return e.payout_id; });
  ExpectId<S>(
      SampleSent(), "payout_sent.partner_id",
      [](S & e) -> auto& { return e.partner_id; });
  using F = event::PayoutFailed;
  ExpectId<F>(
      SampleFailed(), "payout_failed.payout_id",
      [](F & e) -> auto& { return e.payout_id; });
  ExpectId<F>(
      SampleFailed(), "payout_failed.partner_id",
      [](F & e) -> auto& { return e.partner_id; });
}

TEST(CheckEventTest, OpeningsAndOutreach) {
  using O = event::OpeningBalance;
  ExpectId<O>(
      SampleOpening(), "opening_balance.partner_id",
      [](O & e) -> auto& { return e.partner_id; });
  ExpectFields<O>(
      SampleOpening(),
      {{[](O& e) { e.currency = Currency(); }, "opening_balance.currency"},
       {[](O& e) { e.pending_minor = -1; }, "opening_balance.pending_minor"},
       {[](O& e) { e.payable_minor = -1; }, ""},
       {[](O& e) { e.payable_minor = INT64_MIN; },
        "opening_balance.payable_minor"},
       {[](O& e) { e.pending_minor = INT64_MAX; }, ""}});
  using R = event::Outreach;
  ExpectText<R>(
      SampleOutreach(), "outreach.campaign", kLongestText,
      [](R & e) -> auto& { return e.campaign; });
  ExpectFields<R>(
      SampleOutreach(),
      {{[](R& e) { e.step = OutreachStep::kNone; }, "outreach.step"},
       {[](R& e) { e.count = 0; }, ""},
       {[](R& e) { e.count = -1; }, "outreach.count"}});
}

}  // namespace
}  // namespace vouch
