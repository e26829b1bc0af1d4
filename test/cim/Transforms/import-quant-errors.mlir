// RUN: cim-opt %s --split-input-file --cim-import-quant --verify-diagnostics

// What cim cannot take is refused as if it had been written so.

func.func @main(%x: f32) {
  // expected-error @+1 {{'cim.quantize' op operand #0 must be tensor of 32-bit float values, but got 'f32'}}
  %q = quant.qcast %x : f32 to !quant.uniform<i8:f32, 0.5>
  return
}

// -----

func.func @main(%x: tensor<4xf32>) {
  // expected-error @+1 {{'cim.quantize' op storage must have 1..8 bits, got 16}}
  %q = quant.qcast %x : tensor<4xf32> to tensor<4x!quant.uniform<i16:f32, 0.5>>
  return
}
