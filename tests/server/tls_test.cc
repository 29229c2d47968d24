// What a coordinator that asks for TLS refuses, each tried by a real client.

#include <gmock/gmock.h>
#include <grpcpp/security/credentials.h>

#include <string>

#include "tests/server/secure_fixture.h"
#include "tests/support/certificates.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::Certificates;
using ::etalon::testing::SecureFixture;
using ::etalon::testing::StatusIs;
using ::testing::_;
using ::testing::AllOf;
using ::testing::HasSubstr;

class TlsTest : public SecureFixture {
 protected:
  // The server asks for certificates too.
  void AskForCertificates() {
    server_->Shutdown();
    Server::Options options = MakeSecureOptions();
    options.credentials.client_ca = certificates_.ca();
    Start(options);
  }
  ClientCredentialFiles FilesWith(const Certificates& certificates,
                                  const std::string& name) const {
    ClientCredentialFiles files = Files("alice");
    files.certificate = certificates.Pem(name);
    files.key = certificates.Key(name);
    return files;
  }
  void ExpectRefused(const ClientCredentialFiles& files) {
    EXPECT_THAT(ListSearches(Connect(files)),
                StatusIs(absl::StatusCode::kUnavailable, _));
  }
};

TEST_F(TlsTest, TokenOverTlsIsLetIn) {
  ETALON_EXPECT_OK(ListSearches(Connect(Files("alice"))));
}

TEST_F(TlsTest, PlainCallerIsRefused) {
  ExpectRefused(ClientCredentialFiles{});
}

TEST_F(TlsTest, TlsCallerOfAPlainServerIsRefused) {
  server_->Shutdown();
  Start(MakeOptions());
  ExpectRefused(Files(""));
}

TEST_F(TlsTest, CallerDoesNotBelieveAForeignAuthority) {
  const Certificates others;
  ClientCredentialFiles files = Files("alice");
  files.ca = others.ca();
  ExpectRefused(files);
}

TEST_F(TlsTest, CallerDoesNotBelieveAClientsCertificate) {
  // Of the right authority, but for no server's name.
  Server::Options options = MakeSecureOptions();
  options.credentials.certificate = certificates_.Pem("alice");
  options.credentials.key = certificates_.Key("alice");
  server_->Shutdown();
  Start(options);
  ExpectRefused(Files("alice"));
}

TEST_F(TlsTest, ServerWithAnExpiredCertificateDoesNotStart) {
  server_->Shutdown();
  certificates_.MakeExpired("server");
  EXPECT_THAT(Server::Create(MakeSecureOptions(), SystemClock()).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("has expired")));
}

TEST_F(TlsTest, CertificateOfTheAuthorityIsLetIn) {
  AskForCertificates();
  ETALON_EXPECT_OK(ListSearches(Connect(FilesWith(certificates_, "bob"))));
}

TEST_F(TlsTest, CertificateDoesNotStandInForAToken) {
  AskForCertificates();
  ClientCredentialFiles files = FilesWith(certificates_, "bob");
  files.token = "";
  EXPECT_THAT(
      ListSearches(Connect(files)),
      StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("--token-file")));
}

TEST_F(TlsTest, CallerWithoutACertificateIsRefused) {
  AskForCertificates();
  ExpectRefused(Files("alice"));
}

TEST_F(TlsTest, ForeignCertificateIsRefused) {
  AskForCertificates();
  const Certificates others({"mallory"});
  ExpectRefused(FilesWith(others, "mallory"));
}

TEST_F(TlsTest, TokensWithoutTlsAreRefused) {
  server_->Shutdown();
  Server::Options options = MakeOptions();
  options.tokens = tokens_file();
  EXPECT_THAT(Server::Create(options, SystemClock()).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("--tls-certificate"),
                             HasSubstr("encrypted only"))));
}

TEST_F(TlsTest, ExpiredCertificateIsRefused) {
  AskForCertificates();
  certificates_.MakeExpired("old");
  const ClientCredentialFiles files = FilesWith(certificates_, "old");
  EXPECT_THAT(ReadCredentials(files, SystemClock()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("has expired")));
  // A caller that does not look shows it all the same.
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = *ReadWholeFile(files.ca, 1 << 20);
  options.pem_cert_chain = *ReadWholeFile(files.certificate, 1 << 20);
  options.pem_private_key = *ReadWholeFile(files.key, 1 << 20);
  EXPECT_THAT(ListSearches(NewChannel(server_->address().ToString(),
                                      grpc::SslCredentials(options))),
              StatusIs(absl::StatusCode::kUnavailable, _));
}

}  // namespace
}  // namespace etalon
