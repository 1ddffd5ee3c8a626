/** Paths of the icons on a grid of 20 by 20, stroke only. */
export const iconPaths = {
  experiments: 'M3 5.5h14M3 10h14M3 14.5h9',
  design: 'M3 6h5m4 0h5M8 4v4M3 14h9m4 0h1M12 12v4',
  progress: 'M3.5 16.5v-6M8 16.5v-11M12.5 16.5v-8M17 16.5v-3',
  diagram: 'M3 3h14v14H3zM3 11h6v6M9 11V7h8M12.5 7v10',
  runs: 'M3 4h14v12H3zM3 8h14M3 12h14M8 4v12',
  compare: 'M3 3.5h6v13H3zM11 3.5h6v13h-6zM5 12l2-4M13 8l2 4',
  metrics: 'M3 15c2.5 0 3-9 5.5-9s2.5 6 4.5 6 2-3.5 4-3.5M3 17.5h14',
  engines: 'M6 6h8v8H6zM8 3v3M12 3v3M8 14v3M12 14v3M3 8h3M3 12h3M14 8h3M14 12h3',
  datasets:
    'M3.5 5.5c0-1.4 2.9-2.5 6.5-2.5s6.5 1.1 6.5 2.5S13.6 8 10 8 3.5 6.9 3.5 5.5zM3.5 5.5v9c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5v-9M3.5 10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5',
  toy: 'M2.5 4c1.2 9 2.4 7 3.4 9s2-1.5 3 1.5 2.2-.5 3.2-1 2.6-1 5.4-9.5M12.5 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z',
  settings:
    'M10 7.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM10 2.5v2.2M10 15.3v2.2M2.5 10h2.2M15.3 10h2.2M4.7 4.7l1.6 1.6M13.7 13.7l1.6 1.6M15.3 4.7l-1.6 1.6M6.3 13.7l-1.6 1.6',
  folder: 'M3 5h5l1.5 2H17v9H3z',
  file: 'M5 3h7l3 3v11H5zM12 3v3h3',
  fold: 'M12 5l-5 5 5 5',
  unfold: 'M8 5l5 5-5 5',
  search: 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM13 13l4 4',
  undo: 'M7 5L3.5 8.5 7 12M3.5 8.5H12a4 4 0 0 1 0 8H9',
  redo: 'M13 5l3.5 3.5L13 12M16.5 8.5H8a4 4 0 0 0 0 8h3',
  close: 'M5 5l10 10M15 5L5 15',
  add: 'M10 4v12M4 10h12',
  light:
    'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1',
  dark: 'M16 12.2A6.8 6.8 0 0 1 7.8 4a6.8 6.8 0 1 0 8.2 8.2z',
  system: 'M3 4h14v9.5H3zM7.5 16.5h5M10 13.5v3',
  save: 'M10 3v9M6 8.5l4 4 4-4M4 16.5h12',
} as const;

export type IconName = keyof typeof iconPaths;
