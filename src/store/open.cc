// Engine::Open, here so that an engine that needs no SQLite does not link it.
#include <utility>

#include "vouch/base/status.h"
#include "vouch/engine/engine.h"
#include "vouch/store/sqlite.h"

VOUCH_NAMESPACE_BEGIN

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(
    const std::string& path, const EngineOptions& options) {
  SqliteOptions store_options;
  store_options.read_only = options.read_only;
  // The state is of one moment, and so are the rows that answers read.
  store_options.one_moment = options.read_only;
  VOUCH_ASSIGN_OR_RETURN(std::unique_ptr<Store> store,
                         OpenSqliteStore(path, store_options));
  return OnStore(std::move(store), options);
}

VOUCH_NAMESPACE_END
