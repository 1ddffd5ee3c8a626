/* Runs a plan whose inputs and outputs have been checked to have its sizes. */
#ifndef NATIVE_RUN_PLAN_H
#define NATIVE_RUN_PLAN_H

#include <string.h>

#include "kernels.h"

/* `slots` has one entry per input and one more. */
static inline void run_plan(const Plan *plan, int64_t steps, void *const *inputs,
                            void *const *outputs, Run *run) {
  run->slots[0] = plan->memory;
  run->scratch = plan->scratch;
  for (int i = 0; i < plan->input_count; i++) {
    const Input *input = &plan->inputs[i];
    run->slots[i + 1] = inputs[i];
    if (input->kind == INPUT_COPIED)
      memcpy(plan->memory + input->offset, inputs[i], (size_t)input->size * sizeof(float));
  }
  for (int64_t step = 0; step < steps && !run->error; step++) {
    for (int k = 0; k < plan->instruction_count && !run->error; k++) {
      const Instruction *instruction = &plan->instructions[k];
      plan->kernels->run[instruction->kind](instruction->as.any, run);
    }
    for (int i = 0; i < plan->input_count; i++)
      if (plan->inputs[i].kind == INPUT_SEQUENCE) run->slots[i + 1] += plan->inputs[i].size;
  }
  for (int i = 0; i < plan->output_count && !run->error; i++) {
    const Output *output = &plan->outputs[i];
    memcpy(outputs[i], run->slots[output->from.slot] + output->from.offset,
           (size_t)output->size * sizeof(float));
  }
}

#endif
