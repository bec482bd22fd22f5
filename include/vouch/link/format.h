// How the links of one program look: which query keys and paths hold what,
// where links may lead, with what they are signed.
//
//   LinkFormatSpec spec;
//   spec.program_id = "shop";
//   spec.path_templates = {"/r/{code}", "/{partner}/to/{campaign}"};
//   spec.query_keys = {{"friend", LinkField::kPartner}};  // before the usual
//   spec.hosts = {"shop.example", "*.shop.example"};
//   spec.secrets = {{"2024a", secret}};
//   StatusOr<LinkFormat> format = LinkFormat::Build(spec);
//
// Built once, then immutable: may be used from any thread. MakeLink (make.h)
// and ResolveLink (resolve.h) work by it.
#ifndef VOUCH_LINK_FORMAT_H_
#define VOUCH_LINK_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vouch/base/config.h"
#include "vouch/link/fields.h"
#include "vouch/link/signature.h"
#include "vouch/link/url.h"

VOUCH_NAMESPACE_BEGIN

// One query key and the field that it holds.
struct LinkQueryKey {
  std::string key;
  LinkField field = LinkField::kPartner;
};

// A secret that signs, and the name that links carry for it.
struct LinkSecret {
  std::string key_id;
  std::string secret;
};

// The keys that are read when a program names none of its own for a field, and
// after them when it does. Of several with a value the first here wins.
const std::vector<LinkQueryKey>& UsualLinkKeys();

struct LinkFormatSpec {
  // Signed with every link, so that one program's links are not another's.
  std::string program_id;
  // Whole paths, tried in order: each segment is a text of its own, or a field
  // by its name in braces. A field of the path goes before one of the query. A
  // slash at the path's end makes no difference.
  std::vector<std::string> path_templates;
  // Keys of the program's own, by priority; the first of a field's is the one
  // that links are made with.
  std::vector<LinkQueryKey> query_keys;
  // Whether the usual keys are read too, after those.
  bool usual_keys = true;
  // Where a link's destination may lead: "shop.example" is that host on the
  // scheme's own port, "shop.example:8443" on that one, "*.shop.example" every
  // host below it. None: nowhere.
  std::vector<std::string> hosts;
  // A link is signed with the one it names. To change secrets, add one, sign
  // with it, and take the old one out when its links have expired.
  std::vector<LinkSecret> secrets;
  // 12 to 32: 16 are 128 bits, in 22 letters of the link.
  std::size_t signature_bytes = 16;
  // The query key that holds it.
  std::string signature_key = "vsig";
  // Whether a link without a signature is refused.
  bool require_signature = false;
};

class LinkFormat {
 public:
  // INVALID_ARGUMENT with the path of the first mistake (`hosts[2]: ...`),
  // ALREADY_EXISTS for a key that stands twice, RESOURCE_EXHAUSTED past a
  // limit, and what LinkSigner::AddKey and, for hosts, ReadUrl answer.
  static absl::StatusOr<LinkFormat> Build(const LinkFormatSpec& spec);

  // The index of the field that a query key holds: a LinkField's number, or
  // kSignature. With how early it is asked for, 0 first.
  struct KeyUse {
    std::string name;
    std::size_t field = 0;
    uint8_t priority = 0;
  };
  static constexpr std::size_t kSignature = kLinkFieldCount;

  // Null for a key that says nothing here.
  const KeyUse* FindKey(std::string_view name) const;
  // The key that `field` is written with; null when it has none.
  const KeyUse* FirstKey(std::size_t field) const;

  // A piece of a path template: a text, or a field.
  struct Segment {
    std::string text;
    std::optional<LinkField> field;
  };
  struct Template {
    std::string text;  // as it was given
    std::vector<Segment> segments;
  };
  const std::vector<Template>& templates() const { return templates_; }

  // Whether a destination may be this URL.
  bool MayLeadTo(const UrlParts& url) const;

  const LinkSigner& signer() const { return signer_; }
  bool require_signature() const { return require_signature_; }

 private:
  struct Host {
    std::string name;  // of "*.shop.example": ".shop.example"
    std::string port;
    bool below = false;
  };

  explicit LinkFormat(const LinkFormatSpec& spec)
      : signer_(spec.program_id, spec.signature_bytes),
        require_signature_(spec.require_signature) {
    table_.fill(kNone);
  }
  absl::Status AddKey(std::string_view name, std::size_t field);
  absl::Status AddKeys(const LinkFormatSpec& spec);
  absl::Status AddTemplate(std::string_view text);
  absl::Status AddHost(std::string_view text);
  absl::Status AddSecrets(const LinkFormatSpec& spec);

  static constexpr uint8_t kNone = 255;
  // Room for kMaxLinkQueryKeys at a load of a half, so that a look-up ends.
  static constexpr std::size_t kSlots = 128;
  static std::size_t SlotOf(std::string_view name);

  std::vector<KeyUse> keys_;                // by priority
  std::array<uint8_t, kSlots> table_ = {};  // places in keys_
  std::vector<Template> templates_;
  std::vector<Host> hosts_;
  LinkSigner signer_;
  bool require_signature_ = false;
};

VOUCH_NAMESPACE_END

#include "vouch/link/format-inl.h"  // IWYU pragma: export

#endif  // VOUCH_LINK_FORMAT_H_
