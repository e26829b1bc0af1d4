// RUN: cim-opt %s --split-input-file --convert-tosa-to-cim --verify-diagnostics

// Quantization that no layer can have, and what a layer can just have.

#target = #cim.target<mapping = <slice_rule = magnitude, crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>

!axis = !quant.uniform<i8:f32:2, {0.5, 0.25}>
!same = !quant.uniform<i8:f32:2, {0.5, 0.5}>
!point = !quant.uniform<i8:f32:2, {0.5:1, 0.5:2}>
!binary = !quant.uniform<i2<-1:1>:f32, 0.5>
module attributes {cim.target = #target} {
func.func @input(%x: tensor<1x3x2xf32>) -> (tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>) {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %a = cim.quantize %x : tensor<1x3x2xf32> -> tensor<1x3x2x!axis>
  %ad = cim.dequantize %a : tensor<1x3x2x!axis> -> tensor<1x3x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its input has 2 scales along axis 2}}
  %y0 = tosa.matmul %ad, %w, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %b = cim.quantize binary %x : tensor<1x3x2xf32> -> tensor<1x3x2x!binary>
  %bd = cim.dequantize %b : tensor<1x3x2x!binary> -> tensor<1x3x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its input is bipolar}}
  %y1 = tosa.matmul %bd, %w, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %p = cim.quantize %x : tensor<1x3x2xf32> -> tensor<1x3x2x!point>
  %pd = cim.dequantize %p : tensor<1x3x2x!point> -> tensor<1x3x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its input has 2 zero points along axis 2}}
  %y2 = tosa.matmul %pd, %w, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  // Equal scales are one.
  %s = cim.quantize %x : tensor<1x3x2xf32> -> tensor<1x3x2x!same>
  %sd = cim.dequantize %s : tensor<1x3x2x!same> -> tensor<1x3x2xf32>
  %y3 = tosa.matmul %sd, %w, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  return %y0, %y1, %y2, %y3 : tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>
}

func.func @weight(%x: tensor<1x3x2xf32>) -> (tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>) {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %c = "tosa.const"() {values = dense<[[[-8, 7], [0, 0]]]> : tensor<1x2x2xi8>} : () -> tensor<1x2x2xi8>
  %u = "tosa.const"() {values = dense<[[[255, 0], [1, 2]]]> : tensor<1x2x2xui8>} : () -> tensor<1x2x2xui8>
  %rows = cim.storage_cast %c : tensor<1x2x2xi8> -> tensor<1x2x2x!quant.uniform<i4:f32:1, {0.5, 0.25}>>
  %rowsd = cim.dequantize %rows : tensor<1x2x2x!quant.uniform<i4:f32:1, {0.5, 0.25}>> -> tensor<1x2x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its weights have several scales in output 0}}
  %y0 = tosa.matmul %x, %rowsd, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %full = cim.storage_cast %c : tensor<1x2x2xi8> -> tensor<1x2x2x!quant.uniform<i4:f32, 0.5>>
  %fulld = cim.dequantize %full : tensor<1x2x2x!quant.uniform<i4:f32, 0.5>> -> tensor<1x2x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its weights do not suit the mapping: 'weight.range' must be narrow for slice_rule magnitude, got full}}
  %y1 = tosa.matmul %x, %fulld, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %high = cim.storage_cast %u : tensor<1x2x2xui8> -> tensor<1x2x2x!quant.uniform<u8:f32, 0.5:127>>
  %highd = cim.dequantize %high : tensor<1x2x2x!quant.uniform<u8:f32, 0.5:127>> -> tensor<1x2x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its weight codes less their zero point must be in -128..127, got 128}}
  %y2 = tosa.matmul %x, %highd, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %low = cim.storage_cast %u : tensor<1x2x2xui8> -> tensor<1x2x2x!quant.uniform<u8:f32:2, {0.5:128, 0.5:129}>>
  %lowd = cim.dequantize %low : tensor<1x2x2x!quant.uniform<u8:f32:2, {0.5:128, 0.5:129}>> -> tensor<1x2x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its weight codes less their zero point must be in -128..127, got -129}}
  %y3 = tosa.matmul %x, %lowd, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %just = cim.storage_cast %u : tensor<1x2x2xui8> -> tensor<1x2x2x!quant.uniform<u8:f32:2, {0.5:128, 0.5:127}>>
  %justd = cim.dequantize %just : tensor<1x2x2x!quant.uniform<u8:f32:2, {0.5:128, 0.5:127}>> -> tensor<1x2x2xf32>
  %y4 = tosa.matmul %x, %justd, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  return %y0, %y1, %y2, %y3, %y4 : tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>
}

func.func @binary(%x: tensor<1x3x2xf32>) -> tensor<1x3x2xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %c = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %q = cim.quantize binary %c : tensor<1x2x2xf32> -> tensor<1x2x2x!binary>
  %w = cim.dequantize %q : tensor<1x2x2x!binary> -> tensor<1x2x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its weights do not suit the mapping: 'weight.bits' must be at least 2 for slice_rule magnitude, got 1}}
  %y = tosa.matmul %x, %w, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  return %y : tensor<1x3x2xf32>
}

func.func @computed(%x: tensor<1x3x2xf32>, %y: tensor<1x2x2xf32>) -> (tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>) {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %a = cim.quantize %y : tensor<1x2x2xf32> -> tensor<1x2x2x!axis>
  %ad = cim.dequantize %a : tensor<1x2x2x!axis> -> tensor<1x2x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its computed weight has 2 scales along axis 2}}
  %y0 = tosa.matmul %x, %ad, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %f = cim.quantize %y : tensor<1x2x2xf32> -> tensor<1x2x2x!quant.uniform<u4:f32, 0.5:8>>
  %fd = cim.dequantize %f : tensor<1x2x2x!quant.uniform<u4:f32, 0.5:8>> -> tensor<1x2x2xf32>
  // expected-remark @+1 {{'tosa.matmul' stays digital: its computed weight has codes -8..7 about zero, must be in -7..7}}
  %y1 = tosa.matmul %x, %fd, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  %n = cim.quantize %y : tensor<1x2x2xf32> -> tensor<1x2x2x!quant.uniform<u4<1:15>:f32, 0.5:8>>
  %nd = cim.dequantize %n : tensor<1x2x2x!quant.uniform<u4<1:15>:f32, 0.5:8>> -> tensor<1x2x2xf32>
  %y2 = tosa.matmul %x, %nd, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32>
  return %y0, %y1, %y2 : tensor<1x3x2xf32>, tensor<1x3x2xf32>, tensor<1x3x2xf32>
}

func.func @groups(%x: tensor<1x1x1x4xf32>) -> tensor<1x1x1x2xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %start0 = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %start1 = tosa.const_shape {values = dense<[0, 0, 0, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %half = tosa.const_shape {values = dense<[1, 1, 1, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %w0 = "tosa.const"() {values = dense<1.0> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %c = "tosa.const"() {values = dense<1> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %w = cim.storage_cast %c : tensor<1x1x1x2xi8> -> tensor<1x1x1x2x!quant.uniform<i4:f32, 0.5>>
  %w1 = cim.dequantize %w : tensor<1x1x1x2x!quant.uniform<i4:f32, 0.5>> -> tensor<1x1x1x2xf32>
  %s0 = tosa.slice %x, %start0, %half : (tensor<1x1x1x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x1x1x2xf32>
  %s1 = tosa.slice %x, %start1, %half : (tensor<1x1x1x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x1x1x2xf32>
  %y0 = tosa.conv2d %s0, %w0, %z, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
  %y1 = tosa.conv2d %s1, %w1, %z, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
  // expected-remark @+1 {{'tosa.concat' stays digital: only some of its groups have quantized weights}}
  %y = tosa.concat %y0, %y1 {axis = 3 : i32} : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x2xf32>
  return %y : tensor<1x1x1x2xf32>
}
}
