#include "worker/train/data/split.h"

#include "common/random.h"

namespace etalon::train {

ImageSet SelectImages(const ImageSet& all, int64_t features,
                      const std::vector<uint32_t>& order, int64_t first,
                      int64_t count) {
  ImageSet selected;
  selected.images.reserve(static_cast<size_t>(count * features));
  selected.labels.reserve(static_cast<size_t>(count));
  for (int64_t i = first; i < first + count; ++i) {
    const auto image = all.images.begin() + order[i] * features;
    selected.images.insert(selected.images.end(), image, image + features);
    selected.labels.push_back(all.labels[order[i]]);
  }
  return selected;
}

TrainingParts SplitImages(const ImageSet& pool, int64_t features, int64_t train,
                          int64_t validation, uint64_t seed) {
  RandomStream random(seed);
  const std::vector<uint32_t> order =
      RandomPermutation(static_cast<uint32_t>(pool.size()), random);
  if (train == 0) train = pool.size() - validation;
  return {.train = SelectImages(pool, features, order, 0, train),
          .validation = SelectImages(pool, features, order, train, validation)};
}

}  // namespace etalon::train
