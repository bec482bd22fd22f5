// The column function beside a plain one that goes by the text: for each
// conversion all touches are filtered, sorted and weighed (docs/SEMANTICS.md,
// section 5). Of its arithmetic only Weigh is shared.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/rapid.h"
#include "vouch/attribute/columns.h"
#include "vouch/base/instant.h"
#include "vouch/base/rate.h"

namespace vouch {
namespace {

struct TouchRow {
  uint64_t customer;
  uint32_t partner;
  Channel channel;
  int64_t time_us;
  uint32_t row;
};
struct ConversionRow {
  uint64_t customer;
  int64_t time_us;
};

struct Case {
  ColumnTerms terms;
  std::vector<TouchRow> touches;
  std::vector<ConversionRow> conversions;
};

class Naive {
 public:
  explicit Naive(const ColumnTerms& terms) : terms_(terms) {}

  // The credits of one conversion as text.
  std::string Decide(const std::vector<TouchRow>& touches,
                     const ConversionRow& conversion) {
    at_us_ = conversion.time_us;
    candidates_.clear();
    for (const TouchRow& touch : touches) {
      if (touch.customer == conversion.customer && IsCandidate(touch)) {
        candidates_.push_back(touch);
      }
    }
    if (terms_.direct == DirectPolicy::kWin &&
        std::any_of(candidates_.begin(), candidates_.end(), IsDirect)) {
      Keep(IsDirect);
    }
    KeepHighestTier();
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const TouchRow& a, const TouchRow& b) {
                       return a.time_us < b.time_us;
                     });
    return Credits();
  }

 private:
  static bool IsDirect(const TouchRow& touch) {
    return touch.channel == Channel::kDirect;
  }

  template <typename Condition>
  void Keep(Condition condition) {
    std::vector<TouchRow> kept;
    std::copy_if(candidates_.begin(), candidates_.end(),
                 std::back_inserter(kept), condition);
    candidates_ = kept;
  }

  bool IsCandidate(const TouchRow& touch) const {
    if (touch.time_us > at_us_) return false;
    if (IsDirect(touch) && terms_.direct == DirectPolicy::kIgnore) return false;
    for (const WindowSpec& window : terms_.windows) {
      if (window.channel != touch.channel) continue;
      const int64_t age_us = at_us_ - touch.time_us;
      const int64_t length_us = window.days * kUsPerDay;
      if (window.end == WindowEnd::kInclusive ? age_us > length_us
                                              : age_us >= length_us) {
        return false;
      }
    }
    return true;
  }

  // The number of the tier that names the channel; of all without tiers 0.
  std::optional<std::size_t> TierOf(Channel channel) const {
    if (terms_.tiers.empty()) return 0;
    for (std::size_t i = 0; i < terms_.tiers.size(); ++i) {
      for (const Channel named : terms_.tiers[i]) {
        if (named == channel) return i;
      }
    }
    return std::nullopt;
  }

  void KeepHighestTier() {
    std::optional<std::size_t> best;
    for (const TouchRow& touch : candidates_) {
      const auto tier = TierOf(touch.channel);
      if (tier && (!best || *tier < *best)) best = tier;
    }
    Keep([this, best](const TouchRow& touch) {
      const auto tier = TierOf(touch.channel);
      return tier ? tier == best : IsDirect(touch);
    });
  }

  // What each touch alone would get, were there no rounding: above zero or not.
  bool Counts(std::size_t place) const {
    const std::size_t count = candidates_.size();
    const bool first = place == 0;
    const bool last = place + 1 == count;
    const int64_t first_ppb = terms_.model.first_ppb;
    const int64_t last_ppb = terms_.model.last_ppb;
    switch (terms_.model.model) {
      case Model::kFirstTouch:
        return first;
      case Model::kLastTouch:
        return last;
      case Model::kPositionBased:
        if (count == 1) return true;
        if (count == 2 && first_ppb == 0 && last_ppb == 0) return true;
        return first  ? first_ppb > 0
               : last ? last_ppb > 0
                      : first_ppb + last_ppb < kPpb;
      default:
        return true;
    }
  }

  std::string Credits() const {
    // Partners in order, the vendor last; who does not count behind it.
    std::vector<std::pair<bool, uint32_t>> order;
    const auto place_of = [&order](const TouchRow& touch) {
      const std::pair<bool, uint32_t> who = {
          IsDirect(touch), IsDirect(touch) ? 0 : touch.partner};
      auto found = std::find(order.begin(), order.end(), who);
      if (found == order.end()) found = order.insert(order.end(), who);
      return static_cast<uint32_t>(found - order.begin());
    };
    for (const bool direct : {false, true}) {
      for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (Counts(i) && IsDirect(candidates_[i]) == direct) {
          place_of(candidates_[i]);
        }
      }
    }
    std::vector<int64_t> ages_us;
    std::vector<uint32_t> slots;
    std::map<uint32_t, TouchRow> last;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      ages_us.push_back(at_us_ - candidates_[i].time_us);
      slots.push_back(place_of(candidates_[i]));
      if (Counts(i)) last.insert_or_assign(slots.back(), candidates_[i]);
    }
    if (slots.empty()) return "";
    std::vector<int64_t> weights(order.size());
    RC_ASSERT(
        Weigh(terms_.model, ages_us, slots, absl::MakeSpan(weights)).ok());
    std::string text;
    for (uint32_t slot = 0; slot < weights.size(); ++slot) {
      if (weights[slot] == 0) continue;
      const TouchRow& touch = last.at(slot);
      absl::StrAppend(&text,
                      IsDirect(touch) ? "vendor" : absl::StrCat(touch.partner),
                      ":", weights[slot], ":", touch.row, ":",
                      static_cast<int>(touch.channel), " ");
    }
    return text;
  }

  const ColumnTerms& terms_;
  int64_t at_us_ = 0;
  std::vector<TouchRow> candidates_;
};

std::string TextOf(absl::Span<const ColumnCredit> credits) {
  std::string text;
  for (const ColumnCredit& credit : credits) {
    const bool vendor = credit.channel == Channel::kDirect;
    if (vendor) RC_ASSERT(credit.partner == kVendorPartner);
    absl::StrAppend(&text, vendor ? "vendor" : absl::StrCat(credit.partner),
                    ":", credit.weight_ppb, ":", credit.touch_row, ":",
                    static_cast<int>(credit.channel), " ");
  }
  return text;
}

constexpr Channel kChannels[] = {Channel::kLink, Channel::kCode, Channel::kLead,
                                 Channel::kView, Channel::kDirect};

ColumnTerms AnyTerms() {
  ColumnTerms terms;
  terms.model.model =
      *rc::gen::element(Model::kFirstTouch, Model::kLastTouch, Model::kLinear,
                        Model::kTimeDecay, Model::kPositionBased);
  terms.model.half_life_us = *rc::gen::inRange<int64_t>(1, 10 * kUsPerDay);
  terms.model.first_ppb = *rc::gen::element<int64_t>(0, 400'000'000, kPpb);
  terms.model.last_ppb = terms.model.first_ppb == kPpb
                             ? 0
                             : *rc::gen::element<int64_t>(0, 600'000'000);
  terms.direct = *rc::gen::element(DirectPolicy::kIgnore,
                                   DirectPolicy::kCompete, DirectPolicy::kWin);
  const int tier_count = *rc::gen::inRange(0, 4);
  terms.tiers.resize(static_cast<std::size_t>(tier_count));
  for (const Channel channel : kChannels) {
    if (*rc::gen::arbitrary<bool>()) {
      terms.windows.push_back(
          {channel, *rc::gen::inRange<int64_t>(1, 15),
           *rc::gen::element(WindowEnd::kExclusive, WindowEnd::kInclusive)});
    }
    const int tier = *rc::gen::inRange(-1, tier_count);
    if (tier >= 0) {
      terms.tiers[static_cast<std::size_t>(tier)].push_back(channel);
    }
  }
  terms.tiers.erase(
      std::remove_if(terms.tiers.begin(), terms.tiers.end(),
                     [](const auto& tier) { return tier.empty(); }),
      terms.tiers.end());
  return terms;
}

// Half days, so that many are equal and many at a window's end.
int64_t AnyTime() { return *rc::gen::inRange<int64_t>(0, 60) * kUsPerDay / 2; }

Case AnyCase() {
  Case c;
  c.terms = AnyTerms();
  const uint64_t offset =
      *rc::gen::element<uint64_t>(0, UINT32_MAX - 1, uint64_t{1} << 60);
  const auto any_customer = [offset] {
    return offset + *rc::gen::inRange<uint64_t>(0, 4);
  };
  const auto touch_count = *rc::gen::inRange<uint32_t>(0, 120);
  for (uint32_t row = 0; row < touch_count; ++row) {
    c.touches.push_back({any_customer(), *rc::gen::inRange<uint32_t>(0, 30),
                         kChannels[*rc::gen::inRange<std::size_t>(0, 5)],
                         AnyTime(), row});
  }
  const int conversion_count = *rc::gen::inRange(0, 30);
  for (int i = 0; i < conversion_count; ++i) {
    c.conversions.push_back({any_customer(), AnyTime()});
  }
  // As they would be logged.
  if (*rc::gen::arbitrary<bool>()) {
    std::stable_sort(c.touches.begin(), c.touches.end(),
                     [](const TouchRow& a, const TouchRow& b) {
                       return a.time_us < b.time_us;
                     });
    for (uint32_t row = 0; row < touch_count; ++row) c.touches[row].row = row;
  }
  return c;
}

absl::Status Attribute(const Case& c, ColumnCredits* credits) {
  std::vector<uint64_t> customers;
  std::vector<uint32_t> partners;
  std::vector<Channel> channels;
  std::vector<int64_t> times_us;
  for (const TouchRow& touch : c.touches) {
    customers.push_back(touch.customer);
    partners.push_back(touch.partner);
    channels.push_back(touch.channel);
    times_us.push_back(touch.time_us);
  }
  std::vector<uint64_t> converted;
  std::vector<int64_t> converted_us;
  for (const ConversionRow& conversion : c.conversions) {
    converted.push_back(conversion.customer);
    converted_us.push_back(conversion.time_us);
  }
  return AttributeColumns(c.terms, {customers, partners, channels, times_us},
                          {converted, converted_us}, credits);
}

RC_GTEST_PROP(ColumnsLaws, AgreeWithFilterAndSort, ()) {
  const Case c = AnyCase();
  ColumnCredits credits;
  RC_ASSERT(Attribute(c, &credits).ok());
  RC_ASSERT(credits.offsets.size() == c.conversions.size() + 1);
  Naive naive(c.terms);
  for (std::size_t i = 0; i < c.conversions.size(); ++i) {
    RC_ASSERT(TextOf(credits.Of(i)) ==
              naive.Decide(c.touches, c.conversions[i]));
  }
}

// So many rows that they are spread over partitions, and blocks of them.
TEST(ColumnsLawsTest, ManyRowsAgreeWithFilterAndSort) {
  std::mt19937_64 random(4);
  const auto below = [&random](uint64_t n) { return random() % n; };
  for (const Model model :
       {Model::kFirstTouch, Model::kLastTouch, Model::kTimeDecay}) {
    Case c;
    c.terms.model = {model, 3 * kUsPerDay};
    c.terms.windows = {{Channel::kLink, 10}};
    c.terms.tiers = {{Channel::kCode}, {Channel::kLink, Channel::kView}};
    c.terms.direct = DirectPolicy::kCompete;
    std::map<uint64_t, std::vector<TouchRow>> touches_of;
    constexpr uint32_t kRows = 100'000;
    for (uint32_t row = 0; row < kRows; ++row) {
      const TouchRow touch = {below(5000) * 1'000'003,
                              static_cast<uint32_t>(below(50)),
                              kChannels[below(5)],
                              static_cast<int64_t>(below(60)) * kUsPerDay, row};
      c.touches.push_back(touch);
      touches_of[touch.customer].push_back(touch);
    }
    for (int i = 0; i < 5000; ++i) {
      c.conversions.push_back({below(10'000) * 1'000'003,
                               static_cast<int64_t>(below(60)) * kUsPerDay});
    }
    ColumnCredits credits;
    ASSERT_TRUE(Attribute(c, &credits).ok());
    Naive naive(c.terms);
    for (std::size_t i = 0; i < c.conversions.size(); ++i) {
      const ConversionRow& conversion = c.conversions[i];
      ASSERT_EQ(TextOf(credits.Of(i)),
                naive.Decide(touches_of[conversion.customer], conversion));
    }
  }
}

}  // namespace
}  // namespace vouch
