#ifndef ETALON_SERVER_SEARCH_TRAINING_FIELDS_H_
#define ETALON_SERVER_SEARCH_TRAINING_FIELDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"
#include "server/search/parameter_path.h"

namespace etalon {

// What a configuration of a stage is trained by, and where each field of it was
// written, so that messages can point there. Borrows the spec, which must
// outlive it.
class StageTraining {
 public:
  // `stage` is a position in `spec`, whose names of stages and parameters are
  // valid. INVALID_ARGUMENT: `parameters` cannot be set; names the one.
  static absl::StatusOr<StageTraining> Create(
      const v1::SearchSpec& spec, int stage,
      absl::Span<const v1::ParameterAssignment> parameters);

  // The search's training with the stage's over it and the parameters set,
  // defaults not filled in.
  const v1::Training& written() const { return written_; }
  // As ApplyParameters gives it.
  const v1::Training& resolved() const { return resolved_; }

  // "parameters[2]" where a parameter sets `field` ("schedule.warmup"),
  // "stages[1].training.schedule.warmup" where the stage itself does, else
  // "training.schedule.warmup".
  std::string Path(absl::string_view field) const;

 private:
  // A parameter that is set, and where its range was written.
  struct Setting {
    ParameterPath path;
    std::string where;
  };

  StageTraining(const v1::SearchSpec& spec, int stage);

  const v1::SearchSpec& spec_;
  int stage_;
  std::vector<Setting> settings_;
  v1::Training written_;
  v1::Training resolved_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_TRAINING_FIELDS_H_
