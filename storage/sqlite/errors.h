#ifndef ETALON_STORAGE_SQLITE_ERRORS_H_
#define ETALON_STORAGE_SQLITE_ERRORS_H_

#include <sqlite3.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace etalon::sqlite {

// What the last call on `handle` failed with, in the store's codes (store.h):
// RESOURCE_EXHAUSTED (disk full, no memory, a TimeLimit has passed),
// UNAVAILABLE (another process holds the lock; read-only; cannot be opened),
// DATA_LOSS (damaged, or no database) or INTERNAL. Names the file. `handle` may
// be null.
absl::Status ErrorOf(sqlite3* handle, int code, absl::string_view path);

// "database '/data/etalon.db'", for messages.
std::string DatabaseNamed(absl::string_view path);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_ERRORS_H_
