#ifndef ETALON_TESTS_SERVER_SEARCH_WRONG_TRAINING_H_
#define ETALON_TESTS_SERVER_SEARCH_WRONG_TRAINING_H_

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "absl/status/status.h"

namespace etalon::testing {

// A training in text form, and how it is answered.
struct WrongTraining {
  std::string name;
  std::string training;
  std::string message;
  absl::StatusCode code = absl::StatusCode::kInvalidArgument;
};

inline void PrintTo(const WrongTraining& wrong, std::ostream* stream) {
  *stream << wrong.name;
}

inline std::string WrongTrainingName(
    const ::testing::TestParamInfo<WrongTraining>& info) {
  return info.param.name;
}

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SERVER_SEARCH_WRONG_TRAINING_H_
