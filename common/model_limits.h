#ifndef ETALON_COMMON_MODEL_LIMITS_H_
#define ETALON_COMMON_MODEL_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace etalon {

// Sixty-four million weights, a thousand times the course's networks. A model
// that is kept is a part of the database and passes through its one writer.
inline constexpr int64_t kMaxModelBytes = int64_t{256} << 20;

// Models travel and are stored in pieces: a quarter of a message's limit.
inline constexpr size_t kMaxModelPieceBytes = size_t{1} << 20;

}  // namespace etalon

#endif  // ETALON_COMMON_MODEL_LIMITS_H_
