#ifndef ETALON_STORAGE_SQLITE_SQL_AUTHORIZER_H_
#define ETALON_STORAGE_SQLITE_SQL_AUTHORIZER_H_

#include <sqlite3.h>

#include <string>

namespace etalon::sqlite {

// From now on statements that are prepared on `handle` read the tables and
// views that docs/database.md describes, by functions that compute, and do
// nothing else: anything not allowed here is denied. Columns `request_id`, by
// which callers tell their own requests, read as NULL. `*denied`, which must
// outlive the connection, is set to what was denied, in words.
void AllowReadingOnly(sqlite3* handle, std::string* denied);

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_SQL_AUTHORIZER_H_
