//===- DataMovement.cpp - Transpose, slice, pad, concat ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All of them copy boxes between tensors of different strides.
//
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include "Kernel.h"
#include "StridedLoop.h"

#include <algorithm>

using namespace cim::format;
using namespace cim::runtime;

namespace {

/// Copies a box; offsets and strides count elements.
class BoxCopy {
public:
  BoxCopy(const std::vector<int64_t> &shape, std::vector<int64_t> from, std::vector<int64_t> to,
          int64_t fromOffset, int64_t toOffset, ElementType type)
      : loop(shape, {std::move(from), std::move(to)}), fromOffset(fromOffset), toOffset(toOffset),
        type(type) {}

  void run(const void *from, void *to) const {
    dispatch(type, [&](auto zero) {
      using T = decltype(zero);
      copy(static_cast<const T *>(from) + fromOffset, static_cast<T *>(to) + toOffset);
    });
  }

private:
  template <typename T> void copy(const T *from, T *to) const {
    auto [fromStep, toStep] = loop.rowStrides();
    loop.forEachRow([&, fromStep = fromStep, toStep = toStep](const std::array<int64_t, 2> &at) {
      if (fromStep == 1 && toStep == 1)
        std::copy_n(from + at[0], loop.rowSize(), to + at[1]);
      else
        for (int64_t i = 0; i < loop.rowSize(); ++i)
          to[at[1] + i * toStep] = from[at[0] + i * fromStep];
    });
  }

  StridedLoop<2> loop;
  int64_t fromOffset, toOffset;
  ElementType type;
};

} // namespace

/// The offset of a position in a tensor of the given strides.
static int64_t offsetOf(const int64_t *position, const std::vector<int64_t> &strides) {
  int64_t offset = 0;
  for (size_t i = 0; i < strides.size(); ++i)
    offset += position[i] * strides[i];
  return offset;
}

std::unique_ptr<Kernel> cim::runtime::makeTranspose(const KernelSpec &spec) {
  std::vector<int64_t> shape = shapeOf(spec.output()), from(shape.size());
  std::vector<int64_t> strides = denseStrides(shapeOf(spec.input(0)));
  for (size_t i = 0; i < shape.size(); ++i)
    from[i] = strides[spec.ints()[i]];
  BoxCopy box(shape, from, denseStrides(shape), 0, 0, spec.output().type());
  return makeKernel([=](const KernelCall &call) { box.run(call.inputs[0], call.output); });
}

std::unique_ptr<Kernel> cim::runtime::makeSlice(const KernelSpec &spec) {
  std::vector<int64_t> shape = shapeOf(spec.output());
  std::vector<int64_t> strides = denseStrides(shapeOf(spec.input(0)));
  BoxCopy box(shape, strides, denseStrides(shape), offsetOf(spec.ints(), strides), 0,
              spec.output().type());
  return makeKernel([=](const KernelCall &call) { box.run(call.inputs[0], call.output); });
}

std::unique_ptr<Kernel> cim::runtime::makePad(const KernelSpec &spec) {
  std::vector<int64_t> shape = shapeOf(spec.input(0));
  std::vector<int64_t> strides = denseStrides(shapeOf(spec.output()));
  BoxCopy box(shape, denseStrides(shape), strides, 0, offsetOf(spec.ints(), strides),
              spec.output().type());
  int64_t size = numElements(spec.output());
  return dispatch(spec.output().type(), [&](auto zero) {
    auto value = convert<decltype(zero)>(spec.instruction.value());
    return makeKernel([=](const KernelCall &call) {
      std::fill_n(static_cast<decltype(zero) *>(call.output), size, value);
      box.run(call.inputs[0], call.output);
    });
  });
}

std::unique_ptr<Kernel> cim::runtime::makeConcat(const KernelSpec &spec) {
  std::vector<BoxCopy> boxes;
  std::vector<int64_t> strides = denseStrides(shapeOf(spec.output()));
  int64_t axis = spec.ints()[0], position = 0;
  for (size_t i = 0; i < spec.instruction.operands().count(); ++i) {
    std::vector<int64_t> shape = shapeOf(spec.input(i));
    boxes.emplace_back(shape, denseStrides(shape), strides, 0, position * strides[axis],
                       spec.output().type());
    position += shape[axis];
  }
  return makeKernel([=](const KernelCall &call) {
    for (size_t i = 0; i < boxes.size(); ++i)
      boxes[i].run(call.inputs[i], call.output);
  });
}
