#include "state_stream.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "vouch/base/bytes.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/base/string_view.h"

VOUCH_NAMESPACE_BEGIN

namespace {

constexpr uint8_t kVersion = 1;
constexpr std::size_t kPartBytes = std::size_t{256} * 1024;

absl::Status Damaged(std::string_view reason) {
  return absl::DataLossError(absl::StrCat("state: ", ToAbsl(reason)));
}

// Gathers frames into parts.
class FrameWriter {
 public:
  explicit FrameWriter(SnapshotPart part) : part_(part) {}

  absl::Status Add(std::string_view frame) {
    ByteWriter(&bytes_).Text(frame);
    return bytes_.size() < kPartBytes ? absl::OkStatus() : Flush();
  }
  absl::Status Flush() {
    if (bytes_.empty()) return absl::OkStatus();
    VOUCH_RETURN_IF_ERROR(part_(bytes_));
    bytes_.clear();
    return absl::OkStatus();
  }

 private:
  SnapshotPart part_;
  std::string bytes_;
};

absl::Status WriteProgram(const ProgramSlot& slot, FrameWriter* frames) {
  std::string head;
  ByteWriter w(&head);
  w.Text(slot.program_id);
  w.Unsigned(slot.customers.count());
  w.Unsigned(slot.visitors.count());
  VOUCH_RETURN_IF_ERROR(frames->Add(head));
  VOUCH_RETURN_IF_ERROR(slot.state.WriteState(
      [frames](std::string_view item) { return frames->Add(item); }));
  return frames->Add({});
}

}  // namespace

absl::Status WriteState(const LogState& state, SnapshotPart part) {
  FrameWriter frames(part);
  std::string head;
  ByteWriter w(&head);
  w.Byte(kVersion);
  w.Unsigned(state.last_seq().value());
  for (const uint8_t byte : state.chain()) w.Byte(byte);
  w.Signed(state.log_bytes());
  w.Signed(state.first_at().us);
  w.Signed(state.last_at().us);
  w.Unsigned(state.slots().size());
  VOUCH_RETURN_IF_ERROR(frames.Add(head));
  for (const auto& slot : state.slots()) {
    VOUCH_RETURN_IF_ERROR(WriteProgram(*slot, &frames));
  }
  return frames.Flush();
}

absl::Status StateStreamReader::ReadHead(std::string_view frame) {
  ByteReader r(frame);
  if (r.Byte() != kVersion) return Damaged("of another version");
  state_.last_seq_ = Seq(r.Unsigned());
  for (uint8_t& byte : state_.chain_) byte = r.Byte();
  state_.log_bytes_ = r.Signed();
  state_.first_at_.us = r.Signed();
  state_.last_at_.us = r.Signed();
  programs_left_ = r.Unsigned();
  if (!r.ok() || !r.AtEnd() || !IsValid(state_.first_at_) ||
      !IsValid(state_.last_at_) || state_.last_seq_ > most_) {
    return Damaged("its head is torn");
  }
  has_head_ = true;
  return absl::OkStatus();
}

absl::Status StateStreamReader::ReadProgram(std::string_view frame) {
  if (programs_left_ == 0) return Damaged("goes on behind its end");
  --programs_left_;
  ByteReader r(frame);
  auto slot = std::make_unique<ProgramSlot>();
  slot->program_id = std::string(r.Text());
  const CustomerNumber customers(r.Unsigned());
  const VisitorNumber visitors(r.Unsigned());
  // Numbers are given by events, so there are no more of them.
  const uint64_t most = state_.last_seq_.value();
  if (!r.ok() || !r.AtEnd() || customers.value() > most ||
      visitors.value() > most || state_.Find(slot->program_id) != nullptr) {
    return Damaged("a program's head is torn");
  }
  slot->customers.Grow(customers);
  slot->visitors.Grow(visitors);
  slot_ = state_.Add(std::move(slot));
  return absl::OkStatus();
}

absl::Status StateStreamReader::TakeFrame(std::string_view frame) {
  if (!has_head_) return ReadHead(frame);
  if (slot_ == nullptr) return ReadProgram(frame);
  if (!frame.empty()) return slot_->state.ReadItem(frame);
  const ProgramSlot* done = std::exchange(slot_, nullptr);
  return done->state.FinishReading();
}

absl::Status StateStreamReader::Take(std::string_view part) {
  rest_.append(part.data(), part.size());
  std::size_t at = 0;
  while (true) {
    ByteReader r(std::string_view(rest_).substr(at));
    const std::string_view frame = r.Text();
    if (!r.ok()) break;  // the rest of it is in the next part
    VOUCH_RETURN_IF_ERROR(TakeFrame(frame));
    at = static_cast<std::size_t>(frame.data() + frame.size() - rest_.data());
  }
  rest_.erase(0, at);
  return absl::OkStatus();
}

absl::Status StateStreamReader::Finish() const {
  if (!rest_.empty() || !has_head_ || slot_ != nullptr || programs_left_ > 0) {
    return Damaged("ends too soon");
  }
  return absl::OkStatus();
}

VOUCH_NAMESPACE_END
