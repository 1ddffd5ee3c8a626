/* Reads and checks an encoded plan: what passes here can be run without further checks but those of indices. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "convolution-shape.h"
#include "reader.h"

/* Floats of scratch memory, most: larger plans are refused. */
#define MOST_SCRATCH ((int64_t)1 << 31)

static int64_t packed_floats(int64_t rows, int64_t columns) {
  return rows * ((columns + 15) / 16 * 16);
}

static void *zeroed(Reader *reader, size_t count, size_t size) {
  void *memory = calloc(count ? count : 1, size);
  if (!memory) reject(reader, "must fit into memory");
  return memory;
}

static Finish read_finish(Reader *reader, const Extents *columns, const Extents *result) {
  Finish finish = {0};
  int64_t flags = read_between(reader, 0, 7);
  if (flags & 1) finish.bias = read_view(reader, columns, 1, 0);
  if (flags & 2) finish.has_relu = 1;
  if (flags & 4) finish.step = read_view(reader, result, 1, 0);
  finish.has_bias = flags & 1;
  finish.has_step = (flags & 4) > 0;
  return finish;
}

static int lies_in(const View *view, const View *result, const Extents *over) {
  if (view->slot != result->slot) return 0;
  int64_t end = view->offset, result_end = result->offset;
  for (int axis = 0; axis < over->rank; axis++) {
    end += (over->extents[axis] - 1) * view->strides[axis];
    result_end += (over->extents[axis] - 1) * result->strides[axis];
  }
  return view->offset <= result_end && result->offset <= end;
}

/* Whether operation `i` may write result `r` at once: no operand that lies there is read afterwards. */
static int writes_at_once(const Elementwise *e, int i, int r) {
  for (int later = i + 1; later < e->operation_count; later++) {
    const int read[2] = {e->operations[later].a, e->operations[later].b};
    for (int k = 0; k < 2; k++)
      if (read[k] < e->operand_count && lies_in(&e->operands[read[k]], &e->results[r], &e->over))
        return 0;
  }
  for (int other = 0; other < e->result_count; other++)
    if (e->result_values[other] < e->operand_count &&
        lies_in(&e->operands[e->result_values[other]], &e->results[r], &e->over))
      return 0;
  return 1;
}

static int last_reader(const Elementwise *e, int value) {
  int last = -1;
  for (int i = 0; i < e->operation_count; i++)
    if (e->operations[i].a == value || e->operations[i].b == value) last = i;
  for (int r = 0; r < e->result_count; r++)
    if (e->result_values[r] == value) last = e->operation_count;
  return last;
}

/* Gives every value a place in temporary memory, used again after its last reader, or a result to go to at once. */
static void place_values(Elementwise *e) {
  int free_after[MOST_OPERANDS + MOST_OPERATIONS];
  e->place_count = e->operand_count;
  for (int k = 0; k < e->operand_count; k++) e->places[k] = k;
  for (int i = 0; i < e->operation_count; i++) {
    int value = e->operand_count + i;
    e->places[value] = 0;
    for (int r = 0; r < e->result_count && e->places[value] == 0; r++)
      if (e->result_values[r] == value && writes_at_once(e, i, r)) e->places[value] = -1 - r;
    if (e->places[value] < 0) continue;
    int at = e->operand_count;
    while (at < e->place_count && free_after[at] > i) at++;
    if (at == e->place_count) e->place_count++;
    free_after[at] = last_reader(e, value);
    e->places[value] = at;
  }
}

static int64_t read_elementwise(Reader *reader, Instruction *instruction) {
  Elementwise *e = instruction->as.elementwise = zeroed(reader, 1, sizeof *e);
  if (!e) return 0;
  e->over = read_extents(reader, MOST_AXES);
  e->operand_count = (int)read_between(reader, 1, MOST_OPERANDS);
  for (int k = 0; k < e->operand_count; k++) e->operands[k] = read_view(reader, &e->over, 1, 0);
  e->operation_count = (int)read_between(reader, 1, MOST_OPERATIONS);
  for (int i = 0; i < e->operation_count; i++)
    e->operations[i] = (Operation){
        .kind = (OperationKind)read_between(reader, 0, OPERATION_KINDS - 1),
        .a = (int)read_between(reader, 0, e->operand_count + i - 1),
        .b = (int)read_between(reader, 0, e->operand_count + i - 1),
    };
  e->result_count = (int)read_between(reader, 1, MOST_RESULTS);
  for (int r = 0; r < e->result_count; r++) {
    e->result_values[r] = (int)read_between(reader, 0, e->operand_count + e->operation_count - 1);
    e->results[r] = read_view(reader, &e->over, 1, 1);
  }
  place_values(e);
  return (int64_t)(e->place_count + e->result_count) * ELEMENTWISE_TILE;
}

static int64_t read_sum(Reader *reader, Instruction *instruction) {
  Sum *sum = instruction->as.sum = zeroed(reader, 1, sizeof *sum);
  if (!sum) return 0;
  sum->over = read_extents(reader, MOST_AXES);
  sum->kept = (int)read_between(reader, 0, sum->over.rank);
  sum->from = read_view(reader, &sum->over, 1, 0);
  Extents kept = sum->over;
  kept.rank = sum->kept;
  sum->to = read_view(reader, &kept, 1, 1);
  return 0;
}

static int64_t read_copy(Reader *reader, Instruction *instruction) {
  Copy *copy = instruction->as.copy = zeroed(reader, 1, sizeof *copy);
  if (!copy) return 0;
  copy->over = read_extents(reader, MOST_AXES);
  if (instruction->kind == FILL) {
    int32_t bits = (int32_t)read_word(reader);
    memcpy(&copy->value, &bits, sizeof bits);
  } else {
    copy->from = read_view(reader, &copy->over, 1, 0);
  }
  copy->to = read_view(reader, &copy->over, 1, 1);
  return 0;
}

/* Two axes more: those of the matrices. */
static Extents with_axes(const Extents *over, int64_t rows, int64_t columns) {
  Extents wider = *over;
  wider.extents[wider.rank++] = rows;
  wider.extents[wider.rank++] = columns;
  return wider;
}

static int64_t read_matmul(Reader *reader, Instruction *instruction) {
  Matmul *m = instruction->as.matmul = zeroed(reader, 1, sizeof *m);
  if (!m) return 0;
  m->over = read_extents(reader, MOST_AXES - 2);
  m->rows = read_between(reader, 1, INT32_MAX);
  m->columns = read_between(reader, 1, INT32_MAX);
  m->inner = read_between(reader, 1, INT32_MAX);
  Extents a = with_axes(&m->over, m->rows, m->inner);
  Extents b = with_axes(&m->over, m->inner, m->columns);
  Extents c = with_axes(&m->over, m->rows, m->columns);
  m->a = read_view(reader, &a, 1, 0);
  m->b = read_view(reader, &b, 1, 0);
  m->c = read_view(reader, &c, 1, 1);
  Extents bias = with_axes(&m->over, 1, m->columns);
  m->finish = read_finish(reader, &bias, &c);
  /* The stride along an axis of one is never used, and says nothing. */
  int rank = m->over.rank;
  int64_t across[] = {m->c.strides[rank + 1], m->finish.has_bias ? m->finish.bias.strides[rank + 1] : 1,
                      m->finish.has_step ? m->finish.step.strides[rank + 1] : 1};
  int are_neighbours = across[0] == 1 && across[1] == 1 && across[2] == 1;
  int are_alike = !m->finish.has_step || m->finish.step.strides[rank] == m->c.strides[rank];
  if ((m->columns > 1 && !are_neighbours) || (m->rows > 1 && !are_alike))
    reject(reader, "columns of a product must be neighbours");
  return packed_floats(smaller(m->inner, 384), smaller(m->columns, 240));
}

static int64_t read_rows(Reader *reader, Instruction *instruction) {
  Rows *rows = instruction->as.rows = zeroed(reader, 1, sizeof *rows);
  if (!rows) return 0;
  int is_wide = instruction->kind == SOFTMAX || instruction->kind == LOG_SOFTMAX;
  rows->over = read_extents(reader, MOST_AXES);
  rows->width = read_between(reader, 1, INT32_MAX);
  rows->from = read_view(reader, &rows->over, rows->width, 0);
  if (instruction->kind == CROSS_ENTROPY)
    rows->targets = read_view(reader, &rows->over, rows->width, 0);
  rows->to = read_view(reader, &rows->over, is_wide ? rows->width : 1, 1);
  return 0;
}

static int64_t read_pick(Reader *reader, Instruction *instruction) {
  Pick *pick = instruction->as.pick = zeroed(reader, 1, sizeof *pick);
  if (!pick) return 0;
  int adds = instruction->kind == SCATTER_ADD;
  pick->count = read_between(reader, 1, INT32_MAX);
  pick->width = read_between(reader, 1, INT32_MAX);
  pick->table_rows = read_between(reader, 1, INT32_MAX);
  Extents table = {.rank = 1, .extents = {pick->table_rows}};
  Extents picked = {.rank = 1, .extents = {pick->count}};
  Extents none = {0};
  pick->table = read_view(reader, &table, pick->width, adds);
  pick->indices = read_view(reader, &none, pick->count, 0);
  pick->to = read_view(reader, &picked, pick->width, !adds);
  if (pick->to.strides[0] != pick->width || (adds && pick->table.strides[0] != pick->width))
    reject(reader, "picked rows must follow each other");
  return 0;
}

static Geometry read_geometry(Reader *reader) {
  const int64_t most = 1 << 20;
  Geometry g = {0};
  g.height = read_between(reader, 1, most);
  g.width = read_between(reader, 1, most);
  g.kernel_height = read_between(reader, 1, 1024);
  g.kernel_width = read_between(reader, 1, 1024);
  g.stride_y = read_between(reader, 1, most);
  g.stride_x = read_between(reader, 1, most);
  g.padding_y = read_between(reader, 0, most);
  g.padding_x = read_between(reader, 0, most);
  g.dilation_y = read_between(reader, 1, most);
  g.dilation_x = read_between(reader, 1, most);
  g.groups = read_between(reader, 1, most);
  g.count = read_between(reader, 1, INT32_MAX);
  g.channels = read_between(reader, 1, most);
  g.out = read_between(reader, 1, most);
  int64_t free_y = g.height + 2 * g.padding_y - g.dilation_y * (g.kernel_height - 1) - 1;
  int64_t free_x = g.width + 2 * g.padding_x - g.dilation_x * (g.kernel_width - 1) - 1;
  if (free_y < 0 || free_x < 0) reject(reader, "kernels must fit into their images");
  if (g.channels % g.groups || g.out % g.groups) reject(reader, "groups must divide the channels");
  g.rows = free_y < 0 ? 1 : free_y / g.stride_y + 1;
  g.columns = free_x < 0 ? 1 : free_x / g.stride_x + 1;
  return g;
}

/* a * b for factors that are not negative; a number too large for any memory where the product is. */
static int64_t times(int64_t a, int64_t b) {
  const int64_t too_large = (int64_t)1 << 40;
  return a > 0 && b > too_large / a ? too_large : a * b;
}

static int64_t convolution_floats(const Geometry *g, InstructionKind kind) {
  int64_t all = g->kernel_height * g->kernel_width;
  int64_t channels = g->channels / g->groups, out = g->out / g->groups;
  if (kind == CONV2D_WEIGHT) {
    Padded p = padded_image(g);
    int64_t padded = times(times(p.height, p.width), g->channels);
    int64_t at_once = images_in_chain(g, padded), row = whole_lines(out);
    return whole_lines(2 * times(at_once, g->rows)) + times(times(all, channels), row) +
           times(times(at_once, times(g->rows, g->columns)), row) + times(at_once, padded);
  }
  Padded p = kind == CONV2D ? padded_image(g) : padded_result(g);
  int64_t read = kind == CONV2D ? channels : out, written = kind == CONV2D ? out : channels;
  int64_t padded = times(times(p.height, p.width), read * g->groups);
  int64_t packed = times(times(times(all, read), (written + 15) / 16 * 16), g->groups);
  /* Each class of pixels rounds its weights up to whole lines. */
  int64_t classes = times(smaller(g->stride_y, g->height), smaller(g->stride_x, g->width));
  int64_t described = kind == CONV2D ? 0 : classes_floats(g) + times(classes, 16);
  return 2 * whole_lines(2 * all) + described + whole_lines(packed) +
         times(images_at_once(g, padded, 0), padded);
}

static int64_t read_convolution(Reader *reader, Instruction *instruction) {
  Convolution *c = instruction->as.convolution = zeroed(reader, 1, sizeof *c);
  if (!c) return 0;
  InstructionKind kind = instruction->kind;
  c->over = read_extents(reader, MOST_AXES - 2);
  Geometry g = c->geometry = read_geometry(reader);
  if (reader->error) return 0;
  int64_t image = times(times(g.count, g.height * g.width), g.channels);
  int64_t result = times(times(g.count, g.rows * g.columns), g.out);
  int64_t weights = times(times(g.out, g.channels / g.groups), g.kernel_height * g.kernel_width);
  c->image = read_view(reader, &c->over, image, kind == CONV2D_INPUT);
  c->weights = read_view(reader, &c->over, weights, kind == CONV2D_WEIGHT);
  c->result = read_view(reader, &c->over, result, kind == CONV2D);
  int64_t bias_width = kind == CONV2D ? g.out : g.channels;
  int64_t written = kind == CONV2D ? result : image;
  int64_t flags = read_between(reader, 0, kind == CONV2D_WEIGHT ? 0 : kind == CONV2D_INPUT ? 4 : 7);
  if (flags & 1) c->finish.bias = read_view(reader, &c->over, bias_width, 0);
  if (flags & 4) c->finish.step = read_view(reader, &c->over, written, 0);
  c->finish.has_bias = flags & 1;
  c->finish.has_relu = (flags & 2) > 0;
  c->finish.has_step = (flags & 4) > 0;
  return reader->error ? 0 : convolution_floats(&g, kind);
}

static int64_t read_instruction(Reader *reader, Instruction *instruction) {
  instruction->kind = (InstructionKind)read_between(reader, 0, INSTRUCTION_KINDS - 1);
  switch (instruction->kind) {
    case ELEMENTWISE: return read_elementwise(reader, instruction);
    case SUM: return read_sum(reader, instruction);
    case COPY:
    case FILL: return read_copy(reader, instruction);
    case MATMUL: return read_matmul(reader, instruction);
    case SOFTMAX:
    case LOG_SOFTMAX:
    case ARG_MAX:
    case CROSS_ENTROPY: return read_rows(reader, instruction);
    case GATHER:
    case SCATTER_ADD: return read_pick(reader, instruction);
    default: return read_convolution(reader, instruction);
  }
}

static void read_inputs(Reader *reader, Plan *plan) {
  plan->input_count = (int)read_between(reader, 0, 1 << 16);
  plan->inputs = zeroed(reader, (size_t)plan->input_count, sizeof *plan->inputs);
  reader->slot_sizes = zeroed(reader, (size_t)plan->input_count + 1, sizeof *reader->slot_sizes);
  if (reader->error) return;
  reader->slot_count = 1;
  reader->slot_sizes[0] = plan->memory_size;
  const Extents none = {0};
  for (int i = 0; i < plan->input_count; i++) {
    Input *input = &plan->inputs[i];
    input->kind = (InputKind)read_between(reader, INPUT_COPIED, INPUT_SEQUENCE);
    input->size = read_between(reader, 1, INT32_MAX);
    /* A copied input has no slot of its own that could be read. */
    reader->slot_sizes[i + 1] = input->kind == INPUT_COPIED ? 0 : input->size;
    input->offset = read_between(reader, 0, INT32_MAX);
    if (input->kind == INPUT_COPIED && input->offset + input->size > plan->memory_size)
      reject(reader, "inputs must fit into the plan's memory");
  }
  reader->slot_count = plan->input_count + 1;
  plan->output_count = (int)read_between(reader, 0, 1 << 16);
  plan->outputs = zeroed(reader, (size_t)plan->output_count, sizeof *plan->outputs);
  for (int i = 0; i < plan->output_count && !reader->error; i++) {
    plan->outputs[i].size = read_between(reader, 1, INT32_MAX);
    View from = plan->outputs[i].from = read_view(reader, &none, plan->outputs[i].size, 0);
    /* At the end a sequence's slot lies behind its last element. */
    if (from.slot > 0 && plan->inputs[from.slot - 1].kind == INPUT_SEQUENCE)
      reject(reader, "outputs must not be parts of sequences");
  }
}

static void *lines(int64_t floats) {
  size_t bytes = ((size_t)floats * sizeof(float) + 127) / 64 * 64;
  void *memory = 0;
  if (posix_memalign(&memory, 64, bytes)) return 0;
  memset(memory, 0, bytes);
  return memory;
}

static void read_plan(Reader *reader, Plan *plan, int64_t constant_count) {
  plan->memory_size = read_between(reader, 0, INT32_MAX);
  plan->constant_size = read_between(reader, 0, INT32_MAX);
  if (plan->constant_size != constant_count || constant_count > plan->memory_size)
    reject(reader, "constants must be those announced");
  read_inputs(reader, plan);
  plan->instruction_count = (int)read_between(reader, 0, 1 << 24);
  if (plan->instruction_count > reader->count) reject(reader, "must not end early");
  if (reader->error) return;
  plan->instructions = zeroed(reader, (size_t)plan->instruction_count, sizeof *plan->instructions);
  for (int i = 0; i < plan->instruction_count && !reader->error; i++)
    plan->scratch_size =
        larger(plan->scratch_size, read_instruction(reader, &plan->instructions[i]));
  if (plan->scratch_size >= MOST_SCRATCH) reject(reader, "must fit into memory");
  if (reader->at < reader->count) reject(reader, "must end with its last instruction");
}

Plan *plan_create(const int32_t *words, int64_t count, const float *constants,
                  int64_t constant_count, const char **message) {
  Reader reader = {.words = words, .count = count};
  Plan *plan = zeroed(&reader, 1, sizeof *plan);
  if (plan) read_plan(&reader, plan, constant_count);
  free(reader.slot_sizes);
  if (plan && !reader.error) {
    plan->memory = lines(plan->memory_size);
    plan->scratch = lines(plan->scratch_size);
    if (!plan->memory || !plan->scratch) reject(&reader, "must fit into memory");
    else memcpy(plan->memory, constants, (size_t)constant_count * sizeof(float));
  }
  if (!reader.error) return plan;
  *message = reader.error;
  if (plan) plan_destroy(plan);
  return 0;
}

void plan_destroy(Plan *plan) {
  for (int i = 0; plan->instructions && i < plan->instruction_count; i++)
    free(plan->instructions[i].as.any);
  free(plan->instructions);
  free(plan->inputs);
  free(plan->outputs);
  free(plan->memory);
  free(plan->scratch);
  free(plan);
}
