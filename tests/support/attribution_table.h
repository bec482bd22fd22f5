// Attribution as tables: an event a line, what follows at its end.
//
//   RunTable(R"(
//     2024-01-01 program model=LAST_TOUCH window.LINK=30 tiers=CODE/LINK
//     2024-01-01 partner anna
//     2024-02-01 touch c1 LINK anna
//     2024-02-10 pay p1 c1               -> anna 1000000000 LINK
//     2024-02-11 pay p2 c1               -> none
//   )");
//
// A line is a moment (a day is its midnight in UTC), a word and its arguments,
// and after "->" the decision that the event makes: its credits in order as
// partner, parts per billion and channel, then the vendor's; "nobody"; "none"
// where it makes no decision; or "refused" with the code and a part of the
// message. After "pays" stand the accruals as partner, cents and role, after
// "why" what became of each touch and lead, in the order applied. A line
// without "->" must be applied. The program pays acquirers 10% and servicers
// 5%; a payment is of 100.00 unless it says otherwise.
#ifndef VOUCH_TESTS_SUPPORT_ATTRIBUTION_TABLE_H_
#define VOUCH_TESTS_SUPPORT_ATTRIBUTION_TABLE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "tests/support/event_box.h"
#include "vouch/base/config.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

class AttributionTable {
 public:
  AttributionTable() : engine_(Engine::InMemory()) {}

  void Run(std::string_view table) {
    for (const absl::string_view text : absl::StrSplit(ToAbsl(table), '\n')) {
      const std::string line(absl::StripAsciiWhitespace(text));
      if (!line.empty() && line[0] != '#') RunLine(line);
    }
  }

  Engine& engine() { return *engine_; }

 private:
  using Words = std::vector<std::string>;

  void RunLine(const std::string& line) {
    SCOPED_TRACE(line);
    const Words halves = absl::StrSplit(line, absl::MaxSplits("->", 1));
    Words words = absl::StrSplit(halves[0], ' ', absl::SkipEmpty());
    ASSERT_GE(words.size(), 2u);
    const Instant at = Moment(words[0]);
    const std::string kind = words[1];
    words.erase(words.begin(), words.begin() + 2);
    Options(&words);
    Event event;
    event.program_id = "p";
    event.event_id = box_.Text(absl::StrCat("e", ++count_));
    event.time = at;
    event.body = Body(kind, words);
    ASSERT_TRUE(options_.empty()) << "unknown: " << options_.begin()->first;
    const Seq before = engine_->GetCounters().last_seq;
    std::vector<Outcome> outcomes;
    ASSERT_TRUE(engine_->Apply(absl::MakeConstSpan(&event, 1), &outcomes).ok());
    const std::string wanted =
        halves.size() == 1 ? ""
                           : std::string(absl::StripAsciiWhitespace(halves[1]));
    Expect(wanted, outcomes[0], before);
  }

  void Expect(const std::string& wanted, const Outcome& outcome, Seq before) {
    if (absl::StartsWith(wanted, "refused ")) {
      EXPECT_EQ(outcome.kind, OutcomeKind::kRefused);
      const Words parts = absl::StrSplit(wanted, absl::MaxSplits(' ', 2));
      EXPECT_EQ(absl::StatusCodeToString(outcome.status.code()), parts[1]);
      if (parts.size() > 2) {
        EXPECT_NE(outcome.status.message().find(parts[2]),
                  absl::string_view::npos)
            << outcome.status;
      }
      return;
    }
    ASSERT_EQ(outcome.kind, OutcomeKind::kApplied) << outcome.status;
    std::string decision = wanted;
    std::string pays;
    std::string why;
    Cut(" why ", &decision, &why);
    Cut(" pays ", &decision, &pays);
    if (!wanted.empty()) {
      EXPECT_EQ(DecisionText(before), decision);
    }
    if (!pays.empty()) {
      EXPECT_EQ(AccrualText(before), pays);
    }
    if (!why.empty()) {
      EXPECT_EQ(FateText(), why);
    }
  }

  static void Cut(const std::string& at, std::string* text, std::string* rest) {
    const std::size_t place = text->find(at);
    if (place == std::string::npos) return;
    *rest = text->substr(place + at.size());
    text->resize(place);
  }

  std::string DecisionText(Seq after) const {
    const auto page = engine_->Decisions(after, 2);
    EXPECT_TRUE(page.ok());
    if (page->empty()) return "none";
    EXPECT_EQ(page->size(), 1u);
    const DecisionRow& row = page->front();
    Words parts;
    for (std::size_t i = 0; i < row.decision->credits.size(); ++i) {
      const Credit& credit = row.decision->credits[i];
      const std::string_view channel = Word(credit.channel);
      parts.push_back(absl::StrCat(
          ToAbsl(row.partner_ids[i]), " ", credit.weight_ppb, " ",
          ToAbsl(channel.empty() ? std::string_view("-") : channel)));
    }
    if (row.decision->vendor_weight_ppb > 0) {
      parts.push_back(absl::StrCat("vendor ", row.decision->vendor_weight_ppb));
    }
    return parts.empty() ? "nobody" : absl::StrJoin(parts, ", ");
  }

  std::string AccrualText(Seq after) const {
    const auto page = engine_->Outputs(after, 100);
    EXPECT_TRUE(page.ok());
    Words parts;
    for (const Output& output : *page) {
      if (output.accrual == nullptr) continue;
      parts.push_back(absl::StrCat(ToAbsl(output.partner_id), " ",
                                   output.accrual->amount_minor, " ",
                                   ToAbsl(Word(output.accrual->role))));
    }
    return parts.empty() ? "nobody" : absl::StrJoin(parts, ", ");
  }

  static std::string_view FateWord(const ExplainedTouch& touch) {
    switch (touch.fate) {
      case TouchFate::kAfterConversion:
        return "AFTER";
      case TouchFate::kDoesNotHold:
        return "NOT_HOLDING";
      case TouchFate::kDirectIgnored:
        return "IGNORED";
      case TouchFate::kOutsideWindow:
        return "WINDOW";
      case TouchFate::kPartnerNotActive:
        return "NOT_ACTIVE";
      case TouchFate::kSelfReferral:
        return "SELF";
      case TouchFate::kLeadRejected:
        return "REJECTED";
      case TouchFate::kLeadLost:
        return "LEAD_LOST";
      case TouchFate::kLeadExpired:
        return "EXPIRED";
      case TouchFate::kExcludedByDirect:
        return "BY_DIRECT";
      case TouchFate::kExcludedByLead:
        return "BY_LEAD";
      case TouchFate::kNotInTiers:
        return "NO_TIER";
      case TouchFate::kLowerTier:
        return "LOWER";
      case TouchFate::kLost:
        return "NOTHING";
      case TouchFate::kWon:
        return "WON";
    }
    return "?";
  }

  std::string FateText() const {
    const auto why = engine_->Explain("p", ToStd(last_payment_));
    EXPECT_TRUE(why.ok()) << why.status();
    if (!why.ok() || !why->decision) return "?";
    Words parts;
    for (const ExplainedTouch& touch : why->decision->touches) {
      parts.emplace_back(FateWord(touch));
    }
    return absl::StrJoin(parts, " ");
  }

  static Instant Moment(const std::string& text) {
    return *ParseInstant(text.size() == 10 ? text + "T00:00:00Z" : text);
  }
  static CivilDay Day(const std::string& text) { return *ParseDay(text); }
  static int64_t Number(const std::string& text) {
    int64_t number = 0;
    EXPECT_TRUE(absl::SimpleAtoi(text, &number)) << text;
    return number;
  }

  // Takes "key=value" out of the words.
  void Options(Words* words) {
    options_.clear();
    Words rest;
    for (const std::string& word : *words) {
      const Words pair = absl::StrSplit(word, absl::MaxSplits('=', 1));
      if (pair.size() == 1) {
        rest.push_back(word);
      } else {
        options_[pair[0]] = pair[1];
      }
    }
    *words = rest;
  }
  std::string Take(const std::string& key) {
    const auto found = options_.find(key);
    if (found == options_.end()) return "";
    std::string value = found->second;
    options_.erase(found);
    return value;
  }
  std::optional<Instant> TakeMoment(const std::string& key) {
    const std::string text = Take(key);
    if (text.empty()) return std::nullopt;
    return Moment(text);
  }

  template <typename E>
  E WordOf(const std::string& text) {
    const auto word = ParseWord<E>(text);
    EXPECT_TRUE(word.has_value()) << text;
    return word.value_or(E());
  }

  // A digest that starts with the letters' numbers.
  event::BlindKey Key(const std::string& name) {
    std::string digest;
    for (const char c : name) {
      absl::StrAppend(&digest, absl::Hex(static_cast<uint8_t>(c)));
    }
    digest.resize(64, '0');
    return {"k", box_.Text(digest)};
  }
  absl::Span<const event::BlindKey> Keys(const std::string& list) {
    std::vector<event::BlindKey>& keys = keys_.emplace_back();
    for (const absl::string_view name :
         absl::StrSplit(list, ',', absl::SkipEmpty())) {
      keys.push_back(Key(std::string(name)));
    }
    return keys;
  }

  ProgramSpec Spec() {
    static const std::map<std::string, Model> kModels = {
        {"FIRST_TOUCH", Model::kFirstTouch},
        {"LAST_TOUCH", Model::kLastTouch},
        {"LINEAR", Model::kLinear},
        {"TIME_DECAY", Model::kTimeDecay},
        {"POSITION_BASED", Model::kPositionBased}};
    ProgramSpec spec = PercentProgram("p", "10%");
    RuleSpec servicing;
    servicing.rule_id = "servicing";
    servicing.role = Role::kServicer;
    servicing.reward.percent = "5%";
    spec.rules.push_back(servicing);
    const std::string model = Take("model");
    if (!model.empty()) spec.model = kModels.at(model);
    const std::string half_life = Take("half_life");
    if (!half_life.empty()) spec.half_life_days = Number(half_life);
    spec.first_share = Take("first");
    spec.last_share = Take("last");
    if (Take("convert") == "SIGNUP") spec.conversion = Conversion::kSignup;
    if (Take("organic") == "RETRY") spec.organic = Organic::kRetry;
    if (Take("self") == "ALLOW") spec.allow_self_referral = true;
    const std::string direct = Take("direct");
    if (direct == "COMPETE") spec.direct = DirectPolicy::kCompete;
    if (direct == "WIN") spec.direct = DirectPolicy::kWin;
    const std::string binding = Take("binding");
    if (binding == "NONE") {
      spec.binding = BindingSpan::kUnbound;
    } else if (!binding.empty()) {
      spec.binding = BindingSpan::kMonths;
      spec.binding_months = Number(binding);
    }
    std::string protect = Take("protect");
    if (!protect.empty()) {
      const bool activity = protect.back() == 'a';
      protect.pop_back();
      spec.lead_protection = {Number(protect),
                              activity ? ProtectionFrom::kLastActivity
                                       : ProtectionFrom::kRegistration};
    }
    for (const char* name : {"LINK", "CODE", "LEAD", "VIEW", "DIRECT"}) {
      std::string window = Take(absl::StrCat("window.", name));
      if (window.empty()) continue;
      const bool inclusive = window.back() == 'i';
      if (inclusive) window.pop_back();
      spec.windows.push_back(
          {WordOf<Channel>(name), Number(window),
           inclusive ? WindowEnd::kInclusive : WindowEnd::kExclusive});
    }
    for (const absl::string_view tier :
         absl::StrSplit(Take("tiers"), '/', absl::SkipEmpty())) {
      std::vector<Channel>& channels = spec.tiers.emplace_back();
      for (const absl::string_view name : absl::StrSplit(tier, ',')) {
        channels.push_back(WordOf<Channel>(std::string(name)));
      }
    }
    return spec;
  }

  EventBody Body(const std::string& kind, const Words& w) {
    if (kind == "program") return box_.Program(Spec());
    if (kind == "partner") return Partner(w);
    if (kind == "code") return Code(w);
    if (kind == "revoke") return event::CodeRevoked{box_.Text(w[0]), {}};
    if (kind == "touch") return Touch(w);
    if (kind == "identify") {
      return EventBox::Identify(box_.Text(w[0]), box_.Text(w[1]));
    }
    if (kind == "merge") {
      event::CustomerMerged e;
      e.from.id = box_.Text(w[0]);
      e.into.id = box_.Text(w[1]);
      return e;
    }
    if (kind == "lead") return Lead(w);
    if (kind == "update") return Update(w);
    if (kind == "signup") {
      event::Signup e = EventBox::Signup(box_.Text(w[0]));
      e.identity_keys = Keys(Take("keys"));
      return e;
    }
    if (kind == "contract") {
      return EventBox::Contract(box_.Text(w[0]), box_.Text(w[1]), Day(w[2]));
    }
    if (kind == "role") return RoleOf(w);
    if (kind == "import") return Import(w);
    EXPECT_EQ(kind, "pay");
    return Pay(w);
  }

  event::PartnerSet Partner(const Words& w) {
    event::PartnerSet e = EventBox::Partner(box_.Text(w[0]));
    const std::string status = Take("status");
    if (!status.empty()) e.status = WordOf<PartnerStatus>(status);
    e.identity_keys = Keys(Take("keys"));
    return e;
  }

  event::CodeIssued Code(const Words& w) {
    event::CodeIssued e = EventBox::Code(box_.Text(w[0]), box_.Text(w[1]));
    e.valid_from = TakeMoment("from");
    e.valid_until = TakeMoment("until");
    const std::string max = Take("max");
    if (!max.empty()) e.max_redemptions = Number(max);
    return e;
  }

  event::Touch Touch(const Words& w) {
    event::Touch e;
    if (absl::StartsWith(w[0], "v:")) {
      e.visitor.id = box_.Text(w[0].substr(2));
    } else {
      e.customer.id = box_.Text(w[0]);
    }
    e.channel = WordOf<Channel>(w[1]);
    if (e.channel == Channel::kCode) {
      e.code = box_.Text(w[2]);
    } else if (w.size() > 2) {
      e.partner_id = box_.Text(w[2]);
    }
    e.campaign = box_.Text(Take("campaign"));
    return e;
  }

  event::LeadRegistered Lead(const Words& w) {
    event::LeadRegistered e;
    e.lead_id = box_.Text(w[0]);
    e.partner_id = box_.Text(w[1]);
    e.contact_keys = Keys(w[2]);
    e.customer.id = box_.Text(Take("customer"));
    return e;
  }

  event::LeadUpdated Update(const Words& w) {
    event::LeadUpdated e;
    e.lead_id = box_.Text(w[0]);
    e.contact_key = Key(w[1]);
    e.activity = w[2] == "activity";
    if (!e.activity) e.status = WordOf<LeadStatus>(w[2]);
    return e;
  }

  event::RoleAssigned RoleOf(const Words& w) {
    event::RoleAssigned e;
    e.customer.id = box_.Text(w[0]);
    e.partner_id = box_.Text(w[1]);
    e.role = Role::kServicer;
    e.from = TakeMoment("from");
    e.until = TakeMoment("until");
    return e;
  }

  event::AttributionImported Import(const Words& w) {
    event::AttributionImported e;
    e.customer.id = box_.Text(w[0]);
    e.partner_id = box_.Text(w[1]);
    e.role = WordOf<Role>(w[2]);
    e.since = TakeMoment("since");
    const std::string start = Take("start");
    if (!start.empty()) e.contract_start_on = Day(start);
    const std::string paid = Take("paid");
    if (!paid.empty()) e.payment_count = Number(paid);
    return e;
  }

  event::Payment Pay(const Words& w) {
    const std::string amount = Take("amount");
    last_payment_ = w[0];
    event::Payment e = box_.Pay(box_.Text(w[0]), box_.Text(w[1]),
                                amount.empty() ? 10000 : Number(amount));
    e.contract_id = box_.Text(Take("contract"));
    return e;
  }

  std::unique_ptr<Engine> engine_;
  EventBox box_;
  std::deque<std::vector<event::BlindKey>> keys_;
  std::map<std::string, std::string> options_;
  std::string last_payment_;
  int count_ = 0;
};

inline void RunTable(std::string_view table) { AttributionTable().Run(table); }

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_ATTRIBUTION_TABLE_H_
