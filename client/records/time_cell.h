#ifndef ETALON_CLIENT_RECORDS_TIME_CELL_H_
#define ETALON_CLIENT_RECORDS_TIME_CELL_H_

#include "client/output/numbers.h"
#include "client/output/rows.h"
#include "google/protobuf/timestamp.pb.h"

namespace etalon {

// A time in RFC 3339; empty where there is none.
inline Cell TimeCell(const google::protobuf::Timestamp& time) {
  const std::string text = FormatTimestamp(time);
  return text.empty() ? Cell() : Cell(text);
}

}  // namespace etalon

#endif  // ETALON_CLIENT_RECORDS_TIME_CELL_H_
