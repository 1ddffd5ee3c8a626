/** A landscape of any format that is read: told by its first bytes, whatever its name is. */
import type { Landscape } from '#shared/domain/landscape';
import { isNpy } from '../formats/npy';
import { isHdf5 } from '../formats/hdf5';
import { isZip } from '../formats/zip';
import { hdf5Landscape } from './hdf5-landscape';
import { npzLandscape } from './npz-landscape';
import { textLandscape } from './text-landscape';
import { isVtk, vtiLandscape } from './vti-landscape';

/**
 * The landscape in a file: .npz, .npy, .vti, HDF5 or text.
 * @throws DataFormatError naming the part and the rule that is broken
 */
export function readLandscape(place: string, file: Buffer): Landscape {
  if (isZip(file) || isNpy(file)) return npzLandscape(place, file);
  if (isVtk(file)) return vtiLandscape(place, file);
  if (isHdf5(file)) return hdf5Landscape(place, file);
  return textLandscape(place, file.toString('utf8').replace(/^\uFEFF/, ''));
}
