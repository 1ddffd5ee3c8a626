/*
 * Elementary functions of vectors in float32, without tables. Largest relative errors seen over every 37th float whose result
 * is a normal number: exp 0.8e-7, log 0.8e-7, tanh 1.4e-7, erf 1.9e-7; tests/unit/engine/native-kernels.test.ts holds them to
 * 5e-7. The polynomials are relative minimax fits by iterated least squares in float64.
 */
#ifndef NATIVE_VECTOR_MATH_H
#define NATIVE_VECTOR_MATH_H

#include "vector.h"

INLINE Vector polynomial(Vector x, const float *coefficients, int degree) {
  Vector y = splat(coefficients[degree]);
  for (int i = degree - 1; i >= 0; i--) y = multiply_add(y, x, splat(coefficients[i]));
  return y;
}

INLINE Vector clear_sign(Vector x) { return (Vector)((Lanes)x & 0x7fffffff); }
INLINE Vector copy_sign(Vector size, Vector sign) {
  return (Vector)(((Lanes)size & 0x7fffffff) | ((Lanes)sign & (int32_t)0x80000000));
}

/* 2^n for whole n in -126..127. */
INLINE Vector power_of_two(Lanes n) { return (Vector)((n + 127) << 23); }

/* 2^n e^r with x = n ln 2 + r; results below the normal numbers are scaled in two steps. */
INLINE Vector exp_vector(Vector x) {
  static const float tail[] = {0.49999994f, 0.16666515f, 0.041668456f, 0.0083694197f, 0.001381314f};
  const Vector shift = splat(12582912.0f); /* 1.5 2^23: adding it rounds to a whole number */
  Vector bounded = select_lanes(x > 89.0f, splat(89.0f), x);
  bounded = select_lanes(bounded < -104.0f, splat(-104.0f), bounded);
  Vector shifted = multiply_add(bounded, splat(1.442695041f), shift);
  Vector n = shifted - shift;
  Lanes whole = (Lanes)shifted - 0x4b400000;
  Vector r = multiply_add(n, splat(-0.693359375f), bounded);
  r = multiply_add(n, splat(2.12194440e-4f), r);
  Vector y = multiply_add(polynomial(r, tail, 4), r * r, r) + 1.0f;
  Lanes first = whole >> 1;
  y = y * power_of_two(first) * power_of_two(whole - first);
  y = select_lanes(x > 88.7228394f, splat(__builtin_inff()), y);
  return select_lanes(x == x, y, x);
}

/* log of 2^n (1 + f) with 1 + f between sqrt(1/2) and sqrt(2). */
INLINE Vector log_vector(Vector x) {
  static const float tail[] = {0.33333313f, -0.25000009f, 0.20002119f, -0.16667995f, 0.14219549f,
                               -0.12405592f, 0.11888192f, -0.11675645f, 0.067465685f};
  Lanes tiny = x < 1.17549435e-38f;
  Vector scaled = select_lanes(tiny, x * 8388608.0f, x);
  Lanes bits = (Lanes)scaled - 0x3f3504f3;
  Lanes whole = bits >> 23;
  Vector f = (Vector)((bits & 0x007fffff) + 0x3f3504f3) - 1.0f;
  Vector n = __builtin_convertvector(whole, Vector) - (Vector)((Lanes)splat(23.0f) & tiny);
  Vector square = f * f;
  Vector y = polynomial(f, tail, 8) * square * f;
  y = multiply_add(n, splat(-2.12194440e-4f), y);
  y = multiply_add(square, splat(-0.5f), y);
  y = multiply_add(n, splat(0.693359375f), y + f);
  y = select_lanes(x == 0.0f, splat(-__builtin_inff()), y);
  y = select_lanes(x < 0.0f, splat(__builtin_nanf("")), y);
  return select_lanes(x < __builtin_inff(), y, x);
}

/* A polynomial near 0, else 1 - 2 / (e^2|x| + 1). */
INLINE Vector tanh_vector(Vector x) {
  static const float series[] = {-0.33333284f, 0.13331491f, -0.053743493f, 0.020650566f,
                                 -0.0057170228f};
  Vector size = clear_sign(x);
  Vector square = x * x;
  Vector near = multiply_add(polynomial(square, series, 4) * square, x, x);
  Vector far = 1.0f - 2.0f / (exp_vector(size + size) + 1.0f);
  return select_lanes(size < 0.625f, near, copy_sign(far, x));
}

/* An odd polynomial up to 1, then 1 - e^-q(|x|), 1 from 4.05 on. */
INLINE Vector erf_vector(Vector x) {
  static const float series[] = {1.1283792f, -0.37612638f, 0.11283782f, -0.0268654f,
                                 0.0052209455f, -0.00084828289f, 0.00011256947f, -9.6415124e-06f};
  static const float exponent[] = {-0.00018847211f, 1.1295804f, 0.63321638f, 0.10842214f,
                                   -0.025210364f, 0.0042052935f, -0.00044147437f, 2.1697755e-05f};
  Vector size = clear_sign(x);
  Vector near = polynomial(x * x, series, 7) * x;
  Vector bounded = select_lanes(size > 4.05f, splat(4.05f), size);
  Vector far = 1.0f - exp_vector(-polynomial(bounded, exponent, 7));
  Vector y = select_lanes(size < 1.0f, near, copy_sign(far, x));
  return select_lanes(x == x, y, x);
}

/* x > 0 ? x : 0, NaN where x is. */
INLINE Vector relu_vector(Vector x) { return (Vector)((Lanes)x & ~(x <= 0.0f)); }
INLINE Vector step_vector(Vector x) { return (Vector)((Lanes)splat(1.0f) & (x > 0.0f)); }

/* The larger, the first where they are equal, NaN where either is. */
INLINE Vector maximum_vector(Vector a, Vector b) {
  return select_lanes((a >= b) | (a != a), a, b);
}

INLINE Vector at_least_vector(Vector a, Vector b) {
  return (Vector)((Lanes)splat(1.0f) & (a >= b));
}

#endif
