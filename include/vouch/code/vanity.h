// Codes that somebody chose: `ANNA-20`.
//
//   VanityRegistry registry(kDigitCodeEpochs);
//   registry.Add("ANNA-20");   // OK
//   registry.Add("anna 2o");   // ALREADY_EXISTS: code: reads like "ANNA-20"
//   registry.Find("Anna 20");  // "ANNA-20", as it was added
//
// A vanity code says what it is, so it is no secret, and nothing protects it
// from typing errors but that no other is near: two that people take for one
// another cannot both be there. Case, spaces and hyphens do not count, and
// alike are I L 1, O 0, U V, S 5, Z 2, B 8.
#ifndef VOUCH_CODE_VANITY_H_
#define VOUCH_CODE_VANITY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

// Letters and digits of a vanity code, without its spaces and hyphens.
inline constexpr std::size_t kMinVanityLetters = 3;
inline constexpr std::size_t kMaxVanityLetters = 32;

// Sets of epochs, a bit each: 0 to 9, whose generated codes begin with a digit;
// and all.
inline constexpr uint32_t kDigitCodeEpochs = 0x3ff;
inline constexpr uint32_t kAllCodeEpochs = 0xffffffff;

// The vanity codes of one program. It keeps nothing on disk: a host adds what
// it has stored when it starts, in any order. One object by one thread at a
// time; const functions may run together.
class VanityRegistry {
 public:
  // `code_epochs` are those of generated codes, in use and to come: no vanity
  // code may read as one of theirs. One in 32 that begins with such an epoch's
  // letter would. A host whose keys are of epochs 0 to 9 has all names free
  // that begin with a letter; "ANNA-20" reads as a code of epoch 10.
  explicit VanityRegistry(uint32_t code_epochs) : code_epochs_(code_epochs) {}

  // Takes `code`, of ASCII letters, digits, spaces and hyphens, as it is to be
  // printed. INVALID_ARGUMENT for anything else in it, or too few or many
  // letters; ALREADY_EXISTS when it is one that is there, or is taken for it;
  // FAILED_PRECONDITION when it reads as a generated code: its letters are
  // some, it begins with an epoch's and ends with the right check symbol.
  // Nothing is then changed.
  absl::Status Add(std::string_view code);

  // The code that `text`, as somebody typed it, means, as it was added;
  // nothing when there is none. A letter that looks like the right one is
  // enough. Valid until the code is removed or the registry changes.
  std::optional<std::string_view> Find(std::string_view text) const;

  // Gives a code free again. NOT_FOUND when Find finds none.
  absl::Status Remove(std::string_view code);

  std::size_t size() const { return codes_.size(); }

 private:
  static absl::StatusOr<std::string> Form(std::string_view code);

  uint32_t code_epochs_;
  // By the form in which all that look alike are one.
  absl::flat_hash_map<std::string, std::string> codes_;
};

VOUCH_NAMESPACE_END

#include "vouch/code/vanity-inl.h"

#endif  // VOUCH_CODE_VANITY_H_
