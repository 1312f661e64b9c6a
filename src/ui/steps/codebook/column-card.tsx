import { NativeSelect } from '@mantine/core';
import { ChevronRight } from 'lucide-react';
import { memo, useEffect, useId, useRef, useState } from 'react';
import type { ColumnRole, DraftColumn } from '../../../core/codebook/codebook-draft.ts';
import type { DraftFailure } from '../../../core/codebook/finish-draft.ts';
import { draftFailureMessage } from '../../messages/codebook-messages.ts';
import { ROLE_WORDS } from './codebook-text.ts';
import styles from './column-card.module.css';
import { ColumnFields } from './column-fields.tsx';
import { columnSummary, withRole } from './draft-edits.ts';

/** One column: closed it says what it is; open it can be changed. */
export const ColumnCard = memo(function ColumnCard(props: {
  column: DraftColumn;
  problems: readonly DraftFailure[];
  wanted: { column: string } | null;
  onChange: (column: DraftColumn) => void;
}) {
  const { column, problems, wanted, onChange } = props;
  const [open, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const bodyId = useId();

  useEffect(() => {
    if (wanted === null) return;
    setOpen(true);
    toggle.current?.scrollIntoView({ block: 'center' });
    toggle.current?.focus();
  }, [wanted]);

  return (
    <div className={styles.card} data-problem={problems.length > 0} data-testid={`column-${column.name}`}>
      <div className={styles.head}>
        <button
          ref={toggle}
          type="button"
          className={styles.toggle}
          aria-expanded={open}
          aria-controls={bodyId}
          aria-label={`Details of ${column.name}`}
          onClick={() => setOpen(!open)}
        >
          <ChevronRight size={18} aria-hidden />
        </button>
        <div>
          <div className={styles.name}>
            {column.label === column.name || column.label === ''
              ? column.name
              : `${column.label} (${column.name})`}
          </div>
          <div className={styles.summary}>
            {columnSummary(column)}
            {column.role === 'variable' && column.levelsFromFile && (
              <span className={styles.fromFile}> · read from your file</span>
            )}
          </div>
        </div>
        <NativeSelect
          aria-label={`Role of ${column.name}`}
          size="xs"
          value={column.role}
          data={Object.entries(ROLE_WORDS).map(([value, label]) => ({ value, label }))}
          onChange={(event) => {
            const role = event.currentTarget.value as ColumnRole;
            onChange(withRole(column, role));
            if (role === 'outcome') setOpen(true);
          }}
        />
      </div>
      {(open || problems.length > 0) && (
        <div className={styles.body} id={bodyId}>
          {problems.map((problem) => (
            <div key={draftFailureMessage(problem)} style={{ color: 'var(--mantine-color-error)' }}>
              {draftFailureMessage(problem)}
            </div>
          ))}
          {open && <ColumnFields column={column} onChange={onChange} />}
        </div>
      )}
    </div>
  );
});
