/** Path of the Node that the workbench runs on. */
export function nodeBinary(): string;

/** Builds `out/` when the sources changed. @throws Error with the build's output */
export function buildIfStale(options?: { log?: (line: string) => void; again?: boolean }): {
  built: boolean;
};
