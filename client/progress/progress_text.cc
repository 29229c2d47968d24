#include <fmt/format.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/names.h"
#include "client/output/numbers.h"
#include "client/output/rows.h"
#include "client/output/text.h"
#include "client/progress/progress.h"
#include "client/records/parameters.h"
#include "client/records/search_rows.h"
#include "client/records/stage_text.h"

namespace etalon {
namespace {

constexpr size_t kMaxBar = 30;
constexpr size_t kMaxStageName = 24;
// Each worker may have its own reason; bars must not fill the screen.
constexpr size_t kMaxSummaryLines = 6;

// "3/12", the second number only where it is known.
std::string Count(const v1::Stage& stage) {
  return absl::StrCat(Finished(stage.counts()), "/", PlannedTrials(stage));
}

// "2 running, 1 diverged": what is not told by the count of finished trials.
std::string Details(const v1::TrialCounts& counts) {
  std::vector<std::string> parts;
  const auto add = [&](int64_t count, const char* what) {
    if (count > 0) parts.push_back(absl::StrCat(count, " ", what));
  };
  add(counts.running(), "running");
  add(counts.diverged(), "diverged");
  add(counts.failed(), "failed");
  add(counts.cancelled(), "cancelled");
  add(counts.suspended(), "suspended");
  add(counts.stopped(), "stopped early");
  return absl::StrJoin(parts, ", ");
}

std::string BestText(const v1::RankedConfiguration& best, bool name_stage) {
  const std::string stage =
      name_stage ? absl::StrCat("of ", Printable(LastPart(best.stage())), " ")
                 : "";
  return absl::StrCat("best ", stage,
                      FormatPercent(best.validation_accuracy().mean()), " (",
                      AssignmentsToText(best.parameters()), ")");
}

// What is said of the search as a whole, in parts.
std::vector<std::string> Summary(const Progress& progress) {
  const v1::Search& search = progress.search;
  std::vector<std::string> parts;
  if (search.state() != v1::Search::RUNNING) {
    parts.push_back(v1::Search::State_Name(search.state()));
  }
  if (progress.best.has_value()) {
    parts.push_back(BestText(*progress.best, search.stages_size() > 1));
  }
  if (progress.time_left.has_value()) {
    const Forecast& left = *progress.time_left;
    parts.push_back(
        absl::StrCat(progress.at_most ? "at most " : "",
                     FormatAbout(left.expected, left.low, left.high), " left"));
  }
  return parts;
}

// What is in the way, and why it failed: often longer than a line.
std::vector<std::string> Reasons(const Progress& progress) {
  std::vector<std::string> reasons;
  const std::string& message = progress.search.message();
  if (!message.empty()) reasons.push_back(Printable(message));
  if (!progress.hint.empty()) reasons.push_back(Printable(progress.hint));
  return reasons;
}

std::string Bar(const v1::Stage& stage, size_t width) {
  const int64_t planned = std::max<int64_t>(PlannedTrials(stage), 1);
  const auto cells = [&](int64_t trials) {
    return static_cast<size_t>(std::min(trials, planned) *
                               static_cast<int64_t>(width) / planned);
  };
  const int64_t finished = Finished(stage.counts());
  const size_t done = cells(finished);
  const size_t at_work = cells(finished + stage.counts().running()) - done;
  std::string bar;
  for (size_t i = 0; i < width; ++i) {
    bar += i < done ? "█" : i < done + at_work ? "▒" : "░";
  }
  return bar;
}

}  // namespace

std::string ProgressLine(const Progress& progress) {
  std::vector<std::string> parts;
  for (const v1::Stage& stage : progress.search.stages()) {
    if (stage.state() == v1::Stage::PENDING) continue;
    const std::string details = Details(stage.counts());
    parts.push_back(absl::StrCat(Printable(LastPart(stage.name())), " ",
                                 Count(stage), details.empty() ? "" : " (",
                                 details, details.empty() ? "" : ")"));
  }
  for (std::string& part : Summary(progress)) parts.push_back(std::move(part));
  for (std::string& part : Reasons(progress)) parts.push_back(std::move(part));
  return absl::StrJoin(parts, ", ");
}

std::vector<std::string> SummaryLines(const Progress& progress) {
  std::vector<std::string> lines = Reasons(progress);
  const std::vector<std::string> summary = Summary(progress);
  if (!summary.empty()) {
    lines.insert(lines.begin(), absl::StrJoin(summary, ", "));
  }
  return lines;
}

std::vector<std::string> ProgressBars(const Progress& progress,
                                      const Terminal& terminal) {
  size_t name_width = 0;
  size_t count_width = 0;
  for (const v1::Stage& stage : progress.search.stages()) {
    name_width = std::max(name_width, LastPart(stage.name()).size());
    count_width = std::max(count_width, Count(stage).size());
  }
  name_width = std::min(name_width, kMaxStageName);
  const size_t bar_width = std::min(kMaxBar, terminal.width / 3);
  std::vector<std::string> lines;
  for (const v1::Stage& stage : progress.search.stages()) {
    const std::string name =
        Shorten(Printable(LastPart(stage.name())), name_width);
    const std::string left = fmt::format(
        "{}{} ", name, std::string(name_width - DisplayWidth(name), ' '));
    const std::string right = fmt::format(" {:>{}}  {}", Count(stage),
                                          count_width, Details(stage.counts()));
    const std::string line = left + Bar(stage, bar_width) + right;
    lines.push_back(Shorten(line, terminal.width));
  }
  for (const std::string& text : SummaryLines(progress)) {
    std::vector<std::string> wrapped = Wrap(text, terminal.width);
    wrapped.resize(std::min(wrapped.size(), kMaxSummaryLines));
    for (std::string& line : wrapped) {
      lines.push_back(Shorten(line, terminal.width));
    }
  }
  return lines;
}

}  // namespace etalon
