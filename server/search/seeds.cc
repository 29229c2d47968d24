#include "server/search/seeds.h"

#include "common/random.h"

namespace etalon {

v1::Seeds TrialSeeds(uint64_t search_seed, int stage, int configuration,
                     int replicate) {
  const uint64_t s = static_cast<uint64_t>(stage);
  const uint64_t c = static_cast<uint64_t>(configuration);
  const uint64_t r = static_cast<uint64_t>(replicate);
  v1::Seeds seeds;
  seeds.set_initialization(
      DeriveSeed(search_seed, "initialization", {s, c, r}));
  seeds.set_minibatches(DeriveSeed(search_seed, "minibatches", {s, r}));
  return seeds;
}

}  // namespace etalon
