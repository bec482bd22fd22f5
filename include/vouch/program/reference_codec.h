// The reference data of a program as bytes: its versions, partners and codes.
//
//   std::string bytes;
//   AppendState(reference, &bytes);
//   Reference again;
//   Status s = ReadState(bytes, &again);
//
// Versions stand by moment, those of one moment in the order added; partners
// and codes in the order of their indices, which come back as they were.
#ifndef VOUCH_PROGRAM_REFERENCE_CODEC_H_
#define VOUCH_PROGRAM_REFERENCE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "vouch/base/config.h"
#include "vouch/program/program.h"
#include "vouch/program/reference.h"
#include "vouch/program/spec_codec.h"
#include "vouch/program/state_bytes.h"

VOUCH_NAMESPACE_BEGIN

// Appends the encoding of `reference`. Every version must have its `spec`.
void AppendState(const Reference& reference, std::string* out);

// Reads it into `*reference`, which must be new. Programs are built again from
// their specs. DATA_LOSS "reference: ..." when the bytes are no reference data
// or a program cannot be built; `*reference` is then unspecified.
absl::Status ReadState(std::string_view bytes, Reference* reference);

namespace internal {

inline constexpr uint8_t kReferenceVersion = 1;

template <typename S, typename V, IfIs<S, PartnerRecord> = 0>
void VisitState(S& s, V& v) {
  v(s.kind, s.status, s.group, s.customer_share);
  v.Texts(s.identity_keys);
  v.LaterPartner(s.parent);
  v(s.manager_id);
  v.Each(s.attributes);
}

template <typename S, typename V, IfIs<S, Code> = 0>
void VisitState(S& s, V& v) {
  v(s.code, s.partner, s.campaign, s.customer_share, s.valid_from,
    s.valid_until, s.revoked_at, s.max_redemptions);
}

// The program of `spec`; fails `*reader` when it cannot be built.
inline std::shared_ptr<const Program> BuildAgain(std::string_view spec, Seq seq,
                                                 StateReader* reader) {
  const absl::StatusOr<ProgramSpec> decoded = DecodeSpec(spec);
  if (!decoded.ok()) {
    reader->Fail("a program's bytes are torn");
    return nullptr;
  }
  Mistakes mistakes;
  auto program = Program::Build(*decoded, &mistakes);
  if (program == nullptr) {
    reader->Fail(absl::StrCat("the program that event ", seq.value(),
                              " set cannot be built: ", mistakes.ToString()));
  }
  return program;
}

inline void ReadPrograms(StateReader* reader, Reference* reference) {
  absl::flat_hash_set<Seq> seqs;
  Instant before = kMinInstant;
  Seq seq_before;
  for (std::size_t n = reader->Count(); n > 0 && reader->ok(); --n) {
    ProgramVersion version;
    (*reader)(version.from, version.seq);
    const std::string_view spec = reader->Text();
    reader->Require(before < version.from || seq_before < version.seq,
                    "programs out of order");
    reader->Require(before <= version.from, "programs out of order");
    reader->Require(version.seq.has_value() && seqs.insert(version.seq).second,
                    "two programs of one event");
    if (!reader->ok()) return;
    version.program = BuildAgain(spec, version.seq, reader);
    if (version.program == nullptr) return;
    before = version.from;
    seq_before = version.seq;
    version.spec = std::string(spec);
    reference->AddProgram(std::move(version));
  }
}

inline void ReadPartner(StateReader* reader, Reference* reference) {
  const std::string_view partner_id = reader->Text();
  reader->Require(!partner_id.empty(), "a partner without id");
  reader->Require(!reference->FindPartner(partner_id).has_value(),
                  "a partner twice");
  std::size_t n = reader->Count();
  reader->Require(n > 0, "a partner without a record");
  for (Instant before = kMinInstant; n > 0 && reader->ok(); --n) {
    Instant from;
    PartnerRecord record;
    (*reader)(from, record);
    reader->Require(before <= from, "a partner's records out of order");
    if (reader->ok()) reference->SetPartner(partner_id, record, from);
    before = from;
  }
}

// Whether the parents are partners, and nobody stands above itself.
inline void CheckParents(StateReader* reader, const Reference& reference) {
  const std::size_t count = reference.partner_count();
  const auto each_record = [&](const auto& check) {
    for (uint32_t i = 1; i <= count; ++i) {
      const Partner& partner = reference.partner(PartnerIndex(i));
      partner.records.ForEach([&](Instant from, const PartnerRecord& record) {
        check(PartnerIndex(i), from, record);
      });
    }
  };
  each_record([&](PartnerIndex, Instant, const PartnerRecord& record) {
    reader->Require(record.parent.value() <= count,
                    "a parent who is no partner");
  });
  if (!reader->ok()) return;
  each_record([&](PartnerIndex of, Instant from, const PartnerRecord& record) {
    // Of the records from one moment only the last was ever in force.
    if (!record.parent.has_value() ||
        reference.partner(of).records.At(from) != &record) {
      return;
    }
    // More parents than a record may ask for there may be: they can come after
    // those below them.
    const absl::Status status =
        reference.CheckParent({}, of, record.parent, from);
    reader->Require(status.code() != absl::StatusCode::kFailedPrecondition,
                    "a partner above itself");
  });
}

inline void ReadCode(StateReader* reader, Reference* reference) {
  Code code;
  (*reader)(code);
  const std::string folded = FoldCode(code.code);
  reader->Require(!folded.empty(), "a code of nothing");
  reader->Require(!reference->FindCode(folded).has_value(), "a code twice");
  reader->Require(code.partner.has_value(), "a code of nobody");
  if (reader->ok()) reference->AddCode(code);
}

}  // namespace internal

inline void AppendState(const Reference& reference, std::string* out) {
  internal::StateWriter writer(internal::kReferenceVersion, out);
  writer(reference.programs().size());
  reference.programs().ForEach(
      [&writer](Instant from, const ProgramVersion& version) {
        writer(from, version.seq, std::string_view(version.spec));
      });
  writer(reference.partner_count());
  for (uint32_t i = 1; i <= reference.partner_count(); ++i) {
    const Partner& partner = reference.partner(PartnerIndex(i));
    writer(partner.partner_id, partner.records.size());
    partner.records.ForEach(
        [&writer](Instant from, const PartnerRecord& record) {
          writer(from, record);
        });
  }
  writer(reference.code_count());
  for (uint32_t i = 1; i <= reference.code_count(); ++i) {
    writer(reference.code(CodeIndex(i)));
  }
}

inline absl::Status ReadState(std::string_view bytes, Reference* reference) {
  const internal::Interner intern(reference);
  internal::StateReader reader(internal::kReferenceVersion, bytes, reference,
                               intern);
  internal::ReadPrograms(&reader, reference);
  for (std::size_t n = reader.Count(); n > 0 && reader.ok(); --n) {
    internal::ReadPartner(&reader, reference);
  }
  internal::CheckParents(&reader, *reference);
  for (std::size_t n = reader.Count(); n > 0 && reader.ok(); --n) {
    internal::ReadCode(&reader, reference);
  }
  return reader.Finish("reference");
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROGRAM_REFERENCE_CODEC_H_
