#include "server/search/set_choice.h"

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"
#include "server/search/field_error.h"
#include "server/search/parameter_value.h"
#include "server/search/training.h"

namespace etalon {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;

const std::vector<std::string>& OptimizerNames() {
  static const auto* const names =
      new std::vector<std::string>{"sgd", "adam", "adamw"};
  return *names;
}

// The choices of Schedule.form, by name.
const OneofDescriptor& Forms() {
  return *v1::Schedule::descriptor()->FindOneofByName("form");
}
std::vector<std::string> FormNames() {
  std::vector<std::string> names;
  for (int i = 0; i < Forms().field_count(); ++i) {
    names.push_back(Forms().field(i)->name());
  }
  return names;
}

}  // namespace

void SetLearningRate(double rate, v1::Schedule& schedule) {
  switch (schedule.form_case()) {
    case v1::Schedule::kConstant:
      return schedule.mutable_constant()->set_eta(rate);
    case v1::Schedule::kExponential:
      return schedule.mutable_exponential()->set_eta(rate);
    case v1::Schedule::kLinear:
      return schedule.mutable_linear()->set_eta(rate);
    case v1::Schedule::kCosine:
      return schedule.mutable_cosine()->set_eta(rate);
    case v1::Schedule::kStep:
      return schedule.mutable_step()->set_eta(rate);
    case v1::Schedule::kCyclical:
      return schedule.mutable_cyclical()->set_eta_max(rate);
    case v1::Schedule::FORM_NOT_SET:
      return;
  }
}

absl::Status SetOptimizer(const v1::ParameterValue& value,
                          v1::Optimizer& optimizer) {
  ETALON_ASSIGN_OR_RETURN(const size_t choice,
                          AsChoice(value, OptimizerNames()));
  if (choice == 0) {
    optimizer.mutable_sgd();
  } else {
    optimizer.mutable_adam()->set_decoupled(OptimizerNames()[choice] ==
                                            "adamw");
  }
  return absl::OkStatus();
}

// Another form has the rate of the one that it replaces.
absl::Status SetSchedule(const v1::ParameterValue& value,
                         v1::Training& training) {
  ETALON_ASSIGN_OR_RETURN(const size_t choice, AsChoice(value, FormNames()));
  const FieldDescriptor* const form = Forms().field(static_cast<int>(choice));
  v1::Schedule& schedule = *training.mutable_schedule();
  const Reflection& reflection = *schedule.GetReflection();
  if (!reflection.HasField(schedule, form)) {
    const double rate = LearningRate(training);
    reflection.MutableMessage(&schedule, form);
    if (rate != 0) SetLearningRate(rate, schedule);
  }
  // Its length is its cycles; what is given is for the other forms.
  if (schedule.has_cyclical()) {
    training.clear_epochs();
    training.clear_updates();
  }
  return absl::OkStatus();
}

absl::Status SetInitialization(const v1::ParameterValue& value,
                               v1::Initialization& initialization) {
  double deviation = 0;
  if (value.text() == "xavier") {
    initialization.mutable_xavier();
  } else if (value.text() == "he") {
    initialization.mutable_he();
  } else if (value.has_text() && absl::SimpleAtod(value.text(), &deviation)) {
    initialization.set_deviation(deviation);
  } else if (value.has_text()) {
    return absl::InvalidArgumentError(absl::StrCat(
        FormatValue(value), " is not known; use xavier, he or a deviation"));
  } else {
    ETALON_ASSIGN_OR_RETURN(deviation, AsNumber(value));
    initialization.set_deviation(deviation);
  }
  return absl::OkStatus();
}

}  // namespace etalon
