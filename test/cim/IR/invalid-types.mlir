// RUN: cim-opt %s --split-input-file --verify-diagnostics

// Each bound of !cim.arrays, from both sides.

// expected-error @+1 {{'groups' must be in 1..2147483647, got 0}}
func.func private @f(!cim.arrays<groups = 0, rows = 4, columns = 4, tiles = [4], slices = [2], kind = differential_column>)

// -----

// expected-error @+1 {{'groups' must be in 1..2147483647, got 2147483648}}
func.func private @f(!cim.arrays<groups = 2147483648, rows = 4, columns = 4, tiles = [4], slices = [2], kind = differential_column>)

// -----

// expected-error @+1 {{'rows' must be in 1..2147483647, got 0}}
func.func private @f(!cim.arrays<groups = 1, rows = 0, columns = 4, tiles = [4], slices = [2], kind = differential_column>)

// -----

// expected-error @+1 {{'rows' must be in 1..2147483647, got 2147483648}}
func.func private @f(!cim.arrays<groups = 1, rows = 2147483648, columns = 4, tiles = [4], slices = [2], kind = differential_column>)

// -----

// expected-error @+1 {{'columns' must be in 1..2147483647, got 0}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 0, tiles = [4], slices = [2], kind = differential_column>)

// -----

// expected-error @+1 {{'columns' must be in 1..2147483647, got 2147483648}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 2147483648, tiles = [4], slices = [2], kind = differential_column>)

// -----

// expected-error @+1 {{'tiles' must be in 1..4, got 0}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 4, tiles = [4, 0], slices = [2], kind = differential_column>)

// -----

// expected-error @+1 {{'tiles' must be in 1..4, got 5}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 4, tiles = [5], slices = [2], kind = differential_column>)

// -----

// expected-error @+1 {{'tiles' must sum to 4 rows, got 3}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 4, tiles = [2, 1], slices = [2], kind = differential_column>)

// -----

// expected-error @+1 {{'tiles' must sum to 4 rows, got 5}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 4, tiles = [2, 3], slices = [2], kind = differential_column>)

// -----

// expected-error @+1 {{'slices' must be in 1..8, got 0}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 4, tiles = [4], slices = [2, 0], kind = differential_column>)

// -----

// expected-error @+1 {{'slices' must be in 1..8, got 9}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 4, tiles = [4], slices = [9], kind = differential_column>)

// -----

// expected-error @+1 {{'slices' must sum to 1..16 bits for kind differential_column, got 17}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 4, tiles = [4], slices = [8, 8, 1], kind = differential_column>)

// -----

// expected-error @+1 {{'slices' must sum to 1..8 bits for kind offset, got 9}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 4, tiles = [4], slices = [8, 1], kind = offset>)

// -----

// expected-error @+1 {{'slices' must sum to 2..8 bits for kind twos_complement, got 9}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 4, tiles = [4], slices = [8, 1], kind = twos_complement>)

// -----

// expected-error @+1 {{'slices' must sum to 2..8 bits for kind twos_complement, got 1}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 4, tiles = [4], slices = [1], kind = twos_complement>)

// -----

// expected-error @+1 {{'slices' must end with 1 bit for kind twos_complement, got 2}}
func.func private @f(!cim.arrays<groups = 1, rows = 4, columns = 4, tiles = [4], slices = [2, 2], kind = twos_complement>)
