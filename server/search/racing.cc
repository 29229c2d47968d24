#include "server/search/racing.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>
#include <utility>

namespace etalon {
namespace {

// A higher one is better.
double Score(const RaceResult& result) {
  return result.state == RaceResult::State::kMeasured
             ? result.accuracy
             : -1;  // accuracies are 0 or more
}

// Ranks of one block, 1 being the best; equal ones share the mean of theirs.
std::vector<double> Rank(const std::vector<double>& scores) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&scores](size_t a, size_t b) { return scores[a] > scores[b]; });
  std::vector<double> ranks(scores.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin;
    while (end < order.size() && scores[order[end]] == scores[order[begin]]) {
      ++end;
    }
    const double shared = static_cast<double>(begin + 1 + end) / 2;
    for (; begin < end; ++begin) ranks[order[begin]] = shared;
  }
  return ranks;
}

// Blocks of ranks among the contenders.
struct Ranking {
  std::vector<double> sums;  // one for each contender
  double squares = 0;        // of all ranks
};

Ranking RankBlocks(absl::Span<const std::vector<RaceResult>> results,
                   const std::vector<int>& contenders, int blocks) {
  Ranking ranking;
  ranking.sums.resize(contenders.size());
  for (int block = 0; block < blocks; ++block) {
    std::vector<double> scores;
    for (const int contender : contenders) {
      scores.push_back(Score(
          results[static_cast<size_t>(contender)][static_cast<size_t>(block)]));
    }
    const std::vector<double> ranks = Rank(scores);
    for (size_t i = 0; i < ranks.size(); ++i) {
      ranking.sums[i] += ranks[i];
      ranking.squares += ranks[i] * ranks[i];
    }
  }
  return ranking;
}

// Difference of two sums of ranks from which on they are significant; infinite
// where Friedman's test finds no difference at all.
double CriticalDifference(const Ranking& ranking, int blocks,
                          double confidence) {
  const auto k = static_cast<double>(ranking.sums.size());
  const auto m = static_cast<double>(blocks);
  constexpr double kNever = INFINITY;
  if (blocks < 2) return kNever;
  // What the ranks vary by: 0 where all are tied.
  const double spread = ranking.squares - m * k * (k + 1) * (k + 1) / 4;
  if (!(spread > 1e-9)) return kNever;
  double between = 0;
  for (const double sum : ranking.sums) {
    between += std::pow(sum - m * (k + 1) / 2, 2);
  }
  const double statistic = (k - 1) * between / spread;
  if (statistic <=
      boost::math::quantile(boost::math::chi_squared(k - 1), confidence)) {
    return kNever;
  }
  const double degrees = (m - 1) * (k - 1);
  const double t = boost::math::quantile(boost::math::students_t(degrees),
                                         1 - (1 - confidence) / 2);
  // Blocks that agree in full leave no doubt, but for rounding.
  const double doubt = std::max(0.0, 1 - statistic / (m * (k - 1)));
  return t * std::sqrt(2 * m * doubt * spread / degrees);
}

// Puts the best first, and takes out who is significantly worse.
void Eliminate(absl::Span<const std::vector<RaceResult>> results, int blocks,
               double confidence, bool take_out, std::vector<int>& contenders) {
  const Ranking ranking = RankBlocks(results, contenders, blocks);
  const double critical =
      take_out ? CriticalDifference(ranking, blocks, confidence) : INFINITY;
  std::vector<std::pair<double, int>> order;
  for (size_t i = 0; i < contenders.size(); ++i) {
    order.emplace_back(ranking.sums[i], contenders[i]);
  }
  std::sort(order.begin(), order.end());
  contenders.clear();
  for (const auto& [sum, contender] : order) {
    // Equal sums are no difference, however sure the test is.
    constexpr double kRounding = 1e-9;
    const double behind = sum - order.front().first;
    if (behind > critical && behind > kRounding) break;
    contenders.push_back(contender);
  }
}

bool Ended(const std::vector<RaceResult>& replicates, int block) {
  return block < static_cast<int>(replicates.size()) &&
         replicates[static_cast<size_t>(block)].state !=
             RaceResult::State::kOpen;
}

}  // namespace

RaceRules RulesOf(const v1::Race& race) {
  RaceRules rules;
  if (race.has_start()) rules.start = race.start();
  rules.max = race.max();
  if (race.has_confidence()) rules.confidence = race.confidence();
  return rules;
}

RaceStep Race(const RaceRules& rules,
              absl::Span<const std::vector<RaceResult>> results) {
  RaceStep step;
  for (size_t i = 0; i < results.size(); ++i) {
    step.contenders.push_back(static_cast<int>(i));
  }
  for (;;) {
    const bool started = step.blocks >= rules.start;
    if (started && step.contenders.size() == 1) {
      step.kind = RaceStep::Kind::kSeparated;
      return step;
    }
    if (step.blocks >= rules.max) {
      step.kind = RaceStep::Kind::kSpent;
      return step;
    }
    for (const int contender : step.contenders) {
      if (!Ended(results[static_cast<size_t>(contender)], step.blocks)) {
        step.next.push_back(contender);
      }
    }
    if (!step.next.empty()) return step;
    ++step.blocks;
    Eliminate(results, step.blocks, rules.confidence,
              step.blocks >= rules.start, step.contenders);
  }
}

}  // namespace etalon
