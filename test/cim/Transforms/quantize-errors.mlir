// RUN: cim-opt %s --cim-quantize --split-input-file --verify-diagnostics

// A layer is lowered only if it can be executed; the error names the layer and what is missing.

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'precision' must be present, got none}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'weight.scale' must be present, got none}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <granularity = layer>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'activation.scale' must be present, got none}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'adc.scale' must be present, got none}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>, %w: tensor<1x2x1xf32>) -> tensor<1x1x1xf32> {
  // expected-error @+1 {{layer 'fc': 'weight' must be a constant, got a computed value}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense_resource<gone> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'weight' must be a constant whose data is present, got a missing or damaged resource}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<0x7FC00000> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'weight' must be finite, got nan}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<0x7F800000> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'weight' must be finite, got INF}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'weight.scale' must have its data, got a missing or damaged resource}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense_resource<gone> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
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

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'adc.offset' must have its data, got a missing or damaged resource}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>, offset = dense_resource<gone> : tensor<i32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'weight.split' must have its data, got a missing or damaged resource}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<1.0> : tensor<f32>, split = dense_resource<gone> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'weight.beta' must be finite, got INF}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 1, granularity = layer, scale = dense<1.0> : tensor<f32>, beta = dense_resource<infinite> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      infinite: "0x040000000000807F"
    }
  }
#-}

// -----

// A resource that is there but too short, and one of values that are no scales.

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense_resource<short> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'weight' must be a constant whose data is present, got a missing or damaged resource}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      short: "0x040000000000803F"
    }
  }
#-}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'weight.scale' must be normal and positive, got -1.000000e+00}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense_resource<negative> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      negative: "0x04000000000080BF"
    }
  }
#-}

// -----

// Sums of 519 rows of 127 * 255 pass 2^24, those of 518 rows do not, and an ideal ADC does not care.

func.func @f(%x: tensor<1x1x519xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<127.0> : tensor<1x519x1xf32>} : () -> tensor<1x519x1xf32>
  // expected-error @+1 {{layer 'fc': partial sums must stay below 16777216 in magnitude, got up to 16807815}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <rows = 1024, active_rows = 1024, cell_bits = 8, dac_bits = 8>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x519xf32>, tensor<1x519x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x519xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<-127.0> : tensor<1x519x1xf32>} : () -> tensor<1x519x1xf32>
  // expected-error @+1 {{layer 'fc': partial sums must stay below 16777216 in magnitude, got up to 16807815}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <rows = 1024, active_rows = 1024, cell_bits = 8, dac_bits = 8>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x519xf32>, tensor<1x519x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x518xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<127.0> : tensor<1x518x1xf32>} : () -> tensor<1x518x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <rows = 1024, active_rows = 1024, cell_bits = 8, dac_bits = 8>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x518xf32>, tensor<1x518x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x519xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<127.0> : tensor<1x519x1xf32>} : () -> tensor<1x519x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <rows = 1024, active_rows = 1024, cell_bits = 8, dac_bits = 8>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x519xf32>, tensor<1x519x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// Offsets in a resource are checked where they are read: these are 0 and 16777216.
func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<2xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  // expected-error @+1 {{layer 'fc': 'adc.offset' must be in -16777215..16777215, got 16777216}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 4>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>,
      adc = <kind = linear, bits = 4, granularity = column, scale = dense<1.0> : tensor<1x1x2xf32>, offset = dense_resource<offset> : tensor<1x1x2xi32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

{-# dialect_resources: { builtin: { offset: "0x040000000000000000000001" } } #-}

// -----

// Offsets in a resource are checked where they are read: these are 0 and 16777215.
func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<2xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 4>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>,
      adc = <kind = linear, bits = 4, granularity = column, scale = dense<1.0> : tensor<1x1x2xf32>, offset = dense_resource<offset> : tensor<1x1x2xi32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

{-# dialect_resources: { builtin: { offset: "0x0400000000000000ffffff00" } } #-}

// -----

// Offsets in a resource are checked where they are read: these are 0 and -16777216.
func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<2xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  // expected-error @+1 {{layer 'fc': 'adc.offset' must be in -16777215..16777215, got -16777216}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 4>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>,
      adc = <kind = linear, bits = 4, granularity = column, scale = dense<1.0> : tensor<1x1x2xf32>, offset = dense_resource<offset> : tensor<1x1x2xi32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

{-# dialect_resources: { builtin: { offset: "0x0400000000000000000000ff" } } #-}

// -----

// Offsets in a resource are checked where they are read: these are 0 and -2147483648.
func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<2xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  // expected-error @+1 {{layer 'fc': 'adc.offset' must be in -16777215..16777215, got -2147483648}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 4>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>,
      adc = <kind = linear, bits = 4, granularity = column, scale = dense<1.0> : tensor<1x1x2xf32>, offset = dense_resource<offset> : tensor<1x1x2xi32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

{-# dialect_resources: { builtin: { offset: "0x040000000000000000000080" } } #-}

// -----

func.func @ideal_sums_fit(%x: tensor<1x1x66311xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<127.0> : tensor<1x66311x1xf32>} : () -> tensor<1x66311x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x66311xf32>, tensor<1x66311x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @ideal_sums_do_not_fit(%x: tensor<1x1x66312xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<127.0> : tensor<1x66312x1xf32>} : () -> tensor<1x66312x1xf32>
  // expected-error @+1 {{layer 'fc': sums of an ideal ADC must stay below 2147483648 in magnitude, got up to 2147514120}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x66312xf32>, tensor<1x66312x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @computed_sums_do_not_fit(%x: tensor<1x1x66312xf32>, %w: tensor<1x66312x1xf32>) -> tensor<1x1x1xf32> {
  // expected-error @+1 {{layer 'scores': sums of an ideal ADC must stay below 2147483648 in magnitude, got up to 2147514120}}
  %y = cim.matmul_dynamic %x, %w {layer = "scores", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x66312xf32>, tensor<1x66312x1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'adc.thresholds' must be present, got none}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>,
      adc = <kind = table>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}


// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'thresholds' must have its data, got a missing or damaged resource}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>,
      adc = <kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense_resource<nowhere> : tensor<2xi32>, levels = dense<0> : tensor<3xi32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}


// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'levels' must have its data, got a missing or damaged resource}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>,
      adc = <kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[0, 1]> : tensor<2xi32>, levels = dense_resource<short> : tensor<3xi32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

{-# dialect_resources: { builtin: { short: "0x0400000000000000" } } #-}


// -----

func.func @f(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  // expected-error @+1 {{layer 'fc': 'thresholds' must increase strictly along the last axis, got 1 after 1}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>,
      adc = <kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense_resource<equal> : tensor<2xi32>, levels = dense<0> : tensor<3xi32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

{-# dialect_resources: { builtin: { equal: "0x040000000100000001000000" } } #-}

// -----

#outputs = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<[-1, 1]> : tensor<2xi32>>
func.func @outputs_fit(%x: tensor<1x1x66311xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<127.0> : tensor<1x66311x1xf32>} : () -> tensor<1x66311x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <scale = 1.0 : f32>, adc = #outputs>}
    : (tensor<1x1x66311xf32>, tensor<1x66311x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

#outputs = #cim.adc<kind = table, placement = preactivation, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<[-1, 1]> : tensor<2xi32>>
func.func @outputs_do_not_fit(%x: tensor<1x1x66312xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<127.0> : tensor<1x66312x1xf32>} : () -> tensor<1x66312x1xf32>
  // expected-error @+1 {{layer 'fc': sums that an ADC of outputs converts must stay below 2147483648 in magnitude, got up to 2147514120}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <scale = 1.0 : f32>, adc = #outputs>}
    : (tensor<1x1x66312xf32>, tensor<1x66312x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}
