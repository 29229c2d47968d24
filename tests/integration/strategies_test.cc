// Every strategy that promises so gives the same table, to the bit, whoever
// works on it and whatever happens to them; and every trial of it can be
// trained again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "common/random.h"
#include "tests/integration/cluster.h"

namespace etalon::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::Duration kTimeout = absl::Minutes(3);

// A stage of the strategy, and one that builds on it. An integer and a choice
// make some configurations of the simple samplers coincide.
constexpr char kSearch[] = R"(
name: strategies
seed: 7
max_attempts: 100
training:
  dataset: {name: synthetic, train: 2000, validation: 300, test: 100}
  network: {hidden: [16]}
  batch_size: 20
  epochs: 27
  schedule: {constant: {}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
  eta: {log: [1e-3, 5]}
  batch_size: {integer: [10, 40]}
stages:
  - {name: first, $0}
  - {name: last, take: {from: first, top: 1}, replicates: 2}
)";

struct Strategy {
  const char* name;
  const char* stage;
};

class Strategies : public ::testing::TestWithParam<Strategy> {
 protected:
  static std::string Search() {
    return absl::StrReplaceAll(kSearch, {{"$0", GetParam().stage}});
  }
};

TEST_P(Strategies, GiveOneTableWhateverHappens) {
  std::vector<std::string> undisturbed;
  {
    Cluster cluster;
    cluster.StartServer();
    cluster.StartWorker();
    ASSERT_EQ(cluster.AwaitEnd(cluster.Submit(Search()), kTimeout), "SUCCEEDED")
        << cluster.Logs();
    undisturbed = cluster.Table();
    // One of each state that has a result.
    for (const std::string& number : cluster.Query(
             "SELECT min(t.number) FROM trials AS t"
             " JOIN results AS r USING (trial_id) WHERE t.state <> 'FAILED'"
             " GROUP BY t.stage_id, t.state")) {
      const ProcessResult again =
          cluster.Run({"rerun", absl::StrCat("strategies/", number)});
      EXPECT_EQ(again.exit_code, 0) << again.out << again.error;
      EXPECT_THAT(again.out, HasSubstr("the same to the bit"));
    }
  }
  RandomStream random(5);
  Cluster cluster({.lease = absl::Seconds(1)});
  cluster.StartServer();
  for (int i = 0; i < 3; ++i) cluster.StartWorker({"--fuse", "3"});
  const std::string search = cluster.Submit(Search());
  EXPECT_GT(cluster.KillAtRandom(random, 8, absl::Milliseconds(100)), 1);
  EXPECT_EQ(cluster.AwaitEnd(search, kTimeout), "SUCCEEDED");
  EXPECT_EQ(cluster.Table(), undisturbed) << cluster.Logs();
  EXPECT_THAT(cluster.Query("PRAGMA integrity_check"), ElementsAre("ok"));
}

constexpr Strategy kStrategies[] = {
    {"Sobol", "sample: {sobol: 8}"},
    {"LatinHypercube", "sample: {latin_hypercube: 8}"},
    {"Zoom", "sample: {random: 4}, zoom: {rounds: 3, top: 2}"},
    {"Tpe", "sample: {tpe: {count: 10, startup: 4, look_ahead: 3}}"},
    {"GaussianProcess",
     "sample: {gaussian_process: {count: 10, startup: 4, look_ahead: 3}}"},
    {"CmaEs", "sample: {cma_es: {count: 10, population: 4}}"},
    {"Median",
     "sample: {random: 12}, stopping: {median: {startup: 3, look_ahead: 4}}"},
    {"AsynchronousHalving",
     "sample: {tpe: {count: 12, startup: 4, look_ahead: 4}},"
     " stopping: {asynchronous_halving: {look_ahead: 4}}"},
    {"Halving", "sample: {sobol: 9}, stopping: {halving: {}}"},
    {"Hyperband", "sample: {random: 9}, stopping: {hyperband: {}}"},
    {"Race", "sample: {random: 5}, replicates: {start: 2, max: 4, race: true}"},
    {"Budget", "sample: {random: 12}, budget: {trials: 7}"},
};

INSTANTIATE_TEST_SUITE_P(All, Strategies, ::testing::ValuesIn(kStrategies),
                         [](const auto& info) {
                           return std::string(info.param.name);
                         });

}  // namespace
}  // namespace etalon::testing
