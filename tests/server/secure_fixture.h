#ifndef ETALON_TESTS_SERVER_SECURE_FIXTURE_H_
#define ETALON_TESTS_SERVER_SECURE_FIXTURE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/rpc/credentials.h"
#include "common/security/token_file.h"
#include "common/security/token_file_lock.h"
#include "tests/server/server_fixture.h"
#include "tests/support/certificates.h"

namespace etalon::testing {

// A real server that asks for TLS and tokens.
class SecureFixture : public ServerFixture {
 protected:
  SecureFixture() {
    server_->Shutdown();
    AddToken("alice", Role::kAdmin);
    Start(MakeSecureOptions());
  }

  Server::Options MakeSecureOptions() const {
    Server::Options options = MakeOptions();
    options.credentials.certificate = certificates_.Pem("server");
    options.credentials.key = certificates_.Key("server");
    options.tokens = tokens_file();
    options.token_refresh = absl::Milliseconds(10);
    return options;
  }

  std::string tokens_file() const { return folder_.File("tokens"); }

  // Writes the token to the file that TokenOf names.
  Token AddToken(const std::string& name, Role role,
                 std::optional<absl::Time> expire_time = std::nullopt) {
    Token token;
    Change([&](TokenList& tokens) -> absl::Status {
      absl::StatusOr<Token> added =
          etalon::AddToken(tokens, name, role, absl::Now(), expire_time);
      if (added.ok()) token = *added;
      return added.status();
    });
    const absl::Status written =
        WriteFileAtomically(TokenFile(name), token.ToString(),
                            /*replace=*/true, kOwnerOnly);
    GTEST_CHECK_(written.ok()) << written;
    return token;
  }
  void Revoke(const std::string& name) {
    Change([&](TokenList& tokens) {
      return RevokeTokens(tokens, name, absl::Now()).status();
    });
  }
  std::string TokenFile(const std::string& name) const {
    return folder_.File(name + ".token");
  }

  // A connection with these files; whatever is missing is not shown.
  std::shared_ptr<grpc::Channel> Connect(const ClientCredentialFiles& files) {
    const auto credentials = ReadCredentials(files, SystemClock());
    GTEST_CHECK_(credentials.ok()) << credentials.status();
    return NewChannel(server_->address().ToString(), *credentials);
  }
  ClientCredentialFiles Files(const std::string& token_of) const {
    ClientCredentialFiles files;
    files.ca = certificates_.ca();
    if (!token_of.empty()) files.token = TokenFile(token_of);
    return files;
  }

  absl::StatusOr<v1::ListSearchesResponse> ListSearches(
      const std::shared_ptr<grpc::Channel>& channel) {
    const auto stub = v1::SearchService::NewStub(channel);
    return Call(*stub, &v1::SearchService::Stub::ListSearches,
                v1::ListSearchesRequest());
  }

  Certificates certificates_{{"alice", "bob"}};

 private:
  template <typename F>
  void Change(F change) {
    const absl::Status status =
        ChangeTokenFile(tokens_file(), /*create=*/true, change);
    GTEST_CHECK_(status.ok()) << status;
  }
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SERVER_SECURE_FIXTURE_H_
