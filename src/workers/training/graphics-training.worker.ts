import { expose } from 'comlink';
import { openTensorflowGraphics } from '../../kernels/webgpu/open-graphics.ts';
import { trainingJob } from './answer-training.ts';

/** The same job with the graphics engine to choose from. A worker of its own, since it carries tfjs. */
expose(trainingJob(openTensorflowGraphics));
