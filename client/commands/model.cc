#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/fetch_model.h"
#include "client/names.h"
#include "common/files.h"
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

absl::StatusOr<ExitCode> StoreModel(const Options& options, Context& context) {
  ETALON_ASSIGN_OR_RETURN(const std::string trial, TrialNameOf(options.trial));
  ETALON_ASSIGN_OR_RETURN(const TrialName name, ParseTrialName(trial));
  const std::string path =
      options.out.empty()
          ? absl::StrCat(name.search, "-", name.number, ".safetensors")
          : options.out;
  ETALON_ASSIGN_OR_RETURN(const auto connection,
                          Connect(options.server, context));
  ETALON_ASSIGN_OR_RETURN(const std::string model,
                          FetchModel(*connection, trial, context));
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
      return StoreModel(*options, context);
    };
  });
}

}  // namespace etalon
