// A program's terms, checked and compiled: built once, then immutable.
//
//   Mistakes mistakes;
//   std::shared_ptr<const Program> program = Program::Build(spec, &mistakes);
//   if (program == nullptr) std::cerr << mistakes.ToString();
//
// Building lists every mistake with its path and an advice; there is no
// program that is half right. What the stages read on their way is laid out
// here in the form in which they read it: parsed rates, bit sets of words,
// microseconds. A Program may be shared by any number of threads.
#ifndef VOUCH_PROGRAM_PROGRAM_H_
#define VOUCH_PROGRAM_PROGRAM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vouch/base/civil.h"
#include "vouch/base/config.h"
#include "vouch/base/currency.h"
#include "vouch/base/rate.h"
#include "vouch/base/rounding.h"
#include "vouch/base/words.h"
#include "vouch/program/mistakes.h"
#include "vouch/program/spec.h"

VOUCH_NAMESPACE_BEGIN

// A set of words of one list. The empty set stands for "any".
template <typename E>
class WordSet {
 public:
  void Add(E value) { bits_ |= 1u << static_cast<unsigned>(value); }
  bool any() const { return bits_ == 0; }
  bool Has(E value) const {
    return any() || ((bits_ >> static_cast<unsigned>(value)) & 1) != 0;
  }

 private:
  uint32_t bits_ = 0;
};

// What must hold for a rule (docs/SEMANTICS.md, section 6, "Choosing").
struct Conditions {
  WordSet<PartnerKind> partner_kinds;
  std::vector<std::string> partner_groups;  // empty: any
  WordSet<Channel> channels;
  std::vector<std::string> products;  // empty: any
  WordSet<Phase> phases;
  int64_t contract_year_from = 1;
  int64_t contract_year_until = std::numeric_limits<int64_t>::max();
};

struct Rule {
  std::string rule_id;
  Role role = Role::kAcquirer;
  Conditions when;
  std::optional<Rate> budget;  // in place of the reward below
  Rate percent;
  int64_t fixed_minor = 0;  // per payment
  std::vector<Rate> by_contract_year;

  // The rate of the base in `contract_year` (from 1), all parts added.
  Rate RateOfYear(int64_t contract_year) const;
};

// A channel's window; without one every age is inside.
struct Window {
  int64_t length_us = std::numeric_limits<int64_t>::max();
  bool inclusive = false;

  bool Holds(int64_t age_us) const {
    return age_us < length_us || (inclusive && age_us == length_us);
  }
};

// How long a live lead excludes other partners, from which moment on.
struct LeadProtection {
  int64_t length_us = 0;
  bool from_last_activity = false;
};

// The tier of a channel that no tier names.
inline constexpr int kNoTier = 0;

class Program {
 public:
  // Checks and compiles `spec`. Without a mistake gives the program; else
  // nullptr, and every mistake is added to `*mistakes`. When `*mistakes` has
  // some already, the result is nullptr all the same.
  static std::shared_ptr<const Program> Build(const ProgramSpec& spec,
                                              Mistakes* mistakes);

  std::string_view program_id() const { return program_id_; }
  Currency currency() const { return currency_; }
  const TimeZone& time_zone() const { return time_zone_; }
  Rounding rounding() const { return rounding_; }
  Rounding reversal_rounding() const { return reversal_rounding_; }
  Conversion conversion() const { return conversion_; }
  Model model() const { return model_; }
  // Of TIME_DECAY and POSITION_BASED; zero for the other models.
  int64_t half_life_us() const { return half_life_us_; }
  Rate first_share() const { return first_share_; }
  Rate last_share() const { return last_share_; }
  // Whether the program has tiers; without, all channels stand in tier 1.
  bool has_tiers() const { return has_tiers_; }
  // From 1, the highest; kNoTier where tiers do not name `channel`.
  int TierOf(Channel channel) const {
    return tiers_[static_cast<std::size_t>(channel)];
  }
  BindingSpan binding() const { return binding_; }
  int64_t binding_months() const { return binding_months_; }
  Organic organic() const { return organic_; }
  DirectPolicy direct() const { return direct_; }
  // Absent: a lead lives without end.
  const std::optional<LeadProtection>& lead_protection() const {
    return lead_protection_;
  }
  bool allow_self_referral() const { return allow_self_referral_; }
  const Window& window(Channel channel) const {
    return windows_[static_cast<std::size_t>(channel)];
  }
  Boundary acquisition() const { return acquisition_; }
  int64_t acquisition_months() const { return acquisition_months_; }
  const BaseSpec& base() const { return base_; }
  TermsAsOf terms_as_of() const { return terms_as_of_; }
  int64_t hold_us() const { return hold_us_; }
  // A refund this long after its payment, or longer, reverses nothing.
  std::optional<int64_t> clawback_us() const { return clawback_us_; }
  // 0 where the program sets none for `currency`.
  int64_t PayoutMinimum(Currency currency) const;
  Rate customer_share_min() const { return share_min_; }
  Rate customer_share_max() const { return share_max_; }
  // `share` within the program's bounds; absent: 0, then cut.
  Rate CutShare(std::optional<Rate> share) const;
  const std::vector<Rule>& rules() const { return rules_; }

 private:
  friend class ProgramBuilder;
  Program() = default;

  // By size, so that no room is lost between them.
  static constexpr std::size_t kChannels =
      internal::Words<Channel>::kList.size() + 1;
  std::array<Window, kChannels> windows_;
  TimeZone time_zone_;
  std::string program_id_;
  std::vector<std::pair<Currency, int64_t>> payout_minimum_;
  std::vector<Rule> rules_;
  std::optional<LeadProtection> lead_protection_;
  std::optional<int64_t> clawback_us_;
  int64_t half_life_us_ = 0;
  Rate first_share_;
  Rate last_share_;
  int64_t binding_months_ = 0;
  int64_t acquisition_months_ = 0;
  int64_t hold_us_ = 0;
  Rate share_min_;
  Rate share_max_ = Rate::FromPpb(kPpb);
  std::array<int, kChannels> tiers_ = {};
  Currency currency_;
  Rounding rounding_ = Rounding::kHalfEven;
  Rounding reversal_rounding_ = Rounding::kHalfEven;
  Conversion conversion_ = Conversion::kFirstPayment;
  Model model_ = Model::kLastTouch;
  bool has_tiers_ = false;
  BindingSpan binding_ = BindingSpan::kLifetime;
  Organic organic_ = Organic::kBind;
  DirectPolicy direct_ = DirectPolicy::kIgnore;
  bool allow_self_referral_ = false;
  Boundary acquisition_ = Boundary::kFirstPaymentOnly;
  BaseSpec base_;
  TermsAsOf terms_as_of_ = TermsAsOf::kPayment;
};

VOUCH_NAMESPACE_END

#include "vouch/program/program-inl.h"  // IWYU pragma: export

#endif  // VOUCH_PROGRAM_PROGRAM_H_
