// RUN: cim-opt %s --cim-tile | FileCheck %s
// RUN: cim-opt %s --cim-tile --cim-tile | FileCheck %s

// A kernel of 2 x 2 stays in one tile: 10 rows hold 2 channels of it. The layer
// gets arrays of its own, the shared ones stay with the other layer.

#mapping = #cim.mapping<crossbar = <rows = 10, active_rows = 6>>
#large = #cim.mapping<crossbar = <>>
#precision = #cim.precision<
  weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
  activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
#window = #cim.window<kernel = [2, 2], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>
!arrays = !cim.arrays<groups = 1, rows = 12, columns = 4, tiles = [12], slices = [4], kind = differential_column>

// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<1x3x3x3xui8>, %w: tensor<1x12x4xi8>, %b: tensor<4xf32>)
    -> (tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>) {
  // CHECK-DAG: %[[CUT:.*]] = cim.write_arrays {{.*}} tiles = [6, 2, 4], slices = [4]
  // CHECK-DAG: %[[WHOLE:.*]] = cim.write_arrays {{.*}} tiles = [12], slices = [4]
  %a = cim.write_arrays %w : tensor<1x12x4xi8> -> !arrays
  // CHECK: %[[P:.*]] = cim.mvm %{{.*}}, %[[CUT]] {{.*}} -> tensor<3x1x1x4x4xi64>
  %p = cim.mvm %x, %a {layer = "small", window = #window, cycles = array<i64: 4>, precision = #precision, mapping = #mapping}
    : (tensor<1x3x3x3xui8>, !arrays) -> tensor<1x1x1x4x4xi64>
  // CHECK: cim.shift_add %[[P]] {{.*}} sum_slices, sum_tiles} : tensor<3x1x1x4x4xi64> -> tensor<1x1x4x4xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x4x4xi64> -> tensor<1x1x4x4xi64>
  // CHECK: cim.correction %[[CUT]]
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #precision}
    : (!arrays, tensor<4xf32>) -> tensor<4xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #precision}
    : (tensor<1x1x4x4xi64>, tensor<4xf32>) -> tensor<1x2x2x4xf32>
  // CHECK: cim.mvm %{{.*}}, %[[WHOLE]] {{.*}} -> tensor<1x1x1x4x4xi64>
  %q = cim.mvm %x, %a {layer = "large", window = #window, cycles = array<i64: 4>, precision = #precision, mapping = #large}
    : (tensor<1x3x3x3xui8>, !arrays) -> tensor<1x1x1x4x4xi64>
  %j = cim.shift_add %q {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x4x4xi64> -> tensor<1x1x4x4xi64>
  %d = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #precision}
    : (!arrays, tensor<4xf32>) -> tensor<4xf32>
  %z = cim.adc_dequantize %j, %d {slice_weights = array<i64: 1>, precision = #precision}
    : (tensor<1x1x4x4xi64>, tensor<4xf32>) -> tensor<1x2x2x4xf32>
  return %y, %z : tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>
}
