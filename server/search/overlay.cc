#include "server/search/training.h"

namespace etalon {
namespace {

void ClearLength(v1::Training& training) {
  training.clear_epochs();
  training.clear_updates();
}

}  // namespace

v1::Training OverlayTraining(const v1::Training& base,
                             const v1::Training& overlay) {
  v1::Training result = base;
  // MergeFrom would append to lists.
  if (overlay.dataset().has_batches()) {
    result.mutable_dataset()->clear_batches();
  }
  if (overlay.dataset().has_validation_batches()) {
    result.mutable_dataset()->clear_validation_batches();
  }
  if (overlay.network().has_hidden()) result.mutable_network()->clear_hidden();
  const bool becomes_cyclical =
      overlay.schedule().has_cyclical() && !base.schedule().has_cyclical();
  if (overlay.has_epochs() || overlay.has_updates() || becomes_cyclical) {
    ClearLength(result);
  }
  if (overlay.schedule().has_warmup() ||
      overlay.schedule().has_warmup_epochs()) {
    result.mutable_schedule()->clear_warmup();
    result.mutable_schedule()->clear_warmup_epochs();
  }
  // For the rest MergeFrom does as promised: of a oneof it merges the same
  // choice and puts another one in its place.
  result.MergeFrom(overlay);
  return result;
}

}  // namespace etalon
