#ifndef ETALON_WORKER_TRAIN_KERNELS_VARIANTS_H_
#define ETALON_WORKER_TRAIN_KERNELS_VARIANTS_H_

#include "worker/train/kernels/kernels.h"

// The variants of variant.cc; which of them a build has is CMake's choice, told
// by the macro ETALON_X86_KERNELS. Only SelectKernels should call these: a
// variant may crash on a processor that lacks its instructions.
namespace etalon::train {
namespace kernels_generic {
const KernelSet& Get();
}
namespace kernels_avx2 {
const KernelSet& Get();
}
namespace kernels_avx512 {
const KernelSet& Get();
}
namespace kernels_avx512_bf16 {
const KernelSet& Get();
}
namespace kernels_amx_bf16 {
const KernelSet& Get();
}
}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_VARIANTS_H_
