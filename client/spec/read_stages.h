#ifndef ETALON_CLIENT_SPEC_READ_STAGES_H_
#define ETALON_CLIENT_SPEC_READ_STAGES_H_

#include <google/protobuf/repeated_ptr_field.h>

#include "client/spec/fields.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// Reads a search's `stages`, a list.
void ReadStages(const Field& field,
                google::protobuf::RepeatedPtrField<v1::StageSpec>& stages);

}  // namespace etalon

#endif  // ETALON_CLIENT_SPEC_READ_STAGES_H_
