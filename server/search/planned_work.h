#ifndef ETALON_SERVER_SEARCH_PLANNED_WORK_H_
#define ETALON_SERVER_SEARCH_PLANNED_WORK_H_

#include <string>

#include "etalon/v1/plan.pb.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"

namespace etalon {

// What a search would do: its stages with their trials, updates, images and
// shapes, without rates. A pure function of a valid `spec`, bounded in time.
//
// Where configurations differ in their length or shape, they are told apart:
// all of a stage that are known beforehand and at most 256, else 256 that are
// drawn from its ranges, those before refinement where it refines. Shapes
// beyond 8 of a stage are put together, the like with the like.
v1::SearchPlan PlanWork(const v1::SearchSpec& spec);

// The same text for trainings of which every update costs the same, evaluations
// included: of the same network, batch size, data set and its sizes, rule of
// steps, precision, augmentation and evaluation. `training` as ApplyParameters
// gives it.
std::string ShapeOf(const v1::Training& training);

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_PLANNED_WORK_H_
