// RUN: cim-opt %s --split-input-file --convert-tosa-to-cim --verify-diagnostics

// expected-error @+1 {{module attribute 'cim.target' must be present}}
module {
}

// -----

#target = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>

// What stays digital, and why. A declaration has nothing to map.
module attributes {cim.target = #target} {
func.func private @declaration()

func.func @conv(%x: tensor<1x4x4x2xf32>, %u: tensor<2x1x1x2xf32>, %c: tensor<2xf32>, %d: tensor<1xf32>)
    -> (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) {
  %w = "tosa.const"() {values = dense<1.0> : tensor<2x1x1x2xf32>} : () -> tensor<2x1x1x2xf32>
  %wd = "tosa.const"() {values = dense<1.0> : tensor<1x1x2x1xf32>} : () -> tensor<1x1x2x1xf32>
  %b = "tosa.const"() {values = dense<0.5> : tensor<2xf32>} : () -> tensor<2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-remark @+1 {{'tosa.conv2d' stays digital: its weights are computed}}
  %y0 = tosa.conv2d %x, %u, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  // expected-remark @+1 {{'tosa.conv2d' stays digital: its bias is computed}}
  %y1 = tosa.conv2d %x, %w, %c, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  // expected-remark @+1 {{'tosa.conv2d' stays digital: its zero points are not constant zeros}}
  %y2 = tosa.conv2d %x, %w, %b, %d, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  // expected-remark @+1 {{'tosa.depthwise_conv2d' stays digital: each channel has its own weights}}
  %y3 = tosa.depthwise_conv2d %x, %wd, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<1x1x2x1xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  return %y0, %y1, %y2, %y3 : tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>
}
}

// -----

#target = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>

module attributes {cim.target = #target} {
func.func @matmul(%x: tensor<1x2x2xf32>, %v: tensor<2x2x2xf32>, %h: tensor<1x2x2xf16>, %d: tensor<1xf32>)
    -> (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<2x2x2xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf16>) {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %w2 = "tosa.const"() {values = dense<1.0> : tensor<2x2x2xf32>} : () -> tensor<2x2x2xf32>
  %wh = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf16>} : () -> tensor<1x2x2xf16>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %zh = "tosa.const"() {values = dense<0.0> : tensor<1xf16>} : () -> tensor<1xf16>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its zero points are not constant zeros}}
  %y0 = tosa.matmul %x, %x, %z, %d : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its weights are the left operand}}
  %y1 = tosa.matmul %w, %x, %z, %z : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its weights differ between batches}}
  %y2 = tosa.matmul %v, %w2, %z, %z : (tensor<2x2x2xf32>, tensor<2x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x2x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its zero points are not constant zeros}}
  %y3 = tosa.matmul %x, %w, %d, %z : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its elements are not f32}}
  %y4 = tosa.matmul %h, %wh, %zh, %zh : (tensor<1x2x2xf16>, tensor<1x2x2xf16>, tensor<1xf16>, tensor<1xf16>) -> tensor<1x2x2xf16>
  return %y0, %y1, %y2, %y3, %y4 : tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<2x2x2xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf16>
}
}

// -----

#target = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>

// Integer convolutions that are joined are no groups, though pads before them are looked through.
module attributes {cim.target = #target} {
func.func @integers(%x: tensor<1x4x4x2xi8>) -> tensor<1x4x4x2xi32> {
  %padding = tosa.const_shape {values = dense<[0, 0, 1, 1, 1, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %w = "tosa.const"() {values = dense<1> : tensor<1x3x3x2xi8>} : () -> tensor<1x3x3x2xi8>
  %b = "tosa.const"() {values = dense<1> : tensor<1xi32>} : () -> tensor<1xi32>
  %p = tosa.pad %x, %padding, %z : (tensor<1x4x4x2xi8>, !tosa.shape<8>, tensor<1xi8>) -> tensor<1x6x6x2xi8>
  // expected-remark @+1 {{'tosa.conv2d' stays digital: its elements are not f32}}
  %c = tosa.conv2d %p, %w, %b, %z, %z {acc_type = i32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x6x6x2xi8>, tensor<1x3x3x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x1xi32>
  // expected-remark @+1 {{'tosa.conv2d' stays digital: its elements are not f32}}
  %d = tosa.conv2d %p, %w, %b, %z, %z {acc_type = i32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x6x6x2xi8>, tensor<1x3x3x2xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x1xi32>
  %y = tosa.concat %c, %d {axis = 3 : i32} : (tensor<1x4x4x1xi32>, tensor<1x4x4x1xi32>) -> tensor<1x4x4x2xi32>
  return %y : tensor<1x4x4x2xi32>
}
}
