// The corners of section 2 in layers small enough to follow by hand.
// RUN: cim-eval %s | FileCheck %s

#plain = #cim.mapping<crossbar = <rows = 256>>

// Scale 0.5, codes 0..3, z = 1: not-a-number is z, infinities clamp, ties go to even before z.
// CHECK: @activations#0 : tensor<6xui8> = [1, 3, 0, 1, 3, 1]
func.func @activations() -> tensor<6xui8> {
  %x = "tosa.const"() {values = dense<[0x7FC00000, 0x7F800000, 0xFF800000, 0.25, 0.75, -0.25]>
    : tensor<6xf32>} : () -> tensor<6xf32>
  %q = cim.quantize_activation %x {activation = #cim.activation<bits = 2, zero_point = 1, scale = 0.5 : f32>}
    : tensor<6xf32> -> tensor<6xui8>
  return %q : tensor<6xui8>
}

// Weights far below the range: the lowest code is -1 or -2. An infinite input is the largest code, 1.
// CHECK: @narrow#0 : tensor<1x1x1xf32> = [-1]
// CHECK: @full#0 : tensor<1x1x1xf32> = [-2]
func.func @narrow() -> tensor<1x1x1xf32> {
  %x = "tosa.const"() {values = dense<0x7F800000> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %w = "tosa.const"() {values = dense<-9.0> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "l", mapping = #plain, precision = #cim.precision<
      weight = <bits = 2, granularity = layer, range = narrow, scale = dense<1.0> : tensor<f32>>,
      activation = <bits = 1, scale = 1.0 : f32>, adc = <kind = ideal>>}
    : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}
func.func @full() -> tensor<1x1x1xf32> {
  %x = "tosa.const"() {values = dense<0x7F800000> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %w = "tosa.const"() {values = dense<-9.0> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "l", mapping = #plain, precision = #cim.precision<
      weight = <bits = 2, granularity = layer, range = full, scale = dense<1.0> : tensor<f32>>,
      activation = <bits = 1, scale = 1.0 : f32>, adc = <kind = ideal>>}
    : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// Padding reads as z = 2: 0 + 1 and 1 - 1, as without quantization.
// CHECK: @padding#0 : tensor<1x1x2x1xf32> = [1, 0]
func.func @padding() -> tensor<1x1x2x1xf32> {
  %x = "tosa.const"() {values = dense<[[[[1.0], [-1.0]]]]> : tensor<1x1x2x1xf32>} : () -> tensor<1x1x2x1xf32>
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x1x2x1xf32>} : () -> tensor<1x1x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.conv2d %x, %w, %b {layer = "l", mapping = #plain,
      window = #cim.window<kernel = [1, 2], stride = [1, 1], pad = [0, 0, 1, 0], dilation = [1, 1]>,
      precision = #cim.precision<
        weight = <bits = 2, granularity = layer, scale = dense<1.0> : tensor<f32>>,
        activation = <bits = 3, zero_point = 2, scale = 1.0 : f32>, adc = <kind = ideal>>}
    : (tensor<1x1x2x1xf32>, tensor<1x1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x2x1xf32>
  return %y : tensor<1x1x2x1xf32>
}

// Two groups of two tiles of one row, scales [g,t]: every weight has code 1, so
// 1*1 + 2*2 and 3*4 + 4*8.
// CHECK: @groups#0 : tensor<1x1x1x2xf32> = [5, 44]
func.func @groups() -> tensor<1x1x1x2xf32> {
  %x = "tosa.const"() {values = dense<[[[[1.0, 2.0, 3.0, 4.0]]]]> : tensor<1x1x1x4xf32>} : () -> tensor<1x1x1x4xf32>
  %w = "tosa.const"() {values = dense<[[[[1.0, 2.0]]], [[[4.0, 8.0]]]]> : tensor<2x1x1x2xf32>}
    : () -> tensor<2x1x1x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = cim.conv2d %x, %w, %b {layer = "l", groups = 2 : i64,
      mapping = #cim.mapping<crossbar = <rows = 1, active_rows = 1>>,
      window = #cim.window<kernel = [1, 1], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>,
      precision = #cim.precision<
        weight = <bits = 4, granularity = array,
                  scale = dense<[[1.0, 2.0], [4.0, 8.0]]> : tensor<2x2xf32>>,
        activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = ideal>>}
    : (tensor<1x1x1x4xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  return %y : tensor<1x1x1x2xf32>
}

// Four ones through an ADC whose highest code is 1: once per read, so twice if two rows are read
// at a time.
// CHECK: @all_rows#0 : tensor<1x1x1xf32> = [1]
// CHECK: @active_rows#0 : tensor<1x1x1xf32> = [2]
#clipping = #cim.precision<
  weight = <bits = 2, granularity = layer, scale = dense<1.0> : tensor<f32>>,
  activation = <bits = 1, scale = 1.0 : f32>,
  adc = <kind = linear, bits = 2, granularity = layer, scale = dense<1.0> : tensor<f32>>>
func.func @all_rows() -> tensor<1x1x1xf32> {
  %x = "tosa.const"() {values = dense<1.0> : tensor<1x1x4xf32>} : () -> tensor<1x1x4xf32>
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x4x1xf32>} : () -> tensor<1x4x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "l", precision = #clipping,
      mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>}
    : (tensor<1x1x4xf32>, tensor<1x4x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}
func.func @active_rows() -> tensor<1x1x1xf32> {
  %x = "tosa.const"() {values = dense<1.0> : tensor<1x1x4xf32>} : () -> tensor<1x1x4xf32>
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x4x1xf32>} : () -> tensor<1x4x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "l", precision = #clipping,
      mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 2>>}
    : (tensor<1x1x4xf32>, tensor<1x4x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// p = 3 in steps of 2 from offset 1: code 1, back to 2 + 1. From offset 2: 0.5 is a tie, code 0,
// back to 2.
// CHECK: @offsets#0 : tensor<1x1x2xf32> = [3, 2]
func.func @offsets() -> tensor<1x1x2xf32> {
  %x = "tosa.const"() {values = dense<3.0> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = cim.matmul %x, %w, %b {layer = "l", mapping = #cim.mapping<crossbar = <rows = 256, dac_bits = 2>>,
      precision = #cim.precision<
        weight = <bits = 2, granularity = layer, scale = dense<1.0> : tensor<f32>>,
        activation = <bits = 2, scale = 1.0 : f32>,
        adc = <kind = linear, bits = 4, granularity = column, scale = dense<2.0> : tensor<1x1x2xf32>,
               offset = dense<[[[1, 2]]]> : tensor<1x1x2xi32>>>}
    : (tensor<1x1x1xf32>, tensor<1x1x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// Without all scales a layer is float.
// CHECK: @float#0 : tensor<1x1x1xf32> = [1.125]
func.func @float() -> tensor<1x1x1xf32> {
  %x = "tosa.const"() {values = dense<0.25> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %w = "tosa.const"() {values = dense<0.5> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %b = "tosa.const"() {values = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "l", mapping = #plain,
      precision = #cim.precision<weight = <bits = 2>, activation = <bits = 2>, adc = <kind = ideal>>}
    : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}
