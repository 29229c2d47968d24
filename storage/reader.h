#ifndef ETALON_STORAGE_READER_H_
#define ETALON_STORAGE_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/trial.pb.h"
#include "etalon/v1/worker.pb.h"
#include "storage/trial_filter.h"

namespace etalon {

// One page of a list.
template <typename T>
struct Page {
  std::vector<T> items;
  // Opaque; asks for the page that follows. Empty on the last page.
  std::string next_token;
};

struct PageRequest {
  // Items at most, 1 or more.
  int size = 100;
  // Empty for the first page. INVALID_ARGUMENT unless an earlier page of the
  // same list gave it.
  std::string token = {};
  // The item that fills it is the last, whatever `size` says: half of what a
  // message may have, and no item has the other half.
  int64_t max_bytes = int64_t{2} << 20;
};

struct TrialQuery {
  // Id, not name.
  std::string search = {};
  TrialFilter filter = {};
  TrialOrder order = {};
};

// How well a trial did on its way, by its accepted attempt.
struct StoredCourse {
  struct Point {
    int64_t update = 0;
    double epoch = 0;
    double accuracy = 0;  // on the validation part
  };

  int configuration = 0;  // in its stage
  int replicate = 0;
  std::vector<Point> points;  // by update
};

// Bytes of a stored model.
struct ModelPiece {
  int64_t size_bytes = 0;  // of the whole model
  std::string data;        // from the offset asked for; empty at the end
};

// Reads, in the shape that services answer with. Ids are those of
// common/resource_names.h. NOT_FOUND names the resource.
//
// Threads: one at a time. May block on the disk.
class Reader {
 public:
  virtual ~Reader() = default;

  // With stages and counts.
  virtual absl::StatusOr<v1::Search> GetSearch(absl::string_view search) = 0;
  // Newest first; without stages, with counts.
  virtual absl::StatusOr<Page<v1::Search>> ListSearches(
      const PageRequest& page) = 0;

  // With parameters, result, measurements, attempts and the model's size;
  // `training` and `evaluate_test` are the stage's, the parameters not applied.
  virtual absl::StatusOr<v1::Trial> GetTrial(absl::string_view search,
                                             int64_t number) = 0;
  // What the search was submitted as: cheaper than GetSearch.
  virtual absl::StatusOr<v1::SearchSpec> GetSpec(absl::string_view search) = 0;

  // Without training, measurements and attempts, but with how it was fused.
  // INVALID_ARGUMENT: a filter that is none.
  virtual absl::StatusOr<Page<v1::Trial>> ListTrials(
      const TrialQuery& query, const PageRequest& page) = 0;

  // Every trial of one stage (id), or of all stages where `stage` is empty, as
  // ListTrials gives them, by stage, configuration and replicate: what
  // refinement works from.
  virtual absl::StatusOr<std::vector<v1::Trial>> ListStageTrials(
      absl::string_view search, absl::string_view stage) = 0;

  // Those of one configuration of a stage (id), by replicate.
  virtual absl::StatusOr<std::vector<v1::Trial>> ListReplicates(
      absl::string_view search, absl::string_view stage, int configuration) = 0;

  // The courses of the stage's trials that have ended with a measured
  // validation accuracy, by configuration and replicate. Cost grows with their
  // measurements.
  virtual absl::StatusOr<std::vector<StoredCourse>> ListCourses(
      absl::string_view search, absl::string_view stage) = 0;

  // What is stored of the model from `offset`, 0 or more, to the end of a
  // piece: at most 1 MiB. None where the trial has not SUCCEEDED with a model
  // that is kept.
  virtual absl::StatusOr<std::optional<ModelPiece>> ReadModel(
      absl::string_view search, int64_t number, int64_t offset) = 0;

  // Newest first. `state` is GONE or ALIVE as recorded: who is SILENT the
  // coordinator knows.
  virtual absl::StatusOr<Page<v1::Worker>> ListWorkers(
      const PageRequest& page) = 0;
};

}  // namespace etalon

#endif  // ETALON_STORAGE_READER_H_
