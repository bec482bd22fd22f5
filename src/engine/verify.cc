#include "vouch/engine/verify.h"

#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compare.h"
#include "log_state.h"
#include "name_counter.h"
#include "pending_batch.h"
#include "sha256.h"
#include "state_stream.h"
#include "time_zone_version.h"
#include "verify_state.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace {

// SHA-256 of the stream that `write` gives part by part.
template <typename Write>
absl::StatusOr<Sha256Hash> HashOfParts(Write write) {
  Sha256 sha256;
  sha256.Begin();
  VOUCH_RETURN_IF_ERROR(write([&sha256](std::string_view part) {
    sha256.Bytes(part);
    return absl::OkStatus();
  }));
  Sha256Hash hash;
  VOUCH_RETURN_IF_ERROR(sha256.Finish(&hash));
  return hash;
}

absl::StatusOr<Sha256Hash> HashOfState(const LogState& state) {
  return HashOfParts(
      [&state](SnapshotPart part) { return WriteState(state, part); });
}

class Verifier {
 public:
  Verifier(Store* store, const LogState* live)
      : store_(*store), live_(live), feed_(store, Seq()), decisions_(store) {}

  absl::StatusOr<VerifyReport> Run() {
    VOUCH_RETURN_IF_ERROR(CheckRevisions());
    std::vector<std::string> problems;
    Note(store_.CheckMedium(&problems));
    for (const std::string& problem : problems) Add(problem);
    Note(store_.ReadHead(&head_));
    Note(ReadSnapshot());
    const absl::Status replayed = Replay();
    Note(replayed);
    // Behind a log that breaks off everything would differ.
    if (replayed.ok()) {
      Note(CheckNames());
      CheckFirstRevision();
      const absl::Status partners = CheckPartners();
      // A store in memory keeps neither.
      if (!absl::IsUnimplemented(partners)) {
        Note(partners);
        Note(CheckAccounts());
      }
      VOUCH_RETURN_IF_ERROR(CheckLive());
    }
    report_.events_count = static_cast<int64_t>(state_.last_seq().value());
    report_.rows_count = feed_.rows_count();
    return std::move(report_);
  }

 private:
  void Add(std::string_view difference) {
    ++report_.differences_count;
    if (report_.differences.size() < kMaxDifferences) {
      report_.differences.emplace_back(difference);
    }
  }
  // What cannot be read is a difference.
  void Note(const absl::Status& status) {
    if (!status.ok()) Add(ToStd(status.message()));
  }

  absl::Status CheckRevisions() {
    const std::string version = TimeZoneVersion();
    absl::Status other;
    Note(store_.ReadRevisions([&](const RevisionRow& row) {
      if (!first_revision_.has_value()) first_revision_ = row.from;
      other.Update(CheckSemantics(row));
      if (row.time_zone_version != version) {
        report_.notes.push_back(
            absl::StrCat("from event ", row.from.value(),
                         " on the log was written with time-zone data ",
                         ToAbsl(row.time_zone_version), "; this is ", version));
      }
    }));
    return other;
  }

  absl::Status ReadSnapshot() {
    VOUCH_ASSIGN_OR_RETURN(snapshot_hash_,
                           HashOfParts([this](SnapshotPart part) {
                             return store_.ReadSnapshot(&snapshot_, part);
                           }));
    return absl::OkStatus();
  }

  absl::Status CheckSnapshot() {
    if (!snapshot_ || snapshot_->seq != state_.last_seq()) {
      return absl::OkStatus();
    }
    VOUCH_ASSIGN_OR_RETURN(const Sha256Hash hash, HashOfState(state_));
    if (hash != snapshot_hash_ || snapshot_->chain != state_.chain()) {
      Add("snapshot: another state than the log gives");
    }
    snapshot_.reset();
    return absl::OkStatus();
  }

  absl::Status Replay() {
    Replayer replayer(&head_, &state_);
    const auto take = [this](std::string_view text) { Add(text); };
    VOUCH_RETURN_IF_ERROR(
        ForEachLogRow(&store_, Seq(), [&](const LogRow& row) -> absl::Status {
          VOUCH_RETURN_IF_ERROR(replayer.Apply(row));
          VOUCH_RETURN_IF_ERROR(feed_.Compare(row, replayer.outputs(), take));
          VOUCH_RETURN_IF_ERROR(
              decisions_.Compare(row, replayer.outputs(), take));
          return CheckSnapshot();
        }));
    VOUCH_RETURN_IF_ERROR(feed_.Finish(take));
    VOUCH_RETURN_IF_ERROR(decisions_.Finish(take));
    if (state_.last_seq() != head_.last_seq) {
      Add(absl::StrCat("log: ends at ", state_.last_seq().value(), ", not at ",
                       head_.last_seq.value()));
    }
    if (state_.slots().size() != head_.programs.size()) {
      Add("programs: one that no event set");
    }
    if (snapshot_) Add("snapshot: of an event that the log has not");
    return absl::OkStatus();
  }

  absl::Status CheckNames() {
    NameCounter counter(&state_);
    VOUCH_RETURN_IF_ERROR(store_.ReadNames(
        [&counter](const NameRow& row) { return counter.CountCustomer(row); },
        [&counter](const NameRow& row) { return counter.CountVisitor(row); }));
    return counter.Finish(head_);
  }

  void CheckFirstRevision() {
    if (state_.last_seq().has_value() && first_revision_ != Seq(1)) {
      Add("revisions: the one that the log begins with is missing");
    }
  }

  // Takes the kept rows out of `*given`, by key, and compares; what is left
  // was not kept. The texts of rows that are read live only while they are.
  template <typename Row, typename Given, typename Key>
  void Match(std::string_view table, const Row& kept, const Key& key,
             Given* given) {
    const auto found = given->find(key);
    if (found == given->end()) {
      Add(absl::StrCat(ToAbsl(table), ": a row that the log does not give"));
      return;
    }
    const std::string difference = FirstDifference(kept, found->second);
    if (!difference.empty()) Add(difference);
    given->erase(found);
  }

  absl::Status CheckPartners() {
    std::map<std::pair<ProgramIndex, PartnerIndex>, PartnerRow> given;
    for (const auto& slot : state_.slots()) {
      const Reference& reference = slot->state.reference();
      for (uint32_t i = 1; i <= reference.partner_count(); ++i) {
        const PartnerIndex partner(i);
        given[{slot->program, partner}] =
            PartnerRowOf(slot->program, partner, reference.partner(partner));
      }
    }
    VOUCH_RETURN_IF_ERROR(store_.ReadPartners([&](const PartnerRow& row) {
      Match("partners", row, std::make_pair(row.program, row.partner), &given);
    }));
    for (const auto& [key, row] : given) {
      Add(absl::StrCat("partners '", ToAbsl(row.partner_id), "': missing"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckAccounts() {
    using AccountKey = std::tuple<ProgramIndex, PartnerIndex, Currency>;
    std::map<AccountKey, AccountRow> accounts;
    std::map<std::pair<ProgramIndex, Currency>, ProgramAccountRow> programs;
    for (const auto& slot : state_.slots()) {
      for (const Currency currency : slot->state.Currencies()) {
        programs[{slot->program, currency}] = {slot->program, currency,
                                               slot->state.ExpenseOf(currency)};
      }
      const auto count =
          static_cast<uint32_t>(slot->state.reference().partner_count());
      for (uint32_t i = 1; i <= count; ++i) {
        const PartnerIndex partner(i);
        for (const AccountState& account : slot->state.AccountsOf(partner)) {
          accounts[{slot->program, partner, account.currency}] = {
              slot->program, partner, account.currency, account.balances};
        }
      }
    }
    VOUCH_RETURN_IF_ERROR(store_.ReadAccounts(
        [&](const AccountRow& row) {
          Match("balances", row,
                AccountKey(row.program, row.partner, row.currency), &accounts);
        },
        [&](const ProgramAccountRow& row) {
          Match("expenses", row, std::make_pair(row.program, row.currency),
                &programs);
        }));
    if (!accounts.empty()) Add("balances: a row is missing");
    if (!programs.empty()) Add("expenses: a row is missing");
    return absl::OkStatus();
  }

  absl::Status CheckLive() {
    if (live_ == nullptr) return absl::OkStatus();
    VOUCH_ASSIGN_OR_RETURN(const Sha256Hash live, HashOfState(*live_));
    VOUCH_ASSIGN_OR_RETURN(const Sha256Hash replayed, HashOfState(state_));
    if (live != replayed) Add("state: the engine's differs from the log's");
    return absl::OkStatus();
  }

  Store& store_;
  const LogState* live_;
  StoreHead head_;
  LogState state_;
  FeedComparer feed_;
  DecisionComparer decisions_;
  Seq first_revision_;
  std::optional<SnapshotHead> snapshot_;
  Sha256Hash snapshot_hash_{};
  VerifyReport report_;
};

}  // namespace

absl::StatusOr<VerifyReport> VerifyWith(Store* store, const LogState* live) {
  std::unique_ptr<Verifier> verifier;
  try {
    verifier = std::make_unique<Verifier>(store, live);
    return verifier->Run();
  } catch (const std::exception&) {
    // Its tables may be half grown, see ~Engine.
    (void)verifier.release();
    return absl::ResourceExhaustedError("verify: memory ran out");
  }
}

absl::StatusOr<VerifyReport> Verify(Store* store) {
  return VerifyWith(store, nullptr);
}

VOUCH_NAMESPACE_END
