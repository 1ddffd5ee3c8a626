/**
 * Entry of the build's last step: compares the kernels of every instruction set of this machine with the reference, and keeps which
 * are right. Says nothing where all are, or where there are none.
 */
import { EngineUnavailableError, reportError } from '#shared/errors';
import { conforms } from './engine-conformance';
import { engineErrors } from './engine-errors';
import { keepChecked } from './engine-kernels';
import { nativeFolder } from './executors/native/addon';
import { NativeCpuExecutor, nativeKernels } from './executors/native-cpu';

const say = (line: string): void => void process.stderr.write(`native-cpu: ${line}\n`);

async function checkKernels(): Promise<void> {
  const right: string[] = [];
  for (const kernels of nativeKernels()) {
    await using executor = new NativeCpuExecutor(kernels);
    const errors = await engineErrors(executor);
    if (conforms(errors)) right.push(kernels);
    else
      say(
        `kernels for ${kernels}: must give the numbers of the reference, got ${JSON.stringify(errors)}; auto takes another engine where they would run`,
      );
  }
  keepChecked(right, nativeFolder() as string);
}

try {
  await checkKernels();
} catch (error) {
  // Where there are none, the compiling has said why.
  if (!(error instanceof EngineUnavailableError)) say(reportError(error).message);
}
