#ifndef ETALON_SERVER_SEARCH_RACING_H_
#define ETALON_SERVER_SEARCH_RACING_H_

#include <vector>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Racing: more replicates for contenders, none for configurations that are
// significantly worse than the best. After Birattari, Stützle, Paquete and
// Varrentrapp, "A racing algorithm for configuring metaheuristics", GECCO 2002
// (F-Race): replicates are blocks, since all configurations of one see the same
// minibatches; within a block they are ranked; where Friedman's test finds that
// the survivors differ, those that Conover's comparison finds worse than the
// best are out ("Practical nonparametric statistics", 3rd edition, 1999,
// equations 5.8.6 to 5.8.9).

struct RaceRules {
  // Replicates that every configuration has before any is out; 1 or more.
  int start = 1;
  // That none is trained beyond; `start` or more.
  int max = 10;
  // Of each test, (0, 1).
  double confidence = 0.95;
};

// What a search says, with the defaults filled in.
RaceRules RulesOf(const v1::Race& race);

// One replicate of a configuration.
struct RaceResult {
  enum class State { kOpen, kMeasured, kUseless };
  State state = State::kOpen;
  // Of kMeasured: validation accuracy. kUseless, which diverged or failed, is
  // worse than any.
  double accuracy = 0;
};

struct RaceStep {
  enum class Kind {
    kGoesOn,     // wants `next`
    kSeparated,  // one is left: it is the best at the confidence asked for
    kSpent,      // `max` is reached with several left
  };
  Kind kind = Kind::kGoesOn;
  // Indices of the configurations that are still in, best first: by their sum
  // of ranks over the blocks that are complete, ties by index.
  std::vector<int> contenders;
  // Complete blocks.
  int blocks = 0;
  // What the next block lacks: all survivors' replicate `blocks`, without those
  // that have ended. Of kGoesOn only.
  std::vector<int> next;
};

// Where the race stands. results[i] are the replicates of configuration i, from
// 0, as far as they have been begun.
// The race is run anew, block by block, in the order of replicates: what came
// when makes no difference. Pure. `results` has at least one.
RaceStep Race(const RaceRules& rules,
              absl::Span<const std::vector<RaceResult>> results);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_RACING_H_
