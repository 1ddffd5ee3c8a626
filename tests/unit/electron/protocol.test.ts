import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  answerRequest,
  isOwnAddress,
  registerAppScheme,
  serveRenderer,
} from '../../../src-main/host/electron-protocol';
import { asked } from './fake-electron';

vi.mock('electron', () => import('./fake-electron'));

let root = '';
let renderer = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'phasescape-app-'));
  renderer = join(root, 'renderer');
  await mkdir(join(renderer, 'assets'), { recursive: true });
  await writeFile(join(renderer, 'index.html'), '<!doctype html><title>start</title>');
  await writeFile(join(renderer, 'assets', 'app.js'), 'export {};');
  await writeFile(join(root, 'secret.json'), '{"secret":1}');
  await symlink(join(root, 'secret.json'), join(renderer, 'link.json'));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

const get = (url: string, method = 'GET') => answerRequest({ url, method }, renderer);

describe('answerRequest', () => {
  it('serves the start page and its parts with a policy that allows nothing from elsewhere', async () => {
    const page = await get('app://phasescape/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('start');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toMatch(/https?:/);
    const script = await get('app://phasescape/assets/app.js');
    expect(script.headers.get('content-type')).toContain('javascript');
  });

  it.each([
    'app://phasescape/../secret.json',
    'app://phasescape/%2e%2e/secret.json',
    'app://phasescape/%2e%2e%2fsecret.json',
    'app://phasescape/..%5csecret.json',
    'app://phasescape/assets/%2e%2e/%2e%2e/secret.json',
    'app://phasescape//secret.json',
    'app://phasescape/link.json',
    'app://phasescape/%00',
    'app://phasescape/%zz',
    'app://elsewhere/index.html',
    'file:///etc/hosts',
  ])('refuses %s', async (url) => {
    const answer = await get(url);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('secret"');
  });

  it('reads only', async () => {
    expect((await get('app://phasescape/', 'POST')).status).toBe(405);
    const head = await get('app://phasescape/', 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('isOwnAddress', () => {
  it('knows the renderer and nothing else', () => {
    expect(isOwnAddress('app://phasescape/#/design')).toBe(true);
    for (const url of [
      'app://phasescape.example/',
      'app://evil/',
      'https://phasescape/',
      'file:///phasescape/',
      'about:blank',
      '',
    ])
      expect(isOwnAddress(url)).toBe(false);
  });
});

describe('registerAppScheme and serveRenderer', () => {
  it('make app: a secure origin of its own that answers from the folder', async () => {
    registerAppScheme();
    serveRenderer(renderer);
    expect(asked.privileged).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    const answer = await asked.handlers.get('app')?.(new Request('app://phasescape/'));
    expect(answer?.status).toBe(200);
  });
});
