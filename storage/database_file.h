#ifndef ETALON_STORAGE_DATABASE_FILE_H_
#define ETALON_STORAGE_DATABASE_FILE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

// What an operator does with a coordinator's database file on the machine where
// it lies. No coordinator takes part: one that runs goes on meanwhile, or keeps
// the file from being changed.
//
// All may block on the disk for as long as reading the file takes. Errors name
// the file and the way out: NOT_FOUND (no such file or folder),
// FAILED_PRECONDITION (another program's file, a newer schema, in use, cannot
// be written), DATA_LOSS (damaged, or no database), RESOURCE_EXHAUSTED (disk
// full), UNAVAILABLE (another process holds its lock for too long) or INTERNAL.

namespace etalon {

// What was found in a database.
struct DatabaseReport {
  std::string path;  // absolute
  int64_t schema_version = 0;
  int64_t newest_schema_version = 0;  // that this program knows
  uint64_t generation = 0;
  int64_t size_bytes = 0;
  int64_t log_bytes = 0;  // of the write-ahead log; 0 where there is none
  int64_t searches = 0;
  int64_t trials = 0;
  int64_t results = 0;
  int64_t live_leases = 0;
  std::string in_use_by;  // "process 123", a coordinator; empty: by none
  // A sentence each; none where all is well.
  std::vector<std::string> problems;
};

enum class CheckDepth {
  // Every page is where it belongs; rows are not compared with their indices.
  kQuick,
  // Also every index, reference and rule between rows.
  kThorough,
};

// Reads the whole file; a coordinator may run on it. Changes nothing.
absl::StatusOr<DatabaseReport> CheckDatabase(const std::string& path,
                                             CheckDepth depth);

// Told of after each piece, about a megabyte.
using CopyProgress =
    std::function<void(int64_t copied_bytes, int64_t total_bytes)>;

struct CopyOptions {
  // A file that is there is replaced.
  bool replace = false;
  CopyProgress progress = nullptr;
};

// Makes `copy` one file that has all that was committed in `path` at one moment
// of the call, whole or not at all; a coordinator may run on `path` and commit
// meanwhile. ALREADY_EXISTS: `copy` is there.
absl::Status BackUpDatabase(const std::string& path, const std::string& copy,
                            const CopyOptions& options);

struct Restoration {
  uint64_t generation = 0;  // that the database has now
  int64_t leases_ended =
      0;             // that lived in the backup; their trials are queued
  std::string kept;  // the file that was there before; empty for none
};

// Makes `path` a database with what `backup` has, once that has passed a
// thorough check, under `new_generation` (random), so that no lease of before
// counts. What was at `path` is kept beside it under a name with `now` in it.
// FAILED_PRECONDITION: a coordinator runs on `path`.
absl::StatusOr<Restoration> RestoreDatabase(const std::string& backup,
                                            const std::string& path,
                                            uint64_t new_generation,
                                            absl::Time now,
                                            const CopyProgress& progress);

struct Migration {
  int64_t from = 0;  // schema versions
  int64_t to = 0;
};

// Brings the file to the newest schema, as a coordinator does that opens it.
// FAILED_PRECONDITION: a coordinator runs on it.
absl::StatusOr<Migration> MigrateDatabase(const std::string& path);

}  // namespace etalon

#endif  // ETALON_STORAGE_DATABASE_FILE_H_
