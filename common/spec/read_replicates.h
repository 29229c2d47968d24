#ifndef ETALON_COMMON_SPEC_READ_REPLICATES_H_
#define ETALON_COMMON_SPEC_READ_REPLICATES_H_

#include "common/spec/fields.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// `replicates` of a search or of a stage: a number, or a map with `race: true`.
void ReadReplicates(MapReader& map, v1::SearchSpec& spec);
void ReadReplicates(MapReader& map, v1::StageSpec& stage);

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_READ_REPLICATES_H_
