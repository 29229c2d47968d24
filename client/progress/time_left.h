#ifndef ETALON_CLIENT_PROGRESS_TIME_LEFT_H_
#define ETALON_CLIENT_PROGRESS_TIME_LEFT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/progress/forecast.h"
#include "etalon/v1/plan.pb.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"
#include "etalon/v1/worker.pb.h"

namespace etalon {

// What is known of a search that goes on.
struct Evidence {
  v1::Search search;
  // Trials that have ended, as many of each stage as there are or a few
  // hundred.
  std::vector<v1::Trial> ended;
  // Those at work.
  std::vector<v1::Trial> running;
  // In whatever state.
  std::vector<v1::Worker> workers;
  // What the search would do were it planned now; without stages where that is
  // not known.
  v1::SearchPlan plan;
};

// How long the search will go on: what is open of the stages that have begun,
// running trials by what is left of them, and the stages that are still to be
// drawn, on the threads of the workers that are alive, as fast as each has
// been. Where other searches run too, on the share of the threads that this one
// has.
//
// A stage costs what its own ended trials took; before there are any, what
// trials of the same shape took elsewhere; else what the stage before takes, in
// proportion to the updates. Nothing where none of these is known, or nothing
// runs. The only clock is the coordinator's.
std::optional<Forecast> EstimateTimeLeft(const Evidence& evidence);

}  // namespace etalon

#endif  // ETALON_CLIENT_PROGRESS_TIME_LEFT_H_
