#ifndef ETALON_SERVER_WATCHDOG_H_
#define ETALON_SERVER_WATCHDOG_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"
#include "server/listen_address.h"

namespace etalon {

// Notices that a part of the process no longer does its work although the
// process lives, which a supervisor cannot see: asks every part now and then
// for a sign of life, and reports one that has given none for too long.
//
// Time in which the watchdog itself did not run (SIGSTOP, a machine asleep)
// does not count.
//
// Threads: its own; Create and the destructor from one.
class Watchdog {
 public:
  // A part. `ask` is called on the watchdog's thread at every interval, for
  // which it may block, and has `answer` called, from any thread, at once or
  // later, when the part is alive.
  struct Part {
    std::string name;
    std::function<void(std::function<void()> answer)> ask;
  };
  struct Options {
    // Between two questions.
    absl::Duration interval = absl::Seconds(10);
    // How long a part may be silent. A disk may take its time with one commit.
    absl::Duration patience = absl::Minutes(2);
    // What is to happen then; on the watchdog's thread.
    std::function<void(absl::string_view part, absl::Duration silent)> report;
  };

  // `clock` is borrowed.
  Watchdog(const Options& options, std::vector<Part> parts, const Clock& clock);
  // Waits for a question under way.
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  // Of one part; shared with answers that come when the watchdog is gone.
  struct Sign {
    // Since the last look.
    std::atomic<bool> heard = true;
    // Time without an answer that counts; the watchdog's thread alone has it.
    absl::Duration silent;
  };

  void Run();
  void Look(absl::Duration elapsed);

  const Options options_;
  const std::vector<Part> parts_;
  const Clock& clock_;
  std::vector<std::shared_ptr<Sign>> signs_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// Connects, says nothing more, and waits for the other side to hang up: which
// takes a thread that accepts and one that reads, but no certificate and no
// token. False when it does not within `timeout`.
bool ListenerHangsUp(const ListenAddress& address, absl::Duration timeout);

}  // namespace etalon

#endif  // ETALON_SERVER_WATCHDOG_H_
