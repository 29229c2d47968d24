#include "client/fetch_model.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/limits.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// There at once: no progress is shown.
constexpr int64_t kSmallModelBytes = int64_t{4} << 20;

// Writes over the line of before, for somebody who watches.
void ShowProgress(int64_t done, int64_t size, Context& context) {
  if (!context.err_terminal.interactive || size <= kSmallModelBytes) {
    return;
  }
  constexpr double kMegabyte = 1 << 20;
  context.err << absl::StrFormat("\r%.0f of %.0f MiB", done / kMegabyte,
                                 size / kMegabyte)
              << (done == size ? "\n" : "") << std::flush;
}

}  // namespace

absl::StatusOr<std::string> FetchModel(Connection& connection,
                                       const std::string& trial,
                                       Context& context) {
  v1::ReadModelRequest request;
  request.set_name(trial);
  std::string model;
  int64_t size = 0;
  do {
    request.set_offset(static_cast<int64_t>(model.size()));
    ETALON_ASSIGN_OR_RETURN(
        const v1::ReadModelResponse piece,
        (connection.Call<v1::ReadModelRequest, v1::ReadModelResponse>(
            &Connection::Service::ReadModel, request)));
    if (model.empty()) size = piece.size_bytes();
    model += piece.data();
    if (piece.data().empty() || piece.size_bytes() != size ||
        size > kMaxModelBytes || static_cast<int64_t>(model.size()) > size) {
      return absl::DataLossError(absl::StrCat(
          "the coordinator's model of ", trial, " is not whole: ", model.size(),
          " of ", piece.size_bytes(), " bytes"));
    }
    ShowProgress(static_cast<int64_t>(model.size()), size, context);
  } while (static_cast<int64_t>(model.size()) < size);
  return model;
}

}  // namespace etalon
