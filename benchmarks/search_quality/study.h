#ifndef ETALON_BENCHMARKS_SEARCH_QUALITY_STUDY_H_
#define ETALON_BENCHMARKS_SEARCH_QUALITY_STUDY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "benchmarks/search_quality/functions.h"
#include "common/clock.h"
#include "etalon/v1/search_service.grpc.pb.h"
#include "etalon/v1/worker_service.grpc.pb.h"

namespace etalon::benchmark {

// Names that Study::Run knows.
const std::vector<std::string>& SamplerNames();
// And Study::RunRule; the first is no rule.
const std::vector<std::string>& RuleNames();

// Searches on a real coordinator, with a worker that trains nothing: the
// accuracy of a trial is a function of its parameters, the better the smaller.
//
// Threads: one.
class Study {
 public:
  // Registers the worker. The coordinator's errors.
  static absl::StatusOr<Study> Create(const std::string& server);

  // A search of `trials` configurations by that sampler; of an adaptive one
  // each is chosen knowing all before it. Returns function values over the
  // minimum, by trial number.
  absl::StatusOr<std::vector<double>> Run(const Function& function,
                                          const std::string& sampler,
                                          uint64_t seed, int trials);

  // After a trial has given up its lease: epochs that all have been trained
  // together, and the best accuracy of those that were trained to their end, 0
  // before the first.
  struct Progress {
    int64_t epochs = 0;
    double best = 0;
  };
  // A search of `trials` random configurations whose accuracies grow as
  // `curves` say, under the rule of that name, of hyperband `trials` in its
  // first bracket.
  absl::StatusOr<std::vector<Progress>> RunRule(const Curves& curves,
                                                const std::string& rule,
                                                uint64_t seed, int trials);

 private:
  // What the coordinator has; none once the search has ended.
  absl::StatusOr<std::optional<v1::LeasedTrial>> Lease(
      const std::string& search);
  absl::StatusOr<std::optional<v1::LeasedTrial>> Complete(
      const v1::Completion& completion);

  Study(std::unique_ptr<v1::SearchService::Stub> searches,
        std::unique_ptr<v1::WorkerService::Stub> workers);

  std::unique_ptr<v1::SearchService::Stub> searches_;
  std::unique_ptr<v1::WorkerService::Stub> workers_;
  std::string worker_;
  int requests_ = 0;
};

}  // namespace etalon::benchmark

#endif  // ETALON_BENCHMARKS_SEARCH_QUALITY_STUDY_H_
