//===- FilesTest.cpp - Tests of ONNX files as data --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tensors of every element type, outlines, and files that are neither.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Frontend/ONNX/Files.h"
#include "gtest/gtest.h"
#include <cmath>
#include <cstring>
#include <fstream>
#include <onnx/onnx_pb.h>

using namespace cim;
using namespace cim::onnx_frontend;
using data::ElementType;
using onnx::TensorProto;

static std::string write(const std::string &bytes) {
  std::string path = testing::TempDir() + "cim-frontend-files.pb";
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

/// A tensor with one axis and raw data.
template <typename T>
static TensorProto makeTensor(TensorProto::DataType type, const std::vector<T> &values) {
  TensorProto tensor;
  tensor.set_name("x");
  tensor.set_data_type(type);
  tensor.add_dims(values.size());
  tensor.set_raw_data(values.data(), values.size() * sizeof(T));
  return tensor;
}

/// Expects that the file of a tensor holds an array of the given elements.
template <typename T>
static void expectArray(const TensorProto &tensor, ElementType type, const std::vector<T> &values,
                        TensorProto::DataType declared = TensorProto::UNDEFINED) {
  data::Array array;
  ASSERT_EQ(readTensorFile(write(tensor.SerializeAsString()), {"x", declared}, array), "");
  EXPECT_EQ(array.type, type);
  EXPECT_EQ(array.shape, std::vector<int64_t>{static_cast<int64_t>(values.size())});
  ASSERT_EQ(array.bytes.size(), values.size() * sizeof(T));
  EXPECT_EQ(std::memcmp(array.bytes.data(), values.data(), array.bytes.size()), 0);
}

TEST(TensorFile, FloatsAreFloat32) {
  expectArray<float>(makeTensor<float>(TensorProto::FLOAT, {1.5f, -INFINITY}), ElementType::F32,
                     {1.5f, -INFINITY});
  expectArray<float>(makeTensor<double>(TensorProto::DOUBLE, {0.1, 1e300}), ElementType::F32,
                     {0.1f, INFINITY});
  expectArray<float>(makeTensor<uint16_t>(TensorProto::FLOAT16, {0x3C01, 0xFC00}), ElementType::F32,
                     {1.0009765625f, -INFINITY});
  expectArray<float>(makeTensor<uint16_t>(TensorProto::BFLOAT16, {0x3F81, 0x7F80}),
                     ElementType::F32, {1.0078125f, INFINITY});
  expectArray<float>(makeTensor<uint16_t>(TensorProto::UINT16, {0x3F81}), ElementType::F32,
                     {1.0078125f}, TensorProto::BFLOAT16);
  TensorProto typed;
  typed.set_data_type(TensorProto::FLOAT);
  typed.add_dims(2);
  typed.add_float_data(1);
  typed.add_float_data(2);
  expectArray<float>(typed, ElementType::F32, {1, 2});
}

TEST(TensorFile, IntegersHaveTheTypesOfTheBoundary) {
  expectArray<int64_t>(makeTensor<int64_t>(TensorProto::INT64, {INT64_MIN, 7}), ElementType::I64,
                       {INT64_MIN, 7});
  expectArray<uint64_t>(makeTensor<uint64_t>(TensorProto::UINT64, {UINT64_MAX}), ElementType::I64,
                        {UINT64_MAX});
  expectArray<int64_t>(makeTensor<uint32_t>(TensorProto::UINT32, {UINT32_MAX}), ElementType::I64,
                       {UINT32_MAX});
  expectArray<int32_t>(makeTensor<int32_t>(TensorProto::INT32, {INT32_MIN, 7}), ElementType::I32,
                       {INT32_MIN, 7});
  expectArray<int32_t>(makeTensor<int16_t>(TensorProto::INT16, {INT16_MIN}), ElementType::I32,
                       {INT16_MIN});
  expectArray<int32_t>(makeTensor<uint16_t>(TensorProto::UINT16, {UINT16_MAX}), ElementType::I32,
                       {UINT16_MAX});
  expectArray<int8_t>(makeTensor<int8_t>(TensorProto::INT8, {-128, 7}), ElementType::I8, {-128, 7});
  expectArray<uint8_t>(makeTensor<uint8_t>(TensorProto::UINT8, {255, 7}), ElementType::U8,
                       {255, 7});
  expectArray<uint8_t>(makeTensor<uint8_t>(TensorProto::BOOL, {0, 1}), ElementType::Bool, {0, 1});
}

TEST(TensorFile, OtherFilesAreRefusedByName) {
  data::Array array;
  TensorProto text = makeTensor<char>(TensorProto::STRING, {});
  std::string path = write(text.SerializeAsString());
  EXPECT_EQ(readTensorFile(path, {}, array),
            path + ": tensor 'x': element type STRING is not supported");
  TensorProto shorter = makeTensor<int32_t>(TensorProto::FLOAT, {1});
  shorter.set_dims(0, 2);
  write(shorter.SerializeAsString());
  EXPECT_EQ(readTensorFile(path, {}, array),
            path + ": tensor 'x' of shape [2] needs 8 bytes of data, got 4");
  write("\x08");
  EXPECT_EQ(readTensorFile(path, {}, array), path + ": not an ONNX tensor, or a truncated one");
  write("");
  EXPECT_EQ(readTensorFile(path, {}, array), path + ": the file is empty");
  EXPECT_EQ(readTensorFile(path + ".none", {}, array),
            path + ".none: cannot read the file: No such file or directory");
}

TEST(ModelOutline, NamesAreThoseOfTheGraph) {
  onnx::ModelProto model;
  onnx::GraphProto &graph = *model.mutable_graph();
  onnx::ValueInfoProto &x = *graph.add_input();
  x.set_name("x");
  x.mutable_type()->mutable_tensor_type()->set_elem_type(TensorProto::INT8);
  graph.add_input()->set_name("w");
  graph.add_initializer()->set_name("w");
  graph.add_output()->set_name("y");
  graph.add_node()->set_op_type("Relu");
  graph.add_node()->set_op_type("NoSuchOperator");
  ModelOutline outline;
  std::string path = write(model.SerializeAsString());
  EXPECT_EQ(readOutline(path, outline), "");
  ASSERT_EQ(outline.inputs.size(), 1u);
  EXPECT_EQ(outline.inputs[0].name, "x");
  EXPECT_EQ(outline.inputs[0].elementType, TensorProto::INT8);
  ASSERT_EQ(outline.outputs.size(), 1u);
  EXPECT_EQ(outline.outputs[0].name, "y");
  EXPECT_EQ(outline.outputs[0].elementType, 0);
  EXPECT_EQ(outline.operators, (std::vector<std::string>{"Relu", "NoSuchOperator"}));
  write("\x08");
  EXPECT_EQ(readOutline(path, outline), path + ": not an ONNX model, or a truncated one");
}
