#include "server/filter/parse_filter.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/limits.h"
#include "server/filter/trial_fields.h"
#include "tests/support/proto_matchers.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::ParseTextProto;
using ::etalon::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

const std::vector<v1::Parameter>& Parameters() {
  static const auto* const parameters = new std::vector<v1::Parameter>{
      ParseTextProto<v1::Parameter>(
          R"pb(name: "lambda"
               double_range { minimum: 1e-5 maximum: 1 })pb"),
      ParseTextProto<v1::Parameter>(
          R"pb(name: "network.hidden[0]"
               integer_range { minimum: 1 maximum: 9 })pb"),
      ParseTextProto<v1::Parameter>(R"pb(
        name: "network.activation"
        categories {
          values { text: "relu" }
          values { text: "tanh" }
        }
      )pb"),
      ParseTextProto<v1::Parameter>(R"pb(
        name: "network.init"
        categories {
          values { text: "he" }
          values { number: 0.01 }
        }
      )pb")};
  return *parameters;
}

std::string ToText(const TrialValue& value) {
  if (const double* number = std::get_if<double>(&value)) {
    return absl::StrCat(*number);
  }
  if (const absl::Time* time = std::get_if<absl::Time>(&value)) {
    return absl::FormatTime(*time, absl::UTCTimeZone());
  }
  return absl::StrCat("'", std::get<std::string>(value), "'");
}

// A tree in Polish notation: what was understood.
std::string ToText(const TrialFilter& filter) {
  static const char* const kOperators[] = {
      "=", "!=", "<", "<=", ">", ">=", "in", "not-in", "null", "not-null"};
  std::vector<std::string> parts;
  switch (filter.kind) {
    case TrialFilter::Kind::kAll:
      return "all";
    case TrialFilter::Kind::kAnd:
      parts.push_back("and");
      break;
    case TrialFilter::Kind::kOr:
      parts.push_back("or");
      break;
    case TrialFilter::Kind::kNot:
      parts.push_back("not");
      break;
    case TrialFilter::Kind::kCondition: {
      const TrialCondition& condition = filter.condition;
      parts.push_back(kOperators[static_cast<int>(condition.op)]);
      parts.push_back(absl::StrCat("f", static_cast<int>(condition.key.field)));
      if (!condition.key.parameter.empty()) {
        parts.back() = condition.key.parameter;
      }
      for (const TrialValue& value : condition.values) {
        parts.push_back(ToText(value));
      }
    }
  }
  for (const TrialFilter& operand : filter.operands) {
    parts.push_back(ToText(operand));
  }
  return absl::StrCat("(", absl::StrJoin(parts, " "), ")");
}

std::string Parsed(absl::string_view text) {
  const auto filter = ParseTrialFilter(text, Parameters());
  return filter.ok() ? ToText(*filter) : std::string(filter.status().message());
}

std::string F(TrialField field) {
  return absl::StrCat("f", static_cast<int>(field));
}

TEST(ParseFilter, NothingAsksForAll) {
  EXPECT_EQ(Parsed(""), "all");
  EXPECT_EQ(Parsed(" \t\n"), "all");
}

TEST(ParseFilter, EveryComparisonIsUnderstood) {
  const std::string lambda = F(TrialField::kLambda);
  EXPECT_EQ(Parsed("lambda=1e-3"), absl::StrCat("(= ", lambda, " 0.001)"));
  EXPECT_EQ(Parsed("lambda == 1"), absl::StrCat("(= ", lambda, " 1)"));
  EXPECT_EQ(Parsed("lambda != .5"), absl::StrCat("(!= ", lambda, " 0.5)"));
  EXPECT_EQ(Parsed("lambda <> .5"), absl::StrCat("(!= ", lambda, " 0.5)"));
  EXPECT_EQ(Parsed("lambda<-1"), absl::StrCat("(< ", lambda, " -1)"));
  EXPECT_EQ(Parsed("lambda <= +2"), absl::StrCat("(<= ", lambda, " 2)"));
  EXPECT_EQ(Parsed("lambda > 3."), absl::StrCat("(> ", lambda, " 3)"));
  EXPECT_EQ(Parsed("lambda >= 3E2"), absl::StrCat("(>= ", lambda, " 300)"));
  EXPECT_EQ(Parsed("lambda in(1,2 , 3)"),
            absl::StrCat("(in ", lambda, " 1 2 3)"));
  EXPECT_EQ(Parsed("lambda NOT IN (1)"),
            absl::StrCat("(not-in ", lambda, " 1)"));
  EXPECT_EQ(Parsed("lambda IS NULL"), absl::StrCat("(null ", lambda, ")"));
  EXPECT_EQ(Parsed("lambda is not  null"),
            absl::StrCat("(not-null ", lambda, ")"));
}

TEST(ParseFilter, AndBindsCloserThanOrAndNotClosest) {
  const auto is = [](int n) {
    return absl::StrCat("(= ", F(TrialField::kNumber), " ", n, ")");
  };
  EXPECT_EQ(Parsed("trial=1 OR trial=2 AND number=3"),
            absl::StrCat("(or ", is(1), " (and ", is(2), " ", is(3), "))"));
  EXPECT_EQ(Parsed("(trial=1 or trial=2) and trial=3 and trial=4"),
            absl::StrCat("(and (or ", is(1), " ", is(2), ") ", is(3), " ",
                         is(4), ")"));
  EXPECT_EQ(Parsed("not trial=1 and trial=2"),
            absl::StrCat("(and (not ", is(1), ") ", is(2), ")"));
  EXPECT_EQ(Parsed("NOT(trial=1 AND NOT trial=2)"),
            absl::StrCat("(not (and ", is(1), " (not ", is(2), ")))"));
}

TEST(ParseFilter, ValuesAreReadAsTheirFieldHasThem) {
  EXPECT_EQ(Parsed("state = succeeded"),
            absl::StrCat("(= ", F(TrialField::kState), " 'SUCCEEDED')"));
  EXPECT_EQ(Parsed("failure_reason IN (WORKER_LOST, 'diverged')"),
            absl::StrCat("(in ", F(TrialField::kFailureReason),
                         " 'WORKER_LOST' 'DIVERGED')"));
  EXPECT_EQ(Parsed("stage = fine-2"),
            absl::StrCat("(= ", F(TrialField::kStage), " 'fine-2')"));
  EXPECT_EQ(Parsed("failure = 'it''s \"gone\"'"),
            absl::StrCat("(= ", F(TrialField::kFailure), " 'it's \"gone\"')"));
  EXPECT_EQ(Parsed("failure = \"a \"\"b\"\" 'c'\""),
            absl::StrCat("(= ", F(TrialField::kFailure), " 'a \"b\" 'c'')"));
  EXPECT_EQ(Parsed("worker = workers/3"),
            absl::StrCat("(= ", F(TrialField::kWorker), " 3)"));
  EXPECT_EQ(Parsed("end_time < 2026-01-31T10:00:00+01:00"),
            absl::StrCat("(< ", F(TrialField::kEndTime),
                         " 2026-01-31T09:00:00+00:00)"));
  EXPECT_EQ(Parsed("create_time >= '2026-01-31'"),
            absl::StrCat("(>= ", F(TrialField::kCreateTime),
                         " 2026-01-31T00:00:00+00:00)"));
}

TEST(ParseFilter, ParametersAreThoseOfTheSearch) {
  EXPECT_EQ(Parsed("parameters.lambda < 1"), "(< lambda 1)");
  EXPECT_EQ(Parsed("parameters.network.hidden[0] >= 5"),
            "(>= network.hidden[0] 5)");
  EXPECT_EQ(Parsed("parameters.network.activation IN (relu, 'tanh')"),
            "(in network.activation 'relu' 'tanh')");
  EXPECT_EQ(Parsed("parameters.network.init IN (he, 0.01, '0.01')"),
            "(in network.init 'he' 0.01 '0.01')");
  EXPECT_EQ(Parsed("parameters.dropout = 1"),
            "filter: at byte 1, 'parameters.dropout': the search has no "
            "parameter 'dropout'; valid: lambda, network.hidden[0], "
            "network.activation, network.init");
  EXPECT_THAT(Parsed("network.activation = relu"),
              HasSubstr("did you mean 'parameters.network.activation'?"));
}

TEST(ParseFilter, ErrorsNameThePlaceTheTokenAndTheWayOut) {
  EXPECT_EQ(Parsed("lamda < 1"),
            "filter: at byte 1, 'lamda': there is no field 'lamda'; did you "
            "mean 'lambda'?");
  EXPECT_EQ(Parsed("eta > 1 AND state = SUCEEDED"),
            "filter: at byte 21, 'SUCEEDED': 'SUCEEDED' is no trial's state; "
            "did you mean 'SUCCEEDED'?");
  EXPECT_EQ(Parsed("eta > many"),
            "filter: at byte 7, 'many': 'many' is not a finite number");
  EXPECT_EQ(Parsed("eta > "),
            "filter: at byte 7, the end: expected a value: a number, a word, "
            "or text in quotes");
  EXPECT_EQ(Parsed("eta > 1 AND"),
            "filter: at byte 12, the end: expected a condition such as lambda "
            "< 1e-3");
  EXPECT_EQ(Parsed("eta"),
            "filter: at byte 4, the end: expected a comparison (=, !=, <, <=, "
            ">, >=), IN (...), IS NULL or IS NOT NULL");
  EXPECT_EQ(Parsed("eta = 1 eta = 2"),
            "filter: at byte 9, 'eta': expected AND, OR or the end");
  EXPECT_EQ(Parsed("(eta = 1"), "filter: at byte 9, the end: expected ')'");
  EXPECT_EQ(Parsed("eta IN 1"), "filter: at byte 8, '1': expected '('");
  EXPECT_EQ(Parsed("eta IS 1"),
            "filter: at byte 8, '1': expected NULL or NOT NULL");
  EXPECT_THAT(Parsed("failure = 'open"), HasSubstr("the quote that ends it"));
  EXPECT_THAT(Parsed("state < SUCCEEDED"), HasSubstr("no order"));
  EXPECT_THAT(Parsed("eta = '1'"), HasSubstr("a number has no quotes"));
  EXPECT_THAT(Parsed("end_time > yesterday"), HasSubstr("is no time"));
  EXPECT_THAT(Parsed("worker = 0"), HasSubstr("is no worker"));
}

TEST(ParseFilter, HostileTextIsRefusedAndEscaped) {
  for (const char* text : {"1=1",
                           "trial = 1; DROP TABLE trials",
                           "trial = 1 -- x",
                           "trial = (SELECT 1)",
                           "trial = 1 UNION SELECT 1",
                           "x' OR '1'='1",
                           "state = SUCCEEDED' OR 1=1 --",
                           "trial = trial",
                           "t.number = 1",
                           "trial = ?",
                           "trial = :a",
                           "trial = $1",
                           "lambda = nan",
                           "lambda = inf",
                           "lambda = 1e999",
                           "lambda = 0x",
                           "()",
                           "(((",
                           ")",
                           "NOT",
                           "AND",
                           "trial IN ()",
                           "trial IN (1,)",
                           "trial IN (1",
                           "trial IS NOT",
                           "trial NOT NULL",
                           "\xff = 1",
                           "failure = '\xff'",
                           "failure = '\x1b[2J'"}) {
    const auto filter = ParseTrialFilter(text, Parameters());
    ASSERT_THAT(filter, StatusIs(absl::StatusCode::kInvalidArgument,
                                 HasSubstr("filter: ")))
        << text;
    for (const char c : std::string(filter.status().message())) {
      EXPECT_TRUE(c >= ' ' && c < 0x7f) << text;
    }
  }
  EXPECT_THAT(
      ParseTrialFilter(absl::string_view("trial = 1\0 OR 1", 15), Parameters()),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'\\x00'")));
}

TEST(ParseFilter, LengthDepthAndTermsHaveLimits) {
  EXPECT_THAT(Parsed(std::string(kMaxFilterBytes + 1, ' ')),
              AllOf(HasSubstr("4097"), HasSubstr("4096")));
  const auto nested = [](int depth) {
    return absl::StrCat(std::string(depth - 1, '('), "trial=1",
                        std::string(depth - 1, ')'));
  };
  EXPECT_FALSE(absl::StartsWith(Parsed(nested(kMaxFilterDepth)), "filter"));
  EXPECT_THAT(Parsed(nested(kMaxFilterDepth + 1)), HasSubstr("nested more"));
  EXPECT_THAT(Parsed(std::string(4096, '(')), HasSubstr("nested more"));
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "NOT ";
  EXPECT_THAT(Parsed(nots + "trial=1"), HasSubstr("nested more"));
  std::vector<std::string> terms(kMaxFilterTerms / 2, "trial=1");
  EXPECT_FALSE(
      absl::StartsWith(Parsed(absl::StrJoin(terms, " OR ")), "filter"));
  terms.push_back("trial=1");
  EXPECT_THAT(Parsed(absl::StrJoin(terms, " OR ")), HasSubstr("terms"));
  const std::vector<std::string> values(kMaxFilterTerms, "1");
  EXPECT_THAT(
      Parsed(absl::StrCat("trial IN (", absl::StrJoin(values, ","), ")")),
      HasSubstr("terms"));
}

TEST(ParseFilter, EveryFieldCanBeAskedFor) {
  for (const std::string& name : TrialFieldNames()) {
    EXPECT_FALSE(
        absl::StartsWith(Parsed(absl::StrCat(name, " IS NULL")), "filter"))
        << name;
  }
}

TEST(ParseOrder, KeyAndDirection) {
  const auto order = [](absl::string_view text) {
    return ParseTrialOrder(text, Parameters());
  };
  EXPECT_EQ(order("")->key.field, TrialField::kNumber);
  EXPECT_EQ(order("eta")->key.field, TrialField::kEta);
  EXPECT_FALSE(order("eta asc")->descending);
  EXPECT_TRUE(order(" validation_accuracy  DESC ")->descending);
  EXPECT_EQ(order("parameters.lambda")->key.parameter, "lambda");
  for (const char* text : {"etaa", "eta up", "eta desc desc", "eta, trial", "1",
                           "eta;", "parameters.x"}) {
    EXPECT_THAT(order(text), StatusIs(absl::StatusCode::kInvalidArgument,
                                      HasSubstr("order_by: ")))
        << text;
  }
}

}  // namespace
}  // namespace etalon
