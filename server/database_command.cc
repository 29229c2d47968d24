#include "server/database_command.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <sstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/log.h"
#include "common/status_macros.h"
#include "common/version.h"
#include "storage/database_file.h"

namespace etalon {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kNotFound = 3;
constexpr int kConflict = 4;

// An exit code, or why there is none.
using Invocation = std::function<absl::StatusOr<int>(DatabaseCommandContext&)>;

struct Flags {
  std::string database;
  std::string file;
  bool force = false;
  bool quick = false;
};

std::string Megabytes(int64_t bytes) {
  return absl::StrFormat("%.1f MB", static_cast<double>(bytes) / 1e6);
}

// A line that is drawn over itself on a terminal; elsewhere nothing.
CopyProgress DrawProgress(DatabaseCommandContext& context) {
  if (!context.err_is_terminal) return nullptr;
  return [&context](int64_t copied_bytes, int64_t total_bytes) {
    context.err << "\r" << Megabytes(copied_bytes) << " of "
                << Megabytes(total_bytes)
                << (copied_bytes < total_bytes ? " " : "\n") << std::flush;
  };
}

absl::StatusOr<int> Check(const Flags& flags, DatabaseCommandContext& context) {
  ETALON_ASSIGN_OR_RETURN(
      const DatabaseReport report,
      CheckDatabase(flags.database,
                    flags.quick ? CheckDepth::kQuick : CheckDepth::kThorough));
  context.out << "database     " << EscapeLine(report.path) << "\n"
              << "schema       " << report.schema_version << ", the newest is "
              << report.newest_schema_version << "\n"
              << "size         " << Megabytes(report.size_bytes) << ", log "
              << Megabytes(report.log_bytes) << "\n";
  if (!report.in_use_by.empty()) {
    context.out << "in use by    " << report.in_use_by << "\n";
  }
  if (report.problems.empty()) {
    context.out << "searches     " << report.searches << "\n"
                << "trials       " << report.trials << ", with results "
                << report.results << "\n"
                << "live leases  " << report.live_leases << "\n"
                << (flags.quick ? "sound, as far as a quick check tells\n"
                                : "sound\n");
    return 0;
  }
  for (const std::string& problem : report.problems) {
    context.out << "problem      " << EscapeLine(problem) << "\n";
  }
  return absl::DataLossError(
      absl::StrCat("database '", report.path,
                   "' is damaged; restore a backup with `etalon db restore`"));
}

absl::StatusOr<int> BackUp(const Flags& flags,
                           DatabaseCommandContext& context) {
  ETALON_RETURN_IF_ERROR(BackUpDatabase(
      flags.database, flags.file,
      {.replace = flags.force, .progress = DrawProgress(context)}));
  context.out << EscapeLine(flags.file) << "\n";
  return 0;
}

absl::StatusOr<int> Restore(const Flags& flags,
                            DatabaseCommandContext& context) {
  ETALON_ASSIGN_OR_RETURN(
      const Restoration restoration,
      RestoreDatabase(flags.file, flags.database, context.random,
                      context.clock.Now(), DrawProgress(context)));
  context.out << "restored     " << EscapeLine(flags.database)
              << ", whose earlier leases no longer count\n"
              << "queued anew  " << restoration.leases_ended
              << " trials that were at work in the backup\n";
  if (!restoration.kept.empty()) {
    context.out << "kept         " << EscapeLine(restoration.kept)
                << ", what was there before\n";
  }
  return 0;
}

absl::StatusOr<int> Migrate(const Flags& flags,
                            DatabaseCommandContext& context) {
  ETALON_ASSIGN_OR_RETURN(const Migration migration,
                          MigrateDatabase(flags.database));
  if (migration.from == migration.to) {
    context.out << "schema " << migration.to << " already\n";
  } else {
    context.out << "schema " << migration.from << " -> " << migration.to
                << "\n";
  }
  return 0;
}

// Adds a verb that calls `run` with the flags that were given.
CLI::App& AddVerb(CLI::App& app, const std::string& name,
                  const std::string& description,
                  absl::StatusOr<int> (*run)(const Flags&,
                                             DatabaseCommandContext&),
                  const std::shared_ptr<Flags>& flags, Invocation& invocation) {
  CLI::App* const verb = app.add_subcommand(name, description);
  verb->add_option("--database", flags->database,
                   "The coordinator's SQLite file, on this machine")
      ->type_name("FILE")
      ->required();
  verb->callback([&invocation, flags, run] {
    invocation = [flags, run](DatabaseCommandContext& context) {
      return run(*flags, context);
    };
  });
  return *verb;
}

void AddVerbs(CLI::App& app, Invocation& invocation) {
  const auto flags = std::make_shared<Flags>();
  CLI::App& check = AddVerb(
      app, "check", "Whether the file is whole and its rows agree; 0 if so",
      Check, flags, invocation);
  check.add_flag("--quick", flags->quick,
                 "Look at pages alone, which takes about a tenth of the time");
  check.footer(
      "A coordinator may run on the file meanwhile.\n"
      "Example: etalon db check --database etalon.db");
  CLI::App& backup =
      AddVerb(app, "backup", "Copies the database to FILE, whole or not at all",
              BackUp, flags, invocation);
  backup.add_option("FILE", flags->file, "The copy")->required();
  backup.add_flag("--force", flags->force, "Replace a FILE that is there");
  backup.footer(
      "A coordinator may run on the database meanwhile: the copy has what was\n"
      "committed when the call began.\n"
      "Example: etalon db backup monday.db --database etalon.db");
  CLI::App& restore =
      AddVerb(app, "restore", "Makes the database what FILE, a backup, has",
              Restore, flags, invocation);
  restore.add_option("FILE", flags->file, "The backup, which stays")
      ->required();
  restore.footer(
      "No coordinator may run on the database. What is there now is kept\n"
      "under another name; leases of before the restore are refused.\n"
      "Example: etalon db restore monday.db --database etalon.db");
  CLI::App& migrate =
      AddVerb(app, "migrate", "Brings the file to the newest schema", Migrate,
              flags, invocation);
  migrate.footer(
      "A coordinator that starts on the file does the same; this is for doing\n"
      "it, and seeing what it takes, beforehand. Make a backup first.\n"
      "Example: etalon db migrate --database etalon.db");
}

int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return kUsage;
    case absl::StatusCode::kNotFound:
      return kNotFound;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return kConflict;
    default:
      return kFailed;
  }
}

}  // namespace

int RunDatabaseCommand(const std::vector<std::string>& arguments,
                       DatabaseCommandContext& context) {
  CLI::App app("Looks after a coordinator's database file, on its machine",
               "etalon db");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 failed or damaged, 2 usage, 3 not found,\n"
      "4 in use, there already, or another program's.\n"
      "docs/operations.md tells more.");
  Invocation invocation;
  AddVerbs(app, invocation);
  try {
    // CLI11 takes them last first.
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    std::ostringstream text;
    const int code = app.exit(error, context.out, text);
    context.err << text.str();
    return code == 0 ? 0 : kUsage;
  }
  const absl::StatusOr<int> result = invocation(context);
  if (!result.ok()) {
    context.err << "etalon db: " << EscapeLine(result.status().message())
                << "\n";
    return ExitCodeOf(result.status());
  }
  context.out << std::flush;
  if (!context.out) {
    context.err << "etalon db: cannot write to standard output\n";
    return kFailed;
  }
  return *result;
}

}  // namespace etalon
