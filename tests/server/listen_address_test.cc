#include "server/listen_address.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ListenAddress, SurvivesARoundTrip) {
  for (const char* text : {"127.0.0.1:7077", "localhost:0", "[::1]:65535",
                           "0.0.0.0:80", "[::]:7077"}) {
    ETALON_ASSERT_OK_AND_ASSIGN(const ListenAddress address,
                                ParseListenAddress(text));
    EXPECT_EQ(address.ToString(), text);
  }
}

TEST(ListenAddress, RefusesEverythingElse) {
  for (const char* text :
       {"", ":", "7077", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
        "127.0.0.1:-1", "127.0.0.1:http", "::1:7077", "[::1]", "[127.0.0.1]:1",
        "host.example:7077", ":7077", "[::1:7077", "127.0.0.256:1"}) {
    EXPECT_THAT(
        ParseListenAddress(text),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("HOST:PORT")))
        << text;
  }
}

TEST(ListenAddress, KnowsWhatOnlyThisMachineReaches) {
  for (const char* text :
       {"127.0.0.1:1", "127.1.2.3:1", "localhost:1", "[::1]:1"}) {
    EXPECT_TRUE(IsLoopback(*ParseListenAddress(text))) << text;
  }
  for (const char* text : {"0.0.0.0:1", "10.0.0.1:1", "[::]:1", "[::2]:1"}) {
    EXPECT_FALSE(IsLoopback(*ParseListenAddress(text))) << text;
  }
}

TEST(ListenAddress, SaysThatTheMachineHasNoSuchAddress) {
  // TEST-NET-1, which nobody has.
  EXPECT_THAT(Listen({"192.0.2.1", 0}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("192.0.2.1:0")));
}

TEST(ListenAddress, OnePortIsOneSockets) {
  ETALON_ASSERT_OK_AND_ASSIGN(const ListeningSocket first,
                              Listen({"127.0.0.1", 0}));
  EXPECT_GT(first.port, 0);
  EXPECT_THAT(
      Listen({"127.0.0.1", first.port}).status(),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("is in use")));
  close(first.fd);
  ETALON_ASSERT_OK_AND_ASSIGN(const ListeningSocket second,
                              Listen({"127.0.0.1", first.port}));
  EXPECT_EQ(second.port, first.port);
  close(second.fd);
}

}  // namespace
}  // namespace etalon
