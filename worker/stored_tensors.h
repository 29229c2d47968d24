#ifndef ETALON_WORKER_STORED_TENSORS_H_
#define ETALON_WORKER_STORED_TENSORS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/formats/safetensors.h"
#include "google/protobuf/message.h"
#include "worker/train/tensor.h"

namespace etalon {

// Between the arrays of the training library, or messages, and safetensors
// files. What a file holds is not believed: DATA_LOSS names what is wrong.

// Adds `tensors`, their names behind `prefix`.
void StoreTensors(absl::string_view prefix, std::vector<train::Tensor> tensors,
                  Safetensors& content);

// The arrays whose names begin with `prefix`, without it. They must be F32 and
// finite.
absl::StatusOr<std::vector<train::Tensor>> LoadTensors(
    absl::string_view prefix, const Safetensors& content);

// The metadata of this key, which must be there.
absl::StatusOr<std::string> LoadText(const Safetensors& content,
                                     const std::string& key);

// A message as JSON with the field names of proto/etalon/v1, in which every
// number is exact; and from the metadata of this key.
std::string MessageToText(const google::protobuf::Message& message);
absl::Status LoadMessage(const Safetensors& content, const std::string& key,
                         google::protobuf::Message* message);

}  // namespace etalon

#endif  // ETALON_WORKER_STORED_TENSORS_H_
