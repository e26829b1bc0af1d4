// What the passes make of mappings whose digits are not negative: sums of digits stand beside those
// of an offset mapping on the whole way, and the sign bit of two's complement is a slice from the
// beginning.
// RUN: cim-opt %s --cim-quantize | FileCheck %s --check-prefix=QUANTIZE
// RUN: cim-opt %s --cim-quantize --cim-tile | FileCheck %s --check-prefix=TILE
// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice | FileCheck %s --check-prefix=SLICE
// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice --cim-insert-partial-sum-quantization | FileCheck %s --check-prefix=ADC
// RUN: cim-opt %s --cim-simplify-adc | FileCheck %s --check-prefix=SIMPLE
// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice --cim-insert-partial-sum-quantization --convert-cim-to-xbar | FileCheck %s --check-prefix=XBAR

#offset = #cim.mapping<kind = offset, slices = [1, 3], crossbar = <rows = 4, active_rows = 4, cell_bits = 3>>
#twos = #cim.mapping<kind = twos_complement, crossbar = <rows = 4, active_rows = 4, cell_bits = 2>>
#precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
  activation = <bits = 2, zero_point = 2, scale = 1.0 : f32>,
  adc = <kind = linear, bits = 3, granularity = array, scale = dense<2.0> : tensor<2xf32>>>

// QUANTIZE-LABEL: func.func @offset
// QUANTIZE: cim.write_arrays {{.*}}tiles = [6], slices = [4], kind = offset>
// QUANTIZE: %[[P:.*]], %[[R:.*]] = cim.mvm {{.*}} -> (tensor<1x1x1x5x3xi64>, tensor<1x1x5x1xi64>)
// QUANTIZE: %[[I:.*]], %[[S:.*]] = cim.shift_add %[[P]], reference(%[[R]] : tensor<1x1x5x1xi64> -> tensor<1x5x1xi64>)
// QUANTIZE: cim.adc_dequantize %[[I]], %{{.*}}, reference(%[[S]])

// TILE-LABEL: func.func @offset
// TILE: cim.mvm {{.*}}tiles = [4, 2], slices = [4], kind = offset>) -> (tensor<2x1x1x5x3xi64>, tensor<2x1x5x1xi64>)
// TILE: cim.shift_add %{{.*}}, reference(%{{.*}} : tensor<2x1x5x1xi64> -> tensor<1x5x1xi64>)

// SLICE-LABEL: func.func @offset
// SLICE: cim.mvm {{.*}}slices = [1, 3], kind = offset>) -> (tensor<2x2x2x5x3xi64>, tensor<2x2x5x1xi64>)
// SLICE: cim.shift_add %{{.*}}, reference(%{{.*}} : tensor<2x2x5x1xi64> -> tensor<1x5x1xi64>) {cycle_weights = array<i64: 1, 2>, slice_weights = array<i64: 1, 2>

// The axis of the tiles stays where the step depends on it.
// ADC-LABEL: func.func @offset
// ADC: cim.adc_quantize {{.*}}unsigned_codes
// ADC: cim.shift_add %{{.*}}, reference(%{{.*}} : tensor<2x2x5x1xi64> -> tensor<2x5x1xi64>)
// ADC: cim.adc_dequantize {{.*}} : (tensor<2x1x5x3xi64>, tensor<3xf32>, tensor<2x5x1xi64>) -> tensor<1x5x3xf32>

// -float32(s_w * s_a * 2^3) for each tile and output.
// XBAR-LABEL: xbar.program @offset
// XBAR: %[[REFERENCE:.*]] = xbar.constant dense<-4.000000e+00> : tensor<2x3xf32>
// XBAR: xbar.mvm {{.*}} reference(%[[REFERENCE]]) {{.*}}adc_range = array<i64: 0, 7>
func.func @offset(%x: tensor<1x5x6xf32>) -> tensor<1x5x3xf32> {
  %w = "tosa.const"() {values = dense<3.5> : tensor<1x6x3xf32>} : () -> tensor<1x6x3xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #offset, precision = #precision}
    : (tensor<1x5x6xf32>, tensor<1x6x3xf32>, tensor<3xf32>) -> tensor<1x5x3xf32>
  return %y : tensor<1x5x3xf32>
}

// QUANTIZE-LABEL: func.func @twos
// QUANTIZE: cim.write_arrays {{.*}}tiles = [6], slices = [3, 1], kind = twos_complement>
// QUANTIZE: cim.mvm {{.*}} -> tensor<1x2x1x5x3xi64>
// QUANTIZE: cim.shift_add {{.*}}slice_weights = array<i64: 1, -8>, sum_slices, sum_tiles}

// SLICE-LABEL: func.func @twos
// SLICE: cim.mvm {{.*}}slices = [2, 1, 1], kind = twos_complement>) -> tensor<2x3x2x5x3xi64>
// SLICE: cim.shift_add {{.*}}slice_weights = array<i64: 1, 4, -8>

// XBAR-LABEL: xbar.program @twos
// XBAR: xbar.mvm {{.*}}, reciprocal(%{{[0-9]+}}) {{{.*}}adc_range = array<i64: 0, 7>
func.func @twos(%x: tensor<1x5x6xf32>) -> tensor<1x5x3xf32> {
  %w = "tosa.const"() {values = dense<3.5> : tensor<1x6x3xf32>} : () -> tensor<1x6x3xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #twos, precision = #precision}
    : (tensor<1x5x6xf32>, tensor<1x6x3xf32>, tensor<3xf32>) -> tensor<1x5x3xf32>
  return %y : tensor<1x5x3xf32>
}

// Codes 7 are stored as 15 and sums are at most 2 * 15 for a tile of two rows: 5 unsigned bits are
// enough, and 4 are not.
// SIMPLE: #[[$IDEAL:precision[0-9]*]] = #cim.precision<{{.*}}activation = <bits = 1{{.*}}adc = <>>
// SIMPLE-LABEL: func.func @lossless
// SIMPLE: cim.matmul {{.*}}layer = "most", {{.*}}precision = #[[$IDEAL]]}
// SIMPLE-NOT: cim.matmul {{.*}}layer = "less", {{.*}}precision = #[[$IDEAL]]}

// An ideal ADC needs no factors: sums are those of signed codes.
// XBAR-LABEL: xbar.program @lossless
// XBAR: xbar.mvm %{{.*}}, scale(%{{[0-9]+}}) {{{.*}}layer = "most"
#whole = #cim.mapping<kind = offset, crossbar = <rows = 2, active_rows = 2, cell_bits = 4>>
#most = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
  activation = <bits = 1, scale = 1.0 : f32>, adc = <kind = linear, bits = 5, scale = dense<1.0> : tensor<f32>>>
#less = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
  activation = <bits = 1, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>
func.func @lossless(%x: tensor<1x5x6xf32>) -> (tensor<1x5x3xf32>, tensor<1x5x3xf32>) {
  %w = "tosa.const"() {values = dense<3.5> : tensor<1x6x3xf32>} : () -> tensor<1x6x3xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<3xf32>} : () -> tensor<3xf32>
  %y = cim.matmul %x, %w, %b {layer = "most", mapping = #whole, precision = #most}
    : (tensor<1x5x6xf32>, tensor<1x6x3xf32>, tensor<3xf32>) -> tensor<1x5x3xf32>
  %z = cim.matmul %x, %w, %b {layer = "less", mapping = #whole, precision = #less}
    : (tensor<1x5x6xf32>, tensor<1x6x3xf32>, tensor<3xf32>) -> tensor<1x5x3xf32>
  return %y, %z : tensor<1x5x3xf32>, tensor<1x5x3xf32>
}
