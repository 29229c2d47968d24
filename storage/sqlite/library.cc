#include "storage/sqlite/library.h"

#include <sqlite3.h>

namespace etalon::sqlite {

void ConfigureLibrary() {
  // Nobody asks SQLite how much memory it has; counting it takes a lock for
  // every piece.
  [[maybe_unused]] static const int configured =
      sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace etalon::sqlite
