// RUN: cim-opt %s --cim-simplify-adc --split-input-file --verify-diagnostics

// The proof needs the codes of a calibrated layer.

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>, %w: tensor<1x2x1xf32>) -> tensor<1x1x1xf32> {
  // expected-error @+1 {{layer 'fc': 'weight' must be a constant, got a computed value}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense_resource<gone> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'weight' must be a constant whose data is present, got a missing or damaged resource}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'adc.scale' must have its data, got a missing or damaged resource}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, scale = dense_resource<gone> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}
