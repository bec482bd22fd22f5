// Bodies of instant.h.
#ifndef VOUCH_BASE_INSTANT_INL_H_
#define VOUCH_BASE_INSTANT_INL_H_

#include "absl/time/civil_time.h"
#include "vouch/base/instant.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

namespace internal {

// Reads fixed-width fields from the front of a text; one miss fails the rest.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(text) {}

  // The number in the next `width` characters, all digits.
  int Digits(size_t width) {
    int value = 0;
    for (size_t i = 0; i < width; ++i) {
      if (!NextIsDigit()) {
        ok_ = false;
        return 0;
      }
      value = value * 10 + (text_[0] - '0');
      text_.remove_prefix(1);
    }
    return value;
  }

  void Expect(char c) { ok_ = Skip(c) && ok_; }

  // Takes the next character if it is `c`.
  bool Skip(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool NextIsDigit() const {
    return !text_.empty() && text_[0] >= '0' && text_[0] <= '9';
  }

  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && text_.empty(); }

 private:
  std::string_view text_;
  bool ok_ = true;
};

// "2024-02-29"; a date that does not exist, or of the year 0, is none of them.
inline absl::CivilDay ReadDay(FieldReader* reader, bool* exists) {
  const int year = reader->Digits(4);
  reader->Expect('-');
  const int month = reader->Digits(2);
  reader->Expect('-');
  const int day = reader->Digits(2);
  const absl::CivilDay civil(year, month, day);
  *exists = year > 0 && civil.month() == month && civil.day() == day;
  return civil;
}

// The fraction after the point in microseconds, -1 if there is no digit or
// more than 6.
inline int64_t ReadFraction(FieldReader* reader) {
  int64_t micros = 0;
  int digits = 0;
  for (; reader->NextIsDigit() && digits < 6; ++digits) {
    micros = micros * 10 + reader->Digits(1);
  }
  if (digits == 0 || reader->NextIsDigit()) return -1;
  for (; digits < 6; ++digits) micros *= 10;
  return micros;
}

// The seconds of "Z" or "+hh:mm" by which local time is ahead of UTC.
inline int64_t ReadOffset(FieldReader* reader, bool* exists) {
  *exists = true;
  if (reader->Skip('Z')) return 0;
  const bool west = reader->Skip('-');
  if (!west) reader->Expect('+');
  const int hours = reader->Digits(2);
  reader->Expect(':');
  const int minutes = reader->Digits(2);
  *exists = hours <= 23 && minutes <= 59;
  return (west ? -60 : 60) * (hours * 60 + minutes);
}

inline void AppendPadded(int64_t value, size_t width, std::string* out) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) out->append(width - digits.size(), '0');
  out->append(digits);
}

inline void AppendDay(absl::CivilDay day, std::string* out) {
  AppendPadded(day.year(), 4, out);
  out->push_back('-');
  AppendPadded(day.month(), 2, out);
  out->push_back('-');
  AppendPadded(day.day(), 2, out);
}

inline absl::Status BadTime(std::string_view reason) {
  return InvalidField("time", reason);
}

}  // namespace internal

inline absl::StatusOr<Instant> ParseInstant(std::string_view rfc3339) {
  internal::FieldReader reader(rfc3339);
  bool day_exists = false;
  bool offset_exists = false;
  const absl::CivilDay day = internal::ReadDay(&reader, &day_exists);
  reader.Expect('T');
  const int hour = reader.Digits(2);
  reader.Expect(':');
  const int minute = reader.Digits(2);
  reader.Expect(':');
  const int second = reader.Digits(2);
  const int64_t micros =
      reader.ok() && reader.Skip('.') ? internal::ReadFraction(&reader) : 0;
  if (micros < 0) return internal::BadTime("has not 1 to 6 fraction digits");
  const int64_t offset = internal::ReadOffset(&reader, &offset_exists);
  if (!reader.AtEnd()) return internal::BadTime("is not RFC 3339");
  if (!day_exists) return internal::BadTime("has a date that does not exist");
  if (second == 60) return internal::BadTime("is a leap second");
  if (hour > 23 || minute > 59 || second > 59 || !offset_exists) {
    return internal::BadTime("has a field out of range");
  }
  const int64_t seconds = (day - absl::CivilDay(1970, 1, 1)) * 86'400 +
                          hour * 3600 + minute * 60 + second - offset;
  const Instant instant{seconds * kUsPerSecond + micros};
  if (!IsValid(instant)) return internal::BadTime("is not in years 1 to 9999");
  return instant;
}

inline std::string FormatInstant(Instant instant) {
  VOUCH_DCHECK(IsValid(instant));
  int64_t days = instant.us / kUsPerDay;
  int64_t rest = instant.us % kUsPerDay;
  if (rest < 0) {
    rest += kUsPerDay;
    --days;
  }
  const int64_t second = rest / kUsPerSecond;
  const int64_t micros = rest % kUsPerSecond;
  std::string text;
  internal::AppendDay(absl::CivilDay(1970, 1, 1) + days, &text);
  text.push_back('T');
  internal::AppendPadded(second / 3600, 2, &text);
  text.push_back(':');
  internal::AppendPadded(second / 60 % 60, 2, &text);
  text.push_back(':');
  internal::AppendPadded(second % 60, 2, &text);
  if (micros != 0) {
    text.push_back('.');
    internal::AppendPadded(micros, 6, &text);
  }
  text.push_back('Z');
  return text;
}

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_INSTANT_INL_H_
