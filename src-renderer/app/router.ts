/** Which address shows which screen. Screens load when first shown. */
import { createRouter, createWebHashHistory } from 'vue-router';

/** The router over the address's hash, which works from files and from any host. */
export function createScreenRouter() {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/experiments' },
      {
        path: '/experiments',
        name: 'experiments',
        component: () => import('../features/experiments/ExperimentsScreen.vue'),
      },
      {
        path: '/design',
        name: 'new-design',
        component: () => import('../features/design/DesignScreen.vue'),
      },
      {
        path: '/experiments/:experimentId/design',
        name: 'design',
        component: () => import('../features/design/DesignScreen.vue'),
      },
      {
        path: '/experiments/:experimentId/progress',
        name: 'progress',
        component: () => import('../features/progress/ProgressScreen.vue'),
      },
      {
        path: '/experiments/:experimentId/phase-diagram',
        name: 'phase-diagram',
        component: () => import('../features/phase-diagram/PhaseDiagramScreen.vue'),
      },
      {
        path: '/experiments/:experimentId/cells/:cell(\\d+)',
        name: 'cell',
        component: () => import('../features/cell/CellScreen.vue'),
      },
      {
        path: '/experiments/:experimentId/runs',
        name: 'runs',
        component: () => import('../features/runs/RunsScreen.vue'),
      },
      {
        path: '/experiments/:experimentId/compare',
        name: 'compare',
        component: () => import('../features/compare/CompareScreen.vue'),
      },
      {
        path: '/metrics',
        name: 'metrics',
        component: () => import('../features/metrics/MetricsScreen.vue'),
      },
      {
        path: '/engines',
        name: 'engines',
        component: () => import('../features/engines/EnginesScreen.vue'),
      },
      {
        path: '/datasets',
        name: 'datasets',
        component: () => import('../features/datasets/DatasetsScreen.vue'),
      },
      {
        path: '/toy',
        name: 'toy',
        component: () => import('../features/toy-landscape/ToyScreen.vue'),
      },
      {
        path: '/settings',
        name: 'settings',
        component: () => import('../features/settings/SettingsScreen.vue'),
      },
      {
        path: '/about',
        name: 'about',
        component: () => import('../features/about/AboutScreen.vue'),
      },
      { path: '/:rest(.*)', redirect: '/experiments' },
    ],
  });
}
