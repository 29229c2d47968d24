#include "server/search/parameter_path.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/limits.h"
#include "etalon/v1/training.pb.h"
#include "server/search/field_error.h"
#include "server/search/nearest_name.h"

namespace etalon {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Kind = ParameterPath::Kind;

// Names that stand for more, or less, than one scalar field.
constexpr std::pair<const char*, Kind> kSpecialNames[] = {
    {"eta", Kind::kLearningRate},
    {"network.hidden", Kind::kHidden},
    {"network.depth", Kind::kDepth},
    {"network.units", Kind::kUnits},
    {"network.init", Kind::kInitialization},
    {"network.initialization", Kind::kInitialization},
    {"network.init.deviation", Kind::kInitialization},
    {"network.initialization.deviation", Kind::kInitialization},
    {"optimizer", Kind::kOptimizer},
    {"schedule", Kind::kSchedule},
};

// A file's spelling of a field's name in the definition.
constexpr std::pair<const char*, const char*> kSpellings[] = {
    {"augment", "augmentation"}, {"evaluate", "evaluation"}, {"adamw", "adam"}};

// What the trials of a stage have in common, whatever is searched.
constexpr std::pair<const char*, const char*> kShared[] = {
    {"dataset",
     "all trials of a stage see the same images, or their accuracies would not "
     "compare; give a stage its own training"},
    {"evaluation",
     "all trials of a stage are measured alike, or their accuracies would not "
     "compare; give a stage its own training"},
    {"keep_model",
     "it says what is stored and changes no accuracy; set it in the training"},
    {"optimizer.adam.decoupled",
     "the optimizer's name says it; search optimizer with the values adam and "
     "adamw"},
};

std::string InDefinition(absl::string_view step) {
  for (const auto& [file, definition] : kSpellings) {
    if (step == file) return definition;
  }
  return std::string(step);
}

// The layer of "network.hidden[layer]".
std::optional<int> HiddenLayer(absl::string_view name) {
  int layer = 0;
  if (!absl::ConsumePrefix(&name, "network.hidden[") ||
      !absl::ConsumeSuffix(&name, "]") || !absl::SimpleAtoi(name, &layer) ||
      layer < 0 || layer >= kMaxHiddenLayers) {
    return std::nullopt;
  }
  return layer;
}

// `name` in the definition's spelling, step by step.
std::vector<std::string> StepsInDefinition(absl::string_view name) {
  std::vector<std::string> steps;
  for (const absl::string_view step : absl::StrSplit(name, '.')) {
    steps.push_back(InDefinition(step));
  }
  return steps;
}

// Why the field is not searched; null where it may be.
const char* SharedReason(absl::string_view in_definition) {
  for (const auto& [shared, reason] : kShared) {
    if (in_definition == shared ||
        absl::StartsWith(in_definition, absl::StrCat(shared, "."))) {
      return reason;
    }
  }
  return nullptr;
}

// Empty where there is no scalar field of that name.
std::vector<const FieldDescriptor*> FindFields(
    const std::vector<std::string>& steps) {
  std::vector<const FieldDescriptor*> fields;
  const Descriptor* message = v1::Training::descriptor();
  for (const std::string& step : steps) {
    const FieldDescriptor* const field =
        message == nullptr ? nullptr : message->FindFieldByName(step);
    if (field == nullptr || field->is_repeated()) return {};
    fields.push_back(field);
    message = field->message_type();
  }
  if (message != nullptr) return {};
  return fields;
}

// Fields of `message` and of those in it, without what is not searched field by
// field.
void AddNames(const Descriptor& message, const std::string& prefix,
              std::vector<std::string>& names) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    std::string step = field.name();
    for (const auto& [file, definition] : kSpellings) {
      if (step == definition && step != "adam") step = file;
    }
    const std::string name = absl::StrCat(prefix, step);
    if (field.message_type() == nullptr) {
      const std::string in_definition =
          absl::StrJoin(StepsInDefinition(name), ".");
      if (SharedReason(in_definition) == nullptr) names.push_back(name);
    } else if (name != "network.hidden" && name != "network.initialization") {
      AddNames(*field.message_type(), absl::StrCat(name, "."), names);
    }
  }
}

std::string FirstStep(absl::string_view name) {
  return std::string(name.substr(0, name.find('.')));
}

// The last part of a name says most: "momentum" is optimizer.sgd.momentum.
std::string Nearest(absl::string_view name) {
  const absl::string_view last = name.substr(name.rfind('.') + 1);
  for (const std::string& candidate : SearchableNames()) {
    if (absl::EndsWith(candidate, absl::StrCat(".", last))) return candidate;
  }
  return NearestName(name, SearchableNames());
}

// "did you mean ...", and what there is in the part of the training that `name`
// begins with.
std::string Suggestion(absl::string_view name) {
  const std::vector<std::string>& names = SearchableNames();
  const std::string group = absl::StrCat(FirstStep(name), ".");
  std::vector<std::string> members;
  std::vector<std::string> top;
  std::vector<std::string> groups;
  for (const std::string& candidate : names) {
    if (absl::StartsWith(candidate, group)) {
      members.push_back(candidate.substr(group.size()));
    }
    if (!absl::StrContains(candidate, '.')) {
      top.push_back(candidate);
    } else if (const std::string first = FirstStep(candidate);
               groups.empty() || groups.back() != first) {
      groups.push_back(first);
    }
  }
  return absl::StrCat(
      "did you mean ", Quote(Nearest(name)), "? ",
      members.empty()
          ? absl::StrCat("There are ", absl::StrJoin(top, ", "),
                         " and the fields of ", absl::StrJoin(groups, ", "))
          : absl::StrCat(FirstStep(name), " has ",
                         absl::StrJoin(members, ", ")));
}

std::string Joined(const std::vector<const FieldDescriptor*>& fields) {
  return absl::StrJoin(fields, ".",
                       [](std::string* out, const FieldDescriptor* field) {
                         out->append(field->name());
                       });
}

bool SetsRate(const ParameterPath& path) {
  if (path.kind == Kind::kLearningRate) return true;
  return path.kind == Kind::kField && path.fields[0]->name() == "schedule" &&
         (path.fields.back()->name() == "eta" ||
          path.fields.back()->name() == "eta_max");
}

bool IsOfHidden(Kind kind) {
  return kind == Kind::kHidden || kind == Kind::kDepth ||
         kind == Kind::kUnits || kind == Kind::kHiddenLayer;
}

}  // namespace

absl::StatusOr<ParameterPath> ResolveParameter(absl::string_view name) {
  ParameterPath path;
  for (const auto& [special, kind] : kSpecialNames) {
    if (name != special) continue;
    path.kind = kind;
    return path;
  }
  if (const std::optional<int> layer = HiddenLayer(name)) {
    path.kind = Kind::kHiddenLayer;
    path.layer = *layer;
    return path;
  }
  const std::vector<std::string> steps = StepsInDefinition(name);
  if (const char* reason = SharedReason(absl::StrJoin(steps, "."))) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(name), " is not searched: ", reason));
  }
  path.fields = FindFields(steps);
  path.decoupled = absl::StartsWith(name, "optimizer.adamw.");
  if (!path.fields.empty()) return path;
  return absl::InvalidArgumentError(
      absl::StrCat(Quote(name),
                   " is no field of the training that can be "
                   "searched; ",
                   Suggestion(name)));
}

const std::vector<std::string>& SearchableNames() {
  static const auto* const all = [] {
    auto* const names = new std::vector<std::string>{"lambda",
                                                     "eta",
                                                     "optimizer",
                                                     "schedule",
                                                     "network.init",
                                                     "network.hidden",
                                                     "network.hidden[0]",
                                                     "network.depth",
                                                     "network.units"};
    std::vector<std::string> fields;
    AddNames(*v1::Training::descriptor(), "", fields);
    for (std::string& field : fields) {
      if (std::find(names->begin(), names->end(), field) == names->end()) {
        names->push_back(std::move(field));
      }
    }
    return names;
  }();
  return *all;
}

bool SetsField(const ParameterPath& path, absl::string_view field) {
  switch (path.kind) {
    case Kind::kOptimizer:
      return field == "optimizer";
    case Kind::kSchedule:
      return field == "schedule";
    case Kind::kHidden:
    case Kind::kDepth:
    case Kind::kUnits:
      return absl::StartsWith(field, "network.hidden");
    case Kind::kHiddenLayer:
      return field == absl::StrCat("network.hidden[", path.layer, "]");
    case Kind::kInitialization:
      return absl::StartsWith(field, "network.initialization");
    case Kind::kField:
      return field == Joined(path.fields);
    case Kind::kLearningRate:
      return absl::StartsWith(field, "schedule.") &&
             (absl::EndsWith(field, ".eta") ||
              absl::EndsWith(field, ".eta_max"));
  }
  return false;
}

bool Collide(const ParameterPath& a, const ParameterPath& b) {
  if (SetsRate(a) && SetsRate(b)) return true;
  if (IsOfHidden(a.kind) && IsOfHidden(b.kind)) {
    if (a.kind == b.kind) return a.layer == b.layer;
    if (a.kind == Kind::kHidden || b.kind == Kind::kHidden) return true;
    // The number of layers says nothing of their units.
    return a.kind != Kind::kDepth && b.kind != Kind::kDepth;
  }
  if (a.kind != b.kind) return false;
  if (a.kind != Kind::kField) return true;
  if (a.fields == b.fields) return true;
  // Two ways to say one thing.
  const FieldDescriptor& x = *a.fields.back();
  const FieldDescriptor& y = *b.fields.back();
  if (x.containing_type() != y.containing_type()) return false;
  if (x.real_containing_oneof() != nullptr) {
    return x.real_containing_oneof() == y.real_containing_oneof();
  }
  const std::string pair = absl::StrCat(std::min(x.name(), y.name()), " ",
                                        std::max(x.name(), y.name()));
  return pair == "epochs updates" || pair == "warmup warmup_epochs";
}

}  // namespace etalon
