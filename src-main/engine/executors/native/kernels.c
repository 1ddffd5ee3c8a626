/* The kernels of the instruction set that this file is compiled for; KERNELS names the table. */
#include "kernels.h"

#include "convolution-weight.h"
#include "copy.h"
#include "elementwise.h"
#include "matmul.h"
#include "reduce.h"
#include "rows.h"

const Kernels KERNELS = {
#if defined(__AVX512F__)
    .name = "AVX-512",
#elif defined(__AVX2__)
    .name = "AVX2",
#elif defined(__ARM_NEON)
    .name = "NEON",
#else
    .name = "baseline",
#endif
    .run =
        {
            [ELEMENTWISE] = run_elementwise,
            [SUM] = run_sum,
            [COPY] = run_copy,
            [FILL] = run_fill,
            [MATMUL] = run_matmul,
            [SOFTMAX] = run_softmax,
            [LOG_SOFTMAX] = run_log_softmax,
            [ARG_MAX] = run_arg_max,
            [CROSS_ENTROPY] = run_cross_entropy,
            [GATHER] = run_gather,
            [SCATTER_ADD] = run_scatter_add,
            [CONV2D] = run_conv2d,
            [CONV2D_INPUT] = run_conv2d_input,
            [CONV2D_WEIGHT] = run_conv2d_weight,
        },
};
