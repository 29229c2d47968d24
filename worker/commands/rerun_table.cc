#include "worker/commands/rerun_table.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "worker/commands/score_table.h"

namespace etalon {
namespace {

std::string RowStart(int64_t update, const char* part) {
  return absl::StrFormat("%8d  %-10s", update, part);
}

// Prints what both measurements, of one update, have of a part. Either may be
// null. Whether it is the same.
bool PrintPart(const v1::Measurement* recorded, const v1::Measurement* again,
               bool (v1::Measurement::*has)() const,
               const v1::PartMeasurement& (v1::Measurement::*part)() const,
               const char* name, std::ostream& out) {
  const auto find = [&](const v1::Measurement* measurement) {
    return measurement != nullptr && (measurement->*has)()
               ? &(measurement->*part)()
               : nullptr;
  };
  if (find(recorded) == nullptr && find(again) == nullptr) return true;
  const int64_t update = (recorded != nullptr ? recorded : again)->update();
  return PrintScore(RowStart(update, name), find(recorded), find(again), out);
}

// What is measured beside the scores. Whether it is the same.
bool PrintCircumstances(const v1::Measurement& recorded,
                        const v1::Measurement& again, std::ostream& out) {
  const std::string start = RowStart(recorded.update(), "");
  bool same = true;
  const auto compare = [&](const char* name, const auto& now,
                           const auto& before) {
    if (now == before) return;
    same = false;
    out << start
        << absl::StrFormat("  %s %.17g, was %.17g\n", name,
                           static_cast<double>(now),
                           static_cast<double>(before));
  };
  compare("epoch", again.epoch(), recorded.epoch());
  compare("learning rate", again.learning_rate(), recorded.learning_rate());
  compare("update of the weights", again.weights_update(),
          recorded.weights_update());
  return same;
}

// Of one update; one of them may be null.
bool PrintMeasurement(const v1::Measurement* recorded,
                      const v1::Measurement* again, std::ostream& out) {
  bool same = recorded != nullptr && again != nullptr;
  same &= PrintPart(recorded, again, &v1::Measurement::has_train,
                    &v1::Measurement::train, "train", out);
  same &= PrintPart(recorded, again, &v1::Measurement::has_validation,
                    &v1::Measurement::validation, "validation", out);
  same &= PrintPart(recorded, again, &v1::Measurement::has_test,
                    &v1::Measurement::test, "test", out);
  if (recorded != nullptr && again != nullptr) {
    same &= PrintCircumstances(*recorded, *again, out);
  }
  return same;
}

std::string Measurements(int64_t count) {
  return absl::StrCat(count, count == 1 ? " measurement" : " measurements");
}

std::string Ended(const std::optional<int64_t>& diverged) {
  return diverged.has_value() ? absl::StrCat("diverged at update ", *diverged)
                              : "was trained to its end";
}

}  // namespace

bool PrintComparison(const TrialCourse& recorded, const TrialCourse& again,
                     std::ostream& out) {
  out << absl::StrFormat("%8s  %-10s  %12s  %12s\n", "update", "part",
                         "recorded", "again");
  int64_t count = 0;
  int64_t different = 0;
  int64_t first_different = 0;  // its update
  auto before = recorded.measurements.begin();
  auto now = again.measurements.begin();
  while (before != recorded.measurements.end() ||
         now != again.measurements.end()) {
    const bool has_before =
        before != recorded.measurements.end() &&
        (now == again.measurements.end() || before->update() <= now->update());
    const bool has_now = now != again.measurements.end() &&
                         (before == recorded.measurements.end() ||
                          now->update() <= before->update());
    const v1::Measurement* const old = has_before ? &*before : nullptr;
    const v1::Measurement* const fresh = has_now ? &*now : nullptr;
    ++count;
    if (!PrintMeasurement(old, fresh, out) && different++ == 0) {
      first_different = (has_before ? old : fresh)->update();
    }
    if (has_before) ++before;
    if (has_now) ++now;
  }

  std::vector<std::string> differences;
  if (different > 0) {
    differences.push_back(absl::StrCat(different, " of ", Measurements(count),
                                       ", the first at update ",
                                       first_different));
  }
  if (recorded.diverged != again.diverged) {
    differences.push_back(absl::StrCat("the trial ", Ended(again.diverged),
                                       "; before, it ",
                                       Ended(recorded.diverged)));
  }
  if (!differences.empty()) {
    out << "not the same: " << absl::StrJoin(differences, "; ") << "\n";
    return false;
  }
  out << "the same to the bit: " << Measurements(count);
  if (recorded.diverged.has_value())
    out << ", and it " << Ended(again.diverged);
  out << "\n";
  return true;
}

}  // namespace etalon
