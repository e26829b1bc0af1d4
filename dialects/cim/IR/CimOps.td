//===- CimOps.td - Operations of the cim dialect -----------*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The quantization of imported models first, then layer-level operations, then the
// array level in the order of the hardware: quantize, write, multiply, convert, add,
// dequantize.
//
// Letters in the descriptions: m output position, k row of the weight matrix
// (channel, kernel row, kernel column; channel slowest), n output; t row tile,
// s weight slice, b input cycle; G groups, K rows and N outputs (of all groups).
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_CIMOPS_TD
#define CIM_IR_CIMOPS_TD

include "cim/IR/CimAttrs.td"
include "cim/IR/CimInterfaces.td"
include "cim/IR/CimTypes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Cim_Op<string name, list<Trait> traits = []>
    : Op<Cim_Dialect, name, !listconcat([Pure], traits)> {
  let hasVerifier = 1;
}

def Cim_Codes : TensorOf<[UI<8>]>;
def Cim_WeightCodes : 3DTensorOf<[I8]>;
def Cim_Sums : TensorOf<[I64]>;
def Cim_Start : RankedTensorOf<[F32], [HasAnyRankOfPred<[1, 2]>], "1D/2D tensor">;

/// Elements of `!quant.uniform`, per tensor or per axis; verifiers check the rest.
def Cim_QuantizedElement : Type<
    CPred<"::llvm::isa<::mlir::quant::UniformQuantizedType, "
          "::mlir::quant::UniformQuantizedPerAxisType>($_self)">,
    "uniform quantized type">;
def Cim_Quantized : TensorOf<[Cim_QuantizedElement]>;
def Cim_StoredCodes : TensorOf<[I8, UI<8>, I32]>;

//===----------------------------------------------------------------------===//
// Quantization of imported models
//===----------------------------------------------------------------------===//

def Cim_QuantizeOp : Cim_Op<"quantize", [SameOperandsAndResultShape]> {
  let summary = "floats to the codes of a quantized type";
  let description = [{
    What a model says of its own quantization, anywhere between `tosa` operations:
    `codes = clamp(roundeven(input / s) + z, lo, hi)` with an IEEE division, where scale s,
    zero point z and the storage range lo..hi are those of the result type, per tensor or
    per axis; not-a-number becomes z. With `binary` codes are 1 where `input >= 0` and -1
    elsewhere, and the storage is `i2<-1:1>` with zero points 0.

    Storage is 1 to 8 bits wide, signed or unsigned, scales are normal positive float32
    numbers and zero points lie in the storage range. There is no folder: quantization is
    a property of the model and survives every simplification. `convert-tosa-to-cim` makes it the precision of the layers that read
    it; what no layer takes is executed digitally. This is not
    `cim.quantize_activation` or `cim.quantize_weight`, which are the first step of one
    layer at the array level and give the codes that crossbars take.

    ```mlir
    func.func @quantize(%x: tensor<2x3xf32>)
        -> (tensor<2x3x!quant.uniform<u4:f32, 0.5:8>>,
            tensor<2x3x!quant.uniform<i4<-7:7>:f32:1, {0.5, 0.25, 0.5}>>,
            tensor<2x3x!quant.uniform<i2<-1:1>:f32, 0.5>>) {
      %u = cim.quantize %x : tensor<2x3xf32> -> tensor<2x3x!quant.uniform<u4:f32, 0.5:8>>
      %c = cim.quantize %x
        : tensor<2x3xf32> -> tensor<2x3x!quant.uniform<i4<-7:7>:f32:1, {0.5, 0.25, 0.5}>>
      %b = cim.quantize binary %x : tensor<2x3xf32> -> tensor<2x3x!quant.uniform<i2<-1:1>:f32, 0.5>>
      return %u, %c, %b : tensor<2x3x!quant.uniform<u4:f32, 0.5:8>>,
        tensor<2x3x!quant.uniform<i4<-7:7>:f32:1, {0.5, 0.25, 0.5}>>,
        tensor<2x3x!quant.uniform<i2<-1:1>:f32, 0.5>>
    }
    ```
  }];
  let arguments = (ins TensorOf<[F32]>:$input, UnitAttr:$binary);
  let results = (outs Cim_Quantized:$codes);
  let assemblyFormat = "(`binary` $binary^)? $input attr-dict `:` type($input) `->` type($codes)";
}

def Cim_DequantizeOp : Cim_Op<"dequantize", [SameOperandsAndResultShape]> {
  let summary = "codes of a quantized type to floats";
  let description = [{
    `output = float32(codes - z) * s`, one float32 multiplication, with the scale and
    zero point of the operand type. See `cim.quantize`.

    ```mlir
    func.func @dequantize(%q: tensor<2x3x!quant.uniform<u4:f32, 0.5:8>>) -> tensor<2x3xf32> {
      %y = cim.dequantize %q : tensor<2x3x!quant.uniform<u4:f32, 0.5:8>> -> tensor<2x3xf32>
      return %y : tensor<2x3xf32>
    }
    ```
  }];
  let arguments = (ins Cim_Quantized:$codes);
  let results = (outs TensorOf<[F32]>:$output);
  let assemblyFormat = "$codes attr-dict `:` type($codes) `->` type($output)";
}

def Cim_StorageCastOp : Cim_Op<"storage_cast", [SameOperandsAndResultShape]> {
  let summary = "between integers and codes of a quantized type";
  let description = [{
    Gives integers the meaning of a quantized type, clamping them to its storage range, or
    the codes of a quantized type as integers. The integer type is one that can hold
    the whole storage range. Constant codes are a `tosa.const` of i8, ui8 or i32, cast.

    ```mlir
    func.func @weight() -> tensor<4xf32> {
      %c = "tosa.const"() {values = dense<[-7, 0, 3, 7]> : tensor<4xi8>} : () -> tensor<4xi8>
      %q = cim.storage_cast %c : tensor<4xi8> -> tensor<4x!quant.uniform<i4<-7:7>:f32, 0.5>>
      %w = cim.dequantize %q : tensor<4x!quant.uniform<i4<-7:7>:f32, 0.5>> -> tensor<4xf32>
      return %w : tensor<4xf32>
    }
    ```
  }];
  let arguments = (ins AnyTypeOf<[Cim_StoredCodes, Cim_Quantized]>:$input);
  let results = (outs AnyTypeOf<[Cim_StoredCodes, Cim_Quantized]>:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
}

//===----------------------------------------------------------------------===//
// Layer level
//===----------------------------------------------------------------------===//

def Cim_Conv2DOp : Cim_Op<"conv2d", [DeclareOpInterfaceMethods<Cim_LayerOpInterface,
                                     ["getWindowOrNull", "getLayerShape"]>]> {
  let summary = "a two-dimensional convolution mapped to crossbars";
  let description = [{
    A convolution of an NHWC input with weights [OC, KH, KW, IC / groups] plus a
    bias [OC]. Without `precision`, or while scales are missing, it is a float
    convolution; with all scales present it has the arithmetic of a crossbar
    layer: every group is a matrix of K = IC / groups * KH * KW rows. With `quantization`
    it is a float convolution of operands that are quantized and dequantized as that says.

    ```mlir
    func.func @conv(%x: tensor<1x8x8x4xf32>, %w: tensor<6x3x3x4xf32>,
                    %b: tensor<6xf32>) -> tensor<1x8x8x6xf32> {
      %y = cim.conv2d %x, %w, %b {layer = "conv",
        window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
        mapping = #cim.mapping<crossbar = <rows = 256>>}
        : (tensor<1x8x8x4xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>) -> tensor<1x8x8x6xf32>
      return %y : tensor<1x8x8x6xf32>
    }
    ```
  }];
  let arguments = (ins
    4DTensorOf<[F32]>:$input, 4DTensorOf<[F32]>:$weight, 1DTensorOf<[F32]>:$bias,
    StrAttr:$layer, Cim_WindowAttr:$window,
    DefaultValuedAttr<I64Attr, "1">:$groups,
    Cim_MappingAttr:$mapping, OptionalAttr<Cim_PrecisionAttr>:$precision,
    OptionalAttr<Cim_QuantizationAttr>:$quantization);
  let results = (outs 4DTensorOf<[F32]>:$output);
  let assemblyFormat = [{
    $input `,` $weight `,` $bias attr-dict `:` functional-type(operands, results)
  }];
}

def Cim_MatmulOp : Cim_Op<"matmul", [DeclareOpInterfaceMethods<Cim_LayerOpInterface,
                                     ["getWindowOrNull", "getLayerShape"]>]> {
  let summary = "a matrix product with constant weights, mapped to crossbars";
  let description = [{
    `output[b,m,n] = sum_k input[b,m,k] * weight[0,k,n] + bias[n]`. Without
    `precision`, or while scales are missing, it is a float product; with all
    scales present it has the arithmetic of a crossbar layer. `quantization` is that of
    `cim.conv2d`.

    ```mlir
    func.func @dense(%x: tensor<1x1x64xf32>, %w: tensor<1x64x10xf32>,
                     %b: tensor<10xf32>) -> tensor<1x1x10xf32> {
      %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <rows = 256>>}
        : (tensor<1x1x64xf32>, tensor<1x64x10xf32>, tensor<10xf32>) -> tensor<1x1x10xf32>
      return %y : tensor<1x1x10xf32>
    }
    ```
  }];
  let arguments = (ins
    3DTensorOf<[F32]>:$input, 3DTensorOf<[F32]>:$weight, 1DTensorOf<[F32]>:$bias,
    StrAttr:$layer, Cim_MappingAttr:$mapping, OptionalAttr<Cim_PrecisionAttr>:$precision,
    OptionalAttr<Cim_QuantizationAttr>:$quantization);
  let results = (outs 3DTensorOf<[F32]>:$output);
  let assemblyFormat = [{
    $input `,` $weight `,` $bias attr-dict `:` functional-type(operands, results)
  }];
}

def Cim_MatmulDynamicOp : Cim_Op<"matmul_dynamic", [
    DeclareOpInterfaceMethods<Cim_LayerOpInterface,
                              ["getWindowOrNull", "getLayerShape", "isDynamic"]>]> {
  let summary = "a matrix product of two computed operands, mapped to crossbars";
  let description = [{
    `output[h,m,n] = sum_k input[h,m,k] * weight[h,k,n]` where both operands are computed, as
    in attention: h counts heads and batches. Without `precision`, or while scales are
    missing, it is a float product; with all scales present every matrix `weight[h]` is
    quantized at run time and written into arrays, and the product has the arithmetic of
    a crossbar layer. All matrices share every scale: the weight scale is one for the
    layer and the range of its codes is `narrow`. `quantization` is that of `cim.conv2d`.

    ```mlir
    func.func @scores(%q: tensor<4x50x16xf32>, %k: tensor<4x16x50xf32>) -> tensor<4x50x50xf32> {
      %y = cim.matmul_dynamic %q, %k {layer = "scores", mapping = #cim.mapping<crossbar = <rows = 256>>}
        : (tensor<4x50x16xf32>, tensor<4x16x50xf32>) -> tensor<4x50x50xf32>
      return %y : tensor<4x50x50xf32>
    }
    ```
  }];
  let arguments = (ins
    3DTensorOf<[F32]>:$input, 3DTensorOf<[F32]>:$weight,
    StrAttr:$layer, Cim_MappingAttr:$mapping, OptionalAttr<Cim_PrecisionAttr>:$precision,
    OptionalAttr<Cim_QuantizationAttr>:$quantization);
  let results = (outs 3DTensorOf<[F32]>:$output);
  let assemblyFormat = [{
    $input `,` $weight attr-dict `:` functional-type(operands, results)
  }];
}

//===----------------------------------------------------------------------===//
// Array level
//===----------------------------------------------------------------------===//

def Cim_QuantizeActivationOp : Cim_Op<"quantize_activation"> {
  let summary = "activations to unsigned codes";
  let description = [{
    `codes = clamp(roundeven(input / scale), -z, 2^bits-1-z) + z`; not-a-number
    becomes z. `activation` must have its scale.

    ```mlir
    func.func @quantize(%x: tensor<2x3xf32>) -> tensor<2x3xui8> {
      %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 0.5 : f32>}
        : tensor<2x3xf32> -> tensor<2x3xui8>
      return %q : tensor<2x3xui8>
    }
    ```
  }];
  let arguments = (ins TensorOf<[F32]>:$input, Cim_ActivationAttr:$activation);
  let results = (outs Cim_Codes:$codes);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($codes)";
}

def Cim_QuantizeWeightOp : Cim_Op<"quantize_weight"> {
  let summary = "a computed weight to signed codes";
  let description = [{
    `codes = clamp(roundeven(input / scale), -Q, Q)` with Q = 2^(bits-1)-1; not-a-number
    becomes 0. `weight` has one scale for the layer and narrow range.

    ```mlir
    func.func @quantize_weight(%k: tensor<4x16x50xf32>) -> tensor<4x16x50xi8> {
      %q = cim.quantize_weight %k {weight = #cim.weight<bits = 4, granularity = layer,
        scale = dense<0.5> : tensor<f32>>} : tensor<4x16x50xf32> -> tensor<4x16x50xi8>
      return %q : tensor<4x16x50xi8>
    }
    ```
  }];
  let arguments = (ins 3DTensorOf<[F32]>:$input, Cim_WeightAttr:$weight);
  let results = (outs Cim_WeightCodes:$codes);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($codes)";
}

def Cim_WriteArraysOp : Cim_Op<"write_arrays"> {
  let summary = "weight codes to the cells of arrays";
  let description = [{
    Stores weight codes [G, K, N / G] as the tiles and slices of the result
    type. The codes are not changed, only laid out. Codes that are not a constant are
    written at run time, by every inference.

    ```mlir
    func.func @write(%w: tensor<1x18x4xi8>) {
      %a = cim.write_arrays %w : tensor<1x18x4xi8>
        -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [9, 9], slices = [2, 2],
                       kind = differential_column>
      return
    }
    ```
  }];
  let arguments = (ins Cim_WeightCodes:$codes);
  let results = (outs Cim_ArraysType:$arrays);
  let assemblyFormat = "$codes attr-dict `:` type($codes) `->` type($arrays)";
}

def Cim_MvmOp : Cim_Op<"mvm"> {
  let summary = "matrix-vector products with visible tile, slice and cycle axes";
  let description = [{
    The exact partial sums `p[t,s,b,m,n] = sum_{k in t} x_b[m,k] * w_s[k,n]`,
    where x_b is the digit of the input codes in cycle b (`cycles` lists the
    bits of each cycle, least significant first) and w_s is slice s of the
    weight code. With a `window` the input is NHWC and padding reads as the
    zero point; without, the last axis of the input is k and the others are m.
    Arrays of G > 1 groups without a window hold the matrices of G heads: the input is
    [G, M, K], n counts the columns of one head, and position m is of head m / M.

    Digits are those of the input code xq of A bits for `input_encoding = offset` of
    `mapping`, of `xq xor 2^(A-1)` for `twos_complement`, whose last cycle is the sign
    bit; they are never negative. For `differential` b counts twice through `cycles`: digits
    of `max(xq - z, 0)`, then those of `max(z - xq, 0)`.

    Arrays of kind `offset`, and those of binary weights with `beta`, have a column of ones, which
    gives the second result: the sums of digits `reference[t,b,m,g] = sum_{k in t} x_b[m,k]` of every group g, read exactly.

    `precision` and `mapping` are those of the layer: what later passes aim at.
    What is reached already is in the type of `arrays` and in `cycles`.

    ```mlir
    func.func @mvm(%x: tensor<5x18xui8>,
        %a: !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2],
                        kind = differential_column>) -> tensor<1x2x4x5x4xi64> {
      %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>,
        precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>,
                                   adc = <kind = ideal>>,
        mapping = #cim.mapping<crossbar = <rows = 256>>}
        : (tensor<5x18xui8>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18],
           slices = [2, 2], kind = differential_column>) -> tensor<1x2x4x5x4xi64>
      return %p : tensor<1x2x4x5x4xi64>
    }

    func.func @offset(%x: tensor<5x18xui8>,
        %a: !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [4],
                        kind = offset>) -> (tensor<1x1x1x5x4xi64>, tensor<1x1x5x1xi64>) {
      %p, %r = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>,
        precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>,
                                   adc = <kind = ideal>>,
        mapping = #cim.mapping<kind = offset, crossbar = <rows = 256>>}
        : (tensor<5x18xui8>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18],
           slices = [4], kind = offset>) -> (tensor<1x1x1x5x4xi64>, tensor<1x1x5x1xi64>)
      return %p, %r : tensor<1x1x1x5x4xi64>, tensor<1x1x5x1xi64>
    }
    ```
  }];
  let arguments = (ins
    Cim_Codes:$input, Cim_ArraysType:$arrays,
    StrAttr:$layer, OptionalAttr<Cim_WindowAttr>:$window,
    DenseI64ArrayAttr:$cycles, Cim_PrecisionAttr:$precision, Cim_MappingAttr:$mapping);
  let results = (outs Cim_Sums:$sums, Optional<Cim_Sums>:$reference);
  let assemblyFormat = [{
    $input `,` $arrays attr-dict `:` functional-type(operands, results)
  }];
}

def Cim_AdcQuantizeOp : Cim_Op<"adc_quantize", [AllTypesMatch<["sums", "codes"]>]> {
  let summary = "partial sums or outputs to ADC codes";
  let description = [{
    Converts each partial sum `[t,s,b,m,n]` with the scale and offset, or the thresholds and
    levels, that `adc` declares for its layer, tile or column. `adc` must have its scale. With
    `unsigned_codes`, for mappings whose digits are not negative, codes of a linear ADC are
    0..2^bits-1.

    With `placement = preactivation` it follows the `cim.shift_add` and converts sums [1, 1, M, N]
    over all axes. Those of weights in offset cells lose `2^(weight_bits-1) * reference[0,m,g]`
    first, g being the group of n, and are then those of signed weights.

    ```mlir
    func.func @adc(%p: tensor<1x2x4x5x4xi64>) -> tensor<1x2x4x5x4xi64> {
      %q = cim.adc_quantize %p {adc = #cim.adc<kind = linear, bits = 6, granularity = layer,
        scale = dense<2.0> : tensor<f32>>} : tensor<1x2x4x5x4xi64>
      return %q : tensor<1x2x4x5x4xi64>
    }

    func.func @outputs(%i: tensor<1x1x5x4xi64>, %r: tensor<1x5x1xi64>) -> tensor<1x1x5x4xi64> {
      %q = cim.adc_quantize %i, reference(%r : tensor<1x5x1xi64>) {weight_bits = 4 : i64,
        adc = #cim.adc<kind = table, placement = preactivation, bits = 2,
          scale = dense<4.0> : tensor<f32>, thresholds = dense<[-99, 0, 60]> : tensor<3xi32>,
          levels = dense<[-60, -12, 6, 40]> : tensor<4xi32>>} : tensor<1x1x5x4xi64>
      return %q : tensor<1x1x5x4xi64>
    }
    ```
  }];
  let arguments = (ins Cim_Sums:$sums, Optional<Cim_Sums>:$reference, Cim_AdcAttr:$adc,
                       UnitAttr:$unsigned_codes, OptionalAttr<I64Attr>:$weight_bits);
  let results = (outs Cim_Sums:$codes);
  let assemblyFormat = [{
    $sums (`,` `reference` `(` $reference^ `:` type($reference) `)`)? attr-dict `:` type($sums)
  }];
}

def Cim_ShiftAddOp : Cim_Op<"shift_add"> {
  let summary = "integer sums over cycles, slices and tiles";
  let description = [{
    Sums `codes[t,s,b,m,n]` over b, each cycle weighted by its entry of
    `cycle_weights`, negative where a cycle is subtracted; over s weighted by `slice_weights`
    if `sum_slices` is set; over t if `sum_tiles` is set. Axes that are not summed keep their size,
    summed ones become 1. The result is [T', S', M, N]. A `reference` [T, B, M, G] is summed over
    the same b and t to a second result [T', M, G].

    ```mlir
    func.func @add(%q: tensor<3x2x4x5x4xi64>) -> tensor<3x1x5x4xi64> {
      %i = cim.shift_add %q {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
        sum_slices} : tensor<3x2x4x5x4xi64> -> tensor<3x1x5x4xi64>
      return %i : tensor<3x1x5x4xi64>
    }
    ```
  }];
  let arguments = (ins
    Cim_Sums:$codes, Optional<Cim_Sums>:$reference, DenseI64ArrayAttr:$cycle_weights,
    DenseI64ArrayAttr:$slice_weights, UnitAttr:$sum_slices, UnitAttr:$sum_tiles);
  let results = (outs Cim_Sums:$sums, Optional<Cim_Sums>:$added_reference);
  let assemblyFormat = [{
    $codes (`,` `reference` `(` $reference^ `:` type($reference) `->` type($added_reference) `)`)?
    attr-dict `:` type($codes) `->` type($sums)
  }];
}

def Cim_CorrectionOp : Cim_Op<"correction"> {
  let summary = "the input-independent part of a layer's output";
  let description = [{
    `const[n]` in double, rounded once to float32: the bias; minus
    `z * s_a * sum_k (s_w[t(k),n] * w[k,n] + beta[t(k),n])` (k ascending over all rows, beta where
    weights have one) if `input_encoding` is offset, as other encodings do not add z to the inputs; plus, for t then
    s ascending, `s_w * s_a * o[t,s,n] * slice_weights[s] * sum_b cycle_weights[b]` if the
    ADC has window offsets. Binary weights of an offset mapping count `2 * s_w` a step there.

    ```mlir
    func.func @correction(%b: tensor<4xf32>,
        %a: !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2],
                        kind = differential_column>) -> tensor<4xf32> {
      %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>,
        slice_weights = array<i64: 1, 4>,
        precision = #cim.precision<
          weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
          activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <kind = ideal>>}
        : (!cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2],
           kind = differential_column>, tensor<4xf32>) -> tensor<4xf32>
      return %c : tensor<4xf32>
    }
    ```
  }];
  let arguments = (ins
    Cim_ArraysType:$arrays, 1DTensorOf<[F32]>:$bias,
    DenseI64ArrayAttr:$cycle_weights, DenseI64ArrayAttr:$slice_weights,
    Cim_PrecisionAttr:$precision,
    DefaultValuedAttr<Cim_InputEncodingAttr, "::cim::InputEncoding::Offset">:$input_encoding);
  let results = (outs Cim_Start:$start);
  let assemblyFormat = "$arrays `,` $bias attr-dict `:` functional-type(operands, results)";
}

def Cim_AdcDequantizeOp : Cim_Op<"adc_dequantize"> {
  let summary = "integer sums to float outputs";
  let description = [{
    `acc = start[n]; for t: for s: acc = fma(float32(sums[t,s,m,n]), scale, acc)`
    where `scale` is the product in double, rounded once, of s_p (if the ADC of
    `precision` is not ideal), s_w, s_a and `slice_weights[s]`. `slice_weights`
    has one entry per s of `sums`. The last axis of the result is n, the
    others are m. A `start` of rank 2 has a row for each head, to which an equal share
    of the positions belongs.

    With the `reference` [T', M, G] of an offset mapping and weights of W bits the sums of an ideal ADC
    lose `2^(W-1) * reference[t,m,g]`, g being the group of n, and are those of signed weights. With
    another ADC, of partial sums, `acc = fma(float32(reference[t,m,g]), -float32(s_w * s_a * 2^(W-1)), acc)` follows
    the s-loop of t. Binary weights (W = 1) have this step whatever the ADC, with the factor
    `float32((beta - s_w) * s_a)`, and `2 * s_w` takes the place of s_w in `scale`. The reference of a
    differential mapping is marked by `differential`: its factor is `float32(beta * s_a)`.

    ```mlir
    func.func @dequantize(%i: tensor<1x1x5x4xi64>, %c: tensor<4xf32>) -> tensor<5x4xf32> {
      %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>,
        precision = #cim.precision<
          weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
          activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>}
        : (tensor<1x1x5x4xi64>, tensor<4xf32>) -> tensor<5x4xf32>
      return %y : tensor<5x4xf32>
    }

    func.func @binary(%i: tensor<1x1x5x4xi64>, %r: tensor<1x5x1xi64>, %c: tensor<4xf32>)
        -> tensor<5x4xf32> {
      %y = cim.adc_dequantize %i, %c, reference(%r) {differential, slice_weights = array<i64: 1>,
        precision = #cim.precision<
          weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>,
                    beta = dense<0.125> : tensor<f32>>,
          activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>}
        : (tensor<1x1x5x4xi64>, tensor<4xf32>, tensor<1x5x1xi64>) -> tensor<5x4xf32>
      return %y : tensor<5x4xf32>
    }
    ```
  }];
  let arguments = (ins
    Cim_Sums:$sums, Cim_Start:$start, Optional<Cim_Sums>:$reference, UnitAttr:$differential,
    DenseI64ArrayAttr:$slice_weights, Cim_PrecisionAttr:$precision);
  let results = (outs TensorOf<[F32]>:$output);
  let assemblyFormat = [{
    $sums `,` $start (`,` `reference` `(` $reference^ `)`)? attr-dict
    `:` functional-type(operands, results)
  }];
}

#endif // CIM_IR_CIMOPS_TD
