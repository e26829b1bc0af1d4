//===- Mvm.cpp - The fused crossbar layer ---------------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Quantizes the input of a sample once into an image with a border, then runs the
// kernels of this CPU on it.
//
//===----------------------------------------------------------------------===//

#include "kernels/MvmGather.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>

using namespace cim;
using namespace cim::runtime;

//===----------------------------------------------------------------------===//
// Choice of kernels
//===----------------------------------------------------------------------===//

const MvmKernels *cim::runtime::findMvmKernels(const char *isa) {
  auto wanted = [&](const MvmKernels &kernels) { return !isa || !strcmp(isa, kernels.isa); };
#ifdef __x86_64__
  if (wanted(avx512MvmKernels) && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni"))
    return &avx512MvmKernels;
  if (wanted(avx2MvmKernels) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &avx2MvmKernels;
#elif defined(__aarch64__)
  if (wanted(neonMvmKernels))
    return &neonMvmKernels;
#endif
  return wanted(genericMvmKernels) ? &genericMvmKernels : nullptr;
}

static const MvmKernels &chosenKernels() {
  static const MvmKernels *const chosen = [] {
    const char *forced = std::getenv("CIM_RUNTIME_ISA");
    const MvmKernels *kernels = forced ? findMvmKernels(forced) : nullptr;
    return kernels ? kernels : findMvmKernels(nullptr);
  }();
  return *chosen;
}

const char *cim::runtime::mvmIsa() { return chosenKernels().isa; }

uint64_t cim::runtime::readClock() {
  std::chrono::nanoseconds time = std::chrono::steady_clock::now().time_since_epoch();
  return time.count();
}

//===----------------------------------------------------------------------===//
// The quantized image
//===----------------------------------------------------------------------===//

/// The image of so many samples.
static MvmImage makeImage(const MvmPlan &plan, int64_t samples) {
  MvmImage image = {};
  image.batch = samples * plan.batch;
  if (!plan.hasWindow) {
    image.height = image.outHeight = plan.height;
    image.width = image.outWidth = plan.width;
    image.strideHeight = image.strideWidth = image.dilationHeight = image.dilationWidth = 1;
    image.kernelWidth = 1;
    return image;
  }
  const format::Window &window = plan.window;
  image.outHeight = plan.outHeight;
  image.outWidth = plan.outWidth;
  image.strideHeight = window.stride()->Get(0);
  image.strideWidth = window.stride()->Get(1);
  image.dilationHeight = window.dilation()->Get(0);
  image.dilationWidth = window.dilation()->Get(1);
  image.padTop = window.pad()->Get(0);
  image.padLeft = window.pad()->Get(2);
  image.kernelWidth = window.kernel()->Get(1);
  // As far as windows reach.
  image.height = (image.outHeight - 1) * image.strideHeight +
                 (window.kernel()->Get(0) - 1) * image.dilationHeight + 1;
  image.width =
      (image.outWidth - 1) * image.strideWidth + (image.kernelWidth - 1) * image.dilationWidth + 1;
  return image;
}

static size_t imageBytes(const MvmPlan &plan, const MvmImage &image) {
  return roundUp(image.batch * image.height * image.width * plan.channels, 64);
}

/// Turns codes into what the DACs are fed (section 2.2), one image after the other; see
/// hasSignedSums() for ideal ADCs.
static void encode(const MvmPlan &plan, int64_t bytes, uint8_t *codes) {
  auto zero = static_cast<uint8_t>(plan.zeroPoint);
  if (plan.adc && plan.encoding == format::InputEncoding_TwosComplement)
    for (int64_t i = 0; i < bytes; ++i)
      codes[i] ^= zero; // The top bit.
  if (plan.adc && plan.encoding == format::InputEncoding_Differential)
    for (int64_t i = 0; i < bytes; ++i) {
      uint8_t code = codes[i];
      codes[i] = static_cast<uint8_t>(code > zero ? code - zero : 0);
      codes[bytes + i] = static_cast<uint8_t>(code < zero ? zero - code : 0);
    }
}

static void quantizeImage(const MvmKernels &kernels, const MvmPlan &plan, const MvmImage &image,
                          const float *input, uint8_t *codes) {
  int64_t begin = std::min(image.padLeft, image.width);
  int64_t columns = std::clamp<int64_t>(image.width - begin, 0, plan.width);
  int64_t border = 0; // Pixels of it since the last row of codes.
  auto fillBorder = [&](int64_t pixels) {
    std::memset(codes, plan.zeroPoint, pixels * plan.channels);
    codes += pixels * plan.channels;
  };
  for (int64_t sample = 0; sample < image.batch; ++sample)
    for (int64_t row = 0; row < image.height; ++row) {
      int64_t y = row - image.padTop;
      if (y < 0 || y >= plan.height) {
        border += image.width;
        continue;
      }
      fillBorder(border + begin);
      kernels.quantize(input + (sample * plan.height + y) * plan.width * plan.channels,
                       columns * plan.channels, plan.activationScale, -plan.zeroPoint,
                       (1 << plan.activationBits) - 1 - plan.zeroPoint, plan.zeroPoint, codes);
      codes += columns * plan.channels;
      border = image.width - begin - columns;
    }
  fillBorder(border);
}

//===----------------------------------------------------------------------===//
// The layer
//===----------------------------------------------------------------------===//

std::vector<MvmCycle> cim::runtime::makeCycles(format::InputEncoding encoding,
                                               const std::vector<int64_t> &widths) {
  std::vector<MvmCycle> cycles;
  int32_t passes = encoding == format::InputEncoding_Differential ? 2 : 1;
  for (int32_t pass = 0; pass < passes; ++pass) {
    int32_t offset = 0;
    for (int64_t width : widths) {
      // No bit beyond the byte, where codes have none.
      int32_t mask = offset < 8 ? ((1 << width) - 1) & (0xff >> offset) : 0;
      int32_t weight = 1 << offset;
      cycles.push_back({pass, offset & 7, mask, pass == 0 ? weight : -weight});
      offset += static_cast<int32_t>(width);
    }
  }
  if (encoding == format::InputEncoding_TwosComplement)
    cycles.back().weight *= -1;
  return cycles;
}

std::vector<int32_t> cim::runtime::sumColumns(const MvmPlan &plan) {
  int64_t tiles = numStoredTiles(plan), outputs = plan.groups * plan.columns;
  std::vector<int32_t> sums(plan.matrices * tiles * outputs);
  const int8_t *quad = plan.weights;
  // A product has matrices, a convolution groups.
  for (int64_t group = 0; group < plan.matrices * plan.groups; ++group)
    for (int64_t t = 0; t < tiles; ++t)
      for (int64_t row = 0; row < storedTileRows(plan, t); row += format::kRowBlock) {
        int64_t matrix = group / plan.groups, first = group % plan.groups * plan.columns;
        int32_t *sum = sums.data() + (matrix * tiles + t) * outputs + first;
        for (int64_t i = 0; i < plan.columns * format::kRowBlock; ++i)
          sum[i / format::kRowBlock] += quad[i];
        quad += roundUp(plan.columns, format::kColumnBlock) * format::kRowBlock;
      }
  return sums;
}

/// The largest sum of numbers up to `largest` for all cycles.
static double largestCycleSum(const MvmPlan &plan, int32_t largest) {
  double weights = 0;
  for (const MvmCycle &cycle : plan.cycles)
    weights += std::abs(cycle.weight);
  return largest * weights;
}

static int32_t largestCode(const MvmPlan &plan) {
  return std::max(std::abs(plan.qmin), std::abs(plan.qmax));
}

bool cim::runtime::hasSmallSums(const MvmPlan &plan) {
  if (!plan.adc)
    return true; // Verified when the program is loaded: an ideal sum is an int32.
  if (plan.variation && !plan.variation->converts)
    return false;
  double slices = 1, digit = 1;
  for (size_t s = 1; plan.sumSlices && s < plan.slices.size(); ++s)
    slices += digit *= 1 << plan.slices[s - 1];
  return largestCycleSum(plan, largestCode(plan)) * slices *
             (plan.sumTiles ? plan.tiles.size() : 1) <
         2147483648.0;
}

int64_t cim::runtime::tallestTile(const MvmPlan &plan) {
  int64_t tallest = 0;
  for (int64_t t = 0, e = numStoredTiles(plan); t < e; ++t)
    tallest = std::max(tallest, roundUp(storedTileRows(plan, t), 4));
  return tallest;
}

int32_t cim::runtime::widestMask(const MvmPlan &plan) {
  int32_t widest = 0;
  for (const MvmCycle &cycle : plan.cycles)
    widest = std::max(widest, cycle.mask);
  return widest;
}

/// The largest partial sum of the widest digits.
static int64_t largestPartialSum(const MvmPlan &plan) {
  int64_t widestSlice = *std::max_element(plan.slices.begin(), plan.slices.end());
  return tallestTile(plan) * ((1 << widestSlice) - 1) * widestMask(plan);
}

static int64_t numTables(const MvmPlan &plan) {
  return plan.levelsShape[0] * plan.levelsShape[1] * plan.levelsShape[2];
}

/// True if the thresholds of small tables are trees of bytes, see MvmLookupAdc.h, that sums and
/// they are near to.
static bool hasNearThresholds(const MvmPlan &plan) {
  constexpr int64_t farthest = (INT16_MAX + INT8_MIN) / 2; // Sums less a center fit 16 bits.
  if (largestPartialSum(plan) > farthest)
    return false;
  int64_t each = plan.levelsShape[3] - 1, count = numTables(plan) * each;
  for (const int32_t *first = plan.thresholds; first < plan.thresholds + count; first += each)
    if (first[0] < -farthest || first[each - 1] > farthest ||
        first[each - 1] - first[0] >= UINT8_MAX)
      return false;
  return true;
}

/// True if sums of levels less their middle fit 16 bits.
static bool hasNearLevels(const MvmPlan &plan) {
  int64_t each = plan.levelsShape[3], count = numTables(plan) * each;
  int32_t widest = 0;
  for (const int32_t *levels = plan.levels; levels < plan.levels + count; levels += each) {
    auto [least, most] = std::minmax_element(levels, levels + each);
    widest = std::max(widest, *most - middleOf(*least, *most));
  }
  return largestCycleSum(plan, widest) < INT16_MAX;
}

/// True if p - o is exact after lifting and within int32 after scaling.
static bool hasSmallScales(const MvmPlan &plan) {
  int64_t count = plan.tiles.size() * plan.slices.size() * plan.groups * plan.columns;
  float largest = *std::max_element(plan.reciprocal, plan.reciprocal + count);
  int32_t offset = 0;
  for (int64_t i = 0; plan.offsets && i < count; ++i)
    offset = std::max(offset, std::abs(plan.offsets[i]));
  return offset < (1 << 22) && (UINT16_MAX + offset) * static_cast<double>(largest) < 1 << 30;
}

/// What canLookUp() asks of a layer whatever constants are replaced.
static bool hasShapeOfLookups(const MvmPlan &plan, const MvmImage &image) {
  // Measured against the dot kernel with AVX2, tables pay off from 14 positions on where inputs
  // come in 8 cycles, from 20 in 4 cycles, from 56 in one.
  int64_t uses = static_cast<int64_t>(plan.cycles.size()) * (numPositions(image) - 8);
  int64_t widestSlice = *std::max_element(plan.slices.begin(), plan.slices.end());
  // A level for each sum must fit a cache and be made quickly.
  bool isLarge = hasLargeTables(plan);
  return plan.adc && !plan.variation && uses >= 48 && widestMask(plan) <= 3 && widestSlice <= 5 &&
         plan.slices.size() <= 8 && (plan.sumSlices || !plan.sumTiles) &&
         (!isLarge || plan.levelsShape[3] <= 1024) &&
         largestPartialSum(plan) <= (isLarge ? 8191 : UINT16_MAX);
}

bool cim::runtime::canLookUp(const MvmPlan &plan, const MvmImage &image) {
  return hasShapeOfLookups(plan, image) && hasSmallSums(plan) &&
         (plan.levels
              ? (hasLargeTables(plan) || hasNearThresholds(plan)) && hasNearLevels(plan)
              : largestCycleSum(plan, largestCode(plan)) < INT16_MAX && hasSmallScales(plan));
}

/// The next part of a scratch, which is null while its bytes are counted.
static uint8_t *takePart(uint8_t *scratch, size_t size, size_t &bytes) {
  uint8_t *part = scratch ? scratch + bytes : nullptr;
  bytes += roundUp(size, 64);
  return part;
}

cim::runtime::LookupScratch::LookupScratch(const MvmPlan &plan, const MvmImage &image,
                                           uint8_t *scratch) {
  constexpr int64_t cacheBytes = 1 << 18;
  field = widestMask(plan) > 1 ? 2 : 1;
  int64_t slices = plan.slices.size(), rows = tallestTile(plan);
  lookups = rows / 4 * field;
  for (int64_t s = 0; s < std::min<int64_t>(slices, 8); ++s)
    chunks[s] =
        std::min<int64_t>(4, UINT8_MAX / ((field == 1 ? 4 : 6) * ((1 << plan.slices[s]) - 1)));
  numSums = hasLargeTables(plan) ? largestPartialSum(plan) + 1 : 0;
  tableBytes = numSums == 0 ? 3 * treeSize(plan) : 2 * (numSums + kLevelBlock);
  int64_t columnBytes = slices * (lookups * 16 + 2 * numSums);
  columns = std::clamp<int64_t>(cacheBytes / columnBytes / 16 * 16, 16, roundUp(plan.columns, 16));
  positions = std::max(cacheBytes / 4 / columns / kMaxLookupLanes, int64_t(1)) * kMaxLookupLanes;
  bytes = 0;
  auto take = [&](size_t size) { return takePart(scratch, size, bytes); };
  size_t block = positions * columns, blocks = slices * columns / 16;
  accumulators = reinterpret_cast<float *>(take(block * sizeof(float)));
  sums = reinterpret_cast<int32_t *>(take(plan.sumSlices ? block * sizeof(int32_t) : 0));
  adcs = reinterpret_cast<LookupAdc *>(take(blocks * 16 * sizeof(LookupAdc)));
  adcTables = take(blocks * 16 * tableBytes);
  sizes = take(columns * lookups);
  below = take(columns * lookups);
  lifts = take(blocks * lookups * 16);
  tables = take(blocks * lookups * 256);
  digits = reinterpret_cast<int8_t *>(take(rows * 16));
  indices = take(lookups * plan.cycles.size() * kMaxLookupLanes);
  pieces = reinterpret_cast<IndexPiece *>(take(rows * sizeof(IndexPiece)));
  int64_t numPlanes = (plan.channels + 3) / 4 * field * plan.cycles.size();
  // Registers are loaded from before and behind.
  take(kMaxLookupLanes);
  planes = take(numPlanes * PlaneOrder(image).planeBytes + kMaxLookupLanes);
}

cim::runtime::DotScratch::DotScratch(const MvmPlan &plan, uint8_t *scratch) {
  // What the first cache has for a part of a panel, and the second for lanes of two bytes.
  constexpr int64_t panelRows = 256, laneBytes = 1 << 17, mostPositions = 256;
  int64_t cycles = plan.adc ? plan.cycles.size() : 2;
  rows = plan.adc ? tallestTile(plan) : std::min(tallestTile(plan), panelRows);
  stride = roundUp(rows, 64) + 64; // Not a power of two, which would strain the cache.
  positions = std::clamp<int64_t>(laneBytes / (cycles * stride), 1, mostPositions);
  int64_t sumsOfOne = plan.sumSlices ? 1 : plan.slices.size();
  sumsOfOne *= plan.sumTiles || !plan.adc ? roundUp(plan.columns, kPanelColumns) : kPanelColumns;
  bytes = 0;
  auto take = [&](size_t size) { return takePart(scratch, size, bytes); };
  bases = reinterpret_cast<int64_t *>(take(positions * sizeof(int64_t)));
  patch = take(numImages(plan) * positions * stride);
  lanes = take(positions * cycles * stride * sizeof(int16_t));
  digits = reinterpret_cast<int8_t *>(take(roundUp(rows, 4) * kPanelColumns));
  int64_t halves = plan.variation ? plan.variation->layout.halves : 1;
  panel = take(roundUp(rows, 4) * kPanelColumns * halves * sizeof(int16_t));
  // Replaced levels may be larger.
  bool isSmall = (!plan.levels || plan.convertsOutputs) && hasSmallSums(plan);
  sums = take(positions * sumsOfOne * (isSmall ? sizeof(int32_t) : sizeof(int64_t)));
}

/// Bytes of the start values of one matrix of computed weights.
static size_t startBytes(const MvmPlan &plan) {
  return plan.computed ? roundUp(plan.columns * sizeof(float), 64) : 0;
}

/// Bytes of the cells of one matrix that are drawn whenever it is written.
static size_t drawnBytes(const MvmPlan &plan) {
  if (!plan.variation || !plan.computed)
    return 0;
  const CellLayout &layout = plan.variation->layout;
  return roundUp(layout.groups * layout.groupSize() * sizeof(int16_t), 64) +
         roundUp(layout.rows * layout.columns, 64);
}

size_t cim::runtime::mvmScratchBytes(const MvmPlan &plan, int64_t samples) {
  MvmImage image = makeImage(plan, samples);
  size_t kernel = DotScratch(plan, nullptr).bytes;
  // Replaced constants may change which kernel serves a layer.
  if (hasShapeOfLookups(plan, image))
    kernel = std::max(kernel, LookupScratch(plan, image, nullptr).bytes);
  return startBytes(plan) + drawnBytes(plan) + inputSumBytes(plan, image) +
         numImages(plan) * imageBytes(plan, image) + kernel;
}

/// Those of lossless ADCs too, whose sums kernels do not see one by one, and of the reference
/// column of each group of offset arrays; outputs, and the terms of that column, once for all.
static uint64_t numConversions(const MvmPlan &plan, const MvmImage &image) {
  if (plan.convertsOutputs)
    return plan.matrices * numPositions(image) * plan.groups *
           (plan.columns + (plan.reference != nullptr));
  bool hasReference = plan.reference || plan.kind == format::MappingKind_Offset;
  return plan.matrices * numPositions(image) * plan.groups *
         (plan.columns * plan.slices.size() + hasReference) * plan.tiles.size() *
         plan.cycles.size();
}

/// Where the sums of one matrix of computed weights begin (section 2.8); `columnSums` are those of
/// so many tiles.
static void correctStart(const MvmPlan &plan, const int32_t *columnSums, int64_t tiles,
                         float *start) {
  for (int64_t n = 0; n < plan.columns; ++n) {
    int64_t sum = 0;
    for (int64_t t = 0; t < tiles; ++t)
      sum += columnSums[t * plan.columns + n];
    auto term = static_cast<float>(-plan.zeroPoint * sum);
    start[n] = std::fma(term, plan.correctionScale, plan.start[n]);
  }
}

/// The drawn cells of matrix `g`: `memory` is for those of computed weights, packed as `weights`.
static const int16_t *findCells(const MvmPlan &plan, int64_t g, const int8_t *weights,
                                uint8_t *memory) {
  const MvmVariation &variation = *plan.variation;
  int64_t size = plan.groups * variation.layout.groupSize();
  if (!plan.computed)
    return variation.cells.data() + g * size;
  auto *cells = reinterpret_cast<int16_t *>(memory);
  auto *codes = reinterpret_cast<int8_t *>(memory + roundUp(size * sizeof(*cells), 64));
  format::unpackWeights(variation.written, weights, codes);
  drawCells(variation.draws, variation.layout, codes, static_cast<uint32_t>(g * plan.columns),
            variation.fraction, cells);
  return cells;
}

void cim::runtime::runMvmWith(const MvmKernels &kernels, const MvmPlan &plan, const uint8_t *cells,
                              const float *input, float *output, uint8_t *scratch, MvmStats *stats,
                              int64_t samples, int64_t first) {
  const int8_t *weights = plan.computed ? reinterpret_cast<const int8_t *>(cells) : plan.weights;
  bool draws = plan.variation && plan.computed; // From codes that are packed without knowing it.
  int64_t tiles = draws ? plan.variation->written.tiles.size() : numStoredTiles(plan);
  int64_t bytes = draws ? plan.variation->written.bytes() : groupBytes(plan);
  int64_t numSums = tiles * plan.groups * plan.columns;
  const int32_t *columnSums =
      plan.computed ? reinterpret_cast<const int32_t *>(weights + plan.matrices * bytes)
                    : plan.columnSums;
  MvmImage image = makeImage(plan, samples);
  auto *start = reinterpret_cast<float *>(scratch);
  uint8_t *drawn = scratch + startBytes(plan), *reference = drawn + drawnBytes(plan);
  uint8_t *codes = reference + inputSumBytes(plan, image);
  int64_t size = imageBytes(plan, image);
  for (int64_t i = 0; i < numImages(plan); ++i)
    image.codes[i] = codes + i * size;
  auto *run = canLookUp(plan, image) ? kernels.lookup : kernels.dot;
  for (int64_t g = 0; g < plan.matrices; ++g) {
    MvmCells matrix = {weights + g * bytes, plan.start, nullptr, nullptr};
    if (plan.variation) {
      matrix.drawn = findCells(plan, g, matrix.weights, drawn);
      matrix.samples = samples;
      matrix.firstSample = first;
      matrix.matrix = g;
    }
    if (hasSignedSums(plan))
      matrix.columnSums = columnSums + g * numSums;
    if (plan.computed && plan.encoding == format::InputEncoding_Offset) {
      correctStart(plan, columnSums + g * numSums, tiles, start);
      matrix.start = start;
    }
    {
      PhaseTimer timer(stats, &MvmStats::quantizing);
      quantizeImage(kernels, plan, image, input + g * plan.width * plan.rows, codes);
      readReference(plan, image, codes, reference, matrix);
      encode(plan, size, codes);
    }
    run(plan, matrix, image, output + g * plan.width * plan.columns, codes + numImages(plan) * size,
        stats);
  }
  if (stats) {
    stats->conversions += numConversions(plan, image);
    stats->macs += plan.matrices * numPositions(image) * plan.groups * plan.rows * plan.columns *
                   plan.slices.size() * plan.cycles.size();
  }
}

void cim::runtime::runMvm(const MvmPlan &plan, const uint8_t *cells, const float *input,
                          float *output, uint8_t *scratch, MvmStats *stats, int64_t samples,
                          int64_t first) {
  runMvmWith(chosenKernels(), plan, cells, input, output, scratch, stats, samples, first);
}

//===----------------------------------------------------------------------===//
// Computed weights
//===----------------------------------------------------------------------===//

size_t cim::runtime::cellBytes(const WritePlan &plan) {
  return plan.matrices *
         (plan.shape.bytes() + plan.shape.tiles.size() * plan.shape.columns * sizeof(int32_t));
}

size_t cim::runtime::writeScratchBytes(const WritePlan &plan) {
  return plan.shape.rows * plan.shape.columns;
}

void cim::runtime::writeArraysWith(const MvmKernels &kernels, const WritePlan &plan,
                                   const float *weights, uint8_t *cells, uint8_t *scratch) {
  int64_t columns = plan.shape.columns, size = plan.shape.rows * columns;
  int64_t bytes = plan.shape.bytes();
  const auto *codes = reinterpret_cast<const int8_t *>(scratch);
  auto *sums = reinterpret_cast<int32_t *>(cells + plan.matrices * bytes);
  std::memset(sums, 0, cellBytes(plan) - plan.matrices * bytes);
  for (int64_t g = 0; g < plan.matrices; ++g) {
    kernels.quantize(weights + g * size, size, plan.scale, -plan.limit, plan.limit, 0, scratch);
    format::packWeights(plan.shape, codes, reinterpret_cast<int8_t *>(cells + g * bytes));
    const int8_t *row = codes;
    for (int64_t rows : plan.shape.tiles) {
      for (int64_t k = 0; k < rows; ++k, row += columns)
        for (int64_t n = 0; n < columns; ++n)
          sums[n] += row[n];
      sums += columns;
    }
  }
}

void cim::runtime::writeArrays(const WritePlan &plan, const float *weights, uint8_t *cells,
                               uint8_t *scratch) {
  writeArraysWith(chosenKernels(), plan, weights, cells, scratch);
}
