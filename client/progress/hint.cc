#include "client/progress/hint.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/names.h"
#include "client/records/worker_rows.h"

namespace etalon {
namespace {

// A data set's name and path.
using DatasetId = std::pair<std::string, std::string>;

// Data sets of the stages that are at work.
std::set<DatasetId> DatasetsNeeded(const v1::Search& search) {
  std::set<DatasetId> needed;
  for (const v1::Stage& stage : search.stages()) {
    if (stage.state() != v1::Stage::RUNNING) continue;
    const v1::Dataset& dataset = stage.training().dataset();
    needed.emplace(dataset.name(), dataset.path());
  }
  return needed;
}

// Why the worker cannot use the data set; empty when it can, as far as known.
std::string Obstacle(const v1::Worker& worker, const DatasetId& dataset) {
  if (!worker.capabilities().unwell().empty()) {
    return absl::StrCat(worker.name(), " (", worker.display_name(),
                        ") is unwell: ", worker.capabilities().unwell());
  }
  for (const v1::DatasetStatus& status : worker.capabilities().datasets()) {
    if (status.usable() || status.name() != dataset.first ||
        status.path() != dataset.second) {
      continue;
    }
    return absl::StrCat(worker.name(), " (", worker.display_name(),
                        "): ", status.message());
  }
  return "";
}

}  // namespace

std::string WhatToDoAboutFailure(const v1::Search& search) {
  const v1::TrialCounts& counts = search.counts();
  if (search.state() != v1::Search::FAILED || counts.diverged() == 0) return "";
  return absl::StrCat(
      counts.succeeded() == 0 ? "every trial diverged or failed"
                              : absl::StrCat(counts.diverged(), " diverged"),
      ": try smaller values of eta; etalon trials ", LastPart(search.name()),
      " --filter 'state = DIVERGED' lists them");
}

std::string WhyNothingHappens(const v1::Search& search,
                              const std::vector<v1::Worker>& workers,
                              absl::string_view server) {
  if (search.state() == v1::Search::PAUSED) {
    return absl::StrCat("paused; etalon resume ", LastPart(search.name()),
                        " goes on");
  }
  if (search.state() != v1::Search::RUNNING || search.counts().running() > 0) {
    return "";
  }
  std::vector<v1::Worker> alive;
  for (const v1::Worker& worker : workers) {
    if (worker.state() == v1::Worker::ALIVE) alive.push_back(worker);
  }
  if (alive.empty()) {
    return absl::StrCat(
        "no worker is alive; start one with etalon-worker "
        "--server ",
        server);
  }
  for (const DatasetId& dataset : DatasetsNeeded(search)) {
    std::string reasons;
    bool usable = false;
    for (const v1::Worker& worker : alive) {
      const std::string obstacle = Obstacle(worker, dataset);
      usable = usable || obstacle.empty();
      absl::StrAppend(&reasons, reasons.empty() ? "" : "; ", obstacle);
    }
    if (!usable) {
      return absl::StrCat("no worker can use the data set ",
                          DatasetText(dataset.first, dataset.second), ": ",
                          reasons);
    }
  }
  return "";
}

}  // namespace etalon
