// The tables of a file, how one is known for Vouch's, and how older ones are
// brought up (docs/STORAGE_FORMAT.md).
#ifndef VOUCH_SRC_STORE_SCHEMA_H_
#define VOUCH_SRC_STORE_SCHEMA_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/connection.h"
#include "vouch/base/config.h"

VOUCH_NAMESPACE_BEGIN

namespace store {

// "VOUC" in the file's header.
inline constexpr int32_t kApplicationId = 0x564F5543;
// The user_version that this library writes.
inline constexpr int64_t kSchemaVersion = 1;

// The schema version of the file, 0 for an empty one. Changes nothing.
// FAILED_PRECONDITION for a file of somebody else or of a newer library.
absl::StatusOr<int64_t> ReadSchemaVersion(Connection* connection);

// Makes an empty or older file one of kSchemaVersion, in one transaction.
absl::Status Migrate(Connection* connection);

// DATA_LOSS unless every table and index is as Migrate made it.
absl::Status CheckSchema(Connection* connection);

}  // namespace store

VOUCH_NAMESPACE_END

#endif  // VOUCH_SRC_STORE_SCHEMA_H_
