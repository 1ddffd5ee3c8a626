/** Computes the sweep off the interface thread: a message a row, from the coldest to the hottest. */
import { toySweepRow, toyTemperatures } from '#shared/domain/toy-landscape/toy-sweep';

for (const temperature of toyTemperatures) self.postMessage(toySweepRow(temperature));
