#ifndef ETALON_CLIENT_RECORDS_STAGE_TEXT_H_
#define ETALON_CLIENT_RECORDS_STAGE_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "client/output/rows.h"
#include "etalon/v1/search.pb.h"

namespace etalon {

// How the race of stage `stage` ended, for people: "separated at 95 % after 7
// replicates: configuration 12". Empty where there was none, or it goes on.
std::string RaceText(const v1::Search& search, int stage);
// {"kind": "SEPARATED", "contenders": [12], "replicates": 7}, or null.
Json RaceToJson(const v1::Stage& stage);

// What is to be said of the stage's budget once trials were cancelled for it;
// else empty.
std::string BudgetText(const v1::Search& search, int stage);

// Trials that the stage has in all, or is to have: at most, where it may end
// before.
int64_t PlannedTrials(const v1::Stage& stage);

// Whether a stage of it, or of what is left of it, may end with fewer trials
// than are planned, or trials before their length.
bool MayTakeLess(const v1::SearchSpec& spec);
bool MayTakeLess(const v1::Search& search);

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_STAGE_TEXT_H_
