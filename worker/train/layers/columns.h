#ifndef ETALON_WORKER_TRAIN_LAYERS_COLUMNS_H_
#define ETALON_WORKER_TRAIN_LAYERS_COLUMNS_H_

#include "worker/train/kernels/kernels.h"

namespace etalon::train {

// Where the units of a group's layer stand in arrays that have one number for
// each: unit u of member t in column t * stride + u.
struct Columns {
  Index members = 1;
  Index units = 0;   // of each member
  Index stride = 0;  // units or more
  Index width = 0;   // of all members, with padding; what lies between is zero

  Index First(Index member) const { return member * stride; }
};

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_LAYERS_COLUMNS_H_
