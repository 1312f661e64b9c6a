import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { RawTable } from '../../../core/table/coded-table.ts';
import type { TableSource } from '../../../session/records.ts';
import { readAsText } from '../../messages/table-messages.ts';
import { Facts } from '../../parts/facts.tsx';
import { FileButton } from '../../parts/file-drop.tsx';
import { formatCount } from '../../parts/format.ts';
import { useSession, useSessionState } from '../../session-context.tsx';
import { PARTY_HELP, TABLE_FILES, TABLE_TYPES } from './data-text.ts';
import { SiteChoice } from './site-choice.tsx';

/** The table at hand: what it is, which centre, under which name. */
export function OpenTable({ raw, source }: { raw: RawTable; source: TableSource }) {
  const session = useSession();
  const { data } = useSessionState();
  const readAs = readAsText(raw);
  return (
    <Stack gap="xl">
      <Facts
        facts={[
          ['Table', source.label],
          ['Rows', formatCount(raw.rowCount)],
          ['Columns', formatCount(raw.columns.length)],
          ...(readAs === null ? [] : [['Read as', readAs] as const]),
        ]}
      />
      <SiteChoice raw={raw} />
      <TextInput
        label="Name of your centre"
        description={PARTY_HELP}
        placeholder="For instance: St Mary’s, Lisbon"
        required
        withAsterisk={false}
        maw={460}
        maxLength={200}
        value={data.partyName}
        onChange={(event) => session.setPartyName(event.currentTarget.value)}
        error={data.partyName.trim() === '' ? 'Type the name under which peers will know you.' : undefined}
      />
      <Group gap="sm">
        <Text size="sm" c="dimmed">
          Not the right table?
        </Text>
        <FileButton
          label="Open another table"
          accept={TABLE_FILES}
          findable={TABLE_TYPES}
          testId="csv-file"
          variant="default"
          size="xs"
          onFiles={([file]) => file !== undefined && void session.openFile(file)}
        />
        {source.kind === 'file' && (
          <Button variant="default" size="xs" onClick={() => void session.trySimulatedCentres()}>
            Try the simulated centres
          </Button>
        )}
      </Group>
    </Stack>
  );
}
