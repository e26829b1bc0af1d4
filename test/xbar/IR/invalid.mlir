// RUN: cim-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{must be static tensor of rank 0/1/2/3/4/5/6 and 1 to 2^40 bytes}}
%0 = "xbar.concat"() {axis = 0 : i64} : () -> tensor<?xf32>
// -----
// expected-error @below {{must be static tensor of rank 0/1/2/3/4/5/6 and 1 to 2^40 bytes}}
%0 = "xbar.concat"() {axis = 0 : i64} : () -> tensor<2xf64>
// -----
// expected-error @below {{must be static tensor of rank 0/1/2/3/4/5/6 and 1 to 2^40 bytes}}
%0 = "xbar.concat"() {axis = 0 : i64} : () -> tensor<0xf32>
// -----
// expected-error @below {{must be static tensor of rank 0/1/2/3/4/5/6 and 1 to 2^40 bytes}}
%0 = "xbar.concat"() {axis = 0 : i64} : () -> tensor<1x1x1x1x1x1x1xf32>
// -----
// expected-error @below {{must be static tensor of rank 0/1/2/3/4/5/6 and 1 to 2^40 bytes}}
%0 = "xbar.concat"() {axis = 0 : i64} : () -> tensor<1099511627776xi16>
// -----
// 2^40 bytes are the limit.
xbar.program @limit attributes {input_names = ["x"], output_names = []} {
^bb0(%x: tensor<1099511627776xi8>):
  xbar.output
}
// -----
// expected-error @below {{input 0 must be a tensor that the runtime can hold, got 'tensor<1099511627777xi8>'}}
xbar.program @p attributes {input_names = ["x"], output_names = []} {
^bb0(%x: tensor<1099511627777xi8>):
  xbar.output
}
// -----
// expected-error @below {{'value' of i1 must be dense, got}}
%0 = xbar.constant dense_resource<missing> : tensor<2xi1>
// -----
// expected-error @below {{'value' must be dense, or a dense_resource that is present and holds 4 aligned bytes for each element, got}}
%0 = xbar.constant dense_resource<missing> : tensor<2xf32>
// -----
// expected-error @below {{'value' must be dense, or a dense_resource that is present and holds 4 aligned bytes for each element, got}}
%0 = xbar.constant dense_resource<short> : tensor<2xf32>
{-#
  dialect_resources: {builtin: {short: "0x0400000001020304"}}
#-}
// -----
// expected-error @below {{'input_names' must have one name for each of 1 ports, got 0}}
xbar.program @p attributes {input_names = [], output_names = []} {
^bb0(%x: tensor<2xf32>):
  xbar.output
}
// -----
// expected-error @below {{'output_names' must have one name for each of 1 ports, got 2}}
xbar.program @p attributes {input_names = ["x"], output_names = ["y", "z"]} {
^bb0(%x: tensor<2xf32>):
  xbar.output %x : tensor<2xf32>
}
// -----
// expected-error @below {{'output_names' must be unique and not empty, got 'y'}}
xbar.program @p attributes {input_names = ["x"], output_names = ["y", "y"]} {
^bb0(%x: tensor<2xf32>):
  xbar.output %x, %x : tensor<2xf32>, tensor<2xf32>
}
// -----
// expected-error @below {{'input_names' must be unique and not empty, got ''}}
xbar.program @p attributes {input_names = [""], output_names = []} {
^bb0(%x: tensor<2xf32>):
  xbar.output
}
// -----
xbar.program @p attributes {input_names = ["x"], output_names = []} {
^bb0(%x: tensor<2xf32>):
  // expected-error @below {{the body of a program must consist of instructions, got 'tosa.exp'}}
  %0 = tosa.exp %x : (tensor<2xf32>) -> tensor<2xf32>
  xbar.output
}
// -----
// expected-error @below {{'input_offsets' needs 'arena_bytes', got none}}
xbar.program @p attributes {input_names = ["x"], output_names = [], input_offsets = array<i64: 0>} {
^bb0(%x: tensor<2xf32>):
  xbar.output
}
// -----
xbar.program @p attributes {input_names = ["x"], output_names = ["y"]} {
^bb0(%x: tensor<2xf32>):
  // expected-error @below {{'offset' needs 'arena_bytes' of the program, got none}}
  %0 = xbar.unary %x {kind = #xbar.unary_kind<exp>, offset = 0} : (tensor<2xf32>) -> tensor<2xf32>
  xbar.output %0 : tensor<2xf32>
}
// -----
// expected-error @below {{'arena_bytes' must not be negative, got -1}}
xbar.program @p attributes {input_names = ["x"], output_names = [], arena_bytes = -1, input_offsets = array<i64: 0>} {
^bb0(%x: tensor<2xf32>):
  xbar.output
}
// -----
// expected-error @below {{'input_offsets' must have one offset for each of 1 inputs, got 0}}
xbar.program @p attributes {input_names = ["x"], output_names = [], arena_bytes = 64} {
^bb0(%x: tensor<2xf32>):
  xbar.output
}
// -----
xbar.program @p attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 128, input_offsets = array<i64: 0>} {
^bb0(%x: tensor<2xf32>):
  // expected-error @below {{'offset' must be present in a program with 'arena_bytes', got none}}
  %0 = xbar.unary %x {kind = #xbar.unary_kind<exp>} : (tensor<2xf32>) -> tensor<2xf32>
  xbar.output %0 : tensor<2xf32>
}
// -----
xbar.program @p attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 128, input_offsets = array<i64: 0>} {
^bb0(%x: tensor<2xf32>):
  // expected-error @below {{'offset' must be a non-negative multiple of 64, got -64}}
  %0 = xbar.unary %x {kind = #xbar.unary_kind<exp>, offset = -64} : (tensor<2xf32>) -> tensor<2xf32>
  xbar.output %0 : tensor<2xf32>
}
// -----
xbar.program @p attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 128, input_offsets = array<i64: 0>} {
^bb0(%x: tensor<2xf32>):
  // expected-error @below {{'offset' must be a non-negative multiple of 64, got 65}}
  %0 = xbar.unary %x {kind = #xbar.unary_kind<exp>, offset = 65} : (tensor<2xf32>) -> tensor<2xf32>
  xbar.output %0 : tensor<2xf32>
}
// -----
xbar.program @p attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 71, input_offsets = array<i64: 0>} {
^bb0(%x: tensor<2xf32>):
  // expected-error @below {{'offset' must leave room for 8 bytes in an arena of 71, got 64}}
  %0 = xbar.unary %x {kind = #xbar.unary_kind<exp>, offset = 64} : (tensor<2xf32>) -> tensor<2xf32>
  xbar.output %0 : tensor<2xf32>
}
// -----
// The last byte of the arena is the last of the buffer.
xbar.program @p attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 72, input_offsets = array<i64: 0>} {
^bb0(%x: tensor<2xf32>):
  %0 = xbar.unary %x {kind = #xbar.unary_kind<exp>, offset = 64} : (tensor<2xf32>) -> tensor<2xf32>
  xbar.output %0 : tensor<2xf32>
}
// -----
// expected-error @below {{'input_offsets' must leave room for 8 bytes in an arena of 128, got 128}}
xbar.program @p attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 128, input_offsets = array<i64: 128>} {
^bb0(%x: tensor<2xf32>):
  %0 = xbar.unary %x {kind = #xbar.unary_kind<exp>, offset = 64} : (tensor<2xf32>) -> tensor<2xf32>
  xbar.output %0 : tensor<2xf32>
}
// -----
xbar.program @p attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 64, input_offsets = array<i64: 0>} {
// expected-note @below {{the other buffer is [0, 8)}}
^bb0(%x: tensor<2xf32>):
  // expected-error @below {{'offset' must not overlap a buffer that is alive, got 0}}
  %0 = xbar.unary %x {kind = #xbar.unary_kind<exp>, offset = 0} : (tensor<2xf32>) -> tensor<2xf32>
  xbar.output %0 : tensor<2xf32>
}
// -----
xbar.program @p attributes {input_names = ["x"], output_names = [], arena_bytes = 128, input_offsets = array<i64: 0>} {
^bb0(%x: tensor<2xf32>):
  // expected-error @below {{'offset' must be that of the operand, 0, got 64}}
  %0 = xbar.reshape %x {offset = 64} : (tensor<2xf32>) -> tensor<1x2xf32>
  xbar.output
}
// -----
xbar.program @p attributes {input_names = ["x"], output_names = [], arena_bytes = 128, input_offsets = array<i64: 0>} {
^bb0(%x: tensor<2xf32>):
  // expected-error @below {{'offset' must be that of the operand, 0, got none}}
  %0 = xbar.reshape %x : (tensor<2xf32>) -> tensor<1x2xf32>
  xbar.output
}
// -----
xbar.program @p attributes {input_names = ["x"], output_names = []} {
^bb0(%x: tensor<1x18x4xi8>):
  // expected-error @below {{'codes' must be a constant, got}}
  %a = xbar.write_arrays %x {layer = "l", kernel_area = 9, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
  xbar.output
}
// -----
%w = xbar.constant dense<1> : tensor<1x18x5xi8>
// expected-error @below {{'codes' must have shape [1, 18, 4], got [1, 18, 5]}}
%a = xbar.write_arrays %w {layer = "l", kernel_area = 9, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x5xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>

// -----
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
// expected-error @below {{'kernel_area' must divide the 18 rows of the arrays, got 0}}
%a = xbar.write_arrays %w {layer = "l", kernel_area = 0, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>

// -----
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
// expected-error @below {{'kernel_area' must divide the 18 rows of the arrays, got 4}}
%a = xbar.write_arrays %w {layer = "l", kernel_area = 4, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>

// -----
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
// expected-error @below {{'core' must not be negative, got -1}}
%a = xbar.write_arrays %w {layer = "l", kernel_area = 9, core = -1, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>

// -----
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
// expected-error @below {{'first_array' must not be negative, got -1}}
%a = xbar.write_arrays %w {layer = "l", kernel_area = 9, core = 0, first_array = -1, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>

// -----
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
// expected-error @below {{'num_arrays' must be at least 1, got 0}}
%a = xbar.write_arrays %w {layer = "l", kernel_area = 9, core = 0, first_array = 0, num_arrays = 0}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>

// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 9, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'input' must have rank 4 with a 'window', got 2}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x3xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 9, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'input' must have as many channels as 18 rows of the arrays over a kernel of 9, got 3}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>, sum_slices, sum_tiles}
  : (tensor<1x4x4x3xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<1x4x4x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 9, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'output' must have shape [1, 4, 4, 4], got [1, 4, 3, 4]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>, sum_slices, sum_tiles}
  : (tensor<1x4x4x2xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<1x4x3x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'arrays' must be written with the kernel area of the layer, 9, got 1}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>, sum_slices, sum_tiles}
  : (tensor<1x4x4x2xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<1x4x4x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<2x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<2x18x4xi8> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'input' without a 'window' must have rank 3 and begin with an axis of 2 heads, got [5, 18]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x17xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'input' must end with an axis of 18 rows, got [5, 17]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x17xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'output' must have shape [5, 4], got [4, 4]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<4x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'activation' must have its scale, got #cim.activation<>}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 8>, cycles = array<i64: 8>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'cycles' must have 1..4 bits each, got 0}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 4, 0>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'zero_point' must be 8 for input_encoding twos_complement, got 7}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, zero_point = 7, scale = 1.0 : f32>, cycles = array<i64: 3, 1>, input_encoding = #cim.input_encoding<twos_complement>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'zero_point' must be 8 for input_encoding twos_complement, got 9}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, zero_point = 9, scale = 1.0 : f32>, cycles = array<i64: 3, 1>, input_encoding = #cim.input_encoding<twos_complement>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'cycles' must end with 1 bit for input_encoding twos_complement, got 2}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, input_encoding = #cim.input_encoding<twos_complement>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'zero_point' must be at least 1 for input_encoding differential, got 0}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, input_encoding = #cim.input_encoding<differential>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'cycles' must add up to the 4 bits of 'activation', got 3}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 3>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'cycles' must have 1..4 bits each, got 5}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 5>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'cycles' must add up to the 4 bits of 'activation', got 5}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 1, 4>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'adc_range' must be present exactly if 'reciprocal' is, got only 'adc_range'}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, adc_range = array<i64: -2, 1>}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%r = xbar.constant dense<0.5> : tensor<1x2x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'adc_range' must be present exactly if 'reciprocal' is, got only 'reciprocal'}}
%y = xbar.mvm %x, %a, start(%b), scale(%s), reciprocal(%r) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x2x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%o = xbar.constant dense<1> : tensor<1x2x4xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'offsets' needs 'reciprocal', got none}}
%y = "xbar.mvm"(%x, %a, %b, %s, %o) {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 1, 0, 0, 0>, layer = "l",
    activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 4>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x2x4xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x2x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'sum_slices' must be set unless an ADC converts partial sums, got false}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x2x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%r = xbar.constant dense<0.5> : tensor<1x2x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'adc_range' must be [qmin, qmax] with -32768 <= qmin < qmax <= 65535, got [-32769, 1]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s), reciprocal(%r) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, adc_range = array<i64: -32769, 1>}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x2x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%r = xbar.constant dense<0.5> : tensor<1x2x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'adc_range' must be [qmin, qmax] with -32768 <= qmin < qmax <= 65535, got [-2, 65536]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s), reciprocal(%r) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, adc_range = array<i64: -2, 65536>}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x2x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%r = xbar.constant dense<0.5> : tensor<1x2x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'adc_range' must be [qmin, qmax] with -32768 <= qmin < qmax <= 65535, got [1, 1]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s), reciprocal(%r) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, adc_range = array<i64: 1, 1>}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x2x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%r = xbar.constant dense<0.5> : tensor<1x2x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'adc_range' must be [qmin, qmax] with -32768 <= qmin < qmax <= 65535, got [-2, 1, 3]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s), reciprocal(%r) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, adc_range = array<i64: -2, 1, 3>}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x2x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<5xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'start' must have shape [4], got [5]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<5xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x2x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'scale' must have shape [1, 1, 4], got [1, 2, 4]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x2x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%r = xbar.constant dense<0.5> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'reciprocal' must have shape [1, 2, 4], got [1, 1, 4]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s), reciprocal(%r) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, adc_range = array<i64: -2, 1>}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%r = xbar.constant dense<0.5> : tensor<1x2x4xf32>
%o = xbar.constant dense<1> : tensor<1x1x4xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'offsets' must have shape [1, 2, 4], got [1, 1, 4]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s), reciprocal(%r), offsets(%o) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, adc_range = array<i64: -2, 1>}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x2x4xf32>, tensor<1x1x4xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b0 = xbar.constant dense<0.0> : tensor<4xf32>
%b = xbar.unary %b0 {kind = #xbar.unary_kind<exp>} : (tensor<4xf32>) -> tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>
// expected-error @below {{'start' must be a constant, got}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
