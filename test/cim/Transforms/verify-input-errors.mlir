// RUN: cim-opt %s --split-input-file --cim-verify-input --verify-diagnostics

// expected-error @+1 {{a module must hold one 'func.func', got none}}
module {
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
// expected-error @+1 {{'func.func' op is a second function: a module must hold one 'func.func'}}
func.func @other(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

module {
  // expected-error @+1 {{'builtin.module' op is not allowed: a module must hold one 'func.func'}}
  module {
  }
}

// -----

// expected-error @+1 {{'func.func' op must have a body}}
func.func private @main()

// -----

// expected-error @+1 {{'func.func' op must be public: there is one function and no calls}}
func.func private @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{'func.func' op must have one block, got 2}}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
^bb1:
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{'cim.name' of argument 0 must be a string, got 1 : i64}}
func.func @main(%x: tensor<4xf32> {cim.name = 1}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{'cim.name' of result 1 must be unique, got "y"}}
func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32> {cim.name = "y"}, tensor<4xf32> {cim.name = "y"}) {
  return %x, %x : tensor<4xf32>, tensor<4xf32>
}

// -----

// expected-error @+1 {{'func.func' op argument 0 must be a tensor of static shape, got 'tensor<?xf32>'}}
func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'tosa.exp' op result 0 must be a tensor of static shape, got 'tensor<*xf32>'}}
  %y = tosa.exp %x : (tensor<4xf32>) -> tensor<*xf32>
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{argument 0 rank must be at most 6, got 'tensor<1x1x1x1x1x1x2xf32>'}}
func.func @main(%x: tensor<1x1x1x1x1x1x2xf32>, %ok: tensor<1x1x1x1x1x2xf32>) -> tensor<1x1x1x1x1x2xf32> {
  return %ok : tensor<1x1x1x1x1x2xf32>
}

// -----

// expected-error @+1 {{argument 0 element type must be f32, i1, i8, ui8, i32 or i64, got 'tensor<4xf16>'}}
func.func @main(%x: tensor<4xf16>, %a: tensor<4xi1>, %b: tensor<4xi8>, %c: tensor<4xui8>, %d: tensor<4xi32>, %e: tensor<4xi64>) -> tensor<4xi64> {
  return %e : tensor<4xi64>
}

// -----

// expected-error @+1 {{argument 0 dimensions must not be empty, got 'tensor<4x0xf32>'}}
func.func @main(%x: tensor<4x0xf32>) -> tensor<4x0xf32> {
  return %x : tensor<4x0xf32>
}

// -----

// expected-error @+1 {{argument 0 must have fewer than 2^31 elements, got 'tensor<65536x32768xf32>'}}
func.func @main(%x: tensor<65536x32768xf32>, %ok: tensor<65536x32767xf32>) -> tensor<65536x32767xf32> {
  return %ok : tensor<65536x32767xf32>
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'builtin.unrealized_conversion_cast' op is not an operation of 'tosa' or 'cim'}}
  %y = builtin.unrealized_conversion_cast %x : tensor<4xf32> to tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @main(%c: tensor<i1>, %x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'tosa.cond_if' op must not have regions: there is no control flow}}
  %y = tosa.cond_if %c (%a = %x) : tensor<i1> (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    tosa.yield %a : tensor<4xf32>
  } else {
  ^bb0(%a: tensor<4xf32>):
    tosa.yield %a : tensor<4xf32>
  }
  return %y : tensor<4xf32>
}

// -----

func.func @main() -> tensor<4xf32> {
  // expected-error @+1 {{'tosa.const' op resource 'absent' must be present}}
  %y = "tosa.const"() {values = dense_resource<absent> : tensor<4xf32>} : () -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @main() -> tensor<4xf32> {
  // expected-error @+1 {{'tosa.const' op resource 'short' must have 16 bytes, got 8}}
  %y = "tosa.const"() {values = dense_resource<short> : tensor<4xf32>} : () -> tensor<4xf32>
  return %y : tensor<4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      short: "0x040000000000803F0000803F"
    }
  }
#-}

// -----

func.func @main() -> tensor<2xf32> {
  // expected-error @+1 {{'tosa.const' op resource 'unaligned' must be aligned to 4 bytes, got 2}}
  %y = "tosa.const"() {values = dense_resource<unaligned> : tensor<2xf32>} : () -> tensor<2xf32>
  return %y : tensor<2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      unaligned: "0x020000000000803F0000803F"
    }
  }
#-}

// -----

func.func @main() -> tensor<4xf32> {
  // expected-error @+1 {{'tosa.const' op constants must be 'dense' or 'dense_resource', got sparse<0, 1.000000e+00> : tensor<4xf32>}}
  %y = "tosa.const"() {values = sparse<0, 1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<2x2xf32>) -> tensor<4xf32> {
  %a = tosa.const_shape {values = dense<2> : tensor<1xindex>} : () -> !tosa.shape<1>
  %s = tosa.mul_shape %a, %a : (!tosa.shape<1>, !tosa.shape<1>) -> !tosa.shape<1>
  // expected-error @+1 {{'tosa.reshape' op shape operands must be a 'tosa.const_shape'}}
  %y = tosa.reshape %x, %s : (tensor<2x2xf32>, !tosa.shape<1>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @conv_channels(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x6xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<6x3x3x5xf32>} : () -> tensor<6x3x3x5xf32>
  %b = "tosa.const"() {values = dense<1.0> : tensor<6xf32>} : () -> tensor<6xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-error @+1 {{'input channels of weight' must be 4, got 5}}
  %y = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x4xf32>, tensor<6x3x3x5xf32>, tensor<6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x6xf32>
  return %y : tensor<1x8x8x6xf32>
}

// -----

func.func @conv_batch(%x: tensor<1x8x8x5xf32>) -> tensor<2x8x8x6xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<6x3x3x5xf32>} : () -> tensor<6x3x3x5xf32>
  %b = "tosa.const"() {values = dense<1.0> : tensor<6xf32>} : () -> tensor<6xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-error @+1 {{result shape must be what the operands give}}
  %y = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x5xf32>, tensor<6x3x3x5xf32>, tensor<6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x8x8x6xf32>
  return %y : tensor<2x8x8x6xf32>
}

// -----

func.func @matmul(%x: tensor<1x4x5xf32>, %w: tensor<1x6x7xf32>) -> tensor<1x4x7xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-error @+1 {{'rows of b' must be 5, got 6}}
  %y = tosa.matmul %x, %w, %z, %z : (tensor<1x4x5xf32>, tensor<1x6x7xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x7xf32>
  return %y : tensor<1x4x7xf32>
}

// -----

func.func @matmul_batch(%x: tensor<2x4x6xf32>, %w: tensor<3x6x7xf32>) -> tensor<2x4x7xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-error @+1 {{'batch of b' must be 2, got 3}}
  %y = tosa.matmul %x, %w, %z, %z : (tensor<2x4x6xf32>, tensor<3x6x7xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x7xf32>
  return %y : tensor<2x4x7xf32>
}

// -----

func.func @sl(%x: tensor<4x6xf32>) -> tensor<2x6xf32> {
  %s = tosa.const_shape {values = dense<[3, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %t = tosa.const_shape {values = dense<[2, 6]> : tensor<2xindex>} : () -> !tosa.shape<2>
  // expected-error @+1 {{'tosa.slice' op start of axis 0 must be in 0..2, got 3}}
  %y = tosa.slice %x, %s, %t : (tensor<4x6xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<2x6xf32>
  return %y : tensor<2x6xf32>
}

// -----

func.func @dw(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x10xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<3x3x5x2xf32>} : () -> tensor<3x3x5x2xf32>
  %b = "tosa.const"() {values = dense<1.0> : tensor<10xf32>} : () -> tensor<10xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-error @+1 {{'input channels of weight' must be 4, got 5}}
  %y = tosa.depthwise_conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x8x8x4xf32>, tensor<3x3x5x2xf32>, tensor<10xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x10xf32>
  return %y : tensor<1x8x8x10xf32>
}

// -----

// expected-error @+1 {{'func.func' op argument 0 element type must be f32, i1, i8, ui8, i32 or i64, got 'tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>'}}
func.func @main(%q: tensor<4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4xf32> {
  %y = cim.dequantize %q : tensor<4x!quant.uniform<i8:f32, 0.5>> -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %q = cim.quantize %x : tensor<4xf32> -> tensor<4x!quant.uniform<i8:f32, 0.5>>
  // expected-error @+1 {{result 0 element type must be f32, i1, i8, ui8, i32 or i64, got 'tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>'}}
  %r = tosa.reverse %q {axis = 0 : i32} : (tensor<4x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.5>>
  %y = cim.dequantize %r : tensor<4x!quant.uniform<i8:f32, 0.5>> -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @splat(%x: tensor<1xf32>) -> tensor<30000x10000xf32> {
  // expected-error @+1 {{'tosa.const' op constants that are not in the file must have at most 1073741824 bytes together, got 1200000000}}
  %y = "tosa.const"() {values = dense<1.0> : tensor<30000x10000xf32>} : () -> tensor<30000x10000xf32>
  return %y : tensor<30000x10000xf32>
}

// -----

func.func @splats() -> (tensor<16384x16384xi8>, tensor<2x16384x16384xi8>, tensor<16384x16384xi8>, tensor<1xi8>, tensor<2xi8>) {
  %a = "tosa.const"() {values = dense<1> : tensor<16384x16384xi8>} : () -> tensor<16384x16384xi8>
  %b = "tosa.const"() {values = dense<1> : tensor<2x16384x16384xi8>} : () -> tensor<2x16384x16384xi8>
  %c = "tosa.const"() {values = dense<1> : tensor<16384x16384xi8>} : () -> tensor<16384x16384xi8>
  %d = "tosa.const"() {values = dense<1> : tensor<1xi8>} : () -> tensor<1xi8>
  // expected-error @+1 {{constants that are not in the file must have at most 1073741824 bytes together, got 1073741826}}
  %e = "tosa.const"() {values = dense<1> : tensor<2xi8>} : () -> tensor<2xi8>
  return %a, %b, %c, %d, %e : tensor<16384x16384xi8>, tensor<2x16384x16384xi8>, tensor<16384x16384xi8>, tensor<1xi8>, tensor<2xi8>
}

// -----

func.func @reverse(%x: tensor<30000x10000xi8>) -> tensor<30000x10000xi8> {
  // A table of indices for each row.
  // expected-error @+1 {{'tosa.reverse' op constants that are not in the file must have at most 1073741824 bytes together, got 1200000000}}
  %y = tosa.reverse %x {axis = 1 : i32} : (tensor<30000x10000xi8>) -> tensor<30000x10000xi8>
  return %y : tensor<30000x10000xi8>
}

// -----

func.func @argmax(%x: tensor<1x300000000xf32>) -> tensor<1xi32> {
  // expected-error @+1 {{'tosa.argmax' op constants that are not in the file must have at most 1073741824 bytes together, got 1200000000}}
  %y = tosa.argmax %x {axis = 1 : i32} : (tensor<1x300000000xf32>) -> tensor<1xi32>
  return %y : tensor<1xi32>
}

// -----

func.func @repeated(%x: tensor<2xf32>) -> tensor<3xf32> {
  // -1 is any number to upstream.
  %n = tosa.const_shape {values = dense<-1> : tensor<1xindex>} : () -> !tosa.shape<1>
  // expected-error @+1 {{result shape must be what the operands give}}
  %y = tosa.tile %x, %n : (tensor<2xf32>, !tosa.shape<1>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// -----

func.func @splat_in_attribute(%x: tensor<1xf32>) -> tensor<1xf32> {
  // Nor does verifying the attribute look at every element.
  // expected-error @+1 {{constants that are not in the file must have at most 1073741824 bytes together, got 51539607528}}
  %y = tosa.exp %x {adc = #cim.adc<kind = linear, bits = 16, granularity = column, scale = dense<2.0> : tensor<2147483647x2x3xf32>>} : (tensor<1xf32>) -> tensor<1xf32>
  return %y : tensor<1xf32>
}

// -----

func.func @dilation(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x6xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<6x1x1x4xf32>} : () -> tensor<6x1x1x4xf32>
  %b = "tosa.const"() {values = dense<1.0> : tensor<6xf32>} : () -> tensor<6xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-error @+1 {{'dilation' must be in 1..65536, got 65537}}
  %y = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 65537, 65536>} : (tensor<1x8x8x4xf32>, tensor<6x1x1x4xf32>, tensor<6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x6xf32>
  return %y : tensor<1x8x8x6xf32>
}

// -----

func.func @stride(%x: tensor<1x8x8x4xf32>) -> tensor<1x1x1x8xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<8x8x4x2xf32>} : () -> tensor<8x8x4x2xf32>
  %b = "tosa.const"() {values = dense<1.0> : tensor<8xf32>} : () -> tensor<8xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // expected-error @+1 {{'stride' must be in 1..65536, got 2147483648}}
  %y = tosa.depthwise_conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 2147483648>, dilation = array<i64: 1, 1>} : (tensor<1x8x8x4xf32>, tensor<8x8x4x2xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x8xf32>
  return %y : tensor<1x1x1x8xf32>
}

// -----

func.func @pool(%x: tensor<1x8x8x4xf32>) -> tensor<1x1x1x4xf32> {
  // expected-error @+1 {{'stride' must be in 1..65536, got 65537}}
  %y = tosa.max_pool2d %x {kernel = array<i64: 8, 8>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 65537, 1>} : (tensor<1x8x8x4xf32>) -> tensor<1x1x1x4xf32>
  return %y : tensor<1x1x1x4xf32>
}
