#include "worker/train/classify_part.h"

#include <algorithm>
#include <numeric>

namespace etalon::train {

std::vector<Tally> ClassifyPart(Network<float>& network,
                                const PreparedData& data, const ImageSet& part,
                                InputBatch<float>& buffer,
                                absl::FunctionRef<bool()> should_stop) {
  std::vector<Tally> totals(static_cast<size_t>(network.members()));
  std::vector<uint32_t> rows(kEvaluationRows);
  for (int64_t first = 0; first < part.size(); first += kEvaluationRows) {
    if (should_stop()) return {};
    std::iota(rows.begin(), rows.end(), static_cast<uint32_t>(first));
    const Index count = std::min<int64_t>(kEvaluationRows, part.size() - first);
    const std::vector<Tally>& tallies =
        network.Evaluate(data.Gather(part, rows.data(), count, buffer));
    for (size_t t = 0; t < totals.size(); ++t) {
      totals[t].loss_sum += tallies[t].loss_sum;
      totals[t].correct += tallies[t].correct;
    }
  }
  return totals;
}

}  // namespace etalon::train
