#include "common/formats/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"

namespace etalon {
namespace {

using ::etalon::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// A file of this header and data.
std::string File(const std::string& json, const std::string& data = "") {
  const uint64_t length = json.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + json + data;
}

// An entry, for headers written by hand.
std::string Entry(const std::string& name, const std::string& dtype,
                  const std::string& shape, const std::string& offsets) {
  return absl::StrCat("\"", name, R"(":{"dtype":")", dtype, R"(","shape":[)",
                      shape, R"(],"data_offsets":[)", offsets, "]}");
}

void ExpectRefused(const std::string& bytes, const std::string& reason) {
  EXPECT_THAT(DecodeSafetensors(bytes),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(reason)));
}

Safetensors Sample() {
  Safetensors content;
  content.metadata = {{"format", "1"}, {"text", "\"quoted\" \xc3\xa9\n"}};
  content.tensors = {
      {"bytes", {3}, std::vector<uint8_t>{1, 2, 255}},
      {"weight", {2, 2}, std::vector<float>{1, -2.5f, 0, 1e-40f}},
      {"scalar", {}, std::vector<double>{0.1}},
      {"none", {0, 7}, std::vector<float>{}},
      {"counts", {2}, std::vector<int64_t>{-1, int64_t{1} << 62}},
  };
  return content;
}

TEST(Safetensors, ReadsWhatItWrote) {
  const Safetensors written = Sample();
  ETALON_ASSERT_OK_AND_ASSIGN(const std::string bytes,
                              EncodeSafetensors(written));
  ETALON_ASSERT_OK_AND_ASSIGN(const Safetensors read, DecodeSafetensors(bytes));
  EXPECT_EQ(read.metadata, written.metadata);
  ASSERT_EQ(read.tensors.size(), written.tensors.size());
  for (const StoredTensor& tensor : written.tensors) {
    const StoredTensor* found = read.Find(tensor.name);
    ASSERT_NE(found, nullptr) << tensor.name;
    EXPECT_EQ(found->shape, tensor.shape) << tensor.name;
    EXPECT_EQ(found->values, tensor.values) << tensor.name;
  }
  EXPECT_EQ(read.Find("weigh"), nullptr);
}

TEST(Safetensors, WritesTheBytesOfTheFormat) {
  Safetensors content;
  content.metadata = {{"k", "v"}};
  content.tensors = {{"w", {1, 2}, std::vector<float>{1, -2}}};
  ETALON_ASSERT_OK_AND_ASSIGN(const std::string bytes,
                              EncodeSafetensors(content));
  const std::string json =
      R"({"__metadata__":{"k":"v"},)"
      R"("w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}})";
  const std::string padded = json + std::string(-json.size() % 8, ' ');
  EXPECT_EQ(bytes, File(padded, std::string("\0\0\x80\x3f\0\0\0\xc0", 8)));
}

TEST(Safetensors, SameContentGivesTheSameBytesWhateverItsOrder) {
  Safetensors content = Sample();
  const auto first = EncodeSafetensors(content);
  std::reverse(content.tensors.begin(), content.tensors.end());
  const auto second = EncodeSafetensors(content);
  ETALON_ASSERT_OK(first);
  ETALON_ASSERT_OK(second);
  EXPECT_EQ(*first, *second);
}

TEST(Safetensors, AlignsTheValuesOfEveryArray) {
  ETALON_ASSERT_OK_AND_ASSIGN(const std::string bytes,
                              EncodeSafetensors(Sample()));
  uint64_t length;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ(length % 8, 0u);
  ETALON_ASSERT_OK_AND_ASSIGN(const Safetensors read, DecodeSafetensors(bytes));
  EXPECT_EQ(read.tensors.front().name, "counts");
  EXPECT_EQ(read.tensors.back().name, "bytes");
}

TEST(Safetensors, HoldsNothingAtAll) {
  ETALON_ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeSafetensors({}));
  ETALON_ASSERT_OK_AND_ASSIGN(const Safetensors read, DecodeSafetensors(bytes));
  EXPECT_THAT(read.metadata, IsEmpty());
  EXPECT_THAT(read.tensors, IsEmpty());
}

TEST(Safetensors, ReadsEntriesAndKeysInAnyOrder) {
  const std::string bytes =
      File("{" + Entry("b", "U8", "1", "1,2") +
               R"(,"a":{"data_offsets":[0,1],"shape":[],"dtype":"U8"})"
               R"(,"__metadata__":{"k":"v"}}   )",
           "xy");
  ETALON_ASSERT_OK_AND_ASSIGN(const Safetensors read, DecodeSafetensors(bytes));
  ASSERT_EQ(read.tensors.size(), 2u);
  EXPECT_EQ(read.tensors[0].name, "a");
  EXPECT_EQ(read.tensors[1].name, "b");
  EXPECT_THAT(read.metadata, ElementsAre(Pair("k", "v")));
}

TEST(SafetensorsRefusesToWrite, NamesThatTheFormatForbids) {
  const auto write = [](std::vector<std::string> names) {
    Safetensors content;
    for (const std::string& name : names) {
      content.tensors.push_back({name, {1}, std::vector<float>{0}});
    }
    return EncodeSafetensors(content);
  };
  const auto invalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(write({""}), StatusIs(invalid, HasSubstr("no name")));
  EXPECT_THAT(write({"__metadata__"}),
              StatusIs(invalid, HasSubstr("reserved")));
  EXPECT_THAT(write({"w", "w"}), StatusIs(invalid, HasSubstr("twice")));
  EXPECT_THAT(write({"\xff"}), StatusIs(invalid, HasSubstr("UTF-8")));
}

TEST(SafetensorsRefusesToWrite, ShapesThatDoNotFitTheValues) {
  for (const std::vector<int64_t>& shape :
       {std::vector<int64_t>{3}, {-2, -1}, {}, {int64_t{1} << 62, 4}}) {
    Safetensors content;
    content.tensors = {{"w", shape, std::vector<float>{0, 0}}};
    EXPECT_THAT(
        EncodeSafetensors(content),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2 values")));
  }
}

TEST(SafetensorsRefusesToWrite, AHeaderThatItWouldNotRead) {
  Safetensors content;
  content.metadata = {{"k", std::string(kMaxSafetensorsHeaderBytes, 'x')}};
  EXPECT_THAT(EncodeSafetensors(content),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("the header has")));
}

TEST(SafetensorsRefuses, FilesCutShortAnywhere) {
  ETALON_ASSERT_OK_AND_ASSIGN(const std::string bytes,
                              EncodeSafetensors(Sample()));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(DecodeSafetensors(bytes.substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss, ::testing::_))
        << size;
  }
}

TEST(SafetensorsRefuses, BytesAfterTheLastArray) {
  ETALON_ASSERT_OK_AND_ASSIGN(const std::string bytes,
                              EncodeSafetensors(Sample()));
  ExpectRefused(bytes + "x", "the arrays end at byte");
}

TEST(SafetensorsRefuses, HeaderLengthsPastTheFileAndPastTheLimit) {
  std::string bytes = File("{}");
  bytes[0] = 3;
  ExpectRefused(bytes, "cut short");
  ExpectRefused(std::string(8, '\xff') + "{}", "more than 1048576");
  ExpectRefused(File(std::string(kMaxSafetensorsHeaderBytes + 1, ' ')),
                "more than 1048576");
}

TEST(SafetensorsRefuses, WhatIsNoJsonObject) {
  for (const char* json : {"", "[]", " {}", "{", "{}x", "{\"a\":}",
                           "\xef\xbb\xbf{}", "nul", "{\"\xff\":{}}"}) {
    EXPECT_THAT(DecodeSafetensors(File(json)),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("bad header")))
        << json;
  }
  ExpectRefused(File(std::string("{}\0x", 4)), "zero byte");
}

TEST(SafetensorsRefuses, NamesAndKeysGivenTwice) {
  const std::string entry = Entry("a", "U8", "0", "0,0");
  ExpectRefused(File("{" + entry + "," + entry + "}"), "'a' is given twice");
  ExpectRefused(File(R"({"__metadata__":{},"__metadata__":{}})"),
                "'__metadata__' is given twice");
  ExpectRefused(File(R"({"__metadata__":{"k":"1","k":"2"}})"),
                "'k' of '__metadata__' is given twice");
  ExpectRefused(File(R"({"a":{"dtype":"U8","dtype":"F32","shape":[0]}})"),
                "'dtype' of 'a' is given twice");
}

TEST(SafetensorsRefuses, DeepNesting) {
  const std::string deep(200000, '[');
  ExpectRefused(File("{\"a\":" + deep), "a list has no place");
  ExpectRefused(File(R"({"a":{"shape":)" + deep), "a list has no place");
  ExpectRefused(File(R"({"__metadata__":{"k":{"k":{}}}})"),
                "an object has no place");
  ExpectRefused(File(R"({"a":{"shape":[{)"), "an object has no place");
}

TEST(SafetensorsRefuses, MetadataThatIsNotText) {
  for (const char* value : {"1", "null", "true", "NaN", "[]", "1.5", "-1"}) {
    EXPECT_THAT(DecodeSafetensors(File(
                    absl::StrCat(R"({"__metadata__":{"k":)", value, "}}"))),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("bad header")))
        << value;
  }
  ExpectRefused(File(R"({"__metadata__":"text"})"), "has no place");
}

TEST(SafetensorsRefuses, EntriesThatLackOrAddAKey) {
  ExpectRefused(File(R"({"a":{}})"), "'a' needs a dtype");
  ExpectRefused(File(R"({"a":{"dtype":"U8","shape":[]}})"),
                "'a' needs a dtype");
  ExpectRefused(File("{" + Entry("a", "U8", "0", "0") + "}"), "two numbers");
  ExpectRefused(File("{" + Entry("a", "U8", "0", "0,0,0") + "}"),
                "two numbers");
  ExpectRefused(File(R"({"a":{"extra":1}})"), "has a key 'extra'");
  ExpectRefused(File("{" + Entry("", "U8", "1", "0,1") + "}", "x"), "no name");
}

TEST(SafetensorsRefuses, NumbersThatAreNoCounts) {
  for (const char* number : {"-1", "1.0", "1e0", "\"1\"", "null"}) {
    EXPECT_THAT(
        DecodeSafetensors(
            File("{" + Entry("a", "U8", number, "0,1") + "}", "x")),
        StatusIs(absl::StatusCode::kDataLoss, HasSubstr("has no place")))
        << number;
  }
  ExpectRefused(
      File("{" + Entry("a", "U8", "18446744073709551615", "0,1") + "}", "x"),
      "too large");
}

TEST(SafetensorsRefuses, TypesThatItDoesNotKnow) {
  for (const char* dtype : {"F16", "f32", "", "BF16"}) {
    EXPECT_THAT(
        DecodeSafetensors(File("{" + Entry("a", dtype, "0", "0,0") + "}")),
        StatusIs(absl::StatusCode::kDataLoss, HasSubstr("is not F32")))
        << dtype;
  }
}

TEST(SafetensorsRefuses, ShapesThatDoNotFillTheirBytes) {
  ExpectRefused(File("{" + Entry("a", "F32", "2", "0,4") + "}", "abcd"),
                "does not fill its 4 bytes");
  // 2^62 * 4 * 4 bytes is 0 modulo 2^64.
  ExpectRefused(
      File("{" + Entry("a", "F32", "4611686018427387904,4", "0,0") + "}"),
      "does not fill");
}

TEST(SafetensorsRefuses, ArraysThatOverlapOrLeaveHoles) {
  const auto two = [](const char* first, const char* second) {
    return File("{" + Entry("a", "U8", "2", first) + "," +
                    Entry("b", "U8", "2", second) + "}",
                "abcd");
  };
  ETALON_EXPECT_OK(DecodeSafetensors(two("0,2", "2,4")));
  ExpectRefused(two("0,2", "0,2"), "'b' lies at [0, 2)");
  ExpectRefused(two("0,2", "1,3"), "'b' lies at [1, 3)");
  ExpectRefused(two("0,1", "2,4"), "'b' lies at [2, 4)");
  ExpectRefused(two("1,3", "3,5"), "'a' lies at [1, 3)");
  ExpectRefused(two("0,2", "2,3"), "end at byte 3");
  ExpectRefused(two("0,2", "2,1"), "not where");
  ExpectRefused(two("0,2", "2,6"), "end at byte 6");
  ExpectRefused(two("0,2", "9223372036854775806,9223372036854775807"),
                "'b' lies at");
}

}  // namespace
}  // namespace etalon
