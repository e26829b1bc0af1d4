// RUN: cim-opt %s --split-input-file --convert-cim-to-xbar --verify-diagnostics

func.func @main(%x: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error @+1 {{no digital instruction for 'tosa.clz'}}
  %y = tosa.clz %x : (tensor<4xi32>) -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// -----

func.func @main(%x: tensor<2x2xf32>) -> tensor<4xf32> {
  %a = tosa.const_shape {values = dense<2> : tensor<1xindex>} : () -> !tosa.shape<1>
  // expected-error @+1 {{no digital instruction for 'tosa.mul_shape'}}
  %s = tosa.mul_shape %a, %a : (!tosa.shape<1>, !tosa.shape<1>) -> !tosa.shape<1>
  %y = tosa.reshape %x, %s : (tensor<2x2xf32>, !tosa.shape<1>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-error @+1 {{'func.func' op must have a body of one block}}
func.func private @main()

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'tosa.maximum' op 'nan_mode' must be PROPAGATE, got IGNORE}}
  %y = tosa.maximum %x, %x {nan_mode = IGNORE} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4xi32>) -> tensor<4xi32> {
  %s = "tosa.const"() {values = dense<1> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error @+1 {{'tosa.mul' op zero points and shifts must be constant zeros}}
  %y = tosa.mul %x, %x, %s : (tensor<4xi32>, tensor<4xi32>, tensor<1xi8>) -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// -----

func.func @main(%x: tensor<1x4x4x1xi8>) -> tensor<1x2x2x1xi8> {
  // expected-error @+1 {{'tosa.max_pool2d' op elements must be f32 to be executed digitally, got 'tensor<1x4x4x1xi8>'}}
  %y = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x1xi8>) -> tensor<1x2x2x1xi8>
  return %y : tensor<1x2x2x1xi8>
}

// -----

func.func @main(%x: tensor<1x4x4x1xf32>, %w: tensor<2x1x1x1xf32>, %b: tensor<1xf32>) -> tensor<1x4x4x2xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-error @+1 {{'tosa.conv2d' op a bias of one element must be constant}}
  %y = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<2x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  return %y : tensor<1x4x4x2xf32>
}

// -----

func.func @main(%x: tensor<1x4x4x1xf32>, %w: tensor<1x1x1x2xf32>, %b: tensor<2xf32>) -> tensor<1x4x4x2xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-error @+1 {{'tosa.depthwise_conv2d' op weights must be constant to be executed digitally}}
  %y = tosa.depthwise_conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  return %y : tensor<1x4x4x2xf32>
}

// -----

func.func @main(%x: tensor<2xf32>, %v: tensor<1xf32>) -> tensor<3xf32> {
  %padding = tosa.const_shape {values = dense<[1, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  // expected-error @+1 {{'tosa.pad' op the value of padding must be a constant that a double can hold}}
  %y = tosa.pad %x, %padding, %v : (tensor<2xf32>, !tosa.shape<2>, tensor<1xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// -----

func.func @main(%x: tensor<2xi64>) -> tensor<3xi64> {
  %padding = tosa.const_shape {values = dense<[1, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %v = "tosa.const"() {values = dense<9007199254740993> : tensor<1xi64>} : () -> tensor<1xi64>
  // expected-error @+1 {{'tosa.pad' op the value of padding must be a constant that a double can hold}}
  %y = tosa.pad %x, %padding, %v : (tensor<2xi64>, !tosa.shape<2>, tensor<1xi64>) -> tensor<3xi64>
  return %y : tensor<3xi64>
}

// -----

func.func @main(%x: tensor<2xi64>) -> tensor<2xi64> {
  // expected-error @+1 {{'tosa.clamp' op the bounds must be numbers that a double can hold}}
  %y = tosa.clamp %x {min_val = -9223372036854775808 : i64, max_val = 9223372036854775806 : i64} : (tensor<2xi64>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}

// -----

func.func @main(%x: tensor<2xf32>) -> tensor<2xui8> {
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 4, scale = 0.5 : f32>} : tensor<2xf32> -> tensor<2xui8>
  // expected-error @+1 {{'func.return' op operands must be buffers, got the result of 'cim.quantize_activation'}}
  return %q : tensor<2xui8>
}

// -----

func.func @main(%x: tensor<1x2x1xf32>) -> tensor<1x2x1xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-error @+1 {{'cim.matmul' op layer 'fc' is calibrated: it must be lowered by 'cim-quantize' first}}
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = layer, scale = dense<0.5> : tensor<f32>>,
                               activation = <scale = 0.25 : f32>, adc = <>>}
    : (tensor<1x2x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>) -> tensor<1x2x1xf32>
  return %y : tensor<1x2x1xf32>
}

// -----

func.func @main(%x: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error @+1 {{'tosa.arithmetic_right_shift' op 'round' must be false, got true}}
  %y = tosa.arithmetic_right_shift %x, %x {round = true} : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return %y : tensor<4xi32>
}

// -----

func.func @main(%x: tensor<1x1x2xf32>, %w: tensor<1x2x2xf32>, %b: tensor<2xf32>) -> tensor<1x1x2xf32> {
  // expected-error @+1 {{layer 'm' has no precision yet: run 'cim-assign-precision' first}}
  %y = cim.matmul %x, %w, %b {layer = "m", mapping = #cim.mapping<crossbar = <>>,
    quantization = #cim.quantization<activation = <scale = 0.5 : f32>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}
