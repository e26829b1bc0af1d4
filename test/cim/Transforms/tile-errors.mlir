// RUN: cim-opt %s --cim-tile --split-input-file --verify-diagnostics

// A layer is one chain of operations whose ADC is not there yet.

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %a: !arrays, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  // expected-error @+1 {{layer 'fc': 'arrays' must be the result of 'cim.write_arrays'}}
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

// -----

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'cim.adc_quantize' must have 'cim.shift_add' as its only user}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x1x1x5x3xi64>
  %d = cim.adc_quantize %p {adc = #cim.adc<kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>} : tensor<1x1x1x5x3xi64>
  %i = cim.shift_add %d {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  %second = cim.shift_add %d {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  return %y : tensor<5x3xf32>
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'cim.shift_add' must have 'cim.adc_dequantize' as its only user}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x1x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  %second = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'start' must be the 'cim.correction' of the same arrays}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x1x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %b {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>, %s2: tensor<1x1x5x3xi64>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'cim.correction' must have 'cim.adc_dequantize' as its only user}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x1x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  %second = cim.adc_dequantize %s2, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = differential_column>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>>
#state = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>>
func.func @main(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{'cim.mvm' op layer 'fc': must be cut before its ADC is inserted}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x1x1x5x3xi64>
  %d = cim.adc_quantize %p {adc = #cim.adc<kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>} : tensor<1x1x1x5x3xi64>
  %i = cim.shift_add %d {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #state}
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
  // expected-error @+1 {{layer 'fc': 'sum_tiles' must be set where tiles are cut, got false}}
  %p = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> tensor<1x1x1x5x3xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #state}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #state}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @one_start_for_all_heads(%x: tensor<1x3x2xf32>, %k: tensor<1x2x1xf32>) -> tensor<1x3x1xf32> {
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x3x2xf32> -> tensor<1x3x2xui8>
  %codes = cim.quantize_weight %k {weight = #cim.weight<bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>} : tensor<1x2x1xf32> -> tensor<1x2x1xi8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'scores': 'start' must have rank 2 exactly if the weight is computed, got 'tensor<1xf32>'}}
  %p = cim.mvm %q, %a {layer = "scores", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<1x3x2xui8>, !arrays) -> tensor<1x1x1x3x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x3x1xi64> -> tensor<1x1x3x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #ideal} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x3x1xi64>, tensor<1xf32>) -> tensor<1x3x1xf32>
  return %y : tensor<1x3x1xf32>
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = offset>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @unused(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'reference' must go where 'sums' go, from 'cim.mvm' to 'cim.adc_dequantize'}}
  %p, %r = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<kind = offset, crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> (tensor<1x1x1x5x3xi64>, tensor<1x1x5x1xi64>)
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #layer}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #layer}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 8, columns = 3, tiles = [8], slices = [4], kind = offset>
#layer = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>
func.func @dropped(%x: tensor<5x8xui8>, %w: tensor<1x8x3xi8>, %b: tensor<3xf32>) -> tensor<5x3xf32> {
  %a = cim.write_arrays %w : tensor<1x8x3xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'reference' must go where 'sums' go, from 'cim.mvm' to 'cim.adc_dequantize'}}
  %p, %r = cim.mvm %x, %a {layer = "fc", cycles = array<i64: 4>, precision = #layer, mapping = #cim.mapping<kind = offset, crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<5x8xui8>, !arrays) -> (tensor<1x1x1x5x3xi64>, tensor<1x1x5x1xi64>)
  %i, %s = cim.shift_add %p, reference(%r : tensor<1x1x5x1xi64> -> tensor<1x5x1xi64>)
    {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles}
    : tensor<1x1x1x5x3xi64> -> tensor<1x1x5x3xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #layer}
    : (!arrays, tensor<3xf32>) -> tensor<3xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #layer}
    : (tensor<1x1x5x3xi64>, tensor<3xf32>) -> tensor<5x3xf32>
  return %y : tensor<5x3xf32>
}
