#ifndef ETALON_STORAGE_SQLITE_SQLITE_READER_H_
#define ETALON_STORAGE_SQLITE_SQLITE_READER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/limits.h"
#include "storage/reader.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/reads.h"
#include "storage/sqlite/time_limit.h"

namespace etalon::sqlite {

// A Reader with a read-only connection of its own. Each call is a read
// transaction, so that its statements see the same rows.
class SqliteReader : public Reader {
 public:
  // `hurry`, which must outlive the reader: whether reads are to be short.
  SqliteReader(std::unique_ptr<Connection> connection, uint64_t generation,
               const std::atomic<bool>& hurry)
      : connection_(std::move(connection)),
        reads_(*connection_, generation),
        hurry_(hurry) {}

  absl::StatusOr<v1::Search> GetSearch(absl::string_view search) override {
    return InSnapshot([&] { return reads_.GetSearch(search); });
  }
  absl::StatusOr<v1::SearchSpec> GetSpec(absl::string_view search) override {
    return InSnapshot([&] { return reads_.GetSpec(search); });
  }
  absl::StatusOr<Page<v1::Search>> ListSearches(
      const PageRequest& page) override {
    return InSnapshot([&] { return reads_.ListSearches(page); });
  }
  absl::StatusOr<v1::Trial> GetTrial(absl::string_view search,
                                     int64_t number) override {
    return InSnapshot([&] { return reads_.GetTrial(search, number); });
  }
  absl::StatusOr<Page<v1::Trial>> ListTrials(const TrialQuery& query,
                                             const PageRequest& page) override {
    return InSnapshot([&] { return reads_.ListTrials(query, page); });
  }
  absl::StatusOr<std::vector<v1::Trial>> ListStageTrials(
      absl::string_view search, absl::string_view stage) override {
    return InSnapshot([&] { return reads_.ListStageTrials(search, stage); });
  }
  absl::StatusOr<std::vector<v1::Trial>> ListReplicates(
      absl::string_view search, absl::string_view stage,
      int configuration) override {
    return InSnapshot(
        [&] { return reads_.ListReplicates(search, stage, configuration); });
  }
  absl::StatusOr<std::vector<StoredCourse>> ListCourses(
      absl::string_view search, absl::string_view stage) override {
    return InSnapshot([&] { return reads_.ListCourses(search, stage); });
  }
  absl::StatusOr<std::optional<ModelPiece>> ReadModel(absl::string_view search,
                                                      int64_t number,
                                                      int64_t offset) override {
    return InSnapshot([&] { return reads_.ReadModel(search, number, offset); });
  }
  absl::StatusOr<Page<v1::Worker>> ListWorkers(
      const PageRequest& page) override {
    return InSnapshot([&] { return reads_.ListWorkers(page); });
  }

 private:
  template <typename Read>
  auto InSnapshot(Read read) -> decltype(read()) {
    const TimeLimit limit(*connection_, kMaxReadTime, &hurry_,
                          kHurriedReadTime);
    if (absl::Status status = connection_->Run("BEGIN"); !status.ok()) {
      return status;
    }
    auto result = read();
    // Nothing was written: there is nothing that could fail to be.
    connection_->Run("ROLLBACK").IgnoreError();
    return result;
  }

  const std::unique_ptr<Connection> connection_;
  Reads reads_;
  const std::atomic<bool>& hurry_;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_SQLITE_READER_H_
