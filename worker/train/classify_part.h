#ifndef ETALON_WORKER_TRAIN_CLASSIFY_PART_H_
#define ETALON_WORKER_TRAIN_CLASSIFY_PART_H_

#include <vector>

#include "absl/functional/function_ref.h"
#include "worker/train/data/prepared_data.h"
#include "worker/train/input_batch.h"
#include "worker/train/kernels/kernels.h"
#include "worker/train/network.h"

namespace etalon::train {

// Rows an evaluation takes at a time: enough for the products to run at full
// speed, few enough for the gathered rows to stay near the level-2 cache. Sums
// are rounded piece by piece, so that results depend on it.
inline constexpr Index kEvaluationRows = 128;

// Classifies all images of `part`, one of `data`, with the networks as they
// are, through a buffer of kEvaluationRows rows or more: what each member gets.
// Empty when `should_stop`, asked before every piece, says so.
std::vector<Tally> ClassifyPart(Network<float>& network,
                                const PreparedData& data, const ImageSet& part,
                                InputBatch<float>& buffer,
                                absl::FunctionRef<bool()> should_stop);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_CLASSIFY_PART_H_
