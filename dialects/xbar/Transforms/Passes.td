//===- Passes.td - Passes of the xbar dialect --------------*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What happens to a program between conversion and its file.
//
//===----------------------------------------------------------------------===//

#ifndef XBAR_TRANSFORMS_PASSES_TD
#define XBAR_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def PlanMemoryPass : Pass<"xbar-plan-memory", "::mlir::ModuleOp"> {
  let summary = "Give every buffer of a program its place in the arena";
  let description = [{
    Buffers that are never alive together share memory: largest first, each
    goes to the smallest gap that fits between the placed buffers it is alive
    with. Places are multiples of 64 bytes. Inputs have places, too, which are used
    again after their last use; a reshape has the place of its operand.

    ```mlir
    xbar.program @before attributes {input_names = ["x"], output_names = ["y"]} {
    ^bb0(%x: tensor<2xf32>):
      %y = xbar.unary %x {kind = #xbar.unary_kind<exp>} : (tensor<2xf32>) -> tensor<2xf32>
      xbar.output %y : tensor<2xf32>
    }
    ```
    becomes
    ```mlir
    xbar.program @after attributes {input_names = ["x"], output_names = ["y"],
        arena_bytes = 128, input_offsets = array<i64: 0>} {
    ^bb0(%x: tensor<2xf32>):
      %y = xbar.unary %x {kind = #xbar.unary_kind<exp>, offset = 64} : (tensor<2xf32>) -> tensor<2xf32>
      xbar.output %y : tensor<2xf32>
    }
    ```

    It is an error if memory is planned already.
  }];
  let statistics = [
    Statistic<"numArenaBytes", "arena-bytes", "Bytes of the arena">,
    Statistic<"numBufferBytes", "buffer-bytes", "Bytes of all buffers, had each its own place">];
}

#endif // XBAR_TRANSFORMS_PASSES_TD
