import { Button, Group, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { DraftColumn } from '../../../core/codebook/codebook-draft.ts';
import { areQuantiles } from '../../../core/codebook/quantile-cut-points.ts';
import { formatCount, listWords } from '../../parts/format.ts';
import { StaysPanel } from '../../parts/stays-here.tsx';
import { useSessionState } from '../../session-context.tsx';
import { BlanksNote } from './blanks-note.tsx';
import { AT_QUANTILES } from './codebook-text.ts';
import styles from './column-card.module.css';
import { mergeSpellings, openSpellings } from './draft-edits.ts';
import { distribution, profileSentence, restSentence } from './profile-text.ts';

/** What the rows hold in this column: for the eyes of the person who holds them, and gone with the tab. */
export function ColumnProfilePanel(props: { column: DraftColumn; onChange: (column: DraftColumn) => void }) {
  const { column, onChange } = props;
  const { profiles } = useSessionState().data;
  const profile = profiles.find(({ name }) => name === column.name);
  const fromRows = useMemo(
    () =>
      profile !== undefined &&
      column.kind === 'numeric' &&
      areQuantiles(profile.numbers, column.cutPoints, column.missingCodes),
    [profile, column.kind, column.cutPoints, column.missingCodes],
  );
  if (profile === undefined) return null;
  const bars = distribution(profile);
  const rest = restSentence(profile);
  const spellings = openSpellings(column, profile.spellings);
  return (
    <StaysPanel>
      <Text size="sm">{profileSentence(profile)}</Text>
      {bars.length > 0 && (
        <ul className={styles.bars} aria-label={`Distribution of ${column.name}`}>
          {bars.map(({ text, count, share }) => (
            <li key={text}>
              <span>{text}</span>
              <span className={styles.bar} aria-hidden style={{ inlineSize: `${100 * share}%` }} />
              <span className="tp-number">{formatCount(count)}</span>
            </li>
          ))}
        </ul>
      )}
      {rest !== null && (
        <Text size="xs" c="dimmed">
          {rest}
        </Text>
      )}
      <BlanksNote name={column.name} spaced={profile.spaced} />
      {spellings.map((group) => (
        <Group key={group.join('|')} gap="xs">
          <Text size="sm">
            {listWords(group.map((text) => `“${text}”`))} differ only in spelling. Are they the same?
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => onChange(mergeSpellings(column, group))}>
            Merge into “{group[0]}”
          </Button>
        </Group>
      ))}
      {fromRows && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {AT_QUANTILES}
        </Text>
      )}
    </StaysPanel>
  );
}
