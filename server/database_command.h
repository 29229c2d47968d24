#ifndef ETALON_SERVER_DATABASE_COMMAND_H_
#define ETALON_SERVER_DATABASE_COMMAND_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "common/clock.h"

namespace etalon {

// What a database command touches of the process it runs in.
struct DatabaseCommandContext {
  std::ostream& out;             // data
  std::ostream& err;             // everything else
  bool err_is_terminal = false;  // progress is drawn there
  const Clock& clock;
  uint64_t random = 0;  // becomes the generation of a restored database
};

// `etalon db check|backup|restore|migrate`, which runs here, where the code
// that knows database files is: `etalon` hands it over to the etalon-server
// beside it (docs/adr/0009). `arguments` are those after "db". Returns the exit
// code: 0 done, 1 failed or damaged, 2 usage, 3 not found, 4 in use, already
// there or another program's.
int RunDatabaseCommand(const std::vector<std::string>& arguments,
                       DatabaseCommandContext& context);

}  // namespace etalon

#endif  // ETALON_SERVER_DATABASE_COMMAND_H_
