// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice --convert-cim-to-xbar | FileCheck %s --check-prefixes=CHECK,IDEAL
// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice --cim-insert-partial-sum-quantization --convert-cim-to-xbar | FileCheck %s --check-prefixes=CHECK,ADC
// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice --cim-insert-partial-sum-quantization -o %t.arrays.mlir
// RUN: cim-opt %t.arrays.mlir --convert-cim-to-xbar -o %t.xbar.mlir
// RUN: cim-eval %s %t.arrays.mlir --seed=1 --runs=4
// RUN: cim-eval %s %t.xbar.mlir --seed=1 --runs=4

// Two tiles of 3 and 1 rows, two slices, column-wise ADC with offsets, zero point 8.
// Scale: s_p * s_w * s_a * 2^x = 2 * 0.5 * 0.25 * (1, 4). Start: bias
// - 8 * 0.25 * 0.5 * sum(w), + 0.5 * 0.25 * (1, 4) * 15 * o for the window offsets.

// CHECK-LABEL: xbar.program @main attributes {input_names = ["x"], output_names = ["y"]}
// CHECK: ^bb0(%[[X:.*]]: tensor<1x2x4xf32>)
// IDEAL-DAG: %[[START:.*]] = xbar.constant dense<[-5.000000e+00, 6.000000e+00]> : tensor<2xf32>
// IDEAL-DAG: %[[SCALE:.*]] = xbar.constant dense<1.250000e-01> : tensor<1x1x2xf32>
// ADC-DAG: %[[START:.*]] = xbar.constant dense<[-5.000000e+00, 1.350000e+01]> : tensor<2xf32>
// ADC-DAG: %[[SCALE:.*]] = xbar.constant dense<{{.*}}2.500000e-01, 2.500000e-01], [1.000000e+00, 1.000000e+00{{.*}}> : tensor<2x2x2xf32>
// ADC-DAG: %[[R:.*]] = xbar.constant dense<5.000000e-01> : tensor<2x2x2xf32>
// ADC-DAG: %[[O:.*]] = xbar.constant dense<{{.*}}[0, 1]{{.*}}> : tensor<2x2x2xi32>
// CHECK: %[[A:.*]] = xbar.write_arrays
// CHECK-SAME: core = 0 : i64, first_array = 0 : i64, kernel_area = 1 : i64, layer = "fc", num_arrays = 4 : i64
// CHECK-SAME: <groups = 1, rows = 4, columns = 2, tiles = [3, 1], slices = [2, 2], kind = differential_column>
// IDEAL: %[[Y:.*]] = xbar.mvm %[[X]], %[[A]], start(%[[START]]), scale(%[[SCALE]]) {activation
// IDEAL-SAME: sum_slices, sum_tiles
// ADC: %[[Y:.*]] = xbar.mvm %[[X]], %[[A]], start(%[[START]]), scale(%[[SCALE]]), reciprocal(%[[R]]), offsets(%[[O]])
// ADC-SAME: adc_range = array<i64: -8, 7>
// ADC-NOT: sum_
// CHECK: xbar.output %[[Y]]
func.func @main(%x: tensor<1x2x4xf32> {cim.name = "x"}) -> (tensor<1x2x2xf32> {cim.name = "y"}) {
  %w = "tosa.const"() {values = dense<[[[2.0, -1.0], [1.0, 0.5], [3.0, -3.5], [0.0, -1.0]]]> : tensor<1x4x2xf32>} : () -> tensor<1x4x2xf32>
  %b = "tosa.const"() {values = dense<[7.0, -4.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc",
    mapping = #cim.mapping<crossbar = <rows = 3, active_rows = 3, columns = 4>>,
    precision = #cim.precision<
      weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
      activation = <bits = 4, zero_point = 8, scale = 0.25 : f32>,
      adc = <kind = linear, bits = 4, granularity = column, scale = dense<2.0> : tensor<2x2x2xf32>,
             offset = dense<[[[0, 1], [0, 0]], [[0, 3], [0, 0]]]> : tensor<2x2x2xi32>>>}
    : (tensor<1x2x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x2x2xf32>
  return %y : tensor<1x2x2xf32>
}
