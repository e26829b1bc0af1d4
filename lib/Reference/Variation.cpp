//===- Variation.cpp - Cells that differ from what was written --*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Variation.h. Philox4x32-10: Salmon et al., Parallel random numbers: as easy as 1, 2, 3,
// SC 2011. Normal numbers: algorithm AS 241, Wichura, Applied Statistics 37, 1988.
//
//===----------------------------------------------------------------------===//

#include "Variation.h"
#include <cmath>

using namespace mlir;
using namespace cim;
using namespace cim::reference;

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static std::array<uint32_t, 4> philox(std::array<uint32_t, 4> x, uint32_t key0, uint32_t key1) {
  for (uint32_t round = 0; round < 10; ++round) {
    uint64_t product0 = 0xd2511f53ull * x[0], product1 = 0xcd9e8d57ull * x[2];
    uint32_t roundKey0 = key0 + round * 0x9e3779b9u, roundKey1 = key1 + round * 0xbb67ae85u;
    x = {static_cast<uint32_t>(product1 >> 32) ^ x[1] ^ roundKey0, static_cast<uint32_t>(product1),
         static_cast<uint32_t>(product0 >> 32) ^ x[3] ^ roundKey1, static_cast<uint32_t>(product0)};
  }
  return x;
}

/// (w + 1/2) / 2^32
static double uniform(uint32_t word) { return std::ldexp(word + 0.5, -32); }

/// c0 + x (c1 + x (c2 + ...)), from the innermost bracket.
static double polynomial(ArrayRef<double> coefficients, double x) {
  double value = coefficients.back();
  for (double c : llvm::reverse(coefficients.drop_back()))
    value = value * x + c;
  return value;
}

/// ln 2 in two parts, the first of 32 bits.
static const double ln2High = std::ldexp(2977044471.0, -32);
static const double ln2Low = std::ldexp(7382048951581814.0, -85);

/// ln x = e ln 2 + 2 artanh((m - 1) / (m + 1)) with x = m 2^e and m in about [sqrt(1/2), sqrt(2)),
/// by the powers 1, 3 .. 21.
static double logarithm(double x) {
  int e;
  double m = std::frexp(x, &e); // in [1/2, 1)
  // The lower bound is sqrt(1/2) but for its last 32 bits.
  if (m < 0x1.6a09ep-1) {
    m *= 2;
    e -= 1;
  }
  SmallVector<double> terms;
  for (int power = 1; power <= 21; power += 2)
    terms.push_back(2.0 / power);
  double f = (m - 1) / (m + 1);
  return e * ln2High + (f * polynomial(terms, f * f) + e * ln2Low);
}

/// e^x = 2^k e^r by the powers 0 .. 13 of r.
static double exponential(double x) {
  x = std::min(std::max(x, -700.0), 700.0);
  double k = std::nearbyint(x * 0x1.71547652b82fep+0); // 1 / ln 2
  double r = (x - k * ln2High) - k * ln2Low, factorial = 1;
  SmallVector<double> terms{1};
  for (int power = 1; power <= 13; ++power)
    terms.push_back(1 / (factorial *= power));
  return std::ldexp(polynomial(terms, r), static_cast<int>(k));
}

static double normal(uint32_t word) {
  double p = uniform(word), q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    double r = 0.180625 - q * q;
    double numerator =
        polynomial({3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
                    1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                    3.3430575583588128105e+4, 2.5090809287301226727e+3},
                   r);
    double denominator =
        polynomial({1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
                    2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
                    5.2264952788528545610e+3},
                   r);
    return q * (numerator / denominator);
  }
  double r = std::sqrt(-logarithm(q < 0 ? p : 1 - p)) - 1.6;
  double numerator =
      polynomial({1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
                  3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
                  2.27238449892691845833e-2, 7.74545014278341407640e-4},
                 r);
  double denominator =
      polynomial({1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                  1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
                  1.05075007164441684324e-9},
                 r);
  return q < 0 ? -(numerator / denominator) : numerator / denominator;
}

//===----------------------------------------------------------------------===//
// One cell, one conversion
//===----------------------------------------------------------------------===//

double Variation::option(StringRef name) const {
  auto value = options.getAs<FloatAttr>(name);
  return value ? value.getValueAsDouble() : 0;
}

uint64_t Variation::integer(StringRef name) const {
  auto value = options.getAs<IntegerAttr>(name);
  return value ? value.getValue().getZExtValue() : 0;
}

/// The kinds of draws.
enum { kCell = 0, kStuck = 1, kWeight = 2, kConversion = 3 };

std::array<uint32_t, 4> Variation::draw(int64_t kind, int64_t n, int64_t k, int64_t s,
                                        int64_t polarity) const {
  uint64_t seed = integer("seed");
  return philox({static_cast<uint32_t>(n), static_cast<uint32_t>(k),
                 static_cast<uint32_t>(layer * 256 + kind * 16 + s * 2 + polarity),
                 static_cast<uint32_t>(integer("trial"))},
                static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32));
}

/// Rounds half to even; no number is beyond 2^30.
static int64_t roundToUnit(double value) {
  double largest = 1073741823;
  return static_cast<int64_t>(__builtin_roundeven(std::min(std::max(value, -largest), largest)));
}

int64_t Variation::cell(int64_t n, int64_t k, int64_t s, int64_t polarity, int64_t bits,
                        int64_t value, bool computed, int64_t fraction) const {
  double unit = std::ldexp(1, static_cast<int>(fraction));
  auto highest = static_cast<double>((int64_t(1) << bits) - 1);
  double ratio = option("on_off_ratio"), inverse = ratio == 0 ? 0 : 1 / ratio;
  double u = uniform(draw(kStuck, n, k, s, polarity)[0]);
  if (u < option("stuck_off"))
    return roundToUnit(highest * inverse * unit);
  if (u < option("stuck_off") + option("stuck_on"))
    return roundToUnit(highest * unit);
  std::array<uint32_t, 4> words = draw(kCell, n, k, s, polarity);
  double theta = option("cell_lognormal") * normal(words[0]) +
                 option("weight_lognormal") * normal(draw(kWeight, n, k, 0, 0)[0]);
  double g = static_cast<double>(value) * (1 - inverse) + highest * inverse;
  g = g * exponential(theta);
  g = g * std::max(1 + option("proportional") * normal(words[1]), 0.0);
  g = std::max(g + option("gaussian") * normal(words[2]), 0.0);
  if (option("drift_time") > 1 && !computed) {
    double nu = std::max(option("drift_nu") + option("drift_nu_sigma") * normal(words[3]), 0.0);
    g = g * exponential(-nu * logarithm(option("drift_time")));
  }
  return roundToUnit(g * unit);
}

int64_t Variation::noise(int64_t t, int64_t s, int64_t b, int64_t m, int64_t n,
                         int64_t fraction) const {
  uint64_t seed = integer("seed"), sample = integer("sample");
  std::array<uint32_t, 4> key =
      philox({static_cast<uint32_t>(sample), static_cast<uint32_t>(sample >> 32),
              static_cast<uint32_t>(layer * 256 + kConversion * 16),
              static_cast<uint32_t>(integer("trial"))},
             static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32));
  std::array<uint32_t, 4> words =
      philox({static_cast<uint32_t>(n / 4), static_cast<uint32_t>(m), static_cast<uint32_t>(t),
              static_cast<uint32_t>(s * 256 + b)},
             key[0], key[1]);
  double deviation = std::ldexp(option("read_noise"), static_cast<int>(fraction));
  return roundToUnit(deviation * normal(words[n % 4]));
}

//===----------------------------------------------------------------------===//
// Partial sums
//===----------------------------------------------------------------------===//

static bool isPair(const Layout &layout) {
  return layout.kind == MappingKind::DifferentialColumn ||
         layout.kind == MappingKind::DifferentialRow;
}

/// What slice s of a weight shows of its digit: the difference of a pair of cells, or one cell.
static int64_t shownDigit(int64_t value, int64_t n, int64_t k, int64_t s, const Layout &layout,
                          bool computed, int64_t fraction, const Variation &variation) {
  int64_t bits = layout.slices[s];
  if (!isPair(layout))
    return variation.cell(n, k, s, 0, bits, value, computed, fraction);
  return variation.cell(n, k, s, 0, bits, std::max<int64_t>(value, 0), computed, fraction) -
         variation.cell(n, k, s, 1, bits, std::max<int64_t>(-value, 0), computed, fraction);
}

/// What the digits of all weights show, [S][G][K][N/G].
static SmallVector<Tensor> shownWeights(const Tensor &weights, const Layout &layout, bool computed,
                                        int64_t fraction, const Variation &variation) {
  ArrayRef<int64_t> shape = weights.shape();
  Integers offsets = digitOffsets(layout.slices);
  SmallVector<Tensor> slices(layout.slices.size(), weights);
  for (size_t s = 0; s < slices.size(); ++s)
    for (int64_t i = 0; i < weights.size(); ++i) {
      Coordinates at = coordinatesOf(i, shape); // g, k, n
      int64_t value = digit(encodeWeight(weights.ints()[i], layout), offsets[s], layout.slices[s]);
      slices[s].ints()[i] = shownDigit(value, at[0] * shape[2] + at[2], at[1], s, layout, computed,
                                       fraction, variation);
    }
  return slices;
}

/// True if no partial sum can reach 2^24: those of the cells, or of any digits if they are
/// computed.
static bool areExact(const SmallVector<Tensor> &slices, const Layout &layout, bool computed,
                     int64_t fraction, const Variation &variation) {
  constexpr int64_t limit = (int64_t(1) << 24) - 1;
  ArrayRef<int64_t> shape = slices[0].shape();
  for (size_t s = 0; s < slices.size(); ++s)
    for (int64_t g = 0; g < shape[0]; ++g)
      for (int64_t n = 0; n < shape[2]; ++n) {
        int64_t k = 0;
        for (int64_t rows : layout.tiles) {
          int64_t most = 0, least = 0;
          for (int64_t end = k + rows; k < end; ++k) {
            Integers shown{slices[s].ints()[indexOf({g, k, n}, shape)]};
            int64_t highest = (int64_t(1) << layout.slices[s]) - 1;
            if (computed)
              shown.clear();
            for (int64_t value = isPair(layout) ? -highest : 0; computed && value <= highest;
                 ++value)
              shown.push_back(
                  shownDigit(value, g * shape[2] + n, k, s, layout, computed, fraction, variation));
            most += std::max<int64_t>(*llvm::max_element(shown), 0);
            least += std::min<int64_t>(*llvm::min_element(shown), 0);
          }
          if (std::max(most, -least) * findLargestDigit(layout) > limit)
            return false;
        }
      }
  return true;
}

/// Adds the noise of every conversion of p[T,S,B,M,N].
static void addNoise(Tensor &sums, int64_t fraction, const Variation &variation) {
  for (int64_t i = 0; i < sums.size(); ++i) {
    Coordinates at = coordinatesOf(i, sums.shape()); // t, s, b, m, n
    sums.ints()[i] += variation.noise(at[0], at[1], at[2], at[3], at[4], fraction);
  }
}

/// p[T,1,B,M,N] of numbers that one slice shows.
static Tensor sumsOf(const Tensor &inputs, const Tensor &shown, const Layout &layout,
                     bool hasHeads) {
  Layout one = layout;
  one.kind = MappingKind::DifferentialColumn; // Numbers are as they are.
  one.slices = {31};
  return hasHeads ? headSums(inputs, shown, one) : partialSums(inputs, shown, one);
}

/// R[T,B,M,G] of reference columns, which follow the N outputs.
static Tensor variedReference(const Tensor &inputs, const Tensor &weights, const Layout &layout,
                              bool hasHeads, bool computed, int64_t fraction,
                              const Variation &variation) {
  ArrayRef<int64_t> shape = weights.shape();
  Tensor column = makeTensor({shape[0], shape[1], 1}, weights.type.getElementType());
  for (int64_t g = 0; g < shape[0]; ++g)
    for (int64_t k = 0; k < shape[1]; ++k)
      column.ints()[g * shape[1] + k] =
          variation.cell(shape[0] * shape[2] + g, k, 0, 0, layout.slices[0], 1, computed, fraction);
  Tensor sums = sumsOf(inputs, column, layout, hasHeads);
  return reshape(sums, {sums.shape()[0], sums.shape()[2], sums.shape()[3], sums.shape()[4]});
}

FailureOr<VariedSums> cim::reference::variedSums(const Tensor &inputs, const Tensor &weights,
                                                 const Layout &layout, bool hasHeads, bool computed,
                                                 const Variation &variation) {
  for (int64_t fraction = 8; fraction >= 0; --fraction) {
    SmallVector<Tensor> slices = shownWeights(weights, layout, computed, fraction, variation);
    if (!areExact(slices, layout, computed, fraction, variation))
      continue;
    SmallVector<Tensor> sums;
    for (const Tensor &slice : slices)
      sums.push_back(sumsOf(inputs, slice, layout, hasHeads));
    Integers shape(sums[0].shape());
    shape[1] = int64_t(sums.size());
    VariedSums varied{
        fraction,
        concat(sums, /*axis=*/1, RankedTensorType::get(shape, sums[0].type.getElementType())),
        std::nullopt};
    addNoise(varied.sums, fraction, variation);
    if (variation.variesReference())
      varied.reference =
          variedReference(inputs, weights, layout, hasHeads, computed, fraction, variation);
    return varied;
  }
  return failure();
}

Tensor cim::reference::scaled(const Tensor &numbers, double factor) {
  Tensor result = numbers;
  if (result.isFloat())
    for (float &x : result.floats())
      x = static_cast<float>(x * factor);
  else
    for (int64_t &x : result.ints())
      x = static_cast<int64_t>(static_cast<double>(x) * factor);
  return result;
}
