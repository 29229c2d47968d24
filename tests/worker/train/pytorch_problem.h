#ifndef ETALON_TESTS_WORKER_TRAIN_PYTORCH_PROBLEM_H_
#define ETALON_TESTS_WORKER_TRAIN_PYTORCH_PROBLEM_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "worker/train/aligned_array.h"
#include "worker/train/gradients/gradient_check.h"
#include "worker/train/group_state.h"
#include "worker/train/trial_plan.h"

namespace etalon::train {

// A small network and the minibatches that it is to be trained on, for us and
// for PyTorch.
struct JudgedTrial {
  std::string name;
  TrialPlan plan;
};

// The shape of every judged trial's data: 10 minibatches an epoch.
inline constexpr DataSizes kJudgedSizes = {.shape = {},
                                           .features = 7,
                                           .classes = 4,
                                           .train = 120,
                                           .validation = 1,
                                           .test = 0};

// One for each layer, optimiser and schedule.
std::vector<JudgedTrial> JudgedTrials();

// All minibatches, drawn from the minibatch seed of `plan`.
class JudgedBatches {
 public:
  explicit JudgedBatches(const TrialPlan& plan);

  // Of update `update` = 1, 2, ..., valid as long as this.
  LabelledImages operator[](int64_t update) const;

 private:
  const Index rows_;
  AlignedArray<double> inputs_;
  std::vector<uint8_t> labels_;
};

// What pytorch_judge.py reads: `state` before its first update, and all that it
// is to be trained by.
nlohmann::json EncodeProblem(const TrialPlan& plan,
                             const JudgedBatches& batches,
                             GroupState<double>& state);

}  // namespace etalon::train

#endif  // ETALON_TESTS_WORKER_TRAIN_PYTORCH_PROBLEM_H_
