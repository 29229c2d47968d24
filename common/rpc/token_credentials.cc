#include "common/rpc/token_credentials.h"

#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/mutex.h"
#include "common/security/token.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

// Between two looks at the file: what an operator waits for without a thought,
// and a hundred bytes read too seldom to matter.
constexpr absl::Duration kReadAgain = absl::Seconds(5);

class TokenPlugin : public grpc::MetadataCredentialsPlugin {
 public:
  TokenPlugin(std::string path, const Token& token, const Clock& clock)
      : path_(std::move(path)),
        clock_(clock),
        value_(Value(token)),
        read_(clock.Monotonic()) {}

  // Or gRPC would start a thread for every call.
  bool IsBlocking() const override { return false; }

  grpc::Status GetMetadata(
      grpc::string_ref /*service_url*/, grpc::string_ref /*method_name*/,
      const grpc::AuthContext& /*channel*/,
      std::multimap<std::string, std::string>* metadata) override {
    metadata->emplace(kTokenHeader, CurrentValue());
    return grpc::Status::OK;
  }

  // gRPC puts it into traces: nothing of the token.
  std::string DebugString() override { return "a token of Etalon"; }

 private:
  static std::string Value(const Token& token) {
    return absl::StrCat(kTokenScheme, token.ToString());
  }

  std::string CurrentValue() {
    MutexLock lock(mutex_);
    const absl::Duration now = clock_.Monotonic();
    if (now - read_ >= kReadAgain) {
      read_ = now;
      const absl::StatusOr<Token> token = ReadTokenOf(path_);
      if (token.ok()) value_ = Value(*token);
    }
    return value_;
  }

  const std::string path_;
  const Clock& clock_;
  Mutex mutex_;
  std::string value_ ABSL_GUARDED_BY(mutex_);
  // When the file was last looked at.
  absl::Duration read_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::CallCredentials>> TokenCredentials(
    const std::string& path, const Clock& clock) {
  ETALON_ASSIGN_OR_RETURN(const Token token, ReadTokenOf(path));
  return grpc::MetadataCredentialsFromPlugin(
      std::make_unique<TokenPlugin>(path, token, clock));
}

}  // namespace etalon
