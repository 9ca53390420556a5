#include "clients/cpp/json.h"

#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"

namespace awase::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using nlohmann::ordered_json;

// The value of a singular field, or of element `at` of a repeated one.
ordered_json Value(const Message& message, const FieldDescriptor& field, int at) {
  const Reflection& read = *message.GetReflection();
  const bool list = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return list ? read.GetRepeatedInt32(message, &field, at) : read.GetInt32(message, &field);
    case FieldDescriptor::CPPTYPE_INT64:
      return list ? read.GetRepeatedInt64(message, &field, at) : read.GetInt64(message, &field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return list ? read.GetRepeatedUInt32(message, &field, at) : read.GetUInt32(message, &field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return list ? read.GetRepeatedUInt64(message, &field, at) : read.GetUInt64(message, &field);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return list ? read.GetRepeatedDouble(message, &field, at) : read.GetDouble(message, &field);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return list ? read.GetRepeatedFloat(message, &field, at) : read.GetFloat(message, &field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return list ? read.GetRepeatedBool(message, &field, at) : read.GetBool(message, &field);
    case FieldDescriptor::CPPTYPE_STRING:
      return list ? read.GetRepeatedString(message, &field, at) : read.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number =
          list ? read.GetRepeatedEnumValue(message, &field, at) : read.GetEnumValue(message, &field);
      const auto* value = field.enum_type()->FindValueByNumber(number);
      return value ? ordered_json(value->name()) : ordered_json(number);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return ToJson(list ? read.GetRepeatedMessage(message, &field, at) : read.GetMessage(message, &field));
  }
  return nullptr;
}

ordered_json MapValue(const Message& message, const FieldDescriptor& field, int entries) {
  const Reflection& read = *message.GetReflection();
  // Sorted, because a map's own order changes from run to run.
  nlohmann::json sorted = nlohmann::json::object();
  for (int i = 0; i < entries; ++i) {
    const Message& entry = read.GetRepeatedMessage(message, &field, i);
    const ordered_json key = Value(entry, *entry.GetDescriptor()->FindFieldByNumber(1), 0);
    sorted[key.is_string() ? key.get<std::string>() : key.dump()] =
        Value(entry, *entry.GetDescriptor()->FindFieldByNumber(2), 0);
  }
  return ordered_json(sorted);
}

}  // namespace

ordered_json ToJson(const Message& message) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  if (type.full_name() == "google.protobuf.Timestamp") {
    google::protobuf::Timestamp time;
    time.CopyFrom(message);
    return google::protobuf::util::TimeUtil::ToString(time);
  }
  if (type.full_name() == "google.protobuf.Duration") {
    google::protobuf::Duration duration;
    duration.CopyFrom(message);
    return google::protobuf::util::TimeUtil::ToString(duration);
  }
  const Reflection& read = *message.GetReflection();
  ordered_json object = ordered_json::object();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.is_map()) {
      object[field.name()] = MapValue(message, field, read.FieldSize(message, &field));
    } else if (field.is_repeated()) {
      ordered_json list = ordered_json::array();
      for (int at = 0; at < read.FieldSize(message, &field); ++at) {
        list.push_back(Value(message, field, at));
      }
      object[field.name()] = std::move(list);
    } else if (!field.has_presence() || read.HasField(message, &field)) {
      object[field.name()] = Value(message, field, 0);
    }
  }
  return object;
}

}  // namespace awase::client
