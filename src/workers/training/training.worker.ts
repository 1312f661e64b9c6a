import { expose } from 'comlink';
import { trainingJob } from './answer-training.ts';

expose(trainingJob());
