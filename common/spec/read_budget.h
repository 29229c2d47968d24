#ifndef ETALON_COMMON_SPEC_READ_BUDGET_H_
#define ETALON_COMMON_SPEC_READ_BUDGET_H_

#include "common/spec/fields.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// {trials: 100, updates: 500000, time: 2h}
void ReadBudget(const Field& field, v1::Budget& budget);

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_READ_BUDGET_H_
