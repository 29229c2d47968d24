#ifndef ETALON_CLIENT_COMMANDS_LIST_TRIALS_H_
#define ETALON_CLIENT_COMMANDS_LIST_TRIALS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/connection.h"
#include "client/context.h"
#include "client/output/row_writer.h"
#include "etalon/v1/search_service.pb.h"

namespace etalon {

// Writes the trials that `request` asks for to `context.out`, page by page:
// at most `limit` of them where it is not 0, and these columns, or all where
// none is named.
// INVALID_ARGUMENT: an unknown column. Else errors as the calls give them.
absl::Status WriteTrials(Connection& connection,
                         const v1::ListTrialsRequest& request, int64_t limit,
                         const std::vector<std::string>& columns,
                         OutputFormat format, Context& context);

}  // namespace etalon

#endif  // ETALON_CLIENT_COMMANDS_LIST_TRIALS_H_
