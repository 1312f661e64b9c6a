import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { DraftColumn } from '../../../core/codebook/codebook-draft.ts';
import type { DraftFailure } from '../../../core/codebook/finish-draft.ts';
import { problemColumn } from '../../messages/codebook-messages.ts';
import { formatCount } from '../../parts/format.ts';
import { ColumnCard } from './column-card.tsx';
import { CARDS_AT_ONCE, filterColumns, type Shown } from './column-filter.ts';

const NO_PROBLEMS: readonly DraftFailure[] = [];

/** The columns as cards, used ones first in sight; a filter and pages of cards for wide tables. */
export function ColumnList(props: {
  columns: readonly DraftColumn[];
  problems: readonly DraftFailure[];
  /** A column that a problem leads to: shown, opened and focused. A new object asks again. */
  wanted: { column: string } | null;
  onChange: (column: DraftColumn) => void;
}) {
  const { columns, problems, wanted, onChange } = props;
  const ignored = columns.filter(({ role }) => role === 'ignored').length;
  const [shown, setShown] = useState<Shown>(ignored === columns.length ? 'all' : 'used');
  const [words, setWords] = useState('');
  const [limit, setLimit] = useState(CARDS_AT_ONCE);
  const found = filterColumns(columns, shown, words);

  useEffect(() => {
    if (wanted === null) return;
    setShown('all');
    setWords('');
    setLimit(Number.POSITIVE_INFINITY);
  }, [wanted]);

  return (
    <section aria-label="Columns">
      <Group mb="md" gap="md" justify="space-between">
        <SegmentedControl
          aria-label="Which columns to show"
          value={shown}
          onChange={(value) => {
            setShown(value as Shown);
            setLimit(CARDS_AT_ONCE);
          }}
          data={[
            { value: 'used', label: `Used (${formatCount(columns.length - ignored)})` },
            { value: 'ignored', label: `Ignored (${formatCount(ignored)})` },
            { value: 'all', label: `All (${formatCount(columns.length)})` },
          ]}
        />
        {columns.length > 8 && (
          <TextInput
            aria-label="Find a column"
            placeholder="Find a column"
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
        )}
      </Group>
      <Stack gap="xs">
        {found.slice(0, limit).map((column) => {
          const own = problems.filter((problem) => problemColumn(problem) === column.name);
          return (
            <ColumnCard
              key={column.name}
              column={column}
              problems={own.length === 0 ? NO_PROBLEMS : own}
              wanted={wanted?.column === column.name ? wanted : null}
              onChange={onChange}
            />
          );
        })}
      </Stack>
      {found.length === 0 && (
        <Text c="dimmed">
          {shown === 'used' && words === ''
            ? 'No column is used yet: choose “All” and give roles.'
            : 'No column matches.'}
        </Text>
      )}
      {found.length > limit && (
        <Button mt="md" variant="default" onClick={() => setLimit(limit + CARDS_AT_ONCE)}>
          Show more columns ({formatCount(found.length - limit)} left)
        </Button>
      )}
    </section>
  );
}
