//===- RuntimeTensors.cpp - The runtime on reference tensors ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See RuntimeTensors.h.
//
//===----------------------------------------------------------------------===//

#include "RuntimeTensors.h"
#include <cstdlib>
#include <cstring>

using namespace mlir;
using namespace cim::reference;
using namespace cim::test;

static Type elementTypeOf(cim_element_type type, MLIRContext *context) {
  switch (type) {
  case CIM_F32:
    return Float32Type::get(context);
  case CIM_I64:
    return IntegerType::get(context, 64);
  case CIM_I32:
    return IntegerType::get(context, 32);
  case CIM_I8:
    return IntegerType::get(context, 8);
  case CIM_U8:
    return IntegerType::get(context, 8, IntegerType::Unsigned);
  case CIM_BOOL:
    break;
  }
  return IntegerType::get(context, 1);
}

static int64_t elementBytes(cim_element_type type) {
  return type == CIM_I64 ? 8 : type == CIM_F32 || type == CIM_I32 ? 4 : 1;
}

static int64_t sizeOf(const cim_tensor &view) {
  return ShapedType::getNumElements(ArrayRef(view.dims, view.rank));
}

static std::vector<int64_t> readIntegers(const cim_tensor &view) {
  std::vector<int64_t> values(sizeOf(view));
  for (size_t i = 0; i < values.size(); ++i) {
    if (view.type == CIM_I64)
      values[i] = static_cast<const int64_t *>(view.data)[i];
    else if (view.type == CIM_I32)
      values[i] = static_cast<const int32_t *>(view.data)[i];
    else if (view.type == CIM_I8)
      values[i] = static_cast<const int8_t *>(view.data)[i];
    else
      values[i] = static_cast<const uint8_t *>(view.data)[i];
  }
  return values;
}

static Tensor toTensor(const cim_tensor &view, MLIRContext *context) {
  auto type =
      RankedTensorType::get(ArrayRef(view.dims, view.rank), elementTypeOf(view.type, context));
  if (view.type != CIM_F32)
    return {type, readIntegers(view)};
  const auto *data = static_cast<const float *>(view.data);
  return {type, std::vector<float>(data, data + sizeOf(view))};
}

/// The bytes of a tensor as the runtime stores them, little endian.
static std::vector<uint8_t> toBytes(const Tensor &tensor, cim_element_type type) {
  int64_t bytes = elementBytes(type);
  std::vector<uint8_t> result(tensor.size() * bytes);
  for (int64_t i = 0; i < tensor.size(); ++i) {
    const void *element = tensor.isFloat() ? static_cast<const void *>(&tensor.floats()[i])
                                           : static_cast<const void *>(&tensor.ints()[i]);
    std::memcpy(&result[i * bytes], element, bytes);
  }
  return result;
}

namespace {

struct ObserverState {
  const Observer &observer;
  MLIRContext *context;
};

} // namespace

static void forward(void *user, int64_t, int32_t instruction, const cim_tensor *inputs,
                    int32_t numInputs, const cim_tensor *output) {
  auto *state = static_cast<ObserverState *>(user);
  SmallVector<Tensor> tensors;
  for (int32_t i = 0; i < numInputs; ++i)
    tensors.push_back(toTensor(inputs[i], state->context));
  // An array write has no output.
  Tensor result = output->data ? toTensor(*output, state->context) : Tensor();
  state->observer(instruction, tensors, result);
}

std::string cim::test::run(const cim_program *program, ArrayRef<Tensor> arguments,
                           MLIRContext *context, SmallVectorImpl<Tensor> &outputs,
                           const Observer &observer) {
  std::vector<std::vector<uint8_t>> storage;
  std::vector<cim_tensor> inputs, results;
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    inputs.push_back(cim_program_input(program, i));
    storage.push_back(toBytes(argument, inputs.back().type));
    inputs.back().data = storage.back().data();
  }
  for (int32_t i = 0; i < cim_program_num_outputs(program); ++i) {
    results.push_back(cim_program_output(program, i));
    storage.emplace_back(sizeOf(results.back()) * elementBytes(results.back().type));
    results.back().data = storage.back().data();
  }
  ObserverState state{observer, context};
  cim_executor_options options = {};
  options.threads = 1;
  options.observer = observer ? forward : nullptr;
  options.observer_user = &state;
  cim_message message = {};
  cim_executor *executor = nullptr;
  if (cim_executor_create(program, &options, &executor, &message) != CIM_OK)
    return message.text;
  cim_status status = cim_executor_run(executor, 1, inputs.data(), inputs.size(), results.data(),
                                       results.size(), &message);
  cim_executor_destroy(executor);
  if (status != CIM_OK)
    return message.text;
  for (const cim_tensor &result : results)
    outputs.push_back(toTensor(result, context));
  return "";
}

std::string cim::test::runMemory(ArrayRef<uint8_t> file, ArrayRef<Tensor> arguments,
                                 MLIRContext *context, SmallVectorImpl<Tensor> &outputs,
                                 const cim_variation *variation) {
  // The runtime uses the file in place and wants it aligned.
  constexpr size_t kAlignment = 64;
  std::unique_ptr<void, decltype(&std::free)> memory(
      std::aligned_alloc(kAlignment, llvm::alignTo(file.size(), kAlignment)), std::free);
  std::memcpy(memory.get(), file.data(), file.size());
  cim_program *loaded = nullptr;
  cim_message message = {};
  if (cim_program_from_memory(memory.get(), file.size(), &loaded, &message) != CIM_OK)
    return message.text;
  Program program(loaded, cim_program_close);
  if (cim_program_vary(program.get(), variation, &message) != CIM_OK)
    return message.text;
  return run(program.get(), arguments, context, outputs);
}
