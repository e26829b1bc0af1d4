//===- CimAttrs.td - Attributes of the cim dialect ---------*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hardware (crossbar, mapping, target) and precision (weight, activation, ADC)
// as typed attributes, so that a pass can trust what it reads.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_CIMATTRS_TD
#define CIM_IR_CIMATTRS_TD

include "cim/IR/CimDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"

//===----------------------------------------------------------------------===//
// Enumerations
//===----------------------------------------------------------------------===//

class Cim_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::cim";
  let genSpecializedAttr = 0;
}

def Cim_MappingKind : Cim_Enum<"MappingKind", "how signed weights become cell contents", [
  I32EnumAttrCase<"DifferentialColumn", 0, "differential_column">,
  I32EnumAttrCase<"DifferentialRow", 1, "differential_row">,
  I32EnumAttrCase<"Offset", 2, "offset">,
  I32EnumAttrCase<"TwosComplement", 3, "twos_complement">]>;

def Cim_Tiling : Cim_Enum<"Tiling", "how kernel rows are split over arrays", [
  I32EnumAttrCase<"KernelIntact", 0, "kernel_intact">,
  I32EnumAttrCase<"Dense", 1, "dense">]>;

def Cim_InputEncoding : Cim_Enum<"InputEncoding", "how activation codes become DAC digits", [
  I32EnumAttrCase<"Offset", 0, "offset">,
  I32EnumAttrCase<"TwosComplement", 1, "twos_complement">,
  I32EnumAttrCase<"Differential", 2, "differential">]>;

def Cim_SliceRule : Cim_Enum<"SliceRule", "bits that are sliced to cell width", [
  I32EnumAttrCase<"Published", 0, "published">,
  I32EnumAttrCase<"Magnitude", 1, "magnitude">]>;

def Cim_ColumnsRule : Cim_Enum<"ColumnsRule", "how columns are counted by the cost model", [
  I32EnumAttrCase<"Published", 0, "published">,
  I32EnumAttrCase<"Physical", 1, "physical">]>;

def Cim_Granularity : Cim_Enum<"Granularity", "what shares one scale", [
  I32EnumAttrCase<"Layer", 0, "layer">,
  I32EnumAttrCase<"Channel", 1, "channel">,
  I32EnumAttrCase<"Array", 2, "array">,
  I32EnumAttrCase<"Column", 3, "column">]>;

def Cim_CodeRange : Cim_Enum<"CodeRange", "range of signed codes", [
  I32EnumAttrCase<"Narrow", 0, "narrow">,
  I32EnumAttrCase<"Full", 1, "full">]>;

def Cim_AdcKind : Cim_Enum<"AdcKind", "kind of analog-to-digital converter", [
  I32EnumAttrCase<"Ideal", 0, "ideal">,
  I32EnumAttrCase<"Linear", 1, "linear">,
  I32EnumAttrCase<"Table", 2, "table">]>;

def Cim_AdcPlacement : Cim_Enum<"AdcPlacement", "which sums an ADC converts", [
  I32EnumAttrCase<"PartialSum", 0, "partial_sum">,
  I32EnumAttrCase<"Preactivation", 1, "preactivation">]>;

def Cim_WeightStorage : Cim_Enum<"WeightStorage", "how often constant weights are written", [
  I32EnumAttrCase<"Rewritten", 0, "rewritten">,
  I32EnumAttrCase<"Resident", 1, "resident">]>;

/// The encoding on its own: where operations need it without a mapping.
def Cim_InputEncodingAttr : EnumAttr<Cim_Dialect, Cim_InputEncoding, "input_encoding"> {
  let assemblyFormat = "`<` $value `>`";
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

class Cim_Attr<string name, string attrMnemonic> : AttrDef<Cim_Dialect, name> {
  let mnemonic = attrMnemonic;
  let genVerifyDecl = 1;
}

def Cim_CrossbarAttr : Cim_Attr<"Crossbar", "crossbar"> {
  let summary = "geometry and timing of one crossbar array";
  let description = [{
    An array of `rows` x `columns` cells of `cell_bits` bits, of whose rows at
    most `active_rows` are read at once through DACs of `dac_bits` bits.
    Writing an array takes `write_latency_us`, one matrix-vector product takes
    `mvm_latency_us`.

    Ranges: `rows`, `columns` in 1..65536, `active_rows` in 1..`rows`,
    `cell_bits` and `dac_bits` in 1..8, latencies (f64) in 0..10^9.

    ```mlir
    #crossbar = #cim.crossbar<rows = 256, columns = 256, active_rows = 256,
      cell_bits = 2, dac_bits = 1, write_latency_us = 56.0, mvm_latency_us = 1.4>
    ```
  }];
  let parameters = (ins
    DefaultValuedParameter<"int64_t", "256">:$rows,
    DefaultValuedParameter<"int64_t", "256">:$columns,
    DefaultValuedParameter<"int64_t", "256">:$active_rows,
    DefaultValuedParameter<"int64_t", "2">:$cell_bits,
    DefaultValuedParameter<"int64_t", "1">:$dac_bits,
    DefaultValuedParameter<"::mlir::FloatAttr",
      "::mlir::FloatAttr::get(::mlir::Float64Type::get($_ctxt), 56.0)">:$write_latency_us,
    DefaultValuedParameter<"::mlir::FloatAttr",
      "::mlir::FloatAttr::get(::mlir::Float64Type::get($_ctxt), 1.4)">:$mvm_latency_us);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Cim_MappingAttr : Cim_Attr<"Mapping", "mapping"> {
  let summary = "how a layer is laid out on crossbars";
  let description = [{
    `kind` says how signed weights become cells, `tiling` how the K rows of a
    layer are split over arrays, `input_encoding` how activation codes become
    DAC digits, `slice_rule` how many bits of a weight are sliced to the cell
    width of `crossbar`. `slices`, if present, lists the bits of the slices instead, least
    significant first, each 1..`cell_bits`: a layer takes as many of them as its bits need, the last
    one taken takes the rest, and the sign bit of `twos_complement` is a slice of its own after
    them. `differential_column` needs an even number of columns,
    `differential_row` at least two active rows, `offset` at least two columns, of
    which one is the reference; `slice_rule = magnitude` needs a differential kind and
    weights of narrow range.

    ```mlir
    #mapping = #cim.mapping<kind = differential_column, tiling = kernel_intact,
      input_encoding = offset, slice_rule = published, crossbar = <rows = 128, active_rows = 128>>
    #uneven = #cim.mapping<kind = offset, slices = [1, 1, 2, 4], crossbar = <cell_bits = 4>>
    ```
  }];
  let parameters = (ins
    DefaultValuedParameter<"::cim::MappingKind", "::cim::MappingKind::DifferentialColumn">:$kind,
    DefaultValuedParameter<"::cim::Tiling", "::cim::Tiling::KernelIntact">:$tiling,
    DefaultValuedParameter<"::cim::InputEncoding", "::cim::InputEncoding::Offset">:$input_encoding,
    DefaultValuedParameter<"::cim::SliceRule", "::cim::SliceRule::Published">:$slice_rule,
    OptionalParameter<"::mlir::DenseI64ArrayAttr">:$slices,
    "::cim::CrossbarAttr":$crossbar);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Cim_WeightAttr : Cim_Attr<"Weight", "weight"> {
  let summary = "precision of a layer's weights";
  let description = [{
    `bits` (1..8) is the width W, `granularity` says what shares one scale,
    `range` is the range of codes: `narrow` is -Q..Q with Q = 2^(W-1)-1, `full`
    adds -2^(W-1). `scale` holds the float32 scales once they are known; its shape is
    `tensor<f32>` (layer), `tensor<Nxf32>` (channel), `tensor<Txf32>` or, in a
    grouped layer, `tensor<GxTxf32>` (array), `tensor<TxNxf32>` (column), where
    T counts row tiles within a group and N counts the outputs of all groups.

    W = 1 is binary, and `range` is narrow: a weight stands for `scale * B + beta` where its code B is
    1 if the weight is at least `split` and -1 elsewhere. `split` and `beta` are finite, have the
    shape of `scale` and come with it. An absent `split` is 0. Without `beta` nothing is added; with
    it, whatever its values, the layer has a reference column.

    ```mlir
    #weight = #cim.weight<bits = 4, granularity = channel, range = narrow,
      scale = dense<[0.5, 0.25]> : tensor<2xf32>>
    #binary = #cim.weight<bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>,
      split = dense<0.125> : tensor<f32>, beta = dense<0.125> : tensor<f32>>
    ```
  }];
  let parameters = (ins
    DefaultValuedParameter<"int64_t", "8">:$bits,
    DefaultValuedParameter<"::cim::Granularity", "::cim::Granularity::Channel">:$granularity,
    DefaultValuedParameter<"::cim::CodeRange", "::cim::CodeRange::Narrow">:$range,
    OptionalParameter<"::mlir::ElementsAttr">:$scale,
    OptionalParameter<"::mlir::ElementsAttr">:$split,
    OptionalParameter<"::mlir::ElementsAttr">:$beta);
  let skipDefaultBuilders = 1;
  let builders = [AttrBuilder<(ins
      "int64_t":$bits, "::cim::Granularity":$granularity, "::cim::CodeRange":$range,
      CArg<"::mlir::ElementsAttr", "{}">:$scale, CArg<"::mlir::ElementsAttr", "{}">:$split,
      CArg<"::mlir::ElementsAttr", "{}">:$beta), [{
    return $_get($_ctxt, bits, granularity, range, scale, split, beta);
  }]>];
  let assemblyFormat = "`<` struct(params) `>`";
}

def Cim_ActivationAttr : Cim_Attr<"Activation", "activation"> {
  let summary = "precision of a layer's input activations";
  let description = [{
    Codes are `clamp(roundeven(x / scale), -z, 2^bits-1-z) + z` with `bits` in
    1..8 and `zero_point` z in 0..2^bits-1. `scale` is a normal positive
    float32; it is absent until it is known.

    ```mlir
    #activation = #cim.activation<bits = 4, zero_point = 8, scale = 0.125 : f32>
    ```
  }];
  let parameters = (ins
    DefaultValuedParameter<"int64_t", "8">:$bits,
    DefaultValuedParameter<"int64_t", "0">:$zero_point,
    OptionalParameter<"::mlir::FloatAttr">:$scale);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Cim_AdcAttr : Cim_Attr<"Adc", "adc"> {
  let summary = "precision of a layer's partial sums";
  let description = [{
    `kind = ideal` passes partial sums unchanged. `kind = linear` gives
    `clamp(roundeven(float32(p - offset) * float32(1/scale)), qmin, qmax)` with codes of `bits`
    bits (1..16). Codes of differential mappings are signed, of at least 2 bits:
    -2^(bits-1)..2^(bits-1)-1 for `range = full`, without the lowest for `narrow`; those of other
    mappings are 0..2^bits-1. `kind = table` gives `levels[number of thresholds strictly
    below p]`, a number of steps of `scale`.

    `placement = preactivation`, for tables only, converts each output once: p is then the exact
    sum over all tiles, slices and cycles that an ideal ADC would give. Granularity `array` is refused
    there, and a layer must have weight scales that tiles share, of granularity `layer` or `channel`.

    `granularity` is `layer`, `array` or `column`; `scale` (float32) and `offset` (int32) then
    have the shape `tensor<f32>`, `tensor<T>` (or `tensor<GxT>` in a grouped layer) or
    `tensor<TxSxN>`, of preactivations `tensor<N>`; an absent `offset` is zero, a present one lies within
    -2^24 and 2^24, both excluded. `thresholds` (int32) and `levels` (int32) have one axis more,
    of L and of L+1 elements, L in 1..2^bits-1: thresholds increase strictly along it and,
    unless they are of preactivations, lie within -2^24 and 2^24, both excluded; levels lie in -32768..32767. Numbers are absent until
    known; those of a table, which has no `offset` and a full `range`, are given together.
    `reference_unit`, 1..256 and 1 unless the kind is table, divides every threshold: references
    are made of whole cells.

    ```mlir
    #adc = #cim.adc<kind = linear, bits = 6, granularity = layer, range = full,
      scale = dense<2.0> : tensor<f32>, offset = dense<0> : tensor<i32>>
    #table = #cim.adc<kind = table, bits = 2, scale = dense<0.5> : tensor<f32>,
      thresholds = dense<[-4, 0, 9]> : tensor<3xi32>, levels = dense<[-20, -3, 5, 31]> : tensor<4xi32>>
    #outputs = #cim.adc<kind = table, placement = preactivation, bits = 1, granularity = column,
      scale = dense<[8.0, 4.0]> : tensor<2xf32>,
      thresholds = dense<[[90], [-7]]> : tensor<2x1xi32>, levels = dense<[[-20, 31], [0, 9]]> : tensor<2x2xi32>>
    #wanted = #cim.adc<kind = table, bits = 3, granularity = column, reference_unit = 4>
    ```
  }];
  let parameters = (ins
    DefaultValuedParameter<"::cim::AdcKind", "::cim::AdcKind::Ideal">:$kind,
    DefaultValuedParameter<"::cim::AdcPlacement", "::cim::AdcPlacement::PartialSum">:$placement,
    DefaultValuedParameter<"int64_t", "8">:$bits,
    DefaultValuedParameter<"::cim::Granularity", "::cim::Granularity::Layer">:$granularity,
    DefaultValuedParameter<"::cim::CodeRange", "::cim::CodeRange::Full">:$range,
    OptionalParameter<"::mlir::ElementsAttr">:$scale,
    OptionalParameter<"::mlir::ElementsAttr">:$offset,
    OptionalParameter<"::mlir::ElementsAttr">:$thresholds,
    OptionalParameter<"::mlir::ElementsAttr">:$levels,
    DefaultValuedParameter<"int64_t", "1">:$reference_unit);
  let skipDefaultBuilders = 1;
  let builders = [AttrBuilder<(ins
      "::cim::AdcKind":$kind, "int64_t":$bits, "::cim::Granularity":$granularity,
      "::cim::CodeRange":$range, CArg<"::mlir::ElementsAttr", "{}">:$scale,
      CArg<"::mlir::ElementsAttr", "{}">:$offset, CArg<"::mlir::ElementsAttr", "{}">:$thresholds,
      CArg<"::mlir::ElementsAttr", "{}">:$levels,
      CArg<"::cim::AdcPlacement", "::cim::AdcPlacement::PartialSum">:$placement,
      CArg<"int64_t", "1">:$reference_unit), [{
    return $_get($_ctxt, kind, placement, bits, granularity, range, scale, offset, thresholds,
                 levels, reference_unit);
  }]>];
  let assemblyFormat = "`<` struct(params) `>`";
}

def Cim_PrecisionAttr : Cim_Attr<"Precision", "precision"> {
  let summary = "precision of a layer: weights, activations, partial sums";
  let description = [{
    The widths, granularities and, once calibrated, the scales of one layer.

    ```mlir
    #precision = #cim.precision<weight = <bits = 4, granularity = column>,
      activation = <bits = 4>, adc = <kind = linear, bits = 4, granularity = column>>
    ```
  }];
  let genVerifyDecl = 0;
  let parameters = (ins
    "::cim::WeightAttr":$weight,
    "::cim::ActivationAttr":$activation,
    "::cim::AdcAttr":$adc);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Cim_QuantizationAttr : Cim_Attr<"Quantization", "quantization"> {
  let summary = "what a model fixes of the precision of a layer";
  let description = [{
    The quantization of a layer's weights, its input activations or both as its model has
    it: widths, ranges and scales, all present. Weights have one scale for the layer or one
    for each output.

    ```mlir
    #quantization = #cim.quantization<
      weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
      activation = <bits = 4, zero_point = 8, scale = 0.125 : f32>>
    ```
  }];
  let parameters = (ins
    OptionalParameter<"::cim::WeightAttr">:$weight,
    OptionalParameter<"::cim::ActivationAttr">:$activation);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Cim_CostsAttr : Cim_Attr<"Costs", "costs"> {
  let summary = "what the parts of an accelerator cost";
  let description = [{
    `weights` says whether constant weights are written once each inference (`rewritten`)
    or stay in their arrays (`resident`). The other keys are numbers: sharing and time of
    ADCs, energy (pJ) and area (um2) of components. `getCostKeys` in `Costs.h` lists them
    with unit, range, default and the source of the default. A key that is not given has
    its default. No key changes what a layer computes.

    ```mlir
    #costs = #cim.costs<weights = resident, adc_columns = 64, adc_pj = 2.0>
    ```
  }];
  let parameters = (ins
    "::cim::WeightStorage":$weights,
    "::mlir::DenseF64ArrayAttr":$values);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    /// The value of a key.
    double operator[](CostKey key) const { return getValues()[unsigned(key)]; }
    /// Every key at its default.
    static CostsAttr getDefault(::mlir::MLIRContext *context);
  }];
}

def Cim_TargetAttr : Cim_Attr<"Target", "target"> {
  let summary = "a crossbar accelerator";
  let description = [{
    The mapping and the precision that a layer gets by default, the rule
    by which columns are counted and what components cost. It is the module attribute
    `cim.target`.

    ```mlir
    module attributes {cim.target = #cim.target<
      mapping = <crossbar = <rows = 256>>,
      precision = <weight = <granularity = column>, activation = <bits = 8>, adc = <kind = ideal>>,
      columns_rule = published, costs = <weights = resident>>} {}
    ```
  }];
  let parameters = (ins
    "::cim::MappingAttr":$mapping,
    "::cim::PrecisionAttr":$precision,
    DefaultValuedParameter<"::cim::ColumnsRule", "::cim::ColumnsRule::Published">:$columns_rule,
    DefaultValuedParameter<"::cim::CostsAttr", "::cim::CostsAttr::getDefault($_ctxt)">:$costs);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Cim_WindowAttr : Cim_Attr<"Window", "window"> {
  let summary = "the sliding window of a convolution";
  let description = [{
    How an NHWC tensor is read by a convolution: `kernel`, `stride` and
    `dilation` as [height, width], `pad` as [top, bottom, left, right]. An
    output row count is `(H + top + bottom - ((kh-1)*dh + 1)) / sh + 1`, rounded
    down: surplus bottom and right pixels are not read. Sizes are in 1..65536,
    pads in 0..65536.

    ```mlir
    #window = #cim.window<kernel = [3, 3], stride = [2, 2], pad = [1, 1, 1, 1], dilation = [1, 1]>
    ```
  }];
  let parameters = (ins
    ArrayRefParameter<"int64_t">:$kernel,
    ArrayRefParameter<"int64_t">:$stride,
    ArrayRefParameter<"int64_t">:$pad,
    ArrayRefParameter<"int64_t">:$dilation);
  let assemblyFormat = [{
    `<` `kernel` `=` `[` $kernel `]` `,` `stride` `=` `[` $stride `]` `,`
    `pad` `=` `[` $pad `]` `,` `dilation` `=` `[` $dilation `]` `>`
  }];
  let extraClassDeclaration = [{
    /// Output height and width for an input of the given height and width;
    /// values below 1 mean that the window does not fit.
    ::std::pair<int64_t, int64_t> getOutputSize(int64_t height, int64_t width) const;
    /// kh * kw.
    int64_t getArea() const { return getKernel()[0] * getKernel()[1]; }
  }];
}

#endif // CIM_IR_CIMATTRS_TD
