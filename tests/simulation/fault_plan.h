#ifndef ETALON_TESTS_SIMULATION_FAULT_PLAN_H_
#define ETALON_TESTS_SIMULATION_FAULT_PLAN_H_

#include "absl/time/time.h"
#include "common/random.h"

namespace etalon::testing {

// What goes wrong in one simulated world, and how often: shares are of the
// messages or the commits, durations the mean time from one fault of a kind to
// the next; infinite: never.
struct FaultPlan {
  // Until when. Afterwards everything works, and every search must end.
  absl::Duration until = absl::ZeroDuration();

  double lost_requests = 0;
  double lost_replies = 0;
  double doubled_requests = 0;
  // Up to 40 s late instead of milliseconds.
  double delayed_messages = 0;

  double failed_commits = 0;  // disk full
  double locked_commits = 0;
  double slow_commits = 0;      // up to 40 s
  double deaths_at_commit = 0;  // before it, after it, or between its answers

  absl::Duration coordinator_death = absl::InfiniteDuration();
  absl::Duration coordinator_stall = absl::InfiniteDuration();
  absl::Duration coordinator_shutdown = absl::InfiniteDuration();
  absl::Duration worker_death = absl::InfiniteDuration();
  absl::Duration worker_stop = absl::InfiniteDuration();
  absl::Duration worker_goodbye = absl::InfiniteDuration();
  absl::Duration partition = absl::InfiniteDuration();  // of one worker
  absl::Duration swizzle = absl::InfiniteDuration();    // of all, by turns
  absl::Duration wall_clock_jump = absl::InfiniteDuration();

  double hand_backs = 0;  // share of leased trials
  double lies = 0;        // of reports: repeated with other content, or forged
};

// Some kinds of fault, never or often: where everything fails at once, little
// is reached.
FaultPlan DrawFaultPlan(RandomStream& random);

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SIMULATION_FAULT_PLAN_H_
