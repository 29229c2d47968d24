#ifndef ETALON_COMMON_RPC_LIBRARY_LOG_H_
#define ETALON_COMMON_RPC_LIBRARY_LOG_H_

namespace etalon {

// Sends what gRPC says of errors to our log: escaped, since peers have a say in
// it, and limited, since they decide how often. To be called in main, once.
void RouteLibraryLog();

}  // namespace etalon

#endif  // ETALON_COMMON_RPC_LIBRARY_LOG_H_
