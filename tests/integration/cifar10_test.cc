// The course reports' coarse-to-fine search on real CIFAR-10, end to end.
// Skipped without ETALON_CIFAR10_DIR.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/integration/cluster.h"

namespace etalon::testing {
namespace {

TEST(Cifar10, CoarseToFineReachesWhatTheReportsReached) {
  const char* data = std::getenv("ETALON_CIFAR10_DIR");
  if (data == nullptr) GTEST_SKIP() << "set ETALON_CIFAR10_DIR";
#ifndef NDEBUG
  GTEST_SKIP() << "minutes of training: release builds only";
#endif
  Cluster cluster({.lease = absl::Seconds(10)});
  cluster.StartServer();
  for (int i = 0; i < 2; ++i) cluster.StartWorker({"--data", data});
  const std::string search = cluster.Submit(
      ReadFile(SourcePath("examples/course/coarse_to_fine_lambda.yaml")));
  ASSERT_EQ(cluster.AwaitEnd(search, absl::Minutes(10)), "SUCCEEDED");

  const auto number = [&](const std::string& sql) {
    const std::vector<std::string> rows = cluster.Query(sql);
    return rows.size() == 1 ? std::stod(rows[0]) : -1.0;
  };
  EXPECT_EQ(number("SELECT count(*) FROM trial_results WHERE stage = 'coarse'"),
            10);
  EXPECT_EQ(number("SELECT count(*) FROM trial_results WHERE stage = 'fine'"),
            5);
  EXPECT_GE(number("SELECT max(validation_accuracy) FROM trial_results WHERE "
                   "stage = 'coarse'"),
            0.50);
  EXPECT_GE(number("SELECT avg(test_accuracy) FROM trial_results WHERE stage "
                   "= 'final'"),
            0.51);
  // The test images were read by the final stage only.
  EXPECT_EQ(number("SELECT count(*) FROM trial_results WHERE stage <> 'final' "
                   "AND test_accuracy IS NOT NULL"),
            0);
}

}  // namespace
}  // namespace etalon::testing
