#include "server/search/gaussian_process_sampler.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <utility>

#include "common/random.h"
#include "server/search/box_minimum.h"
#include "server/search/descending.h"
#include "server/search/expected_improvement.h"
#include "server/search/gaussian_process.h"
#include "server/search/observed.h"
#include "server/search/sobol_sampler.h"
#include "server/search/unit_cube.h"
#include "server/search/warp.h"

namespace etalon {
namespace {

using Assignments = std::vector<v1::ParameterAssignment>;
using State = Observation::State;

// Places that the search for the maximum begins with: spread over the cube, and
// round the best observations.
constexpr int kSpreadCandidates = 512;
constexpr int kBest = 4;
constexpr int kCandidatesRoundEach = 32;
// How many of them it goes on from, and how far.
constexpr size_t kStarts = 4;
constexpr int kIterations = 30;
constexpr int kRounds = 2;
// Categories of one parameter that are tried in turn.
constexpr int kMostTried = 50;

// What a process sees of a box.
class Encoding {
 public:
  explicit Encoding(absl::Span<const v1::Parameter> box) : box_(box) {
    for (size_t i = 0; i < box.size(); ++i) {
      if (ValueCount(box[i]) > 1) searched_.push_back(i);
    }
  }

  absl::Span<const v1::Parameter> box() const { return box_; }
  // Positions in the box of what the dimensions are.
  const std::vector<size_t>& searched() const { return searched_; }

  std::vector<bool> IsCategory() const {
    std::vector<bool> is_category;
    for (const size_t i : searched_) is_category.push_back(!IsNumeric(box_[i]));
    return is_category;
  }

  Eigen::VectorXd operator()(const Assignments& configuration) const {
    const Cells cells = CellsOf(box_, configuration);
    Eigen::VectorXd point(searched_.size());
    Eigen::Index k = 0;
    for (const size_t i : searched_) {
      point[k++] = cells[i].has_value() ? (cells[i]->low + cells[i]->high) / 2
                   : IsNumeric(box_[i]) ? 0.5
                                        : -1;
    }
    return point;
  }

  // Whether parameter `i` moves without steps.
  bool IsContinuous(size_t i) const {
    return box_[i].has_double_range() && ValueCount(box_[i]) > 1;
  }

 private:
  absl::Span<const v1::Parameter> box_;
  std::vector<size_t> searched_;
};

// A place in the unit cube, and what it is worth.
struct Place {
  std::vector<double> draws;
  double gain = 0;
};

bool Better(const Place& a, const Place& b) { return a.gain > b.gain; }

// The process and its best, as a function to be maximised.
class Acquisition {
 public:
  Acquisition(const Encoding& encoding, GaussianProcess process, double best)
      : encoding_(encoding), process_(std::move(process)), best_(best) {}

  Place At(std::vector<double> draws) const {
    const GaussianProcess::Prediction prediction =
        process_.Predict(encoding_(ConfigurationAt(encoding_.box(), draws)));
    const double deviation = std::sqrt(prediction.variance);
    const double gain =
        LogExpectedImprovement((prediction.mean - best_) / deviation).value +
        std::log(deviation);
    return {std::move(draws), gain};
  }

  // `place` moved along its continuous parameters to a local maximum.
  Place Climb(const Place& place) const {
    const Eigen::VectorXd fixed =
        encoding_(ConfigurationAt(encoding_.box(), place.draws));
    std::vector<Eigen::Index> moving;
    for (Eigen::Index k = 0; k < fixed.size(); ++k) {
      if (encoding_.IsContinuous(encoding_.searched()[Index(k)])) {
        moving.push_back(k);
      }
    }
    if (moving.empty()) return place;
    const Eigen::Index count = static_cast<Eigen::Index>(moving.size());
    const auto loss = [&](const Eigen::VectorXd& moved,
                          Eigen::VectorXd& gradient) {
      Eigen::VectorXd point = fixed;
      point(moving) = moved;
      GaussianProcess::Gradients slopes;
      const GaussianProcess::Prediction prediction =
          process_.Predict(point, slopes);
      const double deviation = std::sqrt(prediction.variance);
      const double z = (prediction.mean - best_) / deviation;
      const LogValue improvement = LogExpectedImprovement(z);
      // By z = (mean - best) / deviation, and by the deviation itself.
      const Eigen::VectorXd of_deviation =
          slopes.variance(moving) / (2 * deviation);
      gradient =
          -(improvement.derivative * (slopes.mean(moving) - z * of_deviation) +
            of_deviation) /
          deviation;
      return -(improvement.value + std::log(deviation));
    };
    const Eigen::VectorXd moved =
        MinimizeInBox(loss, fixed(moving), Eigen::VectorXd::Zero(count),
                      Eigen::VectorXd::Ones(count), kIterations);
    std::vector<double> draws = place.draws;
    for (Eigen::Index k = 0; k < count; ++k) {
      draws[encoding_.searched()[Index(moving[Index(k)])]] = moved[k];
    }
    return std::max(
        At(std::move(draws)), place,
        [](const Place& a, const Place& b) { return Better(b, a); });
  }

  // The best of `place` and those that differ from it in one category, or by
  // the next integer.
  Place Step(const Place& place) const {
    Place best = place;
    for (const size_t i : encoding_.searched()) {
      if (encoding_.IsContinuous(i)) continue;
      for (const double draw : Neighbours(i, place.draws[i])) {
        std::vector<double> draws = place.draws;
        draws[i] = draw;
        Place other = At(std::move(draws));
        if (Better(other, best)) best = std::move(other);
      }
    }
    return best;
  }

 private:
  static size_t Index(Eigen::Index k) { return static_cast<size_t>(k); }

  std::vector<double> Neighbours(size_t i, double draw) const {
    const v1::Parameter& parameter = encoding_.box()[i];
    std::vector<double> neighbours;
    if (!IsNumeric(parameter)) {
      const int count = parameter.categories().values_size();
      for (int c = 0; c < std::min(count, kMostTried); ++c) {
        neighbours.push_back((c + 0.5) / count);
      }
      return neighbours;
    }
    const Interval cell = CellOf(parameter, DrawValue(parameter, draw));
    // Just past the cell: in the next one.
    constexpr double kPast = 1e-9;
    if (cell.low > 0) neighbours.push_back(std::max(cell.low - kPast, 0.0));
    if (cell.high < 1) neighbours.push_back(std::min(cell.high + kPast, 1.0));
    return neighbours;
  }

  const Encoding& encoding_;
  const GaussianProcess process_;
  const double best_;
};

// The value of each observation that is not open, warped; of others 0.
Eigen::VectorXd WarpedValues(absl::Span<const Observation> observed) {
  const std::vector<size_t> ranked = RankMeasured(observed);
  const double worst = observed[ranked.back()].value;
  std::vector<double> values;
  for (const Observation& observation : observed) {
    if (observation.state == State::kOpen) continue;
    values.push_back(observation.state == State::kMeasured ? observation.value
                                                           : worst);
  }
  const std::vector<double> warped = Warp(values);
  Eigen::VectorXd all = Eigen::VectorXd::Zero(observed.size());
  size_t next = 0;
  for (size_t i = 0; i < observed.size(); ++i) {
    if (observed[i].state != State::kOpen) {
      all[static_cast<Eigen::Index>(i)] = warped[next++];
    }
  }
  return all;
}

// The process that has seen `observed`, and the best that it expects of them.
Acquisition Learn(const Encoding& encoding,
                  absl::Span<const Observation> observed) {
  Samples all = {
      .points = Eigen::MatrixXd(observed.size(), encoding.searched().size()),
      .is_category = encoding.IsCategory(),
      .values = WarpedValues(observed)};
  std::vector<Eigen::Index> ended;
  std::vector<Eigen::Index> open;
  for (size_t i = 0; i < observed.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    all.points.row(row) = encoding(observed[i].parameters);
    (observed[i].state == State::kOpen ? open : ended).push_back(row);
  }
  const Samples known = {.points = all.points(ended, Eigen::all),
                         .is_category = all.is_category,
                         .values = all.values(ended)};
  const Covariance covariance = FitCovariance(known);
  const GaussianProcess process(known, covariance);
  const double best = process.Means(known.points).maxCoeff();
  if (open.empty()) return Acquisition(encoding, process, best);
  all.values(open) = process.Means(all.points(open, Eigen::all));
  return Acquisition(encoding, GaussianProcess(std::move(all), covariance),
                     best);
}

// Draws near those of `center`: all of the parameters, or half of them, moved
// by one of three distances.
std::vector<double> Near(const std::vector<double>& center,
                         const Encoding& encoding, RandomStream& random) {
  constexpr double kDistances[] = {0.1, 0.03, 0.003};
  const double distance = kDistances[random.NextBelow(3)];
  const bool all = random.NextBelow(2) == 0;
  std::vector<double> draws = center;
  for (size_t i = 0; i < draws.size(); ++i) {
    const bool moves = all || random.NextBelow(2) == 0;
    const double step = random.NextNormal();
    const double fresh = random.NextUniform();
    if (!moves) continue;
    // Distance means nothing to categories: some are drawn anew.
    if (IsNumeric(encoding.box()[i])) {
      draws[i] = std::clamp(draws[i] + distance * step, 0.0, 1.0);
    } else if (std::abs(step) > 1) {
      draws[i] = fresh;
    }
  }
  return draws;
}

std::vector<Place> Candidates(uint64_t seed, const Encoding& encoding,
                              absl::Span<const Observation> observed,
                              const Acquisition& acquisition) {
  const uint64_t own =
      DeriveSeed(seed, "candidates", {static_cast<uint64_t>(observed.size())});
  std::vector<Place> places;
  for (std::vector<double>& draws :
       ScrambledSobolPoints(own, encoding.box().size(), 0, kSpreadCandidates)) {
    places.push_back(acquisition.At(std::move(draws)));
  }
  RandomStream random(own);
  const std::vector<size_t> ranked = RankMeasured(observed);
  for (size_t rank = 0; rank < std::min<size_t>(kBest, ranked.size()); ++rank) {
    std::vector<double> center;
    for (const std::optional<Interval>& cell :
         CellsOf(encoding.box(), observed[ranked[rank]].parameters)) {
      center.push_back(cell.has_value() ? (cell->low + cell->high) / 2 : 0.5);
    }
    for (int i = 0; i < kCandidatesRoundEach; ++i) {
      places.push_back(acquisition.At(Near(center, encoding, random)));
    }
  }
  return places;
}

// Positions in `places`, the best first.
std::vector<size_t> Order(const std::vector<Place>& places) {
  std::vector<double> gains;
  gains.reserve(places.size());
  for (const Place& place : places) gains.push_back(place.gain);
  return DescendingOrder(gains);
}

}  // namespace

Assignments ProposeByGaussianProcess(uint64_t seed,
                                     absl::Span<const v1::Parameter> box,
                                     absl::Span<const Observation> observed) {
  const Encoding encoding(box);
  const Acquisition acquisition = Learn(encoding, observed);
  std::vector<Place> places = Candidates(seed, encoding, observed, acquisition);
  std::vector<size_t> starts = Order(places);
  starts.resize(std::min(starts.size(), kStarts));
  for (const size_t start : starts) {
    Place place = places[start];
    for (int round = 0; round < kRounds; ++round) {
      place = acquisition.Step(acquisition.Climb(place));
    }
    places.push_back(std::move(place));
  }
  const std::vector<size_t> order = Order(places);
  for (const size_t i : order) {
    Assignments configuration = ConfigurationAt(box, places[i].draws);
    if (!IsObserved(configuration, observed)) return configuration;
  }
  return ConfigurationAt(box, places[order[0]].draws);
}

}  // namespace etalon
