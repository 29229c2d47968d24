// Trials that go on where an earlier attempt stopped.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "common/files.h"
#include "tests/support/fake_clock.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/worker/plan_samples.h"
#include "worker/checkpoints.h"
#include "worker/local_trial_runner.h"
#include "worker/train/data/load_dataset.h"
#include "worker/train/kernels/select.h"

namespace etalon::testing {
namespace {

namespace fs = std::filesystem;

// Time goes on by a second whenever it is asked for: a checkpoint is due after
// every other update or so.
class RunningClock : public Clock {
 public:
  absl::Time Now() const override { return absl::UnixEpoch(); }
  absl::Duration Monotonic() const override {
    return absl::Seconds(++seconds_);
  }

 private:
  mutable int64_t seconds_ = 0;
};

// Stops, if it is told to, once there were so many questions.
class StoppingMonitor : public TrialMonitor {
 public:
  explicit StoppingMonitor(int questions) : questions_(questions) {}
  void OnMeasurement(v1::Measurement measurement) override {
    measurements.push_back(std::move(measurement));
  }
  bool ShouldStop() const override { return --questions_ == 0; }

  std::vector<v1::Measurement> measurements;

 private:
  mutable int questions_;
};

class CheckpointTest : public ::testing::Test {
 protected:
  static constexpr int kNever = 0;

  struct Outcome {
    TrialResult result;
    std::vector<v1::Measurement> measurements;
  };
  Outcome Run(const v1::Trial& trial, const Checkpoints* checkpoints,
              int stop_after = kNever, const char* kernels = "generic") {
    StoppingMonitor monitor(stop_after);
    LocalTrialRunner runner(cache_, datasets_, **train::SelectKernels(kernels),
                            checkpoints, clock_,
                            [](const auto&, const auto&) { return 1; });
    TrialResult result;
    runner.Run({{&trial, &monitor}},
               [&](size_t, TrialResult end) { result = std::move(end); });
    return {std::move(result), std::move(monitor.measurements)};
  }
  // With everything that a snapshot has to hold.
  static v1::Trial Rich() {
    v1::Trial trial = SampleTrial();
    trial.set_name("searches/s/trials/7");
    trial.mutable_training()->MergeFrom(ParseTextProto<v1::Training>(R"pb(
      network { batch_norm: true dropout: 0.25 }
      optimizer { adam { beta1: 0.9 beta2: 0.999 epsilon: 1e-8 } }
      evaluation { per_epoch: 4 }
      early_stopping { patience: 100 }
      epochs: 6
      keep_model: KEEP_ALL
    )pb"));
    return trial;
  }
  void ExpectSame(const Outcome& a, const Outcome& b) {
    EXPECT_EQ(a.result.kind, b.result.kind) << a.result.message;
    EXPECT_EQ(a.result.model, b.result.model);
    ASSERT_EQ(a.measurements.size(), b.measurements.size());
    for (size_t i = 0; i < a.measurements.size(); ++i) {
      EXPECT_THAT(a.measurements[i], EqualsProto(b.measurements[i]));
    }
  }
  // The only file in the folder.
  std::string OnlyFile() {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      files.push_back(entry.path().string());
    }
    EXPECT_EQ(files.size(), 1u);
    return files.empty() ? "" : files[0];
  }
  void Write(const std::string& path, const std::string& bytes) {
    ETALON_ASSERT_OK(WriteFileAtomically(path, bytes, /*replace=*/true));
  }

  TempDir folder_;
  RunningClock clock_;
  DataCache cache_ = DataCache(
      [](const train::DatasetSpec& spec) {
        return train::LoadDataset(spec, "");
      },
      1 << 30);
  DatasetInventory datasets_ = DatasetInventory({}, cache_, clock_);
  const Checkpoints checkpoints_ = {folder_.path(), absl::Seconds(1)};
};

TEST_F(CheckpointTest, ResumedRunEqualsTheUndisturbedToTheBit) {
  const Outcome undisturbed = Run(Rich(), nullptr);
  ASSERT_EQ(undisturbed.result.kind, TrialResult::Kind::kSucceeded)
      << undisturbed.result.message;
  ASSERT_FALSE(undisturbed.result.model.empty());
  // In an early epoch, a later one, and twice in one run.
  for (const int stop_after : {5, 20, 30}) {
    const Outcome stopped = Run(Rich(), &checkpoints_, stop_after);
    ASSERT_EQ(stopped.result.kind, TrialResult::Kind::kStopped);
    ASSERT_LT(stopped.measurements.size(), undisturbed.measurements.size());
  }
  ExpectSame(Run(Rich(), &checkpoints_), undisturbed);
}

TEST_F(CheckpointTest, EndedTrialLeavesNothing) {
  Run(Rich(), &checkpoints_);
  EXPECT_NE(OnlyFile(), "");
  LocalTrialRunner(cache_, datasets_, **train::SelectKernels("generic"),
                   &checkpoints_, clock_,
                   [](const auto&, const auto&) { return 1; })
      .Forget(Rich());
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(CheckpointTest, CheckpointThatIsCutShortOrBrokenIsNotUsed) {
  const Outcome undisturbed = Run(Rich(), nullptr);
  Run(Rich(), &checkpoints_, 20);
  const std::string path = OnlyFile();
  const std::string bytes = *ReadWholeFile(path, 1 << 30);
  for (const size_t size :
       {size_t{0}, size_t{7}, bytes.size() / 2, bytes.size() - 1}) {
    Write(path, bytes.substr(0, size));
    ExpectSame(Run(Rich(), &checkpoints_), undisturbed);
  }
  Write(path, "x" + bytes);
  ExpectSame(Run(Rich(), &checkpoints_), undisturbed);
}

TEST_F(CheckpointTest, CheckpointOfAnotherTrialIsNotUsed) {
  Run(Rich(), &checkpoints_, 20);
  const std::string bytes = *ReadWholeFile(OnlyFile(), 1 << 30);
  fs::remove(OnlyFile());
  v1::Trial other = Rich();
  other.set_name("searches/s/trials/8");
  Run(other, &checkpoints_, 5);
  const std::string path = OnlyFile();
  Write(path, bytes);
  const Outcome outcome = Run(other, &checkpoints_);
  EXPECT_EQ(outcome.measurements.size(),
            Run(Rich(), nullptr).measurements.size());
  EXPECT_EQ(outcome.result.kind, TrialResult::Kind::kSucceeded);
}

// The fingerprint says yes, the network says no.
TEST_F(CheckpointTest, CheckpointOfAnotherNetworkIsNotUsed) {
  const Outcome undisturbed = Run(Rich(), nullptr);
  Run(Rich(), &checkpoints_, 20);
  const std::string path = OnlyFile();
  Checkpoint checkpoint = *DecodeCheckpoint(*ReadWholeFile(path, 1 << 30));
  checkpoint.snapshot.network.pop_back();
  Write(path, *EncodeCheckpoint(checkpoint));
  ExpectSame(Run(Rich(), &checkpoints_), undisturbed);
}

TEST_F(CheckpointTest, CheckpointOfOtherKernelsIsNotUsed) {
  const std::vector<std::string> names = train::AvailableKernels();
  if (names.size() < 2) GTEST_SKIP() << "this processor has one set only";
  const Outcome undisturbed = Run(Rich(), nullptr);
  Run(Rich(), &checkpoints_, 20, names[0].c_str());
  ExpectSame(Run(Rich(), &checkpoints_), undisturbed);
}

TEST_F(CheckpointTest, FolderThatCannotBeWrittenDoesNotFailTheTrial) {
  const Outcome undisturbed = Run(Rich(), nullptr);
  const std::string file = folder_.File("file");
  Write(file, "");
  for (const std::string& folder :
       {file, file + "/below", std::string("/proc")}) {
    const Checkpoints checkpoints(folder, absl::Seconds(1));
    ExpectSame(Run(Rich(), &checkpoints), undisturbed);
  }
}

TEST_F(CheckpointTest, StaleFilesOfOursAreRemoved) {
  const absl::Time now = absl::FromUnixSeconds(2'000'000'000);
  const auto make = [&](const std::string& name, absl::Duration age) {
    Write(folder_.File(name), "x");
    const timespec time = absl::ToTimespec(now - age);
    const timespec times[2] = {time, time};
    ASSERT_EQ(utimensat(AT_FDCWD, folder_.File(name).c_str(), times, 0), 0);
  };
  const absl::Duration old = Checkpoints::kMaxAge + absl::Hours(1);
  make("old.checkpoint", old);
  make("old.checkpoint.partial-1-2", old);
  make("old.txt", old);
  make("new.checkpoint", absl::Hours(1));
  checkpoints_.RemoveStale(now);
  EXPECT_FALSE(fs::exists(folder_.File("old.checkpoint")));
  EXPECT_FALSE(fs::exists(folder_.File("old.checkpoint.partial-1-2")));
  EXPECT_TRUE(fs::exists(folder_.File("old.txt")));
  EXPECT_TRUE(fs::exists(folder_.File("new.checkpoint")));
  Checkpoints(folder_.File("none"), absl::Seconds(1)).RemoveStale(now);
}

}  // namespace
}  // namespace etalon::testing
