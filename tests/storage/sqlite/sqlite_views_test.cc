#include <gmock/gmock.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "storage/sqlite/parameters_json.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/storage/sqlite/populated.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// The views on a small search whose results are known (populated.h), read while
// the store is open, by a connection that knows nothing of Etalon.

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;

class SqliteViewsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ETALON_ASSERT_OK_AND_ASSIGN(
        store_, SqliteStore::Open({.path = path_, .new_generation = 7}));
    Populate(*store_);
  }

  double Number(const std::string& sql) {
    return std::stod(database_.QueryValue(sql));
  }

  TempDir folder_;
  const std::string path_ = folder_.File("etalon.db");
  std::unique_ptr<SqliteStore> store_;
  RawDatabase database_{path_};
};

TEST_F(SqliteViewsTest, TrialResultsShowEachTrial) {
  EXPECT_THAT(
      database_.Query("SELECT stage, trial, configuration, replicate, state,"
                      " validation_accuracy, round(test_accuracy, 2), updates,"
                      " seconds, worker, attempts, failure FROM trial_results"
                      " WHERE search = 'quickstart'"
                      "  AND trial IN (1, 4, 7, 8, 9, 12)"
                      " ORDER BY trial"),
      ElementsAre(
          ElementsAre("coarse", "1", "0", "0", "SUCCEEDED", "0.5", "NULL",
                      "3600", "2.600000001", "workers/1", "1", "NULL"),
          ElementsAre("coarse", "4", "1", "1", "DIVERGED", "NULL", "NULL",
                      "NULL", "1.0", "workers/1", "1", "DIVERGED at update 17"),
          ElementsAre("coarse", "7", "3", "0", "FAILED", "NULL", "NULL", "NULL",
                      "NULL", "workers/1", "1",
                      "WORKER_LOST: lost with 1 worker"),
          ElementsAre("coarse", "8", "3", "1", "RUNNING", "NULL", "NULL",
                      "NULL", "NULL", "workers/1", "2", "NULL"),
          ElementsAre("final", "9", "0", "0", "SUCCEEDED", "0.61", "0.59",
                      "3600", "2.600000001", "workers/1", "1", "NULL"),
          ElementsAre("final", "12", "0", "3", "QUEUED", "NULL", "NULL", "NULL",
                      "NULL", "NULL", "0", "NULL")));
}

TEST_F(SqliteViewsTest, TrialResultsHaveTheParametersOneByOneAndAsJson) {
  EXPECT_THAT(
      database_.Query("SELECT lambda = parameters ->> 'lambda',"
                      " eta = parameters ->> 'eta', parameters ->> 'depth',"
                      " parameters ->> 'activation', cost = 2.0 / 3"
                      " FROM trial_results"
                      " WHERE search = 'quickstart' AND trial = 3"),
      ElementsAre(
          ElementsAre("1", "1", "9007199254740992", "leaky_relu", "1")));
}

TEST_F(SqliteViewsTest, ParametersNamedByAPathAreQuotedInQueries) {
  std::vector<v1::ParameterAssignment> parameters(2);
  parameters[0].set_name("network.depth");
  parameters[0].mutable_value()->set_integer(2);
  parameters[1].set_name("network.hidden[0]");
  parameters[1].mutable_value()->set_integer(50);
  ETALON_ASSERT_OK_AND_ASSIGN(const std::string json,
                              sqlite::ParametersToJson(parameters));
  EXPECT_THAT(
      database_.Query("SELECT '" + json + "' ->> '$.\"network.depth\"', '" +
                      json + "' ->> '$.\"network.hidden[0]\"', '" + json +
                      "' ->> '$.\"optimizer.sgd.momentum\"'"),
      ElementsAre(ElementsAre("2", "50", "NULL")));
}

TEST_F(SqliteViewsTest, ConfigurationsRankByMeanWithTheFaultyAfterTheRest) {
  EXPECT_THAT(
      database_.Query("SELECT rank, stage, configuration, n, round(mean, 6)"
                      " FROM configuration_results"
                      " WHERE search = 'quickstart'"
                      " ORDER BY rank IS NULL, rank"),
      ElementsAre(ElementsAre("1", "final", "0", "3", "0.63"),
                  // A tie goes by stage and index.
                  ElementsAre("2", "coarse", "0", "2", "0.55"),
                  ElementsAre("3", "coarse", "2", "2", "0.55"),
                  // A better mean, but a replicate diverged.
                  ElementsAre("4", "coarse", "1", "1", "0.58"),
                  ElementsAre("NULL", "coarse", "3", "0", "NULL")));
}

TEST_F(SqliteViewsTest, StageRanksBeginAnewInEachStage) {
  EXPECT_THAT(
      database_.Query("SELECT stage, stage_rank, configuration"
                      " FROM configuration_results"
                      " WHERE search = 'quickstart'"
                      " ORDER BY stage, stage_rank IS NULL, stage_rank"),
      ElementsAre(
          ElementsAre("coarse", "1", "0"), ElementsAre("coarse", "2", "2"),
          ElementsAre("coarse", "3", "1"), ElementsAre("coarse", "NULL", "3"),
          ElementsAre("final", "1", "0")));
}

TEST_F(SqliteViewsTest, RanksBeginAnewInEachSearch) {
  EXPECT_THAT(database_.Query("SELECT rank, mean FROM configuration_results"
                              " WHERE search = 'other'"),
              ElementsAre(ElementsAre("1", "0.9")));
  EXPECT_THAT(database_.Query("SELECT rank, trial FROM best_trials"
                              " WHERE search = 'other'"),
              ElementsAre(ElementsAre("1", "1")));
}

TEST_F(SqliteViewsTest, ConfigurationsCountTheirReplicates) {
  EXPECT_THAT(
      database_.Query("SELECT stage, configuration, replicates, succeeded,"
                      " diverged, failed, cancelled, open"
                      " FROM configuration_results"
                      " ORDER BY search, stage, configuration"),
      ElementsAre(ElementsAre("coarse", "0", "2", "1", "0", "0", "1", "0"),
                  ElementsAre("coarse", "0", "2", "2", "0", "0", "0", "0"),
                  ElementsAre("coarse", "1", "2", "1", "1", "0", "0", "0"),
                  ElementsAre("coarse", "2", "2", "2", "0", "0", "0", "0"),
                  ElementsAre("coarse", "3", "2", "0", "0", "1", "0", "1"),
                  ElementsAre("final", "0", "4", "3", "0", "0", "0", "1")));
}

TEST_F(SqliteViewsTest, IntervalIsStudentsForThreeReplicates) {
  // By hand: 0.61, 0.62, 0.66 have mean 0.63 and squared differences 0.0004 +
  // 0.0001 + 0.0009; t for 2 degrees of freedom is 4.302653 (tables).
  const std::string tail =
      " FROM configuration_results WHERE search = 'quickstart' AND rank = 1";
  const double deviation = std::sqrt(0.0014 / 2);
  const double half_width = 4.302653 * deviation / std::sqrt(3.0);
  EXPECT_NEAR(Number("SELECT deviation" + tail), deviation, 1e-12);
  EXPECT_NEAR(Number("SELECT half_width_95" + tail), half_width, 1e-7);
  EXPECT_NEAR(Number("SELECT low_95" + tail), 0.63 - half_width, 1e-7);
  EXPECT_NEAR(Number("SELECT high_95" + tail), 0.63 + half_width, 1e-7);
  EXPECT_NEAR(Number("SELECT test_accuracy" + tail), 0.61, 1e-12);
  EXPECT_EQ(Number("SELECT train_accuracy" + tail), 0.75);
}

TEST_F(SqliteViewsTest, OneReplicateHasNoInterval) {
  EXPECT_THAT(database_.Query("SELECT deviation, half_width_95, low_95, high_95"
                              " FROM configuration_results"
                              " WHERE search = 'quickstart' AND rank = 4"),
              ElementsAre(ElementsAre("0.0", "NULL", "NULL", "NULL")));
}

TEST_F(SqliteViewsTest, StudentTableIsThatOfTheLiterature) {
  // Two-sided 95 %, from printed tables.
  EXPECT_NEAR(Number("SELECT t_975 FROM student_t WHERE degrees = 1"), 12.7062,
              1e-4);
  EXPECT_NEAR(Number("SELECT t_975 FROM student_t WHERE degrees = 10"), 2.2281,
              1e-4);
  EXPECT_NEAR(Number("SELECT t_975 FROM student_t WHERE degrees = 30"), 2.0423,
              1e-4);
  EXPECT_NEAR(Number("SELECT t_975 FROM student_t WHERE degrees = 100"), 1.9840,
              1e-4);
  EXPECT_EQ(database_.QueryValue("SELECT count(*) FROM student_t"), "100");
}

TEST_F(SqliteViewsTest, BestTrialsAreTheSucceededBestFirst) {
  EXPECT_THAT(
      database_.Query("SELECT rank, trial, validation_accuracy"
                      " FROM best_trials WHERE search = 'quickstart'"
                      " ORDER BY rank"),
      ElementsAre(ElementsAre("1", "11", "0.66"),
                  ElementsAre("2", "10", "0.62"), ElementsAre("3", "9", "0.61"),
                  ElementsAre("4", "2", "0.6"), ElementsAre("5", "3", "0.58"),
                  ElementsAre("6", "5", "0.55"), ElementsAre("7", "6", "0.55"),
                  ElementsAre("8", "1", "0.5")));
}

TEST_F(SqliteViewsTest, StageProgressCountsTrialsByState) {
  EXPECT_THAT(
      database_.Query("SELECT search, position, stage, state, planned, queued,"
                      " running, succeeded, diverged, failed, cancelled,"
                      " best_validation_accuracy, end_time IS NULL"
                      " FROM stage_progress ORDER BY search, position"),
      ElementsAre(ElementsAre("other", "0", "coarse", "SKIPPED", "6", "0", "0",
                              "1", "0", "0", "1", "0.9", "0"),
                  ElementsAre("other", "1", "final", "SKIPPED", "1", "0", "0",
                              "0", "0", "0", "0", "NULL", "1"),
                  ElementsAre("quickstart", "0", "coarse", "RUNNING", "6", "0",
                              "1", "5", "1", "1", "0", "0.6", "1"),
                  ElementsAre("quickstart", "1", "final", "RUNNING", "1", "1",
                              "0", "3", "0", "0", "0", "0.66", "1")));
}

TEST_F(SqliteViewsTest, ViewsWorkWithAnUntrustedSchema) {
  RawDatabase careful(path_);
  careful.Run("PRAGMA trusted_schema = OFF");
  for (const char* view : {"trial_results", "configuration_results",
                           "best_trials", "stage_progress"}) {
    EXPECT_FALSE(careful.Query(std::string("SELECT * FROM ") + view).empty());
  }
}

TEST_F(SqliteViewsTest, EventLogTellsEachChangeInOrder) {
  EXPECT_THAT(
      database_.Query("SELECT e.state, e.attempt, e.attempt_state, e.message"
                      " FROM events AS e JOIN trials USING (trial_id)"
                      " WHERE e.search_id = 1 AND number = 8"
                      "  AND e.subject = 'TRIAL' ORDER BY event_id"),
      ElementsAre(
          ElementsAre("RUNNING", "1", "LEASED", ""),
          ElementsAre("QUEUED", "1", "RETURNED", "no data set 'cifar10'"),
          ElementsAre("RUNNING", "2", "LEASED", "")));
  EXPECT_THAT(
      database_.Query("SELECT subject, state FROM events"
                      " WHERE search_id = 2 AND subject <> 'WORKER'"
                      " ORDER BY event_id"),
      ElementsAre(
          ElementsAre("SEARCH", "RUNNING"), ElementsAre("STAGE", "RUNNING"),
          ElementsAre("TRIAL", "RUNNING"), ElementsAre("TRIAL", "SUCCEEDED"),
          ElementsAre("TRIAL", "CANCELLED"), ElementsAre("SEARCH", "CANCELLED"),
          ElementsAre("STAGE", "SKIPPED"), ElementsAre("STAGE", "SKIPPED")));
}

}  // namespace
}  // namespace etalon::testing
