/** The presets with what each would make here, asked for when they are looked at. */
import { computed, shallowRef, watch } from 'vue';
import type { PlanSummary } from '#shared/contract/views';
import { useAnswer, useBackend } from '../../backend/use-backend';
import type { Draft } from './draft';

export interface Preset {
  readonly name: string;
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly description: string;
  readonly spec: Draft;
  /** Null until the workbench has said what it would make. */
  readonly plan: PlanSummary | null;
  /** Why it cannot be run here; empty where it can. */
  readonly problem: string;
}

/** The presets, in the order in which they are offered; their plans arrive one after another. */
export function usePresets() {
  const backend = useBackend();
  const answer = useAnswer('preset.list', () => ({}));
  const found = shallowRef<ReadonlyMap<string, Pick<Preset, 'plan' | 'problem'>>>(new Map());

  watch(answer.value, async (presets) => {
    for (const { name, spec } of presets ?? []) {
      const outcome = await backend.call('spec.check', { spec });
      const checked = outcome.ok && outcome.value.ok ? outcome.value.plan : null;
      const first = outcome.ok && !outcome.value.ok ? outcome.value.problems[0] : undefined;
      const problem = outcome.ok
        ? first === undefined
          ? ''
          : `${first.path} ${first.rule}`
        : outcome.error.message;
      found.value = new Map([...found.value, [name, { plan: checked, problem }]]);
    }
  });
  const presets = computed<readonly Preset[]>(() =>
    (answer.value.value ?? []).map(({ spec, ...preset }) => ({
      ...preset,
      spec: spec as Draft,
      plan: null,
      problem: '',
      ...found.value.get(preset.name),
    })),
  );
  return { presets, error: answer.error, reload: answer.reload };
}
