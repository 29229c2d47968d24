#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/names.h"
#include "client/output/text.h"
#include "client/records/trial_object.h"
#include "client/records/trial_rows.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  std::string trial;
};

// One "name  value" line for every column, for people.
void WriteSheet(const v1::Trial& trial, Context& context) {
  const Row row =
      TrialRow(trial, {{trial.stage(), FixedRatesOf(trial.training())}});
  const std::vector<Column>& columns = TrialColumns();
  std::vector<Row> lines;
  const auto add = [&](const std::string& name, const std::string& text) {
    lines.emplace_back().cells = {Cell(name), Cell(text)};
  };
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string text = ToText(row.cells[i], columns[i].display);
    if (!text.empty()) add(columns[i].name, text);
  }
  add("initialization_seed", absl::StrCat(trial.seeds().initialization()));
  add("minibatches_seed", absl::StrCat(trial.seeds().minibatches()));
  add("training", trial.training().ShortDebugString());
  WriteRows(OutputFormat::kTable,
            {{"trial", Display::kText, 0}, {trial.name(), Display::kText, 1}},
            lines, context.out_terminal, context.out);
}

void WriteTable(const v1::Trial& trial, Context& context) {
  WriteSheet(trial, context);
  if (trial.attempts_size() > 0) {
    context.out << "\n";
    WriteRows(OutputFormat::kTable, AttemptColumns(), AttemptRows(trial),
              context.out_terminal, context.out);
  }
  if (trial.measurements_size() > 0) {
    context.out << "\n";
    WriteRows(OutputFormat::kTable, MeasurementColumns(),
              MeasurementRows(trial), context.out_terminal, context.out);
  }
}

absl::StatusOr<ExitCode> ShowTrial(const Options& options, Context& context) {
  v1::GetTrialRequest request;
  ETALON_ASSIGN_OR_RETURN(*request.mutable_name(), TrialNameOf(options.trial));
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_ASSIGN_OR_RETURN(const v1::Trial trial,
                          (connection->Call<v1::GetTrialRequest, v1::Trial>(
                              &Connection::Service::GetTrial, request)));
  switch (options.format) {
    case OutputFormat::kTable:
      WriteTable(trial, context);
      break;
    case OutputFormat::kName:
      context.out << Printable(trial.name()) << "\n";
      break;
    case OutputFormat::kCsv:
      WriteRows(options.format, MeasurementColumns(), MeasurementRows(trial),
                context.out_terminal, context.out);
      break;
    default:
      WriteObject(options.format, TrialObject(trial), context.out);
  }
  return ExitCode::kDone;
}

}  // namespace

void AddTrialCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "trial", "One trial: parameters, seeds, attempts, measurements, failure");
  command
      ->add_option("TRIAL", options->trial,
                   "NAME/NUMBER or searches/NAME/trials/NUMBER")
      ->required();
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(
      "-o csv gives its measurements.\n"
      "Example: the seventh trial of a search\n"
      "  etalon trial quickstart/7");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return ShowTrial(*options, context);
    };
  });
}

}  // namespace etalon
