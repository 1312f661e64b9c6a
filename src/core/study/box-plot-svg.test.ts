import { describe, expect, it } from 'vitest';
import { boxPlotSvg } from './box-plot-svg.ts';
import { boxesCsv } from './figure-csv.ts';
import type { FigurePicture } from './figure-picture.ts';

const box = (series: number, at: number) => ({
  series,
  values: 10,
  mean: at,
  lowerQuartile: at - 1,
  median: at,
  upperQuartile: at + 1,
  whiskerLow: at - 2,
  whiskerHigh: at + 2,
  outliers: [],
});

const picture = (label: string, ideal: number | null = null): FigurePicture => ({
  title: 'Two boxes',
  yLabel: 'score',
  xLabel: 'centre',
  series: [
    { name: 'local only', role: 'local', strength: 1 },
    { name: 'combined', role: 'pooled', strength: 1 },
  ],
  panels: [{ title: '', ideal, groups: [{ label, mark: '**', boxes: [box(0, 3), box(1, 5)] }] }],
});

/** y of the first two boxes' medians, which are the only lines of width 2. */
function medians(svg: string): number[] {
  return [...svg.matchAll(/y1="([\d.]+)" y2="[\d.]+" stroke="[^"]+" stroke-width="2"/g)].map((m) =>
    Number(m[1]),
  );
}

describe('a box plot as SVG', () => {
  it('puts the larger value higher, local in orange and pooled in blue', () => {
    const svg = boxPlotSvg(picture('North'));
    const [local, pooled] = medians(svg);
    expect(pooled).toBeLessThan(local!);
    expect(svg.indexOf('#b85600')).toBeLessThan(svg.indexOf('#1f5fa8'));
    expect(svg).toMatch(/>North<.*>\*\*</s);
  });

  it('has a dashed line only where there is an ideal', () => {
    expect(boxPlotSvg(picture('North'))).not.toContain('stroke-dasharray');
    expect(boxPlotSvg(picture('North', 6))).toContain('stroke-dasharray');
  });

  it('draws a group without boxes as its label alone', () => {
    const whole = picture('North');
    const empty = {
      ...whole,
      panels: [{ ...whole.panels[0]!, groups: [{ label: 'Nobody', mark: '', boxes: [] }] }],
    };
    const svg = boxPlotSvg(empty);
    expect(svg).toContain('Nobody');
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('lets no label become markup', () => {
    const svg = boxPlotSvg(picture('<script>alert(1)</script> & "x"'));
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;');
  });

  it('lets no label become a formula or a second cell of the CSV', () => {
    const lines = boxesCsv(picture('=1+1,"x"')).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain(`"'=1+1,""x"""`);
  });
});
