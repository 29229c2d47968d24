#include "worker/data_cache.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace etalon {
namespace {

std::string Key(const train::Cifar10Spec& spec) {
  return absl::StrCat("cifar10 ", absl::StrJoin(spec.batches, ","), " ",
                      absl::StrJoin(spec.validation_batches, ","), " ",
                      spec.train, " ", spec.validation, " ", spec.seed, " ",
                      spec.path);
}

std::string Key(const train::Cifar100Spec& spec) {
  return absl::StrCat("cifar100 ", spec.coarse_labels, " ", spec.train, " ",
                      spec.validation, " ", spec.seed, " ", spec.path);
}

std::string Key(const train::IdxSpec& spec) {
  return absl::StrCat("idx ", static_cast<int>(spec.kind), " ", spec.train, " ",
                      spec.validation, " ", spec.seed, " ", spec.path);
}

std::string Key(const train::SyntheticSpec& spec) {
  return absl::StrCat("synthetic ", spec.train, " ", spec.validation, " ",
                      spec.test, " ", spec.seed);
}

int64_t Bytes(const train::PreparedData& data) {
  size_t bytes = 0;
  for (const train::ImageSet* part :
       {&data.train(), &data.validation(), &data.test()}) {
    bytes += part->images.size() + part->labels.size();
  }
  return static_cast<int64_t>(bytes);
}

}  // namespace

absl::StatusOr<DataCache::Data> DataCache::Load(
    const train::DatasetSpec& spec) const {
  try {
    return loader_(spec);
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        "not enough memory to load the data set");
  } catch (const std::exception& exception) {
    return absl::InternalError(
        absl::StrCat("loading the data set threw: ", exception.what()));
  }
}

DataCache::Data DataCache::Find(const Entry& entry) {
  return entry.kept != nullptr ? entry.kept : entry.data.lock();
}

absl::StatusOr<DataCache::Data> DataCache::Get(const train::DatasetSpec& spec) {
  const std::string key =
      std::visit([](const auto& s) { return Key(s); }, spec);
  std::shared_ptr<Entry> entry;
  {
    MutexLock lock(mutex_);
    const auto found =
        std::find_if(entries_.begin(), entries_.end(),
                     [&](const auto& other) { return other->key == key; });
    if (found != entries_.end()) {
      entry = *found;
      entries_.splice(entries_.begin(), entries_, found);
      while (entry->loading) loaded_.Wait(mutex_);
      if (!entry->failure.ok()) return entry->failure;
      if (Data data = Find(*entry); data != nullptr) {
        entry->kept = data;
        GiveUpExcess();
        return data;
      }
      entry->loading = true;
    } else {
      entry = std::make_shared<Entry>();
      entry->key = key;
      entries_.push_front(entry);
    }
  }
  absl::StatusOr<Data> data = Load(spec);
  MutexLock lock(mutex_);
  entry->loading = false;
  loaded_.NotifyAll();
  if (!data.ok()) {
    entry->failure = data.status();
    entries_.remove(entry);
    return data;
  }
  entry->kept = *data;
  entry->data = *data;
  entry->bytes = Bytes(**data);
  GiveUpExcess();
  return data;
}

void DataCache::GiveUpExcess() {
  int64_t bytes = 0;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if ((*entry)->kept != nullptr) {
      bytes += (*entry)->bytes;
      if (entry != entries_.begin() && bytes > max_bytes_) {
        (*entry)->kept.reset();
      }
    }
    const bool gone = !(*entry)->loading && Find(**entry) == nullptr;
    entry = gone ? entries_.erase(entry) : std::next(entry);
  }
}

}  // namespace etalon
