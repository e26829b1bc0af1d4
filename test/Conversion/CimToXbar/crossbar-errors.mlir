// RUN: cim-opt %s --split-input-file --convert-cim-to-xbar --verify-diagnostics

// Chains that the passes do not make but a file may hold.

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @codes(%x: tensor<1x2xf32>, %codes: tensor<1x2x1xi8>) -> tensor<1x1xf32> {
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'codes' must be a constant that is present}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #ideal} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @input(%q: tensor<1x2xui8>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'input' must be the result of 'cim.quantize_activation'}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #ideal} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @weights(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'cycle_weights' and 'slice_weights' must be those of the digits}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 2>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #ideal} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<input_encoding = differential, crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @encoding(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'input_encoding' of 'cim.correction' must be that of 'mapping', differential, got offset}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> tensor<1x1x2x1x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, -1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x2x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, -1>, slice_weights = array<i64: 1>, precision = #ideal} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<kind = twos_complement, crossbar = <>>
#linear = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                         activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, scale = dense<2.0> : tensor<f32>>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [3, 1], kind = twos_complement>

func.func @signed_codes(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'unsigned_codes' must be set exactly if 'kind' is not differential, got false}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #linear, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> tensor<1x2x1x1x1xi64>
  %d = cim.adc_quantize %p {adc = #cim.adc<kind = linear, scale = dense<2.0> : tensor<f32>>} : tensor<1x2x1x1x1xi64>
  %i = cim.shift_add %d {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1, -8>, sum_slices, sum_tiles} : tensor<1x2x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1, -8>, precision = #linear} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #linear} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
#other = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>
#linear = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                         activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, scale = dense<2.0> : tensor<f32>>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @zero_point(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': its operations must agree on activations, weight bits, 'beta' and ADC}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #ideal} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
#other = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>
#linear = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                         activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, scale = dense<2.0> : tensor<f32>>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @mvm_activation(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': its operations must agree on activations, weight bits, 'beta' and ADC}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #other, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #ideal} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
#other = #cim.precision<weight = <bits = 3, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @weight_bits(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': its operations must agree on activations, weight bits, 'beta' and ADC}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #other, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #ideal} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
#other = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>
#linear = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                         activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, scale = dense<2.0> : tensor<f32>>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @correction_precision(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': its operations must agree on activations, weight bits, 'beta' and ADC}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #other} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
#other = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>
#linear = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                         activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, scale = dense<2.0> : tensor<f32>>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @dequantized_scale(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': its operations must agree on activations, weight bits, 'beta' and ADC}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #linear} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #linear} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
#other = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>
#linear = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                         activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, scale = dense<2.0> : tensor<f32>>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @converted_scale(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': its operations must agree on activations, weight bits, 'beta' and ADC}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  %d = cim.adc_quantize %p {adc = #cim.adc<kind = linear, scale = dense<4.0> : tensor<f32>>} : tensor<1x1x1x1x1xi64>
  %i = cim.shift_add %d {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #linear} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #linear} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
!arrays = !cim.arrays<groups = 2, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @weights(%x: tensor<2x3x2xf32>, %k: tensor<2x2x1xf32>) -> tensor<2x3x1xf32> {
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<2x3x2xf32> -> tensor<2x3x2xui8>
  %codes = cim.quantize_weight %k {weight = #cim.weight<bits = 4, granularity = layer, scale = dense<0.25> : tensor<f32>>} : tensor<2x2x1xf32> -> tensor<2x2x1xi8>
  %a = cim.write_arrays %codes : tensor<2x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'scores': its operations must agree on weights, got #cim.weight<bits = 4, granularity = layer, scale = dense<2.500000e-01> : tensor<f32>> and #cim.weight<bits = 4, granularity = layer, scale = dense<5.000000e-01> : tensor<f32>>}}
  %p = cim.mvm %q, %a {layer = "scores", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<2x3x2xui8>, !arrays) -> tensor<1x1x1x6x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x6x1xi64> -> tensor<1x1x6x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #ideal} : (!arrays, tensor<1xf32>) -> tensor<2x1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x6x1xi64>, tensor<2x1xf32>) -> tensor<2x3x1xf32>
  return %y : tensor<2x3x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0e-30> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0e-20 : f32>, adc = <>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @product_underflows(%x: tensor<1x1x2xf32>) -> tensor<1x1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0e-20 : f32>} : tensor<1x1x2xf32> -> tensor<1x1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': its scales must have a product that is a normal float32, got 0.000000e+00}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<1x1x2xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #ideal} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#ideal = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0e+30> : tensor<f32>>,
                        activation = <bits = 4, scale = 1.0e+20 : f32>, adc = <>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = differential_column>

func.func @product_overflows(%x: tensor<1x1x2xf32>) -> tensor<1x1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0e+20 : f32>} : tensor<1x1x2xf32> -> tensor<1x1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': its scales must have a product that is a normal float32, got INF}}
  %p = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #ideal, mapping = #mapping} : (tensor<1x1x2xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  %i = cim.shift_add %p {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #ideal} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>, precision = #ideal} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#beta = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>, beta = dense<0.5> : tensor<f32>>,
                       activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [1], kind = differential_column>

func.func @differential(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'differential' must be set exactly for a reference of a differential 'kind', got false}}
  %p, %r = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #beta, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> (tensor<1x1x1x1x1xi64>, tensor<1x1x1x1xi64>)
  %i, %s = cim.shift_add %p, reference(%r : tensor<1x1x1x1xi64> -> tensor<1x1x1xi64>) {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #beta} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c, reference(%s) {slice_weights = array<i64: 1>, precision = #beta} : (tensor<1x1x1x1xi64>, tensor<1xf32>, tensor<1x1x1xi64>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<kind = offset, crossbar = <>>
#beta = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>, beta = dense<0.5> : tensor<f32>>,
                       activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
#none = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                       activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [1], kind = offset>

func.func @beta(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': its operations must agree on activations, weight bits, 'beta' and ADC}}
  %p, %r = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #none, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> (tensor<1x1x1x1x1xi64>, tensor<1x1x1x1xi64>)
  %i, %s = cim.shift_add %p, reference(%r : tensor<1x1x1x1xi64> -> tensor<1x1x1xi64>) {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #beta} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c, reference(%s) {slice_weights = array<i64: 1>, precision = #beta} : (tensor<1x1x1x1xi64>, tensor<1xf32>, tensor<1x1x1xi64>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<kind = offset, crossbar = <>>
#outputs = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>,
  adc = <kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<[-1, 1]> : tensor<2xi32>>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [4], kind = offset>

func.func @apart(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': 'reference' must join the sums that the ADC converts unless weights have one bit}}
  %p, %r = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #outputs, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> (tensor<1x1x1x1x1xi64>, tensor<1x1x1x1xi64>)
  %i, %s = cim.shift_add %p, reference(%r : tensor<1x1x1x1xi64> -> tensor<1x1x1xi64>) {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %d = cim.adc_quantize %i {adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<[-1, 1]> : tensor<2xi32>>} : tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #outputs} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %d, %c, reference(%s) {slice_weights = array<i64: 1>, precision = #outputs} : (tensor<1x1x1x1xi64>, tensor<1xf32>, tensor<1x1x1xi64>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

#mapping = #cim.mapping<kind = offset, crossbar = <>>
#outputs = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>,
  adc = <kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<[-1, 1]> : tensor<2xi32>>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [1], kind = offset>

func.func @joined(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %codes = "tosa.const"() {values = dense<1> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 1.0 : f32>} : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %codes : tensor<1x2x1xi8> -> !arrays
  // expected-error @+1 {{layer 'fc': its operations must agree on activations, weight bits, 'beta' and ADC}}
  %p, %r = cim.mvm %q, %a {layer = "fc", cycles = array<i64: 4>, precision = #outputs, mapping = #mapping} : (tensor<1x2xui8>, !arrays) -> (tensor<1x1x1x1x1xi64>, tensor<1x1x1x1xi64>)
  %i, %s = cim.shift_add %p, reference(%r : tensor<1x1x1x1xi64> -> tensor<1x1x1xi64>) {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, sum_slices, sum_tiles} : tensor<1x1x1x1x1xi64> -> tensor<1x1x1x1xi64>
  %d = cim.adc_quantize %i, reference(%s : tensor<1x1x1xi64>) {adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<[-1, 1]> : tensor<2xi32>>, weight_bits = 4 : i64} : tensor<1x1x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1>, slice_weights = array<i64: 1>, precision = #outputs} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %d, %c {slice_weights = array<i64: 1>, precision = #outputs} : (tensor<1x1x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}
