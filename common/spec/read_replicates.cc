#include "common/spec/read_replicates.h"

#include <optional>

namespace etalon {
namespace {

void ReadRace(const Field& field, v1::Race& race) {
  MapReader map(field);
  if (const auto raced = map.Require("race")) {
    const std::optional<bool> wanted = ReadBool(*raced);
    if (wanted.has_value() && !*wanted) {
      raced->Fail(
          "is false, and without a race each configuration has as many "
          "replicates as any other; give replicates as a number");
    }
  }
  map.Require("max");
  map.Set("max", race, &v1::Race::set_max);
  map.Set("start", race, &v1::Race::set_start);
  map.Set("confidence", race, &v1::Race::set_confidence);
  map.Finish();
}

template <typename Message>
void ReadInto(MapReader& map, Message& message) {
  const auto field = map.Find("replicates");
  if (!field.has_value()) return;
  if (field->node->kind == YamlNode::Kind::kMap) {
    ReadRace(*field, *message.mutable_race());
  } else if (const auto count = ReadInt32(*field)) {
    message.set_replicates(*count);
  }
}

}  // namespace

void ReadReplicates(MapReader& map, v1::SearchSpec& spec) {
  ReadInto(map, spec);
}

void ReadReplicates(MapReader& map, v1::StageSpec& stage) {
  ReadInto(map, stage);
}

}  // namespace etalon
