// PyTorch as an independent judge: the same network from the same parameters on
// the same minibatches ends with the same parameters, in double precision.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/worker/train/pytorch_problem.h"
#include "tests/worker/train/training_support.h"

namespace etalon::train {
namespace {

using Json = nlohmann::json;
using ::etalon::testing::ProcessResult;
using ::etalon::testing::RunProcess;
using ::etalon::testing::TempDir;

// One trial: ours, and what PyTorch is to make of it.
class OurTrial {
 public:
  explicit OurTrial(const TrialPlan& plan)
      : plan_(plan),
        batches_(plan),
        kernels_(KernelsToTest()[0]->float64),
        buffer_(kernels_, kJudgedSizes.features, plan.batch_size),
        state_({plan}, kJudgedSizes, kernels_, plan.batch_size) {
    // Biases, gamma and beta too away from where they would start.
    for (const Parameter<double>& parameter : state_.network().Parameters(0)) {
      if (parameter.penalized) continue;
      const AlignedArray<double> drawn =
          RandomNormals(static_cast<size_t>(parameter.count), 9);
      for (Index i = 0; i < parameter.count; ++i) {
        parameter.values[i] = 0.5 + 0.2 * drawn[i];
      }
    }
    problem_ = EncodeProblem(plan_, batches_, state_);
  }

  const Json& problem() const { return problem_; }

  void Train() {
    for (int64_t update = 1; update <= plan_.updates; ++update) {
      const LabelledImages images = batches_[update];
      const Batch batch =
          buffer_.Pack(images.rows, images.inputs, images.labels);
      ASSERT_TRUE(std::isfinite(state_.Step(batch).front().loss_sum));
    }
  }

  // Array by array, the largest difference by the largest number. Seen: 2e-10
  // with Adam, which divides rounding by rounding for the biases that batch
  // normalisation takes away again, and less than 1e-14 elsewhere.
  void ExpectSame(const Json& theirs) {
    const std::vector<NamedArray<double>> arrays = state_.network().State(0);
    ASSERT_EQ(theirs.size(), arrays.size());
    for (const NamedArray<double>& array : arrays) {
      const auto expected = theirs.at(array.name).get<std::vector<double>>();
      ASSERT_EQ(static_cast<Index>(expected.size()), array.count);
      double difference = 0;
      double size = 0;
      for (Index i = 0; i < array.count; ++i) {
        difference =
            std::max(difference, std::abs(array.values[i] - expected[i]));
        size = std::max(size, std::abs(expected[i]));
      }
      EXPECT_LT(difference / size, 1e-8) << array.name;
    }
  }

 private:
  const TrialPlan plan_;
  const JudgedBatches batches_;
  const Kernels<double>& kernels_;
  InputBatch<double> buffer_;
  GroupState<double> state_;
  Json problem_;
};

TEST(PyTorchJudgeTest, ParametersAreThoseOfPyTorchAfterFiftyUpdates) {
  const std::vector<JudgedTrial> trials = JudgedTrials();
  std::deque<OurTrial> ours;  // they do not move
  Json problems = Json::array();
  for (const JudgedTrial& trial : trials) {
    problems.push_back(ours.emplace_back(trial.plan).problem());
  }
  const TempDir folder;
  std::ofstream(folder.File("problems.json")) << problems;
  const ProcessResult judge = RunProcess(
      {ETALON_PYTHON, ETALON_PYTORCH_JUDGE, folder.File("problems.json")});
  if (judge.exit_code == 77) {
    GTEST_SKIP() << "no PyTorch here: install python3-torch";
  }
  ASSERT_EQ(judge.exit_code, 0) << judge.error;

  const Json results = Json::parse(judge.out);
  ASSERT_EQ(results.size(), trials.size());
  for (size_t i = 0; i < trials.size(); ++i) {
    SCOPED_TRACE(trials[i].name);
    ours[i].Train();
    ours[i].ExpectSame(results[i]);
  }
}

}  // namespace
}  // namespace etalon::train
