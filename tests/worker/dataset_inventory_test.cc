#include "worker/dataset_inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "worker/dataset_names.h"
#include "worker/train/data/cifar10.h"

namespace etalon::testing {
namespace {

using ::testing::HasSubstr;

// Files of the right names and sizes (sparse: nothing reads them).
void WriteCifar10(const std::string& folder) {
  std::filesystem::create_directories(folder);
  for (const char* name : {"data_batch_1", "data_batch_2", "data_batch_3",
                           "data_batch_4", "data_batch_5", "test_batch"}) {
    const std::string path = folder + "/" + name + ".bin";
    std::ofstream file(path);
    file.close();
    std::filesystem::resize_file(path, train::kCifar10Format.FileBytes());
  }
}

class DatasetInventoryTest : public ::testing::Test {
 protected:
  DatasetInventory Make() {
    return DatasetInventory({.data_directory = folder_.path(),
                             .recheck_interval = absl::Minutes(1)},
                            cache_, clock_);
  }
  static v1::DatasetStatus Status(const DatasetInventory& inventory,
                                  const std::string& name) {
    for (const v1::DatasetStatus& status : inventory.Get().statuses) {
      if (status.name() == name) return status;
    }
    return {};
  }

  TempDir folder_;
  FakeClock clock_;
  absl::Status load_ = absl::DataLossError("label 11");
  int loads_ = 0;
  DataCache cache_ = DataCache(
      [this](const train::DatasetSpec&) -> absl::StatusOr<DataCache::Data> {
        ++loads_;
        if (!load_.ok()) return load_;
        train::Dataset dataset;
        dataset.shape = {1, 1, 1};
        dataset.classes = 2;
        dataset.train = dataset.validation = {{1, 2}, {0, 1}};
        return std::make_shared<const train::PreparedData>(
            *train::PreparedData::Create(std::move(dataset)));
      },
      0);
};

TEST(ProbeCifar10, AcceptsTheFilesThemselvesAndInTheArchivesFolder) {
  TempDir folder;
  WriteCifar10(folder.path());
  ETALON_EXPECT_OK(train::ProbeCifar10(folder.path()));
  TempDir outer;
  WriteCifar10(outer.File("cifar-10-batches-bin"));
  ETALON_EXPECT_OK(train::ProbeCifar10(outer.path()));
}

TEST(ProbeCifar10, NamesWhatIsMissing) {
  TempDir folder;
  EXPECT_THAT(train::ProbeCifar10(""),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("--data")));
  EXPECT_THAT(train::ProbeCifar10(folder.File("none")),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("none is not a directory")));
  WriteCifar10(folder.path());
  std::filesystem::remove(folder.File("data_batch_3.bin"));
  EXPECT_THAT(train::ProbeCifar10(folder.path()),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("data_batch_3.bin does not exist")));
}

TEST(ProbeCifar10, RefusesAFileOfTheWrongSize) {
  TempDir folder;
  WriteCifar10(folder.path());
  std::filesystem::resize_file(folder.File("test_batch.bin"), 1000);
  EXPECT_THAT(train::ProbeCifar10(folder.path()),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("test_batch.bin has 1000 bytes")));
}

TEST(ProbeCifar10, AFolderInPlaceOfAFileIsNotReadable) {
  TempDir folder;
  WriteCifar10(folder.path());
  std::filesystem::remove(folder.File("test_batch.bin"));
  std::filesystem::create_directory(folder.File("test_batch.bin"));
  EXPECT_FALSE(train::ProbeCifar10(folder.path()).ok());
}

TEST_F(DatasetInventoryTest, GeneratedDataIsUsableWithoutAFolder) {
  const DatasetInventory inventory({}, cache_, clock_);
  EXPECT_TRUE(Status(inventory, kSynthetic).usable());
  EXPECT_FALSE(Status(inventory, kCifar10).usable());
  EXPECT_THAT(Status(inventory, kCifar10).message(), HasSubstr("--data"));
}

TEST_F(DatasetInventoryTest, AGoodFolderIsUsableWithoutBeingRead) {
  WriteCifar10(folder_.path());
  EXPECT_TRUE(Status(Make(), kCifar10).usable());
  EXPECT_EQ(loads_, 0);
}

TEST_F(DatasetInventoryTest, ARepairedFolderComesBackByItself) {
  DatasetInventory inventory = Make();
  const int64_t version = inventory.version();
  EXPECT_FALSE(Status(inventory, kCifar10).usable());
  WriteCifar10(folder_.path());
  clock_.Advance(absl::Seconds(59));
  inventory.RecheckIfDue();
  EXPECT_FALSE(Status(inventory, kCifar10).usable());
  clock_.Advance(absl::Seconds(1));
  inventory.RecheckIfDue();
  EXPECT_TRUE(Status(inventory, kCifar10).usable());
  EXPECT_EQ(Status(inventory, kCifar10).message(), "");
  EXPECT_GT(inventory.version(), version);
}

TEST_F(DatasetInventoryTest, WhatFailedToLoadComesBackOnlyWhenItLoads) {
  WriteCifar10(folder_.path());
  DatasetInventory inventory = Make();
  const int64_t version = inventory.version();
  inventory.MarkUnusable(kCifar10, "", train::Cifar10Spec(), "label 11");
  EXPECT_GT(inventory.version(), version);
  EXPECT_EQ(Status(inventory, kCifar10).message(), "label 11");
  clock_.Advance(absl::Minutes(1));
  inventory.RecheckIfDue();
  EXPECT_FALSE(Status(inventory, kCifar10).usable());
  load_ = absl::OkStatus();
  clock_.Advance(absl::Minutes(1));
  inventory.RecheckIfDue();
  EXPECT_TRUE(Status(inventory, kCifar10).usable());
}

TEST_F(DatasetInventoryTest, IdxFilesAreFoundInTheirUsualFolder) {
  EXPECT_FALSE(Status(Make(), kFashionMnist).usable());
  const std::string folder = folder_.File("fashion-mnist");
  std::filesystem::create_directory(folder);
  for (const char* name :
       {"train-images-idx3-ubyte.gz", "train-labels.idx1-ubyte",
        "t10k-images-idx3-ubyte", "t10k-labels.idx1-ubyte.gz"}) {
    std::ofstream file(folder + "/" + name);
  }
  EXPECT_TRUE(Status(Make(), kFashionMnist).usable());
  // Their files are named alike.
  EXPECT_FALSE(Status(Make(), kMnist).usable());
  std::filesystem::remove(folder + "/t10k-images-idx3-ubyte");
  EXPECT_THAT(Status(Make(), kFashionMnist).message(),
              HasSubstr("no file t10k-images-idx3-ubyte"));
}

TEST_F(DatasetInventoryTest, APathThatFailsSaysNothingOfTheNamesOthers) {
  WriteCifar10(folder_.path());
  DatasetInventory inventory = Make();
  inventory.MarkUnusable(kCifar10, "old", train::Cifar10Spec(), "label 11");
  EXPECT_TRUE(Status(inventory, kCifar10).usable());
  const v1::DatasetStatus last = inventory.Get().statuses.back();
  EXPECT_EQ(last.name(), kCifar10);
  EXPECT_EQ(last.path(), "old");
  EXPECT_FALSE(last.usable());
  EXPECT_EQ(last.message(), "label 11");
}

TEST_F(DatasetInventoryTest, APathIsForgottenOnceItLoads) {
  DatasetInventory inventory = Make();
  const size_t before = inventory.Get().statuses.size();
  inventory.MarkUnusable(kIdx, "a", train::IdxSpec(), "cut off");
  const int64_t version = inventory.version();
  EXPECT_EQ(inventory.Get().statuses.size(), before + 1);
  load_ = absl::OkStatus();
  clock_.Advance(absl::Minutes(1));
  inventory.RecheckIfDue();
  EXPECT_EQ(inventory.Get().statuses.size(), before);
  EXPECT_GT(inventory.version(), version);
}

TEST_F(DatasetInventoryTest, OfTooManyPathsTheFirstIsForgotten) {
  DatasetInventory inventory = Make();
  const size_t before = inventory.Get().statuses.size();
  for (int i = 0; i <= DatasetInventory::kMaxPaths; ++i) {
    inventory.MarkUnusable(kIdx, "p" + std::to_string(i), train::IdxSpec(),
                           "cut off");
  }
  const auto statuses = inventory.Get().statuses;
  ASSERT_EQ(statuses.size(), before + DatasetInventory::kMaxPaths);
  EXPECT_EQ(statuses[before].path(), "p1");
}

TEST_F(DatasetInventoryTest, NothingChangesWhereNothingIsNew) {
  DatasetInventory inventory = Make();
  const int64_t version = inventory.version();
  clock_.Advance(absl::Minutes(1));
  inventory.RecheckIfDue();
  EXPECT_EQ(inventory.version(), version);
}

}  // namespace
}  // namespace etalon::testing
