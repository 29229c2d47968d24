#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/client/command_line_fixture.h"

namespace etalon {
namespace {

using ::etalon::testing::CommandLineFixture;
using ::etalon::testing::CommandResult;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kSearch[] = R"(name: small
training: {schedule: {constant: {eta: 0.1}}}
parameters:
  lambda: {log: [1e-5, 1e-1]}
stages:
  - {name: coarse, sample: {random: 10}}
)";

class Submit : public CommandLineFixture {
 protected:
  const std::string file_ = WriteFile("search.yaml", kSearch);
};

TEST_F(Submit, PrintsTheNameAndSendsTheDefinition) {
  const CommandResult result = Run({"submit", file_});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "small\n");
  ASSERT_THAT(service_.created(), SizeIs(1));
  EXPECT_EQ(service_.created()[0].spec().stages(0).sample().random().count(),
            10);
  EXPECT_FALSE(service_.created()[0].paused());
  EXPECT_EQ(Run({"submit", file_, "-o", "name"}).out, "searches/small\n");
}

TEST_F(Submit, TakesFlagsAndStandardInput) {
  standard_input_ = kSearch;
  const CommandResult result =
      Run({"submit", "-", "--name", "other", "--set", "seed=7", "--set",
           "stages.coarse.replicates=2", "--request-id", "mine", "--paused"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "other\n");
  ASSERT_THAT(service_.created(), SizeIs(1));
  const v1::CreateSearchRequest request = service_.created()[0];
  EXPECT_EQ(request.spec().seed(), 7u);
  EXPECT_EQ(request.spec().stages(0).replicates(), 2);
  EXPECT_EQ(request.request_id(), "mine");
  EXPECT_TRUE(request.paused());
}

TEST_F(Submit, TriesAgainUnderTheSameRequestId) {
  service_.FailTimes(2);
  EXPECT_EQ(Run({"submit", file_}).exit_code, 0);
  ASSERT_THAT(service_.created(), SizeIs(3));
  EXPECT_THAT(service_.created()[0].request_id(), SizeIs(36));
  EXPECT_EQ(service_.created()[0].request_id(),
            service_.created()[2].request_id());
}

TEST_F(Submit, WrongFileIsNotSubmitted) {
  const std::string wrong = WriteFile("wrong.yaml", "name: x\nstagse: []\n");
  const CommandResult result = Run({"submit", wrong});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, AllOf(HasSubstr(wrong + ":2: stagse: unknown key; "
                                                  "did you mean 'stages'?"),
                                HasSubstr("'training' is missing"),
                                HasSubstr("nothing was submitted")));
  EXPECT_THAT(service_.created(), IsEmpty());
}

TEST_F(Submit, FileThatIsNotThereIsAUsageError) {
  const CommandResult result = Run({"submit", folder_.File("none.yaml")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("none.yaml"), HasSubstr("No such file")));
  EXPECT_EQ(Run({"submit", folder_.path()}).exit_code, 2);
}

TEST_F(Submit, CoordinatorsObjectionsComeWithTheirLine) {
  for (const grpc::StatusCode code :
       {grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::UNIMPLEMENTED,
        grpc::StatusCode::RESOURCE_EXHAUSTED}) {
    service_.FailWith(
        grpc::Status(code, "parameters[0].double_range.minimum: too low"));
    const CommandResult result = Run({"submit", file_});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr(file_ + ":4: parameters.lambda.log[0]: "
                                              "too low"));
  }
}

TEST_F(Submit, FollowEndsWithTheSearch) {
  v1::Search ended;
  ended.set_name("searches/small");
  ended.set_state(v1::Search::FAILED);
  ended.set_message("nothing trained");
  service_.AnswerSearches({ended});
  const CommandResult result = Run({"submit", file_, "--follow"});
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.out, "small\n");
  EXPECT_THAT(result.err, HasSubstr("nothing trained"));
}

}  // namespace
}  // namespace etalon
