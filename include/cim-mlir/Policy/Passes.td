//===- Passes.td - Passes of policies ----------------------*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mixed precision from files.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_POLICY_PASSES_TD
#define CIM_MLIR_POLICY_PASSES_TD

include "mlir/Pass/PassBase.td"

def ApplyPolicyPass : Pass<"cim-apply-policy", "::mlir::ModuleOp"> {
  let summary = "Change precision and mapping of layers as a policy says";
  let description = [{
    Reads a policy (JSON by names, .csv or .npy by order; see lib/Policy/README.md) and gives
    every layer the fields that its entry has, else those of the policy's `default`. What
    neither has stays as `cim-assign-precision` made it, which comes first. Scales that are there
    stay with the widths that belong to them unless the policy brings others. Does nothing without
    a file.

    Before:

    ```mlir
    func.func @main(%x: tensor<1x1x64xf32>, %w: tensor<1x64x10xf32>,
                    %b: tensor<10xf32>) -> tensor<1x1x10xf32> {
      %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
        precision = #cim.precision<weight = <>, activation = <>, adc = <>>}
        : (tensor<1x1x64xf32>, tensor<1x64x10xf32>, tensor<10xf32>) -> tensor<1x1x10xf32>
      return %y : tensor<1x1x10xf32>
    }
    ```

    After `cim-apply-policy{file=P.json}`, the file being
    `{"layers": [{"name": "fc", "weight": {"bits": 4}, "adc": {"bits": 6}}]}`:

    ```mlir
    func.func @main(%x: tensor<1x1x64xf32>, %w: tensor<1x64x10xf32>,
                    %b: tensor<10xf32>) -> tensor<1x1x10xf32> {
      %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
        precision = #cim.precision<weight = <bits = 4>, activation = <>,
          adc = <kind = linear, bits = 6>>}
        : (tensor<1x1x64xf32>, tensor<1x64x10xf32>, tensor<10xf32>) -> tensor<1x1x10xf32>
      return %y : tensor<1x1x10xf32>
    }
    ```
  }];
  let dependentDialects = ["::cim::CimDialect"];
  let options = [
    Option<"file", "file", "std::string", "\"\"", "The policy: .json, .csv or .npy">,
  ];
  let statistics = [
    Statistic<"numLayers", "layers", "Number of layers that the policy was applied to">,
  ];
}

#endif // CIM_MLIR_POLICY_PASSES_TD
