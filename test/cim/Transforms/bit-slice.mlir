// RUN: cim-opt %s --cim-bit-slice --split-input-file | FileCheck %s
// RUN: cim-opt %s --cim-bit-slice --cim-bit-slice --split-input-file | FileCheck %s

// Slices and cycles get their bits, sums their powers of two; tiles stay.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  // CHECK: %[[A:.*]] = cim.write_arrays {{.*}} tiles = [8], slices = [3, 1]
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // CHECK: %[[P:.*]] = cim.mvm %{{.*}}, %[[A]] {cycles = array<i64: 2, 2>, {{.*}} -> tensor<1x2x2x5x3xi64>
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<crossbar = <cell_bits = 3, dac_bits = 2>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x1x1x5x3xi64>
  // CHECK: cim.shift_add %[[P]] {cycle_weights = array<i64: 1, 4>, slice_weights = array<i64: 1, 8>, sum_slices, sum_tiles}
  // CHECK-SAME: tensor<1x2x2x5x3xi64> -> tensor<1x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  // CHECK: cim.correction %[[A]], %{{.*}} {cycle_weights = array<i64: 1, 4>, {{.*}}slice_weights = array<i64: 1, 8>}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  // CHECK: cim.adc_dequantize {{.*}}slice_weights = array<i64: 1>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// The magnitude rule leaves the sign out.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  // CHECK: cim.write_arrays {{.*}} slices = [2, 1]
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<slice_rule = magnitude, crossbar = <>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x1x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// The sign bit keeps a cycle of its own, which is subtracted.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // CHECK: %[[P:.*]] = cim.mvm {{.*}} {cycles = array<i64: 2, 1, 1>, {{.*}} -> tensor<1x2x3x5x3xi64>
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 3, 1>, precision = #layer, mapping = #cim.mapping<input_encoding = twos_complement, crossbar = <dac_bits = 2>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x1x2x5x3xi64>
  // CHECK: cim.shift_add %[[P]] {cycle_weights = array<i64: 1, 4, -8>,
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, -8>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x2x5x3xi64> -> tensor<1x1x5x3xi64>
  // CHECK: cim.correction {{.*}} {cycle_weights = array<i64: 1, 4, -8>, input_encoding = #cim.input_encoding<twos_complement>,
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, -8>, slice_weights = array<i64: 1>, precision = #layer, input_encoding = #cim.input_encoding<twos_complement>}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #layer}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

// Both passes are cut, the second is subtracted.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, zero_point = 5, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // CHECK: %[[P:.*]] = cim.mvm {{.*}} {cycles = array<i64: 3, 1>, {{.*}} -> tensor<1x2x4x5x3xi64>
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<input_encoding = differential, crossbar = <dac_bits = 3>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x1x2x5x3xi64>
  // CHECK: cim.shift_add %[[P]] {cycle_weights = array<i64: 1, 8, -1, -8>,
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, -1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x2x5x3xi64> -> tensor<1x1x5x3xi64>
  // CHECK: cim.correction {{.*}} {cycle_weights = array<i64: 1, 8, -1, -8>, input_encoding = #cim.input_encoding<differential>,
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, -1>, slice_weights = array<i64: 1>, precision = #layer, input_encoding = #cim.input_encoding<differential>}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #layer}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}
