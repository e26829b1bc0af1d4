//===- XbarOps.td - Instructions of a crossbar program -----*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program, then crossbar instructions; XbarDigitalOps.td has the digital tensor instructions.
//
//===----------------------------------------------------------------------===//

#ifndef XBAR_IR_XBAROPS_TD
#define XBAR_IR_XBAROPS_TD

include "cim/IR/CimAttrs.td"
include "cim/IR/CimTypes.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "xbar/IR/XbarDialect.td"

class Xbar_Op<string name, list<Trait> traits = []> : Op<Xbar_Dialect, name, traits> {
  let hasVerifier = 1;
}

/// A tensor that the runtime can hold: static, not empty, of rank 6 at most.
class Xbar_TensorOf<list<Type> types, list<int> ranks = [0, 1, 2, 3, 4, 5, 6]>
    : RankedTensorOf<types, [
        HasAnyRankOfPred<ranks>,
        CPred<"::xbar::isBufferType($_self)">],
        "static tensor of rank " # !interleave(ranks, "/") # " and 1 to 2^40 bytes">;

def Xbar_Tensor : Xbar_TensorOf<[F32, I64, I32, I8, UI8, I1]>;
def Xbar_F32Tensor : Xbar_TensorOf<[F32]>;
def Xbar_F32Tensor1D : Xbar_TensorOf<[F32], [1]>;
def Xbar_F32Tensor3D : Xbar_TensorOf<[F32], [3]>;
def Xbar_F32Tensor4D : Xbar_TensorOf<[F32], [4]>;
def Xbar_F32Tensor2D : Xbar_TensorOf<[F32], [2]>;
def Xbar_I32Tensor3D : Xbar_TensorOf<[I32], [3]>;
def Xbar_I32Tensor4D : Xbar_TensorOf<[I32], [4]>;
def Xbar_Tensor3D : Xbar_TensorOf<[F32, I64, I32, I8, UI8, I1], [3]>;
def Xbar_IndexTensor2D : Xbar_TensorOf<[I64, I32], [2]>;
def Xbar_I8Tensor3D : Xbar_TensorOf<[I8], [3]>;
def Xbar_BoolTensor : Xbar_TensorOf<[I1]>;

//===----------------------------------------------------------------------===//
// Program
//===----------------------------------------------------------------------===//

def Xbar_ProgramOp : Xbar_Op<"program", [IsolatedFromAbove, Symbol, SingleBlock]> {
  let summary = "a crossbar program";
  let description = [{
    The arguments of the body are the inputs, named by `input_names`; its
    terminator `xbar.output` lists the outputs, named by `output_names`.
    `arena_bytes` is the size of the arena once memory is planned: then every
    instruction with a buffer has an `offset`, and buffers that are alive at the
    same time do not overlap (verified).

    ```mlir
    xbar.program @tiny attributes {input_names = ["x"], output_names = ["y"]} {
    ^bb0(%x: tensor<2xf32>):
      %y = xbar.unary %x {kind = #xbar.unary_kind<exp>} : (tensor<2xf32>) -> tensor<2xf32>
      xbar.output %y : tensor<2xf32>
    }
    ```
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name, StrArrayAttr:$input_names, StrArrayAttr:$output_names,
    OptionalAttr<I64Attr>:$arena_bytes, OptionalAttr<DenseI64ArrayAttr>:$input_offsets,
    OptionalAttr<Cim_TargetAttr>:$target, UnitAttr:$uncalibrated);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
  let hasRegionVerifier = 1;
}

def Xbar_OutputOp : Xbar_Op<"output", [Terminator, Pure, HasParent<"ProgramOp">]> {
  let summary = "the outputs of a program";
  let description = [{
    Ends a program and names the buffers that hold its results.

    ```mlir
    xbar.program @identity attributes {input_names = ["x"], output_names = ["y"]} {
    ^bb0(%x: tensor<2xf32>):
      xbar.output %x : tensor<2xf32>
    }
    ```
  }];
  let arguments = (ins Variadic<Xbar_Tensor>:$outputs);
  let hasVerifier = 0;
  let assemblyFormat = "($outputs^ `:` type($outputs))? attr-dict";
}

def Xbar_ConstantOp : Xbar_Op<"constant", [Pure, ConstantLike, AllTypesMatch<["value", "output"]>]> {
  let summary = "a constant buffer";
  let description = [{
    A tensor that is stored in the program file and used from there.

    ```mlir
    %c = xbar.constant dense<[1.0, 2.0]> : tensor<2xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Xbar_Tensor:$output);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
  let builders = [OpBuilder<(ins "::mlir::ElementsAttr":$value), [{
    build($_builder, $_state, value.getShapedType(), value);
  }]>];
}

//===----------------------------------------------------------------------===//
// Crossbar instructions
//===----------------------------------------------------------------------===//

def Xbar_WriteArraysOp : Xbar_Op<"write_arrays", [Pure]> {
  let summary = "array write: weight codes to the cells of placed arrays";
  let description = [{
    Writes codes [G, K, N / G] to the `num_arrays` arrays of `core` that begin at
    `first_array`. `kernel_area` is KH * KW of the layer.

    ```mlir
    %w = xbar.constant dense<1> : tensor<1x18x4xi8>
    %a = xbar.write_arrays %w {layer = "conv", kernel_area = 9, core = 0, first_array = 0, num_arrays = 1}
      : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18],
                                         slices = [2, 2], kind = differential_column>
    ```
  }];
  let arguments = (ins
    Xbar_I8Tensor3D:$codes, StrAttr:$layer, I64Attr:$kernel_area,
    I64Attr:$core, I64Attr:$first_array, I64Attr:$num_arrays);
  let results = (outs Cim_ArraysType:$arrays);
  let assemblyFormat = "$codes attr-dict `:` type($codes) `->` type($arrays)";
}

def Xbar_WriteArraysDynamicOp : Xbar_Op<"write_arrays_dynamic", [Pure]> {
  let summary = "array write at run time: computed weights to the cells of placed arrays";
  let description = [{
    Quantizes `weight` [G, K, N] to codes
    `clamp(roundeven(weight / weight_scale), -Q, Q)`, Q = 2^(weight_bits-1)-1, not-a-number to
    0, and writes them to the `num_arrays` arrays of `core` that begin at `first_array`.
    Every inference writes them anew.

    ```mlir
    %k = xbar.constant dense<1.0> : tensor<4x16x50xf32>
    %a = xbar.write_arrays_dynamic %k {layer = "scores", weight_bits = 4, weight_scale = 0.25 : f32,
        core = 0, first_array = 0, num_arrays = 4}
      : tensor<4x16x50xf32> -> !cim.arrays<groups = 4, rows = 16, columns = 50, tiles = [16],
                                           slices = [2, 2], kind = differential_column>
    ```
  }];
  let arguments = (ins
    Xbar_F32Tensor3D:$weight, StrAttr:$layer, I64Attr:$weight_bits, F32Attr:$weight_scale,
    I64Attr:$core, I64Attr:$first_array, I64Attr:$num_arrays);
  let results = (outs Cim_ArraysType:$arrays);
  let assemblyFormat = "$weight attr-dict `:` type($weight) `->` type($arrays)";
}

/// An instruction with one result buffer in the arena.
class Xbar_Instruction<string name, list<Trait> traits = []>
    : Xbar_Op<name, !listconcat([Pure], traits)> {
  let results = (outs Xbar_Tensor:$output);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Xbar_MvmOp : Xbar_Instruction<"mvm", [AttrSizedOperandSegments]> {
  let summary = "fused crossbar layer";
  let description = [{
    Quantizes `input` with `activation` (whose scale is present), multiplies its
    digits of `cycles` bits, made by `input_encoding` as in `cim.mvm`, with the slices of
    `arrays`, converts with the ADC, shifts and adds, and dequantizes:
    `acc = start[n]; for t: for s: acc = fma(float32(I), scale[t,s,n], acc)`.

    With `reciprocal` (and `adc_range` = [qmin, qmax]) the ADC is linear:
    `clamp(roundeven(float32(p - offsets[t,s,n]) * reciprocal[t,s,n]), qmin, qmax)`;
    with `thresholds` and `levels` it is a table: `levels[number of thresholds below p]`;
    without, it is ideal, which needs `sum_slices`. `sum_slices` and `sum_tiles` say which axes are summed
    as integers: `scale` is [T', S', N] with summed axes of size 1. `reciprocal` and `offsets` are
    [T, S, N]; `thresholds` are [T", S", N", L], strictly increasing and below 2^24, where the first
    three sizes are 1 or those of [T, S, N], and `levels` [T", S", N", L+1] are integers of 16 bits.

    With `preactivation` the table converts the outputs instead: partial sums are those of an ideal
    ADC, which needs `sum_slices` and `sum_tiles`, and `levels[number of thresholds below I]` takes the
    place of I. Thresholds are any integers of 32 bits then, of [1, 1, 1, L] or [1, 1, N, L].

    Arrays of the kind `offset` have a reference column, whose sums R[t] of the digits of the
    inputs are weighted like cycles and added after the slices of each tile:
    `acc = fma(float32(R[t]), reference[t,n], acc)`. `reference` [T', N] is present exactly if
    an ADC converts partial sums or the codes have one bit; else the sums are those of the codes. Differential
    arrays of one bit may have it, too.

    Arrays of G groups without a `window` hold the matrices of G heads, which share
    `start`, `scale`, `reciprocal` and `offsets`: the input is [G, M, K], the output [G, M, N].
    With arrays that are written at run time and `input_encoding` offset the outputs (g, n)
    begin at `fma(float32(-z * sum_k w[g,k,n]), correction_scale, start[n])` where z is the zero
    point of `activation` and w are the weight codes; `correction_scale` is present exactly then.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<5x18xf32>
    %w = xbar.constant dense<1> : tensor<1x18x4xi8>
    %start = xbar.constant dense<0.0> : tensor<4xf32>
    %scale = xbar.constant dense<0.5> : tensor<1x1x4xf32>
    %r = xbar.constant dense<0.5> : tensor<1x2x4xf32>
    %a = xbar.write_arrays %w {layer = "fc", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
      : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18],
                                         slices = [2, 2], kind = differential_column>
    %y = xbar.mvm %x, %a, start(%start), scale(%scale), reciprocal(%r) {layer = "fc",
        activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 1, 1, 1, 1>,
        adc_range = array<i64: -32, 31>, sum_slices, sum_tiles}
      : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18],
         slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>,
         tensor<1x2x4xf32>) -> tensor<5x4xf32>
    ```

    Offset arrays and a table of three levels:

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<5x18xf32>
    %w = xbar.constant dense<1> : tensor<1x18x4xi8>
    %start = xbar.constant dense<0.0> : tensor<4xf32>
    %scale = xbar.constant dense<0.5> : tensor<1x1x4xf32>
    %reference = xbar.constant dense<-4.0> : tensor<1x4xf32>
    %thresholds = xbar.constant dense<[[[[4, 12]]]]> : tensor<1x1x1x2xi32>
    %levels = xbar.constant dense<[[[[0, 8, 16]]]]> : tensor<1x1x1x3xi32>
    %a = xbar.write_arrays %w {layer = "fc", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
      : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [4], kind = offset>
    %y = xbar.mvm %x, %a, start(%start), scale(%scale) reference(%reference) thresholds(%thresholds) levels(%levels)
        {layer = "fc", activation = #cim.activation<bits = 1, scale = 1.0 : f32>, cycles = array<i64: 1>, sum_slices, sum_tiles}
      : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [4], kind = offset>,
         tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x4xf32>, tensor<1x1x1x2xi32>, tensor<1x1x1x3xi32>) -> tensor<5x4xf32>
    ```

    Outputs that a table of two thresholds for each column converts:

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<5x18xf32>
    %w = xbar.constant dense<1> : tensor<1x18x2xi8>
    %start = xbar.constant dense<0.0> : tensor<2xf32>
    %scale = xbar.constant dense<0.5> : tensor<1x1x2xf32>
    %thresholds = xbar.constant dense<[[[[-70, 90], [0, 250]]]]> : tensor<1x1x2x2xi32>
    %levels = xbar.constant dense<[[[[-9, 0, 12], [0, 8, 31]]]]> : tensor<1x1x2x3xi32>
    %a = xbar.write_arrays %w {layer = "fc", kernel_area = 1, core = 0, first_array = 0, num_arrays = 2}
      : tensor<1x18x2xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 2, tiles = [9, 9], slices = [2, 2], kind = offset>
    %y = xbar.mvm %x, %a, start(%start), scale(%scale) thresholds(%thresholds) levels(%levels)
        {layer = "fc", preactivation, activation = #cim.activation<bits = 4, scale = 1.0 : f32>,
         cycles = array<i64: 1, 1, 1, 1>, sum_slices, sum_tiles}
      : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 2, tiles = [9, 9], slices = [2, 2], kind = offset>,
         tensor<2xf32>, tensor<1x1x2xf32>, tensor<1x1x2x2xi32>, tensor<1x1x2x3xi32>) -> tensor<5x2xf32>
    ```
  }];
  let arguments = (ins
    Xbar_F32Tensor:$input, Cim_ArraysType:$arrays,
    Xbar_F32Tensor1D:$start, Xbar_F32Tensor3D:$scale,
    Optional<Xbar_F32Tensor3D>:$reciprocal, Optional<Xbar_I32Tensor3D>:$offsets,
    Optional<Xbar_F32Tensor2D>:$reference,
    Optional<Xbar_I32Tensor4D>:$thresholds, Optional<Xbar_I32Tensor4D>:$levels,
    StrAttr:$layer, OptionalAttr<Cim_WindowAttr>:$window,
    Cim_ActivationAttr:$activation, DenseI64ArrayAttr:$cycles,
    DefaultValuedAttr<Cim_InputEncodingAttr, "::cim::InputEncoding::Offset">:$input_encoding,
    OptionalAttr<DenseI64ArrayAttr>:$adc_range,
    UnitAttr:$preactivation, UnitAttr:$sum_slices, UnitAttr:$sum_tiles,
    OptionalAttr<F32Attr>:$correction_scale, OptionalAttr<I64Attr>:$offset);
  let extraClassDeclaration = [{
    /// True if an ADC that is not ideal converts partial sums.
    bool convertsPartialSums() {
      return getReciprocal() || (getThresholds() && !getPreactivation());
    }
  }];
  let results = (outs Xbar_F32Tensor:$output);
  let assemblyFormat = [{
    $input `,` $arrays `,` `start` `(` $start `)` `,` `scale` `(` $scale `)`
    (`,` `reciprocal` `(` $reciprocal^ `)`)? (`,` `offsets` `(` $offsets^ `)`)?
    (`reference` `(` $reference^ `)`)? (`thresholds` `(` $thresholds^ `)`)?
    (`levels` `(` $levels^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
}

include "xbar/IR/XbarDigitalOps.td"

#endif // XBAR_IR_XBAROPS_TD
