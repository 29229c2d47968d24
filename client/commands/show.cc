#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/names.h"
#include "client/output/numbers.h"
#include "client/output/text.h"
#include "client/progress/progress.h"
#include "client/records/best_rows.h"
#include "client/records/parameters.h"
#include "client/records/search_rows.h"
#include "client/records/stage_text.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  std::string search;
};

Json ProgressObject(const Progress& progress) {
  Json object = RowToJson(SearchColumns(), SearchRow(progress.search));
  object["name"] = progress.search.name();
  object["seed"] = progress.search.spec().seed();
  const std::optional<Forecast>& left = progress.time_left;
  const auto seconds = [&](absl::Duration Forecast::* bound) {
    return left.has_value() ? Json(absl::ToDoubleSeconds((*left).*bound))
                            : Json(nullptr);
  };
  object["seconds_left"] = seconds(&Forecast::expected);
  object["seconds_left_low"] = seconds(&Forecast::low);
  object["seconds_left_high"] = seconds(&Forecast::high);
  object["seconds_left_at_most"] = progress.at_most;
  object["hint"] = progress.hint;
  object["stages"] = RowsToJson(StageColumns(), StageRows(progress.search));
  object["best"] =
      progress.best.has_value()
          ? RowToJson(BestColumns(),
                      BestRow(*progress.best, FixedRatesOf(progress.search)))
          : Json(nullptr);
  return object;
}

void WriteTable(const Progress& progress, Context& context) {
  const Terminal& terminal = context.out_terminal;
  const auto write = [&](const std::string& text) {
    for (const std::string& line : Wrap(Printable(text), terminal.width)) {
      context.out << line << "\n";
    }
  };
  const auto write_table = [&](const std::vector<Column>& columns,
                               const std::vector<Row>& rows) {
    WriteRows(OutputFormat::kTable, TableColumns(columns, rows), rows, terminal,
              context.out);
  };
  write_table(SearchColumns(), {SearchRow(progress.search)});
  context.out << "\n";
  write_table(StageColumns(), StageRows(progress.search));
  context.out << "\n";
  const v1::Search& search = progress.search;
  for (int i = 0; i < search.stages_size(); ++i) {
    const v1::Stage& stage = search.stages(i);
    const std::string name = LastPart(stage.name());
    if (i < search.spec().stages_size() && search.spec().stages(i).has_take()) {
      const v1::Take& take = search.spec().stages(i).take();
      write(absl::StrCat(name, " takes the best ", take.top(), " of ",
                         take.from()));
    } else if (stage.box_size() > 0) {
      write(absl::StrCat(name, " searches ", BoxToText(stage.box())));
    }
    if (const std::string race = RaceText(search, i); !race.empty()) {
      write(absl::StrCat(name, " is ", race));
    }
    if (const std::string budget = BudgetText(search, i); !budget.empty()) {
      write(absl::StrCat(name, " ", budget));
    }
  }
  for (const std::string& line : SummaryLines(progress)) write(line);
}

absl::StatusOr<ExitCode> Show(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const std::string name, SearchNameOf(options.search));
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_ASSIGN_OR_RETURN(const Progress progress,
                          FetchProgress(*connection, name));
  switch (options.format) {
    case OutputFormat::kTable:
      WriteTable(progress, context);
      break;
    case OutputFormat::kName:
      context.out << Printable(progress.search.name()) << "\n";
      break;
    case OutputFormat::kCsv:
      WriteRows(options.format, StageColumns(), StageRows(progress.search),
                context.out_terminal, context.out);
      break;
    default:
      WriteObject(options.format, ProgressObject(progress), context.out);
  }
  return ExitCode::kDone;
}

}  // namespace

void AddShowCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "show",
      "One search: its stages, their ranges, how far it is and what is in the "
      "way");
  command->add_option("SEARCH", options->search, "NAME or searches/NAME")
      ->required();
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, options->format);
  command->footer(
      "-o csv gives its stages.\n"
      "Example:\n"
      "  etalon show quickstart");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return Show(*options, context);
    };
  });
}

}  // namespace etalon
