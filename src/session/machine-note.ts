/** Which machine runs a training, and why that one; the page shows both. */
export interface MachineNote {
  readonly name: 'reference' | 'wasm' | 'webgpu' | 'counting';
  readonly because:
    | 'fastest'
    | 'components-not-multiple-of-four'
    | 'wasm-unavailable'
    | 'wasm-differs'
    | 'one-count';
  /** What became of the graphics engine, where this device has a graphics adapter. */
  readonly graphics?: GraphicsNote;
}

/** Why the graphics engine runs a training, or why it does not. Times are for the whole training. */
export type GraphicsNote =
  | { readonly kind: 'faster' | 'slower'; readonly expectedMs: number; readonly otherMs: number }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'differs' }
  | { readonly kind: 'lost'; readonly reason: string; readonly afterSteps: number };
