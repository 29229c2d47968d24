#include "tests/client/pictures/map_test_support.h"

#include "absl/strings/str_cat.h"
#include "tests/support/proto_matchers.h"

namespace etalon::testing {
namespace {

v1::Trial Make(int number, const std::string& stage, int configuration,
               double lambda, double eta, const std::string& activation) {
  v1::Trial trial;
  trial.set_name(absl::StrCat("searches/s/trials/", number));
  trial.set_stage(absl::StrCat("searches/s/stages/", stage));
  trial.set_configuration(configuration);
  v1::ParameterAssignment* added = trial.add_parameters();
  added->set_name("lambda");
  added->mutable_value()->set_number(lambda);
  added = trial.add_parameters();
  added->set_name("eta");
  added->mutable_value()->set_number(eta);
  added = trial.add_parameters();
  added->set_name("network.activation");
  added->mutable_value()->set_text(activation);
  return trial;
}

v1::Trial Succeeded(v1::Trial trial, double accuracy) {
  trial.set_state(v1::Trial::SUCCEEDED);
  trial.mutable_result()->mutable_validation()->set_accuracy(accuracy);
  return trial;
}

v1::Trial Ended(v1::Trial trial, v1::Trial::State state) {
  trial.set_state(state);
  return trial;
}

}  // namespace

v1::Search MapSearch() {
  return ParseTextProto<v1::Search>(R"pb(
    name: "searches/s"
    state: SUCCEEDED
    spec {
      name: "s"
      parameters {
        name: "lambda"
        double_range { minimum: 1e-4 maximum: 1 scale: LOG }
      }
      parameters {
        name: "network.activation"
        categories {
          values { text: "relu" }
          values { text: "identity" }
        }
      }
      parameters {
        name: "eta"
        double_range { minimum: 0 maximum: 1 }
      }
      stages { name: "coarse" }
      stages { name: "fine" }
      stages {
        name: "final"
        take { from: "fine" top: 1 }
      }
    }
    stages {
      name: "searches/s/stages/coarse"
      counts { succeeded: 3 diverged: 1 }
      box {
        name: "lambda"
        double_range { minimum: 1e-4 maximum: 1 scale: LOG }
      }
      box {
        name: "eta"
        double_range { minimum: 0 maximum: 1 }
      }
    }
    stages {
      name: "searches/s/stages/fine"
      counts { succeeded: 1 failed: 1 }
      box {
        name: "lambda"
        double_range { minimum: 1e-3 maximum: 0.1 scale: LOG }
      }
      box {
        name: "eta"
        double_range { minimum: 0.25 maximum: 0.75 }
      }
    }
    stages {
      name: "searches/s/stages/final"
      counts { succeeded: 1 }
      box {
        name: "lambda"
        double_range { minimum: 0.02 maximum: 0.03 scale: LOG }
      }
    }
  )pb");
}

std::vector<v1::Trial> MapTrials() {
  return {
      Succeeded(Make(1, "coarse", 0, 0.01, 0.5, "relu"), 0.5),
      Succeeded(Make(2, "coarse", 0, 0.01, 0.5, "relu"), 0.75),
      Succeeded(Make(3, "coarse", 1, 0.5, 0.125, "identity"), 0.25),
      Ended(Make(4, "coarse", 1, 0.5, 0.125, "identity"), v1::Trial::DIVERGED),
      Succeeded(Make(5, "fine", 0, 0.02, 0.375, "relu"), 0.8),
      Ended(Make(6, "fine", 1, 0.001, 0.625, "relu"), v1::Trial::FAILED),
      Ended(Make(7, "fine", 2, 0.002, 0.25, "relu"), v1::Trial::QUEUED),
      Succeeded(Make(8, "final", 0, 0.02, 0.375, "relu"), 0.85),
  };
}

}  // namespace etalon::testing
