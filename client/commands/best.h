#ifndef ETALON_CLIENT_COMMANDS_BEST_H_
#define ETALON_CLIENT_COMMANDS_BEST_H_

#include <string>

#include "absl/status/status.h"
#include "client/connection.h"
#include "client/context.h"
#include "client/output/row_writer.h"
#include "etalon/v1/ranking.pb.h"

namespace etalon {

// Which configurations are the best.
struct BestChoice {
  // Id of the stage that they are of; kAllStages: of all together. Empty: of
  // BestStage, and `context.err` says which that is.
  std::string stage = {};
  // At most so many.
  int count = 3;
  v1::RankBy by = v1::RANK_BY_MEAN;
};

// Writes the best configurations of `search` (full name) to `context.out`.
// Errors as the calls give them; NOT_FOUND for an unknown stage.
absl::Status WriteBest(Connection& connection, const std::string& search,
                       const BestChoice& choice, OutputFormat format,
                       Context& context);

}  // namespace etalon

#endif  // ETALON_CLIENT_COMMANDS_BEST_H_
