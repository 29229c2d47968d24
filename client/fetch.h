#ifndef ETALON_CLIENT_FETCH_H_
#define ETALON_CLIENT_FETCH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/connection.h"
#include "etalon/v1/ranking.pb.h"
#include "etalon/v1/search_service.pb.h"

namespace etalon {

// Single calls that several commands make. Errors as the calls give them.

// By full name.
absl::StatusOr<v1::Search> FetchSearch(Connection& connection,
                                       const std::string& name);
absl::StatusOr<v1::Trial> FetchTrial(Connection& connection,
                                     const std::string& name);
// What the search would do. Does not start it.
absl::StatusOr<v1::SearchPlan> FetchPlan(Connection& connection,
                                         const v1::SearchSpec& spec);
// At most 1000, the newest, in whatever state.
absl::StatusOr<std::vector<v1::Worker>> FetchWorkers(Connection& connection);
// `stage`: id; empty for all. `limit`: 0 leaves it to the coordinator.
absl::StatusOr<v1::RankConfigurationsResponse> FetchBest(
    Connection& connection, const std::string& search, const std::string& stage,
    int limit, v1::RankBy by = v1::RANK_BY_MEAN);

}  // namespace etalon

#endif  // ETALON_CLIENT_FETCH_H_
