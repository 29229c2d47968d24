#include "worker/dataset_inventory.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status_macros.h"
#include "worker/dataset_names.h"
#include "worker/train/data/cifar10.h"
#include "worker/train/data/cifar100.h"
#include "worker/train/data/idx_dataset.h"

namespace etalon {
namespace {

// Whether a data set's files are where they usually are. Reads none of them.
absl::Status Probe(absl::string_view name, const std::string& directory) {
  using Kind = train::IdxSpec::Kind;
  if (name == kCifar10) return train::ProbeCifar10(directory);
  if (name == kCifar100) return train::ProbeCifar100(directory);
  if (name == kMnist) return train::ProbeIdxDataset(Kind::kMnist, directory);
  if (name == kFashionMnist) {
    return train::ProbeIdxDataset(Kind::kFashionMnist, directory);
  }
  return absl::OkStatus();
}

std::string Text(const std::string& name, const std::string& path) {
  return path.empty() ? name : absl::StrCat(name, " in ", path);
}

}  // namespace

DatasetInventory::DatasetInventory(const Options& options, DataCache& cache,
                                   const Clock& clock)
    : options_(options),
      cache_(cache),
      clock_(clock),
      last_check_(clock.Monotonic()) {
  MutexLock lock(mutex_);
  for (const char* name :
       {kCifar10, kCifar100, kMnist, kFashionMnist, kSynthetic}) {
    Entry& entry = entries_.emplace_back(Entry{name, "", {}, std::nullopt});
    entry.status = Check(entry);
    if (options.data_directory.empty() || entry.status.ok()) continue;
    if (absl::IsNotFound(entry.status)) {
      LogInfo("data set ", name, " is not there: ", entry.status.message());
    } else {
      LogWarning("data set ", name, " is not usable: ", entry.status.message());
    }
  }
}

absl::Status DatasetInventory::Check(const Entry& entry) const {
  if (entry.path.empty()) {
    ETALON_RETURN_IF_ERROR(Probe(entry.name, options_.data_directory));
  }
  if (!entry.failed.has_value()) return absl::OkStatus();
  return cache_.Get(*entry.failed).status();
}

DatasetInventory::Snapshot DatasetInventory::Get() const {
  MutexLock lock(mutex_);
  Snapshot snapshot{version_, {}};
  for (const Entry& entry : entries_) {
    v1::DatasetStatus& status = snapshot.statuses.emplace_back();
    status.set_name(entry.name);
    status.set_path(entry.path);
    status.set_usable(entry.status.ok());
    status.set_message(std::string(entry.status.message()));
  }
  return snapshot;
}

int64_t DatasetInventory::version() const {
  MutexLock lock(mutex_);
  return version_;
}

void DatasetInventory::MarkUnusable(const std::string& name,
                                    const std::string& path,
                                    const train::DatasetSpec& spec,
                                    const std::string& reason) {
  MutexLock lock(mutex_);
  auto entry = Find(name, path);
  if (entry == entries_.end()) {
    entry = entries_.insert(entry, Entry{name, path, {}, std::nullopt});
  }
  entry->failed = spec;
  Update(*entry, absl::UnavailableError(reason));
  ForgetPaths();
}

void DatasetInventory::RecheckIfDue() {
  std::vector<Entry> unusable;
  {
    MutexLock lock(mutex_);
    const absl::Duration now = clock_.Monotonic();
    if (checking_ || now - last_check_ < options_.recheck_interval) return;
    last_check_ = now;
    checking_ = true;
    for (const Entry& entry : entries_) {
      if (!entry.status.ok()) unusable.push_back(entry);
    }
  }
  for (Entry& entry : unusable) entry.status = Check(entry);
  MutexLock lock(mutex_);
  checking_ = false;
  for (const Entry& checked : unusable) {
    const auto entry = Find(checked.name, checked.path);
    if (entry != entries_.end()) Update(*entry, checked.status);
  }
  ForgetPaths();
}

std::vector<DatasetInventory::Entry>::iterator DatasetInventory::Find(
    const std::string& name, const std::string& path) {
  return std::find_if(entries_.begin(), entries_.end(),
                      [&](const Entry& entry) {
                        return entry.name == name && entry.path == path;
                      });
}

void DatasetInventory::Update(Entry& entry, const absl::Status& status) {
  if (status.ok()) entry.failed.reset();
  if (entry.status.ok() == status.ok() &&
      entry.status.message() == status.message()) {
    return;
  }
  entry.status = status;
  ++version_;
  const std::string text = Text(entry.name, entry.path);
  if (status.ok()) {
    LogInfo("data set ", text, " is usable");
  } else {
    LogWarning("data set ", text, " is not usable: ", status.message());
  }
}

void DatasetInventory::ForgetPaths() {
  const auto is_path = [](const Entry& entry) { return !entry.path.empty(); };
  std::erase_if(entries_, [&](const Entry& entry) {
    return is_path(entry) && entry.status.ok();
  });
  if (std::count_if(entries_.begin(), entries_.end(), is_path) > kMaxPaths) {
    entries_.erase(std::find_if(entries_.begin(), entries_.end(), is_path));
  }
}

}  // namespace etalon
