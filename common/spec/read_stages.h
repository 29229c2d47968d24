#ifndef ETALON_COMMON_SPEC_READ_STAGES_H_
#define ETALON_COMMON_SPEC_READ_STAGES_H_

#include <google/protobuf/repeated_ptr_field.h>

#include "common/spec/fields.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Reads a search's `stages`, a list.
void ReadStages(const Field& field,
                google::protobuf::RepeatedPtrField<v1::StageSpec>& stages);

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_READ_STAGES_H_
