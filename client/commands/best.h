#ifndef ETALON_CLIENT_COMMANDS_BEST_H_
#define ETALON_CLIENT_COMMANDS_BEST_H_

#include <string>

#include "absl/status/status.h"
#include "client/connection.h"
#include "client/context.h"
#include "client/output/row_writer.h"

namespace etalon {

// Writes the best `count` configurations of `search` (full name) to
// `context.out`: those of stage `stage` (id), of all stages together for
// kAllStages, of BestStage where it is empty; then `context.err` says which
// that is. Errors as the calls give them; NOT_FOUND for an unknown stage.
absl::Status WriteBest(Connection& connection, const std::string& search,
                       const std::string& stage, int count, OutputFormat format,
                       Context& context);

}  // namespace etalon

#endif  // ETALON_CLIENT_COMMANDS_BEST_H_
