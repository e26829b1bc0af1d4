// RUN: cim-opt %s --split-input-file --verify-diagnostics

// Weights of one bit, which only a model can bring.

// expected-error @+1 {{'range' must be narrow for 1 bit, got full}}
#a = #cim.weight<bits = 1, range = full, granularity = layer, scale = dense<1.0> : tensor<f32>>

// -----

// expected-error @+1 {{'scale' must be present for 1 bit, got none}}
#a = #cim.weight<bits = 1, granularity = layer>

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
