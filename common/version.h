#ifndef ETALON_COMMON_VERSION_H_
#define ETALON_COMMON_VERSION_H_

namespace etalon {

// "0.1.0": the release of this build, set by the top CMakeLists.txt.
extern const char kVersion[];

}  // namespace etalon

#endif  // ETALON_COMMON_VERSION_H_
