/* Copies between layouts, and rows picked by index. */
#ifndef NATIVE_COPY_H
#define NATIVE_COPY_H

#include "elementwise.h"
#include "pack.h"

INLINE void copy_matrix_between(float *to, int64_t to_row, int64_t to_column, const float *from,
                                int64_t row, int64_t column, int64_t rows, int64_t columns) {
  if (to_column == 1) {
    copy_matrix(to, to_row, from, row, column, rows, columns);
    return;
  }
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < columns; j++)
      to[i * to_row + j * to_column] = from[i * row + j * column];
}

static void run_copy(const void *instruction, Run *run) {
  const Copy *copy = instruction;
  int rank = copy->over.rank;
  Extents outer = copy->over;
  outer.rank = rank > 2 ? rank - 2 : 0;
  int64_t rows = rank > 1 ? copy->over.extents[rank - 2] : 1;
  int64_t columns = rank > 0 ? copy->over.extents[rank - 1] : 1;
  Odometer at;
  for (odometer_start(&at, &outer); !at.done; odometer_next(&at))
    copy_matrix_between(address(run, &copy->to) + odometer_offset(&at, &copy->to),
                        stride_of(&copy->to, rank, 1), columns == 1 ? 1 : stride_of(&copy->to, rank, 0),
                        address(run, &copy->from) + odometer_offset(&at, &copy->from),
                        stride_of(&copy->from, rank, 1), stride_of(&copy->from, rank, 0), rows,
                        columns);
}

static void run_fill(const void *instruction, Run *run) {
  const Copy *fill = instruction;
  int rank = fill->over.rank;
  int64_t columns = rank > 0 ? fill->over.extents[rank - 1] : 1;
  int64_t across = stride_of(&fill->to, rank, 0);
  Extents outer = fill->over;
  outer.rank = rank > 0 ? rank - 1 : 0;
  Odometer at;
  for (odometer_start(&at, &outer); !at.done; odometer_next(&at)) {
    float *to = address(run, &fill->to) + odometer_offset(&at, &fill->to);
    if (across == 1)
      copy_row(to, &fill->value, 0, columns);
    else
      for (int64_t i = 0; i < columns; i++) to[i * across] = fill->value;
  }
}

/* The i-th index; -1, and an error of the run, where the table has no such row. */
INLINE int64_t checked_index(Run *run, const float *indices, int64_t i, int64_t rows) {
  int32_t index;
  memcpy(&index, indices + i, sizeof index);
  if (index >= 0 && index < rows) return index;
  if (!run->error) {
    run->error = "index";
    run->error_index = index;
    run->error_bound = rows;
  }
  return -1;
}

static void run_gather(const void *instruction, Run *run) {
  const Pick *pick = instruction;
  const float *table = address(run, &pick->table);
  const float *indices = address(run, &pick->indices);
  float *to = address(run, &pick->to);
  for (int64_t i = 0; i < pick->count; i++) {
    int64_t row = checked_index(run, indices, i, pick->table_rows);
    if (row < 0) return;
    copy_row(to + i * pick->width, table + row * pick->table.strides[0], 1, pick->width);
  }
}

/* Rows of `to` (the table's place) are added into zeros in the order of the indices. */
static void run_scatter_add(const void *instruction, Run *run) {
  const Pick *pick = instruction;
  float *table = address(run, &pick->table);
  const float *indices = address(run, &pick->indices);
  const float *updates = address(run, &pick->to);
  const float zero = 0.0f;
  copy_row(table, &zero, 0, pick->table_rows * pick->width);
  for (int64_t i = 0; i < pick->count; i++) {
    int64_t row = checked_index(run, indices, i, pick->table_rows);
    if (row < 0) return;
    add(table + row * pick->width, table + row * pick->width, updates + i * pick->width, pick->width);
  }
}

#endif
