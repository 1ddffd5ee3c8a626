/** One worker process as the pool sees it, however it was started. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PhasescapeError } from '#shared/errors';
import type { WorkerReport, WorkerRequest } from './job';

export interface WorkerProcess {
  /** Undefined until the system has started it. */
  readonly pid: number | undefined;
  send(request: WorkerRequest): void;
  /** Ends it at once, whatever it does. */
  kill(): void;
}

export interface WorkerListeners {
  readonly report: (report: WorkerReport) => void;
  /** Called once, with how it ended: 'exit code 1', 'signal SIGKILL'. */
  readonly exit: (how: string) => void;
}

/** Starts a worker process. Electron passes one made of `utilityProcess`. */
export type SpawnWorker = (listeners: WorkerListeners) => WorkerProcess;

/** The built worker beside this program. @throws PhasescapeError `environment` when it was not built */
export function workerEntry(): string {
  return builtProgram('worker');
}

/** Programs that the build makes beside the main one. */
export type BuiltProgram = 'worker' | 'import-thread' | 'project-thread';

/** A program beside this one. @throws PhasescapeError `environment` when it was not built */
export function builtProgram(name: BuiltProgram): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    for (const place of [`${name}.js`, `out/main/${name}.js`]) {
      if (existsSync(join(folder, place))) return join(folder, place);
    }
    if (dirname(folder) === folder) {
      throw new PhasescapeError(
        'environment',
        `${name}: must be built, got no out/main/${name}.js; run npm run build`,
      );
    }
  }
}

/** Starts a worker as a child of this Node process. It ends by itself when this process is gone. */
export function forkWorker(entry: string): SpawnWorker {
  return (listeners) => {
    const child = fork(entry, [], {
      serialization: 'advanced',
      // Its words go to our standard error: standard output belongs to results.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    let ended = false;
    const end = (how: string) => {
      if (ended) return;
      ended = true;
      listeners.exit(how);
    };
    child.on('message', (message) => {
      if (!ended) listeners.report(message as WorkerReport);
    });
    child.on('exit', (code, signal) =>
      end(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`),
    );
    child.on('error', (error) => {
      // A message could not be delivered, or it never started: 'exit' may not follow.
      child.kill('SIGKILL');
      end(error.message);
    });
    return {
      get pid() {
        return child.pid;
      },
      send: (request) => {
        if (child.connected) child.send(request);
      },
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
