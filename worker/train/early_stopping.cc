#include "worker/train/early_stopping.h"

namespace etalon::train {

void EarlyStopping::Note(int64_t update, double accuracy,
                         const std::vector<NamedArray<float>>& state) {
  if (best_.has_value() && accuracy <= best_->accuracy) {
    ++best_->evaluations_since;
    return;
  }
  best_ = BestSoFar{.update = update,
                    .accuracy = accuracy,
                    .evaluations_since = 0,
                    .network = CopyToTensors(state)};
}

}  // namespace etalon::train
