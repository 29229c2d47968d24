#include "server/search/budget.h"

#include "absl/strings/str_cat.h"
#include "server/search/stage_size.h"

namespace etalon {
namespace {

// Empty where it fits.
std::string WhyBeyond(const v1::Budget& budget, const Spending& spent,
                      int64_t updates) {
  if (budget.trials() > 0 && spent.trials >= budget.trials()) {
    return absl::StrCat("the stage's budget of ", budget.trials(),
                        " trials is spent");
  }
  if (budget.updates() > 0 &&
      SaturatingSum(spent.updates, updates) > budget.updates()) {
    return absl::StrCat("the stage's budget of ", budget.updates(),
                        " updates has ", budget.updates() - spent.updates,
                        " left, and the next trial takes ", updates);
  }
  return "";
}

}  // namespace

BudgetCut CutToBudget(const v1::Budget& budget, const Spending& spent,
                      absl::Span<const std::optional<int64_t>> updates) {
  BudgetCut cut;
  cut.spent = spent;
  for (; cut.fitting < updates.size(); ++cut.fitting) {
    const std::optional<int64_t>& taken = updates[cut.fitting];
    if (!taken.has_value()) continue;
    cut.reason = WhyBeyond(budget, cut.spent, *taken);
    if (!cut.reason.empty()) break;
    ++cut.spent.trials;
    cut.spent.updates = SaturatingSum(cut.spent.updates, *taken);
  }
  return cut;
}

}  // namespace etalon
