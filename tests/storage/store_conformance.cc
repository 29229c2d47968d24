#include "tests/storage/store_conformance.h"

#include <utility>

#include "tests/support/status_matchers.h"

namespace etalon::testing {

void StoreConformance::SetUp() {
  home_ = GetParam().make_home();
  Reopen();
}

void StoreConformance::Reopen() {
  store_.reset();
  absl::StatusOr<std::unique_ptr<Store>> store = home_->Open();
  GTEST_CHECK_(store.ok()) << store.status();
  store_ = *std::move(store);
}

absl::Status StoreConformance::Write(const Store::Operation& operation) {
  return store_->Write({operation})[0];
}

std::unique_ptr<Reader> StoreConformance::NewReader() {
  absl::StatusOr<std::unique_ptr<Reader>> reader = store_->NewReader();
  GTEST_CHECK_(reader.ok()) << reader.status();
  return *std::move(reader);
}

StoreConformance::Started StoreConformance::StartSearch(const std::string& name,
                                                        int configurations) {
  Started started;
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto search =
        transaction.InsertSearch(SampleSpec(name), v1::Search::RUNNING,
                                 SampleStages(), "request-" + name, now());
    if (!search.ok()) return search.status();
    started.search = *search;
    auto stages = transaction.ListStages(*search);
    if (!stages.ok()) return stages.status();
    started.coarse = stages->at(0).id;
    started.final = stages->at(1).id;
    return transaction.StartStage(started.coarse, SampleBox(),
                                  SampleConfigurations(configurations, 2),
                                  now());
  }));
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto queued = transaction.ListQueued(started.search, 2 * configurations);
    if (!queued.ok()) return queued.status();
    for (const TrialRecord& trial : *queued) started.trials.push_back(trial.id);
    return absl::OkStatus();
  }));
  return started;
}

WorkerId StoreConformance::AddWorker(const std::string& display_name) {
  WorkerId worker = 0;
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) -> absl::Status {
    v1::Capabilities capabilities;
    capabilities.set_kernel("avx512");
    auto inserted =
        transaction.InsertWorker(display_name, "", capabilities, "", now());
    if (inserted.ok()) worker = *inserted;
    return inserted.status();
  }));
  return worker;
}

int StoreConformance::Lease(TrialId trial, WorkerId worker,
                            const std::string& request_id) {
  int attempt = 0;
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto found = transaction.GetTrialById(trial);
    if (!found.ok()) return found.status();
    attempt = found->attempt + 1;
    return transaction.LeaseTrial(trial, attempt, worker, request_id, now());
  }));
  return attempt;
}

void StoreConformance::Finish(TrialId trial, WorkerId worker, double accuracy) {
  const int attempt = Lease(trial, worker);
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(trial, attempt, SampleSuccess(accuracy),
                                     now());
  }));
}

TrialDetails StoreConformance::Record(TrialId trial) {
  TrialDetails record;
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto found = transaction.GetTrialById(trial);
    if (found.ok()) record = *found;
    return found.status();
  }));
  return record;
}

absl::Status StoreConformance::AppendModel(TrialId trial, int attempt,
                                           int64_t size_bytes, int64_t offset,
                                           const std::string& data) {
  return Write([&](Transaction& transaction) {
    return transaction.AppendModel(trial, attempt, size_bytes, offset, data);
  });
}

std::optional<ModelRecord> StoreConformance::FindModel(TrialId trial) {
  std::optional<ModelRecord> model;
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) -> absl::Status {
    auto found = transaction.FindModel(trial);
    if (found.ok()) model = *found;
    return found.status();
  }));
  return model;
}

void StoreConformance::FinishWithModel(WorkerId worker, TrialId trial,
                                       double accuracy) {
  const int attempt = Lease(trial, worker);
  ETALON_EXPECT_OK(AppendModel(trial, attempt, 6, 0, "abcd"));
  ETALON_EXPECT_OK(AppendModel(trial, attempt, 6, 4, "ef"));
  ETALON_EXPECT_OK(Write([&](Transaction& transaction) {
    return transaction.CompleteTrial(trial, attempt, SampleSuccess(accuracy),
                                     now());
  }));
}

}  // namespace etalon::testing
