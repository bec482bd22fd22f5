#ifndef VOUCH_EVENT_CHECK_INL_H_
#define VOUCH_EVENT_CHECK_INL_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"
#include "vouch/base/text.h"
#include "vouch/event/check.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

inline constexpr int64_t kMaxMinor = std::numeric_limits<int64_t>::max();

// Checks one event's body; each overload knows one kind. `Need` asks for an
// id, `May` for one that may be empty, `Free` for a free text (limits.h). The
// first problem stays.
class BodyChecker {
 public:
  const absl::Status& status() const { return status_; }

  void Check(const event::ProgramSet& e) {
    if (e.spec.empty()) Wrong("program_set.program", "missing");
  }
  void Check(const event::PartnerSet& e) {
    Need("partner_set.partner_id", e.partner_id);
    NeedWord("partner_set.kind", e.kind);
    May("partner_set.group", e.group);
    NeedWord("partner_set.status", e.status);
    Share("partner_set.customer_share", e.customer_share);
    May("partner_set.parent_partner_id", e.parent_partner_id);
    May("partner_set.manager_id", e.manager_id);
    Attributes("partner_set.attributes", e.attributes);
    Keys("partner_set.identity_keys", e.identity_keys);
  }
  void Check(const event::ManagerActivity& e) {
    Need("manager_activity.partner_id", e.partner_id);
    Need("manager_activity.manager_id", e.manager_id);
  }
  void Check(const event::CodeIssued& e) {
    Need("code_issued.code", e.code);
    Need("code_issued.partner_id", e.partner_id);
    Free("code_issued.campaign", e.campaign);
    Share("code_issued.customer_share", e.customer_share);
    if (e.valid_from) Time("code_issued.valid_from_us", *e.valid_from);
    if (e.valid_until) Time("code_issued.valid_until_us", *e.valid_until);
    if (e.valid_from && e.valid_until && *e.valid_until <= *e.valid_from) {
      Wrong("code_issued.valid_until_us", "not after valid_from_us");
    }
    if (e.max_redemptions && *e.max_redemptions < 1) {
      Wrong("code_issued.max_redemptions", "below 1");
    }
  }
  void Check(const event::CodeRevoked& e) {
    Need("code_revoked.code", e.code);
    May("code_revoked.partner_id", e.partner_id);
  }
  void Check(const event::Touch& e) {
    if (e.customer.id.empty() == e.visitor.id.empty()) {
      Wrong("touch.customer_id", "name either a customer or a visitor");
    }
    May("touch.customer_id", e.customer.id);
    May("touch.visitor_id", e.visitor.id);
    NeedWord("touch.channel", e.channel);
    if (e.channel == Channel::kLead) {
      Wrong("touch.channel", "LEAD comes from lead events");
    }
    if (e.channel == Channel::kDirect) {
      if (!e.partner_id.empty()) Wrong("touch.partner_id", "DIRECT names none");
      if (!e.code.empty()) Wrong("touch.code", "DIRECT names none");
    } else if (e.partner_id.empty() == e.code.empty()) {
      Wrong("touch.partner_id", "name either a partner or a code");
    }
    if (e.channel == Channel::kCode && e.code.empty()) {
      Wrong("touch.code", "missing: the channel is CODE");
    }
    May("touch.partner_id", e.partner_id);
    May("touch.code", e.code);
    Free("touch.campaign", e.campaign);
    Count("touch.sub_ids", e.sub_ids.size(), kMaxAttributes);
    for (std::size_t i = 0; ok() && i < e.sub_ids.size(); ++i) {
      May(absl::StrCat("touch.sub_ids[", i, "]"), e.sub_ids[i]);
    }
  }
  void Check(const event::CustomerIdentified& e) {
    Need("customer_identified.visitor_id", e.visitor.id);
    Need("customer_identified.customer_id", e.customer.id);
  }
  void Check(const event::CustomerMerged& e) {
    Need("customer_merged.from_customer_id", e.from.id);
    Need("customer_merged.into_customer_id", e.into.id);
  }
  void Check(const event::LeadRegistered& e) {
    Need("lead_registered.lead_id", e.lead_id);
    Need("lead_registered.partner_id", e.partner_id);
    if (e.contact_keys.empty())
      Wrong("lead_registered.contact_keys", "missing");
    Keys("lead_registered.contact_keys", e.contact_keys);
    May("lead_registered.customer_id", e.customer.id);
  }
  void Check(const event::LeadUpdated& e) {
    Need("lead_updated.lead_id", e.lead_id);
    Key("lead_updated.contact_key", e.contact_key);
    if (e.activity == (e.status != LeadStatus::kNone)) {
      Wrong("lead_updated.change", "say either activity or a status");
    }
    if (e.status != LeadStatus::kNone) {
      NeedWord("lead_updated.status", e.status);
    }
  }
  void Check(const event::RoleAssigned& e) {
    Need("role_assigned.customer_id", e.customer.id);
    Need("role_assigned.partner_id", e.partner_id);
    NeedWord("role_assigned.role", e.role);
    if (e.role == Role::kAcquirer) {
      Wrong("role_assigned.role", "the acquirer comes from attribution");
    }
    if (e.from) Time("role_assigned.from_us", *e.from);
    if (e.until) Time("role_assigned.until_us", *e.until);
    if (e.from && e.until && *e.until <= *e.from) {
      Wrong("role_assigned.until_us", "not after from_us");
    }
  }
  void Check(const event::AttributionImported& e) {
    Need("attribution_imported.customer_id", e.customer.id);
    Need("attribution_imported.partner_id", e.partner_id);
    NeedWord("attribution_imported.role", e.role);
    if (e.since) Time("attribution_imported.since_us", *e.since);
    if (e.contract_start_on) {
      Day("attribution_imported.contract_start_on", *e.contract_start_on);
    }
    NotNegative("attribution_imported.payments_count", e.payment_count);
    if (e.payment_count > kMaxImportedPayments) {
      Wrong("attribution_imported.payments_count",
            absl::StrCat("more than ", kMaxImportedPayments));
    }
  }
  void Check(const event::Signup& e) {
    Need("signup.customer_id", e.customer.id);
    May("signup.country", e.country);
    May("signup.segment", e.segment);
    Attributes("signup.attributes", e.attributes);
    Keys("signup.identity_keys", e.identity_keys);
  }
  void Check(const event::ContractStarted& e) {
    Need("contract_started.contract_id", e.contract_id);
    Need("contract_started.customer_id", e.customer.id);
    May("contract_started.product", e.product);
    Day("contract_started.start_date", e.start_date);
    May("contract_started.continues_contract_id", e.continues_contract_id);
  }
  void Check(const event::ContractEnded& e) {
    Need("contract_ended.contract_id", e.contract_id);
    Need("contract_ended.customer_id", e.customer.id);
    May("contract_ended.product", e.product);
    Day("contract_ended.end_date", e.end_date);
  }
  void Check(const event::Payment& e) {
    Need("payment.payment_id", e.payment_id);
    Need("payment.customer_id", e.customer.id);
    CheckPriced(e);
  }
  // What is asked about is a payment, a touch and a sign-up in one.
  void Check(const QuoteRequest& e) {
    Time("time_us", e.at);
    May("payment.customer_id", e.payment.customer.id);
    CheckPriced(e.payment);
    May("code", e.code);
    May("partner_id", e.partner_id);
    May("country", e.country);
    May("segment", e.segment);
    Attributes("attributes", e.attributes);
  }
  // All of a payment but its id and customer.
  void CheckPriced(const event::Payment& e) {
    May("payment.contract_id", e.contract_id);
    NeedCurrency("payment.currency", e.currency);
    if (e.exchange) {
      if (e.exchange->rate_ppb < 1) {
        Wrong("payment.exchange.rate", "not above zero");
      }
      if (e.exchange->date) Day("payment.exchange.date", *e.exchange->date);
      Free("payment.exchange.source", e.exchange->source);
    }
    if (e.lines.empty()) Wrong("payment.lines", "missing");
    Count("payment.lines", e.lines.size(), kMaxLinesPerPayment);
    absl::int128 sum = 0;
    for (std::size_t i = 0; ok() && i < e.lines.size(); ++i) {
      Line(e.lines, i);
      sum += absl::int128(e.lines[i].amount_minor) + e.lines[i].discount_minor;
    }
    if (sum > kMaxMinor) Wrong("payment.lines", "their sum passes 64 bits");
  }
  void Check(const event::Refund& e) {
    Need("refund.refund_id", e.refund_id);
    Need("refund.payment_id", e.payment_id);
    Need("refund.customer_id", e.customer.id);
    NeedWord("refund.kind", e.kind);
    if (e.amount_minor) {
      NotNegative("refund.amount_minor", *e.amount_minor);
      if (!e.lines.empty()) {
        Wrong("refund.amount_minor", "stands beside lines; give one of them");
      }
    }
    Count("refund.lines", e.lines.size(), kMaxLinesPerPayment);
    for (std::size_t i = 0; ok() && i < e.lines.size(); ++i) {
      const std::string path = absl::StrCat("refund.lines[", i, "]");
      if (e.lines[i].line < 1) Wrong(path + ".line", "below 1");
      NotNegative(path + ".amount_minor", e.lines[i].amount_minor);
    }
  }
  void Check(const event::AccrualReviewed& e) {
    Need("accrual_reviewed.accrual_id", e.accrual_id);
    Need("accrual_reviewed.partner_id", e.partner_id);
    NeedWord("accrual_reviewed.verdict", e.verdict);
    Author("accrual_reviewed.author", e.author);
    Free("accrual_reviewed.reason", e.reason);
  }
  void Check(const event::Adjustment& e) {
    Need("adjustment.partner_id", e.partner_id);
    if (e.amount_minor == 0) Wrong("adjustment.amount_minor", "zero");
    NotLeast("adjustment.amount_minor", e.amount_minor);
    NeedCurrency("adjustment.currency", e.currency);
    Author("adjustment.author", e.author);
    Free("adjustment.reason", e.reason);
  }
  void Check(const event::PayoutRequested& e) {
    Need("payout_requested.payout_id", e.payout_id);
    Need("payout_requested.partner_id", e.partner_id);
    NeedCurrency("payout_requested.currency", e.currency);
    if (e.amount_minor && *e.amount_minor < 1) {
      Wrong("payout_requested.amount_minor", "below 1");
    }
  }
  void Check(const event::PayoutSent& e) {
    Need("payout_sent.payout_id", e.payout_id);
    Need("payout_sent.partner_id", e.partner_id);
  }
  void Check(const event::PayoutFailed& e) {
    Need("payout_failed.payout_id", e.payout_id);
    Need("payout_failed.partner_id", e.partner_id);
  }
  void Check(const event::OpeningBalance& e) {
    Need("opening_balance.partner_id", e.partner_id);
    NeedCurrency("opening_balance.currency", e.currency);
    NotNegative("opening_balance.pending_minor", e.pending_minor);
    NotLeast("opening_balance.payable_minor", e.payable_minor);
    Metrics(e.metrics);
  }
  void Check(const event::Outreach& e) {
    Free("outreach.campaign", e.campaign);
    NeedWord("outreach.step", e.step);
    NotNegative("outreach.count", e.count);
  }
  void Check(const event::Clock&) {}

  void Need(std::string_view field, std::string_view id) {
    const std::string_view problem = IdProblem(id);
    if (!problem.empty()) Wrong(field, problem);
  }
  void Time(std::string_view field, Instant at) {
    if (at == kNoTime) Wrong(field, "missing");
    if (!IsValid(at)) Wrong(field, "outside the years 1 to 9999");
  }
  // A moment of a body that its event's time bounds.
  void NotLater(std::string_view field, Instant moment, Instant event_time) {
    if (event_time < moment) Wrong(field, "after the event's time");
  }

 private:
  bool ok() const { return status_.ok(); }
  void Wrong(std::string_view field, std::string_view reason) {
    if (ok()) status_ = InvalidField(field, reason);
  }
  void May(std::string_view field, std::string_view text) {
    const std::string_view problem = TextProblem(text, kMaxIdBytes);
    if (!problem.empty()) Wrong(field, problem);
  }
  void Free(std::string_view field, std::string_view text) {
    const std::string_view problem = TextProblem(text);
    if (!problem.empty()) Wrong(field, problem);
  }
  void Author(std::string_view field, std::string_view author) {
    if (author.empty()) Wrong(field, "missing");
    Free(field, author);
  }
  template <typename E>
  void NeedWord(std::string_view field, E value) {
    if (!IsWord(value)) Wrong(field, "missing or unknown");
  }
  void NeedCurrency(std::string_view field, Currency currency) {
    if (currency == Currency()) Wrong(field, "missing");
  }
  void NotLeast(std::string_view field, int64_t value) {
    if (value == std::numeric_limits<int64_t>::min()) {
      Wrong(field, "past 64 bits when turned round");
    }
  }
  void NotNegative(std::string_view field, int64_t value) {
    if (value < 0) Wrong(field, "negative");
  }
  void Share(std::string_view field, const std::optional<Rate>& share) {
    if (share && (share->ppb() < 0 || share->ppb() > kPpb)) {
      Wrong(field, "outside 0% to 100%");
    }
  }
  void Count(std::string_view field, std::size_t count, std::size_t most) {
    if (count > most) Wrong(field, absl::StrCat("more than ", most));
  }
  void Day(std::string_view field, CivilDay day) {
    if (day.year() < 1 || day.year() > 9999) {
      Wrong(field, "missing, or outside the years 1 to 9999");
    }
  }
  void Attributes(std::string_view field,
                  absl::Span<const event::Attribute> attributes) {
    Count(field, attributes.size(), kMaxAttributes);
    for (std::size_t i = 0; ok() && i < attributes.size(); ++i) {
      const std::string path = absl::StrCat(ToAbsl(field), "[", i, "]");
      Need(path + ".key", attributes[i].key);
      if (!TextProblem(attributes[i].value).empty()) {
        Wrong(path + ".value", TextProblem(attributes[i].value));
      }
      for (std::size_t j = 0; j < i; ++j) {
        if (attributes[j].key == attributes[i].key) {
          Wrong(path + ".key", "named twice");
        }
      }
    }
  }
  void Metrics(absl::Span<const event::OpeningMetric> metrics) {
    Count("opening_balance.metrics", metrics.size(), kMaxOpeningMetrics);
    for (std::size_t i = 0; ok() && i < metrics.size(); ++i) {
      const std::string path = absl::StrCat("opening_balance.metrics[", i, "]");
      NeedWord(path + ".metric", metrics[i].metric);
      if (metrics[i].period != Period::kNone) {
        NeedWord(path + ".period", metrics[i].period);
      }
      NotNegative(path + ".value", metrics[i].value);
      for (std::size_t j = 0; j < i; ++j) {
        if (metrics[j].metric == metrics[i].metric &&
            metrics[j].period == metrics[i].period) {
          Wrong(path + ".metric", "named twice for the period");
        }
      }
    }
  }
  void Keys(std::string_view field, absl::Span<const event::BlindKey> keys) {
    Count(field, keys.size(), kMaxBlindKeys);
    for (std::size_t i = 0; ok() && i < keys.size(); ++i) {
      Key(absl::StrCat(ToAbsl(field), "[", i, "]"), keys[i]);
    }
  }
  void Key(const std::string& path, const event::BlindKey& key) {
    Need(path + ".key_id", key.key_id);
    const bool hex =
        std::all_of(key.digest.begin(), key.digest.end(), [](char c) {
          return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f');
        });
    if (key.digest.size() != 64 || !hex) {
      Wrong(path + ".digest", "not 64 lower-case hexadecimal digits");
    }
  }
  // Paths are made only for a line that is wrong: this is the hot path.
  void Line(absl::Span<const event::PaymentLine> lines, std::size_t i) {
    const event::PaymentLine& line = lines[i];
    const auto wrong = [&](std::string_view field, std::string_view reason) {
      Wrong(absl::StrCat("payment.lines[", i, "].", ToAbsl(field)), reason);
    };
    if (line.line < 1) wrong("line", "below 1");
    if (i > 0 && line.line <= lines[i - 1].line) {
      wrong("line", "not above that of the line before");
    }
    const auto text = [&](std::string_view field, std::string_view value) {
      const std::string_view problem = TextProblem(value, kMaxIdBytes);
      if (!problem.empty()) wrong(field, problem);
    };
    text("product", line.product);
    text("category", line.category);
    if (line.quantity < 0) wrong("quantity", "negative");
    if (line.amount_minor < 0) wrong("amount_minor", "negative");
    if (line.tax_minor < 0) wrong("tax_minor", "negative");
    if (line.discount_minor < 0) wrong("discount_minor", "negative");
    if (line.fee_minor < 0) wrong("fee_minor", "negative");
    if (!line.attributes.empty()) {
      Attributes(absl::StrCat("payment.lines[", i, "].attributes"),
                 line.attributes);
    }
  }

  absl::Status status_;
};

}  // namespace internal

inline absl::Status CheckEvent(const Event& event) {
  internal::BodyChecker checker;
  checker.Need("program_id", event.program_id);
  checker.Need("event_id", event.event_id);
  checker.Time("time_us", event.time);
  std::visit([&checker](const auto& body) { checker.Check(body); }, event.body);
  const auto* import = std::get_if<event::AttributionImported>(&event.body);
  if (import != nullptr && import->since) {
    checker.NotLater("attribution_imported.since_us", *import->since,
                     event.time);
  }
  return checker.status();
}

inline absl::Status CheckQuoted(const QuoteRequest& request) {
  internal::BodyChecker checker;
  checker.Check(request);
  return checker.status();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_EVENT_CHECK_INL_H_
