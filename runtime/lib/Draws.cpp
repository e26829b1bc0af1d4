//===- Draws.cpp - Random numbers with the same bits everywhere -----------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Draws.h. Polynomials are evaluated by Horner's rule, a multiplication and an addition
// each. Compilers may vectorize but not contract this (-ffp-contract=off).
//
//===----------------------------------------------------------------------===//

#include "Draws.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace cim::runtime;

/// The polynomial with the given coefficients, that of the highest power first.
template <size_t Count> static double evaluate(const double (&coefficients)[Count], double x) {
  double value = coefficients[0];
  for (size_t i = 1; i < Count; ++i)
    value = value * x + coefficients[i];
  return value;
}

/// ln 2 as a number of 32 bits, whose products with exponents are exact, and the rest.
static constexpr double kLn2High = 0x1.62e42feep-1, kLn2Low = 0x1.a39ef35793c76p-33;

double cim::runtime::fixedLog(double x) {
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  // x = m * 2^e with m in [sqrt(1/2), sqrt(2)), to the bits that matter.
  constexpr uint64_t rootHalf = 0x3fe6a09e00000000;
  auto exponent = static_cast<int64_t>(bits - rootHalf) >> 52;
  bits -= static_cast<uint64_t>(exponent) << 52;
  double m;
  std::memcpy(&m, &bits, sizeof(m));
  // ln m = 2 artanh f, of which the terms up to f^21 are left.
  double f = (m - 1) / (m + 1);
  constexpr double terms[] = {2. / 21, 2. / 19, 2. / 17, 2. / 15, 2. / 13, 2. / 11,
                              2. / 9,  2. / 7,  2. / 5,  2. / 3,  2.};
  auto e = static_cast<double>(exponent);
  return e * kLn2High + (f * evaluate(terms, f * f) + e * kLn2Low);
}

double cim::runtime::fixedExp(double x) {
  x = std::min(std::max(x, -700.), 700.);
  constexpr double log2E = 0x1.71547652b82fep+0, rounder = 0x1.8p52;
  double k = (x * log2E + rounder) - rounder;
  double r = (x - k * kLn2High) - k * kLn2Low;
  // The terms 1/n! of r^13 to r^0.
  constexpr double terms[] = {1. / 6227020800,
                              1. / 479001600,
                              1. / 39916800,
                              1. / 3628800,
                              1. / 362880,
                              1. / 40320,
                              1. / 5040,
                              1. / 720,
                              1. / 120,
                              1. / 24,
                              1. / 6,
                              1. / 2,
                              1.,
                              1.};
  uint64_t power = (static_cast<uint64_t>(static_cast<int64_t>(k)) + 1023) << 52;
  double scale;
  std::memcpy(&scale, &power, sizeof(scale));
  return evaluate(terms, r) * scale;
}

double cim::runtime::normalOf(uint32_t word) {
  double u = uniformOf(word), q = u - 0.5;
  if (std::abs(q) <= 0.425) {
    constexpr double above[] = {2.5090809287301226727e3, 3.3430575583588128105e4,
                                6.7265770927008700853e4, 4.5921953931549871457e4,
                                1.3731693765509461125e4, 1.9715909503065514427e3,
                                1.3314166789178437745e2, 3.3871328727963666080e0};
    constexpr double below[] = {5.2264952788528545610e3, 2.8729085735721942674e4,
                                3.9307895800092710610e4, 2.1213794301586595867e4,
                                5.3941960214247511077e3, 6.8718700749205790830e2,
                                4.2313330701600911252e1, 1.};
    double r = 0.180625 - q * q;
    return q * (evaluate(above, r) / evaluate(below, r));
  }
  // Words have no tails in which the third case of the algorithm would be needed.
  constexpr double above[] = {7.74545014278341407640e-4, 2.27238449892691845833e-2,
                              2.41780725177450611770e-1, 1.27045825245236838258e0,
                              3.64784832476320460504e0,  5.76949722146069140550e0,
                              4.63033784615654529590e0,  1.42343711074968357734e0};
  constexpr double below[] = {1.05075007164441684324e-9, 5.47593808499534494600e-4,
                              1.51986665636164571966e-2, 1.48103976427480074590e-1,
                              6.89767334985100004550e-1, 1.67638483018380384940e0,
                              2.05319162663775882187e0,  1.};
  double r = std::sqrt(-fixedLog(q < 0 ? u : 1 - u)) - 1.6;
  double value = evaluate(above, r) / evaluate(below, r);
  return q < 0 ? -value : value;
}
