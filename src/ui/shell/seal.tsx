import { Button, List, Popover, Text } from '@mantine/core';
import { LockKeyhole } from 'lucide-react';
import { SEAL_CHECKS, SEAL_LIMIT, SEAL_SENTENCE, SEAL_SHORT, SEAL_WHY } from '../parts/seal-text.ts';

/** What the page promises about itself, with how to check it. */
export function Seal() {
  return (
    <Popover width={360} position="bottom-end" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          size="compact-sm"
          color="gray"
          c="var(--tp-good)"
          leftSection={<LockKeyhole size={15} aria-hidden />}
          aria-label={SEAL_SENTENCE}
        >
          <Text span size="sm" fw={600} visibleFrom="sm">
            {SEAL_SENTENCE}
          </Text>
          <Text span size="sm" fw={600} hiddenFrom="sm">
            {SEAL_SHORT}
          </Text>
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="How to check that nothing is sent" maw="calc(100vw - 24px)">
        <Text size="sm" mb="xs">
          {SEAL_WHY}
        </Text>
        <Text size="sm" fw={600} mb={4}>
          How to check
        </Text>
        <List size="sm" spacing={4} type="ordered">
          {SEAL_CHECKS.map((check) => (
            <List.Item key={check}>{check}</List.Item>
          ))}
        </List>
        <Text size="sm" fw={600} mt="xs" mb={4}>
          Where it ends
        </Text>
        <Text size="sm">{SEAL_LIMIT}</Text>
      </Popover.Dropdown>
    </Popover>
  );
}
