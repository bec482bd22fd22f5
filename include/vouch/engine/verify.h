// Whether a store holds what its log gives.
//
//   StatusOr<VerifyReport> report = Verify(store.get());
//   for (const std::string& line : report->differences) ...
//
// Reads the log from its first row, checks the chain, applies every event anew
// and compares what follows with what is kept: feed, decisions, partners,
// accounts, names and snapshot. Nothing is changed. Meanwhile the store must
// stand still or show one moment (SqliteOptions::one_moment).
#ifndef VOUCH_ENGINE_VERIFY_H_
#define VOUCH_ENGINE_VERIFY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/engine/store.h"

VOUCH_NAMESPACE_BEGIN

// The differences that a report names; it counts all.
inline constexpr std::size_t kMaxDifferences = 100;

struct VerifyReport {
  int64_t events_count = 0;       // of the log, as far as it could be read
  int64_t rows_count = 0;         // of the feed that were compared
  int64_t differences_count = 0;  // 0: the store holds what its log gives
  // "entries 12-2: amount_minor is 7900, by the log 8000"
  std::vector<std::string> differences;
  // What is no difference and should be known: that the log was written with
  // other time-zone data, say.
  std::vector<std::string> notes;
};

// What cannot be read is a difference. FAILED_PRECONDITION when the log was
// written under another revision of the semantics, and nothing could be said.
absl::StatusOr<VerifyReport> Verify(Store* store);

VOUCH_NAMESPACE_END

#endif  // VOUCH_ENGINE_VERIFY_H_
