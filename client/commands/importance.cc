#include "client/analysis/importance.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/fetch.h"
#include "client/names.h"
#include "client/paging.h"
#include "client/stage_choice.h"
#include "client/trial_filter.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// What two parameters do together is left out of tables below this share.
constexpr double kShownShare = 0.01;
// Where the forest explains less than this, its shares are to be doubted.
constexpr double kTrustworthy = 0.5;

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  std::string search;
  std::string stage;
};

void WriteReport(const ImportanceReport& report, OutputFormat format,
                 Context& context) {
  const std::vector<Column> columns = {{"parameter"},
                                       {"importance", Display::kPercent},
                                       {"deviation", Display::kPercent, 2}};
  std::vector<Row> rows;
  for (const Importance& one : report.importances) {
    if (format == OutputFormat::kTable && one.parameters.size() > 1 &&
        one.share < kShownShare) {
      continue;
    }
    const std::string name = absl::StrJoin(one.parameters, " x ");
    rows.push_back({name, {name, one.share, one.deviation}});
  }
  WriteRows(format, columns, rows, context.out_terminal, context.out);
}

absl::StatusOr<ExitCode> ShowImportance(const Options& options,
                                        Context& context) {
  ETALON_ASSIGN_OR_RETURN(const std::string name, SearchNameOf(options.search));
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_ASSIGN_OR_RETURN(const v1::Search search,
                          FetchSearch(*connection, name));
  v1::ListTrialsRequest request;
  request.set_parent(name);
  if (!options.stage.empty() && options.stage != kAllStages) {
    ETALON_RETURN_IF_ERROR(CheckStage(search, options.stage));
    request.set_filter(TrialsOf(options.stage));
  }
  std::vector<ConfigurationResult> results;
  ETALON_RETURN_IF_ERROR(
      ForEachTrial(*connection, request, [&](const v1::Trial& trial) {
        AddTrial(trial, results);
        return true;
      }));
  ETALON_ASSIGN_OR_RETURN(const ImportanceReport report,
                          ImportanceOf(search, results));
  WriteReport(report, options.format, context);
  context.err << "from " << report.configurations << " configurations";
  if (report.diverged > 0)
    context.err << ", " << report.diverged << " diverged";
  context.err << fmt::format(
      "; the forest explains {:.0f} % of the variance of those it has not "
      "seen{}\n",
      100 * report.explained,
      report.explained < kTrustworthy ? ": too little to trust these shares"
                                      : "");
  return ExitCode::kDone;
}

}  // namespace

void AddImportanceCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "importance", "Which parameters make the difference in a search");
  command->add_option("SEARCH", options->search, "NAME or searches/NAME")
      ->required();
  command->add_option("--stage", options->stage,
                      "Only this stage's configurations; all stages' by "
                      "default");
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(
      "The share that each parameter has in the variance of the validation "
      "accuracy over\nthe whole space, by functional ANOVA over a random "
      "forest (Hutter, Hoos and\nLeyton-Brown, 2014); \"a x b\" is what two do "
      "together beyond what each does. Takes\n10 configurations with a result "
      "or more.\n"
      "Example:\n"
      "  etalon importance quickstart --stage coarse");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return ShowImportance(*options, context);
    };
  });
}

}  // namespace etalon
