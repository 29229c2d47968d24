#include <gmock/gmock.h>
#include <sqlite3.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/sqlite_transaction.h"
#include "tests/storage/samples.h"
#include "tests/storage/sqlite/raw_database.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

// What the coordinator asks all the time must cost the same with a million
// trials: SQLite's own plan of each statement that such a method prepares names
// an index, or the row id, for every table.

namespace etalon::testing {
namespace {

using sqlite::Connection;

struct Method {
  std::string name;
  std::function<absl::Status(Transaction&)> call;
};

class SqlitePlanTest : public ::testing::TestWithParam<Method> {};

// The statements that a connection keeps.
std::set<std::string> PreparedOn(const Connection& connection) {
  std::set<std::string> texts;
  sqlite3_stmt* statement = nullptr;
  while ((statement = sqlite3_next_stmt(connection.handle(), statement))) {
    texts.insert(sqlite3_sql(statement));
  }
  return texts;
}

// Search 1 with a trial at work and two that wait.
void Populate(Transaction& transaction) {
  const absl::Time now = absl::UnixEpoch();
  ETALON_ASSERT_OK_AND_ASSIGN(
      const SearchId search,
      transaction.InsertSearch(SampleSpec("alpha"), v1::Search::RUNNING,
                               SampleStages(), "request", now));
  ETALON_ASSERT_OK(
      transaction.StartStage(1, SampleBox(), SampleConfigurations(3, 1), now));
  ETALON_ASSERT_OK(
      transaction.InsertWorker("host-1", "", {}, "worker-request", now));
  ETALON_ASSERT_OK(transaction.LeaseTrial(1, 1, 1, "lease-request", now));
  ASSERT_EQ(search, 1);
}

TEST_P(SqlitePlanTest, ReadsNoTableAsAWhole) {
  TempDir folder;
  const std::string path = folder.File("etalon.db");
  ETALON_ASSERT_OK_AND_ASSIGN(
      const std::unique_ptr<Connection> connection,
      Connection::Open(path, Connection::Mode::kWrite, absl::Seconds(1)));
  ETALON_ASSERT_OK(sqlite::UpgradeSchema(*connection, 7));
  ETALON_ASSERT_OK(connection->RunScript("BEGIN IMMEDIATE"));
  sqlite::SqliteTransaction transaction(*connection, 7);
  ASSERT_NO_FATAL_FAILURE(Populate(transaction));

  ETALON_ASSERT_OK(GetParam().call(transaction));
  RawDatabase raw(path);
  int checked = 0;
  for (const std::string& sql : PreparedOn(*connection)) {
    for (const auto& row : raw.Query("EXPLAIN QUERY PLAN " + sql)) {
      const std::string& step = row.at(3);
      ++checked;
      // Partial indices of what is open may be read whole, and so may the
      // arguments of the call.
      if (absl::StrContains(step, "INDEX attempts_leased") ||
          absl::StrContains(step, "json_each") ||
          absl::StrContains(step, "INDEX searches_open") ||
          absl::StrContains(step, "INDEX searches_deleted") ||
          absl::StrContains(step, "CONSTANT ROW")) {
        continue;
      }
      EXPECT_FALSE(absl::StartsWith(step, "SCAN")) << step << "\n" << sql;
    }
  }
  EXPECT_GT(checked, 0);
}

// A completion and the next lease come by the thousand a second. A statement
// that keeps rows aside builds a B-tree for them each time, in which there may
// be none.
TEST(PairPlanTest, BuildsNoTemporaryTable) {
  TempDir folder;
  const std::string path = folder.File("etalon.db");
  {
    ETALON_ASSERT_OK_AND_ASSIGN(
        const std::unique_ptr<Connection> connection,
        Connection::Open(path, Connection::Mode::kWrite, absl::Seconds(1)));
    ETALON_ASSERT_OK(sqlite::UpgradeSchema(*connection, 7));
    sqlite::SqliteTransaction transaction(*connection, 7);
    ASSERT_NO_FATAL_FAILURE(Populate(transaction));
  }
  // Another, so that it has the statements of the pair alone.
  ETALON_ASSERT_OK_AND_ASSIGN(
      const std::unique_ptr<Connection> connection,
      Connection::Open(path, Connection::Mode::kWrite, absl::Seconds(1)));
  sqlite::SqliteTransaction transaction(*connection, 7);
  const absl::Time now = absl::UnixEpoch();
  ETALON_ASSERT_OK(transaction.FindTrial("alpha", 1));
  ETALON_ASSERT_OK(
      transaction.AddMeasurements(1, 1, {SampleMeasurement(1, 0.5)}));
  ETALON_ASSERT_OK(transaction.CompleteTrial(1, 1, SampleSuccess(0.5), now));
  ETALON_ASSERT_OK(transaction.FindModel(1));
  ETALON_ASSERT_OK(transaction.ListQueued(1, 1));
  ETALON_ASSERT_OK(transaction.LeaseTrial(2, 1, 1, "r", now));
  RawDatabase raw(path);
  raw.Run("PRAGMA foreign_keys = ON");  // whose actions are part of a plan
  int checked = 0;
  for (const std::string& sql : PreparedOn(*connection)) {
    for (const auto& operation : raw.Query("EXPLAIN " + sql)) {
      ++checked;
      EXPECT_NE(operation.at(1), "OpenEphemeral") << sql;
    }
  }
  EXPECT_GT(checked, 0);
}

// A page is read in the order of an index and not sorted: the statement ends
// when the page is full. Statements of lists are not kept, so their text is
// caught on its way.
struct Order {
  std::string name;
  TrialQuery query;
};

class PageOrderTest : public ::testing::TestWithParam<Order> {};

TEST_P(PageOrderTest, ComesFromAnIndex) {
  TempDir folder;
  const std::string path = folder.File("etalon.db");
  ETALON_ASSERT_OK_AND_ASSIGN(
      const std::unique_ptr<Connection> connection,
      Connection::Open(path, Connection::Mode::kWrite, absl::Seconds(1)));
  ETALON_ASSERT_OK(sqlite::UpgradeSchema(*connection, 7));
  ETALON_ASSERT_OK(connection->RunScript("BEGIN IMMEDIATE"));
  sqlite::SqliteTransaction transaction(*connection, 7);
  const absl::Time now = absl::UnixEpoch();
  ETALON_ASSERT_OK(transaction.InsertSearch(
      SampleSpec("alpha"), v1::Search::RUNNING, SampleStages(), "", now));
  ETALON_ASSERT_OK(
      transaction.StartStage(1, SampleBox(), SampleConfigurations(3, 1), now));
  std::set<std::string> texts;
  sqlite3_trace_v2(
      connection->handle(), SQLITE_TRACE_STMT,
      [](unsigned, void* to, void* statement, void*) {
        static_cast<std::set<std::string>*>(to)->insert(
            sqlite3_sql(static_cast<sqlite3_stmt*>(statement)));
        return 0;
      },
      &texts);
  TrialQuery query = GetParam().query;
  query.search = "alpha";
  ETALON_ASSERT_OK(transaction.ListTrials(query, {}));
  sqlite3_trace_v2(connection->handle(), 0, nullptr, nullptr);
  ETALON_ASSERT_OK(connection->RunScript("COMMIT"));
  RawDatabase raw(path);
  int lists = 0;
  for (const std::string& sql : texts) {
    if (!absl::StrContains(sql, "LIMIT")) continue;
    ++lists;
    for (const auto& row : raw.Query("EXPLAIN QUERY PLAN " + sql)) {
      EXPECT_FALSE(absl::StartsWith(row.at(3), "SCAN")) << row.at(3) << sql;
      EXPECT_FALSE(absl::StrContains(row.at(3), "ORDER BY"))
          << row.at(3) << "\n"
          << sql;
    }
  }
  EXPECT_GT(lists, 0);
}

TrialFilter Condition(TrialField field, TrialValue value) {
  TrialFilter filter;
  filter.kind = TrialFilter::Kind::kCondition;
  filter.condition = {
      {field, ""}, TrialCondition::Operator::kEqual, {std::move(value)}};
  return filter;
}

TrialFilter Both(TrialFilter a, TrialFilter b) {
  TrialFilter filter;
  filter.kind = TrialFilter::Kind::kAnd;
  filter.operands = {std::move(a), std::move(b)};
  return filter;
}

INSTANTIATE_TEST_SUITE_P(
    Lists, PageOrderTest,
    ::testing::Values(
        Order{"ByNumber", {}},
        Order{"ByNumberBackwards",
              {.order = {{TrialField::kNumber, ""}, true}}},
        Order{"ByAccuracy",
              {.order = {{TrialField::kValidationAccuracy, ""}, true}}},
        Order{"BestOfAState",
              {.filter = Condition(TrialField::kState, "SUCCEEDED"),
               .order = {{TrialField::kValidationAccuracy, ""}, true}}},
        Order{"BestOfAStage",
              {.filter = Both(Condition(TrialField::kState, "SUCCEEDED"),
                              Condition(TrialField::kStage, "coarse")),
               .order = {{TrialField::kValidationAccuracy, ""}, true}}},
        Order{"OfAState", {.filter = Condition(TrialField::kState, "FAILED")}},
        Order{"OfAStage", {.filter = Condition(TrialField::kStage, "coarse")}},
        Order{"OfALambda", {.filter = Condition(TrialField::kLambda, 0.5)}},
        Order{"OfAnAccuracy",
              {.filter = Condition(TrialField::kTestAccuracy, 0.5)}},
        Order{"OfAWorker", {.filter = Condition(TrialField::kWorker, 1.0)}}),
    [](const auto& info) { return info.param.name; });

const absl::Time kNow = absl::UnixEpoch();

INSTANTIATE_TEST_SUITE_P(
    Transaction, SqlitePlanTest,
    ::testing::Values(
        Method{
            "FindRequest",
            [](Transaction& t) { return t.FindRequest("request").status(); }},
        Method{"ListOpenSearches",
               [](Transaction& t) { return t.ListOpenSearches().status(); }},
        Method{"ListStages",
               [](Transaction& t) { return t.ListStages(1).status(); }},
        Method{"NextConfiguration",
               [](Transaction& t) { return t.NextConfiguration(1).status(); }},
        Method{"StageHasOpenTrials",
               [](Transaction& t) { return t.StageHasOpenTrials(1).status(); }},
        Method{"StageHasCancelledTrials",
               [](Transaction& t) {
                 return t.StageHasCancelledTrials(1).status();
               }},
        Method{"NextTrialNumber",
               [](Transaction& t) { return t.NextTrialNumber(1).status(); }},
        Method{"ListOutcomes",
               [](Transaction& t) { return t.ListOutcomes(1).status(); }},
        Method{"FindAlike",
               [](Transaction& t) { return t.FindAlike(1, 7).status(); }},
        Method{"CancelQueued",
               [](Transaction& t) {
                 return t
                     .CancelQueued(
                         1, 1, SampleFailure(v1::Failure::CANCELLED, ""), kNow)
                     .status();
               }},
        Method{"FindTrial",
               [](Transaction& t) { return t.FindTrial("alpha", 1).status(); }},
        Method{"ListQueued",
               [](Transaction& t) { return t.ListQueued(1, 2).status(); }},
        Method{"CountQueued",
               [](Transaction& t) { return t.CountQueued(1, 2).status(); }},
        Method{"CountRunning",
               [](Transaction& t) { return t.CountRunning(1).status(); }},
        Method{"LeaseTrial",
               [](Transaction& t) { return t.LeaseTrial(2, 1, 1, "r", kNow); }},
        Method{"FindLeases",
               [](Transaction& t) {
                 return t.FindLeases(1, "lease-request").status();
               }},
        Method{"ListLeases",
               [](Transaction& t) { return t.ListLeases().status(); }},
        Method{"ListLeasesOf",
               [](Transaction& t) { return t.ListLeasesOf(1).status(); }},
        Method{"ListLeasesIn",
               [](Transaction& t) { return t.ListLeasesIn(1).status(); }},
        Method{"AddMeasurements",
               [](Transaction& t) {
                 return t.AddMeasurements(1, 1, {SampleMeasurement(1, 0.5)});
               }},
        Method{"CompleteTrial",
               [](Transaction& t) {
                 return t.CompleteTrial(1, 1, SampleSuccess(0.5), kNow);
               }},
        Method{"FindEnd", [](Transaction& t) { return t.FindEnd(1).status(); }},
        Method{"RequeueTrial",
               [](Transaction& t) {
                 return t.RequeueTrial(1, 1, v1::Attempt::LOST, "", kNow);
               }},
        Method{"CancelOpenTrials",
               [](Transaction& t) {
                 return t.CancelOpenTrials(
                     1, SampleFailure(v1::Failure::CANCELLED, ""), kNow);
               }},
        Method{"TouchWorker",
               [](Transaction& t) { return t.TouchWorker(1, kNow); }},
        Method{"GetTrial",
               [](Transaction& t) { return t.GetTrial("alpha", 1).status(); }},
        Method{"GetSearch",
               [](Transaction& t) { return t.GetSearch("alpha").status(); }},
        Method{"GetSpec",
               [](Transaction& t) { return t.GetSpec("alpha").status(); }},
        Method{"ListReplicates",
               [](Transaction& t) {
                 return t.ListReplicates("alpha", "coarse", 0).status();
               }},
        Method{"ListCourses",
               [](Transaction& t) {
                 return t.ListCourses("alpha", "coarse").status();
               }},
        Method{"DeleteSearch",
               [](Transaction& t) { return t.DeleteSearch(1, kNow); }},
        Method{"PurgeDeleted",
               [](Transaction& t) -> absl::Status {
                 ETALON_RETURN_IF_ERROR(t.DeleteSearch(1, kNow));
                 return t.PurgeDeleted(1000).status();
               }}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace etalon::testing
