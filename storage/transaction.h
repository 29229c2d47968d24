#ifndef ETALON_STORAGE_TRANSACTION_H_
#define ETALON_STORAGE_TRANSACTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"
#include "etalon/v1/trial.pb.h"
#include "etalon/v1/worker.pb.h"
#include "storage/reader.h"

namespace etalon {

// Row ids: dense, from 1, never used again.
using SearchId = int64_t;
using StageId = int64_t;
using TrialId = int64_t;
using WorkerId = int64_t;  // the number in "workers/{number}"

struct SearchRecord {
  SearchId id = 0;
  v1::SearchSpec spec;
  v1::Search::State state = v1::Search::STATE_UNSPECIFIED;
  bool started = false;  // a trial was handed out
};

struct StageRecord {
  StageId id = 0;
  SearchId search = 0;
  int position = 0;  // in its search, from 0
  std::string name;  // id
  v1::Stage::State state = v1::Stage::STATE_UNSPECIFIED;
  v1::Training training;  // effective, parameters not applied
  bool evaluate_test = false;
  std::vector<v1::Parameter> box;  // empty until started
  std::optional<absl::Time> start_time;
  // Of a race that is over.
  std::optional<v1::RaceOutcome> race;
  // What it has taken of its budget; 0 where it has none.
  int64_t spent_trials = 0;
  int64_t spent_updates = 0;
};

struct NewStage {
  std::string name;
  v1::Training training;
  bool evaluate_test = false;
  int64_t planned_trials = 0;
};

// A configuration that is there already.
struct ConfigurationKey {
  StageId stage = 0;
  int configuration = 0;
};

struct NewConfiguration {
  int index = 0;  // in its stage, from 0
  std::vector<v1::ParameterAssignment> parameters;
  // What trials are trained by, searched or not; for the columns of that name.
  double lambda = 0;
  double eta = 0;
  // One trial is made for each, the replicate being the index.
  std::vector<v1::Seeds> replicates;
  // What ends them, by update; and the earlier configurations whose results
  // were not there, where what was proposed depends on that.
  std::vector<v1::Threshold> thresholds = {};
  std::vector<int> unseen = {};
  // Equal for those that are trained alike (FindAlike); 0: for none.
  int64_t fingerprint = 0;
  // Empty, or for each replicate the configuration whose same replicate stands
  // for it, if any: an earlier one, of which it is trained itself.
  std::vector<std::optional<ConfigurationKey>> same_as = {};
};

// A configuration that is there, by its fingerprint.
struct AlikeConfiguration {
  ConfigurationKey key;
  std::vector<v1::ParameterAssignment> parameters;
  // Replicates that no other trial stands for, rising.
  std::vector<int> trained;
};

// One more trial of a configuration that its stage has.
struct NewReplicate {
  int configuration = 0;
  int replicate = 0;  // follows the configuration's last
  v1::Seeds seeds;
  // As of NewConfiguration.
  std::optional<ConfigurationKey> same_as;
};

// What decisions on a whole stage need to know of a trial.
struct TrialOutcome {
  TrialId trial = 0;
  int configuration = 0;
  int replicate = 0;
  v1::Trial::State state = v1::Trial::STATE_UNSPECIFIED;
  std::optional<double> validation_accuracy;
  // The trial that was trained for it: itself, or one that stands for it.
  TrialId trained = 0;
};

// What reports need to know of a trial.
struct TrialRecord {
  TrialId id = 0;
  SearchId search = 0;
  StageId stage = 0;
  std::string search_name;  // id
  int64_t number = 0;
  v1::Trial::State state = v1::Trial::STATE_UNSPECIFIED;
  int attempt = 0;      // number of the last attempt, 0 before the first
  WorkerId worker = 0;  // of the last attempt, 0 before the first
};

// And what leases do besides.
struct TrialDetails : TrialRecord {
  int configuration = 0;
  int replicate = 0;
  std::vector<v1::ParameterAssignment> parameters;
  v1::Seeds seeds;
  std::vector<v1::Threshold> thresholds;
  int lost_count = 0;  // attempts that ended LOST
  int rung = 0;        // of a stage that halves: as v1::Trial's
  // That brought it to the rung before, and whose checkpoint it goes on from; 0
  // at the first.
  int suspended_attempt = 0;
};

// The end of a trial.
struct TrialEnd {
  v1::Trial::State state = v1::Trial::STATE_UNSPECIFIED;  // terminal
  std::optional<v1::Failure> failure;
  std::optional<v1::Measurement> result;
  absl::Duration training_time;
  // Where the worker said it.
  std::optional<v1::Fusion> fusion;
};

// What an attempt reported at a rung.
struct RungRecord {
  WorkerId worker = 0;  // the attempt's
  TrialEnd end;         // SUSPENDED, with a result
};

// A trial of a stage that halves, as its promotion looks at it.
struct RungTrial {
  TrialId id = 0;
  int64_t number = 0;
  int configuration = 0;
  std::vector<v1::ParameterAssignment> parameters;
  v1::Trial::State state = v1::Trial::STATE_UNSPECIFIED;
  int rung = 0;
  // Of a SUSPENDED trial at its rung, of others at their end.
  std::optional<double> validation_accuracy;
};

// What an attempt has sent of a checkpoint.
struct CheckpointRecord {
  int64_t size_bytes = 0;    // when it is whole
  int64_t stored_bytes = 0;  // of them, from the first on
};

// A model that is stored, or on its way.
struct ModelRecord {
  TrialId trial = 0;
  int64_t trial_number = 0;
  int attempt = 0;           // that sent it
  int64_t size_bytes = 0;    // when it is whole
  int64_t stored_bytes = 0;  // of them, from the first on
  // Of the trial's result; none while it is open.
  std::optional<double> validation_accuracy;
};

// A live lease.
struct LeaseRecord {
  TrialId trial = 0;
  int attempt = 0;
  WorkerId worker = 0;
};

// A worker that has not said goodbye, and the name of the token that it
// registered with; empty where none were asked for.
struct WorkerOwner {
  WorkerId worker = 0;
  std::string name;
};

// One operation's view of a running write transaction: reads see what was
// written before in it. Every change of state also appends to the event log.
//
// Methods check rows, not rules: which change is allowed is the coordinator's
// knowledge. NOT_FOUND: no such row. INVALID_ARGUMENT: a number is not finite.
// INTERNAL: the change contradicts the rows that are there, e.g. a second
// result for a trial.
class Transaction : public Reader {
 public:
  // Runs `step`, a part of the operation that may fail by itself: what it
  // changed is then undone, and only that. `*outcome` is what it returned. The
  // returned error, for the operation to return, says that the transaction
  // cannot go on. A step may have steps.
  virtual absl::Status Try(absl::FunctionRef<absl::Status()> step,
                           absl::Status* outcome) = 0;

  // ---- searches ----
  // The search that `request_id` made, if any.
  virtual absl::StatusOr<std::optional<SearchRecord>> FindRequest(
      absl::string_view request_id) = 0;
  // ALREADY_EXISTS: the name is taken. An empty request id is not remembered.
  virtual absl::StatusOr<SearchId> InsertSearch(
      const v1::SearchSpec& spec, v1::Search::State state,
      absl::Span<const NewStage> stages, absl::string_view request_id,
      absl::Time now) = 0;
  virtual absl::StatusOr<SearchRecord> FindSearch(absl::string_view search) = 0;
  virtual absl::StatusOr<SearchRecord> GetSearchById(SearchId search) = 0;
  // RUNNING and PAUSED ones, oldest first.
  virtual absl::StatusOr<std::vector<SearchRecord>> ListOpenSearches() = 0;
  // Sets the start time on the first call.
  virtual absl::Status MarkSearchStarted(SearchId search, absl::Time now) = 0;
  // A terminal state sets the end time, and makes SKIPPED of stages that are
  // not COMPLETE.
  virtual absl::Status SetSearchState(SearchId search, v1::Search::State state,
                                      absl::string_view message,
                                      absl::Time now) = 0;
  // The search is gone for all readers, and its name free. Its rows wait for
  // PurgeDeleted, its events stay. For searches without open trials.
  virtual absl::Status DeleteSearch(SearchId search, absl::Time now) = 0;
  // Removes about `max_rows` rows of deleted searches, a piece of a model
  // counting as many. Whether there are more.
  virtual absl::StatusOr<bool> PurgeDeleted(int64_t max_rows) = 0;

  // ---- stages ----
  // In order of position.
  virtual absl::StatusOr<std::vector<StageRecord>> ListStages(
      SearchId search) = 0;
  virtual absl::StatusOr<StageRecord> GetStage(StageId stage) = 0;
  // Makes it RUNNING with this box, and its configurations and their trials
  // QUEUED; trial numbers go on from the search's last. A trial that another
  // stands for is not handed out: it ends as that one does, in the same
  // transaction, or at once where that one has ended.
  virtual absl::Status StartStage(
      StageId stage, absl::Span<const v1::Parameter> box,
      absl::Span<const NewConfiguration> configurations, absl::Time now) = 0;
  // More of them for a stage that is RUNNING: their indices follow those that
  // are there.
  virtual absl::Status AddConfigurations(
      StageId stage, absl::Span<const NewConfiguration> configurations,
      absl::Time now) = 0;
  // More trials for configurations of a stage that is RUNNING, in the order of
  // their numbers.
  virtual absl::Status AddReplicates(StageId stage,
                                     absl::Span<const NewReplicate> replicates,
                                     absl::Time now) = 0;
  // Of every trial of the stage, by configuration and replicate.
  virtual absl::StatusOr<std::vector<TrialOutcome>> ListOutcomes(
      StageId stage) = 0;
  // Configurations of the search with this fingerprint, by stage and index.
  virtual absl::StatusOr<std::vector<AlikeConfiguration>> FindAlike(
      SearchId search, int64_t fingerprint) = 0;
  // The number that the search's next trial gets.
  virtual absl::StatusOr<int64_t> NextTrialNumber(SearchId search) = 0;
  // What the stage has taken of its budget in all.
  virtual absl::Status SetSpending(StageId stage, int64_t trials,
                                   int64_t updates) = 0;
  // QUEUED trials of the stage from this number on become CANCELLED, those that
  // others stand for with these others only. Returns how many did.
  virtual absl::StatusOr<int64_t> CancelQueued(StageId stage,
                                               int64_t first_number,
                                               const v1::Failure& failure,
                                               absl::Time now) = 0;
  // Writes down how the stage's race has ended.
  virtual absl::Status SetRaceOutcome(StageId stage,
                                      const v1::RaceOutcome& outcome) = 0;
  // The index that follows those of the stage's configurations. Cost does not
  // grow with their number.
  virtual absl::StatusOr<int> NextConfiguration(StageId stage) = 0;
  virtual absl::Status CompleteStage(StageId stage, absl::Time now) = 0;
  // Whether any of its trials is CANCELLED. Cost does not grow with their
  // number.
  virtual absl::StatusOr<bool> StageHasCancelledTrials(StageId stage) = 0;
  // Whether any of its trials is QUEUED or RUNNING; SUSPENDED ones wait for
  // these. Cost does not grow with the
  // number of trials.
  virtual absl::StatusOr<bool> StageHasOpenTrials(StageId stage) = 0;

  // ---- trials and leases ----
  virtual absl::StatusOr<TrialRecord> FindTrial(absl::string_view search,
                                                int64_t number) = 0;
  virtual absl::StatusOr<TrialDetails> GetTrialById(TrialId trial) = 0;
  // Up to `limit` QUEUED trials of the search that no other stands for, by
  // number. Cost grows with
  // `limit` only.
  virtual absl::StatusOr<std::vector<TrialDetails>> ListQueued(SearchId search,
                                                               int limit) = 0;
  // How many of these the search has, but at most `limit`, with which the
  // cost grows.
  virtual absl::StatusOr<int64_t> CountQueued(SearchId search,
                                              int64_t limit) = 0;
  // How many RUNNING trials the stage has.
  virtual absl::StatusOr<int64_t> CountRunning(StageId stage) = 0;
  // QUEUED -> RUNNING under a new attempt, whose number follows the last one's.
  virtual absl::Status LeaseTrial(TrialId trial, int attempt, WorkerId worker,
                                  absl::string_view request_id,
                                  absl::Time now) = 0;
  // Leases that this worker's request made and that live still, in the order
  // they were made. An empty request id finds none.
  virtual absl::StatusOr<std::vector<LeaseRecord>> FindLeases(
      WorkerId worker, absl::string_view request_id) = 0;
  // All that live.
  virtual absl::StatusOr<std::vector<LeaseRecord>> ListLeases() = 0;
  virtual absl::StatusOr<std::vector<LeaseRecord>> ListLeasesOf(
      WorkerId worker) = 0;
  virtual absl::StatusOr<std::vector<LeaseRecord>> ListLeasesIn(
      SearchId search) = 0;

  // Measurements of an attempt; ones that are there already stay as they are.
  virtual absl::Status AddMeasurements(
      TrialId trial, int attempt,
      absl::Span<const v1::Measurement> measurements) = 0;
  // How many an attempt has. Cost grows with their number.
  virtual absl::StatusOr<int64_t> CountMeasurements(TrialId trial,
                                                    int attempt) = 0;
  // RUNNING -> `end.state`; the attempt becomes COMPLETED, and its measurements
  // the trial's. What it took to the rungs before is added to the time. An end
  // that is not SUCCEEDED, like those of the methods below that end an attempt,
  // deletes the attempt's model.
  virtual absl::Status CompleteTrial(TrialId trial, int attempt,
                                     const TrialEnd& end, absl::Time now) = 0;
  // The accepted end of a trial and the attempt that gave it; none while it is
  // open, or when it ended without an attempt's result (cancelled, lost).
  struct AcceptedEnd {
    int attempt = 0;
    TrialEnd end;
  };
  virtual absl::StatusOr<std::optional<AcceptedEnd>> FindEnd(TrialId trial) = 0;
  // The attempt becomes `state` (RETURNED or LOST) with `message`, the trial
  // QUEUED again.
  virtual absl::Status RequeueTrial(TrialId trial, int attempt,
                                    v1::Attempt::State state,
                                    absl::string_view message,
                                    absl::Time now) = 0;
  // How many different workers the trial was lost with, `worker` taken for one
  // of them.
  virtual absl::StatusOr<int> CountWorkersLost(TrialId trial,
                                               WorkerId worker) = 0;
  // The attempt becomes LOST, the trial FAILED.
  virtual absl::Status FailLostTrial(TrialId trial, int attempt,
                                     absl::string_view attempt_message,
                                     const v1::Failure& failure,
                                     absl::Time now) = 0;
  // Every open trial becomes CANCELLED, live attempts ABANDONED.
  virtual absl::Status CancelOpenTrials(SearchId search,
                                        const v1::Failure& failure,
                                        absl::Time now) = 0;

  // ---- rungs ----
  // RUNNING -> SUSPENDED, and so the attempt. `end` is what is remembered of it
  // at this rung, with a result; the attempt's checkpoint is now what the trial
  // goes on from, and an earlier one is deleted.
  virtual absl::Status SuspendTrial(TrialId trial, int attempt,
                                    const TrialEnd& end, absl::Time now) = 0;
  // What the attempt was SUSPENDED with; none where it was not.
  virtual absl::StatusOr<std::optional<RungRecord>> FindRung(TrialId trial,
                                                             int attempt) = 0;
  // All of the stage, by configuration and replicate.
  virtual absl::StatusOr<std::vector<RungTrial>> ListRungTrials(
      StageId stage) = 0;
  // SUSPENDED -> QUEUED, on the way to the next rung.
  virtual absl::Status PromoteTrial(TrialId trial, absl::Time now) = 0;
  // SUSPENDED -> STOPPED: what was remembered at its last rung is its result.
  // The checkpoint is deleted.
  virtual absl::Status StopTrial(TrialId trial, absl::Time now) = 0;

  // What the attempt has sent of its checkpoint.
  virtual absl::StatusOr<std::optional<CheckpointRecord>> FindCheckpoint(
      TrialId trial, int attempt) = 0;
  // As AppendModel. Ends of the attempt other than SUSPENDED, and of the trial,
  // delete it.
  virtual absl::Status AppendCheckpoint(TrialId trial, int attempt,
                                        int64_t size_bytes, int64_t offset,
                                        absl::string_view data) = 0;
  // From `offset`, 0 or more, to the end of a piece, at most 1 MiB; empty where
  // nothing is.
  virtual absl::StatusOr<std::string> ReadCheckpoint(TrialId trial, int attempt,
                                                     int64_t offset) = 0;

  // ---- models ----
  // What the trial has of a model.
  virtual absl::StatusOr<std::optional<ModelRecord>> FindModel(
      TrialId trial) = 0;
  // Adds the bytes that follow those that are stored, 1 to 1 MiB of them;
  // begins the attempt's model where there is none. INTERNAL: they do not
  // follow, or the model is another attempt's or has another size.
  virtual absl::Status AppendModel(TrialId trial, int attempt,
                                   int64_t size_bytes, int64_t offset,
                                   absl::string_view data) = 0;
  // Models of the stage's SUCCEEDED trials, by trial number.
  virtual absl::StatusOr<std::vector<ModelRecord>> ListModels(
      StageId stage) = 0;
  // Where there is none, nothing happens.
  virtual absl::Status DeleteModel(TrialId trial) = 0;

  // ---- workers ----
  // Where a worker has registered with this request id before: that worker.
  virtual absl::StatusOr<WorkerId> InsertWorker(
      absl::string_view display_name, absl::string_view owner,
      const v1::Capabilities& capabilities, absl::string_view request_id,
      absl::Time now) = 0;
  // Leaves the state as it is.
  virtual absl::Status UpdateWorker(WorkerId worker,
                                    absl::string_view display_name,
                                    const v1::Capabilities& capabilities,
                                    absl::Time now) = 0;
  virtual absl::StatusOr<v1::Worker> GetWorker(WorkerId worker) = 0;
  // Of all that are ALIVE.
  virtual absl::StatusOr<std::vector<WorkerOwner>> ListWorkerOwners() = 0;
  virtual absl::Status TouchWorker(WorkerId worker, absl::Time now) = 0;
  virtual absl::Status SetWorkerState(WorkerId worker, v1::Worker::State state,
                                      absl::Time now) = 0;
};

}  // namespace etalon

#endif  // ETALON_STORAGE_TRANSACTION_H_
