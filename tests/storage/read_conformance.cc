#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/storage/store_conformance.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

// Lists and pages.

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_P(StoreConformance, SearchHasItsStagesAndTheirCounts) {
  const Started started = StartSearch("alpha", 2);
  const WorkerId worker = AddWorker("host-1");
  Finish(started.trials[0], worker, 0.5);
  Lease(started.trials[1], worker);
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Search search,
                              NewReader()->GetSearch("alpha"));
  EXPECT_EQ(search.name(), "searches/alpha");
  EXPECT_THAT(search.spec(), EqualsProto(SampleSpec("alpha")));
  EXPECT_EQ(search.create_time().seconds(), absl::ToUnixSeconds(now()));
  const auto counts =
      ParseTextProto<v1::TrialCounts>("queued: 2 running: 1 succeeded: 1");
  EXPECT_THAT(search.counts(), EqualsProto(counts));
  ASSERT_EQ(search.stages_size(), 2);
  EXPECT_EQ(search.stages(0).name(), "searches/alpha/stages/coarse");
  EXPECT_EQ(search.stages(0).state(), v1::Stage::RUNNING);
  EXPECT_EQ(search.stages(0).box_size(), 4);
  EXPECT_EQ(search.stages(0).planned_trials(), 6);
  EXPECT_THAT(search.stages(0).counts(), EqualsProto(counts));
  EXPECT_TRUE(search.stages(0).has_start_time());
  EXPECT_EQ(search.stages(1).state(), v1::Stage::PENDING);
  EXPECT_TRUE(search.stages(1).evaluate_test());
  EXPECT_FALSE(search.stages(1).has_counts());
  EXPECT_FALSE(search.stages(1).has_start_time());
}

TEST_P(StoreConformance, UnknownNamesAreNotFound) {
  StartSearch("alpha", 1);
  const std::unique_ptr<Reader> reader = NewReader();
  EXPECT_THAT(reader->GetSearch("beta"), StatusIs(absl::StatusCode::kNotFound,
                                                  HasSubstr("searches/beta")));
  EXPECT_THAT(reader->GetTrial("alpha", 9),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("searches/alpha/trials/9")));
  EXPECT_THAT(
      reader->ListTrials({.search = "beta"}, {}),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("searches/beta")));
  EXPECT_THAT(reader->GetSpec("beta"), StatusIs(absl::StatusCode::kNotFound,
                                                HasSubstr("searches/beta")));
  EXPECT_THAT(reader->ListStageTrials("alpha", "fine"),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("searches/alpha/stages/fine")));
}

TEST_P(StoreConformance, SearchesComeInPagesNewestFirst) {
  for (const char* name : {"a", "b", "c", "d", "e"}) StartSearch(name, 1);
  const std::unique_ptr<Reader> reader = NewReader();
  std::vector<std::string> names;
  PageRequest request = {.size = 2};
  do {
    ETALON_ASSERT_OK_AND_ASSIGN(const Page<v1::Search> page,
                                reader->ListSearches(request));
    for (const v1::Search& search : page.items) {
      names.push_back(search.name());
      EXPECT_EQ(search.counts().queued(), 2);
      EXPECT_EQ(search.stages_size(), 0);
    }
    request.token = page.next_token;
  } while (!request.token.empty());
  EXPECT_THAT(names, ElementsAre("searches/e", "searches/d", "searches/c",
                                 "searches/b", "searches/a"));
}

TEST_P(StoreConformance, WorkersComeInPagesNewestFirst) {
  for (const char* name : {"a", "b", "c"}) AddWorker(name);
  const std::unique_ptr<Reader> reader = NewReader();
  ETALON_ASSERT_OK_AND_ASSIGN(const Page<v1::Worker> first,
                              reader->ListWorkers({.size = 2}));
  ETALON_ASSERT_OK_AND_ASSIGN(
      const Page<v1::Worker> last,
      reader->ListWorkers({.size = 2, .token = first.next_token}));
  ASSERT_EQ(first.items.size(), 2u);
  EXPECT_EQ(first.items[0].display_name(), "c");
  ASSERT_EQ(last.items.size(), 1u);
  EXPECT_EQ(last.items[0].display_name(), "a");
  EXPECT_THAT(last.next_token, IsEmpty());
}

TEST_P(StoreConformance, PageThatIsFullOfBytesEndsBeforeItsSize) {
  for (const char* name : {"a", "b"}) {
    StartSearch(name, 1);
    AddWorker(name);
  }
  const std::unique_ptr<Reader> reader = NewReader();
  const PageRequest narrow = {.max_bytes = 1};
  const auto expect_one_of_two = [&](const auto& list) {
    const auto first = list(narrow);
    ETALON_ASSERT_OK(first);
    EXPECT_EQ(first->items.size(), 1u);
    const auto last =
        list(PageRequest{.token = first->next_token, .max_bytes = 1});
    ETALON_ASSERT_OK(last);
    EXPECT_EQ(last->items.size(), 1u);
    EXPECT_THAT(last->next_token, IsEmpty());
  };
  expect_one_of_two([&](const PageRequest& page) {
    return reader->ListTrials({.search = "a"}, page);
  });
  expect_one_of_two(
      [&](const PageRequest& page) { return reader->ListSearches(page); });
  expect_one_of_two(
      [&](const PageRequest& page) { return reader->ListWorkers(page); });
}

TEST_P(StoreConformance, PageThatEndsTheListHasNoToken) {
  StartSearch("alpha", 2);
  ETALON_ASSERT_OK_AND_ASSIGN(
      const Page<v1::Trial> page,
      NewReader()->ListTrials({.search = "alpha"}, {.size = 4}));
  EXPECT_EQ(page.items.size(), 4u);
  EXPECT_THAT(page.next_token, IsEmpty());
}

TEST_P(StoreConformance, ListedTrialHasItsResultAndNotItsCurve) {
  const Started started = StartSearch("alpha", 1);
  Finish(started.trials[0], AddWorker("host-1"), 0.5);
  ETALON_ASSERT_OK_AND_ASSIGN(const Page<v1::Trial> page,
                              NewReader()->ListTrials({.search = "alpha"}, {}));
  const v1::Trial& trial = page.items.at(0);
  EXPECT_EQ(trial.name(), "searches/alpha/trials/1");
  EXPECT_EQ(trial.stage(), "searches/alpha/stages/coarse");
  EXPECT_EQ(trial.parameters_size(), 4);
  EXPECT_THAT(trial.result(), EqualsProto(SampleMeasurement(3600, 0.5)));
  EXPECT_EQ(trial.training_time().seconds(), 2);
  EXPECT_EQ(trial.training_time().nanos(), 600'000'001);
  EXPECT_EQ(trial.worker(), "workers/1");
  EXPECT_EQ(trial.fusion().width(), 10);
  EXPECT_FALSE(trial.has_training());
  EXPECT_EQ(trial.attempts_size(), 0);
}

TEST_P(StoreConformance, OneTrialHasItsStagesTraining) {
  StartSearch("alpha", 1);
  ETALON_ASSERT_OK_AND_ASSIGN(const v1::Trial trial,
                              NewReader()->GetTrial("alpha", 2));
  EXPECT_THAT(trial.training(), EqualsProto(SampleStages()[0].training));
  EXPECT_FALSE(trial.evaluate_test());
  EXPECT_EQ(trial.replicate(), 1);
  EXPECT_FALSE(trial.has_result());
  EXPECT_FALSE(trial.has_training_time());
}

TEST_P(StoreConformance, StageTrialsComeByStageConfigurationAndReplicate) {
  const Started started = StartSearch("alpha", 2);
  ETALON_ASSERT_OK(Write([&](Transaction& transaction) {
    return transaction.StartStage(started.final, SampleBox(),
                                  SampleConfigurations(1, 1), now());
  }));
  const std::unique_ptr<Reader> reader = NewReader();
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<v1::Trial> coarse,
                              reader->ListStageTrials("alpha", "coarse"));
  ASSERT_EQ(coarse.size(), 4u);
  EXPECT_EQ(coarse[2].configuration(), 1);
  EXPECT_EQ(coarse[2].replicate(), 0);
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<v1::Trial> all,
                              reader->ListStageTrials("alpha", ""));
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[4].stage(), "searches/alpha/stages/final");
}

TEST_P(StoreConformance, PageTokenOfAnotherListIsRefused) {
  for (const char* name : {"alpha", "beta"}) {
    StartSearch(name, 2);
    AddWorker(name);
  }
  const std::unique_ptr<Reader> reader = NewReader();
  ETALON_ASSERT_OK_AND_ASSIGN(
      const Page<v1::Trial> page,
      reader->ListTrials({.search = "alpha"}, {.size = 1}));
  const PageRequest request = {.size = 1, .token = page.next_token};
  ETALON_EXPECT_OK(reader->ListTrials({.search = "alpha"}, request));
  const auto refused =
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("page token '"));
  EXPECT_THAT(reader->ListTrials({.search = "beta"}, request), refused);
  EXPECT_THAT(reader->ListSearches(request), refused);
  EXPECT_THAT(reader->ListWorkers(request), refused);
}

TEST_P(StoreConformance, PageTokenThatWasTamperedWithIsRefused) {
  StartSearch("alpha", 2);
  const std::unique_ptr<Reader> reader = NewReader();
  ETALON_ASSERT_OK_AND_ASSIGN(
      const Page<v1::Trial> page,
      reader->ListTrials({.search = "alpha"}, {.size = 1}));
  std::vector<std::string> tokens = {"x",
                                     "1",
                                     std::string(5000, 'A'),
                                     std::string("\0\xff", 2),
                                     page.next_token.substr(1),
                                     absl::StrCat(page.next_token, "AAAA")};
  for (size_t i = 0; i < 20; ++i) {
    std::string& token = tokens.emplace_back(page.next_token);
    token[i] = token[i] == 'A' ? 'B' : 'A';
  }
  for (const std::string& token : tokens) {
    EXPECT_THAT(
        reader->ListTrials({.search = "alpha"}, {.size = 1, .token = token}),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("page token")))
        << token;
  }
}

TEST_P(StoreConformance, PageWithoutRoomIsRefused) {
  StartSearch("alpha", 1);
  for (const int size : {0, -1}) {
    EXPECT_THAT(
        NewReader()->ListTrials({.search = "alpha"}, {.size = size}),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("page size")));
  }
}

}  // namespace
}  // namespace etalon::testing
