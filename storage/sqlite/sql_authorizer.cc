#include "storage/sqlite/sql_authorizer.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace etalon::sqlite {
namespace {

using Names = absl::flat_hash_set<absl::string_view>;

// `requests` and `meta` are not among them: what is in them proves things to
// the coordinator.
const Names& Tables() {
  static const auto* const names = new Names{
      "trial_results", "configuration_results", "best_trials", "stage_progress",
      "searches", "stages", "stage_counts", "configurations", "trials",
      "results", "attempts", "measurements", "models", "model_pieces", "rungs",
      "checkpoints", "checkpoint_pieces", "workers", "events", "student_t",
      // What there is to ask.
      "sqlite_schema", "sqlite_master", "json_each", "json_tree"};
  return *names;
}

// Those that take no longer than their arguments are long, or nearly. Not:
// trim, ltrim and rtrim, json_patch and the other editors, whose time is the
// product of two arguments' lengths, nor printf and format, whose time is a
// width that they are given: nothing stops them within. Nor what tells of the
// process, loads, or draws random numbers.
const Names& Functions() {
  static const auto* const names = new Names{
      // scalar
      "abs", "char", "coalesce", "glob", "hex", "ifnull", "iif", "instr",
      "length", "like", "lower", "max", "min", "nullif", "quote", "replace",
      "round", "sign", "substr", "substring", "typeof", "unicode", "upper",
      // aggregate
      "avg", "count", "group_concat", "sum", "total",
      // window
      "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile",
      "lag", "lead", "first_value", "last_value", "nth_value",
      // of numbers
      "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil",
      "ceiling", "cos", "cosh", "degrees", "exp", "floor", "ln", "log", "log10",
      "log2", "mod", "pi", "pow", "power", "radians", "sin", "sinh", "sqrt",
      "tan", "tanh", "trunc",
      // of times
      "date", "time", "datetime", "julianday", "unixepoch", "strftime",
      // of JSON
      "json", "json_array", "json_array_length", "json_extract",
      "json_group_array", "json_group_object", "json_object", "json_quote",
      "json_type", "json_valid", "->", "->>"};
  return *names;
}

absl::string_view OrEmpty(const char* text) {
  return text == nullptr ? absl::string_view() : absl::string_view(text);
}

int Deny(void* denied, std::string what) {
  *static_cast<std::string*>(denied) = std::move(what);
  return SQLITE_DENY;
}

// `first` and `second` as sqlite3_set_authorizer explains them.
int Authorize(void* denied, int action, const char* first, const char* second,
              const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_READ:
      if (!Tables().contains(absl::AsciiStrToLower(OrEmpty(first)))) {
        // A name that WITH gives comes here only where nothing of it is read.
        return Deny(denied,
                    absl::StrCat("it reads '", OrEmpty(first),
                                 "', which is none of the views and tables of "
                                 "docs/database.md",
                                 OrEmpty(second).empty()
                                     ? " (of a WITH of your own, count a "
                                       "column instead of *)"
                                     : ""));
      }
      return OrEmpty(second) == "request_id" ? SQLITE_IGNORE : SQLITE_OK;
    case SQLITE_FUNCTION:
      return Functions().contains(absl::AsciiStrToLower(OrEmpty(second)))
                 ? SQLITE_OK
                 : Deny(denied, absl::StrCat("it calls '", OrEmpty(second),
                                             "'; docs/cli.md says which "
                                             "functions there are"));
    default:
      return Deny(denied, "only SELECT is run, and it may only read");
  }
}

}  // namespace

void AllowReadingOnly(sqlite3* handle, std::string* denied) {
  sqlite3_set_authorizer(handle, Authorize, denied);
}

}  // namespace etalon::sqlite
