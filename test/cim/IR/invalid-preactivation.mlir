// RUN: cim-opt %s --split-input-file --verify-diagnostics

// What an ADC of outputs asks of its fields, of weights and of the operations around it.

// expected-error @+1 {{'adc.placement' must be partial_sum unless the kind of the ADC is table, got preactivation}}
#a = #cim.adc<kind = linear, placement = preactivation>

// -----

// expected-error @+1 {{'adc.placement' must be partial_sum unless the kind of the ADC is table, got preactivation}}
#a = #cim.adc<placement = preactivation>

// -----

// expected-error @+1 {{'adc.granularity' must be layer or column for placement preactivation, got array}}
#a = #cim.adc<kind = table, placement = preactivation, granularity = array>

// -----

// expected-error @+1 {{'scale' must have rank 1 for its granularity, got 3}}
#a = #cim.adc<kind = table, placement = preactivation, bits = 1, granularity = column, scale = dense<1.0> : tensor<1x1x2xf32>, thresholds = dense<0> : tensor<1x1x2x1xi32>, levels = dense<0> : tensor<1x1x2x2xi32>>

// -----

// expected-error @+1 {{'thresholds' must have shape [2, 1], got [1]}}
#a = #cim.adc<kind = table, placement = preactivation, bits = 1, granularity = column, scale = dense<1.0> : tensor<2xf32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<0> : tensor<2x2xi32>>

// -----

// expected-error @+1 {{'thresholds' must increase strictly along the last axis, got 5 after 5}}
#a = #cim.adc<kind = table, placement = preactivation, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[5, 5]> : tensor<2xi32>, levels = dense<0> : tensor<3xi32>>

// -----

// expected-error @+1 {{'weight.granularity' must be layer or channel for an ADC of placement preactivation, got array}}
#a = #cim.target<mapping = <crossbar = <>>, precision = <weight = <granularity = array>, activation = <>, adc = <kind = table, placement = preactivation>>>

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'weight.granularity' must be layer or channel for an ADC of placement preactivation, got column}}
  %y = cim.matmul %x, %w, %b {layer = "m", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = column>, activation = <>, adc = <kind = table, placement = preactivation>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'adc.scale' must have shape [3], got [2]}}
  %y = cim.matmul %x, %w, %b {layer = "m", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = layer>, activation = <>, adc = <kind = table, placement = preactivation, bits = 1, granularity = column,
      scale = dense<1.0> : tensor<2xf32>, thresholds = dense<0> : tensor<2x1xi32>, levels = dense<0> : tensor<2x2xi32>>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

#adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<0> : tensor<2xi32>>
func.func @f(%p: tensor<1x1x1x5x4xi64>) {
  // expected-error @+1 {{'sums' must have rank 4, got 5}}
  %q = cim.adc_quantize %p {adc = #adc} : tensor<1x1x1x5x4xi64>
  return
}

// -----

#adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<0> : tensor<2xi32>>
func.func @f(%p: tensor<1x2x5x4xi64>) {
  // expected-error @+1 {{'sums' must have size 1 on the axes t and s for placement preactivation, got 'tensor<1x2x5x4xi64>'}}
  %q = cim.adc_quantize %p {adc = #adc} : tensor<1x2x5x4xi64>
  return
}

// -----

#adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<0> : tensor<2xi32>>
func.func @f(%p: tensor<1x1x5x4xi64>) {
  // expected-error @+1 {{'unsigned_codes' must be absent for placement preactivation, got one}}
  %q = cim.adc_quantize %p {adc = #adc, unsigned_codes} : tensor<1x1x5x4xi64>
  return
}

// -----

#adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<0> : tensor<2xi32>>
func.func @f(%p: tensor<1x1x5x4xi64>, %r: tensor<1x5x1xi64>) {
  // expected-error @+1 {{'weight_bits' must be present exactly if 'reference' is, got none}}
  %q = cim.adc_quantize %p, reference(%r : tensor<1x5x1xi64>) {adc = #adc} : tensor<1x1x5x4xi64>
  return
}

// -----

#adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<0> : tensor<2xi32>>
func.func @f(%p: tensor<1x1x5x4xi64>) {
  // expected-error @+1 {{'weight_bits' must be present exactly if 'reference' is, got one}}
  %q = cim.adc_quantize %p {adc = #adc, weight_bits = 4 : i64} : tensor<1x1x5x4xi64>
  return
}

// -----

#adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<0> : tensor<2xi32>>
func.func @f(%p: tensor<1x1x5x4xi64>, %r: tensor<1x5x1xi64>) {
  // expected-error @+1 {{'weight_bits' must be in 2..8, got 1}}
  %q = cim.adc_quantize %p, reference(%r : tensor<1x5x1xi64>) {adc = #adc, weight_bits = 1 : i64} : tensor<1x1x5x4xi64>
  return
}

// -----

#adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<0> : tensor<2xi32>>
func.func @f(%p: tensor<1x1x5x4xi64>, %r: tensor<1x5x1xi64>) {
  // expected-error @+1 {{'weight_bits' must be in 2..8, got 9}}
  %q = cim.adc_quantize %p, reference(%r : tensor<1x5x1xi64>) {adc = #adc, weight_bits = 9 : i64} : tensor<1x1x5x4xi64>
  return
}

// -----

#adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<0> : tensor<2xi32>>
func.func @f(%p: tensor<1x1x5x4xi64>, %r: tensor<1x1x5x1xi64>) {
  // expected-error @+1 {{'reference' must have rank 3, got 4}}
  %q = cim.adc_quantize %p, reference(%r : tensor<1x1x5x1xi64>) {adc = #adc, weight_bits = 4 : i64} : tensor<1x1x5x4xi64>
  return
}

// -----

#adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<0> : tensor<2xi32>>
func.func @f(%p: tensor<1x1x5x4xi64>, %r: tensor<1x5x3xi64>) {
  // expected-error @+1 {{'reference' must have a last axis of groups that divide 4 outputs, got 3}}
  %q = cim.adc_quantize %p, reference(%r : tensor<1x5x3xi64>) {adc = #adc, weight_bits = 4 : i64} : tensor<1x1x5x4xi64>
  return
}

// -----

#adc = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<0> : tensor<2xi32>>
func.func @f(%p: tensor<1x1x5x4xi64>, %r: tensor<1x6x1xi64>) {
  // expected-error @+1 {{'reference' must have shape [1, 5, 1], got [1, 6, 1]}}
  %q = cim.adc_quantize %p, reference(%r : tensor<1x6x1xi64>) {adc = #adc, weight_bits = 4 : i64} : tensor<1x1x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<1x1x1x5x4xi64>, %r: tensor<1x5x1xi64>) {
  // expected-error @+1 {{'reference' and 'weight_bits' must be absent for placement partial_sum, got 'reference'}}
  %q = cim.adc_quantize %p, reference(%r : tensor<1x5x1xi64>) {adc = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>>} : tensor<1x1x1x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<1x1x1x5x4xi64>) {
  // expected-error @+1 {{'reference' and 'weight_bits' must be absent for placement partial_sum, got 'weight_bits'}}
  %q = cim.adc_quantize %p {adc = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>>, weight_bits = 4 : i64} : tensor<1x1x1x5x4xi64>
  return
}
