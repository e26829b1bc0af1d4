//===- XbarOps.td - Instructions of a crossbar program -----*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program, then crossbar instructions, then digital tensor instructions.
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

    Arrays of the kind `offset` have a reference column, whose sums R[t] of the digits of the
    inputs are weighted like cycles and added after the slices of each tile:
    `acc = fma(float32(R[t]), reference[t,n], acc)`. `reference` [T', N] is present exactly if
    there is an ADC or the codes have one bit; else the sums are those of the codes. Differential arrays of one bit may have it, too.

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
    UnitAttr:$sum_slices, UnitAttr:$sum_tiles, OptionalAttr<F32Attr>:$correction_scale,
    OptionalAttr<I64Attr>:$offset);
  let results = (outs Xbar_F32Tensor:$output);
  let assemblyFormat = [{
    $input `,` $arrays `,` `start` `(` $start `)` `,` `scale` `(` $scale `)`
    (`,` `reciprocal` `(` $reciprocal^ `)`)? (`,` `offsets` `(` $offsets^ `)`)?
    (`reference` `(` $reference^ `)`)? (`thresholds` `(` $thresholds^ `)`)?
    (`levels` `(` $levels^ `)`)?
    attr-dict `:` functional-type(operands, results)
  }];
}

//===----------------------------------------------------------------------===//
// Digital tensor instructions
//===----------------------------------------------------------------------===//

def Xbar_Conv2DOp : Xbar_Instruction<"conv2d"> {
  let summary = "float convolution";
  let description = [{
    NHWC input, weights [OC, KH, KW, IC / groups], bias [OC]; padding is zero.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
    %w = xbar.constant dense<1.0> : tensor<3x3x3x2xf32>
    %b = xbar.constant dense<0.0> : tensor<3xf32>
    %y = xbar.conv2d %x, %w, %b {groups = 1 : i64,
        window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>}
      : (tensor<1x4x4x2xf32>, tensor<3x3x3x2xf32>, tensor<3xf32>) -> tensor<1x4x4x3xf32>
    ```
  }];
  let arguments = (ins Xbar_F32Tensor4D:$input, Xbar_F32Tensor4D:$weight, Xbar_F32Tensor1D:$bias,
    Cim_WindowAttr:$window, I64Attr:$groups, OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_MatmulOp : Xbar_Instruction<"matmul"> {
  let summary = "float matrix product of batches";
  let description = [{
    `output[b,m,n] = sum_k lhs[b,m,k] * rhs[b,k,n]`; a batch of one is repeated.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<1x4x2xf32>
    %w = xbar.constant dense<1.0> : tensor<1x2x3xf32>
    %y = xbar.matmul %x, %w : (tensor<1x4x2xf32>, tensor<1x2x3xf32>) -> tensor<1x4x3xf32>
    ```
  }];
  let arguments = (ins Xbar_F32Tensor3D:$lhs, Xbar_F32Tensor3D:$rhs,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_UnaryOp : Xbar_Instruction<"unary"> {
  let summary = "elementwise function of one operand";
  let description = [{
    `abs` and `negate` take any numbers, `logical_not` takes `i1`, `bitwise_not` the integers
    but `i1`, all others f32.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<4xf32>
    %y = xbar.unary %x {kind = #xbar.unary_kind<tanh>} : (tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, Xbar_UnaryKindAttr:$kind,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_BinaryOp : Xbar_Instruction<"binary"> {
  let summary = "elementwise function of two operands";
  let description = [{
    Operands have the rank of the result; an axis of size 1 is repeated.
    Comparisons take any elements and give `i1`; `logical_*` take `i1`, `bitwise_*` and shifts
    the integers but `i1`, `pow` takes f32 and all others any numbers. Integers wrap, their
    quotient is truncated and 0 for a divisor of 0. A shift by less than 0, or by the width of the
    type or more, shifts all bits out: the result is 0, of an `arithmetic_right_shift`
    of a negative number -1. Right shifts of `ui8` are the same.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %b = xbar.constant dense<1.0> : tensor<1x4xf32>
    %y = xbar.binary %x, %b {kind = #xbar.binary_kind<add>}
      : (tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<3x4xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$lhs, Xbar_Tensor:$rhs, Xbar_BinaryKindAttr:$kind,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_ClampOp : Xbar_Instruction<"clamp"> {
  let summary = "clamp to a range";
  let description = [{
    `min(max(x, min), max)`; not-a-number is kept. A bound that the element type cannot hold is that
    of the type.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<4xf32>
    %y = xbar.clamp %x {min = 0.0 : f64, max = 6.0 : f64} : (tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, F64Attr:$min, F64Attr:$max,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_CastOp : Xbar_Instruction<"cast"> {
  let summary = "element type conversion";
  let description = [{
    Float to integer rounds half to even and saturates, not-a-number becomes 0; an integer that
    the result cannot hold wraps; to `i1` is `x != 0`.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<4xf32>
    %y = xbar.cast %x : (tensor<4xf32>) -> tensor<4xi32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_SelectOp : Xbar_Instruction<"select"> {
  let summary = "elementwise choice";
  let description = [{
    `condition ? on_true : on_false`; operands have the rank of the result, an
    axis of size 1 is repeated.

    ```mlir
    %c = xbar.constant dense<true> : tensor<4xi1>
    %x = xbar.constant dense<1.0> : tensor<4xf32>
    %y = xbar.select %c, %x, %x : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins Xbar_BoolTensor:$condition, Xbar_Tensor:$on_true, Xbar_Tensor:$on_false,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_ReduceOp : Xbar_Instruction<"reduce"> {
  let summary = "reduction over one axis";
  let description = [{
    The reduced axis keeps size 1.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.reduce %x {kind = #xbar.reduce_kind<sum>, axis = 1 : i64}
      : (tensor<3x4xf32>) -> tensor<3x1xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, Xbar_ReduceKindAttr:$kind, I64Attr:$axis,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_PoolOp : Xbar_Instruction<"pool"> {
  let summary = "pooling over windows";
  let description = [{
    NHWC; dilation is 1. Padding is left out of maxima and of averages.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
    %y = xbar.pool %x {kind = #xbar.pool_kind<max>,
        window = #cim.window<kernel = [2, 2], stride = [2, 2], pad = [0, 0, 0, 0], dilation = [1, 1]>}
      : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
    ```
  }];
  let arguments = (ins Xbar_F32Tensor4D:$input, Xbar_PoolKindAttr:$kind, Cim_WindowAttr:$window,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_TransposeOp : Xbar_Instruction<"transpose"> {
  let summary = "permutation of axes";
  let description = [{
    Axis i of the result is axis `permutation[i]` of the input.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.transpose %x {permutation = array<i64: 1, 0>} : (tensor<3x4xf32>) -> tensor<4x3xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, DenseI64ArrayAttr:$permutation,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_ReshapeOp : Xbar_Instruction<"reshape"> {
  let summary = "another shape of the same buffer";
  let description = [{
    The result shares the buffer of the operand: no bytes are moved.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.reshape %x : (tensor<3x4xf32>) -> tensor<12xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_SliceOp : Xbar_Instruction<"slice"> {
  let summary = "a box cut out of a tensor";
  let description = [{
    Element i of the result is element `start + i` of the input.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.slice %x {start = array<i64: 1, 0>} : (tensor<3x4xf32>) -> tensor<2x4xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, DenseI64ArrayAttr:$start,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_PadOp : Xbar_Instruction<"pad"> {
  let summary = "a tensor with a constant border";
  let description = [{
    `low` elements of `value` before each axis; the shape of the result says how
    many follow.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.pad %x {low = array<i64: 1, 0>, value = 0.0 : f64} : (tensor<3x4xf32>) -> tensor<5x4xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, DenseI64ArrayAttr:$low, F64Attr:$value,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_ConcatOp : Xbar_Instruction<"concat"> {
  let summary = "tensors joined along one axis";
  let description = [{
    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.concat %x, %x {axis = 0 : i64} : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<6x4xf32>
    ```
  }];
  let arguments = (ins Variadic<Xbar_Tensor>:$inputs, I64Attr:$axis,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_GatherOp : Xbar_Instruction<"gather"> {
  let summary = "rows chosen by indices";
  let description = [{
    `output[n,w,c] = values[n,indices[n,w],c]`. Indices are data: one that is not in 0..K-1 ends
    the run of the program with an error.

    ```mlir
    %v = xbar.constant dense<1.0> : tensor<1x5x3xf32>
    %i = xbar.constant dense<[[4, 0]]> : tensor<1x2xi32>
    %y = xbar.gather %v, %i : (tensor<1x5x3xf32>, tensor<1x2xi32>) -> tensor<1x2x3xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor3D:$values, Xbar_IndexTensor2D:$indices,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_ScatterOp : Xbar_Instruction<"scatter"> {
  let summary = "rows replaced where indices say";
  let description = [{
    A copy of `values` [N, K, C] whose row `indices[n,w]` is `input[n,w]`, for w ascending: of
    equal indices the last counts. An index that is not in 0..K-1 ends the run with an error.

    ```mlir
    %v = xbar.constant dense<1.0> : tensor<1x5x3xf32>
    %i = xbar.constant dense<[[4, 0]]> : tensor<1x2xi64>
    %x = xbar.constant dense<2.0> : tensor<1x2x3xf32>
    %y = xbar.scatter %v, %i, %x
      : (tensor<1x5x3xf32>, tensor<1x2xi64>, tensor<1x2x3xf32>) -> tensor<1x5x3xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor3D:$values, Xbar_IndexTensor2D:$indices, Xbar_Tensor3D:$input,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

#endif // XBAR_IR_XBAROPS_TD
