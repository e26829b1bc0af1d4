//===- Binary.cpp - Functions of several operands ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Binary functions and select with repeated axes. Integer arithmetic wraps, division
// truncates and gives 0 for a divisor of 0, shifts may shift all bits out. Maxima and minima keep
// not-a-number.
//
//===----------------------------------------------------------------------===//

#include "Extrema.h"
#include "Kernel.h"
#include "StridedLoop.h"

#include <cmath>
#include <limits>
#include <type_traits>

using namespace cim::format;
using namespace cim::runtime;

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

template <typename T> static T divide(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    return a / b;
  else if (b == 0)
    return 0;
  else if (std::is_signed_v<T> && b == T(-1))
    return T(0 - uint64_t(a));
  else
    return T(a / b);
}

/// Left or right by any amount: one that is not in 0..width-1 shifts all bits out.
template <BinaryKind kind, typename T> static T shift(T a, T amount) {
  constexpr int width = std::numeric_limits<std::make_unsigned_t<T>>::digits;
  bool shiftsAllOut = amount < 0 || amount >= width;
  if constexpr (kind == BinaryKind::ArithmeticRightShift && std::is_signed_v<T>)
    return T(a >> (shiftsAllOut ? T(width - 1) : amount));
  uint64_t bits = std::make_unsigned_t<T>(a);
  if (shiftsAllOut)
    return 0;
  return T(kind == BinaryKind::LogicalLeftShift ? bits << amount : bits >> amount);
}

/// Integer arithmetic is done on unsigned numbers, where wrapping is defined.
template <typename T>
using Arithmetic = std::conditional_t<std::is_floating_point_v<T>, T, uint64_t>;

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// out[i] = function(a[i * stepA], b[i * stepB]); the usual steps get loops of their own.
template <typename From, typename To, typename Function>
static void mapRow(const From *a, int64_t stepA, const From *b, int64_t stepB, To *out,
                   int64_t size, Function function) {
  if (stepA == 1 && stepB == 1)
    for (int64_t i = 0; i < size; ++i)
      out[i] = function(a[i], b[i]);
  else if (stepA == 1 && stepB == 0)
    for (int64_t i = 0; i < size; ++i)
      out[i] = function(a[i], *b);
  else
    for (int64_t i = 0; i < size; ++i)
      out[i] = function(a[i * stepA], b[i * stepB]);
}

template <typename From, typename To = From, typename Function>
static std::unique_ptr<Kernel> makeMap(const KernelSpec &spec, Function function) {
  std::vector<int64_t> shape = shapeOf(spec.output());
  StridedLoop<3> loop(shape, {repeatedStrides(shapeOf(spec.input(0))),
                              repeatedStrides(shapeOf(spec.input(1))), denseStrides(shape)});
  return makeKernel([=](const KernelCall &call) {
    loop.forEachRow([&](const StridedLoop<3>::Offsets &at) {
      mapRow(call.input<From>(0) + at[0], loop.rowStrides()[0], call.input<From>(1) + at[1],
             loop.rowStrides()[1], static_cast<To *>(call.output) + at[2], loop.rowSize(),
             function);
    });
  });
}

/// Functions are given as lambdas: a pointer would be called for each element.
template <typename T> static std::unique_ptr<Kernel> makeArithmetic(const KernelSpec &spec) {
  using A = Arithmetic<T>;
  switch (static_cast<BinaryKind>(spec.instruction.kind())) {
  case BinaryKind::Add:
    return makeMap<T>(spec, [](T a, T b) { return T(A(a) + A(b)); });
  case BinaryKind::Sub:
    return makeMap<T>(spec, [](T a, T b) { return T(A(a) - A(b)); });
  case BinaryKind::Mul:
    return makeMap<T>(spec, [](T a, T b) { return T(A(a) * A(b)); });
  case BinaryKind::Div:
    return makeMap<T>(spec, [](T a, T b) { return divide(a, b); });
  case BinaryKind::Maximum:
    return makeMap<T>(spec, [](T a, T b) { return maximum(a, b); });
  case BinaryKind::Minimum:
    return makeMap<T>(spec, [](T a, T b) { return minimum(a, b); });
  default:
    return makeMap<float>(spec, [](float a, float b) { return std::pow(a, b); });
  }
}

template <typename T> static std::unique_ptr<Kernel> makeComparison(const KernelSpec &spec) {
  switch (static_cast<BinaryKind>(spec.instruction.kind())) {
  case BinaryKind::Equal:
    return makeMap<T, bool>(spec, [](T a, T b) { return a == b; });
  case BinaryKind::Greater:
    return makeMap<T, bool>(spec, [](T a, T b) { return a > b; });
  default:
    return makeMap<T, bool>(spec, [](T a, T b) { return a >= b; });
  }
}

template <typename T> static std::unique_ptr<Kernel> makeBitwise(const KernelSpec &spec) {
  switch (static_cast<BinaryKind>(spec.instruction.kind())) {
  case BinaryKind::BitwiseAnd:
    return makeMap<T>(spec, [](T a, T b) { return T(a & b); });
  case BinaryKind::BitwiseOr:
    return makeMap<T>(spec, [](T a, T b) { return T(a | b); });
  case BinaryKind::BitwiseXor:
    return makeMap<T>(spec, [](T a, T b) { return T(a ^ b); });
  case BinaryKind::LogicalLeftShift:
    return makeMap<T>(spec, [](T a, T b) { return shift<BinaryKind::LogicalLeftShift>(a, b); });
  case BinaryKind::LogicalRightShift:
    return makeMap<T>(spec, [](T a, T b) { return shift<BinaryKind::LogicalRightShift>(a, b); });
  default:
    return makeMap<T>(spec, [](T a, T b) { return shift<BinaryKind::ArithmeticRightShift>(a, b); });
  }
}

std::unique_ptr<Kernel> cim::runtime::makeBinary(const KernelSpec &spec) {
  auto kind = static_cast<BinaryKind>(spec.instruction.kind());
  switch (kind) {
  case BinaryKind::LogicalAnd:
    return makeMap<bool>(spec, [](bool a, bool b) { return a && b; });
  case BinaryKind::LogicalOr:
    return makeMap<bool>(spec, [](bool a, bool b) { return a || b; });
  case BinaryKind::LogicalXor:
    return makeMap<bool>(spec, [](bool a, bool b) { return a != b; });
  default:
    return dispatch(spec.input(0).type(), [&](auto zero) {
      using T = decltype(zero);
      if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
        if (kind >= BinaryKind::BitwiseAnd)
          return makeBitwise<T>(spec);
      return kind >= BinaryKind::Equal ? makeComparison<T>(spec) : makeArithmetic<T>(spec);
    });
  }
}

std::unique_ptr<Kernel> cim::runtime::makeSelect(const KernelSpec &spec) {
  std::vector<int64_t> shape = shapeOf(spec.output());
  StridedLoop<4> loop(shape, {repeatedStrides(shapeOf(spec.input(0))),
                              repeatedStrides(shapeOf(spec.input(1))),
                              repeatedStrides(shapeOf(spec.input(2))), denseStrides(shape)});
  return dispatch(spec.output().type(), [&](auto zero) {
    using T = decltype(zero);
    return makeKernel([=](const KernelCall &call) {
      const auto &step = loop.rowStrides();
      loop.forEachRow([&](const StridedLoop<4>::Offsets &at) {
        const bool *condition = call.input<bool>(0) + at[0];
        const T *onTrue = call.input<T>(1) + at[1], *onFalse = call.input<T>(2) + at[2];
        T *out = static_cast<T *>(call.output) + at[3];
        for (int64_t i = 0; i < loop.rowSize(); ++i)
          out[i] = condition[i * step[0]] ? onTrue[i * step[1]] : onFalse[i * step[2]];
      });
    });
  });
}
