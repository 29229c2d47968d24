#include "server/search/training_fields.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status_macros.h"
#include "server/search/stage_lookup.h"
#include "server/search/training.h"

namespace etalon {
namespace {

// Whether `message` has the field at the end of `path`, names joined by dots.
// Of a repeated field: whether it has an element. An index is not looked at.
bool HasField(const google::protobuf::Message& message,
              absl::string_view path) {
  const google::protobuf::Message* holder = &message;
  path = path.substr(0, path.find('['));
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    if (holder == nullptr) return false;
    const google::protobuf::FieldDescriptor* field =
        holder->GetDescriptor()->FindFieldByName(std::string(name));
    if (field == nullptr) return false;
    const google::protobuf::Reflection& reflection = *holder->GetReflection();
    if (field->is_repeated()) return reflection.FieldSize(*holder, field) > 0;
    if (!reflection.HasField(*holder, field)) return false;
    holder =
        field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE
            ? &reflection.GetMessage(*holder, field)
            : nullptr;
  }
  return true;
}

}  // namespace

StageTraining::StageTraining(const v1::SearchSpec& spec, int stage)
    : spec_(spec),
      stage_(stage),
      written_(
          OverlayTraining(spec.training(), spec.stages(stage).training())) {}

absl::StatusOr<StageTraining> StageTraining::Create(
    const v1::SearchSpec& spec, int stage,
    absl::Span<const v1::ParameterAssignment> parameters) {
  StageTraining training(spec, stage);
  const int source = SamplingStage(spec, stage);
  const auto where = [&spec, source](absl::string_view name) {
    return ParameterField(spec, source, name);
  };
  ETALON_RETURN_IF_ERROR(SetParameters(parameters, where, training.written_));
  ETALON_ASSIGN_OR_RETURN(
      training.resolved_,
      ApplyParameters(ResolveTraining(spec, stage), parameters));
  for (const v1::ParameterAssignment& parameter : parameters) {
    ETALON_ASSIGN_OR_RETURN(ParameterPath path,
                            ResolveParameter(parameter.name()));
    training.settings_.push_back({std::move(path), where(parameter.name())});
  }
  return training;
}

std::string StageTraining::Path(absl::string_view field) const {
  for (const Setting& setting : settings_) {
    if (SetsField(setting.path, field)) return setting.where;
  }
  return HasField(spec_.stages(stage_).training(), field)
             ? absl::StrCat("stages[", stage_, "].training.", field)
             : absl::StrCat("training.", field);
}

}  // namespace etalon
