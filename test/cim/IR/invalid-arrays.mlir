// RUN: cim-opt %s --split-input-file --verify-diagnostics

// What the operands of an array-level operation and its attributes have to agree on.

func.func @f(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'activation.scale' must be present, got none}}
  %q = cim.quantize_activation %x {activation = #cim.activation<>} : tensor<2x3xf32> -> tensor<2x3xui8>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'codes' must have shape [2, 3], got [3, 2]}}
  %q = cim.quantize_activation %x {activation = #cim.activation<scale = 1.0 : f32>} : tensor<2x3xf32> -> tensor<3x2xui8>
  return
}

// -----

func.func @f(%w: tensor<1x17x4xi8>) {
  // expected-error @+1 {{'codes' must have shape [1, 18, 4], got [1, 17, 4]}}
  %a = cim.write_arrays %w : tensor<1x17x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x17xui8>, %a: !arrays) {
  // expected-error @+1 {{'input' without a window must have a last axis of 18 rows, got 'tensor<5x17xui8>'}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<5x17xui8>, !arrays) -> tensor<1x2x4x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'input' without a window must have rank 3 and a first axis of 2 heads, got 'tensor<5x18xui8>'}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x4x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'input' must have rank 4 under a window, got 2}}
  %p = cim.mvm %x, %a {layer = "m", window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>, cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x4x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 17, columns = 4, tiles = [17], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<1x5x5x2xui8>, %a: !arrays) {
  // expected-error @+1 {{'rows' of arrays must be a multiple of the kernel area 9, got 17}}
  %p = cim.mvm %x, %a {layer = "m", window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>, cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x5x5x2xui8>, !arrays) -> tensor<1x2x4x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<1x5x5x3xui8>, %a: !arrays) {
  // expected-error @+1 {{'input' must have 2 channels, got 3}}
  %p = cim.mvm %x, %a {layer = "m", window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>, cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x5x5x3xui8>, !arrays) -> tensor<1x2x4x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<1x2x5x2xui8>, %a: !arrays) {
  // expected-error @+1 {{'window' must fit the padded input, got #cim.window<}}
  %p = cim.mvm %x, %a {layer = "m", window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>, cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x2x5x2xui8>, !arrays) -> tensor<1x2x4x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'kind' of arrays must be differential_row as in 'mapping', got differential_column}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<kind = differential_row, crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x4x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'cycles' must be positive and sum to 4 bits, got array<i64: 1, 1, 1>}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x3x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'cycles' must be positive and sum to 4 bits, got array<i64: 1, 1, 1, 2>}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1, 2>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x4x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'cycles' must be positive and sum to 4 bits, got array<i64: 4, 0>}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 4, 0>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x2x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'cycles' must end with 1 bit for input_encoding twos_complement, got array<i64: 2, 2>}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 2, 2>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<input_encoding = twos_complement, crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x2x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'sums' must have shape [1, 2, 4, 5, 4], got [1, 2, 2, 5, 4]}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 2, 2>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<input_encoding = differential, crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x2x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 1], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'slices' of arrays must sum to at least 4 bits, got 3}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x4x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'sums' must have shape [1, 2, 4, 5, 4], got [1, 2, 4, 4, 4]}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x4x4x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'sums' must have shape [1, 2, 4, 5, 4], got [1, 1, 4, 5, 4]}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x1x4x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%x: tensor<5x18xui8>, %a: !arrays) {
  // expected-error @+1 {{'weight.scale' must have shape [4], got [5]}}
  %p = cim.mvm %x, %a {layer = "m", cycles = array<i64: 1, 1, 1, 1>,
    precision = #cim.precision<weight = <bits = 4, scale = dense<1.0> : tensor<5xf32>>, activation = <bits = 4>, adc = <>>, mapping = #cim.mapping<crossbar = <>>}
    : (tensor<5x18xui8>, !arrays) -> tensor<1x2x4x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<2x4x5x4xi64>) {
  // expected-error @+1 {{'sums' must have rank 5, got 4}}
  %q = cim.adc_quantize %p {adc = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>>} : tensor<2x4x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<1x2x4x5x4xi64>) {
  // expected-error @+1 {{'adc.kind' must be linear or table, got ideal}}
  %q = cim.adc_quantize %p {adc = #cim.adc<kind = ideal>} : tensor<1x2x4x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<1x2x4x5x4xi64>) {
  // expected-error @+1 {{'adc.scale' must be present, got none}}
  %q = cim.adc_quantize %p {adc = #cim.adc<kind = linear>} : tensor<1x2x4x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<1x2x4x5x4xi64>) {
  // expected-error @+1 {{'adc.scale' must have shape [1], got [2]}}
  %q = cim.adc_quantize %p {adc = #cim.adc<kind = linear, granularity = array, scale = dense<1.0> : tensor<2xf32>>} : tensor<1x2x4x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<1x2x4x5x4xi64>) {
  // expected-error @+1 {{'adc.scale' must be of groups that divide 4 outputs, got 3}}
  %q = cim.adc_quantize %p {adc = #cim.adc<kind = linear, granularity = array, scale = dense<1.0> : tensor<3x1xf32>>} : tensor<1x2x4x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<1x2x4x5x4xi64>) {
  // expected-error @+1 {{'adc.scale' must have shape [1, 2, 4], got [1, 1, 4]}}
  %q = cim.adc_quantize %p {adc = #cim.adc<kind = linear, granularity = column, scale = dense<1.0> : tensor<1x1x4xf32>>} : tensor<1x2x4x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<2x4x5x4xi64>) {
  // expected-error @+1 {{'codes' must have rank 5, got 4}}
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<2x4x5x4xi64> -> tensor<1x1x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<3x2x4x5x4xi64>) {
  // expected-error @+1 {{'cycle_weights' must have 4 entries, got 3}}
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<3x2x4x5x4xi64> -> tensor<1x1x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<3x2x4x5x4xi64>) {
  // expected-error @+1 {{'slice_weights' must have 2 entries, got 3}}
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4, 16>, sum_slices, sum_tiles}
    : tensor<3x2x4x5x4xi64> -> tensor<1x1x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<3x2x4x5x4xi64>) {
  // expected-error @+1 {{'sums' must have shape [1, 1, 5, 4], got [3, 1, 5, 4]}}
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>, sum_slices, sum_tiles}
    : tensor<3x2x4x5x4xi64> -> tensor<3x1x5x4xi64>
  return
}

// -----

func.func @f(%p: tensor<3x2x4x5x4xi64>) {
  // expected-error @+1 {{'sums' must have shape [3, 2, 5, 4], got [1, 1, 5, 4]}}
  %i = cim.shift_add %p {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>}
    : tensor<3x2x4x5x4xi64> -> tensor<1x1x5x4xi64>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%b: tensor<4xf32>, %a: !arrays) {
  // expected-error @+1 {{'weight.scale' must be present, got none}}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (!arrays, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%b: tensor<4xf32>, %a: !arrays) {
  // expected-error @+1 {{'activation.scale' must be present, got none}}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <>, adc = <>>}
    : (!arrays, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%b: tensor<4xf32>, %a: !arrays) {
  // expected-error @+1 {{'adc.scale' must be present, got none}}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear>>}
    : (!arrays, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%b: tensor<5xf32>, %a: !arrays) {
  // expected-error @+1 {{'bias' must have shape [4], got [5]}}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (!arrays, tensor<5xf32>) -> tensor<4xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%b: tensor<4xf32>, %a: !arrays) {
  // expected-error @+1 {{'start' must have shape [4], got [5]}}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (!arrays, tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%b: tensor<4xf32>, %a: !arrays) {
  // expected-error @+1 {{'slice_weights' must have 2 entries, got 1}}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (!arrays, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
func.func @f(%b: tensor<4xf32>, %a: !arrays) {
  // expected-error @+1 {{'adc.scale' must have shape [1, 2, 4], got [1, 1, 4]}}
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, granularity = column, scale = dense<1.0> : tensor<1x1x4xf32>>>}
    : (!arrays, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @f(%i: tensor<1x5x4xi64>, %c: tensor<4xf32>) {
  // expected-error @+1 {{'sums' must have rank 4, got 3}}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x5x4xi64>, tensor<4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @f(%i: tensor<1x1x5x4xi64>, %c: tensor<4xf32>) {
  // expected-error @+1 {{'weight.scale' must be present, got none}}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>,
    precision = #cim.precision<weight = <>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x5x4xi64>, tensor<4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @f(%i: tensor<1x1x5x4xi64>, %c: tensor<5xf32>) {
  // expected-error @+1 {{'start' must have shape [4], got [5]}}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x5x4xi64>, tensor<5xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @f(%i: tensor<1x1x5x4xi64>, %c: tensor<4xf32>) {
  // expected-error @+1 {{'slice_weights' must have 1 entries, got 2}}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x5x4xi64>, tensor<4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @f(%i: tensor<1x1x5x4xi64>, %c: tensor<4xf32>) {
  // expected-error @+1 {{'output' must have 5 positions of 4 outputs, got 'tensor<4x4xf32>'}}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x5x4xi64>, tensor<4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @f(%i: tensor<1x1x5x4xi64>, %c: tensor<4xf32>) {
  // expected-error @+1 {{'output' must have 5 positions of 4 outputs, got 'tensor<4x5xf32>'}}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x1x5x4xi64>, tensor<4xf32>) -> tensor<4x5xf32>
  return
}

// -----

func.func @f(%i: tensor<2x1x5x4xi64>, %c: tensor<4xf32>) {
  // expected-error @+1 {{'sums' must have size 1 on axes that no scale depends on, got 'tensor<2x1x5x4xi64>'}}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<2x1x5x4xi64>, tensor<4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @f(%i: tensor<1x2x5x4xi64>, %c: tensor<4xf32>) {
  // expected-error @+1 {{'sums' must have size 1 on axes that no scale depends on, got 'tensor<1x2x5x4xi64>'}}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <>>}
    : (tensor<1x2x5x4xi64>, tensor<4xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @f(%i: tensor<1x2x5x4xi64>, %c: tensor<4xf32>) {
  // expected-error @+1 {{'adc.scale' must have shape [1, 2, 4], got [1, 1, 4]}}
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1, 4>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, granularity = column, scale = dense<1.0> : tensor<1x1x4xf32>>>}
    : (tensor<1x2x5x4xi64>, tensor<4xf32>) -> tensor<5x4xf32>
  return
}

// -----

!arrays = !cim.arrays<groups = 1, rows = 1, columns = 1, tiles = [1], slices = [8], kind = differential_column>
func.func @f(%x: tensor<70368744177664x1x1x1xui8>, %a: !arrays) {
  // expected-error @+1 {{'window' must give fewer than 2^63 positions, got #cim.window<kernel = [1, 1], stride = [1, 1], pad = [65536, 65536, 65536, 65536], dilation = [1, 1]>}}
  %p = cim.mvm %x, %a {layer = "l", cycles = array<i64: 8>, mapping = #cim.mapping<crossbar = <>>,
    window = #cim.window<kernel = [1, 1], stride = [1, 1], pad = [65536, 65536, 65536, 65536], dilation = [1, 1]>,
    precision = #cim.precision<weight = <>, activation = <>, adc = <>>}
    : (tensor<70368744177664x1x1x1xui8>, !arrays) -> tensor<1x1x1x1x1xi64>
  return
}
