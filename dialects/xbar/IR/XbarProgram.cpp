//===- XbarProgram.cpp - Program, outputs and constants ---------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers of the program as a whole: its ports, its body and, once memory is
// planned, its arena: every buffer has its place and no two that are alive at the
// same time overlap.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Elements.h"
#include "xbar/IR/Buffers.h"
#include "llvm/ADT/StringSet.h"
#include <map>

using namespace mlir;
using namespace xbar;

//===----------------------------------------------------------------------===//
// Ports and body
//===----------------------------------------------------------------------===//

static LogicalResult verifyNames(ProgramOp program, StringRef field, ArrayAttr names,
                                 size_t ports) {
  if (names.size() != ports)
    return program.emitOpError("'") << field << "' must have one name for each of " << ports
                                    << " ports, got " << names.size();
  llvm::StringSet<> seen;
  for (StringRef name : names.getAsValueRange<StringAttr>())
    if (name.empty() || !seen.insert(name).second)
      return program.emitOpError("'")
             << field << "' must be unique and not empty, got '" << name << "'";
  return success();
}

static LogicalResult verifyBody(ProgramOp program) {
  for (BlockArgument input : program.getBody().getArguments()) {
    if (!isBufferType(input.getType()))
      return program.emitOpError("input ")
             << input.getArgNumber() << " must be a tensor that the runtime can hold, got "
             << input.getType();
  }
  for (Operation &op : program.getBody().front())
    if (!isa<XbarDialect>(op.getDialect()) || isa<ProgramOp>(op))
      return op.emitError("the body of a program must consist of instructions, got '")
             << op.getName() << "'";
  return success();
}

//===----------------------------------------------------------------------===//
// Arena
//===----------------------------------------------------------------------===//

/// The operation to blame for a value: the program for its inputs.
static Operation *getDefinition(Value value) {
  Operation *op = value.getDefiningOp();
  return op ? op : value.getParentBlock()->getParentOp();
}

static StringRef getOffsetField(Value value) {
  return isa<BlockArgument>(value) ? "input_offsets" : "offset";
}

/// A program without `arena_bytes` has no places yet.
static LogicalResult verifyUnplanned(ProgramOp program) {
  if (program.getInputOffsets())
    return program.emitOpError("'input_offsets' needs 'arena_bytes', got none");
  for (Operation &op : program.getBody().front())
    if (op.hasAttr("offset"))
      return op.emitOpError("'offset' needs 'arena_bytes' of the program, got none");
  return success();
}

static LogicalResult verifyPlace(const Buffer &buffer, int64_t arenaBytes) {
  Operation *op = getDefinition(buffer.value);
  std::optional<int64_t> offset = getArenaOffset(buffer.value);
  if (!offset)
    return op->emitOpError("'offset' must be present in a program with 'arena_bytes', got none");
  if (*offset < 0 || *offset % kBufferAlignment != 0)
    return op->emitOpError("'") << getOffsetField(buffer.value)
                                << "' must be a non-negative multiple of " << kBufferAlignment
                                << ", got " << *offset;
  if (*offset > arenaBytes - buffer.bytes)
    return op->emitOpError("'") << getOffsetField(buffer.value) << "' must leave room for "
                                << buffer.bytes << " bytes in an arena of " << arenaBytes
                                << ", got " << *offset;
  return success();
}

static LogicalResult reportOverlap(const Buffer &buffer, int64_t begin, const Buffer &other,
                                   int64_t otherBegin) {
  InFlightDiagnostic error = getDefinition(buffer.value)->emitOpError("'")
                             << getOffsetField(buffer.value)
                             << "' must not overlap a buffer that is alive, got " << begin;
  error.attachNote(other.value.getLoc())
      << "the other buffer is [" << otherBegin << ", " << otherBegin + other.bytes << ")";
  return error;
}

/// Buffers that are alive at a time must not overlap; `buffers` are in the order of their first
/// uses. As those alive do not overlap, the neighbours of a new one tell.
static LogicalResult verifyApart(ArrayRef<Buffer> buffers) {
  std::map<int64_t, const Buffer *> alive;         // By place.
  std::multimap<int64_t, int64_t> placesByLastUse; // Of those alive.
  for (const Buffer &buffer : buffers) {
    auto firstAlive = placesByLastUse.lower_bound(buffer.first);
    for (auto it = placesByLastUse.begin(); it != firstAlive; it = placesByLastUse.erase(it))
      alive.erase(it->second);
    int64_t begin = *getArenaOffset(buffer.value);
    auto next = alive.lower_bound(begin);
    if (next != alive.end() && next->first < begin + buffer.bytes)
      return reportOverlap(buffer, begin, *next->second, next->first);
    if (next != alive.begin() && std::prev(next)->first + std::prev(next)->second->bytes > begin)
      return reportOverlap(buffer, begin, *std::prev(next)->second, std::prev(next)->first);
    alive.insert(next, {begin, &buffer});
    placesByLastUse.insert({buffer.last, begin});
  }
  return success();
}

/// A reshape shares the buffer of its operand; one of a constant has none.
static LogicalResult verifyReshape(ReshapeOp reshape) {
  Value owner = getBufferOwner(reshape.getInput());
  std::optional<uint64_t> offset = reshape.getOffset();
  std::optional<int64_t> expected = getArenaOffset(owner);
  if (offset.has_value() == expected.has_value() && (!offset || int64_t(*offset) == *expected))
    return success();
  auto print = [](auto value) { return value ? std::to_string(*value) : std::string("none"); };
  return reshape.emitOpError("'offset' must be that of the operand, ")
         << print(expected) << ", got " << print(offset);
}

static LogicalResult verifyArena(ProgramOp program, int64_t arenaBytes) {
  if (arenaBytes < 0)
    return program.emitOpError("'arena_bytes' must not be negative, got ") << arenaBytes;
  size_t inputs = program.getBody().getNumArguments();
  size_t offsets = program.getInputOffsets() ? program.getInputOffsets()->size() : 0;
  if (offsets != inputs)
    return program.emitOpError("'input_offsets' must have one offset for each of ")
           << inputs << " inputs, got " << offsets;
  SmallVector<Buffer> buffers = getArenaBuffers(program);
  for (const Buffer &buffer : buffers)
    if (failed(verifyPlace(buffer, arenaBytes)))
      return failure();
  if (failed(verifyApart(buffers)))
    return failure();
  for (ReshapeOp reshape : program.getBody().getOps<ReshapeOp>())
    if (failed(verifyReshape(reshape)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

LogicalResult ProgramOp::verify() {
  return verifyNames(*this, "input_names", getInputNames(), getBody().getNumArguments());
}

LogicalResult ProgramOp::verifyRegions() {
  if (failed(verifyBody(*this)))
    return failure();
  Operation *terminator = getBody().front().getTerminator();
  if (failed(verifyNames(*this, "output_names", getOutputNames(), terminator->getNumOperands())))
    return failure();
  std::optional<uint64_t> arenaBytes = getArenaBytes();
  return arenaBytes ? verifyArena(*this, *arenaBytes) : verifyUnplanned(*this);
}

LogicalResult ConstantOp::verify() {
  auto value = getValue();
  if (getOutput().getType().getElementType().isInteger(1)) {
    if (!isa<DenseElementsAttr>(value))
      return emitOpError("'value' of i1 must be dense, got ") << value;
    return success();
  }
  size_t elementBytes = getOutput().getType().getElementTypeBitWidth() / 8;
  if (failed(cim::getElementBytes(value, elementBytes)))
    return emitOpError("'value' must be dense, or a dense_resource that is present and holds ")
           << elementBytes << " aligned bytes for each element, got " << value;
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }
