#include "server/filter/trial_fields.h"

#include <cmath>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/suggest.h"
#include "common/utf8.h"
#include "etalon/v1/trial.pb.h"

namespace etalon {
namespace {

constexpr char kParameterPrefix[] = "parameters.";

struct NamedField {
  const char* name;
  TrialField field;
  FieldType type;
};

// The one list of what may be asked for. The view's names; `number` and
// `train_cost` besides, which are plainer than `trial` and `cost`.
constexpr NamedField kFields[] = {
    {"trial", TrialField::kNumber, FieldType::kNumber},
    {"number", TrialField::kNumber, FieldType::kNumber},
    {"stage", TrialField::kStage, FieldType::kText},
    {"configuration", TrialField::kConfiguration, FieldType::kNumber},
    {"replicate", TrialField::kReplicate, FieldType::kNumber},
    {"state", TrialField::kState, FieldType::kState},
    {"lambda", TrialField::kLambda, FieldType::kNumber},
    {"eta", TrialField::kEta, FieldType::kNumber},
    {"train_loss", TrialField::kTrainLoss, FieldType::kNumber},
    {"train_cost", TrialField::kTrainCost, FieldType::kNumber},
    {"cost", TrialField::kTrainCost, FieldType::kNumber},
    {"train_accuracy", TrialField::kTrainAccuracy, FieldType::kNumber},
    {"validation_loss", TrialField::kValidationLoss, FieldType::kNumber},
    {"validation_cost", TrialField::kValidationCost, FieldType::kNumber},
    {"validation_accuracy", TrialField::kValidationAccuracy,
     FieldType::kNumber},
    {"test_loss", TrialField::kTestLoss, FieldType::kNumber},
    {"test_cost", TrialField::kTestCost, FieldType::kNumber},
    {"test_accuracy", TrialField::kTestAccuracy, FieldType::kNumber},
    {"updates", TrialField::kUpdates, FieldType::kNumber},
    {"epoch", TrialField::kEpoch, FieldType::kNumber},
    {"seconds", TrialField::kSeconds, FieldType::kNumber},
    {"worker", TrialField::kWorker, FieldType::kWorker},
    {"attempts", TrialField::kAttempts, FieldType::kNumber},
    {"failure_reason", TrialField::kFailureReason, FieldType::kReason},
    {"failure", TrialField::kFailure, FieldType::kText},
    {"fusion_width", TrialField::kFusionWidth, FieldType::kNumber},
    {"same_as", TrialField::kSameAs, FieldType::kNumber},
    {"create_time", TrialField::kCreateTime, FieldType::kTime},
    {"start_time", TrialField::kStartTime, FieldType::kTime},
    {"end_time", TrialField::kEndTime, FieldType::kTime},
};

// For a message: printable, and not for ever.
std::string Shown(absl::string_view text) {
  return absl::CHexEscape(text.substr(0, 64));
}

FieldType TypeOf(const v1::Parameter& parameter) {
  bool texts = false;
  bool numbers = !parameter.has_categories();
  for (const v1::ParameterValue& value : parameter.categories().values()) {
    (value.has_text() ? texts : numbers) = true;
  }
  if (texts && numbers) return FieldType::kMixed;
  return texts ? FieldType::kText : FieldType::kNumber;
}

absl::StatusOr<ResolvedField> ResolveParameterField(
    absl::string_view name, absl::Span<const v1::Parameter> parameters) {
  std::vector<std::string> known;
  for (const v1::Parameter& parameter : parameters) {
    if (parameter.name() == name) {
      return ResolvedField{{TrialField::kParameter, parameter.name()},
                           TypeOf(parameter)};
    }
    known.push_back(parameter.name());
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the search has no parameter '", Shown(name), "'; ",
                   Suggest(name, known)));
}

// The names of an enumeration's values but the first, which stands for none.
std::vector<std::string> NamesOf(
    const google::protobuf::EnumDescriptor& descriptor) {
  std::vector<std::string> names;
  for (int i = 1; i < descriptor.value_count(); ++i) {
    names.push_back(descriptor.value(i)->name());
  }
  return names;
}

absl::StatusOr<TrialValue> ParseName(
    const google::protobuf::EnumDescriptor& descriptor, absl::string_view what,
    absl::string_view text) {
  const std::vector<std::string> names = NamesOf(descriptor);
  const std::string upper = absl::AsciiStrToUpper(text);
  for (const std::string& name : names) {
    if (name == upper) return TrialValue(name);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "'", Shown(text), "' is no ", what, "; ", Suggest(upper, names)));
}

absl::StatusOr<TrialValue> ParseNumber(absl::string_view text) {
  double number = 0;
  // SimpleAtod reads "inf" and "nan" too.
  if (absl::SimpleAtod(text, &number) && std::isfinite(number)) return number;
  return absl::InvalidArgumentError(
      absl::StrCat("'", Shown(text), "' is not a finite number"));
}

absl::StatusOr<TrialValue> ParseText(absl::string_view text) {
  if (!FindInvalidText(text).has_value()) return TrialValue(std::string(text));
  return absl::InvalidArgumentError(
      absl::StrCat("'", Shown(text), "' is not printable UTF-8"));
}

absl::StatusOr<TrialValue> ParseWorker(absl::string_view text) {
  int64_t number = 0;
  absl::string_view digits = text;
  absl::ConsumePrefix(&digits, "workers/");
  if (absl::SimpleAtoi(digits, &number) && number > 0) {
    return TrialValue(static_cast<double>(number));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "'", Shown(text), "' is no worker; they are named as workers/3"));
}

absl::StatusOr<TrialValue> ParseTime(absl::string_view text) {
  absl::Time time;
  std::string error;
  for (const char* format : {absl::RFC3339_full, "%Y-%m-%d"}) {
    if (absl::ParseTime(format, text, &time, &error) &&
        time != absl::InfiniteFuture() && time != absl::InfinitePast()) {
      return TrialValue(time);
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("'", Shown(text),
                   "' is no time; write 2025-01-31 or 2025-01-31T23:59:59Z"));
}

}  // namespace

const std::vector<std::string>& TrialFieldNames() {
  static const auto* const names = [] {
    auto* list = new std::vector<std::string>;
    for (const NamedField& field : kFields) list->push_back(field.name);
    return list;
  }();
  return *names;
}

absl::StatusOr<ResolvedField> ResolveField(
    absl::string_view name, absl::Span<const v1::Parameter> parameters) {
  absl::string_view parameter = name;
  if (absl::ConsumePrefix(&parameter, kParameterPrefix)) {
    return ResolveParameterField(parameter, parameters);
  }
  for (const NamedField& field : kFields) {
    if (name == field.name) return ResolvedField{{field.field, ""}, field.type};
  }
  std::vector<std::string> known = TrialFieldNames();
  for (const v1::Parameter& searched : parameters) {
    known.push_back(absl::StrCat(kParameterPrefix, searched.name()));
    if (searched.name() == name) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no field '", Shown(name), "'; did you mean '",
                       known.back(), "'?"));
    }
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "there is no field '", Shown(name), "'; ", Suggest(name, known)));
}

absl::StatusOr<TrialValue> ParseValue(FieldType type, absl::string_view text,
                                      bool quoted) {
  switch (type) {
    case FieldType::kText:
      return ParseText(text);
    case FieldType::kMixed:
      if (!quoted) {
        absl::StatusOr<TrialValue> number = ParseNumber(text);
        if (number.ok()) return number;
      }
      return ParseText(text);
    case FieldType::kState:
      return ParseName(*v1::Trial::State_descriptor(), "trial's state", text);
    case FieldType::kReason:
      return ParseName(*v1::Failure::Reason_descriptor(), "failure's reason",
                       text);
    case FieldType::kWorker:
      return ParseWorker(text);
    case FieldType::kTime:
      return ParseTime(text);
    case FieldType::kNumber:
      break;
  }
  if (quoted) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", Shown(text), "' is text; a number has no quotes"));
  }
  return ParseNumber(text);
}

bool IsOrdered(FieldType type) {
  return type == FieldType::kNumber || type == FieldType::kText ||
         type == FieldType::kTime;
}

}  // namespace etalon
