import type { FigureName, SynthesizerName } from '../../core/study/experiments.ts';
import type { Agreement } from '../../core/study/findings.ts';
import type { StudyDataFailure } from '../../core/study/study-data.ts';
import type { JobEnd } from '../../session/ports.ts';
import type { StudyGraphics } from '../../session/requests.ts';
import { jobEndMessage } from '../messages/job-messages.ts';

export const STUDY_PURPOSE =
  'See whether sharing twins helps before anybody shares: the experiments of the published study, made here, with the same code that trains on your data.';

export const STUDY_STAYS =
  'A study runs on invented or public people only. It spends no privacy budget, and its noise is drawn from a seed that everybody knows: nothing that it makes is private.';

export const STUDY_DETAILS = [
  'Each centre trains a model on its own training rows and shares synthetic twins. Every centre then fits the same regression twice: on its own rows alone, and on its own rows with everybody’s twins. Both are judged by how well they predict people who were set aside, from all centres.',
  'A box holds the middle half of the scores over several trainings and draws of the coefficients. Stars mark how clearly the two differ (Welch’s test on ranks: * below 5\u00a0%, ** below 1\u00a0%, *** below 0.1\u00a0%). Every centre of one training shares the same twins, so the stars of one picture are not independent.',
  'This is the quick form: as many trainings as in the paper, fewer sets and orders, and this page’s own training or noisy tables. The paper’s numbers can be made with “npm run study -- --preset paper” on a computer with Node.',
  'A centre without an event has no regression of its own. Such analyses are counted in the sentence and left out of the picture.',
  'The paper’s score draws coefficients as if they were independent, which punishes small tables hard. The point estimate, in the CSV of comparisons and in the sentence beside the picture, is the milder judge.',
];

export const FIGURE_LABELS: Readonly<Record<FigureName, string>> = {
  '1': 'Figure 1: alone and together, centre by centre',
  '2': 'Figure 2: how many others have to share',
  '3': 'Figure 3: small and large tables',
  '4': 'Figure 4: a large centre that is not like the others',
  '5': 'Figure 5: a group that is rare in one’s own table',
  '6': 'Figure 6: weaker and stronger privacy',
  S1: 'Figure S1: as figure 1, at ε\u00a0=\u00a02',
  S2: 'Figure S2: as figure 2, at ε\u00a0=\u00a02',
  S3: 'Figure S3: as figure 1, with the smallest centre',
  S4: 'Figure S4: as figure 2, for every centre',
};

export const SYNTHESIZER_LABELS: Readonly<Record<SynthesizerName, string>> = {
  dpvi: 'Twins by a training, as in the paper',
  marginals: 'Twins drawn from noisy tables',
  tables: 'Noisy tables, no twins (recommended)',
};

export const SYNTHESIZER_TEXT: Readonly<Record<SynthesizerName, string>> = {
  dpvi: 'The short training of this page; the fits of all sets are combined by Rubin’s rules.',
  marginals:
    'Each variable counted against the event with known noise, and synthetic people drawn from that.',
  tables:
    'Each variable counted against a 0/1 event with known noise; these tables and each centre’s own rows in one regression, as on the Analyse step.',
};

/** Which machine trained. */
export function graphicsSentence(graphics: StudyGraphics): string {
  switch (graphics.kind) {
    case 'absent':
      return 'Everything runs on the processor, on all its cores.';
    case 'checking':
      return 'The graphics processor is being checked on public rows; the processor has begun.';
    case 'training':
      return `The graphics processor trains many centres at a time, beside the processor: ${trained(graphics.trainings)} done there.`;
    case 'slower':
      return `The graphics processor was tried (${trained(graphics.trainings)}) and is slower than one core of the processor, which does the rest.`;
    case 'unavailable':
      return `The graphics processor could not be used (${graphics.reason}); everything runs on the processor.`;
    case 'differs':
      return 'The graphics processor computed the public check differently and is not used; everything runs on the processor.';
    case 'lost':
      return `The graphics processor was lost (${graphics.reason}) after ${trained(graphics.trainings)}; the processor does the rest, and nothing is missing.`;
  }
}

function trained(trainings: number): string {
  return trainings === 1 ? '1 training' : `${trainings} trainings`;
}

export const AGREEMENT_WORDS: Readonly<Record<Agreement, string>> = {
  agrees: 'This run agrees with the paper.',
  'agrees-in-part': 'This run agrees with the paper in part.',
  disagrees: 'This run does not agree with the paper.',
};

export function studyFailureMessage(failure: StudyDataFailure | JobEnd): string {
  switch (failure.kind) {
    case 'no-site-column':
      return `The table has no column “${failure.column}” that tells centres apart. Choose one on the Data step.`;
    case 'site-does-not-fit':
      return `No row of ${failure.site} fits the codebook, so it cannot take part.`;
    case 'too-few-centres':
      return `The site column names ${failure.found} centres; a study needs at least ${failure.fewest}.`;
    case 'centre-too-small':
      return `${failure.centre} has ${failure.rows} rows; every centre needs at least ${failure.fewest}.`;
    case 'cancelled':
    case 'worker-crashed':
      return jobEndMessage(failure);
    default:
      return failure satisfies never;
  }
}
