/** A landscape of any format that is read: told by its first bytes, whatever its name is. */
import type { Landscape } from '#shared/domain/landscape';
import { isNpy } from '../formats/npy';
import { refusal } from '../formats/refusal';
import { isZip } from '../formats/zip';
import { npzLandscape } from './npz-landscape';
import { textLandscape } from './text-landscape';
import { isVtk, vtiLandscape } from './vti-landscape';

const hdf5 = '\x89HDF\r\n\x1a\n';

/**
 * The landscape in a file: .npz, .npy, .vti or text.
 * @throws DataFormatError naming the part and the rule that is broken
 */
export function readLandscape(place: string, file: Buffer): Landscape {
  if (isZip(file) || isNpy(file)) return npzLandscape(place, file);
  if (isVtk(file)) return vtiLandscape(place, file);
  if (file.toString('latin1', 0, hdf5.length) === hdf5)
    throw refusal(place, 'must be .npz, .npy, .vti or text', 'HDF5', {
      fix: 'with h5py: numpy.savez(file, loss=f["train_loss"], x=f["xcoordinates"], y=f["ycoordinates"])',
    });
  return textLandscape(place, file.toString('utf8').replace(/^\uFEFF/, ''));
}
