// RUN: cim-opt %s --cim-quantize --split-input-file | FileCheck %s

// Codes are in the order of crossbar rows, one matrix per group; nothing is cut.

#mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>
#precision = #cim.precision<
  weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
  activation = <bits = 3, zero_point = 2, scale = 0.5 : f32>,
  adc = <kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>>

// CHECK-LABEL: func.func @conv(
// CHECK-SAME:    %[[X:.*]]: tensor<1x3x3x4xf32>
func.func @conv(%x: tensor<1x3x3x4xf32>, %b: tensor<2xf32>) -> tensor<1x3x2x2xf32> {
  // [n][kh][kw][c]: rows are c * 2 + kw; 9 clamps to 7 and 2.5 rounds to even.
  // CHECK-NOT: f32> : tensor<2x1x2x2xf32>
  %w = "tosa.const"() {values = dense<[[[[0.0, 1.0], [2.5, 3.0]]], [[[4.0, 5.0], [-6.0, 9.0]]]]> : tensor<2x1x2x2xf32>}
    : () -> tensor<2x1x2x2xf32>
  // CHECK: %[[Q:.*]] = cim.quantize_activation %[[X]] {activation = #cim.activation<bits = 3, zero_point = 2
  // CHECK: %[[C:.*]] = "tosa.const"()
  // CHECK-SAME{LITERAL}: dense<[[[0], [2], [1], [3]], [[4], [-6], [5], [7]]]> : tensor<2x4x1xi8>
  // CHECK: %[[A:.*]] = cim.write_arrays %[[C]]
  // CHECK-SAME: tiles = [4], slices = [4], kind = differential_column
  // CHECK: %[[P:.*]] = cim.mvm %[[Q]], %[[A]] {cycles = array<i64: 3>, layer = "conv"
  // CHECK-SAME: window = #cim.window<
  // CHECK-SAME: -> tensor<1x1x1x6x2xi64>
  // CHECK: %[[I:.*]] = cim.shift_add %[[P]] {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
  // CHECK: %[[S:.*]] = cim.correction %[[A]], %{{.*}} {cycle_weights = array<i64: 1>, precision = #[[IDEAL:.*]], slice_weights = array<i64: 1>}
  // CHECK: %[[Y:.*]] = cim.adc_dequantize %[[I]], %[[S]] {precision = #[[IDEAL]],
  // CHECK: return %[[Y]]
  %y = cim.conv2d %x, %w, %b {layer = "conv", groups = 2, mapping = #mapping, precision = #precision,
    window = #cim.window<kernel = [1, 2], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>}
    : (tensor<1x3x3x4xf32>, tensor<2x1x2x2xf32>, tensor<2xf32>) -> tensor<1x3x2x2xf32>
  return %y : tensor<1x3x2x2xf32>
}

// -----

// A computed weight is quantized at run time. Heads are groups of the arrays and positions of the
// sums; each has a start value of its own.

// CHECK-LABEL: func.func @dynamic(
// CHECK-SAME:    %[[X:.*]]: tensor<2x5x40xf32>, %[[K:.*]]: tensor<2x40x3xf32>
func.func @dynamic(%x: tensor<2x5x40xf32>, %k: tensor<2x40x3xf32>) -> tensor<2x5x3xf32> {
  // CHECK: %[[Q:.*]] = cim.quantize_activation %[[X]]
  // CHECK: %[[C:.*]] = cim.quantize_weight %[[K]] {weight = #cim.weight<bits = 4, granularity = layer, scale = dense<5.000000e-01> : tensor<f32>>}
  // CHECK: %[[A:.*]] = cim.write_arrays %[[C]]
  // CHECK-SAME: groups = 2, rows = 40, columns = 3, tiles = [40], slices = [4]
  // CHECK: %[[P:.*]] = cim.mvm %[[Q]], %[[A]]
  // CHECK-SAME: -> tensor<1x1x1x10x3xi64>
  // CHECK: %[[I:.*]] = cim.shift_add %[[P]] {{.*}} -> tensor<1x1x10x3xi64>
  // CHECK: %[[B:.*]] = "tosa.const"() <{values = dense<0.000000e+00> : tensor<3xf32>}>
  // CHECK: %[[S:.*]] = cim.correction %[[A]], %[[B]] {{.*}} -> tensor<2x3xf32>
  // CHECK: cim.adc_dequantize %[[I]], %[[S]] {{.*}} -> tensor<2x5x3xf32>
  %y = cim.matmul_dynamic %x, %k {layer = "scores", mapping = #cim.mapping<crossbar = <rows = 32, active_rows = 32>>,
    precision = #cim.precision<
      weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
      activation = <bits = 4, zero_point = 8, scale = 0.5 : f32>, adc = <>>}
    : (tensor<2x5x40xf32>, tensor<2x40x3xf32>) -> tensor<2x5x3xf32>
  return %y : tensor<2x5x3xf32>
}

// -----

// Two's complement has its sign bit in a cycle of its own from the start.

// CHECK-LABEL: func.func @twos
func.func @twos(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // CHECK: cim.mvm {{.*}} {cycles = array<i64: 7, 1>, {{.*}} -> tensor<1x1x2x1x1xi64>
  // CHECK: cim.shift_add {{.*}} {cycle_weights = array<i64: 1, -128>, slice_weights = array<i64: 1>
  // CHECK: cim.correction {{.*}} {cycle_weights = array<i64: 1, -128>, input_encoding = #cim.input_encoding<twos_complement>,
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<input_encoding = twos_complement, crossbar = <>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
      activation = <bits = 8, zero_point = 128, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// One bit is the sign alone.

// CHECK-LABEL: func.func @sign
func.func @sign(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // CHECK: cim.mvm {{.*}} {cycles = array<i64: 1>, {{.*}} -> tensor<1x1x1x1x1xi64>
  // CHECK: cim.shift_add {{.*}} {cycle_weights = array<i64: -1>, slice_weights = array<i64: 1>
  // CHECK: cim.correction {{.*}} {cycle_weights = array<i64: -1>, input_encoding = #cim.input_encoding<twos_complement>,
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<input_encoding = twos_complement, crossbar = <>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
      activation = <bits = 1, zero_point = 1, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// A pass for each sign.

// CHECK-LABEL: func.func @passes
func.func @passes(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // CHECK: cim.mvm {{.*}} {cycles = array<i64: 6>, {{.*}} -> tensor<1x1x2x1x1xi64>
  // CHECK: cim.shift_add {{.*}} {cycle_weights = array<i64: 1, -1>, slice_weights = array<i64: 1>
  // CHECK: cim.correction {{.*}} {cycle_weights = array<i64: 1, -1>, input_encoding = #cim.input_encoding<differential>,
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<input_encoding = differential, crossbar = <>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
      activation = <bits = 6, zero_point = 3, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// Weight scales that differ between row tiles need the tiles at once. Large codes
// become a resource named after the layer, and the float weights are gone.

// CHECK-LABEL: func.func @column
func.func @column(%x: tensor<1x1x40xf32>, %b: tensor<2xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense_resource<weights> : tensor<1x40x2xf32>} : () -> tensor<1x40x2xf32>
  // CHECK: dense_resource<fc.codes> : tensor<1x40x2xi8>
  // CHECK: cim.write_arrays
  // CHECK-SAME: tiles = [32, 8], slices = [8]
  // CHECK: cim.shift_add {{.*}}, sum_slices} : tensor<2x1x1x1x2xi64> -> tensor<2x1x1x2xi64>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <rows = 32, active_rows = 32>>,
    precision = #cim.precision<
      weight = <granularity = column, scale = dense<1.0> : tensor<2x2xf32>>,
      activation = <scale = 0.5 : f32>, adc = <>>}
    : (tensor<1x1x40xf32>, tensor<1x40x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// CHECK: dialect_resources
// CHECK-NOT: weights
// CHECK: fc.codes: "0x01000000{{(02)+}}"
{-#
  dialect_resources: {
    builtin: {
      weights: "0x040000000000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040000000400000004000000040"
    }
  }
#-}
