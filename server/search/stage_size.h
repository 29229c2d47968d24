#ifndef ETALON_SERVER_SEARCH_STAGE_SIZE_H_
#define ETALON_SERVER_SEARCH_STAGE_SIZE_H_

#include <cstdint>

#include "etalon/v1/search.pb.h"

namespace etalon {

// Configurations that the stage will have, or, where that depends on what an
// earlier stage finds, at most has. Saturates; 0 where `spec` is not valid and
// has none.
int64_t PlannedConfigurations(const v1::SearchSpec& spec, int stage);

// Product and sum of numbers that are 0 or more; INT64_MAX where that is
// passed.
int64_t SaturatingProduct(int64_t a, int64_t b);
int64_t SaturatingSum(int64_t a, int64_t b);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_STAGE_SIZE_H_
