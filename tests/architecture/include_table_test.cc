// Holds the sources to the include table of docs/architecture.md.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace etalon {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A kind of header, told by the beginning of its path; the longest one that
// fits counts. What fits none is the standard library's or the system's.
const std::map<std::string, std::string>& Kinds() {
  static const auto* kinds = new std::map<std::string, std::string>{
      {"common/", "common"},
      {"common/rpc/", "common/rpc"},
      {"common/formats/", "common/formats"},
      {"common/security/", "common/security"},
      {"common/spec/", "common/spec"},
      {"etalon/v1/", "messages"},
      {"etalon/v1/search_service.grpc", "stubs"},
      {"etalon/v1/worker_service.grpc", "stubs"},
      {"grpc/health/", "stubs"},
      {"google/protobuf/", "protobuf"},
      {"storage/", "storage interface"},
      {"storage/sqlite/", "sqlite store"},
      {"server/", "server"},
      {"server/filter/", "server/filter"},
      {"server/search/", "server/search"},
      {"worker/", "worker"},
      {"worker/train/", "worker/train"},
      {"client/", "client"},
      {"tests/", "tests"},
      {"absl/", "abseil"},
      {"grpc/", "grpc"},
      {"grpcpp/", "grpc"},
      {"sqlite3.h", "sqlite"},
      {"Eigen/", "eigen"},
      {"unsupported/Eigen/", "eigen"},
      {"boost/", "boost"},
      {"LBFGSB.h", "lbfgs++"},
      {"LBFGSpp/", "lbfgs++"},
      {"yaml-cpp/", "yaml-cpp"},
      {"CLI/", "cli11"},
      {"fmt/", "fmt"},
      {"nlohmann/", "json"},
      {"openssl/", "openssl"},
      {"prometheus/", "prometheus"},
      {"tao/", "pegtl"},
      {"zlib.h", "zlib"},
      {"gtest/", "googletest"},
      {"gmock/", "googletest"},
  };
  return *kinds;
}

// Room (beginning of a source's path, the longest that fits) -> what it may
// include.
const std::map<std::string, std::set<std::string>>& Table() {
  static const auto* table = new std::map<std::string, std::set<std::string>>{
      {"common/", {"common", "abseil"}},
      {"common/rpc/",
       {"common", "common/rpc", "common/security", "abseil", "grpc"}},
      {"common/security/", {"common", "common/security", "abseil", "openssl"}},
      {"common/formats/", {"common", "common/formats", "abseil", "json"}},
      {"common/spec/",
       {"common", "common/spec", "messages", "protobuf", "abseil", "yaml-cpp"}},
      {"storage/",
       {"storage interface", "messages", "protobuf", "common", "abseil"}},
      {"storage/sqlite/",
       {"storage interface", "sqlite store", "messages", "protobuf", "common",
        "abseil", "sqlite"}},
      {"server/search/",
       {"server/search", "messages", "protobuf", "common", "abseil", "boost",
        "eigen", "lbfgs++"}},
      {"server/filter/",
       {"server/filter", "storage interface", "messages", "protobuf", "common",
        "abseil", "pegtl"}},
      {"server/",
       {"server", "server/filter", "server/search", "storage interface",
        "messages", "protobuf", "common", "common/security", "abseil"}},
      {"worker/train/", {"worker/train", "common", "abseil", "eigen", "zlib"}},
      {"worker/",
       {"worker", "worker/train", "messages", "protobuf", "stubs", "common",
        "common/rpc", "common/formats", "common/spec", "abseil", "grpc",
        "cli11", "fmt"}},
      {"client/",
       {"client", "messages", "protobuf", "stubs", "common", "common/rpc",
        "common/formats", "common/security", "common/spec", "abseil", "grpc",
        "cli11", "fmt", "json"}},
  };
  return *table;
}

// Files of server/ that speak gRPC or read flags, beyond their room's row.
bool IsServerBorder(const std::string& file) {
  static const std::set<std::string> stems = {
      "search_service",   "worker_service", "unary_call",
      "reflection",       "server",         "main",
      "options",          "gate",           "token_processor",
      "database_command", "metrics",        "call_metrics",
      "preflight"};
  return fs::path(file).parent_path() == "server" &&
         stems.contains(fs::path(file).stem().string());
}

template <typename T>
const T* LongestPrefix(const std::map<std::string, T>& map,
                       const std::string& path) {
  const T* found = nullptr;
  size_t length = 0;
  for (const auto& [prefix, value] : map) {
    if (absl::StartsWith(path, prefix) && prefix.size() > length) {
      found = &value;
      length = prefix.size();
    }
  }
  return found;
}

struct Include {
  std::string file;
  std::string header;
};

// The header that a line of source includes; empty for other lines.
std::string IncludedHeader(absl::string_view line) {
  line = absl::StripLeadingAsciiWhitespace(line);
  if (!absl::ConsumePrefix(&line, "#")) return "";
  line = absl::StripLeadingAsciiWhitespace(line);
  if (!absl::ConsumePrefix(&line, "include")) return "";
  const std::vector<std::string> parts =
      absl::StrSplit(line, absl::ByAnyChar("<>\""));
  return parts.size() >= 3 ? parts[1] : "";
}

std::vector<Include> Includes(const std::vector<std::string>& rooms) {
  std::vector<Include> includes;
  const fs::path top = ETALON_SOURCE_DIR;
  for (const std::string& room : rooms) {
    for (const auto& entry : fs::recursive_directory_iterator(top / room)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc") continue;
      std::ifstream source(entry.path());
      for (std::string line; std::getline(source, line);) {
        const std::string header = IncludedHeader(line);
        if (header.empty()) continue;
        includes.push_back({fs::relative(entry.path(), top).string(), header});
      }
    }
  }
  return includes;
}

const std::vector<std::string> kRooms = {"common", "storage", "server",
                                         "worker", "client"};

TEST(IncludeTable, NoRoomIncludesPastIt) {
  std::vector<std::string> violations;
  for (const Include& include : Includes(kRooms)) {
    const std::string* kind = LongestPrefix(Kinds(), include.header);
    if (kind == nullptr) continue;
    const std::set<std::string>* allowed = LongestPrefix(Table(), include.file);
    ASSERT_NE(allowed, nullptr) << include.file;
    if (allowed->contains(*kind)) continue;
    static const std::set<std::string> border_kinds = {
        "stubs", "grpc", "common/rpc", "cli11", "sqlite store", "prometheus"};
    if (IsServerBorder(include.file) && border_kinds.contains(*kind)) continue;
    violations.push_back(absl::StrCat(include.file, " includes ",
                                      include.header, " (", *kind, ")"));
  }
  EXPECT_THAT(violations, IsEmpty());
}

TEST(IncludeTable, OneFileOfTheServerNamesAConcreteStore) {
  std::set<std::string> files;
  for (const Include& include : Includes({"server"})) {
    if (absl::StartsWith(include.header, "storage/sqlite/")) {
      files.insert(include.file);
    }
  }
  EXPECT_THAT(files, ElementsAre("server/server.cc"));
}

// The walk itself: were it to find nothing, the tests above could not fail.
TEST(IncludeTable, SeesTheSources) { EXPECT_GT(Includes(kRooms).size(), 300u); }

}  // namespace
}  // namespace etalon
