//===- Elementwise.cpp - Functions of one operand ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unary functions, clamp and cast as plain loops. Integer arithmetic wraps.
//
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include "Kernel.h"

#include <cmath>
#include <type_traits>

using namespace cim::format;
using namespace cim::runtime;

template <typename From, typename To = From, typename Function>
static std::unique_ptr<Kernel> makeMap(const KernelSpec &spec, Function function) {
  int64_t size = numElements(spec.output());
  return makeKernel([=](const KernelCall &call) {
    const From *from = call.input<From>(0);
    To *to = static_cast<To *>(call.output);
    for (int64_t i = 0; i < size; ++i)
      to[i] = function(from[i]);
  });
}

static std::unique_ptr<Kernel> makeFloatUnary(const KernelSpec &spec) {
  switch (static_cast<UnaryKind>(spec.instruction.kind())) {
  case UnaryKind::Ceil:
    return makeMap<float>(spec, [](float x) { return std::ceil(x); });
  case UnaryKind::Floor:
    return makeMap<float>(spec, [](float x) { return std::floor(x); });
  case UnaryKind::Exp:
    return makeMap<float>(spec, [](float x) { return std::exp(x); });
  case UnaryKind::Log:
    return makeMap<float>(spec, [](float x) { return std::log(x); });
  case UnaryKind::Tanh:
    return makeMap<float>(spec, [](float x) { return std::tanh(x); });
  case UnaryKind::Sigmoid:
    return makeMap<float>(spec, [](float x) { return 1.0f / (1.0f + std::exp(-x)); });
  case UnaryKind::Erf:
    return makeMap<float>(spec, [](float x) { return std::erf(x); });
  case UnaryKind::Reciprocal:
    return makeMap<float>(spec, [](float x) { return 1.0f / x; });
  case UnaryKind::Rsqrt:
    return makeMap<float>(spec, [](float x) { return 1.0f / std::sqrt(x); });
  case UnaryKind::Sin:
    return makeMap<float>(spec, [](float x) { return std::sin(x); });
  case UnaryKind::Cos:
    return makeMap<float>(spec, [](float x) { return std::cos(x); });
  case UnaryKind::Abs:
    return makeMap<float>(spec, [](float x) { return std::abs(x); });
  case UnaryKind::Negate:
  case UnaryKind::LogicalNot:
  case UnaryKind::BitwiseNot:
    break;
  }
  return makeMap<float>(spec, [](float x) { return -x; });
}

std::unique_ptr<Kernel> cim::runtime::makeUnary(const KernelSpec &spec) {
  auto kind = static_cast<UnaryKind>(spec.instruction.kind());
  if (kind == UnaryKind::LogicalNot)
    return makeMap<bool>(spec, [](bool x) { return !x; });
  return dispatch(spec.output().type(), [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_same_v<T, float>)
      return makeFloatUnary(spec);
    if (kind == UnaryKind::BitwiseNot)
      return makeMap<T>(spec, [](T x) { return T(~uint64_t(x)); });
    // The negation is that of the unsigned type: it wraps.
    if (kind == UnaryKind::Abs)
      return makeMap<T>(spec, [](T x) { return x < T(0) ? T(0 - uint64_t(x)) : x; });
    return makeMap<T>(spec, [](T x) { return T(0 - uint64_t(x)); });
  });
}

std::unique_ptr<Kernel> cim::runtime::makeCast(const KernelSpec &spec) {
  return dispatch(spec.input(0).type(), [&](auto from) {
    return dispatch(spec.output().type(), [&](auto to) {
      using From = decltype(from);
      using To = decltype(to);
      return makeMap<From, To>(spec, [](From x) { return convert<To>(x); });
    });
  });
}

std::unique_ptr<Kernel> cim::runtime::makeClamp(const KernelSpec &spec) {
  const Clamp &clamp = spec.program.data.clamps[spec.instruction.params()];
  return dispatch(spec.output().type(), [&](auto zero) {
    using T = decltype(zero);
    T low = convert<T>(clamp.min()), high = convert<T>(clamp.max());
    // Written so that not-a-number is kept, and that each bound is one instruction.
    return makeMap<T>(spec, [=](T x) {
      T above = x < low ? low : x;
      return above > high ? high : above;
    });
  });
}
