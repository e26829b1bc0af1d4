//===- Passes.td - Passes that execute networks ------------*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Passes that run the network they work on.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_EXECUTION_PASSES_TD
#define CIM_MLIR_EXECUTION_PASSES_TD

include "mlir/Pass/PassBase.td"

class MethodOption<string cppName, string argument, string method, string what>
    : Option<cppName, argument, "::cim::quant::Method", "::cim::quant::Method::" # method,
             "How scales of " # what # " are chosen", [{::llvm::cl::values(
  clEnumValN(::cim::quant::Method::MinMax, "minmax", "the smallest that clips nothing seen"),
  clEnumValN(::cim::quant::Method::Percentile, "percentile",
             "the smallest that clips 0.1 % (nothing of small groups)"),
  clEnumValN(::cim::quant::Method::Mse, "mse", "the least squared error"),
  clEnumValN(::cim::quant::Method::OutputError, "output_error",
             "the least squared error of the layer's output"))}]>;

def TableOption
    : Option<"table", "table", "::cim::quant::TableMethod", "::cim::quant::TableMethod::Optimal",
             "How thresholds and levels of table ADCs are chosen", [{::llvm::cl::values(
  clEnumValN(::cim::quant::TableMethod::Linear, "linear",
             "uniform levels over the window that partial-sum chooses"),
  clEnumValN(::cim::quant::TableMethod::LloydMax, "lloyd_max",
             "means and halves in turn, from levels as dense as the cube root of values"),
  clEnumValN(::cim::quant::TableMethod::Cdf, "cdf", "equally probable levels"),
  clEnumValN(::cim::quant::TableMethod::KMeans, "kmeans",
             "means and halves in turn, from a seeded draw"),
  clEnumValN(::cim::quant::TableMethod::BsKmq, "bs_kmq",
             "k-means between percentiles, which are levels, too"),
  clEnumValN(::cim::quant::TableMethod::Optimal, "optimal", "the least squared error"))}]>;

def CalibratePass : Pass<"cim-calibrate", "::mlir::ModuleOp"> {
  let summary = "Choose the scales of layers by running the network";
  let description = [{
    Fills in the scales that the `precision` of layers lacks. Scales that are there are
    kept, layers without a precision stay float. Nothing is run if nothing is missing.

    The network runs in float on every sample, up to four times: for the ranges of
    the layers' inputs, for their histograms (not for `minmax`), for partial sums and for the errors
    of their windows (`output_error` only). The scales of constant weights need a run only where they are
    chosen by `output_error`, a computed weight is observed like an input. Those of 1 bit
    are split into two levels, as `binary` says, and get `split` and `beta`, too. Partial sums are computed exactly, as integers, with
    the scales found before, at no more than `positions` seeded output positions of each layer
    and sample; layers with an ideal ADC have none to calibrate. Memory does not depend on the
    number of samples, results on neither threads nor order.

    ADCs with unsigned codes get a window `offset`, too; signed codes stay centred on zero.

    A `table` ADC gets 2^bits - 1 thresholds, multiples of its `reference_unit`, and levels in steps
    of 1/256 of their range. The batches over which `bs_kmq` averages its percentiles are the samples
    that run at once, 32 or fewer if they are large.

    With an `input_encoding` of twos_complement or differential the zero point is 2^(bits-1),
    which suits both. A layer whose input is never negative on the samples has no sign to
    encode: its `input_encoding` becomes offset, with the zero point 0. Scales of inputs that
    are there keep their encoding.

    The driver gives the pass its samples. Without data (as in `cim-opt`) it uses 4 random
    inputs, says so unless `random` is set, and marks the module with `cim.uncalibrated`.

    Before:

    ```mlir
    func.func @main(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
      %w = "tosa.const"() {values = dense<0.5> : tensor<1x4x2xf32>} : () -> tensor<1x4x2xf32>
      %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
      %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
        precision = #cim.precision<weight = <bits = 8, granularity = layer>,
          activation = <bits = 8>, adc = <kind = linear, bits = 8>>}
        : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
      return %y : tensor<1x1x2xf32>
    }
    ```

    After, for inputs in 0..1:

    ```mlir
    func.func @main(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
      %w = "tosa.const"() {values = dense<0.5> : tensor<1x4x2xf32>} : () -> tensor<1x4x2xf32>
      %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
      %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
        precision = #cim.precision<
          weight = <bits = 8, granularity = layer, scale = dense<0.00393700786> : tensor<f32>>,
          activation = <bits = 8, scale = 0.00392156886 : f32>,
          adc = <kind = linear, bits = 8, scale = dense<1.0> : tensor<f32>>>}
        : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
      return %y : tensor<1x1x2xf32>
    }
    ```
  }];
  let dependentDialects = ["::cim::CimDialect", "::xbar::XbarDialect"];
  let options = [
    MethodOption<"activation", "activation", "Mse", "activations">,
    MethodOption<"weight", "weight", "OutputError", "weights">,
    MethodOption<"partialSum", "partial-sum", "Mse", "partial sums">,
    Option<"binary", "binary", "::cim::quant::BinarySplit", "::cim::quant::BinarySplit::Mean",
           "Where weights of 1 bit are split into two levels", [{::llvm::cl::values(
  clEnumValN(::cim::quant::BinarySplit::Mean, "mean", "at the mean of those that share a scale"),
  clEnumValN(::cim::quant::BinarySplit::Free, "free", "where the squared error is least"))}]>,
    TableOption,
    Option<"samples", "samples", "int64_t", "256",
           "Largest number of samples to look at, 1 or more">,
    Option<"positions", "positions", "int64_t", "64",
           "Largest number of output positions per layer and sample at which partial sums are "
           "looked at, 1 or more">,
    Option<"seed", "seed", "uint64_t", "0", "Seed of the positions and of random inputs">,
    Option<"random", "random", "bool", "false", "Random inputs are wanted: no warning">,
  ];
  let statistics = [
    Statistic<"numCalibrated", "num-calibrated", "Number of layers that got scales">,
  ];
}

def FoldConstantsPass : Pass<"cim-fold-constants", "::mlir::ModuleOp"> {
  let summary = "Compute what depends on constants only";
  let description = [{
    Executes the `tosa` operations all of whose operands are constants, or results of
    such operations, and replaces them by constants: `dense` up to 64 elements, else
    `dense_resource`. They are compiled to one program without inputs and run by the
    runtime, so folding changes no bit of what the network computes. A result may have up
    to `max-elements` elements, or as many as an operand.

    Before:

    ```mlir
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %c = "tosa.const"() {values = dense<[1.0, 4.0]> : tensor<2xf32>} : () -> tensor<2xf32>
      %r = tosa.reciprocal %c : (tensor<2xf32>) -> tensor<2xf32>
      %y = tosa.add %x, %r : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      return %y : tensor<2xf32>
    }
    ```

    After:

    ```mlir
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %r = "tosa.const"() {values = dense<[1.0, 0.25]> : tensor<2xf32>} : () -> tensor<2xf32>
      %y = tosa.add %x, %r : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      return %y : tensor<2xf32>
    }
    ```
  }];
  let dependentDialects = ["::cim::CimDialect", "::mlir::tosa::TosaDialect", "::xbar::XbarDialect"];
  let options = [
    Option<"maxElements", "max-elements", "int64_t", "65536",
           "Largest result that may exceed its operands">,
  ];
  let statistics = [
    Statistic<"numFolded", "num-folded", "Number of operations that were computed">,
  ];
}

#endif // CIM_MLIR_EXECUTION_PASSES_TD
