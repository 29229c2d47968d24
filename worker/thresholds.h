#ifndef ETALON_WORKER_THRESHOLDS_H_
#define ETALON_WORKER_THRESHOLDS_H_

#include <vector>

#include "etalon/v1/trial.pb.h"

namespace etalon {

// Whether `trial`, which has measured these, ends with the last of them: it has
// a threshold at exactly that update, and its best validation accuracy so far
// is below it.
bool EndsAtThreshold(const v1::Trial& trial,
                     const std::vector<v1::Measurement>& measurements);

}  // namespace etalon

#endif  // ETALON_WORKER_THRESHOLDS_H_
