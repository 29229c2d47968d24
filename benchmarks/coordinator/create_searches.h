#ifndef ETALON_BENCHMARKS_COORDINATOR_CREATE_SEARCHES_H_
#define ETALON_BENCHMARKS_COORDINATOR_CREATE_SEARCHES_H_

#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "absl/status/status.h"

namespace etalon::benchmark {

// Creates searches of random trials, `trials` in all, as many as a search may
// have in each, named `prefix`-1, `prefix`-2 and so on.
absl::Status CreateSearches(
    const std::string& server,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const std::string& prefix, int trials);

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_COORDINATOR_CREATE_SEARCHES_H_
