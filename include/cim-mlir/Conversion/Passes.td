//===- Passes.td - Conversions between dialects ------------*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The way down: tosa to cim, cim and what is left of tosa to xbar.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_CONVERSION_PASSES_TD
#define CIM_MLIR_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertTosaToCimPass : Pass<"convert-tosa-to-cim", "::mlir::ModuleOp"> {
  let summary = "Map convolutions and matrix products to crossbars";
  let description = [{
    Replaces float convolutions with constant weights and matrix products by layers
    with the mapping of the module's `cim.target`, which must be present.

    - `tosa.conv2d` becomes `cim.conv2d`. Zero pads and slices of height and width
      before it join its window: importers need them because tosa wants strides that
      divide.
    - A `tosa.concat` of convolutions of consecutive slices of channels becomes one
      `cim.conv2d` with groups.
    - `tosa.matmul` with a constant right operand becomes `cim.matmul`. A constant
      that is added to its result, and only there, is its bias.
    - `tosa.matmul` of two computed operands becomes `cim.matmul_dynamic`, whose right
      operand is written into arrays at run time.

    What a model fixes of a layer's precision becomes `quantization` of the layer, which reads
    what was quantized (through `tosa` operations that only move elements):

    - an input that is `cim.dequantize` gives the activation: as few bits as its storage range
      needs, a `tosa.clamp` where the range does not fill them;
    - a weight that is `cim.dequantize` of constant codes or of quantized floats gives the weight:
      one scale for the layer or for each output, codes less their zero point, which have to be in
      the signed range of the storage width, narrow if they fit. It becomes the
      constant of the floats that the codes stand for.

    What no layer can have (other scales along an axis, bipolar inputs, other codes) stays digital.

    Layers are named by their location, else `<operation>_<i>` where i counts
    layers in policy order (post-order from the outputs, operands last to first);
    a name that is taken gets `#2`, `#3`. A remark says why a layer stays digital.

    Before:

    ```mlir
    module attributes {cim.target = #cim.target<mapping = <crossbar = <>>,
        precision = <weight = <>, activation = <>, adc = <>>>} {
      func.func @main(%x: tensor<1x3x2xf32>) -> tensor<1x3x2xf32> {
        %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
        %b = "tosa.const"() {values = dense<2.0> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
        %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
        %p = tosa.matmul %x, %w, %z, %z
          : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
        %y = tosa.add %p, %b : (tensor<1x3x2xf32>, tensor<1x1x2xf32>) -> tensor<1x3x2xf32>
        return %y : tensor<1x3x2xf32>
      }
    }
    ```

    After:

    ```mlir
    module attributes {cim.target = #cim.target<mapping = <crossbar = <>>,
        precision = <weight = <>, activation = <>, adc = <>>>} {
      func.func @main(%x: tensor<1x3x2xf32>) -> tensor<1x3x2xf32> {
        %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
        %b = "tosa.const"() {values = dense<2.0> : tensor<2xf32>} : () -> tensor<2xf32>
        %y = cim.matmul %x, %w, %b {layer = "matmul_0", mapping = #cim.mapping<crossbar = <>>}
          : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x3x2xf32>
        return %y : tensor<1x3x2xf32>
      }
    }
    ```
  }];
  let dependentDialects = ["::cim::CimDialect", "::mlir::tosa::TosaDialect"];
  let statistics = [
    Statistic<"numMapped", "mapped", "Number of layers mapped to crossbars">,
    Statistic<"numDigital", "digital", "Number of layers left digital">,
  ];
}

def ConvertCimToXbarPass : Pass<"convert-cim-to-xbar", "::mlir::ModuleOp"> {
  let summary = "Turn a function into a crossbar program";
  let description = [{
    Replaces the function by an `xbar.program` with one instruction per operation.

    - The array-level chain of a layer becomes `xbar.write_arrays` (of a computed
      weight: `xbar.write_arrays_dynamic`) and one fused `xbar.mvm`: scales are combined, the correction is folded into the start
      value, ADC scales become reciprocals of shape [T, S, N]. Arrays are placed
      one layer after the other on core 0.
    - What is left of `tosa` becomes a digital instruction. So does the quantization of a model
      that no layer has taken: division, cast, clamp and addition, and back. Of constants it is
      folded.
    - A layer-level operation that is not calibrated is a float product: this is
      how calibration executes a network. One that is calibrated is an error, since
      it means arithmetic that only the array level spells out.

    Every instruction has the name of its location, layers have that of the layer.

    Before:

    ```mlir
    func.func @main(%x: tensor<2xf32> {cim.name = "x"}) -> (tensor<2xf32> {cim.name = "y"}) {
      %y = tosa.exp %x : (tensor<2xf32>) -> tensor<2xf32>
      return %y : tensor<2xf32>
    }
    ```

    After:

    ```mlir
    xbar.program @main attributes {input_names = ["x"], output_names = ["y"]} {
    ^bb0(%x: tensor<2xf32>):
      %y = xbar.unary %x {kind = #xbar.unary_kind<exp>, name = "exp_0"} : (tensor<2xf32>) -> tensor<2xf32>
      xbar.output %y : tensor<2xf32>
    }
    ```
  }];
  let dependentDialects = ["::xbar::XbarDialect"];
  let statistics = [
    Statistic<"numCrossbar", "crossbar", "Number of layers executed by crossbars">,
    Statistic<"numArrays", "arrays", "Number of arrays placed">,
  ];
}

#endif // CIM_MLIR_CONVERSION_PASSES_TD
