#include "tests/storage/sqlite/populated.h"

#include <gtest/gtest.h>

#include <string>

#include "common/status_macros.h"
#include "tests/storage/samples.h"

namespace etalon::testing {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

// Drives one transaction; time goes on by a second with every step.
class Writer {
 public:
  explicit Writer(Transaction& transaction) : transaction_(transaction) {}

  absl::Status WriteAll() {
    ETALON_ASSIGN_OR_RETURN(
        worker_, transaction_.InsertWorker("host-1", "gpu-1", {}, "w", Now()));
    ETALON_RETURN_IF_ERROR(WriteQuickstart());
    return WriteOther();
  }

 private:
  absl::Time Now() { return now_ += absl::Seconds(1); }

  absl::Status WriteQuickstart() {
    ETALON_ASSIGN_OR_RETURN(
        const SearchId search,
        transaction_.InsertSearch(SampleSpec("quickstart"), v1::Search::RUNNING,
                                  SampleStages(), "request-1", Now()));
    ETALON_ASSIGN_OR_RETURN(const auto stages, transaction_.ListStages(search));
    ETALON_RETURN_IF_ERROR(transaction_.MarkSearchStarted(search, Now()));
    ETALON_RETURN_IF_ERROR(WriteCoarse(stages[0].id));
    ETALON_RETURN_IF_ERROR(transaction_.StartStage(
        stages[1].id, SampleBox(), SampleConfigurations(1, 4), Now()));
    for (const double accuracy : {0.61, 0.62, 0.66}) {
      TrialEnd end = SampleSuccess(accuracy);
      end.result->mutable_test()->set_accuracy(accuracy - 0.02);
      end.fusion->set_width(1);
      end.fusion->set_apart_because("they are other replicates");
      ETALON_RETURN_IF_ERROR(Finish(end));
    }
    return absl::OkStatus();
  }

  absl::Status WriteCoarse(StageId stage) {
    ETALON_RETURN_IF_ERROR(transaction_.StartStage(
        stage, SampleBox(), SampleConfigurations(4, 2), Now()));
    for (const double accuracy : {0.5, 0.6, 0.58}) {
      ETALON_RETURN_IF_ERROR(Finish(SampleSuccess(accuracy)));
    }
    ETALON_RETURN_IF_ERROR(Finish(SampleDivergence(17)));
    for (const double accuracy : {0.55, 0.55}) {
      ETALON_RETURN_IF_ERROR(Finish(SampleSuccess(accuracy)));
    }
    ETALON_RETURN_IF_ERROR(Lease(1));
    ETALON_RETURN_IF_ERROR(transaction_.FailLostTrial(
        trial_, 1, "lease expired",
        SampleFailure(v1::Failure::WORKER_LOST, "lost with 1 worker"), Now()));
    ETALON_RETURN_IF_ERROR(Lease(1));
    ETALON_RETURN_IF_ERROR(transaction_.RequeueTrial(
        trial_, 1, v1::Attempt::RETURNED, "no data set 'cifar10'", Now()));
    --trial_;
    ETALON_RETURN_IF_ERROR(Lease(2));
    return transaction_.AddMeasurements(trial_, 2,
                                        {SampleMeasurement(45, 0.3)});
  }

  absl::Status WriteOther() {
    ETALON_ASSIGN_OR_RETURN(
        const SearchId search,
        transaction_.InsertSearch(SampleSpec("other"), v1::Search::RUNNING,
                                  SampleStages(), "", Now()));
    ETALON_ASSIGN_OR_RETURN(const auto stages, transaction_.ListStages(search));
    ++trial_;  // the one of "quickstart" that stays QUEUED
    ETALON_RETURN_IF_ERROR(transaction_.StartStage(
        stages[0].id, SampleBox(), SampleConfigurations(1, 2), Now()));
    ETALON_RETURN_IF_ERROR(Finish(SampleSuccess(0.9)));
    ETALON_RETURN_IF_ERROR(transaction_.CancelOpenTrials(
        search, SampleFailure(v1::Failure::CANCELLED, "cancelled by a user"),
        Now()));
    return transaction_.SetSearchState(search, v1::Search::CANCELLED, "",
                                       Now());
  }

  // Leases the next trial, whose attempt this is.
  absl::Status Lease(int attempt) {
    ++trial_;
    return transaction_.LeaseTrial(trial_, attempt, worker_, "r", Now());
  }

  absl::Status Finish(const TrialEnd& end) {
    ETALON_RETURN_IF_ERROR(Lease(1));
    if (end.result.has_value()) {
      ETALON_RETURN_IF_ERROR(transaction_.AddMeasurements(
          trial_, 1, {SampleMeasurement(1800, 0.25), *end.result}));
    }
    if (end.result.has_value() && end.result->has_test()) {
      ETALON_RETURN_IF_ERROR(
          transaction_.AppendModel(trial_, 1, 6, 0, std::string("a\0b", 3)));
      ETALON_RETURN_IF_ERROR(transaction_.AppendModel(trial_, 1, 6, 3, "cde"));
    }
    return transaction_.CompleteTrial(trial_, 1, end, Now());
  }

  Transaction& transaction_;
  absl::Time now_ = kStart;
  WorkerId worker_ = 0;
  TrialId trial_ = 0;  // leased last
};

}  // namespace

void Populate(Store& store) {
  const std::vector<absl::Status> statuses =
      store.Write({[](Transaction& transaction) {
        return Writer(transaction).WriteAll();
      }});
  GTEST_CHECK_(statuses[0].ok()) << statuses[0];
}

}  // namespace etalon::testing
