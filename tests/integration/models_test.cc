// Models and checkpoints, with real processes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/cluster.h"

namespace etalon::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr absl::Duration kTimeout = absl::Minutes(3);

constexpr char kSearch[] = R"(
name: models
seed: 5
training:
  dataset: {name: synthetic, train: 400, validation: 200, test: 100}
  network: {hidden: [8], batch_norm: true}
  batch_size: 20
  epochs: 3
  schedule: {constant: {}}
  keep_model: best
parameters:
  eta: {log: [1e-3, 1e-1]}
stages:
  - {name: coarse, sample: {random: 4}}
  - {name: final, take: {from: coarse, top: 1}, evaluate_test: true}
)";

ProcessResult Evaluate(const std::string& model,
                       const std::vector<std::string>& more = {}) {
  std::vector<std::string> argv = {BinaryPath("etalon-worker"), "evaluate",
                                   "--model", model};
  argv.insert(argv.end(), more.begin(), more.end());
  return RunProcess(argv);
}

TEST(Models, StoredModelEvaluatesToWhatWasRecordedToTheBit) {
  Cluster cluster;
  cluster.StartServer();
  cluster.StartWorker();
  cluster.StartWorker();
  const std::string search = cluster.Submit(kSearch);
  ASSERT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED") << cluster.Logs();
  // One model a stage: its best trial's.
  EXPECT_EQ(
      cluster.Query(
          "SELECT t.stage, t.trial FROM trial_results t JOIN trials u"
          " ON u.number = t.trial JOIN models m ON m.trial_id = u.trial_id"
          " ORDER BY t.trial"),
      cluster.Query("SELECT stage, trial FROM (SELECT stage, trial,"
                    " row_number() OVER (PARTITION BY stage ORDER BY"
                    " validation_accuracy DESC, trial) AS place"
                    " FROM trial_results) WHERE place = 1 ORDER BY trial"));

  const TempDir folder;
  const std::string file = folder.File("model.safetensors");
  const ProcessResult fetched =
      cluster.Run({"model", search + "/5", "--out", file});
  ASSERT_EQ(fetched.exit_code, 0) << fetched.error << cluster.Logs();
  EXPECT_THAT(cluster.Run({"trial", search + "/5"}).out,
              HasSubstr(absl::StrCat(fs::file_size(file), " bytes")));
  const ProcessResult same = Evaluate(file);
  EXPECT_EQ(same.exit_code, 0) << same.out << same.error;
  EXPECT_THAT(same.out, AllOf(HasSubstr("the same to the bit"),
                              HasSubstr("test"), HasSubstr("train")));

  // One weight that is another is told of, a file cut short refused.
  std::string bytes = ReadFile(file);
  // After the header, whose length is below 2^16, and the eight biases, which
  // batch normalisation makes void, the first beta: a leading bit of its
  // fraction.
  const size_t header = static_cast<unsigned char>(bytes[0]) +
                        256u * static_cast<unsigned char>(bytes[1]);
  char& byte = bytes[8 + header + 8 * sizeof(float) + 2];
  byte = static_cast<char>(byte ^ 0x40);
  const std::string changed = folder.File("changed.safetensors");
  std::ofstream(changed, std::ios::binary) << bytes;
  const ProcessResult different = Evaluate(changed);
  EXPECT_EQ(different.exit_code, 1) << different.error;
  EXPECT_THAT(different.out, HasSubstr("not the same"));
  const std::string cut = folder.File("cut.safetensors");
  std::ofstream(cut, std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  const ProcessResult refused = Evaluate(cut);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.error, HasSubstr("the arrays end at byte"));
}

// The python block of docs/models.md.
std::string DocumentedReader() {
  const std::string text = ReadFile(SourcePath("docs/models.md"));
  const std::string begin = "```python\n";
  const size_t start = text.find(begin) + begin.size();
  return text.substr(start, text.find("```", start) - start);
}

TEST(Models, NumpyReadsTheFileAsTheDocumentationSays) {
  const std::string python = "/usr/bin/python3";
  if (RunProcess({python, "-c", "import numpy"}).exit_code != 0) {
    GTEST_SKIP() << "no numpy";
  }
  Cluster cluster;
  cluster.StartServer();
  cluster.StartWorker();
  const std::string search = cluster.Submit(kSearch);
  ASSERT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  const TempDir folder;
  const std::string file = folder.File("model.safetensors");
  ASSERT_EQ(cluster.Run({"model", search + "/5", "--out", file}).exit_code, 0);
  const ProcessResult read = RunProcess(
      {"/usr/bin/env", "-C", folder.path(), python, "-c", DocumentedReader()});
  EXPECT_EQ(read.exit_code, 0) << read.error;
  EXPECT_THAT(read.out, AllOf(HasSubstr("searches/models/trials/5"),
                              HasSubstr("'layers.0.weight': (8, 3072)"),
                              HasSubstr("'normalization.mean': (3072,)")));
}

TEST(Models, TrialWithoutAModelSaysWhy) {
  Cluster cluster;
  cluster.StartServer();
  cluster.StartWorker();
  const std::string search = cluster.Submit(kSearch);
  ASSERT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  const std::vector<std::string> others = cluster.Query(
      "SELECT number FROM trials WHERE trial_id NOT IN"
      " (SELECT trial_id FROM models)");
  ASSERT_EQ(others.size(), 3u);
  const TempDir folder;
  const ProcessResult result =
      cluster.Run({"model", search + "/" + others[0], "--out",
                   folder.File("model.safetensors")});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.error, HasSubstr("keeps its best trial's"));
}

// Long enough for several checkpoints, whatever the machine.
constexpr char kLong[] = R"(
name: long
seed: 5
training:
  dataset: {name: synthetic, train: 2000, validation: 200, test: 100}
  network: {hidden: [32], dropout: 0.2}
  optimizer: {adam: {}}
  batch_size: 20
  epochs: 60
  schedule: {constant: {eta: 0.001}}
  keep_model: all
parameters:
  lambda: {log: [1e-5, 1e-3]}
stages:
  - {name: only, sample: {random: 1}}
)";

// The table, and every byte of the model.
std::vector<std::string> Outcome(Cluster& cluster) {
  std::vector<std::string> outcome = cluster.Table();
  for (const std::string& row : cluster.Query(
           "SELECT offset, hex(data) FROM model_pieces ORDER BY offset")) {
    outcome.push_back(row);
  }
  return outcome;
}

TEST(Checkpoints, KilledWorkersTrialGoesOnAndEndsWithTheSameBits) {
  std::vector<std::string> undisturbed;
  {
    Cluster cluster;
    cluster.StartServer();
    cluster.StartWorker({"--checkpoint-interval", "0"});
    ASSERT_EQ(cluster.AwaitEnd(cluster.Submit(kLong), kTimeout), "SUCCEEDED");
    undisturbed = Outcome(cluster);
  }
  const TempDir shared;
  const std::vector<std::string> flags = {"--checkpoints", shared.path(),
                                          "--checkpoint-interval", "100ms"};
  Cluster cluster({.lease = absl::Seconds(1)});
  cluster.StartServer();
  cluster.StartWorker(flags);
  const std::string search = cluster.Submit(kLong);
  const absl::Time deadline = absl::Now() + kTimeout;
  while (fs::is_empty(shared.path())) {
    ASSERT_LT(absl::Now(), deadline) << cluster.Logs();
    absl::SleepFor(absl::Milliseconds(5));
  }
  absl::SleepFor(absl::Milliseconds(100));
  cluster.KillWorker(0);
  // Another worker that shares the folder.
  cluster.StartWorker(flags);
  ASSERT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED") << cluster.Logs();
  EXPECT_THAT(cluster.Logs(), HasSubstr("goes on after update"));
  EXPECT_EQ(Outcome(cluster), undisturbed);
  const ProcessResult again = cluster.Run({"rerun", search + "/1"});
  EXPECT_EQ(again.exit_code, 0) << again.out << again.error;
  cluster.worker(1).Signal(SIGTERM);
  EXPECT_EQ(cluster.worker(1).Wait(absl::Minutes(1)), 0);
  for (const auto& entry : fs::directory_iterator(shared.path())) {
    // What a write that was cut off left may stay, no checkpoint.
    EXPECT_NE(entry.path().extension(), ".checkpoint") << entry.path();
  }
}

}  // namespace
}  // namespace etalon::testing
