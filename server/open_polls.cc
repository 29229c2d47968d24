#include "server/open_polls.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace etalon {

absl::StatusOr<std::unique_ptr<OpenPolls::Poll>> OpenPolls::Open(
    absl::string_view peer) {
  {
    MutexLock lock(mutex_);
    int& open = open_[peer];
    if (open < limit_) {
      ++open;
      return std::make_unique<Poll>(*this, std::string(peer));
    }
  }
  return absl::ResourceExhaustedError(absl::StrCat(
      peer, " has ", limit_, " calls that wait for trials: as many as it may"));
}

void OpenPolls::Close(const std::string& peer) {
  MutexLock lock(mutex_);
  const auto found = open_.find(peer);
  if (--found->second == 0) open_.erase(found);
}

}  // namespace etalon
