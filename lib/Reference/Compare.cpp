//===- Compare.cpp - Comparing and printing tensors -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Equality bit for bit, or within a fraction of the largest magnitude.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Reference/Reference.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace cim::reference;

std::string cim::reference::elementToString(const Tensor &tensor, int64_t index) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (tensor.isFloat() && std::isnan(tensor.floats()[index]))
    os << "nan"; // whatever its sign
  else if (tensor.isFloat())
    os << llvm::format("%.9g", static_cast<double>(tensor.floats()[index]));
  else
    os << tensor.ints()[index];
  return text;
}

static bool sameBits(float a, float b) {
  return (std::isnan(a) && std::isnan(b)) ||
         llvm::bit_cast<uint32_t>(a) == llvm::bit_cast<uint32_t>(b);
}

/// True if a and b differ by more than `limit`; bits count if the limit is 0.
static bool differ(float a, float b, double limit) {
  if (sameBits(a, b))
    return false;
  return limit == 0 || !(std::fabs(static_cast<double>(a) - b) <= limit);
}

std::string cim::reference::compare(const Tensor &a, const Tensor &b, double tolerance) {
  double largest = 0;
  if (b.isFloat())
    for (float x : b.floats())
      if (std::isfinite(x))
        largest = std::max(largest, std::fabs(static_cast<double>(x)));
  for (int64_t i = 0; i < b.size(); ++i)
    if (b.isFloat() ? differ(a.floats()[i], b.floats()[i], tolerance * largest)
                    : a.ints()[i] != b.ints()[i])
      return "element " + std::to_string(i) + ": " + elementToString(a, i) + " and " +
             elementToString(b, i);
  return "";
}
