// Filters, SQL and deletion over a real connection.

#include <gmock/gmock.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/server/coordinator_harness.h"
#include "tests/server/server_fixture.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::MakeCompletion;
using ::etalon::testing::MakeReport;
using ::etalon::testing::OnlyVerdict;
using ::etalon::testing::RandomSpec;
using ::etalon::testing::ServerFixture;
using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Searches = v1::SearchService::Stub;
using Workers = v1::WorkerService::Stub;

class QueryTest : public ServerFixture {
 protected:
  // The accuracy of trial n is 1 / (n + 1).
  void TrainAll(int trials) {
    ETALON_ASSERT_OK(Create(RandomSpec("s", trials)));
    const std::string worker = Register();
    int number = 0;
    for (v1::LeaseTrialsResponse got = *Lease(MakeLeaseRequest(worker));
         !got.trials().empty(); got = *Lease(MakeLeaseRequest(worker))) {
      for (const v1::LeasedTrial& leased : got.trials()) {
        ETALON_ASSERT_OK(OnlyVerdict(Call(
            *workers_, &Workers::CompleteTrials,
            MakeReport(worker,
                       MakeCompletion(leased.token(), 1.0 / (1 + ++number))))));
      }
    }
  }

  absl::StatusOr<std::vector<std::string>> List(const std::string& filter,
                                                const std::string& order = "",
                                                int page_size = 2) {
    v1::ListTrialsRequest request;
    request.set_parent("searches/s");
    request.set_filter(filter);
    request.set_order_by(order);
    request.set_page_size(page_size);
    std::vector<std::string> names;
    do {
      const auto page = Call(*searches_, &Searches::ListTrials, request);
      if (!page.ok()) return page.status();
      for (const v1::Trial& trial : page->trials()) {
        names.push_back(trial.name().substr(trial.name().rfind('/') + 1));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return names;
  }

  absl::StatusOr<v1::RunSqlResponse> Sql(const std::string& sql,
                                         int max_rows = 0) {
    v1::RunSqlRequest request;
    request.set_sql(sql);
    request.set_max_rows(max_rows);
    return Call(*searches_, &Searches::RunSql, request);
  }

  absl::StatusOr<v1::DeleteSearchResponse> Delete(const std::string& name) {
    v1::DeleteSearchRequest request;
    request.set_name(name);
    return Call(*searches_, &Searches::DeleteSearch, request);
  }
};

TEST_F(QueryTest, FilterAndOrderSelectTrials) {
  TrainAll(5);
  EXPECT_THAT(*List(""), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_THAT(*List("validation_accuracy >= 0.25 AND NOT trial = 2"),
              ElementsAre("1", "3"));
  EXPECT_THAT(*List("state = SUCCEEDED", "validation_accuracy"),
              ElementsAre("5", "4", "3", "2", "1"));
  EXPECT_THAT(*List("parameters.lambda > 0 AND trial IN (2, 4)", "trial desc"),
              ElementsAre("4", "2"));
  EXPECT_THAT(*List("state IN (FAILED, QUEUED)"), IsEmpty());
}

TEST_F(QueryTest, WrongFilterIsRefusedWithItsPlace) {
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  EXPECT_THAT(List("lamda < 1"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("byte 1"), HasSubstr("'lambda'?"))));
  EXPECT_THAT(List("parameters.depth = 1"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no parameter 'depth'")));
  EXPECT_THAT(List("", "depth"), StatusIs(absl::StatusCode::kInvalidArgument,
                                          HasSubstr("order_by")));
  EXPECT_THAT(List(std::string(5000, '(')),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::_));
}

TEST_F(QueryTest, SqlReadsWhatIsThere) {
  TrainAll(3);
  const auto response = *Sql(
      "SELECT trial, validation_accuracy, failure FROM trial_results"
      " ORDER BY trial",
      2);
  EXPECT_THAT(response.columns(),
              ElementsAre("trial", "validation_accuracy", "failure"));
  ASSERT_THAT(response.rows(), SizeIs(2));
  EXPECT_TRUE(response.truncated());
  EXPECT_EQ(response.rows(0).values(0).integer(), 1);
  EXPECT_EQ(response.rows(0).values(1).number(), 0.5);
  EXPECT_EQ(response.rows(0).values(2).kind_case(), v1::SqlValue::KIND_NOT_SET);
}

TEST_F(QueryTest, HostileSqlIsRefusedAndServiceGoesOn) {
  TrainAll(1);
  for (const char* sql :
       {"DELETE FROM trials", "ATTACH '/etc/passwd' AS p",
        "PRAGMA query_only = OFF", "SELECT generation FROM meta"}) {
    EXPECT_THAT(Sql(sql),
                StatusIs(absl::StatusCode::kPermissionDenied, ::testing::_))
        << sql;
  }
  EXPECT_THAT(Sql("SELECT"),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::_));
  EXPECT_THAT(Sql(""),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::_));
  EXPECT_THAT(Sql("SELECT 1", -1), StatusIs(absl::StatusCode::kInvalidArgument,
                                            HasSubstr("max_rows")));
  EXPECT_EQ(Sql("SELECT count(*) FROM trials")->rows(0).values(0).integer(), 1);
}

TEST_F(QueryTest, QueryOfACallerThatHangsUpMakesWay) {
  const std::string forever =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
      " SELECT max(i) FROM n";
  v1::RunSqlRequest request;
  request.set_sql(forever);
  grpc::ClientContext context;
  std::future<absl::Status> ended = std::async(std::launch::async, [&] {
    v1::RunSqlResponse response;
    return FromGrpcStatus(searches_->RunSql(&context, request, &response));
  });
  // Others are served meanwhile.
  ETALON_EXPECT_OK(Create(RandomSpec("s", 1)));
  context.TryCancel();
  EXPECT_THAT(ended.get(),
              StatusIs(absl::StatusCode::kCancelled, ::testing::_));
  ETALON_EXPECT_OK(Sql("SELECT 1"));
}

TEST_F(QueryTest, EndedSearchIsDeletedAndItsEventsStay) {
  TrainAll(3);
  EXPECT_EQ(Delete("searches/s")->trials(), 3);
  EXPECT_THAT(List(""), StatusIs(absl::StatusCode::kNotFound, ::testing::_));
  EXPECT_THAT(Delete("searches/s"),
              StatusIs(absl::StatusCode::kNotFound, ::testing::_));
  // The rows follow by themselves.
  for (int i = 0; i < 1000; ++i) {
    if (Sql("SELECT 1 FROM searches")->rows().empty()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  for (const char* table : {"searches", "trials", "attempts", "results",
                            "configurations", "stages", "stage_counts"}) {
    EXPECT_EQ(Sql(absl::StrCat("SELECT count(*) FROM ", table))
                  ->rows(0)
                  .values(0)
                  .integer(),
              0)
        << table;
  }
  const auto events = *Sql(
      "SELECT state, message FROM events WHERE subject = 'SEARCH'"
      " ORDER BY event_id DESC LIMIT 1");
  EXPECT_EQ(events.rows(0).values(0).text(), "DELETED");
  EXPECT_EQ(events.rows(0).values(1).text(), "s");
  EXPECT_GT(Sql("SELECT count(*) FROM events WHERE subject = 'TRIAL'")
                ->rows(0)
                .values(0)
                .integer(),
            5);
}

TEST_F(QueryTest, SearchThatGoesOnIsNotDeleted) {
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  EXPECT_THAT(
      Delete("searches/s"),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr("RUNNING"), HasSubstr("etalon cancel s"))));
}

TEST_F(QueryTest, TokenOfADeletedSearchIsStaleForAnotherOfItsName) {
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  const std::string worker = Register();
  const v1::LeaseToken old = Lease(MakeLeaseRequest(worker))->trials(0).token();
  v1::CancelSearchRequest cancel;
  cancel.set_name("searches/s");
  ETALON_ASSERT_OK(Call(*searches_, &Searches::CancelSearch, cancel));
  ETALON_ASSERT_OK(Delete("searches/s"));
  ETALON_ASSERT_OK(Create(RandomSpec("s", 1)));
  v1::LeaseTrialsRequest again = MakeLeaseRequest(worker);
  again.set_request_id("again");
  const v1::LeaseToken live = Lease(again)->trials(0).token();
  ASSERT_EQ(old.trial(), live.trial());
  ASSERT_EQ(old.attempt(), live.attempt());
  EXPECT_THAT(OnlyVerdict(Call(*workers_, &Workers::CompleteTrials,
                               MakeReport(worker, MakeCompletion(old, 0.9)))),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("its search was deleted")));
  ETALON_EXPECT_OK(
      OnlyVerdict(Call(*workers_, &Workers::CompleteTrials,
                       MakeReport(worker, MakeCompletion(live, 0.5)))));
}

}  // namespace
}  // namespace etalon
