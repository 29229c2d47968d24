#include "server/writer.h"

#include <pthread.h>

namespace etalon {

Writer::Writer(Store& store)
    : WriteQueue(store), thread_([this] {
        pthread_setname_np(pthread_self(), "etalon-writer");
        while (Await()) RunBatch();
      }) {}

Writer::~Writer() { Stop(); }

void Writer::Stop() {
  Close();
  if (thread_.joinable()) thread_.join();
}

}  // namespace etalon
