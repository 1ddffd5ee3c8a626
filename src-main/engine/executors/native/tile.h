/*
 * The one inner loop of matrix products and convolutions: a tile of c, some rows by one to three vectors of columns, is held
 * in registers while products are added up.
 *
 * Every element of c is one chain of multiply-adds in the order of the products, whatever tile it falls into: results do not
 * depend on how many rows or matrices are computed together.
 */
#ifndef NATIVE_TILE_H
#define NATIVE_TILE_H

#include "vector.h"

typedef struct {
  /* a(row, i) is at a[segments[i / length] + row * a_row + (i % length) * a_inner]. */
  const float *a;
  int64_t a_row, a_inner;
  const int64_t *segments;
  int64_t segment_count, segment_length;
  /* b(i, column) is at b[i * b_inner + column]. */
  const float *b;
  int64_t b_inner;
  float *c;
  int64_t c_row;
  int64_t rows, columns;
  /* What c holds is added. */
  int add;
  /* Applied at the end, in this order, where not null: + bias[column], relu, times step(mask) of c's layout. */
  const float *bias, *mask;
  int relu;
} Product;

#if LANES == 16
#define MOST_VECTORS 3
#define TILE_ROWS {14, 12, 8}
#elif LANES == 8
#define MOST_VECTORS 2
#define TILE_ROWS {12, 6, 0}
#else
#define MOST_VECTORS 2
#define TILE_ROWS {8, 6, 0}
#endif

/* Where lanes cannot be masked cheaply, b is packed so that whole vectors can be read. */
#define MASKED_LOADS (LANES == 16)

INLINE Vector load_columns(const float *b, int is_last, int64_t tail) {
  return MASKED_LOADS && is_last ? load_part(b, tail, 0.0f) : load(b);
}

INLINE void finish_row(const Product *p, float *c, const float *mask, const float *bias, Vector sum,
                       int64_t count) {
  int is_whole = count >= LANES;
  if (p->add) sum += is_whole ? load(c) : load_part(c, count, 0.0f);
  if (bias) sum += is_whole ? load(bias) : load_part(bias, count, 0.0f);
  if (p->relu) sum = (Vector)((Lanes)sum & ~(sum <= 0.0f));
  if (mask) {
    Vector m = is_whole ? load(mask) : load_part(mask, count, 0.0f);
    sum *= (Vector)((Lanes)splat(1.0f) & (m > 0.0f));
  }
  if (is_whole) store(c, sum);
  else store_part(c, sum, count);
}

/* One tile of `rows` x `vectors` vectors at row `row` and column `column` of a product; `tail` columns in the last vector. */
INLINE void tile(const int rows, const int vectors, const Product *p, const float *a, const float *b,
                 float *c, int64_t column, int64_t tail) {
  Vector sums[14][MOST_VECTORS];
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) sums[r][v] = splat(0.0f);
  const float *mask = p->mask ? p->mask + (c - p->c) : 0;
  /* By the time the mask is needed it has come from memory. */
  if (mask)
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) __builtin_prefetch(mask + r * p->c_row);
  const int64_t a_row = p->a_row, a_inner = p->a_inner, b_inner = p->b_inner;
  for (int64_t s = 0; s < p->segment_count; s++) {
    /* Three rows share a pointer: fourteen would not fit into the registers. */
    const float *at[5];
#pragma GCC unroll 5
    for (int g = 0; 3 * g < rows; g++) at[g] = a + p->segments[s] + 3 * g * a_row;
    for (int64_t i = p->segment_length; i > 0; i--) {
      Vector columns[MOST_VECTORS];
#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++)
        columns[v] = load_columns(b + v * LANES, v == vectors - 1, tail);
#pragma GCC unroll 16
      for (int r = 0; r < rows; r++) {
        Vector x = splat(at[r / 3][(r % 3) * a_row]);
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) sums[r][v] = multiply_add(x, columns[v], sums[r][v]);
      }
      b += b_inner;
#pragma GCC unroll 5
      for (int g = 0; 3 * g < rows; g++) {
        at[g] += a_inner;
        /* Keeps the compiler from making one pointer per row of this again. */
        __asm__("" : "+r"(at[g]));
      }
    }
  }
  const float *bias = p->bias ? p->bias + column : 0;
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++)
      finish_row(p, c + r * p->c_row + v * LANES, mask ? mask + r * p->c_row + v * LANES : 0,
                 bias ? bias + v * LANES : 0, sums[r][v], v == vectors - 1 ? tail : LANES);
  }
}

typedef void (*TileFunction)(const Product *, const float *, const float *, float *, int64_t, int64_t);

#define TILE(R, V)                                                                                  \
  static __attribute__((noinline)) void tile_##R##_##V(const Product *p, const float *a,            \
                                                       const float *b, float *c, int64_t column,    \
                                                       int64_t tail) {                              \
    tile(R, V, p, a, b, c, column, tail);                                                           \
  }
TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1) TILE(7, 1) TILE(8, 1)
TILE(1, 2) TILE(2, 2) TILE(3, 2) TILE(4, 2) TILE(5, 2) TILE(6, 2)
#if LANES >= 8
TILE(9, 1) TILE(10, 1) TILE(11, 1) TILE(12, 1)
#endif
#if LANES == 16
TILE(13, 1) TILE(14, 1) TILE(7, 2) TILE(8, 2) TILE(9, 2) TILE(10, 2) TILE(11, 2) TILE(12, 2)
TILE(1, 3) TILE(2, 3) TILE(3, 3) TILE(4, 3) TILE(5, 3) TILE(6, 3) TILE(7, 3) TILE(8, 3)
#endif
#undef TILE

static const TileFunction tiles[MOST_VECTORS][14] = {
    {tile_1_1, tile_2_1, tile_3_1, tile_4_1, tile_5_1, tile_6_1, tile_7_1, tile_8_1,
#if LANES >= 8
     tile_9_1, tile_10_1, tile_11_1, tile_12_1,
#endif
#if LANES == 16
     tile_13_1, tile_14_1,
#endif
    },
    {tile_1_2, tile_2_2, tile_3_2, tile_4_2, tile_5_2, tile_6_2,
#if LANES == 16
     tile_7_2, tile_8_2, tile_9_2, tile_10_2, tile_11_2, tile_12_2,
#endif
    },
#if LANES == 16
    {tile_1_3, tile_2_3, tile_3_3, tile_4_3, tile_5_3, tile_6_3, tile_7_3, tile_8_3},
#endif
};

/* Vectors of columns that the next panel takes of those left. */
INLINE int64_t panel_vectors(int64_t columns) {
  int64_t vectors = (columns + LANES - 1) / LANES;
  return vectors <= MOST_VECTORS ? vectors : 2;
}

/* Rows [0, p->rows) of one panel of columns: tiles of nearly equal height. */
static inline void multiply_panel(const Product *p, const float *b, int64_t column, int64_t vectors) {
  static const int64_t most[3] = TILE_ROWS;
  int64_t width = p->columns - column;
  int64_t tail = width >= vectors * LANES ? LANES : width - (vectors - 1) * LANES;
  int64_t blocks = (p->rows + most[vectors - 1] - 1) / most[vectors - 1];
  int64_t height = p->rows / blocks, higher = p->rows % blocks;
  const float *a = p->a;
  float *c = p->c + column;
  for (int64_t i = 0; i < blocks; i++) {
    int64_t rows = height + (i < higher);
    tiles[vectors - 1][rows - 1](p, a, b, c, column, tail);
    a += rows * p->a_row;
    c += rows * p->c_row;
  }
}

/* A whole product whose b has its columns side by side. */
static inline void multiply(const Product *p) {
  for (int64_t column = 0; column < p->columns;) {
    int64_t vectors = panel_vectors(p->columns - column);
    multiply_panel(p, p->b + column, column, vectors);
    column += vectors * LANES;
  }
}

#endif
