//===- VerifyInput.cpp - Check what later passes rely on --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Upstream checks neither that a resource is there, nor the channels of a
// convolution, nor the batches of a matrix product. Shapes are checked against
// upstream's own shape inference; what that ignores is checked per operation.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/CimDialect.h"
#include "cim/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

namespace cim {
#define GEN_PASS_DEF_VERIFYINPUTPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

using namespace mlir;
using namespace cim;

/// Most bytes of constants that the compiler makes for a module without their being in it. All
/// weights of VGG-16 as splats would be 553 MB.
static constexpr int64_t kMaxMadeBytes = int64_t(1) << 30;

//===----------------------------------------------------------------------===//
// Module and function
//===----------------------------------------------------------------------===//

/// The names of arguments or results are strings and differ.
static LogicalResult verifyNames(func::FuncOp function, StringRef what, unsigned count,
                                 function_ref<Attribute(unsigned)> getName) {
  llvm::StringSet<> seen;
  for (unsigned i = 0; i < count; ++i) {
    Attribute attr = getName(i);
    if (!attr)
      continue;
    auto name = dyn_cast<StringAttr>(attr);
    if (!name)
      return function.emitOpError()
             << "'cim.name' of " << what << " " << i << " must be a string, got " << attr;
    if (!seen.insert(name.getValue()).second)
      return function.emitOpError()
             << "'cim.name' of " << what << " " << i << " must be unique, got " << name;
  }
  return success();
}

static LogicalResult verifyFunction(func::FuncOp function) {
  if (function.isDeclaration())
    return function.emitOpError("must have a body");
  if (!function.isPublic())
    return function.emitOpError("must be public: there is one function and no calls");
  if (!function.getBody().hasOneBlock())
    return function.emitOpError("must have one block, got ")
           << function.getBody().getBlocks().size();
  if (failed(verifyNames(function, "argument", function.getNumArguments(), [&](unsigned i) {
        return function.getArgAttr(i, CimDialect::kNameAttrName);
      })))
    return failure();
  return verifyNames(function, "result", function.getNumResults(), [&](unsigned i) {
    return function.getResultAttr(i, CimDialect::kNameAttrName);
  });
}

/// The module's only operation, a function.
static FailureOr<func::FuncOp> verifyModule(ModuleOp module) {
  func::FuncOp found;
  for (Operation &op : *module.getBody()) {
    auto function = dyn_cast<func::FuncOp>(op);
    if (!function)
      return op.emitOpError("is not allowed: a module must hold one 'func.func'");
    if (found)
      return op.emitOpError("is a second function: a module must hold one 'func.func'");
    found = function;
  }
  if (!found)
    return module.emitError("a module must hold one 'func.func', got none");
  if (failed(verifyFunction(found)))
    return failure();
  return found;
}

//===----------------------------------------------------------------------===//
// Values and constants
//===----------------------------------------------------------------------===//

static bool isElementType(Type type) {
  return type.isF32() || type.isSignlessInteger(1) || type.isSignlessInteger(8) ||
         type.isUnsignedInteger(8) || type.isSignlessInteger(32) || type.isSignlessInteger(64);
}

/// Tensors are what the program format and 32-bit kernels can hold, or `quantized`.
static LogicalResult verifyType(Type type, bool quantized,
                                function_ref<InFlightDiagnostic()> emitError) {
  constexpr int64_t maxRank = 6;
  if (isa<ArraysType, tosa::shapeType>(type))
    return success();
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape())
    return emitError() << "must be a tensor of static shape, got " << type;
  if (tensor.getRank() > maxRank)
    return emitError() << "rank must be at most " << maxRank << ", got " << type;
  quantized &= isa<mlir::quant::QuantizedType>(tensor.getElementType());
  if (!quantized && !isElementType(tensor.getElementType()))
    return emitError() << "element type must be f32, i1, i8, ui8, i32 or i64, got " << type;
  int64_t elements = 1;
  for (int64_t size : tensor.getShape()) {
    if (size == 0)
      return emitError() << "dimensions must not be empty, got " << type;
    if (size > std::numeric_limits<int32_t>::max() / elements)
      return emitError() << "must have fewer than 2^31 elements, got " << type;
    elements *= size;
  }
  return success();
}

/// All types, before an operation is looked at with trust in them.
static LogicalResult verifyTypes(func::FuncOp function) {
  for (BlockArgument argument : function.getArguments())
    if (failed(verifyType(argument.getType(), /*quantized=*/false, [&] {
          return function.emitOpError("argument ") << argument.getArgNumber() << " ";
        })))
      return failure();
  for (Operation &op : function.getBody().front())
    for (OpResult result : op.getResults())
      if (failed(verifyType(result.getType(), isa_and_present<CimDialect>(op.getDialect()), [&] {
            return op.emitOpError("result ") << result.getResultNumber() << " ";
          })))
        return failure();
  return success();
}

static LogicalResult verifyResource(Operation *op, DenseResourceElementsAttr attr) {
  StringRef key = attr.getRawHandle().getKey();
  const AsmResourceBlob *blob = attr.getRawHandle().getBlob();
  if (!blob)
    return op->emitOpError("resource '") << key << "' must be present";
  Type element = attr.getElementType();
  int64_t width = element.isIntOrFloat() ? llvm::divideCeil(element.getIntOrFloatBitWidth(), 8) : 1;
  int64_t bytes = attr.getNumElements() * width;
  if (int64_t(blob->getData().size()) != bytes)
    return op->emitOpError("resource '")
           << key << "' must have " << bytes << " bytes, got " << blob->getData().size();
  if (int64_t(blob->getDataAlignment()) < width)
    return op->emitOpError("resource '")
           << key << "' must be aligned to " << width << " bytes, got " << blob->getDataAlignment();
  return success();
}

/// Every tensor of data in the attributes of `op`, however deep.
static LogicalResult verifyAttributes(Operation *op) {
  AttrTypeWalker walker;
  walker.addWalk([&](ElementsAttr attr) {
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
      return WalkResult(verifyResource(op, resource));
    if (isa<DenseElementsAttr>(attr))
      return WalkResult::advance();
    op->emitOpError("constants must be 'dense' or 'dense_resource', got ") << attr;
    return WalkResult::interrupt();
  });
  return failure(walker.walk(op->getAttrDictionary()).wasInterrupted());
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

static int64_t getDim(Value value, int64_t axis) {
  return cast<RankedTensorType>(value.getType()).getDimSize(axis);
}

/// One size that two operands of a convolution or matrix product share.
static LogicalResult verifySame(Operation *op, StringRef what, int64_t expected, int64_t actual) {
  if (expected == actual)
    return success();
  return op->emitOpError("'") << what << "' must be " << expected << ", got " << actual;
}

/// A slice lies within its input.
static LogicalResult verifySlice(tosa::SliceOp slice) {
  SmallVector<int64_t> start;
  tosa::getConstShapeValues(slice.getStart().getDefiningOp(), start);
  for (auto [axis, first] : llvm::enumerate(start)) {
    int64_t last = getDim(slice.getInput1(), axis) - getDim(slice.getOutput(), axis);
    if (first < 0 || first > last)
      return slice.emitOpError("start of axis ")
             << axis << " must be in 0.." << last << ", got " << first;
  }
  return success();
}

/// Windows are what layers and programs can say: see #cim.window.
template <typename OpT>
static LogicalResult verifyWindow(OpT op, ArrayRef<int64_t> kernel,
                                  ArrayRef<int64_t> dilation = {1, 1}) {
  return WindowAttr::verify([&] { return op.emitOpError(); }, kernel, op.getStride(), op.getPad(),
                            dilation);
}

/// A convolution whose weight has its kernel at one axis and its input channels at another.
template <typename OpT>
static LogicalResult verifyConv(OpT conv, size_t kernelAxis, int64_t channelAxis) {
  auto weight = cast<ShapedType>(conv.getWeight().getType());
  if (failed(verifyWindow(conv, weight.getShape().slice(kernelAxis, 2), conv.getDilation())))
    return failure();
  return verifySame(conv, "input channels of weight", getDim(conv.getInput(), 3),
                    getDim(conv.getWeight(), channelAxis));
}

/// What shape inference does not look at.
static LogicalResult verifyOperands(Operation *op) {
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](tosa::Conv2DOp conv) { return verifyConv(conv, 1, 3); })
      .Case([&](tosa::DepthwiseConv2DOp conv) { return verifyConv(conv, 0, 2); })
      .Case<tosa::AvgPool2dOp, tosa::MaxPool2dOp>(
          [&](auto pool) { return verifyWindow(pool, pool.getKernel()); })
      .Case([&](tosa::MatMulOp matmul) -> LogicalResult {
        if (failed(
                verifySame(op, "batch of b", getDim(matmul.getA(), 0), getDim(matmul.getB(), 0))))
          return failure();
        return verifySame(op, "rows of b", getDim(matmul.getA(), 2), getDim(matmul.getB(), 1));
      })
      .Case([&](tosa::SliceOp slice) { return verifySlice(slice); })
      .Default(success());
}

/// Result shapes are what upstream infers from the operands.
static LogicalResult verifyShapes(Operation *op) {
  auto infer = dyn_cast<InferShapedTypeOpInterface>(op);
  if (!infer)
    return success();
  SmallVector<ShapedTypeComponents> components;
  bool fits = succeeded(
      infer.inferReturnTypeComponents(op->getContext(), /*location=*/std::nullopt,
                                      op->getOperands(), op->getDiscardableAttrDictionary(),
                                      op->getPropertiesStorage(), op->getRegions(), components));
  for (auto [component, result] : llvm::zip(components, op->getResultTypes()))
    if (auto type = dyn_cast<RankedTensorType>(result); type && component.hasRank())
      fits &= ArrayRef<int64_t>(component.getDims()) == type.getShape();
  return fits ? success() : op->emitOpError("result shape must be what the operands give");
}

/// Bytes of the splats in the attributes of an operation.
static double getSplatBytes(Operation *op) {
  double bytes = 0;
  AttrTypeWalker walker;
  walker.addWalk([&](DenseElementsAttr attr) {
    Type element = attr.getElementType();
    if (attr.isSplat() && attr.getNumElements() > 1 && element.isIntOrFloat())
      bytes += double(attr.getNumElements()) * llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  });
  walker.walk(op->getAttrDictionary());
  return bytes;
}

/// Bytes that later passes make for an operation whose text has none: splats, and the tables of
/// indices that reversal and arg_max become.
static double getMadeBytes(Operation *op) {
  double entries = 0;
  if (auto reverse = dyn_cast<tosa::ReverseOp>(op)) {
    auto type = cast<RankedTensorType>(reverse.getType());
    entries = ShapedType::getNumElements(type.getShape().take_front(reverse.getAxis() + 1));
  } else if (auto argMax = dyn_cast<tosa::ArgMaxOp>(op)) {
    entries = getDim(argMax.getInput(), argMax.getAxis());
  }
  return getSplatBytes(op) + entries * sizeof(int32_t);
}

/// Operands that parametrize an operation are constants.
static LogicalResult verifyConstantOperands(Operation *op) {
  for (Value operand : op->getOperands())
    if (isa<tosa::shapeType>(operand.getType()) && !operand.getDefiningOp<tosa::ConstShapeOp>())
      return op->emitOpError("shape operands must be a 'tosa.const_shape'");
  return success();
}

static LogicalResult verifyOperation(Operation *op) {
  if (!isa<tosa::TosaDialect, CimDialect>(op->getDialect()) && !isa<func::ReturnOp>(op))
    return op->emitOpError("is not an operation of 'tosa' or 'cim'");
  if (op->getNumRegions() != 0)
    return op->emitOpError("must not have regions: there is no control flow");
  if (failed(verifyAttributes(op)) || failed(verifyConstantOperands(op)) ||
      failed(verifyOperands(op)))
    return failure();
  return verifyShapes(op);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct VerifyInputPass : cim::impl::VerifyInputPassBase<VerifyInputPass> {
  void runOnOperation() override {
    markAllAnalysesPreserved();
    FailureOr<func::FuncOp> function = verifyModule(getOperation());
    if (failed(function) || failed(verifyTypes(*function)))
      return signalPassFailure();
    // One error: what follows from it would only be noise.
    double madeBytes = 0;
    for (Operation &op : function->getBody().front()) {
      if (failed(verifyOperation(&op)))
        return signalPassFailure();
      madeBytes += getMadeBytes(&op);
      if (madeBytes > kMaxMadeBytes) {
        op.emitOpError("constants that are not in the file must have at most ")
            << kMaxMadeBytes << " bytes together, got " << llvm::formatv("{0:f0}", madeBytes).str();
        return signalPassFailure();
      }
    }
  }
};

} // namespace
