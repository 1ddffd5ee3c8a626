/** What axe finds on a page that keeps people out. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Serious and critical findings, each with its elements; tooltips and menus hang outside the page's regions and are left out. */
export async function seriousProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as {
      axe: {
        run: (where: object) => Promise<{
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        }>;
      };
    };
    const floating = ['.v-binder-follower-container'];
    const { violations } = await tool.run({ include: document, exclude: floating });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' | ')}`);
  });
}
