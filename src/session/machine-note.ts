/** Which machine runs a training, and why that one; the page shows both. */
export interface MachineNote {
  readonly name: 'reference' | 'wasm' | 'webgpu';
  readonly because: 'fastest' | 'components-not-multiple-of-four' | 'wasm-unavailable' | 'wasm-differs';
}
