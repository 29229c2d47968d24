#include "server/search/training_fields.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/search/training.h"

namespace etalon {
namespace {

// Whether `message` has the field at the end of `path`, names joined by dots.
// Of a repeated field: whether it has an element.
bool HasField(const google::protobuf::Message& message,
              absl::string_view path) {
  const google::protobuf::Message* holder = &message;
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
      written_(OverlayTraining(spec.training(), spec.stages(stage).training())),
      resolved_(ResolveTraining(spec, stage)) {}

std::string StageTraining::Path(absl::string_view field) const {
  return HasField(spec_.stages(stage_).training(), field)
             ? absl::StrCat("stages[", stage_, "].training.", field)
             : absl::StrCat("training.", field);
}

bool StageTraining::Searches(absl::string_view parameter) const {
  return std::any_of(spec_.parameters().begin(), spec_.parameters().end(),
                     [parameter](const v1::Parameter& other) {
                       return other.name() == parameter;
                     });
}

}  // namespace etalon
