/* The kernels of one instruction set: one function per kind of instruction. */
#ifndef NATIVE_KERNELS_H
#define NATIVE_KERNELS_H

#include "plan.h"

typedef struct Kernels {
  const char *name;
  void (*run[INSTRUCTION_KINDS])(const void *instruction, Run *run);
} Kernels;

extern const Kernels kernels_baseline;
#if defined(__x86_64__)
extern const Kernels kernels_avx2;
extern const Kernels kernels_avx512;
#endif

#define MOST_KERNELS 3

/* The kernels that this processor can run, the fastest first; returns how many. */
int possible_kernels(const Kernels *possible[MOST_KERNELS]);
/* Those of a name; null where this processor has none. */
const Kernels *choose_kernels(const char *name);

#endif
