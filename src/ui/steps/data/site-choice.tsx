import { NativeSelect, SimpleGrid, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { RawTable } from '../../../core/table/coded-table.ts';
import { countSites } from '../../../core/table/split-by-site.ts';
import { plural } from '../../parts/format.ts';
import { useSession, useSessionState } from '../../session-context.tsx';
import { SITE_HELP, WHOLE_FILE } from './data-text.ts';
import { siteColumnNames } from './site-columns.ts';

/** Which rows are this centre's: the whole file, or one value of one column. */
export function SiteChoice({ raw }: { raw: RawTable }) {
  const session = useSession();
  const { siteColumn, site, profiles } = useSessionState().data;
  const names = useMemo(() => siteColumnNames(profiles, raw.rowCount), [profiles, raw]);
  const sites = useMemo(() => {
    if (siteColumn === null) return [];
    const counted = countSites(raw, siteColumn);
    return counted.ok ? counted.value.filter(({ value }) => value !== '') : [];
  }, [raw, siteColumn]);
  const listed = siteColumn === null || names.includes(siteColumn) ? names : [siteColumn, ...names];
  return (
    <div>
      <Text size="sm" c="dimmed" mb="sm">
        {SITE_HELP}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} maw={720}>
        <NativeSelect
          label="Column that names the centre"
          value={siteColumn ?? ''}
          data={[{ value: '', label: WHOLE_FILE }, ...listed.map((name) => ({ value: name, label: name }))]}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            void session.chooseSite(chosen === '' ? null : chosen, null);
          }}
        />
        {siteColumn !== null && (
          <NativeSelect
            label="Your centre"
            value={site ?? ''}
            data={[
              { value: '', label: 'Choose…', disabled: true },
              ...sites.map(({ value, rowCount }) => ({
                value,
                label: `${value} (${plural(rowCount, 'row')})`,
              })),
            ]}
            error={site === null ? 'Choose the centre you speak for.' : undefined}
            onChange={(event) => void session.chooseSite(siteColumn, event.currentTarget.value)}
          />
        )}
      </SimpleGrid>
    </div>
  );
}
