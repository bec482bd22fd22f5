// The reference data of one program, which every stage reads: the versions of
// its terms, its partners and its codes (docs/SEMANTICS.md, section 2).
//
//   Reference reference;
//   reference.AddProgram({Instant{0}, Seq(1), program});
//   reference.SetPartner("anna", record, Instant{0});
//   PartnerIndex anna = reference.FindPartner("anna");
//   reference.partner(anna).records.At(now)->status;
//
// Partners and codes get indices from 1 in the order in which they first came;
// 0 is "none". Names are kept for good, so views of them stay good as long as
// the Reference. Reading is thread-safe while nobody adds.
#ifndef VOUCH_PROGRAM_REFERENCE_H_
#define VOUCH_PROGRAM_REFERENCE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/attribute.h"
#include "vouch/base/config.h"
#include "vouch/base/ids.h"
#include "vouch/base/instant.h"
#include "vouch/base/limits.h"
#include "vouch/base/rate.h"
#include "vouch/base/status.h"
#include "vouch/base/string_pool.h"
#include "vouch/base/words.h"
#include "vouch/program/fold_code.h"
#include "vouch/program/program.h"
#include "vouch/program/versions.h"

VOUCH_NAMESPACE_BEGIN

// The key id and the digest of a BlindKey (vouch/event/event.h) as one text: by
// a separator that no id holds. The Reference keeps it once, so that equal keys
// are equal views.
inline std::string BlindKeyText(std::string_view key_id,
                                std::string_view digest) {
  std::string text(key_id);
  text += '\x1f';
  text += digest;
  return text;
}

// A partner's whole record, as one `partner_set` gave it.
struct PartnerRecord {
  PartnerKind kind = PartnerKind::kNone;
  PartnerStatus status = PartnerStatus::kActive;
  std::string_view group;
  std::optional<Rate> customer_share;
  std::vector<std::string_view> identity_keys = {};  // as BlindKeyText gives
  PartnerIndex parent = {};  // who earns uplines on what this one earns
  std::string_view manager_id = {};
  std::vector<Attribute> attributes = {};
};

// One version of the terms, in force from a moment on.
struct ProgramVersion {
  Instant from;
  Seq seq;  // of the event that set it
  std::shared_ptr<const Program> program;
  // The terms as they were set (EncodeSpec), from which `program` was built and
  // can be built again. Only the state's bytes need them.
  std::string spec = {};
};

struct Partner {
  std::string_view partner_id;
  Versions<PartnerRecord> records;

  // kNone: there is no record at that time.
  PartnerStatus StatusAt(Instant at) const {
    const PartnerRecord* record = records.At(at);
    return record == nullptr ? PartnerStatus::kNone : record->status;
  }
  // Whether the partner earns from something that happens at `at`.
  bool ActiveAt(Instant at) const {
    return StatusAt(at) == PartnerStatus::kActive;
  }
};

// A code is good in [valid_from, valid_until), until it is revoked or used up.
struct Code {
  std::string_view code;    // as issued
  std::string_view folded;  // as FoldCode gives it
  PartnerIndex partner;
  std::string_view campaign;
  std::optional<Rate> customer_share;
  Instant valid_from;
  std::optional<Instant> valid_until;
  std::optional<Instant> revoked_at;
  std::optional<int64_t> max_redemptions;
};

class Reference {
 public:
  Reference() = default;
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  void AddProgram(ProgramVersion version) {
    const Instant from = version.from;
    for (std::size_t i = 0; i < longest_window_us_.size(); ++i) {
      const auto channel = static_cast<Channel>(i);
      longest_window_us_[i] = std::max(
          longest_window_us_[i], version.program->window(channel).length_us);
    }
    programs_.Add(from, std::move(version));
  }
  // The terms in force at `at`; nullptr before the first version. The pointer
  // to the version lives until the next one is added, the program as long as
  // the Reference.
  const ProgramVersion* ProgramAt(Instant at) const { return programs_.At(at); }
  // As ProgramAt, but a moment before the first version takes the first. There
  // must be one.
  const Program* ProgramAtOrFirst(Instant at) const {
    return programs_.AtOrFirst(at)->program.get();
  }
  // The version that `program` is; nullptr when it is none of these.
  const ProgramVersion* VersionOf(const Program* program) const {
    return programs_.Find([program](const ProgramVersion& version) {
      return version.program.get() == program;
    });
  }
  // The version that the event `seq` set; nullptr for none.
  const ProgramVersion* VersionSetBy(Seq seq) const {
    return programs_.Find(
        [seq](const ProgramVersion& version) { return version.seq == seq; });
  }
  // The longest window that any version so far has for `channel`; the greatest
  // number where one has none.
  int64_t LongestWindow(Channel channel) const {
    return longest_window_us_[static_cast<std::size_t>(channel)];
  }
  bool has_program() const { return !programs_.empty(); }
  const Versions<ProgramVersion>& programs() const { return programs_; }

  PartnerIndex FindPartner(std::string_view partner_id) const {
    const auto found = partner_index_.find(partner_id);
    return found == partner_index_.end() ? PartnerIndex() : found->second;
  }
  const Partner& partner(PartnerIndex index) const {
    return partners_[index.value() - 1];
  }
  std::size_t partner_count() const { return partners_.size(); }

  // Replaces the record of `partner_id` from `from` on; its texts are copied.
  PartnerIndex SetPartner(std::string_view partner_id, PartnerRecord record,
                          Instant from) {
    PartnerIndex index = FindPartner(partner_id);
    if (index == PartnerIndex()) {
      partners_.emplace_back();
      partners_.back().partner_id = Intern(partner_id);
      index = PartnerIndex(static_cast<uint32_t>(partners_.size()));
      partner_index_.emplace(partners_.back().partner_id, index);
    }
    record.group = Intern(record.group);
    for (std::string_view& key : record.identity_keys) key = Intern(key);
    record.manager_id = Intern(record.manager_id);
    for (Attribute& attribute : record.attributes) {
      attribute = {Intern(attribute.key), Intern(attribute.value)};
    }
    partners_[index.value() - 1].records.Add(from, std::move(record));
    return index;
  }

  // The parent of `partner` at `at`; none where it has none, or no record.
  PartnerIndex ParentOf(PartnerIndex of, Instant at) const {
    const PartnerRecord* record = partner(of).records.At(at);
    return record == nullptr ? PartnerIndex() : record->parent;
  }
  // Whether `partner` may have `parent` from `from` on, for as long as a record
  // of that moment holds: FAILED_PRECONDITION where it would stand above itself
  // at any moment of that, RESOURCE_EXHAUSTED where more than kMaxParents would
  // stand above it. What a parent's records say later is looked at too.
  absl::Status CheckParent(std::string_view field, PartnerIndex partner,
                           PartnerIndex parent, Instant from) const;

  // `folded` as FoldCode gives it.
  CodeIndex FindCode(std::string_view folded) const {
    const auto found = code_index_.find(folded);
    return found == code_index_.end() ? CodeIndex() : found->second;
  }
  const Code& code(CodeIndex index) const { return codes_[index.value() - 1]; }
  std::size_t code_count() const { return codes_.size(); }

  // Adds a code that FindCode does not know; its texts are copied.
  CodeIndex AddCode(Code code) {
    code.folded = Intern(FoldCode(code.code));
    code.code = Intern(code.code);
    code.campaign = Intern(code.campaign);
    codes_.push_back(code);
    const CodeIndex index(static_cast<uint32_t>(codes_.size()));
    code_index_.emplace(code.folded, index);
    return index;
  }
  void RevokeCode(CodeIndex index, Instant at) {
    codes_[index.value() - 1].revoked_at = at;
  }

  // A copy of `text` that lives as long as the Reference; equal texts share
  // one.
  std::string_view Intern(std::string_view text) {
    if (text.empty()) return {};
    const auto found = texts_.find(text);
    if (found != texts_.end()) return *found;
    return *texts_.insert(pool_.Add(text)).first;
  }

 private:
  StringPool pool_;
  absl::flat_hash_set<std::string_view> texts_;
  Versions<ProgramVersion> programs_;
  std::array<int64_t, internal::Words<Channel>::kList.size() + 1>
      longest_window_us_ = {};
  std::deque<Partner> partners_;
  std::vector<Code> codes_;
  absl::flat_hash_map<std::string_view, PartnerIndex> partner_index_;
  absl::flat_hash_map<std::string_view, CodeIndex> code_index_;
};

inline absl::Status Reference::CheckParent(std::string_view field,
                                           PartnerIndex partner,
                                           PartnerIndex parent,
                                           Instant from) const {
  const std::optional<Instant> until =
      partner.has_value() ? this->partner(partner).records.NextAfter(from)
                          : std::nullopt;
  for (std::optional<Instant> at = from; at && (!until || *at < *until);) {
    std::optional<Instant> next;  // when somebody above changes
    std::size_t count = 0;
    for (PartnerIndex above = parent; above.has_value();
         above = ParentOf(above, *at)) {
      if (above == partner) {
        return PreconditionField(field, "the partner would be its own parent");
      }
      if (++count > kMaxParents) {
        return ExhaustedField(
            field, absl::StrCat("more than ", kMaxParents, " parents above"));
      }
      const auto change = this->partner(above).records.NextAfter(*at);
      if (change && (!next || *change < *next)) next = change;
    }
    at = next;
  }
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_REFERENCE_H_
