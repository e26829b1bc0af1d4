//===- Program.cpp - A function to a crossbar program -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One walk over the function, in order; each operation is lowered by its family.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "cim-mlir/Conversion/Passes.h"
#include "cim/Analysis/Elements.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace cim;

namespace cim {
#define GEN_PASS_DEF_CONVERTCIMTOXBARPASS
#include "cim-mlir/Conversion/Passes.h.inc"
} // namespace cim

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

Value Lowering::makeConstant(Location loc, ElementsAttr value) {
  return xbar::ConstantOp::create(builder, loc, value);
}

Value Lowering::lookup(Value value) {
  if (Value buffer = buffers.lookupOrNull(value))
    return buffer;
  ElementsAttr attr = getConstant(value);
  if (!attr)
    return {};
  Value buffer = makeConstant(value.getLoc(), attr);
  buffers.map(value, buffer);
  return buffer;
}

StringAttr Lowering::name(Operation *op) {
  std::string name = getLocationName(op->getLoc()).str();
  if (name.empty())
    name = (op->getName().stripDialect() + "_" + Twine(numInstructions)).str();
  ++numInstructions;
  return builder.getStringAttr(uniqueNames(name));
}

LogicalResult cim::requireZeros(Operation *op, ValueRange values) {
  if (llvm::all_of(values, isConstantZero))
    return success();
  return op->emitOpError("zero points and shifts must be constant zeros");
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

/// Constants become buffers where they are read; the operations around a cim.mvm are
/// lowered with it.
static bool isPartOfOthers(Operation *op) {
  return isa<tosa::ConstOp, tosa::ConstShapeOp, QuantizeActivationOp, QuantizeWeightOp,
             WriteArraysOp, AdcQuantizeOp, ShiftAddOp, CorrectionOp, AdcDequantizeOp>(op);
}

LogicalResult cim::requireBuffers(Lowering &lowering, Operation *op) {
  for (Value operand : op->getOperands()) {
    if (lowering.buffers.contains(operand) || getConstant(operand) ||
        isa<tosa::shapeType>(operand.getType()))
      continue;
    return op->emitOpError("operands must be buffers, got the result of '")
           << operand.getDefiningOp()->getName() << "'";
  }
  return success();
}

static LogicalResult lowerOperation(Lowering &lowering, Operation *op) {
  if (isPartOfOthers(op))
    return success();
  if (auto mvm = dyn_cast<MvmOp>(op))
    return lowerCrossbarLayer(lowering, mvm);
  if (failed(requireBuffers(lowering, op)))
    return failure();
  if (auto mode = op->getAttrOfType<tosa::NanPropagationModeAttr>("nan_mode");
      mode && mode.getValue() != tosa::NanPropagationMode::PROPAGATE)
    return op->emitOpError("'nan_mode' must be PROPAGATE, got ") << stringifyEnum(mode.getValue());
  for (auto family :
       {lowerFloatLayer, lowerWindow, lowerMovement, lowerElementwise, lowerQuantization}) {
    FailureOr<Value> buffer = family(lowering, op);
    if (failed(buffer))
      return failure();
    if (!*buffer)
      continue;
    lowering.buffers.map(op->getResult(0), *buffer);
    return success();
  }
  return op->emitError("no digital instruction for '") << op->getName() << "'";
}

//===----------------------------------------------------------------------===//
// Program
//===----------------------------------------------------------------------===//

/// The names of arguments or results.
static ArrayAttr getPortNames(OpBuilder &builder, unsigned count, StringRef prefix,
                              function_ref<StringAttr(unsigned)> getName) {
  SmallVector<Attribute> names;
  for (unsigned i = 0; i < count; ++i) {
    StringAttr name = getName(i);
    names.push_back(name ? name : builder.getStringAttr(prefix + Twine(i)));
  }
  return builder.getArrayAttr(names);
}

/// An empty program with the name, inputs and outputs of a function.
static xbar::ProgramOp createProgram(OpBuilder &builder, func::FuncOp function) {
  auto module = function->getParentOfType<ModuleOp>();
  StringRef attr = CimDialect::kNameAttrName;
  ArrayAttr inputs = getPortNames(builder, function.getNumArguments(), "arg", [&](unsigned i) {
    return function.getArgAttrOfType<StringAttr>(i, attr);
  });
  ArrayAttr outputs = getPortNames(builder, function.getNumResults(), "result", [&](unsigned i) {
    return function.getResultAttrOfType<StringAttr>(i, attr);
  });
  auto program =
      xbar::ProgramOp::create(builder, function.getLoc(), function.getSymName(), inputs, outputs,
                              /*arena_bytes=*/IntegerAttr(), /*input_offsets=*/DenseI64ArrayAttr(),
                              module->getAttrOfType<TargetAttr>(CimDialect::kTargetAttrName),
                              module->hasAttr(CimDialect::kUncalibratedAttrName));
  Block &body = program.getBody().emplaceBlock();
  for (BlockArgument argument : function.getArguments())
    body.addArgument(argument.getType(), argument.getLoc());
  return program;
}

namespace {

struct ConvertCimToXbarPass : cim::impl::ConvertCimToXbarPassBase<ConvertCimToXbarPass> {
  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (failed(convert(function)))
        return signalPassFailure();
  }

private:
  LogicalResult convert(func::FuncOp function) {
    if (function.isDeclaration() || !function.getBody().hasOneBlock())
      return function.emitOpError("must have a body of one block");
    foldQuantizedConstants(function);
    OpBuilder builder(function);
    xbar::ProgramOp program = createProgram(builder, function);
    Block &source = function.getBody().front(), &body = program.getBody().front();
    Lowering lowering{OpBuilder::atBlockEnd(&body), IRMapping()};
    lowering.buffers.map(source.getArguments(), body.getArguments());
    // Layers come first: a digital operation of the same node does not take their names.
    source.walk([&](Operation *op) {
      if (auto layer = op->getAttrOfType<StringAttr>("layer"))
        lowering.uniqueNames(layer.getValue());
    });
    for (Operation &op : source.without_terminator())
      if (failed(lowerOperation(lowering, &op)))
        return failure();
    if (failed(requireBuffers(lowering, source.getTerminator())))
      return failure();
    SmallVector<Value> outputs;
    for (Value value : source.getTerminator()->getOperands())
      outputs.push_back(lowering.lookup(value));
    xbar::OutputOp::create(lowering.builder, source.getTerminator()->getLoc(), outputs);
    numCrossbar += lowering.numCrossbar;
    numArrays += lowering.numArrays;
    function.erase();
    return success();
  }
};

} // namespace
