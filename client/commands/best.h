#ifndef ETALON_CLIENT_COMMANDS_BEST_H_
#define ETALON_CLIENT_COMMANDS_BEST_H_

#include <string>

#include "absl/status/status.h"
#include "client/connection.h"
#include "client/context.h"
#include "client/output/row_writer.h"

namespace etalon {

// Writes the best `count` configurations of `search` (full name) to
// `context.out`; of one stage (id), or of all where it is empty. Errors as the
// calls give them.
absl::Status WriteBest(Connection& connection, const std::string& search,
                       const std::string& stage, int count, OutputFormat format,
                       Context& context);

}  // namespace etalon

#endif  // ETALON_CLIENT_COMMANDS_BEST_H_
