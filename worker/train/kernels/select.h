#ifndef ETALON_WORKER_TRAIN_KERNELS_SELECT_H_
#define ETALON_WORKER_TRAIN_KERNELS_SELECT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "worker/train/kernels/kernels.h"

namespace etalon::train {

// The kernels called `name`: "generic" (any processor, by Eigen's products),
// "onednn" (x86-64 with AVX, by oneDNN's), "avx2" (x86-64-v3: AVX2 and FMA),
// "avx512" (x86-64-v4), "avx512_bf16" (that and its bfloat16 products),
// "amx_bf16" (that and Intel's tile registers), or "auto", the fastest that
// this processor runs. Two machines that run kernels of one name get the same
// bits; different kernels round differently. Those of oneDNN have a longer name
// of their own, which tells its version and instructions, and which is a name
// to this function, too. The set lives for ever. Thread-safe. INVALID_ARGUMENT
// lists the names when `name` is none of them; FAILED_PRECONDITION when the
// processor, or this build, lacks the kernels.
absl::StatusOr<const KernelSet*> SelectKernels(absl::string_view name);

// All names that there are, whether this build and processor have them or not,
// fastest first, without "auto".
std::vector<std::string> KnownKernels();

// Names that SelectKernels accepts here, fastest first, without "auto".
std::vector<std::string> AvailableKernels();

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_SELECT_H_
