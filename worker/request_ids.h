#ifndef ETALON_WORKER_REQUEST_IDS_H_
#define ETALON_WORKER_REQUEST_IDS_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"

namespace etalon {

// Ids that tell one intent from another, so that a request may be repeated
// until its answer arrives. Thread-safe.
class RequestIds {
 public:
  // `seed` must be random: it keeps the ids of different processes apart.
  explicit RequestIds(uint64_t seed)
      : prefix_(absl::StrCat(absl::Hex(seed, absl::kZeroPad16))) {}

  std::string Next() { return absl::StrCat(prefix_, "-", ++count_); }

 private:
  const std::string prefix_;
  std::atomic<uint64_t> count_ = 0;
};

}  // namespace etalon

#endif  // ETALON_WORKER_REQUEST_IDS_H_
