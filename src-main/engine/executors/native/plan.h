/*
 * A plan: instructions over memory slots, read from the numbers that `encode.ts` writes and checked once, so that running it
 * can never touch memory outside its slots. Slot 0 is the plan's own memory, the only one that instructions write; slot
 * 1 + i is the memory of input i that is not copied.
 */
#ifndef NATIVE_PLAN_H
#define NATIVE_PLAN_H

#include <stddef.h>
#include <stdint.h>

#define MOST_AXES 8
#define MOST_OPERANDS 16
#define MOST_RESULTS 8
#define MOST_OPERATIONS 48
/* Elements of an elementwise tile, some of which fit into the first-level cache together. */
#define ELEMENTWISE_TILE 512

/* Elements of a slot: `offset`, then a stride per axis of the instruction, none negative. */
typedef struct {
  int32_t slot;
  int64_t offset;
  int64_t strides[MOST_AXES];
} View;

typedef struct {
  int rank;
  int64_t extents[MOST_AXES];
} Extents;

typedef enum {
  ELEMENTWISE,
  SUM,
  COPY,
  FILL,
  MATMUL,
  SOFTMAX,
  LOG_SOFTMAX,
  ARG_MAX,
  CROSS_ENTROPY,
  GATHER,
  SCATTER_ADD,
  CONV2D,
  CONV2D_INPUT,
  CONV2D_WEIGHT,
  INSTRUCTION_KINDS
} InstructionKind;

typedef enum {
  NEGATE, EXP, LOG, SQRT, TANH, RELU, STEP, ERF,
  MAXIMUM, AT_LEAST, ADD, SUBTRACT, MULTIPLY, DIVIDE, MULTIPLY_STEP,
  OPERATION_KINDS
} OperationKind;

/* Values are numbered: first the operands, then the result of each operation; b = a for operations of one value. */
typedef struct {
  OperationKind kind;
  int a, b;
} Operation;

typedef struct {
  Extents over;
  int operand_count, result_count, operation_count;
  View operands[MOST_OPERANDS];
  View results[MOST_RESULTS];
  int result_values[MOST_RESULTS];
  Operation operations[MOST_OPERATIONS];
  /* Made by the check: where each value lies while a tile is worked on, -1 - i for directly in result i. */
  int places[MOST_OPERANDS + MOST_OPERATIONS];
  int place_count;
} Elementwise;

typedef struct {
  /* Kept axes first, then those summed over; the result has no strides over the latter. */
  Extents over;
  int kept;
  View from, to;
} Sum;

typedef struct {
  Extents over;
  View from, to;
  float value;
} Copy;

/* What happens to a product before it is stored: + bias, relu, or times step of a tensor of the result's layout. */
typedef struct {
  int has_bias, has_relu, has_step;
  View bias, step;
} Finish;

typedef struct {
  Extents over;
  int64_t rows, columns, inner;
  /* Strides of the last two axes follow those over the batch: (row, inner), (inner, column), (row, column). */
  View a, b, c;
  Finish finish;
} Matmul;

/* Operations on rows: the last axis has `width` neighbouring elements. */
typedef struct {
  Extents over;
  int64_t width;
  View from, targets, to;
} Rows;

typedef struct {
  int64_t count, width, table_rows;
  View table, indices, to;
} Pick;

typedef struct {
  int64_t height, width, kernel_height, kernel_width;
  int64_t stride_y, stride_x, padding_y, padding_x, dilation_y, dilation_x;
  int64_t groups, count, channels, out;
  /* Extents of the result. */
  int64_t rows, columns;
} Geometry;

/* The three convolutions: image, weights and result, one of which is written. Strides over leading axes only. */
typedef struct {
  Extents over;
  Geometry geometry;
  View image, weights, result;
  Finish finish;
} Convolution;

typedef struct {
  InstructionKind kind;
  union {
    Elementwise *elementwise;
    Sum *sum;
    Copy *copy;
    Matmul *matmul;
    Rows *rows;
    Pick *pick;
    Convolution *convolution;
    void *any;
  } as;
} Instruction;

typedef enum { INPUT_COPIED, INPUT_FIXED, INPUT_SEQUENCE } InputKind;

typedef struct {
  InputKind kind;
  int64_t size;
  /* Where a copied input goes in slot 0. */
  int64_t offset;
} Input;

typedef struct {
  View from;
  int64_t size;
} Output;

typedef struct Plan {
  int64_t memory_size, constant_size;
  int input_count, output_count, instruction_count;
  Input *inputs;
  Output *outputs;
  Instruction *instructions;
  int64_t scratch_size;
  float *memory, *scratch;
  /* What runs it. */
  const struct Kernels *kernels;
} Plan;

/* While a plan runs: the address of every slot, and the first thing that went wrong. */
typedef struct {
  float **slots;
  float *scratch;
  int64_t scratch_size;
  const char *error;
  int64_t error_index, error_bound;
} Run;

static inline float *address(const Run *run, const View *view) {
  return run->slots[view->slot] + view->offset;
}

/* Reads a plan from `count` words. Returns null and a message when it is malformed or memory is short. */
Plan *plan_create(const int32_t *words, int64_t count, const float *constants, int64_t constant_count,
                  const char **message);
void plan_destroy(Plan *plan);

#endif
