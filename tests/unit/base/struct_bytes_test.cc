#include "vouch/base/struct_bytes.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"

namespace vouch {
namespace {

using std::string_view_literals::operator""sv;

enum class Colour : uint8_t { kNone, kRed, kBlue };

// Kept elsewhere.
struct Owner {
  int64_t number = 0;
};

struct Part {
  std::string name;
  int32_t count = 1;  // a default that is not zero
};

struct Thing {
  std::string_view text;
  Owner owner;
  int64_t number = 0;
  bool flag = false;
  Colour colour = Colour::kRed;
  std::optional<int64_t> maybe;
  Part part;
  std::optional<Part> maybe_part;
  std::vector<Part> parts;
  absl::Span<const std::string_view> marks;
  std::vector<std::vector<Colour>> rows;
};

// As Thing was before it learned most of its fields.
struct OlderThing {
  std::string_view text;
  Owner owner;
  int64_t number = 0;
};

struct ThingSchema {
  template <typename S>
  static auto FieldsOf(S& s) {
    using T = std::remove_const_t<S>;
    if constexpr (std::is_same_v<T, Part>) {
      return std::tie(s.name, s.count);
    } else if constexpr (std::is_same_v<T, OlderThing>) {
      return std::tie(s.text, s.owner, s.number);
    } else {
      return std::tie(s.text, s.owner, s.number, s.flag, s.colour, s.maybe,
                      s.part, s.maybe_part, s.parts, s.marks, s.rows);
    }
  }
  template <typename T>
  static constexpr bool kElsewhere = std::is_same_v<T, Owner>;
  template <typename E>
  static bool IsKnown(E value) {
    return value <= E::kBlue;
  }
  std::vector<std::string_view>& StorageFor(
      absl::Span<const std::string_view>*) {
    return marks;
  }

  std::vector<std::string_view> marks;
};

template <typename S>
std::string BytesOf(const S& value) {
  std::string bytes;
  internal::StructWriter<ThingSchema>(&bytes).Write(value);
  return bytes;
}

// Whether `bytes` are a Thing's and nothing more.
bool Reads(std::string_view bytes, Thing* thing, ThingSchema* schema) {
  ByteReader reader(bytes);
  *thing = Thing();
  *schema = ThingSchema();
  internal::StructReader<ThingSchema>(&reader, schema).Read(thing);
  return reader.ok() && reader.AtEnd();
}

bool Reads(std::string_view bytes) {
  Thing thing;
  ThingSchema schema;
  return Reads(bytes, &thing, &schema);
}

constexpr std::string_view kMarks[] = {"m", ""};

Thing FullThing() {
  Thing thing;
  thing.text = "t";
  thing.owner.number = 5;
  thing.number = -1;
  thing.flag = true;
  thing.colour = Colour::kNone;
  thing.maybe = 0;
  thing.part = {"p", 0};
  thing.maybe_part = Part();
  thing.parts = {Part(), {"q", 2}};
  thing.marks = kMarks;
  thing.rows = {{Colour::kBlue, Colour::kNone}, {}};
  return thing;
}

TEST(StructBytesTest, WhatIsAsByDefaultIsNotWritten) {
  EXPECT_EQ(BytesOf(Thing()), "\0"sv);
  EXPECT_EQ(BytesOf(Part()), "\0"sv);
  Thing owned;
  owned.owner.number = 9;
  EXPECT_EQ(BytesOf(owned), "\0"sv);
}

// Bytes by hand: each field behind its number, a 0 at the end of each struct.
TEST(StructBytesTest, EveryFieldStandsBehindItsNumber) {
  EXPECT_EQ(BytesOf(FullThing()),
            "\x01\x01t"                  // text
            "\x03\x01"                   // -1, zigzag
            "\x04\x01"                   // flag
            "\x05\x00"                   // colour: none is not its default
            "\x06\x00"                   // said, although it is zero
            "\x07\x01\x01p\x02\x00\x00"  // a struct of its own
            "\x08\x00"                   // said, with nothing in it
            "\x09\x02\x00\x01\x01q\x02\x04\x00"  // two of a list
            "\x0a\x02\x01m\x00"                  // texts, one empty
            "\x0b\x02\x02\x02\x00\x00"           // a list of lists
            "\x00"sv);
}

TEST(StructBytesTest, EveryFieldComesBack) {
  const std::string bytes = BytesOf(FullThing());
  Thing again;
  ThingSchema schema;
  ASSERT_TRUE(Reads(bytes, &again, &schema));
  EXPECT_EQ(again.text, "t");
  EXPECT_EQ(again.owner.number, 0);
  EXPECT_EQ(again.number, -1);
  EXPECT_TRUE(again.flag);
  EXPECT_EQ(again.colour, Colour::kNone);
  EXPECT_EQ(again.maybe, 0);
  EXPECT_EQ(again.part.name, "p");
  EXPECT_EQ(again.part.count, 0);
  ASSERT_TRUE(again.maybe_part.has_value());
  EXPECT_EQ(again.maybe_part->count, 1);
  ASSERT_EQ(again.parts.size(), 2u);
  EXPECT_EQ(again.parts[0].count, 1);
  EXPECT_EQ(again.parts[1].name, "q");
  EXPECT_EQ(again.parts[1].count, 2);
  ASSERT_EQ(again.marks.size(), 2u);
  EXPECT_EQ(again.marks[0], "m");
  EXPECT_EQ(again.marks[1], "");
  EXPECT_EQ(again.rows, (std::vector<std::vector<Colour>>{
                            {Colour::kBlue, Colour::kNone}, {}}));
  EXPECT_EQ(BytesOf(again), bytes);
}

// The reason for all of it.
TEST(StructBytesTest, ANewFieldChangesNoOldBytes) {
  OlderThing old;
  old.text = "t";
  old.number = 3;
  Thing thing;
  thing.text = "t";
  thing.number = 3;
  EXPECT_EQ(BytesOf(thing), BytesOf(old));
  Thing again;
  ThingSchema schema;
  ASSERT_TRUE(Reads(BytesOf(old), &again, &schema));
  EXPECT_EQ(again.number, 3);
  EXPECT_EQ(again.colour, Colour::kRed);
}

TEST(StructBytesTest, AnotherSpellingIsRefused) {
  EXPECT_TRUE(Reads("\x01\x01t\x03\x02\x00"sv));
  for (const std::string_view bytes : {
           ""sv,
           "\x01\x01t"sv,                  // without an end
           "\x01\x01t\x03\x02\x00\x00"sv,  // past its end
           "\x03\x02\x01\x01t\x00"sv,      // out of order
           "\x03\x02\x03\x02\x00"sv,       // twice
           "\x01\x00\x00"sv,               // a default said
           "\x05\x01\x00"sv,               // a default that is not zero
           "\x07\x00\x00"sv,               // a struct as by default
           "\x09\x00\x00"sv,               // a list of nothing
           "\x02\x01\x00"sv,               // what is kept elsewhere
           "\x0c\x01\x00"sv,               // no such field
           "\x81\x00\x01t\x00"sv,          // a number with a needless byte
           "\x04\x02\x00"sv,               // a flag of 2
           "\x05\x03\x00"sv,               // no such colour
           "\x09\x7f\x00\x00"sv,           // a count past the bytes
           "\x07\x02\x80\x80\x80\x80\x10\x00\x00"sv,  // past 32 bits
       }) {
    EXPECT_FALSE(Reads(bytes)) << std::string(bytes);
  }
}

TEST(StructBytesTest, TornOrChangedBytesAreRefusedOrAnotherValue) {
  const std::string bytes = BytesOf(FullThing());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // A copy of its own, so that a read past the end is seen.
    const std::vector<char> torn(bytes.begin(),
                                 bytes.begin() + static_cast<int>(size));
    EXPECT_FALSE(Reads(std::string_view(torn.data(), size))) << size;
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    for (int byte = 0; byte < 256; ++byte) {
      changed[at] = static_cast<char>(byte);
      Thing again;
      ThingSchema schema;
      if (Reads(changed, &again, &schema)) {
        ASSERT_EQ(BytesOf(again), changed);
      }
    }
  }
}

}  // namespace
}  // namespace vouch
