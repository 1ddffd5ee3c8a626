/*
 * The operations of rows.h on as many rows at once as a vector has lanes: narrow rows (the classes of most data sets) would leave
 * most lanes of their own vectors empty. Every number is that of the row alone, bit by bit: sums go in the same order.
 */
#ifndef NATIVE_ROWS_TOGETHER_H
#define NATIVE_ROWS_TOGETHER_H

#include "pack.h"
#include "vector-math.h"

/* Wider rows fill their own vectors. */
#define MOST_TOGETHER 64

/* Element i of each of LANES rows. */
typedef struct {
  Vector at[MOST_TOGETHER];
} Columns;

INLINE void load_rows(Columns *columns, const float *rows, int64_t row, int64_t width) {
  copy_matrix((float *)columns->at, LANES, rows, 1, row, width, LANES);
}

INLINE void store_rows(const Columns *columns, float *rows, int64_t row, int64_t width) {
  copy_matrix(rows, row, (const float *)columns->at, 1, LANES, LANES, width);
}

INLINE Vector largest_of_rows(const Columns *x, int64_t width) {
  Vector largest = splat(-__builtin_inff());
  for (int64_t i = 0; i < width; i++) largest = select_lanes(x->at[i] > largest, x->at[i], largest);
  return largest;
}

/* The sum over a row in the order of sum_lanes: what lies beyond the row adds 0. */
typedef struct {
  Vector lanes[LANES];
} RowSums;

INLINE Vector sum_of_rows(RowSums *sums) {
#pragma GCC unroll 4
  for (int half = LANES / 2; half > 0; half /= 2)
#pragma GCC unroll 8
    for (int i = 0; i < half; i++) sums->lanes[i] += sums->lanes[i + half];
  return sums->lanes[0];
}

INLINE Vector sum_of_exponentials_of_rows(const Columns *x, int64_t width, Vector largest,
                                          Columns *to) {
  RowSums sums;
  for (int i = 0; i < LANES; i++) sums.lanes[i] = splat(0.0f);
  for (int64_t i = 0; i < width; i++) {
    Vector v = exp_vector(x->at[i] - largest);
    if (to) to->at[i] = v;
    sums.lanes[i % LANES] += v;
  }
  return sum_of_rows(&sums);
}

INLINE void softmax_rows(const float *x, int64_t x_row, const float *unused, int64_t unused_row,
                         float *to, int64_t to_row, int64_t width) {
  (void)unused, (void)unused_row;
  Columns columns;
  load_rows(&columns, x, x_row, width);
  Vector total =
      sum_of_exponentials_of_rows(&columns, width, largest_of_rows(&columns, width), &columns);
  for (int64_t i = 0; i < width; i++) columns.at[i] /= total;
  store_rows(&columns, to, to_row, width);
}

INLINE void log_softmax_rows(const float *x, int64_t x_row, const float *unused,
                             int64_t unused_row, float *to, int64_t to_row, int64_t width) {
  (void)unused, (void)unused_row;
  Columns columns;
  load_rows(&columns, x, x_row, width);
  Vector largest = largest_of_rows(&columns, width);
  Vector logarithm = log_vector(sum_of_exponentials_of_rows(&columns, width, largest, 0));
  for (int64_t i = 0; i < width; i++) columns.at[i] = columns.at[i] - largest - logarithm;
  store_rows(&columns, to, to_row, width);
}

INLINE void cross_entropy_rows(const float *x, int64_t x_row, const float *targets,
                               int64_t targets_row, float *to, int64_t to_row, int64_t width) {
  Columns columns, wanted;
  load_rows(&columns, x, x_row, width);
  load_rows(&wanted, targets, targets_row, width);
  Vector largest = largest_of_rows(&columns, width);
  Vector logarithm = log_vector(sum_of_exponentials_of_rows(&columns, width, largest, 0));
  RowSums sums;
  for (int i = 0; i < LANES; i++) sums.lanes[i] = splat(0.0f);
  for (int64_t i = 0; i < width; i++) {
    Vector log_probability = columns.at[i] - largest - logarithm;
    Vector term = wanted.at[i] * log_probability;
    Lanes counts = (wanted.at[i] != 0.0f) | (log_probability != log_probability);
    sums.lanes[i % LANES] += (Vector)((Lanes)term & counts);
  }
  Vector total = -sum_of_rows(&sums);
  for (int i = 0; i < LANES; i++) to[i * to_row] = total[i];
}

INLINE void arg_max_rows(const float *x, int64_t x_row, const float *unused, int64_t unused_row,
                         float *to, int64_t to_row, int64_t width) {
  (void)unused, (void)unused_row;
  Columns columns;
  load_rows(&columns, x, x_row, width);
  Vector largest = columns.at[0];
  Lanes best = (Lanes)splat(0.0f);
  for (int64_t i = 1; i < width; i++) {
    Lanes larger = columns.at[i] > largest;
    largest = select_lanes(larger, columns.at[i], largest);
    best = (best & ~larger) | (larger & (int32_t)i);
  }
  best |= largest != largest;
  for (int i = 0; i < LANES; i++) memcpy(to + i * to_row, &best[i], sizeof(int32_t));
}

#endif
