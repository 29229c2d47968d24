#ifndef ETALON_STORAGE_SQLITE_COPY_DATABASE_H_
#define ETALON_STORAGE_SQLITE_COPY_DATABASE_H_

#include <string>

#include "absl/status/status.h"
#include "storage/database_file.h"
#include "storage/sqlite/connection.h"

namespace etalon::sqlite {

// Copies what `source` sees in one read transaction of it to a new file at
// `path`, page by page, through memory of about a megabyte. The copy is one
// file, without a log beside it. It is there in part after an error. Codes of
// ErrorOf.
absl::Status CopyDatabase(Connection& source, const std::string& path,
                          const CopyProgress& progress);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_COPY_DATABASE_H_
