#ifndef ETALON_CLIENT_PROGRESS_EXPECTATIONS_H_
#define ETALON_CLIENT_PROGRESS_EXPECTATIONS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/progress/forecast.h"
#include "etalon/v1/plan.pb.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/worker.pb.h"

namespace etalon {

// How long a stage, or a search, is expected to take.
struct Expectation {
  // Nothing where it is not known.
  std::optional<Forecast> forecast;
  // What it is taken from, or why it is not known.
  std::string source;
};

// Of a whole search.
struct Expectations {
  // As in the plan.
  std::vector<Expectation> stages;
  // Of all, one after the other; nothing where one is not known.
  std::optional<Forecast> all;
};

// On threads of these speeds, of `workers` where they are anybody's. `unknown`
// says, by stage, why one has no rate; `times` when those whose time is bounded
// begin no more trials.
Expectations Expect(const v1::SearchPlan& plan,
                    const std::vector<v1::Worker>& workers,
                    const std::vector<double>& speeds,
                    const std::map<std::string, std::string>& unknown,
                    const std::map<std::string, absl::Duration>& times = {});

// Of the stages of `spec` and of their rounds.
std::map<std::string, absl::Duration> TimesOf(const v1::SearchSpec& spec);

}  // namespace etalon

#endif  // ETALON_CLIENT_PROGRESS_EXPECTATIONS_H_
