import { describe, expect, it } from 'vitest';
import { deviceIn } from '#main/engine/executors/onnx/probe-provider';
import { requireHardware } from '#main/engine/executors/onnx-webgpu';
import { EngineUnavailableError } from '#shared/errors';

describe('deviceIn', () => {
  it('names the device that the Vulkan loader opened last', () => {
    const log = [
      'INFO | DRIVER:               [0] Some other GPU',
      'DRIVER | LAYER:          Using "llvmpipe (LLVM 15.0.6, 256 bits)" with driver: "libvulkan_lvp.so"',
      'DRIVER | LAYER:          Using "NVIDIA H200" with driver: "libGLX_nvidia.so.0"',
    ].join('\n');
    expect(deviceIn(log)).toBe('NVIDIA H200');
  });

  it('names the GPU that ONNX Runtime found where there is no Vulkan loader', () => {
    const found = (fields: string) => `[I] Discovered OrtHardwareDevice {${fields}}\n`;
    const cpu = found('vendor_id:0x1022, device_id:0x0, vendor:AMD, type:0, metadata: []');
    expect(deviceIn(cpu)).toBeNull();
    const gpu = 'vendor_id:0x10de, device_id:0x2684, vendor:NVIDIA, type:1, metadata: ';
    expect(deviceIn(cpu + found(`${gpu}[]`))).toBe('NVIDIA GPU');
    expect(deviceIn(cpu + found(`${gpu}[Description=NVIDIA GeForce RTX 4090, LUID=1]`))).toBe(
      'NVIDIA GeForce RTX 4090',
    );
  });
});

describe('requireHardware', () => {
  it('refuses software and nameless adapters unless they are allowed', () => {
    const software = [
      'SwiftShader Device (Subzero)',
      'llvmpipe (LLVM 15)',
      'Microsoft Basic Render Driver',
    ];
    for (const device of [...software, null]) {
      expect(() => requireHardware(device, false)).toThrow(EngineUnavailableError);
      expect(() => requireHardware(device, true)).not.toThrow();
    }
    expect(() => requireHardware('SwiftShader Device (Subzero)', false)).toThrow(
      "onnx-webgpu: adapter must be hardware, got SwiftShader Device (Subzero); install the GPU's driver, or set PHASESCAPE_ALLOW_SOFTWARE_GPU=1 for tests",
    );
    expect(() => requireHardware('NVIDIA H200', false)).not.toThrow();
  });
});
