//===- Comparison.cpp - Results against expectations ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rule is numpy's assert_allclose(rtol=1e-3, atol=1e-7), which ONNX's runner calls.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Conformance/Comparison.h"

#include <cmath>
#include <cstring>

using namespace cim;
using data::ElementType;

template <typename T> static T elementAt(const data::Array &array, int64_t index) {
  T value;
  std::memcpy(&value, array.bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

/// The position of an element, as "[1, 0]".
static std::string positionOf(int64_t index, const std::vector<int64_t> &shape) {
  std::vector<int64_t> position(shape.size());
  for (size_t axis = shape.size(); axis-- > 0; index /= shape[axis])
    position[axis] = index % shape[axis];
  return data::toString(position);
}

static std::string toText(float value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.9g", static_cast<double>(value));
  return text;
}

static std::string toText(int64_t value) { return std::to_string(value); }

static bool isClose(float expected, float got) {
  if (std::isnan(expected) || std::isnan(got))
    return std::isnan(expected) && std::isnan(got);
  if (std::isinf(expected) || std::isinf(got))
    return expected == got;
  double difference = std::fabs(static_cast<double>(got) - expected);
  return difference <= 1e-7 + 1e-3 * std::fabs(static_cast<double>(expected));
}

static bool isClose(int64_t expected, int64_t got) { return expected == got; }

/// Compares elements that are stored as T and shown as Shown.
template <typename T, typename Shown>
static std::string compareElements(const data::Array &expected, const data::Array &got) {
  for (int64_t i = 0, size = expected.size(); i < size; ++i) {
    Shown e = elementAt<T>(expected, i), g = elementAt<T>(got, i);
    if (!isClose(e, g))
      return "index " + positionOf(i, expected.shape) + ": expected " + toText(e) + ", got " +
             toText(g);
  }
  return "";
}

std::string cim::conformance::compare(const data::Array &expected, const data::Array &got) {
  if (expected.type != got.type)
    return std::string("expected element type ") + data::toString(expected.type) + ", got " +
           data::toString(got.type);
  if (expected.shape != got.shape)
    return "expected shape " + data::toString(expected.shape) + ", got " +
           data::toString(got.shape);
  switch (expected.type) {
  case ElementType::F32:
    return compareElements<float, float>(expected, got);
  case ElementType::I64:
    return compareElements<int64_t, int64_t>(expected, got);
  case ElementType::I32:
    return compareElements<int32_t, int64_t>(expected, got);
  case ElementType::I8:
    return compareElements<int8_t, int64_t>(expected, got);
  case ElementType::U8:
  case ElementType::Bool:
    return compareElements<uint8_t, int64_t>(expected, got);
  default: // No program has elements of another type.
    return std::string("cannot compare elements of type ") + data::toString(expected.type);
  }
}
