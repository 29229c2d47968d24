#ifndef ETALON_WORKER_TRIAL_GROUPS_H_
#define ETALON_WORKER_TRIAL_GROUPS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "worker/train/data/prepared_data.h"
#include "worker/train/trial_plan.h"

namespace etalon {

// What of a trial decides with which others it can be trained; borrowed.
struct GroupCandidate {
  const train::TrialPlan* plan = nullptr;
  const train::PreparedData* data = nullptr;
  // The update that it goes on after; 0: it starts.
  int64_t resume_update = 0;
};

// Trials to be trained side by side.
struct TrialGroup {
  // Indices of the candidates, rising.
  std::vector<size_t> members;
  // Of a group of one, where there were others: why, in a sentence for people.
  std::string apart_because;
};

// Puts every candidate into one group. Those that can be trained side by side
// are spread evenly over as few groups as hold `width` of their shape each, in
// order; groups are in the order of their first members. Pure.
std::vector<TrialGroup> GroupTrials(
    const std::vector<GroupCandidate>& candidates,
    absl::FunctionRef<int(const GroupCandidate&)> width);

// "trained apart from the 9 others that the worker held: {reason}".
std::string ApartSentence(size_t others, absl::string_view reason);

}  // namespace etalon

#endif  // ETALON_WORKER_TRIAL_GROUPS_H_
