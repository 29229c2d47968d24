#include "client/pictures/gnuplot.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "client/local/child_process.h"
#include "common/files.h"
#include "common/read_file.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kPollInterval = absl::Milliseconds(10);
// It repeats the command, which holds all the curves, before it says what is
// wrong with it.
constexpr size_t kMaxLogBytes = 1024 * 1024;

absl::StatusOr<std::string> FindGnuplot(const Environment& environment) {
  const std::string path = environment("PATH").value_or("");
  for (const absl::string_view folder : absl::StrSplit(path, ':')) {
    // An empty entry means the present folder, where nothing of ours is.
    if (folder.empty()) continue;
    std::string program = absl::StrCat(folder, "/gnuplot");
    std::error_code ignored;  // what cannot be looked at cannot be run
    if (fs::is_regular_file(program, ignored) &&
        access(program.c_str(), X_OK) == 0) {
      return program;
    }
  }
  return absl::InternalError(
      "pictures are drawn by gnuplot, which is not installed: "
      "apt-get install gnuplot-nox");
}

// Goes away, with all in it, at the end of its scope.
class ScratchFolder {
 public:
  static absl::StatusOr<ScratchFolder> Create(const Environment& environment) {
    std::string path = absl::StrCat(environment("TMPDIR").value_or("/tmp"),
                                    "/etalon-picture-XXXXXX");
    if (mkdtemp(path.data()) == nullptr) {
      return absl::InternalError(absl::StrCat("cannot make a folder ", path));
    }
    return ScratchFolder(path);
  }
  ~ScratchFolder() {
    std::error_code ignored;  // a folder left behind does no harm
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  ScratchFolder(ScratchFolder&& other) noexcept { path_.swap(other.path_); }
  ScratchFolder& operator=(ScratchFolder&&) = delete;

  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  // Empty: moved from.
  std::string path_;
};

std::string TerminalSetting(const Canvas& canvas) {
  const bool png = canvas.format == PictureFormat::kPng;
  return fmt::format(
      "set terminal {} noenhanced size {},{} background rgb 'white'\n",
      png ? "pngcairo font 'sans,12'" : "svg standalone font 'sans-serif,16'",
      canvas.width, canvas.height);
}

std::string LastLine(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  return std::string(text.substr(text.rfind('\n') + 1));
}

absl::Status Run(const std::string& gnuplot, const ScratchFolder& folder,
                 Context& context) {
  const std::string log = folder.File("log");
  ETALON_ASSIGN_OR_RETURN(
      const auto child,
      ChildProcess::Start(
          {gnuplot, "--default-settings", folder.File("script")}, log));
  std::optional<std::string> ended;
  while (!(ended = child->Ended()).has_value()) {
    if (context.interrupt.WaitFor(kPollInterval)) {
      return absl::CancelledError("interrupted");
    }
  }
  if (*ended == "exit status 0") return absl::OkStatus();
  const absl::StatusOr<std::string> said = ReadFile(log, kMaxLogBytes);
  return absl::InternalError(absl::StrCat("gnuplot ended with ", *ended, ": ",
                                          said.ok() ? LastLine(*said) : ""));
}

}  // namespace

absl::Status DrawPicture(const Canvas& canvas, absl::string_view plot,
                         const std::string& path, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const std::string gnuplot,
                          FindGnuplot(context.environment));
  ETALON_ASSIGN_OR_RETURN(const ScratchFolder folder,
                          ScratchFolder::Create(context.environment));
  const std::string picture = folder.File("picture");
  std::ofstream script(folder.File("script"), std::ios::binary);
  script << TerminalSetting(canvas) << "set output '"
         << absl::StrReplaceAll(picture, {{"'", "''"}}) << "'\n"
         << "set encoding utf8\n"
         << plot;
  script.close();
  if (!script) {
    return absl::InternalError(
        absl::StrCat("cannot write ", folder.File("script")));
  }
  ETALON_RETURN_IF_ERROR(Run(gnuplot, folder, context));
  std::error_code error;
  const uintmax_t size = fs::file_size(picture, error);
  if (error || size == 0) return absl::InternalError("gnuplot drew nothing");
  ETALON_ASSIGN_OR_RETURN(const std::string content, ReadFile(picture, size));
  return WriteFileAtomically(path, content, /*replace=*/true);
}

}  // namespace etalon
