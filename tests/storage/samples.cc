#include "tests/storage/samples.h"

#include <cmath>

#include "tests/support/proto_matchers.h"

namespace etalon::testing {
namespace {

v1::ParameterAssignment& Assign(const std::string& name,
                                NewConfiguration& configuration) {
  v1::ParameterAssignment& parameter = configuration.parameters.emplace_back();
  parameter.set_name(name);
  return parameter;
}

}  // namespace

v1::SearchSpec SampleSpec(const std::string& name) {
  auto spec = ParseTextProto<v1::SearchSpec>(R"pb(
    seed: 9223372036854775807
    training {
      dataset { name: "synthetic" train: 4000 }
      network { hidden { values: 50 } }
      schedule { cyclical { eta_max: 0.1 step_size: 900 cycles: 2 } }
      batch_size: 100
      evaluation { per_cycle: 10 }
    }
    parameters {
      name: "lambda"
      double_range { minimum: 1e-5 maximum: 0.1 scale: LOG }
    }
    parameters {
      name: "eta"
      double_range { minimum: 0.001 maximum: 0.1 scale: LOG }
    }
    parameters {
      name: "depth"
      integer_range { minimum: -3 maximum: 9007199254740993 }
    }
    parameters {
      name: "activation"
      categories {
        values { text: "relu" }
        values { text: "leaky_relu" }
      }
    }
    stages {
      name: "coarse"
      sample { random { count: 3 } }
      replicates: 2
    }
    stages {
      name: "final"
      take { from: "coarse" top: 1 }
      evaluate_test: true
    }
    max_attempts: 3
  )pb");
  spec.set_name(name);
  return spec;
}

std::vector<NewStage> SampleStages() {
  const v1::Training training = SampleSpec("any").training();
  return {{.name = "coarse", .training = training, .planned_trials = 6},
          {.name = "final",
           .training = training,
           .evaluate_test = true,
           .planned_trials = 1}};
}

std::vector<v1::Parameter> SampleBox() {
  const v1::SearchSpec spec = SampleSpec("any");
  return {spec.parameters().begin(), spec.parameters().end()};
}

std::vector<NewConfiguration> SampleConfigurations(int count, int replicates) {
  std::vector<NewConfiguration> configurations(count);
  for (int i = 0; i < count; ++i) {
    NewConfiguration& configuration = configurations[i];
    configuration.index = i;
    // No short decimal: rounding on the way would show.
    configuration.lambda = 1e-5 * std::pow(i + 1, 4.0 / 3);
    configuration.eta = 0.1 / (i + 3);
    Assign("lambda", configuration)
        .mutable_value()
        ->set_number(configuration.lambda);
    Assign("eta", configuration).mutable_value()->set_number(configuration.eta);
    Assign("depth", configuration)
        .mutable_value()
        ->set_integer(9007199254740993 - i);
    Assign("activation", configuration)
        .mutable_value()
        ->set_text(i % 2 == 0 ? "relu" : "leaky_relu");
    for (int j = 0; j < replicates; ++j) {
      v1::Seeds& seeds = configuration.replicates.emplace_back();
      seeds.set_initialization(9223372036854775807u - i * 1000 - j);
      seeds.set_minibatches(j);
    }
  }
  return configurations;
}

v1::Measurement SampleMeasurement(int64_t update, double validation_accuracy) {
  v1::Measurement measurement;
  measurement.set_update(update);
  measurement.set_epoch(static_cast<double>(update) / 45);
  measurement.set_learning_rate(0.1 / 3);
  measurement.mutable_train()->set_loss(1.0 / 3);
  measurement.mutable_train()->set_cost(2.0 / 3);
  measurement.mutable_train()->set_accuracy(0.75);
  measurement.mutable_validation()->set_loss(4.0 / 3);
  measurement.mutable_validation()->set_cost(5.0 / 3);
  measurement.mutable_validation()->set_accuracy(validation_accuracy);
  return measurement;
}

TrialEnd SampleSuccess(double validation_accuracy) {
  v1::Fusion fusion;
  fusion.set_width(10);
  return {.state = v1::Trial::SUCCEEDED,
          .failure = std::nullopt,
          .result = SampleMeasurement(3600, validation_accuracy),
          .training_time = absl::Nanoseconds(2'600'000'001),
          .fusion = fusion};
}

TrialEnd SampleDivergence(int64_t update) {
  v1::Failure failure = SampleFailure(v1::Failure::DIVERGED, "");
  failure.set_update(update);
  return {.state = v1::Trial::DIVERGED,
          .failure = failure,
          .result = std::nullopt,
          .training_time = absl::Seconds(1),
          .fusion = std::nullopt};
}

v1::Failure SampleFailure(v1::Failure::Reason reason,
                          const std::string& message) {
  v1::Failure failure;
  failure.set_reason(reason);
  failure.set_message(message);
  return failure;
}

}  // namespace etalon::testing
