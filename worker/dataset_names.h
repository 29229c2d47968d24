#ifndef ETALON_WORKER_DATASET_NAMES_H_
#define ETALON_WORKER_DATASET_NAMES_H_

namespace etalon {

// Data sets as search files and Dataset.name call them.
inline constexpr char kCifar10[] = "cifar10";
inline constexpr char kCifar100[] = "cifar100";
inline constexpr char kMnist[] = "mnist";
inline constexpr char kFashionMnist[] = "fashion-mnist";
inline constexpr char kIdx[] = "idx";
inline constexpr char kSynthetic[] = "synthetic";

}  // namespace etalon

#endif  // ETALON_WORKER_DATASET_NAMES_H_
