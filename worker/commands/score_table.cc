#include "worker/commands/score_table.h"

#include "absl/strings/str_format.h"

namespace etalon {
namespace {

// Finite numbers are equal when their bits are, but for zeros, which mean the
// same.
bool IsSame(const v1::PartMeasurement& recorded, const train::Score& measured) {
  return recorded.loss() == measured.loss && recorded.cost() == measured.cost &&
         recorded.accuracy() == measured.accuracy;
}

// Prints a part's line. False when what was recorded is not what was measured.
bool PrintPart(const char* name, const v1::PartMeasurement* recorded,
               const train::Score& measured, std::ostream& out) {
  const double percent = 100 * measured.accuracy;
  if (recorded == nullptr) {
    out << absl::StrFormat("%-10s  %12s  %10.4f %%\n", name, "not recorded",
                           percent);
    return true;
  }
  const bool same = IsSame(*recorded, measured);
  out << absl::StrFormat("%-10s  %10.4f %%  %10.4f %%  %s\n", name,
                         100 * recorded->accuracy(), percent,
                         same ? "same" : "DIFFERENT");
  if (!same) {
    out << absl::StrFormat("            loss %.17g, was %.17g\n", measured.loss,
                           recorded->loss());
  }
  return same;
}

}  // namespace

bool PrintScores(const v1::Measurement& recorded,
                 const train::PartScores& measured, std::ostream& out) {
  out << absl::StrFormat("%-10s  %12s  %12s\n", "accuracy", "recorded",
                         "measured");
  bool same =
      recorded.has_train() || recorded.has_validation() || recorded.has_test();
  same &= PrintPart("train", recorded.has_train() ? &recorded.train() : nullptr,
                    measured.training, out);
  same &=
      PrintPart("validation",
                recorded.has_validation() ? &recorded.validation() : nullptr,
                measured.validation, out);
  if (measured.test.has_value()) {
    same &= PrintPart("test", recorded.has_test() ? &recorded.test() : nullptr,
                      *measured.test, out);
  }
  return same;
}

}  // namespace etalon
