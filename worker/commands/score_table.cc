#include "worker/commands/score_table.h"

#include <optional>

#include "absl/strings/str_format.h"

namespace etalon {
namespace {

std::string AccuracyCell(const v1::PartMeasurement* part, const char* missing) {
  return part == nullptr
             ? absl::StrFormat("  %12s", missing)
             : absl::StrFormat("  %10.4f %%", 100 * part->accuracy());
}

v1::PartMeasurement ToPart(const train::Score& score) {
  v1::PartMeasurement part;
  part.set_loss(score.loss);
  part.set_cost(score.cost);
  part.set_accuracy(score.accuracy);
  return part;
}

// What was not recorded cannot differ.
bool PrintPart(const char* name, const v1::PartMeasurement* recorded,
               const train::Score& score, std::ostream& out) {
  const v1::PartMeasurement measured = ToPart(score);
  const bool same =
      PrintScore(absl::StrFormat("%-10s", name), recorded, &measured, out);
  return recorded == nullptr || same;
}

}  // namespace

bool PrintScore(const std::string& start, const v1::PartMeasurement* recorded,
                const v1::PartMeasurement* measured, std::ostream& out) {
  out << start << AccuracyCell(recorded, "not recorded")
      << AccuracyCell(measured, "not measured");
  if (recorded == nullptr || measured == nullptr) {
    out << "\n";
    return false;
  }
  std::string differences;
  // Finite numbers are equal when their bits are, but for zeros, which mean the
  // same.
  const auto compare = [&](const char* name, double now, double before) {
    if (now == before) return;
    absl::StrAppendFormat(&differences, "%s  %s %.17g, was %.17g\n",
                          std::string(start.size(), ' '), name, now, before);
  };
  compare("loss", measured->loss(), recorded->loss());
  compare("cost", measured->cost(), recorded->cost());
  compare("accuracy", measured->accuracy(), recorded->accuracy());
  out << (differences.empty() ? "  same\n" : "  DIFFERENT\n") << differences;
  return differences.empty();
}

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
