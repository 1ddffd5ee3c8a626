/**
 * Builds the workbench before the tests that start real processes (nothing happens when `out/` is fresh), and gives those processes a
 * state folder of their own: tests leave nothing in the user's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';

export default function setup(): () => void {
  buildIfStale();
  const state = mkdtempSync(join(tmpdir(), 'phasescape-state-'));
  process.env['XDG_STATE_HOME'] = state;
  return () => rmSync(state, { recursive: true, force: true });
}
