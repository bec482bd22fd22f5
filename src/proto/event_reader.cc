#include "vouch/proto/event_reader.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/stubs/logging.h"
#include "proto/byte_buffer.h"
#include "vouch/base/limits.h"
#include "vouch/base/status.h"
#include "vouch/proto/convert_event.h"
#include "vouch/proto/json_reader.h"
#include "vouch/proto/unknown_fields.h"

VOUCH_NAMESPACE_BEGIN

namespace proto {
namespace {

// A length of 35 bits is far past the limit.
constexpr std::size_t kMaxLengthBytes = 5;

// One line or record: its place and its bytes, or why there are none.
struct Piece {
  EventPlace place;
  std::string_view bytes;  // valid until the next piece
  absl::Status status;
};

std::string TooLong(std::size_t most) {
  return absl::StrCat("longer than ", most, " bytes");
}

// Cuts the input into lines without their ends.
class Lines {
 public:
  static bool Next(ByteBuffer* input, Piece* piece) {
    piece->place.offset = input->offset();
    std::size_t looked = 0;
    while (true) {
      const std::string_view here = input->bytes();
      const std::size_t end = here.find('\n', looked);
      if (end <= kMaxEventBytes) {  // npos is past every limit
        piece->bytes = here.substr(0, end);
        input->Take(end + 1);
        return true;
      }
      if (end != std::string_view::npos || here.size() > kMaxEventBytes) {
        PassOver(input);
        piece->status = InvalidField("line", TooLong(kMaxEventBytes));
        return true;
      }
      looked = here.size();
      if (!input->Fill()) return Last(input, piece);
    }
  }

 private:
  // A last line needs no end. What comes before a read error may be half of
  // one.
  static bool Last(ByteBuffer* input, Piece* piece) {
    piece->bytes = input->bytes();
    if (piece->bytes.empty() || !input->status().ok()) return false;
    input->Take(piece->bytes.size());
    return true;
  }

  static void PassOver(ByteBuffer* input) {
    do {
      const std::string_view here = input->bytes();
      const std::size_t end = here.find('\n');
      if (end != std::string_view::npos) return input->Take(end + 1);
      input->Take(here.size());
    } while (input->Fill());
  }
};

// Cuts the input into the records behind their lengths.
class Records {
 public:
  // After a status that ends the reading, `*ended` is set.
  static bool Next(ByteBuffer* input, Piece* piece, bool* ended) {
    piece->place.offset = input->offset();
    const std::optional<std::size_t> length = TakeLength(input, piece);
    if (!length) {
      *ended = true;
      return !piece->status.ok();
    }
    while (input->bytes().size() < *length) {
      if (input->Fill()) continue;
      *ended = true;
      if (!input->status().ok()) return false;
      piece->status = InvalidField(
          "record", absl::StrCat("torn: ", input->bytes().size(), " of ",
                                 *length, " bytes are there"));
      return true;
    }
    piece->bytes = input->bytes().substr(0, *length);
    input->Take(*length);
    return true;
  }

 private:
  // Nothing with an OK status at the end, with another one for a length that
  // cannot be.
  static std::optional<std::size_t> TakeLength(ByteBuffer* input,
                                               Piece* piece) {
    uint64_t value = 0;
    for (std::size_t i = 0; i < kMaxLengthBytes; ++i) {
      while (input->bytes().size() <= i) {
        if (input->Fill()) continue;
        if (i > 0 && input->status().ok()) {
          piece->status = InvalidField("record", "torn: within its length");
        }
        return std::nullopt;
      }
      const auto byte = static_cast<uint8_t>(input->bytes()[i]);
      value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
      if ((byte & 0x80) != 0) continue;
      if (value > kMaxEventBytes) break;
      input->Take(i + 1);
      return static_cast<std::size_t>(value);
    }
    piece->status = InvalidField(
        "record",
        absl::StrCat(TooLong(kMaxEventBytes), "; what follows is not read"));
    return std::nullopt;
  }
};

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

ByteSource FileSource(std::FILE* file) {
  return [file](char* buffer, std::size_t size) -> absl::StatusOr<std::size_t> {
    const std::size_t count = std::fread(buffer, 1, size, file);
    if (count == 0 && std::ferror(file) != 0) {
      return absl::DataLossError(
          absl::StrCat("input: cannot be read: ", std::strerror(errno)));
    }
    return count;
  };
}

class EventReader::State {
 public:
  State(ByteSource source, EventFormat format)
      : input_(std::move(source)), format_(format) {}

  bool ReadBatch(std::size_t max_events, EventBatch* batch) {
    batch->events.clear();
    batch->places.clear();
    batch->bad.clear();
    lists_.Clear();
    messages_.Reset();
    const int64_t begin = input_.offset();
    while (!ended_ && batch->events.size() + batch->bad.size() < max_events &&
           input_.offset() - begin < static_cast<int64_t>(kMaxBatchBytes)) {
      ReadOne(batch);
    }
    return !batch->events.empty() || !batch->bad.empty();
  }

 private:
  void ReadOne(EventBatch* batch) {
    Piece piece;
    piece.place.number = ++number_;
    const bool found = format_ == EventFormat::kJsonLines
                           ? Lines::Next(&input_, &piece)
                           : Records::Next(&input_, &piece, &ended_);
    if (!found) {
      ended_ = true;
      piece.status = input_.status();
      if (piece.status.ok()) return;  // the end
    } else if (piece.status.ok()) {
      if (format_ == EventFormat::kJsonLines && IsBlank(piece.bytes)) return;
      Event event;
      piece.status = Parse(piece.bytes, &event);
      if (piece.status.ok()) {
        batch->events.push_back(event);
        batch->places.push_back(piece.place);
        return;
      }
    }
    batch->bad.push_back({piece.place, std::move(piece.status)});
  }

  absl::Status Parse(std::string_view bytes, Event* event) {
    auto* message =
        google::protobuf::Arena::CreateMessage<v1::Event>(&messages_);
    if (format_ == EventFormat::kJsonLines) {
      VOUCH_RETURN_IF_ERROR(json_.Read(bytes, message));
    } else {
      VOUCH_RETURN_IF_ERROR(ParseBinary(bytes, message));
    }
    return ConvertEvent(*message, &lists_, event);
  }

  static absl::Status ParseBinary(std::string_view bytes, v1::Event* message) {
    // A text that is no UTF-8 would be told on standard error too.
    const google::protobuf::LogSilencer silence;
    if (!message->ParseFromArray(bytes.data(),
                                 static_cast<int>(bytes.size()))) {
      return InvalidField("record", "not the bytes of an event");
    }
    return CheckNoUnknownFields(*message);
  }

  ByteBuffer input_;
  const EventFormat format_;
  bool ended_ = false;
  int64_t number_ = 0;
  JsonReader json_;
  google::protobuf::Arena messages_;
  EventArena lists_;
};

EventReader::EventReader(ByteSource source, EventFormat format)
    : state_(std::make_unique<State>(std::move(source), format)) {}
EventReader::~EventReader() = default;
EventReader::EventReader(EventReader&&) noexcept = default;
EventReader& EventReader::operator=(EventReader&&) noexcept = default;

bool EventReader::ReadBatch(std::size_t max_events, EventBatch* batch) {
  return state_->ReadBatch(max_events, batch);
}

}  // namespace proto

VOUCH_NAMESPACE_END
