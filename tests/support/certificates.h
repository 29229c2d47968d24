#ifndef ETALON_TESTS_SUPPORT_CERTIFICATES_H_
#define ETALON_TESTS_SUPPORT_CERTIFICATES_H_

#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace etalon::testing {

// A set of certificates as deploy/make-certificates.sh makes it: ca, server
// (for localhost), and what is asked for. Each has NAME.pem and NAME.key in a
// folder of its own.
class Certificates {
 public:
  Certificates() : Certificates(std::vector<std::string>{}) {}
  // With a certificate for each of these clients.
  explicit Certificates(const std::vector<std::string>& clients);

  // One more, for a client or, with the name "server", the coordinator, that
  // has expired when this returns.
  void MakeExpired(const std::string& name);

  std::string Pem(const std::string& name) const {
    return folder_.File(name + ".pem");
  }
  std::string Key(const std::string& name) const {
    return folder_.File(name + ".key");
  }
  std::string ca() const { return Pem("ca"); }

 private:
  void Make(std::vector<std::string> arguments);

  TempDir folder_;
};

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SUPPORT_CERTIFICATES_H_
