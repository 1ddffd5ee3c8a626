/** How the desktop window reaches the workbench: the preload hands one port over, then frames travel on it. */

/** The only IPC channel: a message with one port and nothing else. */
export const connectChannel = 'workbench.connect';
