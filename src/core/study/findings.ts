import { type CentreGain, meanOf } from './comparisons.ts';
import type { FigureDesign, FigureName } from './experiments.ts';
import type { FigureData, MissingFits } from './figure-data.ts';

/** What a figure says, what the paper found, and whether they agree. Facts first, then the sentence for people. */
export interface Finding {
  readonly figure: FigureName;
  readonly agreement: Agreement;
  /** Of this run. */
  readonly ours: string;
  readonly paper: string;
}

export type Agreement = 'agrees' | 'agrees-in-part' | 'disagrees';

/** As the paper's abstract and results say it. */
const PAPER: Readonly<Record<FigureDesign['kind'], string>> = {
  centres:
    'At ε\u00a0=\u00a01, 13 of 16 centres gained; at ε\u00a0=\u00a02 all did. Small centres gained most.',
  epsilons: 'At ε\u00a0=\u00a01, 13 of 16 centres gained; at ε\u00a0=\u00a02 all did.',
  'shared-sets':
    'The more parties, the larger and steadier the gain; about five suffice, and one or two sets can hurt.',
  sizes: 'Sharing helps small tables most.',
  'skewed-centre': 'Sharing helps a party whose table represents the population badly.',
  'skewed-cell': 'Sharing helps most where the group is rarest in the party’s own table.',
};

export function findingOf(design: FigureDesign, data: FigureData): Finding {
  const { agreement, ours } = judged(design, data);
  return {
    figure: design.figure,
    agreement,
    ours: `${ours}${missingSentence(data.missing, design.kind === 'shared-sets')}`,
    paper: PAPER[design.kind],
  };
}

/**
 * What had no regression is said, not hidden; nothing where all had one.
 *
 * @param inSomeOrders an analysis goes through many orders of the others, and counts as missing where one of them had none
 */
function missingSentence({ local, combined, of }: MissingFits, inSomeOrders: boolean): string {
  const shared = inSomeOrders ? 'with some choices of others' : 'with what the others share';
  const parts = [
    local > 0 ? `on own rows alone in ${local} of ${of} analyses` : '',
    combined > 0 ? `${shared} in ${combined} of ${of} analyses` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` There is no regression ${parts.join(', and ')}; these are left out.`;
}

interface Judged {
  readonly agreement: Agreement;
  readonly ours: string;
}

function judged(design: FigureDesign, data: FigureData): Judged {
  switch (data.kind) {
    case 'centres':
      return judgeCentres(data.comparisons, design.epsilons[0]!);
    case 'epsilons': {
      const counts = data.byEpsilon.map(({ epsilon, comparisons }) => ({
        epsilon,
        ...countsOf(comparisons),
      }));
      const each = counts.map(({ epsilon, gains, of }) => `${gains} of ${of} at ε\u00a0=\u00a0${epsilon}`);
      const at = (wanted: number) => counts.find(({ epsilon }) => epsilon === wanted);
      const most = (at(1)?.gains ?? 0) > (at(1)?.of ?? 0) / 2;
      const all = at(2) !== undefined && at(2)!.gains === at(2)!.of;
      const agreement = most && all ? 'agrees' : most || all ? 'agrees-in-part' : 'disagrees';
      return { agreement, ours: `Centres that gain from sharing: ${each.join(', ')}.` };
    }
    case 'shared-sets':
      return judgeSharedSets(data.centres);
    case 'sizes': {
      const [smallest, largest] = [data.comparisons[0]!, data.comparisons[data.comparisons.length - 1]!];
      const each = data.comparisons.map(({ label, gain, gains, loses }) => {
        return `${signed(gain)} at ${label} (${verdict(gains, loses)})`;
      });
      const helps = smallest.gains;
      const shrinks = smallest.gain > largest.gain;
      return {
        agreement: helps && shrinks ? 'agrees' : helps || shrinks ? 'agrees-in-part' : 'disagrees',
        ours: `Gain of ${data.centre} in log-likelihood per person: ${each.join(', ')}.`,
      };
    }
    case 'skewed-centre': {
      const [against, unadjusted] = data.comparisons;
      const both = against.gains && unadjusted.gains;
      const either = against.gains || unadjusted.gains;
      return {
        agreement: both ? 'agrees' : either ? 'agrees-in-part' : 'disagrees',
        ours:
          `With what the others share ${data.centre} changes by ${signed(against.gain)} per person against its own rows ` +
          `(${verdict(against.gains, against.loses)}), and by ${signed(unadjusted.gain)} against its own rows without ` +
          `${data.variable} (${verdict(unadjusted.gains, unadjusted.loses)}).`,
      };
    }
    case 'skewed-cell': {
      const each = data.comparisons.map(({ label, gain, gains, loses }) => {
        return `${signed(gain)} where ${label} are kept (${verdict(gains, loses)})`;
      });
      const [rarest, whole] = [data.comparisons[0]!, data.comparisons[data.comparisons.length - 1]!];
      const helps = rarest.gains;
      const most = rarest.gain > whole.gain;
      return {
        agreement: helps && most ? 'agrees' : helps || most ? 'agrees-in-part' : 'disagrees',
        ours: `Gain for ${data.group} people, per person: ${each.join(', ')}.`,
      };
    }
  }
}

/** Centres that gain, and whether the smaller half gains more than the larger. */
function judgeCentres(comparisons: readonly CentreGain[], epsilon: number): Judged {
  const { gains, loses, of } = countsOf(comparisons);
  const bySize = comparisons.filter(({ gain }) => !Number.isNaN(gain)).toSorted((a, b) => a.rows - b.rows);
  const half = Math.floor(bySize.length / 2);
  const small = meanOf(bySize.slice(0, half).map(({ gain }) => gain));
  const large = meanOf(bySize.slice(-half).map(({ gain }) => gain));
  const enough = epsilon >= 2 ? gains === of : gains > of / 2;
  const smallMost = small > large;
  const point = comparisons.filter(({ pointGain }) => pointGain > 0).length;
  const ridge = comparisons.filter(({ ridgeGain }) => ridgeGain > 0).length;
  return {
    agreement: enough && smallMost ? 'agrees' : enough || smallMost ? 'agrees-in-part' : 'disagrees',
    ours:
      `At ε\u00a0=\u00a0${epsilon}, ${gains} of ${of} centres gain by sharing and ${loses} lose (Welch’s test on ranks, 5\u00a0%); by the ` +
      `point estimate alone ${point} of ${of} gain, and ${ridge} of ${of} against a ridge-regularised local fit. The smaller half gains ${signed(small)} per person, the larger half ${signed(large)}.`,
  };
}

function countsOf(comparisons: readonly CentreGain[]) {
  return {
    of: comparisons.length,
    gains: comparisons.filter(({ gains }) => gains).length,
    loses: comparisons.filter(({ loses }) => loses).length,
  };
}

/** So much of the final gain counts as nearly all of it. */
const NEARLY_ALL = 0.8;

function judgeSharedSets(
  centres: readonly { readonly name: string; readonly positions: readonly (readonly number[])[] }[],
): Judged {
  const found = centres.map(({ name, positions }) => {
    const means = positions.map(meanOf);
    const gain = means.map((mean) => mean - means[0]!);
    const final = gain[gain.length - 1] ?? Number.NaN;
    const enough = final > 0 ? gain.findIndex((one) => one >= NEARLY_ALL * final) : -1;
    return { name, final, enough, hurts: Math.min(gain[1] ?? 0, gain[2] ?? 0) < 0 };
  });
  const gaining = found.filter(({ final }) => final > 0);
  const soon = gaining.filter(({ enough }) => enough <= 5);
  const hurt = found.filter(({ hurts }) => hurts);
  const most = gaining.length > found.length / 2;
  const five = gaining.length > 0 && soon.length > gaining.length / 2;
  const each = gaining
    .slice(0, 4)
    .map(({ name, final, enough }) => `${name} ${signed(final)}, most of it with ${enough}`);
  const list = each.length === 0 ? '' : ` (${each.join('; ')}${gaining.length > 4 ? '; …' : ''})`;
  return {
    agreement: most && five ? 'agrees' : most || five ? 'agrees-in-part' : 'disagrees',
    ours:
      `Where everybody shares, ${gaining.length} of ${found.length} centres do better than alone${list}. ` +
      `For ${soon.length} of those, five others bring at least ${100 * NEARLY_ALL}\u00a0% of the gain. ` +
      `One or two others alone hurt ${hurt.length} of ${found.length}.`,
  };
}

function verdict(gains: boolean, loses: boolean): string {
  return gains ? 'better' : loses ? 'worse' : 'no clear difference';
}

function signed(value: number): string {
  if (Number.isNaN(value)) return 'unknown';
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
