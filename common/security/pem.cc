#include "common/security/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/security/secret_file.h"
#include "common/status_macros.h"

namespace etalon {
namespace {

template <auto free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;

Bio Open(absl::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Instead of a question on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

// The first certificate; null where there is none.
Certificate FirstCertificate(absl::string_view text) {
  const Bio bio = Open(text);
  Certificate certificate(
      PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  return certificate;
}

Key ReadKey(absl::string_view text) {
  const Bio bio = Open(text);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  return key;
}

absl::Status NotPem(const std::string& file, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(file, ": holds no ", what, " in PEM form"));
}

// -1, 0, 1: the time lies before, at or after `now`.
int Compare(const ASN1_TIME* time, absl::Time now) {
  return ASN1_TIME_cmp_time_t(time, absl::ToTimeT(now));
}

}  // namespace

absl::StatusOr<PemPair> ReadPemPair(const std::string& certificate_file,
                                    const std::string& key_file,
                                    absl::Time now) {
  PemPair pair;
  ETALON_ASSIGN_OR_RETURN(
      pair.certificate,
      ReadProtectedFile(certificate_file, kMaxCredentialBytes));
  ETALON_ASSIGN_OR_RETURN(pair.key, ReadSecretFile(key_file));
  const Certificate certificate = FirstCertificate(pair.certificate);
  if (certificate == nullptr) return NotPem(certificate_file, "certificate");
  const Key key = ReadKey(pair.key);
  if (key == nullptr) return NotPem(key_file, "private key without a password");
  const bool fits = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!fits) {
    return absl::InvalidArgumentError(absl::StrCat(
        key_file, ": is not the key of the certificate in ", certificate_file));
  }
  if (Compare(X509_get0_notAfter(certificate.get()), now) < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(certificate_file,
                     ": the certificate has expired; "
                     "deploy/make-certificates.sh makes "
                     "another"));
  }
  if (Compare(X509_get0_notBefore(certificate.get()), now) > 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(certificate_file,
                     ": the certificate is not valid yet; look at this "
                     "machine's clock"));
  }
  return pair;
}

absl::StatusOr<std::string> ReadPemAuthorities(const std::string& file) {
  ETALON_ASSIGN_OR_RETURN(std::string text,
                          ReadProtectedFile(file, kMaxCredentialBytes));
  if (FirstCertificate(text) == nullptr) return NotPem(file, "certificate");
  return text;
}

}  // namespace etalon
