/*===- cim_runtime.h - C API of the crossbar runtime --------------*- C -*-===*\
|*                                                                            *|
|* Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.      *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|* Loads, verifies and executes crossbar programs. Handles are opaque. Calls  *|
|* return CIM_OK or an error code, and write a message for people into the    *|
|* cim_message given (which may be NULL). Nothing here throws or aborts.      *|
\*===----------------------------------------------------------------------===*/

#ifndef CIM_RUNTIME_CIM_RUNTIME_H
#define CIM_RUNTIME_CIM_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  CIM_OK = 0,
  CIM_ERROR_IO = 1,       /* a file cannot be read */
  CIM_ERROR_PROGRAM = 2,  /* the program is refused by verification */
  CIM_ERROR_ARGUMENT = 3, /* a call does not fit the program */
  CIM_ERROR_MEMORY = 4,   /* out of memory */
  CIM_ERROR_DATA = 5      /* a sample has an index outside of the tensor that it indexes */
} cim_status;

typedef struct {
  char text[512];
} cim_message;

/* Element types, numbered as in program.fbs. */
typedef enum { CIM_F32, CIM_I64, CIM_I32, CIM_I8, CIM_U8, CIM_BOOL } cim_element_type;

/* A view of a tensor; `data` belongs to whoever made it. Dense, row major. */
typedef struct {
  cim_element_type type;
  int32_t rank;
  int64_t dims[6];
  void *data;
} cim_tensor;

typedef struct cim_program cim_program;
typedef struct cim_executor cim_executor;

/* Maps and verifies a file. */
cim_status cim_program_open(const char *path, cim_program **program, cim_message *message);
/* Verifies `bytes` of memory and uses them in place: they must outlive the
   program and begin at a 64-byte-aligned address. */
cim_status cim_program_from_memory(const void *data, uint64_t bytes, cim_program **program,
                                   cim_message *message);
/* The same of a file that is in memory in pieces, one behind the other: large
   constants can stay where they are. What the program refers to is in one piece
   each. Pieces with weights of crossbars are aligned to 64 bytes like their place
   in the file, others to their elements; the list itself is copied. */
typedef struct {
  const void *data;
  uint64_t bytes;
} cim_piece;
cim_status cim_program_from_pieces(const cim_piece *pieces, int32_t count, cim_program **program,
                                   cim_message *message);
void cim_program_close(cim_program *program);

int32_t cim_program_num_inputs(const cim_program *program);
int32_t cim_program_num_outputs(const cim_program *program);
const char *cim_program_input_name(const cim_program *program, int32_t index);
const char *cim_program_output_name(const cim_program *program, int32_t index);
/* Type and dims; `data` is NULL. */
cim_tensor cim_program_input(const cim_program *program, int32_t index);
cim_tensor cim_program_output(const cim_program *program, int32_t index);
/* 1 if the scales come from random inputs rather than calibration data. */
int32_t cim_program_uncalibrated(const cim_program *program);

int32_t cim_program_num_instructions(const cim_program *program);
/* The layer or node name of an instruction, may be empty. */
const char *cim_program_instruction_name(const cim_program *program, int32_t instruction);
/* "mvm", "conv2d", "binary", ...: the mnemonic of the xbar dialect. */
const char *cim_program_instruction_opcode(const cim_program *program, int32_t instruction);

/* Replaces the contents of a constant of instruction `instruction` in this
   loaded program, for training and search: "weight_codes" (int8 [G,K,N/G]), "start" [N],
   "scale" [T',S',N], "reciprocal" [T,S,N], "offsets" int32 [T,S,N], "reference" [T',N],
   "thresholds" and "levels" int32 [T",S",N",L] of an mvm that has them, in the shapes of the
   file. Computed weights have no codes: the scales "weight_scale" of their write_arrays and
   "correction_scale" of the mvm take their place, numbers without axes. The file is not changed. No
   executor may be running. */
cim_status cim_program_replace(cim_program *program, int32_t instruction, const char *what,
                               const cim_tensor *value, cim_message *message);

/* How devices differ from what is written into them; 0 is none, everywhere. README.md has the
   formulas. A step of a cell is the distance of two neighbouring levels. */
typedef struct {
  uint64_t seed;
  uint32_t trial;             /* other draws of the same seed */
  double cell_lognormal;      /* sigma of the exponent, drawn for each cell */
  double weight_lognormal;    /* the same, shared by all cells of a weight */
  double proportional;        /* sigma relative to the conductance */
  double gaussian;            /* sigma in steps */
  double stuck_off, stuck_on; /* probabilities */
  double on_off_ratio;        /* of conductances; 0 is infinite */
  double read_noise;          /* sigma of each conversion, in steps */
  double drift_time; /* since writing, relative to when levels were right; 1 is none, too */
  double drift_nu, drift_nu_sigma; /* the exponent of drift: mean and sigma over cells; needs
                                      drift_time */
  double reference_variation;      /* 1: reference columns vary, too */
} cim_variation;

/* Reads "key=value,key=value" with the names above but for seed and trial, which become 0. What is
   not there is none. A sigma, a probability or an exponent may be given as 0; on_off_ratio must be
   greater than 1, drift_time at least 1 and together with drift_nu or drift_nu_sigma. */
cim_status cim_variation_parse(const char *text, cim_variation *variation, cim_message *message);
/* Draws the cells of all crossbar layers of this loaded program; NULL makes them ideal again. The
   result depends on nothing but the program and `variation`, in particular not on earlier calls.
   Executors that exist keep the cells they were made with. Constants of a program with drawn cells
   cannot be replaced. */
cim_status cim_program_vary(cim_program *program, const cim_variation *variation,
                            cim_message *message);
/* Of an mvm with drawn cells: they are multiples of 2^-bits steps, 8 unless partial sums would not
   be exact. -1 without. */
int32_t cim_program_fraction_bits(const cim_program *program, int32_t instruction);

/* Counts of an instruction since the executor was made, if statistics are on. */
typedef struct {
  uint64_t conversions; /* ADC conversions of an mvm, of an ideal ADC and reference columns too */
  uint64_t clipped;     /* conversions whose code was clamped; a table clamps none */
  uint64_t nanoseconds; /* time in this instruction, summed over threads */
  uint64_t writes;      /* arrays that a write_arrays of computed weights has written */
  uint64_t macs;        /* of an mvm: products of one cell (pair) and one input digit */
  /* Parts of the time of an mvm, the rest of which is its products: making codes of the
     inputs; bringing them into the order that products want. */
  uint64_t quantize_nanoseconds, gather_nanoseconds;
} cim_instruction_stats;

/* Called after each instruction of each sample, from the thread that ran it. */
typedef void (*cim_observer)(void *user, int64_t sample, int32_t instruction,
                             const cim_tensor *inputs, int32_t num_inputs,
                             const cim_tensor *output);

/* One instruction as a thread ran it. Times are nanoseconds, the begin that of a steady clock. */
typedef struct {
  int32_t instruction;
  int32_t thread; /* 0 is the calling one */
  int64_t first_sample, samples;
  uint64_t begin, nanoseconds, quantize_nanoseconds, gather_nanoseconds;
} cim_event;

/* Called after each instruction that takes time, from the thread that ran it. */
typedef void (*cim_tracer)(void *user, const cim_event *event);

typedef struct {
  int32_t threads;    /* 0: one per core */
  int32_t statistics; /* 1: count conversions and clipping, measure time */
  cim_observer observer;
  void *observer_user;
  cim_tracer tracer; /* needs statistics */
  void *tracer_user;
} cim_executor_options;

cim_status cim_executor_create(const cim_program *program, const cim_executor_options *options,
                               cim_executor **executor, cim_message *message);
void cim_executor_destroy(cim_executor *executor);

/* Runs `samples` inferences. inputs[i].data holds `samples` inputs one after the
   other, each with the dims of cim_program_input(i); outputs likewise. Results do
   not depend on the number of threads, of which the calling one is the first. A failure is
   that of the first sample that fails; then the contents of `outputs` are not specified. */
cim_status cim_executor_run(cim_executor *executor, int64_t samples, const cim_tensor *inputs,
                            int32_t num_inputs, const cim_tensor *outputs, int32_t num_outputs,
                            cim_message *message);

cim_status cim_executor_stats(const cim_executor *executor, int32_t instruction,
                              cim_instruction_stats *stats);
/* Time since the executor was made in which threads have worked, summed over them: that of all
   instructions, and of copying samples in and out. */
uint64_t cim_executor_nanoseconds(const cim_executor *executor);
/* The input cycles of an mvm instruction, those of the second pass of differential inputs after
   those of the first; 0 for other instructions. Each has the same number of conversions, if not
   outputs are converted, once for all cycles. */
int32_t cim_program_num_cycles(const cim_program *program, int32_t instruction);
/* The clipped conversions of each cycle; `count` is cim_program_num_cycles(). */
cim_status cim_executor_cycle_stats(const cim_executor *executor, int32_t instruction,
                                    uint64_t *clipped, int32_t count);
/* "avx512vnni", "avx2", "neon" or "generic": the kernels in use. */
const char *cim_runtime_isa(void);

#ifdef __cplusplus
}
#endif

#endif /* CIM_RUNTIME_CIM_RUNTIME_H */
