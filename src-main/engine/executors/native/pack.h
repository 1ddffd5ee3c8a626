/* Copies that lay out the right-hand side of a product panel by panel: all rows of a panel's columns, then the next panel. */
#ifndef NATIVE_PACK_H
#define NATIVE_PACK_H

#include "tile.h"

typedef float Four __attribute__((vector_size(16)));

INLINE Four load_four(const float *from) {
  Four v;
  memcpy(&v, from, sizeof v);
  return v;
}

/* to[i * to_row + j] = from[j * from_row + i] for i, j in 0..3 */
INLINE void transpose_four(const float *from, int64_t from_row, float *to, int64_t to_row) {
  Four a = load_four(from), b = load_four(from + from_row);
  Four c = load_four(from + 2 * from_row), d = load_four(from + 3 * from_row);
  Four ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  Four ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  Four cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  Four cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  Four rows[4] = {__builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5),
                  __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7),
                  __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5),
                  __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7)};
  for (int i = 0; i < 4; i++) memcpy(to + i * to_row, &rows[i], sizeof(Four));
}

/* to[i * to_row + j] = from[i * row + j * column] for i < rows, j < columns. */
static inline void copy_matrix(float *to, int64_t to_row, const float *from, int64_t row,
                               int64_t column, int64_t rows, int64_t columns) {
  if (column == 1) {
    for (int64_t i = 0; i < rows; i++) {
      const float *source = from + i * row;
      float *target = to + i * to_row;
      int64_t j = 0;
      for (; j + LANES <= columns; j += LANES) store(target + j, load(source + j));
      if (j < columns) store_part(target + j, load_part(source + j, columns - j, 0.0f), columns - j);
    }
    return;
  }
  int64_t whole_rows = row == 1 ? rows & ~(int64_t)3 : 0;
  int64_t whole_columns = row == 1 ? columns & ~(int64_t)3 : 0;
  for (int64_t j = 0; j < whole_columns; j += 4)
    for (int64_t i = 0; i < whole_rows; i += 4)
      transpose_four(from + i + j * column, column, to + i * to_row + j, to_row);
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = i < whole_rows ? whole_columns : 0; j < columns; j++)
      to[i * to_row + j] = from[i * row + j * column];
}

/* Floats that `pack_panels` writes. */
INLINE int64_t packed_size(int64_t rows, int64_t columns) {
  return rows * ((columns + LANES - 1) / LANES) * LANES;
}

/* Packs b(i, j) = from[i * row + j * column]; columns are filled up with zeros to whole vectors. */
static inline void pack_panels(float *to, const float *from, int64_t row, int64_t column,
                               int64_t rows, int64_t columns) {
  for (int64_t j = 0; j < columns;) {
    int64_t width = panel_vectors(columns - j) * LANES;
    int64_t used = width < columns - j ? width : columns - j;
    if (used < width)
      for (int64_t i = 0; i < rows; i++)
        store(to + i * width + width - LANES, splat(0.0f));
    copy_matrix(to, width, from + j * column, row, column, rows, used);
    to += rows * width;
    j += width;
  }
}

/* A product whose b was packed by `pack_panels`. */
static inline void multiply_packed(Product *p) {
  const float *b = p->b;
  int64_t inner = p->segment_count * p->segment_length;
  for (int64_t column = 0; column < p->columns;) {
    int64_t vectors = panel_vectors(p->columns - column);
    p->b_inner = vectors * LANES;
    multiply_panel(p, b, column, vectors);
    b += inner * vectors * LANES;
    column += vectors * LANES;
  }
}

#endif
