#include "tests/faults/chaos.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/faults/call_proxy.h"
#include "tests/faults/disturbed_search.h"
#include "tests/faults/outside_lock.h"
#include "tests/faults/tcp_proxy.h"
#include "tests/integration/cluster.h"

namespace etalon::testing {
namespace {

using Kind = Fault::Kind;

constexpr absl::Duration kLease = absl::Seconds(1);
// R7: once faults have stopped, how long no trial need end. A lease, the
// longest wait for a connection and the training of one are some seconds; the
// rest is for machines that are busy with other things.
constexpr absl::Duration kMaxStandstill = absl::Minutes(2);
constexpr absl::Duration kPoll = absl::Milliseconds(25);

class Chaos {
 public:
  explicit Chaos(const Schedule& schedule) : schedule_(schedule) {}

  ChaosResult Run() {
    const absl::Time start = absl::Now();
    UndisturbedTable();
    cluster_.StartServer();
    MakeLinks();
    for (size_t i = 0; i < schedule_.workers; ++i) {
      cluster_.StartWorker(schedule_.worker_flags[i], links_[i]->address());
    }
    cluster_.Submit(kDisturbedSearch);
    Disturb();
    AwaitEnd();
    Judge();
    result_.took = absl::Now() - start;
    return result_;
  }

 private:
  // The begin or the end of a fault.
  struct Event {
    absl::Duration at;
    bool begins = true;
    const Fault* fault = nullptr;
  };

  void MakeLinks() {
    for (size_t i = 0; i < schedule_.workers; ++i) {
      int port = cluster_.port();
      if (schedule_.garbled_calls) {
        call_proxies_.push_back(std::make_unique<CallProxy>(
            port, CallProxy::Options{.lose_request = 0.05,
                                     .lose_reply = 0.1,
                                     .twice = 0.2,
                                     .late = 0.1,
                                     .again = 0.1,
                                     .lease = kLease,
                                     .seed = schedule_.seed * 16 + i}));
        port = call_proxies_.back()->port();
      }
      links_.push_back(std::make_unique<TcpProxy>(port));
    }
  }

  void Disturb() {
    std::vector<Event> events;
    for (const Fault& fault : schedule_.faults) {
      events.push_back({fault.at, true, &fault});
      events.push_back({fault.at + fault.lasts, false, &fault});
    }
    std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
      // What begins and ends at once begins first.
      return std::tie(a.at, a.fault, b.begins) <
             std::tie(b.at, b.fault, a.begins);
    });
    const absl::Time start = absl::Now();
    std::map<const Fault*, bool> lasting;
    bool over = false;
    for (const Event& event : events) {
      while (!over && absl::Now() < start + event.at) {
        absl::SleepFor(std::min(kPoll, start + event.at - absl::Now()));
        over = SearchHasEnded();
      }
      // What began has to end.
      if (over && !lasting[event.fault]) continue;
      lasting[event.fault] = event.begins;
      event.begins ? Begin(*event.fault) : End(*event.fault);
    }
  }

  // From here on nothing goes wrong any more.
  void AwaitEnd() {
    int ended_trials = -1;
    absl::Time deadline;
    while (!SearchHasEnded()) {
      const int now = QueryInt("SELECT count(*) FROM results").value_or(0);
      if (now > ended_trials) {
        ended_trials = now;
        deadline = absl::Now() + kMaxStandstill;
      } else if (absl::Now() > deadline) {
        Broken("R7: the search stands still though nothing is wrong any more");
        return;
      }
      absl::SleepFor(kPoll);
    }
  }

  bool SearchHasEnded() {
    return QueryInt("SELECT state = 'RUNNING' FROM searches") == 0;
  }

  // None while the database is locked.
  std::optional<int> QueryInt(const char* sql) {
    sqlite3* handle = nullptr;
    sqlite3_stmt* statement = nullptr;
    std::optional<int> value;
    if (sqlite3_open_v2(cluster_.database().c_str(), &handle,
                        SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK &&
        sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
      value = sqlite3_column_int(statement, 0);
    }
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return value;
  }

  void Begin(const Fault& fault) {
    ++result_.faults;
    switch (fault.kind) {
      case Kind::kKillCoordinator:
        ExpectAlive(cluster_.server(), "the coordinator");
        cluster_.KillServer();
        ++result_.coordinator_kills;
        break;
      case Kind::kStopCoordinator:
        cluster_.server().Signal(SIGSTOP);
        break;
      case Kind::kSecondCoordinator:
        RefuseSecondCoordinator();
        break;
      case Kind::kLockDatabase:
        lock_.emplace(cluster_.database());
        break;
      case Kind::kKillWorker:
        ExpectAlive(cluster_.worker(fault.worker),
                    absl::StrCat("worker-", fault.worker));
        cluster_.KillWorker(fault.worker);
        ++result_.worker_kills;
        break;
      case Kind::kStopWorker:
        cluster_.worker(fault.worker).Signal(SIGSTOP);
        break;
      case Kind::kEndWorker:
        EndWorker(fault.worker);
        break;
      case Kind::kLoseRequests:
        Link(fault).SetRule({.to_server = TcpProxy::Pass::kDrop});
        break;
      case Kind::kLoseReplies:
        Link(fault).SetRule({.to_client = TcpProxy::Pass::kDrop});
        break;
      case Kind::kCutLink:
        Link(fault).SetRule({.to_server = TcpProxy::Pass::kDrop,
                             .to_client = TcpProxy::Pass::kDrop});
        break;
      case Kind::kHalfOpenLink:
        Link(fault).SetRule({.half_open = true});
        break;
      case Kind::kDelayLink:
        Link(fault).SetRule({.delay = absl::Milliseconds(80)});
        break;
      case Kind::kResetLink:
        Link(fault).ResetConnections();
        break;
    }
  }

  void End(const Fault& fault) {
    switch (fault.kind) {
      case Kind::kKillCoordinator:
        if (!cluster_.TryStartServer())
          Broken("R7: the coordinator did not start");
        break;
      case Kind::kStopCoordinator:
        cluster_.server().Signal(SIGCONT);
        break;
      case Kind::kLockDatabase:
        lock_.reset();
        break;
      case Kind::kKillWorker:
        cluster_.RestartWorker(fault.worker);
        break;
      case Kind::kStopWorker:
        cluster_.worker(fault.worker).Signal(SIGCONT);
        break;
      case Kind::kLoseRequests:
      case Kind::kLoseReplies:
      case Kind::kCutLink:
      case Kind::kHalfOpenLink:
      case Kind::kDelayLink:
        Link(fault).SetRule({});
        break;
      default:
        break;
    }
  }

  TcpProxy& Link(const Fault& fault) { return *links_[fault.worker]; }

  void Broken(const std::string& law) { result_.broken.push_back(law); }

  void ExpectAlive(Process& process, const std::string& name) {
    const std::optional<int> code = process.Wait(absl::ZeroDuration());
    if (code.has_value()) {
      Broken(absl::StrCat("R7: ", name, " ended by itself with ", *code));
    }
  }

  void EndWorker(size_t index) {
    cluster_.worker(index).Terminate();
    const int code =
        cluster_.worker(index).Wait(absl::Seconds(30)).value_or(-1);
    if (code != 0) {
      Broken(absl::StrCat("R22: worker-", index, " ended with ", code,
                          " when terminated"));
    }
    cluster_.RestartWorker(index);
  }

  void RefuseSecondCoordinator() {
    const ProcessResult second =
        RunProcess({BinaryPath("etalon-server"), "--listen", "127.0.0.1:0",
                    "--database", cluster_.database()},
                   {}, absl::Seconds(10));
    if (second.exit_code != 1) {
      Broken(absl::StrCat("R17: a second coordinator ended with ",
                          second.exit_code));
    }
  }

  void Judge() {
    for (std::string& law : BrokenLaws(cluster_)) Broken(law);
    for (const auto& proxy : call_proxies_) {
      for (const std::string& difference : proxy->differences()) {
        Broken("R4, R5: " + difference);
      }
    }
    for (const std::string& left : cluster_.EndAll())
      Broken("left over: " + left);
    if (result_.broken.empty()) return;
    result_.kept = (std::filesystem::temp_directory_path() /
                    absl::StrCat("etalon-faults-", schedule_.seed))
                       .string();
    std::filesystem::remove_all(result_.kept);
    std::filesystem::copy(cluster_.folder(), result_.kept,
                          std::filesystem::copy_options::recursive);
  }

  const Schedule& schedule_;
  ChaosResult result_;
  // Processes go before what they are connected to.
  std::vector<std::unique_ptr<CallProxy>> call_proxies_;
  std::vector<std::unique_ptr<TcpProxy>> links_;
  Cluster cluster_{{.lease = kLease}};
  std::optional<OutsideLock> lock_;
};

}  // namespace

ChaosResult RunSchedule(const Schedule& schedule) {
  return Chaos(schedule).Run();
}

}  // namespace etalon::testing
