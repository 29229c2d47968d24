#ifndef ETALON_CLIENT_RECORDS_TRAINING_TEXT_H_
#define ETALON_CLIENT_RECORDS_TRAINING_TEXT_H_

#include <string>
#include <vector>

#include "etalon/v1/training.pb.h"

namespace etalon {

// The settings as a search file spells them, a line for each key of `training`
// ("dataset: {name: synthetic, train: 4000}"), indented by `indent` spaces.
// Reading them gives `training` again, every number exactly.
std::vector<std::string> TrainingLines(const v1::Training& training,
                                       size_t indent);

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_TRAINING_TEXT_H_
