#include "common/formats/safetensors_header.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace etalon {
namespace {

// Receives the header's tokens one by one and stops at the first that has no
// place, so that neither deep nesting nor a key given twice can pass.
class HeaderHandler {
 public:
  using Json = nlohmann::json;

  SafetensorsHeader TakeHeader() { return std::move(header_); }
  const std::string& error() const { return error_; }

  bool null() { return Misplaced("null"); }
  bool boolean(bool) { return Misplaced("a boolean"); }
  bool number_float(Json::number_float_t, const Json::string_t& text) {
    return Misplaced(absl::StrCat("the number ", text.substr(0, 60)));
  }
  bool number_integer(Json::number_integer_t value) {
    return Misplaced(absl::StrCat("the number ", value));
  }
  bool binary(Json::binary_t&) { return Misplaced("binary data"); }

  bool number_unsigned(Json::number_unsigned_t value) {
    if (place_ != Place::kShape && place_ != Place::kOffsets) {
      return Misplaced(absl::StrCat("the number ", value));
    }
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return Fail(absl::StrCat("the number ", value, " in the entry ",
                               QuoteStoredName(name_), " is too large"));
    }
    (place_ == Place::kShape ? shape_ : offsets_)
        .push_back(static_cast<int64_t>(value));
    return true;
  }

  bool string(Json::string_t& value) {
    if (place_ == Place::kMetadata) {
      header_.metadata[key_] = std::move(value);
      return true;
    }
    if (place_ != Place::kEntry || key_ != "dtype") return Misplaced("text");
    dtype_ = std::move(value);
    return true;
  }

  bool start_object(size_t) {
    if (place_ == Place::kStart) {
      place_ = Place::kTop;
    } else if (place_ == Place::kTop) {
      place_ =
          name_ == kSafetensorsMetadataKey ? Place::kMetadata : Place::kEntry;
      keys_.clear();
      dtype_.clear();
      shape_.clear();
      offsets_.clear();
    } else {
      return Misplaced("an object");
    }
    return true;
  }

  bool key(Json::string_t& key) {
    if (place_ == Place::kTop) {
      if (!names_.insert(key).second) {
        return Fail(
            absl::StrCat("the name ", QuoteStoredName(key), " is given twice"));
      }
      name_ = std::move(key);
      return true;
    }
    if (!keys_.insert(key).second) {
      return Fail(absl::StrCat("the key ", QuoteStoredName(key), " of ",
                               QuoteStoredName(name_), " is given twice"));
    }
    if (place_ == Place::kEntry && key != "dtype" && key != "shape" &&
        key != "data_offsets") {
      return Fail(absl::StrCat("the entry ", QuoteStoredName(name_),
                               " has a key ", QuoteStoredName(key)));
    }
    key_ = std::move(key);
    return true;
  }

  bool end_object() {
    if (place_ == Place::kEntry && !AddEntry()) return false;
    place_ = place_ == Place::kTop ? Place::kEnd : Place::kTop;
    return true;
  }

  bool start_array(size_t) {
    if (place_ != Place::kEntry || key_ == "dtype") return Misplaced("a list");
    place_ = key_ == "shape" ? Place::kShape : Place::kOffsets;
    return true;
  }

  bool end_array() {
    place_ = Place::kEntry;
    return true;
  }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) {
    return Fail(absl::StrCat("not JSON at byte ", position));
  }

 private:
  enum class Place { kStart, kTop, kMetadata, kEntry, kShape, kOffsets, kEnd };

  bool AddEntry() {
    if (keys_.size() != 3 || offsets_.size() != 2) {
      return Fail(absl::StrCat(
          "the entry ", QuoteStoredName(name_),
          " needs a dtype, a shape and data_offsets of two numbers"));
    }
    header_.entries.push_back({name_, std::move(dtype_), std::move(shape_),
                               offsets_[0], offsets_[1]});
    return true;
  }

  bool Misplaced(absl::string_view what) {
    return Fail(absl::StrCat(what, " has no place",
                             name_.empty() ? "" : " in the entry ",
                             name_.empty() ? "" : QuoteStoredName(name_)));
  }

  bool Fail(std::string error) {
    error_ = std::move(error);
    return false;
  }

  SafetensorsHeader header_;
  std::string error_;
  Place place_ = Place::kStart;
  std::set<std::string> names_;  // of the header, so far
  std::string name_;             // of the entry, or "__metadata__"
  std::set<std::string> keys_;   // of the entry, so far
  std::string key_;              // in the entry or the metadata
  std::string dtype_;
  std::vector<int64_t> shape_;
  std::vector<int64_t> offsets_;
};

}  // namespace

absl::StatusOr<SafetensorsHeader> ParseSafetensorsHeader(
    absl::string_view json) {
  const auto error = [](absl::string_view reason) {
    return absl::DataLossError(absl::StrCat("bad header: ", reason));
  };
  if (!absl::StartsWith(json, "{")) return error("it does not begin with {");
  // The parser takes a zero byte for the end and would not see what follows.
  if (absl::StrContains(json, '\0')) return error("it holds a zero byte");
  HeaderHandler handler;
  const bool parsed = nlohmann::json::sax_parse(
      json.data(), json.data() + json.size(), &handler);
  if (!parsed) return error(handler.error());
  return handler.TakeHeader();
}

std::string QuoteStoredName(absl::string_view name) {
  constexpr size_t kLongest = 60;
  return absl::StrCat("'", absl::CHexEscape(name.substr(0, kLongest)), "'");
}

absl::StatusOr<std::string> FormatSafetensorsHeader(
    const SafetensorsHeader& header) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (!header.metadata.empty()) json[kSafetensorsMetadataKey] = header.metadata;
  for (const SafetensorsHeader::Entry& entry : header.entries) {
    json[entry.name] = {{"dtype", entry.dtype},
                        {"shape", entry.shape},
                        {"data_offsets", {entry.begin, entry.end}}};
  }
  try {
    std::string text = json.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
  } catch (const nlohmann::json::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("a name or metadata is not UTF-8: ", error.what()));
  }
}

}  // namespace etalon
