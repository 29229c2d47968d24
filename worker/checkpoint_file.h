#ifndef ETALON_WORKER_CHECKPOINT_FILE_H_
#define ETALON_WORKER_CHECKPOINT_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "etalon/v1/trial.pb.h"
#include "worker/train/data/prepared_data.h"
#include "worker/train/snapshot.h"

namespace etalon {

// A trial on its way, as it is kept for another attempt. A plain value.
struct Checkpoint {
  // All that decides what comes after, as text: another attempt may go on from
  // here only if its own is the same.
  std::string fingerprint;
  train::Snapshot snapshot;
  // Made up to the snapshot, by update.
  std::vector<v1::Measurement> measurements;
};

// The fingerprint of `trial` on these images with these kernels: what it is
// trained by, its seeds, the data (sizes, normalisation and labels, which files
// with other images do not share) and the version of the checkpoint's format.
std::string FingerprintOf(const v1::Trial& trial,
                          const train::PreparedData& data,
                          absl::string_view kernels);

// A safetensors file of it. INVALID_ARGUMENT: as of EncodeSafetensors.
absl::StatusOr<std::string> EncodeCheckpoint(const Checkpoint& checkpoint);

// DATA_LOSS: the bytes are no checkpoint of ours; says why. Whether it fits the
// trial is for the fingerprint, and train::Train, to say.
absl::StatusOr<Checkpoint> DecodeCheckpoint(absl::string_view bytes);

}  // namespace etalon

#endif  // ETALON_WORKER_CHECKPOINT_FILE_H_
