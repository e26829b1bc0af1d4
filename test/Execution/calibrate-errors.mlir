// RUN: cim-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(cim-calibrate)'
// RUN: not cim-opt %s --split-input-file --pass-pipeline='builtin.module(cim-calibrate{samples=0})' 2>&1 | FileCheck %s --check-prefix=SAMPLES
// RUN: not cim-opt %s --split-input-file --pass-pipeline='builtin.module(cim-calibrate{positions=0})' 2>&1 | FileCheck %s --check-prefix=POSITIONS
// SAMPLES: error: option 'samples' must be at least 1, got 0
// POSITIONS: error: option 'positions' must be at least 1, got 0

// expected-warning@below {{no calibration data: scales are chosen on 4 random inputs}}
module {
  func.func @main(%x: tensor<1x1x4xf32>, %w: tensor<1x4x2xf32>) -> tensor<1x1x2xf32> {
    %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
    // expected-error@below {{layer 'fc': 'weight' must be a constant, got a computed value}}
    %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
      precision = #cim.precision<weight = <>, activation = <>, adc = <>>}
      : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
    return %y : tensor<1x1x2xf32>
  }
}

// -----

// expected-warning@below {{no calibration data}}
module {
  // expected-error@below {{the compiler does not execute networks whose tensors take more than 2147483648 bytes, got 2400040000}}
  func.func @main(%x: tensor<1x1x20000xf32>, %y: tensor<1x20000x29998xf32>) -> tensor<1x1x29998xf32> {
    %z = cim.matmul_dynamic %x, %y {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
      precision = #cim.precision<weight = <granularity = layer, range = narrow>, activation = <>, adc = <>>}
      : (tensor<1x1x20000xf32>, tensor<1x20000x29998xf32>) -> tensor<1x1x29998xf32>
    return %z : tensor<1x1x29998xf32>
  }
}

// -----

// expected-warning@below {{no calibration data}}
module {
  // expected-error@below {{the compiler does not execute networks that read more than 2^40 elements, got 1.6}}
  func.func @main(%x: tensor<1x20000x4000xf32>, %y: tensor<1x4000x20000xf32>) -> tensor<1x20000x20000xf32> {
    %z = cim.matmul_dynamic %x, %y {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
      precision = #cim.precision<weight = <granularity = layer, range = narrow>, activation = <>, adc = <>>}
      : (tensor<1x20000x4000xf32>, tensor<1x4000x20000xf32>) -> tensor<1x20000x20000xf32>
    return %z : tensor<1x20000x20000xf32>
  }
}
