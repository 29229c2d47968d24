#include "client/progress/shape_sample.h"

#include <algorithm>
#include <numeric>

namespace etalon {
namespace {

constexpr double kInputs = 3072;
constexpr double kClasses = 10;

}  // namespace

double CostOfUpdate(const v1::PlannedShape& shape) {
  double weights = 0;
  double width = kInputs;
  for (const int32_t units : shape.training().network().hidden().values()) {
    weights += width * units;
    width = units;
  }
  weights += width * kClasses;
  return weights * std::max(shape.training().batch_size(), 1);
}

std::vector<size_t> SampleShapes(const std::vector<v1::PlannedShape>& shapes,
                                 size_t limit) {
  std::vector<size_t> order(shapes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const double cost_a = CostOfUpdate(shapes[a]);
    const double cost_b = CostOfUpdate(shapes[b]);
    return cost_a < cost_b || (cost_a == cost_b && a < b);
  });
  if (order.size() <= limit) return order;
  if (limit == 1) return {order[order.size() / 2]};
  std::vector<size_t> sample;
  for (size_t i = 0; i < limit; ++i) {
    sample.push_back(order[i * (order.size() - 1) / (limit - 1)]);
  }
  return sample;
}

v1::TrainingRate ScaledRate(const v1::TrainingRate& rate,
                            const v1::PlannedShape& like,
                            const v1::PlannedShape& shape) {
  const double factor = CostOfUpdate(shape) / CostOfUpdate(like);
  v1::TrainingRate scaled = rate;
  scaled.set_seconds_per_update(rate.seconds_per_update() * factor);
  scaled.set_deviation(rate.deviation() * factor);
  return scaled;
}

}  // namespace etalon
