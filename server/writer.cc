#include "server/writer.h"

namespace etalon {

Writer::Writer(Store& store)
    : WriteQueue(store), thread_([this] {
        while (Await()) RunBatch();
      }) {}

Writer::~Writer() { Stop(); }

void Writer::Stop() {
  Close();
  if (thread_.joinable()) thread_.join();
}

}  // namespace etalon
