/* What the kernels of convolutions and the check of a plan agree on: padded extents, taps, and how much scratch memory they take. */
#ifndef NATIVE_CONVOLUTION_SHAPE_H
#define NATIVE_CONVOLUTION_SHAPE_H

#include "plan.h"

static inline int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t whole_lines(int64_t floats) { return (floats + 15) / 16 * 16; }

/* An image with zeros around it: `top` and `left` before the first pixel. */
typedef struct {
  int64_t top, left, height, width;
} Padded;

static inline Padded padded_image(const Geometry *g) {
  return (Padded){g->padding_y, g->padding_x, g->height + 2 * g->padding_y,
                  g->width + 2 * g->padding_x};
}

/* The place of a result that reads pixel `class` + stride q through a tap is q + this; 0 in `exists` where none does. */
static inline int64_t place_of_tap(int64_t class, int64_t tap, int64_t stride, int64_t padding,
                                   int64_t dilation, int *exists) {
  int64_t at = class + padding - tap * dilation;
  *exists = at % stride == 0;
  return at / stride;
}

/* Zeros that the transposed convolution needs around a result, along one axis. */
static inline void padded_result_axis(int64_t extent, int64_t result, int64_t kernel, int64_t stride,
                                      int64_t padding, int64_t dilation, int64_t *before,
                                      int64_t *size) {
  int64_t least = 0, most = result - 1;
  for (int64_t class = 0; class < smaller(stride, extent); class++)
    for (int64_t tap = 0; tap < kernel; tap++) {
      int exists;
      int64_t at = place_of_tap(class, tap, stride, padding, dilation, &exists);
      if (!exists) continue;
      int64_t last = (extent - class + stride - 1) / stride - 1;
      least = smaller(least, at);
      most = larger(most, at + last);
    }
  *before = -least;
  *size = most - least + 1;
}

static inline Padded padded_result(const Geometry *g) {
  Padded p;
  padded_result_axis(g->height, g->rows, g->kernel_height, g->stride_y, g->padding_y, g->dilation_y,
                     &p.top, &p.height);
  padded_result_axis(g->width, g->columns, g->kernel_width, g->stride_x, g->padding_x,
                     g->dilation_x, &p.left, &p.width);
  return p;
}

static inline int is_padded(const Padded *p, int64_t height, int64_t width) {
  return p->height != height || p->width != width;
}

/* Floats that describe the classes of pixels with the same taps; PixelClass has 14 numbers of eight bytes. */
static inline int64_t classes_floats(const Geometry *g) {
  return whole_lines(smaller(g->stride_y, g->height) * smaller(g->stride_x, g->width) * 32);
}

/* Rows of pixels this short are computed side by side for several images. */
#define SHORT_ROW 6

/* Images that are padded together. */
static inline int64_t images_at_once(const Geometry *g, int64_t image_size, int64_t row) {
  if (row >= SHORT_ROW) return 1;
  return smaller(g->count, larger(1, smaller(28, 65536 / larger(1, image_size))));
}

/* Images whose products for the weights are added up in one chain. */
static inline int64_t images_in_chain(const Geometry *g, int64_t image_size) {
  int64_t places = g->rows * g->columns;
  int64_t images = larger(1, 512 / larger(1, places));
  return smaller(g->count, larger(1, smaller(images, 65536 / larger(1, image_size))));
}

/* Rows of a result whose products for the weights are added up in one chain. */
static inline int64_t rows_in_chain(const Geometry *g) {
  return smaller(g->rows, larger(1, 1024 / larger(1, g->columns)));
}

#endif
