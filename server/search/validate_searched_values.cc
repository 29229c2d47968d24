#include "server/search/validate_searched_values.h"

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status_macros.h"
#include "server/search/corners.h"
#include "server/search/field_error.h"
#include "server/search/stage_lookup.h"
#include "server/search/training.h"

namespace etalon {
namespace {

using Assignments = std::vector<v1::ParameterAssignment>;

std::string ToText(const Assignments& assignments) {
  return absl::StrJoin(
      assignments, ", ",
      [](std::string* out, const v1::ParameterAssignment& assignment) {
        absl::StrAppend(out, assignment.name(), " ",
                        FormatValue(assignment.value()));
      });
}

// Whether the schedule of `training` gives its rate, be it 0.
bool GivesRate(const v1::Training& training) {
  const v1::Schedule& schedule = training.schedule();
  const auto* const form = schedule.GetReflection()->GetOneofFieldDescriptor(
      schedule, v1::Schedule::descriptor()->FindOneofByName("form"));
  if (form == nullptr) return false;
  const auto& message = schedule.GetReflection()->GetMessage(schedule, form);
  const auto* const rate = form->message_type()->FindFieldByName(
      schedule.has_cyclical() ? "eta_max" : "eta");
  return message.GetReflection()->HasField(message, rate);
}

// `corner` with the lambda and eta that the training itself gives: they are
// never trained by, but a wrong one was not meant, whatever was.
Assignments WithWrittenRates(const v1::SearchSpec& spec, int stage,
                             const Assignments& corner) {
  const v1::Training written =
      OverlayTraining(spec.training(), spec.stages(stage).training());
  Assignments kept;
  for (const v1::ParameterAssignment& assignment : corner) {
    if (assignment.name() == "lambda" && written.has_lambda()) continue;
    if (assignment.name() == "eta" && GivesRate(written)) continue;
    kept.push_back(assignment);
  }
  return kept;
}

}  // namespace

absl::Status CheckSearchedValues(const v1::SearchSpec& spec, int stage,
                                 const TrainingCheck& check) {
  const std::vector<Assignments> corners =
      Corners(DeclaredParameters(spec, SamplingStage(spec, stage)));
  const auto check_corner = [&](const Assignments& corner) -> absl::Status {
    ETALON_ASSIGN_OR_RETURN(const StageTraining training,
                            StageTraining::Create(spec, stage, corner));
    return check(training);
  };
  const Assignments base = WithWrittenRates(spec, stage, corners.front());
  if (base.size() < corners.front().size()) {
    ETALON_RETURN_IF_ERROR(check_corner(base));
  }
  for (const Assignments& corner : corners) {
    const absl::Status status = check_corner(corner);
    if (status.ok()) continue;
    // Wrong at the other end in the same way: it is not the values.
    if (check_corner(corners.back()) == status &&
        check_corner(corners.front()) == status && corners.size() > 1) {
      return status;
    }
    return absl::Status(
        status.code(),
        absl::StrCat(status.message(), " (with ", ToText(corner), " in stage ",
                     Quote(spec.stages(stage).name()), ")"));
  }
  return absl::OkStatus();
}

}  // namespace etalon
