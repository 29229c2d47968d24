#include "common/resource_names.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ResourceNames, SurviveARoundTrip) {
  EXPECT_EQ(*ParseSearchName(FormatSearchName("coarse-2")), "coarse-2");
  ETALON_ASSERT_OK_AND_ASSIGN(StageName stage,
                              ParseStageName(FormatStageName("s", "fine")));
  EXPECT_EQ(stage.search, "s");
  EXPECT_EQ(stage.stage, "fine");
  ETALON_ASSERT_OK_AND_ASSIGN(TrialName trial,
                              ParseTrialName(FormatTrialName("s", 17)));
  EXPECT_EQ(trial.search, "s");
  EXPECT_EQ(trial.number, 17);
  EXPECT_EQ(*ParseWorkerName(FormatWorkerName(4)), 4);
}

TEST(ResourceNames, RefuseIdsThatCouldBePathsOrMarkup) {
  const std::vector<std::string> ids = {"",
                                        "A",
                                        "1a",
                                        "-a",
                                        "a-",
                                        "a_b",
                                        "a b",
                                        "../x",
                                        "a\n",
                                        "<b>",
                                        std::string(64, 'a')};
  for (const std::string& id : ids) {
    EXPECT_THAT(
        ValidateId("search name", id),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("search name")))
        << id;
  }
  ETALON_EXPECT_OK(ValidateId("search name", std::string(63, 'a')));
}

TEST(ResourceNames, RefuseOtherSpellingsOfANumber) {
  for (const char* name :
       {"searches/s/trials/0", "searches/s/trials/01", "searches/s/trials/+1",
        "searches/s/trials/-1", "searches/s/trials/ 1", "searches/s/trials/",
        "searches/s/trials/99999999999999999999", "searches/s/trials/1/",
        "/searches/s/trials/1", "searches//trials/1"}) {
    EXPECT_THAT(ParseTrialName(name),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'")))
        << name;
  }
}

TEST(ResourceNames, QuoteHostileNamesShortAndEscaped) {
  const absl::Status status =
      ParseSearchName(std::string(10'000, '\n')).status();
  EXPECT_LT(status.message().size(), 400u);
  EXPECT_THAT(std::string(status.message()), HasSubstr("\\n"));
}

}  // namespace
}  // namespace etalon
