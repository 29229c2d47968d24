#include "server/contenders.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/search/ranking.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::EqualsProto;
using ::testing::IsEmpty;

// Trials in memory, of which only what RankBest asks for can be asked. Counts
// those that it gives.
class FakeReader : public Reader {
 public:
  // As many configurations, with so many replicates; each replicate has the
  // configuration's quality and as much noise.
  FakeReader(int configurations, int replicates, double noise, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<> uniform;
    for (int i = 0; i < configurations; ++i) {
      const double quality = uniform(random);
      for (int j = 0; j < replicates; ++j) {
        v1::Trial& trial = trials_.emplace_back();
        trial.set_name(absl::StrCat("searches/s/trials/", trials_.size()));
        trial.set_stage(
            absl::StrCat("searches/s/stages/", i % 2 == 0 ? "even" : "odd"));
        trial.set_configuration(i / 2);
        trial.set_replicate(j);
        const double draw = uniform(random);
        if (draw < 0.05) {
          trial.set_state(draw < 0.02 ? v1::Trial::DIVERGED
                                      : v1::Trial::QUEUED);
          continue;
        }
        trial.set_state(v1::Trial::SUCCEEDED);
        // Rounded, so that there are ties.
        trial.mutable_result()->mutable_validation()->set_accuracy(
            std::round(100 * (quality + noise * uniform(random))) / 200);
      }
    }
  }

  explicit FakeReader(std::vector<v1::Trial> trials)
      : trials_(std::move(trials)) {}

  absl::StatusOr<Page<v1::Trial>> ListTrials(const TrialQuery& query,
                                             const PageRequest& page) override {
    std::vector<v1::Trial> matching;
    for (const v1::Trial& trial : OfStage(StageIn(query.filter))) {
      if (trial.state() == v1::Trial::SUCCEEDED) matching.push_back(trial);
    }
    std::stable_sort(matching.begin(), matching.end(),
                     [](const v1::Trial& a, const v1::Trial& b) {
                       return a.result().validation().accuracy() >
                              b.result().validation().accuracy();
                     });
    const size_t begin = page.token.empty() ? 0 : std::stoul(page.token);
    const size_t end = std::min(matching.size(), begin + page.size);
    Page<v1::Trial> result;
    result.items.assign(matching.begin() + begin, matching.begin() + end);
    if (end < matching.size()) result.next_token = absl::StrCat(end);
    given_ += result.items.size();
    return result;
  }
  absl::StatusOr<std::vector<v1::Trial>> ListStageTrials(
      absl::string_view, absl::string_view stage) override {
    std::vector<v1::Trial> trials = OfStage(std::string(stage));
    given_ += trials.size();
    return trials;
  }
  absl::StatusOr<std::vector<v1::Trial>> ListReplicates(
      absl::string_view, absl::string_view stage, int configuration) override {
    std::vector<v1::Trial> replicates;
    const std::string name = absl::StrCat("searches/s/stages/", stage);
    for (const v1::Trial& trial : trials_) {
      if (trial.stage() == name && trial.configuration() == configuration) {
        replicates.push_back(trial);
      }
    }
    given_ += replicates.size();
    return replicates;
  }
  absl::StatusOr<std::vector<StoredCourse>> ListCourses(
      absl::string_view, absl::string_view) override {
    return absl::UnimplementedError("not asked");
  }

  absl::StatusOr<v1::Search> GetSearch(absl::string_view) override {
    return search_;
  }
  absl::StatusOr<v1::SearchSpec> GetSpec(absl::string_view) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<Page<v1::Search>> ListSearches(const PageRequest&) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<v1::Trial> GetTrial(absl::string_view, int64_t) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::optional<ModelPiece>> ReadModel(absl::string_view,
                                                      int64_t,
                                                      int64_t) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<Page<v1::Worker>> ListWorkers(const PageRequest&) override {
    return absl::UnimplementedError("");
  }

  std::vector<v1::Trial> OfStage(const std::string& stage) const {
    std::vector<v1::Trial> trials;
    for (const v1::Trial& trial : trials_) {
      if (stage.empty() || trial.stage() == "searches/s/stages/" + stage) {
        trials.push_back(trial);
      }
    }
    return trials;
  }
  size_t given() const { return given_; }
  // The race of the stage "odd" has left these.
  void EndRace(const std::vector<int>& contenders) {
    v1::Stage& stage = *search_.add_stages();
    stage.set_name("searches/s/stages/odd");
    stage.mutable_race()->mutable_contenders()->Assign(contenders.begin(),
                                                       contenders.end());
  }
  const v1::Search& search() const { return search_; }

 private:
  static std::string StageIn(const TrialFilter& filter) {
    if (filter.kind != TrialFilter::Kind::kAnd) return "";
    return std::get<std::string>(filter.operands[1].condition.values[0]);
  }

  v1::Search search_;
  std::vector<v1::Trial> trials_;
  size_t given_ = 0;
};

void ExpectAsOfAll(FakeReader& reader, const std::string& stage, v1::RankBy by,
                   size_t limit) {
  std::vector<v1::RankedConfiguration> expected = RankConfigurations(
      reader.OfStage(stage), by, RacedStagesOf(reader.search()));
  if (expected.size() > limit) expected.resize(limit);
  ETALON_ASSERT_OK_AND_ASSIGN(const std::vector<v1::RankedConfiguration> ranked,
                              RankBest(reader, "s", stage, by, limit));
  ASSERT_EQ(ranked.size(), expected.size());
  for (size_t i = 0; i < ranked.size(); ++i) {
    EXPECT_THAT(ranked[i], EqualsProto(expected[i]));
  }
}

TEST(RankBest, IsWhatRankingAllWouldGive) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    for (const double noise : {0.0, 0.1, 1.0}) {
      for (const int replicates : {1, 4}) {
        FakeReader reader(200, replicates, noise, seed);
        for (const size_t limit : {1, 3, 10, 1000}) {
          for (const v1::RankBy by : {v1::RANK_BY_MEAN, v1::RANK_BY_LOWER_BOUND,
                                      v1::RANK_BY_MEDIAN}) {
            ExpectAsOfAll(reader, "", by, limit);
            ExpectAsOfAll(reader, "odd", by, limit);
          }
        }
      }
    }
  }
}

TEST(RankBest, PutsThoseThatARaceHasPutOutBehind) {
  FakeReader reader(200, 4, 0.1, 3);
  reader.EndRace({17, 40});
  for (const size_t limit : {1, 2, 3, 10, 1000}) {
    for (const v1::RankBy by : {v1::RANK_BY_MEAN, v1::RANK_BY_LOWER_BOUND}) {
      ExpectAsOfAll(reader, "", by, limit);
      ExpectAsOfAll(reader, "odd", by, limit);
    }
  }
}

TEST(RankBest, ReadsNoMoreOfManyTrialsThanOfFew) {
  for (const int configurations : {1000, 5000}) {
    FakeReader reader(configurations, 1, 0, 7);
    ETALON_ASSERT_OK(RankBest(reader, "s", "", v1::RANK_BY_MEAN, 10));
    EXPECT_LE(reader.given(), 400u) << configurations;
  }
}

TEST(RankBest, LowerBoundsOfManyReplicatesNeedNotAllBeRead) {
  FakeReader reader(5000, 4, 0, 7);
  ETALON_ASSERT_OK(RankBest(reader, "s", "", v1::RANK_BY_LOWER_BOUND, 10));
  EXPECT_LE(reader.given(), 1000u);
}

TEST(RankBest, AMeanRoundedUpDecidesNothing) {
  // Three times 0.1 has a mean above 0.1, and of what is equal the lowest index
  // comes first.
  constexpr int kConfigurations = 60;
  std::vector<v1::Trial> trials;
  for (int i = 0; i < kConfigurations * 3; ++i) {
    v1::Trial& trial = trials.emplace_back();
    trial.set_name(absl::StrCat("searches/s/trials/", i + 1));
    trial.set_stage("searches/s/stages/even");
    trial.set_configuration(kConfigurations - 1 - i / 3);
    trial.set_replicate(i % 3);
    trial.set_state(v1::Trial::SUCCEEDED);
    trial.mutable_result()->mutable_validation()->set_accuracy(0.1);
  }
  FakeReader reader(std::move(trials));
  ExpectAsOfAll(reader, "", v1::RANK_BY_MEAN, 1);
}

TEST(RankBest, NothingIsRankedOfNothing) {
  FakeReader reader(0, 1, 0, 1);
  EXPECT_THAT(*RankBest(reader, "s", "", v1::RANK_BY_MEAN, 10), IsEmpty());
}

}  // namespace
}  // namespace etalon
