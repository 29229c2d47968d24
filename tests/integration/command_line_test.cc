// The command line against real processes: what a user types, what comes back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "tests/integration/cluster.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr absl::Duration kTimeout = absl::Minutes(2);

std::string SmallSearch(const std::string& name) {
  return absl::StrCat("name: ", name, R"(
seed: 5
training:
  dataset: {name: synthetic, train: 600, validation: 200, test: 200}
  network: {hidden: [8]}
  batch_size: 50
  epochs: 2
  schedule: {constant: {}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
  eta: {log: [1e-3, 1e-1]}
stages:
  - {name: coarse, sample: {random: 6}, replicates: 2}
  - {name: fine, sample: {random: 3}, refine: {from: coarse, top: 2}}
)");
}

// Long enough to be paused, watched and cancelled before its end.
std::string LongSearch(const std::string& name) {
  return absl::StrCat("name: ", name, R"(
training:
  dataset: {name: synthetic, train: 2000, validation: 500}
  batch_size: 50
  epochs: 10000
  schedule: {constant: {eta: 0.01}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
stages:
  - {name: coarse, sample: {random: 4}}
)");
}

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

class CommandLine : public ::testing::Test {
 protected:
  void SetUp() override { cluster_.StartServer(); }
  Cluster cluster_;
};

TEST_F(CommandLine, BestGivesTheRowsThatSqliteGives) {
  cluster_.StartWorker();
  const std::string search = cluster_.Submit(SmallSearch("small"));
  ASSERT_EQ(cluster_.AwaitEnd(search, kTimeout), "SUCCEEDED");

  const ProcessResult best = cluster_.Run(
      {"best", search, "--stage", "all", "-n", "100", "-o", "csv"});
  ASSERT_EQ(best.exit_code, 0) << best.error;
  // rank, stage, lambda, eta are columns of both.
  const std::vector<std::string> lines = Lines(best.out);
  const std::vector<std::string> header = absl::StrSplit(lines.at(0), ',');
  const auto column = [&](const std::string& name) {
    return std::find(header.begin(), header.end(), name) - header.begin();
  };
  ASSERT_LT(column("lambda"), static_cast<long>(header.size())) << lines[0];
  std::vector<std::string> ours;
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> fields = absl::StrSplit(lines[i], ',');
    ours.push_back(absl::StrCat(fields.at(column("rank")), "|",
                                fields.at(column("stage")), "|",
                                std::stod(fields.at(column("lambda"))), "|",
                                std::stod(fields.at(column("eta")))));
  }
  std::vector<std::string> theirs;
  for (const std::string& row : cluster_.Query(
           "SELECT rank, stage, printf('%!.17g', lambda), printf('%!.17g', "
           "eta) FROM configuration_results ORDER BY rank")) {
    const std::vector<std::string> fields = absl::StrSplit(row, '|');
    theirs.push_back(absl::StrCat(fields.at(0), "|", fields.at(1), "|",
                                  std::stod(fields.at(2)), "|",
                                  std::stod(fields.at(3))));
  }
  EXPECT_EQ(ours, theirs);
  EXPECT_THAT(ours, SizeIs(9));

  // By default the last stage's, ranked among themselves.
  const ProcessResult last = cluster_.Run({"best", search, "-n", "100"});
  EXPECT_THAT(last.error, HasSubstr("best of stage fine"));
  EXPECT_THAT(Lines(last.out), SizeIs(1 + 3));
  EXPECT_THAT(last.out, Not(HasSubstr("coarse")));
  EXPECT_THAT(cluster_.Query("SELECT stage_rank FROM configuration_results "
                             "WHERE stage = 'fine' ORDER BY stage_rank"),
              ElementsAre("1", "2", "3"));
}

TEST_F(CommandLine, ExportHoldsEveryTrial) {
  cluster_.StartWorker();
  const std::string search = cluster_.Submit(SmallSearch("small"));
  ASSERT_EQ(cluster_.AwaitEnd(search, kTimeout), "SUCCEEDED");
  const ProcessResult csv = cluster_.Run({"export", search, "-o", "csv"});
  EXPECT_EQ(csv.exit_code, 0) << csv.error;
  EXPECT_THAT(Lines(csv.out), SizeIs(1 + 6 * 2 + 3));
  const ProcessResult jsonl = cluster_.Run({"export", search, "-o", "jsonl"});
  EXPECT_THAT(Lines(jsonl.out), SizeIs(6 * 2 + 3));
}

TEST_F(CommandLine, QuestionsAreAnsweredAndTheSearchDeleted) {
  cluster_.StartWorker();
  const std::string search = cluster_.Submit(SmallSearch("small"));
  ASSERT_EQ(cluster_.AwaitEnd(search, kTimeout), "SUCCEEDED");

  const ProcessResult filtered = cluster_.Run(
      {"trials", search, "--filter", "stage = fine AND replicate = 0",
       "--order-by", "validation_accuracy desc", "--columns", "trial", "-o",
       "csv"});
  ASSERT_EQ(filtered.exit_code, 0) << filtered.error;
  std::vector<std::string> best = Lines(filtered.out);
  best.erase(best.begin());
  const ProcessResult asked = cluster_.Run(
      {"sql",
       "SELECT trial FROM best_trials WHERE stage = 'fine' ORDER BY rank", "-o",
       "csv"});
  ASSERT_EQ(asked.exit_code, 0) << asked.error;
  std::vector<std::string> ranked = Lines(asked.out);
  ranked.erase(ranked.begin());
  EXPECT_EQ(best, ranked);
  EXPECT_THAT(best, SizeIs(3));

  const ProcessResult wrong =
      cluster_.Run({"trials", search, "--filter", "lamda < 1"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.error, HasSubstr("did you mean 'lambda'?"));
  EXPECT_EQ(cluster_.Run({"sql", "DELETE FROM trials"}).exit_code, 6);

  EXPECT_EQ(cluster_.Run({"delete", search}).exit_code, 2);
  const ProcessResult deleted = cluster_.Run({"delete", search, "--yes"});
  EXPECT_EQ(deleted.exit_code, 0) << deleted.error;
  EXPECT_EQ(cluster_.Run({"show", search}).exit_code, 3);
  EXPECT_THAT(cluster_.Query("SELECT message FROM events"
                             " WHERE state = 'DELETED'"),
              ElementsAre("small"));
}

TEST_F(CommandLine, SearchThatGoesOnIsNotDeleted) {
  const std::string search = cluster_.Submit(LongSearch("long"));
  const ProcessResult refused = cluster_.Run({"delete", search, "--yes"});
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_THAT(refused.error, HasSubstr("etalon cancel"));
  EXPECT_EQ(cluster_.Run({"cancel", search}).exit_code, 0);
  EXPECT_EQ(cluster_.Run({"delete", search, "--yes"}).exit_code, 0);
}

TEST_F(CommandLine, WatchEndsWithTheSearch) {
  cluster_.StartWorker();
  const std::string search = cluster_.Submit(SmallSearch("small"));
  const ProcessResult watch = cluster_.Run({"watch", search, "--no-tty"});
  EXPECT_EQ(watch.exit_code, 0) << watch.error;
  const ProcessResult show = cluster_.Run({"show", search});
  EXPECT_THAT(show.out, AllOf(HasSubstr("SUCCEEDED"), HasSubstr("coarse"),
                              HasSubstr("fine")));
}

TEST_F(CommandLine, PauseResumeAndCancelRuleASearch) {
  const std::string search = cluster_.Submit(LongSearch("long"));
  EXPECT_EQ(cluster_.Run({"pause", search}).exit_code, 0);
  cluster_.StartWorker();
  EXPECT_THAT(cluster_.Run({"show", search}).out, HasSubstr("PAUSED"));
  EXPECT_THAT(cluster_.Query("SELECT count(*) FROM attempts"),
              ElementsAre("0"));
  EXPECT_EQ(cluster_.Run({"resume", search}).exit_code, 0);
  cluster_.AwaitAny("SELECT count(*) FROM attempts");
  EXPECT_EQ(cluster_.Run({"cancel", search}).exit_code, 0);
  EXPECT_EQ(cluster_.AwaitEnd(search, kTimeout), "CANCELLED");
  EXPECT_THAT(cluster_.Query("SELECT DISTINCT state FROM trials"),
              ElementsAre("CANCELLED"));
  // The worker stops training and is free for the next search.
  const std::string next = cluster_.Submit(SmallSearch("next"));
  EXPECT_EQ(cluster_.AwaitEnd(next, kTimeout), "SUCCEEDED");

  const ProcessResult late = cluster_.Run({"pause", next});
  EXPECT_EQ(late.exit_code, 4);
  EXPECT_THAT(late.error, HasSubstr("next"));
}

TEST_F(CommandLine, ExitCodesTellWhatWentWrong) {
  const ProcessResult unknown = cluster_.Run({"show", "nowhere"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.error, HasSubstr("nowhere"));

  cluster_.Submit(SmallSearch("taken"));
  TempDir folder;
  std::ofstream(folder.File("again.yaml")) << SmallSearch("taken");
  const ProcessResult taken =
      cluster_.Run({"submit", folder.File("again.yaml")});
  EXPECT_EQ(taken.exit_code, 4);
  EXPECT_THAT(taken.error, HasSubstr("taken"));

  const ProcessResult unreachable =
      cluster_.Run({"list", "--server", "127.0.0.1:1", "--timeout", "2s"});
  EXPECT_EQ(unreachable.exit_code, 5);
  EXPECT_THAT(unreachable.error, HasSubstr("127.0.0.1:1"));
}

TEST_F(CommandLine, WrongFileIsAnsweredWithItsLineAndSubmitsNothing) {
  TempDir folder;
  std::string yaml = SmallSearch("wrong");
  yaml.replace(yaml.find("refine"), 6, "refien");
  std::ofstream(folder.File("wrong.yaml")) << yaml;
  const ProcessResult result =
      cluster_.Run({"submit", folder.File("wrong.yaml")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.error, AllOf(HasSubstr("wrong.yaml:14"),
                                  HasSubstr("refien"), HasSubstr("refine")));
  EXPECT_THAT(cluster_.Query("SELECT count(*) FROM searches"),
              ElementsAre("0"));
}

TEST_F(CommandLine, WhatTheCoordinatorRefusesIsShownWithItsLine) {
  TempDir folder;
  std::string yaml = SmallSearch("refused");
  yaml.replace(yaml.find("{hidden: [8]}"), 13, "{hidden: [8], dropout: 1.5}");
  std::ofstream(folder.File("search.yaml")) << yaml;
  const ProcessResult result =
      cluster_.Run({"submit", folder.File("search.yaml")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error,
              AllOf(HasSubstr("search.yaml:"), HasSubstr("dropout")));
}

TEST(Run, RefusedSearchLeavesNoDatabaseThatWasNotThere) {
  TempDir folder;
  std::string yaml = SmallSearch("refused");
  const std::string database = folder.File("refused.db");
  const auto run = [&] {
    std::ofstream(folder.File("search.yaml")) << yaml;
    return RunProcess({BinaryPath("etalon"), "run", folder.File("search.yaml"),
                       "--workers", "1", "--database", database});
  };
  const std::string good = yaml;
  yaml.replace(yaml.find("{hidden: [8]}"), 13, "{hidden: [8], dropout: 1.5}");
  EXPECT_EQ(run().exit_code, 2);
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    EXPECT_FALSE(std::filesystem::exists(database + suffix)) << suffix;
  }
  yaml = good;
  EXPECT_EQ(run().exit_code, 0);
  yaml.replace(yaml.find("{hidden: [8]}"), 13, "{hidden: [8], dropout: 1.5}");
  EXPECT_EQ(run().exit_code, 2);
  EXPECT_TRUE(std::filesystem::exists(database));
}

TEST(Run, DoesTheWholeThingAndLeavesNothingBehind) {
  TempDir folder;
  std::ofstream(folder.File("search.yaml")) << SmallSearch("whole");
  const std::vector<std::string> command = {BinaryPath("etalon"),
                                            "run",
                                            folder.File("search.yaml"),
                                            "--workers",
                                            "2",
                                            "--database",
                                            folder.File("whole.db")};
  const ProcessResult run = RunProcess(command);
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(run.out, AllOf(HasSubstr("fine"), Not(HasSubstr("coarse"))));
  EXPECT_THAT(RunProcess({"/usr/bin/sqlite3", folder.File("whole.db"),
                          "SELECT count(*) FROM trial_results WHERE state = "
                          "'SUCCEEDED'"})
                  .out,
              "15\n");
  // Nothing that names the folder runs any more.
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string command_line =
        ReadFile((entry.path() / "cmdline").string());
    EXPECT_EQ(command_line.find(folder.path()), std::string::npos)
        << entry.path();
  }

  // Again: the same search is there, and nothing is trained twice.
  const ProcessResult again = RunProcess(command);
  EXPECT_EQ(again.exit_code, 0) << again.error;
  EXPECT_EQ(RunProcess({"/usr/bin/sqlite3", folder.File("whole.db"),
                        "SELECT count(*) FROM attempts"})
                .out,
            "15\n");
}

}  // namespace
}  // namespace etalon::testing
