#include "common/spec/read_budget.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace etalon {
namespace {

// Past this nothing that is written as a duration has its own seconds.
constexpr absl::Duration kLongest = absl::Hours(24 * 365 * 1000);

void ReadTime(const Field& field, google::protobuf::Duration& time) {
  absl::Duration duration;
  if (field.node->kind != YamlNode::Kind::kScalar ||
      !absl::ParseDuration(field.node->text, &duration)) {
    field.Fail("must be a duration such as 2h, 90m or 1h30m");
    return;
  }
  duration = std::clamp(duration, -kLongest, kLongest);
  time.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  time.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration)));
}

// 0 would say the same as nothing to the coordinator.
void ReadBound(const std::optional<Field>& field, v1::Budget& budget,
               void (v1::Budget::*set)(int64_t)) {
  if (!field.has_value()) return;
  const std::optional<int64_t> bound = ReadInt64(*field);
  if (!bound.has_value()) return;
  if (*bound < 1) {
    field->Fail(absl::StrCat(*bound, " is too small; use 1 or more"));
    return;
  }
  (budget.*set)(*bound);
}

}  // namespace

void ReadBudget(const Field& field, v1::Budget& budget) {
  MapReader map(field);
  ReadBound(map.Find("trials"), budget, &v1::Budget::set_trials);
  ReadBound(map.Find("updates"), budget, &v1::Budget::set_updates);
  if (const auto time = map.Find("time")) {
    ReadTime(*time, *budget.mutable_time());
  }
  map.Finish();
}

}  // namespace etalon
