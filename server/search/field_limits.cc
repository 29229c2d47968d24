#include "server/search/field_limits.h"

#include <algorithm>
#include <string>

#include "server/search/known_datasets.h"
#include "server/search/parameter_path.h"

namespace etalon {
namespace {

using google::protobuf::FieldDescriptor;
using Kind = ParameterPath::Kind;

double EtaMin(const v1::Training& training) {
  return training.schedule().has_cyclical()
             ? training.schedule().cyclical().eta_min()
             : 0;
}

FieldLimits LimitsOfInteger(const FieldDescriptor& field,
                            const v1::Training& training) {
  if (field.name() == "batch_size") {
    return {1, std::min<double>(kMaxBatchSize,
                                std::max(training.dataset().train(), 1))};
  }
  if (field.name() == "shift") {
    // Further leaves nothing of an image.
    const KnownDataset* const known = FindDataset(training.dataset().name());
    const int side = known == nullptr ? 0 : known->side;
    return {0, static_cast<double>(std::max(side - 1, 1))};
  }
  if (field.name() == "patience") return {1, double{kMaxEvaluations}};
  const bool may_be_zero =
      field.name() == "warmup" || field.name() == "warmup_epochs";
  return {may_be_zero ? 0.0 : 1.0, double{kMaxUpdates}};
}

FieldLimits LimitsOfDouble(const FieldDescriptor& field,
                           const v1::Training& training) {
  const std::string& name = field.name();
  if (name == "eta_max") return {EtaMin(training), kMaxNumber};
  if (name == "eta_min") {
    return {0, training.schedule().cyclical().eta_max()};
  }
  const bool is_share = name == "dropout" || name == "momentum" ||
                        name == "beta1" || name == "beta2" || name == "decay" ||
                        name == "annealing";
  return {0, is_share ? 1 : kMaxNumber};
}

}  // namespace

FieldLimits LimitsOf(absl::string_view parameter,
                     const v1::Training& training) {
  const absl::StatusOr<ParameterPath> path = ResolveParameter(parameter);
  if (!path.ok()) return {};
  switch (path->kind) {
    case Kind::kLearningRate:
      return {EtaMin(training), kMaxNumber};
    case Kind::kDepth:
      return {0, kMaxHiddenLayers};
    case Kind::kHidden:
    case Kind::kUnits:
    case Kind::kHiddenLayer:
      return {1, kMaxHiddenUnits};
    case Kind::kField: {
      const FieldDescriptor& field = *path->fields.back();
      return field.cpp_type() == FieldDescriptor::CPPTYPE_INT32
                 ? LimitsOfInteger(field, training)
                 : LimitsOfDouble(field, training);
    }
    default:
      return {};
  }
}

}  // namespace etalon
