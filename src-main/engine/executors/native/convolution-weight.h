/*
 * The convolution transposed in its weights: products of the image's pixels under each tap with the result's channels, added
 * up over places and images. Chains of additions are cut by the geometry alone, so their order never depends on the models.
 */
#ifndef NATIVE_CONVOLUTION_WEIGHT_H
#define NATIVE_CONVOLUTION_WEIGHT_H

#include "convolution.h"

typedef struct {
  const Geometry *g;
  Padded padding;
  /* Floats of one padded image. */
  int64_t padded;
  /* The images in this chain, padded where needed; the result's rows, and how far apart two places of it are. */
  const float *images, *results;
  int64_t image_count, result_place;
  int64_t *segments;
  /* Sums [taps * channels of a group][out of a group]. */
  float *sums;
  int64_t sums_row;
  int add;
} WeightChain;

/* Adds the products of rows first..last-1 of the result for one group. */
static void chain_rows(const WeightChain *chain, int64_t group, int64_t first, int64_t last) {
  const Geometry *g = chain->g;
  int64_t channels = g->channels / g->groups, out = g->out / g->groups;
  int joins = g->groups == 1 && g->dilation_x == 1;
  int64_t run = joins ? g->kernel_width * channels : channels;
  int64_t count = 0;
  for (int64_t n = 0; n < chain->image_count; n++)
    for (int64_t y = first; y < last; y++)
      chain->segments[count++] =
          n * chain->padded + y * g->stride_y * chain->padding.width * g->channels;
  Product p = {.a_row = 1,
               .a_inner = g->stride_x * g->channels,
               .segments = chain->segments,
               .segment_count = count,
               .segment_length = g->columns,
               .b = chain->results + first * g->columns * chain->result_place,
               .b_inner = chain->result_place,
               .c = chain->sums,
               .c_row = chain->sums_row,
               .rows = run,
               .columns = out,
               .add = chain->add};
  for (int64_t i = 0; i < g->kernel_height; i++)
    for (int64_t j = 0; j < (joins ? 1 : g->kernel_width); j++) {
      p.a = chain->images + group * channels +
            (i * g->dilation_y * chain->padding.width + j * g->dilation_x) * g->channels;
      multiply(&p);
      p.c += run * chain->sums_row;
    }
}

/* All images for one group; the sums go to the weights' layout [out][channels][taps]. */
static void weight_group(const ConvolutionPart *part, int64_t group, float *scratch) {
  const Geometry *g = &part->of->geometry;
  int64_t all = g->kernel_height * g->kernel_width;
  int64_t channels = g->channels / g->groups, out = g->out / g->groups;
  int64_t image = g->height * g->width * g->channels, result = g->rows * g->columns * g->out;
  WeightChain chain = {.g = g, .padding = padded_image(g)};
  chain.padded = chain.padding.height * chain.padding.width * g->channels;
  int64_t at_once = images_in_chain(g, chain.padded);
  int64_t rows = at_once > 1 ? g->rows : rows_in_chain(g);
  int copies = !MASKED_LOADS && out % LANES > 0;
  chain.sums_row = whole_lines(out);
  chain.result_place = copies ? chain.sums_row : g->out;
  chain.segments = (int64_t *)take(&scratch, 2 * at_once * g->rows);
  chain.sums = take(&scratch, all * channels * chain.sums_row);
  float *results = take(&scratch, at_once * g->rows * g->columns * chain.sums_row);
  int pads = is_padded(&chain.padding, g->height, g->width);
  if (pads) clear(scratch, at_once * chain.padded);
  for (int64_t n = 0; n < g->count; n += at_once) {
    chain.image_count = smaller(at_once, g->count - n);
    for (int64_t i = 0; pads && i < chain.image_count; i++)
      fill_padded(scratch + i * chain.padded, &chain.padding, part->image + (n + i) * image,
                  g->height, g->width, g->channels);
    chain.images = pads ? scratch : part->image + n * image;
    chain.results = part->result + n * result + group * out;
    if (copies) {
      copy_matrix(results, chain.sums_row, chain.results, g->out, 1,
                  chain.image_count * g->rows * g->columns, out);
      chain.results = results;
    }
    for (int64_t y = 0; y < g->rows; y += rows) {
      chain.add = n > 0 || y > 0;
      chain_rows(&chain, group, y, smaller(y + rows, g->rows));
    }
  }
  float *to = part->target + group * out * channels * all;
  for (int64_t o = 0; o < out; o++)
    for (int64_t c = 0; c < channels; c++)
      for (int64_t t = 0; t < all; t++)
        to[(o * channels + c) * all + t] = chain.sums[(t * channels + c) * chain.sums_row + o];
}

static void towards_weights_part(const ConvolutionPart *part) {
  for (int64_t group = 0; group < part->of->geometry.groups; group++)
    weight_group(part, group, part->scratch);
}

typedef void (*PartFunction)(const ConvolutionPart *part);

/* Runs a convolution for each combination of leading axes; `target` is the operand that it writes. */
INLINE void over_lead(const Convolution *c, Run *run, const View *target, PartFunction each) {
  Odometer at;
  for (odometer_start(&at, &c->over); !at.done; odometer_next(&at)) {
    ConvolutionPart part = {
        .of = c,
        .image = address(run, &c->image) + odometer_offset(&at, &c->image),
        .weights = address(run, &c->weights) + odometer_offset(&at, &c->weights),
        .result = address(run, &c->result) + odometer_offset(&at, &c->result),
        .target = address(run, target) + odometer_offset(&at, target),
        .scratch = run->scratch,
    };
    if (c->finish.has_bias)
      part.bias = address(run, &c->finish.bias) + odometer_offset(&at, &c->finish.bias);
    if (c->finish.has_step)
      part.mask = address(run, &c->finish.step) + odometer_offset(&at, &c->finish.step);
    each(&part);
  }
}

static void run_conv2d(const void *instruction, Run *run) {
  const Convolution *c = instruction;
  over_lead(c, run, &c->result, forward_part);
}

static void run_conv2d_input(const void *instruction, Run *run) {
  const Convolution *c = instruction;
  over_lead(c, run, &c->image, towards_image_part);
}

static void run_conv2d_weight(const void *instruction, Run *run) {
  const Convolution *c = instruction;
  over_lead(c, run, &c->weights, towards_weights_part);
}

#endif
