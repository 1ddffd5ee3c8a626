/*
 * Sums over axes. The order of additions depends on the extents that are summed over alone, never on how many sums there are.
 * Long sums go over partial ones, so that rounding does not grow with their length.
 */
#ifndef NATIVE_REDUCE_H
#define NATIVE_REDUCE_H

#include "odometer.h"
#include "vector.h"

/* Terms of a partial sum; four such chains run side by side. */
#define PARTIAL_TERMS 64

/* Adds `count` rows that are `stride` apart, one vector of columns wide. */
INLINE Vector sum_rows(const float *from, int64_t stride, int64_t count, int64_t width) {
  Vector total = splat(0.0f);
  for (int64_t first = 0; first < count; first += 4 * PARTIAL_TERMS) {
    int64_t last = count - first < 4 * PARTIAL_TERMS ? count : first + 4 * PARTIAL_TERMS;
    Vector sums[4] = {splat(0.0f), splat(0.0f), splat(0.0f), splat(0.0f)};
    int64_t i = first;
    if (width == LANES) {
      for (; i + 4 <= last; i += 4)
        for (int k = 0; k < 4; k++) sums[k] += load(from + (i + k) * stride);
      for (int k = 0; i < last; i++, k++) sums[k] += load(from + i * stride);
    } else {
      for (; i + 4 <= last; i += 4)
        for (int k = 0; k < 4; k++) sums[k] += load_part(from + (i + k) * stride, width, 0.0f);
      for (int k = 0; i < last; i++, k++) sums[k] += load_part(from + i * stride, width, 0.0f);
    }
    total += (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
  return total;
}

/* Adds `count` neighbours: vectors of them, in four chains. */
INLINE float sum_neighbours(const float *from, int64_t count) {
  float total = 0.0f;
  const int64_t block = 4 * PARTIAL_TERMS * LANES;
  for (int64_t first = 0; first < count; first += block) {
    int64_t last = count - first < block ? count : first + block;
    Vector sums[4] = {splat(0.0f), splat(0.0f), splat(0.0f), splat(0.0f)};
    int64_t i = first;
    for (; i + 4 * LANES <= last; i += 4 * LANES)
      for (int k = 0; k < 4; k++) sums[k] += load(from + i + k * LANES);
    for (int k = 0; i < last; i += LANES, k++)
      sums[k] += last - i < LANES ? load_part(from + i, last - i, 0.0f) : load(from + i);
    total += sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
  }
  return total;
}

typedef struct {
  /* Kept axes without the one that vectors run along; summed axes without the innermost. */
  Extents kept, summed;
  /* The summed axes as a view of their own. */
  View outer;
  int64_t length, stride;
} SumShape;

static SumShape shape_of_sum(const Sum *sum) {
  SumShape shape = {.length = 1};
  int rank = sum->over.rank;
  shape.kept.rank = sum->kept;
  for (int axis = 0; axis < sum->kept; axis++) shape.kept.extents[axis] = sum->over.extents[axis];
  if (rank == sum->kept) return shape;
  shape.length = sum->over.extents[rank - 1];
  shape.stride = sum->from.strides[rank - 1];
  shape.summed.rank = rank - sum->kept - 1;
  for (int axis = 0; axis < shape.summed.rank; axis++) {
    shape.summed.extents[axis] = sum->over.extents[sum->kept + axis];
    shape.outer.strides[axis] = sum->from.strides[sum->kept + axis];
  }
  return shape;
}

/* Vectors run along the last kept axis. */
static void sum_columns(const Sum *sum, SumShape *shape, const Run *run) {
  int64_t width = shape->kept.extents[--shape->kept.rank];
  int64_t across = sum->to.strides[shape->kept.rank];
  Odometer at, inner;
  for (odometer_start(&at, &shape->kept); !at.done; odometer_next(&at)) {
    const float *from = address(run, &sum->from) + odometer_offset(&at, &sum->from);
    float *to = address(run, &sum->to) + odometer_offset(&at, &sum->to);
    for (int64_t column = 0; column < width; column += LANES) {
      int64_t part = width - column < LANES ? width - column : LANES;
      Vector total = splat(0.0f);
      for (odometer_start(&inner, &shape->summed); !inner.done; odometer_next(&inner))
        total += sum_rows(from + column + odometer_offset(&inner, &shape->outer), shape->stride,
                          shape->length, part);
      if (across == 1)
        store_part(to + column, total, part);
      else
        for (int64_t i = 0; i < part; i++) to[(column + i) * across] = total[i];
    }
  }
}

/* One sum at a time, over neighbours where the innermost summed axis has them. */
static void sum_singly(const Sum *sum, const SumShape *shape, const Run *run) {
  Odometer at, inner;
  for (odometer_start(&at, &shape->kept); !at.done; odometer_next(&at)) {
    const float *from = address(run, &sum->from) + odometer_offset(&at, &sum->from);
    float *to = address(run, &sum->to) + odometer_offset(&at, &sum->to);
    double total = 0.0;
    for (odometer_start(&inner, &shape->summed); !inner.done; odometer_next(&inner)) {
      const float *row = from + odometer_offset(&inner, &shape->outer);
      if (shape->stride == 1) {
        total += sum_neighbours(row, shape->length);
      } else {
        for (int64_t i = 0; i < shape->length; i++) total += row[i * shape->stride];
      }
    }
    *to = (float)total;
  }
}

static void run_sum(const void *instruction, Run *run) {
  const Sum *sum = instruction;
  SumShape shape = shape_of_sum(sum);
  if (sum->kept > 0 && sum->from.strides[sum->kept - 1] == 1)
    sum_columns(sum, &shape, run);
  else
    sum_singly(sum, &shape, run);
}

#endif
