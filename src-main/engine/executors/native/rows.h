/* Operations on the last axis, whose elements are neighbours: softmax, its logarithm, cross-entropy, the largest element. */
#ifndef NATIVE_ROWS_H
#define NATIVE_ROWS_H

#include "odometer.h"
#include "rows-together.h"
#include "vector-math.h"

INLINE int64_t part_of(int64_t width, int64_t at) { return width - at < LANES ? width - at : LANES; }

INLINE float largest_of(const float *x, int64_t width) {
  Vector largest = splat(-__builtin_inff());
  for (int64_t i = 0; i < width; i += LANES) {
    Vector v = load_part(x + i, part_of(width, i), -__builtin_inff());
    largest = select_lanes(v > largest, v, largest);
  }
  return largest_lane(largest);
}

INLINE float sum_of_exponentials(const float *x, int64_t width, float largest, float *to) {
  Vector total = splat(0.0f);
  for (int64_t i = 0; i < width; i += LANES) {
    int64_t part = part_of(width, i);
    Vector v = exp_vector(load_part(x + i, part, -__builtin_inff()) - largest);
    if (to) store_part(to + i, v, part);
    /* The lanes beyond the row add exp(-infinity), or NaN where the largest is infinite, as the row does. */
    total += v;
  }
  return sum_lanes(total);
}

INLINE float logarithm_of(float x) { return log_vector(splat(x))[0]; }

INLINE void softmax_row(const float *x, const float *unused, float *to, int64_t width) {
  (void)unused;
  float total = sum_of_exponentials(x, width, largest_of(x, width), to);
  for (int64_t i = 0; i < width; i += LANES) {
    int64_t part = part_of(width, i);
    store_part(to + i, load_part(to + i, part, 0.0f) / total, part);
  }
}

INLINE void log_softmax_row(const float *x, const float *unused, float *to, int64_t width) {
  (void)unused;
  float largest = largest_of(x, width);
  float logarithm = logarithm_of(sum_of_exponentials(x, width, largest, 0));
  for (int64_t i = 0; i < width; i += LANES) {
    int64_t part = part_of(width, i);
    store_part(to + i, load_part(x + i, part, 0.0f) - largest - logarithm, part);
  }
}

/* A target of 0 adds nothing even where the log probability is -infinity. */
INLINE void cross_entropy_row(const float *x, const float *targets, float *to, int64_t width) {
  float largest = largest_of(x, width);
  float logarithm = logarithm_of(sum_of_exponentials(x, width, largest, 0));
  Vector total = splat(0.0f);
  for (int64_t i = 0; i < width; i += LANES) {
    int64_t part = part_of(width, i);
    Vector log_probability = load_part(x + i, part, 0.0f) - largest - logarithm;
    Vector target = load_part(targets + i, part, 0.0f);
    Vector term = target * log_probability;
    Lanes counts = (target != 0.0f) | (log_probability != log_probability);
    total += (Vector)((Lanes)term & counts);
  }
  *to = -sum_lanes(total);
}

/* The first largest; -1 where the first element is NaN, which nothing is larger than. */
INLINE void arg_max_row(const float *x, const float *unused, float *to, int64_t width) {
  (void)unused;
  int32_t best = 0;
  for (int64_t i = 1; i < width; i++)
    if (x[i] > x[best]) best = (int32_t)i;
  if (x[best] != x[best]) best = -1;
  memcpy(to, &best, sizeof best);
}

/* Narrow rows go together as far as they fill vectors; what is left, and wide rows, one by one. */
#define ROWS_KERNEL(NAME, EACH, TOGETHER)                                                       \
  static void NAME(const void *instruction, Run *run) {                                         \
    const Rows *rows = instruction;                                                             \
    int last = rows->over.rank - 1;                                                             \
    int64_t count = last < 0 ? 1 : rows->over.extents[last];                                    \
    int64_t from_row = last < 0 ? 0 : rows->from.strides[last];                                 \
    int64_t targets_row = last < 0 ? 0 : rows->targets.strides[last];                           \
    int64_t to_row = last < 0 ? 0 : rows->to.strides[last];                                     \
    int64_t together = rows->width <= MOST_TOGETHER ? count - count % LANES : 0;                \
    Extents outer = rows->over;                                                                 \
    if (last >= 0) outer.rank = last;                                                           \
    Odometer at;                                                                                \
    for (odometer_start(&at, &outer); !at.done; odometer_next(&at)) {                           \
      const float *from = address(run, &rows->from) + odometer_offset(&at, &rows->from);        \
      const float *targets = address(run, &rows->targets) + odometer_offset(&at, &rows->targets); \
      float *to = address(run, &rows->to) + odometer_offset(&at, &rows->to);                    \
      for (int64_t row = 0; row < together; row += LANES)                                       \
        TOGETHER(from + row * from_row, from_row, targets + row * targets_row, targets_row,     \
                 to + row * to_row, to_row, rows->width);                                       \
      for (int64_t row = together; row < count; row++)                                          \
        EACH(from + row * from_row, targets + row * targets_row, to + row * to_row,             \
             rows->width);                                                                      \
    }                                                                                           \
  }
ROWS_KERNEL(run_softmax, softmax_row, softmax_rows)
ROWS_KERNEL(run_log_softmax, log_softmax_row, log_softmax_rows)
ROWS_KERNEL(run_cross_entropy, cross_entropy_row, cross_entropy_rows)
ROWS_KERNEL(run_arg_max, arg_max_row, arg_max_rows)
#undef ROWS_KERNEL

#endif
