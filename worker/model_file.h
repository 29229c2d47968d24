#ifndef ETALON_WORKER_MODEL_FILE_H_
#define ETALON_WORKER_MODEL_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "etalon/v1/trial.pb.h"
#include "worker/train/data/prepared_data.h"
#include "worker/train/tensor.h"

namespace etalon {

// What a trial ended with, as docs/models.md describes its file. A plain value.
struct Model {
  // Name, training and seeds, and whether the test images were measured.
  v1::Trial trial;
  std::string kernels;                 // name of the set it was trained with
  v1::Measurement measurement;         // the trial's last
  std::vector<train::Tensor> network;  // parameters and running statistics
  // By which each feature was normalised, in grey levels.
  std::vector<float> mean;
  std::vector<float> inverse_deviation;
};

// A safetensors file of it; the same model gives the same bytes.
// INVALID_ARGUMENT: as of EncodeSafetensors.
absl::StatusOr<std::string> EncodeModel(const Model& model);

// The model that such a file holds. Whether its arrays fit the network that its
// training describes is for whoever builds that to say. DATA_LOSS: it is no
// model of ours; says why.
absl::StatusOr<Model> DecodeModel(absl::string_view bytes);

}  // namespace etalon

#endif  // ETALON_WORKER_MODEL_FILE_H_
