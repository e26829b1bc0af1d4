//===- CApi.cpp - The C interface -------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks arguments, turns exceptions into status codes and reasons into messages: no
// exception leaves this file.
//
//===----------------------------------------------------------------------===//

#include "Executor.h"
#include "cim-runtime/cim_runtime.h"

#include <algorithm>
#include <cstdio>
#include <dnnl.hpp>
#include <system_error>

using namespace cim::format;
using namespace cim::runtime;

struct cim_program : LoadedProgram {};

struct cim_executor : Executor {
  using Executor::Executor;
};

/// Takes no memory: there may be none left.
static cim_status report(cim_status status, const char *reason, cim_message *message) {
  if (message)
    snprintf(message->text, sizeof(message->text), "%s", reason);
  return status;
}

static cim_status report(cim_status status, const std::string &reason, cim_message *message) {
  return report(status, reason.c_str(), message);
}

/// Runs `body` and reports what it throws.
template <typename Body> static cim_status guarded(cim_message *message, Body body) {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return report(CIM_ERROR_MEMORY, "out of memory", message);
  } catch (const std::length_error &) {
    return report(CIM_ERROR_MEMORY, "out of memory", message);
  } catch (const std::system_error &) {
    return report(CIM_ERROR_MEMORY, "cannot start a thread", message);
  } catch (const DataError &error) {
    return report(CIM_ERROR_DATA, error.what(), message);
  } catch (const dnnl::error &error) {
    if (message)
      snprintf(message->text, sizeof(message->text), "oneDNN: %s", error.what());
    return error.status == dnnl_out_of_memory ? CIM_ERROR_MEMORY : CIM_ERROR_PROGRAM;
  } catch (const std::exception &error) {
    return report(CIM_ERROR_PROGRAM, error.what(), message);
  }
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// Hands out `loaded` if its bytes pass verification.
static cim_status finishLoad(std::unique_ptr<cim_program> loaded, FileView bytes,
                             cim_program **program, cim_message *message) {
  std::string reason = loaded->load(std::move(bytes));
  if (!reason.empty())
    return report(CIM_ERROR_PROGRAM, reason, message);
  *program = loaded.release();
  return CIM_OK;
}

cim_status cim_program_open(const char *path, cim_program **program, cim_message *message) {
  return guarded(message, [&] {
    if (!path || !program)
      return report(CIM_ERROR_ARGUMENT, "'path' and 'program' must not be null", message);
    auto loaded = std::make_unique<cim_program>();
    std::string reason = loaded->file.open(path);
    if (!reason.empty())
      return report(CIM_ERROR_IO, reason, message);
    FileView bytes(loaded->file.data(), loaded->file.size());
    return finishLoad(std::move(loaded), std::move(bytes), program, message);
  });
}

cim_status cim_program_from_memory(const void *data, uint64_t bytes, cim_program **program,
                                   cim_message *message) {
  return guarded(message, [&] {
    if (!data || !program)
      return report(CIM_ERROR_ARGUMENT, "'data' and 'program' must not be null", message);
    if (reinterpret_cast<uintptr_t>(data) % kSectionAlignment != 0)
      return report(CIM_ERROR_ARGUMENT, "'data' must be aligned to 64 bytes", message);
    FileView view(static_cast<const uint8_t *>(data), bytes);
    return finishLoad(std::make_unique<cim_program>(), std::move(view), program, message);
  });
}

cim_status cim_program_from_pieces(const cim_piece *pieces, int32_t count, cim_program **program,
                                   cim_message *message) {
  return guarded(message, [&] {
    if (!pieces || count < 0 || !program)
      return report(CIM_ERROR_ARGUMENT,
                    "'pieces' and 'program' must not be null, 'count' not negative", message);
    std::vector<FileView::Piece> view;
    for (int32_t i = 0; i < count; ++i)
      view.push_back({static_cast<const uint8_t *>(pieces[i].data), pieces[i].bytes});
    return finishLoad(std::make_unique<cim_program>(), FileView(view), program, message);
  });
}

void cim_program_close(cim_program *program) { delete program; }

int32_t cim_program_num_inputs(const cim_program *program) {
  return int32_t(program->data.inputs.size());
}

int32_t cim_program_num_outputs(const cim_program *program) {
  return int32_t(program->data.outputs.size());
}

/// The port of this index, or null.
static const Port *getPort(const std::vector<Port> &ports, int32_t index) {
  return index >= 0 && size_t(index) < ports.size() ? &ports[index] : nullptr;
}

static const char *portName(const cim_program *program, const Port *port) {
  return port ? program->data.strings[port->name()].c_str() : "";
}

static cim_tensor portTensor(const cim_program *program, const Port *port) {
  return port ? viewOf(program->data.tensors[port->tensor()], nullptr) : cim_tensor();
}

const char *cim_program_input_name(const cim_program *program, int32_t index) {
  return portName(program, getPort(program->data.inputs, index));
}

const char *cim_program_output_name(const cim_program *program, int32_t index) {
  return portName(program, getPort(program->data.outputs, index));
}

cim_tensor cim_program_input(const cim_program *program, int32_t index) {
  return portTensor(program, getPort(program->data.inputs, index));
}

cim_tensor cim_program_output(const cim_program *program, int32_t index) {
  return portTensor(program, getPort(program->data.outputs, index));
}

int32_t cim_program_uncalibrated(const cim_program *program) { return program->data.uncalibrated; }

int32_t cim_program_num_instructions(const cim_program *program) {
  return int32_t(program->data.instructions.size());
}

cim_status cim_variation_parse(const char *text, cim_variation *variation, cim_message *message) {
  return guarded(message, [&] {
    if (!text || !variation)
      return report(CIM_ERROR_ARGUMENT, "'text' and 'variation' must not be null", message);
    std::string reason = parseVariation(text, *variation);
    return reason.empty() ? CIM_OK : report(CIM_ERROR_ARGUMENT, reason, message);
  });
}

cim_status cim_program_vary(cim_program *program, const cim_variation *variation,
                            cim_message *message) {
  return guarded(message, [&] {
    if (!program)
      return report(CIM_ERROR_ARGUMENT, "'program' must not be null", message);
    std::string reason = variation ? checkVariation(*variation) : "";
    if (reason.empty())
      reason = program->vary(variation);
    return reason.empty() ? CIM_OK : report(CIM_ERROR_ARGUMENT, reason, message);
  });
}

int32_t cim_program_fraction_bits(const cim_program *program, int32_t instruction) {
  bool exists = instruction >= 0 && size_t(instruction) < program->varied.size();
  return exists && program->varied[instruction] ? program->varied[instruction]->fraction() : -1;
}

static bool hasInstruction(const LoadedProgram &program, int32_t index) {
  return index >= 0 && size_t(index) < program.data.instructions.size();
}

const char *cim_program_instruction_name(const cim_program *program, int32_t instruction) {
  if (!hasInstruction(*program, instruction))
    return "";
  return program->data.strings[program->data.instructions[instruction].name()].c_str();
}

const char *cim_program_instruction_opcode(const cim_program *program, int32_t instruction) {
  if (!hasInstruction(*program, instruction))
    return "";
  return opcodeName(program->data.instructions[instruction].opcode());
}

cim_status cim_program_replace(cim_program *program, int32_t instruction, const char *what,
                               const cim_tensor *value, cim_message *message) {
  return guarded(message, [&] {
    if (!program || !what || !value || !hasInstruction(*program, instruction))
      return report(CIM_ERROR_ARGUMENT, "no such instruction or null argument", message);
    std::string reason = program->replace(instruction, what, *value);
    return reason.empty() ? CIM_OK : report(CIM_ERROR_ARGUMENT, reason, message);
  });
}

//===----------------------------------------------------------------------===//
// Executors
//===----------------------------------------------------------------------===//

cim_status cim_executor_create(const cim_program *program, const cim_executor_options *options,
                               cim_executor **executor, cim_message *message) {
  return guarded(message, [&] {
    if (!program || !options || !executor)
      return report(CIM_ERROR_ARGUMENT, "arguments must not be null", message);
    if (options->threads < 0 || options->threads > 4096)
      return report(CIM_ERROR_ARGUMENT,
                    "'threads' must be in 0..4096, got " + std::to_string(options->threads),
                    message);
    *executor = std::make_unique<cim_executor>(*program, *options).release();
    return CIM_OK;
  });
}

void cim_executor_destroy(cim_executor *executor) { delete executor; }

/// Checks the tensors of a call against the ports of the program.
static std::string checkTensors(const LoadedProgram &program, const std::vector<Port> &ports,
                                const cim_tensor *tensors, int32_t count, const char *what) {
  if (count < 0 || size_t(count) != ports.size())
    return "the program has " + std::to_string(ports.size()) + " " + what + "s, got " +
           std::to_string(count);
  for (size_t i = 0; i < ports.size(); ++i) {
    cim_tensor expected = viewOf(program.data.tensors[ports[i].tensor()], nullptr);
    const cim_tensor &given = tensors[i];
    if (!given.data || given.type != expected.type || given.rank != expected.rank ||
        !std::equal(given.dims, given.dims + expected.rank, expected.dims))
      return std::string(what) + " '" + program.data.strings[ports[i].name()] +
             "' must have data and be " + describe(program.data.tensors[ports[i].tensor()]);
  }
  return {};
}

cim_status cim_executor_run(cim_executor *executor, int64_t samples, const cim_tensor *inputs,
                            int32_t num_inputs, const cim_tensor *outputs, int32_t num_outputs,
                            cim_message *message) {
  return guarded(message, [&] {
    if (!executor || samples < 0 || (!inputs && num_inputs) || (!outputs && num_outputs))
      return report(CIM_ERROR_ARGUMENT, "'samples' must not be negative nor arguments null",
                    message);
    const LoadedProgram &program = executor->getProgram();
    std::string reason = checkTensors(program, program.data.inputs, inputs, num_inputs, "input");
    if (reason.empty())
      reason = checkTensors(program, program.data.outputs, outputs, num_outputs, "output");
    if (!reason.empty())
      return report(CIM_ERROR_ARGUMENT, reason, message);
    executor->run(samples, inputs, outputs);
    return CIM_OK;
  });
}

cim_status cim_executor_stats(const cim_executor *executor, int32_t instruction,
                              cim_instruction_stats *stats) {
  if (!executor || !stats || !hasInstruction(executor->getProgram(), instruction))
    return CIM_ERROR_ARGUMENT;
  InstructionStats sum = executor->stats(instruction);
  *stats = {sum.mvm.conversions, 0, sum.nanoseconds, sum.writes, sum.mvm.macs, sum.mvm.quantizing,
            sum.mvm.gathering};
  for (uint64_t clipped : sum.mvm.clipped)
    stats->clipped += clipped;
  return CIM_OK;
}

uint64_t cim_executor_nanoseconds(const cim_executor *executor) { return executor->nanoseconds(); }

static int32_t numCycles(const LoadedProgram &program, int32_t instruction) {
  if (!hasInstruction(program, instruction) || !program.plans[instruction])
    return 0;
  return int32_t(program.plans[instruction]->cycles.size());
}

int32_t cim_program_num_cycles(const cim_program *program, int32_t instruction) {
  return numCycles(*program, instruction);
}

cim_status cim_executor_cycle_stats(const cim_executor *executor, int32_t instruction,
                                    uint64_t *clipped, int32_t count) {
  if (!executor || !clipped || count < 1 || count != numCycles(executor->getProgram(), instruction))
    return CIM_ERROR_ARGUMENT;
  MvmStats stats = executor->stats(instruction).mvm;
  std::copy_n(stats.clipped, count, clipped);
  return CIM_OK;
}

const char *cim_runtime_isa(void) { return mvmIsa(); }
