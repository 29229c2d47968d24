#ifndef ETALON_SERVER_STAGE_REUSE_H_
#define ETALON_SERVER_STAGE_REUSE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "etalon/v1/search.pb.h"
#include "etalon/v1/training.pb.h"
#include "storage/transaction.h"

namespace etalon {

// Nothing is trained twice unless replicates ask for it: where a stage that
// samples draws a configuration that it, or an earlier one that samples, has
// had with the same training, the trials of that one stand for its own,
// replicate by replicate. What a stage takes is trained anew on purpose; where
// trials may be stopped for others' sake, results are not the training's alone.

// For NewConfiguration::fingerprint of a configuration of stage `stage`, which
// is trained by `applied`. 0 where its stage trains everything itself.
int64_t FingerprintOf(const v1::SearchSpec& spec, int stage,
                      const v1::Training& applied);

// Sets `same_as` of `rows`, new configurations of `stage` that follow those it
// has. `stages` are the search's. The store's errors alone.
absl::Status FindSame(Transaction& transaction,
                      absl::Span<const StageRecord> stages,
                      const StageRecord& stage,
                      std::vector<NewConfiguration>& rows);

}  // namespace etalon

#endif  // ETALON_SERVER_STAGE_REUSE_H_
