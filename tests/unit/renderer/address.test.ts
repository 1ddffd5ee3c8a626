import { createSSRApp } from 'vue';
import { createMemoryHistory, createRouter, type Router } from 'vue-router';
import { describe, expect, it } from 'vitest';
import { useViewSetting } from '#renderer/workspace/address';

/** A router at an address, and two settings read from it. */
async function settingsAt(address: string) {
  const router: Router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: {} }],
  });
  await router.push(address);
  const app = createSSRApp({});
  app.use(router);
  const number = (text: string) => (Number.isNaN(Number(text)) ? undefined : Number(text));
  const settings = app.runWithContext(() => ({
    load: useViewSetting('load', 1, number),
    temperature: useViewSetting('temperature', 2, number),
  }));
  const settled = () => expect.poll(() => router.currentRoute.value.fullPath);
  return { ...settings, settled };
}

describe('useViewSetting', () => {
  it('reads the address, and its default where that says nothing or nonsense', async () => {
    const { load, temperature } = await settingsAt('/toy?load=5&temperature=warm');
    expect([load.value, temperature.value]).toEqual([5, 2]);
  });

  it('keeps both of two settings that are written at once, and leaves no trace of a default', async () => {
    const { load, temperature, settled } = await settingsAt('/toy?view=x');
    load.value = 7;
    temperature.value = 8;
    await settled().toBe('/toy?view=x&load=7&temperature=8');
    load.value = 1;
    temperature.value = 3;
    await settled().toBe('/toy?view=x&temperature=3');
  });
});
