#include "common/spec/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/utf8.h"

namespace etalon {
namespace {

constexpr size_t kMaxDepth = 100;
constexpr int kMaxValues = 100'000;

// Thrown through yaml-cpp, which knows no other way to stop early, and caught
// in ParseYaml.
struct Refused {
  int line;
  std::string message;
};

// Collects yaml-cpp's events into a YamlNode.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(absl::string_view source, YamlPositions positions)
      : source_(source), positions_(positions) {}

  YamlNode Take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Attach(mark, NewNode(mark, YamlNode::Kind::kNull));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{mark.line + 1, "aliases (*name) are not supported"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    // yaml-cpp tags a plain scalar "?" and a quoted one "!".
    if (!tag.empty() && tag != "?" && tag != "!") RefuseTag(mark, tag);
    YamlNode node = NewNode(mark, YamlNode::Kind::kScalar);
    node.text = value;
    node.quoted = tag == "!";
    Attach(mark, std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t, YAML::EmitterStyle::value) override {
    Open(mark, tag, YamlNode::Kind::kSequence);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t, YAML::EmitterStyle::value) override {
    Open(mark, tag, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Frame {
    YAML::Mark mark;
    YamlNode node;
    // Of a map: a key that waits for its value.
    std::optional<YamlNode> key;
  };

  [[noreturn]] static void RefuseTag(const YAML::Mark& mark,
                                     const std::string& tag) {
    throw Refused{mark.line + 1, absl::StrCat("tags are not supported: ", tag)};
  }

  YamlNode NewNode(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (++values_ > kMaxValues) {
      throw Refused{mark.line + 1,
                    absl::StrCat("more than ", kMaxValues, " values")};
    }
    YamlNode node;
    node.kind = kind;
    node.where = positions_ == YamlPositions::kLines
                     ? absl::StrCat(source_, ":", mark.line + 1)
                     : source_;
    return node;
  }

  void Open(const YAML::Mark& mark, const std::string& tag,
            YamlNode::Kind kind) {
    if (!tag.empty() && tag != "?" && tag != "!") RefuseTag(mark, tag);
    if (open_.size() >= kMaxDepth) {
      throw Refused{mark.line + 1,
                    absl::StrCat("nested deeper than ", kMaxDepth, " levels")};
    }
    open_.push_back({mark, NewNode(mark, kind), std::nullopt});
  }

  void Close() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    Attach(frame.mark, std::move(frame.node));
  }

  void Attach(const YAML::Mark& mark, YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::kSequence) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.key.has_value()) {
      // A block begins on the line below the key that people look for.
      const bool block = node.kind == YamlNode::Kind::kMap ||
                         node.kind == YamlNode::Kind::kSequence;
      if (block) node.where = parent.key->where;
      parent.node.entries.push_back(
          {parent.key->text, parent.key->where, std::move(node)});
      parent.key.reset();
    } else if (node.kind == YamlNode::Kind::kScalar) {
      parent.key = std::move(node);
    } else {
      throw Refused{mark.line + 1, "a key must be a word"};
    }
  }

  const std::string source_;
  const YamlPositions positions_;
  int values_ = 0;
  std::vector<Frame> open_;
  YamlNode root_;
};

}  // namespace

const YamlNode* YamlNode::Find(absl::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

YamlNode* YamlNode::Find(absl::string_view key) {
  return const_cast<YamlNode*>(std::as_const(*this).Find(key));
}

absl::StatusOr<YamlNode> ParseYaml(absl::string_view text,
                                   absl::string_view source,
                                   YamlPositions positions) {
  const auto error = [&](int line, absl::string_view message) {
    return absl::InvalidArgumentError(
        positions == YamlPositions::kLines
            ? absl::StrCat(source, ":", line, ": ", message)
            : absl::StrCat(source, ": ", message));
  };
  if (text.size() > kMaxYamlBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(source, ": larger than ", kMaxYamlBytes / 1024, " KiB"));
  }
  if (const std::optional<size_t> bad = FindInvalidText(text)) {
    int line = 1;
    for (const char c : text.substr(0, *bad)) line += c == '\n' ? 1 : 0;
    return error(line, "not UTF-8 text, or a control character");
  }
  std::istringstream stream{std::string(text)};
  TreeBuilder builder(source, positions);
  TreeBuilder rest(source, positions);
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    if (parser.HandleNextDocument(rest)) {
      return absl::InvalidArgumentError(
          absl::StrCat(source, ": more than one document (---)"));
    }
  } catch (const Refused& refused) {
    return error(refused.line, refused.message);
  } catch (const YAML::Exception& exception) {
    return error(exception.mark.line + 1,
                 absl::StrCat("not YAML: ", exception.msg));
  }
  return builder.Take();
}

}  // namespace etalon
