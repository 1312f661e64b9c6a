import { Button, SimpleGrid, Text, Title } from '@mantine/core';
import { FlaskConical, PackageOpen, Upload } from 'lucide-react';
import { FileDrop } from '../../parts/file-drop.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { DOORS, TABLE_FILES, TABLE_TYPES } from './data-text.ts';
import styles from './doors.module.css';

/** The three ways in. */
export function Doors() {
  const session = useSession();
  const { data } = useSessionState();
  const again = data.source?.kind;
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }} spacing="md">
      <FileDrop
        label={DOORS.csv.button}
        accept={TABLE_FILES}
        findable={TABLE_TYPES}
        testId="csv-file"
        loading={data.reading}
        onFiles={([file]) => file !== undefined && void session.openFile(file)}
        mt="auto"
        variant={again === 'simulated' ? 'default' : 'filled'}
      >
        <Upload size={22} aria-hidden color="var(--tp-pooled)" />
        <Title order={2} size="h4">
          {DOORS.csv.title}
        </Title>
        <Text c="dimmed" size="sm">
          {DOORS.csv.text}
        </Text>
      </FileDrop>
      <div className={styles.door}>
        <FlaskConical size={22} aria-hidden color="var(--tp-pooled)" />
        <Title order={2} size="h4">
          {DOORS.simulated.title}
        </Title>
        <Text c="dimmed" size="sm">
          {DOORS.simulated.text}
        </Text>
        <Button
          mt="auto"
          variant={again === 'simulated' ? 'filled' : 'default'}
          disabled={data.reading}
          onClick={() => void session.trySimulatedCentres()}
        >
          {DOORS.simulated.button}
        </Button>
      </div>
      <div className={styles.door}>
        <PackageOpen size={22} aria-hidden color="var(--tp-pooled)" />
        <Title order={2} size="h4">
          {DOORS.bundle.title}
        </Title>
        <Text c="dimmed" size="sm">
          {DOORS.bundle.text}
        </Text>
        <Button mt="auto" variant="default" onClick={() => session.goTo('peers')}>
          {DOORS.bundle.button}
        </Button>
      </div>
    </SimpleGrid>
  );
}
