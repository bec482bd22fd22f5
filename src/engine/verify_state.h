// Verify, for an engine that compares its own state too.
#ifndef VOUCH_SRC_ENGINE_VERIFY_STATE_H_
#define VOUCH_SRC_ENGINE_VERIFY_STATE_H_

#include "absl/status/statusor.h"
#include "log_state.h"
#include "vouch/base/config.h"
#include "vouch/engine/store.h"
#include "vouch/engine/verify.h"

VOUCH_NAMESPACE_BEGIN

// `live` may be nullptr.
absl::StatusOr<VerifyReport> VerifyWith(Store* store, const LogState* live);

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_ENGINE_VERIFY_STATE_H_
