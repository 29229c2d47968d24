#ifndef ETALON_SERVER_CONTENDERS_H_
#define ETALON_SERVER_CONTENDERS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "etalon/v1/ranking.pb.h"
#include "storage/reader.h"

namespace etalon {

// The first `limit` configurations of what RankConfigurations
// (server/search/ranking.h) makes of all trials of the stage (id; empty for all
// stages), without reading all: neither mean nor median of a configuration, nor
// the mean's lower bound, is above its best replicate, so that once `limit`
// configurations have more than the next trial's accuracy no other can come
// between them. Where replicates differ so much that this does not get far, or
// single ones have no lower bound, everything is read after all.
// Codes of Reader.
absl::StatusOr<std::vector<v1::RankedConfiguration>> RankBest(
    Reader& reader, const std::string& search, const std::string& stage,
    v1::RankBy by, size_t limit);

}  // namespace etalon

#endif  // ETALON_SERVER_CONTENDERS_H_
