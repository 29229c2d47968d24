#include "worker/train/classify_part.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace etalon::train {

std::optional<Tally> ClassifyPart(Network<float>& network,
                                  const PreparedData& data,
                                  const ImageSet& part,
                                  const Kernels<float>& kernels,
                                  const BatchBuffer& buffer,
                                  absl::FunctionRef<bool()> should_stop) {
  Tally total;
  std::vector<uint32_t> rows(kEvaluationRows);
  for (int64_t first = 0; first < part.size(); first += kEvaluationRows) {
    if (should_stop()) return std::nullopt;
    std::iota(rows.begin(), rows.end(), static_cast<uint32_t>(first));
    const Index count = std::min<int64_t>(kEvaluationRows, part.size() - first);
    data.Gather(kernels, part, rows.data(), count, buffer.inputs,
                buffer.labels);
    const Tally tally = network.Evaluate({count, buffer.inputs, buffer.labels});
    total.loss_sum += tally.loss_sum;
    total.correct += tally.correct;
  }
  return total;
}

}  // namespace etalon::train
