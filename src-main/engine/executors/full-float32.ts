/** Keeps NVIDIA's libraries from shortening float32 to TensorFloat-32 (ten bits of fraction) in products; set before they load. */
export function keepFullFloat32(): void {
  process.env['NVIDIA_TF32_OVERRIDE'] = '0';
}
