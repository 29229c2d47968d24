#ifndef ETALON_SERVER_REFLECTION_H_
#define ETALON_SERVER_REFLECTION_H_

#include <grpcpp/server_builder.h>

namespace etalon {

// Linking gRPC's reflection library makes every server of the process offer
// reflection, by a static initialiser. This takes it out of one builder again.
void LeaveOutReflection(grpc::ServerBuilder& builder);

}  // namespace etalon

#endif  // ETALON_SERVER_REFLECTION_H_
