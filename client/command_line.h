#ifndef ETALON_CLIENT_COMMAND_LINE_H_
#define ETALON_CLIENT_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "client/context.h"
#include "client/exit_code.h"

namespace etalon {

// Runs `etalon` with these arguments (the program's name not among them).
// Errors have been written to `context.err` when it returns.
ExitCode RunCommandLine(const std::vector<std::string>& arguments,
                        Context& context);

}  // namespace etalon

#endif  // ETALON_CLIENT_COMMAND_LINE_H_
