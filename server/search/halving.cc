#include "server/search/halving.h"

#include <algorithm>
#include <tuple>

#include "server/search/evaluation_points.h"
#include "server/search/training.h"

namespace etalon {
namespace {

constexpr int kDefaultFactor = 3;
constexpr double kDefaultMinimumEpochs = 1;

// The least that a rung may have, in updates. A minimum that is the length
// divided by a power of the factor was rounded, to either side.
double MinimumUpdates(const v1::Stopping::Halving& halving,
                      const v1::Training& training) {
  constexpr double kRounding = 1e-9;
  return MinimumEpochs(halving) *
         static_cast<double>(UpdatesPerEpoch(training)) * (1 - kRounding);
}

// The configurations at one rung.
struct Contender {
  int configuration = 0;
  std::vector<size_t> waiting;
  double sum = 0;  // of accuracies
  int measured = 0;
  bool whole = true;  // every replicate has an accuracy

  double Mean() const { return sum / measured; }
};

// Those whose trials have `rungs_left`.
std::vector<Contender> ContendersAt(absl::Span<const HalvingTrial> trials,
                                    int rungs_left) {
  std::vector<Contender> contenders;
  for (size_t i = 0; i < trials.size(); ++i) {
    const HalvingTrial& trial = trials[i];
    if (trial.rungs_left != rungs_left) continue;
    // What the stage's budget has no room for takes part in nothing.
    if (trial.state == v1::Trial::CANCELLED) continue;
    if (contenders.empty() ||
        contenders.back().configuration != trial.configuration) {
      contenders.emplace_back().configuration = trial.configuration;
    }
    Contender& contender = contenders.back();
    const bool waits = trial.state == v1::Trial::SUSPENDED;
    if (waits) contender.waiting.push_back(i);
    if (waits || trial.state == v1::Trial::SUCCEEDED) {
      contender.sum += trial.accuracy;
      ++contender.measured;
    } else {
      contender.whole = false;
    }
  }
  return contenders;
}

}  // namespace

int HalvingFactor(const v1::Stopping::Halving& halving) {
  return halving.has_factor() ? halving.factor() : kDefaultFactor;
}

double MinimumEpochs(const v1::Stopping::Halving& halving) {
  return halving.has_minimum_epochs() ? halving.minimum_epochs()
                                      : kDefaultMinimumEpochs;
}

bool HasMinimumEpochs(const v1::Stopping::Halving& halving,
                      const v1::Training& training) {
  return static_cast<double>(UpdatesOf(training)) >=
         MinimumUpdates(halving, training);
}

std::vector<int64_t> RungUpdates(const v1::Stopping::Halving& halving,
                                 const v1::Training& training) {
  const int64_t last = UpdatesOf(training);
  const int64_t factor = HalvingFactor(halving);
  const double minimum = MinimumUpdates(halving, training);
  std::vector<int64_t> rungs;
  int64_t later = last;
  for (int64_t power = factor;
       power <= last &&
       static_cast<double>(last) / static_cast<double>(power) >= minimum;
       power *= factor) {
    const int64_t update = NextEvaluation(training, (last + power - 1) / power);
    if (update == later) continue;
    rungs.push_back(update);
    later = update;
  }
  std::reverse(rungs.begin(), rungs.end());
  return rungs;
}

int64_t UntilUpdate(const v1::Stopping& stopping, const v1::Training& training,
                    int rung) {
  if (!stopping.has_halving()) return 0;
  const std::vector<int64_t> rungs = RungUpdates(stopping.halving(), training);
  const auto index = static_cast<size_t>(rung);
  return index < rungs.size() ? rungs[index] : 0;
}

int64_t HalvedUpdates(const v1::Stopping::Halving& halving,
                      const v1::Training& training, int64_t configurations) {
  std::vector<int64_t> ends = RungUpdates(halving, training);
  ends.push_back(UpdatesOf(training));
  int64_t updates = 0;
  int64_t begin = 0;
  for (const int64_t end : ends) {
    updates += configurations * (end - begin);
    begin = end;
    configurations = PromotedCount(HalvingFactor(halving), configurations);
  }
  return updates;
}

int64_t PromotedCount(int factor, int64_t configurations) {
  return std::max<int64_t>(configurations / factor, 1);
}

Promotion Promote(absl::Span<const HalvingTrial> trials, int factor) {
  int lowest = -1;
  for (const HalvingTrial& trial : trials) {
    if (trial.state == v1::Trial::SUSPENDED) {
      lowest = std::max(lowest, trial.rungs_left);
    }
  }
  std::vector<Contender> contenders = ContendersAt(trials, lowest);
  int64_t places =
      PromotedCount(factor, static_cast<int64_t>(contenders.size()));
  contenders.erase(
      std::remove_if(contenders.begin(), contenders.end(),
                     [](const Contender& c) { return c.waiting.empty(); }),
      contenders.end());
  // In order, so that of several that are equal the first stays the first.
  std::stable_sort(contenders.begin(), contenders.end(),
                   [](const Contender& a, const Contender& b) {
                     return std::make_tuple(!a.whole, -a.Mean()) <
                            std::make_tuple(!b.whole, -b.Mean());
                   });
  const bool any_whole = !contenders.empty() && contenders.front().whole;
  if (!any_whole) places = 1;
  Promotion promotion;
  for (const Contender& contender : contenders) {
    const bool goes_on = places > 0 && contender.whole == any_whole;
    std::vector<size_t>& to = goes_on ? promotion.promoted : promotion.stopped;
    to.insert(to.end(), contender.waiting.begin(), contender.waiting.end());
    if (goes_on) --places;
  }
  std::sort(promotion.promoted.begin(), promotion.promoted.end());
  std::sort(promotion.stopped.begin(), promotion.stopped.end());
  return promotion;
}

}  // namespace etalon
