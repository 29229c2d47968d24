#include "server/search/set_parameter.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "server/search/parameter_value.h"
#include "server/search/set_choice.h"

namespace etalon {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;
using Kind = ParameterPath::Kind;

// Units of a hidden layer that is added where there is none to repeat.
constexpr int kDefaultUnits = 50;

// The values of an enumeration but for the unspecified, which is number 0.
std::vector<std::string> EnumNames(const EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 1; i < type.value_count(); ++i) {
    names.push_back(absl::AsciiStrToLower(type.value(i)->name()));
  }
  return names;
}

absl::Status SetScalar(const FieldDescriptor& field,
                       const v1::ParameterValue& value, Message& message) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      ETALON_ASSIGN_OR_RETURN(const double number, AsNumber(value));
      reflection.SetDouble(&message, &field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      ETALON_ASSIGN_OR_RETURN(const int32_t integer, AsInteger(value));
      reflection.SetInt32(&message, &field, integer);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      ETALON_ASSIGN_OR_RETURN(const bool choice, AsBool(value));
      reflection.SetBool(&message, &field, choice);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const EnumDescriptor& type = *field.enum_type();
      ETALON_ASSIGN_OR_RETURN(const size_t choice,
                              AsChoice(value, EnumNames(type)));
      reflection.SetEnum(&message, &field,
                         type.value(static_cast<int>(choice) + 1));
      return absl::OkStatus();
    }
    default:
      return absl::InternalError(
          absl::StrCat(field.full_name(), " is of a type that is not set"));
  }
}

// What `message` has chosen of the oneof that `field` belongs to must be it.
absl::Status CheckChosen(const ParameterPath& path,
                         const FieldDescriptor& field, const Message& message) {
  const OneofDescriptor* const oneof = field.real_containing_oneof();
  if (oneof == nullptr) return absl::OkStatus();
  const FieldDescriptor* const chosen =
      message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
  const bool fits = chosen == &field;
  // Adam by two names.
  const std::string wanted = path.decoupled ? "adamw" : field.name();
  if (fits && (!path.decoupled ||
               static_cast<const v1::Optimizer&>(message).adam().decoupled())) {
    return absl::OkStatus();
  }
  const std::string holder =
      field.containing_type() == v1::Optimizer::descriptor() ? "optimizer"
                                                             : "schedule";
  return absl::InvalidArgumentError(absl::StrCat(
      "the ", holder, " is ", chosen == nullptr ? "not given" : chosen->name(),
      " here, not ", wanted, "; search ", wanted, "'s settings only where it ",
      "is chosen, by 'when: {", holder, ": ", wanted,
      "}', or choose it in the training"));
}

absl::Status SetField(const ParameterPath& path,
                      const v1::ParameterValue& value, v1::Training& training) {
  Message* message = &training;
  for (const FieldDescriptor* const field : path.fields) {
    if (field == path.fields.back()) break;
    ETALON_RETURN_IF_ERROR(CheckChosen(path, *field, *message));
    message = message->GetReflection()->MutableMessage(message, field);
  }
  const FieldDescriptor& field = *path.fields.back();
  ETALON_RETURN_IF_ERROR(SetScalar(field, value, *message));
  // Ways of saying one thing that are no oneof.
  if (field.name() == "epochs") training.clear_updates();
  if (field.name() == "updates") training.clear_epochs();
  if (field.name() == "warmup") {
    training.mutable_schedule()->clear_warmup_epochs();
  }
  if (field.name() == "warmup_epochs") {
    training.mutable_schedule()->clear_warmup();
  }
  return absl::OkStatus();
}

absl::Status SetDepth(const v1::ParameterValue& value,
                      v1::IntegerList& hidden) {
  ETALON_ASSIGN_OR_RETURN(const int32_t depth, AsInteger(value));
  if (depth < 0 || depth > kMaxHiddenLayers) {
    return absl::InvalidArgumentError(
        absl::StrCat(depth, " hidden layers; use 0 to ", kMaxHiddenLayers));
  }
  auto& units = *hidden.mutable_values();
  const int32_t last =
      units.empty() ? kDefaultUnits : units.Get(units.size() - 1);
  while (units.size() > depth) units.RemoveLast();
  while (units.size() < depth) units.Add(last);
  return absl::OkStatus();
}

absl::Status SetHiddenLayer(int layer, const v1::ParameterValue& value,
                            v1::IntegerList& hidden) {
  ETALON_ASSIGN_OR_RETURN(const int32_t units, AsInteger(value));
  if (layer >= hidden.values_size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the network has ", hidden.values_size(),
        " hidden layers here, counted from 0; give network.hidden more, or "
        "search this one only where they are, by 'when'"));
  }
  hidden.set_values(layer, units);
  return absl::OkStatus();
}

v1::IntegerList& Hidden(v1::Training& training) {
  v1::Network& network = *training.mutable_network();
  if (!network.has_hidden())
    network.mutable_hidden()->add_values(kDefaultUnits);
  return *network.mutable_hidden();
}

}  // namespace

absl::Status CheckFits(const ParameterPath& path,
                       const v1::ParameterValue& value) {
  switch (path.kind) {
    case Kind::kField: {
      const FieldDescriptor& field = *path.fields.back();
      const std::unique_ptr<Message> holder(
          google::protobuf::MessageFactory::generated_factory()
              ->GetPrototype(field.containing_type())
              ->New());
      return SetScalar(field, value, *holder);
    }
    case Kind::kHiddenLayer:
      return AsInteger(value).status();
    default:
      v1::Training scratch;
      return SetParameter(path, value, scratch);
  }
}

absl::Status SetParameter(const ParameterPath& path,
                          const v1::ParameterValue& value,
                          v1::Training& training) {
  // The default, so that its settings can be set.
  v1::Optimizer& optimizer = *training.mutable_optimizer();
  if (!optimizer.has_adam()) optimizer.mutable_sgd();
  switch (path.kind) {
    case Kind::kOptimizer:
      return SetOptimizer(value, optimizer);
    case Kind::kSchedule:
      return SetSchedule(value, training);
    case Kind::kHidden: {
      ETALON_ASSIGN_OR_RETURN(const std::vector<int32_t> layers,
                              AsLayers(value));
      Hidden(training).mutable_values()->Assign(layers.begin(), layers.end());
      return absl::OkStatus();
    }
    case Kind::kDepth:
      return SetDepth(value, Hidden(training));
    case Kind::kUnits: {
      ETALON_ASSIGN_OR_RETURN(const int32_t units, AsInteger(value));
      auto& values = *Hidden(training).mutable_values();
      std::fill(values.begin(), values.end(), units);
      return absl::OkStatus();
    }
    case Kind::kHiddenLayer:
      return SetHiddenLayer(path.layer, value, Hidden(training));
    case Kind::kInitialization:
      return SetInitialization(
          value, *training.mutable_network()->mutable_initialization());
    case Kind::kField:
      return SetField(path, value, training);
    case Kind::kLearningRate: {
      ETALON_ASSIGN_OR_RETURN(const double rate, AsNumber(value));
      SetLearningRate(rate, *training.mutable_schedule());
      return absl::OkStatus();
    }
  }
  return absl::InternalError("unknown kind of parameter");
}

}  // namespace etalon
