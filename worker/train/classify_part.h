#ifndef ETALON_WORKER_TRAIN_CLASSIFY_PART_H_
#define ETALON_WORKER_TRAIN_CLASSIFY_PART_H_

#include <optional>

#include "absl/functional/function_ref.h"
#include "worker/train/data/prepared_data.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/network.h"

namespace etalon::train {

// Rows an evaluation takes at a time: enough for the products to run at full
// speed, few enough for the gathered rows to stay near the level-2 cache. Sums
// are rounded piece by piece, so that results depend on it.
inline constexpr Index kEvaluationRows = 128;

// Where a batch is gathered, owned by whoever gathers again and again:
// (rows x features) and rows.
struct BatchBuffer {
  float* inputs = nullptr;
  uint8_t* labels = nullptr;
};

// Classifies all images of `part`, one of `data`, with the network as it is,
// through a buffer of kEvaluationRows rows or more. Empty when `should_stop`,
// asked before every piece, says so.
std::optional<Tally> ClassifyPart(Network<float>& network,
                                  const PreparedData& data,
                                  const ImageSet& part,
                                  const Kernels<float>& kernels,
                                  const BatchBuffer& buffer,
                                  absl::FunctionRef<bool()> should_stop);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_CLASSIFY_PART_H_
