#ifndef ETALON_SERVER_KEPT_MODELS_H_
#define ETALON_SERVER_KEPT_MODELS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/transaction.h"

namespace etalon {

// Which models a stage keeps: none, all, or that of its best trial. The best
// has the highest validation accuracy and, of several, the lowest number, so
// that what is left at the end does not depend on which trial ended first.
// Errors are the store's alone.

// Whether a model of `trial`, which is at work, would be kept were the trial to
// end now with this validation accuracy.
absl::StatusOr<bool> WouldKeepModel(Transaction& transaction,
                                    const TrialRecord& trial,
                                    double validation_accuracy);

// To be called once `trial` has SUCCEEDED: deletes what of its model never came
// whole, and what is no longer the stage's best.
absl::Status SettleModels(Transaction& transaction, const TrialRecord& trial);

}  // namespace etalon

#endif  // ETALON_SERVER_KEPT_MODELS_H_
