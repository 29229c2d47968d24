#ifndef ETALON_WORKER_COMMANDS_SPEC_NETWORK_H_
#define ETALON_WORKER_COMMANDS_SPEC_NETWORK_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "worker/train/network_spec.h"

namespace etalon {

// What a search file trains, before its stages and parameters change it.
struct SpecNetwork {
  int64_t features = 0;
  train::NetworkSpec network;
  int64_t classes = 0;
  int64_t batch_size = 0;
  double lambda = 0;
};

// Reads the search file at `path`; what it leaves out has the default of
// docs/search-files.md.
// INVALID_ARGUMENT: one line a problem, or the data set's inputs are not known
// by its name. NOT_FOUND: there is no such file.
absl::StatusOr<SpecNetwork> ReadSpecNetwork(const std::string& path);

}  // namespace etalon

#endif  // ETALON_WORKER_COMMANDS_SPEC_NETWORK_H_
