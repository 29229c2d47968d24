#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/fetch.h"
#include "client/names.h"
#include "client/output/numbers.h"
#include "client/output/text.h"
#include "client/records/training_text.h"
#include "client/records/trial_object.h"
#include "client/records/trial_rows.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// Text is not wrapped into less.
constexpr size_t kMinWrap = 20;

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  std::string trial;
};

// Wraps what is long under itself, and never cuts it: reasons and settings are
// what one asks for a single trial.
void WriteLine(const std::string& label, size_t label_width,
               const std::string& text, Context& context) {
  const size_t indent = label_width + 2;
  const size_t width = context.out_terminal.width;
  std::string start = label + std::string(indent - label.size(), ' ');
  for (const std::string& line :
       Wrap(text, width > indent + kMinWrap ? width - indent : kMinWrap)) {
    context.out << start << line << "\n";
    start.assign(indent, ' ');
  }
}

// "below 31.20 % at update 450, ...".
std::string ThresholdsText(const v1::Trial& trial) {
  std::string text;
  for (const v1::Threshold& threshold : trial.thresholds()) {
    absl::StrAppend(&text, text.empty() ? "below " : ", ",
                    FormatPercent(threshold.accuracy()), " at update ",
                    threshold.update());
  }
  return text;
}

// One "name  value" line for every column, for people.
void WriteSheet(const v1::Trial& trial, Context& context) {
  const Row row =
      TrialRow(trial, {{trial.stage(), FixedRatesOf(trial.training())}});
  const std::vector<Column>& columns = TrialColumns();
  std::vector<std::pair<std::string, std::string>> lines = {
      {"name", Printable(trial.name())}};
  for (size_t i = 0; i < columns.size(); ++i) {
    // Parts of the name, and what is told in words.
    if (columns[i].name == "search" || columns[i].name == "trial" ||
        columns[i].name == "fusion_width" || columns[i].name == "same_as" ||
        columns[i].name == "rung") {
      continue;
    }
    const std::string text = ToText(row.cells[i], columns[i].display);
    if (!text.empty()) lines.emplace_back(columns[i].name, text);
  }
  if (trial.has_fusion()) {
    lines.emplace_back("fusion", Printable(FusionText(trial.fusion())));
  }
  if (!trial.same_as().empty()) {
    lines.emplace_back("same_as",
                       absl::StrCat(Printable(trial.same_as()),
                                    ", which stands for it: it is not trained "
                                    "again"));
  }
  lines.emplace_back("initialization_seed",
                     absl::StrCat(trial.seeds().initialization()));
  lines.emplace_back("minibatches_seed",
                     absl::StrCat(trial.seeds().minibatches()));
  if (trial.thresholds_size() > 0) {
    lines.emplace_back("thresholds", ThresholdsText(trial));
  }
  if (trial.unseen_configurations_size() > 0) {
    lines.emplace_back("unseen_configurations",
                       absl::StrJoin(trial.unseen_configurations(), ", "));
  }
  if (trial.model_size_bytes() > 0) {
    lines.emplace_back("model_size",
                       absl::StrCat(trial.model_size_bytes(), " bytes"));
  }
  size_t label_width = 0;
  for (const auto& [label, text] : lines) {
    label_width = std::max(label_width, label.size());
  }
  for (const auto& [label, text] : lines) {
    WriteLine(label, label_width, text, context);
  }
}

void WriteAttempts(const v1::Trial& trial, Context& context) {
  context.out << "\n";
  WriteRows(OutputFormat::kTable, AttemptColumns(), AttemptRows(trial),
            context.out_terminal, context.out);
  for (const v1::Attempt& attempt : trial.attempts()) {
    if (attempt.message().empty()) continue;
    const std::string label = absl::StrCat("attempt ", attempt.number(), ":");
    WriteLine(label, label.size() - 1, Printable(attempt.message()), context);
  }
}

void WriteTable(const v1::Trial& trial, Context& context) {
  WriteSheet(trial, context);
  context.out << "\ntraining:\n";
  for (const std::string& line : TrainingLines(trial.training(), 2)) {
    context.out << line << "\n";
  }
  if (trial.attempts_size() > 0) WriteAttempts(trial, context);
  if (trial.measurements_size() > 0) {
    context.out << "\n";
    WriteRows(OutputFormat::kTable, MeasurementColumns(),
              MeasurementRows(trial), context.out_terminal, context.out);
  }
}

absl::StatusOr<ExitCode> ShowTrial(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const std::string name, TrialNameOf(options.trial));
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_ASSIGN_OR_RETURN(const v1::Trial trial, FetchTrial(*connection, name));
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
