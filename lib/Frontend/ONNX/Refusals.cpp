//===- Refusals.cpp - Why operators are not supported -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The operators of ONNX that do not fit a program of tensors whose shapes are known, each
// with its reason.
//
//===----------------------------------------------------------------------===//

#include "Node.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace cim::onnx_frontend;

std::string cim::onnx_frontend::whyNotSupported(StringRef domain, StringRef type) {
  constexpr StringRef training = "it is for training, and only inference is supported";
  if (domain == "ai.onnx.preview.training")
    return training.str();
  if (!domain.empty() && domain != "ai.onnx")
    return "operators of domain '" + domain.str() + "' are not supported";
  return StringSwitch<StringRef>(type)
      .Cases({"Compress", "NonMaxSuppression", "NonZero", "Unique"},
             "the shape of the output depends on data")
      .Cases({"ConcatFromSequence", "SequenceAt", "SequenceConstruct", "SequenceEmpty",
              "SequenceErase", "SequenceInsert", "SequenceLength", "SequenceMap",
              "SplitToSequence"},
             "sequences are not supported")
      .Cases({"Optional", "OptionalGetElement", "OptionalHasElement"},
             "optional values are not supported")
      .Cases(
          {"RegexFullMatch", "StringConcat", "StringNormalizer", "StringSplit", "TfIdfVectorizer"},
          "strings and n-grams are not supported")
      .Cases({"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
              "RandomUniformLike"},
             "random numbers are not supported")
      .Cases({"Adagrad", "Adam", "Gradient", "Momentum"}, training)
      .Default("the operator is not supported")
      .str();
}
