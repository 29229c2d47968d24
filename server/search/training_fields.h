#ifndef ETALON_SERVER_SEARCH_TRAINING_FIELDS_H_
#define ETALON_SERVER_SEARCH_TRAINING_FIELDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"

namespace etalon {

// What a stage trains by, and where each field of it was written, so that
// messages can point there. Borrows the spec, which must outlive it.
class StageTraining {
 public:
  // `stage` is a position in `spec`, which need not be valid.
  StageTraining(const v1::SearchSpec& spec, int stage);

  // The search's training with the stage's over it, defaults not filled in.
  const v1::Training& written() const { return written_; }
  // As ResolveTraining gives it.
  const v1::Training& resolved() const { return resolved_; }

  // "stages[1].training.schedule.warmup" where the stage itself sets `field`
  // ("schedule.warmup"), else "training.schedule.warmup".
  std::string Path(absl::string_view field) const;

  // Whether the search has a parameter of that name.
  bool Searches(absl::string_view parameter) const;

 private:
  const v1::SearchSpec& spec_;
  int stage_;
  v1::Training written_;
  v1::Training resolved_;
};

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_TRAINING_FIELDS_H_
