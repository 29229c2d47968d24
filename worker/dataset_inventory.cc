#include "worker/dataset_inventory.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status_macros.h"
#include "worker/train/data/cifar10.h"

namespace etalon {
namespace {

namespace fs = std::filesystem;

absl::Status ProbeFile(const std::string& path) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (error == std::errc::no_such_file_or_directory) {
    return absl::NotFoundError(absl::StrCat(path, " does not exist"));
  }
  if (error || access(path.c_str(), R_OK) != 0) {
    return absl::ErrnoToStatus(error ? error.value() : errno,
                               absl::StrCat("cannot read ", path));
  }
  if (size != static_cast<uintmax_t>(train::kCifar10FileBytes)) {
    return absl::DataLossError(absl::StrCat(path, " has ", size,
                                            " bytes; a file of CIFAR-10 has ",
                                            train::kCifar10FileBytes));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ProbeCifar10(const std::string& directory) {
  if (directory.empty()) {
    return absl::NotFoundError("the worker was started without --data");
  }
  std::error_code ignored;
  const std::string inner = absl::StrCat(directory, "/cifar-10-batches-bin");
  const std::string& folder =
      fs::is_directory(inner, ignored) ? inner : directory;
  if (!fs::is_directory(folder, ignored)) {
    return absl::NotFoundError(absl::StrCat(folder, " is not a directory"));
  }
  for (const char* name : {"data_batch_1", "data_batch_2", "data_batch_3",
                           "data_batch_4", "data_batch_5", "test_batch"}) {
    ETALON_RETURN_IF_ERROR(ProbeFile(absl::StrCat(folder, "/", name, ".bin")));
  }
  return absl::OkStatus();
}

DatasetInventory::DatasetInventory(const Options& options, DataCache& cache,
                                   const Clock& clock)
    : options_(options),
      cache_(cache),
      clock_(clock),
      entries_({{kCifar10, absl::OkStatus(), std::nullopt},
                {kSynthetic, absl::OkStatus(), std::nullopt}}),
      last_check_(clock.Monotonic()) {
  entries_[0].status = Check(entries_[0]);
  if (!options.data_directory.empty() && !entries_[0].status.ok()) {
    LogWarning("data set ", kCifar10,
               " is not usable: ", entries_[0].status.message());
  }
}

absl::Status DatasetInventory::Check(const Entry& entry) const {
  if (entry.name == kCifar10) {
    ETALON_RETURN_IF_ERROR(ProbeCifar10(options_.data_directory));
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
                                    const train::DatasetSpec& spec,
                                    const std::string& reason) {
  MutexLock lock(mutex_);
  for (Entry& entry : entries_) {
    if (entry.name == name) entry.failed = spec;
  }
  Update(name, absl::UnavailableError(reason));
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
  for (const Entry& entry : unusable) Update(entry.name, entry.status);
}

void DatasetInventory::Update(const std::string& name,
                              const absl::Status& status) {
  for (Entry& entry : entries_) {
    if (entry.name != name) continue;
    if (status.ok()) entry.failed.reset();
    if (entry.status.ok() == status.ok() &&
        entry.status.message() == status.message()) {
      continue;
    }
    entry.status = status;
    ++version_;
    if (status.ok()) {
      LogInfo("data set ", name, " is usable");
    } else {
      LogWarning("data set ", name, " is not usable: ", status.message());
    }
  }
}

}  // namespace etalon
