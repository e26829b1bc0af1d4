//===- Cost.cpp - Cost of mapped layers and programs ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The latency model of CIM-AQ (Klein et al.): every array of a layer is written
// once an inference and executes one matrix-vector product per output position,
// row chunk and input cycle, strictly one after the other.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Cost/Cost.h"
#include "cim/Analysis/Layout.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace cim;

LayerCost &LayerCost::operator+=(const LayerCost &other) {
  arrays += other.arrays;
  writes += other.writes;
  executes += other.executes;
  latencyUs += other.latencyUs;
  conversions += other.conversions;
  dequantMultiplications += other.dequantMultiplications;
  usedCells += other.usedCells;
  cells += other.cells;
  return *this;
}

namespace {

/// Columns of one row tile of one matrix.
struct Columns {
  /// Array columns in use, reference columns included.
  int64_t used;
  /// Arrays side by side that hold them.
  int64_t arrays;
};

} // namespace

/// `sliced` weight columns on arrays of `width` columns. The published rule counts one
/// reference column per layer; physically each array needs its own. The width is even for
/// differential columns, so that neither rule splits a pair.
static Columns getColumns(int64_t sliced, int64_t width, MappingKind kind, ColumnsRule rule) {
  int64_t used = sliced;
  if (kind == MappingKind::DifferentialColumn)
    used = 2 * sliced;
  if (kind == MappingKind::Offset) {
    if (rule == ColumnsRule::Physical) {
      int64_t arrays = llvm::divideCeilSigned(sliced, width - 1);
      return {sliced + arrays, arrays};
    }
    used = sliced + 1;
  }
  return {used, llvm::divideCeilSigned(used, width)};
}

LayerCost cim::getLayerCost(const LayerShape &shape, MappingAttr mapping, PrecisionAttr precision,
                            ColumnsRule rule) {
  CrossbarAttr crossbar = mapping.getCrossbar();
  MappingKind kind = mapping.getKind();
  int64_t slices = getWeightSlices(mapping, precision.getWeight()).size();
  int64_t sliced = shape.columns * slices;
  Columns columns = getColumns(sliced, crossbar.getColumns(), kind, rule);
  int64_t chunks = getRowTiles(mapping, shape.rows, shape.kernelArea).size();
  int64_t tiles = getNumArrayTiles(mapping, shape.rows, shape.kernelArea);
  int64_t cycles = getInputCycles(mapping, precision.getActivation()).size() *
                   getNumPasses(mapping.getInputEncoding());
  int64_t reads = shape.matrices() * shape.positions * chunks * cycles;

  LayerCost cost;
  cost.arrays = shape.matrices() * columns.arrays * tiles;
  cost.writes = cost.arrays;
  cost.executes = reads * columns.arrays;
  cost.latencyUs = double(cost.writes) * crossbar.getWriteLatencyUs().getValueAsDouble() +
                   double(cost.executes) * crossbar.getMvmLatencyUs().getValueAsDouble();
  cost.conversions = reads * (sliced + (kind == MappingKind::Offset ? 1 : 0));
  IntegerAxes axes = getIntegerAxes(precision);
  cost.dequantMultiplications = shape.outputs() * shape.allPositions() *
                                (axes.slices ? 1 : slices) * (axes.tiles ? 1 : chunks);
  int64_t cellRows = kind == MappingKind::DifferentialRow ? 2 * shape.rows : shape.rows;
  cost.usedCells = shape.matrices() * cellRows * columns.used;
  cost.cells = cost.arrays * crossbar.getRows() * crossbar.getColumns();
  return cost;
}

/// Whether a digital unit has something to do for an operation outside of layers.
static bool isDigital(Operation *op) {
  return isa_and_present<tosa::TosaDialect, CimDialect>(op->getDialect()) &&
         !op->hasTrait<OpTrait::ConstantLike>() && !isa<tosa::ConstShapeOp, tosa::ReshapeOp>(op);
}

FailureOr<ProgramCost> cim::getProgramCost(ModuleOp module) {
  auto target = module->getAttrOfType<TargetAttr>(CimDialect::kTargetAttrName);
  ColumnsRule rule = target ? target.getColumnsRule() : ColumnsRule::Published;
  ProgramCost program;
  WalkResult result = module.walk([&](Operation *op) {
    auto layer = dyn_cast<LayerOpInterface>(op);
    if (!layer) {
      if (isDigital(op))
        ++program.digital[op->getName().getStringRef().str()];
      return WalkResult::advance();
    }
    PrecisionAttr precision = layer.getPrecisionAttr();
    if (!precision) {
      layer.emitOpError("must have a 'precision' to have a cost, got none");
      return WalkResult::interrupt();
    }
    LayerCost cost = getLayerCost(layer.getLayerShape(), layer.getMapping(), precision, rule);
    program.layers.push_back(
        {layer.getLayer().str(), precision, layer.getMapping().getInputEncoding(), cost});
    program.total += cost;
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return program;
}

static llvm::json::Object toJson(const LayerCost &cost) {
  return llvm::json::Object{
      {"latency_us", cost.latencyUs},
      {"writes", cost.writes},
      {"executes", cost.executes},
      {"arrays", cost.arrays},
      {"conversions", cost.conversions},
      {"dequantize_multiplications", cost.dequantMultiplications},
      {"utilisation", cost.utilisation()},
  };
}

llvm::json::Object cim::toJson(const ProgramCost &program) {
  llvm::json::Array layers;
  for (const ProgramCost::Layer &layer : program.layers) {
    llvm::json::Object object = ::toJson(layer.cost);
    object["name"] = layer.name;
    object["weight_bits"] = layer.precision.getWeight().getBits();
    object["activation_bits"] = layer.precision.getActivation().getBits();
    object["input_encoding"] = stringifyInputEncoding(layer.encoding);
    AdcAttr adc = layer.precision.getAdc();
    if (adc.getKind() != AdcKind::Ideal)
      object["adc_bits"] = adc.getBits();
    layers.push_back(std::move(object));
  }
  llvm::json::Object digital;
  for (const auto &[name, count] : program.digital)
    digital[name] = count;
  return llvm::json::Object{{"total", ::toJson(program.total)},
                            {"layers", std::move(layers)},
                            {"digital", std::move(digital)}};
}
