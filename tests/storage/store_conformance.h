#ifndef ETALON_TESTS_STORAGE_STORE_CONFORMANCE_H_
#define ETALON_TESTS_STORAGE_STORE_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/store.h"
#include "tests/storage/samples.h"
#include "tests/support/fake_clock.h"

namespace etalon::testing {

// Where the data of a store under test lies; empty at first.
class StoreHome {
 public:
  virtual ~StoreHome() = default;

  // Opens a store on the data; the one before has been destroyed.
  virtual absl::StatusOr<std::unique_ptr<Store>> Open() = 0;
};

// How to make homes for one kind of store, and its name in the tests'.
struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<StoreHome>()> make_home;
};

// What every Store must do. A kind of store runs it by
//   INSTANTIATE_TEST_SUITE_P(Name, StoreConformance, Values(StoreKind{...}),
//                            StoreKindName);
// and likewise the suites below,
// in a test that has the sources tests/storage/*_conformance.cc.
class StoreConformance : public ::testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override;

  // Closes the store and opens it again.
  void Reopen();

  // One operation in a transaction of its own.
  absl::Status Write(const Store::Operation& operation);

  std::unique_ptr<Reader> NewReader();

  // A search with a started stage "coarse", a PENDING one "final", and the
  // trials of `configurations` configurations of two replicates.
  struct Started {
    SearchId search = 0;
    StageId coarse = 0;
    StageId final = 0;
    // By number.
    std::vector<TrialId> trials;
  };
  Started StartSearch(const std::string& name, int configurations);

  WorkerId AddWorker(const std::string& display_name);
  // The attempt's number.
  int Lease(TrialId trial, WorkerId worker,
            const std::string& request_id = "lease");
  // Leases the trial and completes it with this validation accuracy.
  void Finish(TrialId trial, WorkerId worker, double accuracy);
  TrialDetails Record(TrialId trial);

  absl::Status AppendModel(TrialId trial, int attempt, int64_t size_bytes,
                           int64_t offset, const std::string& data);
  std::optional<ModelRecord> FindModel(TrialId trial);
  // As Finish, with the model "abcdef" in two pieces.
  void FinishWithModel(WorkerId worker, TrialId trial, double accuracy);

  absl::Status AppendCheckpoint(TrialId trial, int attempt, int64_t size_bytes,
                                int64_t offset, const std::string& data);
  std::optional<CheckpointRecord> FindCheckpoint(TrialId trial, int attempt);
  // Leases the trial, which is then SUSPENDED with this validation accuracy
  // after so many updates, a second of training and the checkpoint `data`.
  // Returns the attempt.
  int Suspend(TrialId trial, WorkerId worker, int64_t update, double accuracy,
              const std::string& data);
  absl::Status Promote(TrialId trial);
  absl::Status Stop(TrialId trial);

  absl::Time now() const { return clock_.Now(); }

  FakeClock clock_;
  std::unique_ptr<StoreHome> home_;
  std::unique_ptr<Store> store_;
};

// Of filters and orders; with a search "alpha" of six trials of three
// configurations: 1 QUEUED, 2 with 0.5, 3 with 0.75, 4 DIVERGED at update 17, 5
// with 0.5, 6 RUNNING.
class FilterConformance : public StoreConformance {
 protected:
  void SetUp() override;

  // The trials' numbers, read in pages of `size`.
  std::vector<int64_t> Numbers(const TrialFilter& filter,
                               const TrialOrder& order = {}, int size = 2);
};

// Of searches that are deleted.
class DeletionConformance : public StoreConformance {
 protected:
  absl::Status Delete(SearchId search);

  // Removes all that was deleted, so many rows at a time; returns how many
  // times that took.
  int PurgeAll(int64_t max_rows);
};

// Of trials that thresholds end, and of what these are made of.
class StoppingConformance : public StoreConformance {
 protected:
  void SetUp() override;

  // A configuration of two replicates more, for a search that has `count`.
  absl::Status Add(const Started& started, int count,
                   std::vector<v1::Threshold> thresholds,
                   std::vector<int> unseen);
  // Leases the trial and ends it, having measured these accuracies at epochs 1,
  // 2, ...
  void End(TrialId trial, const std::vector<double>& accuracies,
           const TrialEnd& end);
  WorkerId worker_ = 0;
};

// Of what is decided of a stage while it runs.
class DecisionConformance : public StoreConformance {};

// Of trials that others stand for; with a search "alpha" of one configuration,
// trials 1 and 2.
class ReuseConformance : public StoreConformance {
 protected:
  void SetUp() override;

  // A second configuration, of three replicates: trials 3 to 5. The first one's
  // stand for the first two.
  absl::Status AddAlike();
  v1::Trial Trial(int64_t number);
  // Of its stage.
  v1::TrialCounts Counts();

  Started started_;
  WorkerId worker_ = 0;
};

inline std::string StoreKindName(
    const ::testing::TestParamInfo<StoreKind>& info) {
  return info.param.name;
}

}  // namespace etalon::testing

#endif  // ETALON_TESTS_STORAGE_STORE_CONFORMANCE_H_
