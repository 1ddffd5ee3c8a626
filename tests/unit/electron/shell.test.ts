import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDesktop } from '../../../src-main/host/electron-app';
import { saveThroughDialog } from '../../../src-main/host/electron-downloads';
import {
  askForProject,
  firstProject,
  rememberProject,
} from '../../../src-main/host/electron-project';
import { utilityWorker } from '../../../src-main/host/electron-workers';
import type { WorkerReport } from '../../../src-main/workers/job';
import { app, asked, forgetAll, session } from './fake-electron';

vi.mock('electron', () => import('./fake-electron'));

let folder = '';
beforeEach(async () => {
  forgetAll();
  folder = await mkdtemp(join(tmpdir(), 'phasescape-shell-'));
  app.folders = { userData: folder, home: join(folder, 'home'), documents: folder };
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('utilityWorker', () => {
  const start = () => {
    const reports: WorkerReport[] = [];
    const exits: string[] = [];
    const worker = utilityWorker('/program/worker.js')({
      report: (report) => reports.push(report),
      exit: (how) => exits.push(how),
    });
    const child = asked.children[0];
    if (child === undefined) throw new Error('no child');
    return { worker, child, reports, exits };
  };

  it('carries requests to the process and reports back, until it ends', () => {
    const { worker, child, reports, exits } = start();
    expect(child.entry).toBe('/program/worker.js');
    const request = { kind: 'withdraw', jobId: 'j1' } as const;
    worker.send(request);
    child.emit('message', { kind: 'ready' });
    child.emit('exit', 7);
    child.emit('message', { kind: 'ready' });
    worker.send(request);
    expect(child.sent).toEqual([request]);
    expect(reports).toEqual([{ kind: 'ready' }]);
    expect(exits).toEqual(['exit code 7']);
  });

  it('is killed at once when it has started, asked to end when not, left alone when gone', () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const { worker, child } = start();
    worker.kill();
    expect(child.kills).toBe(1);
    child.pid = 4242;
    worker.kill();
    expect(kill).toHaveBeenCalledWith(4242, 'SIGKILL');
    kill.mockImplementation(() => {
      throw Object.assign(new Error('gone'), { code: 'ESRCH' });
    });
    expect(() => worker.kill()).not.toThrow();
    child.emit('exit', 0);
    kill.mockClear();
    worker.kill();
    expect(kill).not.toHaveBeenCalled();
    kill.mockRestore();
  });
});

describe('firstProject', () => {
  it('is the one named, else the last one, else a folder in the home', async () => {
    expect(firstProject(['--project', folder])).toBe(folder);
    expect(firstProject(['--enable-logging', '.'])).toBe(join(folder, 'home', 'Phasescape'));
    rememberProject('/projects/last');
    expect(firstProject([])).toBe('/projects/last');
    expect(JSON.parse(await readFile(join(folder, 'last-project.json'), 'utf8'))).toEqual({
      folder: '/projects/last',
    });
    await writeFile(join(folder, 'last-project.json'), 'broken');
    expect(firstProject([])).toBe(join(folder, 'home', 'Phasescape'));
  });
});

describe('askForProject', () => {
  it('gives the folder chosen, or null', async () => {
    expect(await askForProject({} as never)).toBeNull();
    asked.chosenFolder = '/projects/new';
    expect(await askForProject({} as never)).toBe('/projects/new');
  });
});

describe('saveThroughDialog', () => {
  it('asks where to save what the page made, and refuses other downloads', () => {
    saveThroughDialog(session.defaultSession as never);
    const download = (url: string) => {
      const seen = { prevented: false, options: undefined as unknown };
      session.defaultSession.emit(
        'will-download',
        { preventDefault: () => (seen.prevented = true) },
        {
          getURL: () => url,
          getFilename: () => 'diagram.svg',
          setSaveDialogOptions: (options: unknown) => (seen.options = options),
        },
      );
      return seen;
    };
    expect(download('blob:app://phasescape/1')).toMatchObject({
      prevented: false,
      options: {
        defaultPath: join(folder, 'diagram.svg'),
        filters: [{ name: 'SVG figure', extensions: ['svg'] }],
      },
    });
    expect(download('https://example.org/diagram.svg').prevented).toBe(true);
  });
});

describe('startDesktop', () => {
  it('leaves to the instance that runs already', async () => {
    asked.hasLock = false;
    await startDesktop([]);
    expect(asked.quits).toBe(1);
    expect(asked.windows).toEqual([]);
  });

  it('reports a project that cannot be opened in a dialog, and quits', async () => {
    const file = join(folder, 'not-a-folder');
    await writeFile(file, 'text');
    await startDesktop(['--project', file]);
    expect(asked.errors).toHaveLength(1);
    expect(asked.errors[0]).toContain('Phasescape cannot start: ');
    expect(asked.quits).toBe(1);
  });
});
