// RUN: cim-opt %s --split-input-file --verify-diagnostics

// What the operands of a layer and its precision have to agree on.

func.func @f(%x: tensor<1x?x8x4xf32>, %w: tensor<6x3x3x4xf32>, %b: tensor<6xf32>) {
  // expected-error @+1 {{tensors must have a static shape that is not empty, got 'tensor<1x?x8x4xf32>'}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 1,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x?x8x4xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>) -> tensor<1x8x8x6xf32>
  return
}

// -----

func.func @f(%x: tensor<0x8x8x4xf32>, %w: tensor<6x3x3x4xf32>, %b: tensor<6xf32>) {
  // expected-error @+1 {{tensors must have a static shape that is not empty, got 'tensor<0x8x8x4xf32>'}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 1,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<0x8x8x4xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>) -> tensor<0x8x8x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<6x3x3x4xf32>, %b: tensor<6xf32>) {
  // expected-error @+1 {{'groups' must divide 6 outputs, got 0}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 0,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x8x8x4xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>) -> tensor<1x8x8x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<6x3x3x4xf32>, %b: tensor<6xf32>) {
  // expected-error @+1 {{'groups' must divide 6 outputs, got 4}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 4,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x8x8x4xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>) -> tensor<1x8x8x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<6x3x2x4xf32>, %b: tensor<6xf32>) {
  // expected-error @+1 {{'weight' must have shape [6, 3, 3, 4], got [6, 3, 2, 4]}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 1,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x8x8x4xf32>, tensor<6x3x2x4xf32>, tensor<6xf32>) -> tensor<1x8x8x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x8x3xf32>, %w: tensor<6x3x3x4xf32>, %b: tensor<6xf32>) {
  // expected-error @+1 {{'input' must have 4 channels, got 3}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 1,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x8x8x3xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>) -> tensor<1x8x8x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<6x3x3x4xf32>, %b: tensor<6xf32>) {
  // expected-error @+1 {{'input' must have 8 channels, got 4}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 2,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x8x8x4xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>) -> tensor<1x8x8x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x2x8x4xf32>, %w: tensor<6x3x3x4xf32>, %b: tensor<6xf32>) {
  // expected-error @+1 {{'window' must fit the padded input, got #cim.window<}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 1,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x2x8x4xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>) -> tensor<1x8x8x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<6x3x3x4xf32>, %b: tensor<1xf32>) {
  // expected-error @+1 {{'bias' must have shape [6], got [1]}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 1,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x8x8x4xf32>, tensor<6x3x3x4xf32>, tensor<1xf32>) -> tensor<1x8x8x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<6x3x3x4xf32>, %b: tensor<6xf32>) {
  // expected-error @+1 {{'output' must have shape [1, 8, 8, 6], got [1, 8, 7, 6]}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 1,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x8x8x4xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>) -> tensor<1x8x7x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x8x4xf32>, %w: tensor<6x3x3x4xf32>, %b: tensor<6xf32>) {
  // expected-error @+1 {{'adc.scale' must have shape [1], got [1, 2]}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 1,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = layer>, activation = <bits = 4>, adc = <kind = linear, granularity = array, scale = dense<1.0> : tensor<1x2xf32>>>}
    : (tensor<1x8x8x4xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>) -> tensor<1x8x8x6xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x8x8xf32>, %w: tensor<6x3x3x4xf32>, %b: tensor<6xf32>) {
  // expected-error @+1 {{'weight.scale' must have shape [2, 1], got [1]}}
  %y = cim.conv2d %x, %w, %b {layer = "c", groups = 2,
    window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = array, scale = dense<1.0> : tensor<1xf32>>, activation = <bits = 4>, adc = <>>}
    : (tensor<1x8x8x8xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>) -> tensor<1x8x8x6xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x7x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'weight' must have shape [1, 8, 3], got [1, 7, 3]}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<2x5x8xf32>, tensor<1x7x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<2x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'weight' must have shape [1, 8, 3], got [2, 8, 3]}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<2x5x8xf32>, tensor<2x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{'bias' must have shape [3], got [4]}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<4xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'output' must have shape [2, 5, 3], got [2, 4, 3]}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<crossbar = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x4x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'weight.scale' must have shape [3], got [4]}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<crossbar = <>>, precision = #cim.precision<weight = <scale = dense<1.0> : tensor<4xf32>>, activation = <>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'weight.scale' must have shape [2, 3], got [3, 3]}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>, precision = #cim.precision<weight = <granularity = column, scale = dense<1.0> : tensor<3x3xf32>>, activation = <>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'adc.scale' must have shape [2, 2, 3], got [2, 4, 3]}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>, precision = #cim.precision<weight = <bits = 4>, activation = <>, adc = <kind = linear, granularity = column, scale = dense<1.0> : tensor<2x4x3xf32>>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'weight.range' must be narrow for slice_rule magnitude, got full}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<slice_rule = magnitude, crossbar = <>>, precision = #cim.precision<weight = <range = full>, activation = <>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'activation.zero_point' must be 8 for input_encoding twos_complement, got 7}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<input_encoding = twos_complement, crossbar = <>>, precision = #cim.precision<weight = <>, activation = <bits = 4, zero_point = 7, scale = 1.0 : f32>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'activation.zero_point' must be 8 for input_encoding twos_complement, got 9}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<input_encoding = twos_complement, crossbar = <>>, precision = #cim.precision<weight = <>, activation = <bits = 4, zero_point = 9, scale = 1.0 : f32>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'activation.zero_point' must be at least 1 for input_encoding differential, got 0}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<input_encoding = differential, crossbar = <>>, precision = #cim.precision<weight = <>, activation = <bits = 4, zero_point = 0, scale = 1.0 : f32>, adc = <>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

// Sizes whose products would overflow, or whose lists would fill the memory.

func.func @most(%x: tensor<281474976710656xf32>) {
  %q = cim.quantize_activation %x {activation = #cim.activation<scale = 1.0 : f32>}
    : tensor<281474976710656xf32> -> tensor<281474976710656xui8>
  return
}

func.func @f(%x: tensor<3x93824992236886xf32>) {
  // expected-error @+1 {{tensors must have at most 2^48 elements, got 'tensor<3x93824992236886xf32>'}}
  %q = cim.quantize_activation %x {activation = #cim.activation<scale = 1.0 : f32>}
    : tensor<3x93824992236886xf32> -> tensor<3x93824992236886xui8>
  return
}

// -----

#mapping = #cim.mapping<crossbar = <>>
#precision = #cim.precision<weight = <>, activation = <>, adc = <>>
func.func @most(%x: tensor<1x1x16777216xf32>, %w: tensor<1x16777216x1xf32>, %b: tensor<1xf32>) {
  %y = cim.matmul %x, %w, %b {layer = "l", mapping = #mapping, precision = #precision}
    : (tensor<1x1x16777216xf32>, tensor<1x16777216x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return
}

func.func @f(%x: tensor<1x1x16777217xf32>, %w: tensor<1x16777217x1xf32>, %b: tensor<1xf32>) {
  // expected-error @+1 {{a layer must have at most 16777216 rows, got 16777217}}
  %y = cim.matmul %x, %w, %b {layer = "l", mapping = #mapping, precision = #precision}
    : (tensor<1x1x16777217xf32>, tensor<1x16777217x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return
}
