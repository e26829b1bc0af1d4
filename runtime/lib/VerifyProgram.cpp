//===- VerifyProgram.cpp - Tables, order and memory -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks tensors, windows and ports, that every value is defined once and before
// its uses, and that buffers that live at the same time do not overlap.
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

#include <algorithm>

using namespace cim::format;

static constexpr int32_t kMaxWindow = 1 << 20;
static constexpr size_t kMaxNameInMessage = 100;
static constexpr size_t kForever = ~size_t(0), kUnused = kForever - 1;

/// True if the bytes of the tensor are at most kMaxTensorBytes.
static bool hasSaneSize(const Tensor &tensor) {
  int64_t bytes = elementBytes(tensor.type());
  for (int64_t dim : shapeOf(tensor)) {
    if (dim < 1 || dim > kMaxTensorBytes / bytes)
      return false;
    bytes *= dim;
  }
  return true;
}

bool Verifier::verifyTensors() {
  for (size_t i = 0; i < data.tensors.size(); ++i) {
    const Tensor &tensor = data.tensors[i];
    context = "tensor " + std::to_string(i) + ": ";
    if (!check(tensor.rank() <= 6, "'rank' must be at most 6, got ", int(tensor.rank())) ||
        !check(tensor.type() <= ElementType_MAX, "unknown 'type', got ", int(tensor.type())) ||
        !check(tensor.space() <= Space_MAX, "unknown 'space', got ", int(tensor.space())) ||
        !check(hasSaneSize(tensor), "'dims' must be positive and below 1 TiB in total, got ",
               describe(tensor)) ||
        !check(tensor.offset() % kSectionAlignment == 0, "'offset' must be a multiple of 64, got ",
               tensor.offset()))
      return false;
    bool inFile = tensor.space() == Space_File;
    uint64_t begin = inFile ? sizeof(FileHeader) : 0;
    uint64_t end = inFile ? sectionsEnd : data.arenaBytes;
    uint64_t bytes = tensorBytes(tensor);
    if (!check(tensor.offset() >= begin && tensor.offset() <= end && bytes <= end - tensor.offset(),
               "must lie within the ", inFile ? "sections" : "arena", ", got offset ",
               tensor.offset(), " and ", bytes, " bytes of ", end))
      return false;
    if (!inFile)
      continue;
    if (!check(file.isWhole(tensor.offset(), bytes), "must lie in one piece of the file"))
      return false;
    const uint8_t *values = file.at(tensor.offset());
    if (tensor.type() == ElementType_Bool &&
        (!scan(bytes) ||
         !check(std::all_of(values, values + bytes, [](uint8_t value) { return value <= 1; }),
                "elements of type bool must be 0 or 1")))
      return false;
  }
  return true;
}

bool Verifier::scan(uint64_t bytes) {
  // Layers that share their weights are legal: what costs no more than this, and 16 times the file.
  constexpr uint64_t kFree = uint64_t(1) << 26;
  scanned += bytes;
  return check(scanned <= kFree + 16 * (sectionsEnd + data.ints.size() * sizeof(int64_t)),
               "too many constants share their bytes");
}

bool Verifier::verifyWindows() {
  auto inRange = [](auto *values, int32_t low) {
    return std::all_of(values->begin(), values->end(),
                       [&](int32_t value) { return value >= low && value <= kMaxWindow; });
  };
  for (size_t i = 0; i < data.windows.size(); ++i) {
    const Window &window = data.windows[i];
    context = "window " + std::to_string(i) + ": ";
    if (!check(inRange(window.kernel(), 1), "'kernel' must be in 1..1048576") ||
        !check(inRange(window.stride(), 1), "'stride' must be in 1..1048576") ||
        !check(inRange(window.pad(), 0), "'pad' must be in 0..1048576") ||
        !check(inRange(window.dilation(), 1), "'dilation' must be in 1..1048576") ||
        !check(window.groups() >= 1, "'groups' must be positive, got ", window.groups()))
      return false;
  }
  return true;
}

bool Verifier::verifyPorts(const std::vector<Port> &ports, const char *what) {
  for (size_t i = 0; i < ports.size(); ++i) {
    context = what + std::string(" ") + std::to_string(i) + ": ";
    if (!check(ports[i].tensor() < data.tensors.size(), "'tensor' must be below ",
               data.tensors.size(), ", got ", ports[i].tensor()) ||
        !check(ports[i].name() < data.strings.size(), "'name' must be below ", data.strings.size(),
               ", got ", ports[i].name()))
      return false;
  }
  return true;
}

bool Verifier::verifySpan(const Span &span, size_t size, const char *what) {
  return check(span.begin() <= size && span.count() <= size - span.begin(), "'", what,
               "' must end at or before ", size, ", got ", span.begin(), " + ", span.count());
}

/// Checks the indices of an instruction and what it asks of its operands.
bool Verifier::verifyInstruction(size_t index) {
  const Instruction &instruction = data.instructions[index];
  context = "instruction " + std::to_string(index) + ": ";
  if (!check(instruction.opcode() <= Opcode_MAX, "unknown opcode ", int(instruction.opcode())) ||
      !check(instruction.name() < data.strings.size(), "'name' must be below ", data.strings.size(),
             ", got ", instruction.name()))
    return false;
  // Many instructions may have one long name.
  context = "instruction " + std::to_string(index) + " (" + opcodeName(instruction.opcode()) +
            " '" + data.strings[instruction.name()].substr(0, kMaxNameInMessage) + "'): ";
  if (!verifySpan(instruction.operands(), data.operands.size(), "operands"))
    return false;
  operandCount += numOperands(instruction);
  if (!check(operandCount <= data.operands.size(), "operand lists must not be shared"))
    return false;
  for (size_t i = 0; i < numOperands(instruction); ++i)
    if (!check(operandIndex(instruction, i) < data.tensors.size(), "operand ", i, " must be below ",
               data.tensors.size(), ", got ", operandIndex(instruction, i)))
      return false;
  if (instruction.opcode() == Opcode_WriteArrays)
    return verifyWrite(instruction);
  if (!check(instruction.result() < data.tensors.size(), "'result' must be below ",
             data.tensors.size(), ", got ", instruction.result()))
    return false;
  return instruction.opcode() == Opcode_Mvm ? verifyMvm(instruction) : verifyDigital(instruction);
}

//===----------------------------------------------------------------------===//
// Order and memory
//===----------------------------------------------------------------------===//

/// Fills `root` and `lastUse`.
void Verifier::findLifetimes() {
  root.resize(data.tensors.size());
  for (size_t i = 0; i < root.size(); ++i)
    root[i] = i;
  lastUse.assign(data.tensors.size(), kUnused);
  for (size_t i = 0; i < data.instructions.size(); ++i) {
    const Instruction &instruction = data.instructions[i];
    for (size_t j = 0; j < numOperands(instruction); ++j)
      lastUse[root[operandIndex(instruction, j)]] = i;
    if (instruction.opcode() == Opcode_WriteArrays)
      continue;
    if (instruction.opcode() == Opcode_Reshape)
      root[instruction.result()] = root[operandIndex(instruction, 0)];
    lastUse[root[instruction.result()]] = i;
  }
  for (const Port &port : data.outputs)
    lastUse[root[port.tensor()]] = kForever;
}

/// Enters the buffer of a tensor that becomes alive.
bool Verifier::occupy(uint32_t tensor) {
  uint64_t begin = data.tensors[tensor].offset();
  uint64_t end = begin + tensorBytes(data.tensors[tensor]);
  auto next = occupied.lower_bound(begin);
  bool free = next == occupied.end() || end <= next->first;
  if (next != occupied.begin())
    free &= std::prev(next)->second <= begin;
  occupied[begin] = end;
  return check(free, "the buffer of tensor ", tensor, " overlaps one that is in use");
}

/// Frees the buffer of a tensor if `index` is the last instruction that needs it.
void Verifier::release(uint32_t tensor, size_t index) {
  const Tensor &buffer = data.tensors[root[tensor]];
  if (buffer.space() == Space_Arena && lastUse[root[tensor]] == index)
    occupied.erase(buffer.offset());
}

/// Marks the result of instruction `index` as defined.
bool Verifier::define(uint32_t tensor, size_t index) {
  bool inFile = data.tensors[tensor].space() == Space_File;
  bool isReshape = data.instructions[index].opcode() == Opcode_Reshape;
  if (isReshape && inFile)
    return true;
  if (!check(!inFile, "'result' must be in the arena") ||
      !check(!defined[tensor], "tensor ", tensor, " is defined twice"))
    return false;
  defined[tensor] = true;
  return isReshape || occupy(tensor);
}

/// Follows the values from inputs to outputs.
bool Verifier::verifyFlow() {
  findLifetimes();
  for (size_t i = 0; i < data.tensors.size(); ++i)
    defined[i] = data.tensors[i].space() == Space_File;
  for (size_t i = 0; i < data.inputs.size(); ++i) {
    uint32_t tensor = data.inputs[i].tensor();
    context = "input " + std::to_string(i) + ": ";
    if (!check(!defined[tensor], "must be a tensor of its own in the arena") || !occupy(tensor))
      return false;
    defined[tensor] = true;
  }
  for (const Port &port : data.inputs)
    release(port.tensor(), kUnused);
  for (size_t i = 0; i < data.instructions.size(); ++i) {
    const Instruction &instruction = data.instructions[i];
    context = "instruction " + std::to_string(i) + ": ";
    for (size_t j = 0; j < numOperands(instruction); ++j)
      if (!check(defined[operandIndex(instruction, j)], "operand ", j, " is not defined yet"))
        return false;
    bool hasResult = instruction.opcode() != Opcode_WriteArrays;
    if (hasResult && !define(instruction.result(), i))
      return false;
    for (size_t j = 0; j < numOperands(instruction); ++j)
      release(operandIndex(instruction, j), i);
    if (hasResult)
      release(instruction.result(), i);
  }
  for (size_t i = 0; i < data.outputs.size(); ++i) {
    context = "output " + std::to_string(i) + ": ";
    if (!check(defined[data.outputs[i].tensor()], "is not defined"))
      return false;
  }
  return true;
}

std::string Verifier::run() {
  defined.resize(data.tensors.size());
  written.resize(data.arrays.size());
  packing.resize(data.arrays.size());
  if (!check(data.arenaBytes <= kMaxArenaBytes, "'arena_bytes' must be at most 2^34, got ",
             data.arenaBytes) ||
      !verifyTensors() || !verifyWindows() || !verifyPorts(data.inputs, "input") ||
      !verifyPorts(data.outputs, "output"))
    return error;
  for (size_t i = 0; i < data.arrays.size(); ++i)
    if (!verifyArrays(i))
      return error;
  if (!verifyExtras())
    return error;
  for (size_t i = 0; i < data.instructions.size(); ++i)
    if (!verifyInstruction(i))
      return error;
  verifyFlow();
  return error;
}
