// Decisions, credited accruals and events as lines of text: by which the engine
// is compared with the naive model, and in which a failure is shown.
#ifndef VOUCH_TESTS_SUPPORT_ATTRIBUTION_TEXT_H_
#define VOUCH_TESTS_SUPPORT_ATTRIBUTION_TEXT_H_

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "tests/support/naive_attribution.h"
#include "vouch/base/config.h"
#include "vouch/base/string_view.h"
#include "vouch/engine/engine.h"
#include "vouch/program/spec_codec.h"

VOUCH_NAMESPACE_BEGIN

namespace testing_support {

// The event ids of an engine's seqs.
using EventIds = std::map<Seq, std::string_view>;

inline std::string TimeText(Instant at) {
  return absl::StrCat(FormatInstant(at));
}
inline std::string TimeText(const std::optional<Instant>& at) {
  return at ? TimeText(*at) : "-";
}

inline std::string CreditText(const NaiveCredit& c) {
  std::string sub_ids = c.sub_ids;
  std::replace(sub_ids.begin(), sub_ids.end(), '\x1f', '/');
  return absl::StrCat(" | ", c.partner, " ", c.weight_ppb, " ",
                      ToAbsl(Word(c.channel)), " code=", c.code,
                      " campaign=", c.campaign, " sub_ids=", sub_ids,
                      c.by_lead ? " lead" : "", " by ", c.touch_event, " at ",
                      TimeText(c.touch_at));
}

inline std::string DecisionLine(const NaiveDecision& d) {
  std::string text =
      absl::StrCat(d.event_id, " ", ToAbsl(Word(d.trigger)), " of ", d.customer,
                   " at ", TimeText(d.at), " terms ", d.terms_event, " ",
                   d.binds ? "binds until " : "binds not ",
                   TimeText(d.bound_until), " vendor ", d.vendor_weight_ppb);
  for (const NaiveCredit& credit : d.credits) text += CreditText(credit);
  return text;
}

// As the line of the naive model's, from an engine's row.
inline std::string DecisionLine(const DecisionRow& row, const EventIds& ids) {
  NaiveDecision d;
  d.event_id = std::string(row.event_id);
  d.customer = std::string(row.customer_id);
  d.at = row.decision->at;
  d.trigger = row.decision->trigger;
  d.vendor_weight_ppb = row.decision->vendor_weight_ppb;
  d.terms_event = std::string(ids.at(row.decision->terms_seq));
  d.binds = row.decision->binds;
  d.bound_until = row.decision->bound_until;
  for (std::size_t i = 0; i < row.decision->credits.size(); ++i) {
    const Credit& from = row.decision->credits[i];
    NaiveCredit c;
    c.partner = std::string(row.partner_ids[i]);
    c.weight_ppb = from.weight_ppb;
    c.channel = from.channel;
    c.code = std::string(row.codes[i]);
    c.campaign = std::string(from.campaign);
    c.sub_ids = std::string(from.sub_ids);
    c.by_lead = from.lead.has_value();
    c.touch_event = std::string(ids.at(from.touch_seq));
    c.touch_at = from.touch_at;
    d.credits.push_back(std::move(c));
  }
  return DecisionLine(d);
}

inline std::string AccrualLine(const NaiveAccrual& a) {
  return absl::StrCat(a.event_id, " of ", a.customer, " pays ", a.partner, " ",
                      ToAbsl(Word(a.role)), " ", a.amount_minor, " of ",
                      a.base_minor, " weight ", a.weight_ppb, " ",
                      ToAbsl(Word(a.phase)), " year ", a.contract_year);
}

inline std::string AccrualLine(const Output& row) {
  NaiveAccrual a;
  a.event_id = std::string(row.event_id);
  a.customer = std::string(row.customer_id);
  a.partner = std::string(row.partner_id);
  a.role = row.accrual->role;
  a.base_minor = row.accrual->base_minor;
  a.weight_ppb = row.accrual->weight_ppb;
  a.amount_minor = row.accrual->amount_minor;
  a.phase = row.accrual->phase;
  a.contract_year = row.accrual->contract_year;
  return AccrualLine(a);
}

inline std::string KeysText(absl::Span<const event::BlindKey> keys) {
  std::string text = " keys";
  for (const event::BlindKey& key : keys) {
    absl::StrAppend(&text, " ", ToAbsl(key.key_id),
                    ToAbsl(key.digest.substr(63)));
  }
  return text;
}

inline std::string SpecText(const ProgramSpec& spec) {
  const auto number = [](auto word) { return static_cast<int>(word); };
  std::string text = absl::StrCat(
      " conversion=", number(spec.conversion), " model=", number(spec.model),
      " half_life=", spec.half_life_days, " shares=", spec.first_share, "/",
      spec.last_share, " binding=", number(spec.binding), "/",
      spec.binding_months, " organic=", number(spec.organic));
  absl::StrAppend(&text, " direct=", number(spec.direct),
                  " self_referral=", spec.allow_self_referral,
                  " boundary=", number(spec.acquisition), "/",
                  spec.acquisition_months, " windows=");
  for (const WindowSpec& window : spec.windows) {
    absl::StrAppend(&text, ToAbsl(Word(window.channel)), window.days,
                    window.end == WindowEnd::kInclusive ? "] " : ") ");
  }
  text += "tiers=";
  for (const auto& tier : spec.tiers) {
    text += "[";
    for (const Channel channel : tier) {
      absl::StrAppend(&text, ToAbsl(Word(channel)), " ");
    }
    text += "]";
  }
  if (spec.lead_protection) {
    absl::StrAppend(&text,
                    " protection=", spec.lead_protection->protection_days, "/",
                    number(spec.lead_protection->counted_from));
  }
  return text;
}

inline std::string BodyText(const event::ProgramSet& e) {
  return SpecText(*DecodeSpec(e.spec));
}
inline std::string BodyText(const event::PartnerSet& e) {
  return absl::StrCat(" ", ToAbsl(e.partner_id), " ", ToAbsl(Word(e.status)),
                      KeysText(e.identity_keys));
}
inline std::string BodyText(const event::CodeIssued& e) {
  return absl::StrCat(" ", ToAbsl(e.code), " of ", ToAbsl(e.partner_id), " [",
                      TimeText(e.valid_from), ", ", TimeText(e.valid_until),
                      ") at most ", e.max_redemptions.value_or(-1),
                      " campaign=", ToAbsl(e.campaign));
}
inline std::string BodyText(const event::CodeRevoked& e) {
  return absl::StrCat(" ", ToAbsl(e.code));
}
inline std::string BodyText(const event::Touch& e) {
  return absl::StrCat(" ", ToAbsl(e.customer.id), ToAbsl(e.visitor.id), " ",
                      ToAbsl(Word(e.channel)), " ", ToAbsl(e.partner_id),
                      e.code.empty() ? "" : " code ", ToAbsl(e.code),
                      " campaign=", ToAbsl(e.campaign));
}
inline std::string BodyText(const event::CustomerIdentified& e) {
  return absl::StrCat(" ", ToAbsl(e.visitor.id), " is ", ToAbsl(e.customer.id));
}
inline std::string BodyText(const event::CustomerMerged& e) {
  return absl::StrCat(" ", ToAbsl(e.from.id), " into ", ToAbsl(e.into.id));
}
inline std::string BodyText(const event::LeadRegistered& e) {
  return absl::StrCat(" ", ToAbsl(e.lead_id), " of ", ToAbsl(e.partner_id),
                      " customer=", ToAbsl(e.customer.id),
                      KeysText(e.contact_keys));
}
inline std::string BodyText(const event::LeadUpdated& e) {
  return absl::StrCat(" ", ToAbsl(e.lead_id), " ",
                      e.activity ? "activity" : ToAbsl(Word(e.status)),
                      KeysText(absl::MakeConstSpan(&e.contact_key, 1)));
}
inline std::string BodyText(const event::Signup& e) {
  return absl::StrCat(" ", ToAbsl(e.customer.id), KeysText(e.identity_keys));
}
inline std::string BodyText(const event::Payment& e) {
  std::string text =
      absl::StrCat(" ", ToAbsl(e.payment_id), " of ", ToAbsl(e.customer.id));
  for (const event::PaymentLine& line : e.lines) {
    absl::StrAppend(&text, " ", line.amount_minor);
  }
  return text;
}
inline std::string BodyText(const event::RoleAssigned& e) {
  return absl::StrCat(" ", ToAbsl(e.customer.id), " by ", ToAbsl(e.partner_id),
                      " [", TimeText(e.from), ", ", TimeText(e.until), ")");
}
inline std::string BodyText(const event::AttributionImported& e) {
  return absl::StrCat(
      " ", ToAbsl(e.customer.id), " by ", ToAbsl(e.partner_id), " ",
      ToAbsl(Word(e.role)), " since ", TimeText(e.since), " start ",
      e.contract_start_on ? FormatDay(*e.contract_start_on) : "-", " payments ",
      e.payment_count);
}
template <typename Other>
std::string BodyText(const Other&) {
  return "";
}

// One line an event.
inline std::string TableOf(absl::Span<const Event> events) {
  std::string text;
  for (const Event& event : events) {
    absl::StrAppend(
        &text, "  ", ToAbsl(event.event_id), "  ", FormatInstant(event.time),
        "  ", ToAbsl(KindWord(event.body)),
        std::visit([](const auto& body) { return BodyText(body); }, event.body),
        "\n");
  }
  return text;
}

}  // namespace testing_support

VOUCH_NAMESPACE_END

#endif  // VOUCH_TESTS_SUPPORT_ATTRIBUTION_TEXT_H_
