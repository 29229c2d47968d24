#ifndef ETALON_WORKER_COMMANDS_CALIBRATE_H_
#define ETALON_WORKER_COMMANDS_CALIBRATE_H_

namespace etalon {

// `etalon-worker calibrate`: trains a trial's shape for a moment and writes how
// fast this machine is at it; `etalon plan` starts it. argv[0] is the command's
// name. Blocks SIGINT and SIGTERM, which end it. Exit code: 0 done, 2 a flag,
// the file or the data are wrong, 130 interrupted.
int CalibrateCommand(int argc, const char* const* argv);

}  // namespace etalon

#endif  // ETALON_WORKER_COMMANDS_CALIBRATE_H_
