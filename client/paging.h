#ifndef ETALON_CLIENT_PAGING_H_
#define ETALON_CLIENT_PAGING_H_

#include <functional>

#include "absl/status/status.h"
#include "client/connection.h"
#include "etalon/v1/search_service.pb.h"

namespace etalon {

// Lists, page by page: `visit` is called with every item in turn and says
// whether to go on. Errors are those of the calls; DATA_LOSS: the coordinator
// gave a page twice.
absl::Status ForEachSearch(Connection& connection,
                           const std::function<bool(const v1::Search&)>& visit);
// `request` says which; its page fields are overwritten.
absl::Status ForEachTrial(Connection& connection, v1::ListTrialsRequest request,
                          const std::function<bool(const v1::Trial&)>& visit);
absl::Status ForEachWorker(Connection& connection,
                           const std::function<bool(const v1::Worker&)>& visit);

}  // namespace etalon

#endif  // ETALON_CLIENT_PAGING_H_
