#ifndef ETALON_STORAGE_SQLITE_SCHEMA_H_
#define ETALON_STORAGE_SQLITE_SCHEMA_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// "etln": which program the file belongs to, in its header.
inline constexpr int64_t kApplicationId = 0x65746c6e;

// The version that this program writes: how many schema steps there are.
// `PRAGMA user_version` says how many a file has had.
int64_t SchemaVersion();

// Refuses a file that is none of ours, touching nothing. True: it is ours;
// false: it is new and empty. FAILED_PRECONDITION: another program's database,
// or a newer schema. DATA_LOSS: no database at all. Codes of ErrorOf.
absl::StatusOr<bool> CheckIdentity(Connection& connection);

// Brings the file to SchemaVersion(), each missing step in a transaction of its
// own, so that a killed upgrade goes on where it was. `generation` is written
// to a database that had none. Codes of ErrorOf.
absl::Status UpgradeSchema(Connection& connection, uint64_t generation);

absl::StatusOr<uint64_t> ReadGeneration(Connection& connection);

// The steps. One that a release has written is never edited: what changes is
// added as another, and tests/storage/testdata keeps a database of each.
extern const char kSchemaStep1Tables[];
extern const char kSchemaStep1Views[];
extern const char kSchemaStep2[];
extern const char kSchemaStep3[];
extern const char kSchemaStep4[];

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_SCHEMA_H_
