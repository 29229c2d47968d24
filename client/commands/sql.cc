#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "common/limits.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  OutputFormat format = OutputFormat::kTable;
  std::string sql;
  int limit = 0;
};

// Blobs as SQLite writes them in statements.
Cell CellOf(const v1::SqlValue& value) {
  switch (value.kind_case()) {
    case v1::SqlValue::kInteger:
      return int64_t{value.integer()};
    case v1::SqlValue::kNumber:
      return value.number();
    case v1::SqlValue::kText:
      return value.text();
    case v1::SqlValue::kBlob:
      return absl::StrCat("x'", absl::BytesToHexString(value.blob()), "'");
    case v1::SqlValue::KIND_NOT_SET:
      break;
  }
  return Cell();
}

// Numbers are right-aligned: told by the first value that there is.
Display DisplayOf(const v1::RunSqlResponse& response, int column) {
  for (const v1::SqlRow& row : response.rows()) {
    if (column >= row.values_size()) continue;
    const v1::SqlValue& value = row.values(column);
    if (value.has_integer()) return Display::kNumber;
    if (value.has_number()) return Display::kSignificant;
    if (value.kind_case() != v1::SqlValue::KIND_NOT_SET) break;
  }
  return Display::kText;
}

void WriteTable(const v1::RunSqlResponse& response, OutputFormat format,
                Context& context) {
  std::vector<Column> columns;
  for (int i = 0; i < response.columns_size(); ++i) {
    columns.push_back({response.columns(i), DisplayOf(response, i)});
  }
  const auto writer =
      MakeRowWriter(format, columns, context.out_terminal, context.out);
  for (const v1::SqlRow& values : response.rows()) {
    Row row;
    for (const v1::SqlValue& value : values.values()) {
      row.cells.push_back(CellOf(value));
    }
    row.cells.resize(columns.size());
    writer->Write(row);
  }
  writer->Finish();
}

absl::StatusOr<ExitCode> Sql(const Options& options, Context& context) {
  v1::RunSqlRequest request;
  request.set_sql(options.sql == "-"
                      ? std::string(std::istreambuf_iterator<char>(context.in),
                                    std::istreambuf_iterator<char>())
                      : options.sql);
  request.set_max_rows(options.limit);
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_ASSIGN_OR_RETURN(
      const v1::RunSqlResponse response,
      (connection->Call<v1::RunSqlRequest, v1::RunSqlResponse>(
          &Connection::Service::RunSql, request)));
  WriteTable(response, options.format, context);
  // Rows that were not asked for are not missed.
  if (!response.truncated() || response.rows_size() == options.limit) {
    return ExitCode::kDone;
  }
  context.err << "etalon: only the first " << response.rows_size()
              << " rows: an answer has at most " << kMaxSqlRows << " rows and "
              << (kMaxSqlBytes >> 20)
              << " MiB; select less, or use LIMIT and OFFSET\n";
  return ExitCode::kFailed;
}

}  // namespace

void AddSqlCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "sql", "Ask the coordinator's database, which this cannot change");
  command
      ->add_option("SQL", options->sql,
                   "One SELECT on the views and tables of docs/database.md, or "
                   "- for standard input")
      ->required();
  command
      ->add_option("--limit", options->limit,
                   absl::StrCat("At most this many rows, of ", kMaxSqlRows))
      ->check(CLI::Range(1, static_cast<int>(kMaxSqlRows)));
  AddServerFlags(*command, options->server);
  AddOutputFlag(*command, {"table", "json", "jsonl", "csv", "yaml"},
                options->format);
  command->footer(absl::StrCat(
      "A query has ", absl::FormatDuration(kMaxSqlTime),
      " and ends when this command does. It takes a token of the role client "
      "or "
      "admin.\nExit code 1 where rows had to be left out.\n"
      "Example: the best of each search\n"
      "  etalon sql \"SELECT search, max(validation_accuracy) AS best\n"
      "    FROM best_trials GROUP BY search\""));
  command->callback([&invocation, options] {
    invocation = [options](Context& context) { return Sql(*options, context); };
  });
}

}  // namespace etalon
