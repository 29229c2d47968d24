#include "tests/server/parallel_clients.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/log.h"
#include "common/mutex.h"
#include "common/random.h"
#include "server/coordinator.h"
#include "server/durations.h"
#include "server/queries.h"
#include "server/read_pool.h"
#include "server/ticker.h"
#include "server/writer.h"
#include "storage/sqlite/sqlite_store.h"
#include "tests/server/coordinator_harness.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace etalon::testing {
namespace {

constexpr int kWorkers = 4;
constexpr int kSearches = 2;
constexpr absl::Duration kLease = absl::Seconds(30);

// Threads that deliver what is sent, in no particular order, every third
// message twice.
class Transport {
 public:
  explicit Transport(int threads) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this] { Deliver(); });
    }
  }
  ~Transport() {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
      changed_.NotifyAll();
    }
    for (std::thread& thread : threads_) thread.join();
  }

  void Send(std::function<void()> message) {
    MutexLock lock(mutex_);
    if (++sent_ % 3 == 0) messages_.push_back(message);
    messages_.push_back(std::move(message));
    changed_.NotifyAll();
  }
  int64_t sent() {
    MutexLock lock(mutex_);
    return sent_;
  }

 private:
  void Deliver() {
    for (;;) {
      std::function<void()> message;
      {
        MutexLock lock(mutex_);
        while (messages_.empty() && !stopping_) changed_.Wait(mutex_);
        if (messages_.empty()) return;
        message = std::move(messages_.back());
        messages_.pop_back();
      }
      message();
    }
  }

  Mutex mutex_;
  CondVar changed_;
  std::deque<std::function<void()>> messages_ ABSL_GUARDED_BY(mutex_);
  int64_t sent_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

class World {
 public:
  explicit World(const std::function<void()>& touch)
      : touch_(touch),
        store_(*SqliteStore::Open({folder_.File("test.db"), 42})),
        read_pool_(*ReadPool::Create(*store_, 2)),
        writer_(*store_),
        coordinator_({kLease}, 42, writer_, clock_, [](const StageKey&) {}),
        queries_(*read_pool_, coordinator_.workers()),
        transport_(std::make_unique<Transport>(3)) {
    SetLogLevel(LogLevel::kError);
    std::promise<absl::Status> started;
    coordinator_.Start(
        [&started](const absl::Status& status) { started.set_value(status); });
    GTEST_CHECK_(started.get_future().get().ok());
  }
  ~World() {
    coordinator_.Drain();
    writer_.Stop();
  }

  ParallelClientsResult Run() {
    // A second of the clock every millisecond: leases run out under way.
    Ticker ticker(absl::Milliseconds(1), [this] {
      clock_.Advance(absl::Seconds(1));
      coordinator_.Tick();
    });
    for (int i = 0; i < kSearches; ++i) Create(absl::StrCat("s", i));
    std::vector<std::thread> threads;
    for (int i = 0; i < kWorkers; ++i) {
      threads.emplace_back([this, i] { Work(i); });
    }
    threads.emplace_back([this] { Meddle(); });
    threads.emplace_back([this] { Look(); });
    for (std::thread& thread : threads) thread.join();
    const int64_t calls = transport_->sent();
    transport_ = nullptr;
    ticker.Stop();
    return Count(calls);
  }

 private:
  // Waits for the first of its answers.
  template <typename Response, typename Target, typename Method,
            typename Request>
  absl::StatusOr<Response> Call(Target& target, Method method,
                                const Request& request) {
    struct Answer {
      std::promise<absl::StatusOr<Response>> promise;
      std::atomic<bool> answered = false;
    };
    auto answer = std::make_shared<Answer>();
    touch_();
    transport_->Send([this, &target, method, request, answer] {
      (target.*method)(request, [this, answer](absl::StatusOr<Response> got) {
        touch_();
        if (!answer->answered.exchange(true)) {
          answer->promise.set_value(std::move(got));
        }
      });
    });
    return answer->promise.get_future().get();
  }

  void Create(const std::string& name) {
    v1::CreateSearchRequest request;
    *request.mutable_spec() = RefiningSpec(name, 6, 4);
    request.mutable_spec()->set_max_attempts(1000);
    request.set_request_id("create-" + name);
    GTEST_CHECK_(
        Call<v1::Search>(coordinator_, &Coordinator::CreateSearch, request)
            .ok());
  }

  void Work(int index) {
    RandomStream random(7, index);
    const std::string worker = Register(index);
    for (int n = 0; !ended_; ++n) {
      v1::LeaseTrialsRequest request;
      request.set_worker(worker);
      request.set_request_id(absl::StrCat(worker, "-", n));
      request.set_max_trials(3);
      *request.mutable_wait() = ToProto(absl::Seconds(20));
      const auto got = Call<v1::LeaseTrialsResponse>(
          coordinator_, &Coordinator::LeaseTrials, request);
      GTEST_CHECK_(got.ok()) << got.status();
      for (const v1::LeasedTrial& leased : got->trials()) {
        Train(worker, leased, random);
      }
    }
  }

  std::string Register(int index) {
    v1::RegisterWorkerRequest request;
    request.set_display_name(absl::StrCat("w", index));
    request.set_request_id(absl::StrCat("register-", index));
    request.mutable_capabilities()->set_threads(1);
    return Call<v1::RegisterWorkerResponse>(
               coordinator_, &Coordinator::RegisterWorker, request)
        ->name();
  }

  void Train(const std::string& worker, const v1::LeasedTrial& leased,
             RandomStream& random) {
    v1::HeartbeatRequest heartbeat;
    heartbeat.set_worker(worker);
    *heartbeat.add_reports()->mutable_token() = leased.token();
    GTEST_CHECK_(Call<v1::HeartbeatResponse>(coordinator_,
                                             &Coordinator::Heartbeat, heartbeat)
                     .ok());
    switch (random.NextBelow(8)) {
      case 0: {  // another's turn
        v1::ReturnTrialsRequest request;
        request.set_worker(worker);
        *request.add_tokens() = leased.token();
        GTEST_CHECK_(Call<v1::ReturnTrialsResponse>(
                         coordinator_, &Coordinator::ReturnTrials, request)
                         .ok());
        return;
      }
      case 1:  // forgotten, until its lease has run out
        return;
      default: {
        const absl::Status status =
            OnlyVerdict(Call<v1::CompleteTrialsResponse>(
                coordinator_, &Coordinator::CompleteTrials,
                MakeReport(worker, MakeCompletion(leased.token(), 0.5))));
        GTEST_CHECK_(status.ok() || absl::IsFailedPrecondition(status))
            << status;
      }
    }
  }

  // Pauses and resumes, until all have ended.
  void Meddle() {
    while (!ended_) {
      bool open = false;
      for (int i = 0; i < kSearches; ++i) {
        v1::PauseSearchRequest pause;
        pause.set_name(absl::StrCat("searches/s", i));
        Call<v1::Search>(coordinator_, &Coordinator::PauseSearch, pause)
            .IgnoreError();
        v1::ResumeSearchRequest resume;
        resume.set_name(pause.name());
        open |=
            Call<v1::Search>(coordinator_, &Coordinator::ResumeSearch, resume)
                .ok();
      }
      if (!open) ended_ = true;
      absl::SleepFor(absl::Milliseconds(20));
    }
  }

  void Look() {
    while (!ended_) {
      GTEST_CHECK_(Call<v1::ListWorkersResponse>(queries_,
                                                 &Queries::ListWorkers,
                                                 v1::ListWorkersRequest())
                       .ok());
      v1::GetSearchRequest request;
      request.set_name("searches/s0");
      GTEST_CHECK_(
          Call<v1::Search>(queries_, &Queries::GetSearch, request).ok());
    }
  }

  ParallelClientsResult Count(int64_t calls) {
    ParallelClientsResult result;
    result.calls = calls;
    const std::unique_ptr<Reader> reader = *store_->NewReader();
    for (int i = 0; i < kSearches; ++i) {
      const std::vector<v1::Trial> trials =
          *reader->ListStageTrials(absl::StrCat("s", i), "");
      for (const v1::Trial& trial : trials) {
        ++result.trials;
        result.succeeded += trial.state() == v1::Trial::SUCCEEDED;
        result.results += trial.has_result();
      }
    }
    return result;
  }

  const std::function<void()>& touch_;
  TempDir folder_{"/dev/shm"};
  FakeClock clock_;
  const std::unique_ptr<Store> store_;
  const std::unique_ptr<ReadPool> read_pool_;
  Writer writer_;
  Coordinator coordinator_;
  Queries queries_;
  std::unique_ptr<Transport> transport_;
  std::atomic<bool> ended_ = false;
};

}  // namespace

ParallelClientsResult RunParallelClients(const std::function<void()>& touch) {
  return World(touch).Run();
}

}  // namespace etalon::testing
