#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/names.h"
#include "common/files.h"
#include "common/model_limits.h"
#include "common/resource_names.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

struct Options {
  ServerFlags server;
  std::string trial;
  std::string out;
  bool force = false;
};

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

absl::StatusOr<std::string> Fetch(const std::string& trial,
                                  Connection& connection, Context& context) {
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

absl::StatusOr<ExitCode> FetchModel(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const std::string trial, TrialNameOf(options.trial));
  ETALON_ASSIGN_OR_RETURN(const TrialName name, ParseTrialName(trial));
  const std::string path =
      options.out.empty()
          ? absl::StrCat(name.search, "-", name.number, ".safetensors")
          : options.out;
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_ASSIGN_OR_RETURN(const std::string model,
                          Fetch(trial, *connection, context));
  const absl::Status written = WriteFileAtomically(path, model, options.force);
  if (absl::IsAlreadyExists(written)) {
    return absl::AlreadyExistsError(
        absl::StrCat(written.message(), "; --force replaces it"));
  }
  ETALON_RETURN_IF_ERROR(written);
  context.out << path << "\n";
  return ExitCode::kDone;
}

}  // namespace

void AddModelCommand(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      app.add_subcommand("model", "Fetches the model of a trial, as a file");
  command
      ->add_option("TRIAL", options->trial,
                   "NAME/NUMBER or searches/NAME/trials/NUMBER")
      ->required();
  command
      ->add_option("--out", options->out,
                   "File to write; default: NAME-NUMBER.safetensors here")
      ->type_name("FILE");
  command->add_flag("--force", options->force,
                    "Replace a file that is there already");
  AddServerFlags(*command, options->server);
  command->footer(
      "Models are kept where a search file has keep_model: best or all.\n"
      "docs/models.md says what is in the file and how to read it.\n"
      "Example:\n"
      "  etalon model quickstart/7 --out model.safetensors");
  command->callback([&invocation, options] {
    invocation = [options](Context& context) {
      return FetchModel(*options, context);
    };
  });
}

}  // namespace etalon
