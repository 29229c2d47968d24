#ifndef ETALON_SERVER_CALLBACK_H_
#define ETALON_SERVER_CALLBACK_H_

#include <functional>

#include "absl/status/statusor.h"

namespace etalon {

// How an asynchronous use case answers: called exactly once, on whatever thread
// has the answer. It must not block.
template <typename Response>
using Done = std::function<void(absl::StatusOr<Response>)>;

}  // namespace etalon

#endif  // ETALON_SERVER_CALLBACK_H_
