/**
 * The unfinished work of the experiments that run, in memory: what waits for what, and which job to give a worker next.
 * Knows nothing of processes or the database.
 */
import { findMetric } from '#shared/domain/metric-registry';
import type { TaskState } from '#shared/domain/results';
import { defaultCostMs } from './estimate';
import type { PlannedTask } from './plan';

export interface TaskNode {
  readonly task: PlannedTask;
  state: TaskState;
  /** Times a worker died with it. */
  attempts: number;
  message: string | null;
  readonly expectedMs: number;
  /** Experiments that want its result. */
  readonly wantedBy: Set<string>;
  readonly dependents: TaskNode[];
  readonly group: Group;
}

/** The tasks of one kind on one cell: they train together. */
interface Group {
  readonly kind: string;
  /** Tasks with the same shape use the same compiled programs. */
  readonly shape: string;
  readonly members: TaskNode[];
  /** Expected time from starting one of its tasks to the end of all that depends on it. */
  priorityMs: number;
}

/** What is known of a task before this process works on it. */
export interface KnownState {
  readonly state: 'pending' | 'done' | 'diverged' | 'failed' | 'cancelled';
  readonly attempts: number;
  readonly message: string | null;
}

/** Most tasks in one job. */
const largestPack = 16;
/** A job is not made longer than this by packing, so that progress, stopping and a crash stay cheap. */
const longestPackMs = 20_000;
/** Measurements expected to take longer are jobs of their own, unless their definition says otherwise. */
const longestPackedMeasurementMs = 50;
/** Measurements go before further trainings, so that cells are finished, and seen, one after another. */
const measureFirstMs = 1e12;
/** Among jobs whose priority is at least this part of the highest, one of the worker's last shape is taken. */
const affinityPart = 0.05;

export class TaskGraph {
  readonly nodes = new Map<string, TaskNode>();
  readonly #groups = new Map<string, Group>();
  /** Groups that may have something to start, highest priority first. */
  #queue: Group[] = [];
  readonly #paused = new Set<string>();

  /** Adds an experiment's tasks; those that another one brought already are shared. */
  add(
    experimentId: string,
    tasks: readonly PlannedTask[],
    known: ReadonlyMap<string, KnownState>,
  ): void {
    this.#paused.delete(experimentId);
    const added: TaskNode[] = [];
    for (const task of tasks) {
      const existing = this.nodes.get(task.id);
      if (existing) existing.wantedBy.add(experimentId);
      else added.push(this.#addNode(experimentId, task, known.get(task.id)));
    }
    // Dependents come after what they read in a plan: backwards, each priority is final when it is used.
    for (const node of added.toReversed()) {
      const after = Math.max(0, ...node.dependents.map((d) => d.group.priorityMs % measureFirstMs));
      const first = node.task.kind === 'train' ? 0 : measureFirstMs;
      node.group.priorityMs = Math.max(node.group.priorityMs, first + node.expectedMs + after);
    }
    for (const node of added) this.#settle(node);
    this.#requeue();
  }

  /** Drops an experiment; tasks that no other one wants are forgotten. */
  remove(experimentId: string): void {
    for (const [id, node] of this.nodes) {
      if (!node.wantedBy.delete(experimentId) || node.wantedBy.size > 0) continue;
      this.nodes.delete(id);
      node.group.members.splice(node.group.members.indexOf(node), 1);
      for (const read of node.task.reads) {
        const dependents = this.nodes.get(read)?.dependents;
        if (dependents) dependents.splice(dependents.indexOf(node), 1);
      }
    }
    for (const [key, group] of this.#groups)
      if (group.members.length === 0) this.#groups.delete(key);
    this.#paused.delete(experimentId);
    this.#requeue();
  }

  /** Starts nothing new of an experiment until `add`. */
  pause(experimentId: string): void {
    this.#paused.add(experimentId);
  }

  /** Makes an experiment's tasks of that state, or those of them that are named, startable again, as if never tried. */
  reopen(
    experimentId: string,
    state: 'failed' | 'cancelled',
    only: ReadonlySet<string> | null = null,
  ): void {
    for (const node of this.of(experimentId)) {
      if (node.state !== state || only?.has(node.task.id) === false) continue;
      node.state = 'waiting';
      node.attempts = 0;
      node.message = null;
      this.#settle(node);
    }
    this.#requeue();
  }

  /** A task was killed on request. */
  cancel(taskId: string): void {
    const node = this.nodes.get(taskId);
    if (node) node.state = 'cancelled';
  }

  /** Whether an experiment that is not paused wants the task. */
  isWanted(taskId: string): boolean {
    const node = this.nodes.get(taskId);
    return node !== undefined && this.#isWanted(node);
  }

  /** Takes the next tasks for a worker and marks them running; null when nothing can start now. */
  take(lastShape: string | null): TaskNode[] | null {
    let chosen: { index: number; tasks: TaskNode[] } | null = null;
    let highestMs = 0;
    for (let index = 0; index < this.#queue.length; index++) {
      const group = this.#queue[index] as Group;
      if (chosen && group.priorityMs < highestMs * affinityPart) break;
      if (chosen && group.shape !== lastShape) continue;
      const tasks = this.#startable(group);
      if (tasks.length === 0) continue;
      if (!chosen) {
        chosen = { index, tasks };
        highestMs = group.priorityMs;
        if (lastShape === null || group.shape === lastShape) break;
      } else {
        chosen = { index, tasks };
        break;
      }
    }
    if (!chosen) return null;
    for (const node of chosen.tasks) node.state = 'running';
    const group = this.#queue[chosen.index] as Group;
    if (!group.members.some((node) => node.state === 'ready' || node.state === 'waiting'))
      this.#queue.splice(chosen.index, 1);
    return chosen.tasks;
  }

  /** Shape of a task's programs, for `take`. */
  shapeOf(node: TaskNode): string {
    return node.group.shape;
  }

  /** A task ended with a result. */
  finish(taskId: string, state: 'done' | 'diverged'): void {
    const node = this.nodes.get(taskId);
    if (!node) return;
    node.state = state;
    for (const dependent of node.dependents) this.#settle(dependent);
  }

  /** A task ended without one; what reads it waits. */
  fail(taskId: string, message: string): void {
    const node = this.nodes.get(taskId);
    if (!node) return;
    node.state = 'failed';
    node.message = message;
  }

  /** A task that was given out did not run, or did not end. */
  giveBack(taskId: string): void {
    const node = this.nodes.get(taskId);
    if (node?.state !== 'running') return;
    node.state = 'waiting';
    this.#settle(node);
    if (!this.#queue.includes(node.group)) this.#enqueue(node.group);
  }

  /** Whether anything of an experiment runs, or can still start. */
  hasWork(experimentId: string): boolean {
    for (const node of this.nodes.values()) {
      if (!node.wantedBy.has(experimentId)) continue;
      if (node.state === 'running' || node.state === 'ready') return true;
    }
    return false;
  }

  /** Whether a task runs that the experiment wants. */
  isRunning(experimentId: string): boolean {
    for (const node of this.nodes.values())
      if (node.state === 'running' && node.wantedBy.has(experimentId)) return true;
    return false;
  }

  /** Every task of an experiment. */
  *of(experimentId: string): Iterable<TaskNode> {
    for (const node of this.nodes.values()) if (node.wantedBy.has(experimentId)) yield node;
  }

  #addNode(experimentId: string, task: PlannedTask, known: KnownState | undefined): TaskNode {
    const group = this.#groupOf(experimentId, task);
    const node: TaskNode = {
      task,
      state: known === undefined || known.state === 'pending' ? 'waiting' : known.state,
      attempts: known?.attempts ?? 0,
      message: known?.message ?? null,
      expectedMs: defaultCostMs(task),
      wantedBy: new Set([experimentId]),
      dependents: [],
      group,
    };
    group.members.push(node);
    this.nodes.set(task.id, node);
    for (const read of task.reads) this.nodes.get(read)?.dependents.push(node);
    return node;
  }

  #groupOf(experimentId: string, task: PlannedTask): Group {
    const key = `${experimentId}/${task.cell}/${task.kind}`;
    let group = this.#groups.get(key);
    if (!group) {
      const { dataset, model } = task.settings;
      const shape = JSON.stringify([dataset.name, model]);
      group = { kind: task.kind, shape, members: [], priorityMs: 0 };
      this.#groups.set(key, group);
    }
    return group;
  }

  /** Waiting becomes ready when all it reads is there. */
  #settle(node: TaskNode): void {
    if (node.state !== 'waiting') return;
    const isThere = node.task.reads.every((id) => {
      const state = this.nodes.get(id)?.state;
      return state === 'done' || state === 'diverged';
    });
    if (isThere) node.state = 'ready';
  }

  /** What of a group can start as one job: nothing while members may still become ready. */
  #startable(group: Group): TaskNode[] {
    const ready: TaskNode[] = [];
    for (const node of group.members) {
      if (node.state === 'waiting' && this.#mayBecomeReady(node)) return [];
      if (node.state === 'ready' && this.#isWanted(node)) ready.push(node);
    }
    // After a death nobody knows which task of the pack was at fault: those run alone.
    const untried = ready.filter((node) => node.attempts === 0);
    if (untried.length === 0) return ready.slice(0, 1);
    const [first] = untried as [TaskNode];
    if (first.expectedMs > longestPacked(group.kind)) return [first];
    let packMs = 0;
    return untried.slice(0, largestPack).filter((node, index) => {
      packMs += node.expectedMs;
      return index === 0 || packMs <= longestPackMs;
    });
  }

  #mayBecomeReady(node: TaskNode): boolean {
    return node.task.reads.every((id) => {
      const read = this.nodes.get(id);
      if (!read) return false;
      if (read.state === 'waiting' || read.state === 'ready') return this.#isWanted(read);
      return read.state === 'running' || read.state === 'done' || read.state === 'diverged';
    });
  }

  #isWanted(node: TaskNode): boolean {
    for (const id of node.wantedBy) if (!this.#paused.has(id)) return true;
    return false;
  }

  #requeue(): void {
    this.#queue = [...this.#groups.values()]
      .filter((g) => g.members.some((n) => n.state === 'ready' || n.state === 'waiting'))
      .sort((a, b) => b.priorityMs - a.priorityMs);
  }

  #enqueue(group: Group): void {
    const index = this.#queue.findIndex((other) => other.priorityMs < group.priorityMs);
    this.#queue.splice(index < 0 ? this.#queue.length : index, 0, group);
  }
}

/** Trainings gain by a pack as long as it may be. */
function longestPacked(kind: string): number {
  if (kind === 'train') return Infinity;
  return findMetric(kind)?.packsUpToMs ?? longestPackedMeasurementMs;
}
