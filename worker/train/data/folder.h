#ifndef ETALON_WORKER_TRAIN_DATA_FOLDER_H_
#define ETALON_WORKER_TRAIN_DATA_FOLDER_H_

#include <initializer_list>
#include <string>

#include "absl/status/statusor.h"

namespace etalon::train {

// The folder that holds a data set's files: `path` below `data_directory` where
// a path is given; else the first folder of `usual` that is there below it, ""
// being the data directory itself. NOT_FOUND when there is none;
// INVALID_ARGUMENT when `path` is no path below a folder (see
// common/relative_path.h).
absl::StatusOr<std::string> FindDataFolder(
    const std::string& data_directory, const std::string& path,
    std::initializer_list<const char*> usual);

}  // namespace etalon::train

#endif  // ETALON_WORKER_TRAIN_DATA_FOLDER_H_
