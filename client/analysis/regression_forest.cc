#include "client/analysis/regression_forest.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "common/random.h"

namespace etalon {
namespace {

constexpr size_t kMinLeaf = 3;
constexpr uint32_t kMaxObserved = 2000;

using Indices = std::vector<uint32_t>;

// Sums of a set of observations.
struct Sums {
  double n = 0;
  double sum = 0;

  void Add(double y) {
    ++n;
    sum += y;
  }
  // The sum of squares about the mean is that of all squares less this.
  double Explained() const { return n > 0 ? sum * sum / n : 0; }
};

// A feature and what of it goes to the left.
struct Split {
  size_t feature = 0;
  double gain = 0;
  // Of a number: between these two.
  double below = 0;
  double above = 0;
  // Of categories.
  std::vector<bool> left;
};

class Grower {
 public:
  Grower(const std::vector<Feature>& features,
         const std::vector<Observed>& observed, RandomStream random)
      : features_(features), observed_(observed), random_(random) {}

  Tree Grow(Indices indices) {
    Leaf root;
    for (const Feature& feature : features_) {
      root.sides.emplace_back().categories.assign(
          static_cast<size_t>(feature.categories), true);
    }
    Part(std::move(root), std::move(indices));
    return std::move(tree_);
  }

 private:
  // No tree is deeper than the observations are many, each node taking some
  // away: at most kMaxObserved / kMinLeaf calls within each other.
  void Part(Leaf box, Indices indices) {
    const std::optional<Split> split = FindSplit(indices);
    if (!split.has_value()) {
      Sums sums;
      for (const uint32_t i : indices) sums.Add(observed_[i].y);
      box.value = sums.sum / sums.n;
      tree_.push_back(std::move(box));
      return;
    }
    Leaf right = box;
    Side& left_side = box.sides[split->feature];
    Side& right_side = right.sides[split->feature];
    if (features_[split->feature].categories == 0) {
      const double at =
          split->below + random_.NextUniform() * (split->above - split->below);
      // The neighbour above stays above however the sum was rounded.
      left_side.high = at > split->below ? at : split->above;
      right_side.low = left_side.high;
    } else {
      for (size_t c = 0; c < split->left.size(); ++c) {
        left_side.categories[c] = left_side.categories[c] && split->left[c];
        right_side.categories[c] = right_side.categories[c] && !split->left[c];
      }
    }
    Indices left_indices;
    Indices right_indices;
    for (const uint32_t i : indices) {
      (left_side.Holds(observed_[i].x[split->feature]) ? left_indices
                                                       : right_indices)
          .push_back(i);
    }
    indices = Indices();
    Part(std::move(box), std::move(left_indices));
    Part(std::move(right), std::move(right_indices));
  }

  std::optional<Split> FindSplit(const Indices& indices) {
    if (indices.size() < 2 * kMinLeaf) return std::nullopt;
    const auto count = static_cast<uint32_t>(features_.size());
    const std::vector<uint32_t> order = RandomPermutation(count, random_);
    const uint32_t tried = (5 * count + 5) / 6;
    Split best;
    for (uint32_t i = 0; i < count; ++i) {
      // Where none of those splits, the others are better than a leaf.
      if (i >= tried && best.gain > 0) break;
      if (features_[order[i]].categories == 0) {
        TryNumber(order[i], indices, best);
      } else {
        TryCategories(order[i], indices, best);
      }
    }
    if (!(best.gain > 0)) return std::nullopt;
    return best;
  }

  Sums SumsOf(const Indices& indices) const {
    Sums sums;
    for (const uint32_t i : indices) sums.Add(observed_[i].y);
    return sums;
  }

  // Gains below this share of what is there are rounding.
  static bool Better(double gain, const Sums& all, const Split& best) {
    constexpr double kRounding = 1e-12;
    return gain > best.gain && gain > kRounding * std::abs(all.Explained());
  }

  void TryNumber(size_t feature, Indices indices, Split& best) const {
    std::sort(indices.begin(), indices.end(), [&](uint32_t a, uint32_t b) {
      return std::make_pair(observed_[a].x[feature], a) <
             std::make_pair(observed_[b].x[feature], b);
    });
    const Sums all = SumsOf(indices);
    Sums left;
    for (size_t i = 0; i + 1 < indices.size(); ++i) {
      left.Add(observed_[indices[i]].y);
      const double below = observed_[indices[i]].x[feature];
      const double above = observed_[indices[i + 1]].x[feature];
      if (i + 1 < kMinLeaf || indices.size() - i - 1 < kMinLeaf ||
          below == above) {
        continue;
      }
      const Sums right = {all.n - left.n, all.sum - left.sum};
      const double gain =
          left.Explained() + right.Explained() - all.Explained();
      if (!Better(gain, all, best)) continue;
      best = {feature, gain, below, above, {}};
    }
  }

  void TryCategories(size_t feature, const Indices& indices,
                     Split& best) const {
    std::map<size_t, Sums> by_category;
    for (const uint32_t i : indices) {
      by_category[static_cast<size_t>(observed_[i].x[feature])].Add(
          observed_[i].y);
    }
    std::vector<std::pair<double, size_t>> order;
    for (const auto& [category, sums] : by_category) {
      order.emplace_back(sums.sum / sums.n, category);
    }
    std::sort(order.begin(), order.end());
    const Sums all = SumsOf(indices);
    Sums left;
    std::vector<bool> taken(static_cast<size_t>(features_[feature].categories),
                            false);
    for (size_t i = 0; i + 1 < order.size(); ++i) {
      const Sums& sums = by_category[order[i].second];
      left.n += sums.n;
      left.sum += sums.sum;
      taken[order[i].second] = true;
      const Sums right = {all.n - left.n, all.sum - left.sum};
      if (left.n < kMinLeaf || right.n < kMinLeaf) continue;
      const double gain =
          left.Explained() + right.Explained() - all.Explained();
      if (!Better(gain, all, best)) continue;
      best = {feature, gain, 0, 0, taken};
    }
  }

  const std::vector<Feature>& features_;
  const std::vector<Observed>& observed_;
  RandomStream random_;
  Tree tree_;
};

double Predict(const Tree& tree, const std::vector<double>& x) {
  for (const Leaf& leaf : tree) {
    if (leaf.Holds(x)) return leaf.value;
  }
  return 0;  // leaves part the space: not reached
}

// Draws with replacement; `drawn` says which were.
Indices Bootstrap(size_t count, RandomStream& random,
                  std::vector<bool>& drawn) {
  drawn.assign(count, false);
  Indices indices(count);
  for (uint32_t& index : indices) {
    index = random.NextBelow(static_cast<uint32_t>(count));
    drawn[index] = true;
  }
  return indices;
}

std::vector<Observed> Thin(const std::vector<Observed>& observed,
                           uint64_t seed) {
  if (observed.size() <= kMaxObserved) return observed;
  RandomStream random(DeriveSeed(seed, "thin"));
  std::vector<uint32_t> order =
      RandomPermutation(static_cast<uint32_t>(observed.size()), random);
  order.resize(kMaxObserved);
  std::vector<Observed> thinned;
  for (const uint32_t i : order) thinned.push_back(observed[i]);
  return thinned;
}

}  // namespace

bool Side::Holds(double value) const {
  if (!categories.empty()) return categories[static_cast<size_t>(value)];
  // The upper bound of the whole range belongs to it.
  return value >= low && (value < high || high == 1);
}

double Side::Share() const {
  if (categories.empty()) return high - low;
  return static_cast<double>(
             std::count(categories.begin(), categories.end(), true)) /
         static_cast<double>(categories.size());
}

bool Leaf::Holds(const std::vector<double>& x) const {
  for (size_t i = 0; i < sides.size(); ++i) {
    if (!sides[i].Holds(x[i])) return false;
  }
  return true;
}

Forest GrowForest(const std::vector<Feature>& features,
                  const std::vector<Observed>& all, int trees, uint64_t seed) {
  const std::vector<Observed> observed = Thin(all, seed);
  Forest forest;
  std::vector<Sums> unseen(observed.size());
  for (int i = 0; i < trees; ++i) {
    RandomStream random(DeriveSeed(seed, "tree"), static_cast<uint64_t>(i));
    std::vector<bool> drawn;
    Indices indices = Bootstrap(observed.size(), random, drawn);
    forest.trees.push_back(
        Grower(features, observed, random).Grow(std::move(indices)));
    for (size_t j = 0; j < observed.size(); ++j) {
      if (!drawn[j]) {
        unseen[j].Add(Predict(forest.trees.back(), observed[j].x));
      }
    }
  }
  Sums sums;
  for (const Observed& one : observed) sums.Add(one.y);
  double variance = 0;
  double error = 0;
  for (size_t j = 0; j < observed.size(); ++j) {
    if (unseen[j].n == 0) continue;
    variance += std::pow(observed[j].y - sums.sum / sums.n, 2);
    error += std::pow(observed[j].y - unseen[j].sum / unseen[j].n, 2);
  }
  forest.explained = variance > 0 ? 1 - error / variance : 0;
  return forest;
}

}  // namespace etalon
