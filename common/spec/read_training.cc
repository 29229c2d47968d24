#include "common/spec/read_training.h"

namespace etalon {
namespace {

void ReadEvaluation(const Field& field, v1::Evaluation& evaluation) {
  MapReader map(field);
  const auto interval = map.FindOne({"per_cycle", "per_epoch"}, false);
  if (interval.has_value()) {
    if (const auto count = ReadInt32(*interval)) {
      if (interval->node == field.node->Find("per_cycle")) {
        evaluation.set_per_cycle(*count);
      } else {
        evaluation.set_per_epoch(*count);
      }
    }
  }
  map.Set("training", evaluation, &v1::Evaluation::set_training);
  map.Finish();
}

void ReadAugmentation(const Field& field, v1::Augmentation& augmentation) {
  MapReader map(field);
  map.Set("mirror", augmentation, &v1::Augmentation::set_mirror);
  map.Set("shift", augmentation, &v1::Augmentation::set_shift);
  map.Finish();
}

void ReadEarlyStopping(const Field& field, v1::EarlyStopping& early_stopping) {
  MapReader map(field);
  map.Set("patience", early_stopping, &v1::EarlyStopping::set_patience);
  map.Finish();
}

}  // namespace

void ReadTraining(const Field& field, v1::Training& training) {
  MapReader map(field);
  if (const auto dataset = map.Find("dataset")) {
    ReadDataset(*dataset, *training.mutable_dataset());
  }
  if (const auto network = map.Find("network")) {
    ReadNetwork(*network, *training.mutable_network());
  }
  if (const auto optimizer = map.Find("optimizer")) {
    ReadOptimizer(*optimizer, *training.mutable_optimizer());
  }
  if (const auto schedule = map.Find("schedule")) {
    ReadSchedule(*schedule, *training.mutable_schedule());
  }
  map.Set("batch_size", training, &v1::Training::set_batch_size);
  map.Set("lambda", training, &v1::Training::set_lambda);
  if (const auto precision = map.Find("precision")) {
    constexpr v1::Precision kValues[] = {v1::FLOAT32, v1::BFLOAT16};
    if (const auto choice = ReadChoice(*precision, {"float32", "bfloat16"})) {
      training.set_precision(kValues[*choice]);
    }
  }
  map.Set("epochs", training, &v1::Training::set_epochs);
  map.Set("updates", training, &v1::Training::set_updates);
  if (const auto evaluate = map.Find("evaluate")) {
    ReadEvaluation(*evaluate, *training.mutable_evaluation());
  }
  if (const auto augment = map.Find("augment")) {
    ReadAugmentation(*augment, *training.mutable_augmentation());
  }
  if (const auto early_stopping = map.Find("early_stopping")) {
    ReadEarlyStopping(*early_stopping, *training.mutable_early_stopping());
  }
  if (const auto keep_model = map.Find("keep_model")) {
    constexpr v1::KeepModel kValues[] = {v1::KEEP_NONE, v1::KEEP_BEST,
                                         v1::KEEP_ALL};
    if (const auto choice = ReadChoice(*keep_model, {"none", "best", "all"})) {
      training.set_keep_model(kValues[*choice]);
    }
  }
  map.Finish();
}

}  // namespace etalon
