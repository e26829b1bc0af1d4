// RUN: cim-opt %s --split-input-file --verify-diagnostics

func.func @f(%x: tensor<4x5x8xf32>, %w: tensor<3x8x3xf32>) {
  // expected-error @+1 {{'weight' must have shape [4, 8, 3], got [3, 8, 3]}}
  %y = cim.matmul_dynamic %x, %w {layer = "m", mapping = #cim.mapping<crossbar = <>>}
    : (tensor<4x5x8xf32>, tensor<3x8x3xf32>) -> tensor<4x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<4x5x8xf32>, %w: tensor<4x7x3xf32>) {
  // expected-error @+1 {{'weight' must have shape [4, 8, 3], got [4, 7, 3]}}
  %y = cim.matmul_dynamic %x, %w {layer = "m", mapping = #cim.mapping<crossbar = <>>}
    : (tensor<4x5x8xf32>, tensor<4x7x3xf32>) -> tensor<4x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<4x5x8xf32>, %w: tensor<4x8x3xf32>) {
  // expected-error @+1 {{'output' must have shape [4, 5, 3], got [4, 5, 4]}}
  %y = cim.matmul_dynamic %x, %w {layer = "m", mapping = #cim.mapping<crossbar = <>>}
    : (tensor<4x5x8xf32>, tensor<4x8x3xf32>) -> tensor<4x5x4xf32>
  return
}

// -----

func.func @f(%x: tensor<4x?x8xf32>, %w: tensor<4x8x3xf32>) {
  // expected-error @+1 {{tensors must have a static shape that is not empty, got 'tensor<4x?x8xf32>'}}
  %y = cim.matmul_dynamic %x, %w {layer = "m", mapping = #cim.mapping<crossbar = <>>}
    : (tensor<4x?x8xf32>, tensor<4x8x3xf32>) -> tensor<4x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<4x5x8xf32>, %w: tensor<4x8x3xf32>) {
  // expected-error @+1 {{'weight.granularity' must be layer for a computed weight, got channel}}
  %y = cim.matmul_dynamic %x, %w {layer = "m", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = channel>, activation = <>, adc = <>>}
    : (tensor<4x5x8xf32>, tensor<4x8x3xf32>) -> tensor<4x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<4x5x8xf32>, %w: tensor<4x8x3xf32>) {
  // expected-error @+1 {{'weight.range' must be narrow for a computed weight, got full}}
  %y = cim.matmul_dynamic %x, %w {layer = "m", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = layer, range = full>, activation = <>, adc = <>>}
    : (tensor<4x5x8xf32>, tensor<4x8x3xf32>) -> tensor<4x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<4x5x8xf32>, %w: tensor<4x8x3xf32>) {
  // expected-error @+1 {{'adc.scale' must have shape [1, 4, 3], got [1, 4, 4]}}
  %y = cim.matmul_dynamic %x, %w {layer = "m", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = layer>, activation = <>,
      adc = <kind = linear, granularity = column, scale = dense<1.0> : tensor<1x4x4xf32>>>}
    : (tensor<4x5x8xf32>, tensor<4x8x3xf32>) -> tensor<4x5x3xf32>
  return
}

// -----

func.func @f(%w: tensor<4x8x3xf32>) {
  // expected-error @+1 {{'codes' must have shape [4, 8, 3], got [4, 8, 4]}}
  %q = cim.quantize_weight %w {weight = #cim.weight<granularity = layer, scale = dense<1.0> : tensor<f32>>} : tensor<4x8x3xf32> -> tensor<4x8x4xi8>
  return
}

// -----

func.func @f(%w: tensor<4x8x3xf32>) {
  // expected-error @+1 {{'weight.scale' must be present, got none}}
  %q = cim.quantize_weight %w {weight = #cim.weight<granularity = layer>} : tensor<4x8x3xf32> -> tensor<4x8x3xi8>
  return
}

// -----

func.func @f(%w: tensor<4x8x3xf32>) {
  // expected-error @+1 {{'weight.granularity' must be layer for a computed weight, got array}}
  %q = cim.quantize_weight %w {weight = #cim.weight<granularity = array, scale = dense<1.0> : tensor<1xf32>>} : tensor<4x8x3xf32> -> tensor<4x8x3xi8>
  return
}

// -----

func.func @f(%w: tensor<4x8x3xf32>) {
  // expected-error @+1 {{'weight.range' must be narrow for a computed weight, got full}}
  %q = cim.quantize_weight %w {weight = #cim.weight<granularity = layer, range = full, scale = dense<1.0> : tensor<f32>>} : tensor<4x8x3xf32> -> tensor<4x8x3xi8>
  return
}

// -----

!arrays = !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<3x5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'input' without a window must have rank 3 and a first axis of 2 heads, got 'tensor<3x5x18xui8>'}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<3x5x18xui8>, !arrays) -> tensor<1x2x4x10x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<2x1x5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'input' without a window must have rank 3 and a first axis of 2 heads, got 'tensor<2x1x5x18xui8>'}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<2x1x5x18xui8>, !arrays) -> tensor<1x2x4x10x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<2x5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'sums' must have shape [1, 2, 4, 10, 4], got [1, 2, 4, 5, 4]}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<2x5x18xui8>, !arrays) -> tensor<1x2x4x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%a: !arrays, %b: tensor<4xf32>) {
  // expected-error @+1 {{'weight.granularity' must be layer for a computed weight, got channel}}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = channel, scale = dense<0.5> : tensor<4xf32>>,
      activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>}
    : (!arrays, tensor<4xf32>) -> tensor<2x4xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%a: !arrays, %b: tensor<4xf32>) {
  // expected-error @+1 {{'weight.range' must be narrow for a computed weight, got full}}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, range = full, scale = dense<0.5> : tensor<f32>>,
      activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>}
    : (!arrays, tensor<4xf32>) -> tensor<2x4xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%a: !arrays, %b: tensor<4xf32>) {
  // expected-error @+1 {{'start' must have shape [2, 4], got [3, 4]}}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
      activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>}
    : (!arrays, tensor<4xf32>) -> tensor<3x4xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%a: !arrays, %b: tensor<8xf32>) {
  // expected-error @+1 {{'bias' must have shape [4], got [8]}}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
      activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>}
    : (!arrays, tensor<8xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @f(%i: tensor<1x1x10x4xi64>, %c: tensor<3x4xf32>) {
  // expected-error @+1 {{'start' must have as many rows as divide 10 positions, got 3}}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
      activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x10x4xi64>, tensor<3x4xf32>) -> tensor<2x5x4xf32>
  return
}

// -----

func.func @f(%i: tensor<1x1x10x4xi64>, %c: tensor<2x5xf32>) {
  // expected-error @+1 {{'start' must have shape [4], got [5]}}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
      activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x10x4xi64>, tensor<2x5xf32>) -> tensor<2x5x4xf32>
  return
}
