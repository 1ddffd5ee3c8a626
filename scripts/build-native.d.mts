/** Compiles the kernels of `native-cpu` where their sources changed; whether there are kernels. Never throws without a compiler. */
export function buildNative(options: {
  log: (line: string) => void;
  folder?: string;
  again?: boolean;
}): Promise<boolean>;
