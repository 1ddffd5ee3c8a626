/** Lines of the benches that `phasescape bench screens` prints. */

/** Prints a figure. */
export function tell(line: string): void {
  process.stdout.write(`\nfigure: ${line}\n`);
}
