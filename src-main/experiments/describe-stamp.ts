/** How the executor of a result is told: on the cell screen and in the provenance of figures. */
import type { StoredTask } from '../store/task-table';

/** `onnx-cpu float32 on cpu, onnxruntime 1.30.0` */
export function describeStamp({
  name,
  device,
  dtype,
  version,
}: NonNullable<StoredTask['engine']>): string {
  return `${name} ${dtype} on ${device}, ${version}`;
}
