#ifndef ETALON_COMMON_SPEC_READ_PARAMETERS_H_
#define ETALON_COMMON_SPEC_READ_PARAMETERS_H_

#include <google/protobuf/repeated_ptr_field.h>

#include "common/spec/fields.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Reads a search's or a stage's `parameters`, a map from name to range, in the
// file's order.
void ReadParameters(
    const Field& field,
    google::protobuf::RepeatedPtrField<v1::Parameter>& parameters);

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_READ_PARAMETERS_H_
