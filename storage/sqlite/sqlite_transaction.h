#ifndef ETALON_STORAGE_SQLITE_SQLITE_TRANSACTION_H_
#define ETALON_STORAGE_SQLITE_SQLITE_TRANSACTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "common/status_macros.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/counts.h"
#include "storage/sqlite/reads.h"
#include "storage/transaction.h"

namespace etalon::sqlite {

// The Transaction of a connection that has BEGIN IMMEDIATE behind it. Its
// methods stand in one file for each subject.
class SqliteTransaction : public Transaction {
 public:
  // `connection` must outlive the object.
  SqliteTransaction(Connection& connection, uint64_t generation)
      : connection_(connection),
        reads_(connection, generation),
        counts_(connection) {}

  // Savepoints cost more than most steps do, a copy of every page that changes,
  // and steps that fail have mostly changed nothing. So a transaction runs
  // without them first. Where a step does have to be undone, Try returns an
  // error, needs_savepoints() says so, and the transaction is to be rolled back
  // and run again with them.
  void Begin(bool savepoints) {
    savepoints_ = savepoints;
    needs_savepoints_ = false;
    counts_.Begin(/*write_through=*/savepoints);
    places_.clear();
  }
  // Writes what is put off until the end. To be called before COMMIT.
  absl::Status End() { return counts_.Flush(); }
  bool needs_savepoints() const { return needs_savepoints_; }
  absl::Status Try(absl::FunctionRef<absl::Status()> step,
                   absl::Status* outcome) override;

  // As Reads answers.
  absl::StatusOr<v1::Search> GetSearch(absl::string_view search) override {
    ETALON_RETURN_IF_ERROR(counts_.Flush());
    return reads_.GetSearch(search);
  }
  absl::StatusOr<v1::SearchSpec> GetSpec(absl::string_view search) override {
    return reads_.GetSpec(search);
  }
  absl::StatusOr<Page<v1::Search>> ListSearches(
      const PageRequest& page) override {
    ETALON_RETURN_IF_ERROR(counts_.Flush());
    return reads_.ListSearches(page);
  }
  absl::StatusOr<v1::Trial> GetTrial(absl::string_view search,
                                     int64_t number) override {
    return reads_.GetTrial(search, number);
  }
  absl::StatusOr<Page<v1::Trial>> ListTrials(const TrialQuery& query,
                                             const PageRequest& page) override {
    return reads_.ListTrials(query, page);
  }
  absl::StatusOr<std::vector<v1::Trial>> ListStageTrials(
      absl::string_view search, absl::string_view stage) override {
    return reads_.ListStageTrials(search, stage);
  }
  absl::StatusOr<std::vector<v1::Trial>> ListReplicates(
      absl::string_view search, absl::string_view stage,
      int configuration) override {
    return reads_.ListReplicates(search, stage, configuration);
  }
  absl::StatusOr<std::vector<StoredCourse>> ListCourses(
      absl::string_view search, absl::string_view stage) override {
    return reads_.ListCourses(search, stage);
  }
  absl::StatusOr<std::optional<ModelPiece>> ReadModel(absl::string_view search,
                                                      int64_t number,
                                                      int64_t offset) override {
    return reads_.ReadModel(search, number, offset);
  }
  absl::StatusOr<Page<v1::Worker>> ListWorkers(
      const PageRequest& page) override {
    ETALON_RETURN_IF_ERROR(counts_.Flush());
    return reads_.ListWorkers(page);
  }

  // search_rows.cc
  absl::StatusOr<std::optional<SearchRecord>> FindRequest(
      absl::string_view request_id) override;
  absl::StatusOr<SearchId> InsertSearch(const v1::SearchSpec& spec,
                                        v1::Search::State state,
                                        absl::Span<const NewStage> stages,
                                        absl::string_view request_id,
                                        absl::Time now) override;
  absl::StatusOr<SearchRecord> FindSearch(absl::string_view search) override;
  absl::StatusOr<SearchRecord> GetSearchById(SearchId search) override;
  absl::StatusOr<std::vector<SearchRecord>> ListOpenSearches() override;
  absl::Status MarkSearchStarted(SearchId search, absl::Time now) override;
  absl::Status SetSearchState(SearchId search, v1::Search::State state,
                              absl::string_view message,
                              absl::Time now) override;

  // deletion.cc
  absl::Status DeleteSearch(SearchId search, absl::Time now) override;
  absl::StatusOr<bool> PurgeDeleted(int64_t max_rows) override;

  // stage_rows.cc
  absl::StatusOr<std::vector<StageRecord>> ListStages(SearchId search) override;
  absl::StatusOr<StageRecord> GetStage(StageId stage) override;
  absl::Status StartStage(StageId stage, absl::Span<const v1::Parameter> box,
                          absl::Span<const NewConfiguration> configurations,
                          absl::Time now) override;
  absl::Status AddConfigurations(
      StageId stage, absl::Span<const NewConfiguration> configurations,
      absl::Time now) override;
  absl::Status AddReplicates(StageId stage,
                             absl::Span<const NewReplicate> replicates,
                             absl::Time now) override;
  absl::StatusOr<std::vector<TrialOutcome>> ListOutcomes(
      StageId stage) override;
  absl::StatusOr<std::vector<AlikeConfiguration>> FindAlike(
      SearchId search, int64_t fingerprint) override;
  absl::StatusOr<int64_t> NextTrialNumber(SearchId search) override;
  absl::Status SetSpending(StageId stage, int64_t trials,
                           int64_t updates) override;
  absl::StatusOr<int64_t> CancelQueued(StageId stage, int64_t first_number,
                                       const v1::Failure& failure,
                                       absl::Time now) override;
  absl::Status SetRaceOutcome(StageId stage,
                              const v1::RaceOutcome& outcome) override;
  absl::StatusOr<int> NextConfiguration(StageId stage) override;
  absl::Status CompleteStage(StageId stage, absl::Time now) override;
  absl::StatusOr<bool> StageHasOpenTrials(StageId stage) override;
  absl::StatusOr<bool> StageHasCancelledTrials(StageId stage) override;

  // lease_rows.cc, trial_rows.cc
  absl::StatusOr<TrialRecord> FindTrial(absl::string_view search,
                                        int64_t number) override;
  absl::StatusOr<TrialDetails> GetTrialById(TrialId trial) override;
  absl::StatusOr<std::vector<TrialDetails>> ListQueued(SearchId search,
                                                       int limit) override;
  absl::StatusOr<int64_t> CountQueued(SearchId search, int64_t limit) override;
  absl::StatusOr<int64_t> CountRunning(StageId stage) override;
  absl::Status LeaseTrial(TrialId trial, int attempt, WorkerId worker,
                          absl::string_view request_id,
                          absl::Time now) override;
  absl::StatusOr<std::vector<LeaseRecord>> FindLeases(
      WorkerId worker, absl::string_view request_id) override;
  absl::StatusOr<std::vector<LeaseRecord>> ListLeases() override;
  absl::StatusOr<std::vector<LeaseRecord>> ListLeasesOf(
      WorkerId worker) override;
  absl::StatusOr<std::vector<LeaseRecord>> ListLeasesIn(
      SearchId search) override;
  absl::Status AddMeasurements(
      TrialId trial, int attempt,
      absl::Span<const v1::Measurement> measurements) override;
  absl::StatusOr<int64_t> CountMeasurements(TrialId trial,
                                            int attempt) override;
  absl::Status CompleteTrial(TrialId trial, int attempt, const TrialEnd& end,
                             absl::Time now) override;
  absl::StatusOr<std::optional<AcceptedEnd>> FindEnd(TrialId trial) override;
  absl::Status RequeueTrial(TrialId trial, int attempt,
                            v1::Attempt::State state, absl::string_view message,
                            absl::Time now) override;
  absl::StatusOr<int> CountWorkersLost(TrialId trial, WorkerId worker) override;
  absl::Status FailLostTrial(TrialId trial, int attempt,
                             absl::string_view attempt_message,
                             const v1::Failure& failure,
                             absl::Time now) override;
  absl::Status CancelOpenTrials(SearchId search, const v1::Failure& failure,
                                absl::Time now) override;

  // rung_rows.cc
  absl::Status SuspendTrial(TrialId trial, int attempt, const TrialEnd& end,
                            absl::Time now) override;
  absl::StatusOr<std::optional<RungRecord>> FindRung(TrialId trial,
                                                     int attempt) override;
  absl::StatusOr<std::vector<RungTrial>> ListRungTrials(StageId stage) override;
  absl::Status PromoteTrial(TrialId trial, absl::Time now) override;
  absl::Status StopTrial(TrialId trial, absl::Time now) override;

  // rung_checkpoint_rows.cc
  absl::StatusOr<std::optional<CheckpointRecord>> FindCheckpoint(
      TrialId trial, int attempt) override;
  absl::Status AppendCheckpoint(TrialId trial, int attempt, int64_t size_bytes,
                                int64_t offset,
                                absl::string_view data) override;
  absl::StatusOr<std::string> ReadCheckpoint(TrialId trial, int attempt,
                                             int64_t offset) override;

  // model_rows.cc
  absl::StatusOr<std::optional<ModelRecord>> FindModel(TrialId trial) override;
  absl::Status AppendModel(TrialId trial, int attempt, int64_t size_bytes,
                           int64_t offset, absl::string_view data) override;
  absl::StatusOr<std::vector<ModelRecord>> ListModels(StageId stage) override;
  absl::Status DeleteModel(TrialId trial) override;

  // worker_rows.cc
  absl::StatusOr<WorkerId> InsertWorker(absl::string_view display_name,
                                        absl::string_view owner,
                                        const v1::Capabilities& capabilities,
                                        absl::string_view request_id,
                                        absl::Time now) override;
  absl::Status UpdateWorker(WorkerId worker, absl::string_view display_name,
                            const v1::Capabilities& capabilities,
                            absl::Time now) override;
  absl::StatusOr<v1::Worker> GetWorker(WorkerId worker) override;
  absl::StatusOr<std::vector<WorkerOwner>> ListWorkerOwners() override;
  absl::Status TouchWorker(WorkerId worker, absl::Time now) override;
  absl::Status SetWorkerState(WorkerId worker, v1::Worker::State state,
                              absl::Time now) override;

 private:
  // What a trial belongs to, and its last attempt; 0 before the first.
  struct TrialPlace {
    SearchId search = 0;
    StageId stage = 0;
    int attempt = 0;
    WorkerId worker = 0;
  };
  // Reads it where this transaction has not yet come across the trial.
  // NOT_FOUND: no such trial.
  absl::StatusOr<TrialPlace> PlaceOf(TrialId trial);
  void Remember(const TrialRecord& trial);

  // Leaves RUNNING under this attempt: the trial for `state`, the attempt for
  // `attempt_state`.
  struct AttemptEnd {
    TrialId trial = 0;
    int attempt = 0;
    v1::Trial::State state = v1::Trial::STATE_UNSPECIFIED;
    // Null where the trial goes on.
    const v1::Failure* failure = nullptr;
    std::optional<absl::Time> trial_end_time = {};
    std::optional<double> validation_accuracy = {};
    v1::Attempt::State attempt_state = v1::Attempt::STATE_UNSPECIFIED;
    absl::string_view attempt_message = {};
    absl::Time now = {};
  };
  // NOT_FOUND: no such trial. INTERNAL: it is not RUNNING under this attempt.
  absl::Status EndAttempt(const AttemptEnd& end);

  // Those that no attempt will go on from, once `attempt` at the trial has
  // ended and the trial is `state`.
  absl::Status DeleteCheckpoints(TrialId trial, int attempt,
                                 v1::Trial::State state);
  // SUSPENDED -> QUEUED, a rung further, or STOPPED.
  absl::Status LeaveRung(TrialId trial, v1::Trial::State state, absl::Time now);

  // Why a change of a trial found none to change: NOT_FOUND or INTERNAL.
  absl::Status ExplainTrial(TrialId trial, absl::string_view expected);

  // Why a measurement was refused with `status`: NOT_FOUND, or that.
  absl::Status ExplainMeasurement(TrialId trial, int attempt,
                                  const absl::Status& status);

  absl::Status RequireWorker(WorkerId worker);

  Connection& connection_;
  Reads reads_;
  Counts counts_;
  // Of trials that this transaction has come across: what it is asked to change
  // it was asked to read before, as a rule.
  absl::flat_hash_map<TrialId, TrialPlace> places_;
  bool savepoints_ = true;
  bool needs_savepoints_ = false;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_SQLITE_TRANSACTION_H_
