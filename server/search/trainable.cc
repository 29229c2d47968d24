#include "server/search/trainable.h"

#include <string>

#include "absl/strings/string_view.h"
#include "server/search/field_error.h"

namespace etalon {

absl::Status CheckTrainable(const StageTraining& stage) {
  const v1::Training& training = stage.resolved();

  // One line for each thing that is defined but not trained yet.
  const struct {
    bool asked_for;
    absl::string_view name;
    std::string value;
    absl::string_view instead;
  } unsupported[] = {
      {training.keep_model() == v1::KEEP_BEST, "keep_model", "KEEP_BEST",
       "use KEEP_NONE"},
      {training.keep_model() == v1::KEEP_ALL, "keep_model", "KEEP_ALL",
       "use KEEP_NONE"},
  };
  for (const auto& field : unsupported) {
    if (field.asked_for) {
      return Unsupported(stage.Path(field.name), field.value, field.instead);
    }
  }
  return absl::OkStatus();
}

}  // namespace etalon
