#include "server/port_file.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::HasSubstr;

TEST(PortFile, HoldsThePortAndNothingBesideIt) {
  TempDir folder;
  ETALON_ASSERT_OK(WritePortFile(folder.File("port"), 7077));
  std::string line;
  std::getline(std::ifstream(folder.File("port")), line);
  EXPECT_EQ(line, "7077");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()),
                          std::filesystem::directory_iterator()),
            1);
}

TEST(PortFile, NoNameMeansNoFile) { ETALON_EXPECT_OK(WritePortFile("", 1)); }

TEST(PortFile, FolderThatIsMissingIsNamed) {
  TempDir folder;
  EXPECT_THAT(
      WritePortFile(folder.File("no/port"), 1),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr(folder.File("no/port"))));
}

}  // namespace
}  // namespace etalon
