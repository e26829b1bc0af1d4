// RUN: cim-opt %s --split-input-file --verify-diagnostics

// Each bound of weight, activation and ADC, from both sides.

// expected-error @+1 {{'bits' must be in 1..8, got 0}}
#a = #cim.weight<bits = 0>

// -----

// expected-error @+1 {{'bits' must be in 1..8, got 9}}
#a = #cim.weight<bits = 9>

// -----

// expected-error @+1 {{'scale' must be a tensor of f32, got 'tensor<f64>'}}
#a = #cim.weight<granularity = layer, scale = dense<1.0> : tensor<f64>>

// -----

// expected-error @+1 {{'scale' must be a tensor of f32, got 'vector<2xf32>'}}
#a = #cim.weight<granularity = layer, scale = dense<1.0> : vector<2xf32>>

// -----

// expected-error @+1 {{'scale' must have rank 0 for its granularity, got 1}}
#a = #cim.weight<granularity = layer, scale = dense<1.0> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must have rank 1 for its granularity, got 0}}
#a = #cim.weight<granularity = channel, scale = dense<1.0> : tensor<f32>>

// -----

// expected-error @+1 {{'scale' must have rank 1 for its granularity, got 3}}
#a = #cim.weight<granularity = array, scale = dense<1.0> : tensor<1x1x1xf32>>

// -----

// expected-error @+1 {{'scale' must have rank 2 for its granularity, got 1}}
#a = #cim.weight<granularity = column, scale = dense<1.0> : tensor<4xf32>>

// -----

// expected-error @+1 {{'scale' must be dense or dense_resource, got sparse}}
#a = #cim.weight<scale = sparse<[[0]], [1.0]> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must be normal and positive, got 0}}
#a = #cim.weight<scale = dense<[1.0, 0.0]> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must be normal and positive, got -5.000000e-01}}
#a = #cim.weight<scale = dense<[1.0, -0.5]> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must be normal and positive, got}}
#a = #cim.weight<scale = dense<1.0e-40> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must be normal and positive, got}}
#a = #cim.weight<scale = dense<0x7F800000> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must be normal and positive, got}}
#a = #cim.weight<scale = dense<0x7FC00000> : tensor<2xf32>>

// -----

// expected-error @+1 {{'bits' must be in 1..8, got 0}}
#a = #cim.activation<bits = 0>

// -----

// expected-error @+1 {{'bits' must be in 1..8, got 9}}
#a = #cim.activation<bits = 9>

// -----

// expected-error @+1 {{'zero_point' must be in 0..15, got -1}}
#a = #cim.activation<bits = 4, zero_point = -1>

// -----

// expected-error @+1 {{'zero_point' must be in 0..15, got 16}}
#a = #cim.activation<bits = 4, zero_point = 16>

// -----

// expected-error @+1 {{'scale' must be a normal and positive f32, got 0.0}}
#a = #cim.activation<scale = 0.0 : f32>

// -----

// expected-error @+1 {{'scale' must be a normal and positive f32, got -1.0}}
#a = #cim.activation<scale = -1.0 : f32>

// -----

// expected-error @+1 {{'scale' must be a normal and positive f32, got 1.000000e+00 : f64}}
#a = #cim.activation<scale = 1.0 : f64>

// -----

// expected-error @+1 {{'bits' must be in 1..16, got 0}}
#a = #cim.adc<kind = linear, bits = 0>

// -----

#a = #cim.adc<kind = linear, bits = 1>

// -----

// expected-error @+1 {{'bits' must be in 1..16, got 17}}
#a = #cim.adc<kind = linear, bits = 17>

// -----

// expected-error @+1 {{'granularity' must be layer, array or column, got channel}}
#a = #cim.adc<kind = linear, granularity = channel>

// -----

// expected-error @+1 {{'scale' and 'offset' must be absent for kind ideal, got dense}}
#a = #cim.adc<kind = ideal, scale = dense<1.0> : tensor<f32>>

// -----

// expected-error @+1 {{'scale' must have rank 3 for its granularity, got 2}}
#a = #cim.adc<kind = linear, granularity = column, scale = dense<1.0> : tensor<2x2xf32>>

// -----

// expected-error @+1 {{'offset' must have the shape of 'scale', got 'tensor<i32>'}}
#a = #cim.adc<kind = linear, offset = dense<1> : tensor<i32>>

// -----

// expected-error @+1 {{'offset' must have the shape of 'scale', got 'tensor<1xi32>'}}
#a = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>, offset = dense<1> : tensor<1xi32>>

// -----

// expected-error @+1 {{'offset' must be a tensor of i32, got 'tensor<i64>'}}
#a = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>, offset = dense<1> : tensor<i64>>

// -----

// expected-error @+1 {{'offset' must be dense or dense_resource, got sparse}}
#a = #cim.adc<kind = linear, granularity = array, scale = dense<1.0> : tensor<2xf32>, offset = sparse<[[0]], [1]> : tensor<2xi32>>

// -----

// expected-error @+1 {{'offset' must be in -16777215..16777215, got 16777216}}
#a = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>, offset = dense<16777216> : tensor<i32>>

// -----

// expected-error @+1 {{'offset' must be in -16777215..16777215, got -16777216}}
#a = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>, offset = dense<-16777216> : tensor<i32>>

// -----

// expected-error @+1 {{'thresholds' and 'levels' must be absent unless the kind is table, got dense<0>}}
#a = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>>

// -----

// expected-error @+1 {{'thresholds' and 'levels' must be absent unless the kind is table, got dense<0>}}
#a = #cim.adc<kind = ideal, levels = dense<0> : tensor<2xi32>>

// -----

// expected-error @+1 {{'offset' must be absent for kind table, got dense<0>}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, offset = dense<0> : tensor<i32>, thresholds = dense<[0, 4]> : tensor<2xi32>, levels = dense<[-1, 0, 1]> : tensor<3xi32>>

// -----

// expected-error @+1 {{'range' must be full for kind table, got narrow}}
#a = #cim.adc<kind = table, range = narrow>

// -----

// expected-error @+1 {{'scale', 'thresholds' and 'levels' must be given together, got 1 of them}}
#a = #cim.adc<kind = table, scale = dense<1.0> : tensor<f32>>

// -----

// expected-error @+1 {{'scale', 'thresholds' and 'levels' must be given together, got 2 of them}}
#a = #cim.adc<kind = table, thresholds = dense<[0, 4]> : tensor<2xi32>, levels = dense<[-1, 0, 1]> : tensor<3xi32>>

// -----

// expected-error @+1 {{'thresholds' must be a tensor of i32, got 'tensor<2xi64>'}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[0, 4]> : tensor<2xi64>, levels = dense<[-1, 0, 1]> : tensor<3xi32>>

// -----

// expected-error @+1 {{'levels' must be a tensor of i32, got 'tensor<3xi16>'}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[0, 4]> : tensor<2xi32>, levels = dense<0> : tensor<3xi16>>

// -----

// expected-error @+1 {{'levels' must be dense or dense_resource, got sparse}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[0, 4]> : tensor<2xi32>, levels = sparse<[[0]], [1]> : tensor<3xi32>>

// -----

// expected-error @+1 {{'thresholds' must have a last axis of 1..3 for 2 bits, got 0}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<i32>, levels = dense<[-1, 0, 1]> : tensor<3xi32>>

// -----

// expected-error @+1 {{'thresholds' must have a last axis of 1..3 for 2 bits, got 4}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[0, 1, 2, 3]> : tensor<4xi32>, levels = dense<0> : tensor<5xi32>>

// -----

// expected-error @+1 {{'thresholds' must have shape [2], got [1, 2]}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[[0, 4]]> : tensor<1x2xi32>, levels = dense<[-1, 0, 1]> : tensor<3xi32>>

// -----

// expected-error @+1 {{'levels' must have shape [3], got [2]}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[0, 4]> : tensor<2xi32>, levels = dense<[0, 1]> : tensor<2xi32>>

// -----

// expected-error @+1 {{'thresholds' must increase strictly along the last axis, got 4 after 4}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<4> : tensor<2xi32>, levels = dense<[-1, 0, 1]> : tensor<3xi32>>

// -----

// expected-error @+1 {{'thresholds' must increase strictly along the last axis, got -5 after -4}}
#a = #cim.adc<kind = table, granularity = array, scale = dense<1.0> : tensor<2xf32>, thresholds = dense<[[0, 1], [-4, -5]]> : tensor<2x2xi32>, levels = dense<0> : tensor<2x3xi32>>

// -----

// expected-error @+1 {{'thresholds' must be in -16777215..16777215, got 16777216}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[0, 16777216]> : tensor<2xi32>, levels = dense<[-1, 0, 1]> : tensor<3xi32>>

// -----

// expected-error @+1 {{'thresholds' must be in -16777215..16777215, got -16777216}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[-16777216, 0]> : tensor<2xi32>, levels = dense<[-1, 0, 1]> : tensor<3xi32>>

// -----

// expected-error @+1 {{'levels' must be in -32768..32767, got 32768}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[0, 4]> : tensor<2xi32>, levels = dense<[0, 1, 32768]> : tensor<3xi32>>

// -----

// expected-error @+1 {{'levels' must be in -32768..32767, got -32769}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[0, 4]> : tensor<2xi32>, levels = dense<-32769> : tensor<3xi32>>

// -----

// expected-error @+1 {{'reference_unit' must be in 1..256, got 0}}
#a = #cim.adc<kind = table, reference_unit = 0>

// -----

// expected-error @+1 {{'reference_unit' must be in 1..256, got 257}}
#a = #cim.adc<kind = table, reference_unit = 257>

// -----

// expected-error @+1 {{'reference_unit' must be 1 unless the kind is table, got 2}}
#a = #cim.adc<kind = linear, reference_unit = 2>

// -----

// expected-error @+1 {{'thresholds' must be multiples of the 'reference_unit' 4, got -6}}
#a = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>, thresholds = dense<[-8, -6]> : tensor<2xi32>, levels = dense<0> : tensor<3xi32>, reference_unit = 4>
