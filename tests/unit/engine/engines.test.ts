import { describe, expect, it } from 'vitest';
import { openEngine } from '#main/engine/engines';

describe('openEngine', () => {
  it.each(['nope', '', 'constructor', '__proto__'])('refuses the unknown name %j', async (name) => {
    await expect(openEngine(name)).rejects.toThrow(/^engine: must be one that exists, got "/);
  });
});
