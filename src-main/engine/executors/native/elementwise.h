/*
 * Chains of elementwise operations in one pass: a tile of the operands that fits into the first-level cache goes through all
 * operations before the next one is read.
 */
#ifndef NATIVE_ELEMENTWISE_H
#define NATIVE_ELEMENTWISE_H

#include "odometer.h"
#include "vector-math.h"

typedef void (*OperationFunction)(float *to, const float *a, const float *b, int64_t count);

#define OPERATION(NAME, EXPRESSION)                                                  \
  static void NAME(float *to, const float *from_a, const float *from_b, int64_t count) { \
    int64_t i = 0;                                                                   \
    for (; i + LANES <= count; i += LANES) {                                         \
      Vector a = load(from_a + i), b = load(from_b + i);                             \
      (void)b;                                                                       \
      store(to + i, EXPRESSION);                                                     \
    }                                                                                \
    if (i == count) return;                                                          \
    Vector a = load_part(from_a + i, count - i, 1.0f), b = load_part(from_b + i, count - i, 1.0f); \
    (void)b;                                                                         \
    store_part(to + i, EXPRESSION, count - i);                                       \
  }
OPERATION(negate, -a)
OPERATION(exponential, exp_vector(a))
OPERATION(logarithm, log_vector(a))
OPERATION(root, square_root(a))
OPERATION(hyperbolic_tangent, tanh_vector(a))
OPERATION(rectify, relu_vector(a))
OPERATION(step, step_vector(a))
OPERATION(error_function, erf_vector(a))
OPERATION(maximum, maximum_vector(a, b))
OPERATION(at_least, at_least_vector(a, b))
OPERATION(add, a + b)
OPERATION(subtract, a - b)
OPERATION(multiply_both, a *b)
OPERATION(divide, a / b)
OPERATION(multiply_step, a *step_vector(b))
#undef OPERATION

static const OperationFunction operations[OPERATION_KINDS] = {
    [NEGATE] = negate,   [EXP] = exponential,          [LOG] = logarithm,
    [SQRT] = root,       [TANH] = hyperbolic_tangent,  [RELU] = rectify,
    [STEP] = step,       [ERF] = error_function,       [MAXIMUM] = maximum,
    [AT_LEAST] = at_least, [ADD] = add,                [SUBTRACT] = subtract,
    [MULTIPLY] = multiply_both, [DIVIDE] = divide,     [MULTIPLY_STEP] = multiply_step,
};

/* A tile: `rows` rows of `width` elements, which lie one after another in temporary memory. */
typedef struct {
  int64_t rows, width, outer_rows;
} TileShape;

INLINE int64_t stride_of(const View *view, int rank, int from_end) {
  return rank > from_end ? view->strides[rank - 1 - from_end] : 0;
}

INLINE void copy_row(float *to, const float *from, int64_t stride, int64_t count) {
  int64_t i = 0;
  if (stride == 0) {
    Vector v = splat(*from);
    for (; i + LANES <= count; i += LANES) store(to + i, v);
    if (i < count) store_part(to + i, v, count - i);
  } else if (stride == 1) {
    for (; i + LANES <= count; i += LANES) store(to + i, load(from + i));
    if (i < count) store_part(to + i, load_part(from + i, count - i, 0.0f), count - i);
  } else {
    for (; i < count; i++) to[i] = from[i * stride];
  }
}

/* Lays a strided tile out row after row; a row that repeats is doubled until it fills the tile. */
static void lay_out(float *to, const float *from, int64_t row, int64_t column, int64_t rows,
                    int64_t width) {
  if (row == 0 && column == 0) {
    copy_row(to, from, 0, rows * width);
    return;
  }
  copy_row(to, from, column, width);
  if (row > 0) {
    for (int64_t r = 1; r < rows; r++) copy_row(to + r * width, from + r * row, column, width);
    return;
  }
  for (int64_t done = width; done < rows * width; done *= 2) {
    int64_t left = rows * width - done;
    copy_row(to + done, to, 1, done < left ? done : left);
  }
}

/* What was laid out last in an operand's place, so that a row used by every tile is laid out once. */
typedef struct {
  const float *from;
  int64_t rows, width;
} LaidOut;

typedef struct {
  const Elementwise *of;
  Run *run;
  const float *operands[MOST_OPERANDS];
  float *results[MOST_RESULTS];
  LaidOut laid_out[MOST_OPERANDS];
} ElementwiseRun;

INLINE float *place(const ElementwiseRun *e, int index) {
  return e->run->scratch + (int64_t)index * ELEMENTWISE_TILE;
}

static const float *tile_operand(ElementwiseRun *e, int k, int64_t row, int64_t column, int64_t rows,
                                 int64_t width) {
  const View *view = &e->of->operands[k];
  int rank = e->of->over.rank;
  int64_t across = stride_of(view, rank, 0), down = stride_of(view, rank, 1);
  const float *from = e->operands[k] + row * down + column * across;
  if ((across == 1 || width == 1) && (rows == 1 || down == width)) return from;
  float *to = place(e, e->of->places[k]);
  LaidOut *last = &e->laid_out[k];
  if (last->from != from || last->width != width || last->rows < rows) {
    lay_out(to, from, down, across, rows, width);
    *last = (LaidOut){from, rows, width};
  }
  return to;
}

static void store_tile(const ElementwiseRun *e, int k, const float *from, int64_t row, int64_t column,
                       int64_t rows, int64_t width) {
  const View *view = &e->of->results[k];
  int rank = e->of->over.rank;
  int64_t across = stride_of(view, rank, 0), down = stride_of(view, rank, 1);
  float *to = e->results[k] + row * down + column * across;
  if (to == from) return;
  if (across == 1 || width == 1) {
    for (int64_t r = 0; r < rows; r++) copy_row(to + r * down, from + r * width, 1, width);
    return;
  }
  for (int64_t r = 0; r < rows; r++)
    for (int64_t i = 0; i < width; i++) to[r * down + i * across] = from[r * width + i];
}

/* Where the result of an operation goes: straight into a result when that lies in one piece, else to its place. */
static float *target_of(const ElementwiseRun *e, int value, int64_t row, int64_t column, int64_t rows,
                        int64_t width) {
  int at = e->of->places[value];
  if (at >= 0) return place(e, at);
  const Elementwise *of = e->of;
  const View *view = &of->results[-1 - at];
  int rank = of->over.rank;
  int64_t across = stride_of(view, rank, 0), down = stride_of(view, rank, 1);
  if ((across == 1 || width == 1) && (rows == 1 || down == width))
    return e->results[-1 - at] + row * down + column * across;
  return place(e, of->place_count + (-1 - at));
}

static void run_tile(ElementwiseRun *e, int64_t row, int64_t column, int64_t rows, int64_t width) {
  const Elementwise *of = e->of;
  const float *values[MOST_OPERANDS + MOST_OPERATIONS];
  for (int k = 0; k < of->operand_count; k++)
    values[k] = tile_operand(e, k, row, column, rows, width);
  for (int i = 0; i < of->operation_count; i++) {
    const Operation *operation = &of->operations[i];
    float *to = target_of(e, of->operand_count + i, row, column, rows, width);
    operations[operation->kind](to, values[operation->a], values[operation->b], rows * width);
    values[of->operand_count + i] = to;
  }
  for (int k = 0; k < of->result_count; k++)
    store_tile(e, k, values[of->result_values[k]], row, column, rows, width);
}

static void run_elementwise(const void *instruction, Run *run) {
  const Elementwise *of = instruction;
  int rank = of->over.rank;
  int64_t width = rank > 0 ? of->over.extents[rank - 1] : 1;
  int64_t rows = rank > 1 ? of->over.extents[rank - 2] : 1;
  Extents outer = of->over;
  outer.rank = rank > 2 ? rank - 2 : 0;
  int64_t step = width >= ELEMENTWISE_TILE ? 1 : ELEMENTWISE_TILE / width;
  ElementwiseRun e = {.of = of, .run = run};
  Odometer at;
  for (odometer_start(&at, &outer); !at.done; odometer_next(&at)) {
    for (int k = 0; k < of->operand_count; k++)
      e.operands[k] = address(run, &of->operands[k]) + odometer_offset(&at, &of->operands[k]);
    for (int k = 0; k < of->result_count; k++)
      e.results[k] = address(run, &of->results[k]) + odometer_offset(&at, &of->results[k]);
    for (int64_t row = 0; row < rows; row += step)
      for (int64_t column = 0; column < width; column += ELEMENTWISE_TILE) {
        int64_t height = rows - row < step ? rows - row : step;
        int64_t length = width - column < ELEMENTWISE_TILE ? width - column : ELEMENTWISE_TILE;
        run_tile(&e, row, column, height, length);
      }
  }
}

#endif
