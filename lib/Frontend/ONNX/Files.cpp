//===- Files.cpp - What ONNX files hold -------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The second door of the room: whatever was thrown becomes a text.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Frontend/ONNX/Files.h"
#include "Constant.h"
#include "ModelFile.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace cim;
using namespace cim::onnx_frontend;
using Element = data::ElementType;

/// Calls `read`; what it throws is returned with the name of the file.
static std::string guard(StringRef path, function_ref<void()> read) {
  try {
    read();
    return "";
  } catch (const std::exception &error) {
    return path.str() + ": " + error.what();
  }
}

static ModelPort makePort(const onnx::ValueInfoProto &value) {
  return {value.name(), value.type().tensor_type().elem_type()};
}

std::string cim::onnx_frontend::readOutline(StringRef path, ModelOutline &outline) {
  return guard(path, [&] {
    onnx::ModelProto model = readModel(path);
    StringSet<> initializers; // Old models list them among the inputs.
    for (const onnx::TensorProto &initializer : model.graph().initializer())
      initializers.insert(initializer.name());
    for (const onnx::ValueInfoProto &input : model.graph().input())
      if (!initializers.contains(input.name()))
        outline.inputs.push_back(makePort(input));
    for (const onnx::ValueInfoProto &output : model.graph().output())
      outline.outputs.push_back(makePort(output));
    for (const onnx::NodeProto &node : model.graph().node())
      outline.operators.push_back(node.op_type());
  });
}

/// The type of the elements at the boundary of an imported function.
static Element getBoundaryType(int32_t type) {
  using Proto = onnx::TensorProto;
  switch (type) {
  case Proto::INT64:
  case Proto::UINT64:
  case Proto::UINT32:
    return Element::I64;
  case Proto::INT32:
  case Proto::INT16:
  case Proto::UINT16:
    return Element::I32;
  case Proto::INT8:
    return Element::I8;
  case Proto::UINT8:
    return Element::U8;
  case Proto::BOOL:
    return Element::Bool;
  default: // Of the types that can be read.
    return Element::F32;
  }
}

std::string cim::onnx_frontend::readTensorFile(StringRef path, const ModelPort &port,
                                               data::Array &array) {
  using Proto = onnx::TensorProto;
  return guard(path, [&] {
    Proto proto = readTensorProto(path);
    // numpy has no bfloat16: files made with it hold the bits.
    if (port.elementType == Proto::BFLOAT16 && proto.data_type() == Proto::UINT16)
      proto.set_data_type(Proto::BFLOAT16);
    Constant constant = readTensor(proto, proto.name());
    array.type = getBoundaryType(proto.data_type());
    array.shape.assign(constant.shape.begin(), constant.shape.end());
    if (array.type == Element::F32) {
      array.bytes.assign(constant.bytes->begin(), constant.bytes->end());
      return;
    }
    // Integers are little endian: the lower bytes are the narrower number.
    size_t width = data::elementBytes(array.type);
    array.bytes.clear();
    for (int64_t value : constant.ints()) {
      auto *bytes = reinterpret_cast<const uint8_t *>(&value);
      array.bytes.insert(array.bytes.end(), bytes, bytes + width);
    }
  });
}
