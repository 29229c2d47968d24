#include "worker/train/data/synthetic.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "common/random.h"

namespace etalon::train {
namespace {

// Settings of the generator. They were chosen by trial; convergence_test.cc
// holds what a network of 50 hidden units makes of them.
constexpr int kModesPerClass = 4;
constexpr int kDistractors = 30;
constexpr int kMaxShift = 4;         // pixels, either way
constexpr float kPrototype = 40.0f;  // strength in grey levels
constexpr float kDistractor = 60.0f;
constexpr float kNoise = 60.0f;
constexpr float kBrightness = 30.0f;  // at most, either way
constexpr float kLeastContrast = 0.5f;
constexpr float kMostContrast = 1.4f;
constexpr double kRandomLabels = 0.15;  // share of the images

constexpr int kSide = static_cast<int>(kSyntheticShape.height);
constexpr int kChannels = static_cast<int>(kSyntheticShape.channels);
constexpr int64_t kFeatures = kSyntheticShape.Features();
constexpr uint32_t kClasses = static_cast<uint32_t>(kSyntheticClasses);
constexpr int kCanvas = kSide + 2 * kMaxShift;
constexpr int kGrid = 6;  // control points along a side of a pattern

// A smooth picture larger than an image, so that shifted cuts fit into it.
using Pattern = std::array<float, kChannels * kCanvas * kCanvas>;

float Uniform(RandomStream& random, float low, float high) {
  return low + (high - low) * static_cast<float>(random.NextUniform());
}

// Random control points in [-1, 1], interpolated bilinearly.
Pattern SmoothPattern(RandomStream& random) {
  Pattern pattern;
  for (int channel = 0; channel < kChannels; ++channel) {
    std::array<std::array<float, kGrid>, kGrid> points;
    for (auto& row : points) {
      for (float& point : row) point = Uniform(random, -1, 1);
    }
    constexpr float kStep = static_cast<float>(kGrid - 1) / kCanvas;
    for (int y = 0; y < kCanvas; ++y) {
      const float v = static_cast<float>(y) * kStep;
      const int i = static_cast<int>(v);
      const float down = v - static_cast<float>(i);
      for (int x = 0; x < kCanvas; ++x) {
        const float u = static_cast<float>(x) * kStep;
        const int j = static_cast<int>(u);
        const float right = u - static_cast<float>(j);
        const float above =
            points[i][j] + right * (points[i][j + 1] - points[i][j]);
        const float below = points[i + 1][j] +
                            right * (points[i + 1][j + 1] - points[i + 1][j]);
        pattern[(channel * kCanvas + y) * kCanvas + x] =
            above + down * (below - above);
      }
    }
  }
  return pattern;
}

std::vector<Pattern> SmoothPatterns(uint64_t seed, int count) {
  RandomStream random(seed);
  std::vector<Pattern> patterns;
  patterns.reserve(count);
  for (int i = 0; i < count; ++i) patterns.push_back(SmoothPattern(random));
  return patterns;
}

class Generator {
 public:
  explicit Generator(uint64_t seed)
      : seed_(seed),
        prototypes_(SmoothPatterns(DeriveSeed(seed, "prototypes"),
                                   kClasses * kModesPerClass)),
        distractors_(
            SmoothPatterns(DeriveSeed(seed, "distractors"), kDistractors)) {}

  ImageSet Part(uint64_t part, int64_t count) const {
    ImageSet set;
    set.images.resize(static_cast<size_t>(count * kFeatures));
    set.labels.resize(static_cast<size_t>(count));
    const uint64_t seed = DeriveSeed(seed_, "images", {part});
    for (int64_t i = 0; i < count; ++i) {
      RandomStream random(seed, static_cast<uint64_t>(i));
      set.labels[i] = Image(random, set.images.data() + i * kFeatures);
    }
    return set;
  }

 private:
  // A cut of `pattern` at a random place.
  static const float* Cut(const Pattern& pattern, RandomStream& random) {
    const uint32_t y = random.NextBelow(2 * kMaxShift + 1);
    const uint32_t x = random.NextBelow(2 * kMaxShift + 1);
    return pattern.data() + y * kCanvas + x;
  }

  // Draws one image into `pixels` and returns its label.
  uint8_t Image(RandomStream& random, uint8_t* pixels) const {
    const uint32_t shown = random.NextBelow(kClasses);
    const uint32_t mode = random.NextBelow(kModesPerClass);
    const float* prototype =
        Cut(prototypes_[shown * kModesPerClass + mode], random);
    const float* distractor =
        Cut(distractors_[random.NextBelow(kDistractors)], random);
    const float contrast = Uniform(random, kLeastContrast, kMostContrast);
    const float a = contrast * kPrototype;
    const float b = contrast * Uniform(random, -kDistractor, kDistractor);
    // Noise bytes have mean 127.5; half a level rounds.
    constexpr float kNoiseScale = kNoise / 127.5f;
    const float base =
        128.0f + Uniform(random, -kBrightness, kBrightness) - kNoise + 0.5f;
    uint32_t noise = 0;
    for (int channel = 0; channel < kChannels; ++channel) {
      for (int y = 0; y < kSide; ++y) {
        const ptrdiff_t row = (channel * kCanvas + y) * kCanvas;
        for (int x = 0; x < kSide; ++x) {
          noise = x % 4 == 0 ? random.NextUint32() : noise >> 8;
          const float value = base + a * prototype[row + x] +
                              b * distractor[row + x] +
                              kNoiseScale * static_cast<float>(noise & 255);
          *pixels++ = static_cast<uint8_t>(std::clamp(value, 0.0f, 255.0f));
        }
      }
    }
    const bool is_random = random.NextUniform() < kRandomLabels;
    return static_cast<uint8_t>(is_random ? random.NextBelow(kClasses) : shown);
  }

  const uint64_t seed_;
  const std::vector<Pattern> prototypes_;
  const std::vector<Pattern> distractors_;
};

}  // namespace

Dataset GenerateSynthetic(const SyntheticSpec& spec) {
  const Generator generator(spec.seed);
  Dataset dataset;
  dataset.shape = kSyntheticShape;
  dataset.classes = kSyntheticClasses;
  dataset.train = generator.Part(0, spec.train);
  dataset.validation = generator.Part(1, spec.validation);
  dataset.test = generator.Part(2, spec.test);
  return dataset;
}

}  // namespace etalon::train
