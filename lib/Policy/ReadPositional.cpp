//===- ReadPositional.cpp - Policies by order -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows of two widths, weight and activation, one row for each mapped layer.
//
//===----------------------------------------------------------------------===//

#include "Readers.h"
#include "cim-mlir/Data/Arrays.h"
#include <cmath>

using namespace mlir;
using namespace cim;

static constexpr StringRef kColumns[] = {"w_bits", "a_bits"};

/// Characters of a line that an error shows.
static constexpr size_t kMaxShown = 40;

static LayerPolicy makeRow(LocationAttr loc, int64_t weightBits, int64_t activationBits) {
  LayerPolicy layer;
  layer.loc = loc;
  layer.weight.bits = weightBits;
  layer.activation.bits = activationBits;
  return layer;
}

static bool isWidth(double value) {
  return value >= 1 && value <= 8 && value == std::nearbyint(value);
}

LogicalResult cim::readCsv(StringRef path, StringRef text, MLIRContext *context, Policy &policy) {
  policy.positional = true;
  unsigned number = 0;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    line.consume_back("\r");
    Location loc = FileLineColLoc::get(context, path, ++number, 1);
    if (number == 1 && line != "w_bits,a_bits")
      return emitError(loc) << "the first line must be 'w_bits,a_bits', got '"
                            << line.take_front(kMaxShown) << "'";
    if (number == 1)
      continue;
    auto [weight, activation] = line.split(',');
    StringRef fields[] = {weight, activation};
    int64_t bits[2];
    for (int i = 0; i < 2; ++i)
      if (fields[i].trim().getAsInteger(10, bits[i]) || !isWidth(bits[i]))
        return emitError(loc) << "row " << number - 2 << ": '" << kColumns[i]
                              << "' must be an integer in 1..8, got '"
                              << fields[i].take_front(kMaxShown) << "'";
    policy.layers.push_back(makeRow(loc, bits[0], bits[1]));
  }
  if (number == 0)
    return emitError(policy.loc) << "the first line must be 'w_bits,a_bits', got an empty file";
  return success();
}

LogicalResult cim::readNpy(StringRef path, MLIRContext *context, Policy &policy) {
  policy.positional = true;
  data::Array array;
  if (std::string error = data::readArray(path.str(), array); !error.empty())
    return emitError(policy.loc) << error;
  if (array.shape.size() != 2 || array.shape[1] != 2)
    return emitError(policy.loc) << "an array of shape [layers, 2] is needed, got "
                                 << data::toString(array.shape);
  // Widths are small: those that a float does not hold are no widths either.
  std::vector<float> bits = data::toFloats(array, /*scale=*/1);
  for (size_t i = 0; i < bits.size(); ++i)
    if (!isWidth(bits[i]))
      return emitError(policy.loc) << "row " << i / 2 << ": '" << kColumns[i % 2]
                                   << "' must be an integer in 1..8, got " << bits[i];
  for (size_t i = 0; i < bits.size(); i += 2)
    policy.layers.push_back(makeRow(policy.loc, int64_t(bits[i]), int64_t(bits[i + 1])));
  return success();
}
