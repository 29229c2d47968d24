#include "common/rpc/credentials.h"

#include <gmock/gmock.h>

#include <string>

#include "common/clock.h"
#include "tests/support/certificates.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::Certificates;
using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

TEST(Credentials, FilesThatMakeNoSenseTogetherAreRefused) {
  const struct {
    ClientCredentialFiles files;
    const char* words;
  } clients[] = {
      {{.ca = "", .certificate = "c", .key = "", .token = ""},
       "--tls-certificate needs --tls-key"},
      {{.ca = "", .certificate = "", .key = "k", .token = ""},
       "--tls-key needs --tls-certificate"},
      {{.ca = "", .certificate = "c", .key = "k", .token = ""},
       "--tls-certificate needs --tls-ca"},
      {{.ca = "", .certificate = "", .key = "", .token = "t"},
       "tokens travel encrypted only"},
  };
  for (const auto& c : clients) {
    EXPECT_THAT(
        ReadCredentials(c.files, SystemClock()),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.words)));
  }
  EXPECT_THAT(ReadCredentials(
                  ServerCredentialFiles{
                      .certificate = "", .key = "", .client_ca = "ca"},
                  SystemClock()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("--tls-client-ca needs --tls-certificate")));
}

TEST(Credentials, NoneArePlain) {
  ETALON_EXPECT_OK(ReadCredentials(ClientCredentialFiles{}, SystemClock()));
  ETALON_EXPECT_OK(ReadCredentials(ServerCredentialFiles{}, SystemClock()));
}

TEST(Credentials, FilesThatAreNotThereAreNamed) {
  const Certificates certificates;
  EXPECT_THAT(
      ReadCredentials(
          ClientCredentialFiles{
              .ca = "/no/ca", .certificate = "", .key = "", .token = ""},
          SystemClock()),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("/no/ca")));
  EXPECT_THAT(ReadCredentials(ClientCredentialFiles{.ca = certificates.ca(),
                                                    .certificate = "",
                                                    .key = "",
                                                    .token = "/no/token"},
                              SystemClock()),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/no/token")));
}

}  // namespace
}  // namespace etalon
