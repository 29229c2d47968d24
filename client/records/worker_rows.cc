#include "client/records/worker_rows.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/output/numbers.h"

namespace etalon {
namespace {

// "synthetic, cifar10 unusable: reason": what it can use first, since a narrow
// table cuts the rest.
std::string DatasetsText(const v1::Capabilities& capabilities) {
  std::vector<std::string> usable;
  std::vector<std::string> unusable;
  for (const v1::DatasetStatus& dataset : capabilities.datasets()) {
    const std::string text = DatasetText(dataset.name(), dataset.path());
    if (dataset.usable()) {
      usable.push_back(text);
    } else {
      unusable.push_back(absl::StrCat(text, " unusable: ", dataset.message()));
    }
  }
  usable.insert(usable.end(), unusable.begin(), unusable.end());
  return absl::StrJoin(usable, ", ");
}

}  // namespace

std::string DatasetText(const std::string& name, const std::string& path) {
  return path.empty() ? name : absl::StrCat(name, " in ", path);
}

const std::vector<Column>& WorkerColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"worker", Display::kText, 0},
      {"display_name", Display::kText, 2},
      {"owner", Display::kText, 11, true},
      {"state", Display::kState, 1},
      {"running_trials", Display::kNumber, 3},
      {"completed_trials", Display::kNumber, 3},
      {"threads", Display::kNumber, 5},
      {"fuse", Display::kNumber, 6},
      {"kernel", Display::kText, 7},
      {"version", Display::kText, 9},
      {"last_seen_time", Display::kTime, 8},
      {"register_time", Display::kTime, 10, true},
      {"datasets", Display::kText, 4},
      {"unwell", Display::kText, 4},
  };
  return *columns;
}

Row WorkerRow(const v1::Worker& worker) {
  const v1::Capabilities& capabilities = worker.capabilities();
  return {
      worker.name(),
      {worker.name(), worker.display_name(), worker.owner(),
       v1::Worker::State_Name(worker.state()), int64_t{worker.running_trials()},
       int64_t{worker.completed_trials()}, int64_t{capabilities.threads()},
       int64_t{capabilities.fuse()}, capabilities.kernel(),
       capabilities.version(), FormatTimestamp(worker.last_seen_time()),
       FormatTimestamp(worker.register_time()), DatasetsText(capabilities),
       capabilities.unwell()}};
}

}  // namespace etalon
