#ifndef ETALON_WORKER_TRAIN_EARLY_STOPPING_H_
#define ETALON_WORKER_TRAIN_EARLY_STOPPING_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "worker/train/parameter.h"
#include "worker/train/snapshot.h"

namespace etalon::train {

// Keeps the network of the best validation accuracy, the first of several that
// are equal, and tells when it has not got better for long. Not thread-safe.
class EarlyStopping {
 public:
  // `patience` >= 1 evaluations.
  explicit EarlyStopping(int64_t patience) : patience_(patience) {}

  // Takes note that the network with this state had `accuracy` after `update`
  // updates.
  void Note(int64_t update, double accuracy,
            const std::vector<NamedArray<float>>& state);

  // Whether the latest `patience` evaluations were no better than one before.
  bool OutOfPatience() const {
    return best_.has_value() && best_->evaluations_since >= patience_;
  }

  // Empty before the first Note.
  const std::optional<BestSoFar>& best() const { return best_; }
  // Goes on from a snapshot.
  void set_best(std::optional<BestSoFar> best) { best_ = std::move(best); }

 private:
  int64_t patience_;
  std::optional<BestSoFar> best_;
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_EARLY_STOPPING_H_
