import { describe, expect, it } from 'vitest';
import { TrainingPace } from './training-pace.ts';

describe('how many trainings a machine for many gets', () => {
  it('is more each time while nothing is known of the others, and never beyond what is soon done', () => {
    const pace = new TrainingPace();
    const wanted = Array.from({ length: 5 }, () => {
      const now = pace.wanted;
      pace.addTogether(now, 1000);
      return now;
    });
    expect(wanted).toEqual([8, 32, 128, 256, 256]);
  });

  it('goes on where it is ahead of one runner, and ends where it is behind', () => {
    const pace = new TrainingPace();
    pace.addAlone(90);
    pace.addAlone(110);
    pace.addTogether(16, 1000);
    expect(pace.ratio).toBeCloseTo(1.6, 12);
    expect(pace.wanted).toBe(32);
    pace.addTogether(64, 6500);
    expect(pace.ratio).toBeLessThan(1);
    expect(pace.wanted).toBe(0);
  });

  it('judges by the last batch: the first one also compiles', () => {
    const pace = new TrainingPace();
    pace.addTogether(16, 5000);
    pace.addTogether(64, 1000);
    pace.addAlone(100);
    expect(pace.wanted).toBe(128);
  });
});
