#ifndef ETALON_SERVER_TICKER_H_
#define ETALON_SERVER_TICKER_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/mutex.h"

namespace etalon {

// A thread that calls `tick` every `interval` until it is stopped. How much
// time has passed is for `tick` to read off a Clock.
class Ticker {
 public:
  Ticker(absl::Duration interval, std::function<void()> tick);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  // Waits for a call under way.
  void Stop();

 private:
  void Run();
  // Whether to go on.
  bool Pause();

  const absl::Duration interval_;
  const std::function<void()> tick_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_TICKER_H_
