#include "tests/simulation/coordinator_process.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "storage/sqlite/sqlite_store.h"
#include "tests/simulation/simulated_store.h"

namespace etalon::testing {
namespace {

// How long a coordinator may be away: Determined's set, and all between.
constexpr absl::Duration kMaxDowntime = absl::Seconds(60);
// A heartbeat interval: of such a silence the coordinator knows that it was its
// own.
const absl::Duration kStall =
    CoordinatorProcess::kLease / Coordinator::kHeartbeatsPerLease;

}  // namespace

CoordinatorProcess::CoordinatorProcess(World& world, LawChecker& checker,
                                       std::string database,
                                       std::function<void()> down)
    : world_(world),
      checker_(checker),
      database_(std::move(database)),
      down_(std::move(down)) {}

void CoordinatorProcess::Start() {
  world_.Tell("coordinator: starts");
  ++starts_;
  dying_ = false;
  if (store_ == nullptr) {
    auto store = SqliteStore::Open({database_, kGeneration});
    GTEST_CHECK_(store.ok()) << store.status();
    store_ = std::make_unique<SimulatedStore>(
        world_, *std::move(store), [this] { checker_.Committed(); },
        [this] { dying_ = true; });
  }
  queue_ = std::make_unique<WriteQueue>(*store_);
  coordinator_ = std::make_unique<Coordinator>(
      Coordinator::Options{kLease}, store_->database_generation(), *queue_,
      world_.clock, [this](const StageKey& stage) { Propose(stage); });
  coordinator_->Start([this](const absl::Status& status) {
    if (dying_) return;
    world_.Tell("coordinator: has started: ", status.ToString());
    // As the real one does where it cannot read its database.
    dying_ = !status.ok();
    serving_ = status.ok();
    if (serving_) checker_.Started();
  });
  Later(coordinator_->tick_interval(), [this] { OnTick(); });
  ExpectBatch();
}

void CoordinatorProcess::OnTick() {
  coordinator_->Tick();
  ExpectBatch();
  Later(coordinator_->tick_interval(), [this] { OnTick(); });
}

void CoordinatorProcess::Later(absl::Duration delay,
                               std::function<void()> task) {
  world_.timeline.After(delay, [this, life = life_, task = std::move(task)] {
    if (life != life_ || coordinator_ == nullptr) return;
    if (until_awake() > absl::ZeroDuration()) {
      Later(until_awake(), task);
    } else {
      task();
    }
  });
}

absl::Duration CoordinatorProcess::until_awake() const {
  return std::max(asleep_until_ - world_.timeline.now(), absl::ZeroDuration());
}

void CoordinatorProcess::ExpectBatch() {
  if (batch_expected_) return;
  batch_expected_ = true;
  Later(world_.Between(absl::ZeroDuration(), absl::Milliseconds(3)), [this] {
    batch_expected_ = false;
    RunBatch();
  });
}

void CoordinatorProcess::RunBatch() {
  checker_.BatchBegins();
  // Small ones too: what the order of operations hangs on must not hide in one
  // transaction.
  const size_t limit = 1 + world_.random.NextBelow(8);
  const absl::Duration begin = world_.timeline.now();
  const size_t entries = queue_->RunBatch(limit);
  if (dying_) return End();
  if (world_.timeline.now() - begin >= kStall) checker_.Stalled(begin);
  if (entries > 0) ExpectBatch();
}

void CoordinatorProcess::Propose(const StageKey& stage) {
  // Another thread, which takes its time.
  Later(world_.Between(absl::ZeroDuration(), absl::Milliseconds(50)),
        [this, stage] {
          auto reader = store_->NewReader();
          GTEST_CHECK_(reader.ok()) << reader.status();
          coordinator_->Adopt(stage, ProposeConfigurations(**reader, stage));
          ExpectBatch();
        });
}

void CoordinatorProcess::CancelLease(const LeaseCallPtr& call) {
  coordinator_->CancelLease(call);
  ExpectBatch();
}

void CoordinatorProcess::Die() {
  if (coordinator_ == nullptr) return;
  world_.Tell("coordinator: dies");
  dying_ = true;
  End();
}

void CoordinatorProcess::ShutDown() {
  if (!serving_ || until_awake() > absl::ZeroDuration()) return;
  world_.Tell("coordinator: shuts down");
  coordinator_->Drain();
  while (!dying_ && queue_->RunBatch() > 0) checker_.BatchBegins();
  End();
}

void CoordinatorProcess::End() {
  dying_ = true;
  serving_ = false;
  batch_expected_ = false;
  asleep_until_ = absl::ZeroDuration();
  ++life_;
  coordinator_ = nullptr;
  queue_ = nullptr;
  // Opening the file anew shows what is on it, and takes most of a run's time.
  if (world_.random.NextBelow(4) == 0) store_ = nullptr;
  down_();
  world_.timeline.After(
      world_.random.NextBelow(3) == 0
          ? absl::ZeroDuration()
          : world_.Between(absl::ZeroDuration(), kMaxDowntime),
      [this, life = life_] {
        if (life == life_) Start();
      });
}

void CoordinatorProcess::Stall(absl::Duration duration) {
  if (coordinator_ == nullptr || until_awake() > absl::ZeroDuration()) return;
  world_.Tell("coordinator: stalls for ", absl::FormatDuration(duration));
  // One stall does not end another.
  asleep_until_ = std::max(asleep_until_, world_.timeline.now() + duration);
  if (duration < kStall) return;
  world_.timeline.After(duration,
                        [this, life = life_, since = world_.timeline.now()] {
                          if (life == life_) checker_.Stalled(since);
                        });
}

}  // namespace etalon::testing
