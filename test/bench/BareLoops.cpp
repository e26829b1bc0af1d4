//===- BareLoops.cpp - Loops of nothing but multiplications ---------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A step keeps one operand in a register and reads the other, of as many sums as there
// are registers for, from the first cache. In assembly, because compilers spill sums or order
// instructions badly, by a factor of two. On Zen 3 the loops are as fast as they are on
// registers alone, where additions take slots of the ports that shuffle and multiply.
//
//===----------------------------------------------------------------------===//

#include "BareLoops.h"

using namespace cim::bench;

#ifdef __x86_64__

static constexpr int64_t kSteps = 64, kRounds = 256;

// clang-format off
#define CIM_SUMS_AVX2 "0,1,2,3,4,5,6,7,8,9,10,11"
#define CIM_SUMS_AVX512 CIM_SUMS_AVX2 ",12,13,14,15,16,17,18,19,20,21,22,23"

/// A loop over operands: LOAD reads one from (%1), BODY another from `Width`*\\i(%0) for each sum i.
/// Registers from 16 on need no mention: without AVX-512 the compiler uses none of them.
#define CIM_BARE_LOOP(NAME, WIDTH, SUMS, LOAD, BODY)                                               \
  static void NAME(const uint8_t *operands) {                                                      \
    for (int64_t round = 0; round < kRounds; ++round) {                                            \
      const uint8_t *many = operands, *one = operands + kOperandBytes / 2;                         \
      int64_t steps = kSteps;                                                                      \
      asm volatile(".p2align 5\n"                                                                  \
                   "1: " LOAD "\n"                                                                 \
                   ".irp i," SUMS "\n" BODY "\n.endr\n"                                            \
                   "add $" #WIDTH ", %0\n"                                                         \
                   "add $16, %1\n"                                                                 \
                   "dec %2\n"                                                                      \
                   "jnz 1b\n"                                                                      \
                   : "+r"(many), "+r"(one), "+r"(steps)                                            \
                   :                                                                               \
                   : "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",       \
                     "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",          \
                     "xmm15");                                                                     \
    }                                                                                              \
    asm volatile("vzeroupper");                                                                    \
  }

CIM_BARE_LOOP(dotAvx2, 32, CIM_SUMS_AVX2, "vpbroadcastd (%1), %%ymm12",
              "vpmaddubsw 32*\\i(%0), %%ymm12, %%ymm15\n"
              "vpmaddwd %%ymm13, %%ymm15, %%ymm15\n"
              "vpaddd %%ymm15, %%ymm\\i, %%ymm\\i")
CIM_BARE_LOOP(digitsAvx2, 32, CIM_SUMS_AVX2, "vpbroadcastd (%1), %%ymm12",
              "vpmaddubsw 32*\\i(%0), %%ymm12, %%ymm15\n"
              "vpaddw %%ymm15, %%ymm\\i, %%ymm\\i")
CIM_BARE_LOOP(lookupAvx2, 32, CIM_SUMS_AVX2, "vbroadcasti128 (%1), %%ymm12",
              "vpshufb 32*\\i(%0), %%ymm12, %%ymm15\n"
              "vpaddb %%ymm15, %%ymm\\i, %%ymm\\i")
CIM_BARE_LOOP(dotAvx512, 64, CIM_SUMS_AVX512, "vpbroadcastd (%1), %%zmm24",
              "vpdpbusd 64*\\i(%0), %%zmm24, %%zmm\\i")
CIM_BARE_LOOP(digitsAvx512, 64, CIM_SUMS_AVX512, "vpbroadcastd (%1), %%zmm24",
              "vpmaddubsw 64*\\i(%0), %%zmm24, %%zmm25\n"
              "vpaddw %%zmm25, %%zmm\\i, %%zmm\\i")
CIM_BARE_LOOP(lookupAvx512, 64, CIM_SUMS_AVX512, "vbroadcasti32x4 (%1), %%zmm24",
              "vpshufb 64*\\i(%0), %%zmm24, %%zmm25\n"
              "vpaddb %%zmm25, %%zmm\\i, %%zmm\\i")
// clang-format on

const BareLoops *cim::bench::findBareLoops() {
  constexpr double steps = kSteps * kRounds, avx2 = steps * 12 * 32, avx512 = steps * 24 * 64;
  static const BareLoops ofAvx2 = {
      "vpmaddubsw+vpmaddwd+vpaddd", {avx2, dotAvx2}, {avx2, digitsAvx2}, {avx2 * 4, lookupAvx2}};
  static const BareLoops ofAvx512 = {
      "vpdpbusd", {avx512, dotAvx512}, {avx512, digitsAvx512}, {avx512 * 4, lookupAvx512}};
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni"))
    return &ofAvx512;
  return __builtin_cpu_supports("avx2") ? &ofAvx2 : nullptr;
}

#else

const BareLoops *cim::bench::findBareLoops() { return nullptr; }

#endif
