// Events as bytes: the record that the log keeps, and the canonical form whose
// hash tells a resend from another event under the same id.
//
//   std::string record;
//   AppendRecord(event.body, &record);      // holds numbers of customers
//   EventStorage storage;
//   EventBody again;
//   Status s = ReadRecord(record, &storage, &again);
//
// A record is a format version, the kind, Vouch's numbers of customers and
// visitors, and the rest: every other field that is not as by default, behind
// its number (codec-inl.h), so that the bytes of an event stay when its kind
// learns more fields. It holds no name that the host has for a person, and not
// what the log has columns for.
// The canonical form, whose hash tells a resend from another event under the
// same id, is a version, program, event id and time, the kind, and the same
// numbers and rest: its hash holds nothing of a name either, so that nobody can
// try names against it.
#ifndef VOUCH_EVENT_CODEC_H_
#define VOUCH_EVENT_CODEC_H_

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "vouch/base/config.h"
#include "vouch/event/event.h"

VOUCH_NAMESPACE_BEGIN

// Where the lists of an event that was read live. Reused from event to event;
// Clear() ends the life of what was read before.
class EventStorage {
 public:
  void Clear() {
    attributes.clear();
    blind_keys.clear();
    payment_lines.clear();
    refund_lines.clear();
    texts.clear();
  }

  std::deque<std::vector<event::Attribute>> attributes;
  std::vector<event::BlindKey> blind_keys;
  std::vector<event::PaymentLine> payment_lines;
  std::vector<event::RefundLine> refund_lines;
  std::vector<std::string_view> texts;
};

// Appends the record of `body`. Customer and visitor numbers must have been
// given. Allocates only where `*out` must grow.
void AppendRecord(const EventBody& body, std::string* out);

// Appends the canonical form of `event`; numbers must have been given.
void AppendCanonical(const Event& event, std::string* out);

// The parts of both, for who wants to write the rest once.
void AppendRecordHead(const EventBody& body, std::string* out);
void AppendCanonicalHead(const Event& event, std::string* out);
void AppendRest(const EventBody& body, std::string* out);

// Reads a record back into `*body`, which borrows from `record` and from
// `*storage` (cleared first). Names of customers and visitors are empty.
// DATA_LOSS when the bytes are not a record; `*body` is then unspecified.
absl::Status ReadRecord(std::string_view record, EventStorage* storage,
                        EventBody* body);

VOUCH_NAMESPACE_END

#include "vouch/event/codec-inl.h"  // IWYU pragma: export

#endif  // VOUCH_EVENT_CODEC_H_
