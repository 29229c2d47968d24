#ifndef ETALON_STORAGE_SQLITE_READS_H_
#define ETALON_STORAGE_SQLITE_READS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/reader.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/page_token.h"

namespace etalon::sqlite {

// A Reader on a connection, within whatever transaction that has open:
// several statements make one answer, so there must be one. Searches and
// workers stand in search_reads.cc, trials in trial_reads.cc and
// trial_list.cc, models in model_reads.cc.
class Reads : public Reader {
 public:
  // `connection` must outlive the object.
  Reads(Connection& connection, uint64_t generation)
      : connection_(connection), tokens_(generation) {}

  absl::StatusOr<v1::Search> GetSearch(absl::string_view search) override;
  absl::StatusOr<v1::SearchSpec> GetSpec(absl::string_view search) override;
  absl::StatusOr<Page<v1::Search>> ListSearches(
      const PageRequest& page) override;
  absl::StatusOr<v1::Trial> GetTrial(absl::string_view search,
                                     int64_t number) override;
  absl::StatusOr<Page<v1::Trial>> ListTrials(const TrialQuery& query,
                                             const PageRequest& page) override;
  absl::StatusOr<std::vector<v1::Trial>> ListStageTrials(
      absl::string_view search, absl::string_view stage) override;
  absl::StatusOr<std::vector<v1::Trial>> ListReplicates(
      absl::string_view search, absl::string_view stage,
      int configuration) override;
  absl::StatusOr<std::vector<StoredCourse>> ListCourses(
      absl::string_view search, absl::string_view stage) override;
  absl::StatusOr<std::optional<ModelPiece>> ReadModel(absl::string_view search,
                                                      int64_t number,
                                                      int64_t offset) override;
  absl::StatusOr<Page<v1::Worker>> ListWorkers(
      const PageRequest& page) override;

  // NOT_FOUND names the worker.
  absl::StatusOr<v1::Worker> GetWorker(int64_t worker);

 private:
  // Row ids by name.
  absl::StatusOr<int64_t> SearchIdOf(absl::string_view search);
  absl::StatusOr<int64_t> StageIdOf(int64_t search_id, absl::string_view search,
                                    absl::string_view stage);
  absl::Status AddStages(int64_t search_id, v1::Search* search);
  absl::Status AddMeasurements(int64_t trial_id, v1::Trial* trial);
  absl::Status AddAttempts(int64_t trial_id, v1::Trial* trial);
  absl::Status AddModelSize(int64_t trial_id, v1::Trial* trial);
  absl::StatusOr<PagePosition> StartOf(absl::string_view list,
                                       const PageRequest& page,
                                       const PagePosition& first) const;

  Connection& connection_;
  const PageTokens tokens_;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_READS_H_
