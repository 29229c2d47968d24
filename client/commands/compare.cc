#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/analysis/best_so_far.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/commands/picture_flags.h"
#include "client/fetch.h"
#include "client/names.h"
#include "client/paging.h"
#include "client/pictures/compare_plot.h"
#include "client/pictures/gnuplot.h"
#include "client/stage_choice.h"
#include "client/trial_filter.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  PictureFlags picture;
  std::vector<std::string> searches;
  std::string stage;
  Effort effort = Effort::kTrials;
};

absl::StatusOr<SearchCourse> FetchCourse(Connection& connection,
                                         const std::string& name,
                                         const std::string& stage) {
  ETALON_ASSIGN_OR_RETURN(const v1::Search search,
                          FetchSearch(connection, name));
  if (!stage.empty()) ETALON_RETURN_IF_ERROR(CheckStage(search, stage));
  v1::ListTrialsRequest request;
  request.set_parent(name);
  request.set_filter(TrialsOf(stage, {v1::Trial::SUCCEEDED, v1::Trial::DIVERGED,
                                      v1::Trial::STOPPED, v1::Trial::FAILED}));
  std::vector<v1::Trial> trials;
  ETALON_RETURN_IF_ERROR(
      ForEachTrial(connection, request, [&](const v1::Trial& trial) {
        trials.push_back(trial);
        return true;
      }));
  return CourseOf(search, trials);
}

// A row for each amount, a column for each search.
void WriteTable(const std::vector<SearchCourse>& courses, Effort effort,
                Context& context) {
  std::vector<Column> columns = {effort == Effort::kTrials
                                     ? Column{"trials", Display::kNumber, 0}
                                     : Column{"seconds", Display::kSeconds, 0}};
  for (const SearchCourse& course : courses) {
    columns.push_back({LastPart(course.search), Display::kPercent, 1});
  }
  std::vector<Row> rows;
  for (const double amount : ComparedAt(courses, effort)) {
    Row& row = rows.emplace_back();
    if (effort == Effort::kTrials) {
      row.cells.emplace_back(static_cast<int64_t>(amount));
    } else {
      row.cells.emplace_back(amount);
    }
    for (const SearchCourse& course : courses) {
      const std::optional<double> best = BestAfter(course, effort, amount);
      Cell& cell = row.cells.emplace_back();
      if (best.has_value()) cell = *best;
    }
  }
  WriteRows(OutputFormat::kTable, columns, rows, context.out_terminal,
            context.out);
}

// A row for each trial that was better than those before.
void WriteImprovements(const std::vector<SearchCourse>& courses,
                       OutputFormat format, Context& context) {
  const std::vector<Column> columns = {
      {"search"},
      {"trials", Display::kNumber},
      {"seconds", Display::kSeconds},
      {"validation_accuracy", Display::kPercent},
      {"trial"}};
  const auto writer =
      MakeRowWriter(format, columns, context.out_terminal, context.out);
  for (const SearchCourse& course : courses) {
    for (const Improvement& one : course.improvements) {
      writer->Write({one.trial,
                     {LastPart(course.search), int64_t{one.trials}, one.seconds,
                      one.accuracy, one.trial}});
    }
  }
  writer->Finish();
}

absl::StatusOr<ExitCode> Compare(const Options& options, Context& context) {
  if (options.searches.size() > kMaxCourses) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.searches.size(), " searches are more than the ",
                     kMaxCourses, " that can be told apart"));
  }
  std::vector<std::string> names;
  for (const std::string& argument : options.searches) {
    ETALON_ASSIGN_OR_RETURN(names.emplace_back(), SearchNameOf(argument));
  }
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  std::vector<SearchCourse> courses;
  for (const std::string& name : names) {
    ETALON_ASSIGN_OR_RETURN(courses.emplace_back(),
                            FetchCourse(*connection, name, options.stage));
    if (courses.back().improvements.empty()) {
      context.err << name << " has no result yet\n";
    }
  }
  if (std::all_of(courses.begin(), courses.end(), [](const auto& course) {
        return course.improvements.empty();
      })) {
    return absl::NotFoundError("there is nothing to compare yet");
  }
  if (!options.picture.out.empty()) {
    ETALON_RETURN_IF_ERROR(DrawPicture(options.picture.canvas,
                                       ComparePlot(courses),
                                       options.picture.out, context));
  } else if (options.format != OutputFormat::kTable) {
    WriteImprovements(courses, options.format, context);
  } else {
    WriteTable(courses, options.effort, context);
    context.out << "\n";
    for (const std::string& line :
         CompareLines(courses, options.effort, context.out_terminal)) {
      context.out << line << "\n";
    }
  }
  return ExitCode::kDone;
}

}  // namespace

void AddCompareCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "compare", "The best accuracy so far, against trials and seconds");
  command
      ->add_option("SEARCH", options->searches,
                   absl::StrCat("NAME or searches/NAME; up to ", kMaxCourses))
      ->required();
  command->add_option("--stage", options->stage,
                      "Only trials of each search's stage of this name; by "
                      "default of all stages");
  command
      ->add_option_function<std::string>(
          "--x",
          [options](const std::string& name) {
            options->effort =
                name == "seconds" ? Effort::kSeconds : Effort::kTrials;
          },
          "What the table goes by: trials that have ended (trials, the "
          "default), seconds since the search's start (seconds)")
      ->check(CLI::IsMember({"trials", "seconds"}))
      ->type_name("EFFORT");
  CLI::Option* const out = AddPictureFlags(*command, options->picture);
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->get_option("--output")->excludes(out);
  command->get_option("--x")->excludes(out);
  command->footer(
      "Accuracies are of single trials on the validation images. Searches "
      "compare where\nthese images and the length of training are the same: "
      "see --stage.\n"
      "A picture shows both, trials above and seconds below; machine formats "
      "give each\ntrial that was better than all before it.\n"
      "Example:\n"
      "  etalon compare random tpe --out compare.svg");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Compare(*options, context);
    };
  });
}

}  // namespace etalon
