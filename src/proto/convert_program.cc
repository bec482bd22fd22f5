#include "vouch/proto/convert_program.h"

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/same_number.h"
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
    OnlyDefault("choosing", in.choosing(),
                v1::Program::Choosing_Name(in.choosing()),
                v1::Program::FIRST_MATCH);
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

  // Refuses every word but "not said" and `carried_out`.
  template <typename E>
  void OnlyDefault(const std::string& path, E value, const std::string& word,
                   E carried_out) {
    if (!IsKnown(path, value, word) || value == E(0) || value == carried_out) {
      return;
    }
    NotYet(path, word);
  }

  void NotYet(const std::string& path, const std::string& word) {
    Wrong(path, word + " is not supported yet", "choose another");
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
    OnlyDefault(path + ".kind", in.kind(), v1::Rule::Kind_Name(in.kind()),
                v1::Rule::COMMISSION);
    Defaulted(path + ".role", in.role(), v1::Role_Name(in.role()), &out->role);
    OnlyDefault(path + ".earns_on", in.earns_on(),
                v1::Rule::EarnsOn_Name(in.earns_on()), v1::Rule::PAYMENT);
    Unsupported(path + ".stack", in.stack());
    ConvertConditions(in.when(), path + ".when", &out->when);
    ConvertReward(in.reward(), path + ".reward", &out->reward);
    out->budget = in.budget();
    Unsupported(path + ".price", in.has_price());
    Unsupported(path + ".uplines", in.uplines_size() > 0);
    Unsupported(path + ".rate_exceptions", in.rate_exceptions_size() > 0);
    Unsupported(path + ".limits", in.has_limits());
    KeepPaying(in, out);
  }

  // A rule whose whole pay was refused would be told a second time that its
  // reward is missing.
  static void KeepPaying(const v1::Rule& in, RuleSpec* out) {
    const RewardSpec& reward = out->reward;
    const bool pays = !out->budget.empty() || !reward.percent.empty() ||
                      reward.fixed_minor != 0 ||
                      !reward.by_contract_year.empty();
    const bool refused = in.has_price() || in.reward().tiers_size() > 0 ||
                         in.kind() == v1::Rule::PRICE ||
                         in.kind() == v1::Rule::CUSTOMER_DISCOUNT;
    if (!pays && refused) out->reward.percent = "0%";
  }

  void ConvertConditions(const v1::Conditions& in, const std::string& path,
                         ConditionsSpec* out) {
    Unsupported(path + ".partner_ids", in.partner_ids_size() > 0);
    for (int i = 0; i < in.partner_kinds_size(); ++i) {
      const v1::PartnerKind kind = in.partner_kinds(i);
      PartnerKind& to = out->partner_kinds.emplace_back();
      Defaulted(absl::StrCat(path, ".partner_kinds[", i, "]"), kind,
                v1::PartnerKind_Name(kind), &to);
    }
    out->partner_groups.assign(in.partner_groups().begin(),
                               in.partner_groups().end());
    Unsupported(path + ".campaigns", in.campaigns_size() > 0);
    Unsupported(path + ".codes", in.codes_size() > 0);
    for (int i = 0; i < in.channels_size(); ++i) {
      out->channels.push_back(
          ChannelOf(absl::StrCat(path, ".channels[", i, "]"), in.channels(i)));
    }
    out->products.assign(in.products().begin(), in.products().end());
    Unsupported(path + ".categories", in.categories_size() > 0);
    Unsupported(path + ".countries", in.countries_size() > 0);
    Unsupported(path + ".segments", in.segments_size() > 0);
    ConvertPhases(in, path + ".phases", out);
    const v1::Range& years = in.contract_years();
    if (years.has_from()) out->contract_year_from = years.from();
    if (years.has_until()) out->contract_year_until = years.until();
    Unsupported(path + ".payment_numbers", in.has_payment_numbers());
    Unsupported(path + ".months_since", in.months_since_size() > 0);
    Unsupported(path + ".line_amount", in.has_line_amount());
    Unsupported(path + ".quantity", in.has_quantity());
    Unsupported(path + ".attributes", in.attributes_size() > 0);
    Unsupported(path + ".effective", in.has_effective());
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
    out->fixed_minor = in.fixed().amount_minor();
    OnlyDefault(path + ".fixed.per", in.fixed().per(),
                v1::Fixed::Per_Name(in.fixed().per()), v1::Fixed::PAYMENT);
    out->by_contract_year.assign(in.by_contract_year().begin(),
                                 in.by_contract_year().end());
    Unsupported(path + ".tiers", in.tiers_size() > 0);
    Unsupported(path + ".tier_metric", in.tier_metric() != 0);
    Unsupported(path + ".tier_period", in.tier_period() != 0);
    Unsupported(path + ".tier_meaning", in.tier_meaning() != 0);
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
