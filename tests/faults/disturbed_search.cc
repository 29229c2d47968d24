#include "tests/faults/disturbed_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace etalon::testing {

const char kDisturbedSearch[] = R"(
name: disturbed
seed: 5
max_attempts: 1000
training:
  dataset: {name: synthetic, train: 1000, validation: 200, test: 200}
  network: {hidden: [16]}
  batch_size: 20
  epochs: 12
  schedule: {constant: {}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
  eta: {log: [1e-3, 1e3]}
stages:
  - {name: s1, sample: {random: 9}}
  - {name: s2, sample: {grid: 3}, refine: {from: s1, top: 3}}
  - {name: s3, sample: {grid: 2}, refine: {from: s2, top: 3}, replicates: 2}
  - {name: s4, sample: {random: 8}, refine: {from: s3, top: 3}}
  - {name: s5, sample: {random: 8}, refine: {from: s4, top: 3}}
  - {name: s6, sample: {random: 6}, refine: {from: s5, top: 2}}
  - {name: s7, take: {from: s6, top: 2}, replicates: 3, evaluate_test: true}
)";
const int kDisturbedTrials = 9 + 9 + 8 + 8 + 8 + 6 + 6;

namespace {

// Rows that one table has and the other has not.
std::vector<std::string> Difference(std::vector<std::string> ours,
                                    std::vector<std::string> theirs) {
  std::sort(ours.begin(), ours.end());
  std::sort(theirs.begin(), theirs.end());
  std::vector<std::string> difference;
  std::set_symmetric_difference(ours.begin(), ours.end(), theirs.begin(),
                                theirs.end(), std::back_inserter(difference));
  return difference;
}

// Each gives a row for what is wrong.
std::vector<std::string> LawQueries() {
  return {
      // R7, R6
      "SELECT 'R7: search ' || name || ' is ' || state || ' ' || "
      "ifnull(message, '') FROM searches WHERE state <> 'SUCCEEDED'",
      "SELECT 'R6: ' || count(*) || ' searches' FROM searches "
      "HAVING count(*) <> 1",
      absl::StrCat("SELECT 'R7: ' || count(*) || ' trials' FROM trials HAVING "
                   "count(*) <> ",
                   kDisturbedTrials),
      "SELECT 'R7: trial ' || number || ' is ' || state FROM trials WHERE "
      "state "
      "NOT IN ('SUCCEEDED', 'DIVERGED')",
      // R1
      "SELECT 'R1: trial ' || t.number || ' has ' || count(r.trial_id) || "
      "' results' FROM trials t LEFT JOIN results r USING (trial_id) GROUP BY "
      "trial_id HAVING count(r.trial_id) <> 1",
      "SELECT 'R1: trial ' || t.number || ' has ' || sum(a.state = "
      "'COMPLETED') || ' completed attempts' FROM trials t JOIN attempts a "
      "USING (trial_id) GROUP BY trial_id HAVING sum(a.state = 'COMPLETED') "
      "<> 1",
      "SELECT 'R1: result of trial ' || r.trial_id || ' is of attempt ' || "
      "r.attempt || ', which is ' || ifnull(a.state, 'none') FROM results r "
      "LEFT JOIN attempts a ON a.trial_id = r.trial_id AND a.number = "
      "r.attempt WHERE a.state IS NOT 'COMPLETED'",
      "SELECT 'R1: trial ' || trial_id || ' ended ' || count(*) || ' times' "
      "FROM events WHERE subject = 'TRIAL' AND attempt_state = 'COMPLETED' "
      "GROUP BY trial_id HAVING count(*) <> 1",
      // R2
      "SELECT 'R2: trial ' || t.number || ' has attempts after the one that "
      "completed it' FROM trials t JOIN results r USING (trial_id) WHERE "
      "t.attempt_count <> r.attempt",
      "SELECT 'R2: trial ' || t.number || ' counts ' || t.attempt_count || "
      "' attempts and has ' || count(*) FROM trials t JOIN attempts a USING "
      "(trial_id) GROUP BY trial_id HAVING count(*) <> t.attempt_count OR "
      "max(a.number) <> t.attempt_count OR min(a.number) <> 1",
      // R5
      "SELECT 'R5: attempt ' || number || ' at trial ' || trial_id || ' is ' "
      "|| state FROM attempts WHERE state NOT IN ('COMPLETED', 'LOST', "
      "'RETURNED')",
      // The file
      "SELECT 'integrity: ' || integrity_check FROM pragma_integrity_check "
      "WHERE integrity_check <> 'ok'",
      "SELECT 'foreign key: ' || \"table\" || ' row ' || rowid FROM "
      "pragma_foreign_key_check",
  };
}

// What workers log of a verdict on what they sent, other than that it is stale.
constexpr const char* kRefusals[] = {"registration refused", "request refused",
                                     "heartbeat refused", "result refused"};

// What workers were told. An acknowledged result that was lost would be made,
// and acknowledged, once more.
std::vector<std::string> BrokenPromises(const std::string& logs) {
  std::vector<std::string> broken;
  std::map<std::string, int> acknowledged;
  for (const absl::string_view line : absl::StrSplit(logs, '\n')) {
    const size_t trial = line.find("searches/disturbed/trials/");
    if (trial != absl::string_view::npos) {
      const std::vector<std::string> words =
          absl::StrSplit(line.substr(trial), ' ');
      if (words.size() > 1 &&
          (words[1] == "succeeded" || words[1] == "failed:")) {
        ++acknowledged[words[0]];
      }
    }
    const bool refused = std::any_of(
        std::begin(kRefusals), std::end(kRefusals),
        [line](const char* word) { return absl::StrContains(line, word); });
    if (refused || absl::StrContains(line, "Sanitizer")) {
      broken.push_back(absl::StrCat("log: ", std::string(line)));
    }
  }
  for (const auto& [trial, times] : acknowledged) {
    if (times == 1) continue;
    broken.push_back(absl::StrCat("R3: the result of ", trial,
                                  " was acknowledged ", times, " times"));
  }
  return broken;
}

}  // namespace

const std::vector<std::string>& UndisturbedTable() {
  static const auto* table = [] {
    Cluster cluster;
    cluster.StartServer();
    cluster.StartWorker();
    const std::string search = cluster.Submit(kDisturbedSearch);
    EXPECT_EQ(cluster.AwaitEnd(search, absl::Minutes(10)), "SUCCEEDED");
    return new std::vector<std::string>(cluster.Table());
  }();
  return *table;
}

std::vector<std::string> BrokenLaws(Cluster& cluster) {
  std::vector<std::string> broken =
      cluster.Query(absl::StrJoin(LawQueries(), ";\n"));
  for (const std::string& row :
       Difference(cluster.Table(), UndisturbedTable())) {
    broken.push_back(absl::StrCat("table: ", row));
    if (broken.size() > 20) break;
  }
  for (std::string& promise : BrokenPromises(cluster.Logs())) {
    broken.push_back(std::move(promise));
  }
  return broken;
}

}  // namespace etalon::testing
