#include "worker/commands/gradient_table.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace etalon {
namespace {

using train::ArrayCheck;
using train::ErrorStatistics;

// An array against one of the two.
struct Row {
  std::string name;
  int64_t size;
  const char* against;
  int64_t kinks;
  const ErrorStatistics& errors;
  int64_t within;

  // 1 where nothing was checked.
  double Share() const {
    return errors.count() == 0 ? 1
                               : static_cast<double>(within) /
                                     static_cast<double>(errors.count());
  }
};

std::vector<Row> Rows(const GradientRun& run) {
  std::vector<Row> rows;
  for (const ArrayCheck& check : run.arrays) {
    const std::string name = CourseName(check.name);
    rows.push_back({name, check.size, "differences", check.kinks,
                    check.differences, check.differences.absolute_within()});
    rows.push_back({name, check.size, "automatic", 0, check.automatic,
                    check.automatic.relative_within()});
  }
  return rows;
}

}  // namespace

std::string CourseName(absl::string_view parameter) {
  const std::vector<absl::string_view> parts = absl::StrSplit(parameter, '.');
  int layer = 0;
  if (parts.size() < 3 || !absl::SimpleAtoi(parts[1], &layer)) {
    return std::string(parameter);
  }
  const bool is_norm = parts[2] == "norm";
  const bool is_weight = parts.back() == "weight";
  const char* const letter =
      is_norm ? (is_weight ? "gamma" : "beta") : (is_weight ? "W" : "b");
  return absl::StrCat(letter, layer + 1);
}

void PrintTable(const GradientRun& run, std::ostream& out) {
  out << absl::StreamFormat("lambda %g, batch %d\n", run.lambda, run.batch)
      << absl::StreamFormat(
             "%-7s %8s  %-11s %7s %5s %12s %13s %12s %13s %9s %8s\n", "array",
             "size", "against", "checked", "kinks", "max absolute",
             "norm relative", "max relative", "mean relative", "variance",
             "within");
  for (const Row& row : Rows(run)) {
    out << absl::StreamFormat(
        "%-7s %8d  %-11s %7d %5d %12.2g %13.2g %12.2g %13.2g %9.2g %7.4g%%\n",
        row.name, row.size, row.against, row.errors.count(), row.kinks,
        row.errors.max_absolute(), row.errors.norm_relative(),
        row.errors.max_relative(), row.errors.mean_relative(),
        row.errors.variance_relative(), 100 * row.Share());
  }
}

void PrintCsvHeader(std::ostream& out) {
  out << "lambda,batch,array,size,against,checked,kinks,max_absolute,"
         "norm_relative,max_relative,mean_relative,variance_relative,within\n";
}

void PrintCsv(const GradientRun& run, std::ostream& out) {
  for (const Row& row : Rows(run)) {
    out << absl::StreamFormat(
        "%.17g,%d,%s,%d,%s,%d,%d,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n",
        run.lambda, run.batch, row.name, row.size, row.against,
        row.errors.count(), row.kinks, row.errors.max_absolute(),
        row.errors.norm_relative(), row.errors.max_relative(),
        row.errors.mean_relative(), row.errors.variance_relative(),
        row.Share());
  }
}

}  // namespace etalon
