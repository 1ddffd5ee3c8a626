/** What axe finds on a page. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Every violation, `rule: the elements`; a test expects none. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: {
        run: (where: { include: Document; exclude: string[] }) => Promise<{
          violations: { id: string; nodes: { html: string }[] }[];
        }>;
      };
    };
    // Tooltips and menus hang outside the page's regions while they are open.
    const floating = ['.v-binder-follower-container'];
    const { violations } = await run.run({ include: document, exclude: floating });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`);
  });
}
