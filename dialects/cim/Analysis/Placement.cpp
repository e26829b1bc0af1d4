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

int64_t cim::getOutputsPerArray(MappingAttr mapping) {
  int64_t columns = mapping.getCrossbar().getColumns();
  return mapping.getKind() == MappingKind::DifferentialColumn ? columns / 2 : columns;
}

ColumnLayout cim::getColumnLayout(int64_t sliced, MappingAttr mapping, WeightAttr weight,
                                  ColumnsRule rule) {
  int64_t perArray = getOutputsPerArray(mapping), references = 0;
  if (mapping.getKind() == MappingKind::Offset || getsBeta(weight))
    references = rule == ColumnsRule::Physical ? llvm::divideCeil(sliced, perArray - 1) : 1;
  int64_t sums = sliced + references;
  // The width of an array is even for pairs, so that none is split.
  int64_t width = mapping.getKind() == MappingKind::DifferentialColumn ? 2 : 1;
  return {sums * width, references, int64_t(llvm::divideCeil(sums, perArray))};
}

int64_t cim::getNumArrays(const LayerShape &shape, MappingAttr mapping, WeightAttr weight) {
  int64_t sliced = shape.columns * getWeightSlices(mapping, weight).size();
  return shape.matrices() * getNumArrayTiles(mapping, shape.rows, shape.kernelArea) *
         getColumnLayout(sliced, mapping, weight, ColumnsRule::Physical).arrays;
}
