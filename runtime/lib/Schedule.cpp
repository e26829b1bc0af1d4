//===- Schedule.cpp - Which instructions run on how many samples ----------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tensors that share memory have lifetimes that are apart in the order of instructions. Each
// level keeps the tensors whose last use it has: of two that share memory in it, the earlier
// one ends in the level itself, where instructions run in order.
//
//===----------------------------------------------------------------------===//

#include "Schedule.h"

using namespace cim::format;
using namespace cim::runtime;

namespace {

/// The last instruction that uses each tensor, and each computed weights.
struct LastUses {
  explicit LastUses(const LoadedProgram &program)
      : data(program.data), tensors(data.tensors.size()), cells(data.arrays.size()) {
    for (size_t i = 0; i < data.instructions.size(); ++i)
      visit(data.instructions[i], i);
    for (const Port &port : data.outputs)
      tensors[port.tensor()] = data.instructions.size();
    // A reshape gives a buffer another name: all names end with the last.
    for (size_t i = data.instructions.size(); i-- > 0;)
      join(data.instructions[i]);
    for (const Instruction &instruction : data.instructions)
      join(instruction);
  }

  const ProgramData &data;
  std::vector<size_t> tensors, cells;

private:
  void visit(const Instruction &instruction, size_t index) {
    for (size_t i = 0; i < instruction.operands().count(); ++i)
      tensors[data.operands[instruction.operands().begin() + i]] = index;
    if (instruction.opcode() == Opcode_WriteArrays)
      cells[instruction.params()] = index;
    else
      tensors[instruction.result()] = index;
    if (instruction.opcode() == Opcode_Mvm)
      cells[data.mvms[instruction.params()].arrays()] = index;
  }

  void join(const Instruction &instruction) {
    if (instruction.opcode() != Opcode_Reshape)
      return;
    size_t &from = tensors[data.operands[instruction.operands().begin()]];
    size_t &to = tensors[instruction.result()];
    from = to = std::max(from, to);
  }
};

/// What the instructions from each one on need.
class Needs {
public:
  Needs(const LoadedProgram &program, const Schedule::Kernels &kernels, const LastUses &uses)
      : kernels(kernels), arena(kernels.size() + 1), cells(kernels.size() + 1) {
    for (size_t i = 0; i < uses.tensors.size(); ++i)
      if (const Tensor &tensor = program.data.tensors[i]; tensor.space() == Space_Arena) {
        int64_t end = static_cast<int64_t>(tensor.offset()) + tensorBytes(tensor);
        arena[uses.tensors[i]] = std::max(arena[uses.tensors[i]], end);
      }
    for (size_t i = 0; i < uses.cells.size(); ++i)
      if (program.writePlans[i])
        cells[uses.cells[i]] += cellStep(*program.writePlans[i]);
    for (size_t i = kernels.size(); i-- > 0;) {
      arena[i] = std::max(arena[i], arena[i + 1]);
      cells[i] += cells[i + 1];
    }
  }

  /// The first instruction from which on blocks of so many samples fit into `most` bytes.
  size_t findBegin(int64_t block, int64_t most) const {
    size_t begin = kernels.size();
    int64_t scratch = 0;
    while (begin > 0) {
      scratch = std::max(scratch, scratchBytes(begin - 1, block));
      int64_t bytes = (arena[begin - 1] + cells[begin - 1]) * block;
      if (bytes + scratch > most)
        break;
      --begin;
    }
    return begin;
  }

  int64_t scratchBytes(size_t index, int64_t block) const {
    const std::unique_ptr<Kernel> &kernel = kernels[index];
    return kernel ? kernel->scratchBytes(kernel->runsBlocks() ? block : 1) : 0;
  }

private:
  const Schedule::Kernels &kernels;
  std::vector<int64_t> arena, cells;
};

} // namespace

Schedule::Schedule(const LoadedProgram &program, const Kernels &kernels, int64_t mostSamples)
    : mostSamples(mostSamples), levels({{0, 1}}) {
  LastUses uses(program);
  Needs needs(program, kernels, uses);
  // Layers with few positions want some samples, dense ones many if the second cache holds them.
  constexpr int64_t denseBytes = kBlockBytes / 5;
  for (auto [wanted, bytes] : {std::pair<int64_t, int64_t>(8, kBlockBytes - denseBytes),
                               std::pair<int64_t, int64_t>(kMostSamples, denseBytes)}) {
    int64_t before = levels.back().block;
    int64_t block = std::min(wanted, mostSamples) / before * before;
    size_t begin = needs.findBegin(block, bytes);
    if (block == before || begin == kernels.size())
      continue;
    if (begin == levels.back().begin)
      levels.pop_back();
    levels.push_back({begin, block});
  }
  auto levelOf = [&](size_t instruction) {
    size_t level = levels.size() - 1;
    while (levels[level].begin > instruction)
      --level;
    return level;
  };
  for (size_t i = 0; i < kernels.size(); ++i) {
    Level &level = levels[levelOf(i)];
    level.scratchBytes = std::max(level.scratchBytes, needs.scratchBytes(i, level.block));
  }
  for (size_t use : uses.cells)
    cellLevels.push_back(levelOf(use));
  for (size_t i = 0; i < uses.tensors.size(); ++i) {
    tensorLevels.push_back(levelOf(uses.tensors[i]));
    Level &level = levels[tensorLevels.back()];
    const Tensor &tensor = program.data.tensors[i];
    int64_t end = static_cast<int64_t>(tensor.offset()) + tensorBytes(tensor);
    if (tensor.space() == Space_Arena)
      level.bytes = std::max(level.bytes, end * level.block);
  }
}
