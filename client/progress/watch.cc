#include "client/progress/watch.h"

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/output/text.h"
#include "client/progress/progress.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr absl::Duration kAwaitConnection = absl::Seconds(1);

// Shows states of a search one after the other.
class Display {
 public:
  Display(bool bars, std::ostream& out, const Terminal& terminal)
      : bars_(bars), out_(out), terminal_(terminal) {}

  void Show(const Progress& progress) {
    if (bars_) {
      shown_ = ProgressBars(progress, terminal_);
      Redraw(shown_);
      return;
    }
    // A new estimate alone is no news.
    Progress news = progress;
    news.time_left.reset();
    const std::string key = ProgressLine(news);
    if (key != last_) out_ << ProgressLine(progress) << "\n" << std::flush;
    last_ = key;
  }

  void ShowAway(const std::string& address) {
    const std::string line =
        absl::StrCat("coordinator away (", address, "), trying again");
    if (bars_) {
      std::vector<std::string> lines = shown_;
      lines.push_back(Shorten(line, terminal_.width));
      Redraw(lines);
    } else if (line != last_) {
      out_ << line << "\n" << std::flush;
      last_ = line;
    }
  }

 private:
  // Over the lines that were drawn before.
  void Redraw(const std::vector<std::string>& lines) {
    std::string text;
    if (drawn_ > 0) absl::StrAppend(&text, "\x1b[", drawn_, "A");
    absl::StrAppend(&text, "\r\x1b[J");
    for (const std::string& line : lines) absl::StrAppend(&text, line, "\n");
    out_ << text << std::flush;
    drawn_ = lines.size();
  }

  const bool bars_;
  std::ostream& out_;
  const Terminal terminal_;
  std::vector<std::string> shown_;
  size_t drawn_ = 0;
  std::string last_;
};

bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

absl::StatusOr<v1::Search> WatchSearch(Context& context, Connection& connection,
                                       const std::string& name,
                                       const WatchOptions& options,
                                       std::ostream& out,
                                       const Terminal& terminal) {
  Display display(options.bars, out, terminal);
  bool answered = false;
  bool was_still = false;
  for (;;) {
    if (options.check) ETALON_RETURN_IF_ERROR(options.check());
    absl::StatusOr<Progress> progress = FetchProgress(connection, name);
    if (progress.ok()) {
      answered = true;
      // Between two stages, or before the workers are up, nothing is wrong yet.
      const bool still = !progress->hint.empty();
      if (!was_still && !HasEnded(progress->search)) progress->hint.clear();
      was_still = still;
      display.Show(*progress);
      if (HasEnded(progress->search)) return progress->search;
    } else if (answered && MayPass(progress.status())) {
      display.ShowAway(connection.address());
      connection.AwaitConnection(kAwaitConnection);
    } else {
      return progress.status();
    }
    if (context.interrupt.WaitFor(options.interval)) {
      return absl::CancelledError("interrupted");
    }
  }
}

ExitCode ExitCodeOf(const v1::Search& search) {
  return search.state() == v1::Search::SUCCEEDED ? ExitCode::kDone
                                                 : ExitCode::kUnsuccessful;
}

}  // namespace etalon
