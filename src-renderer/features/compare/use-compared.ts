/** What the address compares, with all that is known of it: of this experiment and of others. */
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { ErrorReport } from '#shared/errors';
import { useWorkbenchEvent } from '../../backend/use-backend';
import { queryText, useExperimentId } from '../../workspace/address';
import { axisText } from '../../workspace/axis-text';
import { useChartStyle } from '../../workspace/chart-style';
import { comparedColours } from './compared-drawings';
import { tasksOfRun, type Compared } from './compared';
import { formatSubjects, parseSubjects, subjectKey, subjectMark, type Subject } from './subjects';
import { useAnswers } from './use-answers';

/** What could not be read, and whose it is. */
export interface ComparedFailure {
  readonly subject: Subject;
  readonly error: ErrorReport;
}

export function useCompared() {
  const route = useRoute();
  const router = useRouter();
  const experimentId = useExperimentId();
  const style = useChartStyle();
  const subjects = computed(() => {
    if (experimentId.value === null || route.name !== 'compare') return [];
    const { query } = route;
    return parseSubjects(
      {
        cells: queryText(query, 'cells'),
        runs: queryText(query, 'runs'),
        also: queryText(query, 'also'),
      },
      experimentId.value,
    );
  });
  const experiments = () =>
    new Map(subjects.value.map(({ experimentId: id }) => [id, { experimentId: id }]));
  const cells = () =>
    new Map(
      subjects.value.map(({ experimentId: id, cell }) => [
        `${id}.${cell}`,
        { experimentId: id, cell },
      ]),
    );
  const views = useAnswers('experiment.get', experiments);
  const results = useAnswers(
    'experiment.cells',
    () =>
      new Map(
        [...cells()].map(([key, { experimentId: id, cell }]) => [
          key,
          { experimentId: id, cells: [cell] },
        ]),
      ),
  );
  const tasks = useAnswers('cell.get', cells);
  const reload = (id: string) => {
    views.reload((key) => key === id);
    results.reload((key) => key.startsWith(`${id}.`));
    tasks.reload((key) => key.startsWith(`${id}.`));
  };
  useWorkbenchEvent('experiment.results', ({ experimentId: id }) => {
    reload(id);
  });

  const read = computed(() => {
    const colours = comparedColours(style.value);
    const hasSeveral = new Set(subjects.value.map((s) => s.experimentId)).size > 1;
    const compared: Compared[] = [];
    const failures: ComparedFailure[] = [];
    subjects.value.forEach((subject, position) => {
      const { experimentId: id, cell: index, seed } = subject;
      const answers = [
        views.byKey.value.get(id),
        results.byKey.value.get(`${id}.${index}`),
        tasks.byKey.value.get(`${id}.${index}`),
      ] as const;
      const [view, cellsOf, task] = answers;
      const failed = answers.find((answer) => answer?.ok === false);
      if (failed?.ok === false) failures.push({ subject, error: failed.error });
      if (!view?.ok || !cellsOf?.ok || !task?.ok) return;
      const cell = cellsOf.value.cells.find((c) => c.index === index);
      if (!cell) return;
      const parts = [
        axisText(cell.axes),
        ...(seed === null ? [] : [`seed ${seed}`]),
        ...(hasSeveral ? [view.value.summary.name] : []),
      ];
      compared.push({
        subject,
        mark: subjectMark(position),
        colour: colours[position] ?? style.value.ink,
        label: parts.join(', '),
        view: view.value,
        cell,
        tasks: seed === null ? task.value.tasks : tasksOfRun(task.value.tasks, seed),
      });
    });
    return { compared, failures };
  });

  function show(next: readonly Subject[]): void {
    if (experimentId.value === null) return;
    const query = { ...route.query, ...formatSubjects(next, experimentId.value) };
    void router.replace({ query });
  }

  return {
    subjects,
    compared: computed(() => read.value.compared),
    failures: computed(() => read.value.failures),
    isReading: computed(
      () => read.value.compared.length + read.value.failures.length < subjects.value.length,
    ),
    add: (subject: Subject) => {
      show([...subjects.value, subject]);
    },
    remove: (subject: Subject) => {
      const key = subjectKey(subject);
      show(subjects.value.filter((other) => subjectKey(other) !== key));
    },
    /** Differences are to the first. */
    putFirst: (subject: Subject) => {
      const key = subjectKey(subject);
      show([subject, ...subjects.value.filter((other) => subjectKey(other) !== key)]);
    },
    reload,
  };
}
