/*
 * Convolutions of channels-last images as products without patches: a pixel's channels and those of its neighbours under one
 * row of the kernel lie side by side, so the product's left side is read in place from an image with zeros around it.
 * The transposed convolution is one such product per class of pixels that share their taps.
 */
#ifndef NATIVE_CONVOLUTION_H
#define NATIVE_CONVOLUTION_H

#include "convolution-shape.h"
#include "copy.h"

/* The taps that a product runs over: offsets into the weights, and into the padded image as segments. */
typedef struct {
  int64_t count;
  int64_t *weights, *segments;
  int64_t segment_count, segment_length;
} Taps;

/* Joins taps whose channels follow each other, row by row of the kernel, into one segment. */
static void join_taps(Taps *taps, int64_t per_row, int64_t channels, int64_t step) {
  int joins = per_row > 0 && channels == step;
  for (int64_t j = 1; joins && j < per_row; j++)
    joins = taps->segments[j] - taps->segments[j - 1] == channels;
  taps->segment_length = joins ? per_row * channels : channels;
  taps->segment_count = joins ? taps->count / per_row : taps->count;
  if (joins)
    for (int64_t s = 0; s < taps->segment_count; s++) taps->segments[s] = taps->segments[s * per_row];
}

/* Weights as a packed right side: b(tap * inner + i, j) = weights[offset of tap + i * inner_stride + j * column_stride]. */
static void pack_weights(float *to, const float *weights, const Taps *taps, int64_t inner,
                         int64_t inner_stride, int64_t columns, int64_t column_stride) {
  for (int64_t first = 0; first < columns;) {
    int64_t width = panel_vectors(columns - first) * LANES;
    int64_t used = smaller(width, columns - first);
    for (int64_t t = 0; t < taps->count; t++)
      for (int64_t i = 0; i < inner; i++) {
        const float *from = weights + taps->weights[t] + i * inner_stride + first * column_stride;
        for (int64_t j = 0; j < used; j++) to[j] = from[j * column_stride];
        for (int64_t j = used; j < width; j++) to[j] = 0.0f;
        to += width;
      }
    first += width;
  }
}

static void clear(float *to, int64_t count) {
  const float zero = 0.0f;
  copy_row(to, &zero, 0, count);
}

/* Copies an image into the middle of its padded place. */
static void fill_padded(float *to, const Padded *p, const float *image, int64_t height, int64_t width,
                        int64_t channels) {
  float *row = to + (p->top * p->width + p->left) * channels;
  for (int64_t y = 0; y < height; y++)
    copy_row(row + y * p->width * channels, image + y * width * channels, 1, width * channels);
}

/* A correlation of several images with packed weights; strides in elements. */
typedef struct {
  const float *source;
  int64_t source_x, source_y, source_image;
  float *target;
  int64_t target_x, target_y, target_image;
  int64_t images, rows, columns;
  Product product;
} Correlation;

static void correlate(const Correlation *c) {
  Product p = c->product;
  const float *mask = p.mask, *b = p.b;
  int across_images = c->columns < SHORT_ROW && c->images > c->columns;
  int64_t outer = across_images ? c->columns : c->images;
  int64_t source_outer = across_images ? c->source_x : c->source_image;
  int64_t target_outer = across_images ? c->target_x : c->target_image;
  p.a_row = across_images ? c->source_image : c->source_x;
  p.c_row = across_images ? c->target_image : c->target_x;
  p.rows = across_images ? c->images : c->columns;
  for (int64_t i = 0; i < outer; i++)
    for (int64_t y = 0; y < c->rows; y++) {
      int64_t offset = i * target_outer + y * c->target_y;
      p.a = c->source + i * source_outer + y * c->source_y;
      p.c = c->target + offset;
      p.mask = mask ? mask + offset : 0;
      p.b = b;
      multiply_packed(&p);
    }
}

/* One combination of leading axes: the operands' addresses and where scratch memory is left. */
typedef struct {
  const Convolution *of;
  const float *image, *weights, *result, *bias, *mask;
  float *target;
  float *scratch;
} ConvolutionPart;

static float *take(float **scratch, int64_t floats) {
  float *taken = *scratch;
  *scratch += whole_lines(floats);
  return taken;
}

static Taps take_taps(float **scratch, int64_t most) {
  return (Taps){.weights = (int64_t *)take(scratch, 2 * most),
                .segments = (int64_t *)take(scratch, 2 * most)};
}

static void forward_part(const ConvolutionPart *part) {
  const Geometry *g = &part->of->geometry;
  int64_t all = g->kernel_height * g->kernel_width;
  int64_t channels = g->channels / g->groups, out = g->out / g->groups;
  Padded p = padded_image(g);
  int64_t image = g->height * g->width * g->channels, padded = p.height * p.width * g->channels;
  float *scratch = part->scratch;
  Taps taps = take_taps(&scratch, all);
  for (int64_t i = 0; i < g->kernel_height; i++)
    for (int64_t j = 0; j < g->kernel_width; j++, taps.count++) {
      taps.weights[taps.count] = i * g->kernel_width + j;
      taps.segments[taps.count] = (i * g->dilation_y * p.width + j * g->dilation_x) * g->channels;
    }
  join_taps(&taps, g->kernel_width, channels, g->channels);
  int64_t packed_group = packed_size(all * channels, out);
  float *packed = take(&scratch, packed_group * g->groups);
  for (int64_t group = 0; group < g->groups; group++)
    pack_weights(packed + group * packed_group, part->weights + group * out * channels * all, &taps,
                 channels, all, out, channels * all);
  int64_t at_once = images_at_once(g, padded, g->columns);
  int pads = is_padded(&p, g->height, g->width);
  if (pads) clear(scratch, at_once * padded);
  for (int64_t n = 0; n < g->count; n += at_once) {
    int64_t images = smaller(at_once, g->count - n);
    for (int64_t i = 0; pads && i < images; i++)
      fill_padded(scratch + i * padded, &p, part->image + (n + i) * image, g->height, g->width,
                  g->channels);
    for (int64_t group = 0; group < g->groups; group++) {
      int64_t at = n * g->rows * g->columns * g->out + group * out;
      Correlation c = {
          .source = (pads ? scratch : part->image + n * image) + group * channels,
          .source_x = g->stride_x * g->channels,
          .source_y = g->stride_y * p.width * g->channels,
          .source_image = padded,
          .target = part->target + at,
          .target_x = g->out,
          .target_y = g->columns * g->out,
          .target_image = g->rows * g->columns * g->out,
          .images = images,
          .rows = g->rows,
          .columns = g->columns,
          .product = {.a_inner = 1,
                      .segments = taps.segments,
                      .segment_count = taps.segment_count,
                      .segment_length = taps.segment_length,
                      .b = packed + group * packed_group,
                      .columns = out,
                      .bias = part->bias ? part->bias + group * out : 0,
                      .mask = part->mask ? part->mask + at : 0,
                      .relu = part->of->finish.has_relu},
      };
      correlate(&c);
    }
  }
}

/* Pixels y + stride_y q, x + stride_x q: all are read through the same taps. */
typedef struct {
  int64_t y, x, rows, columns;
  Taps taps;
  /* The taps' weights, group by group. */
  float *packed;
  int64_t packed_group;
} PixelClass;

_Static_assert(sizeof(PixelClass) <= 32 * sizeof(float), "classes_floats has room for one");

/* `taps` has the arrays that the taps go to. */
static PixelClass make_class(const Geometry *g, const Padded *p, int64_t class_y, int64_t class_x,
                             Taps taps) {
  int64_t per_row = 0;
  for (int64_t i = g->kernel_height - 1; i >= 0; i--) {
    int exists;
    int64_t y = place_of_tap(class_y, i, g->stride_y, g->padding_y, g->dilation_y, &exists);
    if (!exists) continue;
    per_row = 0;
    for (int64_t j = g->kernel_width - 1; j >= 0; j--) {
      int64_t x = place_of_tap(class_x, j, g->stride_x, g->padding_x, g->dilation_x, &exists);
      if (!exists) continue;
      taps.weights[taps.count] = i * g->kernel_width + j;
      taps.segments[taps.count] = ((y + p->top) * p->width + x + p->left) * g->out;
      taps.count++;
      per_row++;
    }
  }
  join_taps(&taps, per_row, g->out / g->groups, g->out);
  return (PixelClass){.y = class_y,
                      .x = class_x,
                      .rows = (g->height - class_y + g->stride_y - 1) / g->stride_y,
                      .columns = (g->width - class_x + g->stride_x - 1) / g->stride_x,
                      .taps = taps};
}

static void clear_class(const Correlation *c, int64_t channels) {
  for (int64_t n = 0; n < c->images; n++)
    for (int64_t y = 0; y < c->rows; y++)
      for (int64_t x = 0; x < c->columns; x++)
        clear(c->target + n * c->target_image + y * c->target_y + x * c->target_x, channels);
}

/* The pixels of a class in `images` images from the n-th on, whose results lie in `source`. */
static void towards_class(const ConvolutionPart *part, const PixelClass *class, const float *source,
                          const Padded *p, int64_t n, int64_t images) {
  const Geometry *g = &part->of->geometry;
  int64_t channels = g->channels / g->groups, out = g->out / g->groups;
  for (int64_t group = 0; group < g->groups; group++) {
    int64_t at = ((n * g->height + class->y) * g->width + class->x) * g->channels + group * channels;
    Correlation c = {
        .source = source + group * out,
        .source_x = g->out,
        .source_y = p->width * g->out,
        .source_image = p->height * p->width * g->out,
        .target = part->target + at,
        .target_x = g->stride_x * g->channels,
        .target_y = g->stride_y * g->width * g->channels,
        .target_image = g->height * g->width * g->channels,
        .images = images,
        .rows = class->rows,
        .columns = class->columns,
        .product = {.a_inner = 1,
                    .segments = class->taps.segments,
                    .segment_count = class->taps.segment_count,
                    .segment_length = class->taps.segment_length,
                    .b = class->packed + group * class->packed_group,
                    .columns = channels,
                    .mask = part->mask ? part->mask + at : 0},
    };
    if (class->taps.count == 0) clear_class(&c, channels);
    else correlate(&c);
  }
}

/* The classes of pixels, their weights packed; every tap belongs to one row and one column of classes at most. */
static int64_t make_classes(const ConvolutionPart *part, const Padded *p, PixelClass *classes,
                            float **scratch) {
  const Geometry *g = &part->of->geometry;
  int64_t channels = g->channels / g->groups, out = g->out / g->groups, count = 0;
  int64_t all = g->kernel_height * g->kernel_width;
  Taps taps = take_taps(scratch, all);
  for (int64_t y = 0; y < smaller(g->stride_y, g->height); y++)
    for (int64_t x = 0; x < smaller(g->stride_x, g->width); x++) {
      PixelClass *class = &classes[count++];
      *class = make_class(g, p, y, x, taps);
      taps.weights += class->taps.count;
      taps.segments += class->taps.count;
      class->packed_group = packed_size(class->taps.count * out, channels);
      class->packed = take(scratch, class->packed_group * g->groups);
      for (int64_t group = 0; group < g->groups; group++)
        pack_weights(class->packed + group * class->packed_group,
                     part->weights + group * out * channels * all, &class->taps, out, channels * all,
                     channels, all);
    }
  return count;
}

static void towards_image_part(const ConvolutionPart *part) {
  const Geometry *g = &part->of->geometry;
  Padded p = padded_result(g);
  float *scratch = part->scratch;
  PixelClass *classes = (PixelClass *)take(&scratch, classes_floats(g));
  int64_t count = make_classes(part, &p, classes, &scratch);
  int64_t result = g->rows * g->columns * g->out, padded = p.height * p.width * g->out;
  int64_t at_once = images_at_once(g, padded, classes[0].columns);
  int pads = is_padded(&p, g->rows, g->columns);
  if (pads) clear(scratch, at_once * padded);
  for (int64_t n = 0; n < g->count; n += at_once) {
    int64_t images = smaller(at_once, g->count - n);
    const float *results = part->result + n * result;
    for (int64_t i = 0; pads && i < images; i++)
      fill_padded(scratch + i * padded, &p, results + i * result, g->rows, g->columns, g->out);
    for (int64_t k = 0; k < count; k++)
      towards_class(part, &classes[k], pads ? scratch : results, &p, n, images);
  }
}

#endif
