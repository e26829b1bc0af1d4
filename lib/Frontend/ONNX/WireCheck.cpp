//===- WireCheck.cpp - What protobuf would make of bytes --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks the wire format along the descriptors of the messages. Elements of numeric fields
// are not counted: they take at most eight bytes for each of their own.
//
//===----------------------------------------------------------------------===//

#include "WireCheck.h"
#include "Constant.h"
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

using namespace llvm;
using namespace cim::onnx_frontend;
namespace pb = google::protobuf;
using Wire = pb::internal::WireFormatLite;

static bool isNumber(const pb::FieldDescriptor &field) {
  return field.cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE &&
         field.cpp_type() != pb::FieldDescriptor::CPPTYPE_STRING;
}

static void checkMessage(StringRef data, const pb::Descriptor &type, int depth, int64_t &objects) {
  if (depth > kMaxDepth)
    fail("messages nest more than " + Twine(kMaxDepth) + " levels");
  pb::io::CodedInputStream in(reinterpret_cast<const uint8_t *>(data.data()), data.size());
  while (uint32_t tag = in.ReadTag()) {
    const pb::FieldDescriptor *field = type.FindFieldByNumber(Wire::GetTagFieldNumber(tag));
    bool hasSize = Wire::GetTagWireType(tag) == Wire::WIRETYPE_LENGTH_DELIMITED;
    bool isElement = field && isNumber(*field) && !hasSize;
    if (!isElement && ++objects > kMaxObjects)
      fail("messages, strings and unknown fields must be at most " + Twine(kMaxObjects));
    if (!hasSize) {
      if (!Wire::SkipField(&in, tag))
        return; // Protobuf says so.
      continue;
    }
    uint32_t size;
    if (!in.ReadVarint32(&size) || size > data.size() - in.CurrentPosition())
      return;
    if (field && field->message_type())
      checkMessage(data.substr(in.CurrentPosition(), size), *field->message_type(), depth + 1,
                   objects);
    in.Skip(size);
  }
}

void cim::onnx_frontend::checkWire(StringRef data, const pb::Descriptor &type) {
  int64_t objects = 0;
  checkMessage(data, type, 1, objects);
}
