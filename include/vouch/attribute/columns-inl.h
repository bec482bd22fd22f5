// Bodies of columns.h.
//
// One pass over each table spreads its rows over partitions by the customer's
// hash, each small enough for the processor's cache; a filter of one bit a
// converting customer keeps most rows out that decide nothing. In a partition
// the rows are then grouped by customer, and each group is swept once.
#ifndef VOUCH_ATTRIBUTE_COLUMNS_INL_H_
#define VOUCH_ATTRIBUTE_COLUMNS_INL_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "vouch/attribute/column_sweep.h"
#include "vouch/attribute/columns.h"
#include "vouch/base/instant.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// A row on its way to its customer; 16 bytes where numbers of customers fit 32
// bits. `new` leaves it as it is.
template <typename Key>
struct ColumnRecord {
  int64_t time_us;
  uint32_t row_and_channel;
  Key customer;
};

// Mixes all bits into all: the highest choose the partition, the lowest the
// bit of the filter, those between the place in a partition's table.
inline uint64_t HashCustomer(uint64_t customer) {
  uint64_t hash = customer * 0x9e3779b97f4a7c15;
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93;
  return hash ^ (hash >> 29);
}

// The records of each partition, in the order in which they came: blocks of one
// large room, of which only what is used is ever touched.
template <typename Record>
class ColumnPartitions {
 public:
  // `most`: no more records will come.
  ColumnPartitions(int partition_bits, size_t most)
      : shift_(63 - partition_bits),
        next_(size_t{1} << partition_bits, 0),
        blocks_(next_.size()),
        // Not make_unique, which would write every byte.
        room_(new Record[(most / kBlock + 1 + next_.size()) * kBlock]) {}

  size_t count() const { return next_.size(); }

  void Add(uint64_t hash, const Record& record) {
    const size_t partition = (hash >> 1) >> shift_;
    uint32_t& next = next_[partition];
    if (next % kBlock == 0) {  // the block is full, or there was none
      next = end_;
      end_ += kBlock;
      blocks_[partition].push_back(next);
    }
    room_[next++] = record;
  }

  size_t SizeOf(size_t partition) const {
    return blocks_[partition].size() * kBlock - LeftOf(partition);
  }

  // Calls `visit` with each record of a partition.
  template <typename Visit>
  void ForEach(size_t partition, Visit visit) const {
    const std::vector<uint32_t>& blocks = blocks_[partition];
    for (size_t i = 0; i < blocks.size(); ++i) {
      const size_t left = i + 1 == blocks.size() ? LeftOf(partition) : 0;
      const Record* const block = room_.get() + blocks[i];
      for (size_t j = 0; j < kBlock - left; ++j) visit(block[j]);
    }
  }

 private:
  static constexpr uint32_t kBlock = 128;

  size_t LeftOf(size_t partition) const {
    return (kBlock - next_[partition] % kBlock) % kBlock;
  }

  const int shift_;
  std::vector<uint32_t> next_;  // by partition: where the next record goes
  std::vector<std::vector<uint32_t>> blocks_;  // and where each begins
  uint32_t end_ = 0;
  std::unique_ptr<Record[]> room_;
};

// One bit for each of many hashes: says no to most customers that were never
// added, and to none that was.
class CustomerFilter {
 public:
  explicit CustomerFilter(size_t customers) {
    size_t words = 1;
    while (words * 16 < customers) words *= 2;
    words_.resize(words);
  }
  void Add(uint64_t hash) {
    words_[(hash >> 6) & (words_.size() - 1)] |= uint64_t{1} << (hash & 63);
  }
  uint64_t Has(uint64_t hash) const {
    return (words_[(hash >> 6) & (words_.size() - 1)] >> (hash & 63)) & 1;
  }

 private:
  std::vector<uint64_t> words_;
};

inline constexpr uint32_t kNoCustomer = std::numeric_limits<uint32_t>::max();

// The customers of a partition, numbered from 0 in the order of their first
// conversion.
template <typename Key>
class CustomerNumbers {
 public:
  // Forgets all; room for `customers`.
  void Reset(size_t customers) {
    size_t slots = 16;
    while (slots < 2 * customers) slots *= 2;
    slots_.assign(slots, Slot{0, kNoCustomer});
    count_ = 0;
  }
  size_t count() const { return count_; }

  uint32_t Add(Key customer) {
    Slot& slot = slots_[Find(customer)];
    if (slot.number == kNoCustomer) slot = {customer, count_++};
    return slot.number;
  }
  // kNoCustomer for one that was not added.
  uint32_t Of(Key customer) const { return slots_[Find(customer)].number; }

 private:
  struct Slot {
    Key customer;
    uint32_t number;
  };

  size_t Find(Key customer) const {
    const size_t mask = slots_.size() - 1;
    size_t place = static_cast<size_t>(HashCustomer(customer) >> 20) & mask;
    while (slots_[place].number != kNoCustomer &&
           slots_[place].customer != customer) {
      place = (place + 1) & mask;
    }
    return place;
  }

  std::vector<Slot> slots_;
  uint32_t count_ = 0;
};

inline absl::Status CompileWindows(const std::vector<WindowSpec>& windows,
                                   CompiledColumnTerms* compiled) {
  compiled->max_age_us.fill(std::numeric_limits<uint64_t>::max());
  std::array<bool, kChannelNumbers> seen = {};
  for (size_t i = 0; i < windows.size(); ++i) {
    const WindowSpec& window = windows[i];
    const std::string path = absl::StrCat("windows[", i, "]");
    if (!IsWord(window.channel)) {
      return InvalidField(path + ".channel", "is none");
    }
    const auto channel = static_cast<size_t>(window.channel);
    if (seen[channel]) {
      return InvalidField(path + ".channel", "has a window already");
    }
    seen[channel] = true;
    if (window.days < 1 || window.days > kMaxDays) {
      return InvalidField(path + ".days", "is out of range");
    }
    if (window.end != WindowEnd::kExclusive &&
        window.end != WindowEnd::kInclusive) {
      return InvalidField(path + ".end", "is none");
    }
    const bool inclusive = window.end == WindowEnd::kInclusive;
    compiled->max_age_us[channel] =
        static_cast<uint64_t>(window.days * kUsPerDay - (inclusive ? 0 : 1));
  }
  return absl::OkStatus();
}

inline absl::Status CompileTiers(const std::vector<std::vector<Channel>>& tiers,
                                 CompiledColumnTerms* compiled) {
  compiled->tiers.fill(tiers.empty() ? 1 : kNoColumnTier);
  for (size_t i = 0; i < tiers.size(); ++i) {
    const std::string path = absl::StrCat("tiers[", i, "]");
    if (tiers[i].empty()) return InvalidField(path, "is empty");
    for (const Channel channel : tiers[i]) {
      if (!IsWord(channel)) return InvalidField(path, "names no channel");
      uint32_t& tier = compiled->tiers[static_cast<size_t>(channel)];
      if (tier != kNoColumnTier) {
        return InvalidField(path, "names a channel that has a tier already");
      }
      tier = static_cast<uint32_t>(i + 1);
    }
  }
  return absl::OkStatus();
}

inline absl::Status Compile(const ColumnTerms& terms,
                            CompiledColumnTerms* compiled) {
  VOUCH_RETURN_IF_ERROR(CheckModelTerms(terms.model));
  VOUCH_RETURN_IF_ERROR(CompileWindows(terms.windows, compiled));
  VOUCH_RETURN_IF_ERROR(CompileTiers(terms.tiers, compiled));
  if (terms.direct != DirectPolicy::kIgnore &&
      terms.direct != DirectPolicy::kCompete &&
      terms.direct != DirectPolicy::kWin) {
    return InvalidField("direct", "is none");
  }
  compiled->model = terms.model;
  compiled->direct = terms.direct;
  for (size_t channel = 1; channel < kChannelNumbers; ++channel) {
    compiled->counts[channel] = channel == kDirectNumber
                                    ? terms.direct != DirectPolicy::kIgnore
                                    : compiled->tiers[channel] != kNoColumnTier;
    if (compiled->counts[channel]) {
      compiled->longest_us =
          std::max(compiled->longest_us, compiled->max_age_us[channel]);
    }
  }
  compiled->alike = true;
  uint32_t tier = 0;
  for (size_t channel = 1; channel < kChannelNumbers; ++channel) {
    if (!compiled->counts[channel]) continue;
    if (tier == 0) tier = compiled->tiers[channel];
    if (compiled->tiers[channel] != tier ||
        compiled->max_age_us[channel] != compiled->longest_us ||
        (channel == kDirectNumber && terms.direct == DirectPolicy::kWin)) {
      compiled->alike = false;
    }
  }
  return absl::OkStatus();
}

inline absl::Status CheckColumns(const TouchColumns& touches,
                                 const ConversionColumns& conversions) {
  const size_t rows = touches.customers.size();
  if (touches.partners.size() != rows || touches.channels.size() != rows ||
      touches.times_us.size() != rows) {
    return InvalidField("touches", "have columns of different lengths");
  }
  if (conversions.times_us.size() != conversions.customers.size()) {
    return InvalidField("conversions", "have columns of different lengths");
  }
  if (rows > kMaxColumnRows) {
    return ExhaustedField("touches", "are more than 2^29 - 1");
  }
  if (conversions.customers.size() > kMaxColumnRows) {
    return ExhaustedField("conversions", "are more than 2^29 - 1");
  }
  return absl::OkStatus();
}

// Rows put beside each other by customer.
class GroupedEvents {
 public:
  // First how many customers there may be and how many rows come, ...
  void Reset(size_t customers, size_t rows) {
    ends_.assign(customers + 1, 0);
    numbers_.clear();
    numbers_.reserve(rows);
  }
  // ... then whose each row is, ...
  void Count(uint32_t number) {
    numbers_.push_back(number);
    if (number != kNoCustomer) ++ends_[number + 1];
  }
  // ... then their places, ...
  void Arrange() {
    for (size_t i = 1; i < ends_.size(); ++i) ends_[i] += ends_[i - 1];
    events_.resize(ends_.back());
    next_ = 0;
  }
  // ... then the rows, in the same order. From Arrange on ends_[n] is where the
  // next event of n goes; when all are placed it is where they end.
  void Place(const ColumnEvent& event) {
    const uint32_t number = numbers_[next_++];
    if (number != kNoCustomer) events_[ends_[number]++] = event;
  }
  // For each customer, from 0.
  absl::Span<ColumnEvent> Of(size_t number) {
    const size_t begin = number == 0 ? 0 : ends_[number - 1];
    return absl::MakeSpan(events_).subspan(begin, ends_[number] - begin);
  }

 private:
  std::vector<uint32_t> numbers_;  // by row
  std::vector<uint32_t> ends_;     // by customer
  std::vector<ColumnEvent> events_;
  size_t next_ = 0;
};

// Key: uint32_t when the number of each customer that converts fits, else
// uint64_t.
template <typename Key>
class ColumnAttribution {
 public:
  ColumnAttribution(const CompiledColumnTerms& terms,
                    const TouchColumns& touches,
                    const ConversionColumns& conversions)
      : terms_(terms),
        touches_(touches),
        conversions_(conversions),
        filter_(conversions.customers.size()),
        touch_records_(PartitionBits(), touches.customers.size()),
        conversion_records_(PartitionBits(), conversions.customers.size()),
        ranges_(conversions.customers.size()),
        sweep_(terms_, touches.partners, &credits_, &ranges_) {}

  absl::Status Run(ColumnCredits* out) {
    SpreadConversions();
    VOUCH_RETURN_IF_ERROR(SpreadTouches());
    for (size_t i = 0; i < conversion_records_.count(); ++i) {
      Number(i);
      Place(touch_records_, i, &grouped_touches_);
      Place(conversion_records_, i, &grouped_conversions_);
      VOUCH_RETURN_IF_ERROR(SweepGroups());
    }
    PutInOrder(out);
    return absl::OkStatus();
  }

 private:
  using Record = ColumnRecord<Key>;
  using Partitions = ColumnPartitions<Record>;

  // So many that one has about 2^14 rows: 256 kB or a little more. More than
  // 2^11 would be more lines than the first cache has.
  int PartitionBits() const {
    const size_t rows =
        touches_.customers.size() + conversions_.customers.size();
    int bits = 0;
    while (bits < 11 && (rows >> bits) > (size_t{1} << 14)) ++bits;
    return bits;
  }

  void SpreadConversions() {
    for (size_t row = 0; row < conversions_.customers.size(); ++row) {
      const uint64_t customer = conversions_.customers[row];
      const uint64_t hash = HashCustomer(customer);
      filter_.Add(hash);
      conversion_records_.Add(
          hash, {conversions_.times_us[row], PackRow(row, Channel::kNone),
                 static_cast<Key>(customer)});
    }
  }

  absl::Status SpreadTouches() {
    constexpr uint8_t kCounts = 1;
    constexpr uint8_t kNoWord = 2;
    std::array<uint8_t, 256> kinds;
    kinds.fill(kNoWord);
    for (size_t channel = 1; channel < kChannelNumbers; ++channel) {
      kinds[channel] = terms_.counts[channel] ? kCounts : 0;
    }
    // Picking has no branch that depends on the data; hence two steps.
    constexpr size_t kBatch = 512;
    std::array<uint64_t, kBatch> hashes;
    std::array<size_t, kBatch> rows;
    uint8_t seen = 0;
    for (size_t begin = 0; begin < touches_.customers.size(); begin += kBatch) {
      const size_t end = std::min(begin + kBatch, touches_.customers.size());
      size_t count = 0;
      for (size_t row = begin; row < end; ++row) {
        const uint64_t customer = touches_.customers[row];
        const uint64_t hash = HashCustomer(customer);
        const uint8_t kind =
            kinds[static_cast<uint8_t>(touches_.channels[row])];
        seen = static_cast<uint8_t>(seen | kind);
        hashes[count] = hash;
        rows[count] = row;
        const bool fits = customer <= std::numeric_limits<Key>::max();
        count += static_cast<size_t>(filter_.Has(hash) & kind &
                                     static_cast<uint64_t>(fits));
      }
      for (size_t i = 0; i < count; ++i) Spread(hashes[i], rows[i]);
    }
    if ((seen & kNoWord) != 0) {
      return InvalidField("touches.channels", "hold one that is no word");
    }
    return absl::OkStatus();
  }

  void Spread(uint64_t hash, size_t row) {
    touch_records_.Add(
        hash, {touches_.times_us[row], PackRow(row, touches_.channels[row]),
               static_cast<Key>(touches_.customers[row])});
  }

  // Numbers the customers of a partition and says whose each row is.
  void Number(size_t partition) {
    const size_t conversion_count = conversion_records_.SizeOf(partition);
    numbers_.Reset(conversion_count);
    grouped_conversions_.Reset(conversion_count, conversion_count);
    grouped_touches_.Reset(conversion_count, touch_records_.SizeOf(partition));
    conversion_records_.ForEach(partition, [this](const Record& record) {
      grouped_conversions_.Count(numbers_.Add(record.customer));
    });
    touch_records_.ForEach(partition, [this](const Record& record) {
      grouped_touches_.Count(numbers_.Of(record.customer));
    });
  }

  static void Place(const Partitions& from, size_t partition,
                    GroupedEvents* to) {
    to->Arrange();
    from.ForEach(partition, [to](const Record& record) {
      to->Place({record.time_us, record.row_and_channel});
    });
  }

  absl::Status SweepGroups() {
    for (size_t number = 0; number < numbers_.count(); ++number) {
      const auto touches = grouped_touches_.Of(number);
      if (touches.empty()) continue;  // its ranges are empty already
      const auto conversions = grouped_conversions_.Of(number);
      SortByTime(touches);
      SortByTime(conversions);
      VOUCH_RETURN_IF_ERROR(sweep_.Sweep(touches, conversions));
    }
    return absl::OkStatus();
  }

  // From the order of partitions to that of conversions.
  void PutInOrder(ColumnCredits* out) const {
    out->offsets.clear();
    out->offsets.reserve(ranges_.size() + 1);
    out->credits.clear();
    out->credits.reserve(credits_.size());
    for (const CreditRange& range : ranges_) {
      out->offsets.push_back(out->credits.size());
      for (size_t i = 0; i < range.count; ++i) {
        ColumnCredit credit = credits_[range.begin + i];
        if (credit.channel != Channel::kDirect) {
          credit.partner = touches_.partners[credit.touch_row];
        }
        out->credits.push_back(credit);
      }
    }
    out->offsets.push_back(out->credits.size());
  }

  const CompiledColumnTerms& terms_;
  const TouchColumns& touches_;
  const ConversionColumns& conversions_;
  CustomerFilter filter_;
  Partitions touch_records_;
  Partitions conversion_records_;

  // Of the partition at hand:
  CustomerNumbers<Key> numbers_;
  GroupedEvents grouped_touches_;
  GroupedEvents grouped_conversions_;

  std::vector<ColumnCredit> credits_;
  std::vector<CreditRange> ranges_;  // by conversion
  ColumnSweep sweep_;
};

}  // namespace internal

inline absl::Status AttributeColumns(const ColumnTerms& terms,
                                     const TouchColumns& touches,
                                     const ConversionColumns& conversions,
                                     ColumnCredits* out) {
  internal::CompiledColumnTerms compiled;
  VOUCH_RETURN_IF_ERROR(internal::Compile(terms, &compiled));
  VOUCH_RETURN_IF_ERROR(internal::CheckColumns(touches, conversions));
  const auto narrow = [](uint64_t customer) { return customer <= UINT32_MAX; };
  if (std::all_of(conversions.customers.begin(), conversions.customers.end(),
                  narrow)) {
    return internal::ColumnAttribution<uint32_t>(compiled, touches, conversions)
        .Run(out);
  }
  return internal::ColumnAttribution<uint64_t>(compiled, touches, conversions)
      .Run(out);
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_ATTRIBUTE_COLUMNS_INL_H_
