#include "vouch/proto/convert_program.h"

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "proto/same_number.h"
#include "vouch/base/civil.h"
#include "vouch/base/rounding.h"
#include "vouch/base/words.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

// Words are taken over by their numbers; these pin both ends of each list.
static_assert(Same(Channel::kLink, v1::LINK) &&
              Same(Channel::kDirect, v1::DIRECT));
static_assert(Same(PartnerKind::kCustomer, v1::CUSTOMER) &&
              Same(PartnerKind::kConsultant, v1::CONSULTANT));
static_assert(Same(Phase::kAcquisition, v1::ACQUISITION) &&
              Same(Phase::kRetention, v1::RETENTION));
static_assert(Same(Conversion::kSignup, v1::Program::SIGNUP) &&
              Same(Conversion::kFirstPayment, v1::Program::FIRST_PAYMENT));
static_assert(Same(Role::kAcquirer, v1::ACQUIRER) &&
              Same(Role::kServicer, v1::SERVICER));
static_assert(Same(Model::kFirstTouch, v1::Attribution::FIRST_TOUCH) &&
              Same(Model::kPositionBased, v1::Attribution::POSITION_BASED));
static_assert(Same(Organic::kBind, v1::Attribution::BIND) &&
              Same(Organic::kRetry, v1::Attribution::RETRY));
static_assert(Same(DirectPolicy::kIgnore, v1::Attribution::IGNORE) &&
              Same(DirectPolicy::kWin, v1::Attribution::WIN));
static_assert(Same(BindingSpan::kLifetime, v1::Binding::LIFETIME) &&
              Same(BindingSpan::kUnbound, v1::Binding::NONE));
static_assert(Same(ProtectionFrom::kRegistration,
                   v1::LeadProtection::REGISTRATION) &&
              Same(ProtectionFrom::kLastActivity,
                   v1::LeadProtection::LAST_ACTIVITY));
static_assert(Same(WindowEnd::kExclusive, v1::Window::EXCLUSIVE) &&
              Same(WindowEnd::kInclusive, v1::Window::INCLUSIVE));
static_assert(Same(Boundary::kFirstPaymentOnly,
                   v1::AcquisitionBoundary::FIRST_PAYMENT_ONLY) &&
              Same(Boundary::kFirstContractYear,
                   v1::AcquisitionBoundary::FIRST_CONTRACT_YEAR));
static_assert(Same(TermsAsOf::kPayment, v1::Program::PAYMENT) &&
              Same(TermsAsOf::kContractStart, v1::Program::CONTRACT_START));
static_assert(Same(Choosing::kFirstMatch, v1::Program::FIRST_MATCH) &&
              Same(Choosing::kAll, v1::Program::ALL));
static_assert(Same(RuleKind::kCommission, v1::Rule::COMMISSION) &&
              Same(RuleKind::kCustomerDiscount, v1::Rule::CUSTOMER_DISCOUNT));
static_assert(Same(EarnsOn::kPayment, v1::Rule::PAYMENT) &&
              Same(EarnsOn::kSignup, v1::Rule::SIGNUP));
static_assert(Same(FixedPer::kPayment, v1::Fixed::PAYMENT) &&
              Same(FixedPer::kContractYear, v1::Fixed::CONTRACT_YEAR));
static_assert(Same(Metric::kRevenue, v1::REVENUE) &&
              Same(Metric::kCommission, v1::COMMISSION));
static_assert(Same(Period::kMonth, v1::MONTH) &&
              Same(Period::kLifetime, v1::LIFETIME));
static_assert(Same(TierMeaning::kGraduated, v1::Reward::GRADUATED) &&
              Same(TierMeaning::kRetroactive, v1::Reward::RETROACTIVE));
static_assert(Same(UplineOf::kCommission, v1::Upline::COMMISSION) &&
              Same(UplineOf::kBase, v1::Upline::BASE));
static_assert(Same(MonthsAnchor::kContractStart,
                   v1::MonthsSince::CONTRACT_START) &&
              Same(MonthsAnchor::kSignup, v1::MonthsSince::SIGNUP));
static_assert(Same(AttributeOf::kPartner, v1::AttributeCondition::PARTNER) &&
              Same(AttributeOf::kLine, v1::AttributeCondition::LINE));
// Ours begin at 0, the schema's after "not said".
static_assert(static_cast<int>(Rounding::kHalfEven) + 1 == v1::HALF_EVEN &&
              static_cast<int>(Rounding::kCeiling) + 1 == v1::CEILING);

class Converter {
 public:
  Converter(ProgramSpec* spec, Mistakes* mistakes)
      : spec_(*spec), mistakes_(*mistakes) {}

  void Convert(const v1::Program& in) {
    spec_.program_id = in.program_id();
    spec_.name = in.name();
    spec_.currency = in.currency();
    spec_.time_zone = in.time_zone();
    spec_.rounding = RoundingOf("rounding", in.rounding(), Rounding::kHalfEven);
    if (in.reversal_rounding() != v1::ROUNDING_UNSPECIFIED) {
      spec_.reversal_rounding = RoundingOf(
          "reversal_rounding", in.reversal_rounding(), spec_.rounding);
    }
    Required("conversion", in.conversion(),
             v1::Program::Conversion_Name(in.conversion()),
             "choose SIGNUP or FIRST_PAYMENT", &spec_.conversion);
    ConvertAttribution(in.attribution());
    ConvertAcquisition(in.acquisition());
    ConvertBase(in.base());
    Defaulted("choosing", in.choosing(),
              v1::Program::Choosing_Name(in.choosing()), &spec_.choosing);
    Defaulted("terms_as_of", in.terms_as_of(),
              v1::Program::TermsAsOf_Name(in.terms_as_of()),
              &spec_.terms_as_of);
    ConvertSettlement(in);
    for (int i = 0; i < in.rules_size(); ++i) {
      ConvertRule(in.rules(i), absl::StrCat("rules[", i, "]"),
                  &spec_.rules.emplace_back());
    }
    Unsupported("report", in.has_report());
  }

 private:
  void Wrong(std::string path, std::string problem, std::string advice) {
    mistakes_.Add(std::move(path), std::move(problem), std::move(advice));
  }

  void Unsupported(std::string path, bool is_set) {
    if (is_set) Wrong(std::move(path), "not supported yet", "leave it out");
  }

  // Whether the schema has the number, whose word is `word`.
  bool IsKnown(const std::string& path, int number, const std::string& word) {
    if (!word.empty()) return true;
    Wrong(path, absl::StrCat(number, " is not a known value"),
          "use a word of the schema");
    return false;
  }

  // Takes over a word that has a default, which `*out` holds already.
  template <typename From, typename To>
  void Defaulted(const std::string& path, From value, const std::string& word,
                 To* out) {
    if (IsKnown(path, value, word) && value != From(0)) {
      *out = static_cast<To>(value);
    }
  }

  // Takes over a word that must be said.
  template <typename From, typename To>
  void Required(const std::string& path, From value, const std::string& word,
                std::string advice, To* out) {
    if (value == From(0)) {
      Wrong(path, "missing", std::move(advice));
    } else {
      Defaulted(path, value, word, out);
    }
  }

  // Takes over a word that Program::Build asks for where it is needed. An
  // unknown one is told here alone, `harmless` stands for it.
  template <typename From, typename To>
  void Named(const std::string& path, From value, const std::string& word,
             To harmless, To* out) {
    *out = IsKnown(path, value, word) ? static_cast<To>(value) : harmless;
  }

  Rounding RoundingOf(const std::string& path, v1::Rounding value,
                      Rounding otherwise) {
    if (!IsKnown(path, value, v1::Rounding_Name(value)) ||
        value == v1::ROUNDING_UNSPECIFIED) {
      return otherwise;
    }
    return static_cast<Rounding>(static_cast<int>(value) - 1);
  }

  // "Not said" is left for Program::Build to refuse.
  Channel ChannelOf(const std::string& path, v1::Channel value) {
    return IsKnown(path, value, v1::Channel_Name(value))
               ? static_cast<Channel>(value)
               : Channel::kNone;
  }

  void ConvertAttribution(const v1::Attribution& in) {
    ConvertModel(in);
    for (int i = 0; i < in.windows_size(); ++i) {
      ConvertWindow(in.windows(i), absl::StrCat("attribution.windows[", i, "]"),
                    &spec_.windows.emplace_back());
    }
    for (int i = 0; i < in.tiers_size(); ++i) {
      ConvertTier(in.tiers(i), absl::StrCat("attribution.tiers[", i, "]"),
                  &spec_.tiers.emplace_back());
    }
    ConvertBinding(in.binding());
    Defaulted("attribution.organic", in.organic(),
              v1::Attribution::Organic_Name(in.organic()), &spec_.organic);
    Defaulted("attribution.direct", in.direct(),
              v1::Attribution::Direct_Name(in.direct()), &spec_.direct);
    if (in.has_lead_protection()) {
      ConvertProtection(in.lead_protection(), &spec_.lead_protection.emplace());
    }
    spec_.allow_self_referral = in.allow_self_referral();
  }

  void ConvertModel(const v1::Attribution& in) {
    const std::string& word = v1::Attribution::Model_Name(in.model());
    Required("attribution.model", in.model(), word,
             "choose LAST_TOUCH or another model", &spec_.model);
    // Without a model nobody can say whether its settings are right.
    if (in.model() == v1::Attribution::MODEL_UNSPECIFIED || word.empty()) {
      return;
    }
    spec_.half_life_days = in.half_life_days();
    spec_.first_share = in.first_share();
    spec_.last_share = in.last_share();
  }

  void ConvertWindow(const v1::Window& in, const std::string& path,
                     WindowSpec* out) {
    out->channel = ChannelOf(path + ".channel", in.channel());
    out->days = in.days();
    Defaulted(path + ".end", in.end(), v1::Window::End_Name(in.end()),
              &out->end);
  }

  void ConvertTier(const v1::ChannelTier& in, const std::string& path,
                   std::vector<Channel>* out) {
    for (int i = 0; i < in.channels_size(); ++i) {
      out->push_back(
          ChannelOf(absl::StrCat(path, ".channels[", i, "]"), in.channels(i)));
    }
  }

  void ConvertBinding(const v1::Binding& in) {
    const std::string& word = v1::Binding::Span_Name(in.span());
    Required("attribution.binding.span", in.span(), word,
             "choose LIFETIME, MONTHS or NONE", &spec_.binding);
    // Without a span nobody can say whether the months are right.
    if (in.span() != v1::Binding::SPAN_UNSPECIFIED && !word.empty()) {
      spec_.binding_months = in.months();
    }
  }

  void ConvertProtection(const v1::LeadProtection& in,
                         LeadProtectionSpec* out) {
    out->protection_days = in.protection_days();
    out->counted_from = ProtectionFrom::kRegistration;
    Required("attribution.lead_protection.counted_from", in.counted_from(),
             v1::LeadProtection::CountedFrom_Name(in.counted_from()),
             "choose REGISTRATION or LAST_ACTIVITY", &out->counted_from);
  }

  void ConvertAcquisition(const v1::AcquisitionBoundary& in) {
    Required("acquisition.until", in.until(),
             v1::AcquisitionBoundary::Until_Name(in.until()),
             "choose FIRST_PAYMENT_ONLY, FIRST_MONTHS or FIRST_CONTRACT_YEAR",
             &spec_.acquisition);
    // Without a boundary nobody can say whether the months are right.
    if (in.until() != v1::AcquisitionBoundary::UNTIL_UNSPECIFIED) {
      spec_.acquisition_months = in.months();
    }
  }

  void ConvertBase(const v1::Base& in) {
    if (in.has_subtract_tax()) spec_.base.subtract_tax = in.subtract_tax();
    spec_.base.subtract_fee = in.subtract_fee();
    spec_.base.add_discount = in.add_discount();
  }

  void ConvertSettlement(const v1::Program& in) {
    spec_.hold_days = in.hold_days();
    if (in.has_clawback_days()) spec_.clawback_days = in.clawback_days();
    for (int i = 0; i < in.payout_minimum_size(); ++i) {
      const v1::Money& minimum = in.payout_minimum(i);
      spec_.payout_minimum.push_back(
          {minimum.currency(), minimum.amount_minor()});
    }
    const v1::CustomerShareBounds& bounds = in.customer_share_bounds();
    spec_.customer_share_min = bounds.min();
    spec_.customer_share_max = bounds.max();
  }

  void ConvertRule(const v1::Rule& in, const std::string& path, RuleSpec* out) {
    out->rule_id = in.rule_id();
    out->name = in.name();
    Defaulted(path + ".kind", in.kind(), v1::Rule::Kind_Name(in.kind()),
              &out->kind);
    Defaulted(path + ".role", in.role(), v1::Role_Name(in.role()), &out->role);
    Defaulted(path + ".earns_on", in.earns_on(),
              v1::Rule::EarnsOn_Name(in.earns_on()), &out->earns_on);
    out->stack = in.stack();
    ConvertConditions(in.when(), path + ".when", &out->when);
    ConvertReward(in.reward(), path + ".reward", &out->reward);
    out->budget = in.budget();
    out->price_percent = in.price().percent();
    for (int i = 0; i < in.uplines_size(); ++i) {
      ConvertUpline(in.uplines(i), absl::StrCat(path, ".uplines[", i, "]"),
                    &out->uplines.emplace_back());
    }
    for (int i = 0; i < in.rate_exceptions_size(); ++i) {
      const v1::RateException& exception = in.rate_exceptions(i);
      RateExceptionSpec& to = out->rate_exceptions.emplace_back();
      to.partner_id = exception.partner_id();
      ConvertReward(exception.reward(),
                    absl::StrCat(path, ".rate_exceptions[", i, "].reward"),
                    &to.reward);
    }
    ConvertLimits(in.limits(), path + ".limits", &out->limits);
  }

  void ConvertUpline(const v1::Upline& in, const std::string& path,
                     UplineSpec* out) {
    out->level = in.level();
    Named(path + ".of", in.of(), v1::Upline::Of_Name(in.of()),
          UplineOf::kCommission, &out->of);
    out->percent = in.percent();
  }

  void ConvertLimits(const v1::Limits& in, const std::string& path,
                     LimitsSpec* out) {
    if (in.has_payments_per_customer_count()) {
      out->payments_per_customer = in.payments_per_customer_count();
    }
    if (in.has_months()) out->months = in.months();
    if (in.has_contract_years()) out->contract_years = in.contract_years();
    if (in.has_amount_per_customer_minor()) {
      out->amount_per_customer_minor = in.amount_per_customer_minor();
    }
    if (!in.has_amount_per_period()) return;
    const v1::AmountPerPeriod& amount = in.amount_per_period();
    AmountPerPeriodSpec& to = out->amount_per_period.emplace();
    if (!amount.has_amount_minor()) {
      Wrong(path + ".amount_per_period.amount_minor", "missing",
            "0 lets the rule earn nothing");
    }
    to.amount_minor = amount.amount_minor();
    Named(path + ".amount_per_period.period", amount.period(),
          v1::Period_Name(amount.period()), Period::kLifetime, &to.period);
  }

  template <typename List>
  static void AssignTexts(const List& in, std::vector<std::string>* out) {
    out->assign(in.begin(), in.end());
  }

  template <typename R>
  static RangeSpec RangeOf(const R& in) {
    RangeSpec range;
    if (in.has_from()) range.from = in.from();
    if (in.has_until()) range.until = in.until();
    return range;
  }

  void ConvertConditions(const v1::Conditions& in, const std::string& path,
                         ConditionsSpec* out) {
    AssignTexts(in.partner_ids(), &out->partner_ids);
    for (int i = 0; i < in.partner_kinds_size(); ++i) {
      const v1::PartnerKind kind = in.partner_kinds(i);
      PartnerKind& to = out->partner_kinds.emplace_back();
      Defaulted(absl::StrCat(path, ".partner_kinds[", i, "]"), kind,
                v1::PartnerKind_Name(kind), &to);
    }
    AssignTexts(in.partner_groups(), &out->partner_groups);
    AssignTexts(in.campaigns(), &out->campaigns);
    AssignTexts(in.codes(), &out->codes);
    for (int i = 0; i < in.channels_size(); ++i) {
      out->channels.push_back(
          ChannelOf(absl::StrCat(path, ".channels[", i, "]"), in.channels(i)));
    }
    AssignTexts(in.products(), &out->products);
    AssignTexts(in.categories(), &out->categories);
    AssignTexts(in.countries(), &out->countries);
    AssignTexts(in.segments(), &out->segments);
    ConvertPhases(in, path + ".phases", out);
    out->contract_year = RangeOf(in.contract_years());
    out->payment_number = RangeOf(in.payment_numbers());
    for (int i = 0; i < in.months_since_size(); ++i) {
      const v1::MonthsSince& since = in.months_since(i);
      MonthsSinceSpec& to = out->months_since.emplace_back();
      Named(absl::StrCat(path, ".months_since[", i, "].anchor"), since.anchor(),
            v1::MonthsSince::Anchor_Name(since.anchor()),
            MonthsAnchor::kContractStart, &to.anchor);
      to.months = RangeOf(since.months());
    }
    const v1::AmountRange& amount = in.line_amount();
    if (amount.has_from_minor()) {
      out->line_amount_minor.from = amount.from_minor();
    }
    if (amount.has_until_minor()) {
      out->line_amount_minor.until = amount.until_minor();
    }
    out->quantity = RangeOf(in.quantity());
    for (int i = 0; i < in.attributes_size(); ++i) {
      const v1::AttributeCondition& attribute = in.attributes(i);
      AttributeConditionSpec& to = out->attributes.emplace_back();
      Named(absl::StrCat(path, ".attributes[", i, "].of"), attribute.of(),
            v1::AttributeCondition::Of_Name(attribute.of()),
            AttributeOf::kPartner, &to.of);
      to.key = attribute.key();
      to.value = attribute.value();
    }
    out->effective_from =
        DayOf(path + ".effective.from_on", in.effective().from_on());
    out->effective_until =
        DayOf(path + ".effective.until_on", in.effective().until_on());
  }

  // Empty is no bound.
  std::optional<CivilDay> DayOf(const std::string& path,
                                const std::string& text) {
    if (text.empty()) return std::nullopt;
    const absl::StatusOr<CivilDay> day = ParseDay(text);
    if (day.ok()) return *day;
    Wrong(path, absl::StrCat("\"", text, "\" is not a date"),
          "write a day such as \"2025-01-31\"");
    return std::nullopt;
  }

  // Both phases together restrict nothing, as none does.
  void ConvertPhases(const v1::Conditions& in, const std::string& path,
                     ConditionsSpec* out) {
    bool named[] = {false, false};
    for (int i = 0; i < in.phases_size(); ++i) {
      Phase phase = Phase::kNone;
      Required(absl::StrCat(path, "[", i, "]"), in.phases(i),
               v1::Phase_Name(in.phases(i)), "name ACQUISITION or RETENTION",
               &phase);
      if (phase != Phase::kNone) named[phase == Phase::kRetention] = true;
    }
    if (named[0] == named[1]) return;
    out->phase = named[0] ? Phase::kAcquisition : Phase::kRetention;
  }

  void ConvertReward(const v1::Reward& in, const std::string& path,
                     RewardSpec* out) {
    out->percent = in.percent();
    out->fixed.amount_minor = in.fixed().amount_minor();
    if (in.has_fixed() && !in.fixed().has_amount_minor()) {
      Wrong(path + ".fixed.amount_minor", "missing",
            "write how much is paid, or leave fixed out");
      // Something is meant to be paid: Program::Build misses no reward.
      out->fixed.amount_minor = 1;
    }
    Defaulted(path + ".fixed.per", in.fixed().per(),
              v1::Fixed::Per_Name(in.fixed().per()), &out->fixed.per);
    AssignTexts(in.by_contract_year(), &out->by_contract_year);
    for (const v1::Tier& tier : in.tiers()) {
      TierSpec& to = out->tiers.emplace_back();
      to.from = tier.from();
      if (tier.has_until()) to.until = tier.until();
      to.percent = tier.percent();
      to.fixed_amount_minor = tier.fixed_amount_minor();
    }
    Named(path + ".tier_metric", in.tier_metric(),
          v1::Metric_Name(in.tier_metric()), Metric::kRevenue,
          &out->tier_metric);
    Named(path + ".tier_period", in.tier_period(),
          v1::Period_Name(in.tier_period()), Period::kLifetime,
          &out->tier_period);
    Named(path + ".tier_meaning", in.tier_meaning(),
          v1::Reward::TierMeaning_Name(in.tier_meaning()),
          TierMeaning::kWholePayment, &out->tier_meaning);
  }

  ProgramSpec& spec_;
  Mistakes& mistakes_;
};

}  // namespace

bool ConvertProgram(const v1::Program& program, ProgramSpec* spec,
                    Mistakes* mistakes) {
  *spec = ProgramSpec();
  const std::size_t before = mistakes->list().size();
  Converter(spec, mistakes).Convert(program);
  return mistakes->list().size() == before;
}

}  // namespace proto

VOUCH_NAMESPACE_END
