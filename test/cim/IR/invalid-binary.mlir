// RUN: cim-opt %s --split-input-file --verify-diagnostics

// Weights of one bit.

// expected-error @+1 {{'range' must be narrow for 1 bit, got full}}
#a = #cim.weight<bits = 1, range = full, granularity = layer, scale = dense<1.0> : tensor<f32>>

// -----

// expected-error @+1 {{'split' must be absent unless there is 1 bit, got 2 bits}}
#a = #cim.weight<bits = 2, granularity = layer, scale = dense<1.0> : tensor<f32>, split = dense<0.0> : tensor<f32>>

// -----

// expected-error @+1 {{'beta' must be absent unless there is 1 bit, got 2 bits}}
#a = #cim.weight<bits = 2, granularity = layer, scale = dense<1.0> : tensor<f32>, beta = dense<0.0> : tensor<f32>>

// -----

// expected-error @+1 {{'beta' must have the shape of 'scale', got 'tensor<f32>'}}
#a = #cim.weight<bits = 1, granularity = layer, beta = dense<1.0> : tensor<f32>>

// -----

// expected-error @+1 {{'split' must have the shape of 'scale', got 'tensor<3xf32>'}}
#a = #cim.weight<bits = 1, scale = dense<1.0> : tensor<2xf32>, split = dense<1.0> : tensor<3xf32>>

// -----

// expected-error @+1 {{'beta' must be a tensor of f32, got 'tensor<2xf64>'}}
#a = #cim.weight<bits = 1, scale = dense<1.0> : tensor<2xf32>, beta = dense<1.0> : tensor<2xf64>>

// -----

// expected-error @+1 {{'beta' must be finite, got}}
#a = #cim.weight<bits = 1, scale = dense<1.0> : tensor<2xf32>, beta = dense<[0.0, 0x7F800000]> : tensor<2xf32>>

// -----

// expected-error @+1 {{'split' must be dense or dense_resource, got sparse}}
#a = #cim.weight<bits = 1, scale = dense<1.0> : tensor<2xf32>, split = sparse<0, 1.0> : tensor<2xf32>>

// -----

// expected-error @+1 {{'weight.split' and 'weight.beta' must be absent, got dense<5.000000e-01> : tensor<f32>}}
#q = #cim.quantization<weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>, beta = dense<0.5> : tensor<f32>>>

// -----

#p = #cim.precision<weight = <bits = 1>, activation = <bits = 4>, adc = <>>
func.func @f(%x: tensor<1x5x8xf32>, %w: tensor<1x8x4xf32>, %b: tensor<4xf32>) {
  // The last number of columns that is enough.
  %y = cim.matmul %x, %w, %b {layer = "m", mapping = #cim.mapping<crossbar = <columns = 4>>, precision = #p}
    : (tensor<1x5x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<1x5x4xf32>
  // expected-error @+1 {{'columns' must be at least 4 for weights with 'beta' of kind differential_column, got 2}}
  %z = cim.matmul %x, %w, %b {layer = "m", mapping = #cim.mapping<crossbar = <columns = 2>>, precision = #p}
    : (tensor<1x5x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<1x5x4xf32>
  return
}

// -----

#p = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>, beta = dense<0.5> : tensor<f32>>, activation = <bits = 4>, adc = <>>
func.func @f(%x: tensor<1x5x8xf32>, %w: tensor<1x8x4xf32>, %b: tensor<4xf32>) {
  %y = cim.matmul %x, %w, %b {layer = "m", mapping = #cim.mapping<kind = differential_row, crossbar = <columns = 2>>, precision = #p}
    : (tensor<1x5x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<1x5x4xf32>
  // expected-error @+1 {{'columns' must be at least 2 for weights with 'beta' of kind differential_row, got 1}}
  %z = cim.matmul %x, %w, %b {layer = "m", mapping = #cim.mapping<kind = differential_row, crossbar = <columns = 1>>, precision = #p}
    : (tensor<1x5x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<1x5x4xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [1], kind = differential_row>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'reference' must be present exactly for kind offset and weights with 'beta', got none}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 4>,
    precision = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<1.0> : tensor<f32>, beta = dense<1.0> : tensor<f32>>,
                               activation = <bits = 4>, adc = <>>, mapping = #cim.mapping<kind = differential_row, crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x1x1x5x4xi64>
  return
}

// -----

#p = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<1.0> : tensor<f32>, beta = dense<1.0> : tensor<f32>>,
                    activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
func.func @f(%i: tensor<1x1x5x4xi64>, %c: tensor<4xf32>) {
  // expected-error @+1 {{'reference' must be present for weights with 'beta', got none}}
  %y = cim.adc_dequantize %i, %c {differential, slice_weights = array<i64: 1>, precision = #p}
    : (tensor<1x1x5x4xi64>, tensor<4xf32>) -> tensor<5x4xf32>
  return
}

// -----

#p = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<1.0> : tensor<f32>>,
                    activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
func.func @f(%i: tensor<1x1x5x4xi64>, %r: tensor<1x5x1xi64>, %c: tensor<4xf32>) {
  // expected-error @+1 {{'differential' must be absent for weights without 'beta', got one}}
  %y = cim.adc_dequantize %i, %c, reference(%r) {differential, slice_weights = array<i64: 1>, precision = #p}
    : (tensor<1x1x5x4xi64>, tensor<4xf32>, tensor<1x5x1xi64>) -> tensor<5x4xf32>
  return
}

// -----

#q = #cim.quantization<weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>>>
func.func @f(%x: tensor<1x5x8xf32>, %w: tensor<1x8x4xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{'weight.bits' must be at least 2 for slice_rule magnitude, got 1}}
  %y = cim.matmul %x, %w, %b {layer = "m", mapping = #cim.mapping<slice_rule = magnitude, crossbar = <>>, quantization = #q}
    : (tensor<1x5x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<1x5x4xf32>
  return
}

// -----

#q = #cim.quantization<weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>>>
func.func @f(%x: tensor<1x5x8xf32>, %w: tensor<1x8x4xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{'weight.bits' must be at least 2 for kind twos_complement, got 1}}
  %y = cim.matmul %x, %w, %b {layer = "m", mapping = #cim.mapping<kind = twos_complement, crossbar = <>>, quantization = #q}
    : (tensor<1x5x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<1x5x4xf32>
  return
}

// -----

#q = #cim.quantization<weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>>>
func.func @f(%x: tensor<1x5x8xf32>, %w: tensor<1x8x4xf32>) {
  // expected-error @+1 {{'weight.bits' must be at least 2 for a computed weight, got 1}}
  %y = cim.matmul_dynamic %x, %w {layer = "m", mapping = #cim.mapping<crossbar = <>>, quantization = #q}
    : (tensor<1x5x8xf32>, tensor<1x8x4xf32>) -> tensor<1x5x4xf32>
  return
}
