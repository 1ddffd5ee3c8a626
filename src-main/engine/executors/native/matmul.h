/*
 * Matrix products over leading axes. Small ones run straight on their operands; b is packed where its columns are not
 * neighbours, where it is large, or where vectors would read beyond it.
 */
#ifndef NATIVE_MATMUL_H
#define NATIVE_MATMUL_H

#include "pack.h"
#include "plan.h"
#include "odometer.h"

/* Products that are added up before they go to memory, most; a longer sum is cut into equal parts. */
#define INNER_BLOCK 384
/* Columns of a packed block (with INNER_BLOCK rows it stays in the second-level cache) and rows of a block of a. */
#define COLUMN_BLOCK 240
#define ROW_BLOCK 264

static const int64_t no_segments[1] = {0};

typedef struct {
  const Matmul *of;
  const float *a, *b;
  float *c;
  const float *bias, *mask;
} MatmulPart;

/* What one block of products writes: a finish belongs to the last one. */
INLINE Product block_product(const MatmulPart *part, int64_t from, int64_t length, int64_t column,
                             int64_t columns) {
  const Matmul *m = part->of;
  int rank = m->over.rank;
  int is_last = from + length == m->inner;
  return (Product){
      .a = part->a + from * m->a.strides[rank + 1],
      .a_row = m->a.strides[rank],
      .a_inner = m->a.strides[rank + 1],
      .segments = no_segments,
      .segment_count = 1,
      .segment_length = length,
      .b = part->b + from * m->b.strides[rank] + column,
      .b_inner = m->b.strides[rank],
      .c = part->c + column,
      .c_row = m->c.strides[rank],
      .rows = m->rows,
      .columns = columns,
      .add = from > 0,
      .bias = is_last && part->bias ? part->bias + column : 0,
      .mask = is_last && part->mask ? part->mask + column : 0,
      .relu = is_last && m->finish.has_relu,
  };
}

/* A block of columns and products, rows block by block so that a stays in the cache for all panels. */
static void multiply_rows(Product whole) {
  int64_t rows = whole.rows;
  for (int64_t row = 0; row < rows; row += ROW_BLOCK) {
    Product p = whole;
    p.rows = rows - row < ROW_BLOCK ? rows - row : ROW_BLOCK;
    p.a += row * p.a_row;
    p.c += row * p.c_row;
    if (p.mask) p.mask += row * p.c_row;
    multiply_packed(&p);
  }
}

static int needs_packing(const Matmul *m) {
  int64_t column = m->b.strides[m->over.rank + 1];
  if (m->columns > 1 && column != 1) return 1;
  if (!MASKED_LOADS && m->columns % LANES > 0) return 1;
  return m->rows >= 32 && m->inner * m->columns > 8192;
}

static void matmul_part(const MatmulPart *part, float *packed, int is_packed) {
  const Matmul *m = part->of;
  int rank = m->over.rank;
  int64_t blocks = (m->inner + INNER_BLOCK - 1) / INNER_BLOCK;
  int64_t block = (m->inner + blocks - 1) / blocks;
  for (int64_t from = 0; from < m->inner; from += block) {
    int64_t length = m->inner - from < block ? m->inner - from : block;
    if (!packed) {
      Product p = block_product(part, from, length, 0, m->columns);
      multiply(&p);
      continue;
    }
    for (int64_t column = 0; column < m->columns; column += COLUMN_BLOCK) {
      int64_t left = m->columns - column;
      int64_t columns = left < COLUMN_BLOCK ? left : COLUMN_BLOCK;
      int64_t b_inner = m->b.strides[rank], b_column = m->b.strides[rank + 1];
      if (!is_packed)
        pack_panels(packed, part->b + from * b_inner + column * b_column, b_inner, b_column, length,
                    columns);
      Product p = block_product(part, from, length, column, columns);
      p.b = packed;
      multiply_rows(p);
    }
  }
}

/* A packed b serves all products that read it one after another when it is one block. */
static void run_matmul(const void *instruction, Run *run) {
  const Matmul *m = instruction;
  int packs = needs_packing(m);
  int fits = m->inner <= INNER_BLOCK && m->columns <= COLUMN_BLOCK;
  const float *packed_of = 0;
  MatmulPart part = {.of = m};
  Odometer at;
  for (odometer_start(&at, &m->over); !at.done; odometer_next(&at)) {
    part.a = address(run, &m->a) + odometer_offset(&at, &m->a);
    part.b = address(run, &m->b) + odometer_offset(&at, &m->b);
    part.c = address(run, &m->c) + odometer_offset(&at, &m->c);
    if (m->finish.has_bias)
      part.bias = address(run, &m->finish.bias) + odometer_offset(&at, &m->finish.bias);
    if (m->finish.has_step)
      part.mask = address(run, &m->finish.step) + odometer_offset(&at, &m->finish.step);
    matmul_part(&part, packs ? run->scratch : 0, packed_of == part.b);
    packed_of = fits ? part.b : 0;
  }
}

#endif
