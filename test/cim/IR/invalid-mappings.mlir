// RUN: cim-opt %s --split-input-file --verify-diagnostics

// Lists of slices, and what operations have beside the sums of an offset mapping.

// expected-error @+1 {{'slices' must have at least 1 entry, got 0}}
#a = #cim.mapping<slices = [], crossbar = <>>

// -----

// expected-error @+1 {{'slices' must be in 1..2, got 0}}
#a = #cim.mapping<slices = [1, 0], crossbar = <>>

// -----

#a = #cim.mapping<slices = [1, 2], crossbar = <>>
// expected-error @+1 {{'slices' must be in 1..2, got 3}}
#b = #cim.mapping<slices = [1, 3], crossbar = <>>

// -----

// Options override the width of a target: layers are checked.
#target = #cim.target<mapping = <slices = [1, 3], crossbar = <cell_bits = 3>>, precision = <weight = <bits = 8>, activation = <>, adc = <>>>
#mapping = #cim.mapping<slices = [1, 3], crossbar = <cell_bits = 3>>
func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) attributes {target = #target} {
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #mapping, precision = #cim.precision<weight = <bits = 4>, activation = <>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  // expected-error @+1 {{'slices' must be at least 5 bits together for weights of 5 bits, got 4}}
  %z = cim.matmul %x, %w, %b {layer = "z", mapping = #mapping, precision = #cim.precision<weight = <bits = 5>, activation = <>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

#target = #cim.target<mapping = <slice_rule = magnitude, slices = [1, 3], crossbar = <cell_bits = 3>>, precision = <weight = <bits = 8>, activation = <>, adc = <>>>
#mapping = #cim.mapping<slice_rule = magnitude, slices = [1, 3], crossbar = <cell_bits = 3>>
func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) attributes {target = #target} {
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #mapping, precision = #cim.precision<weight = <bits = 5>, activation = <>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  // expected-error @+1 {{'slices' must be at least 5 bits together for weights of 6 bits, got 4}}
  %z = cim.matmul %x, %w, %b {layer = "z", mapping = #mapping, precision = #cim.precision<weight = <bits = 6>, activation = <>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

#target = #cim.target<mapping = <kind = twos_complement, slices = [1, 3], crossbar = <cell_bits = 3>>, precision = <weight = <bits = 8>, activation = <>, adc = <>>>
#mapping = #cim.mapping<kind = twos_complement, slices = [1, 3], crossbar = <cell_bits = 3>>
func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) attributes {target = #target} {
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #mapping, precision = #cim.precision<weight = <bits = 5>, activation = <>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  // expected-error @+1 {{'slices' must be at least 5 bits together for weights of 6 bits, got 4}}
  %z = cim.matmul %x, %w, %b {layer = "z", mapping = #mapping, precision = #cim.precision<weight = <bits = 6>, activation = <>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

#target = #cim.target<mapping = <kind = offset, slices = [1, 3], crossbar = <cell_bits = 3>>, precision = <weight = <bits = 8>, activation = <>, adc = <>>>
#mapping = #cim.mapping<kind = offset, slices = [1, 3], crossbar = <cell_bits = 3>>
func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) attributes {target = #target} {
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #mapping, precision = #cim.precision<weight = <bits = 4>, activation = <>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  // expected-error @+1 {{'slices' must be at least 5 bits together for weights of 5 bits, got 4}}
  %z = cim.matmul %x, %w, %b {layer = "z", mapping = #mapping, precision = #cim.precision<weight = <bits = 5>, activation = <>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2, 1], kind = offset>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'slices' of arrays must sum to 4 bits for kind offset, got 5}}
  %p, %r = cim.mvm %x, %a {layer = "m", cycles = array<i64: 4>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4>, adc = <>>, mapping = #cim.mapping<kind = offset, crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> (tensor<1x3x1x5x4xi64>, tensor<1x1x5x1xi64>)
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 1], kind = twos_complement>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'slices' of arrays must sum to 4 bits for kind twos_complement, got 3}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 4>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4>, adc = <>>, mapping = #cim.mapping<kind = twos_complement, crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x1x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [4], kind = offset>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'reference' must be present exactly for kind offset and weights with 'beta', got none}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 4>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4>, adc = <>>, mapping = #cim.mapping<kind = offset, crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x1x1x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [4], kind = differential_row>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'reference' must be present exactly for kind offset and weights with 'beta', got one}}
  %p, %r = cim.mvm %x, %a {layer = "m", cycles = array<i64: 4>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4>, adc = <>>, mapping = #cim.mapping<kind = differential_row, crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> (tensor<1x1x1x5x4xi64>, tensor<1x1x5x1xi64>)
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [4], kind = offset>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'reference' must have shape [1, 1, 5, 1], got [1, 1, 5, 4]}}
  %p, %r = cim.mvm %x, %a {layer = "m", cycles = array<i64: 4>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4>, adc = <>>, mapping = #cim.mapping<kind = offset, crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> (tensor<1x1x1x5x4xi64>, tensor<1x1x5x4xi64>)
  return
}

// -----

func.func @f(%p: tensor<1x2x4x5x4xi64>) {
  // expected-error @+1 {{'adc.range' must be full for unsigned codes, got narrow}}
  %q = cim.adc_quantize %p {unsigned_codes, adc = #cim.adc<kind = linear, range = narrow, scale = dense<1.0> : tensor<f32>>} : tensor<1x2x4x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<1x2x4x5x4xi64>) {
  %u = cim.adc_quantize %p {unsigned_codes, adc = #cim.adc<kind = linear, bits = 1, scale = dense<1.0> : tensor<f32>>} : tensor<1x2x4x5x4xi64>
  // expected-error @+1 {{'adc.bits' must be at least 2 for signed codes, got 1}}
  %q = cim.adc_quantize %p {adc = #cim.adc<kind = linear, bits = 1, scale = dense<1.0> : tensor<f32>>} : tensor<1x2x4x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<3x2x4x5x4xi64>, %r: tensor<3x4x5x1xi64>) {
  // expected-error @+1 {{'added_reference' must be present exactly if 'reference' is, got none}}
  %i = "cim.shift_add"(%p, %r) {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>}
    : (tensor<3x2x4x5x4xi64>, tensor<3x4x5x1xi64>) -> tensor<3x2x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<3x2x4x5x4xi64>) {
  // expected-error @+1 {{'added_reference' must be present exactly if 'reference' is, got one}}
  %i, %s = "cim.shift_add"(%p) {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>}
    : (tensor<3x2x4x5x4xi64>) -> (tensor<3x2x5x4xi64>, tensor<3x5x1xi64>)
  return
}

// -----

func.func @f(%p: tensor<3x2x4x5x4xi64>, %r: tensor<3x5x1xi64>) {
  // expected-error @+1 {{'reference' must have rank 4, got 3}}
  %i, %s = cim.shift_add %p, reference(%r : tensor<3x5x1xi64> -> tensor<3x5x1xi64>)
    {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>} : tensor<3x2x4x5x4xi64> -> tensor<3x2x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<3x2x4x5x4xi64>, %r: tensor<3x4x5x3xi64>) {
  // expected-error @+1 {{'reference' must have a last axis of groups that divide 4 outputs, got 3}}
  %i, %s = cim.shift_add %p, reference(%r : tensor<3x4x5x3xi64> -> tensor<3x5x3xi64>)
    {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>} : tensor<3x2x4x5x4xi64> -> tensor<3x2x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<3x2x4x5x4xi64>, %r: tensor<2x4x5x1xi64>) {
  // expected-error @+1 {{'reference' must have shape [3, 4, 5, 1], got [2, 4, 5, 1]}}
  %i, %s = cim.shift_add %p, reference(%r : tensor<2x4x5x1xi64> -> tensor<3x5x1xi64>)
    {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>} : tensor<3x2x4x5x4xi64> -> tensor<3x2x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<3x2x4x5x4xi64>, %r: tensor<3x4x5x2xi64>) {
  // expected-error @+1 {{'added_reference' must have shape [1, 5, 2], got [3, 5, 2]}}
  %i, %s = cim.shift_add %p, reference(%r : tensor<3x4x5x2xi64> -> tensor<3x5x2xi64>)
    {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_tiles} : tensor<3x2x4x5x4xi64> -> tensor<1x2x5x4xi64>
  return
}

// -----

#precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
func.func @f(%i: tensor<1x1x5x4xi64>, %c: tensor<4xf32>, %r: tensor<5x1xi64>) {
  // expected-error @+1 {{'reference' must have rank 3, got 2}}
  %y = cim.adc_dequantize %i, %c, reference(%r) {slice_weights = array<i64: 1>, precision = #precision}
    : (tensor<1x1x5x4xi64>, tensor<4xf32>, tensor<5x1xi64>) -> tensor<5x4xf32>
  return
}

// -----

#precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
func.func @f(%i: tensor<1x1x5x4xi64>, %c: tensor<4xf32>, %r: tensor<1x5x3xi64>) {
  // expected-error @+1 {{'reference' must have a last axis of groups that divide 4 outputs, got 3}}
  %y = cim.adc_dequantize %i, %c, reference(%r) {slice_weights = array<i64: 1>, precision = #precision}
    : (tensor<1x1x5x4xi64>, tensor<4xf32>, tensor<1x5x3xi64>) -> tensor<5x4xf32>
  return
}

// -----

#precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>
func.func @f(%i: tensor<1x1x5x4xi64>, %c: tensor<4xf32>, %r: tensor<2x5x1xi64>) {
  // expected-error @+1 {{'reference' must have shape [1, 5, 1], got [2, 5, 1]}}
  %y = cim.adc_dequantize %i, %c, reference(%r) {slice_weights = array<i64: 1>, precision = #precision}
    : (tensor<1x1x5x4xi64>, tensor<4xf32>, tensor<2x5x1xi64>) -> tensor<5x4xf32>
  return
}
