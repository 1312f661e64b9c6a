import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DraftColumn } from '../../../core/codebook/codebook-draft.ts';
import { equalWidthCutPoints } from '../../../core/codebook/numeric-levels.ts';
import { More } from '../../parts/more.tsx';
import { readCutPoints, withCutPoints } from './draft-edits.ts';

/** Where the bins begin: typed, or equal widths over a declared range. */
export function CutPointFields(props: { column: DraftColumn; onChange: (column: DraftColumn) => void }) {
  const { column, onChange } = props;
  const [typed, setTyped] = useState(column.cutPoints.join(' '));
  const [range, setRange] = useState({ from: '', to: '', bins: '5' });
  const points = readCutPoints(typed);
  const even = equalWidthCutPoints({
    from: range.from.trim() === '' ? Number.NaN : Number(range.from),
    to: range.to.trim() === '' ? Number.NaN : Number(range.to),
    bins: Number(range.bins),
  });
  return (
    <div>
      <TextInput
        label="Cut points"
        description="Ascending, separated by spaces: 18 40 65 makes “under 18”, “18 to under 40”, …"
        inputMode="text"
        maw={460}
        value={typed}
        error={points === null ? 'Type numbers separated by spaces, for instance 18 40 65.' : undefined}
        onChange={(event) => {
          const next = event.currentTarget.value;
          setTyped(next);
          const read = readCutPoints(next);
          if (read !== null) onChange(withCutPoints(column, read));
        }}
      />
      <More summary="Make bins of equal width">
        <Group align="end" gap="xs">
          {(['from', 'to', 'bins'] as const).map((field) => (
            <TextInput
              key={field}
              label={{ from: 'From', to: 'To', bins: 'Bins' }[field]}
              size="xs"
              w={84}
              inputMode="decimal"
              value={range[field]}
              onChange={(event) => setRange({ ...range, [field]: event.currentTarget.value })}
            />
          ))}
          <Button
            size="xs"
            variant="default"
            disabled={even.length === 0}
            onClick={() => {
              setTyped(even.join(' '));
              onChange(withCutPoints(column, even));
            }}
          >
            Use these bins
          </Button>
        </Group>
      </More>
    </div>
  );
}
