// Trains groups of trials on CIFAR-10 and prints what that took.
// benchmarks/training.sh compares with PyTorch.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "common/clock.h"
#include "common/status_macros.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/kernels/select.h"
#include "worker/train/trainer.h"

namespace etalon::train {
namespace {

struct Options {
  std::string data;
  std::string kernel = "auto";
  std::string network = "reference";
  Precision precision = Precision::kFloat32;
  int width = 1;
  int threads = 1;
  bool augment = false;
  uint64_t seed = 0;
};

class SilentObserver : public Observer {
 public:
  void OnMeasurement(const Measurement&) override {}
  bool ShouldStop() override { return false; }
};

// Two layers, 50 hidden units, 45,000 images in batches of 100, two cycles of
// 900 updates a half, that is eight epochs: the trial that figures are quoted
// of.
TrialPlan ReferencePlan() {
  TrialPlan plan;
  plan.network.hidden = {50};
  plan.schedule = {CyclicalRate{1e-5, 1e-1, 900}};
  plan.updates = 3600;
  return plan;
}

// The same with three layers, batch normalisation and momentum.
TrialPlan CoursePlan() {
  TrialPlan plan = ReferencePlan();
  plan.network = {.hidden = {50, 30}, .batch_norm = true, .init = HeInit{}};
  plan.optimizer = SgdSpec{.momentum = 0.7};
  plan.schedule = {ConstantRate{0.03}};
  return plan;
}

// One epoch of 2,000 hidden units.
TrialPlan WidePlan() {
  TrialPlan plan = ReferencePlan();
  plan.network.hidden = {2000};
  plan.schedule = {ConstantRate{0.01}};
  plan.updates = 450;
  return plan;
}

const std::map<std::string, TrialPlan (*)()> kNetworks = {
    {"reference", ReferencePlan}, {"course", CoursePlan}, {"wide", WidePlan}};

// `width` trials whose lambda is spread evenly over the decades from 1e-5 to
// 1e-1, as in benchmarks/pytorch_fused.py; of one alone it is 1e-3.
std::vector<TrialPlan> MakePlans(const Options& options, uint64_t thread) {
  std::vector<TrialPlan> plans;
  for (int i = 0; i < options.width; ++i) {
    TrialPlan plan = kNetworks.at(options.network)();
    const double share = options.width == 1 ? 0.5 : i / (options.width - 1.0);
    plan.lambda = std::pow(10, -5 + 4 * share);
    plan.precision = options.precision;
    if (options.augment) plan.augmentation = {.mirror = true, .shift = 3};
    const auto trial = static_cast<uint64_t>(i);
    plan.seeds = {.initialization = (options.seed + thread) * 1000 + trial,
                  .minibatches = options.seed + thread};
    plans.push_back(plan);
  }
  return plans;
}

// Trains one group and adds up its last validation accuracies.
absl::Status TrainPlans(const std::vector<TrialPlan>& plans,
                        const PreparedData& data, const KernelSet& kernels,
                        double& accuracy_sum) {
  std::vector<SilentObserver> observers(plans.size());
  std::vector<GroupMember> members;
  for (size_t i = 0; i < plans.size(); ++i) {
    members.push_back({&plans[i], &observers[i]});
  }
  absl::Status status;
  TrainGroup(members, data, kernels,
             [&](size_t, const absl::StatusOr<TrialOutcome>& outcome) {
               if (!outcome.ok()) {
                 status = outcome.status();
               } else if (outcome->kind != TrialOutcome::Kind::kFinished) {
                 status = absl::InternalError("a trial did not finish");
               } else {
                 accuracy_sum +=
                     outcome->last_measurement->validation->accuracy;
               }
             });
  return status;
}

absl::Status Run(const Options& options) {
  ETALON_ASSIGN_OR_RETURN(const KernelSet* kernels,
                          SelectKernels(options.kernel));
  ETALON_ASSIGN_OR_RETURN(
      const std::shared_ptr<const PreparedData> data,
      LoadDataset(Cifar10Spec{.train = 45'000, .validation = 5'000},
                  options.data));
  const size_t threads = static_cast<size_t>(options.threads);
  std::vector<absl::Status> statuses(threads);
  std::vector<double> accuracy_sums(threads);
  std::vector<std::thread> running;
  const std::clock_t processor_start = std::clock();
  const absl::Duration start = SystemClock().Monotonic();
  for (size_t t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      statuses[t] =
          TrainPlans(MakePlans(options, t), *data, *kernels, accuracy_sums[t]);
    });
  }
  for (std::thread& thread : running) thread.join();
  const absl::Duration taken = SystemClock().Monotonic() - start;
  const double processor_seconds =
      static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC;
  double accuracy = 0;
  for (size_t t = 0; t < threads; ++t) {
    ETALON_RETURN_IF_ERROR(statuses[t]);
    accuracy += accuracy_sums[t];
  }
  const double trials = options.width * options.threads;
  std::printf("%.4f %.4f %.4f %s\n", absl::ToDoubleSeconds(taken) / trials,
              accuracy / trials, processor_seconds / trials, kernels->name);
  return absl::OkStatus();
}

}  // namespace
}  // namespace etalon::train

int main(int argc, char** argv) {
  using etalon::train::Precision;
  etalon::train::Options options;
  CLI::App app(
      "Trains groups of trials on CIFAR-10 and prints, per trial: seconds, "
      "mean "
      "validation accuracy, seconds of processor time, kernels");
  app.add_option("data", options.data, "Folder of CIFAR-10's binary files")
      ->required();
  app.add_option("--kernel", options.kernel, "Instruction set");
  app.add_option("--network", options.network,
                 "reference: 3072-50-10; course: 3072-50-30-10 with batch "
                 "normalisation and momentum; wide: 3072-2000-10, one epoch")
      ->check(CLI::IsMember({"reference", "course", "wide"}));
  app.add_option("--precision", options.precision, "float32 or bfloat16")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Precision>{
          {"float32", Precision::kFloat32},
          {"bfloat16", Precision::kBfloat16}}));
  app.add_option("--width", options.width, "Trials side by side in a group")
      ->check(CLI::Range(1, 256));
  app.add_option("--threads", options.threads, "Groups at once")
      ->check(CLI::Range(1, 256));
  app.add_flag("--augment", options.augment,
               "Mirror and shift the training images");
  app.add_option("--seed", options.seed, "Of weights and minibatches");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = etalon::train::Run(options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
