// RUN: cim-opt %s --cim-insert-partial-sum-quantization --split-input-file --verify-diagnostics

// Only complete layers get an ADC.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': must be cut by 'cim-tile' and 'cim-bit-slice' before its ADC is inserted}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
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

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [2, 2], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': must be cut by 'cim-tile' and 'cim-bit-slice' before its ADC is inserted}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x2x4x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<1x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': must be cut by 'cim-tile' and 'cim-bit-slice' before its ADC is inserted}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<2x1x4x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<2x1x4x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [2, 2], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': must be cut by 'cim-tile' and 'cim-bit-slice' before its ADC is inserted}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<2x2x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<2x2x1x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1, 4>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [4, 4], slices = [2, 2], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'adc.scale' must be present, got none}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 1, 1, 1, 1>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<2x2x4x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<2x2x4x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'cim.mvm' must have 'cim.shift_add' as its only user}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x1x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  %second = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  return %y : tensor<5x3xf32>
}
