import { Text } from '@mantine/core';
import type { ReleaseRecord } from '../../session/records.ts';
import { selectedPairsWords } from '../messages/selected-pairs.ts';

/** Which pairs the mechanism chose in a release; nothing where there is none, or none was chosen. */
export function SelectedPairsNote({ release }: { release: ReleaseRecord | null }) {
  const words = release === null ? null : selectedPairsWords(release);
  return words === null ? null : <Text maw="72ch">{words}</Text>;
}
