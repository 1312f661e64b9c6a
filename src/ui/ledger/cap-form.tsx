import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { LedgerCap } from '../../core/privacy/ledger-format.ts';
import type { FieldFailure } from '../../session/state.ts';
import { fieldFailureMessage } from '../messages/privacy-messages.ts';
import { formatDelta } from '../parts/format.ts';
import { useSession } from '../session-context.tsx';

/** The most that may be released from one table, as a person sets it. */
export function CapForm({ tableKey, cap }: { tableKey: string; cap: LedgerCap | null }) {
  const session = useSession();
  const [epsilon, setEpsilon] = useState(cap === null ? '' : String(cap.epsilon));
  const [delta, setDelta] = useState(cap === null ? '1e-6' : formatDelta(cap.delta));
  const [failure, setFailure] = useState<FieldFailure | null>(null);
  // Totals are added up anew, which takes seconds after long trainings.
  const [setting, setSetting] = useState(false);
  const errorAt = (field: FieldFailure['field']) =>
    failure !== null && failure.field === field ? fieldFailureMessage(failure) : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSetting(true);
    setFailure(await session.setCap(tableKey, { epsilon, delta }));
    setSetting(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Group mt="md" align="flex-start" gap="sm">
        <TextInput
          label="Cap: ε at most"
          inputMode="decimal"
          w={130}
          value={epsilon}
          error={errorAt('epsilon')}
          onChange={(event) => setEpsilon(event.currentTarget.value)}
        />
        <TextInput
          label="at δ"
          w={130}
          value={delta}
          error={errorAt('delta')}
          onChange={(event) => setDelta(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" mt={25} loading={setting}>
          {cap === null ? 'Set the cap' : 'Change the cap'}
        </Button>
        {cap !== null && (
          <Button variant="subtle" mt={25} onClick={() => void session.setCap(tableKey, null)}>
            Remove the cap
          </Button>
        )}
      </Group>
    </form>
  );
}
