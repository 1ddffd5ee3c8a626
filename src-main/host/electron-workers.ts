/** Worker processes of the desktop app: Electron's utility processes. */
import { utilityProcess } from 'electron';
import type { WorkerReport } from '../workers/job';
import type { SpawnWorker } from '../workers/worker-process';

/** Starts workers from the built worker file. */
export function utilityWorker(entry: string): SpawnWorker {
  return (listeners) => {
    const child = utilityProcess.fork(entry, [], { serviceName: 'Phasescape worker' });
    let hasEnded = false;
    child.on('message', (report: WorkerReport) => {
      if (!hasEnded) listeners.report(report);
    });
    child.on('exit', (code) => {
      hasEnded = true;
      listeners.exit(`exit code ${code}`);
    });
    return {
      get pid() {
        return child.pid;
      },
      send: (request) => {
        if (!hasEnded) child.postMessage(request);
      },
      kill: () => {
        if (!hasEnded) killNow(child);
      },
    };
  };
}

/** Electron's own `kill` asks politely; a worker inside a long native call would go on with it. */
function killNow(child: Electron.UtilityProcess): void {
  if (child.pid === undefined) {
    child.kill();
    return;
  }
  try {
    process.kill(child.pid, 'SIGKILL');
  } catch (error) {
    // Gone already: its exit is on the way to us.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
