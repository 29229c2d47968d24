// What a search would take, how it went and what made the difference: `plan`,
// `compare` and `importance` against real processes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr absl::Duration kTimeout = absl::Minutes(2);

constexpr char kSearch[] = R"(name: small
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
  - {name: coarse, sample: {random: 12}}
  - {name: fine, sample: {random: 3}, refine: {from: coarse, top: 2}}
)";

class Answers : public ::testing::Test {
 protected:
  Answers() { std::ofstream(file_) << kSearch; }

  // Rows of `-o csv`, without the header.
  static std::vector<std::string> Rows(const ProcessResult& result) {
    EXPECT_EQ(result.exit_code, 0) << result.error;
    std::vector<std::string> rows =
        absl::StrSplit(result.out, "\r\n", absl::SkipEmpty());
    if (!rows.empty()) rows.erase(rows.begin());
    return rows;
  }

  TempDir folder_;
  const std::string file_ = folder_.File("search.yaml");
};

TEST_F(Answers, PlanCalibratesAndThenKnowsPastTrials) {
  Cluster cluster;
  cluster.StartServer();
  cluster.StartWorker();
  const std::vector<std::string> plan = {"plan", file_, "-o", "csv"};
  std::vector<std::string> rows = Rows(cluster.Run(plan));
  ASSERT_THAT(rows, SizeIs(2));
  // stage, trials, updates, images
  EXPECT_THAT(rows[0], AllOf(HasSubstr("coarse,12,288,14400,"),
                             HasSubstr("a calibration on this machine")));
  EXPECT_THAT(rows[1], HasSubstr("fine,3,72,3600,"));
  EXPECT_THAT(cluster.Query("SELECT * FROM searches"), IsEmpty());

  const std::string search = cluster.Submit(kSearch);
  ASSERT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  rows = Rows(cluster.Run(plan));
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_THAT(rows[0], HasSubstr("15 trials of workers/1"));

  const std::vector<std::string> course =
      Rows(cluster.Run({"compare", search, "-o", "csv"}));
  ASSERT_THAT(course, Not(IsEmpty()));
  EXPECT_THAT(course.back(),
              HasSubstr(cluster.Query("SELECT max(validation_accuracy) FROM "
                                      "trial_results")[0]));
  EXPECT_THAT(Rows(cluster.Run({"importance", search, "-o", "csv"})),
              SizeIs(3));
}

TEST_F(Answers, PlanNeedsNoCoordinatorWhereNoneIsNamed) {
  const ProcessResult result =
      RunProcess({BinaryPath("etalon"), "plan", file_, "-o", "csv"},
                 {"ETALON_SERVER=", absl::StrCat("HOME=", folder_.path()),
                  absl::StrCat("XDG_CONFIG_HOME=", folder_.path()),
                  absl::StrCat("TMPDIR=", folder_.path())});
  EXPECT_THAT(Rows(result), SizeIs(2));
  // Whatever was started is gone, and its files with it.
  EXPECT_EQ(RunProcess({"/bin/sh", "-c",
                        absl::StrCat("ls -d ", folder_.path(), "/etalon-*")})
                .out,
            "");
}

TEST_F(Answers, CalibrationNamesWhatIsMissing) {
  std::ofstream(file_) << "name: real\n"
                          "training: {dataset: {name: cifar10}, epochs: 1, "
                          "schedule: {constant: {eta: 0.01}}}\n"
                          "parameters: {lambda: {log: [1e-5, 1e-1]}}\n"
                          "stages: [{name: coarse, sample: {random: 2}}]\n";
  Cluster cluster;
  cluster.StartServer();
  const ProcessResult result = cluster.Run({"plan", file_});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("not known"));
  EXPECT_THAT(result.error, HasSubstr("cifar10"));
}

}  // namespace
}  // namespace etalon::testing
