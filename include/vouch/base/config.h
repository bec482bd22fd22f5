// Version, namespace and build switches that every Vouch header starts from.
#ifndef VOUCH_BASE_CONFIG_H_
#define VOUCH_BASE_CONFIG_H_

#define VOUCH_VERSION_MAJOR 0
#define VOUCH_VERSION_MINOR 1
#define VOUCH_VERSION_PATCH 0

// The inline namespace carries the version, so that two versions of the
// headers in one process are two sets of symbols instead of one broken one.
#define VOUCH_NAMESPACE_BEGIN \
  namespace vouch {           \
  inline namespace v0_1 {
#define VOUCH_NAMESPACE_END \
  }                         \
  }

VOUCH_NAMESPACE_BEGIN

// The revision of the rules in docs/SEMANTICS.md that this code carries out.
inline constexpr int kSemanticsRevision = 1;

VOUCH_NAMESPACE_END

#endif  // VOUCH_BASE_CONFIG_H_
