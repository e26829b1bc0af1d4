// RUN: cim-opt %s --split-input-file --verify-diagnostics

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{storage must have 1..8 bits, got 9}}
  %q = cim.quantize %x : tensor<4xf32> -> tensor<4x!quant.uniform<i9:f32, 0.5>>
  return
}

// -----

func.func @f(%q: tensor<4x!quant.uniform<u16:f32, 0.5>>) {
  // expected-error @+1 {{storage must have 1..8 bits, got 16}}
  %x = cim.dequantize %q : tensor<4x!quant.uniform<u16:f32, 0.5>> -> tensor<4xf32>
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{expressed type must be f32, got 'f16'}}
  %q = cim.quantize %x : tensor<4xf32> -> tensor<4x!quant.uniform<i8:f16, 0.5>>
  return
}

// -----

// The nearest float32 would be a different number.
func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{'scale' must be exactly a normal positive float32, got 1.000000e-01}}
  %q = cim.quantize %x : tensor<4xf32> -> tensor<4x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{'scale' must be exactly a normal positive float32, got 1.000000e-01}}
  %q = cim.quantize %x : tensor<4xf32> -> tensor<4x!quant.uniform<i8:f32:0, {0.5, 0.5, 0.1, 0.5}>>
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{'zero_point' must be in -128..127, got 128}}
  %q = cim.quantize %x : tensor<4xf32> -> tensor<4x!quant.uniform<i8:f32, 0.5:128>>
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{'zero_point' must be in -7..7, got -8}}
  %q = cim.quantize %x : tensor<4xf32> -> tensor<4x!quant.uniform<i4<-7:7>:f32, 0.5:-8>>
  return
}

// -----

func.func @f(%x: tensor<2xf32>) {
  // expected-error @+1 {{'zero_point' must be in 0..15, got 16}}
  %q = cim.quantize %x : tensor<2xf32> -> tensor<2x!quant.uniform<u4:f32:0, {0.5:15, 0.5:16}>>
  return
}

// -----

func.func @f(%x: tensor<2xf32>) {
  // expected-error @+1 {{'axis' must be below the rank 1, got 1}}
  %q = cim.quantize %x : tensor<2xf32> -> tensor<2x!quant.uniform<u4:f32:1, {0.5, 0.5}>>
  return
}

// -----

func.func @f(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'scale' must have 3 entries for axis 1, got 2}}
  %q = cim.quantize %x : tensor<2x3xf32> -> tensor<2x3x!quant.uniform<u4:f32:1, {0.5, 0.5}>>
  return
}

// -----

func.func @f(%x: tensor<2xf32>) {
  // expected-error @+1 {{storage of 'binary' codes must be -1..1, got -2 to 1}}
  %q = cim.quantize binary %x : tensor<2xf32> -> tensor<2x!quant.uniform<i2:f32, 0.5>>
  return
}

// -----

func.func @f(%x: tensor<2xf32>) {
  // expected-error @+1 {{'zero_point' of 'binary' codes must be 0, got 1}}
  %q = cim.quantize binary %x : tensor<2xf32> -> tensor<2x!quant.uniform<i2<-1:1>:f32, 0.5:1>>
  return
}

// -----

func.func @f(%x: tensor<?xf32>) {
  // expected-error @+1 {{tensors must have a static shape that is not empty, got 'tensor<?xf32>'}}
  %q = cim.quantize %x : tensor<?xf32> -> tensor<2x!quant.uniform<i2:f32, 0.5>>
  return
}

// -----

func.func @f(%x: tensor<2xi8>) {
  // expected-error @+1 {{must cast between integers and a quantized type, got 'tensor<2xi8>' to 'tensor<2xi32>'}}
  %q = cim.storage_cast %x : tensor<2xi8> -> tensor<2xi32>
  return
}

// -----

func.func @f(%x: tensor<2x!quant.uniform<u4:f32, 0.5>>) {
  // expected-error @+1 {{must cast between integers and a quantized type, got 'tensor<2x!quant.uniform<u4:f32, 5.000000e-01>>' to 'tensor<2x!quant.uniform<i4:f32, 5.000000e-01>>'}}
  %q = cim.storage_cast %x : tensor<2x!quant.uniform<u4:f32, 0.5>> -> tensor<2x!quant.uniform<i4:f32, 0.5>>
  return
}

// -----

func.func @f(%x: tensor<2xi8>) {
  // expected-error @+1 {{integers must hold 0..128, got 'i8'}}
  %q = cim.storage_cast %x : tensor<2xi8> -> tensor<2x!quant.uniform<u8<0:128>:f32, 0.5>>
  return
}

// -----

func.func @f(%x: tensor<2xi8>, %b: tensor<2x!quant.uniform<i2<-1:1>:f32, 0.5>>) {
  // 0..127 is held.
  %q = cim.storage_cast %x : tensor<2xi8> -> tensor<2x!quant.uniform<u8<0:127>:f32, 0.5>>
  // expected-error @+1 {{integers must hold -1..1, got 'ui8'}}
  %u = "cim.storage_cast"(%b) : (tensor<2x!quant.uniform<i2<-1:1>:f32, 0.5>>) -> tensor<2xui8>
  return
}

// -----

// expected-error @+1 {{'weight.scale' must be present, got none}}
#q = #cim.quantization<weight = <bits = 4, granularity = layer>>

// -----

// expected-error @+1 {{'weight.granularity' must be layer or channel, got array}}
#q = #cim.quantization<weight = <granularity = array, scale = dense<0.5> : tensor<2xf32>>>

// -----

// expected-error @+1 {{'activation.scale' must be present, got none}}
#q = #cim.quantization<activation = <bits = 4>>

// -----

#q = #cim.quantization<weight = <scale = dense<0.5> : tensor<3xf32>>>
func.func @f(%x: tensor<1x5x8xf32>, %w: tensor<1x8x4xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{'weight.scale' must have shape [4], got [3]}}
  %y = cim.matmul %x, %w, %b {layer = "m", mapping = #cim.mapping<crossbar = <>>, quantization = #q}
    : (tensor<1x5x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<1x5x4xf32>
  return
}

// -----

#q = #cim.quantization<weight = <range = full, granularity = layer, scale = dense<0.5> : tensor<f32>>>
func.func @f(%x: tensor<1x5x8xf32>, %w: tensor<1x8x4xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{'weight.range' must be narrow for slice_rule magnitude, got full}}
  %y = cim.matmul %x, %w, %b {layer = "m", mapping = #cim.mapping<slice_rule = magnitude, crossbar = <>>, quantization = #q}
    : (tensor<1x5x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<1x5x4xf32>
  return
}

// -----

#q = #cim.quantization<weight = <range = full, granularity = layer, scale = dense<0.5> : tensor<f32>>>
func.func @f(%x: tensor<1x5x8xf32>, %w: tensor<1x8x4xf32>) {
  // expected-error @+1 {{'weight.range' must be narrow for a computed weight, got full}}
  %y = cim.matmul_dynamic %x, %w {layer = "m", mapping = #cim.mapping<crossbar = <>>, quantization = #q}
    : (tensor<1x5x8xf32>, tensor<1x8x4xf32>) -> tensor<1x5x4xf32>
  return
}

// -----

#q = #cim.quantization<activation = <bits = 4, scale = 0.5 : f32>>
#p = #cim.precision<weight = <>, activation = <>, adc = <>>
func.func @f(%x: tensor<1x5x8xf32>, %w: tensor<1x8x4xf32>) {
  // expected-error-re @+1 {{'quantization' must be absent where there is a precision, got #cim.quantization<{{.*}}>}}
  %y = cim.matmul_dynamic %x, %w {layer = "m", mapping = #cim.mapping<crossbar = <>>, quantization = #q, precision = #p}
    : (tensor<1x5x8xf32>, tensor<1x8x4xf32>) -> tensor<1x5x4xf32>
  return
}
