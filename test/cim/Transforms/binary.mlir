// What the passes make of binary weights with a beta: sums of digits stand beside those of a
// differential mapping as they do in an offset one, and have a factor of their own.
// RUN: cim-opt %s --cim-quantize | FileCheck %s --check-prefix=QUANTIZE
// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice --cim-insert-partial-sum-quantization | FileCheck %s --check-prefix=ADC
// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice --cim-insert-partial-sum-quantization --convert-cim-to-xbar | FileCheck %s --check-prefix=XBAR

#pairs = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>
#cells = #cim.mapping<kind = offset, crossbar = <rows = 4, active_rows = 4>>
#precision = #cim.precision<
  weight = <bits = 1, granularity = array, scale = dense<[0.5, 2.0]> : tensor<2xf32>,
            split = dense<[1.0, 3.0]> : tensor<2xf32>, beta = dense<[0.25, -1.0]> : tensor<2xf32>>,
  activation = <bits = 2, zero_point = 2, scale = 2.0 : f32>,
  adc = <kind = linear, bits = 3, scale = dense<2.0> : tensor<f32>>>

// Weights of at least 1 in the first tile, at least 3 in the second: 1, 1, 1, -1 and -1, 1.
// QUANTIZE-LABEL: func.func @pairs
// QUANTIZE: dense<{{\[\[}}[1], [1], [1], [-1], [-1], [1]]]> : tensor<1x6x1xi8>
// QUANTIZE: cim.write_arrays {{.*}}tiles = [4, 2], slices = [1], kind = differential_column>
// QUANTIZE: %[[P:.*]], %[[R:.*]] = cim.mvm {{.*}} -> (tensor<2x1x1x5x1xi64>, tensor<2x1x5x1xi64>)
// QUANTIZE: %[[I:.*]], %[[S:.*]] = cim.shift_add %[[P]], reference(%[[R]] : tensor<2x1x5x1xi64> -> tensor<2x5x1xi64>)
// QUANTIZE: cim.adc_dequantize %[[I]], %{{.*}}, reference(%[[S]]) {differential

// ADC-LABEL: func.func @pairs
// ADC: %[[P:.*]], %[[R:.*]] = cim.mvm {{.*}} -> (tensor<2x1x2x5x1xi64>, tensor<2x2x5x1xi64>)
// ADC: %[[Q:.*]] = cim.adc_quantize %[[P]]
// ADC: cim.shift_add %[[Q]], reference(%[[R]] : tensor<2x2x5x1xi64> -> tensor<2x5x1xi64>)

// The factor beta * s_a of R, s_p * alpha * s_a of the sums; and the zero-point term:
// -2 * 2 * (0.75 * 3 - 0.25 - 3 + 1).
// XBAR-LABEL: xbar.program @pairs
// XBAR-DAG: %[[START:.*]] = xbar.constant dense<0.000000e+00> : tensor<1xf32>
// XBAR-DAG: %[[SCALE:.*]] = xbar.constant dense<{{\[\[\[}}2.000000e+00]], {{\[\[}}8.000000e+00]]]> : tensor<2x1x1xf32>
// XBAR-DAG: %[[REFERENCE:.*]] = xbar.constant dense<{{\[\[}}5.000000e-01], [-2.000000e+00]]> : tensor<2x1xf32>
// XBAR: xbar.mvm {{.*}}start(%[[START]]), scale(%[[SCALE]]), {{.*}}reference(%[[REFERENCE]]) {{.*}}adc_range = array<i64: -4, 3>
func.func @pairs(%x: tensor<1x5x6xf32>) -> tensor<1x5x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [1.5], [3.0], [0.5], [2.5], [4.0]]]> : tensor<1x6x1xf32>} : () -> tensor<1x6x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #pairs, precision = #precision}
    : (tensor<1x5x6xf32>, tensor<1x6x1xf32>, tensor<1xf32>) -> tensor<1x5x1xf32>
  return %y : tensor<1x5x1xf32>
}

// Cells of 0 and 1 are 2 * alpha apart: the factors are (beta - alpha) * s_a and s_p * 2 * alpha * s_a.
// QUANTIZE-LABEL: func.func @cells
// QUANTIZE: cim.adc_dequantize {{.*}} {precision
// XBAR-LABEL: xbar.program @cells
// XBAR-DAG: %[[SCALE:.*]] = xbar.constant dense<{{\[\[\[}}4.000000e+00]], {{\[\[}}1.600000e+01]]]> : tensor<2x1x1xf32>
// XBAR-DAG: %[[REFERENCE:.*]] = xbar.constant dense<{{\[\[}}-5.000000e-01], [-6.000000e+00]]> : tensor<2x1xf32>
// XBAR: xbar.mvm {{.*}}scale(%[[SCALE]]), {{.*}}reference(%[[REFERENCE]]) {{.*}}adc_range = array<i64: 0, 7>
func.func @cells(%x: tensor<1x5x6xf32>) -> tensor<1x5x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [1.5], [3.0], [0.5], [2.5], [4.0]]]> : tensor<1x6x1xf32>} : () -> tensor<1x6x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #cells, precision = #precision}
    : (tensor<1x5x6xf32>, tensor<1x6x1xf32>, tensor<1xf32>) -> tensor<1x5x1xf32>
  return %y : tensor<1x5x1xf32>
}
