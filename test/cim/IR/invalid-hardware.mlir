// RUN: cim-opt %s --split-input-file --verify-diagnostics

// Each bound of crossbar, mapping, target and window, from both sides.

// expected-error @+1 {{'rows' must be in 1..65536, got 0}}
#a = #cim.crossbar<rows = 0>

// -----

// expected-error @+1 {{'rows' must be in 1..65536, got 65537}}
#a = #cim.crossbar<rows = 65537>

// -----

// expected-error @+1 {{'columns' must be in 1..65536, got 0}}
#a = #cim.crossbar<columns = 0>

// -----

// expected-error @+1 {{'columns' must be in 1..65536, got 65537}}
#a = #cim.crossbar<columns = 65537>

// -----

// expected-error @+1 {{'active_rows' must be in 1..256, got 0}}
#a = #cim.crossbar<active_rows = 0>

// -----

// expected-error @+1 {{'active_rows' must be in 1..128, got 129}}
#a = #cim.crossbar<rows = 128, active_rows = 129>

// -----

// expected-error @+1 {{'cell_bits' must be in 1..8, got 0}}
#a = #cim.crossbar<cell_bits = 0>

// -----

// expected-error @+1 {{'cell_bits' must be in 1..8, got 9}}
#a = #cim.crossbar<cell_bits = 9>

// -----

// expected-error @+1 {{'dac_bits' must be in 1..8, got 0}}
#a = #cim.crossbar<dac_bits = 0>

// -----

// expected-error @+1 {{'dac_bits' must be in 1..8, got 9}}
#a = #cim.crossbar<dac_bits = 9>

// -----

// expected-error @+1 {{'write_latency_us' must be a f64 in 0..1000000000, got -1.0}}
#a = #cim.crossbar<write_latency_us = -1.0>

// -----

// expected-error @+1 {{'write_latency_us' must be a f64 in 0..1000000000, got 0x7FF0000000000000}}
#a = #cim.crossbar<write_latency_us = 0x7FF0000000000000 : f64>

// -----

// expected-error @+1 {{'write_latency_us' must be a f64 in 0..1000000000, got 0x41CDCD6500800000}}
#a = #cim.crossbar<write_latency_us = 1000000001.0>

// -----

// expected-error @+1 {{'mvm_latency_us' must be a f64 in 0..1000000000, got 1.000000e+308}}
#a = #cim.crossbar<mvm_latency_us = 1.0e308>

// -----

// expected-error @+1 {{'mvm_latency_us' must be a f64 in 0..1000000000, got 1.000000e+00 : f32}}
#a = #cim.crossbar<mvm_latency_us = 1.0 : f32>

// -----

// expected-error @+1 {{'columns' must be even for kind differential_column, got 255}}
#a = #cim.mapping<crossbar = <columns = 255>>

// -----

// expected-error @+1 {{'active_rows' must be at least 2 for kind differential_row, got 1}}
#a = #cim.mapping<kind = differential_row, crossbar = <active_rows = 1>>

// -----

// expected-error @+1 {{'columns' must be at least 2 for kind offset, got 1}}
#a = #cim.mapping<kind = offset, crossbar = <columns = 1>>

// -----

#a = #cim.mapping<kind = offset, crossbar = <columns = 2>>

// -----

// expected-error @+1 {{'slice_rule' must be published unless the kind is differential, got magnitude}}
#a = #cim.mapping<kind = offset, slice_rule = magnitude, crossbar = <>>

// -----

// expected-error @+1 {{'slice_rule' must be published unless the kind is differential, got magnitude}}
#a = #cim.mapping<kind = twos_complement, slice_rule = magnitude, crossbar = <>>

// -----

// expected-error @+1 {{'weight.range' must be narrow for slice_rule magnitude, got full}}
#a = #cim.target<mapping = <slice_rule = magnitude, crossbar = <>>, precision = <weight = <range = full>, activation = <>, adc = <>>>

// -----

// expected-error @+1 {{'adc_columns' must be in 1..65536, got 0}}
#a = #cim.costs<adc_columns = 0>

// -----

// expected-error @+1 {{'adc_columns' must be in 1..65536, got 6.553700e+04}}
#a = #cim.costs<adc_columns = 65537>

// -----

// expected-error @+1 {{'adc_pj' must be in 0..1000000000, got -1.000000e+00}}
#a = #cim.costs<adc_pj = -1.0>

// -----

// expected-error @+1 {{'adc_pj' must be in 0..1000000000, got 1.000000e+10}}
#a = #cim.costs<adc_pj = 1.0e10>

// -----

// expected-error @+1 {{'adc_area_factor' must be in 1..16, got 5.000000e-01}}
#a = #cim.costs<adc_area_factor = 0.5>

// -----

// expected-error @+1 {{'adc_reference_bits' must be in 1..16, got 1.700000e+01}}
#a = #cim.costs<adc_reference_bits = 17>

// -----

// expected-error @+1 {{'weights' must be rewritten or resident, got frozen}}
#a = #cim.costs<weights = frozen>

// -----

// expected-error @+1 {{a key of costs must be given once, got 'adc_pj' again}}
#a = #cim.costs<adc_pj = 1.0, adc_pj = 1.0>

// -----

// expected-error @+1 {{unknown key of costs, got 'adc'}}
#a = #cim.costs<adc = 1.0>

// -----

// expected-error @+1 {{'kernel' must have 2 entries, got 1}}
#a = #cim.window<kernel = [3], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>

// -----

// expected-error @+1 {{'kernel' must be in 1..65536, got 0}}
#a = #cim.window<kernel = [3, 0], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>

// -----

// expected-error @+1 {{'kernel' must be in 1..65536, got 65537}}
#a = #cim.window<kernel = [3, 65537], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>

// -----

// expected-error @+1 {{'stride' must be in 1..65536, got 0}}
#a = #cim.window<kernel = [3, 3], stride = [0, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>

// -----

// expected-error @+1 {{'pad' must have 4 entries, got 2}}
#a = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [0, 0], dilation = [1, 1]>

// -----

// expected-error @+1 {{'pad' must be in 0..65536, got -1}}
#a = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [0, 0, -1, 0], dilation = [1, 1]>

// -----

// expected-error @+1 {{'dilation' must be in 1..65536, got 0}}
#a = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 0]>

// -----

// expected-error @+1 {{attribute 'cim.target' must be a #cim.target, got 1}}
module attributes {cim.target = 1 : i64} {}
