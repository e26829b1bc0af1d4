//===- ProgramImport.cpp - Program file to xbar.program ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The inverse of ProgramExport.cpp. The runtime's verifier has accepted the file
// before anything is built; attributes and operations are verified again by MLIR.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Target/Program.h"
#include "cim-runtime/PackedWeights.h"
#include "cim-runtime/ProgramFile.h"
#include "cim/Analysis/Elements.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace cim;

/// MLIR's parser recurses without a limit.
static constexpr size_t kMaxTargetLength = 4096;
static constexpr int kMaxTargetDepth = 32;

/// Constants are copied: a file may have many of the same bytes.
static constexpr int64_t kMaxCopies = 16;

namespace {

class Importer {
public:
  Importer(const format::ProgramData &data, ArrayRef<uint8_t> file, Location loc)
      : data(data), file(file), loc(loc), builder(loc.getContext()), values(data.tensors.size()),
        readers(data.arrays.size()), arrays(data.arrays.size()) {}

  OwningOpRef<ModuleOp> run();

private:
  LogicalResult checkConstants();
  void findReaders();
  LogicalResult makeWindows();
  FailureOr<TargetAttr> parseTarget();
  LogicalResult addHeader();
  LogicalResult addInstruction(const format::Instruction &instruction);
  LogicalResult addArrays(const format::Instruction &instruction);
  Value addCodes(size_t index, StringRef layer);
  LogicalResult addMvm(const format::Instruction &instruction);
  void addDigital(const format::Instruction &instruction);
  void addOp(StringRef mnemonic, uint32_t result, ValueRange operands,
             SmallVector<NamedAttribute> attributes);
  void addConstantsBefore(size_t tensor);

  RankedTensorType getType(uint32_t tensor);
  Value getValue(uint32_t tensor);
  ElementsAttr getElements(uint32_t tensor);
  ArrayRef<int64_t> getInts(const format::Span &span) {
    return ArrayRef<int64_t>(data.ints).slice(span.begin(), span.count());
  }
  Attribute getKind(const format::Instruction &instruction);
  SmallVector<NamedAttribute> getParameters(const format::Instruction &instruction);
  ArrayAttr getNames(const std::vector<format::Port> &ports);
  NamedAttribute attribute(StringRef name, Attribute value) {
    return {builder.getStringAttr(name), value};
  }
  InFlightDiagnostic error() { return emitError(loc); }

  const format::ProgramData &data;
  ArrayRef<uint8_t> file;
  Location loc;
  OpBuilder builder;
  xbar::ProgramOp program;
  std::vector<Value> values; ///< Per tensor, null until it is defined.
  std::vector<WindowAttr> windows;
  std::vector<const format::Mvm *> readers; ///< Per arrays: the last layer that reads them.
  std::vector<Value> arrays;                ///< Per arrays, null until they are written.
  size_t nextTensor = 0;                    ///< Constants below are defined.
};

} // namespace

//===----------------------------------------------------------------------===//
// Tensors and constants
//===----------------------------------------------------------------------===//

RankedTensorType Importer::getType(uint32_t index) {
  const format::Tensor &tensor = data.tensors[index];
  ArrayRef<int64_t> dims(tensor.dims()->data(), tensor.rank());
  auto element = [&]() -> Type {
    switch (tensor.type()) {
    case format::ElementType_F32:
      return builder.getF32Type();
    case format::ElementType_I64:
      return builder.getI64Type();
    case format::ElementType_I32:
      return builder.getI32Type();
    case format::ElementType_I8:
      return builder.getI8Type();
    case format::ElementType_U8:
      return builder.getIntegerType(8, /*isSigned=*/false);
    case format::ElementType_Bool:
      return builder.getI1Type();
    }
    llvm_unreachable("verified");
  };
  return RankedTensorType::get(dims, element());
}

ElementsAttr Importer::getElements(uint32_t index) {
  return makeElements(getType(index), file.data() + data.tensors[index].offset(), "constant");
}

/// The value of a tensor; a constant is made where it is first needed.
Value Importer::getValue(uint32_t tensor) {
  if (!values[tensor])
    values[tensor] = xbar::ConstantOp::create(builder, loc, getElements(tensor));
  return values[tensor];
}

/// The exporter numbers tensors in program order: puts constants where they were.
void Importer::addConstantsBefore(size_t tensor) {
  for (; nextTensor < std::min(tensor, data.tensors.size()); ++nextTensor)
    if (data.tensors[nextTensor].space() == format::Space_File)
      getValue(nextTensor);
}

LogicalResult Importer::checkConstants() {
  int64_t left = kMaxCopies * int64_t(file.size());
  for (size_t i = 0; i < data.tensors.size(); ++i) {
    if (data.tensors[i].space() != format::Space_File)
      continue;
    RankedTensorType type = getType(i);
    left -= type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
    if (left < 0)
      return error() << "constants must have at most " << kMaxCopies
                     << " times the bytes of the file";
  }
  return success();
}

LogicalResult Importer::makeWindows() {
  auto widen = [](const auto *from) { return SmallVector<int64_t>(from->begin(), from->end()); };
  for (const format::Window &window : data.windows) {
    SmallVector<int64_t> kernel = widen(window.kernel()), stride = widen(window.stride()),
                         pad = widen(window.pad()), dilation = widen(window.dilation());
    windows.push_back(WindowAttr::getChecked([&] { return error(); }, builder.getContext(),
                                             ArrayRef<int64_t>(kernel), ArrayRef<int64_t>(stride),
                                             ArrayRef<int64_t>(pad), ArrayRef<int64_t>(dilation)));
    if (!windows.back())
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

void Importer::addOp(StringRef mnemonic, uint32_t result, ValueRange operands,
                     SmallVector<NamedAttribute> attributes) {
  if (data.tensors[result].space() == format::Space_Arena)
    attributes.push_back(
        attribute("offset", builder.getI64IntegerAttr(data.tensors[result].offset())));
  OperationState state(loc, ("xbar." + mnemonic).str(), operands, getType(result), attributes);
  values[result] = builder.create(state)->getResult(0);
}

/// The weight codes of arrays.
Value Importer::addCodes(size_t index, StringRef layer) {
  const format::Arrays &entry = data.arrays[index];
  format::PackedShape shape{entry.groups(),
                            entry.rows(),
                            entry.columns(),
                            entry.kernel_area(),
                            format::hasOneTile(*readers[index]) ? std::vector<int64_t>{entry.rows()}
                                                                : getInts(entry.tiles()).vec(),
                            format::hasSignCodes(entry.kind(), getInts(entry.slices()).vec())};
  std::vector<int8_t> codes(shape.groups * shape.rows * shape.columns);
  format::unpackWeights(shape, format::sectionOf({file.data(), file.size()}, data, index),
                        codes.data());
  auto type =
      RankedTensorType::get({entry.groups(), entry.rows(), entry.columns()}, builder.getI8Type());
  return xbar::ConstantOp::create(builder, loc, makeElements(type, std::move(codes), layer));
}

void Importer::findReaders() {
  for (const format::Instruction &instruction : data.instructions)
    if (instruction.opcode() == format::Opcode_Mvm) {
      const format::Mvm &mvm = data.mvms[instruction.params()];
      readers[mvm.arrays()] = &mvm;
    }
}

LogicalResult Importer::addArrays(const format::Instruction &instruction) {
  const format::Arrays &entry = data.arrays[instruction.params()];
  const format::Mvm *reader = readers[instruction.params()];
  // The section has been verified for its readers only.
  if (!reader)
    return error() << "arrays " << instruction.params() << " must be read by a layer, got none";
  auto type = ArraysType::getChecked(
      [&] { return error(); }, builder.getContext(), entry.groups(), entry.rows(), entry.columns(),
      getInts(entry.tiles()), getInts(entry.slices()), static_cast<MappingKind>(entry.kind()));
  if (!type)
    return failure();
  const std::string &layer = data.strings[instruction.name()];
  Value &result = arrays[instruction.params()];
  if (format::isComputed(entry))
    result = xbar::WriteArraysDynamicOp::create(
        builder, loc, type, getValue(data.operands[instruction.operands().begin()]), layer,
        llvm::Log2_32(entry.max_code() + 1) + 1, APFloat(entry.weight_scale()), entry.core(),
        entry.first_array(), entry.num_arrays());
  else
    result = xbar::WriteArraysOp::create(builder, loc, type, addCodes(instruction.params(), layer),
                                         layer, entry.kernel_area(), entry.core(),
                                         entry.first_array(), entry.num_arrays());
  return success();
}

LogicalResult Importer::addMvm(const format::Instruction &instruction) {
  const format::Mvm &mvm = data.mvms[instruction.params()];
  SmallVector<Value> operands = {getValue(data.operands[instruction.operands().begin()]),
                                 arrays[mvm.arrays()], getValue(mvm.start()),
                                 getValue(mvm.scale())};
  format::MvmExtra extra = format::findExtra(data, instruction.params());
  SmallVector<int32_t> segments(operands.size(), 1);
  for (int32_t constant :
       {mvm.reciprocal(), mvm.offsets(), extra.reference(), extra.thresholds(), extra.levels()}) {
    segments.push_back(constant >= 0);
    if (constant >= 0)
      operands.push_back(getValue(constant));
  }
  auto activation = ActivationAttr::getChecked(
      [&] { return error(); }, builder.getContext(), int64_t(mvm.activation_bits()),
      int64_t(mvm.zero_point()), builder.getF32FloatAttr(mvm.activation_scale()));
  if (!activation)
    return failure();
  SmallVector<NamedAttribute> attributes = {
      attribute("layer", builder.getStringAttr(data.strings[instruction.name()])),
      attribute("activation", activation),
      attribute("cycles", builder.getDenseI64ArrayAttr(getInts(mvm.cycles()))),
      attribute(
          "input_encoding",
          InputEncodingAttr::get(builder.getContext(), static_cast<InputEncoding>(mvm.encoding()))),
      attribute("operandSegmentSizes", builder.getDenseI32ArrayAttr(segments))};
  if (mvm.window() >= 0)
    attributes.push_back(attribute("window", windows[mvm.window()]));
  if (mvm.adc() == format::AdcKind_Linear)
    attributes.push_back(
        attribute("adc_range", builder.getDenseI64ArrayAttr({mvm.qmin(), mvm.qmax()})));
  if (format::isComputed(data.arrays[mvm.arrays()]) &&
      mvm.encoding() == format::InputEncoding_Offset)
    attributes.push_back(attribute(
        "correction_scale", builder.getF32FloatAttr(static_cast<float>(instruction.value()))));
  if (mvm.adc() == format::AdcKind_Preactivation)
    attributes.push_back(attribute("preactivation", builder.getUnitAttr()));
  if (mvm.sum_slices())
    attributes.push_back(attribute("sum_slices", builder.getUnitAttr()));
  if (mvm.sum_tiles())
    attributes.push_back(attribute("sum_tiles", builder.getUnitAttr()));
  addOp("mvm", instruction.result(), operands, std::move(attributes));
  return success();
}

Attribute Importer::getKind(const format::Instruction &instruction) {
  MLIRContext *context = builder.getContext();
  uint16_t kind = instruction.kind();
  switch (instruction.opcode()) {
  case format::Opcode_Unary:
    return xbar::UnaryKindAttr::get(context, static_cast<xbar::UnaryKind>(kind));
  case format::Opcode_Binary:
    return xbar::BinaryKindAttr::get(context, static_cast<xbar::BinaryKind>(kind));
  case format::Opcode_Reduce:
    return xbar::ReduceKindAttr::get(context, static_cast<xbar::ReduceKind>(kind));
  case format::Opcode_Pool:
    return xbar::PoolKindAttr::get(context, static_cast<xbar::PoolKind>(kind));
  default:
    return {};
  }
}

/// What `params` of a digital instruction refers to.
SmallVector<NamedAttribute> Importer::getParameters(const format::Instruction &instruction) {
  uint32_t params = instruction.params();
  auto perAxis = [&] {
    size_t rank = data.tensors[instruction.result()].rank();
    return builder.getDenseI64ArrayAttr(ArrayRef<int64_t>(data.ints).slice(params, rank));
  };
  auto axis = [&] { return builder.getI64IntegerAttr(data.ints[params]); };
  switch (instruction.opcode()) {
  case format::Opcode_Pool:
    return {attribute("window", windows[params])};
  case format::Opcode_Conv2D:
    return {attribute("groups", builder.getI64IntegerAttr(data.windows[params].groups())),
            attribute("window", windows[params])};
  case format::Opcode_Clamp:
    return {attribute("min", builder.getF64FloatAttr(data.clamps[params].min())),
            attribute("max", builder.getF64FloatAttr(data.clamps[params].max()))};
  case format::Opcode_Reduce:
  case format::Opcode_Concat:
    return {attribute("axis", axis())};
  case format::Opcode_Transpose:
    return {attribute("permutation", perAxis())};
  case format::Opcode_Slice:
    return {attribute("start", perAxis())};
  case format::Opcode_Pad:
    return {attribute("low", perAxis()),
            attribute("value", builder.getF64FloatAttr(instruction.value()))};
  default:
    return {};
  }
}

void Importer::addDigital(const format::Instruction &instruction) {
  SmallVector<NamedAttribute> attributes = getParameters(instruction);
  if (Attribute kind = getKind(instruction))
    attributes.push_back(attribute("kind", kind));
  if (const std::string &name = data.strings[instruction.name()]; !name.empty())
    attributes.push_back(attribute("name", builder.getStringAttr(name)));
  SmallVector<Value> operands;
  for (uint32_t i = 0; i < instruction.operands().count(); ++i)
    operands.push_back(getValue(data.operands[instruction.operands().begin() + i]));
  addOp(format::opcodeName(instruction.opcode()), instruction.result(), operands,
        std::move(attributes));
}

LogicalResult Importer::addInstruction(const format::Instruction &instruction) {
  addConstantsBefore(instruction.result());
  switch (instruction.opcode()) {
  case format::Opcode_WriteArrays:
    return addArrays(instruction);
  case format::Opcode_Mvm:
    return addMvm(instruction);
  default:
    addDigital(instruction);
    return success();
  }
}

//===----------------------------------------------------------------------===//
// Program
//===----------------------------------------------------------------------===//

ArrayAttr Importer::getNames(const std::vector<format::Port> &ports) {
  return builder.getArrayAttr(llvm::map_to_vector(ports, [&](const format::Port &port) {
    return Attribute(builder.getStringAttr(data.strings[port.name()]));
  }));
}

/// The target, null if the program has none.
FailureOr<TargetAttr> Importer::parseTarget() {
  StringRef text = data.target;
  if (text.empty())
    return TargetAttr();
  int depth = 0, deepest = 0;
  for (char c : text) {
    depth += StringRef("<([{").contains(c) - StringRef(">)]}").contains(c);
    deepest = std::max(deepest, depth);
  }
  if (text.size() > kMaxTargetLength || deepest > kMaxTargetDepth)
    return error() << "the target of a program must have at most " << kMaxTargetLength
                   << " characters and " << kMaxTargetDepth << " levels of brackets, got "
                   << text.size() << " and " << deepest;
  Attribute parsed;
  if (text.starts_with("#cim.target<"))
    parsed = parseAttribute(text, builder.getContext());
  if (auto target = dyn_cast_or_null<TargetAttr>(parsed))
    return target;
  return error() << "the target of a program must be a #cim.target, got '" << text << "'";
}

/// Makes the program with its inputs.
LogicalResult Importer::addHeader() {
  FailureOr<TargetAttr> target = parseTarget();
  if (failed(target))
    return failure();
  SmallVector<int64_t> offsets;
  for (const format::Port &input : data.inputs)
    offsets.push_back(data.tensors[input.tensor()].offset());
  program = xbar::ProgramOp::create(
      builder, loc, builder.getStringAttr(data.name), getNames(data.inputs), getNames(data.outputs),
      builder.getI64IntegerAttr(data.arenaBytes), builder.getDenseI64ArrayAttr(offsets), *target,
      data.uncalibrated ? builder.getUnitAttr() : UnitAttr());
  Block &body = program.getBody().emplaceBlock();
  for (const format::Port &input : data.inputs)
    values[input.tensor()] = body.addArgument(getType(input.tensor()), loc);
  builder.setInsertionPointToStart(&body);
  return success();
}

OwningOpRef<ModuleOp> Importer::run() {
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToStart(module->getBody());
  findReaders();
  if (failed(checkConstants()) || failed(makeWindows()) || failed(addHeader()))
    return {};
  for (const format::Instruction &instruction : data.instructions)
    if (failed(addInstruction(instruction)))
      return {};
  addConstantsBefore(data.tensors.size());
  SmallVector<Value> outputs;
  for (const format::Port &output : data.outputs)
    outputs.push_back(getValue(output.tensor()));
  xbar::OutputOp::create(builder, loc, outputs);
  if (failed(verify(*module)))
    return {};
  return module;
}

OwningOpRef<ModuleOp> cim::readProgramFile(StringRef path, MLIRContext *context) {
  context->loadDialect<CimDialect, xbar::XbarDialect>();
  Location loc = FileLineColLoc::get(context, path, 0, 0);
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false, /*IsVolatile=*/false,
                                            llvm::Align(format::kSectionAlignment));
  if (!buffer) {
    emitError(loc) << "cannot read program: " << buffer.getError().message();
    return {};
  }
  const auto *file = reinterpret_cast<const uint8_t *>((*buffer)->getBufferStart());
  format::ProgramData data;
  std::string reason = format::readProgram(file, (*buffer)->getBufferSize(), data);
  if (!reason.empty()) {
    emitError(loc) << reason;
    return {};
  }
  return Importer(data, ArrayRef(file, (*buffer)->getBufferSize()), loc).run();
}
