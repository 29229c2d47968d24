// Trains the reference trial of trainer_vs_pytorch.sh once and prints
//   SECONDS VALIDATION_ACCURACY TRAINING_ACCURACY KERNELS PROCESSOR_SECONDS
// Reading the data is not in the times, every evaluation is.
//
// With "augmented", every image is mirrored by chance and moved by up to three
// pixels.
//
// usage: etalon-trainer-benchmark DATA_DIRECTORY [KERNELS [augmented]]
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>

#include "common/clock.h"
#include "common/status_macros.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/kernels/select.h"
#include "worker/train/trainer.h"

namespace etalon::train {
namespace {

class SilentObserver : public Observer {
 public:
  void OnMeasurement(const Measurement&) override {}
  bool ShouldStop() override { return false; }
};

// 3072-50-10 on 45,000 images in batches of 100: two cycles of 900 updates a
// half, that is eight epochs.
TrialPlan ReferencePlan() {
  TrialPlan plan;
  plan.network.hidden = {50};
  plan.lambda = 1e-3;
  plan.schedule = {CyclicalRate{1e-5, 1e-1, 900}};
  plan.updates = 3600;
  return plan;
}

absl::Status Run(const char* data_directory, const char* kernels_name,
                 bool augmented) {
  ETALON_ASSIGN_OR_RETURN(const KernelSet* kernels,
                          SelectKernels(kernels_name));
  ETALON_ASSIGN_OR_RETURN(
      const std::shared_ptr<const PreparedData> data,
      LoadDataset(Cifar10Spec{.train = 45'000, .validation = 5'000},
                  data_directory));
  TrialPlan plan = ReferencePlan();
  if (augmented) plan.augmentation = {.mirror = true, .shift = 3};
  SilentObserver observer;
  const std::clock_t processor_start = std::clock();
  const absl::Duration start = SystemClock().Monotonic();
  ETALON_ASSIGN_OR_RETURN(const TrialOutcome outcome,
                          Train(plan, *data, *kernels, observer));
  const absl::Duration taken = SystemClock().Monotonic() - start;
  const double processor_seconds =
      static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC;
  if (outcome.kind != TrialOutcome::Kind::kFinished) {
    return absl::InternalError("the reference trial did not finish");
  }
  std::printf("%.3f %.4f %.4f %s %.3f\n", absl::ToDoubleSeconds(taken),
              outcome.last_measurement->validation->accuracy,
              outcome.last_measurement->training->accuracy, kernels->name,
              processor_seconds);
  return absl::OkStatus();
}

}  // namespace
}  // namespace etalon::train

int main(int argc, char** argv) {
  const bool augmented = argc == 4 && std::strcmp(argv[3], "augmented") == 0;
  if (argc < 2 || argc > 4 || (argc == 4 && !augmented)) {
    std::fprintf(stderr, "usage: %s DATA_DIRECTORY [KERNELS [augmented]]\n",
                 argv[0]);
    return 2;
  }
  const absl::Status status =
      etalon::train::Run(argv[1], argc >= 3 ? argv[2] : "auto", augmented);
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    return 1;
  }
  return 0;
}
