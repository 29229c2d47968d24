#ifndef ETALON_SERVER_OPEN_POLLS_H_
#define ETALON_SERVER_OPEN_POLLS_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/mutex.h"

namespace etalon {

// How many calls each peer has that wait for trials.
//
// Threads: any.
class OpenPolls {
 public:
  explicit OpenPolls(int limit) : limit_(limit) {}

  // Stands for one that is open, until it goes. Must not outlive the count.
  class Poll {
   public:
    Poll(OpenPolls& polls, std::string peer)
        : polls_(polls), peer_(std::move(peer)) {}
    ~Poll() { polls_.Close(peer_); }
    Poll(const Poll&) = delete;
    Poll& operator=(const Poll&) = delete;

   private:
    OpenPolls& polls_;
    const std::string peer_;
  };

  // RESOURCE_EXHAUSTED: the peer has as many as it may, with the figure.
  absl::StatusOr<std::unique_ptr<Poll>> Open(absl::string_view peer);

 private:
  void Close(const std::string& peer);

  const int limit_;
  Mutex mutex_;
  absl::flat_hash_map<std::string, int> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace etalon

#endif  // ETALON_SERVER_OPEN_POLLS_H_
