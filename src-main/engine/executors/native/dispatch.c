/* Chooses kernels for the processor that this runs on. */
#include "kernels.h"

#include <string.h>

int possible_kernels(const Kernels *possible[MOST_KERNELS]) {
  int count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
    possible[count++] = &kernels_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    possible[count++] = &kernels_avx2;
#endif
  possible[count++] = &kernels_baseline;
  return count;
}

const Kernels *choose_kernels(const char *name) {
  const Kernels *possible[MOST_KERNELS];
  int count = possible_kernels(possible);
  for (int i = 0; i < count; i++)
    if (strcmp(possible[i]->name, name) == 0) return possible[i];
  return NULL;
}
