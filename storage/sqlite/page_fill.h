#ifndef ETALON_STORAGE_SQLITE_PAGE_FILL_H_
#define ETALON_STORAGE_SQLITE_PAGE_FILL_H_

#include <google/protobuf/message_lite.h>

#include <cstdint>

#include "storage/reader.h"

namespace etalon::sqlite {

// How much of a page there is yet to fill.
class PageFill {
 public:
  explicit PageFill(const PageRequest& page)
      : items_left_(page.size), bytes_left_(page.max_bytes) {}

  void Add(const google::protobuf::MessageLite& item) {
    --items_left_;
    bytes_left_ -= static_cast<int64_t>(item.ByteSizeLong());
  }
  bool full() const { return items_left_ <= 0 || bytes_left_ <= 0; }

 private:
  int64_t items_left_;
  int64_t bytes_left_;
};

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_PAGE_FILL_H_
