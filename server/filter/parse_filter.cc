#include "server/filter/parse_filter.h"

#include <cstddef>
#include <memory>
#include <string>
#include <tao/pegtl/contrib/limit_depth.hpp>
#include <tao/pegtl/contrib/parse_tree.hpp>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/limits.h"
#include "common/status_macros.h"
#include "common/suggest.h"
#include "common/utf8.h"
#include "server/filter/grammar.h"
#include "server/filter/trial_fields.h"

namespace etalon {
namespace {

namespace grammar = filter_grammar;
using grammar::parse_tree::node;
using Operator = TrialCondition::Operator;

// What was expected where a rule that must match does not.
template <typename Rule>
constexpr const char* kExpected = "something else";
template <>
constexpr const char* kExpected<grammar::value> =
    "a value: a number, a word, or text in quotes";
template <>
constexpr const char* kExpected<grammar::test> =
    "a comparison (=, !=, <, <=, >, >=), IN (...), IS NULL or IS NOT NULL";
template <>
constexpr const char* kExpected<grammar::factor> =
    "a condition such as lambda < 1e-3";
template <>
constexpr const char* kExpected<grammar::conjunction> =
    kExpected<grammar::factor>;
template <>
constexpr const char* kExpected<grammar::disjunction> =
    kExpected<grammar::factor>;
template <>
constexpr const char* kExpected<grammar::opening> = "'('";
template <>
constexpr const char* kExpected<grammar::closing> = "')'";
template <>
constexpr const char* kExpected<grammar::list> = "'(' and values";
template <>
constexpr const char* kExpected<grammar::null_word> = "NULL or NOT NULL";
template <>
constexpr const char* kExpected<grammar::in_list> = "IN";
template <>
constexpr const char* kExpected<grammar::one<'\''>> = "the quote that ends it";
template <>
constexpr const char* kExpected<grammar::one<'"'>> = "the quote that ends it";
template <>
constexpr const char* kExpected<grammar::end> = "AND, OR or the end";

template <typename Rule>
struct Control : grammar::normal<Rule> {
  template <typename Input, typename... States>
  [[noreturn]] static void raise(const Input& input, States&&...) {
    throw grammar::parse_error(kExpected<Rule>, input);
  }
};

template <typename Rule>
struct Action {};
template <>
struct Action<grammar::factor> : grammar::limit_depth<kMaxFilterDepth> {};

template <typename Rule>
using Selector = grammar::parse_tree::selector<
    Rule,
    grammar::parse_tree::store_content::on<
        grammar::field, grammar::comparator, grammar::word, grammar::quoted,
        grammar::in_list, grammar::not_in_list, grammar::null_test,
        grammar::is_not_null, grammar::condition, grammar::negation>,
    grammar::parse_tree::fold_one::on<grammar::conjunction,
                                      grammar::disjunction>>;

// The token that begins there.
std::string TokenAt(absl::string_view text, size_t position) {
  absl::string_view rest = text.substr(position);
  if (rest.empty()) return "the end";
  size_t length = 1;
  const auto of_word = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
           c == '.' || c == '-';
  };
  while (length < rest.size() && length < 32 && of_word(rest[0]) &&
         of_word(rest[length])) {
    ++length;
  }
  return absl::StrCat("'", absl::CHexEscape(rest.substr(0, length)), "'");
}

// `position` in bytes from 0.
absl::Status ErrorAt(absl::string_view text, size_t position,
                     absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("filter: at byte ", position + 1, ", ",
                   TokenAt(text, position), ": ", what));
}

// Quotes taken off, and doubled ones made single.
std::string Unquote(absl::string_view quoted) {
  const char quote = quoted.front();
  std::string text;
  for (size_t i = 1; i + 1 < quoted.size(); ++i) {
    text.push_back(quoted[i]);
    if (quoted[i] == quote) ++i;
  }
  return text;
}

// Makes the tree of comparisons of the tree of rules.
class Translator {
 public:
  Translator(absl::string_view text, absl::Span<const v1::Parameter> parameters)
      : text_(text), parameters_(parameters) {}

  absl::StatusOr<TrialFilter> Translate(const node& rule) {
    if (rule.is_type<grammar::condition>()) return TranslateCondition(rule);
    TrialFilter filter;
    filter.kind = rule.is_type<grammar::negation>() ? TrialFilter::Kind::kNot
                  : rule.is_type<grammar::conjunction>()
                      ? TrialFilter::Kind::kAnd
                      : TrialFilter::Kind::kOr;
    for (const std::unique_ptr<node>& child : rule.children) {
      ETALON_ASSIGN_OR_RETURN(filter.operands.emplace_back(),
                              Translate(*child));
    }
    return filter;
  }

 private:
  absl::Status At(const node& rule, absl::string_view what) const {
    return ErrorAt(text_, rule.begin().byte, what);
  }

  absl::StatusOr<TrialFilter> TranslateCondition(const node& rule) {
    if (++terms_ > kMaxFilterTerms) {
      return At(rule, absl::StrCat("more than ", kMaxFilterTerms, " terms"));
    }
    const node& name = *rule.children[0];
    absl::StatusOr<ResolvedField> field =
        ResolveField(name.string(), parameters_);
    if (!field.ok()) return At(name, field.status().message());
    TrialFilter filter;
    filter.kind = TrialFilter::Kind::kCondition;
    filter.condition.key = field->key;
    ETALON_RETURN_IF_ERROR(
        AddTest(*rule.children[1], rule, field->type, filter.condition));
    return filter;
  }

  // `test` is what follows the field in `rule`.
  absl::Status AddTest(const node& test, const node& rule, FieldType type,
                       TrialCondition& condition) {
    if (test.is_type<grammar::null_test>()) {
      condition.op =
          test.children.empty() ? Operator::kIsNull : Operator::kIsNotNull;
      return absl::OkStatus();
    }
    if (test.is_type<grammar::comparator>()) {
      condition.op = OperatorOf(test.string_view());
      if (condition.op != Operator::kEqual &&
          condition.op != Operator::kNotEqual && !IsOrdered(type)) {
        return At(test,
                  "states, reasons and workers have no order; use =, != "
                  "or IN (...)");
      }
      return AddValue(*rule.children[2], type, condition);
    }
    const bool negated = test.is_type<grammar::not_in_list>();
    condition.op = negated ? Operator::kNotIn : Operator::kIn;
    const node& list = negated ? *test.children[0] : test;
    for (const std::unique_ptr<node>& value : list.children) {
      ETALON_RETURN_IF_ERROR(AddValue(*value, type, condition));
    }
    return absl::OkStatus();
  }

  absl::Status AddValue(const node& value, FieldType type,
                        TrialCondition& condition) {
    if (++terms_ > kMaxFilterTerms) {
      return At(value, absl::StrCat("more than ", kMaxFilterTerms, " terms"));
    }
    const bool quoted = value.is_type<grammar::quoted>();
    const std::string text =
        quoted ? Unquote(absl::string_view(value.string_view().data(),
                                           value.string_view().size()))
               : value.string();
    absl::StatusOr<TrialValue> parsed = ParseValue(type, text, quoted);
    if (!parsed.ok()) return At(value, parsed.status().message());
    condition.values.push_back(*std::move(parsed));
    return absl::OkStatus();
  }

  static Operator OperatorOf(std::string_view comparator) {
    if (comparator == "<") return Operator::kLess;
    if (comparator == "<=") return Operator::kLessOrEqual;
    if (comparator == ">") return Operator::kGreater;
    if (comparator == ">=") return Operator::kGreaterOrEqual;
    return comparator[0] == '=' ? Operator::kEqual : Operator::kNotEqual;
  }

  const absl::string_view text_;
  const absl::Span<const v1::Parameter> parameters_;
  int terms_ = 0;
};

absl::Status CheckText(absl::string_view what, absl::string_view text) {
  if (text.size() > kMaxFilterBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, ": it has ", text.size(), " bytes; at most ",
                     kMaxFilterBytes, " are read"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TrialFilter> ParseTrialFilter(
    absl::string_view text, absl::Span<const v1::Parameter> parameters) {
  ETALON_RETURN_IF_ERROR(CheckText("filter", text));
  if (absl::StripAsciiWhitespace(text).empty()) return TrialFilter();
  // PEGTL reports by exceptions, which end here.
  try {
    grammar::memory_input input(text.data(), text.size(), "filter");
    const std::unique_ptr<node> root =
        grammar::parse_tree::parse<grammar::filter, Selector, Action, Control>(
            input);
    if (root == nullptr || root->children.size() != 1) {
      return ErrorAt(text, 0, "no filter");
    }
    return Translator(text, parameters).Translate(*root->children[0]);
  } catch (const grammar::parse_error& error) {
    const size_t position = error.positions().front().byte;
    const std::string expected(error.message());
    return ErrorAt(
        text, position,
        error.message().find("depth") != std::string_view::npos
            ? absl::StrCat("nested more than ", kMaxFilterDepth, " deep")
            : absl::StrCat("expected ", expected));
  }
}

absl::StatusOr<TrialOrder> ParseTrialOrder(
    absl::string_view text, absl::Span<const v1::Parameter> parameters) {
  ETALON_RETURN_IF_ERROR(CheckText("order_by", text));
  const std::vector<std::string> words =
      absl::StrSplit(text, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.empty()) return TrialOrder();
  TrialOrder order;
  const absl::StatusOr<ResolvedField> field =
      ResolveField(words[0], parameters);
  if (!field.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("order_by: ", field.status().message()));
  }
  order.key = field->key;
  const std::string direction =
      words.size() > 1 ? absl::AsciiStrToLower(words[1]) : "asc";
  if (words.size() > 2 || (direction != "asc" && direction != "desc")) {
    return absl::InvalidArgumentError(
        absl::StrCat("order_by: '", absl::CHexEscape(text.substr(0, 64)),
                     "' is not KEY, KEY asc or KEY desc"));
  }
  order.descending = direction == "desc";
  return order;
}

}  // namespace etalon
