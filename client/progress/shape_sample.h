#ifndef ETALON_CLIENT_PROGRESS_SHAPE_SAMPLE_H_
#define ETALON_CLIENT_PROGRESS_SHAPE_SAMPLE_H_

#include <cstddef>
#include <vector>

#include "etalon/v1/plan.pb.h"

namespace etalon {

// A search over batch sizes or layers has a shape for nearly every trial: a few
// of them are measured, and the others take after their neighbours.

// What an update of the shape costs, but for a factor: multiplications of its
// minibatch with its weights, images taken for those of CIFAR-10.
double CostOfUpdate(const v1::PlannedShape& shape);

// The indices of at most `limit`, 1 or more, of `shapes`: all where they are no
// more, else evenly spread over them by their cost, the least and the greatest
// among them where `limit` is 2 or more. Rising by cost.
std::vector<size_t> SampleShapes(const std::vector<v1::PlannedShape>& shapes,
                                 size_t limit);

// The rate of `shape`, as that of `like` has it for its own updates: in
// proportion to what they cost.
v1::TrainingRate ScaledRate(const v1::TrainingRate& rate,
                            const v1::PlannedShape& like,
                            const v1::PlannedShape& shape);

}  // namespace etalon

#endif  // ETALON_CLIENT_PROGRESS_SHAPE_SAMPLE_H_
