import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResultChanges } from '#main/store/result-changes';

describe('ResultChanges', () => {
  it('gives a reader what was written since, or everything where it cannot know', () => {
    const batch = fc.option(fc.array(fc.constantFrom('a', 'b', 'c')), { nil: null });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 400 }), fc.nat(400), (batches, at) => {
        const changes = new ResultChanges();
        const readAt = Math.min(at, batches.length);
        let seen = 0;
        for (const [i, each] of batches.entries()) {
          if (i === readAt) seen = changes.revision;
          changes.add(each);
        }
        if (readAt === batches.length) seen = changes.revision;
        const since = batches.slice(readAt);
        const expected =
          since.length > 256 || since.includes(null)
            ? null
            : new Set(since.flatMap((each) => each ?? []));
        expect(changes.since(seen)).toEqual(expected);
      }),
    );
  });
});
