//===- Verify.h - Verification of programs ----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything the executor relies on is checked here once: after verification it
// follows indices and offsets blindly. Work is proportional to the size of the file
// (n log n for buffers), also for hostile files.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_LIB_VERIFY_H
#define CIM_RUNTIME_LIB_VERIFY_H

#include "Instructions.h"
#include "cim-runtime/PackedWeights.h"
#include "cim-runtime/ProgramFile.h"

#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <sstream>

namespace cim::format {

/// A generous bound that keeps all arithmetic on sizes within int64.
constexpr int64_t kMaxTensorBytes = int64_t(1) << 40;

/// Of partial sums that an ADC converts, and of its offsets: exact as floats.
constexpr int64_t kMaxPartialSum = (int64_t(1) << 24) - 1;

/// The rule for stored scales (section 2.1 of the design contract), and for the one of the
/// zero-point term: a product of two, which may be as small as 0.
inline bool isValidScale(float scale) { return std::isnormal(scale) && scale > 0; }
inline bool isValidCorrection(float scale) { return std::isfinite(scale) && scale >= 0; }

/// Of a table ADC, whose codes have 16 bits at most.
constexpr int64_t kMaxThresholds = 65535;

/// What the elements of a constant of an mvm must be.
enum class ConstantRule {
  Any,
  Scale,
  ScaleOfSignBits,
  Finite,
  PartialSum,
  Thresholds,
  OutputThresholds, ///< Of an ADC that converts outputs.
  Level
};

/// A tensor of an mvm, -1 if there is none.
struct MvmConstant {
  const char *name;
  int64_t tensor;
  ConstantRule rule;
};
constexpr size_t kNumConstants = 7;

/// In this order: start, scale, reciprocal, offsets, reference, thresholds, levels.
std::array<MvmConstant, kNumConstants> constantsOf(const ProgramData &data, uint32_t mvm);

/// Returns an empty string or the reason why an element breaks the rule.
std::string checkElements(const std::string &what, ConstantRule rule, const Tensor &tensor,
                          const uint8_t *bytes);

inline const int64_t *intsOf(const ProgramData &data, const Span &span) {
  return data.ints.data() + span.begin();
}

inline std::vector<int64_t> copyInts(const ProgramData &data, const Span &span) {
  return std::vector<int64_t>(intsOf(data, span), intsOf(data, span) + span.count());
}

inline int64_t sumOf(const ProgramData &data, const Span &span) {
  return std::accumulate(intsOf(data, span), intsOf(data, span) + span.count(), int64_t(0));
}

/// How the weights that `mvm` reads are packed.
PackedShape packedShape(const ProgramData &data, const Mvm &mvm);

/// Checks that the integer sums of `mvm` stay in the bounds that kernels rely on, for
/// weight codes in [minCode, maxCode]. Where partial sums of any such codes could be too large,
/// those of the codes in the packed `section` decide, if there is one. Returns an empty string
/// or the reason.
std::string checkSums(const ProgramData &data, const Mvm &mvm, int64_t minCode, int64_t maxCode,
                      const int8_t *section);

class Verifier {
public:
  /// `sectionsEnd` is where sections end and metadata begins.
  Verifier(ProgramData &data, const FileView &file, uint64_t sectionsEnd)
      : data(data), file(file), sectionsEnd(sectionsEnd) {}

  /// Returns an empty string or the first thing that is wrong.
  std::string run();

private:
  /// The arguments are streamed into the message if `condition` does not hold.
  template <typename... Parts> bool check(bool condition, const Parts &...parts) {
    if (condition)
      return true;
    std::ostringstream message;
    message << context;
    (message << ... << parts);
    error = message.str();
    return false;
  }

  // VerifyProgram.cpp: tables, order and memory.
  bool verifyTensors();
  /// Counts bytes that are about to be looked at, or to be copied by kernels: a hostile file
  /// could have that done again and again.
  bool scan(uint64_t bytes);
  bool verifyWindows();
  bool verifyPorts(const std::vector<Port> &ports, const char *what);
  bool verifySpan(const Span &span, size_t size, const char *what);
  bool verifyInstruction(size_t index);
  bool define(uint32_t tensor, size_t index);
  void findLifetimes();
  bool occupy(uint32_t tensor);
  void release(uint32_t tensor, size_t index);
  bool verifyFlow();

  // VerifyMvm.cpp: arrays and crossbar layers.
  bool verifySection(const Arrays &arrays);
  bool verifyComputedArrays(const Arrays &arrays);
  bool verifyArrays(size_t index);
  bool verifySlices(const Arrays &arrays);
  bool verifyWrite(const Instruction &instruction);
  bool verifyMvm(const Instruction &instruction);
  bool verifyMvmShapes(const Mvm &mvm, const Tensor &input, const Tensor &result);
  bool verifyMvmNumbers(const Mvm &mvm);
  bool verifyEncoding(const Mvm &mvm);
  bool verifyMvmConstant(int64_t tensor, const char *what, ElementType type,
                         const std::vector<int64_t> &shape);
  bool verifyElements(int64_t tensor, const char *what, ConstantRule rule);
  bool verifyExtras();
  bool verifyExtra(const Mvm &mvm, const MvmExtra &extra);
  bool verifySectionBytes(const Arrays &arrays, const PackedShape &shape, int64_t planes);
  bool verifyStoredCodes(const Mvm &mvm);
  /// Makes whole codes of the slices of an old file.
  bool joinSlices(size_t index);
  bool verifyCodes(const Mvm &mvm);

  // VerifyDigital.cpp: one function per opcode.
  bool verifyDigital(const Instruction &instruction);
  bool verifyConv2D(const Instruction &instruction);
  bool verifyMatmul(const Instruction &instruction);
  bool verifyCopiedWeights(const Tensor &weights);
  bool verifyUnary(const Instruction &instruction);
  bool verifyBinary(const Instruction &instruction);
  bool verifyClamp(const Instruction &instruction);
  bool verifyCast(const Instruction &instruction);
  bool verifySelect(const Instruction &instruction);
  bool verifyReduce(const Instruction &instruction);
  bool verifyPool(const Instruction &instruction);
  bool verifyTranspose(const Instruction &instruction);
  bool verifyReshape(const Instruction &instruction);
  bool verifySlice(const Instruction &instruction);
  bool verifyPad(const Instruction &instruction);
  bool verifyConcat(const Instruction &instruction);
  bool verifyGather(const Instruction &instruction);
  bool verifyScatter(const Instruction &instruction);
  bool verifyRows(const Instruction &instruction, const Tensor &all, const Tensor &chosen);
  bool verifyBroadcast(const Instruction &instruction);
  bool verifyWindowShapes(const Instruction &instruction);
  bool verifyPaddedSize(const Tensor &input, const Window &window);
  bool verifyAxis(const Instruction &instruction);
  bool verifySameShape(const Instruction &instruction);
  bool verifySameType(const Instruction &instruction);
  bool verifyFloatOfRank(const Tensor &tensor, int rank, const char *what);
  bool verifyInts(const Instruction &instruction, size_t count);

  size_t numOperands(const Instruction &instruction) const {
    return instruction.operands().count();
  }
  uint32_t operandIndex(const Instruction &instruction, size_t i) const {
    return data.operands[instruction.operands().begin() + i];
  }
  const Tensor &operand(const Instruction &instruction, size_t i) const {
    return data.tensors[operandIndex(instruction, i)];
  }
  const Tensor &result(const Instruction &instruction) const {
    return data.tensors[instruction.result()];
  }

  ProgramData &data;
  const FileView &file;
  uint64_t sectionsEnd;
  std::string context, error;

  uint64_t scanned = 0;         ///< Bytes of constants that were looked at.
  double cellBytes = 0;         ///< At least those of all computed weights.
  size_t operandCount = 0;      ///< Of all instructions together: at most the list.
  std::vector<bool> defined;    ///< Per tensor.
  std::vector<bool> written;    ///< Per arrays.
  std::vector<uint8_t> packing; ///< Per arrays: 0 unused, 1 tiles apart, 2 tiles merged.
  /// Per tensor: the tensor whose buffer it shares (itself, or across reshapes).
  std::vector<uint32_t> root;
  std::vector<size_t> lastUse;           ///< Per root: the instruction that reads it last.
  std::map<uint64_t, uint64_t> occupied; ///< Live arena ranges: begin to end.
};

} // namespace cim::format

#endif // CIM_RUNTIME_LIB_VERIFY_H
