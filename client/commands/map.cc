#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/commands/picture_flags.h"
#include "client/fetch.h"
#include "client/names.h"
#include "client/output/text.h"
#include "client/paging.h"
#include "client/pictures/gnuplot.h"
#include "client/pictures/map_axis.h"
#include "client/pictures/map_plot.h"
#include "client/pictures/map_points.h"
#include "client/pictures/map_text.h"
#include "client/stage_choice.h"
#include "client/trial_filter.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  PictureFlags picture{"", {PictureFormat::kPng, 1000, 750}};
  std::string search;
  std::string stage;
  std::string x;
  std::string y;
};

absl::StatusOr<std::vector<ConfigurationResult>> FetchResults(
    Connection& connection, const std::string& search,
    const std::string& stage) {
  v1::ListTrialsRequest request;
  request.set_parent(search);
  request.set_filter(TrialsOf(stage));
  std::vector<ConfigurationResult> results;
  ETALON_RETURN_IF_ERROR(
      ForEachTrial(connection, request, [&](const v1::Trial& trial) {
        AddTrial(trial, results);
        return true;
      }));
  return results;
}

absl::StatusOr<SearchMap> FetchMap(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const std::string name, SearchNameOf(options.search));
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_ASSIGN_OR_RETURN(const v1::Search search,
                          FetchSearch(*connection, name));
  const std::string stage =
      options.stage == kAllStages ? std::string() : options.stage;
  if (!stage.empty()) ETALON_RETURN_IF_ERROR(CheckStage(search, stage));
  ETALON_ASSIGN_OR_RETURN(const MapAxes axes,
                          ChooseAxes(search, options.x, options.y));
  ETALON_ASSIGN_OR_RETURN(const std::vector<ConfigurationResult> results,
                          FetchResults(*connection, name, stage));
  ETALON_ASSIGN_OR_RETURN(
      const v1::RankConfigurationsResponse ranked,
      FetchBest(*connection, name, stage.empty() ? BestStage(search) : stage,
                /*limit=*/1));
  std::optional<v1::RankedConfiguration> best;
  if (ranked.configurations_size() > 0) best = ranked.configurations(0);
  return MakeMap(search, axes, results, best);
}

void WriteMap(const SearchMap& map, Context& context) {
  if (!map.axes.y.has_value()) {
    WriteRows(OutputFormat::kTable, MapColumns(map), MapRows(map),
              context.out_terminal, context.out);
    return;
  }
  for (const std::string& line : MapLines(map, context.out_terminal)) {
    context.out << line << "\n";
  }
}

absl::StatusOr<ExitCode> Map(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const SearchMap map, FetchMap(options, context));
  if (map.left_out > 0) {
    context.err << map.left_out
                << " configurations have no such parameter and are left out\n";
  }
  if (map.points.empty()) {
    return absl::NotFoundError(
        absl::StrCat("no trial of ", map.search, " has a result to draw yet"));
  }
  if (options.picture.out.empty()) {
    WriteMap(map, context);
  } else {
    ETALON_RETURN_IF_ERROR(DrawPicture(options.picture.canvas, MapPlot(map),
                                       options.picture.out, context));
  }
  return ExitCode::kDone;
}

}  // namespace

void AddMapCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "map", "Validation accuracy over lambda and eta, or other parameters");
  command->add_option("SEARCH", options->search, "NAME or searches/NAME")
      ->required();
  command->add_option("--x", options->x,
                      "Parameter along the horizontal axis; by default lambda "
                      "and eta, or the first two that are searched");
  command->add_option("--y", options->y,
                      "Parameter along the vertical axis; with --x alone, the "
                      "accuracy");
  command->add_option("--stage", options->stage,
                      "Only this stage's configurations; all stages' by "
                      "default");
  AddPictureFlags(*command, options->picture);
  AddServerFlags(*command, options->server);
  command->footer(
      "Without --out, the map is drawn in the terminal: each cell tells the "
      "best\nmean accuracy of its configurations, in percent; * is the best "
      "of all, x\ndiverged or failed.\n"
      "Stages differ in the images and the length of training, so accuracies "
      "of\ndifferent stages do not quite compare.\n"
      "Example:\n"
      "  etalon map quickstart --out map.png");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) { return Map(*options, context); };
  });
}

}  // namespace etalon
