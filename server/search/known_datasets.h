#ifndef ETALON_SERVER_SEARCH_KNOWN_DATASETS_H_
#define ETALON_SERVER_SEARCH_KNOWN_DATASETS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace etalon {

inline constexpr int kCifar10Files = 5;
inline constexpr int kCifar10ImagesPerFile = 10'000;

// A data set that a search may name, as far as the coordinator, which sees no
// file of it, knows it.
struct KnownDataset {
  absl::string_view name;
  // Images of the training files. 0: the files say, or there are none.
  int training_images = 0;
  // Height and width of an image in pixels. 0: the files say.
  int side = 0;
  bool generated = false;
  // Training files by number.
  bool has_batches = false;
  bool has_coarse_labels = false;
  // Has no usual folder.
  bool needs_path = false;
};

// Null when there is none of that name.
const KnownDataset* FindDataset(absl::string_view name);

// All of them.
std::vector<std::string> DatasetNames();

}  // namespace etalon

#endif  // ETALON_SERVER_SEARCH_KNOWN_DATASETS_H_
