#include "client/commands/best.h"

#include <memory>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/fetch.h"
#include "client/names.h"
#include "client/output/text.h"
#include "client/records/best_rows.h"
#include "client/records/parameter_columns.h"
#include "client/stage_choice.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

constexpr int kMaxConfigurations = 1000;

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  std::string search;
  std::string stage;
  int count = 3;
  v1::RankBy by = v1::RANK_BY_MEAN;
};

absl::StatusOr<ExitCode> Best(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const std::string name, SearchNameOf(options.search));
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_RETURN_IF_ERROR(WriteBest(
      *connection, name,
      {.stage = options.stage, .count = options.count, .by = options.by},
      options.format, context));
  return ExitCode::kDone;
}

// The stage to ask for, empty for all together; says on `context.err` what the
// user did not choose, and why there will be nothing.
absl::StatusOr<std::string> ChooseStage(const v1::Search& search,
                                        const std::string& stage,
                                        Context& context) {
  const std::string best = BestStage(search);
  if (best.empty()) {
    context.err << "no trial has succeeded\n";
  } else if (stage.empty() && search.stages_size() > 1) {
    context.err << "best of stage " << Printable(best)
                << "; --stage NAME ranks another, --stage all all together\n";
  }
  if (stage.empty()) return best;
  if (stage == kAllStages) return std::string();
  ETALON_RETURN_IF_ERROR(CheckStage(search, stage));
  return stage;
}

}  // namespace

absl::Status WriteBest(Connection& connection, const std::string& search,
                       const BestChoice& choice, OutputFormat format,
                       Context& context) {
  ETALON_ASSIGN_OR_RETURN(const v1::Search found,
                          FetchSearch(connection, search));
  ETALON_ASSIGN_OR_RETURN(const std::string chosen,
                          ChooseStage(found, choice.stage, context));
  ETALON_ASSIGN_OR_RETURN(
      const v1::RankConfigurationsResponse best,
      FetchBest(connection, search, chosen, choice.count, choice.by));
  const auto rates = FixedRatesOf(found);
  const ParameterColumns parameters(
      found.spec(), BestColumnsFor(choice.by, best.configurations()));
  std::vector<Row> rows;
  for (const v1::RankedConfiguration& configuration : best.configurations()) {
    rows.push_back(parameters.Apply(BestRow(configuration, rates),
                                    configuration.parameters()));
  }
  // A header over nothing tells people nothing.
  if (rows.empty() && format == OutputFormat::kTable) return absl::OkStatus();
  WriteRows(format, parameters.columns(), rows, context.out_terminal,
            context.out);
  return absl::OkStatus();
}

void AddBestCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      app.add_subcommand("best", "Configurations by their validation accuracy");
  command->add_option("SEARCH", options->search, "NAME or searches/NAME")
      ->required();
  command->add_option("-n,--count", options->count, "How many; 3 by default")
      ->check(CLI::Range(1, kMaxConfigurations));
  command->add_option("--stage", options->stage,
                      "This stage's, or all stages' together (all); by default "
                      "the last stage that has a result");
  command
      ->add_option_function<std::string>(
          "--by",
          [options](const std::string& name) {
            options->by = name == "lower"    ? v1::RANK_BY_LOWER_BOUND
                          : name == "median" ? v1::RANK_BY_MEDIAN
                                             : v1::RANK_BY_MEAN;
          },
          "What to rank by, over the replicates: mean (the default), lower "
          "(the lower bound of the mean's 95 % interval), median")
      ->check(CLI::IsMember({"mean", "lower", "median"}))
      ->type_name("STATISTIC");
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(
      "Stages differ in the images and the length of training, so accuracies "
      "of\ndifferent stages do not compare.\n"
      "Accuracies are means over the replicates; half_width_95 is half of\n"
      "Student's 95 % interval of the validation accuracy. Configurations with "
      "a\nreplicate that diverged or failed come last, whatever they are "
      "ranked by.\n"
      "Example: the ten best of the coarse stage\n"
      "  etalon best quickstart -n 10 --stage coarse");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Best(*options, context);
    };
  });
}

}  // namespace etalon
