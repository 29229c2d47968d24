#include "tests/simulation/fault_plan.h"

namespace etalon::testing {

FaultPlan DrawFaultPlan(RandomStream& random) {
  const auto share = [&random](double most) {
    return random.NextBelow(2) == 0 ? 0 : most * random.NextUniform();
  };
  const auto mean = [&random](int least_seconds, int most_seconds) {
    return random.NextBelow(5) < 3
               ? absl::InfiniteDuration()
               : absl::Seconds(least_seconds +
                               random.NextBelow(most_seconds - least_seconds));
  };
  FaultPlan plan;
  plan.until = absl::Seconds(60 + random.NextBelow(180));
  plan.lost_requests = share(0.3);
  plan.lost_replies = share(0.3);
  plan.doubled_requests = share(0.3);
  plan.delayed_messages = share(0.2);
  plan.failed_commits = share(0.2);
  plan.locked_commits = share(0.1);
  plan.slow_commits = share(0.03);
  plan.deaths_at_commit = share(0.05);
  plan.coordinator_death = mean(20, 120);
  plan.coordinator_stall = mean(30, 120);
  plan.coordinator_shutdown = mean(30, 120);
  plan.worker_death = mean(10, 120);
  plan.worker_stop = mean(10, 120);
  plan.worker_goodbye = mean(20, 120);
  plan.partition = mean(15, 90);
  plan.swizzle = mean(40, 150);
  plan.wall_clock_jump = mean(5, 60);
  plan.hand_backs = share(0.3);
  plan.lies = share(0.5);
  return plan;
}

}  // namespace etalon::testing
