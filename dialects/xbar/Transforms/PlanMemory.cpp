//===- PlanMemory.cpp - Pass xbar-plan-memory -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lifetime-based placement in one arena, greedy by size with best fit (Pisarchyk
// and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Builders.h"
#include "xbar/IR/Buffers.h"
#include "xbar/Transforms/Passes.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace xbar;

namespace xbar {
#define GEN_PASS_DEF_PLANMEMORYPASS
#include "xbar/Transforms/Passes.h.inc"
} // namespace xbar

namespace {

struct PlacedBuffer {
  Buffer buffer;
  int64_t begin, end; ///< `end` is aligned.
};

/// The placed buffers, in the order of their begin.
class Arena {
public:
  /// Places a buffer where the smallest gap is that fits, else behind all it meets.
  int64_t place(const Buffer &buffer) {
    int64_t size = llvm::alignTo(buffer.bytes, kBufferAlignment);
    int64_t best = -1, bestGap = std::numeric_limits<int64_t>::max(), free = 0;
    for (const PlacedBuffer &other : placed) {
      if (!buffer.isAliveWith(other.buffer))
        continue;
      int64_t gap = other.begin - free;
      if (gap >= size && gap < bestGap) {
        best = free;
        bestGap = gap;
      }
      free = std::max(free, other.end);
    }
    if (best < 0)
      best = free;
    auto position = llvm::upper_bound(
        placed, best, [](int64_t begin, const PlacedBuffer &other) { return begin < other.begin; });
    placed.insert(position, {buffer, best, best + size});
    bytes = std::max(bytes, best + size);
    return best;
  }

  int64_t getBytes() const { return bytes; }

private:
  SmallVector<PlacedBuffer> placed;
  int64_t bytes = 0;
};

struct PlanMemoryPass : xbar::impl::PlanMemoryPassBase<PlanMemoryPass> {
  void runOnOperation() override {
    for (ProgramOp program : getOperation().getOps<ProgramOp>()) {
      if (program.getArenaBytes()) {
        program.emitOpError("'arena_bytes' must be absent before memory is planned, got ")
            << *program.getArenaBytes();
        return signalPassFailure();
      }
      plan(program);
    }
  }

  void plan(ProgramOp program) {
    SmallVector<Buffer> buffers = getArenaBuffers(program);
    // Of equal sizes the first in program order, which is the order in memory, goes first.
    auto order = llvm::map_to_vector(buffers, [](const Buffer &buffer) { return &buffer; });
    llvm::sort(order, [](const Buffer *a, const Buffer *b) {
      return a->bytes != b->bytes ? a->bytes > b->bytes : a < b;
    });
    Arena arena;
    llvm::DenseMap<Value, int64_t> offsets;
    for (const Buffer *buffer : order) {
      offsets[buffer->value] = arena.place(*buffer);
      numBufferBytes += buffer->bytes;
    }
    annotate(program, offsets, arena.getBytes());
    numArenaBytes += arena.getBytes();
  }

  void annotate(ProgramOp program, const llvm::DenseMap<Value, int64_t> &offsets,
                int64_t arenaBytes) {
    Builder builder(program.getContext());
    program.setArenaBytes(arenaBytes);
    program.setInputOffsets(llvm::map_to_vector(
        program.getBody().getArguments(), [&](Value input) { return offsets.lookup(input); }));
    for (Operation &op : program.getBody().front())
      for (Value result : op.getResults())
        if (auto found = offsets.find(getBufferOwner(result)); found != offsets.end())
          op.setAttr("offset", builder.getI64IntegerAttr(found->second));
  }
};

} // namespace
