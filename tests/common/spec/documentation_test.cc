// The files that users copy from are valid: the examples, and every block of
// YAML in the documentation.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/spec/search_file.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::testing::SizeIs;

namespace fs = std::filesystem;

std::string ReadText(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

std::vector<fs::path> Examples() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(
           fs::path(ETALON_SOURCE_DIR) / "examples")) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  return paths;
}

// What stands between ```yaml and ```.
std::vector<std::string> YamlBlocks(const std::string& markdown) {
  std::vector<std::string> blocks;
  bool inside = false;
  for (const absl::string_view line : absl::StrSplit(markdown, '\n')) {
    if (inside && absl::StartsWith(line, "```")) {
      inside = false;
    } else if (inside) {
      absl::StrAppend(&blocks.back(), line, "\n");
    } else if (absl::StartsWith(line, "```yaml")) {
      inside = true;
      blocks.emplace_back();
    }
  }
  return blocks;
}

// A block that is not a whole file is one value of `training`, `parameters` or
// `stages`: a file that is whole but for it makes it one.
std::string Complete(const std::string& block) {
  std::string file = block;
  for (const char* part : {"name: documented\n", "training: {}\n",
                           "parameters: {lambda: {values: [0.01]}}\n",
                           "stages: [{name: only, sample: {random: 1}}]\n"}) {
    const std::string key =
        std::string(part).substr(0, std::string(part).find(':') + 1);
    if (!absl::StartsWith(file, key) &&
        !absl::StrContains(file, absl::StrCat("\n", key))) {
      absl::StrAppend(&file, part);
    }
  }
  return file;
}

TEST(Documentation, ExamplesAreValid) {
  for (const fs::path& path : Examples()) {
    ETALON_EXPECT_OK(ReadSearchFile(ReadText(path), path.string(), {}));
  }
  EXPECT_GE(Examples().size(), 4u);
}

TEST(Documentation, EveryBlockOfYamlIsValid) {
  const fs::path path =
      fs::path(ETALON_SOURCE_DIR) / "docs" / "search-files.md";
  const std::vector<std::string> blocks = YamlBlocks(ReadText(path));
  EXPECT_GE(blocks.size(), 8u);
  for (const std::string& block : blocks) {
    ETALON_EXPECT_OK(ReadSearchFile(Complete(block), "block", {})) << block;
  }
}

TEST(Documentation, TheReadmesSearchIsValid) {
  const std::vector<std::string> blocks =
      YamlBlocks(ReadText(fs::path(ETALON_SOURCE_DIR) / "README.md"));
  ASSERT_THAT(blocks, SizeIs(1));
  ETALON_EXPECT_OK(ReadSearchFile(blocks[0], "README.md", {}));
}

TEST(Documentation, BlocksAreFound) {
  EXPECT_THAT(YamlBlocks("a\n```yaml\nb: 1\n```\nc\n```\nd\n```\n"), SizeIs(1));
}

}  // namespace
}  // namespace etalon
