#ifndef ETALON_CLIENT_RECORDS_MESSAGE_JSON_H_
#define ETALON_CLIENT_RECORDS_MESSAGE_JSON_H_

#include <google/protobuf/message.h>

#include "client/output/rows.h"

namespace etalon {

// The message in protobuf's JSON form, with the names of its definition: what
// the database keeps too.
Json MessageToJson(const google::protobuf::Message& message);

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_MESSAGE_JSON_H_
