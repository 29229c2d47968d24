#ifndef ETALON_COMMON_SIGNALS_H_
#define ETALON_COMMON_SIGNALS_H_

namespace etalon {

// Blocks SIGINT and SIGTERM and ignores SIGPIPE in the calling thread and every
// thread started after it. Call first thing in main: a gRPC server must never
// be shut down from a signal handler.
void BlockTerminationSignals();

// Waits until SIGINT or SIGTERM arrives and returns its number. Needs
// BlockTerminationSignals.
int WaitForTerminationSignal();

}  // namespace etalon

#endif  // ETALON_COMMON_SIGNALS_H_
