/** Builds the workbench before the tests that start real processes; nothing happens when `out/` is fresh. */
import { buildIfStale } from '../../scripts/build-if-stale.mjs';

export default function setup(): void {
  buildIfStale();
}
