//===- MlirFuzzer.cpp - Any text as a module --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses what the mutator makes up and, if that is a module, compiles it: everything
// behind cim-verify-input has to stand what that lets through.
//
//===----------------------------------------------------------------------===//

#include "Lower.h"
#include "MlirMutator.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/Regex.h"
#include <csetjmp>
#include <csignal>
#include <memory>
#include <sanitizer/lsan_interface.h>

using namespace mlir;

/// MLIR's verifiers make lists as long as a shape type says before they look at what is in it.
static bool takesGigabytesInParser(llvm::StringRef text) {
  static const llvm::Regex longShape("!tosa\\.shape<[0-9]{6,}>");
  return longShape.match(text);
}

static sigjmp_buf parserDied;

/// Parses with MLIR's parser. Faults of its own, which are not ours to mend, are survived: false.
static bool parse(llvm::StringRef text, MLIRContext *context, OwningOpRef<ModuleOp> &module) {
  struct sigaction survive = {}, beforeFault, beforeAbort;
  survive.sa_handler = [](int) { siglongjmp(parserDied, 1); };
  survive.sa_flags = SA_ONSTACK | SA_NODEFER;
  sigaction(SIGSEGV, &survive, &beforeFault);
  sigaction(SIGABRT, &survive, &beforeAbort);
  __lsan_disable(); // What it had in hand is lost.
  bool survived = sigsetjmp(parserDied, /*savemask=*/1) == 0;
  if (survived)
    module = parseSourceString<ModuleOp>(text, context);
  __lsan_enable();
  sigaction(SIGSEGV, &beforeFault, nullptr);
  sigaction(SIGABRT, &beforeAbort, nullptr);
  return survived;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  constexpr int keepOutOfCorpus = -1;
  std::string text(reinterpret_cast<const char *>(data), size); // MLIR reads the null behind it.
  auto context = std::make_unique<cim::fuzz::Context>();
  OwningOpRef<ModuleOp> module;
  if (takesGigabytesInParser(text))
    return keepOutOfCorpus;
  if (!parse(text, context->get(), module)) {
    static std::vector<std::unique_ptr<cim::fuzz::Context>> broken;
    broken.push_back(std::move(context));
    return keepOutOfCorpus;
  }
  if (!module)
    return keepOutOfCorpus;
  cim::fuzz::lower(*context, *module, size);
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize,
                                          unsigned seed) {
  std::string text(reinterpret_cast<const char *>(data), size);
  cim::fuzz::mutateMlir(text, seed);
  size = std::min(text.size(), maxSize);
  std::copy_n(text.data(), size, data);
  return size;
}
