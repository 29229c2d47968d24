#include "server/stage_reuse.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <unordered_map>

#include "common/random.h"
#include "common/status_macros.h"
#include "server/search/training.h"

namespace etalon {
namespace {

// Another configuration of the same training, and the replicates that it trains
// itself.
struct Candidate {
  ConfigurationKey key;
  std::vector<int> trained;  // rising
};

const StageRecord* FindStageRecord(absl::Span<const StageRecord> stages,
                                   StageId id) {
  const auto found =
      std::find_if(stages.begin(), stages.end(),
                   [id](const StageRecord& stage) { return stage.id == id; });
  return found == stages.end() ? nullptr : &*found;
}

// Whether both are trained in the same way: fingerprints may be equal by
// chance.
bool AreSame(const StageRecord& stage,
             absl::Span<const v1::ParameterAssignment> parameters,
             const StageRecord& other_stage,
             absl::Span<const v1::ParameterAssignment> other_parameters) {
  if (stage.evaluate_test != other_stage.evaluate_test) return false;
  const absl::StatusOr<v1::Training> training =
      ApplyParameters(stage.training, parameters);
  const absl::StatusOr<v1::Training> other =
      ApplyParameters(other_stage.training, other_parameters);
  return training.ok() && other.ok() &&
         google::protobuf::util::MessageDifferencer::Equals(*training, *other);
}

// Lets the first candidate that trains a replicate itself stand for it.
void SetSame(absl::Span<const Candidate> candidates, NewConfiguration& row) {
  row.same_as.resize(row.replicates.size());
  for (size_t i = 0; i < row.replicates.size(); ++i) {
    const auto stands = std::find_if(
        candidates.begin(), candidates.end(), [i](const Candidate& candidate) {
          return std::binary_search(candidate.trained.begin(),
                                    candidate.trained.end(),
                                    static_cast<int>(i));
        });
    if (stands != candidates.end()) row.same_as[i] = stands->key;
  }
}

std::vector<int> TrainedBy(const NewConfiguration& row) {
  std::vector<int> trained;
  for (size_t i = 0; i < row.replicates.size(); ++i) {
    if (row.same_as.empty() || !row.same_as[i].has_value()) {
      trained.push_back(static_cast<int>(i));
    }
  }
  return trained;
}

}  // namespace

int64_t FingerprintOf(const v1::SearchSpec& spec, int stage,
                      const v1::Training& applied) {
  const v1::StageSpec& stage_spec = spec.stages(stage);
  if (!stage_spec.has_sample() || stage_spec.has_stopping()) return 0;
  // What one version of this program writes another may write otherwise: then
  // something is trained again.
  const uint64_t hash = DeriveSeed(stage_spec.evaluate_test() ? 1 : 0,
                                   applied.SerializeAsString());
  return hash == 0 ? 1 : static_cast<int64_t>(hash);
}

absl::Status FindSame(Transaction& transaction,
                      absl::Span<const StageRecord> stages,
                      const StageRecord& stage,
                      std::vector<NewConfiguration>& rows) {
  // Nothing comes before the first of a search.
  const bool alone =
      rows.empty() || (stage.position == 0 && rows.front().index == 0 &&
                       stage.state == v1::Stage::PENDING);
  std::unordered_map<int64_t, std::vector<size_t>> earlier_rows;
  for (size_t i = 0; i < rows.size(); ++i) {
    NewConfiguration& row = rows[i];
    if (row.fingerprint == 0) continue;
    std::vector<Candidate> candidates;
    std::vector<AlikeConfiguration> alike;
    if (!alone) {
      ETALON_ASSIGN_OR_RETURN(
          alike, transaction.FindAlike(stage.search, row.fingerprint));
    }
    for (const AlikeConfiguration& one : alike) {
      const StageRecord* const other = FindStageRecord(stages, one.key.stage);
      if (other == nullptr ||
          !AreSame(stage, row.parameters, *other, one.parameters)) {
        continue;
      }
      candidates.push_back({one.key, one.trained});
    }
    std::vector<size_t>& same_batch = earlier_rows[row.fingerprint];
    for (const size_t index : same_batch) {
      const NewConfiguration& other = rows[index];
      if (!AreSame(stage, row.parameters, stage, other.parameters)) continue;
      candidates.push_back({{stage.id, other.index}, TrainedBy(other)});
    }
    if (!candidates.empty()) SetSame(candidates, row);
    // One that trains nothing itself stands for nobody: however many coincide,
    // those that are looked at stay few.
    if (TrainedBy(row).empty()) {
      row.fingerprint = 0;
    } else {
      same_batch.push_back(i);
    }
  }
  return absl::OkStatus();
}

}  // namespace etalon
