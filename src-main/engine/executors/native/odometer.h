/* Walks over all combinations of indices of some axes, the last one fastest. */
#ifndef NATIVE_ODOMETER_H
#define NATIVE_ODOMETER_H

#include "plan.h"

typedef struct {
  const Extents *over;
  int64_t index[MOST_AXES];
  int done;
} Odometer;

static inline void odometer_start(Odometer *at, const Extents *over) {
  at->over = over;
  at->done = 0;
  for (int axis = 0; axis < over->rank; axis++) at->index[axis] = 0;
}

static inline void odometer_next(Odometer *at) {
  for (int axis = at->over->rank - 1; axis >= 0; axis--) {
    if (++at->index[axis] < at->over->extents[axis]) return;
    at->index[axis] = 0;
  }
  at->done = 1;
}

static inline int64_t odometer_offset(const Odometer *at, const View *view) {
  int64_t offset = 0;
  for (int axis = 0; axis < at->over->rank; axis++) offset += at->index[axis] * view->strides[axis];
  return offset;
}

#endif
