import * as tf from '@tensorflow/tfjs-core';
import { parameterLayout } from '../../core/model/layout.ts';
import type { ModelShape } from '../../core/model/shape.ts';
import type { PosteriorTensors } from './draw-rows.ts';

/**
 * The iterate of a run on the graphics device as tensors of tfjs, which opened that device: copied from memory to memory
 * there, never read back, and still there when the run is closed. The iterate of that moment, not the average.
 *
 * @param states `TrainingCall.stateBuffer`: m and s first, D each
 */
export function iterateTensors(states: GPUBuffer, shape: ModelShape): PosteriorTensors {
  const { dimension: D } = parameterLayout(shape);
  const [location, scale] = tf.tidy((): [tf.Tensor1D, tf.Tensor1D] => {
    // The types of tfjs know an older form of the interface.
    const buffer = { buffer: states } as unknown as tf.WebGPUData;
    const all = tf.tensor(buffer, [states.size / 4], 'float32') as tf.Tensor1D;
    return [tf.slice1d(all, 0, D), tf.softplus(tf.slice1d(all, D, D))];
  });
  return { shape, location, scale };
}
