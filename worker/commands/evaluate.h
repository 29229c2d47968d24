#ifndef ETALON_WORKER_COMMANDS_EVALUATE_H_
#define ETALON_WORKER_COMMANDS_EVALUATE_H_

namespace etalon {

// `etalon-worker evaluate`: evaluates a model's file on the data set that it
// names and says whether every recorded number comes out to the bit. argv[0] is
// the command's name. Exit code: 0 it does, 1 it does not, 2 a flag, the file
// or the data are wrong.
int EvaluateCommand(int argc, const char* const* argv);

}  // namespace etalon

#endif  // ETALON_WORKER_COMMANDS_EVALUATE_H_
