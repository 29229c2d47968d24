#ifndef ETALON_WORKER_TRAIN_KERNELS_ONEDNN_KERNELS_H_
#define ETALON_WORKER_TRAIN_KERNELS_ONEDNN_KERNELS_H_

#include "worker/train/kernels/kernels.h"

namespace etalon::train {

// Kernels whose products are oneDNN's and all else the generic ones', for
// processors that ours have no vectors for. The name tells what the bits hang
// on beside the kernels: "onednn_2.6.3_avx". Products of bfloat16 are made of
// float32 ones where the processor has none. In float64, which oneDNN does not
// have, they are the generic kernels.
const KernelSet& OneDnnKernels();

// Whether oneDNN is the faster of the two here.
bool OneDnnKernelsRunHere();

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_KERNELS_ONEDNN_KERNELS_H_
