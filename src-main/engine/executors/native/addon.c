/* The Node-API border: createPlan(words, constants, kernels), runPlan(plan, steps, inputs, outputs), kernelNames(). */
#include <node_api.h>
#include <stdio.h>
#include <stdlib.h>

#include "run-plan.h"

/* Marks the external values that are plans, so that nothing else is taken for one. */
static const napi_type_tag plan_tag = {0x9d1f6c0a55e24b7fULL, 0xa3c8e1d27b904f16ULL};

static napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, NULL, message);
  return NULL;
}

static void finalise(napi_env env, void *plan, void *hint) {
  (void)hint;
  int64_t adjusted;
  const Plan *p = plan;
  napi_adjust_external_memory(
      env, -(p->memory_size + p->scratch_size) * (int64_t)sizeof(float), &adjusted);
  plan_destroy(plan);
}

/* The memory of a typed array of four-byte numbers; null where it is another thing. */
static void *numbers(napi_env env, napi_value value, int64_t *count) {
  bool is_array = false;
  napi_typedarray_type type;
  size_t length = 0;
  void *memory = NULL;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array) return NULL;
  if (napi_get_typedarray_info(env, value, &type, &length, &memory, NULL, NULL) != napi_ok)
    return NULL;
  if (type != napi_float32_array && type != napi_int32_array) return NULL;
  *count = (int64_t)length;
  static float none;
  return length == 0 ? &none : memory;
}

static napi_value create_plan(napi_env env, napi_callback_info info) {
  size_t count = 3, length = 0;
  napi_value arguments[3], external;
  int64_t word_count, constant_count;
  char name[32] = "";
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 3)
    return fail(env, "createPlan: must get words, constants and kernels; pass all three");
  const int32_t *words = numbers(env, arguments[0], &word_count);
  const float *constants = numbers(env, arguments[1], &constant_count);
  if (!words || !constants)
    return fail(env, "createPlan: must get an Int32Array and a Float32Array; pass those");
  const Kernels *kernels =
      napi_get_value_string_utf8(env, arguments[2], name, sizeof name, &length) == napi_ok
          ? choose_kernels(name)
          : NULL;
  if (!kernels)
    return fail(env, "createPlan: kernels must be some of this processor; pass one of kernelNames()");
  const char *rule = NULL;
  Plan *plan = plan_create(words, word_count, constants, constant_count, &rule);
  if (!plan) {
    char message[160];
    snprintf(message, sizeof message, "native plan: %s, got a malformed one; report this defect",
             rule);
    return fail(env, message);
  }
  plan->kernels = kernels;
  int64_t adjusted;
  napi_adjust_external_memory(
      env, (plan->memory_size + plan->scratch_size) * (int64_t)sizeof(float), &adjusted);
  if (napi_create_external(env, plan, finalise, NULL, &external) != napi_ok) {
    plan_destroy(plan);
    return fail(env, "createPlan: must be able to make an object; restart the process");
  }
  napi_type_tag_object(env, external, &plan_tag);
  return external;
}

static Plan *plan_of(napi_env env, napi_value value) {
  bool is_plan = false;
  void *plan = NULL;
  if (napi_check_object_type_tag(env, value, &plan_tag, &is_plan) != napi_ok || !is_plan)
    return NULL;
  return napi_get_value_external(env, value, &plan) == napi_ok ? plan : NULL;
}

/* Memory of the arrays in a list, each of which must have the size that `size_of` asks for. */
static int gather_arrays(napi_env env, napi_value list, int count, void **memory,
                         int64_t (*size_of)(const Plan *, int, int64_t), const Plan *plan,
                         int64_t steps) {
  uint32_t length = 0;
  if (napi_get_array_length(env, list, &length) != napi_ok || (int64_t)length != count) return 0;
  for (int i = 0; i < count; i++) {
    napi_value value;
    int64_t size = -1;
    if (napi_get_element(env, list, (uint32_t)i, &value) != napi_ok) return 0;
    memory[i] = numbers(env, value, &size);
    if (!memory[i] || size != size_of(plan, i, steps)) return 0;
  }
  return 1;
}

static int64_t input_size(const Plan *plan, int i, int64_t steps) {
  const Input *input = &plan->inputs[i];
  return input->kind == INPUT_SEQUENCE ? input->size * steps : input->size;
}

static int64_t output_size(const Plan *plan, int i, int64_t steps) {
  (void)steps;
  return plan->outputs[i].size;
}

static napi_value run(napi_env env, napi_callback_info info) {
  size_t count = 4;
  napi_value arguments[4];
  int64_t steps = -1;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 4)
    return fail(env, "runPlan: must get plan, steps, inputs and outputs; pass all four");
  Plan *plan = plan_of(env, arguments[0]);
  if (!plan) return fail(env, "runPlan: must get a plan of createPlan; pass that");
  if (napi_get_value_int64(env, arguments[1], &steps) != napi_ok || steps < 0 || steps > INT32_MAX)
    return fail(env, "runPlan: steps must be a whole number from 0 on; correct it");
  size_t most = (size_t)plan->input_count + (size_t)plan->output_count + 1;
  void **memory = calloc(2 * most, sizeof *memory);
  if (!memory) return fail(env, "runPlan: must fit into memory; free some");
  void **inputs = memory, **outputs = memory + plan->input_count;
  Run state = {.slots = (float **)(memory + most)};
  napi_value result = NULL;
  if (!gather_arrays(env, arguments[2], plan->input_count, inputs, input_size, plan, steps) ||
      !gather_arrays(env, arguments[3], plan->output_count, outputs, output_size, plan, steps)) {
    fail(env, "runPlan: arrays must have the sizes of the plan; pass those");
  } else {
    run_plan(plan, steps, inputs, outputs, &state);
    if (state.error) {
      char message[128];
      snprintf(message, sizeof message, "index: must be in 0..%lld, got %lld; correct the indices",
               (long long)state.error_bound - 1, (long long)state.error_index);
      fail(env, message);
    }
  }
  free(memory);
  return result;
}

/* Names of the kernels that this processor can run, the fastest first. */
static napi_value kernel_names(napi_env env, napi_callback_info info) {
  (void)info;
  const Kernels *possible[MOST_KERNELS];
  int count = possible_kernels(possible);
  napi_value names, name;
  if (napi_create_array_with_length(env, (size_t)count, &names) != napi_ok) return NULL;
  for (int i = 0; i < count; i++)
    if (napi_create_string_utf8(env, possible[i]->name, NAPI_AUTO_LENGTH, &name) == napi_ok)
      napi_set_element(env, names, (uint32_t)i, name);
  return names;
}

static void add_function(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, NULL, &function) == napi_ok)
    napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
  add_function(env, exports, "createPlan", create_plan);
  add_function(env, exports, "runPlan", run);
  add_function(env, exports, "kernelNames", kernel_names);
  return exports;
}
