#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/server/coordinator_harness.h"
#include "tests/simulation/coordinator_process.h"
#include "tests/simulation/law_checker.h"
#include "tests/simulation/network.h"
#include "tests/simulation/simulated_client.h"
#include "tests/simulation/simulated_worker.h"
#include "tests/simulation/world.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {
namespace {

// R7: once nothing fails any more, every search ends within this. A late
// message may still be 40 s away, a stop or a stall as long; then come at most
// one lease and the trials themselves, 25 s each at most.
constexpr absl::Duration kBound = absl::Minutes(20);
// Far more than any world has taken.
constexpr int64_t kMaxSteps = 2'000'000;

// Losses do not fail such a search's trials, so that its table does not hang on
// them.
constexpr int kPatientAttempts = 1000;

struct Casting {
  FaultPlan faults;
  std::vector<SimulatedClient::Options> clients;
  struct Worker {
    int threads = 1;
    int fuse = 1;
  };
  std::vector<Worker> workers;
};

constexpr int kShapes = 12;
// From this one on those halve that propose nothing.
constexpr int kHalvingShapes = 6;

v1::SearchSpec MakeSpec(const std::string& name, int shape) {
  v1::SearchSpec spec = shape % 3 == 0 ? RandomSpec(name, 2 + shape % 5)
                                       : RefiningSpec(name, 3 + shape % 3, 2);
  if (shape % 3 == 1) {
    // Proposed one after the other, as results come.
    v1::Sample::ModelBased& tpe =
        *spec.mutable_stages(0)->mutable_sample()->mutable_tpe();
    tpe.set_count(4 + shape % 4);
    tpe.set_startup(2);
    tpe.set_look_ahead(1 + shape % 2);
  }
  if (shape % 3 != 1 && shape >= kHalvingShapes) {
    // Rungs after one epoch of nine and after three.
    spec.mutable_training()->set_epochs(9);
    v1::StageSpec& stage = *spec.mutable_stages(0);
    stage.mutable_sample()->mutable_random()->set_count(3 + shape % 4);
    stage.set_replicates(1 + shape % 2);
    stage.mutable_stopping()->mutable_halving()->set_factor(3);
  } else if (shape % 2 == 0) {
    // Halfway, where workers measure trials, these may end.
    v1::Training& training = *spec.mutable_training();
    training.mutable_dataset()->set_train(10'000);
    training.set_batch_size(100);
    training.mutable_evaluation()->set_per_epoch(2);
    v1::Stopping::Median& median =
        *spec.mutable_stages(0)->mutable_stopping()->mutable_median();
    median.set_startup(2);
    median.set_warmup_epochs(0);
    median.set_look_ahead(1 + shape % 3);
  }
  v1::StageSpec& first = *spec.mutable_stages(0);
  if (shape % 4 == 2) {
    // What is drawn coincides, again and again.
    for (v1::Parameter& parameter : *spec.mutable_parameters()) {
      const double fixed = parameter.double_range().minimum();
      parameter.mutable_categories()->add_values()->set_number(fixed);
      if (&parameter == &spec.parameters(0)) {
        parameter.mutable_categories()->add_values()->set_number(2 * fixed);
      }
    }
    if (!first.has_stopping()) first.set_replicates(1 + shape % 3);
  }
  if (shape % 4 == 3 && shape % 3 != 1 && !first.has_stopping()) {
    first.mutable_race()->set_start(1 + shape % 2);
    first.mutable_race()->set_max(4);
  }
  if (shape % 5 == 4) first.mutable_budget()->set_trials(3);
  spec.set_seed(1 + shape);
  spec.set_max_attempts(kPatientAttempts);
  return spec;
}

Casting DrawCasting(uint64_t seed) {
  RandomStream random(seed, 0);
  Casting casting;
  casting.faults = DrawFaultPlan(random);
  const int searches = 1 + static_cast<int>(random.NextBelow(2));
  for (int i = 0; i < searches; ++i) {
    SimulatedClient::Options& client = casting.clients.emplace_back();
    client.spec = MakeSpec(absl::StrCat("s", i),
                           static_cast<int>(random.NextBelow(kShapes)));
    if (random.NextBelow(5) == 0) {
      client.spec.set_max_attempts(1 + static_cast<int>(random.NextBelow(3)));
    }
    client.repeats = random.NextBelow(2) == 0;
    client.pauses = random.NextBelow(4) == 0;
    client.cancels = random.NextBelow(8) == 0;
  }
  const int workers = 1 + static_cast<int>(random.NextBelow(4));
  for (int i = 0; i < workers; ++i) {
    casting.workers.push_back({1 + static_cast<int>(random.NextBelow(2)),
                               1 + static_cast<int>(random.NextBelow(3))});
  }
  return casting;
}

// One world, from its first to its last moment.
class Life {
 public:
  Life(uint64_t seed, const Casting& casting, const std::string& database,
       bool keep_trace)
      : casting_(casting),
        world_(seed, casting.faults, keep_trace),
        checker_(world_, database, CoordinatorProcess::kLease),
        coordinator_(world_, checker_, database,
                     [this] { network_.CutConnections(); }),
        network_(world_, coordinator_) {}

  void Run() {
    Begin();
    Disturb();
    while (checker_.violation().empty() && !ended_) {
      if (++steps_ > kMaxSteps || !world_.timeline.Step()) {
        checker_.Violate("R7: nothing happens any more, or too much");
      }
    }
    if (checker_.violation().empty()) checker_.CheckEnd();
    for (const std::string& row : checker_.log().Query(
             "SELECT name, state FROM searches ORDER BY search_id")) {
      world_.Tell(row);
    }
  }

  LawChecker& checker() { return checker_; }
  World& world() { return world_; }
  const CoordinatorProcess& coordinator() const { return coordinator_; }
  int64_t steps() const { return steps_; }
  int64_t worker_deaths() const { return worker_deaths_; }

 private:
  void Begin() {
    coordinator_.Start();
    for (size_t i = 0; i < casting_.workers.size(); ++i) {
      workers_.push_back(std::make_unique<SimulatedWorker>(
          world_, network_, absl::StrCat("w", i), casting_.workers[i].threads,
          casting_.workers[i].fuse));
      workers_.back()->Start();
    }
    for (const SimulatedClient::Options& options : casting_.clients) {
      clients_.push_back(
          std::make_unique<SimulatedClient>(world_, network_, options));
      clients_.back()->Start();
    }
    world_.timeline.After(world_.faults.until, [this] { MakePeace(); });
    LookWhetherEnded();
  }

  void Disturb() {
    const FaultPlan& faults = world_.faults;
    world_.Every(faults.coordinator_death, [this] { coordinator_.Die(); });
    world_.Every(faults.coordinator_shutdown,
                 [this] { coordinator_.ShutDown(); });
    world_.Every(faults.coordinator_stall, [this] {
      coordinator_.Stall(
          world_.Between(absl::ZeroDuration(), absl::Seconds(90)));
    });
    world_.Every(faults.worker_death, [this] {
      ++worker_deaths_;
      AnyWorker().Die(world_.Between(absl::ZeroDuration(), absl::Seconds(40)));
    });
    world_.Every(faults.worker_stop, [this] {
      AnyWorker().Stop(world_.Between(absl::ZeroDuration(), absl::Seconds(90)));
    });
    world_.Every(faults.worker_goodbye, [this] { AnyWorker().SayGoodbye(); });
    world_.Every(faults.partition, [this] { Cut(AnyWorker().link()); });
    world_.Every(faults.swizzle, [this] { Swizzle(); });
    world_.Every(faults.wall_clock_jump, [this] {
      // Ten years, or less than what looks like a stall.
      const absl::Duration most = world_.random.NextBelow(2) == 0
                                      ? absl::Hours(24 * 3650)
                                      : CoordinatorProcess::kLease / 3;
      const absl::Duration jump = world_.Between(-most, most);
      world_.Tell("wall clock jumps by ", absl::FormatDuration(jump));
      world_.clock.JumpWallClock(jump);
    });
  }

  SimulatedWorker& AnyWorker() {
    return *workers_[world_.random.NextBelow(workers_.size())];
  }

  // Either direction, or both, for a while.
  void Cut(Link& link) {
    const uint32_t which = world_.random.NextBelow(3);
    link.requests_cut = link.requests_cut || which != 0;
    link.replies_cut = link.replies_cut || which != 1;
    world_.Tell(link.name, ": cut ", which);
    world_.timeline.After(
        world_.Between(absl::ZeroDuration(), absl::Seconds(60)),
        [&link] { link.requests_cut = link.replies_cut = false; });
  }

  // One after the other is cut off, and all come back in another order.
  void Swizzle() {
    absl::Duration at = absl::ZeroDuration();
    for (const std::unique_ptr<SimulatedWorker>& worker : workers_) {
      if (world_.random.NextBelow(3) == 0) continue;
      at += world_.Between(absl::ZeroDuration(), absl::Seconds(5));
      world_.timeline.After(at, [this, &worker] { Cut(worker->link()); });
    }
  }

  void MakePeace() {
    world_.Tell("peace");
    for (const std::unique_ptr<SimulatedWorker>& worker : workers_) {
      worker->link().requests_cut = worker->link().replies_cut = false;
    }
    for (const std::unique_ptr<SimulatedClient>& client : clients_) {
      client->KeepGoing();
    }
    world_.timeline.After(kBound, [this] {
      checker_.Violate(absl::StrCat("R7: a search has not ended ",
                                    absl::FormatDuration(kBound),
                                    " after the last fault"));
    });
  }

  // What still is under way when all have ended gets a minute to do harm.
  void LookWhetherEnded() {
    world_.timeline.After(absl::Seconds(1), [this] {
      if (!checker_.AllEnded(clients_.size())) return LookWhetherEnded();
      world_.timeline.After(absl::Minutes(1), [this] { ended_ = true; });
    });
  }

  const Casting casting_;
  World world_;
  LawChecker checker_;
  CoordinatorProcess coordinator_;
  Network network_;
  std::vector<std::unique_ptr<SimulatedWorker>> workers_;
  std::vector<std::unique_ptr<SimulatedClient>> clients_;
  bool ended_ = false;
  int64_t steps_ = 0;
  int64_t worker_deaths_ = 0;
};

// A folder in memory, and in it a database as a coordinator finds it that
// starts for the second time: making one takes longer than a life in it.
class Folder {
 public:
  Folder() {
    auto store = SqliteStore::Open({Path("template.db"), kGeneration});
    GTEST_CHECK_(store.ok()) << store.status();
  }
  std::string NewDatabase() {
    const std::string database = Path("simulated.db");
    for (const char* end : {"", "-wal", "-shm"}) {
      std::filesystem::remove(database + end);
    }
    std::filesystem::copy_file(Path("template.db"), database);
    return database;
  }

 private:
  std::string Path(const std::string& name) { return folder_.File(name); }

  TempDir folder_{"/dev/shm"};
};

std::string NewDatabase() {
  static Folder folder;
  return folder.NewDatabase();
}

// The table of the search that nothing disturbs. It is not a function of its
// name.
absl::StatusOr<std::vector<std::string>> UndisturbedTable(
    const v1::SearchSpec& spec) {
  static std::map<std::string, std::vector<std::string>> tables;
  std::vector<std::string>& table = tables[spec.SerializeAsString()];
  if (table.empty()) {
    Casting peaceful;
    peaceful.clients.push_back({spec});
    peaceful.workers.push_back({});
    Life life(0, peaceful, NewDatabase(), false);
    life.Run();
    if (const std::string& violation = life.checker().violation();
        !violation.empty()) {
      return absl::InternalError("without any fault: " + violation);
    }
    table = life.checker().log().Table(spec.name());
  }
  return table;
}

// Whether the search's table must be that of a world without faults: nobody
// cancels it, and losses fail no trial of it.
bool MustBeAsUndisturbed(const SimulatedClient::Options& client) {
  return !client.cancels && client.spec.max_attempts() == kPatientAttempts;
}

void CompareTables(const Casting& casting, Life& life) {
  for (const SimulatedClient::Options& client : casting.clients) {
    if (!MustBeAsUndisturbed(client)) continue;
    const std::vector<std::string> expected = *UndisturbedTable(client.spec);
    const std::vector<std::string> table =
        life.checker().log().Table(client.spec.name());
    if (table == expected) continue;
    const auto [row, expected_row] = std::mismatch(
        table.begin(), table.end(), expected.begin(), expected.end());
    life.checker().Violate(absl::StrCat(
        "R7, R13: searches/", client.spec.name(),
        " has another table than undisturbed: ",
        row == table.end() ? "(no row)" : *row, " and not ",
        expected_row == expected.end() ? "(no row)" : *expected_row));
  }
}

}  // namespace

SimulationResult Simulate(uint64_t seed, bool keep_trace) {
  const Casting casting = DrawCasting(seed);
  SimulationResult result;
  // First: all share one file.
  for (const SimulatedClient::Options& client : casting.clients) {
    if (!MustBeAsUndisturbed(client)) continue;
    const absl::Status status = UndisturbedTable(client.spec).status();
    if (!status.ok()) {
      result.violation = std::string(status.message());
      return result;
    }
  }
  Life life(seed, casting, NewDatabase(), keep_trace);
  life.Run();
  if (life.checker().violation().empty()) CompareTables(casting, life);
  result.violation = life.checker().violation();
  result.trace_hash = life.world().trace.hash();
  result.trace = life.world().trace.lines();
  result.steps = life.steps();
  result.events = life.checker().log().Count();
  result.coordinator_starts = life.coordinator().starts();
  result.worker_deaths = life.worker_deaths();
  result.suspensions = life.checker().log().Number(
      "SELECT count(*) FROM attempts WHERE state = 'SUSPENDED'");
  result.simulated_seconds = absl::ToDoubleSeconds(life.world().timeline.now());
  return result;
}

}  // namespace etalon::testing
