//===- Placement.cpp - How many arrays a layer takes ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Placement.h.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Placement.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace cim;

/// Weight slices that fit side by side into the columns of one array.
static int64_t getSlicesPerArray(MappingAttr mapping) {
  int64_t columns = mapping.getCrossbar().getColumns();
  switch (mapping.getKind()) {
  case MappingKind::DifferentialColumn:
    return columns / 2;
  case MappingKind::Offset:
    return columns - 1;
  case MappingKind::DifferentialRow:
  case MappingKind::TwosComplement:
    return columns;
  }
  return columns;
}

int64_t cim::getNumArrays(const LayerShape &shape, MappingAttr mapping, WeightAttr weight) {
  int64_t slices = shape.columns * getWeightSlices(mapping, weight).size();
  return shape.matrices() * getNumArrayTiles(mapping, shape.rows, shape.kernelArea) *
         llvm::divideCeil(slices, getSlicesPerArray(mapping));
}
