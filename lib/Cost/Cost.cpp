//===- Cost.cpp - Cost of mapped layers and programs ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The latency model of CIM-AQ (Klein et al.): every array of a layer is written
// once an inference and executes one matrix-vector product per output position,
// row chunk and input cycle, strictly one after the other. Resident weights and
// shared ADCs are departures from it that a target asks for.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Cost/Cost.h"
#include "Components.h"
#include "cim/Analysis/Lossless.h"
#include "cim/Analysis/Placement.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace cim;

LayerCost &LayerCost::operator+=(const LayerCost &other) {
  arrays += other.arrays;
  writes += other.writes;
  executes += other.executes;
  writeLatencyUs += other.writeLatencyUs;
  executeLatencyUs += other.executeLatencyUs;
  conversions += other.conversions;
  dequantMultiplications += other.dequantMultiplications;
  usedCells += other.usedCells;
  cells += other.cells;
  energyPj += other.energyPj;
  areaUm2 += other.areaUm2;
  return *this;
}

//===----------------------------------------------------------------------===//
// How a layer is cut
//===----------------------------------------------------------------------===//

/// The greatest digit of any slice: pairs of cells hold magnitudes, others any bits.
static int64_t getGreatestWeightDigit(MappingAttr mapping, WeightAttr weight,
                                      ArrayRef<int64_t> slices) {
  int64_t most = (int64_t(1) << weight.getBits()) - 1;
  if (isDifferential(mapping.getKind())) {
    auto [low, high] = getWeightCodeRange(weight);
    most = std::max(-low, high);
  }
  return getGreatestDigit(most, slices);
}

/// The width of the smallest converter that no partial sum exceeds.
static int64_t getLosslessBits(MappingAttr mapping, int64_t greatestSum) {
  return llvm::Log2_64_Ceil(greatestSum + 1) + (isDifferential(mapping.getKind()) ? 1 : 0);
}

LayerCut cim::getLayerCut(const LayerShape &shape, MappingAttr mapping, PrecisionAttr precision) {
  SmallVector<int64_t> slices = getWeightSlices(mapping, precision.getWeight());
  SmallVector<int64_t> chunks = getRowTiles(mapping, shape.rows, shape.kernelArea);
  SmallVector<int64_t> cycles = getInputCycles(mapping, precision.getActivation());
  int64_t passes = getNumPasses(mapping.getInputEncoding());
  LayerCut cut;
  cut.slices = slices.size();
  cut.tiles = getNumArrayTiles(mapping, shape.rows, shape.kernelArea);
  cut.chunks = chunks.size();
  cut.cycles = cycles.size() * passes;
  cut.inputBits = llvm::sum_of(cycles) * passes;
  cut.adcBits = precision.getAdc().getBits();
  if (precision.getAdc().getKind() == AdcKind::Ideal)
    cut.adcBits = getLosslessBits(
        mapping,
        *llvm::max_element(chunks) *
            getGreatestWeightDigit(mapping, precision.getWeight(), slices) *
            getGreatestDigit(mapping.getInputEncoding(), precision.getActivation(), cycles));
  return cut;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// The time of all products, `converted` of which are followed by conversions: that of the array,
/// or of the conversions of an ADC one after the other if they take longer.
static double getExecuteUs(int64_t products, int64_t converted, MappingAttr mapping,
                           CostsAttr costs) {
  double shared = std::min(costs[CostKey::AdcColumns], double(getOutputsPerArray(mapping)));
  double productUs = mapping.getCrossbar().getMvmLatencyUs().getValueAsDouble();
  double convertedUs = std::max(productUs, shared * costs[CostKey::ConversionNs] / 1e3);
  return double(converted) * convertedUs + double(products - converted) * productUs;
}

LayerCost cim::getLayerCost(const LayerShape &shape, MappingAttr mapping, PrecisionAttr precision,
                            const CostModel &model, LayerFacts facts) {
  CrossbarAttr crossbar = mapping.getCrossbar();
  LayerCut cut = getLayerCut(shape, mapping, precision);
  int64_t sliced = shape.columns * cut.slices;
  ColumnLayout columns = getColumnLayout(sliced, mapping, precision.getWeight(), model.columnsRule);
  bool written = facts.computed || model.costs.getWeights() == WeightStorage::Rewritten;
  int64_t reads = shape.matrices() * shape.positions * cut.chunks * cut.cycles;
  bool pairs = mapping.getKind() == MappingKind::DifferentialRow;

  LayerCost cost;
  cost.arrays = shape.matrices() * columns.arrays * cut.tiles;
  cost.writes = written ? cost.arrays : 0;
  cost.executes = reads * columns.arrays;
  cost.writeLatencyUs = double(cost.writes) * crossbar.getWriteLatencyUs().getValueAsDouble();
  bool ofOutputs = convertsOutputs(precision.getAdc());
  int64_t outputs = shape.matrices() * shape.positions; // Of each column.
  cost.executeLatencyUs = getExecuteUs(
      cost.executes, ofOutputs ? outputs * columns.arrays : cost.executes, mapping, model.costs);
  cost.conversions = reads * (sliced + columns.references);
  if (ofOutputs) {
    // Of a reference column, sums that do not join those of the outputs.
    bool isApart = columns.references > 0 && precision.getWeight().getBits() == 1;
    cost.conversions = outputs * (shape.columns + isApart);
  }
  IntegerAxes axes = getIntegerAxes(facts.lossless ? getWithIdealAdc(precision) : precision);
  cost.dequantMultiplications = shape.outputs() * shape.allPositions() *
                                (axes.slices ? 1 : cut.slices) * (axes.tiles ? 1 : cut.chunks);
  cost.usedCells = shape.matrices() * (pairs ? 2 : 1) * shape.rows * columns.used;
  cost.cells = cost.arrays * crossbar.getRows() * crossbar.getColumns();
  cost.energyPj = getEnergy({shape, mapping, cut, columns, model.costs}, cost);
  cost.areaUm2 = getArea({shape, mapping, cut, columns, model.costs}, cost);
  return cost;
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// Whether a digital unit has something to do for an operation outside of layers.
static bool isDigital(Operation *op) {
  return isa_and_present<tosa::TosaDialect, CimDialect>(op->getDialect()) &&
         !op->hasTrait<OpTrait::ConstantLike>() && !isa<tosa::ConstShapeOp, tosa::ReshapeOp>(op);
}

static CostModel getModel(ModuleOp module) {
  if (auto target = module->getAttrOfType<TargetAttr>(CimDialect::kTargetAttrName))
    return {target.getColumnsRule(), target.getCosts()};
  return {ColumnsRule::Published, CostsAttr::getDefault(module.getContext())};
}

static MappingAttr getWithTiling(MappingAttr mapping, Tiling tiling) {
  return MappingAttr::get(mapping.getContext(), mapping.getKind(), tiling,
                          mapping.getInputEncoding(), mapping.getSliceRule(), mapping.getSlices(),
                          mapping.getCrossbar());
}

LayerAdcs cim::getLayerAdcs(ModuleOp module) {
  LayerAdcs adcs;
  module.walk([&](LayerOpInterface layer) {
    if (PrecisionAttr precision = layer.getPrecisionAttr())
      adcs[layer.getLayer().str()] = precision.getAdc();
  });
  return adcs;
}

/// Gives a layer the ADC that it had before it was proved lossless.
static void restoreAdc(ProgramCost::Layer &layer, const LayerAdcs &declared) {
  PrecisionAttr precision = layer.precision;
  auto found = declared.find(layer.name);
  if (found == declared.end() || precision.getAdc().getKind() != AdcKind::Ideal)
    return;
  layer.facts.lossless = found->second.getKind() != AdcKind::Ideal;
  layer.precision = PrecisionAttr::get(precision.getContext(), precision.getWeight(),
                                       precision.getActivation(), found->second);
}

static void addLayer(ProgramCost &program, LayerOpInterface op, const LayerAdcs &declared) {
  ProgramCost::Layer layer;
  layer.name = op.getLayer().str();
  layer.shape = op.getLayerShape();
  layer.mapping = op.getMapping();
  layer.precision = op.getPrecisionAttr();
  layer.facts.computed = op.isDynamic();
  program.calibrated &= isCalibrated(layer.precision);
  restoreAdc(layer, declared);
  auto getCost = [&](Tiling tiling) {
    return getLayerCost(layer.shape, getWithTiling(layer.mapping, tiling), layer.precision,
                        program.model, layer.facts);
  };
  layer.kernelIntact = getCost(Tiling::KernelIntact);
  layer.dense = getCost(Tiling::Dense);
  bool isDense = layer.mapping.getTiling() == Tiling::Dense;
  layer.cost = isDense ? layer.dense : layer.kernelIntact;
  program.total += layer.cost;
  program.kernelIntact += layer.kernelIntact;
  program.dense += layer.dense;
  program.layers.push_back(std::move(layer));
}

FailureOr<ProgramCost> cim::getProgramCost(ModuleOp module, const LayerAdcs &declared) {
  ProgramCost program;
  program.model = getModel(module);
  WalkResult result = module.walk([&](Operation *op) {
    auto layer = dyn_cast<LayerOpInterface>(op);
    if (!layer) {
      if (isDigital(op))
        ++program.digital[op->getName().getStringRef().str()];
      return WalkResult::advance();
    }
    if (!layer.getPrecisionAttr()) {
      layer.emitOpError("must have a 'precision' to have a cost, got none");
      return WalkResult::interrupt();
    }
    addLayer(program, layer, declared);
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return program;
}
