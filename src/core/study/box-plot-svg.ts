import type { FigurePicture, Group, Panel, Series } from './figure-picture.ts';
import { PLOT_COLOURS, type PlotColours } from './plot-colours.ts';

const WIDTH = 960;
const MARGIN = { left: 74, right: 16 };
const LEGEND_HEIGHT = 66;
const PLOT_HEIGHT = 300;
const LABEL_HEIGHT = 112;
const SHORT_LABEL_HEIGHT = 58;

/** A figure as a standalone SVG: vector boxes and real text, no script, no link, nothing loaded. */
export function boxPlotSvg(picture: FigurePicture, colours: PlotColours = PLOT_COLOURS.light): string {
  const columns = picture.panels.length > 2 ? 2 : 1;
  const panelWidth = WIDTH / columns;
  const longest = Math.max(0, ...picture.panels.flatMap(({ groups }) => groups.map((g) => g.label.length)));
  const slanted = picture.panels.some(({ groups }) => longest * 7 > (panelWidth - 90) / groups.length);
  const labelHeight = slanted ? LABEL_HEIGHT : SHORT_LABEL_HEIGHT;
  const panelHeight = 20 + PLOT_HEIGHT + labelHeight;
  const rows = Math.ceil(picture.panels.length / columns);
  const height = LEGEND_HEIGHT + Math.max(1, rows) * panelHeight;
  const panels = picture.panels.map((panel, i) => {
    const x = (i % columns) * panelWidth;
    const y = LEGEND_HEIGHT + Math.floor(i / columns) * panelHeight;
    return panelSvg(picture, panel, { x, y, width: panelWidth, slanted, labelHeight }, colours);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="Inter, 'Helvetica Neue', Arial, sans-serif" font-size="12">`,
    `<title>${escaped(picture.title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="${colours.ground}"/>`,
    text(16, 24, picture.title, { fill: colours.ink, size: 15, weight: 600 }),
    legend(picture, colours),
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function legend(picture: FigurePicture, colours: PlotColours): string {
  const parts: string[] = [];
  let x = 16;
  for (const series of picture.series) {
    const colour = colours[series.role];
    parts.push(
      `<rect x="${x}" y="38" width="14" height="12" fill="${colour}" fill-opacity="${fillOf(series)}" stroke="${colour}"/>`,
    );
    parts.push(text(x + 20, 48, series.name, { fill: colours.ink }));
    x += 40 + series.name.length * 6.6;
  }
  if (picture.panels.some(({ ideal }) => ideal !== null)) {
    parts.push(
      `<line x1="${x}" x2="${x + 24}" y1="44" y2="44" stroke="${colours.ink}" stroke-dasharray="5 4" stroke-width="1.4"/>`,
    );
    const name = 'ideal: all real training rows';
    parts.push(text(x + 30, 48, name, { fill: colours.ink }));
  }
  return parts.join('\n');
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly slanted: boolean;
  readonly labelHeight: number;
}

function panelSvg(picture: FigurePicture, panel: Panel, place: Place, colours: PlotColours): string {
  const left = place.x + MARGIN.left;
  const right = place.x + place.width - MARGIN.right;
  const top = place.y + 20;
  const bottom = top + PLOT_HEIGHT;
  const [low, high] = rangeOf(panel);
  const yOf = (value: number) => bottom - ((value - low) / (high - low)) * PLOT_HEIGHT;
  const parts: string[] = [];
  for (const tick of ticksOf(low, high)) {
    const y = yOf(tick.value);
    parts.push(
      `<line x1="${left}" x2="${right}" y1="${px(y)}" y2="${px(y)}" stroke="${colours.line}"/>`,
      text(left - 8, y + 4, tick.label, { fill: colours.muted, anchor: 'end' }),
    );
  }
  if (panel.ideal !== null) {
    const y = px(yOf(panel.ideal));
    parts.push(
      `<line x1="${left}" x2="${right}" y1="${y}" y2="${y}" stroke="${colours.ink}" stroke-dasharray="5 4" stroke-width="1.4"/>`,
    );
  }
  const step = (right - left) / Math.max(1, panel.groups.length);
  for (const [i, group] of panel.groups.entries()) {
    const centre = left + (i + 0.5) * step;
    parts.push(groupSvg(picture.series, group, centre, step, yOf, colours));
    if (place.slanted) {
      const label = group.mark === '' ? group.label : `${group.label} ${group.mark}`;
      parts.push(text(centre + 4, bottom + 16, label, { fill: colours.ink, anchor: 'end', turn: -40 }));
    } else {
      // Below each other: beside each other, sixteen numbers with their stars would run into one another.
      const style = { fill: colours.ink, anchor: 'middle' };
      parts.push(text(centre, bottom + 18, group.label, style));
      if (group.mark !== '') parts.push(text(centre, bottom + 32, group.mark, style));
    }
  }
  if (panel.title !== '')
    parts.push(text(left, place.y + 12, panel.title, { fill: colours.ink, weight: 600 }));
  parts.push(
    text(place.x + 16, (top + bottom) / 2, picture.yLabel, {
      fill: colours.ink,
      anchor: 'middle',
      turn: -90,
    }),
    text((left + right) / 2, bottom + place.labelHeight - 8, picture.xLabel, {
      fill: colours.ink,
      anchor: 'middle',
    }),
  );
  return parts.join('\n');
}

function groupSvg(
  series: readonly Series[],
  group: Group,
  centre: number,
  step: number,
  yOf: (value: number) => number,
  colours: PlotColours,
): string {
  const slot = (0.78 * step) / Math.max(1, group.boxes.length);
  const width = Math.min(26, 0.8 * slot);
  return group.boxes
    .map((box, i) => {
      const own = series[box.series]!;
      const colour = colours[own.role];
      const x = centre + (i - (group.boxes.length - 1) / 2) * slot;
      const [q3, q1] = [yOf(box.upperQuartile), yOf(box.lowerQuartile)];
      const line = (x1: number, x2: number, y1: number, y2: number, strong = 1) =>
        `<line x1="${px(x1)}" x2="${px(x2)}" y1="${px(y1)}" y2="${px(y2)}" stroke="${colour}" stroke-width="${strong}"/>`;
      const cap = width / 4;
      const [high, low, median] = [yOf(box.whiskerHigh), yOf(box.whiskerLow), yOf(box.median)];
      return [
        line(x, x, high, q3),
        line(x, x, q1, low),
        line(x - cap, x + cap, high, high),
        line(x - cap, x + cap, low, low),
        `<rect x="${px(x - width / 2)}" y="${px(q3)}" width="${px(width)}" height="${px(Math.max(1, q1 - q3))}" fill="${colour}" fill-opacity="${fillOf(own)}" stroke="${colour}"/>`,
        line(x - width / 2, x + width / 2, median, median, 2),
      ].join('');
    })
    .join('\n');
}

function fillOf({ strength }: Series): number {
  return Math.round(100 * 0.35 * strength) / 100;
}

/** From the lowest to the highest whisker, the ideal included, with a little air. */
function rangeOf({ groups, ideal }: Panel): [number, number] {
  const values = groups.flatMap(({ boxes }) => boxes.flatMap((box) => [box.whiskerLow, box.whiskerHigh]));
  if (ideal !== null) values.push(ideal);
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = Math.max(0.05 * (high - low), 1e-6);
  return [low - air, high + air];
}

/** Between four and nine round numbers. */
function ticksOf(low: number, high: number): { readonly value: number; readonly label: string }[] {
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough)!;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: { value: number; label: string }[] = [];
  for (let n = Math.ceil(low / step); n * step <= high; n += 1) {
    const value = n * step;
    ticks.push({ value, label: value.toFixed(digits).replace('-', '−') });
  }
  return ticks;
}

function text(
  x: number,
  y: number,
  content: string,
  style: {
    readonly fill: string;
    readonly anchor?: string;
    readonly size?: number;
    readonly weight?: number;
    readonly turn?: number;
  },
): string {
  const { fill, anchor = 'start', size, weight, turn } = style;
  const more = [
    size === undefined ? '' : ` font-size="${size}"`,
    weight === undefined ? '' : ` font-weight="${weight}"`,
    turn === undefined ? '' : ` transform="rotate(${turn} ${px(x)} ${px(y)})"`,
  ].join('');
  return `<text x="${px(x)}" y="${px(y)}" fill="${fill}" text-anchor="${anchor}"${more}>${escaped(content)}</text>`;
}

function px(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Labels come from files: nothing in them may become markup. */
function escaped(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
