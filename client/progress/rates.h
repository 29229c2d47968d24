#ifndef ETALON_CLIENT_PROGRESS_RATES_H_
#define ETALON_CLIENT_PROGRESS_RATES_H_

#include <optional>
#include <vector>

#include "client/progress/forecast.h"
#include "etalon/v1/plan.pb.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/worker.pb.h"

namespace etalon {

// What past trials say of those to come.

// Workers that train: alive and well.
std::vector<v1::Worker> WorkingOf(const std::vector<v1::Worker>& workers);

// What a trial of the stage costs on a thread that is like the mean of those
// its rates are of; nothing where a shape has no rate. Where a shape has rates
// of `workers`, those of others do not count.
std::optional<TrialCost> CostOfStage(const v1::PlannedStage& stage,
                                     const std::vector<v1::Worker>& workers);

// Of one trial of the stage.
double UpdatesOfTrial(const v1::PlannedStage& stage);

// The speed of each thread of `workers`, 1 being the mean of what `plan` has
// rates of; so are those that it knows nothing of.
std::vector<double> ThreadSpeeds(const v1::SearchPlan& plan,
                                 const std::vector<v1::Worker>& workers);

// Those of them that a search can keep busy: the fastest, as many as its
// max_parallel.
std::vector<double> BusyThreads(std::vector<double> speeds,
                                const v1::SearchSpec& spec);

// A rate that names no worker is of a calibration: one thread alone, on a
// machine that may not be the workers'. Off by this share.
inline constexpr double kCalibrationError = 0.15;

}  // namespace etalon

#endif  // ETALON_CLIENT_PROGRESS_RATES_H_
