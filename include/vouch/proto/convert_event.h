// An event's message as the event that the engine takes, without copying its
// texts.
//
//   proto::EventArena arena;
//   std::vector<Event> batch;
//   for (const v1::Event& message : messages) {
//     Event event;
//     VOUCH_RETURN_IF_ERROR(proto::ConvertEvent(message, &arena, &event));
//     batch.push_back(event);
//   }
//   engine.Apply(batch);
//   arena.Clear();   // the next batch uses the same memory
//
// Words that only a newer schema knows are refused by name, never ignored; for
// fields of one see vouch/proto/unknown_fields.h.
#ifndef VOUCH_PROTO_CONVERT_EVENT_H_
#define VOUCH_PROTO_CONVERT_EVENT_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"
#include "vouch/v1/event.pb.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {

namespace internal {

// Lists of T that stay where they are until Clear, which keeps the memory.
template <typename T>
class ListPool {
 public:
  // A list of `count` default values.
  absl::Span<T> Make(std::size_t count) {
    if (count == 0) return {};
    while (at_ < chunks_.size() && chunks_[at_].size - used_ < count) {
      ++at_;
      used_ = 0;
    }
    if (at_ == chunks_.size()) {
      const std::size_t size = std::max(count, kChunk);
      chunks_.push_back({std::make_unique<T[]>(size), size});
    }
    const absl::Span<T> list(chunks_[at_].items.get() + used_, count);
    used_ += count;
    std::fill(list.begin(), list.end(), T());
    return list;
  }

  void Clear() { at_ = used_ = 0; }

 private:
  static constexpr std::size_t kChunk = 256;
  struct Chunk {
    std::unique_ptr<T[]> items;
    std::size_t size;
  };

  std::vector<Chunk> chunks_;
  std::size_t at_ = 0;    // the open chunk
  std::size_t used_ = 0;  // items taken of it
};

}  // namespace internal

// Owns the lists and the program bytes that converted events point to. They
// stay valid, and where they are, until Clear or the arena's end; a move keeps
// them. Not thread-safe.
class EventArena {
 public:
  EventArena() = default;
  EventArena(EventArena&&) = default;
  EventArena& operator=(EventArena&&) = default;

  // Ends the life of all events made with this arena; keeps its memory for the
  // next ones.
  void Clear() {
    attributes_.Clear();
    blind_keys_.Clear();
    texts_.Clear();
    payment_lines_.Clear();
    refund_lines_.Clear();
    opening_metrics_.Clear();
    bytes_.clear();
  }

  absl::Span<event::Attribute> Attributes(std::size_t count) {
    return attributes_.Make(count);
  }
  absl::Span<event::BlindKey> BlindKeys(std::size_t count) {
    return blind_keys_.Make(count);
  }
  absl::Span<std::string_view> Texts(std::size_t count) {
    return texts_.Make(count);
  }
  absl::Span<event::PaymentLine> PaymentLines(std::size_t count) {
    return payment_lines_.Make(count);
  }
  absl::Span<event::RefundLine> RefundLines(std::size_t count) {
    return refund_lines_.Make(count);
  }
  absl::Span<event::OpeningMetric> OpeningMetrics(std::size_t count) {
    return opening_metrics_.Make(count);
  }
  std::string_view Keep(std::string bytes) {
    bytes_.push_back(std::make_unique<std::string>(std::move(bytes)));
    return *bytes_.back();
  }

 private:
  internal::ListPool<event::Attribute> attributes_;
  internal::ListPool<event::BlindKey> blind_keys_;
  internal::ListPool<std::string_view> texts_;
  internal::ListPool<event::PaymentLine> payment_lines_;
  internal::ListPool<event::RefundLine> refund_lines_;
  internal::ListPool<event::OpeningMetric> opening_metrics_;
  std::vector<std::unique_ptr<std::string>> bytes_;
};

// Makes `*event` from `message`. Texts are borrowed from `message`, lists from
// `*arena`: both must outlive the event. What the schema gives a default takes
// it (a partner's status ACTIVE, a line's quantity 1); a payment line without
// number takes its place, from 1. A program in `program_set` without id is
// given the event's.
//
// INVALID_ARGUMENT naming the first field that cannot be taken over, or all
// mistakes of a program, one a line ("program_set.program.rules[0].rule_id:
// missing; ..."); `*event` is then unspecified. Whether the event is right in
// itself is for CheckEvent (vouch/event/check.h).
//
// Uses the generated accessors alone, so that it compiles against lite code
// too. Safe in any thread, with an arena of its own.
absl::Status ConvertEvent(const v1::Event& message, EventArena* arena,
                          Event* event);

}  // namespace proto

VOUCH_NAMESPACE_END

#endif  // VOUCH_PROTO_CONVERT_EVENT_H_
