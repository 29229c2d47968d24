#include "worker/data_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/status_matchers.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

DataCache::Data TinyData() {
  train::Dataset dataset;
  dataset.shape = {1, 1, 2};
  dataset.classes = 2;
  for (train::ImageSet* part :
       {&dataset.train, &dataset.validation, &dataset.test}) {
    part->images = {0, 100, 200, 50};
    part->labels = {0, 1};
  }
  return std::make_shared<const train::PreparedData>(
      *train::PreparedData::Create(std::move(dataset)));
}
// Of the images and labels of TinyData().
constexpr int64_t kTinyBytes = 18;

train::DatasetSpec Spec(uint64_t seed) {
  return train::SyntheticSpec{.seed = seed};
}

TEST(DataCache, LoadsADataSetOnce) {
  int loads = 0;
  DataCache cache(
      [&](const train::DatasetSpec&) {
        ++loads;
        return TinyData();
      },
      1000);
  ETALON_ASSERT_OK_AND_ASSIGN(const DataCache::Data first, cache.Get(Spec(1)));
  ETALON_ASSERT_OK_AND_ASSIGN(const DataCache::Data second, cache.Get(Spec(1)));
  EXPECT_EQ(first, second);
  EXPECT_EQ(loads, 1);
}

TEST(DataCache, EveryFieldOfADescriptionTellsDataSetsApart) {
  int loads = 0;
  DataCache cache(
      [&](const train::DatasetSpec&) {
        ++loads;
        return TinyData();
      },
      1000);
  const std::vector<train::DatasetSpec> specs = {
      train::SyntheticSpec{},
      train::SyntheticSpec{.train = 1},
      train::SyntheticSpec{.validation = 1},
      train::SyntheticSpec{.test = 1},
      train::SyntheticSpec{.seed = 1},
      train::Cifar10Spec{},
      train::Cifar10Spec{{1}, {}, 0, 0, 0},
      train::Cifar10Spec{{1}, {2}, 0, 0, 0},
      train::Cifar10Spec{{1}, {}, 1, 0, 0},
      train::Cifar10Spec{{1}, {}, 0, 1, 0},
      train::Cifar10Spec{{1}, {}, 0, 0, 1},
  };
  for (const train::DatasetSpec& spec : specs) {
    ETALON_EXPECT_OK(cache.Get(spec));
  }
  EXPECT_EQ(loads, static_cast<int>(specs.size()));
}

TEST(DataCache, ThreadsThatAskTogetherShareOneCopy) {
  std::atomic<int> loads = 0;
  std::atomic<int> asking = 0;
  DataCache cache(
      [&](const train::DatasetSpec&) {
        ++loads;
        while (asking < 4) std::this_thread::yield();
        return TinyData();
      },
      1000);
  std::vector<std::thread> threads;
  std::vector<DataCache::Data> copies(4);
  for (DataCache::Data& copy : copies) {
    threads.emplace_back([&] {
      ++asking;
      copy = cache.Get(Spec(1)).value();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(loads, 1);
  EXPECT_THAT(copies, ::testing::Each(copies[0]));
}

TEST(DataCache, AFailureSaysWhyAndIsTriedAgain) {
  bool broken = true;
  DataCache cache(
      [&](const train::DatasetSpec&) -> absl::StatusOr<DataCache::Data> {
        if (broken) return absl::DataLossError("cut off");
        return TinyData();
      },
      1000);
  EXPECT_THAT(cache.Get(Spec(1)),
              StatusIs(absl::StatusCode::kDataLoss, "cut off"));
  broken = false;
  ETALON_EXPECT_OK(cache.Get(Spec(1)));
}

TEST(DataCache, WantOfMemoryIsAStatus) {
  DataCache cache(
      [](const train::DatasetSpec&) -> absl::StatusOr<DataCache::Data> {
        throw std::bad_alloc();
      },
      1000);
  EXPECT_THAT(cache.Get(Spec(1)), StatusIs(absl::StatusCode::kResourceExhausted,
                                           HasSubstr("memory")));
  // Nobody waits for a load that will never end.
  EXPECT_FALSE(cache.Get(Spec(1)).ok());
}

TEST(DataCache, GivesUpTheLeastRecentlyUsedBeyondItsBound) {
  std::vector<uint64_t> loaded;
  DataCache cache(
      [&](const train::DatasetSpec& spec) {
        loaded.push_back(std::get<train::SyntheticSpec>(spec).seed);
        return TinyData();
      },
      2 * kTinyBytes);
  for (const uint64_t seed : {1, 2, 1, 3, 1, 2}) {
    ETALON_EXPECT_OK(cache.Get(Spec(seed)));
  }
  EXPECT_THAT(loaded, ::testing::ElementsAre(1, 2, 3, 2));
}

TEST(DataCache, WhatIsInUseIsNeverLoadedTwice) {
  int loads = 0;
  DataCache cache(
      [&](const train::DatasetSpec&) {
        ++loads;
        return TinyData();
      },
      0);
  ETALON_ASSERT_OK_AND_ASSIGN(const DataCache::Data used, cache.Get(Spec(1)));
  ETALON_ASSERT_OK(cache.Get(Spec(2)));
  ETALON_ASSERT_OK_AND_ASSIGN(const DataCache::Data again, cache.Get(Spec(1)));
  EXPECT_EQ(used, again);
  EXPECT_EQ(loads, 2);
}

}  // namespace
}  // namespace etalon::testing
