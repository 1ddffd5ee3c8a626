/* Reads the words of an encoded plan; after the first thing that is wrong it reads zeros and keeps the message. */
#ifndef NATIVE_READER_H
#define NATIVE_READER_H

#include "plan.h"

typedef struct {
  const int32_t *words;
  int64_t count, at;
  const char *error;
  /* Elements of every slot, for the check of views. */
  int64_t *slot_sizes;
  int slot_count;
} Reader;

static inline void reject(Reader *reader, const char *rule) {
  if (!reader->error) reader->error = rule;
}

static inline int64_t read_word(Reader *reader) {
  if (reader->at >= reader->count) {
    reject(reader, "must not end early");
    return 0;
  }
  return reader->words[reader->at++];
}

/* A number that must lie in least..most; the least where it does not. */
static inline int64_t read_between(Reader *reader, int64_t least, int64_t most) {
  int64_t value = read_word(reader);
  if (value >= least && value <= most) return value;
  reject(reader, "numbers must lie in their ranges");
  return least;
}

static inline Extents read_extents(Reader *reader, int most) {
  Extents over = {.rank = (int)read_between(reader, 0, most)};
  for (int axis = 0; axis < over.rank; axis++)
    over.extents[axis] = read_between(reader, 1, INT32_MAX);
  return over;
}

/* A view of `extents` in `rank` axes followed by `tail` neighbours: it must stay inside its slot. */
static inline View read_view(Reader *reader, const Extents *over, int64_t tail, int is_written) {
  View view = {.slot = (int32_t)read_between(reader, 0, is_written ? 0 : reader->slot_count - 1)};
  view.offset = read_between(reader, 0, INT32_MAX);
  int64_t last = view.offset + tail - 1;
  for (int axis = 0; axis < over->rank; axis++) {
    view.strides[axis] = read_between(reader, 0, INT32_MAX);
    /* Neither factor exceeds 2^31 and there are eight of them: no overflow before the comparison. */
    int64_t reach = (over->extents[axis] - 1) * view.strides[axis];
    last = reach > INT64_MAX / 16 ? INT64_MAX / 16 : last + reach;
    if (last >= reader->slot_sizes[view.slot]) break;
  }
  if (last >= reader->slot_sizes[view.slot]) {
    reject(reader, "tensors must lie inside their memory");
    return (View){0};
  }
  return view;
}

#endif
