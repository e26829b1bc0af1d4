// RUN: cim-opt %s --split-input-file --verify-diagnostics

%w = xbar.constant dense<1.0> : tensor<2x18x3xf32>
// expected-error @below {{'weight' must have shape [2, 18, 4], got [2, 18, 3]}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x3xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// -----
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
// expected-error @below {{'weight_bits' must be in 2..8, got 1}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 1, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// -----
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
// expected-error @below {{'weight_bits' must be in 2..8, got 9}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 9, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// -----
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
// expected-error @below {{'weight_scale' must be normal and positive, got 0.000000e+00 : f32}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.0 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// -----
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
// expected-error @below {{'weight_scale' must be normal and positive, got -1.000000e+00 : f32}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = -1.0 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// -----
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
// expected-error @below {{'weight_scale' must be normal and positive, got 0x7F800000 : f32}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0x7F800000 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// -----
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
// expected-error @below {{'slices' of the arrays must sum to at least 5 bits, got 4}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 6, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// -----
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
// expected-error @below {{'core' must not be negative, got -1}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = -1, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// -----
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
// expected-error @below {{'first_array' must not be negative, got -1}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = 0, first_array = -1, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// -----
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
// expected-error @below {{'num_arrays' must be at least 1, got 0}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 0}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// -----
%x = xbar.constant dense<1.0> : tensor<3x5x18xf32>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'input' without a 'window' must have rank 3 and begin with an axis of 2 heads, got [3, 5, 18]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, correction_scale = 0.5 : f32}
  : (tensor<3x5x18xf32>, !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<3x5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<2x5x18xf32>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'output' must have shape [2, 5, 4], got [2, 5, 8]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, correction_scale = 0.5 : f32}
  : (tensor<2x5x18xf32>, !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<2x5x8xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<2x5x18xf32>
%b = xbar.constant dense<0.0> : tensor<8xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'start' must have shape [4], got [8]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, correction_scale = 0.5 : f32}
  : (tensor<2x5x18xf32>, !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<8xf32>, tensor<1x1x4xf32>) -> tensor<2x5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<2x5x18xf32>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x8xf32>
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'scale' must have shape [1, 1, 4], got [1, 1, 8]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, correction_scale = 0.5 : f32}
  : (tensor<2x5x18xf32>, !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x8xf32>) -> tensor<2x5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<2x5x18xf32>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'correction_scale' must be present exactly if the arrays are written at run time and 'input_encoding' is offset, got none}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<2x5x18xf32>, !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<2x5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<2x5x18xf32>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%w = xbar.constant dense<1> : tensor<2x18x4xi8>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xi8> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'correction_scale' must be present exactly if the arrays are written at run time and 'input_encoding' is offset, got one}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, correction_scale = 0.5 : f32}
  : (tensor<2x5x18xf32>, !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<2x5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<2x5x18xf32>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'correction_scale' must be finite and not negative, got -5.000000e-01 : f32}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, correction_scale = -0.5 : f32}
  : (tensor<2x5x18xf32>, !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<2x5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<2x5x18xf32>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'correction_scale' must be finite and not negative, got 0x7F800000 : f32}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, correction_scale = 0x7F800000 : f32}
  : (tensor<2x5x18xf32>, !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<2x5x4xf32>
// -----
// The least scale and the fewest bits are allowed, and a factor that underflows.
%x = xbar.constant dense<1.0> : tensor<2x5x18xf32>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%w = xbar.constant dense<1.0> : tensor<2x18x4xf32>
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 0.5 : f32, core = 0, first_array = 0, num_arrays = 2}
  : tensor<2x18x4xf32> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, correction_scale = 0.0 : f32}
  : (tensor<2x5x18xf32>, !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<2x5x4xf32>
// -----
%w = xbar.constant dense<1.0> : tensor<1x4x3xf32>
// expected-error @below {{'slices' of the arrays must sum to the 4 bits of the weights for this mapping, got 3}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 1.0 : f32, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x4x3xf32> -> !cim.arrays<groups = 1, rows = 4, columns = 3, tiles = [4], slices = [2, 1], kind = offset>
// -----
%w = xbar.constant dense<1.0> : tensor<1x4x3xf32>
// expected-error @below {{'slices' of the arrays must sum to the 4 bits of the weights for this mapping, got 5}}
%a = xbar.write_arrays_dynamic %w {layer = "l", weight_bits = 4, weight_scale = 1.0 : f32, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x4x3xf32> -> !cim.arrays<groups = 1, rows = 4, columns = 3, tiles = [4], slices = [2, 2, 1], kind = twos_complement>
