#include "client/paging.h"

#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr int kPageSize = 500;

// Calls `method` for page after page and `visit` with every item of them.
template <typename Request, typename Response, typename Items, typename Visit>
absl::Status ForEach(Connection& connection,
                     Connection::Method<Request, Response> method,
                     Request request, const Items& items, const Visit& visit) {
  request.set_page_size(kPageSize);
  request.clear_page_token();
  for (;;) {
    ETALON_ASSIGN_OR_RETURN(const Response response,
                            connection.Call(method, request));
    for (const auto& item : items(response)) {
      if (!visit(item)) return absl::OkStatus();
    }
    if (response.next_page_token().empty()) return absl::OkStatus();
    if (response.next_page_token() == request.page_token()) {
      return absl::DataLossError("the coordinator gave the same page twice");
    }
    request.set_page_token(response.next_page_token());
  }
}

}  // namespace

absl::Status ForEachSearch(
    Connection& connection,
    const std::function<bool(const v1::Search&)>& visit) {
  return ForEach<v1::ListSearchesRequest, v1::ListSearchesResponse>(
      connection, &Connection::Service::ListSearches, {},
      [](const auto& response) { return response.searches(); }, visit);
}

absl::Status ForEachTrial(Connection& connection, v1::ListTrialsRequest request,
                          const std::function<bool(const v1::Trial&)>& visit) {
  return ForEach<v1::ListTrialsRequest, v1::ListTrialsResponse>(
      connection, &Connection::Service::ListTrials, request,
      [](const auto& response) { return response.trials(); }, visit);
}

absl::Status ForEachWorker(
    Connection& connection,
    const std::function<bool(const v1::Worker&)>& visit) {
  return ForEach<v1::ListWorkersRequest, v1::ListWorkersResponse>(
      connection, &Connection::Service::ListWorkers, {},
      [](const auto& response) { return response.workers(); }, visit);
}

}  // namespace etalon
