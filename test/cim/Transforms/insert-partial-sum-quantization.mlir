// RUN: cim-opt %s --cim-insert-partial-sum-quantization --split-input-file | FileCheck %s
// RUN: cim-opt %s --cim-insert-partial-sum-quantization --cim-insert-partial-sum-quantization --split-input-file | FileCheck %s

// One scale: every axis is summed as an integer.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [2, 2], kind = differential_column>
// CHECK: #[[LAYER:precision.*]] = #cim.precision<{{.*}}adc = <kind = linear
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<2x2x4x5x3xi64>
  // CHECK: %[[D:.*]] = cim.adc_quantize %{{.*}} {adc = #cim.adc<kind = linear, bits = 4
  // CHECK: cim.shift_add %[[D]] {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
  // CHECK-SAME: tensor<2x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<2x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
  // CHECK: cim.correction {{.*}}precision = #[[LAYER]]
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  // CHECK: cim.adc_dequantize {{.*}}precision = #[[LAYER]], slice_weights = array<i64: 1>}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// A scale per tile: slices are.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [2, 2], kind = differential_column>
// CHECK: #[[LAYER:precision.*]] = #cim.precision<{{.*}}adc = <kind = linear
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, granularity = array, scale = dense<2.0> : tensor<2xf32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<2x2x4x5x3xi64>
  // CHECK: %[[D:.*]] = cim.adc_quantize %{{.*}} {adc = #cim.adc<kind = linear, bits = 4
  // CHECK: cim.shift_add %[[D]] {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices}
  // CHECK-SAME: tensor<2x2x4x5x3xi64> -> tensor<2x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<2x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
  // CHECK: cim.correction {{.*}}precision = #[[LAYER]]
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  // CHECK: cim.adc_dequantize {{.*}}precision = #[[LAYER]], slice_weights = array<i64: 1>}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// A scale per column: neither is, and slices get their weight in the dequantization.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [2, 2], kind = differential_column>
// CHECK: #[[LAYER:precision.*]] = #cim.precision<{{.*}}adc = <kind = linear
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, granularity = column, scale = dense<2.0> : tensor<2x2x3xf32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<2x2x4x5x3xi64>
  // CHECK: %[[D:.*]] = cim.adc_quantize %{{.*}} {adc = #cim.adc<kind = linear, bits = 4
  // CHECK: cim.shift_add %[[D]] {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>}
  // CHECK-SAME: tensor<2x2x4x5x3xi64> -> tensor<2x2x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<2x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
  // CHECK: cim.correction {{.*}}precision = #[[LAYER]]
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  // CHECK: cim.adc_dequantize {{.*}}precision = #[[LAYER]], slice_weights = array<i64: 1, 4>}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// An ideal ADC is none.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [2, 2], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<2x2x4x5x3xi64>
  // CHECK-NOT: cim.adc_quantize
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<2x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// Nor is one that is lossless for the stored weights.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [2, 2], kind = differential_column>
// CHECK-NOT: kind = linear
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 8, granularity = column, scale = dense<1.0> : tensor<2x2x3xf32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %w = "tosa.const"() {values = dense<7> : tensor<1x8x3xi8>} : () -> tensor<1x8x3xi8>
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<2x2x4x5x3xi64>
  // CHECK-NOT: cim.adc_quantize
  // CHECK: cim.shift_add {{.*}}sum_slices, sum_tiles
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<2x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// A table has the axes of its granularity.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [2, 2], kind = differential_column>
// CHECK: #[[LAYER:precision.*]] = #cim.precision<{{.*}}adc = <kind = table
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>,
  adc = <kind = table, bits = 1, granularity = array, scale = dense<2.0> : tensor<2xf32>,
         thresholds = dense<[[-1], [1]]> : tensor<2x1xi32>, levels = dense<[[-3, 3], [-5, 5]]> : tensor<2x2xi32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<2x2x4x5x3xi64>
  // CHECK: %[[D:.*]] = cim.adc_quantize %{{.*}} {adc = #cim.adc<kind = table, bits = 1
  // CHECK: cim.shift_add %[[D]] {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices}
  // CHECK-SAME: tensor<2x2x4x5x3xi64> -> tensor<2x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<2x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
  // CHECK: cim.correction {{.*}}precision = #[[LAYER]]
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  // CHECK: cim.adc_dequantize {{.*}}precision = #[[LAYER]], slice_weights = array<i64: 1>}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// An ADC of outputs follows the sums over all axes.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [2, 2], kind = differential_column>
// CHECK: #[[LAYER:precision.*]] = #cim.precision<{{.*}}placement = preactivation
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = table, placement = preactivation, bits = 1, scale = dense<2.0> : tensor<f32>, thresholds = dense<40> : tensor<1xi32>, levels = dense<[7, 90]> : tensor<2xi32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<2x2x4x5x3xi64>
  // CHECK-NOT: cim.adc_quantize
  // CHECK: %[[I:.*]] = cim.shift_add {{.*}}sum_slices, sum_tiles}
  // CHECK: %[[D:.*]] = cim.adc_quantize %[[I]] {adc = #cim.adc<kind = table, placement = preactivation
  // CHECK-SAME: tensor<1x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<2x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
  // CHECK: cim.correction {{.*}}precision = #[[LAYER]]
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  // CHECK: cim.adc_dequantize %[[D]], %{{.*}} {precision = #[[LAYER]], slice_weights = array<i64: 1>}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// The sums of the reference column join them.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [2, 2], kind = offset>
// CHECK: #[[LAYER:precision.*]] = #cim.precision<{{.*}}placement = preactivation
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = table, placement = preactivation, bits = 1, scale = dense<2.0> : tensor<f32>, thresholds = dense<40> : tensor<1xi32>, levels = dense<[7, 90]> : tensor<2xi32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  %p, %r = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<kind = offset, crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> (tensor<2x2x4x5x3xi64>, tensor<2x4x5x1xi64>)
  // CHECK: %[[I:.*]], %[[R:.*]] = cim.shift_add
  // CHECK: %[[D:.*]] = cim.adc_quantize %[[I]], reference(%[[R]] : tensor<1x5x1xi64>) {adc = {{.*}}, weight_bits = 4 : i64} : tensor<1x1x5x3xi64>
  %i, %s = cim.shift_add %p, reference(%r : tensor<2x4x5x1xi64> -> tensor<1x5x1xi64>)
    {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<2x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  // CHECK: cim.adc_dequantize %[[D]], %{{[^ ,]*}} {precision = #[[LAYER]]
  %y = cim.adc_dequantize %i, %c, reference(%s) {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>, tensor<1x5x1xi64>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// Binary weights leave them to the dequantization.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [1], kind = offset>
// CHECK: #[[LAYER:precision.*]] = #cim.precision<{{.*}}placement = preactivation
#layer = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = table, placement = preactivation, bits = 1, scale = dense<2.0> : tensor<f32>, thresholds = dense<40> : tensor<1xi32>, levels = dense<[7, 90]> : tensor<2xi32>>>
#state = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  %p, %r = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<kind = offset, crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> (tensor<2x1x4x5x3xi64>, tensor<2x4x5x1xi64>)
  // CHECK: %[[I:.*]], %[[R:.*]] = cim.shift_add
  // CHECK: %[[D:.*]] = cim.adc_quantize %[[I]] {adc =
  %i, %s = cim.shift_add %p, reference(%r : tensor<2x4x5x1xi64> -> tensor<1x5x1xi64>)
    {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<2x1x4x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  // CHECK: cim.adc_dequantize %[[D]], %{{[^ ,]*}}, reference(%[[R]]) {precision = #[[LAYER]]
  %y = cim.adc_dequantize %i, %c, reference(%s) {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>, tensor<1x5x1xi64>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}
