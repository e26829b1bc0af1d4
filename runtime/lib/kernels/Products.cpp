//===- Products.cpp - Float convolutions and matrix products ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Both are done by oneDNN, with primitives made for one sample and one thread. Constant
// weights are reordered once into the layout that the primitive likes.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"
#include "StridedLoop.h"

#include <algorithm>
#include <cstring>
#include <dnnl.hpp>
#include <unordered_map>

using namespace cim::format;
using namespace cim::runtime;
using dnnl::memory;

static memory::desc describe(const memory::dims &dims, const memory::dims &strides) {
  return memory::desc(dims, memory::data_type::f32, strides);
}

static memory::desc describeAnyLayout(const memory::dims &dims) {
  return memory::desc(dims, memory::data_type::f32, memory::format_tag::any);
}

static dnnl::primitive_attr userScratchpad() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

/// oneDNN's handles do not know const.
static memory wrap(const memory::desc &desc, const dnnl::engine &engine, const void *data) {
  return memory(desc, engine, const_cast<void *>(data));
}

struct cim::runtime::ReorderedWeights {
  struct Entry {
    const uint8_t *data;
    dnnl::memory::desc given, wanted;
    dnnl::memory memory;
  };
  std::vector<Entry> entries;
};

std::shared_ptr<ReorderedWeights> cim::runtime::makeReorderedWeights() {
  return std::make_shared<ReorderedWeights>();
}

namespace {

/// The second operand of a product, in the layout of the primitive.
class Weights {
public:
  /// Reorders now if the operand is a constant of the program, unless another product has.
  Weights(const KernelSpec &spec, memory::desc given, memory::desc wanted,
          const dnnl::engine &engine, ReorderedWeights &shared)
      : engine(engine), given(std::move(given)), wanted(std::move(wanted)) {
    const Tensor &tensor = spec.input(1);
    if (tensor.space() != Space_File || isReady())
      return;
    const uint8_t *data = spec.program.bytes.at(tensor.offset());
    for (const ReorderedWeights::Entry &entry : shared.entries)
      if (entry.data == data && entry.given == this->given && entry.wanted == this->wanted)
        constant = entry.memory;
    if (constant)
      return;
    constant = memory(this->wanted, engine);
    memory from = wrap(this->given, engine, data);
    dnnl::stream stream(engine);
    dnnl::reorder(from, constant).execute(stream, from, constant);
    stream.wait();
    shared.entries.push_back({data, this->given, this->wanted, constant});
  }

  /// Bytes of scratch for a reorder in each call.
  size_t scratchBytes() const { return constant || isReady() ? 0 : wanted.get_size(); }

  memory get(const void *data, const KernelCall &call, uint8_t *scratch) const {
    if (constant)
      return constant;
    memory from = wrap(given, engine, data);
    if (isReady())
      return from;
    memory to = wrap(wanted, engine, scratch);
    dnnl::reorder(from, to).execute(call.stream, from, to);
    return to;
  }

private:
  bool isReady() const { return given == wanted; }

  dnnl::engine engine;
  memory::desc given, wanted;
  memory constant;
};

class ConvKernel : public Kernel {
public:
  ConvKernel(const KernelSpec &spec, const dnnl::engine &engine, ReorderedWeights &shared)
      : engine(engine), descriptor(makeDescriptor(spec, engine)), primitive(descriptor),
        weights(spec, givenWeights(spec), descriptor.weights_desc(), engine, shared) {}

  size_t scratchBytes(int64_t) const override {
    return padded(descriptor.scratchpad_desc().get_size()) + weights.scratchBytes();
  }

  void run(const KernelCall &call) const override {
    memory::desc scratchpad = descriptor.scratchpad_desc();
    uint8_t *rest = call.scratch + padded(scratchpad.get_size());
    primitive.execute(call.stream,
                      {{DNNL_ARG_SRC, wrap(descriptor.src_desc(), engine, call.inputs[0])},
                       {DNNL_ARG_WEIGHTS, weights.get(call.inputs[1], call, rest)},
                       {DNNL_ARG_BIAS, wrap(descriptor.bias_desc(), engine, call.inputs[2])},
                       {DNNL_ARG_DST, wrap(descriptor.dst_desc(), engine, call.output)},
                       {DNNL_ARG_SCRATCHPAD, wrap(scratchpad, engine, call.scratch)}});
  }

private:
  static size_t padded(size_t bytes) { return (bytes + 63) / 64 * 64; }

  /// Dims in oneDNN's order NCHW of a tensor that is stored NHWC.
  static memory::dims channelsFirst(const Tensor &tensor) {
    std::vector<int64_t> dims = shapeOf(tensor);
    return {dims[0], dims[3], dims[1], dims[2]};
  }

  static memory::desc describeImage(const Tensor &tensor) {
    std::vector<int64_t> strides = denseStrides(shapeOf(tensor));
    return describe(channelsFirst(tensor), {strides[0], strides[3], strides[1], strides[2]});
  }

  /// OHWI, or GOHWI with groups, as oneDNN's [G]OIHW with strides.
  static memory::desc givenWeights(const KernelSpec &spec) {
    memory::dims dims = channelsFirst(spec.input(1));
    std::vector<int64_t> dense = denseStrides(shapeOf(spec.input(1)));
    memory::dims strides = {dense[0], dense[3], dense[1], dense[2]};
    int64_t groups = windowOf(spec).groups();
    if (groups > 1) {
      dims[0] /= groups;
      strides.insert(strides.begin(), dims[0] * dense[0]);
      dims.insert(dims.begin(), groups);
    }
    return describe(dims, strides);
  }

  static const Window &windowOf(const KernelSpec &spec) {
    return spec.program.data.windows[spec.instruction.params()];
  }

  static dnnl::convolution_forward::primitive_desc makeDescriptor(const KernelSpec &spec,
                                                                  const dnnl::engine &engine) {
    const Window &window = windowOf(spec);
    auto pair = [](auto *values, int64_t minus = 0) {
      return memory::dims{values->Get(0) - minus, values->Get(1) - minus};
    };
    dnnl::convolution_forward::desc operation(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
        describeImage(spec.input(0)), describeAnyLayout(givenWeights(spec).dims()),
        describe({spec.input(2).dims()->Get(0)}, {1}), describeImage(spec.output()),
        pair(window.stride()), pair(window.dilation(), 1),
        {window.pad()->Get(0), window.pad()->Get(2)}, {window.pad()->Get(1), window.pad()->Get(3)});
    return {operation, userScratchpad(), engine};
  }

  dnnl::engine engine;
  dnnl::convolution_forward::primitive_desc descriptor;
  dnnl::convolution_forward primitive;
  Weights weights;
};

/// A product of two-dimensional matrices for each batch; if the right operand is the
/// same for all batches they are one tall matrix.
class MatmulKernel : public Kernel {
public:
  MatmulKernel(const KernelSpec &spec, const dnnl::engine &engine, ReorderedWeights &shared)
      : engine(engine), batches(spec.output().dims()->Get(0)), rows(spec.input(0).dims()->Get(1)),
        inner(spec.input(0).dims()->Get(2)), columns(spec.input(1).dims()->Get(2)),
        leftStep(spec.input(0).dims()->Get(0) == 1 ? 0 : rows * inner),
        rightStep(spec.input(1).dims()->Get(0) == 1 ? 0 : inner * columns) {
    if (rightStep == 0 && leftStep != 0) {
      rows *= batches;
      batches = 1;
    }
    memory::desc right = describe({inner, columns}, {columns, 1});
    bool isConstant = spec.input(1).space() == Space_File && rightStep == 0;
    dnnl::matmul::desc operation(describe({rows, inner}, {inner, 1}),
                                 isConstant ? describeAnyLayout({inner, columns}) : right,
                                 describe({rows, columns}, {columns, 1}));
    descriptor = {operation, userScratchpad(), engine};
    primitive = dnnl::matmul(descriptor);
    weights = std::make_unique<Weights>(spec, right, descriptor.weights_desc(), engine, shared);
  }

  size_t scratchBytes(int64_t) const override { return descriptor.scratchpad_desc().get_size(); }

  void run(const KernelCall &call) const override {
    // Handles are dear: those of the first batch serve all.
    auto *left = const_cast<float *>(call.input<float>(0));
    auto *right = const_cast<float *>(call.input<float>(1));
    auto *output = static_cast<float *>(call.output);
    memory source = wrap(descriptor.src_desc(), engine, left);
    memory weight = weights->get(right, call, call.scratch);
    memory result = wrap(descriptor.dst_desc(), engine, output);
    std::unordered_map<int, memory> arguments = {
        {DNNL_ARG_SRC, source},
        {DNNL_ARG_WEIGHTS, weight},
        {DNNL_ARG_DST, result},
        {DNNL_ARG_SCRATCHPAD, wrap(descriptor.scratchpad_desc(), engine, call.scratch)}};
    for (int64_t i = 0; i < batches; ++i) {
      source.set_data_handle(left + i * leftStep);
      if (rightStep != 0) // Else they may be shared.
        weight.set_data_handle(right + i * rightStep);
      result.set_data_handle(output + i * rows * columns);
      primitive.execute(call.stream, arguments);
    }
  }

private:
  dnnl::engine engine;
  int64_t batches, rows, inner, columns, leftStep, rightStep;
  dnnl::matmul::primitive_desc descriptor;
  dnnl::matmul primitive;
  std::unique_ptr<Weights> weights;
};

} // namespace

std::unique_ptr<Kernel> cim::runtime::makeConv2D(const KernelSpec &spec, const dnnl::engine &engine,
                                                 ReorderedWeights &shared) {
  return std::make_unique<ConvKernel>(spec, engine, shared);
}

std::unique_ptr<Kernel> cim::runtime::makeMatmul(const KernelSpec &spec, const dnnl::engine &engine,
                                                 ReorderedWeights &shared) {
  return std::make_unique<MatmulKernel>(spec, engine, shared);
}
