//===- Files.cpp - What ONNX files hold -------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The second door of the room: whatever was thrown becomes a text.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Frontend/ONNX/Files.h"
#include "ExternalData.h"
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
static Element getBoundaryType(onnx_frontend::ElementType type) {
  using Proto = onnx::TensorProto;
  if (isFloat(type))
    return Element::F32;
  if (type == Proto::BOOL)
    return Element::Bool;
  if (type == Proto::INT8 || type == Proto::UINT8)
    return type == Proto::INT8 ? Element::I8 : Element::U8;
  return isHeldWide(type) ? Element::I64 : Element::I32;
}

std::string cim::onnx_frontend::readTensorFile(StringRef path, const ModelPort &port,
                                               data::Array &array) {
  using Proto = onnx::TensorProto;
  return guard(path, [&] {
    Proto proto = readTensorProto(path);
    // numpy has no bfloat16: files made with it hold the bits.
    if (port.elementType == Proto::BFLOAT16 && proto.data_type() == Proto::UINT16)
      proto.set_data_type(Proto::BFLOAT16);
    ExternalData external(path);
    Constant constant = readTensor(proto, proto.name(), external);
    array.type = getBoundaryType(constant.type);
    array.shape.assign(constant.shape.begin(), constant.shape.end());
    data::Array held{constant.isFloat() ? Element::F32 : Element::I64,
                     array.shape,
                     {constant.bytes->begin(), constant.bytes->end()}};
    if (std::string reason = data::convert(held, array.type, 1.0, array.bytes); !reason.empty())
      fail(reason);
  });
}
