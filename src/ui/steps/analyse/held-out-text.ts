import { type BoxStatistics, boxStatistics } from '../../../core/analysis/box-statistics.ts';
import type { HeldOutEvaluation, HeldOutMethod, HeldOutScore } from '../../../core/analysis/held-out.ts';
import type { HeldOutLabel } from '../../../session/state.ts';
import { glmFailureMessage } from '../../messages/analysis-messages.ts';
import { formatCount, plural } from '../../parts/format.ts';
import type { BoxSource } from '../../plots/box-figure.ts';

export const METHOD_NAMES: Readonly<Record<HeldOutMethod, string>> = {
  local: 'Local only',
  ridge: 'Local, ridge',
  pooled: 'Pooled',
};

const COLOURS = { local: 'local', ridge: 'local', pooled: 'pooled' } as const;

export const HELD_OUT_PURPOSE =
  'Fits on some rows and predicts others that no fit has seen. A higher log-likelihood per row means better predictions. Beside your own rows alone stands the same regression with its effects held towards zero (ridge), the competitor that pooling has to beat.';

export const HELD_OUT_HELP =
  'Diagonal: draws from each coefficient’s own error, as in the paper. Full: draws that keep the errors’ correlation, nearer to the truth. Neither sees the noise that the intervals miss. One split of few rows is itself chance: repeat it before you believe a small gain.';

export function scoresOf({ outcomes }: HeldOutEvaluation): readonly HeldOutScore[] {
  return outcomes.flatMap((one) => (one.kind === 'scored' ? [one.score] : []));
}

const KINDS = [
  ['diagonal', 'as in the paper'],
  ['full', 'full covariance'],
] as const;

/** Draws that make a test row impossible have no place in a box. */
export function finiteBox(draws: Float64Array): BoxStatistics | null {
  const finite = draws.filter(Number.isFinite);
  return finite.length === 0 ? null : boxStatistics(finite);
}

export function heldOutBoxes(evaluation: HeldOutEvaluation): BoxSource[] {
  return KINDS.flatMap(([kind, words]) =>
    scoresOf(evaluation).map(
      (score): BoxSource => ({
        label: `${METHOD_NAMES[score.method]}, ${words}`,
        colour: COLOURS[score.method],
        box: finiteBox(score[kind]),
        point: score.point,
      }),
    ),
  );
}

/** The answer in words: who predicts best, at the point estimate, and by how much. */
export function heldOutSentences(evaluation: HeldOutEvaluation, from: HeldOutLabel): string[] {
  const { testRows, trainingRows } = evaluation;
  const scores = new Map(scoresOf(evaluation).map((score) => [score.method, score]));
  const where =
    from.kind === 'file'
      ? `On the ${plural(testRows, 'row')} of ${from.fileName}`
      : `On ${formatCount(testRows)} of your rows that no fit has seen (the fits used the other ${formatCount(trainingRows)})`;
  const pooled = scores.get('pooled');
  const local = scores.get('local');
  const ridge = scores.get('ridge');
  const sentences: string[] = [];
  if (pooled !== undefined && (local !== undefined || ridge !== undefined)) {
    const against = [
      local === undefined ? null : difference(pooled, local, 'your own rows alone'),
      ridge === undefined ? null : difference(pooled, ridge, 'the ridge fit of your own rows'),
    ].filter((words) => words !== null);
    sentences.push(`${where}, the pooled fit predicts ${against.join(' and ')}.`);
  } else if (local !== undefined && pooled === undefined)
    sentences.push(`${where}, only fits of your own rows could be scored.`);
  for (const one of evaluation.outcomes)
    if (one.kind === 'failed')
      sentences.push(`${METHOD_NAMES[one.method]} has no score: ${glmFailureMessage(one.failure)}`);
  return sentences;
}

function difference(pooled: HeldOutScore, other: HeldOutScore, name: string): string {
  const gain = pooled.point - other.point;
  if (!Number.isFinite(gain)) return `not comparably with ${name}`;
  const size = Math.abs(gain).toPrecision(2);
  return gain > 0 ? `better than ${name} (by ${size} a row)` : `no better than ${name} (${size} a row less)`;
}

/** One line a method and kind of draw, then the gain by number of centres; all digits. */
export function heldOutCsv(evaluation: HeldOutEvaluation): string[][] {
  const header = ['what', 'method', 'draws', 'centres', 'log_likelihood_per_row', 'lowest', 'lower_quartile'];
  const lines: string[][] = [
    [...header, 'median', 'upper_quartile', 'highest', 'impossible_draws', 'test_rows', 'made_from'],
  ];
  const rows = String(evaluation.testRows);
  const madeFrom = (method: HeldOutMethod) =>
    method === 'pooled' ? 'real rows and synthetic people' : 'real rows';
  for (const { method, point, diagonal, full } of scoresOf(evaluation)) {
    lines.push(['point', method, '', '', String(point), '', '', '', '', '', '', rows, madeFrom(method)]);
    for (const [kind, draws] of Object.entries({ diagonal, full })) {
      const box = finiteBox(draws);
      const finite = draws.filter(Number.isFinite);
      const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
      const five =
        box === null
          ? ['', '', '', '', '']
          : [Math.min(...finite), box.lowerQuartile, box.median, box.upperQuartile, Math.max(...finite)].map(
              String,
            );
      const impossible = String(draws.length - finite.length);
      lines.push(['draws', method, kind, '', String(mean), ...five, impossible, rows, madeFrom(method)]);
    }
  }
  for (const { parties, mean, lowest, highest } of evaluation.gain)
    lines.push([
      'gain',
      parties === 0 ? 'local' : 'pooled',
      '',
      String(parties),
      String(mean),
      String(lowest),
      '',
      '',
      '',
      String(highest),
      '',
      rows,
      madeFrom(parties === 0 ? 'local' : 'pooled'),
    ]);
  return lines;
}
