/*
 * One vector of floats on the instruction set that this file is compiled for: 16 lanes with AVX-512, 8 with AVX2, 4 otherwise.
 * Kernels are written once in terms of these few functions and compiled once per instruction set.
 */
#ifndef NATIVE_VECTOR_H
#define NATIVE_VECTOR_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif

#define INLINE static inline __attribute__((always_inline, unused))
#define UNUSED __attribute__((unused))

typedef float Vector __attribute__((vector_size(4 * LANES)));
typedef int32_t Lanes __attribute__((vector_size(4 * LANES)));

INLINE Vector load(const float *from) {
  Vector v;
  memcpy(&v, from, sizeof v);
  return v;
}

INLINE void store(float *to, Vector v) { memcpy(to, &v, sizeof v); }

INLINE Vector splat(float x) {
#if defined(__AVX512F__)
  return (Vector)_mm512_set1_ps(x);
#elif defined(__AVX2__)
  return (Vector)_mm256_set1_ps(x);
#else
  return (Vector){x, x, x, x};
#endif
}

/* a * b + c, rounded once where the processor can. */
INLINE Vector multiply_add(Vector a, Vector b, Vector c) {
#if defined(__AVX512F__)
  return (Vector)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
  return (Vector)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__ARM_NEON)
  return (Vector)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  return a * b + c;
#endif
}

INLINE Vector square_root(Vector x) {
#if defined(__AVX512F__)
  return (Vector)_mm512_sqrt_ps((__m512)x);
#elif defined(__AVX2__)
  return (Vector)_mm256_sqrt_ps((__m256)x);
#else
  for (int i = 0; i < LANES; i++) x[i] = __builtin_sqrtf(x[i]);
  return x;
#endif
}

/* The first `count` lanes from memory, 1 <= count <= LANES, the others `fill`; reads nothing beyond them. */
INLINE Vector load_part(const float *from, int64_t count, float fill) {
#if defined(__AVX512F__)
  __mmask16 mask = (__mmask16)((1u << count) - 1u);
  return (Vector)_mm512_mask_loadu_ps(_mm512_set1_ps(fill), mask, from);
#else
  Vector v = splat(fill);
  memcpy(&v, from, (size_t)count * sizeof(float));
  return v;
#endif
}

INLINE void store_part(float *to, Vector v, int64_t count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1u), (__m512)v);
#else
  memcpy(to, &v, (size_t)count * sizeof(float));
#endif
}

INLINE Vector select_lanes(Lanes mask, Vector yes, Vector no) {
  return (Vector)(((Lanes)yes & mask) | ((Lanes)no & ~mask));
}

/* The sum of all lanes, in one fixed order. */
INLINE float sum_lanes(Vector v) {
#if defined(__AVX512F__)
  return _mm512_reduce_add_ps((__m512)v);
#else
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) v[i] += v[i + half];
  return v[0];
#endif
}

/* The largest lane; any of them where one is NaN. */
INLINE float largest_lane(Vector v) {
#if defined(__AVX512F__)
  return _mm512_reduce_max_ps((__m512)v);
#else
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) v[i] = v[i] > v[i + half] ? v[i] : v[i + half];
  return v[0];
#endif
}

#endif
