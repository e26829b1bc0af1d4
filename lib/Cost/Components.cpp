//===- Components.cpp - Energy and area by the component --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Energy counts what is used: rows and columns in use, conversions made. Area counts
// whole arrays with everything around them. A converter costs `factor` times as much for
// each bit more; the sources of all numbers are in cim/IR/Costs.cpp.
//
//===----------------------------------------------------------------------===//

#include "Components.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <numeric>

using namespace cim;

llvm::StringRef cim::stringifyPart(Part part) {
  static constexpr llvm::StringLiteral names[kNumParts] = {
      "cells", "writes", "adcs", "dacs", "sample_holds", "shift_adds", "registers", "dequantize"};
  return names[size_t(part)];
}

double PartValues::total() const { return std::accumulate(values.begin(), values.end(), 0.0); }

PartValues &PartValues::operator+=(const PartValues &other) {
  for (size_t i = 0; i < kNumParts; ++i)
    values[i] += other.values[i];
  return *this;
}

/// How often the factor of one bit applies to an ADC of the layer.
static double scaleAdc(const PlacedLayer &layer, CostKey factor) {
  return std::pow(layer.costs[factor],
                  double(layer.cut.adcBits) - layer.costs[CostKey::AdcReferenceBits]);
}

/// Levels that the DAC of a row can drive.
static double getDacLevels(const PlacedLayer &layer) {
  return std::ldexp(1.0, layer.mapping.getCrossbar().getDacBits()) - 1;
}

PartValues cim::getEnergy(const PlacedLayer &layer, const LayerCost &cost) {
  const LayerShape &shape = layer.shape;
  CostsAttr costs = layer.costs;
  double conversions = double(cost.conversions);
  // Rows of all matrices, driven once for each array side by side.
  double rows = double(shape.matrices()) * double(shape.rows) * double(layer.columns.arrays);
  double cellRows = layer.mapping.getKind() == MappingKind::DifferentialRow ? 2 * rows : rows;
  double positions = double(shape.positions), cycles = positions * double(layer.cut.cycles);
  double held = double(shape.matrices()) * double(layer.columns.used) * double(layer.cut.chunks);

  PartValues energy;
  energy[Part::Cells] = double(cost.usedCells) * cycles * costs[CostKey::CellReadPj];
  if (cost.writes > 0)
    energy[Part::Writes] = double(cost.usedCells) * costs[CostKey::CellWritePj];
  energy[Part::Adcs] =
      conversions * costs[CostKey::AdcPj] * scaleAdc(layer, CostKey::AdcEnergyFactor);
  energy[Part::Dacs] = cellRows * cycles * getDacLevels(layer) * costs[CostKey::DacPj];
  energy[Part::SampleHolds] = held * cycles * costs[CostKey::SampleHoldPj];
  energy[Part::ShiftAdds] = conversions * costs[CostKey::ShiftAddPj];
  energy[Part::Registers] =
      rows * positions * double(layer.cut.inputBits) * costs[CostKey::InputRegisterPj] +
      conversions * costs[CostKey::OutputRegisterPj];
  energy[Part::Dequantize] = double(cost.dequantMultiplications) * costs[CostKey::DequantizePj];
  return energy;
}

PartValues cim::getArea(const PlacedLayer &layer, const LayerCost &cost) {
  CostsAttr costs = layer.costs;
  CrossbarAttr crossbar = layer.mapping.getCrossbar();
  double rows = double(cost.arrays) * double(crossbar.getRows());
  double columns = double(cost.arrays) * double(crossbar.getColumns());
  double adcs = double(cost.arrays) * double(llvm::divideCeil(getOutputsPerArray(layer.mapping),
                                                              int64_t(costs[CostKey::AdcColumns])));
  PartValues area;
  area[Part::Cells] = double(cost.cells) * costs[CostKey::CellUm2];
  area[Part::Adcs] = adcs * costs[CostKey::AdcUm2] * scaleAdc(layer, CostKey::AdcAreaFactor);
  area[Part::Dacs] = rows * getDacLevels(layer) * costs[CostKey::DacUm2];
  area[Part::SampleHolds] = columns * costs[CostKey::SampleHoldUm2];
  area[Part::ShiftAdds] = adcs * costs[CostKey::ShiftAddUm2];
  area[Part::Registers] =
      rows * costs[CostKey::InputRegisterUm2] + adcs * costs[CostKey::OutputRegisterUm2];
  return area;
}
