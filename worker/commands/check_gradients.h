#ifndef ETALON_WORKER_COMMANDS_CHECK_GRADIENTS_H_
#define ETALON_WORKER_COMMANDS_CHECK_GRADIENTS_H_

namespace etalon {

// `etalon-worker check-gradients`: holds the gradients of a network against
// central differences and automatic differentiation and prints how they differ.
// argv[0] is the command's name. Exit code: 0 all errors are below the bound, 1
// some are not, 2 a flag or a file is wrong.
int CheckGradientsCommand(int argc, const char* const* argv);

}  // namespace etalon

#endif  // ETALON_WORKER_COMMANDS_CHECK_GRADIENTS_H_
