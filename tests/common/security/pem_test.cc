#include "common/security/pem.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "absl/time/clock.h"
#include "tests/support/certificates.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace etalon {
namespace {

using ::etalon::testing::Certificates;
using ::etalon::testing::StatusIs;
using ::etalon::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;

class PemTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& text) {
    const std::string path = folder_.File("file");
    std::ofstream(path) << text;
    chmod(path.c_str(), 0600);
    return path;
  }

  const Certificates certificates_{{"alice"}};
  const absl::Time now_ = absl::Now();
  TempDir folder_;
};

TEST_F(PemTest, PairIsReadAndHeldTogether) {
  const absl::StatusOr<PemPair> pair = ReadPemPair(
      certificates_.Pem("server"), certificates_.Key("server"), now_);
  ETALON_ASSERT_OK(pair);
  EXPECT_THAT(pair->certificate, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_THAT(pair->key, HasSubstr("PRIVATE KEY"));
  EXPECT_THAT(ReadPemPair(certificates_.Pem("server"),
                          certificates_.Key("alice"), now_),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("is not the key of the certificate in")));
}

TEST_F(PemTest, CertificateIsHeldToItsTime) {
  const absl::Duration year = absl::Hours(24 * 365);
  EXPECT_THAT(ReadPemPair(certificates_.Pem("server"),
                          certificates_.Key("server"), now_ + 2 * year),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("has expired"),
                             HasSubstr("make-certificates.sh"))));
  EXPECT_THAT(ReadPemPair(certificates_.Pem("server"),
                          certificates_.Key("server"), now_ - year),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("not valid yet")));
}

TEST_F(PemTest, WhatIsNoPemIsNamed) {
  const std::string path = Write("-----BEGIN CERTIFICATE-----\nAAAA\n");
  EXPECT_THAT(ReadPemAuthorities(path),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr(path + ": holds no certificate in PEM form")));
  EXPECT_THAT(ReadPemPair(certificates_.Pem("server"), path, now_),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no private key without a password")));
  EXPECT_THAT(ReadPemPair(path, certificates_.Key("server"), now_),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("holds no certificate")));
  EXPECT_THAT(ReadPemAuthorities(folder_.File("none")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

TEST_F(PemTest, KeyThatOthersMayReadIsNotUsed) {
  chmod(certificates_.Key("server").c_str(), 0644);
  EXPECT_THAT(
      ReadPemPair(certificates_.Pem("server"), certificates_.Key("server"),
                  now_),
      StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("chmod 600")));
}

}  // namespace
}  // namespace etalon
