//===- Passes.td - Passes of the cim dialect ---------------*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In the order in which a pipeline runs them.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TRANSFORMS_PASSES_TD
#define CIM_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Input
//===----------------------------------------------------------------------===//

def ImportQuantPass : Pass<"cim-import-quant", "::mlir::ModuleOp"> {
  let summary = "Replace casts of the quant dialect by operations that are kept";
  let description = [{
    `quant.qcast` becomes `cim.quantize` and `quant.dcast` becomes `cim.dequantize`. It has to
    run before any simplification: upstream folds `quant.dcast` of `quant.qcast`, and the
    quantization of the model with it. Scales, which the types hold in double, become float32.

    ```mlir
    func.func @before(%x: tensor<4xf32>) -> tensor<4xf32> {
      %q = quant.qcast %x : tensor<4xf32> to tensor<4x!quant.uniform<i8:f32, 0.5>>
      %y = quant.dcast %q : tensor<4x!quant.uniform<i8:f32, 0.5>> to tensor<4xf32>
      return %y : tensor<4xf32>
    }
    ```
    becomes
    ```mlir
    func.func @after(%x: tensor<4xf32>) -> tensor<4xf32> {
      %q = cim.quantize %x : tensor<4xf32> -> tensor<4x!quant.uniform<i8:f32, 0.5>>
      %y = cim.dequantize %q : tensor<4x!quant.uniform<i8:f32, 0.5>> -> tensor<4xf32>
      return %y : tensor<4xf32>
    }
    ```
  }];
  let dependentDialects = ["::cim::CimDialect"];
  let statistics = [Statistic<"numCasts", "casts", "Number of casts replaced">];
}

def ImportFloatsPass : Pass<"cim-import-floats", "::mlir::ModuleOp"> {
  let summary = "Hold floats of other widths in f32";
  let description = [{
    Every tensor of f64, f16 or bf16 of a function becomes one of f32, and so do constants and
    the bounds of clamps, as the ONNX importer has it. Other producers compute in f64 what they
    want to be sure of, such as a variance.

    ```mlir
    func.func @before(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
      %half = "tosa.const"() {values = dense<0.5> : tensor<1x1xf64>} : () -> tensor<1x1xf64>
      %wide = tosa.cast %x : (tensor<1x4xf32>) -> tensor<1x4xf64>
      %sum = tosa.add %wide, %half : (tensor<1x4xf64>, tensor<1x1xf64>) -> tensor<1x4xf64>
      %y = tosa.cast %sum : (tensor<1x4xf64>) -> tensor<1x4xf32>
      return %y : tensor<1x4xf32>
    }
    ```
    becomes, with casts that are folded later,
    ```mlir
    func.func @after(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
      %half = "tosa.const"() {values = dense<0.5> : tensor<1x1xf32>} : () -> tensor<1x1xf32>
      %same = tosa.cast %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %sum = tosa.add %same, %half : (tensor<1x4xf32>, tensor<1x1xf32>) -> tensor<1x4xf32>
      %y = tosa.cast %sum : (tensor<1x4xf32>) -> tensor<1x4xf32>
      return %y : tensor<1x4xf32>
    }
    ```
  }];
  let statistics = [Statistic<"numResources", "resources", "Number of resources converted">];
}

def ImportNamesPass : Pass<"cim-import-names", "::mlir::ModuleOp"> {
  let summary = "Name inputs and outputs as TensorFlow does";
  let description = [{
    Arguments and results that have no `cim.name` but a `tf_saved_model.index_path`, which
    converters of TensorFlow Lite models keep, are named by its last element.

    ```mlir
    func.func @before(%x: tensor<4xf32> {tf_saved_model.index_path = ["image"]}) -> tensor<4xf32> {
      return %x : tensor<4xf32>
    }
    ```
    becomes
    ```mlir
    func.func @after(%x: tensor<4xf32> {cim.name = "image",
                                        tf_saved_model.index_path = ["image"]}) -> tensor<4xf32> {
      return %x : tensor<4xf32>
    }
    ```
  }];
  let dependentDialects = ["::cim::CimDialect"];
  let statistics = [Statistic<"numNames", "names", "Number of inputs and outputs named">];
}

def VerifyInputPass : Pass<"cim-verify-input", "::mlir::ModuleOp"> {
  let summary = "Check what later passes rely on";
  let description = [{
    The gate after which a pass may trust the IR. A module must hold exactly one
    function, public and with a body, of `tosa` and `cim` operations. Tensors have a
    static shape of rank up to 6 without empty dimensions, fewer than 2^31 elements of
    f32, i1, i8, ui8, i32 or i64; results of `cim` operations may be of `!quant.uniform`.
    Every `dense_resource` is present and has the size
    and alignment of its type. Shape operands are constant. Result shapes are those
    that the operands give, which for convolutions and matrix products upstream
    does not check. What later passes make without its being in the file, that is splats and
    tables of indices, has at most 1 GiB. Nothing is changed.

    ```mlir
    func.func @main(%x: tensor<1x4xf32> {cim.name = "x"}) -> (tensor<1x4xf32> {cim.name = "y"}) {
      %y = tosa.exp %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
      return %y : tensor<1x4xf32>
    }
    ```
  }];
}

def ImportIntegersPass : Pass<"cim-import-integers", "::mlir::ModuleOp"> {
  let summary = "Compute integers of 8 bits with what layers and programs have";
  let description = [{
    Products of i8 become float products of the codes less their zero points, so that crossbars
    get the codes: sums are exact below 2^24. `tosa.max_pool2d` of i8 is the float one.
    `tosa.rescale` with constant parameters is spelt out in i64, bit for bit, whatever its rounding.

    ```mlir
    func.func @before(%x: tensor<1x4x8xi8>, %y: tensor<1x8x2xi8>) -> tensor<1x4x2xi32> {
      %zx = "tosa.const"() {values = dense<-5> : tensor<1xi8>} : () -> tensor<1xi8>
      %zy = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
      %product = tosa.matmul %x, %y, %zx, %zy
        : (tensor<1x4x8xi8>, tensor<1x8x2xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x2xi32>
      return %product : tensor<1x4x2xi32>
    }
    ```
    becomes
    ```mlir
    func.func @after(%x: tensor<1x4x8xi8>, %y: tensor<1x8x2xi8>) -> tensor<1x4x2xi32> {
      %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
      %xq = cim.storage_cast %x : tensor<1x4x8xi8> -> tensor<1x4x8x!quant.uniform<i8:f32, 1.0:-5>>
      %xf = cim.dequantize %xq : tensor<1x4x8x!quant.uniform<i8:f32, 1.0:-5>> -> tensor<1x4x8xf32>
      %yq = cim.storage_cast %y : tensor<1x8x2xi8> -> tensor<1x8x2x!quant.uniform<i8:f32, 1.0>>
      %yf = cim.dequantize %yq : tensor<1x8x2x!quant.uniform<i8:f32, 1.0>> -> tensor<1x8x2xf32>
      %sums = tosa.matmul %xf, %yf, %z, %z
        : (tensor<1x4x8xf32>, tensor<1x8x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x2xf32>
      %product = tosa.cast %sums : (tensor<1x4x2xf32>) -> tensor<1x4x2xi32>
      return %product : tensor<1x4x2xi32>
    }
    ```
  }];
  let dependentDialects = ["::cim::CimDialect", "::mlir::quant::QuantDialect",
                           "::mlir::tosa::TosaDialect"];
  let statistics = [Statistic<"numConverted", "converted", "Number of operations converted">];
}

def SinkBroadcastsPass : Pass<"cim-sink-broadcasts", "::mlir::ModuleOp"> {
  let summary = "Let elementwise operations broadcast";
  let description = [{
    An elementwise operation takes what a `tosa.tile` repeats along axes of one element, and
    repeats it itself where another operand needs it; where none does, the tile moves behind it.
    So the mask of an attention, made in the size of one row and expanded to that of the scores,
    is computed and kept in the size of a row. Tiles with other users stay.

    ```mlir
    func.func @before(%mask: tensor<1x4xi1>, %x: tensor<3x4xf32>) -> tensor<3x4xf32> {
      %multiples = tosa.const_shape {values = dense<[3, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
      %rows = tosa.tile %mask, %multiples : (tensor<1x4xi1>, !tosa.shape<2>) -> tensor<3x4xi1>
      %factor = tosa.cast %rows : (tensor<3x4xi1>) -> tensor<3x4xf32>
      %y = tosa.add %x, %factor : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
      return %y : tensor<3x4xf32>
    }
    ```
    becomes
    ```mlir
    func.func @after(%mask: tensor<1x4xi1>, %x: tensor<3x4xf32>) -> tensor<3x4xf32> {
      %factor = tosa.cast %mask : (tensor<1x4xi1>) -> tensor<1x4xf32>
      %y = tosa.add %x, %factor : (tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<3x4xf32>
      return %y : tensor<3x4xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
  let statistics = [Statistic<"numOperands", "operands",
                              "Number of operands that lost their tile">];
}

def FoldScalesPass : Pass<"cim-fold-scales", "::mlir::ModuleOp"> {
  let summary = "Fold scales and shifts of channels into convolutions";
  let description = [{
    Additions, subtractions and multiplications of a convolution's result with constants that
    have one number, or one for each channel, join its constant weights and bias. That is what is
    left of a batch normalization whose producer spells it out, also where it stands behind the
    transposes of another layout.

    ```mlir
    func.func @before(%x: tensor<1x4x4x1xf32>) -> tensor<1x1x4x4xf32> {
      %w = "tosa.const"() {values = dense<3.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
      %b = "tosa.const"() {values = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
      %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
      %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
      %scale = "tosa.const"() {values = dense<2.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
      %conv = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>,
          pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
        : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>)
        -> tensor<1x4x4x1xf32>
      %t = tosa.transpose %conv {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x4x1xf32>) -> tensor<1x1x4x4xf32>
      %y = tosa.mul %t, %scale, %shift : (tensor<1x1x4x4xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x1x4x4xf32>
      return %y : tensor<1x1x4x4xf32>
    }
    ```
    becomes
    ```mlir
    func.func @after(%x: tensor<1x4x4x1xf32>) -> tensor<1x1x4x4xf32> {
      %w = "tosa.const"() {values = dense<6.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
      %b = "tosa.const"() {values = dense<2.0> : tensor<1xf32>} : () -> tensor<1xf32>
      %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
      %conv = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>,
          pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
        : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>)
        -> tensor<1x4x4x1xf32>
      %y = tosa.transpose %conv {perms = array<i32: 0, 3, 1, 2>} : (tensor<1x4x4x1xf32>) -> tensor<1x1x4x4xf32>
      return %y : tensor<1x1x4x4xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
  let statistics = [Statistic<"numFolded", "folded", "Number of operations folded">];
}

//===----------------------------------------------------------------------===//
// Layer level
//===----------------------------------------------------------------------===//

def AssignPrecisionPass : Pass<"cim-assign-precision", "::mlir::ModuleOp"> {
  let summary = "Give every layer a precision";
  let description = [{
    Sets `precision` of every layer that has none to that of the module's `cim.target`,
    with the widths that the options override. A layer that has a precision
    keeps it: this is how policies are respected. What the model of a layer fixes, its
    `quantization`, moves into the precision as it is; a remark says where an option asked for
    another width. Where a fixed zero point does not suit the input encoding of the mapping, the
    layer gets `offset`.
    With `adc-bits` an ideal ADC becomes a linear one. A layer whose weight is computed
    gets one weight scale for the layer and a narrow range whatever the target declares, and is
    not binary: with `weight-bits=1` it keeps the target's width, and a remark says so.

    Before, with a target whose precision is `<weight = <>, activation = <>, adc = <>>`:

    ```mlir
    func.func @main(%x: tensor<1x1x64xf32>, %w: tensor<1x64x10xf32>,
                    %b: tensor<10xf32>) -> tensor<1x1x10xf32> {
      %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>}
        : (tensor<1x1x64xf32>, tensor<1x64x10xf32>, tensor<10xf32>) -> tensor<1x1x10xf32>
      return %y : tensor<1x1x10xf32>
    }
    ```

    After `cim-assign-precision{weight-bits=4}`:

    ```mlir
    func.func @main(%x: tensor<1x1x64xf32>, %w: tensor<1x64x10xf32>,
                    %b: tensor<10xf32>) -> tensor<1x1x10xf32> {
      %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
        precision = #cim.precision<weight = <bits = 4>, activation = <bits = 8>, adc = <kind = ideal>>}
        : (tensor<1x1x64xf32>, tensor<1x64x10xf32>, tensor<10xf32>) -> tensor<1x1x10xf32>
      return %y : tensor<1x1x10xf32>
    }
    ```
  }];
  let options = [
    Option<"weightBits", "weight-bits", "int64_t", "0",
           "Width of weights, 1 to 8; 0 is the target's">,
    Option<"activationBits", "activation-bits", "int64_t", "0",
           "Width of activations, 1 to 8; 0 is the target's">,
    Option<"adcBits", "adc-bits", "int64_t", "0",
           "Width of ADC codes, 2 to 16; 0 is the target's">,
  ];
  let statistics = [
    Statistic<"numAssigned", "assigned", "Number of layers that got a precision">,
  ];
}

def SimplifyAdcPass : Pass<"cim-simplify-adc", "::mlir::ModuleOp"> {
  let summary = "Record that ADCs which never change a partial sum are ideal";
  let description = [{
    A linear ADC with every scale 1 and every offset 0 is ideal if no partial
    sum of the layer can leave its codes, whatever the input. The bound is exact:
    for every tile, slice and output the largest input meets all positive or
    all negative digits of the stored weights. Layers that are not calibrated are left alone.

    ```mlir
    #before = #cim.adc<kind = linear, bits = 8, scale = dense<1.0> : tensor<f32>>
    ```
    becomes, where proved,
    ```mlir
    #after = #cim.adc<kind = ideal>
    ```
  }];
  let statistics = [
    Statistic<"numSimplified", "simplified", "Number of ADCs proved lossless">];
}

def QuantizePass : Pass<"cim-quantize", "::mlir::ModuleOp"> {
  let summary = "Lower calibrated layers to the array level with quantized weights";
  let description = [{
    Every layer-level operation becomes a chain of array-level operations with
    int8 weight codes [G, K, N / G]. Nothing is cut yet: there is one slice
    and one cycle (and one for the sign bit of two's complement, or one in each of the two passes
    of differential inputs), and one row tile unless weight scales differ between tiles; and no ADC yet. The
    `cim.mvm` keeps the precision and the mapping that later passes work towards.
    The float weights are erased and their storage is freed. A computed weight becomes
    the operand of `cim.quantize_weight`. A clamp that only the layer uses, such as a ReLU, goes
    if quantization clamps its input at least as much.

    ```mlir
    #mapping = #cim.mapping<crossbar = <>>
    #precision = #cim.precision<
      weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
      activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
    func.func @before(%x: tensor<1x5x2xf32>, %b: tensor<1xf32>) -> tensor<1x5x1xf32> {
      %w = "tosa.const"() {values = dense<1.5> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
      %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #mapping, precision = #precision}
        : (tensor<1x5x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x5x1xf32>
      return %y : tensor<1x5x1xf32>
    }
    ```
    becomes
    ```mlir
    #mapping = #cim.mapping<crossbar = <>>
    #precision = #cim.precision<
      weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
      activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
    !arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4],
                          kind = differential_column>
    func.func @after(%x: tensor<1x5x2xf32>, %b: tensor<1xf32>) -> tensor<1x5x1xf32> {
      %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>}
        : tensor<1x5x2xf32> -> tensor<1x5x2xui8>
      %c = "tosa.const"() {values = dense<3> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
      %a = cim.write_arrays %c : tensor<1x2x1xi8> -> !arrays
      %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, mapping = #mapping,
        precision = #precision} : (tensor<1x5x2xui8>, !arrays) -> tensor<1x1x1x5x1xi64>
      %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>,
        sum_slices, sum_tiles} : tensor<1x1x1x5x1xi64> -> tensor<1x1x5x1xi64>
      %s = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>,
        precision = #precision} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
      %y = cim.adc_dequantize %i, %s {slice_weights = array<i64: 1>, precision = #precision}
        : (tensor<1x1x5x1xi64>, tensor<1xf32>) -> tensor<1x5x1xf32>
      return %y : tensor<1x5x1xf32>
    }
    ```

    It is an error if a layer's precision is not complete, if its mapping is not
    executed yet, or if a partial sum of a layer with a non-ideal ADC can reach 2^24.
  }];
  let dependentDialects = ["::cim::CimDialect", "::mlir::tosa::TosaDialect"];
  let statistics = [Statistic<"numLayers", "layers", "Number of layers lowered">];
}

//===----------------------------------------------------------------------===//
// Array level
//===----------------------------------------------------------------------===//

def TilePass : Pass<"cim-tile", "::mlir::ModuleOp"> {
  let summary = "Cut the rows of layers into the tiles that arrays can read";
  let description = [{
    The arrays of each layer get the row tiles of its mapping, and the
    axis t of its partial sums their number. The tiles are summed as integers, so no
    result changes.

    ```mlir
    func.func @before(%c: tensor<1x300x10xi8>) {
      %a = cim.write_arrays %c : tensor<1x300x10xi8> -> !cim.arrays<groups = 1, rows = 300,
        columns = 10, tiles = [300], slices = [4], kind = differential_column>
      return
    }
    ```
    becomes, for crossbars of 256 rows,
    ```mlir
    func.func @after(%c: tensor<1x300x10xi8>) {
      %a = cim.write_arrays %c : tensor<1x300x10xi8> -> !cim.arrays<groups = 1, rows = 300,
        columns = 10, tiles = [256, 44], slices = [4], kind = differential_column>
      return
    }
    ```
  }];
  let statistics = [
    Statistic<"numLayers", "layers", "Number of layers cut">,
    Statistic<"numTiles", "tiles", "Number of row tiles of the layers cut">];
}

def BitSlicePass : Pass<"cim-bit-slice", "::mlir::ModuleOp"> {
  let summary = "Cut weights into cell slices and activations into DAC cycles";
  let description = [{
    The arrays of each layer get the slices, its `cim.mvm` the cycles of its
    precision and mapping, and the sums their powers of two, negative for cycles that
    are subtracted. Slices and cycles are summed as integers, so no result changes.

    ```mlir
    func.func @before(%c: tensor<1x64x10xi8>) {
      %a = cim.write_arrays %c : tensor<1x64x10xi8> -> !cim.arrays<groups = 1, rows = 64,
        columns = 10, tiles = [64], slices = [4], kind = differential_column>
      return
    }
    ```
    becomes, for cells of 2 bits,
    ```mlir
    func.func @after(%c: tensor<1x64x10xi8>) {
      %a = cim.write_arrays %c : tensor<1x64x10xi8> -> !cim.arrays<groups = 1, rows = 64,
        columns = 10, tiles = [64], slices = [2, 2], kind = differential_column>
      return
    }
    ```
  }];
  let statistics = [Statistic<"numLayers", "layers", "Number of layers cut">];
}

def InsertPartialSumQuantizationPass
    : Pass<"cim-insert-partial-sum-quantization", "::mlir::ModuleOp"> {
  let summary = "Insert the ADCs of layers";
  let description = [{
    Puts `cim.adc_quantize` after every `cim.mvm` whose ADC is not ideal, sums
    as integers only the axes that no scale depends on, and lets correction and
    dequantization know the ADC. Layers have to be cut into tiles, slices and
    cycles first. An ADC of placement preactivation follows `cim.shift_add`, whose axes all stay
    integers; the sums of a reference column join those that it converts unless weights have
    one bit. An ADC that `cim-simplify-adc` would prove lossless is
    recorded as ideal instead, so that the result always equals the layer's.

    ```mlir
    func.func @before(%p: tensor<1x2x4x5x3xi64>) -> tensor<1x1x5x3xi64> {
      %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>,
        slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
        : tensor<1x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
      return %i : tensor<1x1x5x3xi64>
    }
    ```
    becomes, with a column-wise ADC,
    ```mlir
    func.func @after(%p: tensor<1x2x4x5x3xi64>) -> tensor<1x2x5x3xi64> {
      %d = cim.adc_quantize %p {adc = #cim.adc<kind = linear, bits = 6, granularity = column,
        scale = dense<2.0> : tensor<1x2x3xf32>>} : tensor<1x2x4x5x3xi64>
      %i = cim.shift_add %d {cycle_weights = array<i64: 1, 2, 4, 8>,
        slice_weights = array<i64: 1, 4>} : tensor<1x2x4x5x3xi64> -> tensor<1x2x5x3xi64>
      return %i : tensor<1x2x5x3xi64>
    }
    ```
  }];
  let dependentDialects = ["::cim::CimDialect"];
  let statistics = [Statistic<"numLayers", "layers", "Number of layers that got an ADC">];
}

#endif // CIM_TRANSFORMS_PASSES_TD
