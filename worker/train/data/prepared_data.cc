#include "worker/train/data/prepared_data.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status_macros.h"

namespace etalon::train {
namespace {

absl::Status CheckPart(absl::string_view name, const ImageSet& part,
                       const Dataset& dataset) {
  const uint64_t expected = static_cast<uint64_t>(part.size()) *
                            static_cast<uint64_t>(dataset.shape.Features());
  if (part.images.size() != expected) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the ", name, " part has ", part.images.size(),
        " bytes of images; its ", part.size(), " labels make that ", expected));
  }
  for (const uint8_t label : part.labels) {
    if (label >= dataset.classes) {
      return absl::InvalidArgumentError(
          absl::StrCat("the ", name, " part has the label ", label,
                       "; it must be below ", dataset.classes));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PreparedData> PreparedData::Create(Dataset dataset) {
  const ImageShape& shape = dataset.shape;
  if (shape.channels < 1 || shape.height < 1 || shape.width < 1 ||
      dataset.classes < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("a data set of ", shape.channels, " x ", shape.height,
                     " x ", shape.width, " features and ", dataset.classes,
                     " classes; all must be at least 1"));
  }
  if (dataset.train.size() < 1 || dataset.validation.size() < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("a data set of ", dataset.train.size(), " training and ",
                     dataset.validation.size(),
                     " validation images; there must be at least 1 of both"));
  }
  ETALON_RETURN_IF_ERROR(CheckPart("training", dataset.train, dataset));
  ETALON_RETURN_IF_ERROR(CheckPart("validation", dataset.validation, dataset));
  ETALON_RETURN_IF_ERROR(CheckPart("test", dataset.test, dataset));
  return PreparedData(std::move(dataset));
}

PreparedData::PreparedData(Dataset dataset) : dataset_(std::move(dataset)) {
  const size_t features = static_cast<size_t>(dataset_.shape.Features());
  const size_t images = dataset_.train.labels.size();
  // Sums of bytes are exact in integers, whatever the order.
  std::vector<uint64_t> sum(features);
  std::vector<uint64_t> sum_of_squares(features);
  for (size_t i = 0; i < images; ++i) {
    const uint8_t* image = dataset_.train.images.data() + i * features;
    for (size_t j = 0; j < features; ++j) {
      sum[j] += image[j];
      sum_of_squares[j] += uint32_t{image[j]} * image[j];
    }
  }
  mean_.resize(features);
  inverse_deviation_.resize(features);
  const double n = static_cast<double>(images);
  for (size_t j = 0; j < features; ++j) {
    const double mean = static_cast<double>(sum[j]) / n;
    const double variance =
        static_cast<double>(sum_of_squares[j]) / n - mean * mean;
    // Rounding can take the variance of a constant feature below zero.
    const double deviation = std::sqrt(std::max(variance, 0.0));
    mean_[j] = static_cast<float>(mean);
    inverse_deviation_[j] =
        static_cast<float>(1 / std::max(deviation, kDeviationFloor));
  }
}

DataSizes PreparedData::sizes() const {
  return {.shape = dataset_.shape,
          .features = dataset_.shape.Features(),
          .classes = dataset_.classes,
          .train = dataset_.train.size(),
          .validation = dataset_.validation.size(),
          .test = dataset_.test.size()};
}

Batch PreparedData::Gather(const ImageSet& part, const uint32_t* rows,
                           int64_t count, InputBatch<float>& buffer) const {
  return buffer.Gather(part.images.data(), part.labels.data(), rows, count,
                       mean_.data(), inverse_deviation_.data());
}

}  // namespace etalon::train
