#include "tests/faults/schedule.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/random.h"

namespace etalon::testing {
namespace {

using Kind = Fault::Kind;

constexpr int kMinFaults = 12;
constexpr uint32_t kMoreFaults = 8;
constexpr int kMeanGapMs = 220;

struct Weight {
  Kind kind;
  uint32_t weight;
};

// Kills most of all: they are what has to be survived a thousand times.
constexpr Weight kWeights[] = {
    {Kind::kKillWorker, 50},       {Kind::kKillCoordinator, 14},
    {Kind::kStopWorker, 6},        {Kind::kStopCoordinator, 3},
    {Kind::kEndWorker, 4},         {Kind::kLoseRequests, 4},
    {Kind::kLoseReplies, 8},       {Kind::kCutLink, 4},
    {Kind::kHalfOpenLink, 3},      {Kind::kDelayLink, 3},
    {Kind::kResetLink, 6},         {Kind::kLockDatabase, 3},
    {Kind::kSecondCoordinator, 2},
};

Kind DrawKind(RandomStream& random) {
  uint32_t total = 0;
  for (const Weight& weight : kWeights) total += weight.weight;
  uint32_t drawn = random.NextBelow(total);
  for (const Weight& weight : kWeights) {
    if (drawn < weight.weight) return weight.kind;
    drawn -= weight.weight;
  }
  return Kind::kKillWorker;
}

bool IsOfCoordinator(Kind kind) {
  return kind == Kind::kKillCoordinator || kind == Kind::kStopCoordinator ||
         kind == Kind::kSecondCoordinator || kind == Kind::kLockDatabase;
}

absl::Duration Milliseconds(RandomStream& random, uint32_t from, uint32_t to) {
  return absl::Milliseconds(from + random.NextBelow(to - from));
}

absl::Duration DrawOutage(RandomStream& random,
                          const ScheduleOptions& options) {
  const uint32_t draw = random.NextBelow(150);
  if (!options.scaled_outages && draw == 0) return absl::Seconds(60);
  if (!options.scaled_outages && draw <= 3) return absl::Seconds(20);
  if (draw < 90) return absl::ZeroDuration();
  if (draw < 135) return Milliseconds(random, 50, 600);
  return Milliseconds(random, 1000, 2000);
}

// For less than a lease of a second, or more seldom for longer than it.
absl::Duration DrawLength(RandomStream& random) {
  return random.NextBelow(3) == 0 ? Milliseconds(random, 1200, 2200)
                                  : Milliseconds(random, 50, 700);
}

absl::Duration DrawLasting(Kind kind, RandomStream& random,
                           const ScheduleOptions& options) {
  switch (kind) {
    case Kind::kKillCoordinator:
      return DrawOutage(random, options);
    case Kind::kKillWorker:
      return random.NextBelow(4) == 0 ? Milliseconds(random, 50, 500)
                                      : absl::ZeroDuration();
    case Kind::kSecondCoordinator:
    case Kind::kEndWorker:
    case Kind::kResetLink:
      return absl::ZeroDuration();
    default:
      return DrawLength(random);
  }
}

std::vector<std::string> DrawFlags(RandomStream& random) {
  // No result depends on how many trials a worker leases at once.
  const char* const widths[] = {"auto", "1", "2", "3"};
  return {"--fuse", widths[random.NextBelow(4)]};
}

}  // namespace

std::string FaultName(Kind kind) {
  switch (kind) {
    case Kind::kKillCoordinator:
      return "kill the coordinator";
    case Kind::kStopCoordinator:
      return "stop the coordinator";
    case Kind::kSecondCoordinator:
      return "start a second coordinator";
    case Kind::kLockDatabase:
      return "lock the database";
    case Kind::kKillWorker:
      return "kill";
    case Kind::kStopWorker:
      return "stop";
    case Kind::kEndWorker:
      return "terminate";
    case Kind::kLoseRequests:
      return "lose requests of";
    case Kind::kLoseReplies:
      return "lose replies to";
    case Kind::kCutLink:
      return "cut the link of";
    case Kind::kHalfOpenLink:
      return "half-open the link of";
    case Kind::kDelayLink:
      return "delay the link of";
    case Kind::kResetLink:
      return "reset the link of";
  }
  return "";
}

std::string Schedule::ToString() const {
  std::string text = absl::StrCat("schedule ", seed, ": ", workers,
                                  " workers, links that garble ",
                                  garbled_calls ? "calls" : "bytes", "\n");
  for (size_t i = 0; i < worker_flags.size(); ++i) {
    absl::StrAppend(&text, "  worker-", i, " ",
                    absl::StrJoin(worker_flags[i], " "), "\n");
  }
  for (const Fault& fault : faults) {
    absl::StrAppend(&text, "  at ", absl::FormatDuration(fault.at), " ",
                    FaultName(fault.kind));
    if (!IsOfCoordinator(fault.kind)) {
      absl::StrAppend(&text, " worker-", fault.worker);
    }
    if (fault.lasts > absl::ZeroDuration()) {
      absl::StrAppend(&text, " for ", absl::FormatDuration(fault.lasts));
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

Schedule DrawSchedule(uint64_t seed, const ScheduleOptions& options) {
  RandomStream random(DeriveSeed(seed, "fault schedule"));
  Schedule schedule;
  schedule.seed = seed;
  schedule.workers = 2 + (random.NextBelow(4) == 0 ? 1 : 0);
  schedule.garbled_calls = random.NextBelow(3) == 0;
  for (size_t i = 0; i < schedule.workers; ++i) {
    schedule.worker_flags.push_back(DrawFlags(random));
  }
  // When the coordinator, then when each worker or its link, is whole again.
  std::vector<absl::Duration> whole(1 + schedule.workers);
  const int count =
      kMinFaults + static_cast<int>(random.NextBelow(kMoreFaults));
  absl::Duration at;
  for (int i = 0; i < count; ++i) {
    at += absl::Milliseconds(1 + random.NextBelow(2 * kMeanGapMs));
    Fault fault;
    fault.kind = DrawKind(random);
    fault.worker = random.NextBelow(static_cast<uint32_t>(schedule.workers));
    fault.lasts = DrawLasting(fault.kind, random, options);
    const size_t victim = IsOfCoordinator(fault.kind) ? 0 : 1 + fault.worker;
    // What is in trouble already is left alone until it is over.
    fault.at = std::max(at, whole[victim] + absl::Milliseconds(30));
    whole[victim] = fault.at + fault.lasts;
    schedule.faults.push_back(fault);
  }
  std::sort(schedule.faults.begin(), schedule.faults.end(),
            [](const Fault& a, const Fault& b) {
              return std::tie(a.at, a.kind, a.worker) <
                     std::tie(b.at, b.kind, b.worker);
            });
  return schedule;
}

}  // namespace etalon::testing
