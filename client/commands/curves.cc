#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/commands/picture_flags.h"
#include "client/fetch.h"
#include "client/names.h"
#include "client/output/text.h"
#include "client/pictures/curves_plot.h"
#include "client/pictures/gnuplot.h"
#include "client/records/trial_object.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  PictureFlags picture;
  std::vector<std::string> trials;
  std::string progression = "update";
};

// The trials that have measurements; notes on `context.err` those that have
// none. NOT_FOUND: none has.
absl::StatusOr<std::vector<v1::Trial>> FetchMeasured(const Options& options,
                                                     Context& context) {
  std::vector<std::string> names;
  for (const std::string& argument : options.trials) {
    ETALON_ASSIGN_OR_RETURN(names.emplace_back(), TrialNameOf(argument));
  }
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  std::vector<v1::Trial> trials;
  for (const std::string& name : names) {
    ETALON_ASSIGN_OR_RETURN(v1::Trial trial, FetchTrial(*connection, name));
    if (trial.measurements_size() > 0) {
      trials.push_back(std::move(trial));
    } else {
      context.err << name << " has no measurements\n";
    }
  }
  if (trials.empty()) {
    return absl::NotFoundError("there is nothing to draw yet");
  }
  return trials;
}

// One measurement a row, the trial's name first.
void WriteMeasurements(const std::vector<v1::Trial>& trials,
                       OutputFormat format, Context& context) {
  std::vector<Column> columns = MeasurementColumns();
  columns.insert(columns.begin(), {"trial", Display::kText, 0});
  const auto writer =
      MakeRowWriter(format, columns, context.out_terminal, context.out);
  for (const v1::Trial& trial : trials) {
    for (Row& row : MeasurementRows(trial)) {
      row.cells.insert(row.cells.begin(), trial.name());
      writer->Write(row);
    }
  }
  writer->Finish();
}

absl::StatusOr<ExitCode> Curves(const Options& options, Context& context) {
  if (!options.picture.out.empty() && options.trials.size() > kMaxCurves) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.trials.size(), " trials are more than the ",
                     kMaxCurves, " that can be told apart"));
  }
  ETALON_ASSIGN_OR_RETURN(const std::vector<v1::Trial> trials,
                          FetchMeasured(options, context));
  if (options.picture.out.empty()) {
    WriteMeasurements(trials, options.format, context);
    return ExitCode::kDone;
  }
  const Canvas& canvas = options.picture.canvas;
  ETALON_RETURN_IF_ERROR(DrawPicture(
      canvas,
      CurvesPlot(trials,
                 options.progression == "epoch" ? Progression::kEpochs
                                                : Progression::kUpdates,
                 canvas),
      options.picture.out, context));
  return ExitCode::kDone;
}

}  // namespace

void AddCurvesCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "curves", "Cost, loss and accuracy of trials as they were trained");
  command
      ->add_option("TRIAL", options->trials,
                   absl::StrCat("NAME/NUMBER or searches/NAME/trials/NUMBER; "
                                "up to ",
                                kMaxCurves, " in a picture"))
      ->required();
  CLI::Option* const out = AddPictureFlags(*command, options->picture);
  command
      ->add_option("--x", options->progression,
                   "The picture's horizontal axis: update (the default), epoch")
      ->check(CLI::IsMember({"update", "epoch"}))
      ->needs(out);
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, {"table", "csv", "json", "jsonl"}, options->format);
  command->get_option("--output")->excludes(out);
  command->footer(
      "Without --out, the measurements go to standard output, one a row.\n"
      "Curves have the points that evaluations measured; `evaluation:\n"
      "{training: true}` in a search file measures the training images each "
      "time.\n"
      "Pictures are drawn by gnuplot.\n"
      "Example: two trials beside each other\n"
      "  etalon curves quickstart/3 quickstart/7 --out curves.png");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Curves(*options, context);
    };
  });
}

}  // namespace etalon
