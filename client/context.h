#ifndef ETALON_CLIENT_CONTEXT_H_
#define ETALON_CLIENT_CONTEXT_H_

#include <cstdint>
#include <istream>
#include <ostream>
#include <string>

#include "client/interrupt.h"
#include "client/output/terminal.h"
#include "common/clock.h"

namespace etalon {

// All that a command touches of the process it runs in; main fills it from the
// real one, tests from what they like. Owns nothing.
struct Context {
  std::istream& in;
  // Data.
  std::ostream& out;
  Terminal out_terminal;
  // Everything else: progress, hints, errors.
  std::ostream& err;
  Terminal err_terminal;
  Environment environment;
  Clock& clock;
  Interrupt& interrupt;
  // For request ids and the jitter of retries; drawn anew for every run.
  uint64_t random_seed = 0;
  // Folder of this program's binary, where `run` and `rerun` find its
  // companions.
  std::string binary_folder;
};

}  // namespace etalon

#endif  // ETALON_CLIENT_CONTEXT_H_
