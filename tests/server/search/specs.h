#ifndef ETALON_TESTS_SERVER_SEARCH_SPECS_H_
#define ETALON_TESTS_SERVER_SEARCH_SPECS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"
#include "server/search/stage_plan.h"

namespace etalon::testing {

// A valid search over lambda and eta, both log [1e-5, 1e-1], on CIFAR-10 with a
// constant rate: `coarse` (10 random), `fine` (a grid of 3 x 3 round the best 3
// of it), `final` (the best of that, twice).
v1::SearchSpec ValidSpec();

v1::Parameter LogRange(const std::string& name, double minimum, double maximum);
v1::Parameter LinearRange(const std::string& name, double minimum,
                          double maximum);
v1::Parameter IntegerRange(const std::string& name, int64_t minimum,
                           int64_t maximum,
                           v1::Parameter::Scale scale = v1::Parameter::LINEAR);
v1::Parameter Categories(const std::string& name,
                         const std::vector<double>& values);
v1::Parameter Texts(const std::string& name,
                    const std::vector<std::string>& values);
// `parameter`, where `other` has one of these texts.
v1::Parameter When(v1::Parameter parameter, const std::string& other,
                   const std::vector<std::string>& values);
v1::ParameterValue Number(double number);

v1::Trial SucceededTrial(const std::string& stage, int configuration,
                         int replicate, double validation_accuracy);

// One succeeded trial for every configuration and replicate of `plan`, with the
// accuracy that `accuracy` gives the configuration.
std::vector<v1::Trial> Train(
    const StagePlan& plan, const std::string& stage,
    const std::function<double(const Configuration&)>& accuracy);

// What makes a valid spec wrong, and how that is answered.
struct WrongSpec {
  std::string name;
  std::function<void(v1::SearchSpec&)> change;
  absl::StatusCode code = absl::StatusCode::kInvalidArgument;
  std::string message;  // part of it
};
inline void PrintTo(const WrongSpec& wrong, std::ostream* stream) {
  *stream << wrong.name;
}
inline std::string WrongSpecName(
    const ::testing::TestParamInfo<WrongSpec>& info) {
  return info.param.name;
}

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SERVER_SEARCH_SPECS_H_
