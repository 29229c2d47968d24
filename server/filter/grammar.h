#ifndef ETALON_SERVER_FILTER_GRAMMAR_H_
#define ETALON_SERVER_FILTER_GRAMMAR_H_

#include <tao/pegtl.hpp>

#include "common/limits.h"

// The language of filters, as rules of PEGTL:
//
//   filter     = or
//   or         = and (OR and)*
//   and        = factor (AND factor)*
//   factor     = NOT factor | "(" or ")" | condition
//   condition  = field ("=" | "!=" | "<" | "<=" | ">" | ">=") value
//              | field [NOT] IN "(" value ("," value)* ")"
//              | field IS [NOT] NULL
//   value      = word | 'text' | "text", a quote within doubled
//
// Words are case-insensitive where they are in capitals here. What a field is,
// and which values it takes, is not the grammar's to know.
namespace etalon::filter_grammar {

using namespace tao::pegtl;  // NOLINT: rules read as a grammar

struct skip : star<space> {};

struct name_character : sor<alnum, one<'_', '.', '[', ']'>> {};
struct field : seq<sor<alpha, one<'_'>>, star<name_character>> {};
// What stands after a keyword is none of it.
template <typename... Letters>
struct keyword : seq<Letters..., not_at<name_character>> {};

struct and_word : keyword<istring<'a', 'n', 'd'>> {};
struct or_word : keyword<istring<'o', 'r'>> {};
struct not_word : keyword<istring<'n', 'o', 't'>> {};
struct in_word : keyword<istring<'i', 'n'>> {};
struct is_word : keyword<istring<'i', 's'>> {};
struct null_word : keyword<istring<'n', 'u', 'l', 'l'>> {};

// Numbers, states, names of stages and workers, times.
struct word : plus<sor<alnum, one<'_', '.', '+', '-', '/', ':', '[', ']'>>> {};
template <char Quote>
struct quoted_by
    : if_must<one<Quote>, star<sor<two<Quote>, not_one<Quote>>>, one<Quote>> {};
struct quoted : sor<quoted_by<'\''>, quoted_by<'"'>> {};
struct value : sor<quoted, word> {};

struct equal : sor<string<'=', '='>, one<'='>> {};
struct not_equal : sor<string<'!', '='>, string<'<', '>'>> {};
struct less_or_equal : string<'<', '='> {};
struct greater_or_equal : string<'>', '='> {};
struct less : one<'<'> {};
struct greater : one<'>'> {};
struct comparator
    : sor<equal, not_equal, less_or_equal, greater_or_equal, less, greater> {};

struct closing : one<')'> {};
struct opening : one<'('> {};
struct list : seq<must<opening>, skip, must<value>, skip,
                  star<one<','>, skip, must<value>, skip>, must<closing>> {};

struct is_not_null : not_word {};
struct in_list : if_must<in_word, skip, list> {};
struct not_in_list : if_must<not_word, skip, in_list> {};
struct null_test : if_must<is_word, skip, opt<is_not_null, skip>, null_word> {};
struct comparison : if_must<comparator, skip, value> {};
struct test : sor<comparison, in_list, not_in_list, null_test> {};
struct condition : seq<field, skip, must<test>> {};

struct disjunction;
struct factor;
struct negation : if_must<not_word, skip, factor> {};
struct group : if_must<opening, skip, disjunction, closing> {};
// What filters descend into themselves by: their depth is limited here.
struct factor : seq<sor<group, negation, condition>, skip> {};
struct conjunction : seq<factor, star<and_word, skip, must<factor>>> {};
struct disjunction : seq<conjunction, star<or_word, skip, must<conjunction>>> {
};
struct end : eof {};
struct filter : must<skip, disjunction, end> {};

}  // namespace etalon::filter_grammar

#endif  // ETALON_SERVER_FILTER_GRAMMAR_H_
