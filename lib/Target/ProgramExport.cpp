//===- ProgramExport.cpp - xbar.program to program file ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One walk over the instructions: constants and packed weights are streamed to the
// file as they come, metadata is collected and written last. At no time is more
// than one packed layer in memory, and constants are written from their resource.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Target/Program.h"
#include "cim-runtime/PackedWeights.h"
#include "cim-runtime/ProgramFile.h"
#include "cim/Analysis/Elements.h"
#include "xbar/IR/Buffers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cim;

namespace {

class Exporter {
public:
  /// `refer`: to resources, rather than copying them.
  explicit Exporter(xbar::ProgramOp program, bool refer = false) : program(program), refer(refer) {}

  /// An empty path writes to memory.
  LogicalResult run(StringRef path);
  format::ScatteredFile takeMemory() { return writer.takeScattered(); }

private:
  LogicalResult addOp(Operation *op);
  LogicalResult addConstant(xbar::ConstantOp op);
  LogicalResult addArrays(xbar::WriteArraysOp op);
  LogicalResult addComputedArrays(xbar::WriteArraysDynamicOp op);
  template <typename OpTy> format::Arrays makeArrays(OpTy op, int64_t kernelArea);
  void addWrite(Operation *op, const format::Arrays &entry, ValueRange operands, StringRef layer);
  void addMvm(xbar::MvmOp op);
  void addDigital(Operation *op);
  void addTensor(Value value, format::Space space, uint64_t offset);
  void addResult(Operation *op);
  void addInstruction(Operation *op, format::Opcode opcode, ValueRange operands, uint32_t params,
                      StringRef name, uint16_t kind = 0, double value = 0);

  uint32_t addWindow(WindowAttr window, int64_t groups);
  format::Span addInts(ArrayRef<int64_t> values);
  uint32_t addString(StringRef string);
  /// Reports a reason of the writer, if there is one.
  LogicalResult check(Operation *op, const std::string &reason) {
    return reason.empty() ? success() : LogicalResult(op->emitError(reason));
  }

  xbar::ProgramOp program;
  bool refer;
  format::ProgramWriter writer;
  format::ProgramData data;
  llvm::DenseMap<Value, uint32_t> tensors, arrays;
  llvm::StringMap<uint32_t> strings;
};

} // namespace

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

uint32_t Exporter::addString(StringRef string) {
  auto [entry, added] = strings.try_emplace(string, data.strings.size());
  if (added)
    data.strings.push_back(string.str());
  return entry->second;
}

format::Span Exporter::addInts(ArrayRef<int64_t> values) {
  format::Span span(data.ints.size(), values.size());
  data.ints.insert(data.ints.end(), values.begin(), values.end());
  return span;
}

uint32_t Exporter::addWindow(WindowAttr window, int64_t groups) {
  auto copy = [](ArrayRef<int64_t> from, auto *to) {
    for (auto [i, value] : llvm::enumerate(from))
      to->Mutate(i, value);
  };
  format::Window entry(groups);
  copy(window.getKernel(), entry.mutable_kernel());
  copy(window.getStride(), entry.mutable_stride());
  copy(window.getPad(), entry.mutable_pad());
  copy(window.getDilation(), entry.mutable_dilation());
  data.windows.push_back(entry);
  return data.windows.size() - 1;
}

static format::ElementType getElementType(Type type) {
  if (type.isF32())
    return format::ElementType_F32;
  switch (type.getIntOrFloatBitWidth()) {
  case 64:
    return format::ElementType_I64;
  case 32:
    return format::ElementType_I32;
  case 8:
    return type.isUnsignedInteger() ? format::ElementType_U8 : format::ElementType_I8;
  default:
    return format::ElementType_Bool;
  }
}

void Exporter::addTensor(Value value, format::Space space, uint64_t offset) {
  auto type = cast<RankedTensorType>(value.getType());
  format::Tensor tensor(offset, type.getRank(), getElementType(type.getElementType()), space);
  for (int64_t axis = 0; axis < 6; ++axis)
    tensor.mutable_dims()->Mutate(axis, axis < type.getRank() ? type.getDimSize(axis) : 1);
  tensors[value] = data.tensors.size();
  data.tensors.push_back(tensor);
}

/// The result of an instruction, in the arena unless it reshapes a constant.
void Exporter::addResult(Operation *op) {
  Value result = op->getResult(0), owner = xbar::getBufferOwner(result);
  if (owner.getDefiningOp<xbar::ConstantOp>())
    addTensor(result, format::Space_File, data.tensors[tensors.lookup(owner)].offset());
  else
    addTensor(result, format::Space_Arena, *xbar::getArenaOffset(owner));
}

void Exporter::addInstruction(Operation *op, format::Opcode opcode, ValueRange operands,
                              uint32_t params, StringRef name, uint16_t kind, double value) {
  format::Span span(data.operands.size(), operands.size());
  for (Value operand : operands)
    data.operands.push_back(tensors.lookup(operand));
  // The result of an array write is no tensor: the next one keeps its place in the order.
  uint32_t result = data.tensors.size();
  if (opcode != format::Opcode_WriteArrays)
    addResult(op);
  data.instructions.emplace_back(span, result, params, addString(name), value, opcode, kind);
}

//===----------------------------------------------------------------------===//
// Constants and weights
//===----------------------------------------------------------------------===//

/// A tensor that instructions read; weight codes go to sections of their own.
LogicalResult Exporter::addConstant(xbar::ConstantOp op) {
  if (llvm::all_of(op->getUsers(), [](Operation *user) { return isa<xbar::WriteArraysOp>(user); }))
    return success();
  ElementsAttr value = op.getValue();
  uint64_t offset = 0;
  std::vector<char> copy;
  ArrayRef<char> bytes;
  if (value.getElementType().isInteger(1)) {
    for (bool element : cast<DenseElementsAttr>(value).getValues<bool>())
      copy.push_back(element);
    bytes = copy;
  } else {
    size_t elementBytes = value.getElementType().getIntOrFloatBitWidth() / 8;
    bytes = *getElementBytes(value, elementBytes);
    if (value.isSplat() && value.getNumElements() > 1) {
      for (int64_t i = 0; i < value.getNumElements(); ++i)
        copy.insert(copy.end(), bytes.begin(), bytes.end());
      bytes = copy;
    }
  }
  auto add = refer && copy.empty() && isa<DenseResourceElementsAttr>(value)
                 ? &format::ProgramWriter::referToSection
                 : &format::ProgramWriter::addSection;
  if (failed(check(op, (writer.*add)(bytes.data(), bytes.size(), offset))))
    return failure();
  addTensor(op.getOutput(), format::Space_File, offset);
  return success();
}

/// The tiles of arrays as they are packed: layers that sum them as integers without converting
/// partial sums read one tile of all rows.
static FailureOr<std::vector<int64_t>> packedTiles(Operation *op, ArraysType type) {
  if (op->use_empty())
    return op->emitOpError("'arrays' must be read by a layer, got none");
  std::optional<bool> merged;
  for (Operation *user : op->getUsers()) {
    auto mvm = cast<xbar::MvmOp>(user);
    bool isMerged = !mvm.convertsPartialSums() && mvm.getSumTiles();
    if (merged.value_or(isMerged) != isMerged)
      return op->emitOpError("'arrays' must be read by layers that agree on summing tiles without "
                             "an ADC of partial sums, got layer '")
             << mvm.getLayer() << "'";
    merged = isMerged;
  }
  return *merged ? std::vector<int64_t>{type.getRows()} : type.getTiles().vec();
}

/// The entry of arrays without their weights.
template <typename OpTy> format::Arrays Exporter::makeArrays(OpTy op, int64_t kernelArea) {
  ArraysType type = op.getArrays().getType();
  format::Span tiles = addInts(type.getTiles()), slices = addInts(type.getSlices());
  return format::Arrays(type.getGroups(), type.getRows(), type.getColumns(), kernelArea, tiles,
                        slices, 0, 0, op.getCore(), op.getFirstArray(), op.getNumArrays(),
                        static_cast<format::MappingKind>(type.getKind()), /*whole=*/true, 0, 0, 0);
}

void Exporter::addWrite(Operation *op, const format::Arrays &entry, ValueRange operands,
                        StringRef layer) {
  arrays[op->getResult(0)] = data.arrays.size();
  data.arrays.push_back(entry);
  addInstruction(op, format::Opcode_WriteArrays, operands, data.arrays.size() - 1, layer);
}

/// The codes must be those that slices can hold.
static LogicalResult checkCodes(xbar::WriteArraysOp op, ArrayRef<int8_t> codes, int64_t low,
                                int64_t high) {
  ArraysType type = op.getArrays().getType();
  auto kind = static_cast<format::MappingKind>(type.getKind());
  int64_t bits = llvm::sum_of(type.getSlices());
  if (format::isDifferential(kind)) {
    if (int64_t magnitude = std::max(-low, high); magnitude >> bits != 0)
      return op.emitOpError("'codes' must have magnitudes of at most ")
             << bits << " bits, those of the slices, got " << magnitude;
    return success();
  }
  if (format::hasSignCodes(kind, type.getSlices().vec())) {
    if (low < -1 || high > 1 || llvm::is_contained(codes, 0))
      return op.emitOpError("'codes' of one bit must be -1 or 1, got ") << (low < -1   ? low
                                                                            : high > 1 ? high
                                                                                       : 0);
    return success();
  }
  int64_t half = int64_t(1) << (bits - 1);
  if (low < -half || high >= half)
    return op.emitOpError("'codes' must be in ")
           << -half << ".." << half - 1 << ", those of the slices, got "
           << (low < -half ? low : high);
  return success();
}

LogicalResult Exporter::addArrays(xbar::WriteArraysOp op) {
  ArraysType type = op.getArrays().getType();
  FailureOr<std::vector<int64_t>> tiles = packedTiles(op, type);
  if (failed(tiles))
    return failure();
  auto constant = op.getCodes().getDefiningOp<xbar::ConstantOp>();
  ElementsView<int8_t> view = *viewElements<int8_t>(constant.getValue());
  std::vector<int8_t> splat(view.splat ? view.size : 0, view[0]);
  ArrayRef<int8_t> codes = view.splat ? ArrayRef<int8_t>(splat) : view.data;
  auto [low, high] = getExtremes(codes);
  if (failed(checkCodes(op, codes, low, high)))
    return failure();
  auto kind = static_cast<format::MappingKind>(type.getKind());
  format::PackedShape shape{type.getGroups(),
                            type.getRows(),
                            type.getColumns(),
                            int64_t(op.getKernelArea()),
                            *tiles,
                            format::hasSignCodes(kind, type.getSlices().vec())};
  std::vector<int8_t> packed(shape.bytes());
  format::packWeights(shape, codes.data(), packed.data());
  uint64_t offset = 0;
  if (failed(check(op, writer.addSection(packed.data(), packed.size(), offset))))
    return failure();
  format::Arrays entry = makeArrays(op, op.getKernelArea());
  entry.mutate_section_offset(offset);
  entry.mutate_section_bytes(packed.size());
  entry.mutate_min_code(low);
  entry.mutate_max_code(high);
  addWrite(op, entry, {}, op.getLayer());
  return success();
}

LogicalResult Exporter::addComputedArrays(xbar::WriteArraysDynamicOp op) {
  if (failed(packedTiles(op, op.getArrays().getType())))
    return failure();
  format::Arrays entry = makeArrays(op, /*kernelArea=*/1);
  auto limit = static_cast<int8_t>((1 << (op.getWeightBits() - 1)) - 1);
  entry.mutate_min_code(-limit);
  entry.mutate_max_code(limit);
  entry.mutate_weight_scale(op.getWeightScale().convertToFloat());
  addWrite(op, entry, op.getWeight(), op.getLayer());
  return success();
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

void Exporter::addMvm(xbar::MvmOp op) {
  auto optional = [&](Value value) { return value ? int32_t(tensors.lookup(value)) : -1; };
  const int64_t noRange[] = {0, 0};
  ArrayRef<int64_t> range = op.getAdcRange().value_or(noRange);
  int32_t window = -1;
  if (op.getWindow())
    window = addWindow(*op.getWindow(), op.getArrays().getType().getGroups());
  ActivationAttr activation = op.getActivation();
  data.mvms.emplace_back(arrays.lookup(op.getArrays()), window, addInts(op.getCycles()),
                         tensors.lookup(op.getStart()), tensors.lookup(op.getScale()),
                         optional(op.getReciprocal()), optional(op.getOffsets()), range[0],
                         range[1], activation.getScale().getValue().convertToFloat(),
                         activation.getBits(), activation.getZeroPoint(),
                         op.getReciprocal()      ? format::AdcKind_Linear
                         : op.getPreactivation() ? format::AdcKind_Preactivation
                         : op.getThresholds()    ? format::AdcKind_Table
                                                 : format::AdcKind_Ideal,
                         op.getSumSlices(), op.getSumTiles(),
                         static_cast<format::InputEncoding>(op.getInputEncoding()));
  if (op.getReference() || op.getThresholds())
    data.extras.emplace_back(data.mvms.size() - 1, optional(op.getReference()),
                             optional(op.getThresholds()), optional(op.getLevels()));
  std::optional<APFloat> correction = op.getCorrectionScale();
  addInstruction(op, format::Opcode_Mvm, op.getInput(), data.mvms.size() - 1, op.getLayer(),
                 /*kind=*/0, correction ? correction->convertToFloat() : 0);
}

void Exporter::addDigital(Operation *op) {
  auto nameAttr = op->getAttrOfType<StringAttr>("name");
  auto add = [&](format::Opcode opcode, uint32_t params = 0, uint16_t kind = 0, double value = 0) {
    addInstruction(op, opcode, op->getOperands(), params, nameAttr ? nameAttr.getValue() : "", kind,
                   value);
  };
  auto kindOf = [](auto op) { return static_cast<uint16_t>(op.getKind()); };
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](xbar::Conv2DOp op) {
        add(format::Opcode_Conv2D, addWindow(op.getWindow(), op.getGroups()));
      })
      .Case([&](xbar::MatmulOp) { add(format::Opcode_Matmul); })
      .Case([&](xbar::UnaryOp op) { add(format::Opcode_Unary, 0, kindOf(op)); })
      .Case([&](xbar::BinaryOp op) { add(format::Opcode_Binary, 0, kindOf(op)); })
      .Case([&](xbar::ClampOp op) {
        data.clamps.emplace_back(op.getMin().convertToDouble(), op.getMax().convertToDouble());
        add(format::Opcode_Clamp, data.clamps.size() - 1);
      })
      .Case([&](xbar::CastOp) { add(format::Opcode_Cast); })
      .Case([&](xbar::SelectOp) { add(format::Opcode_Select); })
      .Case([&](xbar::ReduceOp op) {
        add(format::Opcode_Reduce, addInts(op.getAxis()).begin(), kindOf(op));
      })
      .Case([&](xbar::PoolOp op) {
        add(format::Opcode_Pool, addWindow(op.getWindow(), 1), kindOf(op));
      })
      .Case([&](xbar::TransposeOp op) {
        add(format::Opcode_Transpose, addInts(op.getPermutation()).begin());
      })
      .Case([&](xbar::ReshapeOp) { add(format::Opcode_Reshape); })
      .Case([&](xbar::SliceOp op) { add(format::Opcode_Slice, addInts(op.getStart()).begin()); })
      .Case([&](xbar::PadOp op) {
        add(format::Opcode_Pad, addInts(op.getLow()).begin(), 0, op.getValue().convertToDouble());
      })
      .Case([&](xbar::ConcatOp op) { add(format::Opcode_Concat, addInts(op.getAxis()).begin()); })
      .Case([&](xbar::GatherOp) { add(format::Opcode_Gather); })
      .Case([&](xbar::ScatterOp) { add(format::Opcode_Scatter); });
}

LogicalResult Exporter::addOp(Operation *op) {
  if (auto constant = dyn_cast<xbar::ConstantOp>(op))
    return addConstant(constant);
  if (auto write = dyn_cast<xbar::WriteArraysOp>(op))
    return addArrays(write);
  if (auto write = dyn_cast<xbar::WriteArraysDynamicOp>(op))
    return addComputedArrays(write);
  if (auto mvm = dyn_cast<xbar::MvmOp>(op))
    addMvm(mvm);
  else
    addDigital(op);
  return success();
}

//===----------------------------------------------------------------------===//
// Program
//===----------------------------------------------------------------------===//

LogicalResult Exporter::run(StringRef path) {
  if (!program.getArenaBytes())
    return program.emitOpError("'arena_bytes' must be set by memory planning, got none");
  if (*program.getArenaBytes() > format::kMaxArenaBytes)
    return program.emitOpError("'arena_bytes' must be at most ")
           << format::kMaxArenaBytes << ", got " << *program.getArenaBytes();
  if (failed(check(program, writer.open(path.str()))))
    return failure();
  data.name = program.getSymName().str();
  data.producer = "cim-mlir";
  if (TargetAttr target = program.getTargetAttr())
    llvm::raw_string_ostream(data.target) << target;
  data.uncalibrated = program.getUncalibrated();
  data.arenaBytes = *program.getArenaBytes();

  Block &body = program.getBody().front();
  auto addPorts = [&](ValueRange values, ArrayAttr names, std::vector<format::Port> &ports) {
    for (auto [value, name] : llvm::zip_equal(values, names.getAsValueRange<StringAttr>()))
      ports.emplace_back(tensors.lookup(value), addString(name));
  };
  for (Value input : body.getArguments())
    addTensor(input, format::Space_Arena, *xbar::getArenaOffset(input));
  addPorts(body.getArguments(), program.getInputNames(), data.inputs);
  for (Operation &op : body.without_terminator())
    if (failed(addOp(&op)))
      return failure();
  addPorts(body.getTerminator()->getOperands(), program.getOutputNames(), data.outputs);
  return check(program, writer.finish(data));
}

LogicalResult cim::writeProgram(xbar::ProgramOp program, StringRef path) {
  return Exporter(program).run(path);
}

FailureOr<std::vector<uint8_t>> cim::writeProgramToMemory(xbar::ProgramOp program) {
  Exporter exporter(program);
  if (failed(exporter.run("")))
    return failure();
  return exporter.takeMemory().own;
}

FailureOr<format::ScatteredFile> cim::writeScatteredProgram(xbar::ProgramOp program) {
  Exporter exporter(program, /*refer=*/true);
  if (failed(exporter.run("")))
    return failure();
  return exporter.takeMemory();
}
