#include "storage/sqlite/values.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status_macros.h"

namespace etalon::sqlite {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kTimeFormat[] = "%E4Y-%m-%dT%H:%M:%E6SZ";

// Protobuf's own status type has no stable home to include it from.
template <typename ProtobufStatus>
absl::Status FromProtobuf(const ProtobufStatus& status,
                          absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      what, ": ",
      absl::string_view(status.message().data(), status.message().size())));
}

absl::Status CheckNumber(double value, absl::string_view field) {
  if (std::isfinite(value)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, " is ", value, ", not a finite number"));
}

// `index` is -1 for a field that is not repeated.
absl::Status CheckField(const Message& message, const FieldDescriptor& field,
                        int index) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return CheckFinite(
          index < 0 ? reflection.GetMessage(message, &field)
                    : reflection.GetRepeatedMessage(message, &field, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return CheckNumber(
          index < 0 ? reflection.GetDouble(message, &field)
                    : reflection.GetRepeatedDouble(message, &field, index),
          field.full_name());
    default:  // no message has a float
      return absl::OkStatus();
  }
}

}  // namespace

std::string TimeToText(absl::Time time) {
  return absl::FormatTime(kTimeFormat, time, absl::UTCTimeZone());
}

std::optional<absl::Time> TimeFromText(absl::string_view text) {
  absl::Time time;
  if (!absl::ParseTime(kTimeFormat, text, absl::UTCTimeZone(), &time,
                       nullptr)) {
    return std::nullopt;
  }
  return time;
}

absl::Status CheckFinite(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!field->is_repeated()) {
      ETALON_RETURN_IF_ERROR(CheckField(message, *field, -1));
      continue;
    }
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) {
      ETALON_RETURN_IF_ERROR(CheckField(message, *field, i));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ToJson(const Message& message) {
  ETALON_RETURN_IF_ERROR(CheckFinite(message));
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  ETALON_RETURN_IF_ERROR(FromProtobuf(
      google::protobuf::util::MessageToJsonString(message, &text, options),
      message.GetTypeName()));
  return text;
}

absl::Status FromJson(absl::string_view text, Message* message) {
  return FromProtobuf(
      google::protobuf::util::JsonStringToMessage(std::string(text), message),
      message->GetTypeName());
}

absl::StatusOr<std::string> BoxToJson(absl::Span<const v1::Parameter> box) {
  std::vector<std::string> parameters;
  for (const v1::Parameter& parameter : box) {
    ETALON_ASSIGN_OR_RETURN(parameters.emplace_back(), ToJson(parameter));
  }
  return absl::StrCat("[", absl::StrJoin(parameters, ","), "]");
}

absl::StatusOr<std::vector<v1::Parameter>> BoxFromJson(absl::string_view text) {
  v1::Stage stage;  // has a field of that kind
  ETALON_RETURN_IF_ERROR(
      FromJson(absl::StrCat("{\"box\":", text, "}"), &stage));
  return std::vector<v1::Parameter>(stage.box().begin(), stage.box().end());
}

}  // namespace etalon::sqlite
