import { describe, expect, it } from 'vitest';
import type { Outcome } from '../codebook/codebook.ts';
import { paperPreset, shortPreset } from './presets.ts';

const binary: Outcome = { kind: 'binary', name: 'y', label: 'y', event: '1', noEvent: '0', missingCodes: [] };
const count: Outcome = { kind: 'count', name: 'y', label: 'y', maximum: 30, missingCodes: [] };

describe('the presets of METHOD §4', () => {
  it('paper: 4,000 epochs at q = 0.01 are 400,000 steps whatever N is', () => {
    const paper = paperPreset(binary, 0.1);
    expect(paper.steps).toBe(4000 / paper.samplingRate);
    expect(paper).toMatchObject({
      components: 16,
      samplingRate: 0.01,
      clipNorm: 2,
      learningRate: { initial: 1e-3, final: 1e-3 },
      initialScale: 0.1,
      outcomeDraw: 'thresholded-poisson',
    });
  });

  it('short: the whole table 1,000 times, Adam from 5e-2 to 5e-3', () => {
    expect(shortPreset(binary, 0.1)).toMatchObject({
      components: 16,
      samplingRate: 1,
      steps: 1000,
      clipNorm: 2,
      learningRate: { initial: 5e-2, final: 5e-3 },
      family: 'poisson',
    });
  });

  it('never threshold by default, and draw counts as counts', () => {
    expect(shortPreset(binary, 0.1).outcomeDraw).toBe('bernoulli');
    expect(shortPreset(count, 2).outcomeDraw).toBe('poisson');
    expect(paperPreset(count, 2).outcomeDraw).toBe('poisson');
  });

  it('take the declared event rate from their caller', () => {
    expect(shortPreset(binary, 0.23).eventRateGuess).toBe(0.23);
    expect(paperPreset(binary, 0.23).eventRateGuess).toBe(0.23);
  });
});
