#include "tests/simulation/timeline.h"

#include <algorithm>
#include <utility>

namespace etalon::testing {

void Timeline::After(absl::Duration delay, std::function<void()> task) {
  events_.push_back({now() + delay, next_sequence_++, std::move(task)});
  std::push_heap(events_.begin(), events_.end(), Later);
}

bool Timeline::Step() {
  if (events_.empty()) return false;
  std::pop_heap(events_.begin(), events_.end(), Later);
  const Event event = std::move(events_.back());
  events_.pop_back();
  if (event.time > now()) clock_.Advance(event.time - now());
  event.task();
  return true;
}

}  // namespace etalon::testing
