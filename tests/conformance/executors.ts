/** Every executor that can run on this machine, open, with its tolerances: the one list of all suites over executors. */
import { existsSync } from 'node:fs';
import { vi } from 'vitest';
import { engineNames, openEngine } from '#main/engine/engines';
import type { Executor } from '#main/engine/executor';
import { reportError } from '#shared/errors';
import { forcedExecutors } from '../fixtures/formulations';
import { tolerancesOf, type ExecutorTolerances } from '../tolerances';

export interface PresentExecutor {
  /** Of the engine; of `onnx-cpu` once more with each formulation of its convolutions forced. */
  readonly name: string;
  readonly executor: Executor;
  readonly tolerances: ExecutorTolerances;
}

/** SwiftShader as Debian's chromium brings it: a GPU for machines without one, good for right numbers only. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

function allowSoftwareGpu(): void {
  process.env['PHASESCAPE_ALLOW_SOFTWARE_GPU'] = '1';
  const isGpuThere = existsSync('/dev/dri') || existsSync('/dev/nvidia0');
  if (!isGpuThere && existsSync(swiftShader)) process.env['VK_ICD_FILENAMES'] ??= swiftShader;
}

/** A software GPU compiles every shader anew: seconds for a program of many operations. */
vi.setConfig({ testTimeout: 120_000 });

const absent = new Map<string, string>();

async function openAll(): Promise<PresentExecutor[]> {
  allowSoftwareGpu();
  const present: PresentExecutor[] = [];
  for (const name of engineNames) {
    try {
      const executor = await openEngine(name);
      present.push({ name, executor, tolerances: tolerancesOf[name] as ExecutorTolerances });
    } catch (error) {
      absent.set(name, reportError(error).message.replace(`${name}: `, ''));
    }
  }
  const tolerances = tolerancesOf['onnx-cpu'] as ExecutorTolerances;
  return [...present, ...forcedExecutors().map((each) => ({ ...each, tolerances }))];
}

export const executors: readonly PresentExecutor[] = await openAll();
/** Why the others cannot run here. */
export const absentExecutors: ReadonlyMap<string, string> = absent;

export async function closeExecutors(): Promise<void> {
  for (const { executor } of executors) await executor[Symbol.asyncDispose]();
}
