//===- TensorData.cpp - Constants out of files ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constants out of TensorProto, out of files beside a model and out of arrays of the user. All are
// untrusted: sizes are compared with shapes, and values with element types.
//
//===----------------------------------------------------------------------===//

#include "ExternalData.h"
#include "cim-mlir/Data/Arrays.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/Alignment.h"
#include <cstring>

using namespace llvm;
using namespace cim::onnx_frontend;

//===----------------------------------------------------------------------===//
// TensorProto
//===----------------------------------------------------------------------===//

static void checkData(int64_t got, int64_t needed, StringRef unit, const Constant &constant) {
  if (got != needed)
    fail("tensor '" + constant.name + "' of shape " + str(constant.shape) + " needs " +
         Twine(needed) + " " + unit + " of data, got " + Twine(got));
}

/// The elements of a tensor that is stored as raw bytes of T or, if there are none, in a typed
/// field, converted one by one. The field's elements must fit T.
template <typename To, typename T, typename Field, typename Convert>
static void readElements(Constant &constant, const Bytes &raw, const Field &field, int64_t count,
                         Convert convert) {
  if (raw)
    checkData(raw->size(), count * sizeof(T), "bytes", constant);
  else
    checkData(field.size(), count, "elements", constant);
  std::vector<To> values(count);
  for (int64_t i = 0; i < count; ++i) {
    T value;
    if (raw) {
      std::memcpy(&value, raw->data() + i * sizeof(T), sizeof(T));
    } else {
      value = static_cast<T>(field.Get(i));
      if (std::is_integral_v<T> &&
          static_cast<int64_t>(value) != static_cast<int64_t>(field.Get(i)))
        fail("tensor '" + constant.name + "': value " + Twine(static_cast<int64_t>(field.Get(i))) +
             " does not fit its element type");
    }
    values[i] = convert(value);
  }
  constant = makeConstant(ArrayRef<To>(values), constant.shape, constant.name, constant.type);
}

template <typename T, typename Field>
static void readInts(Constant &constant, const Bytes &raw, const Field &field, int64_t count) {
  readElements<int64_t, T>(constant, raw, field, count,
                           [](T value) { return static_cast<int64_t>(value); });
}

static float fromBits(const llvm::fltSemantics &semantics, uint16_t bits) {
  llvm::APFloat value(semantics, llvm::APInt(16, bits));
  bool losesInfo;
  value.convert(llvm::APFloat::IEEEsingle(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return value.convertToFloat();
}

static void readFloats(Constant &constant, const onnx::TensorProto &proto, const Bytes &raw,
                       int64_t count) {
  switch (constant.type) {
  case onnx::TensorProto::DOUBLE:
    return readElements<float, double>(constant, raw, proto.double_data(), count,
                                       [](double value) { return static_cast<float>(value); });
  case onnx::TensorProto::FLOAT16:
    return readElements<float, uint16_t>(
        constant, raw, proto.int32_data(), count,
        [](uint16_t bits) { return fromBits(llvm::APFloat::IEEEhalf(), bits); });
  case onnx::TensorProto::BFLOAT16:
    return readElements<float, uint16_t>(
        constant, raw, proto.int32_data(), count,
        [](uint16_t bits) { return fromBits(llvm::APFloat::BFloat(), bits); });
  default:
    if (!raw || !isAddrAligned(Align::Of<float>(), raw->data()))
      return readElements<float, float>(constant, raw, proto.float_data(), count,
                                        [](float value) { return value; });
    checkData(raw->size(), count * sizeof(float), "bytes", constant);
    constant.bytes = raw;
  }
}

static void readIntegers(Constant &constant, const onnx::TensorProto &proto, const Bytes &raw,
                         int64_t count) {
  using Proto = onnx::TensorProto;
  switch (constant.type) {
  case Proto::INT64:
    return readInts<int64_t>(constant, raw, proto.int64_data(), count);
  case Proto::INT32:
    return readInts<int32_t>(constant, raw, proto.int32_data(), count);
  case Proto::INT16:
    return readInts<int16_t>(constant, raw, proto.int32_data(), count);
  case Proto::INT8:
    return readInts<int8_t>(constant, raw, proto.int32_data(), count);
  case Proto::UINT8:
    return readInts<uint8_t>(constant, raw, proto.int32_data(), count);
  case Proto::UINT16:
    return readInts<uint16_t>(constant, raw, proto.int32_data(), count);
  case Proto::UINT32:
    return readInts<uint32_t>(constant, raw, proto.uint64_data(), count);
  case Proto::UINT64:
    return readInts<uint64_t>(constant, raw, proto.uint64_data(), count);
  default:
    return readElements<int64_t, uint8_t>(constant, raw, proto.int32_data(), count,
                                          [](uint8_t value) { return value != 0; });
  }
}

/// The bytes of a tensor in its file or its field for raw data, which is emptied; null if the data
/// is in a field of its type.
static Bytes readRawBytes(onnx::TensorProto &proto, const Constant &constant,
                          ExternalData &external) {
  if (proto.data_location() == onnx::TensorProto::EXTERNAL)
    return external.read(proto, constant.name);
  return proto.has_raw_data() ? share(std::move(*proto.mutable_raw_data())) : nullptr;
}

Constant cim::onnx_frontend::readTensor(onnx::TensorProto &proto, StringRef name,
                                        ExternalData &external) {
  Constant constant{ElementType(proto.data_type()), {}, name.str(), nullptr};
  if (!isSupported(constant.type))
    fail("tensor '" + name + "': element type " + str(constant.type) + " is not supported");
  if (proto.has_segment())
    fail("tensor '" + name + "': segments are not supported");
  constant.shape.assign(proto.dims().begin(), proto.dims().end());
  int64_t count = elementCount(constant.shape);
  Bytes raw = readRawBytes(proto, constant, external);
  if (constant.isFloat())
    readFloats(constant, proto, raw, count);
  else
    readIntegers(constant, proto, raw, count);
  return constant;
}

//===----------------------------------------------------------------------===//
// Arrays
//===----------------------------------------------------------------------===//

Constant cim::onnx_frontend::constantOf(const data::Array &array, ElementType type,
                                        StringRef name) {
  bool isFloatArray = array.type == data::ElementType::F32 || array.type == data::ElementType::F64;
  if (isFloatArray != isFloat(type))
    fail("the array given for input '" + name + "' must hold elements of type " + str(type));
  Shape shape(array.shape.begin(), array.shape.end());
  elementCount(shape);
  if (isFloatArray)
    return makeConstant(ArrayRef<float>(data::toFloats(array, 1.0)), shape, name, type);
  std::vector<int64_t> values = data::toIntegers(array);
  unsigned bits = bitWidth(type);
  for (int64_t value : values)
    if (bits < 64 && (isUnsigned(type) || bits == 1 ? !isUIntN(bits, value) : !isIntN(bits, value)))
      fail("the array given for input '" + name + "': value " + Twine(value) +
           " does not fit element type " + str(type));
  return makeConstant(ArrayRef<int64_t>(values), shape, name, type);
}
