// RUN: cim-opt %s --verify-roundtrip | FileCheck %s

!arrays = !cim.arrays<groups = 2, rows = 18, columns = 2, tiles = [9, 9], slices = [2, 2], kind = differential_column>
#linear = #cim.precision<
  weight = <bits = 4, granularity = array, scale = dense<0.5> : tensor<2x2xf32>>,
  activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>,
  adc = <kind = linear, bits = 6, granularity = column, scale = dense<2.0> : tensor<2x2x4xf32>>>
#window = #cim.window<kernel = [3, 3], stride = [2, 1], pad = [1, 0, 0, 1], dilation = [1, 1]>
#small = #cim.mapping<crossbar = <rows = 16, active_rows = 16>>

!heads = !cim.arrays<groups = 4, rows = 18, columns = 3, tiles = [18], slices = [4], kind = differential_column>
#shared = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
  activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <kind = ideal>>

// CHECK-LABEL: func.func @layers
func.func @layers(%x: tensor<2x6x5x4xf32>, %w: tensor<4x3x3x2xf32>, %b: tensor<4xf32>,
                  %r: tensor<3x1x8xf32>, %v: tensor<1x8x4xf32>) {
  // CHECK: cim.conv2d {{.*}} {groups = 2 : i64, layer = "grouped", {{.*}} -> tensor<2x3x4x4xf32>
  %y = cim.conv2d %x, %w, %b {layer = "grouped", groups = 2, window = #window, mapping = #small, precision = #linear}
    : (tensor<2x6x5x4xf32>, tensor<4x3x3x2xf32>, tensor<4xf32>) -> tensor<2x3x4x4xf32>
  // CHECK: cim.matmul {{.*}} {layer = "float", mapping = #{{.*}}} :
  %z = cim.matmul %r, %v, %b {layer = "float", mapping = #small}
    : (tensor<3x1x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<3x1x4xf32>
  return
}

// CHECK-LABEL: func.func @arrays
func.func @arrays(%x: tensor<2x6x5x4xf32>, %w: tensor<2x18x2xi8>, %b: tensor<4xf32>) -> tensor<2x3x4x4xf32> {
  // CHECK: cim.quantize_activation
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>}
    : tensor<2x6x5x4xf32> -> tensor<2x6x5x4xui8>
  // CHECK: cim.write_arrays
  %a = cim.write_arrays %w : tensor<2x18x2xi8> -> !arrays
  // CHECK: cim.mvm
  %p = cim.mvm %q, %a {layer = "grouped", window = #window, cycles = array<i64: 1, 3>, precision = #linear, mapping = #small}
    : (tensor<2x6x5x4xui8>, !arrays) -> tensor<2x2x2x24x4xi64>
  // CHECK: cim.adc_quantize
  %d = cim.adc_quantize %p {adc = #cim.adc<kind = linear, bits = 6, granularity = column,
    scale = dense<2.0> : tensor<2x2x4xf32>>} : tensor<2x2x2x24x4xi64>
  // CHECK: cim.shift_add
  %i = cim.shift_add %d {cycle_weights = array<i64: 1, 2>, slice_weights = array<i64: 1, 4>}
    : tensor<2x2x2x24x4xi64> -> tensor<2x2x24x4xi64>
  // CHECK: cim.correction
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2>, slice_weights = array<i64: 1, 4>, precision = #linear}
    : (!arrays, tensor<4xf32>) -> tensor<4xf32>
  // CHECK: cim.adc_dequantize
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1, 4>, precision = #linear}
    : (tensor<2x2x24x4xi64>, tensor<4xf32>) -> tensor<2x3x4x4xf32>
  return %y : tensor<2x3x4x4xf32>
}

!shifted = !cim.arrays<groups = 2, rows = 18, columns = 2, tiles = [9, 9], slices = [1, 3], kind = offset>
#uneven = #cim.mapping<kind = offset, slices = [1, 3], crossbar = <rows = 16, active_rows = 16, cell_bits = 3>>

// CHECK-LABEL: func.func @offset
func.func @offset(%q: tensor<2x6x5x4xui8>, %a: !shifted, %c: tensor<4xf32>) -> tensor<2x3x4x4xf32> {
  // CHECK: cim.mvm {{.*}}slices = [1, 3], kind = offset>) -> (tensor<2x2x2x24x4xi64>, tensor<2x2x24x2xi64>)
  %p, %r = cim.mvm %q, %a {layer = "grouped", window = #window, cycles = array<i64: 1, 3>, precision = #linear, mapping = #uneven}
    : (tensor<2x6x5x4xui8>, !shifted) -> (tensor<2x2x2x24x4xi64>, tensor<2x2x24x2xi64>)
  // CHECK: cim.adc_quantize {{.*}}unsigned_codes
  %d = cim.adc_quantize %p {unsigned_codes, adc = #cim.adc<kind = linear, bits = 1, granularity = column,
    scale = dense<2.0> : tensor<2x2x4xf32>>} : tensor<2x2x2x24x4xi64>
  // CHECK: cim.shift_add %{{.*}}, reference(%{{.*}} : tensor<2x2x24x2xi64> -> tensor<2x24x2xi64>) {
  %i, %s = cim.shift_add %d, reference(%r : tensor<2x2x24x2xi64> -> tensor<2x24x2xi64>)
    {cycle_weights = array<i64: 1, 2>, slice_weights = array<i64: 1, 2>}
    : tensor<2x2x2x24x4xi64> -> tensor<2x2x24x4xi64>
  // CHECK: cim.adc_dequantize %{{.*}}, %{{.*}}, reference(%{{.*}}) {
  %y = cim.adc_dequantize %i, %c, reference(%s) {slice_weights = array<i64: 1, 2>, precision = #linear}
    : (tensor<2x2x24x4xi64>, tensor<4xf32>, tensor<2x24x2xi64>) -> tensor<2x3x4x4xf32>
  return %y : tensor<2x3x4x4xf32>
}

// CHECK-LABEL: func.func @dynamic
func.func @dynamic(%x: tensor<4x5x18xf32>, %w: tensor<4x18x3xf32>, %b: tensor<3xf32>) -> tensor<4x5x3xf32> {
  // CHECK: cim.matmul_dynamic
  %0 = cim.matmul_dynamic %x, %w {layer = "scores", mapping = #small}
    : (tensor<4x5x18xf32>, tensor<4x18x3xf32>) -> tensor<4x5x3xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>}
    : tensor<4x5x18xf32> -> tensor<4x5x18xui8>
  // CHECK: cim.quantize_weight
  %c = cim.quantize_weight %w {weight = #cim.weight<bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>}
    : tensor<4x18x3xf32> -> tensor<4x18x3xi8>
  // CHECK: cim.write_arrays {{.*}} : tensor<4x18x3xi8>
  %a = cim.write_arrays %c : tensor<4x18x3xi8> -> !heads
  // CHECK: cim.mvm {{.*}} -> tensor<1x1x1x20x3xi64>
  %p = cim.mvm %q, %a {layer = "scores", cycles = array<i64: 4>, precision = #shared, mapping = #small}
    : (tensor<4x5x18xui8>, !heads) -> tensor<1x1x1x20x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x20x3xi64> -> tensor<1x1x20x3xi64>
  // CHECK: cim.correction {{.*}} -> tensor<4x3xf32>
  %s = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #shared}
    : (!heads, tensor<3xf32>) -> tensor<4x3xf32>
  // CHECK: cim.adc_dequantize
  %y = cim.adc_dequantize %i, %s {slice_weights = array<i64: 1>, precision = #shared}
    : (tensor<1x1x20x3xi64>, tensor<4x3xf32>) -> tensor<4x5x3xf32>
  return %y : tensor<4x5x3xf32>
}

// CHECK-LABEL: func.func @encodings
func.func @encodings(%x: tensor<5x18xui8>, %w: tensor<1x18x3xi8>, %b: tensor<3xf32>) -> tensor<3xf32> {
  %a = cim.write_arrays %w : tensor<1x18x3xi8>
    -> !cim.arrays<groups = 1, rows = 18, columns = 3, tiles = [18], slices = [4], kind = differential_column>
  // CHECK: cim.mvm {{.*}} -> tensor<1x1x2x5x3xi64>
  %t = cim.mvm %x, %a {layer = "twos", cycles = array<i64: 3, 1>, precision = #shared,
      mapping = #cim.mapping<input_encoding = twos_complement, crossbar = <rows = 16, active_rows = 16>>}
    : (tensor<5x18xui8>, !cim.arrays<groups = 1, rows = 18, columns = 3, tiles = [18], slices = [4],
       kind = differential_column>) -> tensor<1x1x2x5x3xi64>
  // CHECK: cim.mvm {{.*}} -> tensor<1x1x4x5x3xi64>
  %d = cim.mvm %x, %a {layer = "passes", cycles = array<i64: 3, 1>, precision = #shared,
      mapping = #cim.mapping<input_encoding = differential, crossbar = <rows = 16, active_rows = 16>>}
    : (tensor<5x18xui8>, !cim.arrays<groups = 1, rows = 18, columns = 3, tiles = [18], slices = [4],
       kind = differential_column>) -> tensor<1x1x4x5x3xi64>
  // CHECK: cim.correction {{.*}} input_encoding = #cim.input_encoding<differential>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 8, -1, -8>, slice_weights = array<i64: 1>,
      input_encoding = #cim.input_encoding<differential>, precision = #shared}
    : (!cim.arrays<groups = 1, rows = 18, columns = 3, tiles = [18], slices = [4],
       kind = differential_column>, tensor<3xf32>) -> tensor<3xf32>
  return %c : tensor<3xf32>
}
