import type { RecordCheck } from '../../../session/analysis-records.ts';
import type { AnalysisRecord, UsedBundle } from '../../../session/records.ts';
import { formatDay, listWords } from '../../parts/format.ts';
import { choiceSummary } from './analyse-text.ts';

export const RECORDS_PURPOSE =
  'Each entry keeps what an analysis was made with: its choices and the bundles by their SHA-256. Results are not kept; your own rows are those that are open now.';

/** What an analysis was made with. */
export function recordSentence({ bundles, choice }: AnalysisRecord): string {
  const own = choice.ownPart === 'own-twins' ? 'Own twins' : 'Own rows';
  const others =
    bundles.length === 0 ? `${own} only` : `${own} with the bundles of ${listWords(bundles.map(nameOf), 16)}`;
  return `${others}. ${choiceSummary(choice)}.`;
}

/** Why it cannot be made again as it was; null where it can. */
export function recordObstacle({ otherCodebook, gone }: RecordCheck): string | null {
  if (otherCodebook) return 'It was made under another codebook. Load and confirm that one to make it again.';
  if (gone.length === 0) return null;
  return `It used ${listWords(gone.map(bundleOf), 16)}, which ${gone.length === 1 ? 'is' : 'are'} no longer here. Import ${
    gone.length === 1 ? 'that file' : 'those files'
  } again on the Peers step to make it again.`;
}

/** Which parties joined or left since; null where it is the same ones. */
export function recordChange({ joined, setAside }: RecordCheck): string | null {
  if (joined.length === 0 && setAside.length === 0) return null;
  const words = [
    joined.length === 0 ? null : `in use since: ${listWords(joined.map(bundleOf), 16)}`,
    setAside.length === 0 ? null : `no longer in use: ${listWords(setAside.map(bundleOf), 16)}`,
  ].filter((part) => part !== null);
  return `Now ${words.join('; ')}. Making it again switches back to the bundles that it used.`;
}

function nameOf({ partyName }: Pick<UsedBundle, 'partyName'>): string {
  return partyName;
}

function bundleOf({ partyName, createdOn }: Pick<UsedBundle, 'partyName' | 'createdOn'>): string {
  return `the bundle of ${partyName} (${formatDay(createdOn)})`;
}
