#ifndef ETALON_TESTS_SUPPORT_PROTO_MATCHERS_H_
#define ETALON_TESTS_SUPPORT_PROTO_MATCHERS_H_

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include <string>

namespace etalon::testing {

// Field by field, floating-point fields to the bit (but 0 == -0).
MATCHER_P(EqualsProto, expected, "equals " + expected.ShortDebugString()) {
  google::protobuf::util::MessageDifferencer differencer;
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  const bool equal = differencer.Compare(expected, arg);
  *result_listener << difference;
  return equal;
}

// A message from its text form; aborts the test program where that is wrong.
template <typename Message>
Message ParseTextProto(const std::string& text) {
  Message message;
  GTEST_CHECK_(google::protobuf::TextFormat::ParseFromString(text, &message))
      << "not a " << message.GetTypeName() << ": " << text;
  return message;
}

}  // namespace etalon::testing

#endif  // ETALON_TESTS_SUPPORT_PROTO_MATCHERS_H_
