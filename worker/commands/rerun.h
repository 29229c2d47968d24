#ifndef ETALON_WORKER_COMMANDS_RERUN_H_
#define ETALON_WORKER_COMMANDS_RERUN_H_

namespace etalon {

// `etalon-worker rerun`: trains a trial again, apart from others, and says
// whether every measurement comes out to the bit; `etalon rerun` starts it.
// argv[0] is the command's name. Blocks SIGINT and SIGTERM, which end it. Exit
// code: 0 they do, 1 they do not, 2 a flag, the file or the data are wrong, 130
// interrupted.
int RerunCommand(int argc, const char* const* argv);

}  // namespace etalon

#endif  // ETALON_WORKER_COMMANDS_RERUN_H_
