#ifndef ETALON_COMMON_SPEC_FIELDS_H_
#define ETALON_COMMON_SPEC_FIELDS_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/spec/problems.h"
#include "common/spec/yaml_tree.h"

namespace etalon {

// A value of a file, the path that leads to it ("stages[1].refine.from"), and
// where its problems go. Refers to the tree and the list; owns neither.
struct Field {
  const YamlNode* node;
  std::string path;
  Problems* problems;

  // Adds a problem at this value.
  void Fail(absl::string_view message) const;
};

// Typed readers: the value, or a problem and nothing. They are strict: a number
// in quotes is text, "yes" is no boolean, and .nan and .inf are refused.
std::optional<double> ReadNumber(const Field& field);
std::optional<int32_t> ReadInt32(const Field& field);
std::optional<int64_t> ReadInt64(const Field& field);
std::optional<uint64_t> ReadUint64(const Field& field);
std::optional<bool> ReadBool(const Field& field);
std::optional<std::string> ReadText(const Field& field);
// Index in `choices`.
std::optional<size_t> ReadChoice(const Field& field,
                                 const std::vector<std::string>& choices);
// The items of a list.
std::optional<std::vector<Field>> ReadList(const Field& field);

// Whether a plain scalar is written as a whole number, or as any number.
bool LooksLikeInteger(const YamlNode& node);
bool LooksLikeNumber(const YamlNode& node);

// Reads a map whose keys are known: each is asked for once, and Finish reports
// what was there and nobody asked for. Keys that repeat are reported at once. A
// value that is no map is one problem; every question is then answered with
// nothing.
class MapReader {
 public:
  explicit MapReader(const Field& field);

  std::optional<Field> Find(absl::string_view key);
  // As Find; a problem when the key is not there.
  std::optional<Field> Require(absl::string_view key);
  // The one key of `keys` that is there; a problem when several are, or when
  // none is and `required`.
  std::optional<Field> FindOne(std::initializer_list<absl::string_view> keys,
                               bool required);
  // Every entry under a key that was not asked for; the keys count as known.
  std::vector<Field> Rest();

  // Reads `key` into `message` by its setter, when it is there.
  template <typename Message>
  void Set(absl::string_view key, Message& message,
           void (Message::*set)(double)) {
    if (const auto field = Find(key)) Apply(message, set, ReadNumber(*field));
  }
  template <typename Message>
  void Set(absl::string_view key, Message& message,
           void (Message::*set)(int32_t)) {
    if (const auto field = Find(key)) Apply(message, set, ReadInt32(*field));
  }
  template <typename Message>
  void Set(absl::string_view key, Message& message,
           void (Message::*set)(uint64_t)) {
    if (const auto field = Find(key)) Apply(message, set, ReadUint64(*field));
  }
  template <typename Message>
  void Set(absl::string_view key, Message& message,
           void (Message::*set)(bool)) {
    if (const auto field = Find(key)) Apply(message, set, ReadBool(*field));
  }

  // Reports unknown keys, each with the nearest that was asked for.
  void Finish();

  const Field& field() const { return field_; }

 private:
  template <typename Message, typename Value>
  static void Apply(Message& message, void (Message::*set)(Value),
                    const std::optional<Value>& value) {
    if (value.has_value()) (message.*set)(*value);
  }

  Field Child(const YamlNode::Entry& entry) const;

  const Field field_;
  const bool is_map_;
  std::vector<std::string> asked_;
  bool rest_is_known_ = false;
};

}  // namespace etalon

#endif  // ETALON_COMMON_SPEC_FIELDS_H_
