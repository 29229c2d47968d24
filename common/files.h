#ifndef ETALON_COMMON_FILES_H_
#define ETALON_COMMON_FILES_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace etalon {

// Errors name the file and say why: NOT_FOUND, ALREADY_EXISTS,
// PERMISSION_DENIED (a read-only file system too), RESOURCE_EXHAUSTED (a full
// disk, or more than is read), or else FAILED_PRECONDITION. All may block on
// the disk.

// The bytes of `path`, a regular file of up to `max_bytes`.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path,
                                          int64_t max_bytes);

// Makes `path` a file of these bytes, on the disk when it returns. They are
// written beside it first and then renamed, so that whoever reads `path` finds
// what was there or all of it, whenever the process or the machine stops. What
// is left then has a name that contains kPartialFile. A file that is there is
// replaced, or ALREADY_EXISTS. It gets `permissions`, less the process's umask.
absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view bytes, bool replace,
                                 mode_t permissions = 0666);

// For secrets.
inline constexpr mode_t kOwnerOnly = 0600;

// Makes `path` the file that was written at `partial` in the same folder, on
// the disk when it returns; `partial` is gone then. ALREADY_EXISTS, unless
// `replace`: there is a file at `path`, which is left alone.
absl::Status PublishFile(const std::string& partial, const std::string& path,
                         bool replace);

// Makes `path` a file that takes up `bytes` of the disk; does nothing where it
// is one. What is left after an error takes up nothing.
absl::Status ReserveFile(const std::string& path, int64_t bytes);

// A name beside `path` that no other call gives, for what is to be published.
std::string PartialNameOf(const std::string& path);

inline constexpr char kPartialFile[] = ".partial-";

}  // namespace etalon

#endif  // ETALON_COMMON_FILES_H_
