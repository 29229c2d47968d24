#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/commands/list_trials.h"
#include "client/names.h"
#include "client/stage_choice.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  std::string search;
  std::string stage;
  std::vector<std::string> states;
  std::string order_by = "number";
  int64_t limit = 0;
  std::vector<std::string> columns;
};

absl::StatusOr<ExitCode> Trials(const Options& options, Context& context) {
  v1::ListTrialsRequest request;
  ETALON_ASSIGN_OR_RETURN(*request.mutable_parent(),
                          SearchNameOf(options.search));
  if (options.stage != kAllStages) request.set_stage(options.stage);
  for (const std::string& name : options.states) {
    v1::Trial::State state = v1::Trial::STATE_UNSPECIFIED;
    v1::Trial::State_Parse(absl::AsciiStrToUpper(name), &state);
    request.add_states(state);
  }
  request.set_order(options.order_by == "accuracy"
                        ? v1::ListTrialsRequest::ACCURACY
                        : v1::ListTrialsRequest::NUMBER);
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
  command->add_option("--stage", options->stage,
                      "Only this stage's; all stages' by default");
  command
      ->add_option("--state", options->states,
                   "Only those in one of these states: queued, running, "
                   "succeeded, diverged, failed, cancelled")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(
          {"queued", "running", "succeeded", "diverged", "failed", "cancelled"},
          CLI::ignore_case))
      ->type_name("STATE,...");
  command
      ->add_option("--order-by", options->order_by,
                   "number (the default), or accuracy: the best first")
      ->check(CLI::IsMember({"number", "accuracy"}));
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
      "Columns are named as in the database's view trial_results.\n"
      "Example: what diverged, and where\n"
      "  etalon trials quickstart --state diverged,failed \\\n"
      "    --columns trial,lambda,eta,failure");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Trials(*options, context);
    };
  });
}

}  // namespace etalon
