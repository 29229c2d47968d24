#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/commands/list_trials.h"
#include "client/names.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  std::string search;
  std::string filter;
  std::string order_by;
  int64_t limit = 0;
  std::vector<std::string> columns;
};

absl::StatusOr<ExitCode> Trials(const Options& options, Context& context) {
  v1::ListTrialsRequest request;
  ETALON_ASSIGN_OR_RETURN(*request.mutable_parent(),
                          SearchNameOf(options.search));
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_RETURN_IF_ERROR(WriteTrials(*connection, request, options.limit,
                                     options.columns, options.format, context));
  return ExitCode::kDone;
}

}  // namespace

void AddTrialsCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      app.add_subcommand("trials", "Trials of a search, one a row");
  command->add_option("SEARCH", options->search, "NAME or searches/NAME")
      ->required();
  command
      ->add_option("--filter", options->filter,
                   "Only those for which this holds; see below")
      ->type_name("EXPRESSION");
  command
      ->add_option("--order-by", options->order_by,
                   "KEY or 'KEY desc', a field of filters; by number where "
                   "none is given")
      ->type_name("KEY");
  command->add_option("--limit", options->limit, "At most this many")
      ->check(CLI::Validator(
          [](const std::string& text) -> std::string {
            int64_t limit = 0;
            return absl::SimpleAtoi(text, &limit) && limit > 0
                       ? ""
                       : "must be a whole number, 1 or more";
          },
          ""));
  command
      ->add_option("--columns", options->columns,
                   "These columns, in this order")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("NAME,...");
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(
      "Columns are named as in the database's view trial_results, and so are "
      "the fields\nof filters; what a search varies besides is "
      "parameters.NAME.\n"
      "Filters: FIELD =, !=, <, <=, >, >= VALUE; FIELD IN (VALUE, ...);\n"
      "FIELD IS NULL; NOT, AND, OR and parentheses. Text with blanks stands in "
      "quotes.\n"
      "docs/cli.md has every field.\n"
      "Examples: what diverged, and where; the best of a range\n"
      "  etalon trials quickstart --filter 'state IN (DIVERGED, FAILED)' \\\n"
      "    --columns trial,lambda,eta,failure\n"
      "  etalon trials quickstart --filter 'lambda < 1e-3 AND stage = fine' "
      "\\\n"
      "    --order-by 'validation_accuracy desc' --limit 5");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Trials(*options, context);
    };
  });
}

}  // namespace etalon
