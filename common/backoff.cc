#include "common/backoff.h"

#include <algorithm>

namespace etalon {

absl::Duration Backoff::Next() {
  const absl::Duration wait = ceiling_ * (0.5 + 0.5 * random_.NextUniform());
  ceiling_ = std::min(ceiling_ * options_.factor, options_.maximum);
  return wait;
}

}  // namespace etalon
