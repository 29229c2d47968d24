#include "tests/server/search/specs.h"

#include "absl/strings/str_cat.h"
#include "tests/support/proto_matchers.h"

namespace etalon::testing {

v1::SearchSpec ValidSpec() {
  return ParseTextProto<v1::SearchSpec>(R"pb(
    name: "course"
    seed: 7
    training {
      dataset { name: "cifar10" }
      schedule { constant {} }
      epochs: 2
    }
    parameters {
      name: "lambda"
      double_range { minimum: 1e-5 maximum: 1e-1 scale: LOG }
    }
    parameters {
      name: "eta"
      double_range { minimum: 1e-5 maximum: 1e-1 scale: LOG }
    }
    stages {
      name: "coarse"
      sample { random { count: 10 } }
    }
    stages {
      name: "fine"
      sample { grid { points_per_parameter: 3 } }
      refine { from: "coarse" top: 3 }
    }
    stages {
      name: "final"
      take { from: "fine" top: 1 }
      replicates: 2
      evaluate_test: true
    }
  )pb");
}

v1::Parameter LogRange(const std::string& name, double minimum,
                       double maximum) {
  v1::Parameter parameter = LinearRange(name, minimum, maximum);
  parameter.mutable_double_range()->set_scale(v1::Parameter::LOG);
  return parameter;
}

v1::Parameter LinearRange(const std::string& name, double minimum,
                          double maximum) {
  v1::Parameter parameter;
  parameter.set_name(name);
  parameter.mutable_double_range()->set_minimum(minimum);
  parameter.mutable_double_range()->set_maximum(maximum);
  return parameter;
}

v1::Parameter IntegerRange(const std::string& name, int64_t minimum,
                           int64_t maximum, v1::Parameter::Scale scale) {
  v1::Parameter parameter;
  parameter.set_name(name);
  parameter.mutable_integer_range()->set_minimum(minimum);
  parameter.mutable_integer_range()->set_maximum(maximum);
  parameter.mutable_integer_range()->set_scale(scale);
  return parameter;
}

v1::Parameter Categories(const std::string& name,
                         const std::vector<double>& values) {
  v1::Parameter parameter;
  parameter.set_name(name);
  for (const double value : values) {
    *parameter.mutable_categories()->add_values() = Number(value);
  }
  return parameter;
}

v1::Parameter Texts(const std::string& name,
                    const std::vector<std::string>& values) {
  v1::Parameter parameter;
  parameter.set_name(name);
  for (const std::string& value : values) {
    parameter.mutable_categories()->add_values()->set_text(value);
  }
  return parameter;
}

v1::Parameter When(v1::Parameter parameter, const std::string& other,
                   const std::vector<std::string>& values) {
  parameter.mutable_when()->set_parameter(other);
  for (const std::string& value : values) {
    parameter.mutable_when()->add_values()->set_text(value);
  }
  return parameter;
}

v1::ParameterValue Number(double number) {
  v1::ParameterValue value;
  value.set_number(number);
  return value;
}

v1::Trial SucceededTrial(const std::string& stage, int configuration,
                         int replicate, double validation_accuracy) {
  v1::Trial trial;
  trial.set_name(absl::StrCat("searches/course/trials/",
                              1 + configuration * 1000 + replicate));
  trial.set_stage(absl::StrCat("searches/course/stages/", stage));
  trial.set_configuration(configuration);
  trial.set_replicate(replicate);
  trial.set_state(v1::Trial::SUCCEEDED);
  trial.mutable_result()->mutable_validation()->set_accuracy(
      validation_accuracy);
  return trial;
}

std::vector<v1::Trial> Train(
    const StagePlan& plan, const std::string& stage,
    const std::function<double(const Configuration&)>& accuracy) {
  std::vector<v1::Trial> trials;
  for (const Configuration& configuration : plan.configurations) {
    for (size_t r = 0; r < configuration.replicates.size(); ++r) {
      v1::Trial& trial = trials.emplace_back(
          SucceededTrial(stage, configuration.index, static_cast<int>(r),
                         accuracy(configuration)));
      trial.mutable_parameters()->Assign(configuration.parameters.begin(),
                                         configuration.parameters.end());
    }
  }
  return trials;
}

}  // namespace etalon::testing
