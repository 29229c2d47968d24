#include "common/version.h"

namespace etalon {

const char kVersion[] = ETALON_VERSION;

}  // namespace etalon
