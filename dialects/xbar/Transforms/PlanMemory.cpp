//===- PlanMemory.cpp - Pass xbar-plan-memory -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lifetime-based placement in one arena, greedy by size with best fit (Pisarchyk
// and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020). A segment
// tree over time tells what is occupied during a lifetime: each of its nodes has the
// union of some buffers' places, few ranges even where thousands are alive.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Builders.h"
#include "xbar/IR/Buffers.h"
#include "xbar/Transforms/Passes.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace mlir;
using namespace xbar;

namespace xbar {
#define GEN_PASS_DEF_PLANMEMORYPASS
#include "xbar/Transforms/Passes.h.inc"
} // namespace xbar

namespace {

/// Disjoint ranges of bytes that do not touch: begin to end.
class Ranges {
public:
  void add(int64_t begin, int64_t end) {
    auto next = ends.upper_bound(begin);
    if (next != ends.begin() && std::prev(next)->second >= begin)
      begin = (--next)->first;
    for (; next != ends.end() && next->first <= end; next = ends.erase(next))
      end = std::max(end, next->second);
    ends.emplace_hint(next, begin, end);
  }
  auto begin() const { return ends.begin(); }
  auto end() const { return ends.end(); }

private:
  std::map<int64_t, int64_t> ends;
};

/// The places that are occupied, by time.
class Arena {
public:
  /// `times`: that many instructions, and the entry before them.
  explicit Arena(int64_t times) : leaves(llvm::PowerOf2Ceil(times + 1)), nodes(2 * leaves) {}

  /// Places a buffer where the smallest gap is that fits, else behind all it meets.
  int64_t place(const Buffer &buffer) {
    int64_t size = llvm::alignTo(buffer.bytes, kBufferAlignment);
    int64_t best = -1, bestGap = std::numeric_limits<int64_t>::max(), free = 0;
    for (auto [begin, end] : getOccupied(buffer)) {
      int64_t gap = begin - free;
      if (gap >= size && gap < bestGap) {
        best = free;
        bestGap = gap;
      }
      free = std::max(free, end);
    }
    if (best < 0)
      best = free;
    occupy(buffer, best, best + size);
    bytes = std::max(bytes, best + size);
    return best;
  }

  int64_t getBytes() const { return bytes; }

private:
  /// A node stands for a span of time, its children for the halves.
  struct Node {
    Ranges whole; ///< Of buffers that are alive in all of the span, but not of its parent's.
    Ranges some;  ///< Of those in the wholes of the node and of all below.
  };

  /// The largest spans that a lifetime consists of.
  SmallVector<size_t> getSpans(const Buffer &buffer) const {
    SmallVector<size_t> spans;
    size_t first = leaves + buffer.first + 1, last = leaves + buffer.last + 2;
    for (; first < last; first /= 2, last /= 2) {
      if (first % 2 == 1)
        spans.push_back(first++);
      if (last % 2 == 1)
        spans.push_back(--last);
    }
    return spans;
  }

  /// Every node above some others once.
  static llvm::SmallSetVector<size_t, 32> getAncestors(ArrayRef<size_t> spans) {
    llvm::SmallSetVector<size_t, 32> ancestors;
    for (size_t span : spans)
      for (size_t node = span / 2; node > 0 && ancestors.insert(node);)
        node /= 2;
    return ancestors;
  }

  /// What buffers occupy that are alive with one, in the order of begins.
  SmallVector<std::pair<int64_t, int64_t>> getOccupied(const Buffer &buffer) const {
    SmallVector<std::pair<int64_t, int64_t>> occupied;
    SmallVector<size_t> spans = getSpans(buffer);
    for (size_t node : spans)
      llvm::append_range(occupied, nodes[node].some);
    for (size_t node : getAncestors(spans))
      llvm::append_range(occupied, nodes[node].whole);
    llvm::sort(occupied);
    return occupied;
  }

  void occupy(const Buffer &buffer, int64_t begin, int64_t end) {
    SmallVector<size_t> spans = getSpans(buffer);
    for (size_t node : spans) {
      nodes[node].whole.add(begin, end);
      nodes[node].some.add(begin, end);
    }
    for (size_t node : getAncestors(spans))
      nodes[node].some.add(begin, end);
  }

  size_t leaves;
  std::vector<Node> nodes;
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
    Arena arena(program.getBody().front().getOperations().size());
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
