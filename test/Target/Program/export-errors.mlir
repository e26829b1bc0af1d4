// RUN: split-file %s %t
// RUN: not cim-translate --mlir-to-program %t/unplanned.mlir -o %t/p 2>&1 | FileCheck %s --check-prefix=UNPLANNED
// RUN: not cim-translate --mlir-to-program %t/huge.mlir -o %t/p 2>&1 | FileCheck %s --check-prefix=HUGE
// RUN: cim-translate --mlir-to-program %t/large.mlir -o %t/large
// RUN: not cim-translate --mlir-to-program %t/mapping.mlir -o %t/p 2>&1 | FileCheck %s --check-prefix=MAPPING
// RUN: not cim-translate --mlir-to-program %t/signs.mlir -o %t/p 2>&1 | FileCheck %s --check-prefix=SIGNS
// RUN: not cim-translate --mlir-to-program %t/codes.mlir -o %t/p 2>&1 | FileCheck %s --check-prefix=CODES
// RUN: not cim-translate --mlir-to-program %t/unread.mlir -o %t/p 2>&1 | FileCheck %s --check-prefix=UNREAD
// RUN: not cim-translate --mlir-to-program %t/shared.mlir -o %t/p 2>&1 | FileCheck %s --check-prefix=SHARED
// RUN: not cim-translate --mlir-to-program %t/none.mlir -o %t/p 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not cim-translate --mlir-to-program %S/Inputs/golden-v1.mlir -o %t/missing/p 2>&1 | FileCheck %s --check-prefix=PATH
// A failure leaves no file behind.
// RUN: not ls %t/p

// UNPLANNED: error: 'xbar.program' op 'arena_bytes' must be set by memory planning, got none
//--- unplanned.mlir
xbar.program @main attributes {input_names = ["x"], output_names = ["y"]} {
^bb0(%x: tensor<2xf32>):
  xbar.output %x : tensor<2xf32>
}

// HUGE: error: 'xbar.program' op 'arena_bytes' must be at most 17179869184, got 17179869185
//--- huge.mlir
xbar.program @main attributes {input_names = [], output_names = [], arena_bytes = 17179869185,
    input_offsets = array<i64>} {
  xbar.output
}
//--- large.mlir
xbar.program @main attributes {input_names = [], output_names = [], arena_bytes = 17179869184,
    input_offsets = array<i64>} {
  xbar.output
}

// MAPPING: error: 'xbar.write_arrays' op 'codes' must be in -8..7, those of the slices, got 8
//--- mapping.mlir
xbar.program @main attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 128,
    input_offsets = array<i64: 0>} {
^bb0(%x: tensor<1x2xf32>):
  %w = xbar.constant dense<[[[-8], [8]]]> : tensor<1x2x1xi8>
  %a = xbar.write_arrays %w {layer = "fc", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
    : tensor<1x2x1xi8> -> !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [2, 2], kind = offset>
  %b = xbar.constant dense<0.0> : tensor<1xf32>
  %s = xbar.constant dense<1.0> : tensor<1x1x1xf32>
  %y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "fc", offset = 64, sum_slices, sum_tiles,
      activation = #cim.activation<bits = 2, scale = 1.0 : f32>, cycles = array<i64: 2>}
    : (tensor<1x2xf32>, !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [2, 2], kind = offset>,
       tensor<1xf32>, tensor<1x1x1xf32>) -> tensor<1x1xf32>
  xbar.output %y : tensor<1x1xf32>
}

// SIGNS: error: 'xbar.write_arrays' op 'codes' of one bit must be -1 or 1, got 0
//--- signs.mlir
xbar.program @main attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 128,
    input_offsets = array<i64: 0>} {
^bb0(%x: tensor<1x2xf32>):
  %w = xbar.constant dense<[[[-1], [0]]]> : tensor<1x2x1xi8>
  %a = xbar.write_arrays %w {layer = "fc", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
    : tensor<1x2x1xi8> -> !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [1], kind = offset>
  %b = xbar.constant dense<0.0> : tensor<1xf32>
  %s = xbar.constant dense<1.0> : tensor<1x1x1xf32>
  %r = xbar.constant dense<1.0> : tensor<1x1xf32>
  %y = xbar.mvm %x, %a, start(%b), scale(%s) reference(%r) {layer = "fc", offset = 64, sum_slices, sum_tiles,
      activation = #cim.activation<bits = 2, scale = 1.0 : f32>, cycles = array<i64: 2>}
    : (tensor<1x2xf32>, !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [1], kind = offset>,
       tensor<1xf32>, tensor<1x1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  xbar.output %y : tensor<1x1xf32>
}

// CODES: error: 'xbar.write_arrays' op 'codes' must have magnitudes of at most 2 bits, those of the slices, got 4
//--- codes.mlir
xbar.program @main attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 128,
    input_offsets = array<i64: 0>} {
^bb0(%x: tensor<1x2xf32>):
  %w = xbar.constant dense<[[[3], [-4]]]> : tensor<1x2x1xi8>
  %a = xbar.write_arrays %w {layer = "fc", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
    : tensor<1x2x1xi8> -> !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [2], kind = differential_column>
  %b = xbar.constant dense<0.0> : tensor<1xf32>
  %s = xbar.constant dense<1.0> : tensor<1x1x1xf32>
  %y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "fc", offset = 64, sum_slices, sum_tiles,
      activation = #cim.activation<bits = 2, scale = 1.0 : f32>, cycles = array<i64: 2>}
    : (tensor<1x2xf32>, !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [2], kind = differential_column>,
       tensor<1xf32>, tensor<1x1x1xf32>) -> tensor<1x1xf32>
  xbar.output %y : tensor<1x1xf32>
}

// UNREAD: error: 'xbar.write_arrays' op 'arrays' must be read by a layer, got none
//--- unread.mlir
xbar.program @main attributes {input_names = [], output_names = [], arena_bytes = 0,
    input_offsets = array<i64>} {
  %w = xbar.constant dense<1> : tensor<1x1x1xi8>
  %a = xbar.write_arrays %w {layer = "fc", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
    : tensor<1x1x1xi8> -> !cim.arrays<groups = 1, rows = 1, columns = 1, tiles = [1], slices = [2], kind = differential_row>
  xbar.output
}

// SHARED: error: 'xbar.write_arrays' op 'arrays' must be read by layers that agree on summing tiles without an ADC of partial sums, got layer
//--- shared.mlir
xbar.program @main attributes {input_names = ["x"], output_names = ["y", "z"], arena_bytes = 192,
    input_offsets = array<i64: 0>} {
^bb0(%x: tensor<1x2xf32>):
  %w = xbar.constant dense<1> : tensor<1x2x1xi8>
  %a = xbar.write_arrays %w {layer = "fc", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
    : tensor<1x2x1xi8> -> !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [2], kind = differential_column>
  %b = xbar.constant dense<0.0> : tensor<1xf32>
  %s = xbar.constant dense<1.0> : tensor<1x1x1xf32>
  %y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "apart", offset = 64, sum_slices,
      activation = #cim.activation<bits = 2, scale = 1.0 : f32>, cycles = array<i64: 2>}
    : (tensor<1x2xf32>, !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [2], kind = differential_column>,
       tensor<1xf32>, tensor<1x1x1xf32>) -> tensor<1x1xf32>
  %z = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "joined", offset = 128, sum_slices, sum_tiles,
      activation = #cim.activation<bits = 2, scale = 1.0 : f32>, cycles = array<i64: 2>}
    : (tensor<1x2xf32>, !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [2], kind = differential_column>,
       tensor<1xf32>, tensor<1x1x1xf32>) -> tensor<1x1xf32>
  xbar.output %y, %z : tensor<1x1xf32>, tensor<1x1xf32>
}

// NONE: error: the module must hold one xbar.program, got 0
//--- none.mlir
module {}

// PATH: error: cannot create {{.*}}: No such file or directory
