#ifndef ETALON_COMMON_SPEC_READ_STOPPING_H_
#define ETALON_COMMON_SPEC_READ_STOPPING_H_

#include "common/spec/fields.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Reads a stage's `stopping`: a map from one rule to what it is given.
void ReadStopping(const Field& field, v1::Stopping& stopping);

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_READ_STOPPING_H_
