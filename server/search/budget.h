#ifndef ETALON_SERVER_SEARCH_BUDGET_H_
#define ETALON_SERVER_SEARCH_BUDGET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Trials of a stage that are handed out sooner or later, and their updates as
// planned.
struct Spending {
  int64_t trials = 0;
  int64_t updates = 0;
};

// How many of the next trials, in order, a budget has room for.
struct BudgetCut {
  // Those before the first that goes beyond; from that one on none is trained.
  size_t fitting = 0;
  // What all that fit take, with what was spent before.
  Spending spent;
  // Why the first that does not fit goes beyond; empty where all fit.
  std::string reason;
};

// `updates` are the next trials', each 0 or more; none for one that is not
// trained, since another stands for it, and that takes nothing. Which trials
// fit is told by their order, not by who was fast. Pure.
BudgetCut CutToBudget(const v1::Budget& budget, const Spending& spent,
                      absl::Span<const std::optional<int64_t>> updates);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_BUDGET_H_
